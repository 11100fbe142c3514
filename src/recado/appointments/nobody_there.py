"""At which of the times that come free nobody could be seen: these are offered to nobody on the waitlist.

Call all of it inside `clinic_scope`.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, LiteralString
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q

from recado.clinics import queries as clinics
from recado.foundation import business_time
from recado.foundation.actors import ActorKind

from . import waitlist_rows
from .claims import Kept
from .free import calendars
from .models import Appointment, Calendar, Change, FreedTime, Taken
from .types import BookingStatus, CalendarKind, CancelReason, ChangeKind, VisitState

SAID = frozenset({CancelReason.CLINICIAN, CancelReason.CLINIC})  # their times are free, and nobody could be seen
# Whether another system knows of visit o at its time. It doesn't of what was booked here, by staff, by link or by the waitlist, or was
# last moved here, until it tells of the visit at that very time (`known_at`), as it does where staff have typed it in there too:
# whatever it calls off when a clinician is ill, that stays standing. The price: nor is such a visit a sign that the
# clinician is there, so what is called off around it without a word is offered only where another system's visit stands.
KNOWN: LiteralString = """
o.source <> 'recado' AND (o.known_at IS NOT NULL OR coalesce((
    SELECT c.actor_kind NOT IN ('staff', 'patient') FROM appointments_change c
    WHERE c.clinic_id = %(clinic)s AND c.appointment_id = o.id AND c.kind = 'moved'
    ORDER BY c.at DESC, c.id DESC LIMIT 1
), true))
"""
# v: visits that another system called off, or moved away, without saying why, with the moment it said so. o: another visit of that
# clinician, standing, or off without a word or moved away within a day of it. One that the system moved within that day proves
# nobody there, or a morning that shifts by an hour or two would vouch for its own old times; nor does one that it doesn't know of.
# LIMIT keeps the first search to the index by day (0.16 to 0.9 s for 2,000 in a calendar of 100,000); made an anti-join, it reads them
# all (1.5 s). The story of each is asked for as a value: as a join it took more than 30 s in a clinic that the statistics don't know yet.
STANDING: LiteralString = f"""
LEFT JOIN LATERAL (
    SELECT 1 AS one FROM appointments_appointment o
    WHERE o.clinic_id = %(clinic)s AND o.clinician = v.clinician AND o.site = v.site AND o.state <> 'cancelled'
        AND o.starts_at BETWEEN v.starts_at - interval '2 hours' AND v.starts_at + interval '2 hours'
        AND {KNOWN}
        AND NOT coalesce((
            SELECT true FROM appointments_change c
            WHERE c.clinic_id = %(clinic)s AND c.appointment_id = o.id AND c.kind = 'moved' AND c.actor_kind NOT IN ('staff', 'patient')
                AND c.at BETWEEN v.said_at - interval '1 day' AND v.said_at + interval '1 day'
            LIMIT 1
        ), false)
    LIMIT 1
) standing ON true
"""
TOGETHER: LiteralString = f"""
WITH v AS (
    SELECT * FROM unnest(%(ids)s::uuid[], %(starts)s::timestamptz[], %(clinicians)s::text[], %(sites)s::text[], %(said)s::timestamptz[])
        AS v (id, starts_at, clinician, site, said_at)
)
SELECT v.id FROM v {STANDING} WHERE standing.one IS NULL AND (
    EXISTS (
        SELECT 1 FROM v o WHERE o.id <> v.id AND o.clinician = v.clinician AND o.site = v.site
            AND o.starts_at BETWEEN v.starts_at - interval '2 hours' AND v.starts_at + interval '2 hours'
    ) OR EXISTS (
        SELECT 1 FROM appointments_appointment o
        WHERE o.clinic_id = %(clinic)s AND o.clinician = v.clinician AND o.site = v.site AND o.id <> v.id
            AND o.state = 'cancelled' AND o.source_status = 'cancelled' AND o.answer <> 'cancel'
            AND o.starts_at BETWEEN v.starts_at - interval '2 hours' AND v.starts_at + interval '2 hours'
            AND (
                SELECT true FROM appointments_change c
                WHERE c.clinic_id = %(clinic)s AND c.appointment_id = o.id AND c.kind = 'cancelled'
                    AND c.at BETWEEN v.said_at - interval '1 day' AND v.said_at + interval '1 day'
                LIMIT 1
            )
    ) OR EXISTS (
        SELECT 1 FROM appointments_freedtime o
        WHERE o.clinic_id = %(clinic)s AND o.clinician = v.clinician AND o.site = v.site AND o.visit_id <> v.id
            AND o.starts_at BETWEEN v.starts_at - interval '2 hours' AND v.starts_at + interval '2 hours'
            AND o.freed_at BETWEEN v.said_at - interval '1 day' AND v.said_at + interval '1 day'
            AND (
                SELECT true FROM appointments_change c
                WHERE c.clinic_id = %(clinic)s AND c.appointment_id = o.visit_id AND c.kind = 'moved' AND c.was_at = o.starts_at
                    AND c.actor_kind NOT IN ('staff', 'patient')
                LIMIT 1
            )
    )
)
"""


def called_off_together(clinic_id: UUID, visits: Sequence[Appointment], said_at: Mapping[UUID, datetime]) -> set[UUID]:
    """Of these visits, which another system called off or moved without saying why, those that went together with others of
    their clinician, with nobody left in the two hours before and behind: so it looks when a clinician is ill.

    One that goes alone is offered, as the page offers what was cancelled for another reason: most often it was the patient's
    wish, and whoever else is seen around that time shows that the clinician is there. The price: of two neighbours who both
    cancelled, with nobody around, neither time is offered; a wrong offer would let somebody travel for nothing."""
    if not visits:
        return set()
    values: dict[str, Any] = {
        "clinic": clinic_id,
        "ids": [visit.id for visit in visits],
        "starts": [visit.starts_at for visit in visits],
        "clinicians": [visit.clinician for visit in visits],
        "sites": [visit.site for visit in visits],
        "said": [said_at[visit.id] for visit in visits],
    }
    with connection.cursor() as cursor:
        cursor.execute(TOGETHER, values)
        return {name for (name,) in cursor.fetchall()}


def away(clinic_id: UUID, visits: Sequence[Appointment], kept: Mapping[UUID, Kept]) -> set[UUID]:
    """Those of these visits that are on a day off of their clinician, or of the room that they take. `kept`: what they take."""
    if not visits:
        return set()
    zone = ZoneInfo(clinics.clinic_settings(clinic_id).time_zone)
    first = min(visit.starts_at for visit in visits).astimezone(zone).date()
    there = calendars(clinic_id, since=first)
    by_name = {one.name.casefold(): one.id for one in there if one.kind is CalendarKind.CLINICIAN}
    off = {one.id: one.days_off for one in there}

    def is_off(visit: Appointment) -> bool:
        day = visit.starts_at.astimezone(zone).date()
        needed = {by_name.get(visit.clinician.casefold()), *kept.get(visit.id, Kept()).calendars}
        return any(begins <= day <= ends for one in needed if one is not None for begins, ends in off.get(one, ()))

    return {visit.id for visit in visits if is_off(visit)}


def still_stand(calendar: Calendar, first: date, last: date) -> int:
    """How many visits to come stand on these days with a clinician, or in a room: those of other systems by the clinician's name."""
    clinic_id = calendar.clinic_id
    zone = ZoneInfo(clinics.clinic_settings(clinic_id).time_zone)
    begins, ends = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
    here = Taken.objects.filter(
        clinic_id=clinic_id, calendar_id=calendar.id, is_off=False, appointment_id__isnull=False
    )
    theirs = Q(id__in=here.values("appointment_id"))
    if calendar.kind == CalendarKind.CLINICIAN:
        theirs |= Q(clinician__iexact=calendar.name)
    ahead = Appointment.objects.filter(theirs, clinic_id=clinic_id, state__in=waitlist_rows.AHEAD)
    return ahead.filter(starts_at__gt=business_time.now(), starts_at__gte=begins, starts_at__lt=ends).count()


