"""What somebody wrote, as pages show it."""

from django.utils.translation import gettext as _

from recado.conversations.queries import ReadingView


def shown(reading: ReadingView) -> str:
    """The words; of a picture that came with them, or alone, that there was one."""
    return f"{reading.text} {_('[picture, not shown here]')}".strip() if reading.has_picture else reading.text
