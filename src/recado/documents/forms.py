"""A form is sent, filled in, read by staff; and follows its visit.

It is a document without a file: link, code, date of birth, history and end are a document's. What comes back is sealed by the
clinic's key and stays in the record when the link has ended.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from recado.consent import queries as consent
from recado.contacts import queries as contacts
from recado.foundation import audit, business_time, news
from recado.foundation.actors import Actor
from recado.foundation.ids import new_id
from recado.foundation.keys import keys_for
from recado.foundation.tenancy import clinic_scope
from recado.foundation.wiring import wired
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.messaging.types import LinkTarget

from . import form_answers, form_book, kept, opening
from .form_types import STAYS_AFTER, Answer, Filled, Form, FormState, FormWish, NoSuchForm, Sheet
from .form_writing import head_in
from .models import Document, FilledForm
from .types import LINK, PASS_LIVES, SOURCE, CannotSend, DocumentKind, What

ANSWERS = "documents.answers"


@dataclass(frozen=True, slots=True)
class FormPage:
    """What the page shows on which a form is filled in. `answers`: what was sent back before."""

    document_id: UUID
    form: Form
    due_at: datetime
    answers: Mapping[str, Answer]
    filled_at: datetime | None


def send_forms(*, clinic_id: UUID, wishes: Sequence[FormWish], by: Actor) -> list[UUID]:
    """Sends a form to each, who is told by the journey of forms; somebody who was sent that form for that visit is left out, and so is
    whoever can't be sent it. Returns the ids of what was sent."""
    sent = []
    for wish in wishes:
        try:
            sent.append(send_form(clinic_id=clinic_id, wish=wish, by=by))
        except CannotSend:
            continue
    return sent


def send_form(*, clinic_id: UUID, wish: FormWish, by: Actor) -> UUID:
    """Sends a form to one patient. Raises NoSuchForm; CannotSend where the record lacks a number or, for a form that opens by a
    code, a date of birth, where the time is over, or where they were sent it for that visit."""
    now = business_time.now()
    with clinic_scope(clinic_id), transaction.atomic():
        view = form_book.form(clinic_id, wish.form)
        if view.published is None or view.state is not FormState.LIVE:
            raise NoSuchForm(wish.form)
        if wish.due_at <= now:
            raise CannotSend("too_late")
        _check_person(clinic_id, wish.patient_id, needs_code=view.published.needs_code)
        if wish.visit_id is not None and _of_visits(clinic_id, [wish.visit_id]).filter(form_key=wish.form).exists():
            raise CannotSend("sent_before")
        row = _row(clinic_id, wish, view.published, now, by)
        kept.note(row, What.SENT, by)
        wired("PAPERS", "told").tell_of_form(
            clinic_id=clinic_id, patient_id=wish.patient_id, document_id=row.id, due_at=wish.due_at, by=by
        )
        news.tell(clinic_id, news.Topic.DOCUMENTS)
    return row.id


def _check_person(clinic_id: UUID, patient_id: UUID, *, needs_code: bool) -> None:
    person = contacts.patient(clinic_id, patient_id)
    if person is None:
        raise CannotSend("no_patient")
    if needs_code and person.birth_date is None:
        raise CannotSend("no_birth_date")
    if consent.recipients(clinic_id, [patient_id])[patient_id].phone is None:
        raise CannotSend("no_phone")


def _row(clinic_id: UUID, wish: FormWish, form: Form, now: datetime, by: Actor) -> Document:
    name = new_id()
    person = consent.recipients(clinic_id, [wish.patient_id])[wish.patient_id]
    title = head_in(form, person.language)[1].title
    return Document.objects.create(
        clinic_id=clinic_id,
        id=name,
        patient_id=wish.patient_id,
        kind=DocumentKind.FORM,
        media_type="",
        size=0,
        about_ct=kept.seal_about(clinic_id, name, {"title": title, "words": ""}),
        key_ct=b"",
        source=SOURCE,
        external_id=name.hex,
        actor_kind=by.kind,
        actor_ref=by.ref,
        sent_at=now,
        expires_at=wish.due_at + STAYS_AFTER,
        needs_code=form.needs_code,
        form_key=form.key,
        form_version=form.version,
        visit_id=wish.visit_id,
        due_at=wish.due_at,
    )


# ------------------------------------------------------------------------------------------------ what a patient does


def page_of(row: Document) -> FormPage:
    """Call it inside `clinic_scope`, for whoever may see it."""
    assert row.form_version is not None and row.due_at is not None
    form = form_book.version_of(row.clinic_id, row.form_key, row.form_version)
    filled = _filled(row) if _may_see_answers(row) else ()
    return FormPage(row.id, form, row.due_at, filled[0].answers if filled else {}, row.filled_at)


def _may_see_answers(row: Document) -> bool:
    """Where no code is asked for, answers are shown again for as long as a pass lives: to whoever has just sent them, not to whoever
    finds the link weeks later."""
    return row.needs_code or (row.filled_at is not None and business_time.now() - row.filled_at <= PASS_LIVES)


def form_page(token: str, shown: str, document_id: UUID | None = None) -> FormPage | None:
    """The form behind a link, for whoever has the pass or needs none. `document_id`: behind the link of its visit, which opens
    forms without a code only. None: no pass, it has ended, or it is no form."""
    target = _target(token, document_id)
    if target is None:
        return None
    with clinic_scope(target.clinic_id):
        row = _row_behind(target, shown, document_id)
        return page_of(row) if row is not None else None


