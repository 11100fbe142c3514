"""The waitlist: a time that comes free is offered in waves until somebody says yes.

A time comes free in the transaction that cancels a visit (`freed`); the worker asks (`offer_due`), so that a cancelled visit
costs its patient no wait, and a time that nobody can be asked for yet (a held lane, a full moment) is not forgotten.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
from django.db import transaction
from django.db.models import Q

from recado.clinics import queries as clinics
from recado.contacts import queries as contacts
from recado.conversations import actions as conversations
from recado.conversations import queries as offers
from recado.foundation import audit, business_time, news
from recado.foundation.actors import SYSTEM, Actor
from recado.foundation.faults import describe
from recado.foundation.tenancy import clinic_scope
from recado.journeys import actions as journeys
from recado.messaging import actions as messaging

from . import claims, letters, nobody_there, offer_letters, taken_times, wait_entries, waitlist_queries, waves
from . import waitlist_rows as rows
from .claims import Kept
from .models import Appointment, FreedTime, WaitEntry
from .types import VisitState
from .waitlist_types import FreedState, NoneAsked, WhyEnded
from .waves import FreeTime

log = logging.getLogger("recado.appointments")


def anybody_waits(clinic_id: UUID) -> bool:
    """Whether a time that comes free could be offered to anybody at all. Call it inside `clinic_scope`."""
    return WaitEntry.objects.filter(clinic_id=clinic_id, state="waiting").exists()


SETTLES = timedelta(
    minutes=10
)  # in which a file can be taken back, and after which a person's word is looked for again


def freed(
    clinic_id: UUID,
    visits: Sequence[Appointment],
    kept: Mapping[UUID, Kept] | None = None,
    *,
    hold: timedelta = timedelta(0),
) -> None:
    """The times of these visits came free: they are offered, where anybody waits, and nobody has them (or their room) or is asked
    about them as another visit's. In the transaction that cancels or moves, when that is written, with the visits as they were;
    a few statements for all of them, one where nobody is on the list. `kept`: what they took, where that is dropped by now. `hold`: so long nobody is
    asked by itself."""
    now = business_time.now()
    ahead = [visit for visit in visits if visit.starts_at > now]
    if not ahead or not anybody_waits(clinic_id):
        return
    kept = claims.kept(clinic_id, ahead) if kept is None else kept
    gone = taken_times.gone(clinic_id, ahead, kept).keys() | nobody_there.away(clinic_id, ahead, kept)
    free: list[Appointment] = []
    for visit in ahead:
        if visit.id not in gone and not any(taken_times.are_at_once(one, visit, kept) for one in free):
            free.append(visit)
    made = [_freed(visit, kept.get(visit.id, Kept()), now, hold) for visit in free]
    FreedTime.objects.bulk_create(made, ignore_conflicts=True, batch_size=500)
    news.tell(clinic_id, news.Topic.VISITS)


def _freed(visit: Appointment, kept: Kept, now: datetime, hold: timedelta = timedelta(0)) -> FreedTime:
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
        calendars=list(kept.calendars),
        takes=kept.lasts or None,
        freed_at=now,
        state=FreedState.OFFERING if is_asked else FreedState.TOO_LATE,
        wave_ends_at=now + hold if is_asked else None,
        ended_at=None if is_asked else now,
    )


def stands_again(visit: Appointment, by: Actor) -> bool:
    """The cancelled visit is to stand after all: takes its time off offer. False: somebody else has it by now. Times that it had
    before are none of it: they may be on offer, or somebody else's."""
    clinic_id = visit.clinic_id
    mine = FreedTime.objects.filter(clinic_id=clinic_id, visit_id=visit.id, starts_at=visit.starts_at)
    row = rows.held(clinic_id, mine.order_by("-freed_at"))
    if row is None or row.state in (FreedState.NOBODY, FreedState.TOO_LATE, FreedState.TAKEN_BACK):
        return True
    return row.state == FreedState.OFFERING and take_back(
        clinic_id=clinic_id, freed_id=row.id, by=by, why=WhyEnded.STANDS
    )


def offer_again(*, clinic_id: UUID, visit_ids: Sequence[UUID], by: Actor) -> Mapping[UUID, str]:
    """Offers the times of these visits, cancelled some time ago, to those who wait by now and were not asked before. Says of
    each why not (a key of `journeys.engine.REASONS`), or nothing: it is on offer. As many statements for a thousand as for
    one. Wired under FREED_TIMES. Call it inside `clinic_scope`."""
    now = business_time.now()
    with transaction.atomic():
        mine = Appointment.objects.select_for_update().filter(clinic_id=clinic_id, id__in=visit_ids).order_by("id")
        visits = {visit.id: visit for visit in mine}
        kept = claims.kept(clinic_id, list(visits.values()))
        gone = taken_times.gone(clinic_id, list(visits.values()), kept)
        closed = nobody_there.of_cancelled(clinic_id, list(visits.values()), kept)
        before = FreedTime.objects.filter(clinic_id=clinic_id, visit_id__in=visit_ids).order_by("freed_at")
        last = {(row.visit_id, row.starts_at): FreedState(row.state) for row in before}
        waits = anybody_waits(clinic_id)
        why: dict[UUID, str] = {}
        for name, visit in visits.items():
            is_taken, is_on = gone.get(name, (False, False))
            is_on = is_on or any(
                not reason and taken_times.are_at_once(visits[one], visit, kept) for one, reason in why.items()
            )
            before_it = last.get((name, visit.starts_at))
            refused = _why_not(visit, before_it, now, is_taken=is_taken, is_on_offer=is_on, waits=waits)
            why[name] = refused or ("nobody_there" if name in closed else "")
        rows = [_freed(visits[name], kept.get(name, Kept()), now) for name, reason in why.items() if not reason]
        FreedTime.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
        if rows:
            audit.record(clinic_id=clinic_id, by=by, action="waitlist.offer", detail={"times": len(rows)})
            news.tell(clinic_id, news.Topic.VISITS)
    return {name: why.get(name, "not_cancelled_time") for name in visit_ids}


