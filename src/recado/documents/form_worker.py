"""Forms that go by themselves: sent before visits, and moved or withdrawn with them. Wired under WORKERS.

Visits belong to another room, which is asked once a minute: a form comes a minute late at most, and no change of a visit has to know
of forms.
"""

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any, LiteralString
from uuid import UUID

from recado.foundation import business_time
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.tenancy import clinic_scope
from recado.foundation.wiring import wired

from . import form_book, forms
from .form_types import Form, FormWish
from .models import Document

if TYPE_CHECKING:
    import psycopg

BY_ITSELF = Actor(ActorKind.SYSTEM, "forms")
EVERY = 60.0  # seconds
AT_ONCE = 100  # forms sent to a clinic's patients in one turn
AHEAD = frozenset({"booked", "confirmed"})
OFF = frozenset({"cancelled", "missed"})

CLINICS: LiteralString = """
SELECT clinic_id FROM documents_form WHERE state = 'live'
UNION SELECT clinic_id FROM documents_document
WHERE visit_id IS NOT NULL AND form_key <> '' AND expires_at > %s
"""

_next_at = 0.0


def follow_visits(maintenance: "psycopg.Connection[Any]") -> int:
    """Once a minute: returns how many forms were sent, moved or withdrawn."""
    global _next_at
    if time.monotonic() < _next_at:
        return 0
    _next_at = time.monotonic() + EVERY
    return follow_now(maintenance)


def follow_now(maintenance: "psycopg.Connection[Any]") -> int:
    with maintenance.transaction():
        clinics = [row[0] for row in maintenance.execute(CLINICS, (business_time.now(),)).fetchall()]
    return sum(_follow(clinic_id) + _send(clinic_id) for clinic_id in clinics)


def _follow(clinic_id: UUID) -> int:
    """Forms whose visit has moved or is off."""
    now = business_time.now()
    with clinic_scope(clinic_id):
        rows = Document.objects.filter(
            clinic_id=clinic_id, visit_id__isnull=False, revoked_at=None, filled_at=None, expires_at__gt=now
        ).exclude(form_key="")
        open_forms = [(row.id, row.visit_id, row.due_at) for row in rows if row.visit_id is not None]
        found = (
            wired("VISITS", "calendar").these(clinic_id, {visit for _, visit, _ in open_forms}) if open_forms else ()
        )
        visits = {one.id: one for one in found}
        changed = 0
        for document_id, visit_id, due_at in open_forms:
            visit = visits.get(visit_id)
            starts_at = None if visit is None or visit.state in OFF else visit.starts_at
            if starts_at != due_at:
                forms.follow(clinic_id=clinic_id, document_id=document_id, starts_at=starts_at, by=BY_ITSELF)
                changed += 1
    return changed


def _send(clinic_id: UUID) -> int:
    """Forms that are due to be sent before visits."""
    with clinic_scope(clinic_id):
        wishes = [wish for form in form_book.live(clinic_id) if form.services for wish in _wishes(clinic_id, form)]
    return len(forms.send_forms(clinic_id=clinic_id, wishes=wishes[:AT_ONCE], by=BY_ITSELF)) if wishes else 0


def _wishes(clinic_id: UUID, form: Form) -> list[FormWish]:
    now = business_time.now()
    services = {name.casefold() for name in form.services}
    ahead = [
        visit
        for visit in wired("VISITS", "calendar").between(clinic_id, now, now + timedelta(days=form.days_before))
        if visit.state in AHEAD and visit.service.casefold() in services
    ]
    sent = Document.objects.filter(
        clinic_id=clinic_id, form_key=form.key, visit_id__in=[visit.id for visit in ahead]
    ).values_list("visit_id", flat=True)
    known = set(sent) if ahead else set()
    return [FormWish(form.key, visit.patient_id, visit.starts_at, visit.id) for visit in ahead if visit.id not in known]
