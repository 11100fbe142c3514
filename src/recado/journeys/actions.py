"""Put people on journeys, plan them anew when the event changes, and let waiting announcements go."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from recado.clinics import queries as clinics
from recado.foundation import bulk, business_time
from recado.foundation.actors import SYSTEM
from recado.foundation.ids import new_id
from recado.foundation.wiring import is_wired, wired
from recado.messaging import actions as messaging
from recado.tasks import actions as tasks
from recado.tasks.types import TaskKind, TaskWish

from . import book, dry_runs, going_back, keeping, merging, retelling
from .engine import plan_steps
from .looks import is_told_at_once
from .models import Run, Timer
from .past import PAUSED, TIMER, History, history
from .refusals import is_for_who_cancelled
from .types import Anchor, AnchorChange, Facts

forget, remove, put_back = going_back.forget, going_back.remove, going_back.put_back
pending, revisions_done = going_back.pending, going_back.revisions_done
texts_since, texts_of, texts_at = going_back.texts_since, going_back.texts_of, going_back.texts_at
texts_by_revision = going_back.texts_by_revision
retell, do_again, say_again = retelling.retell, merging.do_again, merging.say_again

begin, save_draft, discard, publish = keeping.begin, keeping.save_draft, keeping.discard, keeping.publish
undo = keeping.undo
take_newer, leave_newer = keeping.take_newer, keeping.leave_newer
pause, resume, end, start = keeping.pause, keeping.resume, keeping.end, keeping.start
pause_all, resume_all = keeping.pause_all, keeping.resume_all
play_draft = dry_runs.play_draft


def plan(
    *,
    clinic_id: UUID,
    changes: Sequence[AnchorChange],
    announce: bool = True,
    held_for: str | None = None,
    hold: timedelta = timedelta(0),
) -> frozenset[UUID]:
    """Plans these events' journeys anew from the events as they are now; what was planned and not sent is called off.

    `held_for` names a source whose texts at once wait for `release`; `hold`: so long they can be taken back. Returns the patients who would be told at once.
    Call it inside `clinic_scope`.
    """
    if not changes:
        return frozenset()
    now = business_time.now()
    settings = clinics.clinic_settings(clinic_id)
    told: set[UUID] = set()
    with transaction.atomic():
        runs, paused = _runs(clinic_id, changes)
        done = _undo(clinic_id, [run for run, change in runs if not change.is_new])
        timers: list[tuple[object, ...]] = []
        calls: list[TaskWish] = []
        for run, change in runs:
            its_plan = book.plan_of(clinic_id, run.plan, run.version)
            facts = Facts(
                settings.time_zone,
                settings.quiet_hours,
                announce,
                done=done.get((run.id, change.anchor.revision), {}),
                seed=run.id.bytes,
            )
            schedule = plan_steps(its_plan, change.anchor, facts, now, change.answers)
            untold = [step.key for step in schedule.dropped if step.reason == "no_allowed_moment"]
            if not all(is_for_who_cancelled(its_plan.step(key)) for key in untold):
                calls.append(call_wish(change.kind, change.id, change.patient_id, change.anchor))
            for step in schedule.steps:
                is_held = is_told_at_once(its_plan.step(step.key))
                if is_held:
                    told.add(change.patient_id)
                waits_for = held_for if is_held else None
                if waits_for is None and run.plan in paused:
                    waits_for = PAUSED + run.plan
                timers.append(
                    _timer(clinic_id, run, change, step.key, step.due + hold if is_held else step.due, waits_for)
                )
        bulk.insert_rows(Timer, TIMER, timers)
        tasks.raise_tasks(clinic_id=clinic_id, wishes=calls, by=SYSTEM)
        _tell_followers(clinic_id, [change for change in changes if not change.is_new])
    return frozenset(told)


def _tell_followers(clinic_id: UUID, changes: Sequence[AnchorChange]) -> None:
    """Other rooms whose events are about these hear how these stand now (FOLLOWERS in launch/wiring.py)."""
    for kind in {change.kind for change in changes}:
        if is_wired("FOLLOWERS", kind):
            wired("FOLLOWERS", kind)(clinic_id, [change for change in changes if change.kind == kind])


def call_wish(kind: str, anchor_id: UUID, patient_id: UUID, anchor: Anchor) -> TaskWish:
    """What must be told can't be texted any more before the visit: a person phones."""
    source = f"{kind}:{anchor_id}:{anchor.revision}:{anchor.state}"
    return TaskWish(TaskKind.CALL, source, patient_id, anchor_id, anchor.start)


