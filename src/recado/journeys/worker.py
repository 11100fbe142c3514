"""Does the steps that are due: claims them, decides once more (pure), writes the texts, and sends or asks.

A step is taken by DELETE in the very transaction that queues its text: a crash brings the step back, and the text's own
reference keeps a second try from becoming a second text.
"""

import logging
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from django import db
from django.db import connection

from recado.clinics import queries as clinics
from recado.clinics.types import ClinicSettings
from recado.consent.types import Purpose
from recado.conversations import actions as conversations
from recado.conversations.types import Also, Ask
from recado.foundation import bulk, business_time
from recado.foundation.actors import SYSTEM
from recado.foundation.faults import describe
from recado.foundation.ids import new_id, new_ids
from recado.foundation.tenancy import clinic_scope
from recado.foundation.wiring import is_wired, wired
from recado.messaging import actions as messaging
from recado.messaging.types import Delivery, Intent
from recado.tasks import actions as tasks
from recado.tasks.types import TaskKind, TaskWish
from recado.webhooks import actions as webhooks
from recado.webhooks.types import CallWish

from . import book, keeping, merging
from .actions import call_wish
from .calls import JOURNEYS, call_of, offer_times
from .engine import due_step, following_steps
from .models import Run, Step, Timer
from .past import PAUSED, TIMER, History, history
from .refusals import is_for_who_cancelled
from .types import (
    MOVED,
    REASSIGNED,
    AnchorRoom,
    AnchorView,
    At,
    Decision,
    Do,
    Done,
    Facts,
    Kind,
    Letter,
    OfferTime,
    Plan,
    Skip,
    Task,
    Text,
    TogetherRoom,
    Wait,
    Webhook,
)

log = logging.getLogger("recado.journeys")
BATCH = 1_000
TRY_AGAIN_AFTER = timedelta(minutes=5)

DUE = """
SELECT clinic_id, id FROM journeys_timer WHERE held_for IS NULL AND due <= %s ORDER BY due, id LIMIT %s
"""
TAKE = """
DELETE FROM journeys_timer WHERE clinic_id = %s AND id = ANY (ARRAY(
    SELECT id FROM journeys_timer WHERE clinic_id = %s AND id = ANY (%s) AND held_for IS NULL AND due <= %s
    FOR UPDATE SKIP LOCKED))
RETURNING run_id, step, revision, due
"""


@dataclass(frozen=True, slots=True)
class _Taken:
    run: Run
    step: str
    revision: int
    due: datetime


@dataclass(frozen=True, slots=True)
class _Decided:
    taken: _Taken
    plan: Plan
    view: AnchorView | None
    decision: Decision


@dataclass(frozen=True, slots=True)
class _Send:
    taken: _Taken
    view: AnchorView
    text: Text
    takes_an_answer: bool
    arm: str
    is_an_answer: bool
    at_chosen_hour: bool


@dataclass(frozen=True, slots=True)
class _Came:
    """What came of a step."""

    taken: _Taken
    outcome: str
    reason: str = ""
    message_id: UUID | None = None
    arm: str = ""


STEP = ("clinic_id", "id", "run_id", "step", "revision", "at", "outcome", "reason", "message_id", "arm")


def run_due(maintenance: "psycopg.Connection[Any]", *, most: int = BATCH) -> int:
    """Does up to `most` due steps, clinic by clinic. Returns how many were found."""
    now = business_time.now()
    rows = maintenance.execute(DUE, (now, most)).fetchall()
    by_clinic: dict[UUID, list[UUID]] = {}
    for clinic_id, timer_id in rows:
        by_clinic.setdefault(clinic_id, []).append(timer_id)
    return sum(_do_clinic(clinic_id, timers, now) for clinic_id, timers in by_clinic.items())


def move_people(maintenance: "psycopg.Connection[Any]") -> int:
    """Moves some of those under way to the versions that were published for them too. Returns how many."""
    rows = maintenance.execute("SELECT clinic_id, key FROM journeys_journey WHERE is_moving").fetchall()
    moved = 0
    for clinic_id, key in rows:
        with clinic_scope(clinic_id):
            moved += keeping.move_some(clinic_id, key)
    return moved


def _do_clinic(clinic_id: UUID, timers: Sequence[UUID], now: datetime) -> int:
    """One clinic's steps; where they fail, each by itself: one that fails must stop neither the others nor another clinic.

    Returns how many were done: those that failed are still there, and are told of and tried again.
    """
    try:
        with clinic_scope(clinic_id):
            do_steps(clinic_id, timers, now)
    except db.OperationalError:  # the database is away: nothing is wrong with the steps
        raise
    except Exception as error:
        if len(timers) > 1:
            return sum(_do_clinic(clinic_id, [timer], now) for timer in timers)
        log.error("step %s was not done, it will be tried again: %s", timers[0], describe(error))
        with clinic_scope(clinic_id):  # behind what is due now, so that failing steps never fill a batch
            Timer.objects.filter(clinic_id=clinic_id, id=timers[0]).update(due=now + TRY_AGAIN_AFTER)
        return 0
    return len(timers)


