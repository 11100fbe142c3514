"""Signed forms, scanned and kept encrypted as the proof of a permission."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from recado.foundation import business_time
from recado.foundation.actors import Actor
from recado.foundation.keys import keys_for

from .models import Paper
from .proving import prove
from .types import BadPaper, PurposeGroup

BODY = "consent.paper"
LARGEST = 5_000_000  # octets: some pages of a scan in colour
BEGINNINGS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


def media_of(body: bytes) -> str:
    """What a file is, by its first octets and not by its name. Raises BadPaper."""
    if len(body) > LARGEST:
        raise BadPaper("too_large")
    for beginning, media in BEGINNINGS.items():
        if body.startswith(beginning):
            return media
    raise BadPaper("unknown")


def keep_paper(
    *,
    clinic_id: UUID,
    patient_id: UUID,
    groups: Collection[PurposeGroup],
    body: bytes,
    text_version: str,
    by: Actor,
    said_at: datetime | None = None,
) -> UUID:
    """Keeps a scanned form on which a person agreed to these groups, with its entry in the ledger; `said_at`: when they signed it.
    Returns the id of both.
    Raises BadPaper. Call it inside `clinic_scope`."""
    media = media_of(body)
    with transaction.atomic():
        name = prove(
            *(clinic_id, "paper_kept", "paper", by, patient_id, None, frozenset(groups)),
            text_version=text_version,
            said_at=said_at,
        )
        Paper.objects.create(
            clinic_id=clinic_id,
            id=name,
            patient_id=patient_id,
            media=media,
            body_ct=keys_for(clinic_id).seal(BODY, name.bytes, body),
            at=business_time.now(),
        )
    return name


def papers_of(clinic_id: UUID, patient_id: UUID) -> frozenset[UUID]:
    """The entries of the ledger that have a paper. Call it inside `clinic_scope`."""
    rows = Paper.objects.filter(clinic_id=clinic_id, patient_id=patient_id)
    return frozenset(rows.values_list("id", flat=True))


def paper(clinic_id: UUID, patient_id: UUID, name: UUID) -> tuple[str, bytes] | None:
    """What a paper is and its octets. Call it inside `clinic_scope`; the caller audits."""
    row = Paper.objects.filter(clinic_id=clinic_id, patient_id=patient_id, id=name).first()
    return (row.media, keys_for(clinic_id).open(BODY, name.bytes, bytes(row.body_ct))) if row else None
