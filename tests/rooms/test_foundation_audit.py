"""The audit: what is written, that nothing can be changed unseen, and who says so."""

import threading
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, connection

from recado.clinics import actions
from recado.foundation import audit
from recado.foundation.actors import OPERATOR, Actor, ActorKind
from recado.foundation.database import Role, connect
from recado.foundation.ids import new_id
from recado.foundation.models import AuditEvent
from recado.foundation.tenancy import clinic_scope

pytestmark = pytest.mark.usefixtures("database")
NURSE = Actor(ActorKind.STAFF, "0192")


@pytest.fixture
def clinic() -> UUID:
    made = actions.create_clinic(slug="harbour", name="Harbour", time_zone="Europe/London", by=OPERATOR).id
    audit.seal(made)
    return made


def write(clinic: UUID, count: int = 1) -> None:
    with clinic_scope(clinic):
        audit.record_many(
            [
                audit.AuditLine(clinic, NURSE, "contacts.read", new_id(), f"patient {n}", detail={"n": n})
                for n in range(count)
            ]
        )


def as_superuser(url: str, statement: str, *parameters: object) -> None:
    """What somebody does who owns the server."""
    with psycopg.connect(url) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(statement.encode(), parameters)


def test_event_says_who_did_what_to_whom_and_from_where(clinic: UUID) -> None:
    patient = new_id()
    with clinic_scope(clinic), audit.arrived(origin="10.20.4.17", request_id="r1"):
        audit.record(
            clinic_id=clinic, by=NURSE, action="contacts.read", patient_id=patient, subject="thread 7", reason="reply",
            result="allowed", detail={"rows": 3},
        )  # fmt: skip
    with clinic_scope(clinic):
        event = AuditEvent.objects.get(action="contacts.read")
    said = (event.actor_kind, event.actor_ref, event.patient_id, event.subject, event.reason, event.result)
    assert said == ("staff", "0192", patient, "thread 7", "reply", "allowed")
    assert (event.origin, event.request_id, event.detail) == ("10.20.4.17", "r1", {"rows": 3})


def test_event_is_gone_when_its_transaction_is_undone(clinic: UUID) -> None:
    with pytest.raises(ZeroDivisionError), clinic_scope(clinic):
        audit.record(clinic_id=clinic, by=NURSE, action="contacts.read")
        raise ZeroDivisionError
    assert audit.seal(clinic) == 0


