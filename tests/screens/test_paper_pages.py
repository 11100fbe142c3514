"""The pages behind a document's link: what a link scanner sees, what a patient sees, what nobody else sees."""

import struct
import zlib
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from recado.consent import actions as consent
from recado.consent.types import PurposeGroup, Relation
from recado.documents import actions
from recado.documents.drawing_child import png
from recado.documents.types import TRIES_A_CODE
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from recado.web.paper_pages import COOKIE
from tests import factories, pages, papers
from tests.factories import sql, wordings

SAME = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def patient(clinic: UUID) -> UUID:
    return factories.make_patient(clinic)


@pytest.fixture
def phone() -> Client:
    """The patient's browser, as strict about form tokens as in the product."""
    return pages.browser(is_strict=True)


def post(client: Client, path: str, **fields: str) -> Any:
    client.get(path)
    token = client.cookies["csrftoken"].value
    return client.post(path, {**fields, "csrfmiddlewaretoken": token}, headers=SAME)


def words(response: Any) -> str:
    reading = pages.Reading(response.content.decode())
    assert reading.faults == []
    return " ".join(" ".join(reading.text).split())


def path_of(clinic: UUID, patient: UUID, content: bytes = papers.TEXT, **more: Any) -> str:
    papers.send(clinic, patient, content, **more)
    return f"/r/{papers.link(clinic)}/document"


def open_it(client: Client, clinic: UUID, path: str) -> None:
    assert post(client, path, do="code").status_code == 303
    right = papers.claim(clinic)
    assert post(client, path, do="open", code=right.code, birth_date="1948-03-14").status_code == 303


def happenings() -> list[str]:
    return [what for (what,) in sql("SELECT what FROM documents_happening ORDER BY id")]


def test_document_is_opened_read_and_downloaded_when_all_is_right(clinic: UUID, patient: UUID, phone: Client) -> None:
    path = path_of(clinic, patient, words="All is fine.")
    assert phone.get(path.removesuffix("/document"))["Location"] == path
    seen = words(phone.get(path))
    assert "ending in \u2068321\u2069" in seen or "ending in 321" in seen
    assert "Before" not in seen
    assert "Eleanor" not in seen
    open_it(phone, clinic, path)
    seen = words(phone.get(path))
    for part in ("Eleanor", "Before your visit", "All is fine.", "Download"):
        assert part in seen
    assert "midnight" in words(phone.get(f"{path}/read"))
    kept = phone.get(f"{path}/file")
    assert b"".join(kept.streaming_content) == papers.TEXT
    assert kept["Content-Disposition"] == 'attachment; filename="Before-your-visit.txt"'
    assert kept["Cache-Control"] == "no-store"
    assert happenings() == ["sent", "code_sent", "opened", "looked", "downloaded"]


def test_scanner_that_gets_every_address_sends_and_burns_nothing(clinic: UUID, patient: UUID) -> None:
    path = path_of(clinic, patient, papers.pdf())
    before = wordings(clinic)
    scanner = pages.browser(is_strict=True)
    for tail in ("", "/file", "/file?show", "/read", "/read?page=2", "/page/1.png"):
        for method in ("get", "head"):
            assert getattr(scanner, method)(path + tail).status_code in (200, 303, 404)
    assert scanner.post(path, {"do": "code"}).status_code == 403, "a post without the form's token"
    assert wordings(clinic) == before
    assert happenings() == ["sent"]
    open_it(pages.browser(is_strict=True), clinic, path)


