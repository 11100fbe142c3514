"""Events that stand at their time, and of which something else has changed: who will see the person.

What is planned stays: texts are written when they go. What waits in the outbox is written anew. Journeys that tell of such a
change tell it (`news`), but not beside a text that says it anyway, since it tells of the event and has not gone yet.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from recado.clinics import queries as clinics
from recado.foundation import bulk, business_time
from recado.foundation.ids import new_id
from recado.foundation.wiring import wired
from recado.messaging import actions as messaging

from . import book, merging
from .engine import plan_steps
from .looks import is_told_at_once
from .models import Run, Step, Timer
from .news import is_last, known_before, next_key, unsaid
from .past import PAUSED, TIMER, History, history
from .types import MOVED, REASSIGNED, AnchorChange, AnchorRoom, Done, Facts, Plan

STEP = ("clinic_id", "id", "run_id", "step", "revision", "at", "outcome", "reason", "arm")
TOLD_WITH_ANOTHER, TAKEN_BACK = "told_with_another", "taken_back"  # reasons of steps; stored


@dataclass(frozen=True, slots=True)
class _On:
    """An event on a journey."""

    run: Run
    plan: Plan
    change: AnchorChange
    is_paused: bool = False


def retell(
    *, clinic_id: UUID, changes: Sequence[AnchorChange], announce: bool = True, held_for: str | None = None
) -> frozenset[UUID]:
    """Another clinician sees these people, at the time that stands. `announce` and `held_for` as for `plan`. Returns the
    patients who would be told at once. Call it inside `clinic_scope`."""
    if not changes:
        return frozenset()
    with transaction.atomic():
        on = _on_journeys(clinic_id, changes)
        done = _write_anew(clinic_id, [one.run.id for one in on])
        return _plan_news(clinic_id, on, done, announce=announce, held_for=held_for)


def _plan_news(
    clinic_id: UUID, on: Sequence[_On], done: History, *, announce: bool = True, held_for: str | None = None
) -> frozenset[UUID]:
    """Of these, in place of what was planned: news that their people haven't heard, but not beside a text that says it anyway.
    Returns the patients who would be told."""
    now, clinic = business_time.now(), clinics.clinic_settings(clinic_id)
    told: set[UUID] = set()
    timers: list[tuple[object, ...]] = []
    steps: list[tuple[object, ...]] = []
    is_said = _told_anyway(clinic_id, on)
    for one in on:
        its = done.get((one.run.id, one.change.anchor.revision), {})
        facts = Facts(clinic.time_zone, clinic.quiet_hours, announce, done=its, seed=one.run.id.bytes)
        for step in plan_steps(one.plan, one.change.anchor, facts, now, one.change.answers).steps:
            if not _tells_news(one.plan, step.key):
                continue
            row = clinic_id, new_id(), one.run.id, step.key, one.change.anchor.revision
            if one.change.id in is_said:
                arm = unsaid(one.change.anchor, its, step.key.partition("#")[0])
                steps.append((*row, now, "done", TOLD_WITH_ANOTHER, arm))
                continue
            told.add(one.change.patient_id)
            timers.append((*row, step.due, held_for or (PAUSED + one.plan.key if one.is_paused else None)))
    bulk.insert_rows(Timer, TIMER, timers)
    bulk.insert_rows(Step, STEP, steps, once=True)
    return frozenset(told)


def _on_journeys(clinic_id: UUID, changes: Sequence[AnchorChange]) -> list[_On]:
    """The journeys that these events are on; and those that tell of such changes, though they were begun since."""
    by_event = {change.id: change for change in changes}
    live = {kind: book.live(clinic_id, kind) for kind in {change.kind for change in changes}}
    paused = {one.plan.key for journeys in live.values() for one in journeys if one.is_paused}
    runs = list(Run.objects.filter(clinic_id=clinic_id, anchor_id__in=list(by_event)))
    known = {(run.anchor_id, run.plan) for run in runs}
    now = business_time.now()
    fresh = [
        book.new_run(clinic_id, one.plan, change, now)
        for change in changes
        for one in live[change.kind]
        if (change.id, one.plan.key) not in known and _has_news(one.plan) and book.is_for(one.plan, change)
    ]
    bulk.insert(fresh)
    return [
        _On(run, book.plan_of(clinic_id, run.plan, run.version), by_event[run.anchor_id], run.plan in paused)
        for run in (*runs, *fresh)
    ]


def _has_news(plan: Plan) -> bool:
    return any(one.step.when.state == REASSIGNED for one in plan.placed)


def _tells_news(plan: Plan, key: str) -> bool:
    return plan.has(key) and plan.step(key).when.state == REASSIGNED


def _write_anew(clinic_id: UUID, run_ids: Collection[UUID]) -> History:
    """Texts that wait in the outbox are taken back, and written once more where they tell of more than news. Returns what was done."""
    done, texts = history(clinic_id, run_ids)
    gone = {message_id for _, key, _, message_id, plan in _behind(clinic_id, texts) if not plan.has(key)}
    written = [
        message_id for message_id in texts if message_id not in gone
    ]  # of the others nothing could take the place
    off = messaging.call_off(clinic_id=clinic_id, message_ids=written, reason="visit_changed")
    merging.do_again(clinic_id=clinic_id, message_ids=off - untell(clinic_id, off, done))
    return done


def tell_anew(*, clinic_id: UUID, message_ids: Collection[UUID]) -> int:
    """What these texts, which were called off before they left, had to say is said by new ones. Returns how many steps. Call it
    inside `clinic_scope`."""
    return merging.do_again(clinic_id=clinic_id, message_ids=message_ids)


def can_tell_anew(*, clinic_id: UUID, message_ids: Collection[UUID]) -> set[UUID]:
    """Those of these texts that a step has sent and can send again. News of another clinician are told once (`tell_untaken` plans
    theirs), and what a step sent that the journey has no more can't be written again: they stay as they are. Call it inside `clinic_scope`."""
    known: set[UUID] = set()
    stay: set[UUID] = set()
    for _, key, _, message_id, plan in _behind(clinic_id, message_ids):
        (known if plan.has(key) and not _tells_news(plan, key) else stay).add(message_id)
    return known - stay


