"""A draft is played over the calendar by the worker: asked for, done piece by piece, read. Wired under WORKERS.

A piece and the place it ends at are one transaction, so that whoever goes on after a crash begins behind it; one at a time is
in memory. Whoever asks again meanwhile begins anew: a piece of what was asked before is thrown away.
"""

import logging
import time
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from django import db
from django.db import transaction

from recado.consent.types import Purpose
from recado.foundation import audit, bulk, business_time, news
from recado.foundation.actors import Actor
from recado.foundation.clock import real_now
from recado.foundation.database import plain_cursor
from recado.foundation.faults import describe
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope

from . import book, comparing, overview
from .comparing import Pair, Piece, Side, Wanted
from .foresight import Coming, id_of, looking
from .models import DryRun, DryText
from .types import At, Moment, NotPublishable, Plan
from .writing import from_json, to_json
from .written_ahead import Estimate, estimate

log = logging.getLogger("recado.journeys")
PIECE = 500  # events: 0.3 s, short enough for a bar that moves
MEASURED = 100  # texts of a piece that are written to see what all of them cost
KEPT = timedelta(days=1)
TRIES = 3  # of a piece that the database gave up: it took too long, or somebody was in its way
_TOO_LONG = (psycopg.errors.QueryCanceled, psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)
_tries: Counter[UUID] = Counter()
_CLEAN_EVERY = 600.0  # seconds
_cleaned: dict[str, float] = {}
TEXT = ("clinic_id", "id", "run_id", "kind", "at", "step", "anchor_id", "patient_id", "before", "after")

TO_DO: LiteralString = (
    "SELECT clinic_id, id, asked_at FROM journeys_dryrun WHERE state = 'playing' ORDER BY asked_at LIMIT 20"
)
OLD: LiteralString = "SELECT clinic_id, id FROM journeys_dryrun WHERE asked_at < %s LIMIT 100"
COUNTS: LiteralString = """
SELECT split_part(step, '#', 1), kind, count(*) FROM journeys_drytext WHERE clinic_id = %s AND run_id = %s GROUP BY 1, 2
"""
LOSING: LiteralString = """
SELECT count(*) FROM (SELECT patient_id FROM journeys_drytext WHERE clinic_id = %s AND run_id = %s
    GROUP BY patient_id HAVING bool_and(kind = 'gone')) p
"""


class DryState(StrEnum):
    """Stored."""

    PLAYING = "playing"
    DONE = "done"
    FAILED = "failed"  # a fault of ours: it is logged


# ------------------------------------------------------------------------------------------------ asked for


def play_draft(*, clinic_id: UUID, key: str, days: int, by: Actor) -> None:
    """The draft of a journey is played over the events of the calendar that have something to come within so many days.
    Raises NoSuchJourney, and NotPublishable where there is no draft. Call it inside `clinic_scope`."""
    opened = overview.opened(clinic_id, key)
    if opened.draft is None:
        raise NotPublishable("There is no draft.")
    now = business_time.now()
    wanted = Wanted(key, opened.live, opened.draft, now, now + timedelta(days=days))
    with transaction.atomic():
        DryRun.objects.update_or_create(
            clinic_id=clinic_id,
            key=key,
            days=days,
            defaults={
                "edit": opened.edit,
                "draft": to_json(opened.draft),
                "live_version": opened.live.version if opened.live else None,
                "state": DryState.PLAYING,
                "asked_at": real_now(),
                "begun_at": now,
                "events": comparing.count(clinic_id, wanted),
                "played": 0,
                "behind": None,
                "sums": {},
            },
        )
        audit.record(clinic_id=clinic_id, by=by, action="journey.play_draft", subject=f"journey:{key}")
        news.tell(clinic_id, news.Topic.JOURNEYS)


# ------------------------------------------------------------------------------------------------ the worker


def play_next(maintenance: "psycopg.Connection[Any]") -> int:
    """A piece of each dry run that is asked for. Returns how many."""
    _forget_old(maintenance)
    return sum(_try_piece(*found) for found in maintenance.execute(TO_DO).fetchall())


def _try_piece(clinic_id: UUID, run_id: UUID, asked_at: datetime) -> int:
    try:
        done = _piece(clinic_id, run_id)
    except (db.OperationalError, db.InterfaceError, psycopg.OperationalError) as error:
        if not isinstance(error.__cause__ or error, _TOO_LONG):
            raise  # the database is away: nothing is wrong with any of them
        _tries[run_id] += 1
        if _tries[run_id] >= TRIES:
            _fail(clinic_id, run_id, asked_at, error)
    except Exception as error:
        _fail(clinic_id, run_id, asked_at, error)
    else:
        _tries.pop(run_id, None)
        return done
    return 0


