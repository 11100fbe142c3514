"""What the pages behind the links of the waitlist show: an offer to one person, and the form to join. Call it inside
`clinic_scope`."""

from dataclasses import replace
from uuid import UUID

from recado.clinics import queries as clinics
from recado.contacts import queries as contacts
from recado.conversations import queries as conversations
from recado.conversations.types import DECLINE, OFFER, OfferState, VisitPage
from recado.foundation import audit, business_time
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.clock import local

from . import choosing, free, letters, replies, waitlist_joining, waitlist_queries
from . import waitlist_rows as rows
from .bookable import Slot
from .models import Appointment, FreedTime
from .waitlist_texts import KIND
from .waitlist_types import FreedState, JoinFacts, OfferFacts, OwnVisit, Waiting

BY_LINK = Actor(ActorKind.PATIENT, "link")
MOST_SLOTS = 3  # that are shown to who came too late


def of_offer(row: FreedTime, patient_id: UUID, phone_bi: bytes | None) -> VisitPage:
    """The free time as the frame of every patient's page wants it."""
    _note(row.clinic_id, "waitlist.offer_view", patient_id, row.id)
    state = facts_of(row, patient_id).outcome
    shown = replies.shown(rows.as_visit(row, patient_id), phone_bi)
    return replace(shown, kind=OFFER, state=state, may_choose=False, may_wait=False)


def offer_facts(clinic_id: UUID, offered_id: UUID) -> OfferFacts | None:
    """What an offer's page says besides the time. None: there is no such offer of a freed time."""
    found = conversations.offered(clinic_id, offered_id)
    if found is None or found[0] != waitlist_queries.KIND:
        return None
    row = FreedTime.objects.filter(clinic_id=clinic_id, id=found[1]).first()
    return facts_of(row, found[2]) if row else None


def facts_of(row: FreedTime, patient_id: UUID) -> OfferFacts:
    """How the offer of this time stands for this person."""
    clinic_id, now = row.clinic_id, business_time.now()
    (offer,) = [one for one in conversations.offers_about(clinic_id, KIND, [row.id]) if one.id == row.offer_id]
    answer = next((one.answer for one in offer.offered if one.patient_id == patient_id), "")
    is_open = offer.state is OfferState.OPEN and now < offer.closes_at and row.state == FreedState.OFFERING
    over = "gone" if offer.state is OfferState.TAKEN else "over"
    undecided = "open" if is_open else over
    outcome = "won" if offer.winner_id == patient_id else "declined" if answer == DECLINE else undecided
    entry = next((one for one in waitlist_queries.waiting_of(clinic_id, patient_id)), None)
    has = _own(clinic_id, patient_id, entry.visit_id if entry else None)
    zone = clinics.clinic_settings(clinic_id).time_zone
    return OfferFacts(
        outcome=outcome,
        is_open=is_open,
        others=len(offer.offered) - 1,
        closes_at=offer.closes_at,
        has=has,
        is_waiting=entry is not None,
        patient_id=patient_id,
        day=local(row.starts_at, zone).date(),
        free=_free(clinic_id, has) if outcome in ("gone", "over") else (),
    )


def _own(clinic_id: UUID, patient_id: UUID, visit_id: UUID | None) -> OwnVisit | None:
    ahead = Appointment.objects.filter(
        clinic_id=clinic_id, patient_id=patient_id, state__in=rows.AHEAD, starts_at__gt=business_time.now()
    )
    visit = ahead.filter(id=visit_id).first() if visit_id else None
    return OwnVisit(visit.id, visit.starts_at, visit.clinician) if visit else None


def _free(clinic_id: UUID, has: OwnVisit | None) -> tuple[Slot, ...]:
    """Earlier times to which they may move their visit by themselves, the next first."""
    choice = choosing.choice(clinic_id, has.id) if has else None
    earlier = [slot for slot in choice.free if slot.starts_at < choice.starts_at] if choice else []
    return tuple(earlier[:MOST_SLOTS])


# ------------------------------------------------------------------------------------------------ the page to join


def page(clinic_id: UUID, patient_id: UUID, phone_bi: bytes | None) -> VisitPage | None:
    """The frame of the page to join, behind a link of its own. Wired under LINK_PAGES."""
    if patient_id not in contacts.reach(clinic_id, [patient_id]):
        return None
    nothing = Appointment(clinic_id=clinic_id, patient_id=patient_id, starts_at=business_time.now(), state="")
    return replace(replies.shown(nothing, phone_bi), kind=KIND, may_choose=False, may_wait=True)


def join_facts(clinic_id: UUID, kind: str, subject_id: UUID) -> JoinFacts | None:
    """What the form to join offers, behind a visit's link or one of its own. None: it is not for them to ask."""
    visit = Appointment.objects.filter(clinic_id=clinic_id, id=subject_id).first() if kind == letters.KIND else None
    patient_id = visit.patient_id if visit else subject_id
    entry = next((one for one in waitlist_queries.waiting_of(clinic_id, patient_id)), None)
    if kind == letters.KIND and not _may_ask(visit, entry):
        return None
    visit = visit or _waited_for(clinic_id, patient_id, entry)
    _note(clinic_id, "waitlist.form", patient_id, patient_id)
    week = [stretch for day in clinics.clinic_settings(clinic_id).opening_hours for stretch in day]
    return JoinFacts(
        patient_id=patient_id,
        visit=OwnVisit(visit.id, visit.starts_at, visit.clinician) if visit else None,
        wish=entry.wish if entry else None,
        clinicians=_clinicians(clinic_id, visit, entry),
        services=() if visit else tuple(one.name for one in free.services(clinic_id)),
        opens=min((opens for opens, _ in week), default=None),
        closes=max((closes for _, closes in week), default=None),
    )


def _may_ask(visit: Appointment | None, entry: Waiting | None) -> bool:
    """Who waits already with this visit may change it, whoever put them on the list."""
    if visit is None or visit.state not in rows.AHEAD or visit.starts_at <= business_time.now():
        return False
    is_waited_with = entry is not None and entry.visit_id == visit.id
    return is_waited_with or waitlist_joining.may_wait(visit.clinic_id, visit)


def _waited_for(clinic_id: UUID, patient_id: UUID, entry: Waiting | None) -> Appointment | None:
    """The visit that they would give up: the one they wait with, else their next that they may ask about."""
    coming = Appointment.objects.filter(
        clinic_id=clinic_id, patient_id=patient_id, state__in=rows.AHEAD, starts_at__gt=business_time.now()
    ).order_by("starts_at", "id")
    if entry is not None:
        return coming.filter(id=entry.visit_id).first() if entry.visit_id else None
    return next((visit for visit in coming[:20] if waitlist_joining.may_wait(clinic_id, visit)), None)


def _clinicians(clinic_id: UUID, visit: Appointment | None, entry: Waiting | None) -> tuple[str, ...]:
    """Whom they may ask for: their own, who does what their visit is for, and whom they wait for already."""
    service = waitlist_joining.service_of(clinic_id, visit) if visit else None
    named = {one.id: one.name for one in free.calendars(clinic_id)}
    numbers = [name for one in ([service] if service else free.services(clinic_id)) for name in one.clinicians]
    own = [visit.clinician if visit else "", entry.wish.clinician if entry else ""]
    return tuple(dict.fromkeys(name for name in (*own, *(named.get(one, "") for one in numbers)) if name))


def _note(clinic_id: UUID, action: str, patient_id: UUID, subject: UUID) -> None:
    audit.record(clinic_id=clinic_id, by=BY_LINK, action=action, patient_id=patient_id, subject=f"waitlist:{subject}")
