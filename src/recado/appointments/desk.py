"""What staff do to a visit: confirm, note the wish for another time, cancel, take back. It has the same consequences as
the patient's own answer: reminders end, open questions hold the answer, the calendar and whoever looks at it know.

Call all of it inside `clinic_scope`. A visit that the clinic does not have raises LookupError.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from recado.conversations import actions as conversations
from recado.foundation import audit, business_time, news
from recado.foundation.actors import Actor, ActorKind
from recado.journeys import actions as journeys
from recado.journeys import queries as plans
from recado.messaging import actions as messaging
from recado.tasks import actions as tasks
from recado.tasks.types import TaskKind

from . import after, by_text, claims, left_alone, letters, nobody_there, waitlist
from .models import Appointment, Change
from .steps import changes
from .types import CancelReason, ChangeKind, Outcome, SlotTaken, VisitState

ANSWERED = (TaskKind.CALL, TaskKind.ANOTHER_TIME)  # tasks that end when a visit is confirmed or cancelled
OVER = (*ANSWERED, TaskKind.NOBODY_THERE)  # and that end when it is off, or over, but not when it is confirmed
EARLIEST = timedelta(hours=12)  # so long before a visit somebody may have arrived for it
MAY_TAKE_BACK = timedelta(seconds=10)  # so long the text of a cancelled visit stays here
_ANSWER = {ChangeKind.CONFIRMED: "confirm", ChangeKind.WISHED: "change", ChangeKind.CANCELLED: "cancel"}
_PRESENCE = {
    ChangeKind.ARRIVED: VisitState.ARRIVED,
    ChangeKind.MISSED: VisitState.MISSED,
    ChangeKind.FINISHED: VisitState.FINISHED,
}
_AFTER = {  # what the desk may say next of who is here, or is not
    VisitState.BOOKED: frozenset(_PRESENCE),
    VisitState.CONFIRMED: frozenset(_PRESENCE),
    VisitState.ARRIVED: frozenset({ChangeKind.FINISHED}),
    VisitState.MISSED: frozenset({ChangeKind.ARRIVED, ChangeKind.FINISHED}),  # came late after all
}
TELLING_OFF = ("cancelled", "cancel_confirmed")  # steps of the journey: one of them goes
_MINE = frozenset({ChangeKind.CONFIRMED, ChangeKind.WISHED, ChangeKind.CANCELLED, *_PRESENCE})


def confirm(*, clinic_id: UUID, visit_id: UUID, by: Actor) -> Outcome:
    """The patient comes: they said so to a person."""
    return _answer(clinic_id, visit_id, "confirm", by)


def note_wish(*, clinic_id: UUID, visit_id: UUID, by: Actor) -> Outcome:
    """The patient wants another time. The visit stands, and a task asks for the new time."""
    return _answer(clinic_id, visit_id, "change", by)


def _answer(clinic_id: UUID, visit_id: UUID, answer: str, by: Actor) -> Outcome:
    with transaction.atomic():
        _held(clinic_id, visit_id)
        settlement = conversations.answer_for(
            clinic_id=clinic_id, kind=letters.KIND, subject_id=visit_id, answer=answer, by=by
        )
        if settlement.outcome == "too_late":
            return Outcome.TOO_LATE
        kinds = {"change": (TaskKind.CALL,), "cancel": OVER}.get(answer, ANSWERED)
        tasks.finish_about(clinic_id=clinic_id, kinds=kinds, subject_id=visit_id, by=by)
    return Outcome.DONE


def cancel(*, clinic_id: UUID, visit_id: UUID, reason: CancelReason, tell: bool, by: Actor) -> Outcome:
    """Cancels a visit. `tell`: a text says so to the patient, after a few seconds in which it can be taken back; whoever
    asked for it has it in writing that way; UNTOLD where no journey has such a text."""
    if reason is CancelReason.PATIENT:
        with transaction.atomic():
            was_off = _held(clinic_id, visit_id).state == VisitState.CANCELLED  # whoever did that has told them
            outcome = _answer(clinic_id, visit_id, "cancel", by)
            if outcome is not Outcome.DONE:
                return outcome
            is_told = not was_off and _plan(_held(clinic_id, visit_id), announce=tell)
            messaging.end_links(clinic_id=clinic_id, kind=letters.KIND, subject_ids=[visit_id])
        return Outcome.UNTOLD if tell and not is_told else Outcome.DONE
    with transaction.atomic():
        visit, now = _held(clinic_id, visit_id), business_time.now()
        if visit.starts_at <= now or visit.state == VisitState.CANCELLED:
            return Outcome.TOO_LATE
        _set(visit, ChangeKind.CANCELLED, "", now)
        claims.give_back(clinic_id, [visit_id])
        _note(visit, ChangeKind.CANCELLED, now, by, reason)
        is_told = _plan(visit, announce=tell)
        messaging.end_links(clinic_id=clinic_id, kind=letters.KIND, subject_ids=[visit_id])
        conversations.note_cancelled(clinic_id=clinic_id, kind=letters.KIND, subject_ids=[visit_id])
        tasks.finish_about(clinic_id=clinic_id, kinds=OVER, subject_id=visit_id, by=by)
        if reason not in nobody_there.SAID:
            waitlist.freed(clinic_id, [visit])
    return Outcome.UNTOLD if tell and not is_told else Outcome.DONE


def note_arrived(*, clinic_id: UUID, visit_id: UUID, by: Actor) -> Outcome:
    """The patient is here; from half a day before the visit on."""
    return _note_presence(clinic_id, visit_id, ChangeKind.ARRIVED, by)


def note_finished(*, clinic_id: UUID, visit_id: UUID, by: Actor) -> Outcome:
    """The patient was seen."""
    return _note_presence(clinic_id, visit_id, ChangeKind.FINISHED, by)


def note_missed(*, clinic_id: UUID, visit_id: UUID, by: Actor) -> Outcome:
    """The patient did not come. Nobody can say so before the visit begins."""
    return _note_presence(clinic_id, visit_id, ChangeKind.MISSED, by)


def _note_presence(clinic_id: UUID, visit_id: UUID, kind: ChangeKind, by: Actor) -> Outcome:
    with transaction.atomic():
        visit, now = _held(clinic_id, visit_id), business_time.now()
        by_patient = visit.state == VisitState.ARRIVED and _said_by_patient(visit)
        if kind not in may_be_said(VisitState(visit.state), visit.starts_at, now, by_patient=by_patient):
            return Outcome.TOO_LATE
        _set(visit, kind, visit.answer, now)
        _note(visit, kind, now, by)
        _plan(visit, announce=True)
        if kind is ChangeKind.FINISHED:
            after.finished(visit, now, by)
        if kind is ChangeKind.MISSED:
            after.not_finished(visit, by)  # over by the clock, perhaps
        tasks.finish_about(clinic_id=clinic_id, kinds=OVER, subject_id=visit_id, by=by)
    return Outcome.DONE


def _said_by_patient(visit: Appointment) -> bool:
    """Whether the newest line of the story is the patient's own."""
    story = Change.objects.filter(clinic_id=visit.clinic_id, appointment_id=visit.id).order_by("-at", "-id")
    return story.values_list("actor_kind", flat=True).first() == ActorKind.PATIENT


