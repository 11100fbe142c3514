"""Visits that were booked together as a series, a course of physiotherapy, say: which they are, and the one text that tells of
them. Each visit keeps its own reminder.

Nobody says of a visit that it belongs to a series. What is booked for one person within a few minutes, for the same service and
clinician on three days and more, is one. Where a system names one of the two only, that is enough.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from recado.clinics import queries as clinics
from recado.consent import queries as consent
from recado.contacts.types import Reach
from recado.foundation import business_time
from recado.foundation.clock import local
from recado.foundation.dates import Day, When
from recado.journeys.types import Letter
from recado.messaging import actions as messaging
from recado.messaging import queries as wording

from . import letters
from .course_wordings import COURSE, RHYTHMS
from .models import Appointment
from .states import VisitState

Course = tuple[UUID, str, str, datetime]  # the person, what for, with whom, and when the first of them was booked
OPEN = (VisitState.BOOKED, VisitState.CONFIRMED)
LEAST = 3  # on so many days
WITHIN = timedelta(minutes=10)  # booked one behind the other


def courses(clinic_id: UUID, visit_ids: Collection[UUID]) -> dict[UUID, Course]:
    """The series that these visits are in, by visit, with the others of each. Two statements, however many. Call it inside
    `clinic_scope`."""
    asked = Appointment.objects.filter(clinic_id=clinic_id, id__in=list(visit_ids))
    people = set(asked.values_list("patient_id", flat=True))
    visits = Appointment.objects.filter(
        clinic_id=clinic_id, patient_id__in=people, state__in=OPEN, starts_at__gt=business_time.now()
    )
    zone = ZoneInfo(clinics.clinic_settings(clinic_id).time_zone)
    named = visits.exclude(service="", clinician="").order_by("booked_at", "id") if people else ()
    return _courses(named, zone)


def _courses(visits: Iterable[Appointment], zone: ZoneInfo) -> dict[UUID, Course]:
    """`visits`: in the order in which they were booked."""
    found: dict[Course, list[Appointment]] = {}
    latest: dict[tuple[UUID, str, str], Course] = {}
    for visit in visits:
        alike = visit.patient_id, visit.service, visit.clinician
        course = latest.get(alike)
        if course is None or visit.booked_at - found[course][-1].booked_at > WITHIN:
            course = latest[alike] = (*alike, visit.booked_at)
        found.setdefault(course, []).append(visit)
    days = {course: {one.starts_at.astimezone(zone).date() for one in its} for course, its in found.items()}
    return {one.id: course for course, its in found.items() if len(days[course]) >= LEAST for one in its}


def dates_of(visit: Appointment) -> tuple[datetime, ...]:
    """When the visits of its series are, itself among them, in order; none: it stands alone. Call it inside `clinic_scope`."""
    course = courses(visit.clinic_id, [visit.id])
    if visit.id not in course:
        return ()
    its = [name for name, one in course.items() if one == course[visit.id]]
    rows = Appointment.objects.filter(clinic_id=visit.clinic_id, id__in=its).order_by("starts_at", "id")
    return tuple(rows.values_list("starts_at", flat=True))


def compose(clinic_id: UUID, wanted: Sequence[Sequence[UUID]]) -> list[Letter]:
    """One text about the visits of each series, in the order given: the first, how many, how often, and the link to the first,
    whose page names all. Call it inside `clinic_scope`."""
    clinic = clinics.clinic_settings(clinic_id)
    visits = Appointment.objects.filter(clinic_id=clinic_id).in_bulk({visit for its in wanted for visit in its})
    people = consent.recipients(clinic_id, {visit.patient_id for visit in visits.values()})
    said = consent.most_said(clinic_id, people.values())
    series = [sorted((visits[one] for one in its), key=lambda one: (one.starts_at, one.id)) for its in wanted]
    links = messaging.make_links(
        clinic_id=clinic_id, wishes=[letters.to_visit(its[0], people[its[0].patient_id]) for its in series]
    )
    writer = wording.writer(clinic_id, letters.TEXTS, clinic.default_language)
    made = []
    for its, link in zip(series, links, strict=True):
        person = people[its[0].patient_id]
        whose = {"clinic": clinic.name, "phone": clinic.phone_shown, "name": person.first_name, "link": link}
        values = {**whose, **_values(its, clinic.time_zone)}
        written = writer.write(COURSE, said[person.patient_id, person.phone_bi], person.language, values)
        made.append(_letter(written, person, its[0]))
    return made


def _letter(written: wording.Written, person: Reach, first: Appointment) -> Letter:
    """A number in an answer would be said of all: whoever wants another time opens the page, or writes which day they mean."""
    return Letter(written.text, person.phone, first.starts_at, written.mark, takes_answers=False)


def _values(its: Sequence[Appointment], time_zone: str) -> Mapping[str, wording.Value]:
    every = [local(one.starts_at, time_zone) for one in its]
    return {
        "when": When(its[0].starts_at, time_zone),
        "day": Day(every[-1].date()),
        "count": str(len(its)),
        "rhythm": rhythm(every),
    }


def rhythm(moments: Sequence[datetime]) -> wording.Spoken | str:
    """How often, in words, where the visits are equally far apart, at one time of the day by the clock; else nothing. Pure."""
    apart = {(later.date() - earlier.date()).days for earlier, later in pairwise(moments)}
    if len(apart) != 1 or len({(one.hour, one.minute) for one in moments}) != 1:
        return ""
    words = RHYTHMS.get(apart.pop())
    return wording.Spoken(words) if words else ""
