"""Who of the staff has which conversation open at the moment. Real time; worth nothing after some seconds."""

from datetime import timedelta
from uuid import UUID

from recado.foundation import news
from recado.foundation.clock import real_now
from recado.foundation.database import plain_cursor
from recado.foundation.ids import new_id

_HERE = """
WITH known AS MATERIALIZED (
    SELECT FROM conversations_presence WHERE clinic_id = %(clinic)s AND user_id = %(user)s AND tab = %(tab)s
        AND thread_id = %(thread)s AND is_typing = %(typing)s AND at > %(fresh)s AND told_at > %(told)s),
gone AS (
    DELETE FROM conversations_presence WHERE clinic_id = %(clinic)s AND user_id = %(user)s AND tab <> %(tab)s
        AND at <= %(fresh)s),
put AS (
    INSERT INTO conversations_presence (clinic_id, id, user_id, tab, thread_id, is_typing, at, told_at)
    VALUES (%(clinic)s, %(id)s, %(user)s, %(tab)s, %(thread)s, %(typing)s, %(now)s, %(now)s)
    ON CONFLICT (clinic_id, user_id, tab) DO UPDATE SET
        thread_id = excluded.thread_id, is_typing = excluded.is_typing, at = excluded.at,
        told_at = CASE WHEN (SELECT count(*) FROM known) = 0 THEN excluded.told_at ELSE conversations_presence.told_at END)
SELECT count(*) FROM known
"""
HERE_FOR = timedelta(seconds=20)
TAB = 32  # letters of a tab's name
TELL_AGAIN = {True: timedelta(seconds=12), False: timedelta(seconds=45)}  # while typing, while looking


def note_here(*, clinic_id: UUID, thread_id: UUID, user_id: UUID, is_typing: bool, tab: str = "") -> None:
    """Somebody looks at a conversation or types in it, in this tab of their browser: two windows side by side are two
    places, and neither overwrites the other. Tabs that were closed are forgotten. Colleagues are told when that is new
    and now and then while it goes on, not at every sign of it. Call it inside `clinic_scope`."""
    now = real_now()
    values = {
        "clinic": clinic_id,
        "id": new_id(),
        "user": user_id,
        "tab": tab[:TAB],
        "thread": thread_id,
        "typing": is_typing,
        "now": now,
        "fresh": now - HERE_FOR,
        "told": now - TELL_AGAIN[is_typing],
    }
    with plain_cursor() as cursor:
        row = cursor.execute(_HERE, values).fetchone()
    if not row or not row[0]:
        news.tell(clinic_id, news.Topic.THREADS)
