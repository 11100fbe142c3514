"""A mobile on call takes an alarm of danger by answering the text that called it; no other phone ever does."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.conversations import actions as conversations
from recado.conversations import on_call
from recado.conversations.models import Thread
from recado.foundation.actors import OPERATOR, Actor, ActorKind
from recado.foundation.database import Role, connect
from recado.foundation.keys import keys_for
from recado.foundation.tenancy import clinic_scope
from recado.messaging.actions import phone_index
from recado.tasks import actions as tasks
from recado.tasks import emergencies
from recado.tasks import queries as sharing
from recado.tasks.models import Sharing
from recado.tasks.on_call import SEALED
from recado.tasks.types import OnCall
from tests.factories import advance, hear, make_furnished, make_patient, phone, sql, wordings
from tests.teams import staff

pytestmark = pytest.mark.usefixtures("database")
DANGER = "I have chest pain and I can't breathe"
CALLED = "may be in danger and nobody has taken it"


@pytest.fixture
def ana(clinic: UUID) -> UUID:
    """She has the first mobile on call; the second goes round."""
    made = staff(clinic, "Ana")
    with clinic_scope(clinic):
        on_call = [OnCall(phone(801), made), OnCall(phone(802))]
        tasks.set_sharing(clinic_id=clinic, on_call=on_call, by=OPERATOR)
    return made


@pytest.fixture
def clinic(database: None) -> UUID:
    return make_furnished().id


def further(minutes: int = 4) -> None:
    """An alarm goes one step further."""
    advance(timedelta(minutes=minutes))
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        emergencies.go_further(maintenance)


def standing(clinic: UUID) -> int:
    with clinic_scope(clinic):
        return len(sharing.alarms(clinic))


def thread(clinic: UUID, last: int = 321) -> Thread:
    with clinic_scope(clinic):
        return Thread.objects.get(phone_bi=phone_index(clinic, phone(last)))


def test_an_answer_takes_the_alarm_for_whoever_has_that_mobile_and_the_others_hear_it(clinic: UUID, ana: UUID) -> None:
    make_patient(clinic)
    hear(clinic, DANGER)
    further()
    further()
    assert CALLED in wordings(clinic, 801)[0] and CALLED in wordings(clinic, 802)[0]
    assert wordings(clinic, 801)[0].endswith("Reply 1: I take it.")
    assert hear(clinic, "1", 801) == "alarm_taken"
    assert standing(clinic) == 0 and thread(clinic).assignee == ana
    with clinic_scope(clinic):
        assert [one.by for one in sharing.alarms_taken(clinic, thread(clinic).id)] == [ana]
    assert "it is yours now" in wordings(clinic, 801)[-1]
    assert "somebody sees to it, Ana" in wordings(clinic, 802)[-1]
    further()
    assert len(wordings(clinic, 801)) == 2 and len(wordings(clinic, 802)) == 2, "nobody is called any more"


def test_a_mobile_that_is_nobodys_takes_it_too_and_leaves_the_conversation_to_all(clinic: UUID, ana: UUID) -> None:
    hear(clinic, DANGER)
    further()
    further()
    assert hear(clinic, "OK", 802) == "alarm_taken"
    assert standing(clinic) == 0 and thread(clinic).assignee is None
    assert wordings(clinic, 801)[-1].startswith("Harbour Street Clinic: somebody sees to it. ")
    ((kind, ref),) = sql("SELECT actor_kind, actor_ref FROM foundation_auditevent WHERE action = 'emergency.take'")
    assert (kind, ref) == ("system", "on_call")


def test_an_answer_from_any_other_number_never_takes_it(clinic: UUID, ana: UUID) -> None:
    hear(clinic, DANGER)
    further()
    for last in (321, 322, 802, 803):  # who wrote of the danger, a stranger, one who was not called yet, another
        for words in ("1", "taken", "I take it", "ok"):
            assert hear(clinic, words, last) != "alarm_taken"
    assert standing(clinic) == 1


def test_a_number_that_is_no_longer_on_call_takes_nothing(clinic: UUID, ana: UUID) -> None:
    hear(clinic, DANGER)
    further()
    with clinic_scope(clinic):
        tasks.set_sharing(clinic_id=clinic, on_call=[OnCall(phone(802))], by=OPERATOR)
    assert hear(clinic, "1", 801) != "alarm_taken" and standing(clinic) == 1


def test_who_answers_too_late_is_told_that_it_is_seen_to(clinic: UUID, ana: UUID) -> None:
    hear(clinic, DANGER)
    further()
    further()
    assert hear(clinic, "taken", 802) == "alarm_taken"
    assert hear(clinic, "je m'en occupe", 801) == "alarm_seen_to"
    assert "somebody sees to it" in wordings(clinic, 801)[-1]


def test_other_words_from_a_mobile_on_call_are_read_by_a_person(clinic: UUID, ana: UUID) -> None:
    hear(clinic, DANGER)
    further()
    assert hear(clinic, "who is it? I am driving", 801) == "waits_for_person"
    assert standing(clinic) == 1
    assert hear(clinic, "1", 801) == "alarm_taken", "they were called, and asked nothing since"


def test_who_was_called_hears_of_it_when_it_is_taken_on_a_screen_or_done(clinic: UUID, ana: UUID) -> None:
    hear(clinic, DANGER)
    further()
    ben = Actor(ActorKind.STAFF, str(staff(clinic, "Ben")))
    with clinic_scope(clinic):
        conversations.done(clinic_id=clinic, thread_id=thread(clinic).id, by=ben)
    assert "somebody sees to it, Ben" in wordings(clinic, 801)[-1]
    assert wordings(clinic, 802) == [], "nobody had called them"


def test_one_answer_takes_all_that_it_was_called_for_and_none_that_came_after(clinic: UUID, ana: UUID) -> None:
    for last in (321, 322):
        hear(clinic, DANGER, last)
    further()
    advance(timedelta(seconds=30))
    hear(clinic, DANGER, 323)
    assert hear(clinic, "1", 801) == "alarm_taken"
    assert "2 people may be in danger and are yours now" in wordings(clinic, 801)[-1]
    assert standing(clinic) == 1
    with clinic_scope(clinic):
        assert [one.subject_id for one in sharing.alarms(clinic)] == [thread(clinic, 323).id]


def test_an_answer_takes_no_alarm_for_which_that_mobile_was_not_called(clinic: UUID, ana: UUID) -> None:
    hear(clinic, DANGER, 321)
    further()  # calls the first mobile
    hear(clinic, DANGER, 322)
    further()  # calls the second because of the first alarm, and the first because of the other
    assert len(wordings(clinic, 802)) == 1
    assert hear(clinic, "1", 802) == "alarm_taken"
    assert "it is yours now" in wordings(clinic, 802)[-1]
    with clinic_scope(clinic):
        assert [one.subject_id for one in sharing.alarms(clinic)] == [thread(clinic, 322).id]
    further()
    assert CALLED in wordings(clinic, 802)[-1], "the other alarm goes further, and calls it now"
    assert hear(clinic, "1", 802) == "alarm_taken" and standing(clinic) == 0


def test_who_was_called_for_one_alarm_hears_that_it_is_seen_to_while_another_stands(clinic: UUID, ana: UUID) -> None:
    hear(clinic, DANGER, 321)
    further()
    hear(clinic, DANGER, 322)
    further()
    ben = Actor(ActorKind.STAFF, str(staff(clinic, "Ben")))
    with clinic_scope(clinic):
        conversations.take_emergency(clinic_id=clinic, thread_id=thread(clinic, 321).id, by=ben)
    assert "somebody sees to it, Ben" in wordings(clinic, 802)[-1]
    assert CALLED in wordings(clinic, 801)[-1], "the other alarm called it too, and stands"


def test_an_alarm_from_before_the_mobiles_were_kept_is_taken_by_whoever_was_called_since(
    clinic: UUID, ana: UUID
) -> None:
    hear(clinic, DANGER)
    sql("UPDATE tasks_emergency SET called = NULL")
    further()
    assert hear(clinic, "1", 801) == "alarm_taken" and standing(clinic) == 0


def test_numbers_that_were_kept_before_it_was_asked_whose_they_are_are_nobodys(clinic: UUID) -> None:
    with clinic_scope(clinic):
        sealed = keys_for(clinic).seal(SEALED, clinic.bytes, b'["+447700900801"]')
        Sharing.objects.create(clinic_id=clinic, on_call_ct=sealed)
        assert [one.user_id for one in sharing.on_call(clinic)] == [None]


@pytest.mark.parametrize(
    "words", ["1", "Taken", "i take it!", "OK", "je m'en occupe", "ik pak het op", "tak", "sí", "saya tangani"]
)
def test_taking_is_read_in_every_language(words: str) -> None:
    assert on_call.says_taken(words, "en")


@given(st.sampled_from(["2", "3", "no", "stop", "who?", "ok?", "I can't take it", "later", ""]))
def test_nothing_else_is_taken_for_it(words: str) -> None:
    assert not on_call.says_taken(words, "en")
