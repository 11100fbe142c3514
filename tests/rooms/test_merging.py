"""Several visits of a day at one phone go in one text; an answer counts for all, and nothing is lost when one moves."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.appointments import actions as appointments
from recado.consent import actions as consent
from recado.consent.types import Privacy
from recado.contacts.types import PersonRecord
from recado.conversations import actions as conversations
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.journeys import worker
from recado.journeys.merging import MOST, Told, merge
from recado.messaging import actions as messaging
from tests import factories
from tests.factories import DAY, hear, sql, wordings

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LONDON = ZoneInfo("Europe/London")


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


def noon(ahead: int) -> datetime:
    local = business_time.now().astimezone(LONDON)
    return (local + ahead * DAY).replace(hour=12, minute=0, second=0, microsecond=0).astimezone(UTC)


def child(name: str, record: str) -> PersonRecord:
    return factories.person(321, name=name, record_number=record)


def book(clinic: UUID, *visits: tuple[str, PersonRecord, datetime]) -> None:
    factories.record(clinic, *(factories.booking(name, who, start=start) for name, who, start in visits))
    factories.release(clinic)


def family(clinic: UUID) -> datetime:
    """Two children, at noon and twenty minutes later, in ten days."""
    start = noon(10)
    book(
        clinic,
        ("A-1", child("Eleanor Pell", "R-1"), start),
        ("A-2", child("Tom Pell", "R-2"), start + 20 * MINUTE),
    )
    return start


def states(clinic: UUID) -> list[str]:
    return [row[0] for row in sql("SELECT state FROM appointments_appointment ORDER BY external_id")]


# ---------------------------------------------------------------- one text


def test_family_hears_once_of_two_visits_and_one_answer_confirms_both(clinic: UUID, work: Callable[..., int]) -> None:
    start = family(clinic)
    work()
    assert len(wordings(clinic)) == 1
    assert ": Eleanor 12:00, Tom 12:20. To change or cancel call" in wordings(clinic)[0]
    work(start - 3 * DAY - business_time.now())
    assert len(wordings(clinic)) == 2
    assert ": Eleanor 12:00, Tom 12:20. Reply 1 to confirm all" in wordings(clinic)[1]
    assert hear(clinic, "1") == "confirmed"
    assert "thank you, confirmed: Eleanor" in wordings(clinic)[2]
    assert states(clinic) == ["confirmed", "confirmed"]
    work(10 * DAY)
    assert len(wordings(clinic)) == 3, "confirmed people are not asked again"


def test_whoever_cancels_is_asked_which(clinic: UUID, work: Callable[..., int]) -> None:
    start = family(clinic)
    work()
    work(start - 3 * DAY - business_time.now())
    assert hear(clinic, "3") == "asked_which"
    assert hear(clinic, "B") == "cancelled"
    assert states(clinic) == ["booked", "cancelled"]
    assert hear(clinic, "1") == "confirmed"
    assert states(clinic) == ["confirmed", "cancelled"]


def test_three_visits_of_one_person_on_a_day_are_one_text(clinic: UUID, work: Callable[..., int]) -> None:
    start, who = noon(10), factories.person()
    book(clinic, *((f"A-{hour}", who, start + hour * HOUR) for hour in (0, 1, 4)))
    work()
    work(start - 3 * DAY - business_time.now())
    (told, asked) = wordings(clinic)
    assert "Eleanor, booked for" in told
    assert ": 12:00, 13:00, 16:00. Reply 1 to confirm all" in asked


def test_visits_of_other_days_and_of_other_phones_stay_alone(clinic: UUID, work: Callable[..., int]) -> None:
    start = noon(10)
    book(
        clinic,
        ("A-1", factories.person(321), start),
        ("A-2", factories.person(321), start + DAY),
        ("A-3", factories.person(322, name="Harriet Pell"), start),
    )
    work()
    assert len(wordings(clinic)) == 3
    assert all("your appointment is booked" in text for text in wordings(clinic))


def test_who_wants_neutral_texts_is_named_in_nobody_elses(clinic: UUID, work: Callable[..., int]) -> None:
    start = noon(10)
    book(clinic, ("A-1", child("Eleanor Pell", "R-1"), start), ("A-2", child("Tom Pell", "R-2"), start))
    tom = factories.visit(clinic, "A-2").patient_id
    with clinic_scope(clinic):
        consent.choose_privacy(clinic_id=clinic, patient_id=tom, level=Privacy.NEUTRAL, how="desk", by=OPERATOR)
    work()
    assert len(wordings(clinic)) == 2
    assert not [text for text in wordings(clinic) if "Eleanor" in text and "Tom" in text]


# ---------------------------------------------------------------- nothing is lost


def test_other_visit_is_told_of_when_one_moves_before_the_text_has_left(clinic: UUID, work: Callable[..., int]) -> None:
    start = family(clinic)
    work()  # one text waits in the outbox
    book(clinic, ("A-2", child("Tom Pell", "R-2"), start + DAY))
    work()
    work(MINUTE)
    left = [bytes(row[0]) for row in sql("SELECT decode(replace(id::text, '-', ''), 'hex') FROM messaging_outbox")]
    assert len(left) == 2
    texts = wordings(clinic)
    assert any("Eleanor, your appointment is booked" in text for text in texts[1:])
    assert any("Tom, your appointment has moved" in text for text in texts[1:])


@pytest.mark.parametrize(("wrong", "right"), [("A-1", "Tom"), ("A-2", "Eleanor")])
def test_wrong_number_of_one_takes_back_what_tells_of_them_and_the_other_is_told_alone(
    clinic: UUID, work: Callable[..., int], wrong: str, right: str
) -> None:
    start = family(clinic)
    work()
    (both,) = wordings(clinic)
    assert "Eleanor" in both and "Tom" in both
    with clinic_scope(clinic):
        patient, phone_bi = (
            factories.visit(clinic, wrong).patient_id,
            messaging.phone_index(clinic, factories.phone(321)),
        )
        conversations.wrong_number(clinic_id=clinic, patient_id=patient, phone_bi=phone_bi, by=OPERATOR)
    assert factories.queued() == set(), "it names somebody whose phone it is not"
    work()
    assert len(factories.queued()) == 1
    alone = wordings(clinic)[-1]
    assert right in alone and "booked for" in alone and alone != both
    work(start - 3 * DAY + HOUR - business_time.now())
    assert len([text for text in wordings(clinic) if "Reply 1 to confirm" in text]) == 1
    assert hear(clinic, "1") == "confirmed"
    assert sorted(states(clinic)) == ["booked", "confirmed"]
    assert factories.visit(clinic, wrong).state == "booked"


def test_reminders_go_alone_when_one_moved_to_another_day(clinic: UUID, work: Callable[..., int]) -> None:
    start = family(clinic)
    work()
    book(clinic, ("A-2", child("Tom Pell", "R-2"), start + DAY))
    work()
    before = len(wordings(clinic))
    work(start - 3 * DAY - business_time.now())
    assert ["Eleanor, you have" in text for text in wordings(clinic)[before:]] == [True]
    work(DAY + 20 * MINUTE)
    assert "Tom, you have" in wordings(clinic)[-1]


def test_reminder_of_the_other_keeps_its_moment_when_one_has_confirmed(clinic: UUID, work: Callable[..., int]) -> None:
    start = family(clinic)
    work()
    with clinic_scope(clinic):
        appointments.confirm(clinic_id=clinic, visit_id=factories.visit(clinic, "A-1").id, by=OPERATOR)
    work()
    assert "Tom, your appointment is booked" in wordings(clinic)[-1], "their one text had not left yet"
    before = len(wordings(clinic))
    work(start - 3 * DAY - business_time.now())
    assert len(wordings(clinic)) == before, "nothing is due yet"
    work(20 * MINUTE)
    assert "Tom, you have" in wordings(clinic)[-1]


# ---------------------------------------------------------------- the decision


PLACES = st.builds(
    Told,
    group=st.none() | st.integers(0, 3),
    template=st.sampled_from(["a", "b"]),
    start=st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 2), timezones=st.just(UTC)),
    is_due=st.booleans(),
)


@given(st.lists(PLACES, max_size=25))
def test_every_text_goes_once_or_waits_and_none_that_is_due_waits(told: list[Told]) -> None:
    texts, early = merge(told)
    assert sorted([place for places in texts for place in places] + early) == list(range(len(told)))
    assert not any(told[place].is_due for place in early)
    for places in texts:
        assert 1 <= len(places) <= MOST
        assert len({(told[place].group, told[place].template) for place in places}) == 1
        assert any(told[place].is_due for place in places)
        assert len(places) == 1 or told[places[0]].group is not None
        assert [told[place].start for place in places] == sorted(told[place].start for place in places)


@given(st.lists(PLACES, max_size=25), st.randoms())
def test_what_goes_together_is_the_same_in_any_order(told: list[Told], chance: Any) -> None:
    named = list(enumerate(told))
    chance.shuffle(named)
    few = all(sum(other.group == one.group for other in told) <= MOST for one in told)
    texts, _ = merge(told)
    shuffled, _ = merge([one for _, one in named])
    again = {frozenset(named[place][0] for place in places) for places in shuffled}
    assert not few or {frozenset(places) for places in texts} == again
