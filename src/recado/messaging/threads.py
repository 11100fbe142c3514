"""Texts as people read them: with their words, and what became of each."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from recado.consent.types import Purpose
from recado.foundation.keys import keys_for

from . import text_stories
from .models import Message
from .standing import WEIGHT, state_of
from .types import EventKind, EventView, MessageView, Said, TextStory

EVENTS = """
SELECT e.message, e.kind, e.at, e.reason FROM messaging_event e WHERE e.message = ANY (%s) ORDER BY e.at, e.kind
"""
# Which of these wait, and what those left from last that have gone over to another carrier.
STANDING = """
SELECT id, true, NULL FROM messaging_outbox WHERE id = ANY (%(names)s)
UNION ALL SELECT message, false, sender FROM messaging_movedtext WHERE clinic_id = %(clinic)s AND message = ANY (%(names)s)
"""


def thread(clinic_id: UUID, phone_bi: bytes, *, limit: int = 50) -> list[MessageView]:
    """The newest texts to a number, newest first, with their events. Call it inside `clinic_scope`; the caller audits."""
    rows = Message.objects.filter(clinic_id=clinic_id, phone_bi=phone_bi).order_by("-id")
    return _views(clinic_id, list(rows[:limit]))


def texts_about(
    clinic_id: UUID,
    patient_id: UUID,
    phones: Sequence[bytes],
    *,
    current: bytes | None,
    before: tuple[datetime, UUID],
    limit: int,
) -> list[MessageView]:
    """Texts about a patient to the numbers they have or had, newest first. At the number they have now, texts about nobody
    in particular are among them; texts about others who are reached there are not. Call it inside `clinic_scope`; the
    caller audits."""
    at, last = before
    rows = Message.objects.filter(clinic_id=clinic_id, phone_bi__in=list(phones))
    rows = rows.filter(Q(patient_id=patient_id) | Q(patient_id=None, phone_bi=current or b""))
    rows = rows.filter(Q(at__lt=at) | Q(at=at, id__lt=last)).order_by("-at", "-id")
    return _views(clinic_id, list(rows[:limit]))


def _views(clinic_id: UUID, rows: Sequence[Message]) -> list[MessageView]:
    """A one-time code is for the phone alone: its text is left out, whoever looks."""
    names = [row.id for row in rows]
    events: dict[UUID, list[EventView]] = {}
    with connection.cursor() as cursor:
        cursor.execute(EVENTS, (names,))
        for message, kind, at, reason in cursor.fetchall():
            events.setdefault(message, []).append(EventView(EventKind(kind), at, reason or ""))
        cursor.execute(STANDING, {"names": names, "clinic": clinic_id})
        standing = cursor.fetchall()
    queued = {name for name, waits, _ in standing if waits}
    senders = {name: sender for name, waits, sender in standing if not waits}
    keys = keys_for(clinic_id)
    return [
        _view(
            row,
            ""
            if row.purpose == Purpose.VERIFY
            else keys.open("message.body", row.id.bytes, bytes(row.body_ct)).decode(),
            events.get(row.id, []),
            row.id in queued,
            senders.get(row.id, row.sender),
        )
        for row in rows
    ]


def _view(row: Message, text: str, events: list[EventView], is_queued: bool, sender: str) -> MessageView:
    newest = max(events, key=lambda e: (WEIGHT[e.kind], e.at, e.kind)).kind if events else 0
    return MessageView(
        id=row.id,
        at=row.at,
        purpose=Purpose(row.purpose),
        verdict=row.verdict,
        rule=row.rule,
        text=text,
        sender=sender,
        parts=row.parts,
        state=state_of(row.verdict == "never", newest, is_queued),
        events=tuple(events),
        due=row.due,
        wording=row.wording or "",
    )


def text_story(clinic_id: UUID, message_id: UUID) -> TextStory | None:
    """One text with all that is stored of it. Call it inside `clinic_scope`; the caller audits."""
    row = Message.objects.filter(clinic_id=clinic_id, id=message_id).first()
    if row is None:
        return None
    (view,) = _views(clinic_id, [row])
    return text_stories.story_of(clinic_id, view)


def newest(clinic_id: UUID, *, limit: int) -> list[Said]:
    """The newest texts to anybody of a clinic, newest first: what a search reads. Call it inside `clinic_scope`; the
    caller audits."""
    rows = Message.objects.filter(clinic_id=clinic_id, phone_bi__isnull=False)
    rows = rows.exclude(verdict="never").exclude(purpose=Purpose.VERIFY)
    found = list(rows.order_by("-id").values_list("id", "at", "phone_bi", "body_ct")[:limit])
    bodies = keys_for(clinic_id).open_many(
        "message.body", [name.bytes for name, *_ in found], [bytes(sealed) for *_, sealed in found]
    )
    return [Said(bytes(bi or b""), at, body.decode()) for (_, at, bi, _), body in zip(found, bodies, strict=True)]
