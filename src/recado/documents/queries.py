"""What is known of documents: lists and figures for staff, the pages behind a link for patients."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from recado.foundation import audit, business_time
from recado.foundation.actors import Actor
from recado.foundation.wiring import wired
from recado.journeys.queries import Coming, Written

from . import content, form_answers, form_book, form_writing, kept, store
from .forms import FormPage as FormPage
from .forms import form_asked as form_asked
from .forms import form_page as form_page
from .forms import held_sheet as held_sheet
from .forms import sheet as sheet
from .models import Document, Happening
from .opening import gate as gate
from .opening import opened as opened
from .opening import pages_of as pages_of
from .types import DocumentView, Figures, HappeningView, NoSuchDocument, Shown, What

most_bytes = store.most
LOCKED = content.LOCKED
forms, form, live_forms = form_book.forms, form_book.form, form_book.live
check_answers, FORM_FAULTS, form_faults = form_answers.check, form_writing.FAULTS, form_writing.faults
head_in, label_in = form_writing.head_in, form_writing.label_in


def text_ahead(
    clinic_id: UUID, patient_id: UUID, *, is_result: bool, asks_call: bool, by: Actor
) -> tuple[Coming, Written | None] | None:
    """The text that would tell this patient of a document, as it would arrive, and what the gate says of it. Nothing is stored
    and nothing leaves. None: the clinic's journeys send none. Call it inside `clinic_scope`; the caller audits."""
    found: tuple[Coming, Written | None] | None = wired("PAPERS", "told").look(
        clinic_id=clinic_id, patient_id=patient_id, is_result=is_result, asks_call=asks_call, by=by
    )
    return found


MONTH, SOON, LONG = timedelta(days=30), timedelta(days=3), timedelta(days=3)


def documents(
    clinic_id: UUID, shown: Shown, *, limit: int, offset: int = 0, by: Actor
) -> tuple[list[DocumentView], int]:
    """Documents, newest first, and how many there are in all. The look at the list is in the audit. Call it inside
    `clinic_scope`."""
    rows = _cut(clinic_id, shown)
    total = rows.count()
    now = business_time.now()
    found = [kept.view(row, now) for row in rows.order_by("-sent_at", "-id")[offset : offset + limit]]
    audit.record(
        clinic_id=clinic_id, by=by, action="document.list", detail={"documents": [str(one.id) for one in found]}
    )
    return found, total


def _cut(clinic_id: UUID, shown: Shown) -> "QuerySet[Document]":
    rows, now = Document.objects.filter(clinic_id=clinic_id), business_time.now()
    live = rows.filter(revoked_at=None, expires_at__gt=now)
    match shown:
        case Shown.NOT_OPENED:
            return live.filter(opened_at=None)
        case Shown.OPENED:
            return live.exclude(opened_at=None)
        case Shown.ENDS_SOON:
            return live.filter(expires_at__lte=now + SOON)
        case Shown.ENDED:
            return rows.filter(revoked_at=None, expires_at__lte=now)
        case Shown.REVOKED:
            return rows.exclude(revoked_at=None)
    return rows


def figures(clinic_id: UUID) -> Figures:
    """The last 30 days in one statement. Call it inside `clinic_scope`."""
    now = business_time.now()
    waits = Q(opened_at=None, revoked_at=None, expires_at__gt=now)
    counts = Document.objects.filter(clinic_id=clinic_id, sent_at__gte=now - MONTH).aggregate(
        sent=Count("id"),
        opened=Count("id", filter=~Q(opened_at=None)),
        not_opened=Count("id", filter=waits),
        waits_long=Count("id", filter=waits & Q(sent_at__lte=now - LONG)),
        revoked=Count("id", filter=~Q(revoked_at=None)),
        ended=Count("id", filter=Q(revoked_at=None, expires_at__lte=now)),
    )
    return Figures(**counts)


def document(clinic_id: UUID, document_id: UUID, *, by: Actor) -> tuple[DocumentView, list[HappeningView]]:
    """A document and its history, newest first; the look is in the audit. Raises NoSuchDocument. Call it inside
    `clinic_scope`."""
    row = Document.objects.filter(clinic_id=clinic_id, id=document_id).first()
    if row is None:
        raise NoSuchDocument("There is no such document.")
    audit.record(
        clinic_id=clinic_id,
        by=by,
        action="document.view",
        patient_id=row.patient_id,
        subject=f"document:{row.id}",
    )
    lines = Happening.objects.filter(clinic_id=clinic_id, document_id=document_id).order_by("-at", "-id")[:200]
    story = [HappeningView(line.at, What(line.what), line.actor_kind, line.actor_ref) for line in lines]
    return kept.view(row, business_time.now()), story


def of_patients(clinic_id: UUID, patient_ids: Collection[UUID], *, limit: int = 20) -> list[DocumentView]:
    """The newest documents of these patients; the caller audits. Call it inside `clinic_scope`."""
    rows = Document.objects.filter(clinic_id=clinic_id, patient_id__in=list(patient_ids)).order_by("-sent_at", "-id")
    now = business_time.now()
    return [kept.view(row, now) for row in rows[:limit]]