def _why_not(
    visit: Appointment, last: FreedState | None, now: datetime, *, is_taken: bool, is_on_offer: bool, waits: bool
) -> str:
    """`last`: what became of this time when it was offered before. `is_on_offer`: as another visit's."""
    if visit.state != VisitState.CANCELLED:
        return "not_cancelled_time"
    if last is FreedState.OFFERING:
        return "time_on_offer"
    if is_taken or last in (FreedState.FILLED, FreedState.TAKEN_BACK):
        return "time_gone"
    if not waves.is_worth_asking(FreeTime(visit.starts_at, visit.duration), now):
        return "no_time_to_offer"
    if is_on_offer:
        return "time_on_offer"
    return "" if waits else "nobody_waits"


def take_back(*, clinic_id: UUID, freed_id: UUID, by: Actor, why: WhyEnded = WhyEnded.STAFF) -> bool:
    """Ends an offer; who has not answered is told. False where it is over. Call it inside `clinic_scope`. Raises LookupError."""
    with transaction.atomic():
        row = FreedTime.objects.filter(clinic_id=clinic_id, id=freed_id).first()
        if row is None:
            raise LookupError(str(freed_id))
        if row.state != FreedState.OFFERING:
            return False
        if row.offer_id and not conversations.withdraw_offer(clinic_id=clinic_id, offer_id=row.offer_id, by=by):
            return False
        rows.end(row, FreedState.TAKEN_BACK, why)
        rows.note(clinic_id, by, "waitlist.take_back", None, freed_id)
    return True


def why_gone(row: FreedTime) -> NoneAsked | None:
    """Why a time that came free can't be had any more, by what is known now: somebody has it, or nobody would be there."""
    if taken_times.is_taken(row):
        return NoneAsked.TAKEN
    return NoneAsked.AWAY if nobody_there.by_now(row) else None


def _end_early(row: FreedTime, gone: NoneAsked, by: Actor) -> None:
    """The time can't be had any more; who has not answered is told."""
    if row.offer_id:
        conversations.withdraw_offer(clinic_id=row.clinic_id, offer_id=row.offer_id, by=by)
    rows.end(row, FreedState.TAKEN_BACK, WhyEnded(gone))
    rows.note(row.clinic_id, by, "waitlist.take_back", None, row.id)


def end_unasked(clinic_id: UUID, visit_ids: Sequence[UUID], by: Actor) -> None:
    """Nobody is to be told of what a source said of these visits: nobody is asked about their times either, where none was."""
    rows = FreedTime.objects.filter(
        clinic_id=clinic_id, visit_id__in=visit_ids, state=FreedState.OFFERING, offer_id=None
    )
    now = business_time.now()
    ended = rows.update(state=FreedState.TAKEN_BACK, ended_at=now, wave_ends_at=None, why=WhyEnded.UNTOLD)
    if ended:
        audit.record(clinic_id=clinic_id, by=by, action="waitlist.take_back", detail={"times": ended})
        news.tell(clinic_id, news.Topic.VISITS)


def ask_next(*, clinic_id: UUID, freed_id: UUID, by: Actor) -> int | NoneAsked:
    """Asks the next wave at once. Returns how many were asked, or why nobody was: where the time can't be had any more, its offer
    ends. Call it inside `clinic_scope`. Raises LookupError."""
    with transaction.atomic():
        row = rows.held(clinic_id, FreedTime.objects.filter(clinic_id=clinic_id, id=freed_id))
        if row is None:
            raise LookupError(str(freed_id))
        if row.state != FreedState.OFFERING:
            return NoneAsked.OVER
        gone = why_gone(row)
        if gone:
            _end_early(row, gone, by)
            return gone
        if not waves.is_worth_asking(rows.time_of(row), now := business_time.now()):
            _no_more(row, now)
            return NoneAsked.TOO_LATE
        return _ask_wave(row, by) or NoneAsked.NOBODY


