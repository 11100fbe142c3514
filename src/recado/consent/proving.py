"""Writes what was said into the ledger, with its line in the audit."""

from datetime import datetime
from uuid import UUID

from recado.foundation import audit, business_time, news
from recado.foundation.actors import Actor
from recado.foundation.ids import new_id
from recado.foundation.keys import keys_for

from .models import LedgerEntry
from .types import SMS, WORDS, PurposeGroup


def prove(
    clinic_id: UUID,
    kind: str,
    how: str,
    by: Actor,
    patient_id: UUID | None,
    phone_bi: bytes | None,
    groups: frozenset[PurposeGroup],
    *,
    text_version: str = "",
    words: str = "",
    said_at: datetime | None = None,
    channel: str = SMS,
) -> UUID:
    """One entry, in the caller's transaction, with the channel that it is about; `words` are sealed. `said_at`: when it was said, where that was before it was noted.
    Returns its id."""
    names = sorted(group.name.lower() for group in groups)
    name = new_id()
    words_ct = keys_for(clinic_id).seal(WORDS, name.bytes, words.encode()) if words else None
    entry = LedgerEntry.objects.create(
        id=name,
        clinic_id=clinic_id,
        at=business_time.now(),
        kind=kind,
        how=how,
        channel=channel,
        patient_id=patient_id,
        phone_bi=phone_bi,
        purpose_groups=names,
        actor_kind=by.kind,
        actor_ref=by.ref,
        said_at=said_at,
        text_version=text_version,
        words_ct=words_ct,
    )
    audit.record(
        clinic_id=clinic_id,
        by=by,
        action=f"consent.{kind}",
        patient_id=patient_id,
        subject=f"ledger:{entry.id}",
        detail={"groups": names, "how": how, "channel": channel},
    )
    news.tell(clinic_id, news.Topic.PATIENTS)
    return entry.id
