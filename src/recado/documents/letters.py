"""The texts of this room: a code, and a fresh link. Wired under LINK_TEXTS."""

from collections.abc import Collection
from uuid import UUID

from recado.clinics import queries as clinics
from recado.foundation.wiring import wired
from recado.messaging import queries as wording

from . import kept
from .content import LOCKED
from .models import Document
from .wordings import VALUES, WORDINGS

_TEXTS = wording.define_all(WORDINGS, VALUES)


def code_text(clinic_id: UUID, language: str, code: str) -> str:
    """The text that brings a code. It says neither what it opens nor for whom."""
    clinic = clinics.clinic_settings(clinic_id)
    return wording.render(_TEXTS["document_code"], language, {"clinic": clinic.name, "code": code}).text


def fresh_link_text(clinic_id: UUID, document_id: UUID) -> str | None:
    """The text with a new link, for a document that may still be opened. None: there is nothing to link to."""
    row = Document.objects.filter(clinic_id=clinic_id, id=document_id).first()
    if row is None or not kept.is_live(row):
        return None
    text: str | None = wired("PAPERS", "told").link_text(clinic_id, document_id)
    return text


def fragments(clinic_id: UUID, document_ids: Collection[UUID]) -> dict[UUID, str]:
    """The part of the key that goes into the link, of documents that were locked in the uploader's browser. Call it inside
    `clinic_scope`."""
    rows = Document.objects.filter(clinic_id=clinic_id, id__in=list(document_ids), media_type=LOCKED)
    return {row.id: kept.about_of(row)["fragment"] for row in rows}
