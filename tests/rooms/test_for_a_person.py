"""What is for a person is read by one: a yes to what staff wrote, and whatever nothing of ours could answer after a STOP."""

from datetime import timedelta
from uuid import UUID

import pytest

from recado.conversations import actions as conversations
from recado.conversations import queries
from recado.conversations.models import Reading
from recado.conversations.types import Ask
from recado.foundation.actors import OPERATOR, Actor, ActorKind
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from tests import factories
from tests.factories import advance, booking, hear, intent, make_patient, person, phone, record, wordings
from tests.teams import staff

pytestmark = pytest.mark.usefixtures("database")
MINUTE = timedelta(minutes=1)
DANGER = "I can't breathe and my chest hurts"


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


def ask(clinic_id: UUID, *visits: str) -> None:
    """A reminder has asked about each of these visits."""
    for number in visits or ("A-1",):
        record(clinic_id, booking(number, person()), is_first_import=True)
        visit = factories.visit(clinic_id, number)
        with clinic_scope(clinic_id):
            text = intent(321, f"Reply 1, 2 or 3 ({number}).", patient_id=visit.patient_id)
            asks = [Ask(text, "appointment", visit.id, visit.starts_at)]
            conversations.ask(clinic_id=clinic_id, asks=asks, by=OPERATOR)
        advance(MINUTE)


def write(clinic_id: UUID, text: str) -> None:
    """Somebody of the staff writes."""
    advance(MINUTE)
    by = Actor(ActorKind.STAFF, str(staff(clinic_id, "Ana")))
    with clinic_scope(clinic_id):
        bi = messaging.phone_index(clinic_id, phone())
        thread = queries.threads_at(clinic_id, [bi])[bi]
        conversations.reply(
            clinic_id=clinic_id, thread_id=thread.id, text=text, version=thread.version, ref=str(new_id()), by=by
        )
    advance(MINUTE)


def needs_person(clinic_id: UUID) -> bool:
    with clinic_scope(clinic_id):
        return Reading.objects.order_by("-at", "-id")[0].needs_person


# ------------------------------------------------------------------------------------------------ said to staff


@pytest.mark.parametrize("said", ["yes", "Yes please!", "ok", "y", "no", "I'll be there, I confirm"])
def test_an_answer_in_words_is_for_staff_when_they_wrote_after_the_question(clinic: UUID, said: str) -> None:
    ask(clinic)
    hear(clinic, "Is there parking?")
    write(clinic, "Yes. Shall I cancel Thursday and book Friday 10:00?")
    assert hear(clinic, said) == "waits_for_person"
    assert factories.visit(clinic).state == "booked"


def test_a_number_still_answers_the_question_when_staff_wrote_since(clinic: UUID) -> None:
    ask(clinic)
    hear(clinic, "Is there parking?")
    write(clinic, "Yes, behind the house.")
    assert hear(clinic, "1") == "confirmed"


def test_a_yes_answers_the_question_when_it_is_newer_than_what_staff_wrote(clinic: UUID) -> None:
    hear(clinic, "Is there parking?")
    write(clinic, "Yes, behind the house.")
    ask(clinic)
    assert hear(clinic, "yes") == "confirmed"


def test_a_yes_answers_the_question_when_the_talk_with_staff_is_over(clinic: UUID) -> None:
    ask(clinic)
    hear(clinic, "Is there parking?")
    write(clinic, "Yes, behind the house.")
    advance(timedelta(days=1))
    assert hear(clinic, "yes") == "confirmed"


def test_no_other_times_are_offered_by_themselves_while_staff_talk(clinic: UUID) -> None:
    ask(clinic)
    hear(clinic, "Is there parking?")
    write(clinic, "Yes. Which day suits you?")
    assert hear(clinic, "I'd like to move my appointment to Friday please") == "waits_for_person"
    assert hear(clinic, "STOP") == "stopped"


# ------------------------------------------------------------------------------------------------ after a STOP


@pytest.mark.parametrize("before", [("STOP",), ("you have the wrong number", "1")])
def test_whom_to_call_is_said_also_to_who_has_stopped_or_whose_number_is_wrong(
    clinic: UUID, before: tuple[str, ...]
) -> None:
    make_patient(clinic)
    for said in before:
        hear(clinic, said)
    assert hear(clinic, DANGER) == "in_danger"
    assert "999" in wordings(clinic)[-1]


@pytest.mark.parametrize(
    "said", ["you have the wrong number", "1 or 2", "Are you open on Saturday?", "I'm running late"]
)
def test_what_could_not_be_answered_after_a_stop_is_read_by_a_person(clinic: UUID, said: str) -> None:
    ask(clinic)
    hear(clinic, "STOP")
    assert hear(clinic, said) == "waits_for_person"


def test_what_is_certain_is_done_after_a_stop(clinic: UUID) -> None:
    ask(clinic)
    hear(clinic, "STOP")
    assert hear(clinic, "thanks!") == "thanked"
    assert hear(clinic, "1") == "confirmed" and not needs_person(clinic)
    assert hear(clinic, "please start sending me texts again") == "started"


def test_a_person_reads_which_visit_is_meant_when_a_stop_keeps_us_from_asking(clinic: UUID) -> None:
    ask(clinic, "A-1", "A-2")
    hear(clinic, "STOP")
    assert hear(clinic, "3") == "asked_which"
    assert needs_person(clinic)
