"""What staff note, and the proof of it: words, the text that was shown, the signed form."""

import csv
import io
import json
import zipfile
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from recado.clinics.roles import PRIVACY_OFFICER
from recado.clinics.types import CareBasis
from recado.consent import queries as said
from recado.consent.papers import LARGEST
from recado.foundation import business_time
from recado.foundation.tenancy import clinic_scope
from tests import factories, pages
from tests.factories import intent, send
from tests.staff import desk

ZONE = ZoneInfo("Europe/London")  # of a clinic in these tests
SCAN = b"%PDF-1.7\nI agree. E. Whitcombe"


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished(care_basis=CareBasis.CONSENT).id


@pytest.fixture
def patient(clinic: UUID) -> UUID:
    return factories.make_patient(clinic)


def test_a_permission_keeps_what_was_said_and_which_text_was_read_out(clinic: UUID, patient: UUID) -> None:
    client = desk(clinic)
    factories.stop(clinic)
    form = {"group": ["care", "news"], "how": "desk", "words": "Yes, but not at night"}
    assert client.post(f"/patients/{patient}/permit", form).status_code == 303
    assert send(clinic, intent(patient_id=patient))[0].verdict == "allow", "said again, it counts again"
    html = client.get(f"/patients/{patient}/consent").content.decode()
    assert pages.Reading(html).faults == []
    assert "Yes, but not at night" in html
    assert "health news, such as the flu clinic" in html and "version 2/en" in html
    table = client.get(f"/patients/{patient}/consent/proof.csv")
    lines = table.content.decode().splitlines()
    assert lines[0].startswith("at,what,kinds,channel,how")
    assert "permitted,care news,sms,desk" in lines[1]
    assert "I agree that Harbour Street Clinic sends text messages" in lines[1]
    exported = factories.sql("SELECT count(*) FROM foundation_auditevent WHERE action = 'consent.exported'")
    assert exported == [(1,)]


def test_a_signed_form_is_kept_encrypted_and_comes_back_as_it_was(clinic: UUID, patient: UUID) -> None:
    client = desk(clinic)
    form = {"group": ["care"], "how": "paper"}
    assert client.post(f"/patients/{patient}/permit", form).status_code == 422, "a form on paper needs its scan"
    for body in (b"MZ not a scan", b"%PDF-" + b"x" * LARGEST):
        bad = form | {"paper": SimpleUploadedFile("form.pdf", body)}
        assert client.post(f"/patients/{patient}/permit", bad).status_code == 422
    good = form | {"paper": SimpleUploadedFile("E Whitcombe.pdf", SCAN)}
    assert client.post(f"/patients/{patient}/permit", good).status_code == 303
    with clinic_scope(clinic):
        kept = next(one for one in said.proofs(clinic, patient, None) if one.has_paper)
    assert (kept.kind, kept.how) == ("paper_kept", "paper")
    response = client.get(f"/patients/{patient}/consent/{kept.id}")
    assert (response.content, response["Content-Type"]) == (SCAN, "application/pdf")
    assert "attachment" in response["Content-Disposition"] and "Whitcombe" not in response["Content-Disposition"]
    ((sealed,),) = factories.sql("SELECT body_ct FROM consent_paper")
    assert b"Whitcombe" not in bytes(sealed)
    other = factories.make_patient(clinic, 322)
    assert client.get(f"/patients/{other}/consent/{kept.id}").status_code == 404


def test_proof_of_a_form_that_was_printed_earlier_names_the_version_at_its_foot(clinic: UUID, patient: UUID) -> None:
    client = desk(clinic)
    html = client.get(f"/patients/{patient}/consent").content.decode()
    assert "<option selected>2/en</option>" in html and "<option>1/fr</option>" in html

    def note(how: str, version: str) -> str:
        scan = {"paper": SimpleUploadedFile("form.pdf", SCAN)}
        form = {"group": ["care"], "how": how, "version": version} | (scan if how == "paper" else {})
        assert client.post(f"/patients/{patient}/permit", form).status_code == 303
        with clinic_scope(clinic):
            return max(said.proofs(clinic, patient, None), key=lambda one: one.at).text_version

    assert note("paper", "1/fr") == "1/fr"
    assert note("paper", "9/xx") == "2/en"
    assert note("desk", "1/fr") == "2/en", "what is read out is the newest"


def test_day_on_which_a_form_was_signed_stands_in_its_proof(clinic: UUID, patient: UUID) -> None:
    client, today = desk(clinic), business_time.now().astimezone(ZONE).date()
    form = {"group": ["care"], "how": "paper"}

    def note(day: str) -> int:
        file = SimpleUploadedFile("form.pdf", SCAN)
        return client.post(f"/patients/{patient}/permit", form | {"paper": file, "said_on": day}).status_code

    assert [note(day) for day in ("soon", "1066-10-14", str(today + timedelta(days=2)))] == [422, 422, 422]
    signed = today - timedelta(days=9)
    assert note(signed.isoformat()) == 303
    with clinic_scope(clinic):
        proofs = said.proofs(clinic, patient, None)
    assert {one.kind for one in proofs} == {"permitted", "paper_kept"}
    assert {one.said_at.astimezone(ZONE).date() if one.said_at else None for one in proofs} == {signed}
    assert f"said on {signed.day}" in client.get(f"/patients/{patient}/consent").content.decode()


