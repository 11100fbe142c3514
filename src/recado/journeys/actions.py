"""Put people on journeys, plan them anew when the event changes, and let waiting announcements go."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from recado.clinics import queries as clinics
from recado.foundation import bulk, business_time
from recado.foundation.actors import SYSTEM
from recado.foundation.ids import new_id
from recado.messaging import actions as messaging
from recado.tasks import actions as tasks
from recado.tasks.types import TaskKind

from . import going_back
from .engine import plan_steps
from .models import Run, Step, Timer
from .plans import APPOINTMENT, find_plan
from .types import AT_ONCE, Anchor, AnchorChange, Facts, Occasion, Plan

forget, remove, put_back = going_back.forget, going_back.remove, going_back.put_back
pending, revisions_done = going_back.pending, going_back.revisions_done
texts_since, texts_of = going_back.texts_since, going_back.texts_of

NEWEST = {"appointment": APPOINTMENT}
HELD = AT_ONCE | {Occasion.LATE}  # what an import tells people at once, and what may have to wait for a person's word


def plan(
    *,
    clinic_id: UUID,
    changes: Sequence[AnchorChange],
    announce: bool = True,
    held_for: str | None = None,
    hold: timedelta = timedelta(0),
) -> frozenset[UUID]:
    """Plans these journeys anew from the events as they are now; what was planned and not sent is called off.

    `held_for` names a source whose texts at once wait for `release`; `hold`: so long they can be taken back. Returns the patients who would be told at once.
    Call it inside `clinic_scope`.
    """
    if not changes:
        return frozenset()
    now = business_time.now()
    settings = clinics.clinic_settings(clinic_id)
    told: set[UUID] = set()
    with transaction.atomic():
        runs = _runs(clinic_id, changes)
        done = _undo(clinic_id, runs, {c.id for c in changes if not c.is_new})
        timers: list[tuple[object, ...]] = []
        for change in changes:
            run = runs[change.id]
            key = find_plan(run.plan, run.version)
            facts = Facts(
                settings.time_zone,
                settings.quiet_hours,
                announce,
                done=done.get((run.id, change.anchor.revision), frozenset()),
            )
            schedule = plan_steps(key, change.anchor, facts, now, change.answers)
            if any(step.reason == "no_allowed_moment" for step in schedule.dropped):
                have_called(clinic_id, change.kind, change.id, change.patient_id, change.anchor)
            for step in schedule.steps:
                is_at_once = key.step(step.key).when.occasion in HELD
                if is_at_once:
                    told.add(change.patient_id)
                due = step.due + hold if is_at_once else step.due
                timers.append(_timer(clinic_id, run, change, step.key, due, held_for if is_at_once else None))
        bulk.insert_rows(Timer, TIMER, timers)
    return frozenset(told)


def have_called(clinic_id: UUID, kind: str, anchor_id: UUID, patient_id: UUID, anchor: Anchor) -> None:
    """What must be told can't be texted any more before the visit: a person phones."""
    tasks.raise_task(
        clinic_id=clinic_id,
        kind=TaskKind.CALL,
        source=f"{kind}:{anchor_id}:{anchor.revision}:{anchor.state}",
        by=SYSTEM,
        patient_id=patient_id,
        subject_id=anchor_id,
        due_at=anchor.start,
    )


TIMER = ("clinic_id", "id", "run_id", "step", "revision", "due", "held_for")


def _timer(
    clinic_id: UUID, run: Run, change: AnchorChange, step: str, due: datetime, held_for: str | None
) -> tuple[object, ...]:
    return clinic_id, new_id(), run.id, step, change.anchor.revision, due, held_for


def _runs(clinic_id: UUID, changes: Sequence[AnchorChange]) -> dict[UUID, Run]:
    """The runs of these events: those that exist, at their new revision, and new ones on the newest plan."""
    now = business_time.now()
    old = [change.id for change in changes if not change.is_new]
    found = {run.anchor_id: run for run in Run.objects.filter(clinic_id=clinic_id, anchor_id__in=old)}
    fresh = []
    for change in changes:
        if change.id in found:
            found[change.id].revision = change.anchor.revision
            continue
        newest: Plan = NEWEST[change.kind]
        run = Run(
            clinic_id=clinic_id,
            id=new_id(),
            plan=newest.key,
            version=newest.version,
            anchor_kind=change.kind,
            anchor_id=change.id,
            patient_id=change.patient_id,
            revision=change.anchor.revision,
            started_at=now,
        )
        found[change.id] = run
        fresh.append(run)
    bulk.insert(fresh)
    if old:
        Run.objects.bulk_update(
            [found[key] for key in set(old) if found[key] not in fresh], ["revision"], batch_size=500
        )
    return found


def _undo(clinic_id: UUID, runs: dict[UUID, Run], old: Collection[UUID]) -> dict[tuple[UUID, int], frozenset[str]]:
    """Takes back what is planned and what waits in the outbox; returns the steps done, by run and revision."""
    ids = [runs[key].id for key in old]
    if not ids:
        return {}
    Timer.objects.filter(clinic_id=clinic_id, run_id__in=ids).delete()
    done: dict[tuple[UUID, int], set[str]] = {}
    texts = []
    for run_id, revision, key, message in Step.objects.filter(
        clinic_id=clinic_id, run_id__in=ids, outcome="sent"
    ).values_list("run_id", "revision", "step", "message_id"):
        done.setdefault((run_id, revision), set()).add(key)
        if message is not None:
            texts.append(message)
    messaging.call_off(clinic_id=clinic_id, message_ids=texts, reason="visit_changed")
    return {key: frozenset(steps) for key, steps in done.items()}


def waiting_for(clinic_id: UUID, source: str) -> int:
    """How many people would be told by what waits for a word on this source. Call it inside `clinic_scope`."""
    runs = Timer.objects.filter(clinic_id=clinic_id, held_for=source).values("run_id")
    return Run.objects.filter(clinic_id=clinic_id, id__in=runs).values("patient_id").distinct().count()


def release(*, clinic_id: UUID, source: str) -> int:
    """Lets the announcements of a source go. Returns how many steps. Call it inside `clinic_scope`."""
    return Timer.objects.filter(clinic_id=clinic_id, held_for=source).update(held_for=None)


def drop(*, clinic_id: UUID, source: str) -> int:
    """Drops the announcements of a source that wait: nobody is told. Call it inside `clinic_scope`."""
    return Timer.objects.filter(clinic_id=clinic_id, held_for=source).delete()[0]
