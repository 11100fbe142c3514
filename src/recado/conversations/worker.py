"""Hands stored inbound texts to whom they belong: bound to a clinic, read in its scope, marked as settled.

One worker of all reads at a time (an advisory lock), so that what a person wrote first is read first. The reading and
its effects are one transaction of the clinic; the mark on the raw text is another: after a crash between the two the
text comes once more, its reading stands already, and only the mark is made.
"""

import logging
from typing import Any
from uuid import UUID

import psycopg

from recado.foundation import audit, bulk, business_time, news
from recado.foundation.actors import SYSTEM
from recado.foundation.audit import AuditLine
from recado.foundation.database import key_file
from recado.foundation.faults import describe
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.messaging.types import InboundText

from .models import Thread
from .routing import receive
from .types import Reason, ThreadState

log = logging.getLogger("recado.inbound")
READING_LOCK = 0x5245_4349


def read_inbound(maintenance: "psycopg.Connection[Any]", *, most: int = 100) -> int:
    """Reads up to `most` waiting texts, oldest first. Returns how many were settled."""
    with maintenance.transaction():
        row = maintenance.execute("SELECT pg_try_advisory_xact_lock(%s)", (READING_LOCK,)).fetchone()
        if not row or not row[0]:
            return 0
        waiting = texts.waiting_inbound(maintenance, key_file(), most=most)
        return sum(_read(maintenance, raw) for raw in waiting)


def _read(maintenance: "psycopg.Connection[Any]", raw: texts.Raw) -> int:
    try:
        outcome, clinic_id = _hand_on(maintenance, raw)
    except Exception as error:  # one text that fails must not stop the others; it is tried again, and told of
        log.error("inbound text %s was not read, it will be tried again: %s", raw.id, describe(error))
        texts.try_inbound_later(maintenance, raw.id)
        return 0
    texts.settle_inbound(maintenance, raw.id, outcome=outcome, clinic_id=clinic_id)
    return 1


def _hand_on(maintenance: "psycopg.Connection[Any]", raw: texts.Raw) -> tuple[str, UUID | None]:
    """What became of a text, and whose it is, where it is one clinic's."""
    bound = texts.bind_inbound(maintenance, raw, key_file())
    for text in bound.earlier:
        texts.settle_inbound(maintenance, text.id, outcome=_receive(text), clinic_id=text.clinic_id)
    if bound.texts:
        outcomes = [_receive(text) for text in bound.texts]
        # For several clinics there are only STOPs: once one of them stopped, it stopped.
        outcome = "stopped" if "stopped" in outcomes else outcomes[0]
        return outcome, bound.texts[0].clinic_id if len(bound.texts) == 1 else None
    if bound.earlier:
        return "told_whose", bound.earlier[0].clinic_id
    messaging.ask_whose(maintenance, raw, key_file())
    return "unbound", None


def _receive(text: InboundText) -> str:
    with clinic_scope(text.clinic_id):
        return receive(text)


OVER = """
SELECT DISTINCT clinic_id FROM conversations_thread
WHERE state = 'snoozed' AND snoozed_until IS NOT NULL AND snoozed_until <= %s LIMIT 100
"""


def end_snoozes(maintenance: "psycopg.Connection[Any]") -> int:
    """Brings conversations back whose time has come, by business time. Returns how many."""
    clinics = [row[0] for row in maintenance.execute(OVER, (business_time.now(),))]
    return sum(_end_snoozes(clinic_id) for clinic_id in clinics)


def _end_snoozes(clinic_id: UUID) -> int:
    now = business_time.now()
    with clinic_scope(clinic_id):
        over = Thread.objects.select_for_update().filter(
            clinic_id=clinic_id, state=ThreadState.SNOOZED, snoozed_until__lte=now
        )
        rows = list(over)
        for row in rows:
            if row.waiting_since is None:  # answered, and put aside to be looked at again
                row.waiting_since, row.reason = now, Reason.BACK
            row.state, row.snoozed_until, row.before = ThreadState.OPEN, None, {}
            row.version += 1
        fields = ["state", "waiting_since", "reason", "snoozed_until", "before", "version"]
        bulk.update(rows, fields)
        audit.record_many(
            [AuditLine(clinic_id, SYSTEM, "conversation.back", row.patient_id, f"thread:{row.id}") for row in rows]
        )
        if rows:
            news.tell(clinic_id, news.Topic.THREADS)
    return len(rows)