def do_steps(clinic_id: UUID, timers: Sequence[UUID], now: datetime) -> None:
    """Does these timers' steps in the caller's transaction."""
    taken = _take(clinic_id, timers, now)
    groups = _groups(clinic_id, taken)
    taken += _with_others(clinic_id, taken, groups, now)
    done, _ = history(clinic_id, {one.run.id for one in taken})
    for kind in {one.run.anchor_kind for one in taken}:
        ours = [one for one in taken if one.run.anchor_kind == kind]
        room: AnchorRoom = wired("ANCHORS", kind)
        views = room.load(clinic_id, list({one.run.anchor_id for one in ours}))
        decided = [_decide(clinic_id, one, views.get(one.run.anchor_id), done, now) for one in ours]
        came = _act(clinic_id, room, decided, groups, now)
        _remember(clinic_id, came, now)
        _go_on(clinic_id, [one for one in decided if one.plan.is_stepwise], came, done, now)


def _take(clinic_id: UUID, timers: Sequence[UUID], now: datetime) -> list[_Taken]:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, (clinic_id, clinic_id, list(timers), now))
        rows = cursor.fetchall()
    runs = Run.objects.filter(clinic_id=clinic_id).in_bulk({row[0] for row in rows})
    return [_Taken(runs[run_id], step, revision, due) for run_id, step, revision, due in rows]


def _decide(clinic_id: UUID, taken: _Taken, view: AnchorView | None, done: History, now: datetime) -> _Decided:
    plan = book.plan_of(clinic_id, taken.run.plan, taken.run.version)
    if view is None:
        return _Decided(taken, plan, None, Skip("gone"))
    if taken.revision != view.anchor.revision:
        return _Decided(taken, plan, view, Skip("moved"))
    facts = _facts(clinic_id, taken.run, done.get((taken.run.id, taken.revision), {}))
    at = max(now, taken.due)  # what may go early, with another, is decided as at its own moment
    return _Decided(taken, plan, view, due_step(plan, taken.step, view.anchor, facts, view.answers, at, taken.due))


def _facts(clinic_id: UUID, run: Run, done: Mapping[str, Done]) -> Facts:
    settings: ClinicSettings = clinics.clinic_settings(clinic_id)
    return Facts(settings.time_zone, settings.quiet_hours, done=done, seed=run.id.bytes)


def _groups(clinic_id: UUID, taken: Sequence[_Taken]) -> dict[UUID, Hashable]:
    """What is due and may go with something else, by event, and the events that it may go with."""
    groups: dict[UUID, Hashable] = {}
    for kind in {one.run.anchor_kind for one in taken if is_wired("TOGETHER", one.run.anchor_kind)}:
        room: TogetherRoom = wired("TOGETHER", kind)
        texts = [(one.run.anchor_id, _joint(clinic_id, one)) for one in taken if one.run.anchor_kind == kind]
        groups |= merging.grouped(room, clinic_id, [told for told in texts if told[1] in room.TEMPLATES])
    return groups


def _joint(clinic_id: UUID, one: _Taken) -> str:
    """The template of a step's text of which several may go in one. Not of one asked as late as may be, whose moment is now."""
    step = book.plan_of(clinic_id, one.run.plan, one.run.version).step(one.step)
    return step.does.template if isinstance(step.does, Text) and step.when.at is not At.LATE else ""


def _with_others(
    clinic_id: UUID, taken: Sequence[_Taken], groups: Mapping[UUID, Hashable], now: datetime
) -> list[_Taken]:
    """Takes the steps of others that would follow within a day and say the same to the same phone."""
    due = {one.run.anchor_id: (one.run.plan, one.step) for one in taken if one.run.anchor_id in groups}
    others = merging.others_due(clinic_id, due, groups, now) if groups else []
    return _take(clinic_id, others, now + merging.AHEAD) if others else []


