"""Every text that comes with the product, at each level and in every language, held against the lints; and what a level may tell."""

import importlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from recado.care_events import kinds, letters, paper_links
from recado.care_events.effects import EFFECTS
from recado.care_events.types import Detail, EventKind, ResultReady, Stage
from recado.care_events.wordings import BY_PHONE
from recado.consent.types import Privacy
from recado.journeys.gallery import GALLERY
from recado.journeys.types import Text
from recado.messaging.levels import write
from recado.messaging.lints import Ground, longest_of, review
from recado.messaging.segments import measure
from recado.messaging.wording import define, render

SOURCE = Path(__file__).parents[2] / "src"
LANGUAGES = {"en", "fr", "nl", "pl", "es", "id", "de", "it", "pt"}
ON = date(2026, 11, 29)
LONG = {
    "clinic": "Harbour Street Clinic",
    "name": "Christopher",
    "clinician": "Dr Oyelaran-Smit",
    "link": "hsc.example/v/k7QdX2mP9a",
    "place": "Quay Pharmacy",
    "service": "Blood test",
    "medicine": "vitamin D",
    "minutes": "45",
    "wait": "1 hour 30 minutes",
    "insurer": "Northgate Mutual",
    "reference": "X-204117",
    "phone": "020 7946 0018",
}


def tables() -> Iterator[str]:
    """The modules that give texts with their levels."""
    for path in sorted(SOURCE.rglob("*.py")):
        if re.search(r"^TEXTS = .*wordings\(LEVELS, VALUES\)", path.read_text(encoding="utf-8"), re.MULTILINE):
            yield ".".join(path.relative_to(SOURCE).with_suffix("").parts)


TABLES = list(tables())
OF_OURSELVES = {"passed_out_of_hours"}  # {when} is when the team reads again: nothing about whoever is told


def variants(table: str) -> Iterator[tuple[str, Privacy, str, str, Ground]]:
    module = importlib.import_module(table)
    values = dict.fromkeys(module.VALUES, "12") | LONG
    for key, levels in module.LEVELS.items():
        assert Privacy.NEUTRAL in levels, key
        for level, texts in levels.items():
            assert set(texts) == LANGUAGES, (key, level)
            for language, text in texts.items():
                longest = longest_of(language, ON, values)
                always = frozenset(longest)
                yield key, level, language, text, Ground(LONG["clinic"], "HSC", "GB", longest, ON, always=always)


@pytest.mark.parametrize("table", TABLES)
def test_product_text_passes_what_a_clinics_own_must_when_it_is_read(table: str) -> None:
    for key, level, language, text, ground in variants(table):
        found = review(text, language, level, ground)
        says_place = [one for one in found if one.code == "says_place" and key not in OF_OURSELVES]
        assert not says_place and not any(one.blocks for one in found), (key, level, language, text, found)


@pytest.mark.parametrize("table", TABLES)
def test_neutral_text_takes_no_more_parts_when_it_stands_for_a_fuller_one(table: str) -> None:
    module = importlib.import_module(table)
    for key, levels in module.LEVELS.items():
        if len(levels) == 1:
            continue
        for language, text in levels[Privacy.NEUTRAL].items():
            size = measure(render(define(key, {language: text}, module.VALUES), language, LONG).text)
            assert size.segments <= (2 if language == "pl" else 1), (key, language, text)


def test_tables_of_texts_are_found_when_they_are_looked_for() -> None:
    of_rooms = {"appointments", "care_events", "conversations", "surveys"}
    assert of_rooms <= {table.split(".")[1] for table in TABLES}


# ------------------------------------------------------------------------------------------------ what each kind of event tells

