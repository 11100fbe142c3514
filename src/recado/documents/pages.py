"""The frame of the pages behind a document's link that every link has: stop, wrong person. Wired under LINK_PAGES."""

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from recado.clinics import queries as clinics
from recado.consent import queries as consent
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
    clinic = clinics.clinic_settings(clinic_id)
    person = consent.recipients(clinic_id, [row.patient_id])[row.patient_id]
    stopped_at = consent.stopped_at(clinic_id, phone_bi) if phone_bi else None
    return VisitPage(
        clinic_id=clinic_id,
        clinic_name=clinic.name,
        clinic_phone=clinic.phone_shown,
        first_name="",
        language=person.language,
        starts_at=row.expires_at.astimezone(ZoneInfo(clinic.time_zone)),
        duration=timedelta(0),
        clinician="",
        service="",
        site_name="",
        site_address="",
        directions_url="",
        state=LINK,
        wants_another_time=False,
        is_stopped=stopped_at is not None,
        stopped_at=stopped_at,
        may_take_back=False,
        receiving_number="",
        languages=clinic.languages,
        opening_hours=clinic.opening_hours,
    )
