"""Record visits as sources tell of them, and let what an import would tell people go or wait.

Plural and set-based: the statements don't grow with the batch. A source that says the same twice changes nothing; what
the patient has answered is not undone by a source that has not changed.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from recado.contacts import actions as contacts
from recado.contacts.types import Recorded
from recado.conversations import actions as conversations
from recado.foundation import audit, bulk, business_time
from recado.foundation.actors import SYSTEM, Actor, ActorKind
from recado.foundation.crypto import ClinicKeys
from recado.foundation.ids import new_id
from recado.foundation.keys import keys_for
from recado.foundation.tenancy import clinic_scope
from recado.journeys import actions as journeys
from recado.messaging import actions as messaging
from recado.tasks import actions as tasks
from recado.tasks.types import TaskKind

from . import (
    after,
    by_code,
    by_system,
    calls,
    claims,
    desk,
    left_alone,
    nobody_there,
    offering,
    online,
    rooms,
    suggesting,
    taken_times,
    taking_back,
    times,
    wait_entries,
    waitlist,
    waitlist_joining,
)
from .letters import KIND
from .letters import link_to_visit as link_to_visit
from .models import Appointment, Brought, Change
from .steps import changes
from .types import (
    ANNOUNCE_LIMIT,
    Announce,
    Announced,
    Booking,
    BookingOutcome,
    BookingStatus,
    CancelReason,
    ChangeKind,
    VisitState,
)

confirm = desk.confirm
note_wish = desk.note_wish
cancel = desk.cancel
note_arrived, note_missed, note_finished = desk.note_arrived, desk.note_missed, desk.note_finished
take_back = desk.take_back
join_waitlist, leave_waitlist, ask_not_on = wait_entries.join, wait_entries.leave, wait_entries.not_on
join_waitlist_themselves = waitlist_joining.join
take_free_time_back, ask_next_wave, give_free_time = waitlist.take_back, waitlist.ask_next, waitlist.give_to
offer_suggested, take_offer_back = suggesting.offer, suggesting.take_back
book, move, hold, let_go = times.book, times.move, times.hold, times.let_go
book_once = by_system.book_once
change_room = rooms.change_room
hold_by_link, book_by_link = online.hold, online.book
ask_booking_code, confirm_booking_code = by_code.ask_code, by_code.confirm_code
send_booking_link, end_booking_link = online.send_link, online.end_link
keep_calendar, close_calendar = offering.keep_calendar, offering.close_calendar
keep_service, close_service = offering.keep_service, offering.close_service
add_days_off, remove_days_off = offering.add_days_off, offering.remove_days_off
note_call = calls.note_call
undo_call = calls.undo_call
begin_taking_back, take_some_back = taking_back.begin, taking_back.some
forget_imports = taking_back.forget

SOURCED = taking_back.SOURCED
CHANGE = ("clinic_id", "id", "appointment_id", "at", "kind", "starts_at", "was_at", "actor_kind", "actor_ref", "reason")

COUNTED_AS: dict[ChangeKind | None, str] = {
    ChangeKind.BOOKED: "new",
    ChangeKind.MOVED: "moved",
    ChangeKind.CANCELLED: "cancelled",
}


@dataclass(slots=True)
class _Sorted:
    """A chunk of bookings, sorted by what they change."""

    new: list[Appointment] = field(default_factory=list)
    touched: list[Appointment] = field(default_factory=list)
    planned: list[tuple[Appointment, bool]] = field(default_factory=list)  # and whether it is new
    reassigned: list[Appointment] = field(default_factory=list)  # to another clinician, and nothing else
    story: list[tuple[object, ...]] = field(default_factory=list)  # rows of CHANGE
    brought: list[tuple[object, ...]] = field(default_factory=list)  # rows of taking_back.BROUGHT
    over: list[Appointment] = field(default_factory=list)  # the source says that the patient was seen
    not_over: list[Appointment] = field(default_factory=list)  # begun once, now off, later, or missed
    left: list[Appointment] = field(default_factory=list)  # as they were at the times that they moved away from
    off: list[tuple[Appointment, CancelReason | None]] = field(
        default_factory=list
    )  # the same of those cancelled, and why
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1


class _Rolledback(Exception):
    """Ends a dry run: everything was done, and is taken back."""


def record_bookings(
    *,
    clinic_id: UUID,
    source: str,
    bookings: Sequence[Booking],
    announce: Announce,
    by: Actor,
    dry_run: bool = False,
    is_first_import: bool = False,
) -> BookingOutcome:
    """Adds, moves and cancels visits as the source says. Call it in chunks of one or two thousand.

    What people would be told at once waits until `settle_announcements`; so do, with ten minutes more, the times that come
    free for the waitlist, of which NONE offers none. A source's first import (`is_first_import`,
    asked of `queries.is_new_source` before the first chunk) plans reminders only, unless `announce` is ALL.
    The same visit twice in a chunk: the later wins.
    """
    outcome = BookingOutcome()
    try:
        with clinic_scope(clinic_id), transaction.atomic():
            outcome = _record(clinic_id, source, bookings, announce, by, is_first_import)
            if dry_run:
                raise _Rolledback
    except _Rolledback:
        pass
    return outcome


def _record(
    clinic_id: UUID, source: str, bookings: Sequence[Booking], announce: Announce, by: Actor, is_first: bool
) -> BookingOutcome:
    now = business_time.now()
    latest = {booking.external_id: booking for booking in bookings}
    people = contacts.record_people(clinic_id=clinic_id, people=[booking.person for booking in latest.values()])
    rows = Appointment.objects.select_for_update().filter(
        clinic_id=clinic_id, source=source, external_id__in=list(latest)
    )
    known = {row.external_id: row for row in rows.order_by("id")}  # as who reads answers locks several
    keys = keys_for(clinic_id)
    made = _Sorted()
    for booking, person in zip(latest.values(), people, strict=True):
        _sort(made, clinic_id, source, keys, booking, person, known.get(booking.external_id), now, by)
    bulk.insert(made.new)
    bulk.update(made.touched, SOURCED)
    bulk.insert_rows(Change, CHANGE, made.story)
    if by.kind is ActorKind.IMPORT:
        bulk.insert_rows(Brought, taking_back.BROUGHT, taking_back.with_steps(clinic_id, made.brought))
    after.told_by_source(clinic_id, made.over, made.not_over, now, by)
    changed = [visit for visit, is_new in made.planned if not is_new and visit.state != VisitState.FINISHED]
    is_offered = bool(made.left or made.off) and announce is not Announce.NONE
    waits = is_offered and waitlist.anybody_waits(clinic_id)
    kept = claims.kept(clinic_id, [*made.left, *(visit for visit, _ in made.off)]) if waits else {}
    _close_what_was_asked(clinic_id, changed)
    is_told = announce is Announce.ALL or (announce is Announce.AUTO and not is_first)
    told = journeys.plan(
        clinic_id=clinic_id, changes=changes(clinic_id, made.planned), announce=is_told, held_for=source
    )
    told |= journeys.retell(
        clinic_id=clinic_id,
        changes=changes(clinic_id, [(visit, False) for visit in made.reassigned]),
        announce=is_told,
        held_for=source,
    )
    messaging.write_anew(clinic_id=clinic_id, phones=[one.was_at for one in people if one.was_at])
    audit.record(
        clinic_id=clinic_id, by=by, action="appointment.import", subject=f"source:{source}", detail=dict(made.counts)
    )
    may_stand_alone = bool(made.left or made.off) and left_alone.may_be(clinic_id, now)
    if waits or may_stand_alone:
        free, gone = _free_or_gone(clinic_id, made, now)
        if waits:
            waitlist.freed(clinic_id, free, kept, hold=waitlist.SETTLES)
        left_alone.tell(clinic_id, gone if may_stand_alone else [], now, by)
    return BookingOutcome(**made.counts, to_tell=told)


def _free_or_gone(clinic_id: UUID, made: _Sorted, now: datetime) -> tuple[list[Appointment], list[Appointment]]:
    """Visits whose times somebody else may be offered, as they were: those at which somebody is there, as far as one knows; and
    the others. A source says why it cancels, or doesn't; never why it moves."""
    unexplained = [*made.left, *(visit for visit, reason in made.off if reason is None)]
    together = nobody_there.called_off_together(clinic_id, unexplained, {visit.id: now for visit in unexplained})
    gone = together | {visit.id for visit, reason in made.off if reason in nobody_there.SAID}
    every = [*made.left, *(visit for visit, _ in made.off)]
    return [visit for visit in every if visit.id not in gone], [visit for visit in every if visit.id in gone]