def at_chosen_hours(clinic_id: UUID, message_ids: Collection[UUID]) -> set[UUID]:
    """Those of these texts that a step sent at an hour that the person chose. Call it inside `clinic_scope`."""
    return {
        message_id
        for _, key, _, message_id, plan in _behind(clinic_id, message_ids)
        if plan.has(key) and plan.is_at_chosen_hour(key)
    }


def tell_untaken(*, clinic_id: UUID, message_ids: Collection[UUID]) -> None:
    """No carrier took these texts, and they were called off on their way: what still holds of what they had to say is said anew.
    News that have changed since are left to whoever changed them. Call it inside `clinic_scope`."""
    with transaction.atomic():
        tell_anew(clinic_id=clinic_id, message_ids=can_tell_anew(clinic_id=clinic_id, message_ids=message_ids))
        news = list(_news_of(clinic_id, message_ids))
        on = {one.run.id: one for one in _as_they_stand(clinic_id, {run_id for run_id, *_ in news})}
        done, _ = history(clinic_id, on)
        busy = _with_news_to_come(clinic_id, on)  # they are told who it will be by then
        untold = [
            (run_id, key, revision, message_id)
            for run_id, key, revision, message_id in news
            if run_id in on.keys() - busy
            and revision == on[run_id].change.anchor.revision
            and is_last(done[run_id, revision], key)
        ]
        arms = {run_id: (key, done[run_id, revision][key].arm) for run_id, key, revision, _ in untold}
        _note_untold(clinic_id, untold, done)
        _plan_news(clinic_id, [on[run_id] for run_id, said in arms.items() if _holds(on[run_id], done, *said)], done)


