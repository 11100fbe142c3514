"""Raise and finish tasks."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from recado.foundation import audit, bulk, business_time, news
from recado.foundation.actors import Actor
from recado.foundation.audit import AuditLine
from recado.foundation.ids import new_ids

from . import emergencies, sharing, teams
from .models import CallTry, Task
from .types import CallResult, TaskKind, TaskWish

give = sharing.give
keep_team, end_team = teams.keep_team, teams.end_team
keep_rule, move_rule, remove_rule = teams.keep_rule, teams.move_rule, teams.remove_rule
set_sharing = teams.set_sharing
sound_alarm, take_alarm, alarm_again = emergencies.sound, emergencies.take, emergencies.again
note_here = emergencies.note_here

TASK = (
    *("clinic_id", "id", "kind", "patient_id", "subject_id", "source", "detail"),
    *("due_at", "raised_at", "done_at"),
)


def raise_task(
    *,
    clinic_id: UUID,
    kind: TaskKind,
    source: str,
    by: Actor,
    patient_id: UUID | None = None,
    subject_id: UUID | None = None,
    due_at: datetime | None = None,
    detail: Mapping[str, object] | None = None,
) -> bool:
    """Raises a task once for its kind and source. Returns False when it stood already. Call it inside `clinic_scope`."""
    wish = TaskWish(kind, source, patient_id, subject_id, due_at, detail or {})
    return raise_tasks(clinic_id=clinic_id, wishes=[wish], by=by) > 0


def raise_tasks(*, clinic_id: UUID, wishes: Sequence[TaskWish], by: Actor) -> int:
    """The same for a batch, and gives each new one to whom the rules of the clinic name. As many statements for a hundred as for
    one: four, and some ten more where the clinic has teams. Returns how many are new. Call it inside `clinic_scope`."""
    if not wishes:
        return 0
    now = business_time.now()
    made = {UUID(bytes=name): wish for name, wish in zip(new_ids(len(wishes)), wishes, strict=True)}
    rows = [
        (clinic_id, key, w.kind, w.patient_id, w.subject_id, w.source, dict(w.detail), w.due_at or now, now, None)
        for key, w in made.items()
    ]
    with transaction.atomic():
        bulk.insert_rows(Task, TASK, rows, once=True)
        new = list(Task.objects.filter(clinic_id=clinic_id, id__in=list(made)))
        audit.record_many(
            [
                AuditLine(clinic_id, by, "task.raise", row.patient_id, f"task:{row.id}", detail={"kind": row.kind})
                for row in new
            ]
        )
        sharing.give_tasks(clinic_id, new, by)
        if new:
            news.tell(clinic_id, news.Topic.TASKS)
    return len(new)


def finish(*, clinic_id: UUID, kind: TaskKind, sources: Collection[str], by: Actor) -> int:
    """Finishes the open tasks that these raised. Returns how many. Call it inside `clinic_scope`."""
    return _set_done(clinic_id, kind, sources, business_time.now(), by)


def reopen(*, clinic_id: UUID, kind: TaskKind, sources: Collection[str], by: Actor) -> int:
    """Takes that back. Returns how many. Call it inside `clinic_scope`."""
    return _set_done(clinic_id, kind, sources, None, by)


def _set_done(clinic_id: UUID, kind: TaskKind, sources: Collection[str], done_at: datetime | None, by: Actor) -> int:
    action = "task.finish" if done_at else "task.reopen"
    with transaction.atomic():
        rows = Task.objects.select_for_update().filter(
            clinic_id=clinic_id, kind=kind, source__in=list(sources), done_at__isnull=done_at is not None
        )
        found = list(rows.values_list("id", "patient_id"))
        Task.objects.filter(clinic_id=clinic_id, id__in=[task for task, _ in found]).update(done_at=done_at)
        audit.record_many(
            [
                AuditLine(clinic_id, by, action, patient, f"task:{task}", detail={"kind": kind})
                for task, patient in found
            ]
        )
        if found:
            news.tell(clinic_id, news.Topic.TASKS)
    return len(found)


def finish_about(*, clinic_id: UUID, kinds: Collection[TaskKind], subject_id: UUID, by: Actor) -> int:
    """Finishes the open tasks of these kinds about a subject. Returns how many. Call it inside `clinic_scope`."""
    return finish_about_each(clinic_id=clinic_id, kinds=kinds, subject_ids=[subject_id], by=by)


def finish_about_each(*, clinic_id: UUID, kinds: Collection[TaskKind], subject_ids: Collection[UUID], by: Actor) -> int:
    """The same for many subjects: one statement where there is none, and some for each kind that there is. Call it inside
    `clinic_scope`."""
    rows = Task.objects.filter(clinic_id=clinic_id, kind__in=list(kinds), subject_id__in=subject_ids, done_at=None)
    sources: dict[str, list[str]] = {}
    for kind, source in rows.values_list("kind", "source"):
        sources.setdefault(kind, []).append(source)
    return sum(finish(clinic_id=clinic_id, kind=TaskKind(kind), sources=of, by=by) for kind, of in sources.items())


def reopen_about(*, clinic_id: UUID, kinds: Collection[TaskKind], subject_id: UUID, since: datetime, by: Actor) -> int:
    """Takes back what finished the tasks of these kinds about a subject from `since` on: those that stood until then. What a person
    had finished before stays so. Returns how many. Call it inside `clinic_scope`."""
    rows = Task.objects.filter(clinic_id=clinic_id, kind__in=list(kinds), subject_id=subject_id)
    found = list(rows.filter(raised_at__lt=since, done_at__gte=since).values_list("kind", "source"))
    return sum(reopen(clinic_id=clinic_id, kind=TaskKind(kind), sources=[source], by=by) for kind, source in found)


def set_done(*, clinic_id: UUID, task_id: UUID, is_done: bool, by: Actor) -> bool:
    """Finishes one task, or opens it again. False where it stood so already. Call it inside `clinic_scope`."""
    task = Task.objects.filter(clinic_id=clinic_id, id=task_id).first()
    if task is None:
        raise LookupError(str(task_id))
    change = finish if is_done else reopen
    return change(clinic_id=clinic_id, kind=TaskKind(task.kind), sources=[task.source], by=by) > 0


def note_call(*, clinic_id: UUID, subject_id: UUID, patient_id: UUID, result: CallResult, by: Actor) -> UUID:
    """Notes that somebody phoned, and what came of it. Returns the call's id. Call it inside `clinic_scope`."""
    with transaction.atomic():
        made = CallTry.objects.create(
            clinic_id=clinic_id,
            subject_id=subject_id,
            patient_id=patient_id,
            at=business_time.now(),
            result=result,
            actor_ref=by.ref,
        )
        _note(clinic_id, "call.note", made, by)
    return made.id


def forget_call(*, clinic_id: UUID, call_id: UUID, by: Actor) -> bool:
    """Takes a call back that was noted by mistake. Call it inside `clinic_scope`."""
    with transaction.atomic():
        rows = CallTry.objects.select_for_update().filter(clinic_id=clinic_id, id=call_id, undone_at=None)
        made = rows.first()
        if made is None:
            return False
        rows.update(undone_at=business_time.now())
        _note(clinic_id, "call.take_back", made, by)
    return True


def _note(clinic_id: UUID, action: str, call: CallTry, by: Actor) -> None:
    audit.record(
        clinic_id=clinic_id,
        by=by,
        action=action,
        patient_id=call.patient_id,
        subject=f"appointment:{call.subject_id}",
        detail={"result": str(call.result)},
    )
    news.tell(clinic_id, news.Topic.TASKS)
