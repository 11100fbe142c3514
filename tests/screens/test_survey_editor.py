"""Surveys as staff write them."""

import re
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.test import Client

from recado.clinics.roles import MANAGER, RECEPTION
from recado.foundation.tenancy import clinic_scope
from recado.surveys import actions
from recado.surveys import queries as surveys
from recado.web.surveys import editor
from tests import factories, pages, staff


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished(default_language="pl").id


@pytest.fixture
def desk(clinic: UUID) -> Client:
    return staff.desk(clinic, MANAGER)


def text(desk: Client, there: str) -> str:
    return desk.get(there).content.decode()


def fields(language: str = "pl", **more: str) -> dict[str, str]:
    return {"language": language, "name": "Waiting", "way": "text", "kind-q1": "rate", "text-q1": "Jak było?", **more}


def test_survey_stays_in_its_own_language_first_when_it_is_translated(desk: Client) -> None:
    there = str(desk.post("/surveys/own/new", {})["Location"])
    assert desk.post(there, fields(then="en"))["Location"].endswith("?language=en")
    assert "Jak było?" in text(desk, there + "?language=en"), "shown beside the empty field"
    assert desk.post(there, fields("en", **{"text-q1": "How was it?", "do": "publish"})).status_code == 303
    page = text(desk, there)
    assert pages.Reading(page).faults == [] and "Version 1 is asked" in page
    assert 'value="Jak było?"' in page and page.index("?language=pl") < page.index("?language=en")