def _fail(clinic_id: UUID, run_id: UUID, asked_at: datetime, error: Exception) -> None:
    """Not what was asked anew meanwhile."""
    _tries.pop(run_id, None)
    log.error("a draft could not be played: %s", describe(error))
    with clinic_scope(clinic_id):
        found = DryRun.objects.filter(clinic_id=clinic_id, id=run_id, asked_at=asked_at)
        found.update(state=DryState.FAILED)
        news.tell(clinic_id, news.Topic.JOURNEYS)


def _piece(clinic_id: UUID, run_id: UUID) -> int:
    with looking(clinic_id):
        row = DryRun.objects.filter(clinic_id=clinic_id, id=run_id, state=DryState.PLAYING).first()
        if row is None:
            return 0
        piece = comparing.compare(clinic_id, _wanted(row), row.behind or comparing.NONE_YET, PIECE)
        sums = _added(clinic_id, row.sums, piece)
    with clinic_scope(clinic_id), transaction.atomic():
        still = DryRun.objects.filter(clinic_id=clinic_id, id=run_id, asked_at=row.asked_at, behind=row.behind)
        state = DryState.PLAYING if piece.last else DryState.DONE
        if not still.update(state=state, played=row.played + piece.played, behind=piece.last, sums=sums):
            return 1
        texts = DryText.objects.filter(clinic_id=clinic_id, run_id=run_id)
        if row.behind is None:  # of what was asked before
            texts.delete()
        bulk.insert_rows(DryText, TEXT, [_text_row(clinic_id, run_id, pair) for pair in piece.pairs])
        news.tell(clinic_id, news.Topic.JOURNEYS)
    return 1


def _wanted(row: DryRun) -> Wanted:
    live = None if row.live_version is None else book.plan_of(row.clinic_id, row.key, row.live_version)
    draft = from_json(row.key, 0, row.draft)
    return Wanted(row.key, live, draft, row.begun_at, row.begun_at + timedelta(days=row.days))


def _added(clinic_id: UUID, sums: Mapping[str, Any], piece: Piece) -> dict[str, Any]:
    return {
        "events": sums.get("events", 0) + piece.events,
        "now": _side_added(clinic_id, sums.get("now", {}), piece.now),
        "then": _side_added(clinic_id, sums.get("then", {}), piece.then),
    }


def _side_added(clinic_id: UUID, sums: Mapping[str, Any], side: Side) -> dict[str, Any]:
    """Money is kept as text: JSON has no decimals."""
    cost = estimate(clinic_id, side.texts, most=MEASURED)
    amounts = {currency: Decimal(amount) for currency, amount in sums.get("amounts", {}).items()}
    for currency, amount in cost.sums.items():
        amounts[currency] = amounts.get(currency, Decimal(0)) + amount
    return {
        "at_night": sums.get("at_night", 0) + side.at_night,
        "offers": sums.get("offers", 0) + side.offers,
        "parts": sums.get("parts", 0) + cost.parts,
        "unpriced": sums.get("unpriced", 0) + cost.unpriced,
        "is_about": sums.get("is_about", False) or cost.is_about,
        "amounts": {currency: str(amount) for currency, amount in amounts.items()},
    }


def _text_row(clinic_id: UUID, run_id: UUID, pair: Pair) -> tuple[object, ...]:
    one = pair.one
    told = (_held(side) if side else None for side in (pair.now, pair.then))
    return (clinic_id, new_id(), run_id, pair.kind, one.at, one.step, id_of(one), one.patient_id, *told)


def _held(one: Coming) -> dict[str, Any]:
    assert one.when is not None
    return {
        "at": one.at.isoformat(),
        "due": one.due.isoformat(),
        "outcome": one.outcome,
        "rule": one.rule,
        "template": one.template,
        "purpose": one.purpose.value,
        "others": [other.hex for other in one.others],
        "when": [one.when.at.value, one.when.by.total_seconds(), one.when.state],
    }


def _forget_old(maintenance: "psycopg.Connection[Any]") -> None:
    if time.monotonic() < _cleaned.get("next", 0.0):
        return
    for clinic_id, run_id in maintenance.execute(OLD, (real_now() - KEPT,)).fetchall():
        with clinic_scope(clinic_id):
            DryRun.objects.filter(clinic_id=clinic_id, id=run_id).delete()
            DryText.objects.filter(clinic_id=clinic_id, run_id=run_id).delete()
    _cleaned["next"] = time.monotonic() + _CLEAN_EVERY


