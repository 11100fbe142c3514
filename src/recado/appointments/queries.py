"""What is in the calendar."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from django.db.models import Q

from recado.foundation import arrays, business_time
from recado.foundation.database import plain_cursor

from . import (
    choosing,
    day_times,
    desk,
    free,
    online,
    previewing,
    rooms,
    standing,
    suggesting,
    taking_back,
    times,
    waitlist_pages,
    waitlist_queries,
)
from .models import Appointment, Change
from .types import ChangeKind, DayVisit, VisitState, VisitView

why_not_take_back = taking_back.obstacle
status = standing.status
settled_status = standing.settled_status
is_answer_late = standing.is_answer_late
why_to_phone = standing.why_to_phone
may_be_said = desk.may_be_said
free_slots = free.find
times_of_days, USUAL_LENGTH = day_times.of_days, free.USUAL
preview_of_booking, preview_of_move = previewing.of_booking, previewing.of_move
Preview = previewing.Preview
Told = previewing.Told
suggested = suggesting.suggested
choice, near_slots = choosing.choice, choosing.near_slots
services, calendars = free.services, free.calendars
rooms_of, free_rooms = rooms.rooms_of, rooms.free_rooms
online_services, online_slots, may_book_online = online.services, online.slots, online.may_book
booking_link_until, visit_address, held_slot = online.link_until, online.visit_address, choosing.held
booked_by_link = online.booked_by


waiting, how_many_wait = waitlist_queries.waiting, waitlist_queries.how_many_wait
freed_times, refill = waitlist_queries.freed_times, waitlist_queries.refill
times_on_offer = waitlist_queries.on_offer
who_could_come, was_on_offer = waitlist_queries.who_could_come, waitlist_queries.was_on_offer
offer_facts, join_facts = waitlist_pages.offer_facts, waitlist_pages.join_facts


@dataclass(frozen=True, slots=True)
class CalendarWords:
    """The names that stand in the calendar ahead, to choose from."""

    clinicians: tuple[str, ...]
    services: tuple[str, ...]


def calendar_words(clinic_id: UUID) -> CalendarWords:
    """The clinicians and services of visits to come and of the last 30 days. Call it inside `clinic_scope`."""
    rows = Appointment.objects.filter(clinic_id=clinic_id, starts_at__gte=business_time.now() - timedelta(days=30))
    clinicians = rows.exclude(clinician="").values_list("clinician", flat=True).order_by("clinician").distinct()[:200]
    services = rows.exclude(service="").values_list("service", flat=True).order_by("service").distinct()[:200]
    return CalendarWords(tuple(clinicians), tuple(services))


def is_new_source(clinic_id: UUID, source: str) -> bool:
    """True until a visit from this source has been recorded. Call it inside `clinic_scope`."""
    return not Appointment.objects.filter(clinic_id=clinic_id, source=source).exists()


def visits_called(clinic_id: UUID, external_id: str) -> list[VisitView]:
    """The visits that sources call by this id: one, unless two sources use the same. Call it inside `clinic_scope`."""
    rows = Appointment.objects.filter(clinic_id=clinic_id, external_id=external_id).order_by("-updated_at")
    return [_view(row) for row in rows]


def visit(clinic_id: UUID, visit_id: UUID) -> VisitView | None:
    """One visit; None: there is no such. Call it inside `clinic_scope`."""
    row = Appointment.objects.filter(clinic_id=clinic_id, id=visit_id).first()
    return _view(row) if row else None


def visits_of(clinic_id: UUID, patient_ids: Sequence[UUID]) -> list[VisitView]:
    """The visits of these patients, the next first. Call it inside `clinic_scope`; the caller audits."""
    rows = Appointment.objects.filter(clinic_id=clinic_id, patient_id__in=list(patient_ids)).order_by("starts_at", "id")
    return [_view(row) for row in rows]


NEXT_VISITS: LiteralString = """
SELECT DISTINCT ON (patient_id) id FROM appointments_appointment
WHERE clinic_id = %s AND patient_id = ANY (%s) AND starts_at >= %s AND state <> 'cancelled'
ORDER BY patient_id, starts_at, id
"""


def next_visits(clinic_id: UUID, patient_ids: Collection[UUID]) -> dict[UUID, VisitView]:
    """The next visit of each of these patients who has one. Call it inside `clinic_scope`; the caller audits."""
    people = arrays.uuid_array([patient.bytes for patient in patient_ids])
    with plain_cursor() as cursor:
        rows = cursor.execute(NEXT_VISITS, (clinic_id, people, business_time.now())).fetchall()
    visits = Appointment.objects.filter(clinic_id=clinic_id, id__in=[row[0] for row in rows])
    return {visit.patient_id: _view(visit) for visit in visits}


NEXT_STARTS: LiteralString = """
SELECT patient_id, min(starts_at) FROM appointments_appointment
WHERE clinic_id = %s AND patient_id = ANY (%s) AND starts_at >= %s AND state <> 'cancelled' GROUP BY patient_id
"""


def next_starts(clinic_id: UUID, patient_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When the next visit of each of these patients begins, to sort people by it. Call it inside `clinic_scope`."""
    people = arrays.uuid_array([patient.bytes for patient in patient_ids])
    with plain_cursor() as cursor:
        return dict(cursor.execute(NEXT_STARTS, (clinic_id, people, business_time.now())).fetchall())