def _timer(
    clinic_id: UUID, run: Run, change: AnchorChange, step: str, due: datetime, held_for: str | None
) -> tuple[object, ...]:
    return clinic_id, new_id(), run.id, step, change.anchor.revision, due, held_for


def _runs(clinic_id: UUID, changes: Sequence[AnchorChange]) -> tuple[list[tuple[Run, AnchorChange]], set[str]]:
    """The runs of these events: those that exist, at their new revision, and new ones on the journeys that are live; and
    which journeys are paused."""
    now = business_time.now()
    old = {change.id for change in changes if not change.is_new}
    found: dict[UUID, dict[str, Run]] = {}
    for run in Run.objects.filter(clinic_id=clinic_id, anchor_id__in=old):
        found.setdefault(run.anchor_id, {})[run.plan] = run
    runs: list[tuple[Run, AnchorChange]] = []
    fresh: list[Run] = []
    moved: list[Run] = []
    paused: set[str] = set()
    journeys = {kind: book.live(clinic_id, kind) for kind in {change.kind for change in changes}}
    for change in changes:
        its_runs = found.get(change.id, {})
        for run in its_runs.values():
            if run.revision != change.anchor.revision:
                run.revision = change.anchor.revision
                moved.append(run)
            runs.append((run, change))
        for journey in journeys[change.kind]:
            if journey.is_paused:
                paused.add(journey.plan.key)
            if journey.plan.key not in its_runs and book.is_for(journey.plan, change):
                run = book.new_run(clinic_id, journey.plan, change, now)
                fresh.append(run)
                runs.append((run, change))
    bulk.insert(fresh)
    bulk.update(moved, ["revision"])
    return runs, paused


def _undo(clinic_id: UUID, runs: Collection[Run]) -> History:
    """Takes back what is planned and what waits in the outbox; returns what was done, by run and revision."""
    ids = [run.id for run in runs]
    if not ids:
        return {}
    Timer.objects.filter(clinic_id=clinic_id, run_id__in=ids).delete()
    done, texts = history(clinic_id, ids)
    off = messaging.call_off(clinic_id=clinic_id, message_ids=texts, reason="visit_changed")
    retelling.untell(clinic_id, off, done)
    merging.do_again(clinic_id=clinic_id, message_ids=off, but=ids)
    return done


def waiting_for(clinic_id: UUID, source: str) -> int:
    """How many people would be told by what waits for a word on this source. Call it inside `clinic_scope`."""
    runs = Timer.objects.filter(clinic_id=clinic_id, held_for=source).values("run_id")
    return Run.objects.filter(clinic_id=clinic_id, id__in=runs).values("patient_id").distinct().count()


def held_events(clinic_id: UUID, *, kind: str, source: str) -> list[UUID]:
    """The events of this kind about which something waits for a word on this source. Call it inside `clinic_scope`."""
    runs = Timer.objects.filter(clinic_id=clinic_id, held_for=source).values("run_id")
    found = Run.objects.filter(clinic_id=clinic_id, anchor_kind=kind, id__in=runs)
    return list(found.values_list("anchor_id", flat=True).distinct())


def is_held(clinic_id: UUID, *, kind: str, anchor_id: UUID) -> bool:
    """Whether something about this event waits for a word on its source. Call it inside `clinic_scope`."""
    runs = Run.objects.filter(clinic_id=clinic_id, anchor_kind=kind, anchor_id=anchor_id).values("id")
    held = Timer.objects.filter(clinic_id=clinic_id, run_id__in=runs, held_for__isnull=False)
    return held.exclude(held_for__startswith=PAUSED).exists()


def release(*, clinic_id: UUID, source: str) -> int:
    """Lets the announcements of a source go. Returns how many steps. Call it inside `clinic_scope`."""
    return Timer.objects.filter(clinic_id=clinic_id, held_for=source).update(held_for=None)


def drop(*, clinic_id: UUID, source: str) -> int:
    """Drops the announcements of a source that wait: nobody is told. Call it inside `clinic_scope`."""
    return Timer.objects.filter(clinic_id=clinic_id, held_for=source).delete()[0]
