"""Who may answer a text that answers no open question: asked just before a person is, and never where one must look."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from recado.conversations.models import Question, Reading
from recado.conversations.types import Following, Heard, Settlement
from recado.foundation import business_time, wiring
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.launch import wiring as wired
from tests import factories
from tests.factories import hear, make_patient, wordings

pytestmark = pytest.mark.usefixtures("database")
HEARD: list[Heard] = []
ASKED = "Which day suits you?"


def silent(heard: Heard) -> Settlement | None:
    HEARD.append(heard)
    return None


def answering(heard: Heard) -> Settlement | None:
    return Settlement("noted", "We open at nine.") if "open" in heard.words else None


def asking(heard: Heard) -> Settlement | None:
    asks = Following("times", new_id(), business_time.now() + timedelta(hours=1), ("a", "b"))
    return Settlement("noted", ASKED, asks=asks, patient_id=heard.people[0].patient_id) if heard.people else None


@pytest.fixture
def clinic(database: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[UUID]:
    paths = tuple(f"tests.rooms.test_answerers:{one.__name__}" for one in (silent, answering, asking))
    monkeypatch.setattr(wired, "ANSWERERS", paths)
    wiring.listed.cache_clear()
    HEARD.clear()
    yield factories.make_furnished().id
    wiring.listed.cache_clear()


def test_the_first_answerer_with_something_to_say_answers(clinic: UUID) -> None:
    make_patient(clinic)
    assert hear(clinic, "When do you open on Saturdays?") == "noted"
    assert wordings(clinic) == ["We open at nine."]
    with clinic_scope(clinic):
        read = Reading.objects.get()
        assert read.patient_id == HEARD[0].patient_id and not read.needs_person and read.understood == "question"
        assert not Question.objects.exists()


def test_an_answerer_gets_the_text_and_what_it_means(clinic: UUID) -> None:
    make_patient(clinic)
    hear(clinic, "When do you open on Saturdays?")
    (heard,) = HEARD
    assert (heard.words, heard.number, heard.language) == ("When do you open on Saturdays?", factories.NUMBER, "en")
    assert [person.first_name for person in heard.people] == ["Eleanor"] and not heard.is_in_talk


def test_an_answerer_may_ask_a_question_of_its_own(clinic: UUID) -> None:
    make_patient(clinic)
    assert hear(clinic, "I would like to know something else") == "noted"
    with clinic_scope(clinic):
        assert Question.objects.get().answers == ["a", "b"]
    assert wordings(clinic) == [ASKED]


def test_a_person_is_asked_when_nobody_answers(clinic: UUID) -> None:
    assert hear(clinic, "Good morning to you all") == "waits_for_person"
    assert len(HEARD) == 1
    hear(clinic, "Is somebody there?")
    assert HEARD[1].is_in_talk, "the first text waits"


def test_nobody_answers_beside_a_person_when_a_danger_was_named(clinic: UUID) -> None:
    make_patient(clinic)
    assert hear(clinic, "I can't breathe, are you open?") == "in_danger"
    assert hear(clinic, "When do you open?") == "waits_for_person"
    assert not HEARD