def _close_what_was_asked(clinic_id: UUID, changed: Sequence[Appointment]) -> None:
    """Links and questions about a visit's old time, or about a visit that is off, end with it."""
    off = [visit.id for visit in changed if visit.state == VisitState.CANCELLED]
    moved = [visit.id for visit in changed if visit.state != VisitState.CANCELLED]
    if changed:
        about = [*off, *moved]
        messaging.end_links(clinic_id=clinic_id, kind=KIND, subject_ids=about)
        tasks.finish_about_each(clinic_id=clinic_id, kinds=[TaskKind.NOBODY_THERE], subject_ids=about, by=SYSTEM)
    claims.give_back(clinic_id, off)
    claims.drop(clinic_id, moved)
    if off:
        conversations.note_cancelled(clinic_id=clinic_id, kind=KIND, subject_ids=off)
    if moved:
        conversations.note_moved(clinic_id=clinic_id, kind=KIND, subject_ids=moved)


_SAID_AS = {
    CancelReason.PATIENT: "by patient"
}  # as it was written before other reasons were read: such rows stay known


def _mac(keys: ClinicKeys, booking: Booking, patient_id: UUID) -> bytes:
    told = (
        booking.start,
        booking.duration,
        booking.clinician,
        booking.service,
        booking.site,
        booking.status,
        patient_id,
        *((_SAID_AS.get(booking.reason, booking.reason),) if booking.reason else ()),
    )
    return keys.blind_index("visit", "|".join(str(value) for value in told))


