"""What people answer: bound to the right visit, done at once, and always told what happened."""

from datetime import timedelta
from uuid import UUID

import pytest

from recado.conversations import actions as conversations
from recado.conversations.models import Reading
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.journeys import worker
from recado.messaging import actions as messaging
from recado.messaging.types import InboundText
from tests import factories
from tests.factories import DAY, NUMBER, booking, hear, person, phone, record, release, sql, visit, wordings

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


def run_due() -> None:
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        while worker.run_due(maintenance):
            pass


def book(clinic_id: UUID, *bookings: object, is_told: bool = False) -> None:
    """Records visits; what they tell at once goes only if `is_told`."""
    record(clinic_id, *bookings, is_first_import=not is_told)  # type: ignore[arg-type]
    release(clinic_id)
    run_due()


def ask(clinic_id: UUID, *names: str, language: str = "en", last: int = 321) -> None:
    """One person with visits of these names, each with its question out."""
    who = person(last, language=language)
    book(clinic_id, *(booking(name, who, ahead=(10 + at) * DAY) for at, name in enumerate(names)))
    factories.advance((10 - 3 + len(names) - 1) * DAY + timedelta(hours=1))
    run_due()


def last_text(clinic_id: UUID, last: int = 321) -> str:
    return wordings(clinic_id, last)[-1]


def count_texts(clinic_id: UUID, last: int = 321) -> int:
    return len(wordings(clinic_id, last))


def tasks() -> list[str]:
    return [row[0] for row in sql("SELECT kind FROM tasks_task ORDER BY id")]


# ------------------------------------------------------------------------------------------------ one visit


@pytest.mark.parametrize(
    ("said", "outcome", "state", "wants"),
    [
        ("1", "confirmed", "confirmed", False),
        ("2", "change_noted", "booked", True),
        ("3", "cancelled", "cancelled", False),
        ("1️⃣", "confirmed", "confirmed", False),
        ("Yes, I confirm. Thank you!", "confirmed", "confirmed", False),
    ],
)
def test_answer_changes_the_visit_and_is_told_back(
    clinic: UUID, said: str, outcome: str, state: str, wants: bool
) -> None:
    ask(clinic, "A-1")
    before = count_texts(clinic)
    assert hear(clinic, said) == outcome
    now = visit(clinic)
    assert (now.state, now.wants_another_time) == (state, wants)
    assert count_texts(clinic) == before + 1
    assert "Harbour Street Clinic" in last_text(clinic)
    with clinic_scope(clinic):
        read = Reading.objects.get()
        assert (read.outcome, read.patient_id, read.needs_person) == (outcome, now.patient_id, False)
        assert read.reply_id is not None


@pytest.mark.parametrize(
    ("language", "confirm", "change", "cancel"),
    [
        ("en", "yes", "another time", "cancel"),
        ("fr", "Oui", "changer", "Annuler"),
        ("nl", "ja, ik kom", "andere tijd", "annuleren"),
        ("pl", "potwierdzam", "zmieniam", "odwołuję"),
        ("es", "sí", "cambiar", "cancelar"),
        ("id", "ya", "ubah", "batal"),
    ],
)
def test_words_count_in_six_languages_and_are_answered_in_them(
    clinic: UUID, language: str, confirm: str, change: str, cancel: str
) -> None:
    ask(clinic, "A-1", language=language)
    english = language == "en"
    told = set()
    for said, outcome in ((confirm, "confirmed"), (change, "change_noted"), (cancel, "cancelled")):
        assert hear(clinic, said) == outcome
        told.add(last_text(clinic))
    assert len(told) == 3
    assert any("Your" in text or "your" in text for text in told) == english


def test_mind_may_be_changed_until_the_visit_begins(clinic: UUID) -> None:
    ask(clinic, "A-1")
    assert [hear(clinic, said) for said in ("1", "2", "1")] == ["confirmed", "change_noted", "confirmed"]
    assert visit(clinic).state == "confirmed"
    assert not visit(clinic).wants_another_time


