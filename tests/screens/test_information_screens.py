"""Information pages as staff write them."""

from uuid import UUID

import pytest
from django.test import Client

from recado.clinics.roles import MANAGER, RECEPTION
from tests import factories, pages, staff


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def desk(clinic: UUID) -> Client:
    return staff.desk(clinic, MANAGER)


def begin(desk: Client) -> str:
    return str(desk.post("/documents/pages/new", {"name": "Before a blood test", "kind": "preparation"})["Location"])


FIELDS = {
    "language": "en",
    "name": "Before a blood test",
    "kind": "preparation",
    "title": "Before your blood test",
    "body": "Eat **nothing**.",
    "on_visits": "yes",
    "services": "Blood test, Glucose",
    "sites": "",
}


def test_page_is_written_in_two_languages_and_published(desk: Client) -> None:
    there = begin(desk)
    assert desk.post(there, FIELDS | {"then": "pl"})["Location"].endswith("?language=pl")
    seen = desk.get(there + "?language=pl").content.decode()
    assert "Before your blood test" in seen  # shown beside the empty field
    done = desk.post(
        there, FIELDS | {"language": "pl", "title": "Przed badaniem", "body": "Nic nie jeść.", "do": "publish"}
    )
    assert done.status_code == 303
    page = desk.get(there).content.decode()
    assert pages.Reading(page).faults == []
    assert "Version 1 is read" in page and "{info_before_a_blood_test}" in page
    assert 'value="Blood test, Glucose"' in page
    listed = desk.get("/documents/pages/").content.decode()
    assert pages.Reading(listed).faults == [] and "Live" in listed
    desk.post(f"{there}/pace", {"do": "end"})
    assert "Taken down" in desk.get("/documents/pages/").content.decode()


def test_publishing_says_what_is_missing_and_keeps_what_was_typed(desk: Client) -> None:
    there = begin(desk)
    refused = desk.post(there, FIELDS | {"body": "", "do": "publish"})
    assert refused.status_code == 422
    assert "Write the page in this language" in refused.content.decode()
    assert 'value="Before your blood test"' in desk.get(there).content.decode()


def test_draft_is_given_up_and_an_old_version_is_read(desk: Client) -> None:
    there = begin(desk)
    desk.post(there, FIELDS | {"do": "publish"})
    desk.post(there, FIELDS | {"body": "Drink water.", "do": "save"})
    assert "You see the draft" in desk.get(there).content.decode()
    desk.post(there, {"do": "drop_draft", "language": "en"})
    assert "Drink water" not in desk.get(there).content.decode()
    assert "Eat <b" in desk.get(there + "?version=1").content.decode()


def test_reception_reads_the_list_and_writes_nothing(clinic: UUID, desk: Client) -> None:
    there = begin(desk)
    reception = staff.desk(clinic, RECEPTION)
    assert "Before a blood test" in reception.get("/documents/pages/").content.decode()
    assert reception.get(there).status_code == 403
    assert reception.post("/documents/pages/new", {"name": "x", "kind": "other"}).status_code == 403