def _sort(
    made: _Sorted,
    clinic_id: UUID,
    source: str,
    keys: ClinicKeys,
    booking: Booking,
    person: Recorded,
    visit: Appointment | None,
    now: datetime,
    by: Actor,
) -> None:
    mac = _mac(keys, booking, person.patient_id)
    if not person.is_reachable:
        made.count("without_phone")
    if visit is not None and bytes(visit.source_mac) == mac:
        made.count("unchanged")
        return
    before = taking_back.image(visit) if visit is not None else None
    as_it_was = copy(visit)
    was = visit.starts_at if visit is not None else None
    kind = _new_state(visit, booking, now)
    if visit is None:
        visit = Appointment(
            clinic_id=clinic_id, id=new_id(), source=source, external_id=booking.external_id, booked_at=now
        )
        made.new.append(visit)
    else:
        made.touched.append(visit)
    _copy(visit, booking, person, mac, kind, now)
    made.brought.append(taking_back.line(clinic_id, by, visit, person, before))
    made.count("new" if was is None and kind is ChangeKind.FINISHED else COUNTED_AS.get(kind, "changed"))
    if kind is not None:
        reason = booking.reason or "" if kind is ChangeKind.CANCELLED else ""
        made.story.append((clinic_id, new_id(), visit.id, now, kind, visit.starts_at, was, by.kind, by.ref, reason))
    is_with_another = before is not None and kind is None and visit.clinician != before["clinician"]
    _follow(made, visit, was, kind, booking.status, now)
    if as_it_was is not None and as_it_was.starts_at > now:
        _free(made, as_it_was, visit, kind, booking.reason)
    if is_with_another and visit.starts_at > now:
        made.reassigned.append(visit)


def _free(
    made: _Sorted, as_it_was: Appointment, visit: Appointment, kind: ChangeKind | None, reason: CancelReason | None
) -> None:
    """The time that a visit had comes free, where it is off or has gone elsewhere; not where it only shifts by less than it lasts."""
    if kind is ChangeKind.CANCELLED:
        made.off.append((as_it_was, reason))
        return
    has_left = kind is ChangeKind.MOVED and not taken_times.overlap(as_it_was, visit)
    if has_left and as_it_was.state != VisitState.CANCELLED:
        made.left.append(as_it_was)


