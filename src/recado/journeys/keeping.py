"""A clinic's own journeys: copied, written, published, paused, ended; and people moved to the version that is live.

Publishing makes a new version. Whoever is under way stays on theirs, or goes on from their next step on the new one: what
was done keeps its keys, so nothing is done twice.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from recado.clinics import queries as clinics
from recado.foundation import audit, bulk, business_time, news
from recado.foundation.actors import Actor
from recado.foundation.ids import new_id
from recado.foundation.wiring import wired
from recado.webhooks import queries as webhooks

from . import book, marks, newer
from .engine import plan_steps
from .faults import Fault, faults
from .gallery import GALLERY, origin, texts_about_others
from .looks import is_told_at_once
from .models import Journey, Run, Timer
from .past import PAUSED, TIMER, history
from .plans import BY_DEFAULT
from .types import AnchorRoom, DraftChanged, Facts, JourneyState, NoSuchJourney, NotPublishable, Plan
from .writing import from_json, to_json

MOVED_AT_ONCE = 500
MOST_UNDONE = 30  # changes of a draft


def begin(*, clinic_id: UUID, key: str, name: str, plan: Plan, by: Actor) -> UUID:
    """A journey of the clinic's own, as a draft. A journey of the product that the clinic has from its first day is live
    until the draft is published. Does nothing where the clinic has it. Call it inside `clinic_scope`."""
    with transaction.atomic():
        live = next((one for one in book.live(clinic_id, plan.event.key) if one.plan.key == key), None)
        row, is_new = Journey.objects.get_or_create(
            clinic_id=clinic_id,
            key=key,
            defaults={
                "event": plan.event.key,
                "name": name,
                "state": JourneyState.LIVE if live else JourneyState.DRAFT,
                "version": live.plan.version if live else None,
                "draft": None if live else to_json(plan),
                "ready": origin(plan.key),
                "changed_at": business_time.now(),
                "changed_by": by.ref,
            },
        )
        if is_new:
            _note(clinic_id, "journey.begin", row, by)
    return row.id


def save_draft(
    *,
    clinic_id: UUID,
    key: str,
    draft: Mapping[str, Any] | Plan,
    by: Actor,
    name: str = "",
    edit: int | None = None,
    typing: str = "",
) -> int:
    """Keeps what is being written, whatever its faults, and returns its new `edit`. `edit`: the one that was changed; None
    asks nothing. `typing`: the step that is being typed; all that is saved of it meanwhile is undone at once. Raises
    NoSuchJourney, UnreadablePlan, and DraftChanged where somebody else has saved meanwhile. Call it inside `clinic_scope`."""
    with transaction.atomic():
        row = _locked(clinic_id, key)
        _check_edit(row, edit)
        plan = draft if isinstance(draft, Plan) else from_json(key, 0, draft)
        _keep_before(row, by, typing)
        row.draft, row.name, row.edit = to_json(plan), name or row.name, row.edit + 1
        _save(row, by, "draft", "name", "edit", "before")
        _note(clinic_id, "journey.write", row, by)
    return row.edit


def discard(*, clinic_id: UUID, key: str, by: Actor, edit: int | None = None) -> None:
    """Gives the draft up; a journey that never was live goes with it. Raises NoSuchJourney and DraftChanged. Call it inside
    `clinic_scope`."""
    with transaction.atomic():
        row = _locked(clinic_id, key)
        _check_edit(row, edit)
        _note(clinic_id, "journey.discard", row, by)
        if row.version is None:
            row.delete()
        else:
            _keep_before(row, by)
            row.draft, row.edit = None, row.edit + 1
            _save(row, by, "draft", "edit", "before")


def undo(*, clinic_id: UUID, key: str, by: Actor, edit: int | None = None) -> bool:
    """The draft is again what it was before its last change; where that began it, there is none. False: nothing is left to undo.
    Raises NoSuchJourney and DraftChanged. Call it inside `clinic_scope`."""
    with transaction.atomic():
        row = _locked(clinic_id, key)
        _check_edit(row, edit)
        if not row.before:
            return False
        *row.before, last = row.before
        row.draft, row.name, row.edit = last["draft"], last["name"], row.edit + 1
        _save(row, by, "draft", "name", "edit", "before")
        _note(clinic_id, "journey.undo", row, by)
    return True


def _keep_before(row: Journey, by: Actor, typing: str = "") -> None:
    last = row.before[-1] if row.before else {}
    if typing and (last.get("typing"), last.get("by")) == (typing, by.ref):
        return  # the same form saves itself again and again: it is one change
    kept = {"draft": row.draft, "name": row.name, "typing": typing, "by": by.ref}
    row.before = [*row.before, kept][-MOST_UNDONE:]


def _check_edit(row: Journey, edit: int | None) -> None:
    if edit is not None and edit != row.edit:
        raise DraftChanged(row.changed_by, row.changed_at)


def faults_of(clinic_id: UUID, plan: Plan) -> list[Fault]:
    """What keeps a plan from being published. Call it inside `clinic_scope`."""
    room: AnchorRoom = wired("ANCHORS", plan.event.key)
    templates = set(room.templates(clinic_id)) - texts_about_others(plan.event.key)
    return faults(plan, templates, webhooks.names(clinic_id))


def publish(*, clinic_id: UUID, key: str, by: Actor, moves_people: bool, edit: int | None = None) -> int:
    """Makes the draft the version that is live, and returns its number. `moves_people`: those under way go on on it, which
    a worker does. Raises NoSuchJourney, NotPublishable and DraftChanged. Call it inside `clinic_scope`."""
    with transaction.atomic():
        row = _locked(clinic_id, key)
        _check_edit(row, edit)
        if row.draft is None:
            raise NotPublishable("There is no draft.")
        plan = from_json(key, 0, row.draft)
        if faults_of(clinic_id, plan):
            raise NotPublishable("The draft has faults.")
        if (
            newer.made_of(row) and newer.with_newer(row, plan) is None
        ):  # what goes out of it from now on is not offered again
            row.ready = origin(newer.made_of(row))
        number = book.PLANS.add(clinic_id, key, row.draft, by)
        row.version, row.draft, row.is_moving, row.edit, row.before = number, None, moves_people, row.edit + 1, []
        if row.state in (JourneyState.DRAFT, JourneyState.ENDED):
            row.state = JourneyState.LIVE
        _save(row, by, "version", "draft", "is_moving", "state", "edit", "before", "ready")
        _note(clinic_id, "journey.publish", row, by, version=number, moves_people=moves_people)
    return number


def newer_of(clinic_id: UUID, key: str) -> Plan | None:
    """`newer.with_newer` of a journey by its key. Call it inside `clinic_scope`."""
    row = Journey.objects.filter(clinic_id=clinic_id, key=key).first()
    return None if row is None else newer.with_newer(row, _shown(row))


def take_newer(*, clinic_id: UUID, key: str, by: Actor, edit: int | None = None) -> bool:
    """Puts what the ready journey has got since into the draft, as one change that can be undone: then it is offered again.
    False: there is nothing. Raises NoSuchJourney and DraftChanged. Call it inside `clinic_scope`."""
    with transaction.atomic():
        row = _locked(clinic_id, key)
        plan = newer.with_newer(row, _shown(row))
        if plan is not None:
            save_draft(clinic_id=clinic_id, key=key, draft=plan, by=by, edit=edit)
    return plan is not None


def leave_newer(*, clinic_id: UUID, key: str, by: Actor) -> None:
    """The clinic's own stays as it is, and what is new is not offered again. Raises NoSuchJourney, also where it is made of no
    ready one. Call it inside `clinic_scope`."""
    with transaction.atomic():
        row = _locked(clinic_id, key)
        if not newer.made_of(row):
            raise NoSuchJourney(key)
        row.ready = origin(newer.made_of(row))
        row.save(update_fields=["ready"])
        _note(clinic_id, "journey.leave_newer", row, by)


def _shown(row: Journey) -> Plan:
    """What is being written, or else what is live."""
    if row.draft is None and row.version is not None:
        return book.plan_of(row.clinic_id, row.key, row.version)
    return from_json(row.key, 0, row.draft or {"event": row.event, "steps": []})


def pause(*, clinic_id: UUID, key: str, by: Actor) -> int:
    """The next step of everybody in it waits. Returns how many steps. Raises NoSuchJourney. Call it inside `clinic_scope`."""
    return _change_pace(clinic_id, key, by, JourneyState.LIVE, JourneyState.PAUSED, None, PAUSED + key)


def resume(*, clinic_id: UUID, key: str, by: Actor) -> int:
    """It goes on; what is too late by now is skipped, and said so in its story. Raises NoSuchJourney. Call it inside
    `clinic_scope`."""
    return _change_pace(clinic_id, key, by, JourneyState.PAUSED, JourneyState.LIVE, PAUSED + key, None)


def pause_all(*, clinic_id: UUID, by: Actor) -> tuple[int, int, int]:
    """Pauses every journey that is live, those too that the clinic has left as they came. Returns how many journeys, how many
    steps wait, and how many journeys were paused before. Call it inside `clinic_scope`."""
    with transaction.atomic():
        own = set(Journey.objects.filter(clinic_id=clinic_id).values_list("key", flat=True))
        names = {ready.plan.key: ready.title for ready in GALLERY}
        for plan in BY_DEFAULT:
            if plan.key not in own:
                begin(clinic_id=clinic_id, key=plan.key, name=names.get(plan.key, plan.key), plan=plan, by=by)
        before, keys = _keys_in(clinic_id, JourneyState.PAUSED), _keys_in(clinic_id, JourneyState.LIVE)
        return len(keys), sum(pause(clinic_id=clinic_id, key=key, by=by) for key in keys), len(before)


def resume_all(*, clinic_id: UUID, by: Actor) -> int:
    """Every journey that is paused goes on. Returns how many. Call it inside `clinic_scope`."""
    with transaction.atomic():
        keys = _keys_in(clinic_id, JourneyState.PAUSED)
        for key in keys:
            resume(clinic_id=clinic_id, key=key, by=by)
        return len(keys)


def _keys_in(clinic_id: UUID, state: JourneyState) -> list[str]:
    """In one order for everybody, so that two who pause all at once don't wait for each other."""
    rows = Journey.objects.filter(clinic_id=clinic_id, state=state).order_by("key")
    return list(rows.values_list("key", flat=True))


