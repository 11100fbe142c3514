"""What an answer does to a visit, by text or by link. Wired under REPLY_HANDLERS, SEVERAL_REPLIES, DESCRIPTIONS, LINK_PAGES,
LINK_TEXTS."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from recado.clinics import queries as clinics
from recado.clinics.types import SiteView
from recado.consent import queries as consent
from recado.consent.types import Purpose
from recado.contacts import queries as contacts
from recado.contacts.types import Reach
from recado.conversations.types import Settlement, TimeWish, VisitPage
from recado.foundation import audit, bulk, business_time
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.audit import AuditLine
from recado.foundation.wiring import wired
from recado.information import queries as information
from recado.journeys import actions as journeys
from recado.messaging import queries as texts
from recado.tasks import actions as tasks
from recado.tasks.types import TaskKind

from . import by_text, choosing, claims, courses, desk, left_alone, letters, times, waitlist, waitlist_joining
from .models import Appointment, Change
from .rooms import rooms_of
from .steps import changes
from .types import PRESENCE, ChangeKind, SlotTaken, VisitState

BY_TEXT = "sms"  # how an actor is named who answers by text
TEXT_OF = {
    "confirmed": "answer_confirmed",
    "cancelled": "answer_cancelled",
    "change_noted": "answer_change_noted",
    "taken_back": "answer_confirmed",
    "arrived": "answer_arrived",
    "too_late": "answer_too_late",
}


def settle_wish(clinic_id: UUID, visit_id: UUID, wish: TimeWish | None, by: Actor) -> Settlement:
    """They want another time, and have said which. Wired under WISH_HANDLERS. Call it inside `clinic_scope`."""
    return settle(clinic_id, visit_id, "change", by, wish=wish)


def settle(
    clinic_id: UUID, visit_id: UUID, answer: str, by: Actor, reason: str = "", wish: TimeWish | None = None
) -> Settlement:
    """Does what the patient answered and returns what they are told. `reason`: why they cancel, a PatientReason; `wish`: when
    they would rather come. Call it inside `clinic_scope`.

    A visit that has begun, or that is cancelled, can't be changed this way: the patient is told to call. Who says that they
    are here may do so a little late.
    """
    return settle_all(clinic_id, [(visit_id, answer, wish)], by, reason=reason)[0]


def settle_all(
    clinic_id: UUID, answers: Sequence[tuple[UUID, str, TimeWish | None]], by: Actor, *, reason: str = ""
) -> list[Settlement]:
    """The same for the answers about several visits, each another: as many statements as for one, but where times are offered
    or taken again. Call it inside `clinic_scope`."""
    locked = Appointment.objects.select_for_update().filter(
        clinic_id=clinic_id, id__in=[name for name, _, _ in answers]
    )
    visits = {visit.id: visit for visit in locked.order_by("id")}
    now = business_time.now()
    outcomes: list[tuple[Appointment, str]] = []
    kept: list[tuple[Appointment, str]] = []
    for visit_id, answer, _ in answers:
        visit = visits[visit_id]
        is_said_twice = answer == "arrived" and visit.state == VisitState.ARRIVED  # or the desk was quicker
        outcome = "arrived" if is_said_twice else _apply(visit, answer, now, by)
        outcomes.append((visit, _with_time(visit, outcome)))
        if not is_said_twice and outcomes[-1][1] != "too_late":
            kept.append(outcomes[-1])
    claims.give_back(clinic_id, [visit.id for visit, outcome in kept if outcome == "cancelled"])
    wishing = [visit for visit, outcome in kept if outcome == "change_noted" and by.ref == BY_TEXT]
    wishes = {visit_id: wish for visit_id, _, wish in answers}
    made = {visit.id: by_text.offer(visit, by, wish=wishes[visit.id]) for visit in wishing}
    offered = {visit_id: offer for visit_id, offer in made.items() if offer is not None}
    _keep(clinic_id, kept, now, by, reason=reason, offered=offered.keys())
    told = iter(_told(clinic_id, [one for one in outcomes if one[0].id not in offered]))
    return [offered.get(visit.id) or next(told) for visit, _ in outcomes]


def alike(clinic_id: UUID, answers: Sequence[tuple[UUID, str]]) -> set[UUID]:
    """The visits whose answers need no lock but theirs: kept, cancelled, or another time of which a person finds one, since it was
    booked elsewhere (`choosing`). Call it inside `clinic_scope`."""
    wishing = [visit_id for visit_id, answer in answers if answer == "change"]
    elsewhere = Appointment.objects.filter(clinic_id=clinic_id, id__in=wishing).exclude(source=times.OWN)
    plain = {visit_id for visit_id, answer in answers if answer in ("confirm", "cancel")}
    return plain.union(elsewhere.values_list("id", flat=True) if wishing else ())


def _told(clinic_id: UUID, outcomes: Sequence[tuple[Appointment, str]]) -> list[Settlement]:
    if not outcomes:
        return []
    wanted = [(visit, TEXT_OF[outcome]) for visit, outcome in outcomes]
    written = letters.write(clinic_id, wanted, purpose=Purpose.ANSWER)
    return [
        Settlement(outcome, told.text, is_over=outcome == "cancelled", wording=told.mark)
        for (_, outcome), told in zip(outcomes, written, strict=True)
    ]


def _apply(visit: Appointment, answer: str, now: datetime, by: Actor) -> str:
    if answer == "arrived" and ChangeKind.ARRIVED in desk.may_be_said(VisitState(visit.state), visit.starts_at, now):
        visit.state, visit.wants_another_time = VisitState.ARRIVED, False
        return "arrived"
    if answer == "arrived" or visit.starts_at <= now or visit.state in PRESENCE:
        return "too_late"
    if answer == "take_back":
        if visit.state != VisitState.CANCELLED or visit.answer != "cancel":
            return "too_late"
        if not waitlist.stands_again(visit, by):
            return "too_late"
        visit.state, visit.answer = VisitState.BOOKED, ""
        return "taken_back"
    if visit.state == VisitState.CANCELLED:
        return "cancelled" if answer == "cancel" and visit.answer == "cancel" else "too_late"
    visit.answer = answer
    if answer == "confirm":
        visit.state, visit.wants_another_time = VisitState.CONFIRMED, False
        return "confirmed"
    if answer == "cancel":
        visit.state, visit.wants_another_time = VisitState.CANCELLED, False
        return "cancelled"
    visit.state, visit.wants_another_time = VisitState.BOOKED, True
    return "change_noted"


def _with_time(visit: Appointment, outcome: str) -> str:
    """The visit's time is taken again while nobody has it."""
    if outcome == "taken_back":
        try:
            claims.take_again(visit.clinic_id, visit.id)
        except SlotTaken:
            return "too_late"
    return outcome