def _follow(
    made: _Sorted,
    visit: Appointment,
    was: datetime | None,
    kind: ChangeKind | None,
    status: BookingStatus,
    now: datetime,
) -> None:
    """What has to be planned anew, and what other rooms hear."""
    if visit.starts_at <= now:
        made.count("past")
    if kind is ChangeKind.FINISHED:
        made.over.append(visit)
        if was is not None:
            made.planned.append((visit, False))
        return
    if was is not None and was <= now and (kind is not None or status is BookingStatus.MISSED):
        made.not_over.append(visit)
    if visit.starts_at > now and kind is not None and not (was is None and kind is ChangeKind.CANCELLED):
        made.planned.append((visit, was is None))


def _new_state(visit: Appointment | None, booking: Booking, now: datetime) -> ChangeKind | None:
    """What the source's word does to the visit; None: details only."""
    is_off = booking.status is BookingStatus.CANCELLED
    if booking.status is BookingStatus.FINISHED and booking.start - desk.EARLIEST <= now:
        return ChangeKind.FINISHED if visit is None or visit.state != VisitState.FINISHED else None
    if visit is None:
        return ChangeKind.CANCELLED if is_off else ChangeKind.BOOKED
    if is_off:
        return None if visit.state == VisitState.CANCELLED else ChangeKind.CANCELLED
    if visit.source_status == BookingStatus.CANCELLED or visit.starts_at != booking.start:
        return ChangeKind.MOVED
    return None


def _copy(
    visit: Appointment, booking: Booking, person: Recorded, mac: bytes, kind: ChangeKind | None, now: datetime
) -> None:
    visit.patient_id = person.patient_id
    if kind is not None:
        visit.clinician_was = None
    elif visit.clinician_was is None and visit.clinician != booking.clinician:
        visit.clinician_was = visit.clinician
    visit.starts_at, visit.duration = booking.start, booking.duration
    visit.clinician, visit.service, visit.site = booking.clinician, booking.service, booking.site
    visit.source_status, visit.source_mac, visit.updated_at = booking.status, mac, now
    visit.known_at = None if booking.status is BookingStatus.CANCELLED else now
    if kind is ChangeKind.FINISHED:
        visit.state, visit.wants_another_time = VisitState.FINISHED, False
        return
    if kind is ChangeKind.CANCELLED:
        visit.state, visit.wants_another_time = VisitState.CANCELLED, False
        visit.answer = "cancel" if booking.reason is CancelReason.PATIENT else ""
    elif kind is ChangeKind.MOVED:
        visit.state, visit.wants_another_time, visit.answer = VisitState.BOOKED, False, ""
        visit.revision += 1
    elif kind is ChangeKind.BOOKED:
        visit.state = VisitState.BOOKED


def settle_announcements(
    *, clinic_id: UUID, source: str, announce: Announce, by: Actor, is_held: bool = False
) -> Announced:
    """At the end of an import: lets what people would be told at once go, drops it, or leaves it waiting.

    ALL lets everything go, what waited from earlier imports too; NONE drops it; AUTO lets it go unless it would reach
    more than `ANNOUNCE_LIMIT` people: then it waits for a person's word, and the calendar is up to date all the same.
    Of two people who decide at once the first did; the other gets an empty outcome: the rows changed say so, not a look before.
    `is_held`: the import ended early, so that whatever may go waits for that word.
    """
    with clinic_scope(clinic_id):
        people = journeys.waiting_for(clinic_id, source)
        if not people:
            return Announced()
        if announce is Announce.NONE:
            about = journeys.held_events(clinic_id, kind=KIND, source=source)
            outcome = Announced(dropped=people if journeys.drop(clinic_id=clinic_id, source=source) else 0)
            if outcome.dropped:
                waitlist.end_unasked(clinic_id, about, by)
        elif not is_held and (announce is Announce.ALL or people <= ANNOUNCE_LIMIT):
            outcome = Announced(told=people if journeys.release(clinic_id=clinic_id, source=source) else 0)
        else:
            outcome = Announced(waiting=people)
        if outcome != Announced():
            audit.record(
                clinic_id=clinic_id,
                by=by,
                action="appointment.announce",
                subject=f"source:{source}",
                detail={"told": outcome.told, "waiting": outcome.waiting, "dropped": outcome.dropped},
            )
    return outcome