@pytest.mark.parametrize("zone", ["Europe/London", "Asia/Jakarta", "America/New_York"])
def test_proof_table_gives_the_day_by_the_clinics_clock_when_that_is_not_utc(database: None, zone: str) -> None:
    clinic = factories.make_furnished(time_zone=zone).id
    patient, client = factories.make_patient(clinic), desk(clinic)
    this_year = business_time.now().astimezone(ZoneInfo(zone)).year
    form = {"group": ["care"], "how": "letter", "said_on": f"{this_year - 1}-07-14"}  # summer time, where there is one
    assert client.post(f"/patients/{patient}/permit", form).status_code == 303
    table = client.get(f"/patients/{patient}/consent/proof.csv").content.decode()
    (row,) = csv.DictReader(io.StringIO(table))
    assert row["said_at"][:19] == f"{this_year - 1}-07-14T00:00:00"
    noted = datetime.fromisoformat(row["at"])
    assert noted.utcoffset() == noted.astimezone(ZoneInfo(zone)).utcoffset()


def test_form_of_the_very_day_of_a_stop_takes_it_not_back_when_it_is_noted_later(clinic: UUID, patient: UUID) -> None:
    """They may have signed in the morning and stopped in the evening."""
    client, stopped = desk(clinic), business_time.now().astimezone(ZONE).date()
    factories.stop(clinic)
    factories.advance(timedelta(days=2))
    form = {"group": ["care"], "how": "letter", "said_on": stopped.isoformat()}
    assert client.post(f"/patients/{patient}/permit", form).status_code == 422
    assert send(clinic, intent(patient_id=patient))[0].rule == "withdrawn"
    form["said_on"] = (stopped + timedelta(days=1)).isoformat()
    assert client.post(f"/patients/{patient}/permit", form).status_code == 303
    assert send(clinic, intent(patient_id=patient))[0].verdict == "allow"


def test_form_from_before_a_stop_takes_no_stop_back(clinic: UUID, patient: UUID) -> None:
    client = desk(clinic)
    factories.stop(clinic)
    before = business_time.now().date() - timedelta(days=3)
    form = {"group": ["care"], "how": "letter", "said_on": before.isoformat()}
    refused = client.post(f"/patients/{patient}/permit", form)
    assert refused.status_code == 422 and "the later word counts" in refused.content.decode()
    assert send(clinic, intent(patient_id=patient))[0].rule == "withdrawn"
    assert client.post(f"/patients/{patient}/permit", form | {"said_on": ""}).status_code == 303
    assert send(clinic, intent(patient_id=patient))[0].verdict == "allow"


def test_copy_of_what_is_held_has_the_signed_form_and_the_text_that_was_agreed_to(clinic: UUID, patient: UUID) -> None:
    form = {"group": ["care"], "how": "paper", "paper": SimpleUploadedFile("form.pdf", SCAN)}
    desk(clinic).post(f"/patients/{patient}/permit", form)
    copy = desk(clinic, PRIVACY_OFFICER).post(f"/patients/{patient}/export", {"why": "person"})
    with zipfile.ZipFile(io.BytesIO(copy.content)) as packed:
        held = json.loads(packed.read("patient-data.json"))
        (kept,) = [one for one in held["permissions"]["ledger"] if one["signed_form"]]
        assert packed.read(kept["signed_form"]) == SCAN and kept["signed_form"].endswith(".pdf")
        assert "Harbour Street Clinic sends text messages" in kept["text"]
        assert kept["signed_form"] in packed.read("patient-data.html").decode()


def test_what_the_holder_of_a_number_said_is_found_by_the_number_when_nobody_on_record_has_it(clinic: UUID) -> None:
    factories.hear(clinic, "JOIN", 555)
    client = desk(clinic)
    found = client.post("/search", {"q": "07700 900555"}).content.decode()
    assert pages.Reading(found).faults == []
    assert "on record. Whoever holds it has said" in found and "Said yes to" in found and "version 2/en" in found
    assert "recado:sms" not in found and "said on" not in found, "by text, at that very moment"
    table = client.post("/patients/consent-of-number.csv", {"q": "07700 900555"}).content.decode()
    assert "permitted" in table and "recado:sms" in table and "900555" not in table
    nothing = client.post("/patients/consent-of-number.csv", {"q": "07700 900556"}).content.decode()
    assert len(nothing.splitlines()) == 1
    assert "Nobody fits" in client.post("/search", {"q": "07700 900556"}).content.decode()
    factories.make_patient(clinic, 555, name="Una Berg", record_number="R-555")
    assert "Una Berg" in client.post("/search", {"q": "07700 900555"}).content.decode()


def test_scan_of_what_a_carer_may_is_kept_and_asked_for(clinic: UUID, patient: UUID) -> None:
    client = desk(clinic)
    form = {"name": "Rose", "phone": "07700 900700", "relation": "guardian", "how": "paper", "group": ["care"]}
    refused = client.post(f"/patients/{patient}/carer", form)
    assert refused.status_code == 422 and "Choose the scan" in refused.content.decode()
    assert (
        client.post(f"/patients/{patient}/carer", form | {"paper": SimpleUploadedFile("a.pdf", SCAN)}).status_code
        == 303
    )
    with clinic_scope(clinic):
        kept = {one.kind: one.has_paper for one in said.proofs(clinic, patient, None)}
    assert kept == {"carer_added": False, "paper_kept": True}