def _act(
    clinic_id: UUID, room: AnchorRoom, decided: Sequence[_Decided], groups: Mapping[UUID, Hashable], now: datetime
) -> list[_Came]:
    """Does what was decided, and returns what is to be remembered of it."""
    came: list[_Came] = []
    sends: list[_Send] = []
    waits: list[tuple[object, ...]] = []
    calls: list[TaskWish] = []
    raised: list[TaskWish] = []
    calls_out: list[tuple[_Decided, CallWish]] = []
    freed: list[_Decided] = []
    for one in decided:
        match one.decision:
            case Wait(until):
                waits.append(_timer(clinic_id, one.taken.run, one.taken.step, until))
            case Skip(reason):
                came.append(_Came(one.taken, "skipped", reason))
                is_news = not is_for_who_cancelled(one.plan.step(one.taken.step))
                if (view := one.view) is not None and reason == "no_allowed_moment" and is_news:
                    calls.append(call_wish(one.taken.run.anchor_kind, view.id, view.patient_id, view.anchor))
            case Do(Text() as text, arm) if one.view is not None:
                chosen = one.plan.is_at_chosen_hour(one.taken.step)
                takes, answers = _takes_an_answer(one, text), _is_an_answer(one)
                sends.append(_Send(one.taken, one.view, text, takes, arm, answers, chosen))
            case Do(Task(kind, about)) if one.view is not None:
                raised.append(_wish(one.taken, one.view, kind, about))
                came.append(_Came(one.taken, "done"))
            case Do(OfferTime()) if one.view is not None:
                freed.append(one)
            case Do(Webhook(endpoint)) if one.view is not None:
                calls_out.append((one, call_of(one.taken.run, one.taken.step, one.view, endpoint)))
            case Do(_, arm):
                came.append(_Came(one.taken, "done", arm=arm))
    tasks.raise_tasks(clinic_id=clinic_id, wishes=calls, by=SYSTEM)
    tasks.raise_tasks(clinic_id=clinic_id, wishes=raised, by=JOURNEYS)
    made = webhooks.call(clinic_id=clinic_id, wishes=[wish for _, wish in calls_out])
    came += [
        _Came(one.taken, "done") if is_there else _Came(one.taken, "skipped", "no_endpoint")
        for (one, _), is_there in zip(calls_out, made, strict=True)
    ]
    offered = offer_times(clinic_id, decided[0].taken.run.anchor_kind, [one.taken.run.anchor_id for one in freed])
    came += [_Came(one.taken, *offered[one.taken.run.anchor_id]) for one in freed]
    texts, early = merging.merge([_told(send, groups, now) for send in sends])
    waits += [_timer(clinic_id, sends[at].taken.run, sends[at].taken.step, sends[at].taken.due) for at in early]
    bulk.insert_rows(Timer, TIMER, waits)
    going = [[sends[at] for at in places] for places in texts]
    sent: list[_Send] = []
    for told, delivery in zip(going, _send(clinic_id, going, _letters(clinic_id, room, going)), strict=True):
        outcome = "refused" if delivery.verdict == "never" else "sent"
        came += [_Came(send.taken, outcome, delivery.rule, delivery.message_id, send.arm) for send in told]
        if outcome == "sent":
            sent += told
    _tell_of_sent(clinic_id, sent, now)
    return came


def _told(send: _Send, groups: Mapping[UUID, Hashable], now: datetime) -> merging.Told:
    kind, is_due = send.taken.run.anchor_kind, send.taken.due <= now
    template = send.text.template
    group = merging.group_of(wired("TOGETHER", kind), groups, send.view.id, template) if groups else None
    return merging.Told(group, template, send.view.anchor.start, is_due)


def _letters(clinic_id: UUID, room: AnchorRoom, going: Sequence[Sequence[_Send]]) -> list[Letter]:
    """A text for each, in the order given: about one event, or about several."""
    alone = iter(room.compose(clinic_id, [(one.view.id, one.text.template) for one, *more in going if not more]))
    several = [about for about in going if len(about) > 1]
    if not several:
        return list(alone)
    together: TogetherRoom = wired("TOGETHER", several[0][0].taken.run.anchor_kind)
    wanted = [([one.view.id for one in about], about[0].text.template) for about in several]
    joint = iter(together.compose(clinic_id, wanted))
    return [next(joint if len(about) > 1 else alone) for about in going]


def _tell_of_sent(clinic_id: UUID, sends: Sequence[_Send], now: datetime) -> None:
    """A room that counts whom it has asked is told that these texts went out."""
    if sends and is_wired("SENT", kind := sends[0].taken.run.anchor_kind):  # a batch is of one kind
        wired("SENT", kind)(clinic_id, [send.view.id for send in sends], now)


def _takes_an_answer(one: _Decided, text: Text) -> bool:
    """A notice that a visit was booked or moved takes an answer too: whoever replies 3 to it means that visit."""
    return text.kind is Kind.QUESTION or (_is_about_a_time(one) and one.plan.event.is_answerable)


