"""Reading the audit of a clinic: pages by key, filters, and what the last check of the chain said."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from recado.foundation.ids import lowest_id_at
from recado.foundation.models import AuditEvent

PAGE = 50
SLACK = timedelta(hours=1)  # an id is made up to this long before its event is written
RESULTS = ("done", "allowed", "refused", "to_review")


@dataclass(frozen=True, slots=True)
class Filters:
    """Which events; empty: all. `who` is a user's id or a kind of actor, `group` the part of an action before its dot."""

    who: str = ""
    group: str = ""
    patient_id: UUID | None = None
    result: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One event."""

    id: UUID
    at: datetime
    actor_kind: str
    actor_ref: str
    action: str
    patient_id: UUID | None
    subject: str
    reason: str
    result: str
    origin: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """Up to `PAGE` events, newest first; `older` is where the next page begins."""

    rows: list[AuditRow]
    older: UUID | None


def page(clinic_id: UUID, filters: Filters, *, before: UUID | None = None) -> Page:
    """One statement by the key, however long the log. Call it inside `clinic_scope`; the caller audits."""
    rows = list(_rows(clinic_id, filters, before)[: PAGE + 1])
    return Page([_view(row) for row in rows[:PAGE]], rows[PAGE - 1].id if len(rows) > PAGE else None)


def every(clinic_id: UUID, filters: Filters, *, most: int) -> Iterator[AuditRow]:
    """The newest `most` events, newest first, for an export. Call it inside `clinic_scope`; the caller audits."""
    for row in _rows(clinic_id, filters, None)[:most].iterator(chunk_size=2000):
        yield _view(row)


def last(clinic_id: UUID, action: str) -> AuditRow | None:
    """The newest event of an action. Call it inside `clinic_scope`."""
    row = AuditEvent.objects.filter(clinic_id=clinic_id, action=action).order_by("-id").first()
    return _view(row) if row else None


def _rows(clinic_id: UUID, filters: Filters, before: UUID | None) -> Any:
    rows = AuditEvent.objects.filter(clinic_id=clinic_id).order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    if filters.who:
        is_person = len(filters.who) == 36
        rows = rows.filter(actor_ref=filters.who) if is_person else rows.filter(actor_kind=filters.who)
    if filters.group:
        rows = rows.filter(action__startswith=f"{filters.group}.")
    if filters.patient_id is not None:
        rows = rows.filter(patient_id=filters.patient_id)
    if filters.result:
        rows = rows.filter(result=filters.result)
    if filters.since is not None:
        rows = rows.filter(at__gte=filters.since, id__gte=lowest_id_at(filters.since - SLACK))
    if filters.until is not None:
        rows = rows.filter(at__lt=filters.until, id__lt=lowest_id_at(filters.until + SLACK))
    return rows


def _view(row: AuditEvent) -> AuditRow:
    return AuditRow(
        id=row.id,
        at=row.at,
        actor_kind=row.actor_kind,
        actor_ref=row.actor_ref,
        action=row.action,
        patient_id=row.patient_id,
        subject=row.subject,
        reason=row.reason,
        result=row.result,
        origin=row.origin,
        detail=row.detail,
    )
