"""Somebody was told of several visits, and asked about one: a number is for that one, and never cancels another."""

from datetime import timedelta
from uuid import UUID

import pytest

from recado.appointments.types import Announce
from recado.foundation.database import Role, connect
from recado.journeys import worker
from tests import factories
from tests.factories import DAY, booking, hear, record, visit, wordings

pytestmark = pytest.mark.usefixtures("database")
HOUR = timedelta(hours=1)


def work() -> None:
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        while worker.run_due(maintenance):
            pass


def tell(clinic: UUID, **visits: timedelta) -> None:
    """A text for each, which says that it is booked."""
    record(clinic, *(booking(name, ahead=ahead) for name, ahead in visits.items()), announce=Announce.ALL)
    factories.release(clinic)
    work()


@pytest.fixture
def clinic(database: None) -> UUID:
    """They were told of A in ten days and B in twenty, and a week later asked about A."""
    made = factories.make_furnished(time_zone="UTC").id
    tell(made, A=10 * DAY, B=20 * DAY)
    factories.advance(7 * DAY + HOUR)
    work()
    assert ["Reply 1" in text for text in wordings(made)] == [False, False, True]
    return made


def states(clinic: UUID, *names: str) -> list[str]:
    return [visit(clinic, name).state for name in names]


@pytest.mark.parametrize(("said", "state"), [("1", "confirmed"), ("yes", "confirmed"), ("3", "cancelled")])
def test_a_number_or_a_yes_is_for_what_was_asked(clinic: UUID, said: str, state: str) -> None:
    assert hear(clinic, said) == state
    assert states(clinic, "A", "B") == [state, "booked"]


def test_who_changes_their_mind_does_not_cancel_another_visit(clinic: UUID) -> None:
    assert hear(clinic, "1") == "confirmed"
    factories.advance(HOUR)
    assert hear(clinic, "3") == "cancelled"
    assert states(clinic, "A", "B") == ["cancelled", "booked"]


def test_who_cancels_in_words_is_asked_which(clinic: UUID) -> None:
    assert hear(clinic, "cancel") == "asked_which"
    assert states(clinic, "A", "B") == ["booked", "booked"]


def test_a_number_after_news_of_another_visit_is_asked_back(clinic: UUID) -> None:
    tell(clinic, C=15 * DAY)
    assert hear(clinic, "3") == "asked_which"
    assert states(clinic, "A", "B", "C") == ["booked"] * 3


def test_of_two_that_were_only_told_a_number_is_asked_back(database: None) -> None:
    made = factories.make_furnished(time_zone="UTC").id
    tell(made, A=10 * DAY, B=20 * DAY)
    assert hear(made, "3") == "asked_which"


def test_a_visit_that_was_asked_about_stays_asked_though_news_of_it_came_since(clinic: UUID) -> None:
    start = visit(clinic, "A").starts_at
    record(clinic, booking("A", start=start, clinician="Dr Okafor"), announce=Announce.ALL)
    factories.release(clinic)
    work()
    factories.advance(HOUR)
    assert hear(clinic, "1") == "confirmed"
    assert states(clinic, "A", "B") == ["confirmed", "booked"]