def of_cancelled(clinic_id: UUID, visits: Sequence[Appointment], kept: Mapping[UUID, Kept]) -> set[UUID]:
    """Those of these cancelled visits at whose time nobody could be seen: so it was said, so it looked, or it is a day off by
    now."""
    story = Change.objects.filter(
        clinic_id=clinic_id, appointment_id__in=[visit.id for visit in visits], kind=ChangeKind.CANCELLED
    )
    last = {
        name: (reason, at)
        for name, reason, at in story.order_by("at", "id").values_list("appointment_id", "reason", "at")
    }
    said = {name for name, (reason, _) in last.items() if reason in SAID}
    unexplained = [
        visit
        for visit in visits
        if visit.id in last
        and last[visit.id][0] == ""
        and visit.source_status == BookingStatus.CANCELLED
        and visit.answer != "cancel"
    ]
    together = called_off_together(clinic_id, unexplained, {name: at for name, (_, at) in last.items()})
    return said | together | away(clinic_id, visits, kept)


def by_now(row: FreedTime) -> bool:
    """Whether nobody could be seen at a time on offer, by what is known now: the clinician has the day off, or has called off the
    rest of the morning, since it came free."""
    as_it_was, kept = waitlist_rows.as_it_was(row)
    if away(row.clinic_id, [as_it_was], {as_it_was.id: kept}):
        return True
    visits = Appointment.objects.filter(clinic_id=row.clinic_id, id=row.visit_id, starts_at=row.starts_at)
    visit = visits.filter(state=VisitState.CANCELLED).first()
    if visit is not None:
        return bool(of_cancelled(row.clinic_id, [visit], {visit.id: kept}))
    moves = Change.objects.filter(
        clinic_id=row.clinic_id, appointment_id=row.visit_id, kind=ChangeKind.MOVED, was_at=row.starts_at
    )
    said_at = (
        moves.exclude(actor_kind__in=[ActorKind.STAFF, ActorKind.PATIENT]).order_by("-at").values_list("at", flat=True)
    )
    last = said_at.first()
    return last is not None and bool(called_off_together(row.clinic_id, [as_it_was], {as_it_was.id: last}))
