"""The page behind a link, as every room with links shows it. Call it inside `clinic_scope`."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from recado.clinics import queries as clinics
from recado.consent import queries as consent

from .types import VisitPage


def link_page(
    clinic_id: UUID, phone_bi: bytes | None, *, language: str, at: datetime, state: str, kind: str = "appointment"
) -> VisitPage:
    """Who writes, in which language, and whether all is quiet at this phone."""
    clinic = clinics.clinic_settings(clinic_id)
    stopped_at = consent.stopped_at(clinic_id, phone_bi) if phone_bi else None
    return VisitPage(
        clinic_id=clinic_id,
        clinic_name=clinic.name,
        clinic_phone=clinic.phone_shown,
        language=language,
        starts_at=at.astimezone(ZoneInfo(clinic.time_zone)),
        state=state,
        is_stopped=stopped_at is not None,
        stopped_at=stopped_at,
        languages=clinic.languages,
        opening_hours=clinic.opening_hours,
        kind=kind,
    )
