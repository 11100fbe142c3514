"""What a journey achieves, against its comparison group."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.foundation import business_time
from recado.foundation.actors import SYSTEM
from recado.foundation.clock import real_now
from recado.foundation.tenancy import clinic_scope
from recado.journeys import actions, effects
from recado.journeys.effects import Effect
from recado.journeys.types import Anchor, AnchorView
from recado.journeys.writing import from_json
from tests import factories
from tests.factories import DAY, booking, person, record, sql

PLAN = {
    "event": "appointment",
    "steps": [
        {"key": "group", "when": {"at": "on", "state": "booked"}, "does": {"kind": "hold_out", "percent": 50}},
        {
            "key": "question",
            "when": {"at": "before", "by": 1440},
            "does": {"kind": "text", "template": "visit_question", "as": "question"},
        },
    ],
}


def test_the_interval_is_newcombes_when_asked_for_his_example() -> None:
    """Newcombe 1998, table II, method 10: 56/70 against 48/80 is 0.0524 to 0.3339."""
    low, high = Effect(70, 56, 80, 48).interval
    assert (round(low, 2), round(high, 2)) == (5.24, 33.39)


@given(st.integers(1, 500), st.integers(1, 500), st.data())
def test_the_difference_lies_in_its_interval(told: int, held: int, data: st.DataObject) -> None:
    made = Effect(told, data.draw(st.integers(0, told)), held, data.draw(st.integers(0, held)))
    low, high = made.interval
    assert -100.001 <= low <= made.difference + 1e-9 and made.difference - 1e-9 <= high <= 100.001


@pytest.mark.parametrize(
    ("event", "state", "age", "well"),
    [
        ("appointment", "finished", 1, True),
        ("appointment", "missed", 1, False),
        ("appointment", "confirmed", 1, None),
        ("appointment", "cancelled", 1, None),
        ("invoice", "paid", 31, True),
        ("invoice", "due", 31, False),
        ("invoice", "paid", 5, None),
        ("invoice", "withdrawn", 31, None),
    ],
)
def test_an_outcome_counts_once_it_is_known(event: str, state: str, age: int, well: bool | None) -> None:
    now = real_now()
    anchor = Anchor(now - age * DAY, now - 60 * DAY, state)
    assert effects.outcome(event, AnchorView(uuid4(), uuid4(), anchor, frozenset()), now) is well


def test_both_groups_are_counted_as_they_were_drawn(database: None) -> None:
    clinic: UUID = factories.make_furnished().id
    with clinic_scope(clinic):
        made = from_json("own", 0, PLAN)
        actions.begin(clinic_id=clinic, key="own", name="Own", plan=made, by=SYSTEM)
        actions.publish(clinic_id=clinic, key="own", by=SYSTEM, moves_people=False)
    record(clinic, *(booking(f"A-{n}", person(300 + n)) for n in range(60)))
    drawn = sql("SELECT id, anchor_id FROM journeys_run WHERE plan = 'own'")
    held = {anchor for run, anchor in drawn if effects.is_held(made, run)}
    assert 10 < len(held) < 50
    sql(
        "UPDATE appointments_appointment SET state = CASE WHEN id = ANY (%s) THEN 'missed' ELSE 'finished' END",
        ([*held],),
    )
    business_time.advance_to(business_time.now() + timedelta(days=12))
    with clinic_scope(clinic):
        found = effects.effect_of(clinic, "own", "appointment")
    assert found == Effect(60 - len(held), 60 - len(held), len(held), 0)
    assert found.is_certain and found.difference == 100
