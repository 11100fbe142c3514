"""The gallery: ready journeys, those of the first day and those that wait to be taken."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from recado.foundation.actors import SYSTEM
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.journeys import actions, queries, worker
from recado.journeys.gallery import GALLERY, THEMES, Ready
from recado.journeys.plans import BY_DEFAULT, PRODUCT
from tests import factories
from tests.factories import DAY, wordings

HOUR = timedelta(hours=1)
BY_KEY = {ready.plan.key: ready for ready in GALLERY}


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def work(database: None) -> "Iterator[Callable[..., int]]":
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        yield lambda step=timedelta(0): do_all(maintenance, step)


def do_all(maintenance: "psycopg.Connection[Any]", step: timedelta) -> int:
    factories.advance(step)
    done = 0
    while found := worker.run_due(maintenance):
        done += found
    return done


def take(clinic_id: UUID, key: str) -> None:
    """Takes a ready journey and publishes it as it stands."""
    ready = BY_KEY[key]
    with clinic_scope(clinic_id):
        actions.begin(clinic_id=clinic_id, key=key, name=ready.title, plan=ready.plan, by=SYSTEM)
        actions.publish(clinic_id=clinic_id, key=key, by=SYSTEM, moves_people=False)


def test_every_ready_journey_is_shown_once_with_its_words() -> None:
    assert sorted((ready.plan.key, ready.plan.version) for ready in GALLERY) == sorted(PRODUCT)
    assert {ready.plan.key for ready in GALLERY if ready.is_by_default} == {plan.key for plan in BY_DEFAULT}
    assert {ready.theme for ready in GALLERY} <= set(THEMES)
    for ready in GALLERY:
        assert ready.title
        assert ready.what_for.endswith(".")


@pytest.mark.parametrize("ready", GALLERY, ids=lambda ready: ready.plan.key)
def test_ready_journey_has_no_fault_when_it_is_taken(clinic: UUID, ready: Ready) -> None:
    with clinic_scope(clinic):
        assert queries.faults_of(clinic, ready.plan) == []


def test_optional_journeys_say_nothing_before_a_clinic_takes_them(clinic: UUID, work: Callable[..., int]) -> None:
    factories.record(clinic, factories.booking(ahead=10 * DAY))
    work(10 * DAY)
    assert not [text for text in wordings(clinic) if "see you" in text or "bring ID" in text]


def test_same_day_reminder_goes_to_all_two_hours_before_when_taken(clinic: UUID, work: Callable[..., int]) -> None:
    take(clinic, "same_day")
    factories.record(clinic, factories.booking(ahead=10 * DAY))
    work(10 * DAY - 3 * HOUR)
    assert not [text for text in wordings(clinic) if "see you" in text]
    work(HOUR + timedelta(minutes=1))
    assert "Eleanor, see you" in wordings(clinic)[-1]
    assert "Running late? Call 020 7946 0100." in wordings(clinic)[-1]


def test_arrival_tells_what_to_bring_five_days_before_when_taken(clinic: UUID, work: Callable[..., int]) -> None:
    take(clinic, "arrival")
    factories.record(clinic, factories.booking(ahead=10 * DAY))
    factories.record(clinic, factories.booking("A-2", ahead=4 * DAY))
    work(5 * DAY + timedelta(minutes=1))
    told = [text for text in wordings(clinic) if "please bring ID" in text]
    assert len(told) == 1, "a visit that was booked later is told nothing five days before"
    assert "How to find us: http" in told[0]
