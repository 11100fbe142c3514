"""Where people stand on a journey, and one person's events: read in a few statements, told by `stages`."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from recado.foundation import business_time, ids
from recado.foundation.clock import real_now
from recado.foundation.wiring import wired

from . import book
from .achieving import Achievements, achieved, is_over, words_of
from .effects import LOOKED_BACK, WANTED, has_group, is_held
from .models import Run, Step, Timer
from .past import PAUSED
from .stages import Came, Stage, Standing, circle_of, stand
from .types import AnchorRoom, AnchorView, Plan

PIECE = 1_000
MOST = 5_000  # runs of a journey that are looked at, the newest first
JUST_OVER = timedelta(days=2)  # so long after its time an event still counts as one that stands somewhere
MOST_OF_PERSON = 6
CAME = ("run_id", "revision", "step", "at", "outcome", "reason")


@dataclass(frozen=True, slots=True)
class Stands:
    """One event of one person."""

    kind: str
    anchor_id: UUID
    patient_id: UUID
    view: AnchorView
    standing: Standing


@dataclass(frozen=True, slots=True)
class Round:
    """Everybody who is on a journey now. `is_cut`: more than was looked at."""

    circle: tuple[Stage, ...]
    counts: Mapping[Stage, int]
    stuck: tuple[Stands, ...]  # whoever is stuck the longest first
    people: int
    is_cut: bool


def round_of(clinic_id: UUID, plan: Plan, *, most: int = MOST) -> Round:
    """How many stand at each stage of a journey, and who is stuck. Call it inside `clinic_scope`."""
    runs = list(Run.objects.filter(clinic_id=clinic_id, plan=plan.key, ended_at=None).order_by("-id")[: most + 1])
    now = business_time.now()
    counts: Counter[Stage] = Counter()
    stuck: list[Stands] = []
    people: set[UUID] = set()
    for first in range(0, min(len(runs), most), PIECE):
        for one in _stands(clinic_id, runs[first : min(first + PIECE, most)], now):
            if _is_current(plan, one.view, now):
                counts[one.standing.stage] += 1
                people.add(one.patient_id)
                if one.standing.stuck:
                    stuck.append(one)
    stuck.sort(key=lambda one: one.standing.since or now)
    circle = tuple(stage for stage in Stage if stage in circle_of([plan]) or counts[stage])
    return Round(circle, counts, tuple(stuck), len(people), len(runs) > most)


def _is_current(plan: Plan, view: AnchorView, now: datetime) -> bool:
    is_over = bool(plan.event.until_start) and view.anchor.start < now - JUST_OVER
    return not is_over and (view.anchor.state in plan.event.open or view.anchor.start > now - JUST_OVER)


def achievements_of(clinic_id: UUID, plan: Plan, *, most: int = MOST) -> Achievements:
    """What each stage of a journey achieved over `LOOKED_BACK`, of all its versions; the newest events. Some statements for a
    thousand events. Call it inside `clinic_scope`."""
    now, lowest = business_time.now(), ids.lowest_id_at(real_now() - LOOKED_BACK)
    rows = Run.objects.filter(clinic_id=clinic_id, plan=plan.key, id__gte=lowest, started_at__gte=now - LOOKED_BACK)
    runs = list(rows.order_by("-id")[: most + 1])
    plans = {version: book.plan_of(clinic_id, plan.key, version) for version in {run.version for run in runs}}
    held = {run.anchor_id for run in runs if is_held(plans[run.version], run.id)}
    _wanted, patience = WANTED.get(plan.event.key, (frozenset(), timedelta(0)))
    over: list[tuple[AnchorView, Standing, bool]] = []
    for first in range(0, min(len(runs), most), PIECE):
        for one in _stands(clinic_id, runs[first : min(first + PIECE, most)], now):
            if is_over(plan, one.view, patience, now):
                over.append((one.view, one.standing, one.anchor_id in held))
    by_stage, of_held = achieved(over)
    has_held = any(has_group(each) for each in plans.values())
    return Achievements(words_of(plan), by_stage, of_held if has_held else None, len(over), len(runs) > most)


def circles_of(clinic_id: UUID, patient_id: UUID) -> list[Stands]:
    """Where a person's events stand, what is to come first, then the newest. Call it inside `clinic_scope`."""
    runs = list(Run.objects.filter(clinic_id=clinic_id, patient_id=patient_id).order_by("-id")[:40])
    now = business_time.now()
    found = _stands(clinic_id, runs, now)
    ahead = sorted((one for one in found if one.view.anchor.start > now), key=lambda one: one.view.anchor.start)
    past = sorted((one for one in found if one.view.anchor.start <= now), key=lambda one: one.view.anchor.start)
    return [*ahead, *reversed(past)][:MOST_OF_PERSON]


def _stands(clinic_id: UUID, runs: Sequence[Run], now: datetime) -> list[Stands]:
    """Each event of these runs once, over all of them."""
    came, held = _came(clinic_id, runs), _held(clinic_id, [run.id for run in runs])
    by_event: dict[tuple[str, UUID], list[Run]] = {}
    for run in runs:
        by_event.setdefault((run.anchor_kind, run.anchor_id), []).append(run)
    found: list[Stands] = []
    for kind in {kind for kind, _ in by_event}:
        room: AnchorRoom = wired("ANCHORS", kind)
        views = room.load(clinic_id, [name for one, name in by_event if one == kind])
        for (one, anchor_id), its_runs in by_event.items():
            view = views.get(anchor_id)
            if one != kind or view is None:
                continue
            plans = [book.plan_of(clinic_id, run.plan, run.version) for run in its_runs]
            steps = [made for run in its_runs for made in came.get((run.id, view.anchor.revision), ())]
            waits = [why for run in its_runs for why in held.get(run.id, ())]
            standing = stand(plans, view, sorted(steps, key=lambda made: made.at), waits, now)
            found.append(Stands(kind, anchor_id, its_runs[0].patient_id, view, standing))
    return found


def _came(clinic_id: UUID, runs: Sequence[Run]) -> dict[tuple[UUID, int], list[Came]]:
    plans = {run.id: (run.plan, run.version) for run in runs}
    rows = Step.objects.filter(clinic_id=clinic_id, run_id__in=list(plans))
    found: dict[tuple[UUID, int], list[Came]] = {}
    for run_id, revision, step, at, outcome, reason in rows.values_list(*CAME):
        found.setdefault((run_id, revision), []).append(Came(*plans[run_id], step, at, outcome, reason))
    return found


def _held(clinic_id: UUID, run_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    rows = Timer.objects.filter(clinic_id=clinic_id, run_id__in=list(run_ids), held_for__isnull=False)
    found: dict[UUID, list[str]] = {}
    for run_id, held_for in rows.values_list("run_id", "held_for"):
        found.setdefault(run_id, []).append("paused" if (held_for or "").startswith(PAUSED) else "word")
    return found