def _as_they_stand(clinic_id: UUID, run_ids: Collection[UUID]) -> list[_On]:
    """These runs, and where their events stand now; those whose event is gone are missing."""
    found: list[_On] = []
    runs = list(Run.objects.filter(clinic_id=clinic_id, id__in=list(run_ids))) if run_ids else []
    for kind in {run.anchor_kind for run in runs}:
        ours = [run for run in runs if run.anchor_kind == kind]
        room: AnchorRoom = wired("ANCHORS", kind)
        views = room.load(clinic_id, [run.anchor_id for run in ours])
        paused = {one.plan.key for one in book.live(clinic_id, kind) if one.is_paused}
        for run in ours:
            if (view := views.get(run.anchor_id)) is not None:
                change = AnchorChange(kind, view.id, view.patient_id, view.anchor, view.answers)
                found.append(_On(run, book.plan_of(clinic_id, run.plan, run.version), change, run.plan in paused))
    return found


def _with_news_to_come(clinic_id: UUID, on: Mapping[UUID, _On]) -> set[UUID]:
    """The runs of which a telling of another clinician is planned."""
    timers = Timer.objects.filter(clinic_id=clinic_id, run_id__in=list(on)).values_list("run_id", "step")
    return {run_id for run_id, key in timers if _tells_news(on[run_id].plan, key)}


def _holds(one: _On, done: History, key: str, arm: str) -> bool:
    """Whether what a step was to tell is what its person still has to hear."""
    anchor = one.change.anchor
    return unsaid(anchor, done[one.run.id, anchor.revision], key.partition("#")[0]) == arm


def untell(clinic_id: UUID, off: Collection[UUID], done: History) -> frozenset[UUID]:
    """Of these texts, which were called off, the ones that were to tell of another clinician; the person has not heard of it,
    and that is noted, in `done` too."""
    return _note_untold(clinic_id, list(_news_of(clinic_id, off)), done) if off else frozenset()


def _note_untold(clinic_id: UUID, news: Sequence[tuple[UUID, str, int, UUID]], done: History) -> frozenset[UUID]:
    rows: list[tuple[object, ...]] = []
    now = business_time.now()
    for run_id, key, revision, _ in news:
        its = done.setdefault((run_id, revision), {})
        arm, again = known_before(its, key), next_key(its, key.partition("#")[0])
        its[again] = Done(now, "done", arm)
        rows.append((clinic_id, new_id(), run_id, again, revision, now, "done", TAKEN_BACK, arm))
    bulk.insert_rows(Step, STEP, rows, once=True)
    return frozenset(message_id for *_, message_id in news)


def _news_of(clinic_id: UUID, message_ids: Collection[UUID]) -> Iterator[tuple[UUID, str, int, UUID]]:
    """The steps behind these texts that told of another clinician."""
    for run_id, key, revision, message_id, plan in _behind(clinic_id, message_ids):
        if _tells_news(plan, key):
            yield run_id, key, revision, message_id


def _behind(clinic_id: UUID, message_ids: Collection[UUID]) -> Iterator[tuple[UUID, str, int, UUID, Plan]]:
    return merging.behind(clinic_id, Step.objects.filter(clinic_id=clinic_id, message_id__in=list(message_ids)))


def _told_anyway(clinic_id: UUID, on: Sequence[_On]) -> set[UUID]:
    """The events of which a text at once still waits: it will say what stands by then. News that wait are dropped."""
    of_run = {one.run.id: one for one in on}
    said: set[UUID] = set()
    dropped: list[UUID] = []
    timers = Timer.objects.filter(clinic_id=clinic_id, run_id__in=list(of_run)).values_list("id", "run_id", "step")
    for timer_id, run_id, key in timers:
        one = of_run[run_id]
        step = one.plan.step(key)
        if step.when.state == REASSIGNED:
            dropped.append(timer_id)
        elif is_told_at_once(step) and step.when.state in ("", one.plan.event.opening, MOVED):
            said.add(one.change.id)
    Timer.objects.filter(clinic_id=clinic_id, id__in=dropped).delete()
    return said
