"""Does the steps that are due: claims them, decides once more (pure), writes the texts, and sends or asks.

A step is taken by DELETE in the very transaction that queues its text: a crash brings the step back, and the text's own
reference keeps a second try from becoming a second text.
"""

import logging
from collections.abc import Sequence
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
from recado.conversations.types import Ask
from recado.foundation import business_time
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.faults import describe
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.foundation.wiring import wired
from recado.messaging import actions as messaging
from recado.messaging.types import Delivery, Intent

from .actions import have_called
from .engine import due_step
from .models import Run, Step, Timer
from .plans import find_plan
from .types import AnchorRoom, AnchorView, Decision, Facts, Kind, Letter, Occasion, Send, Skip, Wait

log = logging.getLogger("recado.journeys")
BATCH = 500
TRY_AGAIN_AFTER = timedelta(minutes=5)
JOURNEYS = Actor(ActorKind.SYSTEM, "journeys")

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


def run_due(maintenance: "psycopg.Connection[Any]", *, most: int = BATCH) -> int:
    """Does up to `most` due steps, clinic by clinic. Returns how many were found."""
    now = business_time.now()
    rows = maintenance.execute(DUE, (now, most)).fetchall()
    by_clinic: dict[UUID, list[UUID]] = {}
    for clinic_id, timer_id in rows:
        by_clinic.setdefault(clinic_id, []).append(timer_id)
    return sum(_do_clinic(clinic_id, timers, now) for clinic_id, timers in by_clinic.items())


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
    for kind in {t.run.anchor_kind for t in taken}:
        ours = [t for t in taken if t.run.anchor_kind == kind]
        room: AnchorRoom = wired("ANCHORS", kind)
        views = room.load(clinic_id, [t.run.anchor_id for t in ours])
        _act(clinic_id, room, [(t, *_decide(clinic_id, t, views.get(t.run.anchor_id), now)) for t in ours], now)


def _take(clinic_id: UUID, timers: Sequence[UUID], now: datetime) -> list[_Taken]:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, (clinic_id, clinic_id, list(timers), now))
        rows = cursor.fetchall()
    runs = Run.objects.filter(clinic_id=clinic_id).in_bulk({row[0] for row in rows})
    return [_Taken(runs[run_id], step, revision, due) for run_id, step, revision, due in rows]


def _decide(
    clinic_id: UUID, taken: _Taken, view: AnchorView | None, now: datetime
) -> tuple[AnchorView | None, Decision]:
    if view is None:
        return None, Skip("gone")
    if taken.revision != view.anchor.revision:
        return view, Skip("moved")
    settings: ClinicSettings = clinics.clinic_settings(clinic_id)
    done = Step.objects.filter(clinic_id=clinic_id, run_id=taken.run.id, revision=taken.revision, outcome="sent")
    facts = Facts(settings.time_zone, settings.quiet_hours, done=frozenset(done.values_list("step", flat=True)))
    plan = find_plan(taken.run.plan, taken.run.version)
    return view, due_step(plan, taken.step, view.anchor, facts, view.answers, now)


def _act(
    clinic_id: UUID,
    room: AnchorRoom,
    decided: Sequence[tuple[_Taken, AnchorView | None, Decision]],
    now: datetime,
) -> None:
    log: list[Step] = []
    sends: list[tuple[_Taken, AnchorView, Send]] = []
    for taken, view, decision in decided:
        match decision:
            case Wait(until):
                _again(clinic_id, taken, until)
            case Skip(reason):
                log.append(_step(clinic_id, taken, now, "skipped", reason))
                if view is not None and reason == "no_allowed_moment":
                    have_called(clinic_id, taken.run.anchor_kind, view.id, view.patient_id, view.anchor)
            case Send() if view is not None:
                sends.append((taken, view, decision))
    letters = room.compose(clinic_id, [(view.id, send.template) for _, view, send in sends])
    for (taken, _, _), delivery in zip(sends, _send(clinic_id, sends, letters), strict=True):
        outcome = "refused" if delivery.verdict == "never" else "sent"
        log.append(_step(clinic_id, taken, now, outcome, delivery.rule, delivery.message_id))
    Step.objects.bulk_create(log, ignore_conflicts=True)


def _send(
    clinic_id: UUID, sends: Sequence[tuple[_Taken, AnchorView, Send]], letters: Sequence[Letter]
) -> list[Delivery]:
    """Questions are asked, notices are sent: two batches, results in the order given.

    A notice that a visit was booked or moved takes an answer too: whoever replies 3 to it means that visit.
    """
    results: dict[int, Delivery] = {}
    asks, notices = [], []
    for at, ((taken, view, send), letter) in enumerate(zip(sends, letters, strict=True)):
        intent = Intent(
            Purpose.CARE,
            letter.text,
            letter.phone,
            patient_id=view.patient_id,
            ref=f"journey:{taken.run.id}:{taken.step}:{taken.revision}",
            expires_at=letter.expires_at,
        )
        if send.kind is Kind.QUESTION or _is_answerable(taken):
            asks.append((at, Ask(intent, taken.run.anchor_kind, view.id, letter.expires_at)))
        else:
            notices.append((at, intent))
    asked = conversations.ask(clinic_id=clinic_id, asks=[ask for _, ask in asks], by=JOURNEYS)
    sent = messaging.send(clinic_id=clinic_id, intents=[intent for _, intent in notices], by=JOURNEYS)
    results.update(zip([at for at, _ in asks], asked, strict=True))
    results.update(zip([at for at, _ in notices], sent, strict=True))
    return [results[at] for at in range(len(sends))]


def _is_answerable(taken: _Taken) -> bool:
    plan = find_plan(taken.run.plan, taken.run.version)
    return plan.step(taken.step).when.occasion in (Occasion.BOOKED, Occasion.MOVED)


def _again(clinic_id: UUID, taken: _Taken, until: datetime) -> None:
    Timer.objects.create(clinic_id=clinic_id, run_id=taken.run.id, step=taken.step, revision=taken.revision, due=until)


def _step(
    clinic_id: UUID, taken: _Taken, now: datetime, outcome: str, reason: str, message_id: UUID | None = None
) -> Step:
    return Step(
        clinic_id=clinic_id,
        id=new_id(),
        run_id=taken.run.id,
        step=taken.step,
        revision=taken.revision,
        at=now,
        outcome=outcome,
        reason=reason,
        message_id=message_id,
    )