def _change_pace(
    clinic_id: UUID, key: str, by: Actor, was: JourneyState, state: JourneyState, held: str | None, holds: str | None
) -> int:
    with transaction.atomic():
        row = _locked(clinic_id, key)
        if row.state != was:
            return 0
        row.state = state
        _save(row, by, "state")
        runs = Run.objects.filter(clinic_id=clinic_id, plan=key).values("id")
        timers = Timer.objects.filter(clinic_id=clinic_id, held_for=held, run_id__in=runs)
        count = timers.update(held_for=holds)
        _note(clinic_id, "journey.pause" if state is JourneyState.PAUSED else "journey.resume", row, by, steps=count)
    return count


def start(*, clinic_id: UUID, key: str, by: Actor) -> None:
    """A journey that had ended is live again, for what begins from now on. Raises NoSuchJourney and NotPublishable where
    it never was live. Call it inside `clinic_scope`."""
    with transaction.atomic():
        row = _locked(clinic_id, key)
        if row.version is None:
            raise NotPublishable(f"{key} has no version")
        if row.state == JourneyState.ENDED:
            row.state = JourneyState.LIVE
            _save(row, by, "state")
            _note(clinic_id, "journey.start", row, by)


def end(*, clinic_id: UUID, key: str, by: Actor) -> None:
    """Nobody new is put on it; who is under way goes on. Raises NoSuchJourney. Call it inside `clinic_scope`."""
    resume(clinic_id=clinic_id, key=key, by=by)
    with transaction.atomic():
        row = _locked(clinic_id, key)
        row.state = JourneyState.ENDED
        _save(row, by, "state")
        _note(clinic_id, "journey.end", row, by)