# ------------------------------------------------------------------------------------------------ read


@dataclass(frozen=True, slots=True)
class DryRunView:
    """How far a dry run is, and what it has found. `events`: to look at, `with_texts`: those that have something to come;
    `by_step`: texts of each step now and then, in the draft's order and then those that are gone; `losing`: people who get
    something now and would get nothing."""

    id: UUID
    state: DryState
    asked_at: datetime
    edit: int
    live: Plan | None
    draft: Plan
    events: int
    played: int
    with_texts: int
    counts: Mapping[str, int]
    by_step: Mapping[str, tuple[int, int]]
    at_night: tuple[int, int]
    offers: tuple[int, int]
    costs: tuple[Estimate, Estimate]
    losing: int

    @property
    def texts(self) -> tuple[int, int]:
        """How many texts go, now and then."""
        every = sum(self.counts.values())
        return every - self.counts.get("new", 0), every - self.counts.get("gone", 0)


def dry_run(clinic_id: UUID, key: str, days: int) -> DryRunView | None:
    """What came of the draft that was played last. None: nobody has asked. Call it inside `clinic_scope`."""
    row = DryRun.objects.filter(clinic_id=clinic_id, key=key, days=days).first()
    if row is None:
        return None
    wanted = _wanted(row)
    kinds: dict[str, int] = {}
    steps: dict[str, tuple[int, int]] = {}
    losing = 0
    if row.state == DryState.DONE:
        with plain_cursor() as cursor:
            for step, kind, number in cursor.execute(COUNTS, (clinic_id, row.id)):
                kinds[kind] = kinds.get(kind, 0) + number
                now, then = steps.get(step, (0, 0))
                steps[step] = now + number * (kind != "new"), then + number * (kind != "gone")
            losing = cursor.execute(LOSING, (clinic_id, row.id)).fetchone()[0]  # type: ignore[index]
    order = [one.step.key for one in wanted.draft.placed]
    keys = [*(one for one in order if one in steps), *sorted(one for one in steps if one not in order)]
    sides = [row.sums.get(side, {}) for side in ("now", "then")]
    return DryRunView(
        row.id,
        DryState(row.state),
        row.asked_at,
        row.edit,
        wanted.live,
        wanted.draft,
        row.events,
        row.played,
        row.sums.get("events", 0),
        kinds,
        {one: steps[one] for one in keys},
        (sides[0].get("at_night", 0), sides[1].get("at_night", 0)),
        (sides[0].get("offers", 0), sides[1].get("offers", 0)),
        (_cost(sides[0]), _cost(sides[1])),
        losing,
    )


def _cost(side: Mapping[str, Any]) -> Estimate:
    amounts = {currency: Decimal(amount) for currency, amount in sorted(side.get("amounts", {}).items())}
    return Estimate(side.get("parts", 0), amounts, side.get("unpriced", 0), side.get("is_about", False))


def differences(clinic_id: UUID, run: DryRunView, kinds: Collection[str], first: int, most: int) -> list[Pair]:
    """Some pairs of these kinds, soonest first, from the `first` one on (0 is the first). Call it inside `clinic_scope`; the
    caller audits."""
    rows = DryText.objects.filter(clinic_id=clinic_id, run_id=run.id, kind__in=kinds).order_by("at", "id")
    return [_pair(run, row) for row in rows[first : first + most]]


def _pair(run: DryRunView, row: DryText) -> Pair:
    return Pair(row.kind, _coming(run, row, row.before, run.live), _coming(run, row, row.after, run.draft))


def _coming(run: DryRunView, row: DryText, held: Mapping[str, Any] | None, plan: Plan | None) -> Coming | None:
    if held is None:
        return None
    at, seconds, state = held["when"]
    return Coming(
        datetime.fromisoformat(held["at"]),
        datetime.fromisoformat(held["due"]),
        held["outcome"],
        held["rule"],
        row.patient_id,
        run.draft.key,
        plan.version if plan else 0,
        row.step,
        held["template"],
        Purpose(held["purpose"]),
        run.draft.event.key,
        row.anchor_id,
        when=Moment(At(at), timedelta(seconds=seconds), state),
        others=tuple(UUID(other) for other in held["others"]),
    )
