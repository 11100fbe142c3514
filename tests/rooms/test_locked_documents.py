"""Documents that were locked in the uploader's browser, as the server keeps them: it can read nothing of them."""

import os
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from recado.clinics.roles import RECEPTION
from recado.documents.content import LOCKED, LOCKED_HEAD, LOCKED_START
from recado.documents.types import CannotSend
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from recado.tasks import actions as tasks
from recado.tasks.types import TaskKind
from tests import factories, pages, papers, staff
from tests.factories import sql, wordings

FRAGMENT = "k7QdX2mP9aBcDeFgHjKmNp"
ENVELOPE = LOCKED_START + (600_000).to_bytes(4, "big") + b"s" * 28 + os.urandom(300)


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def patient(clinic: UUID) -> UUID:
    return factories.make_patient(clinic)


def test_link_carries_its_part_of_the_key_and_reminders_too(clinic: UUID, patient: UUID) -> None:
    papers.send(clinic, patient, ENVELOPE, title="", fragment=FRAGMENT)
    token = papers.link(clinic)
    assert f"/r/{token}#{FRAGMENT} " in wordings(clinic)[-1] + " "
    factories.advance(2 * factories.DAY)
    papers.work()
    assert wordings(clinic)[-1].count(f"#{FRAGMENT}") == 1
    assert "/r/" in wordings(clinic)[-1] and token not in wordings(clinic)[-1]


def test_other_documents_have_no_end_of_the_link(clinic: UUID, patient: UUID) -> None:
    papers.send(clinic, patient)
    papers.work()
    assert "#" not in wordings(clinic)[-1]


@pytest.mark.parametrize(
    ("content", "title", "fragment", "reason"),
    [
        (papers.TEXT, "", FRAGMENT, "not_locked"),
        (ENVELOPE, "", "", "bad_fragment"),
        (ENVELOPE, "", FRAGMENT[:-1], "bad_fragment"),
        (ENVELOPE, "", FRAGMENT[:-1] + "#", "bad_fragment"),
        (ENVELOPE, "Blood test", FRAGMENT, "no_title"),
    ],
)
def test_what_is_not_locked_as_it_should_is_refused(
    clinic: UUID, patient: UUID, content: bytes, title: str, fragment: str, reason: str
) -> None:
    with pytest.raises(CannotSend) as refused:
        papers.send(clinic, patient, content, title=title, fragment=fragment)
    assert refused.value.reason == reason
    assert sql("SELECT count(*) FROM documents_document") == [(0,)]


def test_staff_see_that_it_is_locked_and_no_name(clinic: UUID, patient: UUID) -> None:
    desk = staff.desk(clinic, RECEPTION)
    fields = {"patient": str(patient), "kind": "letter", "days": "30", "fragment": FRAGMENT}
    sent = desk.post("/documents/send", {**fields, "file": SimpleUploadedFile("locked", ENVELOPE)})
    assert sent.status_code == 303
    assert "name hidden" in desk.get("/documents/").content.decode()
    assert pages.Reading(desk.get(sent["Location"]).content.decode()).faults == []
    assert sql("SELECT media_type FROM documents_document") == [(LOCKED,)]


def test_patient_is_given_the_envelope_as_it_came_and_no_picture_of_it(clinic: UUID, patient: UUID) -> None:
    papers.send(clinic, patient, ENVELOPE, title="", fragment=FRAGMENT)
    token = papers.link(clinic)
    browser = pages.browser()
    gate = browser.get(f"/r/{token}/document").content.decode()
    assert pages.Reading(gate).faults == [] and "patient_locked" in gate and "needs script" in gate
    browser.post(f"/r/{token}/document", {"do": "code"})
    claim = {"do": "open", "code": papers.code(clinic), "birth_date": papers.BORN.isoformat()}
    browser.post(f"/r/{token}/document", claim)
    opened = browser.get(f"/r/{token}/document").content.decode()
    assert pages.Reading(opened).faults == [] and "Only you can open this" in opened
    file = browser.get(f"/r/{token}/document/file")
    assert b"".join(file.streaming_content) == ENVELOPE  # type: ignore[attr-defined]
    assert browser.get(f"/r/{token}/document/read").status_code == 303
    assert browser.get(f"/r/{token}/document/page/1.png").status_code == 404


def test_somebody_is_asked_to_lock_it_anew_once_until_that_is_done(clinic: UUID, patient: UUID) -> None:
    papers.send(clinic, patient, ENVELOPE, title="", fragment=FRAGMENT)
    path = f"/r/{papers.link(clinic)}/document"
    desk = staff.desk(clinic, RECEPTION)
    browser = pages.browser()
    for _ in range(2):
        asked = browser.post(path, {"do": "again"})
        assert (asked.status_code, asked["Location"]) == (303, f"{path}?said=again")
    assert "We have your request." in browser.get(asked["Location"]).content.decode()
    raised = "SELECT kind, detail->>'about', done_at IS NULL FROM tasks_task"
    assert sql(raised) == [("call", "document_again", True)]
    today = desk.get("/").content.decode()
    assert "open a locked document" in today and "Eleanor Whitcombe" in today
    with clinic_scope(clinic):
        sources = [source for (source,) in sql("SELECT source FROM tasks_task")]
        tasks.finish(clinic_id=clinic, kind=TaskKind.CALL, sources=sources, by=OPERATOR)
    browser.post(path, {"do": "again"})
    assert sql(raised) == [("call", "document_again", True)]


def test_nobody_is_asked_to_lock_anew_what_is_not_locked(clinic: UUID, patient: UUID) -> None:
    papers.send(clinic, patient)
    path = f"/r/{papers.link(clinic)}/document"
    assert pages.browser().post(path, {"do": "again"}).status_code == 410
    assert sql("SELECT count(*) FROM tasks_task") == [(0,)]


def test_envelope_begins_as_the_browser_writes_it() -> None:
    script = (pages.SRC / "recado/web/static/recado/js/locked.js").read_text("utf-8")
    assert f"const START = [{', '.join(hex(one) if one > 9 else str(one) for one in LOCKED_START)}];" in script
    assert LOCKED_HEAD == 37 and "START.length + 4 + 16 + 12" in script
