"""The small markup of a page: headings, paragraphs, lists, strong words, links. Pure.

    ## Before you come
    Eat **nothing** from midnight on.
    - Drink water only
    1. Press the bell
    [Our bus stop](https://example.org/stop), or [call us](tel:+442079460100)

What is written becomes a tree of plain values, never HTML: whoever shows it escapes every word of it, so that no page can
hold a script. A link leads to https or to a phone, to nothing else. What is no markup is shown as it was typed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_STRONG = r"\*\*(?P<strong>[^*\n]+)\*\*"
_LINK = r"\[(?P<words>[^\[\]\n]+)\]\((?P<target>https://[^\s()<>\"'\\]+|tel:\+?[0-9]{3,20})\)"
_BARE = r"(?P<bare>https://[^\s()<>\"'\\]*[^\s()<>\"'\\.,;:!?])"
_RUN = re.compile(f"{_STRONG}|{_LINK}|{_BARE}")
_HEADING = re.compile(r"#{1,3}\s+(.+)")
_POINT = re.compile(r"[-*]\s+(.+)")
_STEP = re.compile(r"\d{1,2}[.)]\s+(.+)")


class BlockKind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    POINTS = "points"
    STEPS = "steps"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a line: plain, strong, or a link to `target`."""

    text: str
    is_strong: bool = False
    target: str = ""


Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A heading has one line, a paragraph and a list one or more."""

    kind: BlockKind
    lines: tuple[Line, ...]


def read(text: str) -> tuple[Block, ...]:
    """The blocks of a text. Any text can be read."""
    return tuple(Block(kind, tuple(_line(one) for one in lines)) for kind, lines in _blocks(text))


def _blocks(text: str) -> Iterator[tuple[BlockKind, list[str]]]:
    kind, lines = BlockKind.PARAGRAPH, list[str]()
    for raw in text.splitlines():
        its, words = _kind_of(raw.strip())
        if its is not kind or not words or its is BlockKind.HEADING:
            if lines:
                yield kind, lines
            kind, lines = its, []
        if words:
            lines.append(words)
    if lines:
        yield kind, lines


def _kind_of(line: str) -> tuple[BlockKind, str]:
    for kind, pattern in ((BlockKind.HEADING, _HEADING), (BlockKind.POINTS, _POINT), (BlockKind.STEPS, _STEP)):
        if found := pattern.fullmatch(line):
            return kind, found[1].strip()
    return BlockKind.PARAGRAPH, line


def _line(text: str) -> Line:
    runs, position = list[Run](), 0
    for found in _RUN.finditer(text):
        if found.start() > position:
            runs.append(Run(text[position : found.start()]))
        runs.append(_run(found))
        position = found.end()
    if text[position:]:
        runs.append(Run(text[position:]))
    return tuple(runs)


def _run(found: re.Match[str]) -> Run:
    if found["strong"] is not None:
        return Run(found["strong"], is_strong=True)
    if found["target"] is not None:
        return Run(found["words"], target=found["target"])
    return Run(found["bare"].removeprefix("https://"), target=found["bare"])