def test_answer_after_the_patient_cancelled_waits_for_a_person(clinic: UUID) -> None:
    ask(clinic, "A-1")
    hear(clinic, "3")
    assert hear(clinic, "1") == "waits_for_person"
    assert visit(clinic).state == "cancelled"
    assert "member of our team" in last_text(clinic)


def test_answer_after_the_clinic_cancelled_is_told_so(clinic: UUID) -> None:
    from recado.appointments.types import BookingStatus

    ask(clinic, "A-1")
    with clinic_scope(clinic):
        starts_at = visit(clinic).starts_at
    record(clinic, booking(start=starts_at, status=BookingStatus.CANCELLED))
    release(clinic)
    assert hear(clinic, "1") == "too_late"
    assert visit(clinic).state == "cancelled"
    assert "call" in last_text(clinic).lower()


def test_answer_after_the_visit_waits_for_a_person(clinic: UUID) -> None:
    ask(clinic, "A-1")
    factories.advance(3 * DAY)
    assert hear(clinic, "1") == "waits_for_person"
    assert visit(clinic).state == "booked"


def test_same_words_at_once_are_one_answer(clinic: UUID) -> None:
    ask(clinic, "A-1")
    hear(clinic, "1")
    before = count_texts(clinic)
    assert hear(clinic, "1") == "repeated"
    assert count_texts(clinic) == before
    factories.advance(timedelta(minutes=3))
    assert hear(clinic, "1") == "confirmed"


def test_text_read_twice_changes_nothing(clinic: UUID) -> None:
    ask(clinic, "A-1")
    text = InboundText(new_id(), clinic, phone(), NUMBER, "3", business_time.now())
    with clinic_scope(clinic):
        assert conversations.receive(text) == "cancelled"
    before = count_texts(clinic)
    with clinic_scope(clinic):
        assert conversations.receive(text) == "known"
    assert count_texts(clinic) == before


def test_answer_without_a_question_waits_for_a_person(clinic: UUID) -> None:
    book(clinic, booking())
    assert hear(clinic, "1") == "waits_for_person"
    assert tasks() == ["read_reply"]


def test_stranger_is_answered_and_waits_for_a_person(clinic: UUID) -> None:
    assert hear(clinic, "1", 999) == "waits_for_person"
    assert count_texts(clinic, 999) == 1


def test_answer_of_another_clinics_patient_changes_nothing_here(clinic: UUID) -> None:
    other = factories.make_furnished("quay-side", number="+447700900101").id
    ask(clinic, "A-1")
    assert hear(other, "3", number="+447700900101") == "waits_for_person"
    assert visit(clinic).state == "booked"


# ------------------------------------------------------------------------------------------------ STOP, START, HELP


@pytest.mark.parametrize("said", ["STOP", "stop please", "ARRÊT", "stoppen", "przestań", "baja", "berhenti"])
def test_stop_silences_at_once_and_is_confirmed_once(clinic: UUID, said: str) -> None:
    ask(clinic, "A-1")
    before = count_texts(clinic)
    assert hear(clinic, said) == "stopped"
    assert count_texts(clinic) == before + 1
    factories.advance(timedelta(hours=1))
    assert hear(clinic, said) == "stopped_before"
    assert count_texts(clinic) == before + 1
    assert visit(clinic).state == "booked", "a STOP is about texts, not about the visit"


def test_stop_calls_off_what_waits_for_the_claim_to_leave_out(clinic: UUID) -> None:
    from tests.desk import Desk

    ask(clinic, "A-1")
    hear(clinic, "STOP")
    with Desk() as desk:
        claimed = desk.texts()
        assert [words for _, words in desk.opened(claimed)] == [last_text(clinic)]


def test_answer_after_stop_changes_the_visit_without_a_text(clinic: UUID) -> None:
    ask(clinic, "A-1")
    hear(clinic, "STOP")
    before = count_texts(clinic)
    assert hear(clinic, "1") == "confirmed"
    assert visit(clinic).state == "confirmed"
    assert count_texts(clinic) == before, "after a STOP there is no answer but its one confirmation"


def test_start_takes_a_stop_back(clinic: UUID) -> None:
    ask(clinic, "A-1")
    assert hear(clinic, "START") == "not_stopped"
    hear(clinic, "STOP")
    assert hear(clinic, "start") == "started"
    assert "again" in last_text(clinic)
    hear(clinic, "1")
    assert "START" not in last_text(clinic)


