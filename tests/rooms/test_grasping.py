"""A text is understood once for each kind of question that is open; what is an answer as a whole is no danger."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from recado.consent.types import Purpose
from recado.conversations import actions as conversations
from recado.conversations import grasping
from recado.conversations.types import ACCEPT, DECLINE, Ask
from recado.conversations.understanding.deciding import understand
from recado.conversations.understanding.meanings import Asked, Context, Meaning, Understood
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from tests import factories
from tests.factories import hear, intent, make_patient, sql

database = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


def ask(clinic_id: UUID, kind: str, answers: tuple[str, ...]) -> None:
    patient = make_patient(clinic_id)
    with clinic_scope(clinic_id):
        put = Ask(intent(patient_id=patient), kind, new_id(), business_time.now() + timedelta(days=1), answers)
        conversations.ask(clinic_id=clinic_id, asks=[put], by=OPERATOR)


def test_a_text_is_read_once_for_each_kind_of_question(clinic: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        ask(clinic, "offer", (ACCEPT, DECLINE))
    ask(clinic, "refill", ("order", "no"))
    seen: list[Context] = []

    def understand_many(asked: Iterable[Asked]) -> list[Understood]:
        contexts = [one.context for one in asked]
        seen.extend(contexts)
        return [Understood(Meaning.OTHER, 0.5, "reads like something else") for _ in contexts]

    monkeypatch.setattr(grasping, "understand_many", understand_many)
    hear(clinic, "well, let me think about all of that")
    assert sorted(seen) == [Context.REFILL_REMINDER, Context.WAITLIST_OFFER]


@pytest.mark.parametrize(
    ("answers", "context"),
    [
        ((), Context.REMINDER_MENU),
        ((ACCEPT, DECLINE), Context.WAITLIST_OFFER),
        (("order", "no"), Context.REFILL_REMINDER),
        (("call_me", "no"), Context.CAMPAIGN),
        (("1", "2", "3"), Context.SURVEY),
        (("a", "b"), Context.NONE),
    ],
)
def test_what_was_asked_decides_what_a_yes_means(answers: tuple[str, ...], context: Context) -> None:
    assert grasping.context_of(grasping.Question(answers=list(answers))) is context


def test_a_yes_after_news_is_one_to_the_news(clinic: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    make_patient(clinic)
    factories.send(clinic, intent(purpose=Purpose.NEWS, text="We open on Saturdays."))
    sql("UPDATE messaging_message SET verdict = 'allow'")
    seen: list[Context] = []
    was = grasping.understand_many

    def understand_many(asked: Iterable[Asked]) -> list[Understood]:
        known = list(asked)
        seen.extend(one.context for one in known)
        return was(known)

    monkeypatch.setattr(grasping, "understand_many", understand_many)
    hear(clinic, "well, let me think about all of that")
    assert seen == [Context.CAMPAIGN]


@pytest.mark.parametrize("said", ["SOONER", "STOP LIST", "wachtlijst", "stop liste"])
@pytest.mark.parametrize("context", list(Context))
def test_words_of_the_waitlist_are_read_like_any_other(said: str, context: Context) -> None:
    assert understand(said, context, language="en").meaning in set(Meaning)


def test_tomorrow_is_the_clinics_own() -> None:
    late = datetime(2026, 11, 30, 23, 30, tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo("Asia/Jakarta"))
    said = grasping.Grasp("bisa ganti besok?", "id", late).to(Context.REMINDER_MENU)
    assert said.slots["date"] == "2026-12-02"


def test_the_reason_leaves_out_which_words_name_a_danger() -> None:
    said = Understood(Meaning.OTHER, 0.9, "reads like something else; may be an emergency: my chest hurts")
    assert grasping.why(said) == "reads like something else; may be an emergency"
