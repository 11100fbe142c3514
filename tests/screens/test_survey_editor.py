"""Surveys as staff write them."""

from uuid import UUID

import pytest
from django.test import Client

from recado.clinics.roles import MANAGER, RECEPTION
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
    return {"language": language, "name": "Waiting", "way": "text", "kind-0": "rate", "text-0": "Jak było?", **more}


def test_survey_stays_in_its_own_language_first_when_it_is_translated(desk: Client) -> None:
    there = str(desk.post("/surveys/own/new", {})["Location"])
    assert desk.post(there, fields(then="en"))["Location"].endswith("?language=en")
    assert "Jak było?" in text(desk, there + "?language=en"), "shown beside the empty field"
    assert desk.post(there, fields("en", **{"text-0": "How was it?", "do": "publish"})).status_code == 303
    page = text(desk, there)
    assert pages.Reading(page).faults == [] and "Version 1 is asked" in page
    assert 'value="Jak było?"' in page and page.index("?language=pl") < page.index("?language=en")


def test_questions_are_added_moved_and_left_out(desk: Client) -> None:
    there = str(desk.post("/surveys/own/new", {})["Location"])
    desk.post(there, fields(do="add"))
    desk.post(there, fields(**{"kind-1": "words", "text-1": "Co jeszcze?", "do": "up:1"}))
    page = text(desk, there)
    assert page.index("Co jeszcze?") < page.index("Jak było?")
    desk.post(there, {"language": "pl", "name": "Waiting", "do": "drop:0"})
    assert "Co jeszcze?" not in text(desk, there)
    desk.post(there, {"language": "pl", "name": "Waiting", "do": "drop:0"})
    page = text(desk, there)
    assert "There is no question yet." in page and pages.Reading(page).faults == []


def test_faulty_survey_is_kept_and_not_published(desk: Client) -> None:
    there = str(desk.post("/surveys/own/new", {})["Location"])
    refused = desk.post(there, fields(**{"text-0": "", "do": "publish"}))
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
