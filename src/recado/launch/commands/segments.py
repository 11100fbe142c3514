"""Count the SMS parts of texts: JSON lines in, JSON lines out.

Each line in is an object with "text" and, if you like, "id":
  {"id": 1, "text": "Your visit is on Thu 26 Nov."}
Each line out answers one line in, in the same order:
  {"id": 1, "encoding": "gsm7", "units": 28, "segments": 1}
A line that can't be counted gives {"id": ..., "error": "..."} and the rest goes on. Needs no database.
"""

import argparse
from collections.abc import Iterable, Iterator

from recado.launch import json_lines
from recado.launch.json_lines import BadLine
from recado.messaging.segments import Cost, UnsendableText, cheaper_spelling, costly_letters, measure

NEEDS_DATABASE = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", default="-", help=json_lines.FILE)
    parser.add_argument(
        "--letters",
        action="store_true",
        help="name the letters that make a text dearer, too, and offer a spelling that takes fewer parts",
    )
    parser.add_argument("--json", action="store_true", help="changes nothing: the answer is always JSON lines")


def run(args: argparse.Namespace) -> int:
    """0 when every line had its answer, 2 when the file can't be read."""
    return json_lines.run(
        "segments", args.file, lambda lines: count_lines(lines, with_letters=args.letters), is_ascii=True
    )


def count_lines(lines: Iterable[bytes], *, with_letters: bool = False) -> Iterator[dict[str, object]]:
    """One answer for each line that is not blank."""
    return json_lines.answered(lines, lambda line: _count(line, with_letters))


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
    given = json_lines.read(line)
    line_id = given.get("id")
    if "text" not in given:
        raise BadLine("the object has no text", line_id)
    if not isinstance(given["text"], str):
        raise BadLine("the text is not a string", line_id)
    return line_id, given["text"]
