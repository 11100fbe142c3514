"""A number that turned out not to be a patient's: nothing about them goes there any more, and a task asks for the right one."""

from uuid import UUID

from recado.consent import actions as consent
from recado.foundation import business_time
from recado.foundation.actors import Actor
from recado.messaging import actions as messaging
from recado.tasks import actions as tasks
from recado.tasks.types import TaskKind

from .models import Question


def freeze(clinic_id: UUID, patient_id: UUID, phone_bi: bytes | None, by: Actor, *, how: str = "link") -> None:
    """Freezes a number for a patient and raises the task to find the right one."""
    if phone_bi is None:
        return
    messaging.retract(clinic_id=clinic_id, patient_id=patient_id, phone_bi=phone_bi, reason="wrong_number")
    theirs = Question.objects.filter(clinic_id=clinic_id, phone_bi=phone_bi, patient_id=patient_id, closed_at=None)
    theirs.update(closed_at=business_time.now())  # whoever reads that phone can't answer for them
    if consent.report_wrong_number(clinic_id=clinic_id, patient_id=patient_id, phone_bi=phone_bi, how=how, by=by):
        source, kind = f"patient:{patient_id}:{phone_bi.hex()}", TaskKind.WRONG_NUMBER
        if not tasks.raise_task(clinic_id=clinic_id, kind=kind, source=source, by=by, patient_id=patient_id):
            tasks.reopen(clinic_id=clinic_id, kind=kind, sources=[source], by=by)  # it had been found right in between
