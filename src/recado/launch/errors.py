"""What a person at the console is told when something can't be done."""


class CannotRun(Exception):
    """A refusal in one plain sentence that says what to do. Shown without a traceback; holds no personal data."""