def may_be_said(
    state: VisitState, starts_at: datetime, now: datetime, *, by_patient: bool = False
) -> frozenset[ChangeKind]:
    """What the desk may say of who is here: arrived, missed, finished. `by_patient`: how it stands was said by the patient, who
    may have written that they are here, and was not. Pure."""
    if now < starts_at - EARLIEST:
        return frozenset()
    said = _AFTER.get(state, frozenset())
    if by_patient and state is VisitState.ARRIVED:
        said |= {ChangeKind.MISSED}
    return said if starts_at <= now else said - {ChangeKind.MISSED}


def take_back(*, clinic_id: UUID, visit_id: UUID, by: Actor) -> Outcome:
    """Undoes what staff last did to a visit, as long as nothing has happened to it since: it is again what it was."""
    with transaction.atomic():
        visit, now = _held(clinic_id, visit_id), business_time.now()
        story = list(Change.objects.filter(clinic_id=clinic_id, appointment_id=visit_id).order_by("at", "id"))
        last = story[-1] if story else None
        if last is None or last.actor_kind != ActorKind.STAFF or last.kind not in _MINE:
            return Outcome.TOO_LATE
        if last.kind in _PRESENCE:
            _take_presence_back(visit, _standing(story[:-1]), now, by)
            if tasks.reopen_about(clinic_id=clinic_id, kinds=OVER, subject_id=visit_id, since=last.at, by=by):
                left_alone.end_tasks(clinic_id, by)  # it may be alone no more
            return Outcome.DONE
        if visit.starts_at <= now:
            return Outcome.TOO_LATE
        if visit.state == VisitState.CANCELLED and not waitlist.stands_again(visit, by):
            return Outcome.TOO_LATE
        was = _standing(story[:-1])
        if last.kind == ChangeKind.CANCELLED and not _has_time_again(clinic_id, visit_id):
            return Outcome.TOO_LATE
        answer, noted = _ANSWER.get(was, ""), by_text.task_source(visit)
        told = _said_of_it(visit)
        is_told = last.kind == ChangeKind.CANCELLED and told is not None and not _called_off(clinic_id, told)
        # A step goes once a revision: were it cancelled again, the patient would not hear of it.
        visit.revision += told is not None
        _set(visit, was, answer, now)
        _note(visit, ChangeKind.TAKEN_BACK, now, by)
        _plan(visit, announce=False)
        conversations.answer_stands(clinic_id=clinic_id, kind=letters.KIND, subject_id=visit_id, answer=answer)
        # Noting a wish ended calls alone; the task that it raised goes with it, but not where the patient's own wish stands.
        ended = (TaskKind.CALL,) if last.kind == ChangeKind.WISHED else ANSWERED
        if last.kind == ChangeKind.WISHED and was != ChangeKind.WISHED:
            tasks.finish(clinic_id=clinic_id, kind=TaskKind.ANOTHER_TIME, sources=[noted], by=by)
        # Whoever was told that it is off is phoned anew, once.
        again = [kind for kind in ended if kind is not TaskKind.CALL or not is_told]
        tasks.reopen_about(clinic_id=clinic_id, kinds=again, subject_id=visit_id, since=last.at, by=by)
        if last.kind == ChangeKind.CANCELLED:
            left_alone.stand_again(clinic_id, [visit], by)
        if is_told:
            tasks.raise_task(
                clinic_id=clinic_id,
                kind=TaskKind.CALL,
                source=f"visit-stands:{last.id}",
                by=by,
                patient_id=visit.patient_id,
                subject_id=visit_id,
                due_at=visit.starts_at,
            )
    return Outcome.TOLD_ALREADY if is_told else Outcome.DONE


