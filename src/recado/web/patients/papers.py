"""The card of documents and forms on a patient's page: which were sent, and what became of each."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from recado.documents import queries
from recado.documents.types import DocumentKind, DocumentView
from recado.web import dates
from recado.web.documents import words

SHOWN = 5


def card(clinic_id: UUID, patient_id: UUID, zone: ZoneInfo) -> dict[str, Any]:
    """The newest ones. Call it inside `clinic_scope`; the caller audits."""
    found = queries.of_patients(clinic_id, [patient_id], limit=SHOWN)
    return {"papers": [_line(view, zone) for view in found]}


def _line(view: DocumentView, zone: ZoneInfo) -> dict[str, Any]:
    is_back = view.kind is DocumentKind.FORM and view.filled_at is not None
    icon, kind = words.KINDS[view.kind]
    return {
        "id": view.id,
        "icon": icon,
        "kind": kind,
        "title": view.title,
        "chip": words.STATES[view.state],
        "when": dates.short_moment((view.filled_at if is_back and view.filled_at else view.sent_at).astimezone(zone)),
        "is_back": is_back,
    }
