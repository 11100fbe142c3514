"""What understanding reached on texts that nobody trained on, and doesn't fall behind: new weights, tables or thresholds are held to it.

The sets are told in docs/reference/understanding.md. Shares of texts, a little below what was measured, so that a better model that
trades one text for another passes.
"""

from dataclasses import dataclass
from functools import cache

import pytest

from recado.conversations.understanding.deciding import understand_many
from recado.conversations.understanding.meanings import Asked, Context, Understood
from tools.understand.report import MAIN
from tools.understand.texts import Line, lines


@dataclass(frozen=True, slots=True)
class Floor:
    """At least, of all texts and in the worst of the six languages; of STOPs, dangers, and of clear confirms and cancels; at most, of texts."""

    right: float
    in_each: float
    stops: float
    of_stops: float
    dangers: float
    alarms: float
    wrong_cancels: int
    acts: float


FLOORS = {
    "plain": Floor(0.975, 0.95, 1.0, 1.0, 1.0, 0.005, 0, 0.95),
    "fresh": Floor(0.97, 0.93, 1.0, 1.0, 1.0, 0.005, 0, 0.8),
    "later": Floor(0.98, 0.96, 1.0, 1.0, 1.0, 0.01, 0, 0.72),
    "last": Floor(0.96, 0.92, 0.95, 1.0, 1.0, 0.01, 0, 0.88),
    "blind": Floor(0.98, 0.96, 1.0, 1.0, 1.0, 0.01, 1, 0.88),
    "hard": Floor(0.96, 0.92, 0.97, 0.97, 1.0, 0.01, 0, 0.66),
    "check": Floor(0.915, 0.8, 0.93, 1.0, 1.0, 0.01, 0, 0.62),
    "unseen": Floor(0.905, 0.87, 0.98, 0.98, 0.98, 0.01, 0, 0.65),
    "anew": Floor(0.98, 0.92, 1.0, 1.0, 1.0, 0.005, 1, 0.9),
    "afresh": Floor(0.945, 0.91, 1.0, 1.0, 1.0, 0.02, 0, 0.78),
    "week": Floor(0.9, 0.86, 1.0, 1.0, 1.0, 0.015, 0, 0.72),
    "month": Floor(0.955, 0.92, 1.0, 0.97, 1.0, 0.01, 0, 0.8),
    "season": Floor(0.965, 0.95, 0.97, 1.0, 1.0, 0.01, 0, 0.85),
    "winter": Floor(0.965, 0.93, 1.0, 1.0, 1.0, 0.015, 0, 0.72),
    "summer": Floor(0.965, 0.92, 1.0, 0.97, 1.0, 0.01, 0, 0.8),
    "autumn": Floor(0.965, 0.93, 1.0, 1.0, 1.0, 0.01, 0, 0.82),
    "spring": Floor(0.97, 0.94, 1.0, 1.0, 1.0, 0.025, 0, 0.74),
    "yule": Floor(0.945, 0.93, 1.0, 0.96, 1.0, 0.02, 0, 0.72),
    "thaw": Floor(0.96, 0.93, 1.0, 1.0, 1.0, 0.035, 0, 0.82),
    "frost": Floor(0.945, 0.88, 0.98, 0.98, 1.0, 0.02, 0, 0.7),
    "ice": Floor(0.95, 0.9, 0.98, 0.98, 1.0, 0.025, 0, 0.74),
    "dew": Floor(0.965, 0.94, 0.98, 1.0, 1.0, 0.015, 1, 0.83),
    "mist": Floor(0.94, 0.88, 1.0, 0.98, 0.98, 0.02, 0, 0.7),
    "haze": Floor(0.98, 0.96, 0.98, 1.0, 1.0, 0.02, 1, 0.75),
    "gale": Floor(0.975, 0.95, 1.0, 0.98, 1.0, 0.01, 0, 0.84),
    "squall": Floor(0.97, 0.92, 1.0, 1.0, 1.0, 0.02, 0, 0.74),
    "hail": Floor(0.97, 0.93, 1.0, 0.98, 1.0, 0.02, 0, 0.78),
    "rime": Floor(0.94, 0.9, 0.98, 1.0, 0.97, 0.015, 0, 0.76),
    "sleet": Floor(0.955, 0.93, 0.98, 1.0, 1.0, 0.02, 0, 0.76),
    "flurry": Floor(0.97, 0.94, 0.98, 0.98, 1.0, 0.018, 0, 0.79),
    "drift": Floor(0.97, 0.95, 0.98, 1.0, 1.0, 0.02, 0, 0.76),
}

Read = list[tuple[Line, Understood]]


@cache
def read(name: str) -> Read:
    return understood(list(lines(name)), has_language=True)


def understood(found: list[Line], *, has_language: bool) -> Read:
    asked = [Asked(one.text, Context(one.context), one.lang if has_language else None) for one in found]
    said = [one for at in range(0, len(asked), 64) for one in understand_many(asked[at : at + 64])]
    return list(zip(found, said, strict=True))


def share(of: list[bool]) -> float:
    return sum(of) / len(of) if of else 1.0


@pytest.mark.parametrize("name", FLOORS)
def test_texts_nobody_trained_on_are_read_as_well_as_was_measured(name: str) -> None:
    pairs, floor = read(name), FLOORS[name]
    assert share([said.meaning == line.intent for line, said in pairs]) >= floor.right
    for language in MAIN:
        assert share([said.meaning == line.intent for line, said in pairs if line.lang == language]) >= floor.in_each


@pytest.mark.parametrize("name", FLOORS)
def test_stop_is_heard_and_nothing_else_taken_for_it(name: str) -> None:
    pairs, floor = read(name), FLOORS[name]
    assert share([said.meaning == "stop" for line, said in pairs if line.intent == "stop"]) >= floor.stops
    assert share([line.intent == "stop" for line, said in pairs if said.meaning == "stop"]) >= floor.of_stops


@pytest.mark.parametrize("name", FLOORS)
def test_dangers_are_heard_without_crying_wolf(name: str) -> None:
    pairs, floor = read(name), FLOORS[name]
    strangers = understood([line for line, _ in pairs if line.escalate], has_language=False)
    assert share([said.must_escalate for _, said in strangers]) >= floor.dangers, "also where the language is not known"
    assert share([said.must_escalate for line, said in pairs if line.escalate]) >= floor.dangers
    assert share([said.must_escalate for line, said in pairs if not line.escalate]) <= floor.alarms


@pytest.mark.parametrize("name", FLOORS)
def test_it_acts_where_it_is_clear_and_cancels_nothing_wrongly(name: str) -> None:
    pairs, floor = read(name), FLOORS[name]
    visits = ("confirm", "cancel")
    assert (
        share([said.acts and said.meaning == line.intent for line, said in pairs if line.intent in visits])
        >= floor.acts
    )
    wrong = [line.text for line, said in pairs if said.acts and said.meaning == "cancel" != line.intent]
    assert len(wrong) <= floor.wrong_cancels, wrong
