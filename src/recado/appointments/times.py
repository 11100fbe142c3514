"""Book, hold and move visits at free times (`queries.free_slots`). Each is one transaction: a visit keeps its old time until
the new one is sure.

Raises `SlotTaken` where the time is not free: the page that asked shows the others.
"""

from collections.abc import Sequence
from copy import copy
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from recado.conversations import actions as conversations
from recado.foundation import audit, business_time, news
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.journeys import actions as journeys
from recado.messaging import actions as messaging
from recado.tasks import actions as tasks
from recado.tasks.types import TaskKind

from . import claims, free, letters, waitlist
from .models import Appointment, Change
from .steps import changes
from .types import BookingStatus, ChangeKind, Outcome, Slot, SlotTaken, SlotWish, VisitState

OWN = "recado"  # the source of visits that are booked here
HOLD = timedelta(minutes=3)
_Found = tuple[Slot, timedelta]  # a free time, and how long it is taken


def hold(*, clinic_id: UUID, wish: SlotWish, held_for: UUID, by: Actor, lasts: timedelta = HOLD) -> datetime:
    """Holds a time for a visit or for whoever books, and lets go what was held for it before. Returns until when.
    Raises SlotTaken."""
    with clinic_scope(clinic_id), transaction.atomic():
        slot = _slot(clinic_id, wish, held_for=held_for)
        until = business_time.now() + lasts
        claims.let_go(clinic_id, held_for)
        _take(clinic_id, slot, held_for=held_for, expires_at=until)
        _audit(clinic_id, by, "appointment.hold", None, held_for)
        news.tell(clinic_id, news.Topic.VISITS)
    return until


def hold_several(visit: Appointment, wanted: Sequence[Slot], until: datetime, by: Actor) -> list[Slot]:
    """`hold_each` for a visit that may move to one of them."""
    return hold_each(visit.clinic_id, wanted, until, held_for=visit.id, patient_id=visit.patient_id, by=by)


def hold_each(
    clinic_id: UUID, wanted: Sequence[Slot], until: datetime, *, held_for: UUID, patient_id: UUID, by: Actor
) -> list[Slot]:
    """Holds these times of one service until then, lets go what was held for the same before, and returns those that could be
    held. Call it inside `clinic_scope` and a transaction."""
    held = []
    service = next(iter(free.services(clinic_id, only=[slot.service_id for slot in wanted[:1]])), None)
    if service is None:
        return []
    claims.lock(clinic_id, [*service.clinicians, *service.rooms])
    claims.let_go(clinic_id, held_for)
    lasts = timedelta(minutes=service.minutes + service.buffer)
    for slot in wanted:
        try:
            _take(clinic_id, (slot, lasts), held_for=held_for, expires_at=until)
        except SlotTaken:
            continue
        held.append(slot)
    _audit(clinic_id, by, "appointment.hold", patient_id, held_for)
    return held


def let_go(*, clinic_id: UUID, held_for: UUID, by: Actor) -> None:
    """What was held is free again."""
    with clinic_scope(clinic_id), transaction.atomic():
        claims.let_go(clinic_id, held_for)
        _audit(clinic_id, by, "appointment.let_go", None, held_for)
        news.tell(clinic_id, news.Topic.VISITS)


def book(
    *,
    clinic_id: UUID,
    wish: SlotWish,
    patient_id: UUID,
    by: Actor,
    held_for: UUID | None = None,
    tell: bool = True,
    name: str = "",
) -> UUID:
    """Books a free time for a patient and returns the visit's id. `held_for`: a hold that becomes the visit.
    `tell`: a text confirms it at once; reminders come in any case. `name`: another system's own for it. Raises SlotTaken."""
    with clinic_scope(clinic_id), transaction.atomic():
        slot, now = _slot(clinic_id, wish, held_for=held_for), business_time.now()
        if held_for is not None:
            claims.let_go(clinic_id, held_for)
        visit = _new(clinic_id, slot, patient_id, now, name)
        visit.save(force_insert=True)
        _take(clinic_id, slot, visit_id=visit.id)
        _note(visit, ChangeKind.BOOKED, None, now, by)
        _plan(visit, tell=tell, is_new=True)
    return visit.id


def move(
    *,
    clinic_id: UUID,
    visit_id: UUID,
    wish: SlotWish,
    by: Actor,
    held_for: UUID | None = None,
    tell: bool = True,
) -> Outcome:
    """Moves a visit to a free time. `tell`: a text says so. A visit that is there already stays, untold: somebody pressed
    twice. TOO_LATE: it has begun, or is off. Raises SlotTaken (the old time stands) and LookupError (no such visit)."""
    with clinic_scope(clinic_id), transaction.atomic():
        visit = Appointment.objects.select_for_update().filter(clinic_id=clinic_id, id=visit_id).first()
        now = business_time.now()
        if visit is None:
            raise LookupError(str(visit_id))
        if visit.state != VisitState.CANCELLED and is_there(visit, wish):
            return Outcome.DONE
        if visit.starts_at <= now or visit.state not in (VisitState.BOOKED, VisitState.CONFIRMED):
            return Outcome.TOO_LATE
        slot = _slot(clinic_id, wish, held_for=held_for or visit_id, moving=visit_id)
        if held_for is not None:
            claims.let_go(clinic_id, held_for)
        was, as_it_was = visit.starts_at, copy(visit)
        kept = claims.kept(clinic_id, [as_it_was])
        claims.drop(clinic_id, [visit_id])
        _take(clinic_id, slot, visit_id=visit_id)
        _set(visit, slot, now)
        _note(visit, ChangeKind.MOVED, was, now, by)
        _close_what_was_asked(visit, by)
        _plan(visit, tell=tell)
        waitlist.freed(clinic_id, [as_it_was], kept)
    return Outcome.DONE


