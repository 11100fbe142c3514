"""A word for what a conversation shows, so that an open screen learns in one statement whether its own changed at all."""

from collections.abc import Collection
from typing import LiteralString
from uuid import UUID

from recado.foundation.database import plain_cursor
from recado.messaging import queries as texts

_MARKS: LiteralString = """
SELECT t.id, t.phone_bi, t.xmin::text, (SELECT count(*) FROM conversations_note n WHERE n.clinic_id = t.clinic_id AND n.thread_id = t.id)
FROM conversations_thread t WHERE t.clinic_id = %s AND t.id = ANY (%s)
"""


def marks(clinic_id: UUID, thread_ids: Collection[UUID]) -> dict[UUID, str]:
    """The mark of each conversation: another one after each change of its row (who wrote, who has it, what waits), each note, and
    each thing that became of a text of ours there. What no conversation is, is left out. Two statements, however many. Call it
    inside `clinic_scope`."""
    with plain_cursor() as cursor:
        rows = cursor.execute(_MARKS, (clinic_id, list(thread_ids))).fetchall()
    ours = texts.marks_of(clinic_id, {bytes(phone) for _, phone, *_ in rows})
    return {name: f"{version}.{notes}.{ours.get(bytes(phone), '')}" for name, phone, version, notes in rows}
