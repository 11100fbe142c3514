"""The page of saved replies, and how they stand in a conversation."""

from uuid import UUID, uuid4

import pytest
from django.test import Client

from recado.clinics.roles import RECEPTION_LEAD
from recado.conversations import queries
from recado.web.inbox import replies
from tests import factories, pages, staff
from tests.factories import hear, make_patient

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def lead(clinic: UUID) -> Client:
    return staff.desk(clinic, RECEPTION_LEAD)


def html(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_every_place_has_its_words() -> None:
    assert set(replies.PLACES) == set(queries.SAVED_VALUES)


def test_reply_is_written_shown_changed_and_removed(clinic: UUID, lead: Client) -> None:
    assert "None yet" in html(lead, "/inbox/replies")
    answer = lead.post("/inbox/replies/new", {"title": "Letter", "text-en": "Yes, {name}.", "text-fr": "Oui."})
    assert (answer.status_code, answer["Location"]) == (303, "/inbox/replies")
    page = html(lead, "/inbox/replies")
    assert "Letter" in page and "Français" in page and pages.Reading(page).faults == []
    address = page.split('data-row href="')[1].split('"')[0]
    form = html(lead, address)
    assert "Yes, {name}." in form and pages.Reading(form).faults == []
    refused = lead.post(address, {"title": "Letter", "text-en": "Yes, {nobody}."})
    assert refused.status_code == 422 and "a place that is not known" in refused.content.decode()
    assert "Yes, {nobody}." in refused.content.decode() and pages.Reading(refused.content.decode()).faults == []
    assert lead.post(f"{address}/remove").status_code == 303
    assert lead.post(f"{address}/remove").status_code == 404
    assert lead.get(f"/inbox/replies/{uuid4()}").status_code == 404


def test_reply_stands_filled_in_beside_the_answer(clinic: UUID, lead: Client) -> None:
    lead.post("/inbox/replies/new", {"title": "Letter", "text-en": "Yes, {name}."})
    lead.post("/inbox/replies/new", {"title": "Your visit", "text-en": "See you on {when}."})
    make_patient(clinic)
    hear(clinic, "Do I need to bring the letter?")
    desk = staff.desk(clinic)
    row = html(desk, "/inbox/").split('id="t-')[1].split('"')[0]
    page = html(desk, f"/inbox/{row}")
    assert 'data-insert="Yes, Eleanor."' in page and "See you on" not in page
    assert pages.Reading(page).faults == []


def test_reception_uses_saved_replies_and_does_not_change_them(clinic: UUID) -> None:
    desk = staff.desk(clinic)
    assert desk.get("/inbox/replies").status_code == 200
    assert desk.get("/inbox/replies/new").status_code == 403
    assert "New saved reply" not in html(desk, "/inbox/replies")
