"""The room of a visit that was booked here: which it is, which others are free then, and another one in its place.

A visit of another system keeps no time with us (`models.Taken`), so no room either. A patient is not told by a text of its own: the
room stands on the page of their visit, and in texts whose wording names it; those that wait are written anew.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from recado.clinics import queries as clinics
from recado.consent import queries as consent
from recado.foundation import audit, business_time, news
from recado.foundation.actors import Actor
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging

from . import claims, free, slots
from .models import Appointment, Calendar, Taken
from .types import CalendarKind, CalendarView, Outcome, SlotTaken, VisitState

OPEN = (VisitState.BOOKED, VisitState.CONFIRMED)


def rooms_of(clinic_id: UUID, visit_ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of the rooms of these visits, of those that have one. Call it inside `clinic_scope`."""
    mine = Taken.objects.filter(clinic_id=clinic_id, appointment_id__in=list(visit_ids), is_off=False)
    pairs = list(mine.values_list("appointment_id", "calendar_id"))
    rooms = Calendar.objects.filter(
        clinic_id=clinic_id, kind=CalendarKind.ROOM, id__in={calendar for _, calendar in pairs}
    )
    names = dict(rooms.values_list("id", "name")) if pairs else {}
    return {visit: names[calendar] for visit, calendar in pairs if visit is not None and calendar in names}


def free_rooms(clinic_id: UUID, visit_id: UUID) -> Sequence[CalendarView]:
    """The rooms in which a visit could be, its own among them, by name; none where no time was taken for it here. Call it inside
    `clinic_scope`."""
    mine = _taken(clinic_id, visit_id)
    if not mine:
        return ()
    start, end = free.moment(mine[0].minute), free.moment(mine[0].until)
    zone = ZoneInfo(clinics.clinic_settings(clinic_id).time_zone)
    there = free.calendars(clinic_id, since=start.astimezone(zone).date())
    rooms = [one for one in there if one.kind is CalendarKind.ROOM]
    busy = free.taken_of(clinic_id, rooms, free.Asked(start, end, moving=visit_id)) if rooms else {}
    return [
        room
        for room in rooms
        if slots.is_free(start, end, busy.get(room.id, ()))
        and any(opens <= start < closes for opens, closes in free.hours_of(clinic_id, room, start, end))
    ]


def change_room(*, clinic_id: UUID, visit_id: UUID, room_id: int, by: Actor) -> Outcome:
    """The visit is in another room. TOO_LATE: it has begun, or is off. Raises SlotTaken (somebody has that room then; the visit
    keeps its own) and LookupError (no such visit)."""
    with clinic_scope(clinic_id), transaction.atomic():
        visit = Appointment.objects.select_for_update().filter(clinic_id=clinic_id, id=visit_id).first()
        if visit is None:
            raise LookupError(str(visit_id))
        if visit.starts_at <= business_time.now() or visit.state not in OPEN:
            return Outcome.TOO_LATE
        claims.lock(clinic_id, [room_id])
        if room_id not in {room.id for room in free_rooms(clinic_id, visit_id)}:
            raise SlotTaken
        _put_in(clinic_id, visit_id, room_id)
        subject = f"appointment:{visit_id}"
        audit.record(
            clinic_id=clinic_id, by=by, action="appointment.room", patient_id=visit.patient_id, subject=subject
        )
        messaging.write_anew(
            clinic_id=clinic_id, phones=consent.phones_about(clinic_id, visit.patient_id), reason="visit_changed"
        )
        news.tell(clinic_id, news.Topic.VISITS)
    return Outcome.DONE


def _put_in(clinic_id: UUID, visit_id: UUID, room_id: int) -> None:
    mine = _taken(clinic_id, visit_id)
    rooms = Calendar.objects.filter(clinic_id=clinic_id, kind=CalendarKind.ROOM)
    old = set(rooms.filter(id__in=[row.calendar_id for row in mine]).values_list("id", flat=True))
    Taken.objects.filter(clinic_id=clinic_id, appointment_id=visit_id, calendar_id__in=old).delete()
    lasts = timedelta(minutes=mine[0].until - mine[0].minute)
    claims.take(clinic_id, [room_id], free.moment(mine[0].minute), lasts, visit_id=visit_id)


def _taken(clinic_id: UUID, visit_id: UUID) -> list[Taken]:
    return list(Taken.objects.filter(clinic_id=clinic_id, appointment_id=visit_id, is_off=False))
