"""What goes by itself: the content of documents that have ended, and old codes. Wired under WORKERS."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, LiteralString

from recado.foundation import business_time
from recado.foundation.clock import real_now

if TYPE_CHECKING:
    import psycopg

AT_ONCE = 200
CHECKS_STAY = timedelta(days=2)  # longer than the day in which codes are counted

ENDED: LiteralString = """
WITH over AS (
    SELECT clinic_id, id FROM documents_document
    WHERE expires_at <= %s AND expires_at > %s AND key_ct <> '' ORDER BY expires_at LIMIT %s FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM documents_piece p USING over WHERE p.clinic_id = over.clinic_id AND p.document_id = over.id
)
UPDATE documents_document d SET key_ct = '' FROM over WHERE d.clinic_id = over.clinic_id AND d.id = over.id
"""
OLD_CHECKS: LiteralString = "DELETE FROM documents_check WHERE made_at < %s"
LOOKED_BACK = timedelta(days=400)  # longer than any document lives


def forget_ended(maintenance: "psycopg.Connection[Any]") -> int:
    """Deletes the pieces and the key of documents whose time is over. Returns how many."""
    now = business_time.now()
    with maintenance.transaction():
        ended = maintenance.execute(ENDED, (now, now - LOOKED_BACK, AT_ONCE)).rowcount
        maintenance.execute(OLD_CHECKS, (real_now() - CHECKS_STAY,))
    return ended