@pytest.mark.parametrize("statement", ["UPDATE {} SET at = now()", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize("table", ["foundation_auditevent", "foundation_auditseal"])
def test_app_may_not_change_what_was_written(clinic: UUID, table: str, statement: str) -> None:
    with clinic_scope(clinic), pytest.raises(DatabaseError, match="permission denied"):
        with connection.cursor() as cursor:
            cursor.execute(statement.format(table))


@pytest.mark.parametrize(
    "statement", ["UPDATE foundation_auditevent SET action = 'x'", "TRUNCATE foundation_auditevent"]
)
def test_even_the_owner_may_not_change_what_was_written(clinic: UUID, owner_url: str, statement: str) -> None:
    with psycopg.connect(owner_url) as owner, pytest.raises(psycopg.errors.InsufficientPrivilege, match="only grows"):
        owner.execute(statement.encode())


def test_chain_is_whole_when_nobody_touched_it(clinic: UUID) -> None:
    for _ in range(3):
        write(clinic, 5)
        assert audit.seal(clinic) == 5
    write(clinic)
    report = audit.verify(clinic)
    assert report.is_whole
    assert (report.seals, report.events, report.waiting) == (4, 17, 1)


def test_seals_hold_so_many_events_and_no_more(clinic: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "SEAL_SIZE", 4)
    write(clinic, 10)
    assert audit.seal(clinic) == 10
    assert audit.verify(clinic).seals == 1 + 3
    assert audit.verify(clinic).is_whole


@pytest.mark.parametrize(
    "change",
    [
        "action = 'contacts.other'", "actor_ref = 'x'", "reason = 'x'", "result = 'x'", "origin = 'x'", "detail = '{}'",
        "at = at + interval '1 microsecond'", "patient_id = NULL", "subject = 'x'", "request_id = 'x'", "actor_kind = 'x'",
    ],
)  # fmt: skip
def test_changed_event_is_named(clinic: UUID, superuser_url: str, change: str) -> None:
    write(clinic, 5)
    audit.seal(clinic)
    with clinic_scope(clinic):
        event = AuditEvent.objects.filter(subject="patient 3").get()
    as_superuser(superuser_url, f"UPDATE foundation_auditevent SET {change} WHERE id = %s", event.id)
    found = audit.verify(clinic).first_break
    assert found is not None
    assert (found.event, found.seal) == (event.id, 2)
    assert "changed" in found.what


def test_first_of_several_changed_events_is_named(clinic: UUID, superuser_url: str) -> None:
    for _ in range(3):
        write(clinic, 3)
        audit.seal(clinic)
    as_superuser(
        superuser_url, "UPDATE foundation_auditevent SET reason = 'x' WHERE subject IN ('patient 1', 'patient 2')"
    )
    found = audit.verify(clinic).first_break
    with clinic_scope(clinic):
        first = AuditEvent.objects.filter(subject="patient 1").order_by("id")[0]
    assert found is not None
    assert (found.seal, found.event) == (2, first.id)


def test_removed_event_is_named(clinic: UUID, superuser_url: str) -> None:
    write(clinic, 3)
    audit.seal(clinic)
    as_superuser(superuser_url, "DELETE FROM foundation_auditevent WHERE subject = 'patient 1'")
    found = audit.verify(clinic).first_break
    assert found is not None
    assert "removed" in found.what


def test_slipped_in_event_is_named(clinic: UUID, superuser_url: str) -> None:
    write(clinic, 3)
    audit.seal(clinic)
    event = new_id()
    as_superuser(
        superuser_url,
        "INSERT INTO foundation_auditevent (id, clinic_id, actor_kind, action) VALUES (%s, %s, 'staff', 'x')",
        event,
        clinic,
    )
    found = audit.verify(clinic).first_break
    assert found is not None
    assert (found.event, "slipped in" in found.what) == (event, True)


@pytest.mark.parametrize(
    ("statement", "number", "word"),
    [
        ("UPDATE foundation_auditseal SET digest = sha256('x') WHERE number = 2", 2, "changed"),
        ("UPDATE foundation_auditseal SET prints = prints || sha256('x') WHERE number = 2", 2, "changed"),
        ("UPDATE foundation_auditseal SET previous = sha256('x') WHERE number = 3", 3, "changed"),
        ("DELETE FROM foundation_auditseal WHERE number = 2", 2, "missing"),
    ],
)
def test_broken_seal_is_named(clinic: UUID, superuser_url: str, statement: str, number: int, word: str) -> None:
    for _ in range(3):
        write(clinic, 2)
        audit.seal(clinic)
    as_superuser(superuser_url, statement)
    found = audit.verify(clinic).first_break
    assert found is not None
    assert (found.seal, word in found.what) == (number, True)


def test_cut_chain_is_found_by_a_head_noted_earlier(clinic: UUID, superuser_url: str) -> None:
    write(clinic, 2)
    audit.seal(clinic)
    noted = audit.verify(clinic).head
    write(clinic, 1)
    audit.seal(clinic)
    assert audit.verify(clinic, noted).is_whole
    as_superuser(
        superuser_url,
        "WITH gone AS (DELETE FROM foundation_auditseal WHERE number >= 2 RETURNING events)"
        " DELETE FROM foundation_auditevent WHERE id IN (SELECT unnest(events) FROM gone)",
    )
    assert audit.verify(clinic).is_whole
    assert not audit.verify(clinic, noted).is_whole


def test_event_committed_late_is_sealed_later_and_loses_nothing(clinic: UUID) -> None:
    """Ids don't come in the order of their commits: an older id may appear after a newer one was sealed."""
    with connect(Role.APP) as slow:
        slow.execute("SELECT set_config('recado.clinic', %s, true)", (str(clinic),))
        slow.execute(audit.INSERT_LINES, audit.parameters([audit.AuditLine(clinic, NURSE, "late")]))
        write(clinic, 2)
        assert audit.seal(clinic) == 2
    assert audit.seal(clinic) == 1
    assert audit.verify(clinic).is_whole


def test_two_seals_at_once_take_each_event_once(clinic: UUID) -> None:
    write(clinic, 200)
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(audit.seal(clinic))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 200
    assert audit.verify(clinic).is_whole


def test_clinics_have_chains_of_their_own(clinic: UUID) -> None:
    other = actions.create_clinic(slug="quay", name="Quay", time_zone="Europe/London", by=OPERATOR).id
    write(clinic, 2)
    write(other, 3)
    assert audit.seal_all() == 2 + 3 + 1  # the other's making as well
    assert (audit.verify(clinic).events, audit.verify(other).events) == (3, 4)


def test_event_of_another_clinic_is_refused(clinic: UUID) -> None:
    with clinic_scope(clinic), pytest.raises(psycopg.errors.InsufficientPrivilege):
        audit.record(clinic_id=new_id(), by=NURSE, action="contacts.read")
