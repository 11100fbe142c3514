"""How much a text may say to whoever sees the phone, as each patient has chosen; the ledger proves it like other consent.

Who has chosen nothing gets place and time: a reminder without them reminds of nothing.
"""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from recado.foundation import audit, business_time, news
from recado.foundation.actors import Actor

from .models import LedgerEntry, PrivacyChoice
from .types import Facts, Privacy

UNSAID = Facts(time_zone="UTC").privacy
CHOICES = (Privacy.NEUTRAL, Privacy.PLACE_AND_TIME)
"""What a person chooses between: a clinical text never goes to an open channel, whoever wants it."""
SAID = {Privacy.NEUTRAL: "says_neutral", Privacy.PLACE_AND_TIME: "says_place"}


def privacy_of(clinic_id: UUID, patient_ids: Collection[UUID]) -> dict[UUID, Privacy]:
    """The most that a text to each of these people may say. Call it inside `clinic_scope`."""
    rows = PrivacyChoice.objects.filter(clinic_id=clinic_id, patient_id__in=list(patient_ids))
    said = {patient: Privacy(level) for patient, level in rows.values_list("patient_id", "level")}
    return {patient: said.get(patient, UNSAID) for patient in patient_ids}


def count_neutral(clinic_id: UUID) -> int:
    """How many people have chosen neutral texts. Call it inside `clinic_scope`."""
    return PrivacyChoice.objects.filter(clinic_id=clinic_id, level=Privacy.NEUTRAL).count()


def choose_privacy(*, clinic_id: UUID, patient_id: UUID, level: Privacy, how: str, by: Actor) -> bool:
    """Notes what a person has chosen. Returns False where it stood already. Raises ValueError for a level that nobody may
    choose."""
    if level not in CHOICES:
        raise ValueError("That is never said on an open channel.")
    with transaction.atomic():
        if privacy_of(clinic_id, [patient_id])[patient_id] is level:
            return False
        PrivacyChoice.objects.update_or_create(
            clinic_id=clinic_id, patient_id=patient_id, defaults={"level": level, "at": business_time.now()}
        )
        entry = LedgerEntry.objects.create(
            clinic_id=clinic_id,
            at=business_time.now(),
            kind=SAID[level],
            how=how,
            patient_id=patient_id,
            actor_kind=by.kind,
            actor_ref=by.ref,
        )
        audit.record(
            clinic_id=clinic_id,
            by=by,
            action="consent.privacy",
            patient_id=patient_id,
            subject=f"ledger:{entry.id}",
            detail={"level": level.name.lower(), "how": how},
        )
        news.tell(clinic_id, news.Topic.PATIENTS)
    return True
