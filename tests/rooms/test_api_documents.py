"""Documents by API: streamed, typed by content, sent once, and refused without a trace."""

import json
from typing import Any

import pytest
from django.test import override_settings

from recado.clinics.roles import ApiScope
from recado.clinics.types import ClinicSettings
from recado.foundation.keys import keys_for
from tests import factories, papers
from tests.api import Said, call, make_key
from tests.factories import sql, wordings

SECRET = "Eleanor"


@pytest.fixture
def clinic(database: None) -> ClinicSettings:
    return factories.make_furnished()


def send(key: str | None, body: bytes = papers.TEXT, **more: Any) -> Said:
    person = {
        "record_number": "R-321",
        "name": "Eleanor Whitcombe",
        "phone": "+447700900321",
        "birth_date": "1948-03-14",
    } | more.pop("person", {})
    about = {"external_id": "L-1", "person": person, "kind": "result", "title": "Blood test"} | more
    return call("POST", "documents", key, body, Recado_Document=json.dumps(about))


def test_document_is_taken_told_and_opened_once(clinic: ClinicSettings) -> None:
    key = make_key(clinic.id, ApiScope.DOCUMENTS)
    said = send(key)
    assert (said.status, said.json["external_id"], said.json["is_new"]) == (200, "L-1", True)
    again = send(key)
    assert (again.json["id"], again.json["is_new"]) == (said.json["id"], False)
    papers.work()
    assert ["a document is ready for you" in text for text in wordings(clinic.id)] == [True]
    assert sql("SELECT source, actor_kind FROM documents_document") == [("api:api", "api_key")]


def test_waiting_text_goes_to_the_number_that_a_later_document_brings(clinic: ClinicSettings) -> None:
    key = make_key(clinic.id, ApiScope.DOCUMENTS)
    send(key)
    papers.work()
    assert send(key, external_id="L-2", person={"phone": "+447700900322"}).status == 200
    papers.work()
    index = keys_for(clinic.id).blind_index("phone", "+447700900322")
    assert set(sql("SELECT phone_bi FROM messaging_outbox")) == {(index,)}


@pytest.mark.parametrize(
    ("body", "more", "status", "field"),
    [
        (b"MZ\x90\x00", {}, 422, "body"),
        (b"", {}, 422, "body"),
        (b"x" * 2001, {}, 413, ""),
        (papers.TEXT, {"kind": "x"}, 422, "Recado-Document"),
        (papers.TEXT, {"days": 8}, 422, "Recado-Document"),
        (papers.TEXT, {"title": "a\nb"}, 422, "title"),
        (papers.TEXT, {"person": {"phone": None}}, 422, "person.phone"),
        (papers.TEXT, {"person": {"birth_date": None}}, 422, "person.birth_date"),
        (papers.TEXT, {"person": {"phone": "12"}}, 422, "person.phone"),
        (papers.TEXT, {"source": "A b"}, 422, "source"),
    ],
)
def test_refusal_names_the_field_and_keeps_nothing(
    clinic: ClinicSettings, body: bytes, more: dict[str, Any], status: int, field: str
) -> None:
    with override_settings(RECADO_DOCUMENT_BYTES=2000):
        said = send(make_key(clinic.id), body, **more)
    assert (said.status, said.json.get("field", "")) == (status, field)
    assert SECRET not in said.body.decode()
    assert sql("SELECT count(*) FROM documents_document") == [(0,)]


def test_key_without_the_scope_sends_nothing(clinic: ClinicSettings) -> None:
    assert send(make_key(clinic.id, ApiScope.EVENTS)).status == 403
    assert send(None).status == 401
    assert call("GET", "documents", make_key(clinic.id)).status == 405
    assert call("POST", "documents", make_key(clinic.id), papers.TEXT).json["field"] == "Recado-Document"


def test_full_disk_is_told_as_not_possible_now(clinic: ClinicSettings, superuser_url: str) -> None:
    with papers.full_disk(superuser_url):
        said = send(make_key(clinic.id))
    assert said.status == 503
    assert "no room" in said.json["detail"]
