"""Check-in by answer: whoever has come says so by text, and the desk sees it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from recado.appointments import actions as appointments
from recado.appointments.types import Announce, CancelReason, Outcome, VisitState
from recado.conversations.matching import read_named
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from tests import factories
from tests.factories import hear, wordings
from tests.rooms.test_gallery import do_all, take

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
STAFF = Actor(ActorKind.STAFF, "maria")
ASKED = "When you are here, reply 1. If you can't come, reply 2."
Work = Callable[..., int]


@pytest.fixture
def clinic(database: None) -> UUID:
    clinic_id = factories.make_furnished().id
    take(clinic_id, "check_in")
    factories.record(clinic_id, factories.booking(ahead=90 * MINUTE), announce=Announce.NONE)
    factories.release(clinic_id, Announce.NONE)
    return clinic_id


@pytest.fixture
def work(database: None) -> Iterator[Work]:
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        yield lambda step=timedelta(0): do_all(maintenance, step)


def test_a_danger_beside_being_here_is_a_danger(clinic: UUID, work: Work) -> None:
    work(31 * MINUTE)
    work(50 * MINUTE)
    assert hear(clinic, "I am here and I can't breathe") == "in_danger"
    assert factories.visit(clinic).state != VisitState.ARRIVED


@pytest.mark.parametrize("words", ["1", "I am here", "Arrived."])
def test_patient_is_here_when_they_say_so(clinic: UUID, work: Work, words: str) -> None:
    work(31 * MINUTE)
    assert wordings(clinic)[-1].endswith(ASKED)
    work(50 * MINUTE)
    assert hear(clinic, words) == "arrived"
    assert factories.visit(clinic).state == VisitState.ARRIVED
    assert "We know that you are here" in wordings(clinic)[-1]
    (change,) = factories.sql("SELECT kind, actor_kind FROM appointments_change WHERE kind <> 'booked'")
    assert change == ("arrived", "patient")
    assert factories.sql("SELECT actor_kind FROM foundation_auditevent WHERE action = 'appointment.arrived'") == [
        ("patient",)
    ]


def test_patient_is_here_once_when_they_say_it_again(clinic: UUID, work: Work) -> None:
    work(31 * MINUTE)
    hear(clinic, "1")
    work(10 * MINUTE)
    assert hear(clinic, "1") == "arrived"
    assert hear(clinic, "2") == "too_late", "who is here can't cancel by text"
    assert factories.sql("SELECT count(*) FROM appointments_change WHERE kind = 'arrived'") == [(1,)]


def test_patient_is_here_when_they_are_some_minutes_late(clinic: UUID, work: Work) -> None:
    work(31 * MINUTE)
    work(HOUR + 10 * MINUTE)
    assert hear(clinic, "1") == "arrived"
    assert factories.visit(clinic).state == VisitState.ARRIVED


def test_answer_waits_for_a_person_when_the_hour_is_long_over(clinic: UUID, work: Work) -> None:
    work(31 * MINUTE)
    work(3 * HOUR)
    assert hear(clinic, "1") == "waits_for_person"


def test_chair_is_free_when_they_say_that_they_cant_come(clinic: UUID, work: Work) -> None:
    work(31 * MINUTE)
    assert hear(clinic, "2") == "cancelled"
    assert factories.visit(clinic).state == VisitState.CANCELLED


def test_desk_may_say_missed_when_somebody_who_said_they_were_here_was_not(clinic: UUID, work: Work) -> None:
    work(31 * MINUTE)
    hear(clinic, "1")
    with clinic_scope(clinic):
        visit_id = factories.visit(clinic).id
        assert appointments.note_missed(clinic_id=clinic, visit_id=visit_id, by=STAFF) is Outcome.TOO_LATE
        factories.advance(HOUR + MINUTE)
        assert appointments.note_missed(clinic_id=clinic, visit_id=visit_id, by=STAFF) is Outcome.DONE


def test_check_in_is_not_asked_when_the_visit_is_off(clinic: UUID, work: Work) -> None:
    with clinic_scope(clinic):
        reason = CancelReason.PATIENT
        appointments.cancel(clinic_id=clinic, visit_id=factories.visit(clinic).id, reason=reason, tell=False, by=STAFF)
    work(31 * MINUTE)
    assert not [text for text in wordings(clinic) if text.endswith(ASKED)]


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("1", "arrived"),
        ("2", "cancel"),
        ("je suis là", "arrived"),
        ("Ik ben er", "arrived"),
        ("już jestem", "arrived"),
        ("Ya estoy aquí, gracias", "arrived"),
        ("saya sudah tiba", "arrived"),
        ("cancel", "cancel"),
        ("ok", None),
        ("yes", None),
        ("I am here?", None),
        ("3", None),
    ],
)
def test_words_for_being_here_are_read_when_that_was_asked(words: str, read: str | None) -> None:
    assert read_named(words, ("arrived", "cancel")) == read