def _is_about_a_time(one: _Decided) -> bool:
    when = one.plan.step(one.taken.step).when
    return when.at is At.ON and when.state in (one.plan.event.opening, MOVED, REASSIGNED)


def _is_an_answer(one: _Decided) -> bool:
    """Whoever has just set the time themselves, or cancelled, is told of it. Another clinician is nothing that they did."""
    step = one.plan.step(one.taken.step)
    if one.view is None or not one.view.anchor.has_just_acted or step.when.state == REASSIGNED:
        return False
    return _is_about_a_time(one) or is_for_who_cancelled(step)


def _wish(taken: _Taken, view: AnchorView, kind: str, about: str) -> TaskWish:
    return TaskWish(
        TaskKind(kind),
        f"journey:{taken.run.id}:{taken.step}:{taken.revision}",
        view.patient_id,
        view.id,
        max(view.anchor.start, taken.due),
        {"journey": taken.run.plan, "about": about},
    )


def _send(clinic_id: UUID, going: Sequence[Sequence[_Send]], letters: Sequence[Letter]) -> list[Delivery]:
    """Questions are asked, notices are sent: two batches, results in the order given. What is about several events stands
    under the first of them, and takes an answer for each."""
    results: dict[int, Delivery] = {}
    asks, notices = [], []
    for at, ((send, *others), letter) in enumerate(zip(going, letters, strict=True)):
        intent = Intent(
            Purpose.ANSWER if send.is_an_answer else send.text.purpose,
            letter.text,
            letter.phone,
            patient_id=send.view.patient_id,
            ref=f"journey:{send.taken.run.id}:{send.taken.step}:{send.taken.revision}",
            expires_at=letter.expires_at,
            wording=letter.wording,
            at_chosen_hour=send.at_chosen_hour,
        )
        if send.takes_an_answer and letter.takes_answers:
            kind, answers = send.taken.run.anchor_kind, send.text.answers or letter.answers
            also = tuple(Also(one.view.id, one.view.patient_id, one.view.anchor.start) for one in others)
            until = letter.answers_until or letter.expires_at
            is_notice = send.text.kind is not Kind.QUESTION
            asks.append((at, Ask(intent, kind, send.view.id, until, answers, also, is_notice=is_notice)))
        else:
            notices.append((at, intent))
    asked = conversations.ask(clinic_id=clinic_id, asks=[ask for _, ask in asks], by=JOURNEYS)
    sent = messaging.send(clinic_id=clinic_id, intents=[intent for _, intent in notices], by=JOURNEYS)
    results.update(zip([at for at, _ in asks], asked, strict=True))
    results.update(zip([at for at, _ in notices], sent, strict=True))
    return [results[at] for at in range(len(going))]


def _remember(clinic_id: UUID, came: Sequence[_Came], now: datetime) -> None:
    rows = [
        (
            *(clinic_id, UUID(bytes=name), one.taken.run.id, one.taken.step, one.taken.revision, now),
            *(one.outcome, one.reason, one.message_id, one.arm),
        )
        for name, one in zip(new_ids(len(came)), came, strict=True)
    ]
    bulk.insert_rows(Step, STEP, rows, once=True)


def _go_on(clinic_id: UUID, decided: Sequence[_Decided], came: Sequence[_Came], done: History, now: datetime) -> None:
    """Plans what counts from the steps just done. What was planned before stands."""
    if not decided:
        return
    for one in came:
        steps = done.setdefault((one.taken.run.id, one.taken.revision), {})
        steps.setdefault(one.taken.step, Done(now, one.outcome, one.arm))
    kinds = {one.plan.event.key for one in decided}
    paused = {live.plan.key for kind in kinds for live in book.live(clinic_id, kind) if live.is_paused}
    timers: dict[tuple[UUID, str], tuple[object, ...]] = {}
    for ours in decided:
        if ours.view is None or ours.taken.revision != ours.view.anchor.revision:
            continue
        run, plan = ours.taken.run, ours.plan
        held = PAUSED + run.plan if run.plan in paused else None
        facts = _facts(clinic_id, run, done.get((run.id, ours.taken.revision), {}))
        for coming in following_steps(plan, ours.view.anchor, facts, now, ours.view.answers):
            timers[run.id, coming.key] = _timer(clinic_id, run, coming.key, coming.due, held)
    bulk.insert_rows(Timer, TIMER, list(timers.values()), once=True)


def _timer(clinic_id: UUID, run: Run, step: str, due: datetime, held_for: str | None = None) -> tuple[object, ...]:
    return clinic_id, new_id(), run.id, step, run.revision, due, held_for
