"""Several visits of one day at one phone, a family's or one person's: which they are, and the one text about them; and the
series of `courses`. Wired under TOGETHER, for journeys.

Only who may hear of one another is put together: whose phone it is beyond doubt, who did not choose neutral texts, and whose
answer reaches us, since the text can't carry a link for each.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from recado.clinics import queries as clinics
from recado.consent import queries as consent
from recado.consent.types import Privacy, Purpose
from recado.contacts import queries as contacts
from recado.contacts.types import Reach
from recado.foundation.clock import local
from recado.foundation.dates import Day
from recado.foundation.phone import Phone
from recado.journeys.types import Letter
from recado.messaging import queries as wording
from recado.messaging.types import Way

from . import courses
from .letters import TEXTS
from .models import Appointment
from .states import VisitState
from .wordings import TOGETHER

Group = tuple[bytes, date]  # the phone and the day
OPEN = (VisitState.BOOKED, VisitState.CONFIRMED)
TEMPLATES = frozenset(TOGETHER)
SERIES = frozenset({"visit_confirmation"})
series = courses.courses


def groups(clinic_id: UUID, visit_ids: Collection[UUID]) -> dict[UUID, Group]:
    """The groups of two and more that these visits are in, by visit; the others of each group are there too. A few
    statements, however many visits. Call it inside `clinic_scope`."""
    zone = ZoneInfo(clinics.clinic_settings(clinic_id).time_zone)
    asked = dict(
        Appointment.objects.filter(clinic_id=clinic_id, id__in=list(visit_ids)).values_list("patient_id", "starts_at")
    )
    if not asked:
        return {}
    phones = set(contacts.blind_phones(clinic_id, asked).values())
    owners = contacts.owners_at(clinic_id, phones)
    first, last = min(asked.values()), max(asked.values())
    visits = Appointment.objects.filter(
        clinic_id=clinic_id,
        patient_id__in=list(owners),
        state__in=OPEN,
        starts_at__gte=_midnight(first, zone),
        starts_at__lt=_midnight(last, zone) + timedelta(days=2),
    )
    found: dict[Group, dict[UUID, UUID]] = {}
    for visit, patient, starts_at in visits.values_list("id", "patient_id", "starts_at"):
        found.setdefault((owners[patient], starts_at.astimezone(zone).date()), {})[visit] = patient
    several = {group: its for group, its in found.items() if len(its) > 1}
    fit = _fit(clinic_id, {patient: owners[patient] for its in several.values() for patient in its.values()})
    fitting = {group: [v for v, patient in its.items() if patient in fit] for group, its in several.items()}
    return {visit: group for group, its in fitting.items() if len(its) > 1 for visit in its}


def _midnight(moment: datetime, zone: ZoneInfo) -> datetime:
    return datetime.combine(moment.astimezone(zone).date(), time(0), zone).astimezone(UTC)


def _fit(clinic_id: UUID, people: Mapping[UUID, bytes]) -> set[UUID]:
    """Those of these people who may be named in a text together with others at their phone."""
    if not people:
        return set()
    levels = consent.privacy_of(clinic_id, people)
    standing = consent.standing_of(clinic_id, phones=sorted(set(people.values())), patients=list(people))
    way_of = wording.ways(clinic_id)
    reached = consent.recipients(clinic_id, people)
    return {
        patient
        for patient, phone in people.items()
        if reached[patient].phone_bi == phone  # nobody else is told in their place
        and levels[patient] >= Privacy.PLACE_AND_TIME
        and (patient, phone) not in standing.wrong
        and _is_heard(way_of, reached[patient])
    }


def _is_heard(way_of: Callable[[Phone | None, Purpose, str | None], Way | None], person: Reach) -> bool:
    way = way_of(person.phone, Purpose.CARE, None)
    return way is not None and way.is_heard


def compose(clinic_id: UUID, wanted: Sequence[tuple[Sequence[UUID], str]]) -> list[Letter]:
    """One text about the visits of each group, in the language of whoever is first, in the order given; `wanted` names the
    template that each visit would have had alone. Call it inside `clinic_scope`."""
    whole = courses.courses(clinic_id, {its[0] for its, template in wanted if template in SERIES})
    in_series = [_are_series(its, whole) for its, _ in wanted]
    told = iter(courses.compose(clinic_id, [its for (its, _), is_one in zip(wanted, in_series, strict=True) if is_one]))
    of_a_day = [one for one, is_one in zip(wanted, in_series, strict=True) if not is_one]
    days = iter(_of_a_day(clinic_id, of_a_day))
    return [next(told if is_one else days) for is_one in in_series]


def _are_series(its: Sequence[UUID], whole: Mapping[UUID, courses.Course]) -> bool:
    """Whether these visits belong to one series: a family's of one day don't."""
    return its[0] in whole and len({whole.get(one) for one in its}) == 1


def _of_a_day(clinic_id: UUID, wanted: Sequence[tuple[Sequence[UUID], str]]) -> list[Letter]:
    if not wanted:
        return []
    clinic = clinics.clinic_settings(clinic_id)
    visits = Appointment.objects.filter(clinic_id=clinic_id).in_bulk({visit for its, _ in wanted for visit in its})
    people = consent.recipients(clinic_id, {visit.patient_id for visit in visits.values()})
    writer = wording.writer(clinic_id, TEXTS, clinic.default_language)
    made = []
    for ids, template in wanted:
        its = sorted((visits[visit] for visit in ids), key=lambda visit: (visit.starts_at, visit.id))
        first = people[its[0].patient_id]
        is_one = len({visit.patient_id for visit in its}) == 1
        values: dict[str, wording.Value] = {
            "clinic": clinic.name,
            "phone": clinic.phone_shown,
            "name": first.first_name if is_one else "",
            "day": Day(local(its[0].starts_at, clinic.time_zone).date()),
            "visits": ", ".join(_line(visit, people, clinic.time_zone, with_name=not is_one) for visit in its),
        }
        written = writer.write(TOGETHER[template], Privacy.PLACE_AND_TIME, first.language, values)
        made.append(Letter(written.text, first.phone, its[0].starts_at, written.mark))
    return made


def _line(visit: Appointment, people: Mapping[UUID, Reach], time_zone: str, *, with_name: bool) -> str:
    """10:20, or Tom 10:20."""
    hour = f"{local(visit.starts_at, time_zone):%H:%M}"
    name = people[visit.patient_id].first_name
    return f"{name} {hour}" if with_name and name else hour
