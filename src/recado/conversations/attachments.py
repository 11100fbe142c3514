"""Pictures and PDFs that patients send: fetched in the background from the carrier that brought the text, kept sealed, shown to who
opens them, and gone after `KEPT_FOR`. What is in a file decides what it is, never its name nor what the carrier says of it.

Files of other kinds, or larger than `MOST`, are not kept; what can't be had at once is tried again for a day.
"""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from recado.foundation import audit, business_time, news
from recado.foundation.actors import SYSTEM, Actor
from recado.foundation.clock import real_now
from recado.foundation.database import key_file
from recado.foundation.faults import describe
from recado.foundation.ids import new_id
from recado.foundation.keys import keys_for
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging.types import InboundText, NoMedia

from .attachment_types import AttachmentState, AttachmentView, NoSuchAttachment
from .models import Attachment

log = logging.getLogger("recado.inbound")
SEALED = "attachment.body"
MOST = 6_000_000  # bytes; a carrier brings 5 MB at the most
KEPT_FOR = timedelta(days=90)
TRIES = 9
STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
TROUBLES = ("gone", "elsewhere", "refused", "too_large", "other_kind", "no_answer")
_SHOWN = ("id", "reading_id", "state", "media_type", "size", "trouble", "at")


def kind_of(body: bytes) -> str:
    """The media type by the first bytes; empty: none that is shown. Pure.

    >>> kind_of(b"%PDF-1.7"), kind_of(b"<svg/>")
    ('application/pdf', '')
    """
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in STARTS if body.startswith(start)), "")


def note(clinic_id: UUID, texts: Sequence[InboundText]) -> None:
    """That files came with these texts, to be fetched. Call it inside `clinic_scope`, in the transaction that reads them."""
    now = business_time.now()
    rows = [
        Attachment(clinic_id=clinic_id, id=new_id(), reading_id=text.id, place=at, at=now, next_at=real_now())
        for text in texts
        for at in range(text.media)
    ]
    if rows:
        Attachment.objects.bulk_create(rows)


def of_readings(clinic_id: UUID, reading_ids: Collection[UUID]) -> dict[UUID, list[AttachmentView]]:
    """The files of each text, in their order: one statement. Call it inside `clinic_scope`."""
    rows = Attachment.objects.filter(clinic_id=clinic_id, reading_id__in=list(reading_ids)).order_by("place")
    found: dict[UUID, list[AttachmentView]] = {}
    for name, reading, state, kind, size, trouble, at in rows.values_list(*_SHOWN):
        view = AttachmentView(name, reading, AttachmentState(state), kind, size, trouble, at + KEPT_FOR)
        found.setdefault(reading, []).append(view)
    return found


def opened(*, clinic_id: UUID, phone_bi: bytes, attachment_id: UUID, by: Actor) -> tuple[str, bytes]:
    """The media type of a file of this phone's conversation, and the file. Logged. Raises NoSuchAttachment. Call it inside
    `clinic_scope`."""
    rows = Attachment.objects.filter(clinic_id=clinic_id, id=attachment_id, state=AttachmentState.HERE)
    row = rows.first()
    reading = None if row is None else row.reading(phone_bi)
    if row is None or reading is None or row.body_ct is None:
        raise NoSuchAttachment(str(attachment_id))
    audit.record(
        clinic_id=clinic_id,
        by=by,
        action="conversation.attachment",
        patient_id=reading.patient_id,
        subject=f"inbound:{row.reading_id}",
        detail={"kind": row.media_type, "bytes": row.size},
    )
    return row.media_type, keys_for(clinic_id).open(SEALED, row.id.bytes, bytes(row.body_ct))


# ------------------------------------------------------------------------------------------------ the worker

DUE = """
SELECT clinic_id, id, reading_id, place, tries FROM conversations_attachment
WHERE state = 'waiting' AND next_at <= %s ORDER BY next_at LIMIT 5
"""
OLD = """
UPDATE conversations_attachment SET state = 'gone', body_ct = NULL
WHERE id IN (SELECT id FROM conversations_attachment WHERE state = 'here' AND at < %s LIMIT 100)
"""


def fetch_due(maintenance: "psycopg.Connection[Any]") -> int:
    """Fetches files that wait, and drops what is too old. Returns how many were looked at. Wired under WORKERS."""
    maintenance.execute(OLD, (business_time.now() - KEPT_FOR,))
    due = maintenance.execute(DUE, (real_now(),)).fetchall()
    for clinic_id, name, reading_id, place, tries in due:
        try:
            body, trouble, is_over = messaging.fetch_media(maintenance, reading_id, place, key_file(), MOST), "", True
        except NoMedia as error:
            body, trouble, is_over = b"", error.reason, error.is_over
        except Exception as error:  # one file that fails must not stop the others
            log.error("a file of the text %s was not fetched: %s", reading_id, describe(error))
            body, trouble, is_over = b"", "no_answer", False
        with clinic_scope(clinic_id):
            _keep(clinic_id, name, body, trouble, is_over=is_over, tries=tries + 1)
    return len(due)


def _keep(clinic_id: UUID, name: UUID, body: bytes, trouble: str, *, is_over: bool, tries: int) -> None:
    kind = kind_of(body)
    if not trouble and not kind:
        trouble = "other_kind"
    rows = Attachment.objects.filter(clinic_id=clinic_id, id=name, state=AttachmentState.WAITING)
    if trouble and not is_over and tries < TRIES:
        rows.update(tries=tries, next_at=_again(tries))
        return
    if trouble:
        rows.update(state=AttachmentState.FAILED, trouble=trouble, tries=tries)
    else:
        sealed = keys_for(clinic_id).seal(SEALED, name.bytes, body)
        rows.update(
            state=AttachmentState.HERE, media_type=kind, size=len(body), body_ct=sealed, tries=tries, trouble=""
        )
    audit.record(
        clinic_id=clinic_id,
        by=SYSTEM,
        action="conversation.attachment_fetched",
        subject=f"attachment:{name}",
        detail={"kind": kind, "bytes": len(body), "trouble": trouble},
    )
    news.tell(clinic_id, news.Topic.THREADS, news.Topic.MESSAGES)


def _again(tries: int) -> datetime:
    """A minute, four, sixteen, an hour, four hours and then six hours later: nine tries are a day."""
    return real_now() + min(timedelta(minutes=4 ** (tries - 1)), timedelta(hours=6))