def fill_form(
    token: str, shown: str, language: str, answers: Mapping[str, Answer], document_id: UUID | None = None
) -> bool:
    """Keeps what was sent back. Whoever had a pass within the last day may send, though not look: a form takes its time. False:
    nobody may, or it has ended."""
    target = _target(token, document_id)
    if target is None:
        return False
    with clinic_scope(target.clinic_id), transaction.atomic():
        row = _row_behind(target, shown, document_id, lives=opening.DAY)
        if row is None:
            return False
        _keep(kept.locked(row.clinic_id, row.id), language, answers, opening.BY_LINK)
    return True


def form_asked(token: str, shown: str) -> Form | None:
    """The form itself, for whoever may still send though no longer look. None: nobody may."""
    target = opening.behind(token)
    if target is None:
        return None
    with clinic_scope(target.clinic_id):
        row = _row_behind(target, shown, None, lives=opening.DAY)
        return page_of(row).form if row is not None else None


def _target(token: str, document_id: UUID | None) -> LinkTarget | None:
    if document_id is None:
        return opening.behind(token)
    target = texts.link_behind(token)
    return target if target is not None and target.is_live else None


def _row_behind(
    target: LinkTarget, shown: str, document_id: UUID | None, lives: timedelta = PASS_LIVES
) -> Document | None:
    if document_id is None:
        row = opening.passed(target, shown, lives)
    else:
        of_visit = _of_visits(target.clinic_id, [target.subject_id])
        row = of_visit.filter(id=document_id, patient_id=target.patient_id, needs_code=False).first()
    return row if row is not None and row.form_key and kept.is_live(row) else None


def _keep(row: Document, language: str, answers: Mapping[str, Answer], by: Actor) -> None:
    now, name = business_time.now(), new_id()
    told = json.dumps(form_answers.to_json(language, answers)).encode()
    FilledForm.objects.create(
        clinic_id=row.clinic_id,
        id=name,
        document_id=row.id,
        at=now,
        answers_ct=keys_for(row.clinic_id).seal(ANSWERS, name.bytes, told),
    )
    is_first = row.filled_at is None
    row.filled_at, row.opened_at = now, row.opened_at or now
    row.save(update_fields=["filled_at", "opened_at"])
    kept.note(row, What.FILLED, by)
    if is_first:
        wired("PAPERS", "told").become(clinic_id=row.clinic_id, document_id=row.id, state="filled", by=by)
    news.tell(row.clinic_id, news.Topic.DOCUMENTS)


def _filled(row: Document) -> tuple[Filled, ...]:
    """The newest first."""
    found = []
    for one in FilledForm.objects.filter(clinic_id=row.clinic_id, document_id=row.id).order_by("-at", "-id"):
        opened = keys_for(row.clinic_id).open(ANSWERS, one.id.bytes, bytes(one.answers_ct))
        found.append(Filled(one.at, *form_answers.from_json(json.loads(opened))))
    return tuple(found)


# ------------------------------------------------------------------------------------------------ for staff, and visits


def sheet(clinic_id: UUID, document_id: UUID, *, by: Actor) -> Sheet:
    """A form that was sent, with what came back; the look is in the audit. Raises NoSuchForm. Call it inside `clinic_scope`."""
    found = held_sheet(clinic_id, document_id)
    audit.record(
        clinic_id=clinic_id,
        by=by,
        action="document.view_answers",
        patient_id=found.patient_id,
        subject=f"document:{document_id}",
    )
    return found


def held_sheet(clinic_id: UUID, document_id: UUID) -> Sheet:
    """The same; the caller audits. Raises NoSuchForm. Call it inside `clinic_scope`."""
    row = Document.objects.filter(clinic_id=clinic_id, id=document_id).exclude(form_key="").first()
    if row is None:
        raise NoSuchForm(str(document_id))
    assert row.form_version is not None and row.due_at is not None
    form = form_book.version_of(clinic_id, row.form_key, row.form_version)
    return Sheet(row.id, row.patient_id, form, row.due_at, _filled(row))


def _of_visits(clinic_id: UUID, visit_ids: Collection[UUID]) -> "QuerySet[Document]":
    return Document.objects.filter(clinic_id=clinic_id, visit_id__in=list(visit_ids), revoked_at=None)


def links_of_visit(clinic_id: UUID, visit_id: UUID) -> list[tuple[UUID, str]]:
    """The forms to fill in before this visit that need no code: id and title. Call it inside `clinic_scope`."""
    now = business_time.now()
    rows = _of_visits(clinic_id, [visit_id]).filter(needs_code=False, expires_at__gt=now).order_by("sent_at", "id")
    return [(row.id, kept.about_of(row)["title"]) for row in rows]


def follow(*, clinic_id: UUID, document_id: UUID, starts_at: datetime | None, by: Actor) -> None:
    """The visit of a form is at another time; None: it is off, and the form with it. Call it inside `clinic_scope`."""
    with transaction.atomic():
        row = kept.locked(clinic_id, document_id)
        if starts_at is None:
            row.revoked_at = business_time.now()
            row.save(update_fields=["revoked_at"])
            messaging.end_links(clinic_id=clinic_id, kind=LINK, subject_ids=[document_id])
            kept.note(row, What.REVOKED, by)
            wired("PAPERS", "told").become(clinic_id=clinic_id, document_id=document_id, state="withdrawn", by=by)
        else:
            row.due_at, row.expires_at = starts_at, starts_at + STAYS_AFTER
            row.save(update_fields=["due_at", "expires_at"])
            if row.filled_at is None:
                wired("PAPERS", "told").tell_of_form(
                    clinic_id=clinic_id, patient_id=row.patient_id, document_id=row.id, due_at=starts_at, by=by
                )
        news.tell(clinic_id, news.Topic.DOCUMENTS)
