"""Send a document, release it, take it back, let somebody try again."""

import re
from uuid import UUID

from django.db import DatabaseError, transaction

from recado.consent import queries as consent
from recado.contacts import queries as contacts
from recado.foundation import business_time, news
from recado.foundation.actors import Actor
from recado.foundation.tenancy import clinic_scope
from recado.foundation.wiring import wired
from recado.messaging import actions as messaging

from . import form_keeping, kept, store
from .content import LOCKED
from .forms import fill_form as fill_form
from .forms import send_form as send_form
from .models import Document
from .opening import ask_again as ask_again
from .opening import ask_code as ask_code
from .opening import look as look
from .opening import page_picture as page_picture
from .opening import try_open as try_open
from .store import Intake as Intake
from .types import (
    LIFETIMES,
    LINK,
    LONGEST_TITLE,
    LONGEST_WORDS,
    SOURCE,
    CannotSend,
    DocumentKind,
    DocumentState,
    NoSuchDocument,
    What,
    Wish,
)

FRAGMENT = re.compile(r"[2-9A-HJ-NP-Za-km-z]{22}")  # of 57 letters that nobody mistakes: 128 bits

begin_form, save_form, publish_form = form_keeping.begin, form_keeping.save_draft, form_keeping.publish
end_form, resume_form, TooMany = form_keeping.end, form_keeping.resume, form_keeping.TooMany


def intake() -> Intake:
    """Takes an upload in as it arrives."""
    return Intake()


def send(
    *,
    clinic_id: UUID,
    patient_id: UUID,
    intake: Intake,
    wish: Wish,
    by: Actor,
    source: str = SOURCE,
    external_id: str = "",
) -> UUID:
    """Keeps a document and tells the patient, who is sent a link (or asked to call). Raises CannotSend; nothing is kept then.
    The same `external_id` of a source twice: nothing new, and the id of the first."""
    media_type = _read(intake)
    _check(wish, media_type)
    try:
        with clinic_scope(clinic_id), transaction.atomic():
            if external_id and (known := _known(clinic_id, source, external_id)):
                return known
            _check_person(clinic_id, patient_id)
            row = _row(clinic_id, patient_id, intake, media_type, wish, by, source, external_id)
            intake.keep(clinic_id)
            kept.note(row, What.CALL_ASKED if wish.asks_call else What.SENT, by)
            wired("PAPERS", "told").tell(
                clinic_id=clinic_id,
                patient_id=patient_id,
                document_id=row.id,
                is_result=wish.kind is DocumentKind.RESULT,
                asks_call=wish.asks_call,
                by=by,
            )
            news.tell(clinic_id, news.Topic.DOCUMENTS)
    except (DatabaseError, OSError) as error:
        if not store.is_full(error):
            raise
        raise CannotSend("no_room") from None
    return intake.id


def _read(intake: Intake) -> str:
    if intake.is_too_large:
        raise CannotSend("too_large")
    if not intake.size:
        raise CannotSend("empty")
    media_type = intake.end()
    if not intake.has_room:
        raise CannotSend("no_room")
    if not media_type:
        raise CannotSend("wrong_type")
    return media_type


def _check(wish: Wish, media_type: str) -> None:
    if wish.fragment or media_type == LOCKED:
        _check_locked(wish, media_type)
    elif not 0 < len(wish.title.strip()) <= LONGEST_TITLE or not wish.title.isprintable():
        raise CannotSend("no_title")
    if len(wish.words) > LONGEST_WORDS:
        raise CannotSend("bad_words")
    if wish.lives not in LIFETIMES:
        raise CannotSend("bad_days")


def _check_locked(wish: Wish, media_type: str) -> None:
    """What the browser has locked comes with a part of its key, and with no word about it in the open."""
    if media_type != LOCKED:
        raise CannotSend("not_locked")
    if not FRAGMENT.fullmatch(wish.fragment):
        raise CannotSend("bad_fragment")
    if wish.title or wish.words:
        raise CannotSend("no_title")


