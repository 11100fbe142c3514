"""What is known of care events."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from recado.journeys.queries import event_states

from . import kinds, typed
from .models import Change, Event
from .steps import detail_of
from .types import ChangeView, Detail, EventKind, EventView, NoSuchEvent

MOST = 200

# What a person types, in a form or a table: `read_typed` gives a detail, or what is wrong by field.
read_typed, sort_of, UNREADABLE = typed.read, typed.sort_of, typed.UNREADABLE

# For the doors, which tell of events in their own ways.
read_detail, detail_as_json, FAULTS, DETAIL_OF = kinds.from_json, kinds.to_json, kinds.FAULTS, kinds.DETAIL_OF


def events_of(clinic_id: UUID, patient_ids: Collection[UUID]) -> list[EventView]:
    """The events of these patients, newest first. Call it inside `clinic_scope`."""
    rows = Event.objects.filter(clinic_id=clinic_id, patient_id__in=list(patient_ids)).order_by("-at", "-id")
    return [_view(row) for row in rows[:MOST]]


def story_of_patient(
    clinic_id: UUID, patient_id: UUID, *, before: tuple[datetime, UUID], limit: int
) -> list[ChangeView]:
    """What happened to a patient's events, newest first. Call it inside `clinic_scope`; the caller audits."""
    kinds_of = dict(Event.objects.filter(clinic_id=clinic_id, patient_id=patient_id).values_list("id", "kind"))
    rows = Change.objects.filter(clinic_id=clinic_id, event_id__in=kinds_of)
    rows = rows.filter(Q(at__lt=before[0]) | Q(at=before[0], id__lt=before[1])).order_by("-at", "-id")[:limit]
    return [
        ChangeView(
            row.id, EventKind(kinds_of[row.event_id]), row.at, row.state, row.answer, row.actor_kind, row.actor_ref
        )
        for row in rows
    ]


def event(clinic_id: UUID, event_id: UUID) -> EventView:
    """Raises NoSuchEvent. Call it inside `clinic_scope`."""
    row = Event.objects.filter(clinic_id=clinic_id, id=event_id).first()
    if row is None:
        raise NoSuchEvent("There is no such event.")
    return _view(row)


def kind_of(detail: Detail) -> EventKind:
    """The kind of event that holds this."""
    return kinds.KIND_OF[type(detail)]


def states_of(kind: EventKind) -> tuple[str, ...]:
    """Every state of an event of this kind, the one it begins in first."""
    return event_states(kind)


def by_names(clinic_id: UUID, source: str, kind: EventKind, names: Collection[str]) -> dict[str, UUID]:
    """The events that a source calls by these names. Call it inside `clinic_scope`."""
    rows = Event.objects.filter(clinic_id=clinic_id, source=source, kind=kind, external_id__in=list(names))
    return dict(rows.values_list("external_id", "id"))


WAITS = timedelta(days=30)  # so long something that is ready is thought to be collected


def expected_between(clinic_id: UUID, start: datetime, end: datetime) -> set[UUID]:
    """The patients who may come or call between two moments: for something that is ready, or a visit by video. Call it inside
    `clinic_scope`."""
    rows = Event.objects.filter(clinic_id=clinic_id, at__lt=end)
    ready = Q(kind__in=(EventKind.PRESCRIPTION, EventKind.RESULT), state="ready", at__gte=start - WAITS)
    video = Q(kind=EventKind.VIDEO_VISIT, state="coming", at__gte=start)
    return set(rows.filter(ready | video).values_list("patient_id", flat=True))


def is_new_source(clinic_id: UUID, source: str) -> bool:
    """Whether nothing has come from this source yet. Call it inside `clinic_scope`."""
    return not Event.objects.filter(clinic_id=clinic_id, source=source).exists()


def _view(row: Event) -> EventView:
    return EventView(
        row.id,
        EventKind(row.kind),
        row.patient_id,
        row.state,
        row.at,
        row.ends_at,
        row.revision,
        detail_of(row),
        row.answer,
        row.source,
        row.created_at,
    )
