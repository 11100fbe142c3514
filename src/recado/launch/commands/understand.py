"""Tell what patients' texts mean: JSON lines in, JSON lines out.

Each line in is an object with "text", what was asked before it ("context": reminder, reminder_menu, waitlist_offer, survey,
refill_reminder, campaign or none), and if you like "id" and the language that the patient reads:
  {"id": 1, "text": "oui mais plutôt jeudi", "context": "reminder", "patient_lang": "fr"}
Each line out answers one line in, in the same order:
  {"id": 1, "intent": "reschedule", "confidence": 0.9, "slots": {...}, "acts": false, "must_escalate": false}
"acts" is true where Recado would change something by itself; "must_escalate" where somebody may be in danger. A line that can't
be read gives {"id": ..., "error": "..."} and the rest goes on. Needs no database and no network.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from recado.launch import json_lines
from recado.launch.json_lines import BadLine

if TYPE_CHECKING:
    from recado.conversations.understanding.meanings import Asked, Understood

NEEDS_DATABASE = False
_AT_ONCE = 64  # lines that are understood together
_BOM = b"\xef\xbb\xbf"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", default="-", help=json_lines.FILE)
    parser.add_argument("--now", help='the local time to which "Thursday" is relative: 2026-11-30T09:00 (now)')
    parser.add_argument("--reason", action="store_true", help="say why, too, in words")
    parser.add_argument("--json", action="store_true", help="changes nothing: the answer is always JSON lines")


def run(args: argparse.Namespace) -> int:
    """0 when every line had its answer, 2 when the file or --now can't be read."""
    try:
        now = datetime.fromisoformat(args.now) if args.now else datetime.now().astimezone().replace(tzinfo=None)
    except ValueError:
        print("recado understand: --now: write it as 2026-11-30T09:00", file=sys.stderr)
        return 2
    return json_lines.run(
        "understand", args.file, lambda lines: understand_lines(lines, now=now, with_reason=args.reason)
    )


def understand_lines(
    lines: Iterable[bytes], *, now: datetime | None = None, with_reason: bool = False
) -> Iterator[dict[str, object]]:
    """One answer for each line that is not blank. So many lines are understood together."""
    told = (line.removeprefix(_BOM) if number == 0 else line for number, line in enumerate(lines))
    wanted = (line for line in told if line.strip())
    while part := list(islice(wanted, _AT_ONCE)):
        yield from _answers(part, now, with_reason)


def _answers(lines: list[bytes], now: datetime | None, with_reason: bool) -> Iterator[dict[str, object]]:
    from recado.conversations.understanding.deciding import understand_many

    read = [_read(line, now) for line in lines]
    found = iter(understand_many([asked for _, asked, _ in read if asked]))
    for line_id, asked, error in read:
        if asked is None:
            yield {"id": line_id, "error": error}
        else:
            said = next(found)
            yield _written(line_id, said) | ({"reason": said.reason} if with_reason else {})


def _read(line: bytes, now: datetime | None) -> "tuple[object, Asked | None, str]":
    """The id of a line and what is asked, or why it can't be read."""
    try:
        line_id, asked = _asked(line, now)
    except BadLine as problem:
        return problem.line_id, None, str(problem)
    return line_id, asked, ""


def _asked(line: bytes, now: datetime | None) -> "tuple[object, Asked]":
    from recado.conversations.understanding.meanings import Asked, Context

    given = json_lines.read(line)
    line_id, text, language = given.get("id"), given.get("text"), given.get("patient_lang")
    if not isinstance(text, str):
        raise BadLine("the text is missing or not a string", line_id)
    if language is not None and not isinstance(language, str):
        raise BadLine("patient_lang is not a string", line_id)
    try:
        context = Context("none" if given.get("context") is None else str(given["context"]))
    except ValueError:
        raise BadLine(f"context is none of {', '.join(Context)}", line_id) from None
    return line_id, Asked(text, context, language, now)


def _written(line_id: object, found: "Understood") -> dict[str, object]:
    return {
        "id": line_id,
        "intent": str(found.meaning),
        "confidence": found.confidence,
        "slots": found.slots,
        "acts": found.acts,
        "must_escalate": found.must_escalate,
    }
