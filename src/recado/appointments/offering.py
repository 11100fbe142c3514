"""What can be booked: services, clinicians with their hours and days off, rooms. All of it in one transaction each, with one
audit line. Nothing of it changes visits that are booked: they stand until somebody moves them."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from recado.clinics.types import OpenDay
from recado.foundation import audit, news
from recado.foundation.actors import Actor
from recado.foundation.tenancy import clinic_scope
from recado.foundation.text import gettext_noop

from . import nobody_there
from .models import Calendar, DayOff, Service
from .types import LONGEST_TITLE, CalendarKind, NotKept, ServiceView

NO_NAME = gettext_noop("Give it a name of 1 to 120 letters.")
TAKEN_NAME = gettext_noop("There is one of this name already.")
BAD_MINUTES = gettext_noop("A visit takes 5 to 480 minutes, in steps of five.")
BAD_BUFFER = gettext_noop("Leave 0 to 240 minutes after a visit, in steps of five.")
NOBODY = gettext_noop("Choose at least one clinician.")
UNKNOWN = gettext_noop("One of those chosen is not there any more. Choose again.")
BAD_DAYS = gettext_noop("The first day comes before the last.")
BAD_HOURS = gettext_noop("Hours begin before they end, and do not overlap.")


def keep_calendar(
    *,
    clinic_id: UUID,
    kind: CalendarKind,
    name: str,
    by: Actor,
    week: Sequence[OpenDay] | None = None,
    calendar_id: int | None = None,
) -> int:
    """Adds a clinician or a room, or changes one. `week` None: there whenever the clinic is open. One that was closed comes
    back by its name. Raises NotKept; LookupError where there is no such."""
    name = name.strip()
    if not 0 < len(name) <= LONGEST_TITLE:
        raise NotKept("name", NO_NAME)
    stored = None if week is None else _stored(week)
    with clinic_scope(clinic_id):
        rows = Calendar.objects.filter(clinic_id=clinic_id, kind=kind)
        row = rows.filter(id=calendar_id, closed_at=None).first() if calendar_id else None
        if calendar_id and row is None:
            raise LookupError(str(calendar_id))
        row = row or rows.filter(name__iexact=name, closed_at__isnull=False).first()
        row = row or Calendar(clinic_id=clinic_id, kind=kind)
        row.name, row.week, row.closed_at = name, stored, None
        _save(row, ["name", "week", "closed_at"])
        _tell(clinic_id, by, "appointment.calendar", f"calendar:{row.id}")
    return row.id


def close_calendar(*, clinic_id: UUID, calendar_id: int, by: Actor) -> None:
    """Nobody can be booked with this clinician, or into this room, any more. Raises LookupError."""
    with clinic_scope(clinic_id):
        if not Calendar.objects.filter(clinic_id=clinic_id, id=calendar_id, closed_at=None).update(closed_at=Now()):
            raise LookupError(str(calendar_id))
        _tell(clinic_id, by, "appointment.calendar_closed", f"calendar:{calendar_id}")


def add_days_off(*, clinic_id: UUID, calendar_id: int, first: date, last: date, by: Actor) -> int:
    """A clinician is away, or a room can't be used, on these days. Returns how many visits still stand there: nothing calls them
    off. Raises NotKept and LookupError."""
    if last < first:
        raise NotKept("last", BAD_DAYS)
    with clinic_scope(clinic_id):
        calendar = Calendar.objects.filter(clinic_id=clinic_id, id=calendar_id).first()
        if calendar is None:
            raise LookupError(str(calendar_id))
        DayOff.objects.create(clinic_id=clinic_id, calendar_id=calendar_id, first_day=first, last_day=last)
        _tell(clinic_id, by, "appointment.days_off", f"calendar:{calendar_id}")
        return nobody_there.still_stand(calendar, first, last)


def remove_days_off(*, clinic_id: UUID, calendar_id: int, first: date, last: date, by: Actor) -> None:
    """They are there on these days after all."""
    with clinic_scope(clinic_id):
        rows = DayOff.objects.filter(clinic_id=clinic_id, calendar_id=calendar_id)
        if rows.filter(first_day=first, last_day=last).delete()[0]:
            _tell(clinic_id, by, "appointment.days_off", f"calendar:{calendar_id}")


def keep_service(*, clinic_id: UUID, service: ServiceView, is_new: bool = False, by: Actor) -> UUID:
    """Changes the service of `service.id`, or adds it (`is_new`). One that was closed comes back by its name, and keeps
    the id it had: the one returned. Raises NotKept; LookupError where there is no such."""
    _check(service)
    with clinic_scope(clinic_id):
        calendars = dict(Calendar.objects.filter(clinic_id=clinic_id, closed_at=None).values_list("id", "kind"))
        is_there = all(calendars.get(one) == CalendarKind.CLINICIAN for one in service.clinicians)
        if not is_there or any(calendars.get(one) != CalendarKind.ROOM for one in service.rooms):
            raise NotKept("clinicians", UNKNOWN)
        rows = Service.objects.filter(clinic_id=clinic_id)
        if is_new:
            row = rows.filter(name__iexact=service.name.strip(), closed_at__isnull=False).first()
            row = row or Service(clinic_id=clinic_id, id=service.id)
        else:
            row = rows.filter(id=service.id, closed_at=None).first()
        if row is None:
            raise LookupError(str(service.id))
        row.name, row.minutes, row.buffer = service.name.strip(), service.minutes, service.buffer
        row.by_link, row.by_anyone = service.by_link, service.by_link and service.by_anyone
        row.is_usual = service.by_link and service.is_usual
        row.clinicians, row.rooms, row.closed_at = list(service.clinicians), list(service.rooms), None
        if row.is_usual:
            rows.filter(is_usual=True).exclude(id=row.id).update(is_usual=False)
        fields = ["name", "minutes", "buffer", "by_link", "by_anyone", "is_usual", "clinicians", "rooms", "closed_at"]
        _save(row, fields)
        _tell(clinic_id, by, "appointment.service", f"service:{row.id}")
    return row.id


def close_service(*, clinic_id: UUID, service_id: UUID, by: Actor) -> None:
    """Nobody can book it any more. Raises LookupError."""
    with clinic_scope(clinic_id):
        if not Service.objects.filter(clinic_id=clinic_id, id=service_id, closed_at=None).update(closed_at=Now()):
            raise LookupError(str(service_id))
        _tell(clinic_id, by, "appointment.service_closed", f"service:{service_id}")


def _check(service: ServiceView) -> None:
    if not 0 < len(service.name.strip()) <= LONGEST_TITLE:
        raise NotKept("name", NO_NAME)
    if not 5 <= service.minutes <= 480 or service.minutes % 5:
        raise NotKept("minutes", BAD_MINUTES)
    if not 0 <= service.buffer <= 240 or service.buffer % 5:
        raise NotKept("buffer", BAD_BUFFER)
    if not service.clinicians:
        raise NotKept("clinicians", NOBODY)


def _stored(week: Sequence[OpenDay]) -> list[list[list[str]]]:
    if len(week) != 7:
        raise NotKept("week", BAD_HOURS)
    for day in week:
        edges = [moment for stretch in day for moment in stretch]
        if any(later <= earlier for earlier, later in pairwise(edges)):
            raise NotKept("week", BAD_HOURS)
    return [[[opens.isoformat("minutes"), closes.isoformat("minutes")] for opens, closes in day] for day in week]


def _save(row: Calendar | Service, fields: list[str]) -> None:
    try:
        with transaction.atomic():
            if row._state.adding:
                row.save(force_insert=True)
            else:
                row.save(update_fields=fields)
    except IntegrityError:
        raise NotKept("name", TAKEN_NAME) from None


def _tell(clinic_id: UUID, by: Actor, action: str, subject: str) -> None:
    audit.record(clinic_id=clinic_id, by=by, action=action, subject=subject)
    news.tell(clinic_id, news.Topic.SETTINGS, news.Topic.VISITS)
