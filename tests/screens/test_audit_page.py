"""The audit log's page: filters, pages, the chain's check and the signed export."""

import io
import zipfile
from uuid import UUID, uuid4

import pytest
from cryptography.exceptions import InvalidSignature
from django.test import Client

from recado.clinics.roles import ADMINISTRATOR, AUDITOR
from recado.foundation import audit
from recado.foundation.actors import OPERATOR, SYSTEM
from recado.foundation.audit_log import PAGE
from recado.foundation.tenancy import clinic_scope
from recado.web.administration import audit_export
from recado.web.administration.audit_page import read_head
from tests import factories, pages, staff
from tests.counting import statements

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic() -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def auditor(clinic: UUID) -> Client:
    return staff.desk(clinic, AUDITOR)


def write(clinic_id: UUID, *actions: str, **more: object) -> None:
    with clinic_scope(clinic_id):
        lines = [audit.AuditLine(clinic_id, OPERATOR, action, **more) for action in actions]  # type: ignore[arg-type]
        audit.record_many(lines)


def shown(client: Client, query: str = "") -> str:
    page = client.get(f"/settings/audit{query}").content.decode()
    assert pages.Reading(page).faults == []
    return page.partition("<tbody>")[2].partition("</tbody>")[0]


def test_lines_say_who_did_what(auditor: Client, clinic: UUID) -> None:
    page = shown(auditor)
    assert "Took a person on" in page and "Operator of the server" in page


def test_filters(auditor: Client, clinic: UUID) -> None:
    patient, user = uuid4(), staff.hire(clinic, ADMINISTRATOR)
    write(clinic, "patient.view", patient_id=patient)
    write(clinic, "task.raise", result="refused")
    with clinic_scope(clinic):
        audit.record(clinic_id=clinic, by=SYSTEM, action="link.renew")
    for query, says in (
        (f"?patient={patient}", "Opened a patient"),
        ("?result=refused", "Raised a task"),
        ("?who=system", "Sent a patient a new link"),
        ("?group=link", "Sent a patient a new link"),
    ):
        page = shown(auditor, query)
        assert says in page and page.count("<tr") == 1, query
    assert shown(auditor, f"?who={user}") == ""
    assert shown(auditor, "?to=2020-01-01") == ""
    assert "Opened a patient" in shown(auditor, "?from=2020-01-01")


def test_nonsense_in_the_address_filters_nothing(auditor: Client) -> None:
    assert "Took a person on" in shown(auditor, "?who=x&group=y&patient=z&result=q&from=never&before=soon")


def test_pages_follow_one_another_without_gap(auditor: Client, clinic: UUID) -> None:
    write(clinic, *["task.raise"] * (PAGE + 3))
    first = auditor.get("/settings/audit?group=task").content.decode()
    older = first.partition('href="?group=task&amp;before=')[2].partition('"')[0]
    assert shown(auditor, "?group=task").count("<tr") == PAGE
    assert shown(auditor, f"?group=task&before={older}").count("<tr") == 3


def test_statements_do_not_grow_with_the_log(auditor: Client, clinic: UUID) -> None:
    def count() -> int:
        return statements(lambda: auditor.get("/settings/audit"))

    few = count()
    write(clinic, *["task.raise"] * 40)
    assert count() == few


def test_reading_stands_in_the_log(auditor: Client) -> None:
    shown(auditor, "?group=task")
    auditor.get("/settings/audit", headers={"X-Live": "true"})
    rows = factories.sql("SELECT detail FROM foundation_auditevent WHERE action = 'audit.view'")
    assert rows == [({"group": "task"},)]


def test_auditor_sees_ids_and_no_way_to_a_patient(clinic: UUID) -> None:
    patient = factories.make_patient(clinic)
    write(clinic, "patient.view", patient_id=patient)
    page = shown(staff.desk(clinic, AUDITOR), "?group=patient")
    assert str(patient) in page and "/patients/" not in page and "Eleanor" not in page
    assert f'href="/patients/{patient}/"' in shown(staff.desk(clinic, ADMINISTRATOR), "?group=patient")


