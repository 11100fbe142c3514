"""How an unexpected error is told of in a log: what and where, never with what.

Texts of exceptions may hold values (PostgreSQL names the offending key), so they don't go into a log line.
"""

import traceback


def describe(error: BaseException) -> str:
    """The error's type and the innermost places of our own code that it passed: `ValueError at outbox.py:41 < actions.py:20`."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "recado" in f.filename]
    places = [f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno}" for f in reversed(frames[-3:])]
    code = getattr(error, "sqlstate", None)
    name = type(error).__name__ + (f" {code}" if code else "")
    return f"{name} at {' < '.join(places)}" if places else name
