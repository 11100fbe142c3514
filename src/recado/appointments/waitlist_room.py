"""What a freed time is to whoever offers it: given to the first who says yes, and told of. Wired under OFFERS."""

from collections.abc import Sequence
from copy import copy
from datetime import datetime
from uuid import UUID

from django.db import transaction

from recado.clinics import queries as clinics
from recado.conversations.types import VisitPage
from recado.foundation import business_time
from recado.foundation.actors import Actor, ActorKind

from . import claims, given, letters, offer_letters, wait_entries, waitlist, waitlist_pages
from . import waitlist_rows as rows
from .models import Appointment, FreedTime, WaitEntry
from .types import SlotTaken
from .waitlist_types import FreedState, NoneAsked, WhyEnded


def take(clinic_id: UUID, freed_id: UUID, patient_id: UUID, by: Actor) -> bool:
    """Gives the time to this person: their later visit moves there, or a new one is booked."""
    row = FreedTime.objects.select_for_update().get(clinic_id=clinic_id, id=freed_id)
    if row.state != FreedState.OFFERING:
        return False
    gone = waitlist.why_gone(row)
    # Staff who give it by hand may know better than what it looks like.
    if gone is NoneAsked.TAKEN or (gone and by.kind is not ActorKind.STAFF):
        return _is_gone(row, WhyEnded(gone))
    entry = wait_entries.held(clinic_id, patient_id)
    visit = _given_up(row, entry)
    try:
        with transaction.atomic():
            given_up = [copy(visit)] if visit is not None else []
            kept = claims.kept(clinic_id, given_up)
            claims.drop(clinic_id, [one.id for one in given_up])
            taker = given.give(rows.time_of(row), patient_id, visit, clinic_id=clinic_id, by=by)
            if row.takes:
                claims.take(clinic_id, row.calendars, row.starts_at, row.takes, visit_id=taker)
    except SlotTaken:
        return _is_gone(row, WhyEnded.TAKEN)
    row.filled_by = patient_id
    rows.end(row, FreedState.FILLED)
    if entry is not None:
        entry.state, entry.ended_at = "filled", business_time.now()
        entry.save(update_fields=["state", "ended_at"])
    rows.note(clinic_id, by, "waitlist.fill", patient_id, freed_id)
    waitlist.freed(clinic_id, given_up, kept)
    return True


def _is_gone(row: FreedTime, why: WhyEnded) -> bool:
    """Somebody was booked there by hand, or from another system, or nobody would be there by now: nobody is asked any more. It
    counts as taken back."""
    rows.end(row, FreedState.TAKEN_BACK, why)
    return False


def _given_up(row: FreedTime, entry: WaitEntry | None) -> Appointment | None:
    """The visit that moves to the new time: the one named when they joined, if it still stands and is later."""
    if entry is None or entry.visit_id is None:
        return None
    visit = Appointment.objects.select_for_update().filter(clinic_id=row.clinic_id, id=entry.visit_id).first()
    return (
        visit
        if visit
        and visit.state in rows.AHEAD
        and visit.patient_id == entry.patient_id
        and visit.starts_at > row.starts_at
        else None
    )


def say(clinic_id: UUID, freed_id: UUID, patient_ids: Sequence[UUID], outcome: str) -> list[str]:
    """What each person is told, in their order."""
    row = FreedTime.objects.get(clinic_id=clinic_id, id=freed_id)
    return offer_letters.outcome(row, patient_ids, outcome)


def line(clinic_id: UUID, freed_id: UUID, language: str) -> str:
    """The time, to ask back which offer is meant."""
    row = FreedTime.objects.get(clinic_id=clinic_id, id=freed_id)
    return letters.choice_line(clinics.clinic_settings(clinic_id), row.starts_at, "", language, with_name=False)


def moments(clinic_id: UUID, freed_id: UUID) -> list[datetime]:
    """When the time is."""
    return list(FreedTime.objects.filter(clinic_id=clinic_id, id=freed_id).values_list("starts_at", flat=True))


def page(clinic_id: UUID, freed_id: UUID, patient_id: UUID, phone_bi: bytes | None) -> VisitPage | None:
    """What the page behind the link of somebody's offer shows."""
    row = FreedTime.objects.filter(clinic_id=clinic_id, id=freed_id).first()
    return waitlist_pages.of_offer(row, patient_id, phone_bi) if row else None


def link_text(clinic_id: UUID, freed_id: UUID, patient_id: UUID, offered_id: UUID) -> str | None:
    """The text that brings a fresh link to the offer."""
    row = FreedTime.objects.filter(clinic_id=clinic_id, id=freed_id, state=FreedState.OFFERING).first()
    return offer_letters.fresh_link(row, patient_id, offered_id) if row else None