def move_some(clinic_id: UUID, key: str) -> int:
    """Moves some of those under way to the version that is live. Returns how many; 0 = all are. Call it inside
    `clinic_scope`."""
    with transaction.atomic():
        row = _locked(clinic_id, key)
        if not row.is_moving or row.version is None:
            return 0
        runs = list(
            Run.objects.select_for_update(skip_locked=True)
            .filter(clinic_id=clinic_id, plan=key, version__lt=row.version, ended_at=None)
            .order_by("version")[:MOVED_AT_ONCE]
        )
        if not runs:
            row.is_moving = False
            row.save(update_fields=["is_moving"])
            return 0
        _move(clinic_id, runs, book.plan_of(clinic_id, key, row.version), row.state == JourneyState.PAUSED)
    return len(runs)


def _move(clinic_id: UUID, runs: Sequence[Run], plan: Plan, is_paused: bool) -> None:
    """What is told at once and has not gone yet (it waits for the morning, or for a person's word) goes on as it stood: to lay
    a journey out anew announces nothing."""
    now, settings = business_time.now(), clinics.clinic_settings(clinic_id)
    room: AnchorRoom = wired("ANCHORS", plan.event.key)
    views = room.load(clinic_id, [run.anchor_id for run in runs])
    done, _ = history(clinic_id, [run.id for run in runs])
    stood = _standing(clinic_id, runs)
    Timer.objects.filter(clinic_id=clinic_id, run_id__in=[run.id for run in runs]).delete()
    timers: list[tuple[object, ...]] = []
    for run in runs:
        run.version = plan.version
        view = views.get(run.anchor_id)
        if view is None:
            continue
        revision, its_stood = view.anchor.revision, stood.get(run.id, {})
        its_done = done.get((run.id, revision), {})
        facts = Facts(settings.time_zone, settings.quiet_hours, announce=False, done=its_done, seed=run.id.bytes)
        coming = {step.key: step.due for step in plan_steps(plan, view.anchor, facts, now, view.answers).steps}
        coming |= {key: due for key, its, due, _ in its_stood.values() if its == revision and _still_told(plan, key)}
        for key, due in coming.items():
            word = its_stood[key][3] if key in its_stood and _still_told(plan, key) else None
            waits_for = word or (PAUSED + plan.key if is_paused else None)
            timers.append((clinic_id, new_id(), run.id, key, revision, due, waits_for))
    bulk.update(runs, ["version"])
    bulk.insert_rows(Timer, TIMER, timers)


