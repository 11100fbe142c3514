"""Which texts go as one: those about several events of one day at one phone, and those of a series. Pure, but for `grouped`,
`others_due` and `do_again`."""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from recado.foundation import bulk, business_time
from recado.foundation.ids import new_id

from . import book
from .marks import again
from .models import Run, Step, Timer
from .past import TIMER
from .types import Plan, TogetherRoom

AHEAD = timedelta(days=1)  # a text comes at most so much before its own moment, to go with another
MOST = 4  # in one text: more would take more parts than they save
MOST_IN_SERIES = 100  # of which the text names the first and the last


@dataclass(frozen=True, slots=True)
class Series:
    """A group of events on several days."""

    key: Hashable


def grouped(room: TogetherRoom, clinic_id: UUID, texts: Collection[tuple[UUID, str]]) -> dict[UUID, Hashable]:
    """The groups that these events are in, each with the template of its text; the others of each group are there too. Call
    it inside `clinic_scope`."""
    in_series = room.series(clinic_id, {event for event, template in texts if template in room.SERIES})
    others = {event for event, _ in texts} - in_series.keys()
    series: dict[UUID, Hashable] = {event: Series(key) for event, key in in_series.items()}
    return {**room.groups(clinic_id, others), **series}


def group_of(room: TogetherRoom, groups: Mapping[UUID, Hashable], event: UUID, template: str) -> Hashable:
    """The group in which the text of an event may go; None: alone. A series is told of by its own texts only."""
    group = groups.get(event) if template in room.TEMPLATES else None
    return None if isinstance(group, Series) and template not in room.SERIES else group


def most_in(group: Hashable) -> int:
    """How many events of a group go in one text."""
    return MOST_IN_SERIES if isinstance(group, Series) else MOST


@dataclass(frozen=True, slots=True)
class Told:
    """A text that may go with others: its `group` (the phone and the day; None: alone), its template, when the event is, and
    whether its own moment has come."""

    group: Hashable
    template: str
    start: datetime
    is_due: bool


def merge(told: Sequence[Told]) -> tuple[list[tuple[int, ...]], list[int]]:
    """The texts that go now, each as the places in `told` of what it is about, in order of time; and the places that wait for
    their own moment, since nothing is due that they could go with. Every place is in one of the two, once."""
    groups: dict[Hashable, list[int]] = {}
    for place, one in enumerate(told):
        groups.setdefault((one.group, one.template) if one.group is not None else place, []).append(place)
    texts: list[tuple[int, ...]] = []
    early: list[int] = []
    for places in groups.values():
        if not any(told[place].is_due for place in places):
            early += places
            continue
        # What is due comes first, so that what is cut off behind the most is what can wait.
        ordered = sorted(places, key=lambda place: (not told[place].is_due, told[place].start, place))
        most = most_in(told[places[0]].group)
        for at in range(0, len(ordered), most):
            part = ordered[at : at + most]
            if any(told[place].is_due for place in part):
                texts.append(tuple(sorted(part, key=lambda place: (told[place].start, place))))
            else:
                early += part
    return texts, early


def others_due(
    clinic_id: UUID, due: Mapping[UUID, tuple[str, str]], groups: Mapping[UUID, Hashable], now: datetime
) -> list[UUID]:
    """The timers of the same step about others of these groups that would be due within a day. `due`: plan and step of what
    is due, by event. Call it inside `clinic_scope`."""
    wanted = {(groups[event], *step) for event, step in due.items() if event in groups}
    others = {event: group for event, group in groups.items() if (group, *due.get(event, ("", ""))) not in wanted}
    if not others:
        return []
    runs = {
        run: (others[event], plan)
        for run, event, plan in Run.objects.filter(clinic_id=clinic_id, anchor_id__in=list(others)).values_list(
            "id", "anchor_id", "plan"
        )
    }
    timers = Timer.objects.filter(clinic_id=clinic_id, run_id__in=list(runs), held_for=None, due__lte=now + AHEAD)
    return [timer for timer, run, step in timers.values_list("id", "run_id", "step") if (*runs[run], step) in wanted]


def behind(clinic_id: UUID, steps: QuerySet[Step]) -> Iterator[tuple[UUID, str, int, UUID, Plan]]:
    """Of these steps, those that sent a text: run, key, revision, text, and the plan that the run is on by now, which may have no
    such step any more. Call it inside `clinic_scope`."""
    found = list(steps.exclude(message_id=None).values_list("run_id", "step", "revision", "message_id"))
    on = Run.objects.filter(clinic_id=clinic_id, id__in={run_id for run_id, *_ in found})
    plans = {run_id: (plan, version) for run_id, plan, version in on.values_list("id", "plan", "version")}
    for run_id, key, revision, message_id in found:
        if message_id is not None:
            yield run_id, key, revision, message_id, book.plan_of(clinic_id, *plans[run_id])


def do_again(*, clinic_id: UUID, message_ids: Collection[UUID], but: Collection[UUID] = ()) -> int:
    """What else these texts were about is told by a text of its own: they were called off before they left, for the sake of
    another event. `but`: runs that are planned anew anyway. Steps that their journey has no more are over. Returns how many
    steps. Call it inside `clinic_scope`."""
    if not message_ids:
        return 0
    steps = Step.objects.filter(clinic_id=clinic_id, message_id__in=list(message_ids)).exclude(run_id__in=list(but))
    now = business_time.now()
    rows = [
        (clinic_id, new_id(), run_id, again(key, message_id), revision, now, None)
        for run_id, key, revision, message_id, plan in behind(clinic_id, steps)
        if plan.has(key)
    ]
    bulk.insert_rows(Timer, TIMER, rows, once=True)
    return len(rows)


def say_again(*, clinic_id: UUID, kind: str, anchor_id: UUID, at: datetime) -> bool:
    """The last text about this event goes once more at that time: whoever had it asked to be reminded later. False: there is none
    that could. Call it inside `clinic_scope`, behind whatever plans the event anew."""
    runs = Run.objects.filter(clinic_id=clinic_id, anchor_kind=kind, anchor_id=anchor_id).values("id")
    sent = Step.objects.filter(clinic_id=clinic_id, run_id__in=runs, outcome="sent")
    last = list(sent.order_by("-at", "-id").values_list("id", flat=True)[:1])
    rows = [
        (clinic_id, new_id(), run_id, again(key, message_id), revision, at, None)
        for run_id, key, revision, message_id, plan in behind(clinic_id, sent.filter(id__in=last))
        if plan.has(key)
    ]
    bulk.insert_rows(Timer, TIMER, rows, once=True)
    return bool(rows)


def tell_of(*, clinic_id: UUID, patient_id: UUID, message_ids: Collection[UUID]) -> set[UUID]:
    """Those of these texts that tell of a patient's event, whoever they stand under. Call it inside `clinic_scope`."""
    if not message_ids:
        return set()
    runs = Run.objects.filter(clinic_id=clinic_id, patient_id=patient_id).values("id")
    steps = Step.objects.filter(clinic_id=clinic_id, message_id__in=list(message_ids), run_id__in=runs)
    return {message_id for message_id in steps.values_list("message_id", flat=True) if message_id is not None}


def tell_others(*, clinic_id: UUID, message_ids: Collection[UUID], but: UUID) -> int:
    """What these texts, which were called off before they left, had to say of anybody but this patient is said anew. Returns how
    many steps. Call it inside `clinic_scope`."""
    theirs = Run.objects.filter(clinic_id=clinic_id, patient_id=but).values_list("id", flat=True) if message_ids else ()
    return do_again(clinic_id=clinic_id, message_ids=message_ids, but=list(theirs))