def _known(clinic_id: UUID, source: str, external_id: str) -> UUID | None:
    rows = Document.objects.filter(clinic_id=clinic_id, source=source, external_id=external_id)
    return rows.values_list("id", flat=True).first()


def _check_person(clinic_id: UUID, patient_id: UUID) -> None:
    person = contacts.patient(clinic_id, patient_id)
    if person is None:
        raise CannotSend("no_patient")
    if person.birth_date is None:
        raise CannotSend("no_birth_date")
    if consent.recipients(clinic_id, [patient_id])[patient_id].phone is None:
        raise CannotSend("no_phone")


def _row(
    clinic_id: UUID,
    patient_id: UUID,
    intake: Intake,
    media_type: str,
    wish: Wish,
    by: Actor,
    source: str,
    external_id: str,
) -> Document:
    now = business_time.now()
    about = {"title": wish.title.strip(), "words": wish.words.strip(), "fragment": wish.fragment}
    return Document.objects.create(
        clinic_id=clinic_id,
        id=intake.id,
        patient_id=patient_id,
        kind=wish.kind,
        media_type=media_type,
        size=intake.size,
        about_ct=kept.seal_about(clinic_id, intake.id, about),
        key_ct=intake.key_ct(clinic_id),
        source=source,
        external_id=external_id or intake.id.hex,
        actor_kind=by.kind,
        actor_ref=by.ref,
        is_held=wish.asks_call,
        sent_at=now,
        expires_at=now + wish.lives,
    )


def release(*, clinic_id: UUID, document_id: UUID, by: Actor) -> None:
    """Sends the link to a document whose patient was asked to call first. Raises NoSuchDocument."""
    with clinic_scope(clinic_id), transaction.atomic():
        row = kept.locked(clinic_id, document_id)
        if kept.state_of(row, business_time.now()) is not DocumentState.HELD:
            raise NoSuchDocument("It is not held.")
        row.is_held = False
        row.save(update_fields=["is_held"])
        kept.note(row, What.RELEASED, by)
        papers = wired("PAPERS", "told")
        papers.become(clinic_id=clinic_id, document_id=row.id, state="told", by=by)
        papers.tell(
            clinic_id=clinic_id,
            patient_id=row.patient_id,
            document_id=row.id,
            is_result=False,
            asks_call=False,
            by=by,
        )
        news.tell(clinic_id, news.Topic.DOCUMENTS)


def revoke(*, clinic_id: UUID, document_id: UUID, by: Actor) -> None:
    """Takes a document back: its links end, its content and its key are deleted. Raises NoSuchDocument where there is none
    that could be."""
    with clinic_scope(clinic_id), transaction.atomic():
        row = kept.locked(clinic_id, document_id)
        if kept.state_of(row, business_time.now()) in (DocumentState.REVOKED, DocumentState.ENDED):
            raise NoSuchDocument("It has ended already.")
        row.revoked_at = business_time.now()
        row.save(update_fields=["revoked_at"])
        store.forget(clinic_id, document_id)
        messaging.end_links(clinic_id=clinic_id, kind=LINK, subject_ids=[document_id])
        kept.note(row, What.REVOKED, by)
        wired("PAPERS", "told").become(clinic_id=clinic_id, document_id=document_id, state="withdrawn", by=by)
        news.tell(clinic_id, news.Topic.DOCUMENTS)


def unlock(*, clinic_id: UUID, document_id: UUID, by: Actor) -> None:
    """Lets the patient try again after too many wrong tries: who asks was recognised by a person. Raises NoSuchDocument."""
    with clinic_scope(clinic_id), transaction.atomic():
        row = kept.locked(clinic_id, document_id)
        row.wrong_tries = 0
        row.save(update_fields=["wrong_tries"])
        kept.note(row, What.UNLOCKED, by)
        news.tell(clinic_id, news.Topic.DOCUMENTS)