_Stood = tuple[str, int, datetime, str | None]  # step, revision, due, what it waits for


def _standing(clinic_id: UUID, runs: Sequence[Run]) -> dict[UUID, dict[str, _Stood]]:
    """What is planned for each of these runs, by step."""
    rows = Timer.objects.filter(clinic_id=clinic_id, run_id__in=[run.id for run in runs])
    stood: dict[UUID, dict[str, _Stood]] = {}
    for run_id, step, revision, due, held_for in rows.values_list("run_id", "step", "revision", "due", "held_for"):
        stood.setdefault(run_id, {})[step] = (step, revision, due, held_for)
    return stood


def _still_told(plan: Plan, key: str) -> bool:
    """Whether the new version has this step, and tells it at once too, or its text had been on its way and is written anew."""
    return plan.has(key) and (marks.is_again(key) or is_told_at_once(plan.step(key)))


def _locked(clinic_id: UUID, key: str) -> Journey:
    row = Journey.objects.select_for_update().filter(clinic_id=clinic_id, key=key).first()
    if row is None:
        raise NoSuchJourney(key)
    return row


def _save(row: Journey, by: Actor, *fields: str) -> None:
    row.changed_at, row.changed_by = business_time.now(), by.ref
    row.save(update_fields=["changed_at", "changed_by", *fields])


def _note(clinic_id: UUID, action: str, row: Journey, by: Actor, **detail: Any) -> None:
    audit.record(clinic_id=clinic_id, by=by, action=action, subject=f"journey:{row.key}", detail=detail)
    news.tell(clinic_id, news.Topic.JOURNEYS)
