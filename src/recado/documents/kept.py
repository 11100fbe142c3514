"""What is kept of a document beside its content: sealed words about it, its state, its history."""

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from recado.foundation import audit, business_time
from recado.foundation.actors import Actor
from recado.foundation.keys import keys_for

from .models import Document, Happening
from .types import TRIES_IN_ALL, DocumentKind, DocumentState, DocumentView, NoSuchDocument, What

ABOUT = "documents.about"
LIVE = frozenset({DocumentState.OPENED, DocumentState.NOT_OPENED, DocumentState.FILLED})


def seal_about(clinic_id: UUID, document_id: UUID, about: Mapping[str, str]) -> bytes:
    return keys_for(clinic_id).seal(ABOUT, document_id.bytes, json.dumps(about).encode())


def about_of(row: Document) -> dict[str, str]:
    """`title` and `words`."""
    opened: dict[str, str] = json.loads(keys_for(row.clinic_id).open(ABOUT, row.id.bytes, bytes(row.about_ct)).decode())
    return opened


def locked(clinic_id: UUID, document_id: UUID) -> Document:
    """The row, locked. Raises NoSuchDocument. Call it inside `clinic_scope`."""
    row = Document.objects.select_for_update().filter(clinic_id=clinic_id, id=document_id).first()
    if row is None:
        raise NoSuchDocument("There is no such document.")
    return row


def state_of(row: Document, now: datetime) -> DocumentState:
    if row.revoked_at is not None:
        return DocumentState.REVOKED
    if row.expires_at <= now:
        return DocumentState.ENDED
    if row.is_held:
        return DocumentState.HELD
    if row.filled_at is not None:
        return DocumentState.FILLED
    return DocumentState.OPENED if row.opened_at is not None else DocumentState.NOT_OPENED


def is_live(row: Document) -> bool:
    """Whether it may be opened now."""
    return state_of(row, business_time.now()) in LIVE


def view(row: Document, now: datetime) -> DocumentView:
    return DocumentView(
        id=row.id,
        patient_id=row.patient_id,
        kind=DocumentKind(row.kind),
        state=state_of(row, now),
        title=about_of(row)["title"],
        media_type=row.media_type,
        size=row.size,
        source=row.source,
        actor_kind=row.actor_kind,
        actor_ref=row.actor_ref,
        sent_at=row.sent_at,
        expires_at=row.expires_at,
        opened_at=row.opened_at,
        openings=row.openings,
        revoked_at=row.revoked_at,
        is_locked=row.wrong_tries >= TRIES_IN_ALL,
        asked_at=row.asked_at,
        due_at=row.due_at,
        filled_at=row.filled_at,
    )


def note(row: Document, what: What, by: Actor, *, result: str = "done") -> None:
    """A line of the document's history and one of the audit. Call it inside `clinic_scope`."""
    Happening.objects.create(
        clinic_id=row.clinic_id,
        document_id=row.id,
        at=business_time.now(),
        what=what,
        actor_kind=by.kind,
        actor_ref=by.ref,
    )
    audit.record(
        clinic_id=row.clinic_id,
        by=by,
        action=f"document.{what}",
        patient_id=row.patient_id,
        subject=f"document:{row.id}",
        result=result,
    )
