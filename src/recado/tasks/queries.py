"""What waits for a person."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Count

from . import emergencies, hours, rules, sharing
from . import on_call as phones_on_call
from .models import CallTry, Task, Team
from .types import CallResult, CallView, TaskKind, TaskView

routing, decide, given_by = sharing.routing, sharing.decide, sharing.given_by
is_here, is_told = rules.is_here, rules.is_told
alarms, alarms_taken, alarms_since = emergencies.standing, emergencies.taken, emergencies.count_since
on_call = phones_on_call.phones
working_after, worked_between = hours.after, hours.between


def team_names(clinic_id: UUID) -> dict[UUID, str]:
    """The teams by id, the oldest first. Call it inside `clinic_scope`."""
    rows = Team.objects.filter(clinic_id=clinic_id, ended_at=None).order_by("made_at", "id")
    return dict(rows.values_list("id", "name"))


def open_by_person(clinic_id: UUID) -> dict[UUID, int]:
    """How many open tasks each person has. Call it inside `clinic_scope`."""
    rows = Task.objects.filter(clinic_id=clinic_id, done_at=None, assignee__isnull=False)
    return dict(rows.values_list("assignee").annotate(count=Count("id")).order_by())


def open_tasks(clinic_id: UUID, *, limit: int = 200) -> list[TaskView]:
    """The open tasks of a clinic, the earliest due first. Call it inside `clinic_scope`."""
    rows = Task.objects.filter(clinic_id=clinic_id, done_at=None).order_by("due_at", "id")[:limit]
    return _views(rows)


def open_subjects(clinic_id: UUID, kind: TaskKind) -> list[UUID]:
    """What the open tasks of a kind are about. Call it inside `clinic_scope`."""
    rows = Task.objects.filter(clinic_id=clinic_id, done_at=None, kind=kind, subject_id__isnull=False)
    return [subject for subject in rows.values_list("subject_id", flat=True) if subject]


def tasks_of(clinic_id: UUID, patient_id: UUID) -> list[TaskView]:
    """Every task about a patient, done ones too, the newest first. Call it inside `clinic_scope`; the caller audits."""
    return _views(Task.objects.filter(clinic_id=clinic_id, patient_id=patient_id).order_by("-raised_at", "-id"))


def _views(rows: Iterable[Task]) -> list[TaskView]:
    return [
        TaskView(
            id=row.id,
            kind=TaskKind(row.kind),
            patient_id=row.patient_id,
            subject_id=row.subject_id,
            due_at=row.due_at,
            raised_at=row.raised_at,
            done_at=row.done_at,
            detail=dict(row.detail),
            team_id=row.team_id,
            assignee=row.assignee,
        )
        for row in rows
    ]


def calls_about(clinic_id: UUID, subject_ids: Collection[UUID]) -> dict[UUID, list[CallView]]:
    """The calls about each of these subjects, the newest first, without those taken back. Call it inside `clinic_scope`."""
    rows = CallTry.objects.filter(clinic_id=clinic_id, subject_id__in=list(subject_ids), undone_at=None)
    found: dict[UUID, list[CallView]] = {}
    for row in rows.order_by("-at", "-id"):
        found.setdefault(row.subject_id, []).append(_call(row))
    return found


def call(clinic_id: UUID, call_id: UUID) -> CallView | None:
    """One call; None where it was taken back. Raises LookupError where there is none. Call it inside `clinic_scope`."""
    row = CallTry.objects.filter(clinic_id=clinic_id, id=call_id).first()
    if row is None:
        raise LookupError(str(call_id))
    return _call(row) if row.undone_at is None else None


def _call(row: CallTry) -> CallView:
    return CallView(row.id, row.subject_id, row.patient_id, row.at, CallResult(row.result), row.actor_ref)
