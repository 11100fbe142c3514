"""JSON lines in, JSON lines out: what the commands that answer texts line by line share. A line that can't be read has its own
answer, and the rest goes on."""

import json
import math
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

FILE = "a file of JSON lines in UTF-8; - or nothing: standard input"

Answers = Callable[[Iterable[bytes]], Iterator[dict[str, object]]]


class BadLine(ValueError):
    """The line is not what it should be. Keeps the id, where one could be read."""

    def __init__(self, reason: str, line_id: object = None) -> None:
        super().__init__(reason)
        self.line_id = line_id


def run(command: str, file: str, answers: Answers, *, is_ascii: bool = False) -> int:
    """Writes the answers to the lines of a file. 0; 2 when it can't be read."""
    with ExitStack() as stack:
        try:
            source: BinaryIO = sys.stdin.buffer if file == "-" else stack.enter_context(Path(file).open("rb"))
        except OSError as problem:
            print(f"recado {command}: {file} can't be read: {problem.strerror}", file=sys.stderr)
            return 2
        for answer in answers(source):
            _write(answer, is_ascii)
    sys.stdout.flush()
    return 0


def _write(answer: dict[str, object], is_ascii: bool) -> None:
    try:
        sys.stdout.write(json.dumps(answer, ensure_ascii=is_ascii) + "\n")
    except UnicodeEncodeError:  # half of a character in an id, or a terminal of fewer letters: as escapes
        sys.stdout.write(json.dumps(answer) + "\n")


def answered(lines: Iterable[bytes], answer: Callable[[bytes], dict[str, object]]) -> Iterator[dict[str, object]]:
    """One answer for each line that is not blank."""
    for number, line in enumerate(lines):
        line = line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line
        if not line.strip():
            continue
        try:
            yield answer(line)
        except BadLine as problem:
            yield {"id": problem.line_id, "error": str(problem)}


def read(line: bytes) -> dict[str, Any]:
    """Raises BadLine."""
    try:
        given = json.loads(line.decode("utf-8"), parse_constant=_refuse_constant, parse_float=_finite)
    except UnicodeDecodeError:
        raise BadLine("the line is not UTF-8") from None
    except (ValueError, RecursionError):
        raise BadLine("the line is not JSON") from None
    if not isinstance(given, dict):
        raise BadLine("the line is not a JSON object")
    return given


def _finite(written: str) -> float:
    """A number that can be written back: 1e400 would come back as Infinity, which is no JSON."""
    number = float(written)
    if not math.isfinite(number):
        raise ValueError("too large a number")
    return number


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