def give_to(*, clinic_id: UUID, freed_id: UUID, patient_id: UUID, tell: bool, by: Actor) -> NoneAsked | None:
    """Staff give a time on offer to a person by hand, who need not have been asked, nor wait. `tell`: a text says that it is
    theirs. Who was asked and has not answered is told that it is gone. Returns why it can't be had any more: OVER, TAKEN, which
    ends its offer, or TOO_LATE. Call it inside `clinic_scope`. Raises LookupError: no such time or patient."""
    with transaction.atomic():
        row = rows.held(clinic_id, FreedTime.objects.filter(clinic_id=clinic_id, id=freed_id))
        people = contacts.reach(clinic_id, [patient_id])
        if row is None or patient_id not in people:
            raise LookupError(str(freed_id))
        if row.state != FreedState.OFFERING:
            return NoneAsked.OVER
        offer_id = row.offer_id or _open(row, by)
        if not conversations.give_offer(clinic_id=clinic_id, offer_id=offer_id, patient_id=patient_id, by=by):
            row.refresh_from_db(fields=["state"])
            return NoneAsked.TOO_LATE if row.state == FreedState.OFFERING else NoneAsked.TAKEN
        if tell:
            intent = offer_letters.won(row, people[patient_id])
            messaging.send(clinic_id=clinic_id, intents=[intent], by=by)
    return None


def _open(row: FreedTime, by: Actor) -> UUID:
    offer_id = row.offer_id = conversations.open_offer(
        clinic_id=row.clinic_id,
        kind=waitlist_queries.KIND,
        subject_id=row.id,
        closes_at=waves.closes_at(rows.time_of(row)),
        by=by,
    )
    row.save(update_fields=["offer_id"])
    return offer_id


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
    row = rows.held(clinic_id, FreedTime.objects.filter(clinic_id=clinic_id, id=freed_id))
    if row is None or row.state != FreedState.OFFERING:
        return
    now = business_time.now()
    if row.wave_ends_at is None or row.wave_ends_at > now:
        return  # another worker has seen to it while this one waited for the row
    gone, is_worth_asking = why_gone(row), waves.is_worth_asking(rows.time_of(row), now)
    if gone:
        _end_early(row, gone, SYSTEM)
    elif not row.offer_id and journeys.is_held(clinic_id, kind=letters.KIND, anchor_id=row.visit_id):
        # Who had the time hasn't been told that it is theirs no more.
        if is_worth_asking:
            row.wave_ends_at = now + SETTLES
            row.save(update_fields=["wave_ends_at"])
        else:
            rows.end(row, FreedState.TOO_LATE, WhyEnded.HELD)
    elif not is_worth_asking or not _ask_wave(row, SYSTEM):
        _no_more(row, now)


def _no_more(row: FreedTime, now: datetime) -> None:
    """Nobody is left to ask: the offer stands until its end, for those who have not answered."""
    closes = waves.closes_at(rows.time_of(row))
    if row.offer_id and now < closes:
        row.wave_ends_at = closes
        row.save(update_fields=["wave_ends_at"])
        return
    if row.offer_id:
        conversations.expire_offer(clinic_id=row.clinic_id, offer_id=row.offer_id)
    rows.end(row, FreedState.NOBODY)


def _ask_wave(row: FreedTime, by: Actor) -> int:
    """Asks as many of those who wait as it takes; 0: nobody is left."""
    clinic_id, time, now = row.clinic_id, rows.time_of(row), business_time.now()
    clinic = clinics.clinic_settings(clinic_id)
    wait_entries.lapse(clinic_id)
    asked = _asked(row)
    fitting = waves.ranked(waitlist_queries.wishes(clinic_id), time, now, clinic.time_zone)
    yes, so_far = waitlist_queries.experience(clinic_id, now)
    size = waves.wave_size(yes, so_far)
    fresh = [wish.patient_id for wish in fitting if wish.patient_id not in asked]
    known = contacts.reach(clinic_id, fresh)  # who is on record no more can't be asked, now or the next time
    wave = [patient for patient in fresh if patient in known][:size]
    if not wave:
        return 0
    offer_id = row.offer_id or _open(row, by)
    to = offer_letters.to_people(row, wave)
    deliveries = conversations.ask_wave(clinic_id=clinic_id, offer_id=offer_id, to=to, by=by)
    leaves = [one.due for one in deliveries if one.verdict != "never" and one.due is not None]
    # A wave that waits for the hours to open has its time from then on; one that reaches nobody is over at once.
    row.wave_ends_at = waves.wave_ends(time, max(leaves, default=now)) if leaves else now
    row.save(update_fields=["wave_ends_at"])
    return len(wave)


def _asked(row: FreedTime) -> frozenset[UUID]:
    """Who was asked about this time, in an earlier offer that nobody took too: nobody is asked twice, whoever had it."""
    is_same = Q(visit_id=row.visit_id)
    if row.clinician:
        is_same |= Q(clinician=row.clinician, site=row.site)
    same = FreedTime.objects.filter(clinic_id=row.clinic_id, starts_at=row.starts_at, state=FreedState.NOBODY)
    earlier = [name for name in same.filter(is_same).values_list("offer_id", flat=True) if name]
    names = [*earlier, row.offer_id] if row.offer_id else earlier
    return offers.asked_of_offers(row.clinic_id, names)