def test_another_browser_sees_nothing_when_one_has_opened_it(clinic: UUID, patient: UUID, phone: Client) -> None:
    path = path_of(clinic, patient)
    open_it(phone, clinic, path)
    other = pages.browser()
    assert "Before your visit" not in words(other.get(path))
    assert other.get(f"{path}/file").status_code == 303
    cookie = phone.cookies[COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (path, True, "Strict")


def test_five_wrong_tries_end_the_code_and_say_so(clinic: UUID, patient: UUID, phone: Client) -> None:
    path = path_of(clinic, patient)
    post(phone, path, do="code")
    right = papers.claim(clinic)
    for _ in range(TRIES_A_CODE - 1):
        page = post(phone, path, do="open", code=right.code, birth_date="1948-03-15")
        assert page.status_code == 422
        assert "That was not right." in words(page)
    assert "This code is over." in words(post(phone, path, do="open", code=right.code, birth_date="not a day"))
    post(phone, path, do="code")
    for _ in range(TRIES_A_CODE):
        page = post(phone, path, do="open", code="x", birth_date="")
    assert "Please call us" in words(page)
    assert "Please call us" in words(phone.get(path))


def test_link_has_ended_when_the_document_was_taken_back(clinic: UUID, patient: UUID, phone: Client) -> None:
    path = path_of(clinic, patient)
    open_it(phone, clinic, path)
    (document,) = (row[0] for row in sql("SELECT id FROM documents_document"))
    actions.revoke(clinic_id=clinic, document_id=document, by=OPERATOR)
    for tail in ("", "/read", "/file"):
        page = phone.get(path + tail, follow=True)
        assert page.status_code == 410
        assert "This link has ended" in words(page)
    assert post(phone, path, do="code").status_code == 410


def test_fresh_link_comes_when_it_is_asked_for(clinic: UUID, patient: UUID, phone: Client) -> None:
    path = path_of(clinic, patient)
    phone.get(path)
    token = phone.cookies["csrftoken"].value
    phone.post(path.replace("/document", "/new"), {"csrfmiddlewaretoken": token}, headers=SAME)
    fresh = f"/r/{papers.link(clinic)}/document"
    assert fresh != path
    open_it(phone, clinic, fresh)


def test_stop_and_wrong_person_work_behind_a_document_link(clinic: UUID, patient: UUID, phone: Client) -> None:
    path = path_of(clinic, patient).removesuffix("/document")
    assert phone.get(f"{path}/stop").status_code == 200
    assert phone.get(f"{path}/cancel")["Location"] == f"{path}/document"
    assert post(phone, f"{path}/wrong").status_code == 200
    assert phone.get(f"{path}/document").status_code == 410


def test_pdf_is_read_page_by_page_as_pictures(clinic: UUID, patient: UUID, phone: Client) -> None:
    path = path_of(clinic, patient, papers.pdf(2))
    open_it(phone, clinic, path)
    assert "Page 1 of 2" in words(phone.get(f"{path}/read"))
    assert "Page 2 of 2" in words(phone.get(f"{path}/read?page=2"))
    assert phone.get(f"{path}/read?page=3").status_code == 404
    picture = phone.get(f"{path}/page/2.png")
    assert picture["Content-Type"] == "image/png"
    assert struct.unpack(">II", picture.content[16:24]) == (1200, 1699)
    assert phone.get(f"{path}/page/3.png").status_code == 404
    assert happenings().count("looked") == 2


def test_broken_pdf_can_still_be_downloaded(clinic: UUID, patient: UUID, phone: Client) -> None:
    path = path_of(clinic, patient, papers.HEAD_OF_PDF)
    open_it(phone, clinic, path)
    assert "Please download it" in words(phone.get(f"{path}/read"))
    assert b"".join(phone.get(f"{path}/file").streaming_content) == papers.HEAD_OF_PDF


def test_picture_is_shown_on_the_page(clinic: UUID, patient: UUID, phone: Client) -> None:
    small = png(b"\x00\x00\x00" * 4, 2, 2, 6, 3)
    path = path_of(clinic, patient, small)
    open_it(phone, clinic, path)
    assert f'src="{path}/file?show"' in phone.get(f"{path}/read").content.decode()
    shown = phone.get(f"{path}/file?show")
    assert shown["Content-Disposition"].startswith("inline")
    assert b"".join(shown.streaming_content) == small


def test_pages_stay_small(clinic: UUID, patient: UUID, phone: Client) -> None:
    path = path_of(clinic, patient, b"words & more words\n" * 20_000)
    open_it(phone, clinic, path)
    for tail in ("", "/read"):
        assert len(phone.get(path + tail).content) < 60_000


def test_text_is_never_markup(clinic: UUID, patient: UUID, phone: Client) -> None:
    path = path_of(clinic, patient, b"hello <script>alert(1)</script>", title="<b>x</b>")
    open_it(phone, clinic, path)
    assert "<script>alert" not in phone.get(f"{path}/read").content.decode()
    assert phone.get(f"{path}/file")["Content-Type"] == "text/plain; charset=utf-8"


def test_png_is_read_by_others_when_it_is_drawn() -> None:
    made = png(bytes(range(12)), 2, 2, 6, 3)
    at = made.index(b"IDAT")
    (length,) = struct.unpack(">I", made[at - 4 : at])
    assert zlib.decompress(made[at + 4 : at + 4 + length]) == b"\0" + bytes(range(6)) + b"\0" + bytes(range(6, 12))


def test_carer_opens_with_a_code_to_their_own_phone(clinic: UUID, patient: UUID, phone: Client) -> None:
    with clinic_scope(clinic):
        consent.entrust(
            clinic_id=clinic,
            patient_id=patient,
            name="Rose Whitcombe",
            phone=factories.phone(654),
            language="en",
            relation=Relation.OTHER,
            groups=[PurposeGroup.CARE],
            until=None,
            how="desk",
            by=OPERATOR,
        )
    path = path_of(clinic, patient)
    assert "654" in words(phone.get(path))
    open_it(phone, clinic, path)
    assert "Before your visit" in words(phone.get(path))