def check(clinic_id: UUID, wish: SlotWish) -> None:
    """Raises SlotTaken where the time is not free. Call it inside `clinic_scope` and a transaction."""
    _slot(clinic_id, wish)


def _slot(clinic_id: UUID, wish: SlotWish, *, held_for: UUID | None = None, moving: UUID | None = None) -> _Found:
    """The time as it is free now, with how long it is taken; its calendars are locked. Raises SlotTaken."""
    service = next(iter(free.services(clinic_id, only=[wish.service_id])), None)
    if service is None:
        raise SlotTaken
    claims.lock(clinic_id, [wish.calendar_id, *service.rooms])
    found = free.find(
        clinic_id,
        service_id=wish.service_id,
        start=wish.starts_at,
        end=wish.starts_at + timedelta(minutes=1),
        clinicians=[wish.calendar_id],
        held_for=held_for,
        moving=moving,
    )
    slot = next((one for one in found if one.starts_at == wish.starts_at), None)
    if slot is None:
        raise SlotTaken
    return slot, timedelta(minutes=service.minutes + service.buffer)


def is_there(visit: Appointment, wish: SlotWish) -> bool:
    """Whether this visit has the time that is wished for it."""
    if visit.starts_at != wish.starts_at:
        return False
    service = next((one.name for one in free.services(visit.clinic_id, only=[wish.service_id])), "")
    names = {one.id: one.name for one in free.calendars(visit.clinic_id)}
    return (visit.service, visit.clinician) == (service, names.get(wish.calendar_id, ""))


def _take(
    clinic_id: UUID,
    found: _Found,
    *,
    visit_id: UUID | None = None,
    held_for: UUID | None = None,
    expires_at: datetime | None = None,
) -> None:
    slot, lasts = found
    names = [slot.calendar_id] if slot.room_id is None else [slot.calendar_id, slot.room_id]
    claims.take(clinic_id, names, slot.starts_at, lasts, visit_id=visit_id, held_for=held_for, expires_at=expires_at)


def _new(clinic_id: UUID, found: _Found, patient_id: UUID, now: datetime, name: str) -> Appointment:
    slot, visit_id = found[0], new_id()
    return Appointment(
        clinic_id=clinic_id,
        id=visit_id,
        source=OWN,
        external_id=name or str(visit_id),
        patient_id=patient_id,
        starts_at=slot.starts_at,
        duration=timedelta(minutes=slot.minutes),
        clinician=slot.clinician,
        service=slot.service,
        state=VisitState.BOOKED,
        source_status=BookingStatus.BOOKED,
        source_mac=b"",
        booked_at=now,
        updated_at=now,
    )


def _set(visit: Appointment, found: _Found, now: datetime) -> None:
    slot = found[0]
    visit.starts_at, visit.duration = slot.starts_at, timedelta(minutes=slot.minutes)
    visit.clinician, visit.service, visit.updated_at = slot.clinician, slot.service, now
    visit.state, visit.wants_another_time, visit.answer = VisitState.BOOKED, False, ""
    visit.known_at = None  # its source doesn't know of that yet
    visit.revision += 1
    visit.save()


def _note(visit: Appointment, kind: ChangeKind, was: datetime | None, now: datetime, by: Actor) -> None:
    Change.objects.create(
        clinic_id=visit.clinic_id,
        appointment_id=visit.id,
        at=now,
        kind=kind,
        starts_at=visit.starts_at,
        was_at=was,
        actor_kind=by.kind,
        actor_ref=by.ref,
    )
    _audit(visit.clinic_id, by, f"appointment.{kind}", visit.patient_id, visit.id)
    news.tell(visit.clinic_id, news.Topic.VISITS)


def _audit(clinic_id: UUID, by: Actor, action: str, patient_id: UUID | None, subject: UUID) -> None:
    audit.record(clinic_id=clinic_id, by=by, action=action, patient_id=patient_id, subject=f"appointment:{subject}")


def _close_what_was_asked(visit: Appointment, by: Actor) -> None:
    """What was asked about the old time takes no answer any more. The patient's own link goes on showing the visit."""
    if by.kind is not ActorKind.PATIENT:
        messaging.end_links(clinic_id=visit.clinic_id, kind=letters.KIND, subject_ids=[visit.id])
    conversations.note_moved(clinic_id=visit.clinic_id, kind=letters.KIND, subject_ids=[visit.id])
    kinds = (TaskKind.CALL, TaskKind.ANOTHER_TIME, TaskKind.NOBODY_THERE)
    tasks.finish_about(clinic_id=visit.clinic_id, kinds=kinds, subject_id=visit.id, by=by)


def _plan(visit: Appointment, *, tell: bool, is_new: bool = False) -> None:
    journeys.plan(clinic_id=visit.clinic_id, changes=changes(visit.clinic_id, [(visit, is_new)]), announce=tell)
