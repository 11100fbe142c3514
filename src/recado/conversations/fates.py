"""What became of the texts that staff wrote. One that did not arrive brings its conversation back, under Failed too, until
somebody has answered again or finished it: whoever was written to still waits. So does one that was taken back too late, which
changed nothing in its conversation, where the carrier had not taken it.

Texts that leave by themselves are followed by their journeys and stand on Today.
"""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from django.db import transaction

from recado.foundation import audit, business_time, news
from recado.foundation.actors import SYSTEM
from recado.foundation.tenancy import clinic_scope
from recado.messaging import queries as texts
from recado.messaging.types import Standing, State

from . import threads
from .models import Reply
from .types import Reason, ThreadState

ARRIVED, FAILED = "ok", "failed"  # Reply.fate; empty: nobody knows yet
LOST = frozenset({State.FAILED, State.REFUSED, State.EXPIRED, State.STOPPED, State.NOT_ALLOWED})
OVER = frozenset({State.DELIVERED, State.CALLED_OFF})
SILENT_AFTER = timedelta(days=3)  # a carrier that has said nothing more since then says nothing
FOLLOWED = timedelta(days=35)  # a text may leave a month after it was written
YOUNG = timedelta(minutes=15)  # most fail at once: these are looked at each time, older ones once a minute
SELDOM = 60.0  # seconds
MOST = 2_000

UNKNOWN = """
SELECT clinic_id, array_agg(id) FROM (
    SELECT clinic_id, id FROM conversations_reply WHERE fate = '' AND at > %s ORDER BY at DESC LIMIT %s) r GROUP BY clinic_id
"""

_looked_at_all = 0.0


def follow(maintenance: "psycopg.Connection[Any]") -> int:
    """Looks what became of texts that staff wrote. Wired under WORKERS. Returns 0: a new look is due after a while."""
    global _looked_at_all
    now, is_all = business_time.now(), time.monotonic() - _looked_at_all >= SELDOM
    if is_all:
        _looked_at_all = time.monotonic()
    since = now - (FOLLOWED if is_all else YOUNG)
    for clinic_id, names in maintenance.execute(UNKNOWN, (since, MOST)).fetchall():
        with clinic_scope(clinic_id):
            settle(clinic_id, names)
    return 0


def settle(clinic_id: UUID, names: Sequence[UUID]) -> int:
    """Notes the end of these texts where there is one. Returns how many did not arrive. Call it inside `clinic_scope`."""
    now, found = business_time.now(), texts.standings_of(clinic_id, names)
    off = [name for name, stands in found.items() if stands.state is State.CALLED_OFF]
    unsent = texts.never_left(clinic_id, off)
    lost = [name for name, stands in found.items() if stands.state in LOST or name in unsent]
    over = [
        name
        for name, stands in found.items()
        if name not in unsent and (stands.state in OVER or _is_silent(stands, now))
    ]
    Reply.objects.filter(clinic_id=clinic_id, id__in=over).update(fate=ARRIVED)
    for name in lost:
        _bring_back(clinic_id, name, now)
    return len(lost)


def _is_silent(stands: Standing, now: datetime) -> bool:
    is_out = stands.state in (State.SENT, State.UNCERTAIN)
    return is_out and stands.due is not None and now - stands.due > SILENT_AFTER


def _was_written_since(written: Reply) -> bool:
    """True where a newer answer went out, or still may. One that was recalled reaches nobody."""
    newer = Reply.objects.filter(clinic_id=written.clinic_id, thread_id=written.thread_id, at__gt=written.at)
    names = list(newer.exclude(fate=FAILED).values_list("id", flat=True))
    stands = texts.standings_of(written.clinic_id, names)
    return any(name not in stands or stands[name].state is not State.CALLED_OFF for name in names)


def _bring_back(clinic_id: UUID, message_id: UUID, now: datetime) -> None:
    with transaction.atomic():
        written = Reply.objects.filter(clinic_id=clinic_id, id=message_id, fate="").first()
        if written is None:
            return
        thread = threads.held(clinic_id, written.thread_id)
        Reply.objects.filter(clinic_id=clinic_id, id=message_id).update(fate=FAILED)
        if _was_written_since(written):
            return
        thread.failed_at = thread.failed_at or now
        thread.waiting_since = thread.waiting_since or written.waited_since or now
        thread.state, thread.snoozed_until, thread.reason = ThreadState.OPEN, None, Reason.FAILED
        thread.version, thread.before = thread.version + 1, {}
        thread.save()
        audit.record(
            clinic_id=clinic_id,
            by=SYSTEM,
            action="conversation.failed",
            patient_id=thread.patient_id,
            subject=f"thread:{thread.id}",
            detail={"message": str(message_id)},
        )
        news.tell(clinic_id, news.Topic.THREADS)