WITH_WHOM: LiteralString = """
SELECT DISTINCT ON (patient_id) patient_id, clinician, site FROM appointments_appointment
WHERE clinic_id = %(clinic)s AND patient_id = ANY (%(people)s) AND state <> 'cancelled'
ORDER BY patient_id, starts_at < %(now)s, abs(extract(epoch FROM starts_at - %(now)s)), id
"""


def with_whom(clinic_id: UUID, patient_ids: Collection[UUID]) -> dict[UUID, tuple[str, str]]:
    """Clinician and site of the next visit of each of these patients, or else of the last: wired under WITH_WHOM. One
    statement. Call it inside `clinic_scope`."""
    people = arrays.uuid_array([patient.bytes for patient in patient_ids])
    asked = {"clinic": clinic_id, "people": people, "now": business_time.now()}
    with plain_cursor() as cursor:
        return {patient: (who, site) for patient, who, site in cursor.execute(WITH_WHOM, asked)}


COMING: LiteralString = """
SELECT patient_id FROM appointments_appointment WHERE clinic_id = %s AND starts_at >= %s AND state <> 'cancelled'
GROUP BY patient_id ORDER BY min(starts_at), patient_id
"""


def patients_coming(clinic_id: UUID) -> list[UUID]:
    """Every patient with a visit still to come, by the next visit: one walk over the coming part of the calendar (10,000
    visits take 15 ms). Call it inside `clinic_scope`."""
    with plain_cursor() as cursor:
        return [row[0] for row in cursor.execute(COMING, (clinic_id, business_time.now()))]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One line of a visit's story."""

    id: UUID
    appointment_id: UUID
    at: datetime
    kind: ChangeKind
    starts_at: datetime | None
    was_at: datetime | None
    actor_kind: str
    actor_ref: str


def story(clinic_id: UUID, visit_ids: Sequence[UUID]) -> list[ChangeView]:
    """What happened to these visits, newest first. Call it inside `clinic_scope`."""
    rows = Change.objects.filter(clinic_id=clinic_id, appointment_id__in=list(visit_ids)).order_by("-at", "-id")
    return [_change(row) for row in rows]


@dataclass(frozen=True, slots=True)
class LastChange:
    """When a visit begins, and when it was last moved or cancelled."""

    starts_at: datetime
    changed_at: datetime | None


LAST_CHANGES: LiteralString = """
SELECT v.id, v.starts_at, (SELECT max(c.at) FROM appointments_change c
    WHERE c.clinic_id = v.clinic_id AND c.appointment_id = v.id AND c.kind IN ('moved', 'cancelled'))
FROM appointments_appointment v WHERE v.clinic_id = %s AND v.id = ANY (%s)
"""


def last_changes(clinic_id: UUID, visit_ids: Collection[UUID]) -> dict[UUID, LastChange]:
    """Of each of these visits that is there: one statement. Call it inside `clinic_scope`."""
    if not visit_ids:
        return {}
    names = arrays.uuid_array([one.bytes for one in visit_ids])
    with plain_cursor() as cursor:
        rows = cursor.execute(LAST_CHANGES, (clinic_id, names), prepare=False).fetchall()
    return {name: LastChange(starts, changed) for name, starts, changed in rows}


def is_kept_here(clinic_id: UUID, visit_id: UUID) -> bool:
    """Whether a visit was booked here: the practice system knows nothing of it, and moves nothing back. Call it inside
    `clinic_scope`."""
    return Appointment.objects.filter(clinic_id=clinic_id, id=visit_id, source=times.OWN).exists()


