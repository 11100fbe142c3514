"""Somebody takes an emergency: the alarm ends and the conversation is theirs."""

from uuid import UUID

from django.db import transaction

from recado.foundation.actors import Actor
from recado.tasks import actions as tasks

from . import desk, threads


def take_emergency(*, clinic_id: UUID, thread_id: UUID, by: Actor) -> bool:
    """ "I take it". False: a colleague was faster, or it is over. Raises NoSuchThread. Call it inside `clinic_scope`."""
    with transaction.atomic():
        threads.held(clinic_id, thread_id)
        if not tasks.take_alarm(clinic_id=clinic_id, subject_id=thread_id, by=by):
            return False
        desk.assign(clinic_id=clinic_id, thread_id=thread_id, to=UUID(by.ref), by=by)
    return True
