"""Files that people open in a spreadsheet."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """What a spreadsheet would take for a formula is made a text (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(FORMULA) else text
