"""The frame of the pages behind a document's link that every link has: stop, wrong person. Wired under LINK_PAGES."""

from uuid import UUID

from recado.consent import queries as consent
from recado.conversations import queries as conversations
from recado.conversations.types import VisitPage

from . import kept
from .models import Document
from .types import LINK


def page(clinic_id: UUID, document_id: UUID, phone_bi: bytes | None) -> VisitPage | None:
    """Who writes, in which language, and whether all is quiet: nothing of the document, which is behind the code. `state` is
    the kind of the link. None: it has ended. Call it inside `clinic_scope`."""
    row = Document.objects.filter(clinic_id=clinic_id, id=document_id).first()
    if row is None or not kept.is_live(row):
        return None
    person = consent.recipients(clinic_id, [row.patient_id])[row.patient_id]
    return conversations.link_page(clinic_id, phone_bi, language=person.language, at=row.expires_at, state=LINK)
