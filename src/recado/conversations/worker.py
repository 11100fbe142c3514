"""Hands stored inbound texts to whom they belong: bound to a clinic, read in its scope, marked as settled.

One worker of all reads at a time (an advisory lock), so that what a person wrote first is read first. It reads in rounds: of
each person the oldest text, and the next round at once while there are more. Those of a clinic that lock little are read
together in one transaction, then each other in its own; where the first fails, each is read by itself, so that it stops no
other. The marks on the raw texts are another transaction: after a crash between the two the texts come once more, their
readings stand already, and only the marks are made.
"""

import logging
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg

from recado.foundation import audit, bulk, business_time, news
from recado.foundation.actors import SYSTEM
from recado.foundation.audit import AuditLine
from recado.foundation.database import key_file
from recado.foundation.faults import describe
from recado.foundation.phone import Phone
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.messaging.types import Bound, InboundText, Settled

from .models import Thread
from .receiving import receive, receive_together
from .types import Reason, ThreadState

log = logging.getLogger("recado.inbound")
READING_LOCK = 0x5245_4349
ROUND = 50  # texts; more would let the first of them wait for the last


def read_inbound(maintenance: "psycopg.Connection[Any]", *, most: int = 500) -> int:
    """Reads waiting texts, oldest first, `most` or somewhat more. Returns how many were settled."""
    settled = 0
    while settled < most:
        with maintenance.transaction():
            now = _round(maintenance)
        if not now:
            break
        settled += now
    return settled


def _round(maintenance: "psycopg.Connection[Any]") -> int:
    row = maintenance.execute("SELECT pg_try_advisory_xact_lock(%s)", (READING_LOCK,)).fetchone()
    if not row or not row[0]:
        return 0
    waiting = texts.waiting_inbound(maintenance, key_file(), most=ROUND)
    oldest = list({raw.sender: raw for raw in reversed(waiting)}.values())[::-1]
    bound = texts.bind_inbound(maintenance, oldest, key_file()) if oldest else []
    plain: dict[UUID, dict[Phone, InboundText]] = {}
    settled: list[Settled] = []
    for raw, one in zip(oldest, bound, strict=True):
        if len(one.texts) == 1 and not one.earlier:
            (text,) = one.texts
            plain.setdefault(text.clinic_id, {}).setdefault(text.phone, text)  # else in the next round
        else:
            settled += _alone(maintenance, raw, one)
    for clinic_id, those in plain.items():
        settled += _together(maintenance, clinic_id, list(those.values()))
    texts.settle_inbound(maintenance, settled)
    return len(settled)


def _together(maintenance: "psycopg.Connection[Any]", clinic_id: UUID, heard: Sequence[InboundText]) -> list[Settled]:
    """What became of a clinic's texts; what failed is left out, and tried again."""
    outcomes: dict[UUID, str] = {}
    if len(heard) > 1:
        try:
            with clinic_scope(clinic_id):
                outcomes = receive_together(clinic_id, heard)
        except Exception as error:  # a deadlock too: whoever waited for us goes on
            log.warning("inbound texts were not read together, each is read by itself: %s", describe(error))
    settled: list[Settled] = [(name, outcome, clinic_id) for name, outcome in outcomes.items()]
    for text in heard:
        if text.id not in outcomes:
            settled += _by_itself(maintenance, text)
    return settled


def _by_itself(maintenance: "psycopg.Connection[Any]", text: InboundText) -> list[Settled]:
    try:
        return [(text.id, _receive(text), text.clinic_id)]
    except Exception as error:
        return _later(maintenance, text.id, error)


def _alone(maintenance: "psycopg.Connection[Any]", raw: texts.Raw, bound: Bound) -> list[Settled]:
    """The same for a text of several clinics, of none, or that brings what its writer wrote before."""
    try:
        earlier = [(text.id, _receive(text), text.clinic_id) for text in bound.earlier]
        outcome, clinic_id = _hand_on(maintenance, raw, bound)
    except Exception as error:
        return _later(maintenance, raw.id, error)
    return [*earlier, (raw.id, outcome, clinic_id)]


def _later(maintenance: "psycopg.Connection[Any]", raw_id: UUID, error: Exception) -> list[Settled]:
    """One text that fails must not stop the others; it is tried again, and told of."""
    log.error("inbound text %s was not read, it will be tried again: %s", raw_id, describe(error))
    texts.try_inbound_later(maintenance, [raw_id])
    return []


def _hand_on(maintenance: "psycopg.Connection[Any]", raw: texts.Raw, bound: Bound) -> tuple[str, UUID | None]:
    """What became of a text, and whose it is, where it is one clinic's."""
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
        over = (
            Thread.objects.select_for_update()
            .filter(clinic_id=clinic_id, state=ThreadState.SNOOZED, snoozed_until__lte=now)
            .order_by("id")
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
