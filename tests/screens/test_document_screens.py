"""Documents as staff see them: sent, listed, taken back; and who may."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from recado.clinics.roles import AUDITOR, CLINICIAN, RECEPTION
from recado.consent import actions as consent
from recado.documents import actions
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.journeys import worker
from recado.messaging import actions as messaging
from tests import factories, pages, papers, staff
from tests.factories import sql, wordings


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def patient(clinic: UUID) -> UUID:
    return factories.make_patient(clinic)


@pytest.fixture
def desk(clinic: UUID) -> Client:
    return staff.desk(clinic, RECEPTION)


def text(response: Any) -> str:
    reading = pages.Reading(response.content.decode())
    assert reading.faults == []
    return " ".join(" ".join(reading.text).split())


def send(client: Client, patient: UUID, content: bytes = papers.TEXT, **more: str) -> Any:
    fields = {"patient": str(patient), "kind": "letter", "title": "Before your visit", "days": "30", "words": ""} | more
    return client.post("/documents/send", {**fields, "file": SimpleUploadedFile("letter.exe", content)})


def search(client: Client, name: str) -> Any:
    return client.post("/documents/send", f"name={name}", content_type="application/x-www-form-urlencoded")


def test_letter_is_sent_listed_and_taken_back(clinic: UUID, patient: UUID, desk: Client) -> None:
    assert "No document was sent yet" in text(desk.get("/documents/"))
    assert "Eleanor Whitcombe" in text(desk.get("/documents/send", {"patient": str(patient)}))
    there = send(desk, patient)["Location"]
    papers.work()
    assert "a document is ready for you" in wordings(clinic)[-1]
    seen = text(desk.get("/documents/"))
    for part in ("Eleanor Whitcombe", "Before your visit", "Marta Kowal", "Not opened"):
        assert part in seen
    with business_time.standing_at(business_time.now() + timedelta(days=4)):
        assert "Not opened for 4 days" in text(desk.get("/documents/"))
    assert "Sent: the patient gets a text with a link" in text(desk.get(there))
    assert desk.post(f"{there}/revoke").status_code == 303
    assert "Taken back" in text(desk.get(there))
    assert "No document is in this state" in text(desk.get("/documents/?show=not_opened"))
    assert "Before your visit" in text(desk.get("/documents/?show=revoked"))
    assert desk.post(f"{there}/revoke").status_code == 404


def test_patient_is_found_by_name_without_a_name_in_the_address(patient: UUID, desk: Client) -> None:
    found = search(desk, "Eleanor")
    assert f"/documents/send?patient={patient}" in found.content.decode()
    assert "No patient of this name" in text(search(desk, "Zzz"))


@pytest.mark.parametrize(
    ("content", "more", "said"),
    [
        (b"MZ\x90\x00", {}, "Send a PDF, a picture"),
        (b"", {}, "The file is empty."),
        (b"x" * 3000, {}, "larger than is allowed"),
        (papers.TEXT, {"title": ""}, "Give a name of 1 to 80 letters."),
        (papers.TEXT, {"kind": "result"}, "Choose what it is."),
        (papers.TEXT, {"days": "365"}, "Choose how long it stays."),
        (papers.TEXT, {"days": "x"}, "Choose how long it stays."),
    ],
)
def test_form_says_what_is_wrong_and_nothing_is_sent(
    clinic: UUID, patient: UUID, desk: Client, content: bytes, more: dict[str, str], said: str
) -> None:
    with override_settings(RECADO_DOCUMENT_BYTES=2000):
        page = send(desk, patient, content, **more)
    assert page.status_code == 422
    assert said in text(page)
    papers.work()
    assert wordings(clinic) == []


def test_what_was_chosen_stands_in_the_form_again_when_something_is_wrong(patient: UUID, desk: Client) -> None:
    chosen = 'value="{}" selected'.format
    assert chosen(30) in desk.get("/documents/send", {"patient": str(patient)}).content.decode()
    html = send(desk, patient, title="", days="7", words="Call if unsure", asks_call="yes").content.decode()
    assert chosen(7) in html and chosen(30) not in html, "a document that was to end in a week stays no month"
    assert "Call if unsure" in html and 'name="asks_call" value="yes" checked' in html


def test_full_disk_is_told_and_nothing_is_sent(clinic: UUID, patient: UUID, desk: Client, superuser_url: str) -> None:
    with papers.full_disk(superuser_url):
        page = send(desk, patient)
    assert page.status_code == 422
    assert "There is no room on the server" in text(page)
    assert sql("SELECT count(*) FROM documents_document") == [(0,)]


def test_form_is_absent_when_the_patient_could_not_open_it(clinic: UUID, desk: Client) -> None:
    patient = factories.make_patient(clinic, 322, birth_date=None)
    page = desk.get("/documents/send", {"patient": str(patient)})
    assert "no date of birth" in text(page)
    assert 'type="file"' not in page.content.decode()


def test_only_who_releases_results_sends_and_releases_one(clinic: UUID, patient: UUID, desk: Client) -> None:
    doctor = staff.desk(clinic, CLINICIAN)
    there = send(doctor, patient, kind="result", title="Blood test", asks_call="yes")["Location"]
    assert "Held until they call" in text(desk.get(there))
    assert desk.post(f"{there}/release").status_code == 403
    assert "release it" not in text(desk.get(there))
    assert doctor.post(f"{there}/release").status_code == 303
    papers.work()
    assert "/r/" in wordings(clinic)[-1]


def test_document_is_unlocked_after_wrong_tries(clinic: UUID, patient: UUID, desk: Client) -> None:
    there = send(desk, patient)["Location"]
    token = papers.link(clinic)
    for _ in range(2):
        actions.ask_code(token)
        for _ in range(5):
            actions.try_open(token, papers.Claim("x", None))
    assert "Locked after wrong tries" in text(desk.get("/documents/"))
    assert "unlock" in text(desk.get(there))
    desk.post(f"{there}/unlock")
    actions.ask_code(token)
    actions.try_open(token, papers.claim(clinic))
    assert "Opened" in text(desk.get(there))


def test_who_may_not_is_refused(clinic: UUID, patient: UUID) -> None:
    auditor = staff.desk(clinic, AUDITOR)
    document = papers.send(clinic, patient)
    for path in ("/documents/", "/documents/send", f"/documents/{document}"):
        assert auditor.get(path).status_code == 403
    assert auditor.post(f"/documents/{document}/revoke").status_code == 403


def test_another_clinics_document_is_not_there(clinic: UUID, patient: UUID) -> None:
    document = papers.send(clinic, patient)
    other = staff.desk(factories.make_clinic("other-clinic").id)
    assert other.get(f"/documents/{document}").status_code == 404
    assert other.post(f"/documents/{document}/revoke").status_code == 404
    assert other.get("/documents/send", {"patient": str(patient)}).status_code == 404


def test_list_is_paged(clinic: UUID, patient: UUID, desk: Client) -> None:
    for _ in range(51):
        papers.send(clinic, patient)
    assert "1 to 50 of 51" in text(desk.get("/documents/"))
    assert "51 to 51 of 51" in text(desk.get("/documents/?page=2"))
    actions.revoke(clinic_id=clinic, document_id=sql("SELECT id FROM documents_document LIMIT 1")[0][0], by=OPERATOR)
    assert "1 to 1 of 1" in text(desk.get("/documents/?show=revoked"))


def previews(client: Client, patient: UUID) -> dict[str, str]:
    """What the phone beside the form shows, by what is chosen."""
    html = client.get(f"/documents/send?patient={patient}").content.decode()
    assert pages.Reading(html).faults == []
    found = re.findall(
        r'<div class="stack stack-s look-(\w+)">(.*?)</p></div>(?=<div class="stack|</div></section>)', html, re.S
    )
    return {when: " ".join(re.sub(r"<[^>]+>", " ", shown).split()) for when, shown in found}


def test_phone_beside_the_form_shows_the_text_that_goes(clinic: UUID, patient: UUID, desk: Client) -> None:
    seen = previews(desk, patient)
    assert set(seen) == {"document", "call"}, "reception sends no results"
    assert sql("SELECT count(*) FROM care_events_event") == sql("SELECT count(*) FROM messaging_link") == [(0,)]
    assert not wordings(clinic) and "call" in seen["call"] and "/r/" not in seen["call"]
    assert "SMS, 1 part" in seen["document"] and "23 letters longer" in seen["document"]
    assert "23 letters longer" not in seen["call"], "that text has no link"
    send(desk, patient)
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        while worker.run_due(maintenance):
            pass
    (told,) = wordings(clinic)
    begun, _link, rest = re.split(r"(\S+/r/\w+)", told)
    assert begun.strip() in seen["document"] and rest.strip() in seen["document"]
    doctor = staff.desk(clinic, CLINICIAN)
    assert set(previews(doctor, patient)) == {"document", "result", "call"}


def test_phone_beside_the_form_says_when_no_text_would_go(clinic: UUID, patient: UUID, desk: Client) -> None:
    with clinic_scope(clinic):
        index = messaging.phone_index(clinic, factories.phone(321))
        consent.withdraw(clinic_id=clinic, phone_bi=index, how="staff", by=OPERATOR)
    assert "Asked us to stop" in previews(desk, patient)["document"]


def test_document_is_turned_over_in_the_language_that_was_chosen_and_changing_it_stays_on_the_page(
    clinic: UUID, patient: UUID
) -> None:
    papers.send(clinic, patient, papers.pdf(3))
    path = f"/r/{papers.link(clinic)}/document"
    browser = pages.browser()
    browser.post(path, {"do": "code"})
    browser.post(path, {"do": "open", "code": papers.code(clinic), "birth_date": papers.BORN.isoformat()})
    second = browser.get(f"{path}/read", {"lang": "fr", "page": "2"}).content.decode()
    assert pages.Reading(second).faults == []
    assert 'rel="prev" href="?lang=fr&amp;page=1"' in second and 'rel="next" href="?lang=fr&amp;page=3"' in second
    assert 'href="?page=2&amp;lang=nl"' in second, "whoever changes the language reads on where they were"
    assert second.count("Page 2 sur 3") == 2 and 'src="' + path + '/page/2.png"' in second
    plain = browser.get(f"{path}/read", {"page": "2", "x": "1"}).content.decode()
    assert 'rel="next" href="?page=3"' in plain and "x=1" not in plain
