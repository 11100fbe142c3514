""" "2" to a reminder brings three free times by text, and a letter moves the visit."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.appointments import actions as appointments
from recado.appointments import by_text
from recado.appointments.choosing import nearest
from recado.appointments.models import TimeOffer
from recado.appointments.types import ServiceView, Slot
from recado.consent import actions as consent
from recado.consent.types import Privacy, Purpose
from recado.conversations import actions as conversations
from recado.conversations.types import Ask
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.messaging.types import InboundText, Intent
from recado.tasks.models import Task
from tests import calendars, factories

database = pytest.mark.usefixtures("database")
HOUR = timedelta(hours=1)


def asked(clinic: UUID, visit_id: UUID, last: int = 321) -> None:
    """A reminder has asked about this visit."""
    visit = calendars.visit(clinic, visit_id)
    intent = Intent(Purpose.CARE, "Reply 1, 2 or 3.", factories.phone(last), visit.patient_id)
    with clinic_scope(clinic):
        ask = Ask(intent, "appointment", visit_id, visit.starts_at)
        conversations.ask(clinic_id=clinic, asks=[ask], by=OPERATOR)


def lapse() -> int:
    with connect(Role.MAINTENANCE, autocommit=True) as connection:
        return by_text.lapse_due(connection)


def tasks(clinic: UUID) -> list[str]:
    with clinic_scope(clinic):
        return list(Task.objects.filter(kind="another_time", done_at=None).values_list("kind", flat=True))


@pytest.fixture
def kept(database: None) -> tuple[UUID, ServiceView, UUID]:
    """A clinic, its service, and a visit that was asked about."""
    clinic, service = calendars.make()
    visit = calendars.book(clinic, calendars.free(clinic, service)[3])
    asked(clinic, visit)
    return clinic, service, visit


def test_a_letter_moves_the_visit_when_times_were_offered(kept: tuple[UUID, ServiceView, UUID]) -> None:
    clinic, _service, visit = kept
    was = calendars.visit(clinic, visit).starts_at
    assert factories.hear(clinic, "2") == "times_offered"
    said = factories.wordings(clinic)[-1]
    assert re.search(r"Reply with the letter\. A: .+; B: .+; C: .+\. Others: http\S+/times$", said)
    assert calendars.held(clinic) == 3 and calendars.visit(clinic, visit).starts_at == was
    assert tasks(clinic) == [], "nobody is troubled while the patient chooses"
    with clinic_scope(clinic):
        second = datetime.fromisoformat(TimeOffer.objects.get().slots[1][1])
    assert factories.hear(clinic, "B please") == "moved"
    moved = calendars.visit(clinic, visit)
    assert (moved.starts_at, moved.state, moved.wants_another_time) == (second, "booked", False)
    assert calendars.held(clinic) == 0 and "moved to" in factories.wordings(clinic)[-1]


def test_a_time_that_is_gone_is_told_and_others_are_offered(kept: tuple[UUID, ServiceView, UUID]) -> None:
    clinic, service, visit = kept
    was = calendars.visit(clinic, visit).starts_at
    factories.hear(clinic, "2")
    with clinic_scope(clinic):
        number, moment = TimeOffer.objects.get().slots[0]
    factories.advance(HOUR + timedelta(minutes=1))
    slot = next(one for one in calendars.free(clinic, service, after=HOUR) if one.starts_at.isoformat() == moment)
    assert slot.calendar_id == number
    calendars.book(clinic, slot, 322)
    assert factories.hear(clinic, "a") == "times_offered"
    assert "has just gone" in factories.wordings(clinic, 321)[-1]
    assert calendars.visit(clinic, visit).starts_at == was and calendars.held(clinic) == 3
    assert factories.hear(clinic, "A") == "moved"


def test_a_person_looks_for_a_time_when_nobody_answered_within_the_hour(kept: tuple[UUID, ServiceView, UUID]) -> None:
    clinic, _service, visit = kept
    factories.hear(clinic, "2")
    assert lapse() == 0
    factories.advance(HOUR + timedelta(minutes=1))
    assert (lapse(), lapse()) == (1, 0)
    assert tasks(clinic) == ["another_time"] and calendars.held(clinic) == 0
    assert factories.hear(clinic, "C") == "moved", "a late letter counts while the time is free"
    assert tasks(clinic) == [] and calendars.visit(clinic, visit).revision == 2


def test_one_keeps_the_old_time_and_lets_the_others_go(kept: tuple[UUID, ServiceView, UUID]) -> None:
    clinic, _service, visit = kept
    factories.hear(clinic, "2")
    assert factories.hear(clinic, "1") == "confirmed"
    assert calendars.held(clinic) == 0 and calendars.visit(clinic, visit).state == "confirmed"
    factories.advance(HOUR + timedelta(minutes=1))
    lapse()
    assert tasks(clinic) == []


def test_a_letter_moves_nothing_when_staff_have_moved_the_visit(kept: tuple[UUID, ServiceView, UUID]) -> None:
    clinic, service, visit = kept
    factories.hear(clinic, "2")
    slot = calendars.free(clinic, service)[-1]
    appointments.move(clinic_id=clinic, visit_id=visit, wish=calendars.wish(slot), by=OPERATOR, tell=False)
    assert factories.hear(clinic, "A") == "too_late"
    assert calendars.visit(clinic, visit).starts_at == slot.starts_at and calendars.held(clinic) == 0


def test_two_twice_offers_anew_and_the_first_letters_end(kept: tuple[UUID, ServiceView, UUID]) -> None:
    clinic, _service, _visit = kept
    factories.hear(clinic, "2")
    factories.advance(timedelta(minutes=5))
    assert factories.hear(clinic, "2") == "times_offered"
    with clinic_scope(clinic):
        assert sorted(TimeOffer.objects.values_list("state", flat=True)) == ["open", "over"]
    assert calendars.held(clinic) == 3
    assert factories.hear(clinic, "a") == "moved"


def test_a_wish_is_about_the_visit_for_which_times_were_just_offered(kept: tuple[UUID, ServiceView, UUID]) -> None:
    clinic, service, visit = kept
    other = calendars.book(clinic, calendars.free(clinic, service)[9])
    asked(clinic, other)
    assert [factories.hear(clinic, words) for words in ("2", "A")] == ["asked_which", "times_offered"]
    factories.advance(timedelta(minutes=5))
    assert factories.hear(clinic, "ok but not before 10") == "times_offered"
    with clinic_scope(clinic):
        assert set(TimeOffer.objects.values_list("visit_id", flat=True)) == {visit}
    assert not calendars.visit(clinic, other).wants_another_time
    factories.advance(timedelta(minutes=5))
    assert factories.hear(clinic, "I can't come after all, please cancel it") == "cancelled"
    assert (calendars.visit(clinic, visit).state, calendars.visit(clinic, other).state) == ("cancelled", "booked")


def test_words_sent_twice_choose_no_time_and_answer_for_no_other_visit(kept: tuple[UUID, ServiceView, UUID]) -> None:
    clinic, service, visit = kept
    was = calendars.visit(clinic, visit).starts_at
    other = calendars.book(clinic, calendars.free(clinic, service)[9])
    asked(clinic, other)
    said = [factories.hear(clinic, words) for words in ("2", "A", "A", "A")]
    assert said == ["asked_which", "times_offered", "repeated", "repeated"]
    assert calendars.visit(clinic, visit).starts_at == was, "nobody has seen the times yet"
    factories.advance(timedelta(minutes=1))
    assert factories.hear(clinic, "ok but not before 10") == "times_offered"
    assert not calendars.visit(clinic, other).wants_another_time
    assert factories.hear(clinic, "A") == "moved"


def test_two_sent_twice_at_once_leaves_the_first_letters_good(kept: tuple[UUID, ServiceView, UUID]) -> None:
    clinic, _service, _visit = kept
    assert [factories.hear(clinic, "2") for _ in range(3)] == ["times_offered", "repeated", "repeated"]
    with clinic_scope(clinic):
        assert TimeOffer.objects.count() == 1
    assert len(factories.wordings(clinic)) == 2
    assert factories.hear(clinic, "B") == "moved"


def test_times_are_offered_in_a_transaction_of_their_own(kept: tuple[UUID, ServiceView, UUID]) -> None:
    clinic, _service, _visit = kept
    heard = InboundText(new_id(), clinic, factories.phone(321), factories.NUMBER, "2", business_time.now())
    with clinic_scope(clinic):
        assert conversations.receive_together(clinic, [heard]) == {}, "it locks calendars"
    assert factories.hear(clinic, "2") == "times_offered"


@database
def test_it_stays_a_wish_where_the_clinic_keeps_no_times() -> None:
    clinic, _service = calendars.make(by_link=False, by_anyone=False)
    visit = calendars.book(clinic, calendars.free(clinic, _service)[0])
    asked(clinic, visit)
    assert factories.hear(clinic, "2") == "change_noted"
    assert tasks(clinic) == ["another_time"]


@database
def test_whoever_wants_neutral_texts_gets_the_link_alone() -> None:
    clinic, service = calendars.make()
    visit = calendars.book(clinic, calendars.free(clinic, service)[0])
    patient = calendars.visit(clinic, visit).patient_id
    with clinic_scope(clinic):
        consent.choose_privacy(clinic_id=clinic, patient_id=patient, level=Privacy.NEUTRAL, how="staff", by=OPERATOR)
    asked(clinic, visit)
    assert factories.hear(clinic, "2") == "times_offered"
    said = factories.wordings(clinic)[-1]
    assert "/times" in said and "A:" not in said and calendars.held(clinic) == 0
    factories.advance(HOUR + timedelta(minutes=1))
    assert lapse() == 1 and tasks(clinic) == ["another_time"]


# ------------------------------------------------------------------------------------------------ the rule

BASE = datetime(2026, 11, 30, tzinfo=UTC)
moments = st.integers(0, 14 * 24 * 4).map(lambda quarter: BASE + timedelta(minutes=15 * quarter))


def slot(at: datetime) -> Slot:
    return Slot(UUID(int=1), 1, at, 15, "Check-up", "Dr Osei")


@given(times=st.lists(moments, max_size=40), was=moments)
def test_the_nearest_times_are_free_ones_in_order_and_never_the_old(times: list[datetime], was: datetime) -> None:
    found = nearest([slot(at) for at in times], was, ZoneInfo("Europe/Warsaw"))
    starts = [one.starts_at for one in found]
    assert starts == sorted(set(starts)) and was not in starts and set(starts) <= set(times)
    assert len(found) == min(3, len(set(times) - {was}))


def test_another_half_day_goes_before_the_next_quarter() -> None:
    was = BASE + 10 * HOUR
    times = [slot(was + HOUR * hours) for hours in (0.25, 0.5, 5, 23, 95)]
    found = nearest(times, was, ZoneInfo("UTC"))
    assert [one.starts_at - was for one in found] == [5 * HOUR, 23 * HOUR, 95 * HOUR]
