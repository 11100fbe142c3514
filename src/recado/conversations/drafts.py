"""Texts that were begun: kept sealed for the one who writes, until they are sent, emptied or a week old.

They are kept by the server, not in the browser: so they outlive a locked screen and a crash, follow their writer to another
computer, and never lie readable on a shared one. Saving leaves no line in the audit: nothing of a patient is read or
changed, only the writer sees it, and it happens each second of writing. Real time, as for sessions.
"""

from datetime import timedelta
from typing import Any, LiteralString
from uuid import UUID

import psycopg

from recado.foundation.clock import real_now
from recado.foundation.database import plain_cursor
from recado.foundation.ids import new_id
from recado.foundation.keys import keys_for
from recado.messaging import queries as texts

from .models import Draft, Note

KEPT_FOR = timedelta(days=7)
NOTES = "inbox:note:"  # how drafts of private notes are called
_COLUMN = "draft.body"

_KEEP: LiteralString = """
INSERT INTO conversations_draft (id, clinic_id, user_id, name, body_ct, at)
VALUES (%(id)s, %(clinic)s, %(user)s, %(name)s, %(body)s, %(now)s)
ON CONFLICT (clinic_id, user_id, name) DO UPDATE SET id = excluded.id, body_ct = excluded.body_ct, at = excluded.at
"""


def keep_draft(*, clinic_id: UUID, user_id: UUID, name: str, text: str, ref: str = "") -> None:
    """Keeps what somebody has begun to write; an empty text drops it. `ref` names the form: once its text was sent,
    nothing is kept for it, so that a save that comes late brings nothing back. Call it inside `clinic_scope`."""
    if (ref and _is_sent(clinic_id, name, ref)) or not text.strip():
        drop_draft(clinic_id=clinic_id, user_id=user_id, name=name)
        return
    draft_id = new_id()
    body = keys_for(clinic_id).seal(_COLUMN, draft_id.bytes, text.encode())
    values = {"id": draft_id, "clinic": clinic_id, "user": user_id, "name": name, "body": body, "now": real_now()}
    with plain_cursor() as cursor:
        cursor.execute(_KEEP, values)


def _is_sent(clinic_id: UUID, name: str, ref: str) -> bool:
    if not name.startswith(NOTES):
        return texts.message_of(clinic_id, f"desk:{ref}") is not None
    try:
        return Note.objects.filter(clinic_id=clinic_id, id=UUID(ref)).exists()
    except ValueError:  # no form of ours
        return False


def drop_draft(*, clinic_id: UUID, user_id: UUID, name: str) -> None:
    """It was sent, or thought better of. Call it inside `clinic_scope`."""
    Draft.objects.filter(clinic_id=clinic_id, user_id=user_id, name=name).delete()


def draft(clinic_id: UUID, user_id: UUID, name: str) -> str:
    """What this person has begun to write there; empty: nothing. Call it inside `clinic_scope`."""
    since = real_now() - KEPT_FOR
    found = Draft.objects.filter(clinic_id=clinic_id, user_id=user_id, name=name, at__gt=since).first()
    if found is None:
        return ""
    return keys_for(clinic_id).open(_COLUMN, found.id.bytes, bytes(found.body_ct)).decode()


def forget_old(maintenance: "psycopg.Connection[Any]") -> int:
    """Deletes what nobody has gone on with for a week. Returns 0: a new look is due after a while, not at once."""
    maintenance.execute("DELETE FROM conversations_draft WHERE at <= %s", (real_now() - KEPT_FOR,))
    return 0