def test_another_clinics_log_is_not_shown(auditor: Client) -> None:
    other = factories.make_clinic("mill-lane").id
    write(other, "link.renew")
    assert "Sent a patient a new link" not in shown(auditor)


# ------------------------------------------------------------------------------------------------ the chain


def test_a_whole_chain_is_said_to_be_whole(auditor: Client, clinic: UUID) -> None:
    audit.seal(clinic)
    assert auditor.post("/settings/audit/check").status_code == 303
    page = auditor.get("/settings/audit").content.decode()
    assert "Whole." in page and "Seals: 1." in page


def test_a_changed_entry_is_named(auditor: Client, clinic: UUID) -> None:
    audit.seal(clinic)
    (event,) = factories.sql("SELECT id FROM foundation_auditevent ORDER BY id LIMIT 1")[0]
    factories.sql("ALTER TABLE foundation_auditevent DISABLE TRIGGER USER")
    factories.sql("UPDATE foundation_auditevent SET reason = 'other' WHERE id = %s", (event,))
    factories.sql("ALTER TABLE foundation_auditevent ENABLE TRIGGER USER")
    auditor.post("/settings/audit/check")
    page = auditor.get("/settings/audit").content.decode()
    assert "The chain is broken" in page and f"Entry {event} was changed" in page


def test_a_noted_end_is_compared(auditor: Client, clinic: UUID) -> None:
    audit.seal(clinic)
    auditor.post("/settings/audit/check")
    head = auditor.get("/settings/audit").content.decode().partition('data-text="')[2].partition('"')[0]
    auditor.post("/settings/audit/check", {"known": head})
    assert "The noted end of the chain was in it." in auditor.get("/settings/audit").content.decode()
    number, _, digest = head.partition(":")
    auditor.post("/settings/audit/check", {"known": f"{number}:{'0' * len(digest)}"})
    assert "is not the one that was noted" in auditor.get("/settings/audit").content.decode()


@pytest.mark.parametrize("typed", ["x", "1:zz", "1:" + "g" * 64, ":" + "0" * 64])
def test_what_is_no_end_of_a_chain(auditor: Client, typed: str) -> None:
    assert read_head(typed) is None
    response = auditor.post("/settings/audit/check", {"known": typed})
    assert response.status_code == 422 and typed in response.content.decode()


# ------------------------------------------------------------------------------------------------ export


def parcel(client: Client, **more: str) -> zipfile.ZipFile:
    response = client.post("/settings/audit/export", {"reason": "Yearly review"} | more)
    assert response.status_code == 200
    return zipfile.ZipFile(io.BytesIO(response.content))


@pytest.mark.parametrize("form", ["csv", "json"])
def test_export_is_signed_and_noted(auditor: Client, clinic: UUID, form: str) -> None:
    write(clinic, "task.raise", reason="=1+1")
    files = parcel(auditor, form=form, group="task")
    lines = files.read(f"lines.{form}")
    key = audit_export.signing_key().public_key()
    key.verify(files.read("signature.bin"), lines)
    with pytest.raises(InvalidSignature):
        key.verify(files.read("signature.bin"), lines + b" ")
    assert b"task.raise" in lines and b"clinics.add_staff" not in lines
    (noted,) = factories.sql("SELECT reason, detail FROM foundation_auditevent WHERE action = 'audit.export'")
    assert noted == ("Yearly review", {"group": "task", "form": form})


def test_a_spreadsheet_finds_no_formula(auditor: Client, clinic: UUID) -> None:
    write(clinic, "task.raise", reason='=HYPERLINK("http://x")')
    assert "'=HYPERLINK" in parcel(auditor, group="task").read("lines.csv").decode("utf-8-sig")


def test_export_asks_why(auditor: Client) -> None:
    response = auditor.post("/settings/audit/export", {"reason": "  "})
    assert response.status_code == 422 and "Say why you export" in response.content.decode()
    assert factories.sql("SELECT 1 FROM foundation_auditevent WHERE action = 'audit.export'") == []