def test_help_says_who_we_are(clinic: UUID) -> None:
    assert hear(clinic, "HELP") == "helped"
    assert "Harbour Street Clinic" in last_text(clinic)
    assert "020 7946 0100" in last_text(clinic)


@pytest.mark.parametrize("said", ["CANCEL", "annuler", "batal"])
def test_cancel_is_about_the_visit_and_no_opt_out(clinic: UUID, said: str) -> None:
    ask(clinic, "A-1")
    assert hear(clinic, said) == "cancelled"
    assert sql("SELECT count(*) FROM consent_withdrawal") == [(0,)]


# ------------------------------------------------------------------------------------------------ what no table knows


def test_nonsense_waits_for_a_person_with_three_notices_a_day(clinic: UUID) -> None:
    ask(clinic, "A-1")
    before = count_texts(clinic)
    for at in range(5):
        assert hear(clinic, f"is there parking {at}?") == "waits_for_person"
    assert count_texts(clinic) == before + 3
    assert tasks() == ["read_reply"] * 5
    factories.advance(DAY)
    hear(clinic, "hello?")
    assert count_texts(clinic) == before + 4
    assert visit(clinic).state == "booked"


@pytest.mark.parametrize("said", ["1 or 2", "not 3", "1 3", "yes maybe", "probably not", "🙂", ""])
def test_unclear_answer_is_asked_back_once_and_changes_nothing(clinic: UUID, said: str) -> None:
    ask(clinic, "A-1")
    assert hear(clinic, said) == "asked_again"
    assert "Reply 1 to confirm" in last_text(clinic)
    assert hear(clinic, "hm, 2 or 3") == "waits_for_person"
    assert (visit(clinic).state, visit(clinic).wants_another_time) == ("booked", False)


def test_one_after_it_was_asked_back_confirms(clinic: UUID) -> None:
    ask(clinic, "A-1")
    hear(clinic, "yes maybe")
    assert hear(clinic, "1") == "confirmed"


@pytest.mark.parametrize("said", ["ok?", "My mother died yesterday", "Can I bring my dog"])
def test_what_is_no_answer_waits_for_a_person(clinic: UUID, said: str) -> None:
    ask(clinic, "A-1")
    assert hear(clinic, said) == "waits_for_person"
    assert (visit(clinic).state, visit(clinic).wants_another_time) == ("booked", False)


# ------------------------------------------------------------------------------------------------ several visits


def test_two_visits_are_asked_back_and_the_letter_decides(clinic: UUID) -> None:
    ask(clinic, "A-1", "A-2")
    assert hear(clinic, "3") == "asked_which"
    assert "which appointment do you mean" in last_text(clinic)
    assert "A: " in last_text(clinic) and "B: " in last_text(clinic)
    assert [visit(clinic, name).state for name in ("A-1", "A-2")] == ["booked", "booked"]
    assert hear(clinic, "B please") == "cancelled"
    assert [visit(clinic, name).state for name in ("A-1", "A-2")] == ["booked", "cancelled"]


def test_letter_for_a_visit_that_was_moved_since_waits_for_a_person(clinic: UUID) -> None:
    ask(clinic, "A-1", "A-2")
    hear(clinic, "3")
    record(clinic, booking("A-1", start=visit(clinic, "A-1").starts_at + timedelta(minutes=30)))
    assert hear(clinic, "A") == "waits_for_person"
    assert [visit(clinic, name).state for name in ("A-1", "A-2")] == ["booked", "booked"]


def test_letter_from_a_number_that_is_somebody_elses_cancels_nothing(clinic: UUID) -> None:
    ask(clinic, "A-1", "A-2")
    hear(clinic, "3")
    with clinic_scope(clinic):
        conversations.wrong_number(
            clinic_id=clinic,
            patient_id=visit(clinic).patient_id,
            phone_bi=messaging.phone_index(clinic, phone()),
            by=OPERATOR,
        )
    assert hear(clinic, "A") == "waits_for_person"
    assert [visit(clinic, name).state for name in ("A-1", "A-2")] == ["booked", "booked"]


