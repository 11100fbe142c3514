"""Why a text was understood as it was: kept sealed, in our own sentences, and shown in the reader's language."""

from uuid import UUID

import pytest
from django.utils import translation

from recado.conversations import queries
from recado.conversations.understanding import deciding
from recado.conversations.understanding.deciding import understand
from recado.conversations.understanding.meanings import Context
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.web import reasons
from recado.web.stories import telling
from tests import factories
from tests.factories import hear, make_patient, phone, sql

database = pytest.mark.usefixtures("database")
SAID = [
    "1",
    "8",
    "yes",
    "no",
    "ok thanks",
    "thanks",
    "STOP",
    "START",
    "HELP",
    "JOIN",
    "s t o p",
    "stop please I had enough",
]
SAID += [
    "take me off your list",
    "afmelden",
    "2 please",
    "annuler",
    "can I park there?",
    "I'll be late",
    "my chest hurts",
]


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


def readings(clinic_id: UUID) -> list[queries.ReadingView]:
    with clinic_scope(clinic_id):
        return queries.readings(clinic_id, messaging.phone_index(clinic_id, phone()))


def test_the_reason_is_kept_sealed_and_told(clinic: UUID) -> None:
    make_patient(clinic)
    hear(clinic, "Is there parking?")
    ((kept,),) = sql("SELECT why_ct FROM conversations_reading")
    assert b"question" not in bytes(kept)
    (read,) = readings(clinic)
    assert read.why == "reads like a question"
    with translation.override("en"):
        assert list(telling.of_reading(read))[1].rows == (("Why", "reads like a question"),)


def test_what_is_an_answer_by_the_tables_needs_no_reason(clinic: UUID) -> None:
    make_patient(clinic)
    hear(clinic, "STOP")
    assert readings(clinic)[0].why == ""


def test_the_words_that_name_a_danger_are_not_among_the_reasons(clinic: UUID) -> None:
    make_patient(clinic)
    hear(clinic, "I can't breathe and my chest hurts")
    why = readings(clinic)[0].why
    assert why.endswith("may be an emergency") and "breathe" not in why and "chest" not in why


@pytest.mark.parametrize("context", list(Context))
@pytest.mark.parametrize("said", SAID)
def test_every_reason_can_be_translated(said: str, context: Context) -> None:
    why = understand(said, context, language="en").reason.partition(": ")[0]
    with translation.override("en"):
        assert all(part in reasons.REASONS for part in reasons.said(why).split("; ")), why


def test_the_reasons_of_the_meanings_are_all_there() -> None:
    assert set(deciding._REASONS.values()) <= reasons.REASONS
