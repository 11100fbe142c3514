"""The texts that understanding is trained and measured on."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TEXTS = Path(os.environ.get("UNDERSTANDING", Path(__file__).resolve().parents[2] / "tests" / "understanding"))


@dataclass(frozen=True, slots=True)
class Line:
    """One text with what it means."""

    text: str
    context: str
    lang: str
    intent: str
    escalate: bool
    by: str


def lines(folder: str = "texts", root: Path = TEXTS) -> Iterator[Line]:
    """The lines of one set, `texts` (to train on) or `unseen` (only to measure)."""
    for path in sorted((root / folder).glob("*.jsonl")):
        for raw in path.read_text("utf-8").splitlines():
            if raw.strip():
                one = json.loads(raw)
                yield Line(
                    *(one[name] for name in ("text", "context", "lang", "intent")),
                    bool(one.get("escalate")),
                    str(one.get("by", one["text"])),
                )