def test_answer_that_staff_took_back_counts_when_it_is_said_again(clinic: UUID) -> None:
    ask(clinic, "A-1")
    hear(clinic, "3")
    with clinic_scope(clinic):
        conversations.answer_for(
            clinic_id=clinic, kind="appointment", subject_id=visit(clinic).id, answer="take_back", by=OPERATOR
        )
    assert visit(clinic).state == "booked"
    hear(clinic, "3")
    assert visit(clinic).state == "cancelled"


def test_after_one_is_answered_the_next_answer_is_for_the_other(clinic: UUID) -> None:
    ask(clinic, "A-1", "A-2")
    hear(clinic, "1")
    assert hear(clinic, "a") == "confirmed"
    factories.advance(timedelta(minutes=5))
    assert hear(clinic, "3") == "cancelled"
    assert [visit(clinic, name).state for name in ("A-1", "A-2")] == ["confirmed", "cancelled"]


def test_letter_without_a_question_back_is_no_answer(clinic: UUID) -> None:
    ask(clinic, "A-1")
    assert hear(clinic, "A") == "waits_for_person"


def test_letter_that_was_not_offered_is_no_answer(clinic: UUID) -> None:
    ask(clinic, "A-1", "A-2")
    hear(clinic, "1")
    assert hear(clinic, "C") == "waits_for_person"
    assert hear(clinic, "B") == "confirmed"


def test_choice_is_forgotten_after_two_days(clinic: UUID) -> None:
    who = person()
    book(clinic, booking("A-1", who), booking("A-2", who, ahead=11 * DAY))
    factories.advance(8 * DAY + timedelta(hours=1))
    run_due()
    hear(clinic, "1")
    factories.advance(timedelta(days=2, minutes=1))
    assert hear(clinic, "A") == "waits_for_person"


def test_two_patients_on_one_number_are_told_apart_by_name(clinic: UUID) -> None:
    book(
        clinic,
        booking("A-1", person(name="Ann Lee")),
        booking("A-2", person(322, name="Zoë Lee", phone=phone(321)), ahead=10 * DAY + timedelta(hours=1)),
    )
    factories.advance(7 * DAY + timedelta(hours=2))
    run_due()
    assert hear(clinic, "2") == "asked_which"
    assert "A: Ann " in last_text(clinic) and "B: Zoë " in last_text(clinic)
    assert hear(clinic, "B") == "change_noted"
    assert [visit(clinic, name).wants_another_time for name in ("A-1", "A-2")] == [False, True]


def test_answer_to_the_confirmation_is_for_that_visit(clinic: UUID) -> None:
    book(clinic, booking("A-1", person(321), ahead=10 * DAY), is_told=True)
    assert hear(clinic, "3") == "cancelled"
    assert visit(clinic, "A-1").state == "cancelled"


def test_answer_to_the_old_time_does_not_confirm_the_new_one(clinic: UUID) -> None:
    ask(clinic, "A-1")
    record(clinic, booking("A-1", start=visit(clinic, "A-1").starts_at + 5 * DAY))
    assert hear(clinic, "1") == "waits_for_person"
    assert visit(clinic, "A-1").state == "booked"


def test_visit_that_the_clinic_cancelled_is_not_asked_back_about(clinic: UUID) -> None:
    from recado.appointments.types import BookingStatus

    ask(clinic, "A-1", "A-2")
    record(clinic, booking("A-1", start=visit(clinic, "A-1").starts_at, status=BookingStatus.CANCELLED))
    assert hear(clinic, "1") == "confirmed"
    assert visit(clinic, "A-2").state == "confirmed"


def test_a_wish_in_own_words_cancels_when_it_is_sure(clinic: UUID) -> None:
    ask(clinic, "A-1")
    assert hear(clinic, "sorry, I can't come to my appointment, please cancel it") == "cancelled"


def test_danger_is_answered_with_whom_to_call_and_nothing_acts_after_it(clinic: UUID) -> None:
    ask(clinic, "A-1")
    assert hear(clinic, "I can't breathe and my chest hurts") == "in_danger"
    assert hear(clinic, "1") == "waits_for_person"
