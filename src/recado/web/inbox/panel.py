"""The patient beside a conversation: who they are, the next visit, what they agreed to, the visits before."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recado.appointments import queries as appointments
from recado.appointments.types import VisitState, VisitView
from recado.clinics import queries as clinics
from recado.clinics.types import CareBasis
from recado.consent import queries as consent
from recado.consent.types import PurposeGroup
from recado.contacts import queries as contacts
from recado.contacts.types import PatientView, Reach
from recado.conversations import queries as conversations
from recado.conversations.types import ThreadRow
from recado.web import dates, languages, visit_words
from recado.web.calendar.facts import KIND
from recado.web.chips import Chip

from .lines import Desk

HISTORY = 5

GROUPS: dict[PurposeGroup, Any] = {
    PurposeGroup.CARE: gettext_lazy("Care messages"),
    PurposeGroup.BILLING: gettext_lazy("Bills"),
    PurposeGroup.SURVEY: gettext_lazy("Surveys"),
    PurposeGroup.NEWS: gettext_lazy("News and campaigns"),
}


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit in words."""

    id: UUID
    when: str
    service: str
    clinician: str
    site: str
    chip: Chip
    may_confirm: bool
    may_cancel: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything beside the conversation; `patient` is None where nobody is known or chosen."""

    patient: PatientView | None
    born: str
    age: int | None
    language: str
    is_old_number: bool
    family: list[Reach]
    next: Visit | None
    before: list[Visit]
    consent: list[tuple[Any, Chip]]
    upcoming: VisitView | None = None
    not_theirs: tuple[Reach, ...] = ()  # who has this phone on record although it was said not to be theirs
    texted_since: str = ""  # a number that is nobody's: since when it is on record


def panel(clinic_id: UUID, row: ThreadRow, family: list[Reach], at: Desk) -> Panel:
    """Call it inside `clinic_scope`; the caller audits."""
    whom = about(row, family)
    patient = contacts.patient(clinic_id, whom) if whom else None
    if patient is None:
        since = None if family else contacts.nobodys_since(clinic_id, row.phone_bi)
        said, texted = _consent(clinic_id, None, row, at), _day(since, at) if since else ""
        wrong = tuple(conversations.not_theirs(clinic_id, row.phone_bi))
        return Panel(None, "", None, "", False, family, None, [], said, not_theirs=wrong, texted_since=texted)
    visits = appointments.visits_of(clinic_id, [patient.id])
    ahead = [v for v in visits if v.starts_at > at.now and v.state is not VisitState.CANCELLED]
    before = [v for v in visits if v.starts_at <= at.now][-HISTORY:]
    asked = conversations.asked_about(clinic_id, KIND, [v.id for v in ahead[:1]])
    return Panel(
        patient=patient,
        born=dates.full_date(patient.birth_date) if patient.birth_date else "",
        age=_age(patient.birth_date, at.now.date()),
        language=languages.own_name(patient.language),
        is_old_number=patient.phone is None or patient.phone.e164 != row.phone.e164,
        family=family,
        next=_visit(ahead[0], at, is_asked=bool(asked)) if ahead else None,
        upcoming=ahead[0] if ahead else None,
        before=[_visit(visit, at) for visit in reversed(before)],
        consent=_consent(clinic_id, patient.id, row, at),
        not_theirs=tuple(conversations.not_theirs(clinic_id, row.phone_bi)),
    )


def about(row: ThreadRow, family: list[Reach]) -> UUID | None:
    """Whom the conversation is about: the one who was chosen, or the only one whose phone it is."""
    if any(person.patient_id == row.patient_id for person in family):
        return row.patient_id
    return family[0].patient_id if len(family) == 1 else None


def _age(born: date | None, today: date) -> int | None:
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _visit(visit: VisitView, at: Desk, *, is_asked: bool = True) -> Visit:
    start = visit.starts_at.astimezone(at.zone)
    is_ahead = visit.starts_at > at.now
    return Visit(
        id=visit.id,
        when=_near(start, at.now),
        service=visit.service,
        clinician=visit.clinician,
        site=visit.site,
        chip=_visit_chip(visit, is_ahead, is_asked),
        may_confirm=is_ahead and (visit.state is VisitState.BOOKED or visit.wants_another_time),
        may_cancel=is_ahead and visit.state in (VisitState.BOOKED, VisitState.CONFIRMED),
    )


def _near(start: datetime, now: datetime) -> str:
    days = (start.date() - now.date()).days
    if days == 0:
        return _("Today %(time)s") % {"time": dates.clock(start)}
    if days == 1:
        return _("Tomorrow %(time)s") % {"time": dates.clock(start)}
    return dates.short_moment(start)


def _visit_chip(visit: VisitView, is_ahead: bool, is_asked: bool) -> Chip:
    return visit_words.brief(visit, is_asked=is_asked, is_ahead=is_ahead)


def _consent(clinic_id: UUID, patient_id: UUID | None, row: ThreadRow, at: Desk) -> list[tuple[Any, Chip]]:
    said = consent.said_of(clinic_id, phone_bi=row.phone_bi, patient_id=patient_id)
    basis = clinics.clinic_settings(clinic_id).care_basis
    return [(name, _agreed(group, said, basis, at)) for group, name in GROUPS.items()]


def _agreed(group: PurposeGroup, said: consent.SaidOf, basis: CareBasis, at: Desk) -> Chip:
    stopped = said.withdrawn.get(group)
    if stopped is not None:
        return Chip("bad", "bell-off", _("Stopped, %(day)s") % {"day": _day(stopped, at)})
    permitted = said.permitted.get(group)
    if permitted is not None:
        return Chip("ok", "check", _("Yes, %(day)s") % {"day": _day(permitted, at)})
    is_care = group in (PurposeGroup.CARE, PurposeGroup.BILLING)
    if is_care and basis is CareBasis.CARE:
        return Chip("ok", "check", _("Yes, part of the care"))
    return Chip("mute", "minus", _("No"))


def _day(moment: datetime, at: Desk) -> str:
    return dates.full_date(moment.astimezone(at.zone).date())