MOMENT = datetime(2026, 12, 3, 10, 30, tzinfo=UTC)
OTHER: dict[Any, Any] = {
    datetime: MOMENT + timedelta(days=40, hours=3),
    date: MOMENT.date() + timedelta(days=40),
    time: time(8, 15),
    int: 7,
    str: "https://other.example/z",
    bool: True,
    tuple: ("https://other.example/z",),
}
FULL: dict[str, Any] = {
    **{"ready_at": MOMENT, "sent_at": MOMENT, "due_at": MOMENT, "starts_at": MOMENT, "expected_at": MOMENT},
    **{"finished_at": MOMENT, "minutes": 45, "opens": time(9), "closes": time(17), "every_days": 7},
    **{"due_on": ON, "on": ON, "renews_on": ON, "begins_on": ON, "first_day": ON},
    **{"until": ON + timedelta(days=9), "last_day": ON + timedelta(days=9), "studied_on": ON},
    **{"pages": ("https://one.example/a",), "stages": (Stage(3, (time(8),)),), "needs_call": False},
    **{"amount_minor": 4500, "currency": "EUR"},
}


def detail_of(kind: EventKind) -> Detail:
    """An event of which everything is known."""
    made = kinds.DETAIL_OF[kind]
    address = {name: f"https://one.example/{name}" for name in made.__dataclass_fields__}
    detail: Detail = made(**{name: FULL.get(name, address[name]) for name in made.__dataclass_fields__})
    return detail


def keys_of(kind: EventKind) -> set[str]:
    """The texts that are said about events of a kind."""
    told = {
        placed.step.does.template
        for ready in GALLERY
        if ready.plan.event.key == kind
        for placed in ready.plan.placed
        if isinstance(placed.step.does, Text)
    }
    told |= {BY_PHONE[key] for key in told & BY_PHONE.keys()}
    told |= {letters.LINKED[key] for key in told & letters.LINKED.keys()}
    told |= {paper_links.TEMPLATES[key] for key in told & paper_links.TEMPLATES.keys()}
    return (told | {text for (its, _), (_, _, text) in EFFECTS.items() if its == kind and text}) & letters.TEXTS.keys()


def said(kind: EventKind, detail: Detail, level: Privacy) -> dict[str, str]:
    """What its texts say of an event, up to this level, by key and language."""
    if isinstance(detail, ResultReady) and not detail.needs_call:
        by_a_person = said(kind, replace(detail, needs_call=True), level)
    else:
        by_a_person = {}
    values = {**LONG, "day": "", "link": "hsc.example/x", **letters.told_values(detail, "Europe/London", MOMENT)}
    found = {f"{key} by a person": text for key, text in by_a_person.items()}
    for key in keys_of(kind):
        one = letters.TEXTS[key]
        for language in LANGUAGES:
            try:
                found[f"{key} {language}"] = write(one, one.level_for(level, language), language, values).text
            except LookupError:  # a text with a link, of an event without
                found[f"{key} {language}"] = ""
    return found


@pytest.mark.parametrize("kind", [kind for kind in EventKind if kind is not EventKind.VISIT_FINISHED])
def test_field_of_an_event_is_told_from_its_level_on_when_texts_are_written(kind: EventKind) -> None:
    full, told = detail_of(kind), kinds.told_of(kind)
    assert keys_of(kind), "nothing is ever said"
    for name in full.__dataclass_fields__:
        if name == "needs_call":  # which text goes, not what it says
            continue
        changed = replace(full, **{name: _other(getattr(full, name))})
        for level in Privacy:
            is_told = said(kind, changed, level) != said(kind, full, level)
            assert is_told == (name in told and level >= told[name]), (name, level)


def _other(value: Any) -> Any:
    return next(other for kind, other in OTHER.items() if type(value) is kind)


@pytest.mark.parametrize("kind", EventKind)
def test_text_goes_to_no_level_above_what_its_kind_tells_at_most_when_compared(kind: EventKind) -> None:
    for key in keys_of(kind):
        assert max(letters.TEXTS[key].levels) <= max(kinds.TELLS_AT_MOST[kind], Privacy.PLACE_AND_TIME), key
