"""What is known of care events."""

from collections.abc import Collection
from uuid import UUID

from .models import Event
from .steps import detail_of
from .types import EventKind, EventView, NoSuchEvent

MOST = 200


def events_of(clinic_id: UUID, patient_ids: Collection[UUID]) -> list[EventView]:
    """The events of these patients, newest first. Call it inside `clinic_scope`."""
    rows = Event.objects.filter(clinic_id=clinic_id, patient_id__in=list(patient_ids)).order_by("-at", "-id")
    return [_view(row) for row in rows[:MOST]]


def event(clinic_id: UUID, event_id: UUID) -> EventView:
    """Raises NoSuchEvent. Call it inside `clinic_scope`."""
    row = Event.objects.filter(clinic_id=clinic_id, id=event_id).first()
    if row is None:
        raise NoSuchEvent("There is no such event.")
    return _view(row)


def by_names(clinic_id: UUID, source: str, kind: EventKind, names: Collection[str]) -> dict[str, UUID]:
    """The events that a source calls by these names. Call it inside `clinic_scope`."""
    rows = Event.objects.filter(clinic_id=clinic_id, source=source, kind=kind, external_id__in=list(names))
    return dict(rows.values_list("external_id", "id"))


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
