"""Count the SMS parts of texts: JSON lines in, JSON lines out.

Each line in is an object with "text" and, if you like, "id":
  {"id": 1, "text": "Your visit is on Thu 26 Nov."}
Each line out answers one line in, in the same order:
  {"id": 1, "encoding": "gsm7", "units": 28, "segments": 1}
A line that can't be counted gives {"id": ..., "error": "..."} and the rest goes on. Needs no database.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from recado.messaging.segments import Cost, UnsendableText, cheaper_spelling, costly_letters, measure

NEEDS_DATABASE = False


class BadLine(ValueError):
    """The line is not what it should be. Keeps the id, where one could be read."""

    def __init__(self, reason: str, line_id: object = None) -> None:
        super().__init__(reason)
        self.line_id = line_id


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", nargs="?", default="-", help="a file of JSON lines in UTF-8; - or nothing: standard input"
    )
    parser.add_argument(
        "--letters",
        action="store_true",
        help="name the letters that make a text dearer, too, and offer a spelling that takes fewer parts",
    )
    parser.add_argument("--json", action="store_true", help="changes nothing: the answer is always JSON lines")


def run(args: argparse.Namespace) -> int:
    """0 when every line had its answer, 2 when the file can't be read."""
    with ExitStack() as stack:
        try:
            source: BinaryIO = sys.stdin.buffer if args.file == "-" else stack.enter_context(Path(args.file).open("rb"))
        except OSError as problem:
            print(f"recado segments: {args.file} can't be read: {problem.strerror}", file=sys.stderr)
            return 2
        for answer in count_lines(source, with_letters=args.letters):
            sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
    return 0


def count_lines(lines: Iterable[bytes], *, with_letters: bool = False) -> Iterator[dict[str, object]]:
    """One answer for each line that is not blank."""
    for number, line in enumerate(lines):
        line = line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line
        if not line.strip():
            continue
        try:
            yield _count(line, with_letters)
        except BadLine as problem:
            yield {"id": problem.line_id, "error": str(problem)}


def _count(line: bytes, with_letters: bool) -> dict[str, object]:
    line_id, text = _read(line)
    try:
        measured = measure(text)
    except UnsendableText as problem:
        raise BadLine(str(problem), line_id) from None
    answer: dict[str, object] = {
        "id": line_id,
        "encoding": measured.encoding.value,
        "units": measured.units,
        "segments": measured.segments,
    }
    if with_letters:
        answer["letters"] = [
            {"letter": costly.letter, "costs": _COSTS[costly.cost], "instead": costly.instead}
            for costly in costly_letters(text)
        ]
        answer["cheaper"] = cheaper_spelling(text)
    return answer


_COSTS = {Cost.WHOLE_TEXT: "70 letters a part instead of 160", Cost.DOUBLE: "counts as two"}


def _read(line: bytes) -> tuple[object, str]:
    try:
        given = json.loads(line.decode("utf-8"), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise BadLine("the line is not UTF-8") from None
    except (ValueError, RecursionError):
        raise BadLine("the line is not JSON") from None
    if not isinstance(given, dict):
        raise BadLine("the line is not a JSON object")
    line_id = given.get("id")
    if "text" not in given:
        raise BadLine("the object has no text", line_id)
    if not isinstance(given["text"], str):
        raise BadLine("the text is not a string", line_id)
    return line_id, given["text"]


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