def story_of_patient(
    clinic_id: UUID, patient_id: UUID, *, before: tuple[datetime, UUID], limit: int
) -> list[ChangeView]:
    """What happened to a patient's visits, newest first. Call it inside `clinic_scope`; the caller audits."""
    visits = Appointment.objects.filter(clinic_id=clinic_id, patient_id=patient_id).values("id")
    rows = Change.objects.filter(clinic_id=clinic_id, appointment_id__in=visits)
    rows = rows.filter(Q(at__lt=before[0]) | Q(at=before[0], id__lt=before[1])).order_by("-at", "-id")[:limit]
    return [_change(row) for row in rows]


def _change(row: Change) -> ChangeView:
    return ChangeView(
        id=row.id,
        appointment_id=row.appointment_id,
        at=row.at,
        kind=ChangeKind(row.kind),
        starts_at=row.starts_at,
        was_at=row.was_at,
        actor_kind=row.actor_kind,
        actor_ref=row.actor_ref,
    )


def _view(row: Appointment) -> VisitView:
    return VisitView(
        id=row.id,
        external_id=row.external_id,
        source=row.source,
        patient_id=row.patient_id,
        starts_at=row.starts_at,
        duration=row.duration,
        clinician=row.clinician,
        service=row.service,
        site=row.site,
        state=VisitState(row.state),
        wants_another_time=row.wants_another_time,
        revision=row.revision,
    )


_VISITS: LiteralString = """
SELECT v.id, v.patient_id, v.starts_at, v.duration, v.clinician, v.service, v.site, v.state, v.wants_another_time,
    v.answer, coalesce(c.kind, 'booked'), coalesce(c.at, v.booked_at), coalesce(c.actor_kind, ''),
    coalesce(c.actor_ref, ''), coalesce(c.reason, ''), coalesce((
        SELECT k.name FROM appointments_taken t JOIN appointments_calendar k ON k.id = t.calendar_id
        WHERE t.clinic_id = v.clinic_id AND t.appointment_id = v.id AND NOT t.is_off AND k.kind = 'room' LIMIT 1), '')
FROM appointments_appointment v LEFT JOIN LATERAL (
    SELECT kind, at, actor_kind, actor_ref, reason FROM appointments_change x
    WHERE x.clinic_id = %s AND x.appointment_id = v.id ORDER BY x.at DESC, x.id DESC LIMIT 1) c ON true
"""
BETWEEN: LiteralString = (
    _VISITS
    + " WHERE v.clinic_id = %s AND v.starts_at >= %s AND v.starts_at < %s ORDER BY v.starts_at, v.clinician, v.id"
)
THESE: LiteralString = _VISITS + " WHERE v.clinic_id = %s AND v.id = ANY (%s) ORDER BY v.starts_at, v.clinician, v.id"


def between(clinic_id: UUID, start: datetime, end: datetime) -> list[DayVisit]:
    """The visits that begin between two moments, in order, cancelled ones too: one statement. Call it inside
    `clinic_scope`; the caller audits."""
    with plain_cursor() as cursor:
        return [_day(row) for row in cursor.execute(BETWEEN, (clinic_id, clinic_id, start, end)).fetchall()]


def expected_between(clinic_id: UUID, start: datetime, end: datetime) -> set[UUID]:
    """The patients with a visit between two moments that stands. Call it inside `clinic_scope`."""
    visits = Appointment.objects.filter(clinic_id=clinic_id, starts_at__gte=start, starts_at__lt=end)
    stands = visits.filter(state__in=(VisitState.BOOKED, VisitState.CONFIRMED))
    return set(stands.values_list("patient_id", flat=True))


def these(clinic_id: UUID, visit_ids: Collection[UUID]) -> list[DayVisit]:
    """These visits, in order. Call it inside `clinic_scope`; the caller audits."""
    names = arrays.uuid_array([one.bytes for one in visit_ids])
    with plain_cursor() as cursor:
        return [_day(row) for row in cursor.execute(THESE, (clinic_id, clinic_id, names)).fetchall()]


def _day(row: tuple[Any, ...]) -> DayVisit:
    name, patient, start, duration, clinician, service, site, state, wish, answer, kind, *last = row
    stands = (VisitState(state), wish, answer, ChangeKind(kind))
    return DayVisit(name, patient, start, duration, clinician, service, site, *stands, *last)
