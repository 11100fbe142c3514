"""What may be asked of journeys: which step a text belongs to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from . import (
    achieving,
    circle,
    comparing,
    dry_runs,
    editing,
    effects,
    faults,
    foresight,
    gallery,
    keeping,
    overview,
    refusals,
    stages,
    trying,
    written_ahead,
)
from .events import EVENTS
from .models import Run, Step, Timer
from .past import PAUSED

# The ready journeys, in the order in which a gallery shows them, and what their themes are called.
GALLERY, THEMES, texts_about = gallery.GALLERY, gallery.THEMES, gallery.texts_about
journeys_of, opened, came_of = overview.journeys_of, overview.opened, overview.came_of
answered_by_text, sent_lately = overview.answered_by_text, overview.sent_lately
people_under_way, texts_of_step = overview.people_under_way, overview.texts_of_step
versions_of = overview.versions_of
newer_of = keeping.newer_of
effect_of, has_group, is_measured = effects.effect_of, effects.has_group, effects.is_measured
Effect = effects.Effect
Published = overview.Published
JourneyRow = overview.JourneyRow
Opened = overview.Opened
Came = overview.Came
Ready = gallery.Ready
looking, foresee, planned = foresight.looking, foresight.foresee, foresight.planned
foresee_events = foresight.foresee_events
written, estimate, estimates = written_ahead.written, written_ahead.estimate, written_ahead.estimates
together = written_ahead.together
next_real = written_ahead.next_real
dry_run, differences = dry_runs.dry_run, dry_runs.differences
round_of, circles_of, achievements_of = circle.round_of, circle.circles_of, circle.achievements_of
became = achieving.became
Achieved = achieving.Achieved
Achievements = achieving.Achievements
Round = circle.Round
Stands = circle.Stands
Stage = stages.Stage
stage_of = stages.stage_of
DryRunView = dry_runs.DryRunView
DryState = dry_runs.DryState
Pair = comparing.Pair
Estimate = written_ahead.Estimate
Coming = foresight.Coming
Foreseen = foresight.Foreseen
Written = written_ahead.Written
Place = foresight.Place
Hour = foresight.Hour

# What is wrong with a plan, and why a step does not go: English sentences by stored code, marked for the catalogues.
FAULTS, REASONS = faults.FAULTS, refusals.REASONS
faults_of = keeping.faults_of
Fault = faults.Fault

# A plan changed by one step: pure.
change_step, remove_step, move_step = editing.change_step, editing.remove_step, editing.move_step
place_step, add_step, free_key = editing.place_step, editing.add_step, editing.free_key
empty_plan, texts_about_others = gallery.empty_plan, gallery.texts_about_others

# A journey tried on an invented event.
CASES, try_out, invented, asked_of_event = trying.CASES, trying.try_out, trying.invented, trying.asked_of_event
moved_by_hours = trying.moved_by_hours
Case = trying.Case
What = trying.What
Wish = trying.Wish
Happened = trying.Happened


def event_states(kind: str) -> tuple[str, ...]:
    """Every state of an event of this kind, the one it begins in first."""
    event = EVENTS[kind]
    return event.opening, *sorted(event.states - {event.opening})


def open_states(kind: str) -> frozenset[str]:
    """The states in which such an event is still to come."""
    return EVENTS[kind].open


@dataclass(frozen=True, slots=True)
class StepView:
    """A step of somebody's journey that led to a text."""

    plan: str
    version: int
    step: str
    at: datetime
    anchor_kind: str
    anchor_id: UUID


def step_of(clinic_id: UUID, message_id: UUID) -> StepView | None:
    """The step that a text was sent by; None: it belongs to no journey. Call it inside `clinic_scope`."""
    step = Step.objects.filter(clinic_id=clinic_id, message_id=message_id).first()
    if step is None:
        return None
    run = Run.objects.get(clinic_id=clinic_id, id=step.run_id)
    return StepView(run.plan, run.version, step.step, step.at, run.anchor_kind, run.anchor_id)


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a journey's text is about, and the moment (business time) at which it was written."""

    kind: str
    id: UUID
    at: datetime


def anchors_of(clinic_id: UUID, message_ids: Collection[UUID]) -> dict[UUID, list[Anchor]]:
    """What each of these texts is about, where a journey sent it; one text may be about several events: two statements. Call it inside `clinic_scope`."""
    steps = Step.objects.filter(clinic_id=clinic_id, message_id__in=list(message_ids))
    found = list(steps.values_list("message_id", "run_id", "at"))
    runs = Run.objects.filter(clinic_id=clinic_id, id__in={run for _, run, _ in found})
    anchors = {run: (kind, anchor) for run, kind, anchor in runs.values_list("id", "anchor_kind", "anchor_id")}
    about: dict[UUID, list[Anchor]] = {}
    for message, run, at in found:
        if message and run in anchors:
            about.setdefault(message, []).append(Anchor(*anchors[run], at))
    return about


def steps_behind(clinic_id: UUID, message_ids: Collection[UUID]) -> dict[UUID, str]:
    """The step that each of these texts was sent by, where it was one. Call it inside `clinic_scope`."""
    rows = Step.objects.filter(clinic_id=clinic_id, message_id__in=list(message_ids))
    return {message: step for message, step in rows.values_list("message_id", "step") if message}


def message_of_step(clinic_id: UUID, kind: str, anchor_id: UUID, revision: int, step: str) -> UUID | None:
    """The text that a step of an event's journey sent; None: it has not. Call it inside `clinic_scope`."""
    runs = Run.objects.filter(clinic_id=clinic_id, anchor_kind=kind, anchor_id=anchor_id).values("id")
    rows = Step.objects.filter(clinic_id=clinic_id, run_id__in=runs, revision=revision, step=step, outcome="sent")
    return rows.values_list("message_id", flat=True).first()


def planned_between(clinic_id: UUID, start: datetime, end: datetime) -> list[datetime]:
    """When texts are due that nobody has to release. Call it inside `clinic_scope`."""
    rows = Timer.objects.filter(clinic_id=clinic_id, held_for=None, due__gte=start, due__lt=end)
    return list(rows.order_by("due").values_list("due", flat=True))


def waiting(clinic_id: UUID) -> dict[str, int]:
    """How many people would be told by what waits for a word, by source. Call it inside `clinic_scope`."""
    held = (
        Timer.objects.filter(clinic_id=clinic_id, held_for__isnull=False)
        .exclude(held_for__startswith=PAUSED)
        .values_list("run_id", "held_for")
    )
    sources = dict(held)
    people: dict[str, set[UUID]] = {}
    for run_id, patient_id in Run.objects.filter(clinic_id=clinic_id, id__in=list(sources)).values_list(
        "id", "patient_id"
    ):
        people.setdefault(sources[run_id] or "", set()).add(patient_id)
    return {source: len(told) for source, told in sorted(people.items())}
