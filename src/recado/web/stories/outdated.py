"""Whether a text's words are still true: the visit that it speaks of may have moved, been cancelled, or be over."""

from collections.abc import Collection
from enum import StrEnum
from uuid import UUID

from recado.appointments import queries as appointments
from recado.foundation import business_time
from recado.journeys import queries as journeys


class Outdated(StrEnum):
    """What became of the visit since the text was written."""

    CHANGED = "changed"  # moved or cancelled, taken back or not
    OVER = "over"  # it has begun


def outdated(clinic_id: UUID, message_ids: Collection[UUID]) -> dict[UUID, Outdated]:
    """Those of these texts whose visit has changed since or has begun: a few statements, however many texts. Texts that no
    journey of a visit sent are never among them. Call it inside `clinic_scope`."""
    anchors = journeys.anchors_of(clinic_id, message_ids)
    told = [(name, one) for name, about in anchors.items() for one in about if one.kind == "appointment"]
    visits = appointments.last_changes(clinic_id, {one.id for _, one in told})
    now = business_time.now()
    found: dict[UUID, Outdated] = {}
    for name, one in told:
        visit = visits.get(one.id)
        if visit is None or (visit.changed_at and visit.changed_at > one.at):
            found[name] = Outdated.CHANGED
        elif visit.starts_at <= now:
            found.setdefault(name, Outdated.OVER)
    return found
