"""The page of one patient: who it is, everything that happened, how to reach them, what they permit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from recado.appointments import queries as appointments
from recado.appointments.types import VisitState, VisitView
from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.clinics.types import ClinicSettings
from recado.consent import queries as consent
from recado.consent.types import Choice, PurposeGroup, Stand
from recado.contacts import queries as contacts
from recado.contacts.types import AddressView, PatientView, Reach
from recado.conversations import queries as conversations
from recado.foundation import audit, business_time
from recado.foundation.tenancy import clinic_scope
from recado.messaging import queries as messaging
from recado.web import dates, numbers, shell, visit_words
from recado.web.calendar.facts import KIND
from recado.web.chips import Chip
from recado.web.patients import carers, happenings, noting, papers, standing, timeline, words
from recado.web.patients.timeline import Show
from recado.web.sign_in.at_work import clinic_of

COMING = 5  # visits on the card


@dataclass(frozen=True, slots=True)
class Line:
    """One group of the consent card."""

    name: Any
    chip: Chip
    why: str
    stand: Stand
    code: str


@dataclass(frozen=True, slots=True)
class Coming:
    """One visit on the card."""

    id: UUID
    day: str  # ISO, for the day's address
    when: str
    facts: str
    chip: Chip
    is_confirmed: bool


@needs(Permission.SEE_PATIENTS)
@require_safe
def patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Opening it is audited; bringing an open page up to date is not."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        context = facts(request, patient_id)
        context |= _story(request, context) | noting.choices() | carers.card(clinic_id, patient_id, context["zone"])
        if context["may_see_texts"]:
            context["stages"] = standing.of_patient(clinic_id, patient_id, str(context["zone"]))
        if context["may_see_documents"]:
            context |= papers.card(clinic_id, patient_id, context["zone"])
        if request.headers.get("X-Live") != "true":
            audit.record(clinic_id=clinic_id, by=shell.actor(request), action="patient.open", patient_id=patient_id)
    return shell.page(request, "recado/patients/patient.html", context, at="patients")


def facts(request: HttpRequest, patient_id: UUID) -> dict[str, Any]:
    """What every page about a patient shows of them. Call it inside `clinic_scope`. Raises Http404."""
    clinic_id = clinic_of(request)
    clinic = clinics.clinic_settings(clinic_id)
    person = contacts.patient(clinic_id, patient_id)
    if person is None:
        raise Http404("no such patient")
    zone, now = ZoneInfo(clinic.time_zone), business_time.now()
    visits = appointments.visits_of(clinic_id, [patient_id])
    phone = person.phone_bi
    staff = {str(one.user_id): one.name for one in clinics.staff(clinic_id)}
    choices = consent.choices(clinic_id, patient_id, phone, clinic.care_basis)
    return {
        "person": person,
        "clinic_name": clinic.name,
        "wording": consent.shown(person.language, clinic.name),
        "first_name": person.name.split(" ", 1)[0],
        "born": words.born(person.birth_date, now.astimezone(zone).date()) if person.birth_date else "",
        "source": _source(visits),
        "updated": dates.short_moment(person.updated_at.astimezone(zone)) if person.updated_at else "",
        "visits": visits,
        "coming": _coming(clinic_id, visits, zone, now),
        **noting.levels(
            consent.level_chosen(clinic_id, patient_id),
            consent.level_at(clinic_id, patient_id, phone),
            may_agree=consent.may_agree(clinic_id, patient_id, phone),
        ),
        "agreed_for": noting.agreed_for(phone),
        "clinical_wording": consent.clinical_shown(person.language, clinic.name).lead,
        "consent": [_line(choice, staff, zone) for choice in choices],
        "is_stopped": any(choice.stand is Stand.STOPPED for choice in choices),
        "is_silent": all(choice.stand is Stand.STOPPED for choice in choices),
        "others": _others(clinic_id, person),
        "staff_names": staff,
        "now": now,
        "zone": zone,
        **_how_to_reach(clinic, person, choices),
        **_may(request),
    }


def _may(request: HttpRequest) -> dict[str, bool]:
    role = request.role  # type: ignore[attr-defined]
    return {
        "may_change": role.may(Permission.CHANGE_PATIENTS),
        "may_reply": role.may(Permission.REPLY),
        "may_see_documents": role.may(Permission.SEE_DOCUMENTS),
        "may_send_documents": role.may(Permission.SEND_DOCUMENTS),
        "may_see_visits": role.may(Permission.SEE_APPOINTMENTS),
        "may_change_visits": role.may(Permission.CHANGE_APPOINTMENTS),
        "may_see_texts": role.may(Permission.SEE_MESSAGES),
        "may_export": role.may(Permission.ANSWER_DATA_REQUESTS),
    }


def _source(visits: Sequence[VisitView]) -> str:
    """The system that told of the newest visit."""
    return visits[-1].source if visits else ""


def _coming(clinic_id: UUID, visits: Sequence[VisitView], zone: ZoneInfo, now: datetime) -> list[Coming]:
    ahead = [visit for visit in visits if visit.starts_at >= now and visit.state != VisitState.CANCELLED]
    asked = conversations.asked_about(clinic_id, KIND, [visit.id for visit in ahead[:COMING]])
    return [
        Coming(
            visit.id,
            visit.starts_at.astimezone(zone).date().isoformat(),
            dates.short_moment(visit.starts_at.astimezone(zone)),
            ", ".join(fact for fact in (visit.clinician, visit.service, visit.site) if fact),
            visit_words.brief(visit, is_asked=visit.id in asked),
            visit.state == VisitState.CONFIRMED and not visit.wants_another_time,
        )
        for visit in ahead[:COMING]
    ]


def _line(choice: Choice, staff: dict[str, str], zone: ZoneInfo) -> Line:
    chip = happenings.STANDS[choice.stand]
    parts = [str(chip.why)] if chip.why else []
    if choice.proof:
        proof = choice.proof
        parts = [
            dates.full_date(proof.at.astimezone(zone)),
            happenings.how(proof.how),
            happenings.by(proof.actor_kind, proof.actor_ref, staff),
        ]
    why = ", ".join(part for part in parts if part)
    return Line(happenings.GROUPS[choice.group], chip, why, choice.stand, choice.group.name.lower())


def _others(clinic_id: UUID, person: PatientView) -> list[Reach]:
    """Who else is reached at the same number."""
    if person.phone_bi is None:
        return []
    return [one for one in contacts.patients_at(clinic_id, person.phone_bi) if one.patient_id != person.id]


def _how_to_reach(clinic: ClinicSettings, person: PatientView, choices: Sequence[Choice]) -> dict[str, Any]:
    phone = person.phone_bi
    standing = consent.standing_of(clinic.id, phones=[phone] if phone else [], patients=[person.id])
    is_wrong = (person.id, phone) in standing.wrong
    fate = messaging.last_fates(clinic.id, [phone]).get(phone) if phone else None
    is_stopped = any(choice.stand is Stand.STOPPED and choice.group is PurposeGroup.CARE for choice in choices)
    code = words.reach(person, is_wrong=is_wrong, is_stopped=is_stopped, fate=fate)
    zone = ZoneInfo(clinic.time_zone)
    hours = clinic.quiet_hours
    return {
        "phones": contacts.phones_of(clinic.id, person.id),
        "phone_shown": numbers.national(person.phone.e164) if person.phone else "",
        "phone_called": numbers.callable_number(person.phone.e164) if person.phone else "",
        "reach": words.REACH[code],
        "reach_why": words.reach_why(code, fate.at.astimezone(zone) if fate else None),
        "is_wrong": is_wrong,
        "language_name": words.language_name(person.language),
        "hours": "" if hours.opens is None or hours.closes is None else f"{hours.opens:%H:%M}–{hours.closes:%H:%M}",
    }


def _story(request: HttpRequest, known: dict[str, Any]) -> dict[str, Any]:
    wanted = request.GET.get("show", "")
    show = Show(wanted) if wanted in set(Show) else Show.ALL
    phones: list[AddressView] = known["phones"]
    subject = timeline.Subject(
        clinic_id=clinic_of(request),
        person=known["person"],
        phones=tuple({one.phone_bi for one in phones}),
        visits={visit.id: visit for visit in known["visits"]},
        zone=known["zone"],
        staff=known["staff_names"],
        sees_texts=known["may_see_texts"],
    )
    before = timeline.read_cursor(request.GET.get("before", ""))
    part = timeline.timeline(subject, show, known["now"], before)
    return {"show": show, "shows": timeline.SHOWN.items(), "story": part, "is_older": before is not None}
