"""The waitlist: who waits joins and leaves; a time that comes free is offered in waves until somebody says yes.

A time comes free in the transaction that cancels a visit (`freed`); the worker asks (`offer_due`), so that a cancelled visit
costs its patient no wait, and a time that nobody can be asked for yet (a held lane, a full moment) is not forgotten.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
from django.db import transaction
from django.db.models import QuerySet

from recado.clinics import queries as clinics
from recado.consent.types import Purpose
from recado.contacts import queries as contacts
from recado.conversations import actions as conversations
from recado.conversations.types import OfferTo
from recado.foundation import audit, business_time, news
from recado.foundation.actors import SYSTEM, Actor
from recado.foundation.faults import describe
from recado.foundation.phone import Phone
from recado.foundation.tenancy import clinic_scope
from recado.messaging import queries as texts_of
from recado.messaging.types import Intent, Way

from . import claims, given, letters, waitlist_queries, waves
from .models import Appointment, FreedTime, WaitEntry
from .types import SlotTaken, VisitState
from .waitlist_types import FreedState
from .waves import FreeTime

log = logging.getLogger("recado.appointments")

KIND = "waitlist"  # of the offers
AHEAD = (VisitState.BOOKED, VisitState.CONFIRMED)  # states of a visit that is still to come
OFFER, WON, GONE, DECLINED = "waitlist_offer", "waitlist_won", "waitlist_gone", "waitlist_declined"
TEXT_OF = {"won": WON, "too_late": GONE, "declined": DECLINED}


def join(
    *,
    clinic_id: UUID,
    patient_id: UUID,
    by: Actor,
    visit_id: UUID | None = None,
    clinician: str = "",
    service: str = "",
    site: str = "",
    days: int = waves.ALL_DAYS,
    from_minute: int = 0,
    to_minute: int = waves.DAY_END,
    notice: timedelta = timedelta(hours=1),
    is_urgent: bool = False,
) -> UUID:
    """Puts somebody on the list, or changes what they wait for; who waits keeps their place. Returns the entry.

    `visit_id`: the visit that they would give up. Call it inside `clinic_scope`. Raises ValueError for hours or days that
    hold nothing.
    """
    if not 0 <= from_minute < to_minute <= waves.DAY_END or not 0 < days <= waves.ALL_DAYS or notice < timedelta(0):
        raise ValueError("Nobody can come in no hours or on no day.")
    now = business_time.now()
    wishes = {
        "visit_id": visit_id,
        "clinician": clinician,
        "service": service,
        "site": site,
        "days": days,
        "from_minute": from_minute,
        "to_minute": to_minute,
        "notice": notice,
        "is_urgent": is_urgent,
    }
    with transaction.atomic():
        entry, is_new = WaitEntry.objects.update_or_create(
            clinic_id=clinic_id,
            patient_id=patient_id,
            state="waiting",
            defaults=wishes,
            create_defaults={**wishes, "joined_at": now, "joined_by": by.kind},
        )
        _note(clinic_id, by, "waitlist.join" if is_new else "waitlist.change", patient_id, entry.id)
    return entry.id


def leave(*, clinic_id: UUID, patient_id: UUID, by: Actor) -> bool:
    """Takes somebody off the list; False where they did not wait. Offers already made stand. Call it inside `clinic_scope`."""
    with transaction.atomic():
        entry = (
            WaitEntry.objects.select_for_update()
            .filter(clinic_id=clinic_id, patient_id=patient_id, state="waiting")
            .first()
        )
        if entry is None:
            return False
        entry.state, entry.ended_at = "left", business_time.now()
        entry.save(update_fields=["state", "ended_at"])
        _note(clinic_id, by, "waitlist.leave", patient_id, entry.id)
    return True


def freed(clinic_id: UUID, visits: Sequence[Appointment]) -> None:
    """The times of these visits came free: they are offered, where anybody waits. In the transaction that cancels or moves, with
    the visits as they were; two statements for all of them, one where nobody is on the list."""
    now = business_time.now()
    ahead = [visit for visit in visits if visit.starts_at > now]
    if not ahead or not WaitEntry.objects.filter(clinic_id=clinic_id, state="waiting").exists():
        return
    FreedTime.objects.bulk_create([_freed(visit, now) for visit in ahead], ignore_conflicts=True, batch_size=500)
    news.tell(clinic_id, news.Topic.VISITS)


def _freed(visit: Appointment, now: datetime) -> FreedTime:
    time = FreeTime(visit.starts_at, visit.duration)
    is_asked = waves.is_worth_asking(time, now)
    return FreedTime(
        clinic_id=visit.clinic_id,
        visit_id=visit.id,
        starts_at=visit.starts_at,
        duration=visit.duration,
        clinician=visit.clinician,
        service=visit.service,
        site=visit.site,
        freed_at=now,
        state=FreedState.OFFERING if is_asked else FreedState.TOO_LATE,
        wave_ends_at=now if is_asked else None,
        ended_at=None if is_asked else now,
    )


def stands_again(clinic_id: UUID, visit_id: UUID, by: Actor) -> bool:
    """The cancelled visit is to stand after all: takes its time off offer. False: somebody else has it by now."""
    row = _held(clinic_id, FreedTime.objects.filter(clinic_id=clinic_id, visit_id=visit_id).order_by("-freed_at"))
    if row is None or row.state in (FreedState.NOBODY, FreedState.TOO_LATE, FreedState.TAKEN_BACK):
        return True
    return row.state == FreedState.OFFERING and take_back(clinic_id=clinic_id, freed_id=row.id, by=by)


def take_back(*, clinic_id: UUID, freed_id: UUID, by: Actor) -> bool:
    """Ends an offer; who has not answered is told. False where it is over. Call it inside `clinic_scope`. Raises LookupError."""
    with transaction.atomic():
        row = FreedTime.objects.filter(clinic_id=clinic_id, id=freed_id).first()
        if row is None:
            raise LookupError(str(freed_id))
        if row.state != FreedState.OFFERING:
            return False
        if row.offer_id and not conversations.withdraw_offer(clinic_id=clinic_id, offer_id=row.offer_id, by=by):
            return False
        _end(row, FreedState.TAKEN_BACK)
        _note(clinic_id, by, "waitlist.take_back", None, freed_id)
    return True


def ask_next(*, clinic_id: UUID, freed_id: UUID, by: Actor) -> int:
    """Asks the next wave at once. Returns how many were asked. Call it inside `clinic_scope`. Raises LookupError."""
    with transaction.atomic():
        row = _held(clinic_id, FreedTime.objects.filter(clinic_id=clinic_id, id=freed_id))
        if row is None:
            raise LookupError(str(freed_id))
        return _ask_wave(row, by) if row.state == FreedState.OFFERING else 0


# ------------------------------------------------------------------------------------------------ the worker


DUE = "SELECT clinic_id, id FROM appointments_freedtime WHERE state = 'offering' AND wave_ends_at <= %s ORDER BY 2 LIMIT 100"


def offer_due(maintenance: "psycopg.Connection[psycopg.rows.TupleRow]") -> int:
    """Asks the waves that are due, and ends offers that nobody took. Returns how many it saw to. Wired under WORKERS."""
    found = maintenance.execute(DUE, (business_time.now(),)).fetchall()
    for clinic_id, freed_id in found:
        try:
            with clinic_scope(clinic_id):
                _see_to(clinic_id, freed_id)
        except Exception as error:  # one clinic's trouble is nobody else's; it is tried again
            log.error("waitlist: %s", describe(error))
            with clinic_scope(clinic_id):
                later = business_time.now() + timedelta(minutes=1)
                FreedTime.objects.filter(clinic_id=clinic_id, id=freed_id).update(wave_ends_at=later)
    return len(found)


def _see_to(clinic_id: UUID, freed_id: UUID) -> None:
    row = _held(clinic_id, FreedTime.objects.filter(clinic_id=clinic_id, id=freed_id))
    if row is None or row.state != FreedState.OFFERING:
        return
    now = business_time.now()
    if row.wave_ends_at is None or row.wave_ends_at > now:
        return  # another worker has seen to it while this one waited for the row
    if not waves.is_worth_asking(_time(row), now) or not _ask_wave(row, SYSTEM):
        _no_more(row, now)


def _no_more(row: FreedTime, now: datetime) -> None:
    """Nobody is left to ask: the offer stands until its end, for those who have not answered."""
    closes = waves.closes_at(_time(row))
    if row.offer_id and now < closes:
        row.wave_ends_at = closes
        row.save(update_fields=["wave_ends_at"])
        return
    if row.offer_id:
        conversations.expire_offer(clinic_id=row.clinic_id, offer_id=row.offer_id)
    _end(row, FreedState.NOBODY)


def _ask_wave(row: FreedTime, by: Actor) -> int:
    """Asks as many of those who wait as it takes; 0: nobody is left."""
    clinic_id, time, now = row.clinic_id, _time(row), business_time.now()
    clinic = clinics.clinic_settings(clinic_id)
    asked = waitlist_queries.asked_of(clinic_id, row.offer_id)
    fitting = waves.ranked(waitlist_queries.wishes(clinic_id), time, now, clinic.time_zone)
    yes, so_far = waitlist_queries.experience(clinic_id, now)
    size = waves.wave_size(yes, so_far)
    wave = [wish for wish in fitting if wish.patient_id not in asked][:size]
    if not wave:
        return 0
    if row.offer_id is None:
        row.offer_id = conversations.open_offer(
            clinic_id=clinic_id, kind=KIND, subject_id=row.id, closes_at=waves.closes_at(time), by=by
        )
    people = contacts.reach(clinic_id, {wish.patient_id for wish in wave})
    way_of = texts_of.ways(clinic_id)
    told = [wish for wish in wave if wish.patient_id in people and _is_heard(way_of, people[wish.patient_id].phone)]
    texts = letters.write(clinic_id, [(_as_visit(row, wish.patient_id), OFFER) for wish in told], people)
    to = [
        OfferTo(
            wish.patient_id,
            Intent(Purpose.CARE, text.text, people[wish.patient_id].phone, wish.patient_id, wording=text.mark),
        )
        for wish, text in zip(told, texts, strict=True)
    ]
    deliveries = conversations.ask_wave(clinic_id=clinic_id, offer_id=row.offer_id, to=to, by=by)
    leaves = [one.due for one in deliveries if one.verdict != "never" and one.due is not None]
    # A wave that waits for the hours to open has its time from then on; one that reaches nobody is over at once.
    row.wave_ends_at = waves.wave_ends(time, max(leaves, default=now)) if leaves else now
    row.save(update_fields=["offer_id", "wave_ends_at"])
    return len(wave)


def _is_heard(way_of: Callable[[Phone | None, Purpose, str | None], Way | None], phone: Phone | None) -> bool:
    """Whether a yes by text would reach us: from a sender that hears nothing, an offer is no offer."""
    way = way_of(phone, Purpose.CARE, None)
    return way is None or way.is_heard


# ------------------------------------------------------------------------------------------------ the offer's own room


def take(clinic_id: UUID, freed_id: UUID, patient_id: UUID, by: Actor) -> bool:
    """Gives the time to this person: their later visit moves there, or a new one is booked. Wired under OFFERS."""
    row = FreedTime.objects.select_for_update().get(clinic_id=clinic_id, id=freed_id)
    if row.state != FreedState.OFFERING or _is_taken(row):
        return False
    entry = (
        WaitEntry.objects.select_for_update()
        .filter(clinic_id=clinic_id, patient_id=patient_id, state="waiting")
        .first()
    )
    visit = _given_up(row, entry)
    try:
        with transaction.atomic():
            if visit is not None:
                freed(clinic_id, [visit])
                claims.drop(clinic_id, [visit.id])
            taker = given.give(_time(row), patient_id, visit, clinic_id=clinic_id, by=by)
            claims.hand_over(clinic_id, row.visit_id, taker, row.starts_at)
    except SlotTaken:
        return False
    now = business_time.now()
    row.filled_by = patient_id
    _end(row, FreedState.FILLED)
    if entry is not None:
        entry.state, entry.ended_at = "filled", now
        entry.save(update_fields=["state", "ended_at"])
    _note(clinic_id, by, "waitlist.fill", patient_id, freed_id)
    return True


def _given_up(row: FreedTime, entry: WaitEntry | None) -> Appointment | None:
    """The visit that moves to the new time: the one named when they joined, if it still stands and is later."""
    if entry is None or entry.visit_id is None:
        return None
    visit = Appointment.objects.select_for_update().filter(clinic_id=row.clinic_id, id=entry.visit_id).first()
    return (
        visit
        if visit and visit.state in AHEAD and visit.patient_id == entry.patient_id and visit.starts_at > row.starts_at
        else None
    )


def _is_taken(row: FreedTime) -> bool:
    """Whether the calendar has somebody there again: the time was booked by hand, or came back in a file."""
    until = row.starts_at + (row.duration or timedelta(minutes=1))
    near = Appointment.objects.filter(
        clinic_id=row.clinic_id,
        clinician=row.clinician,
        site=row.site,
        starts_at__lt=until,
        starts_at__gt=row.starts_at - timedelta(days=1),
        state__in=AHEAD,
    )
    return bool(row.clinician) and any(
        visit.starts_at + (visit.duration or timedelta(minutes=1)) > row.starts_at for visit in near
    )


def say(clinic_id: UUID, freed_id: UUID, patient_id: UUID, outcome: str) -> str:
    """What the person is told. Wired under OFFERS."""
    row = FreedTime.objects.get(clinic_id=clinic_id, id=freed_id)
    written = letters.write(clinic_id, [(_as_visit(row, patient_id), TEXT_OF[outcome])], purpose=Purpose.ANSWER)
    return written[0].text


def line(clinic_id: UUID, freed_id: UUID, language: str) -> str:
    """The time, to ask back which offer is meant. Wired under OFFERS."""
    row = FreedTime.objects.get(clinic_id=clinic_id, id=freed_id)
    return letters.choice_line(clinics.clinic_settings(clinic_id), row.starts_at, "", language, with_name=False)


def _as_visit(row: FreedTime, patient_id: UUID) -> Appointment:
    """The time as a visit of this person, for the wordings. Never stored."""
    return Appointment(
        clinic_id=row.clinic_id,
        id=row.visit_id,
        patient_id=patient_id,
        starts_at=row.starts_at,
        duration=row.duration,
        clinician=row.clinician,
        service=row.service,
        site=row.site,
        state=VisitState.BOOKED,
    )


def _time(row: FreedTime) -> FreeTime:
    return FreeTime(row.starts_at, row.duration, row.clinician, row.service, row.site)


def _held(clinic_id: UUID, rows: "QuerySet[FreedTime]") -> FreedTime | None:
    """The row for writing. The offer's own row is locked first, as by whoever answers, or two would wait in a ring."""
    found = rows.first()
    if found is None:
        return None
    if found.offer_id:
        conversations.hold_offer(clinic_id=clinic_id, offer_id=found.offer_id)
    return FreedTime.objects.select_for_update().get(clinic_id=clinic_id, id=found.id)


def _end(row: FreedTime, state: FreedState) -> None:
    row.state, row.ended_at, row.wave_ends_at = state, business_time.now(), None
    row.save(update_fields=["state", "ended_at", "wave_ends_at", "filled_by", "offer_id"])
    news.tell(row.clinic_id, news.Topic.VISITS)


def _note(clinic_id: UUID, by: Actor, action: str, patient_id: UUID | None, subject: UUID) -> None:
    audit.record(clinic_id=clinic_id, by=by, action=action, patient_id=patient_id, subject=f"waitlist:{subject}")
    news.tell(clinic_id, news.Topic.VISITS)
