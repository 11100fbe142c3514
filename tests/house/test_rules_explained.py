"""Whatever can be stored as the reason of a text is explained to the person who looks for it."""

import re
from pathlib import Path

from recado.consent.rules import RULES
from recado.journeys.refusals import REASONS
from recado.messaging.checks import RULES as OWN_RULES
from recado.messaging.types import EventKind

PAGE = (Path(__file__).resolve().parents[2] / "docs/howto/why-a-text-was-sent.md").read_text("utf-8")
NAMED = set(re.findall(r"`(\w+)`", PAGE))


def test_every_rule_and_reason_is_in_the_how_to() -> None:
    assert RULES.keys() | OWN_RULES.keys() | REASONS.keys() <= NAMED


def test_every_event_is_in_the_how_to_with_its_number() -> None:
    listed = {(int(number), name) for number, name in re.findall(r"^\| (\d+) \| `(\w+)` \|", PAGE, re.MULTILINE)}
    assert listed == {(kind.value, kind.name) for kind in EventKind}