CHANGE_OF = {
    "confirmed": ChangeKind.CONFIRMED,
    "cancelled": ChangeKind.CANCELLED,
    "change_noted": ChangeKind.WISHED,
    "taken_back": ChangeKind.TAKEN_BACK,
    "arrived": ChangeKind.ARRIVED,
}


def _keep(
    clinic_id: UUID,
    kept: Sequence[tuple[Appointment, str]],
    now: datetime,
    by: Actor,
    *,
    reason: str,
    offered: Collection[UUID],
) -> None:
    if not kept:
        return
    for visit, _ in kept:
        visit.updated_at = now
    bulk.update([visit for visit, _ in kept], ["state", "answer", "wants_another_time", "updated_at"])
    bulk.insert([_change(visit, outcome, now, by, reason) for visit, outcome in kept])
    _plan(clinic_id, kept, by)
    by_text.all_over(clinic_id, [visit.id for visit, _ in kept if visit.id not in offered])
    for visit, outcome in kept:
        if outcome == "arrived":
            tasks.finish_about(clinic_id=clinic_id, kinds=desk.ANSWERED, subject_id=visit.id, by=by)
    # Of times that nobody chooses, `by_text` makes a task later.
    noted = [visit for visit, outcome in kept if outcome == "change_noted" and visit.id not in offered]
    by_text.a_person_looks(clinic_id, noted, by)
    audit.record_many(
        [
            AuditLine(clinic_id, by, f"appointment.{CHANGE_OF[outcome]}", visit.patient_id, f"appointment:{visit.id}")
            for visit, outcome in kept
        ]
    )
    off = [visit for visit, outcome in kept if outcome == "cancelled"]
    if off:
        tasks.finish_about_each(
            clinic_id=clinic_id, kinds=[TaskKind.NOBODY_THERE], subject_ids=[visit.id for visit in off], by=by
        )
    waitlist.freed(clinic_id, off)
    left_alone.stand_again(clinic_id, [visit for visit, outcome in kept if outcome == "taken_back"], by)


def _plan(clinic_id: UUID, kept: Sequence[tuple[Appointment, str]], by: Actor) -> None:
    """Who cancels by link is told once more by text. Who answers a text has the answer to it, and staff say themselves whether a
    text goes (`desk.cancel`)."""
    is_told = by.kind is ActorKind.PATIENT and by.ref != BY_TEXT
    for announce in (True, False):
        ours = [visit for visit, outcome in kept if (is_told or outcome != "cancelled") is announce]
        if ours:
            told = changes(clinic_id, [(visit, False) for visit in ours])
            journeys.plan(clinic_id=clinic_id, changes=told, announce=announce)


def _change(visit: Appointment, outcome: str, now: datetime, by: Actor, reason: str) -> Change:
    return Change(
        clinic_id=visit.clinic_id,
        appointment_id=visit.id,
        at=now,
        kind=CHANGE_OF[outcome],
        starts_at=visit.starts_at,
        reason=reason if outcome == "cancelled" else "",
        actor_kind=by.kind,
        actor_ref=by.ref,
    )


