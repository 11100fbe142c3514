"""Somebody takes an emergency: the alarm ends and the conversation is theirs."""

from uuid import UUID

from django.db import transaction

from recado.foundation.actors import Actor, ActorKind
from recado.foundation.phone import Phone
from recado.tasks import actions as tasks

from . import calling, desk, threads


def take_emergency(*, clinic_id: UUID, thread_id: UUID, by: Actor, answered_from: Phone | None = None) -> bool:
    """ "I take it", on a screen or from a mobile on call (`answered_from`); the conversation is theirs, where it is known whose
    mobile that is. False: a colleague was faster, or it is over. Raises NoSuchThread. Call it inside `clinic_scope`."""
    with transaction.atomic():
        threads.held(clinic_id, thread_id)
        if not tasks.take_alarm(clinic_id=clinic_id, subject_id=thread_id, by=by):
            return False
        if by.kind is ActorKind.STAFF:
            desk.assign(clinic_id=clinic_id, thread_id=thread_id, to=UUID(by.ref), by=by)
        calling.tell_others(clinic_id, thread_id, by, answered_from=answered_from)
    return True
