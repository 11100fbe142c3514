"""Two texts held against each other word by word, for people to read: what stayed, what went, what is new."""

import difflib
import re
from collections.abc import Iterator

_WORDS = re.compile(r"\{[^{}]*\}|\[\[|\]\]|\s+|[^\s{}\[\]]+|.", re.DOTALL)


def compared(was: str, now: str) -> Iterator[tuple[str, str]]:
    """Runs of words and what became of them: same, gone, new. A placeholder is one word. What alone stays between two changes is a
    space belongs to both: "you have" for "we keep" is one change, not two."""
    old, new = _WORDS.findall(was), _WORDS.findall(now)
    gone = fresh = ""
    for deed, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        before, after = "".join(old[i:j]), "".join(new[k:m])
        if deed == "equal" and (before.strip() or not (gone or fresh)):
            yield from _changed(gone, fresh)
            gone = fresh = ""
            yield "same", before
        else:
            gone, fresh = gone + before, fresh + after
    yield from _changed(gone, fresh)


def _changed(gone: str, fresh: str) -> Iterator[tuple[str, str]]:
    if gone:
        yield "gone", gone
    if fresh:
        yield "new", fresh