def test_each_has_a_survey_of_their_own_when_two_begin_a_blank_one_at_once(
    clinic: UUID, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen_before = surveys.surveys
    with clinic_scope(clinic):
        stood = seen_before(clinic)
    first = str(desk.post("/surveys/own/new", {})["Location"])
    monkeypatch.setattr(surveys, "surveys", lambda _: stood)  # what a colleague saw a moment before
    second = str(desk.post("/surveys/own/new", {})["Location"])
    monkeypatch.undo()
    desk.post(first, fields())
    assert first != second and "Jak było?" not in text(desk, second)


def test_questions_are_added_moved_and_left_out(desk: Client) -> None:
    there = str(desk.post("/surveys/own/new", {})["Location"])
    desk.post(there, fields(do="add"))
    desk.post(there, fields(**{"kind-q2": "words", "text-q2": "Co jeszcze?", "do": "up:q2"}))
    page = text(desk, there)
    assert page.index("Co jeszcze?") < page.index("Jak było?")
    desk.post(there, {"language": "pl", "name": "Waiting", "do": "drop:q2"})
    assert "Co jeszcze?" not in text(desk, there)
    desk.post(there, {"language": "pl", "name": "Waiting", "do": "drop:q1"})
    page = text(desk, there)
    assert "There is no question yet." in page and pages.Reading(page).faults == []


def test_new_question_takes_no_answers_of_an_old_one_when_that_was_published_once(clinic: UUID, desk: Client) -> None:
    there = str(desk.post("/surveys/own/new", {})["Location"])
    desk.post(there, fields(do="add"))
    desk.post(there, fields(**{"kind-q2": "rate", "text-q2": "Co jeszcze?", "do": "publish"}))
    desk.post(there, fields(do="drop:q2"))
    desk.post(there, fields(do="add"))
    with clinic_scope(clinic):
        questions = surveys.survey(clinic, "survey_1").shown.questions
    assert [one.key for one in questions] == ["q1", "q3"]


def seen_in(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("own", [True, False], ids=["own", "product"])
def test_nothing_is_overwritten_when_a_colleague_has_saved_meanwhile(clinic: UUID, desk: Client, own: bool) -> None:
    there = str(desk.post("/surveys/own/new", {})["Location"]) if own else "/surveys/own/visit"
    key = there.rpartition("/")[2]
    with clinic_scope(clinic):
        first = surveys.survey(clinic, key).shown.questions[0].key
    seen = seen_in(text(desk, there))
    desk.post(there, {"name": "Theirs", "do": "add", "language": "pl", "seen": seen})
    late = {"name": "Mine", "language": "pl", f"text-{first}": "Moje słowa?", "seen": seen}
    answer = desk.post(there, {**late, "do": f"drop:{first}"})
    page = answer.content.decode()
    assert answer.status_code == 409 and "A colleague has saved this meanwhile." in page
    assert 'value="Moje słowa?"' in page and 'value="Mine"' in page and pages.Reading(page).faults == []
    assert desk.post(there, {**late, "do": "publish"}).status_code == 409
    assert desk.post(there, {"do": "drop_draft", "seen": seen}).status_code == 409
    with clinic_scope(clinic):
        view = surveys.survey(clinic, key)
        assert view.shown.name == "Theirs" and view.draft and (view.published is None) is own
    assert desk.post(there, {**late, "seen": seen_in(page)}).status_code == 303
    assert 'value="Mine"' in text(desk, there)


def test_words_stay_with_their_question_when_a_colleague_has_moved_it(clinic: UUID, desk: Client) -> None:
    there = str(desk.post("/surveys/own/new", {})["Location"])
    desk.post(there, fields(do="add"))
    late = fields(**{"kind-q2": "words", "text-q2": "Co jeszcze?"})
    desk.post(there, {"language": "pl", "do": "up:q2"})
    desk.post(there, late)
    with clinic_scope(clinic):
        questions = surveys.survey(clinic, "survey_1").shown.questions
    assert [(one.key, one.says["pl"].text) for one in questions] == [("q2", "Co jeszcze?"), ("q1", "Jak było?")]


def test_what_was_typed_is_what_is_published_when_a_colleague_saves_at_that_moment(
    clinic: UUID, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = str(desk.post("/surveys/own/new", {})["Location"])

    def publish(**given: Any) -> int:
        with pytest.raises(psycopg.errors.LockNotAvailable):
            factories.sql("SELECT 1 FROM surveys_survey FOR UPDATE NOWAIT")
        return actions.publish(**given)

    monkeypatch.setattr(editor, "EDITOR", replace(editor.EDITOR, publish=publish))
    assert desk.post(there, fields(do="publish")).status_code == 303
    assert "Version 1 is asked" in text(desk, there)


def test_faulty_survey_is_kept_and_not_published(desk: Client) -> None:
    there = str(desk.post("/surveys/own/new", {})["Location"])
    refused = desk.post(there, fields(**{"text-q1": "", "do": "publish"}))
    assert refused.status_code == 422 and "Write the question in this language." in refused.content.decode()
    assert desk.post(there, {"do": "drop_draft"}).status_code == 404, "nothing would be left"
    assert "Waiting" in text(desk, there)


def test_survey_of_the_product_becomes_the_clinics_when_it_is_changed(desk: Client) -> None:
    there = "/surveys/own/visit"
    desk.post(there, {"language": "en", "name": "After the visit", "do": "save"})
    assert "You see the draft" in text(desk, there) and "Version 1 is asked" in text(desk, there)
    desk.post(there, {"do": "drop_draft"})
    assert "After the visit" not in text(desk, there)
    for do, state in (("end", "Ended"), ("resume", "Live")):
        desk.post(f"{there}/pace", {"do": do})
        assert state in text(desk, there)
    assert desk.get("/surveys/own/nothing").status_code == 404
    assert desk.post("/surveys/own/nothing/pace", {"do": "end"}).status_code == 404


def test_reception_writes_no_survey(clinic: UUID) -> None:
    assert staff.desk(clinic, RECEPTION).get("/surveys/own/visit").status_code == 403


def test_nobody_is_overtaken_by_what_they_have_just_saved_themselves(clinic: UUID, desk: Client) -> None:
    there = str(desk.post("/surveys/own/new", {})["Location"])
    own = {"name": "Mine", "language": "pl", "seen": seen_in(text(desk, there)), "do": "save"}
    assert [desk.post(there, own).status_code for _ in range(2)] == [303, 303]
    assert desk.post(there, {**own, "name": "Other"}).status_code == 409
