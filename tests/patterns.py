"""What the product's texts look like once their values are in."""

import re


def as_pattern(wording: str) -> "re.Pattern[str]":
    """What a wording's texts look like, whatever the values."""
    pieces = re.split(r"(\[\[|\]\]|\{\w+\})", wording)
    written = {"[[": "(?:", "]]": ")?"}
    return re.compile("".join(written.get(one) or (".+?" if one.startswith("{") else re.escape(one)) for one in pieces))