def _said_of_it(visit: Appointment) -> UUID | None:
    """The text that told that this visit is off."""
    said = (
        plans.message_of_step(visit.clinic_id, letters.KIND, visit.id, visit.revision, step) for step in TELLING_OFF
    )
    return next(filter(None, said), None)


def _take_presence_back(visit: Appointment, was: ChangeKind, now: datetime, by: Actor) -> None:
    """Also of a visit that has begun: the desk pressed the wrong button. What the patient had answered stands."""
    was_over = visit.state == VisitState.FINISHED
    _set(visit, was, visit.answer, now)
    _note(visit, ChangeKind.TAKEN_BACK, now, by)
    _plan(visit, announce=False)
    if was_over:
        after.not_finished(visit, by)


def _has_time_again(clinic_id: UUID, visit_id: UUID) -> bool:
    """Whether nobody has taken the time of a visit that was cancelled."""
    try:
        claims.take_again(clinic_id, visit_id)
    except SlotTaken:
        return False
    return True


def _held(clinic_id: UUID, visit_id: UUID) -> Appointment:
    found = Appointment.objects.select_for_update().filter(clinic_id=clinic_id, id=visit_id).first()
    if found is None:
        raise LookupError(str(visit_id))
    return found


def _set(visit: Appointment, kind: ChangeKind, answer: str, now: datetime) -> None:
    """Makes the visit what this line of its story says."""
    states = {ChangeKind.CONFIRMED: VisitState.CONFIRMED, ChangeKind.CANCELLED: VisitState.CANCELLED, **_PRESENCE}
    visit.state = states.get(kind, VisitState.BOOKED)
    visit.wants_another_time, visit.answer, visit.updated_at = kind is ChangeKind.WISHED, answer, now
    visit.save(update_fields=["state", "answer", "wants_another_time", "revision", "updated_at"])


def _note(visit: Appointment, kind: ChangeKind, now: datetime, by: Actor, reason: str = "") -> None:
    Change.objects.create(
        clinic_id=visit.clinic_id,
        appointment_id=visit.id,
        at=now,
        kind=kind,
        starts_at=visit.starts_at,
        actor_kind=by.kind,
        actor_ref=by.ref,
        reason=reason,
    )
    audit.record(
        clinic_id=visit.clinic_id,
        by=by,
        action=f"appointment.{kind}",
        patient_id=visit.patient_id,
        subject=f"appointment:{visit.id}",
        detail={"reason": reason} if reason else {},
    )
    news.tell(visit.clinic_id, news.Topic.VISITS)


def _plan(visit: Appointment, *, announce: bool) -> bool:
    """Plans the visit's texts anew; whether one tells the patient now."""
    told = changes(visit.clinic_id, [(visit, False)])
    return bool(journeys.plan(clinic_id=visit.clinic_id, changes=told, announce=announce, hold=MAY_TAKE_BACK))


def _called_off(clinic_id: UUID, message_id: UUID) -> bool:
    """Whether the text still waited here, and is off now."""
    return bool(messaging.call_off(clinic_id=clinic_id, message_ids=[message_id], reason="visit_changed"))


def _standing(story: Sequence[Change]) -> ChangeKind:
    """What the visit was after these lines. What staff took back is not there; who takes back by link has a visit that is
    booked, and no more."""
    lines = [ChangeKind.BOOKED]
    for line in story:
        if line.kind == ChangeKind.LATE:
            continue
        if line.kind != ChangeKind.TAKEN_BACK:
            lines.append(ChangeKind(line.kind))
        elif line.actor_kind == ActorKind.STAFF and len(lines) > 1:
            lines.pop()
        else:
            lines.append(ChangeKind.BOOKED)
    return lines[-1]