def describe(clinic_id: UUID, visit_ids: Sequence[UUID], language: str) -> list[str]:
    """A line for each visit, to ask back which is meant; with first names where they belong to several people."""
    visits = Appointment.objects.filter(clinic_id=clinic_id).in_bulk(visit_ids)
    people = contacts.reach(clinic_id, {visit.patient_id for visit in visits.values()})
    clinic = clinics.clinic_settings(clinic_id)
    return [
        letters.choice_line(
            clinic,
            visits[key].starts_at,
            people[visits[key].patient_id].first_name,
            language,
            with_name=len(people) > 1,
        )
        for key in visit_ids
    ]


def page(clinic_id: UUID, visit_id: UUID, phone_bi: bytes | None) -> VisitPage | None:
    """What the page behind a visit's link shows. Call it inside `clinic_scope`."""
    visit = Appointment.objects.filter(clinic_id=clinic_id, id=visit_id).first()
    if visit is None:
        return None
    audit.record(
        clinic_id=clinic_id,
        by=Actor(ActorKind.PATIENT, "link"),
        action="appointment.view",
        patient_id=visit.patient_id,
        subject=f"appointment:{visit.id}",
    )
    return shown(visit, phone_bi)


def shown(visit: Appointment, phone_bi: bytes | None) -> VisitPage:
    """A visit as the pages behind a link show it. Call it inside `clinic_scope`; the caller audits."""
    clinic_id = visit.clinic_id
    clinic = clinics.clinic_settings(clinic_id)
    person = consent.recipients(clinic_id, [visit.patient_id])[visit.patient_id]
    site = _site(clinic_id, visit.site)
    stopped_at = consent.stopped_at(clinic_id, phone_bi) if phone_bi else None
    is_shared = phone_bi is not None and (
        consent.wish_at(clinic_id, phone_bi).is_shared or contacts.is_shared(clinic_id, phone_bi)
    )
    is_ahead = visit.starts_at > business_time.now()
    at, address = site.name if site else visit.site, site.address if site else clinic.address
    pages = information.for_visit(clinic_id, visit.service, at, person.language)
    is_shown = bool(at or address) and not (site and site.directions_url)
    way = next((one for one in pages if one.shows_way), None) if is_shown else None
    return VisitPage(
        clinic_id=clinic_id,
        clinic_name=clinic.name,
        clinic_phone=clinic.phone_shown,
        first_name="" if is_shared else person.first_name,
        language=person.language,
        starts_at=visit.starts_at.astimezone(ZoneInfo(clinic.time_zone)),
        duration=visit.duration,
        clinician=visit.clinician,
        service=visit.service,
        room=rooms_of(clinic_id, [visit.id]).get(visit.id, ""),
        site_name=at,
        site_address=address,
        directions_url=site.directions_url if site else "",
        way=way,
        course=tuple(one.astimezone(ZoneInfo(clinic.time_zone)) for one in courses.dates_of(visit)) if is_ahead else (),
        state=visit.state,
        wants_another_time=visit.wants_another_time,
        is_stopped=stopped_at is not None,
        stopped_at=stopped_at,
        may_take_back=visit.state == VisitState.CANCELLED and visit.answer == "cancel" and is_ahead,
        receiving_number=_heard_at(clinic_id, person),
        languages=clinic.languages,
        opening_hours=clinic.opening_hours,
        may_choose=choosing.service_of(clinic_id, visit) is not None,
        pages=tuple(one for one in pages if one is not way),
        may_wait=waitlist_joining.may_wait(clinic_id, visit),
        forms=tuple(wired("VISIT_FORMS", "documents")(clinic_id, visit.id)),
    )


def _heard_at(clinic_id: UUID, person: Reach) -> str:
    """The number that this person can write to; empty where texts to them come from a name."""
    way = texts.ways(clinic_id)(person.phone, Purpose.CARE, None)
    return way.sender if way and way.is_heard else ""


def _site(clinic_id: UUID, name: str) -> SiteView | None:
    """The clinic's site of that name; where the source names none, its only one."""
    if not name:
        sites = clinics.sites(clinic_id)
        return sites[0] if len(sites) == 1 else None
    # One that has been closed since keeps its address for what was booked there.
    named = (site for site in clinics.sites(clinic_id, with_closed=True) if site.name.casefold() == name.casefold())
    return next(named, None)


def fresh_link_text(clinic_id: UUID, visit_id: UUID) -> str | None:
    """The text with a new link, for a visit that is still to come. None: there is nothing to link to."""
    visit = Appointment.objects.filter(clinic_id=clinic_id, id=visit_id).first()
    if visit is None or visit.starts_at <= business_time.now() or visit.state == VisitState.CANCELLED:
        return None
    return letters.write(clinic_id, [(visit, "visit_confirmation")])[0].text
