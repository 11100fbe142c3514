"""How large a file is, in words."""

from babel.numbers import format_decimal
from django.utils.translation import get_language

KB, MB = 1000, 1_000_000


def words(size: int) -> str:
    """ "214 KB", "6.1 MB": as phones and computers show it, in thousands."""
    locale = (get_language() or "en").replace("-", "_")
    if size < KB:
        return f"{size} B"
    if size < MB:
        return f"{format_decimal(round(size / KB), locale=locale)} KB"
    return f"{format_decimal(round(size / MB, 1), locale=locale)} MB"
