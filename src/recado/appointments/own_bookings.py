"""For whom a link to book would lead to a time: how many visits they have booked by themselves, and what is free. Here and not
in `online`, which writes texts, for the texts that carry such a link (LINKS_TO_BOOK in launch/wiring.py)."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from recado.contacts import queries as contacts
from recado.contacts.types import Reach
from recado.foundation import business_time
from recado.foundation.actors import ActorKind
from recado.messaging.types import LinkWish

from . import choosing, free
from .models import Appointment, Change
from .types import MOST_A_WEEK, MOST_AHEAD, ChangeKind, VisitState

KIND = "booking"  # of personal links; their subject is the patient
LINK_LIVES = timedelta(days=14)
SOON = timedelta(hours=1)  # nobody books by themselves what begins earlier
STANDS = (VisitState.BOOKED, VisitState.CONFIRMED)
THEMSELVES = ("link", "page", "sms")  # who booked it, as its story says


def booked_by_themselves(clinic_id: UUID) -> QuerySet[Appointment]:
    """The visits that patients booked by a link, on the clinic's page or by text. Call it inside `clinic_scope`."""
    theirs = Change.objects.filter(
        clinic_id=clinic_id,
        appointment_id=OuterRef("id"),
        kind=ChangeKind.BOOKED,
        actor_kind=ActorKind.PATIENT,
        actor_ref__in=THEMSELVES,
    )
    return Appointment.objects.filter(Exists(theirs), clinic_id=clinic_id)


def who_may_book(clinic_id: UUID, patient_ids: Collection[UUID]) -> set[UUID]:
    """Those of these patients who, with all who share their phone, have fewer visits booked by themselves than may be. Three
    statements, however many. Call it inside `clinic_scope`."""
    now = business_time.now()
    phones = contacts.blind_phones(clinic_id, patient_ids)
    owners = contacts.owners_at(clinic_id, set(phones.values()))
    booked = booked_by_themselves(clinic_id).filter(patient_id__in={*patient_ids, *owners})
    ahead: dict[UUID | bytes, int] = {}
    lately: dict[UUID | bytes, int] = {}
    for patient, starts_at, state, booked_at in booked.values_list("patient_id", "starts_at", "state", "booked_at"):
        for group in {patient, owners.get(patient, patient)}:
            is_ahead = starts_at > now and state in STANDS
            ahead[group] = ahead.get(group, 0) + is_ahead
            lately[group] = lately.get(group, 0) + (booked_at > now - timedelta(days=7))

    def has_room(patient: UUID) -> bool:
        group = phones.get(patient, patient)
        return ahead.get(group, 0) < MOST_AHEAD and lately.get(group, 0) < MOST_A_WEEK

    return {patient for patient in patient_ids if has_room(patient)}


def links_of(
    clinic_id: UUID, wanted: Collection[tuple[UUID, str]], people: Mapping[UUID, Reach]
) -> dict[tuple[UUID, str], LinkWish]:
    """The link with which each of these patients books a visit of this service by themselves, by patient and service, where it
    would lead to a time; its page begins with the times of that service. A few statements, however many. Wired under LINKS_TO_BOOK. Call it inside `clinic_scope`."""
    now = business_time.now()
    named = {service.casefold() for _, service in wanted}
    known = [one for one in free.services(clinic_id) if one.by_link and one.name.casefold() in named]
    open_ones = free.have_any(clinic_id, known, start=now + SOON, end=now + choosing.AHEAD)
    ids = {one.name.casefold(): one.id for one in known if one.id in open_ones}
    asked = [(patient, service) for patient, service in wanted if service.casefold() in ids]
    may = who_may_book(clinic_id, {patient for patient, _ in asked}) if asked else set()
    until = now + LINK_LIVES
    return {
        (patient, service): LinkWish(KIND, patient, patient, people[patient].phone_bi, until, ids[service.casefold()])
        for patient, service in asked
        if patient in may
    }
