"""The result of a phone call about a visit, in one step: the try is noted, the calendar follows, and it can be taken back."""

from uuid import UUID

from django.db import transaction

from recado.contacts import queries as contacts
from recado.conversations import actions as conversations
from recado.foundation.actors import Actor
from recado.tasks import actions as tasks
from recado.tasks import queries as calls
from recado.tasks.types import CallResult, TaskKind

from . import desk
from .models import Appointment
from .types import CancelReason, Outcome

MAY_UNDO = frozenset({CallResult.CONFIRMED, CallResult.CANCELLED, CallResult.ANOTHER_TIME, CallResult.NO_ANSWER})


def note_call(*, clinic_id: UUID, visit_id: UUID, result: CallResult, by: Actor) -> tuple[Outcome, UUID | None]:
    """Notes what came of a call. Returns the call's id, by which it is taken back. Call it inside `clinic_scope`."""
    with transaction.atomic():
        visit = Appointment.objects.filter(clinic_id=clinic_id, id=visit_id).first()
        if visit is None:
            raise LookupError(str(visit_id))
        outcome = _do(visit, result, by)
        if outcome is not Outcome.DONE:
            return outcome, None
        call_id = tasks.note_call(
            clinic_id=clinic_id, subject_id=visit_id, patient_id=visit.patient_id, result=result, by=by
        )
    return outcome, call_id


def _do(visit: Appointment, result: CallResult, by: Actor) -> Outcome:
    about = {"clinic_id": visit.clinic_id, "visit_id": visit.id}
    if result is CallResult.CONFIRMED:
        return desk.confirm(**about, by=by)
    if result is CallResult.CANCELLED:
        outcome = desk.cancel(**about, reason=CancelReason.PATIENT, tell=True, by=by)
        return Outcome.DONE if outcome is Outcome.UNTOLD else outcome
    if result is CallResult.ANOTHER_TIME:
        return desk.note_wish(**about, by=by)
    if result is CallResult.WRONG_NUMBER:
        person = contacts.reach(visit.clinic_id, [visit.patient_id])[visit.patient_id]
        conversations.wrong_number(
            clinic_id=visit.clinic_id, patient_id=visit.patient_id, phone_bi=person.phone_bi, by=by
        )
        tasks.finish_about(clinic_id=visit.clinic_id, kinds=(TaskKind.CALL,), subject_id=visit.id, by=by)
    return Outcome.DONE


def undo_call(*, clinic_id: UUID, call_id: UUID, by: Actor) -> Outcome:
    """Takes a call back with what it did to the visit. A wrong number stays wrong: where it is right after all, the page of
    the patient says so. Call it inside `clinic_scope`."""
    with transaction.atomic():
        call = calls.call(clinic_id, call_id)
        if call is None or call.result not in MAY_UNDO:
            return Outcome.TOO_LATE
        outcome = Outcome.DONE
        if call.result is not CallResult.NO_ANSWER:
            outcome = desk.take_back(clinic_id=clinic_id, visit_id=call.subject_id, by=by)
        if outcome is not Outcome.TOO_LATE:
            tasks.forget_call(clinic_id=clinic_id, call_id=call_id, by=by)
    return outcome
