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
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from recado.conversations.understanding.meanings import Understood

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
    parser.add_argument("--now", help='the local time to which "Thursday" is relative: 2026-11-30T09:00')
    parser.add_argument("--reason", action="store_true", help="say why, too, in words")
    parser.add_argument("--json", action="store_true", help="changes nothing: the answer is always JSON lines")


def run(args: argparse.Namespace) -> int:
    """0 when every line had its answer, 2 when the file or --now can't be read."""
    with ExitStack() as stack:
        try:
            now = datetime.fromisoformat(args.now) if args.now else None
            source: BinaryIO = sys.stdin.buffer if args.file == "-" else stack.enter_context(Path(args.file).open("rb"))
        except ValueError:
            print("recado understand: --now: write it as 2026-11-30T09:00", file=sys.stderr)
            return 2
        except OSError as problem:
            print(f"recado understand: {args.file} can't be read: {problem.strerror}", file=sys.stderr)
            return 2
        for answer in understand_lines(source, now=now, with_reason=args.reason):
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    return 0


def understand_lines(
    lines: Iterable[bytes], *, now: datetime | None = None, with_reason: bool = False
) -> Iterator[dict[str, object]]:
    """One answer for each line that is not blank."""
    for number, line in enumerate(lines):
        line = line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line
        if not line.strip():
            continue
        try:
            yield _answer(line, now, with_reason)
        except BadLine as problem:
            yield {"id": problem.line_id, "error": str(problem)}


def _answer(line: bytes, now: datetime | None, with_reason: bool) -> dict[str, object]:
    from recado.conversations.understanding.deciding import understand
    from recado.conversations.understanding.meanings import Context

    given = _object(line)
    line_id, text, language = given.get("id"), given.get("text"), given.get("patient_lang")
    if not isinstance(text, str):
        raise BadLine("the text is missing or not a string", line_id)
    if language is not None and not isinstance(language, str):
        raise BadLine("patient_lang is not a string", line_id)
    try:
        context = Context(str(given.get("context", "none")))
    except ValueError:
        raise BadLine(f"context is none of {', '.join(Context)}", line_id) from None
    found = understand(text, context, language=language, now=now)
    return _written(line_id, found) | ({"reason": found.reason} if with_reason else {})


def _written(line_id: object, found: "Understood") -> dict[str, object]:
    return {
        "id": line_id,
        "intent": str(found.meaning),
        "confidence": found.confidence,
        "slots": found.slots,
        "acts": found.acts,
        "must_escalate": found.must_escalate,
    }


def _object(line: bytes) -> dict[str, object]:
    try:
        given = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadLine("the line is not UTF-8") from None
    except (ValueError, RecursionError):
        raise BadLine("the line is not JSON") from None
    if not isinstance(given, dict):
        raise BadLine("the line is not a JSON object")
    return given
