"""What staff note, and the proof of it: words, the text that was shown, the signed form."""

from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from recado.clinics.types import CareBasis
from recado.consent import queries as said
from recado.consent.papers import LARGEST
from recado.foundation.tenancy import clinic_scope
from tests import factories, pages
from tests.factories import intent, send
from tests.staff import desk

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
    assert "health news, such as the flu clinic" in html and "version 1/en" in html
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
