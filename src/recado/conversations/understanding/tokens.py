"""Words in one form for tables and for texts. Pure."""

import re

from recado.foundation.text import words_of

_ELISION = re.compile(r"^(\w{1,4})'(\w{2,})$")
_MOST_WORDS = 120  # no rule looks further


def tokens_of(text: str) -> tuple[str, ...]:
    """Words in one form for tables and texts: "j'arrive" is two, "can't" and "cant" are one.

    >>> tokens_of("J'arrive, I can’t")
    ('j', 'arrive', 'i', 'cant')
    """
    found: list[str] = []
    for word in words_of(text)[:_MOST_WORDS]:
        parts = _ELISION.match(word)
        found += parts.groups() if parts else (word.replace("'", ""),)
    return tuple(word for word in found if word)
