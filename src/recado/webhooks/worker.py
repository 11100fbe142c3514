"""Makes the calls that are due: claims some of each endpoint, makes them side by side, and writes down what came of each.

A call is claimed by moving its `due` behind the try: nobody holds a transaction open while another system thinks, and after a
crash it comes again, under the id by which its receiver knows it. An endpoint that fails is left alone for a while and then
tried with a single call, so that a system that is off costs neither the others their time nor its own calls their tries.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

import psycopg

from recado.foundation import arrays, audit, bulk, business_time, news
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.audit import AuditLine
from recado.foundation.clock import real_now
from recado.foundation.crypto import CannotOpen
from recado.foundation.database import plain_cursor
from recado.foundation.ids import new_id
from recado.foundation.keys import NoKeys, keys_for
from recado.foundation.tenancy import clinic_scope

from . import endpoints, posting, signing
from .calling import BODY, trimmed
from .models import Attempt, Endpoint
from .types import PATIENCE, CallState, is_hopeless, next_try, rest_of

log = logging.getLogger("recado.webhooks")
WEBHOOKS = Actor(ActorKind.SYSTEM, "webhooks")
EACH = 20  # calls of one endpoint in a round
MOST = 200  # in a round
LEASE = timedelta(minutes=2)  # longer than a round: posting.WHOLE for each EACH / AT_ONCE
KEPT_FOR = timedelta(days=30)
ATTEMPT = ("clinic_id", "id", "call_id", "at", "status", "trouble", "took_ms")

DUE: LiteralString = """
SELECT e.clinic_id, c.id FROM webhooks_endpoint e, LATERAL (
    SELECT id FROM webhooks_call c
    WHERE c.clinic_id = e.clinic_id AND c.endpoint_id = e.id AND c.state = 'waiting' AND c.due <= %(now)s
    ORDER BY c.is_test DESC, c.due LIMIT CASE WHEN e.failures > 0 THEN 1 ELSE %(each)s END) c
WHERE e.ended_at IS NULL AND (e.rests_until IS NULL OR e.rests_until <= %(now)s)
LIMIT %(most)s
"""
CLAIM: LiteralString = """
UPDATE webhooks_call SET due = %(lease)s, attempts = attempts + 1 WHERE clinic_id = %(clinic)s AND id = ANY (ARRAY(
    SELECT id FROM webhooks_call
    WHERE clinic_id = %(clinic)s AND id = ANY (%(ids)s) AND state = 'waiting' AND due <= %(now)s
    FOR UPDATE SKIP LOCKED))
RETURNING id, endpoint_id, body_ct, attempts, is_test, since, patient_id
"""
SETTLE: LiteralString = """
UPDATE webhooks_call c SET state = n.state, due = n.due, ended_at = n.ended_at
FROM unnest(%(ids)s, %(tries)s, %(states)s, %(dues)s, %(ends)s) AS n (id, attempts, state, due, ended_at)
WHERE c.clinic_id = %(clinic)s AND c.id = n.id AND c.attempts = n.attempts AND c.state = 'waiting'
"""


@dataclass(frozen=True, slots=True)
class _Claimed:
    id: UUID
    endpoint_id: UUID
    body: bytes
    attempts: int
    is_test: bool
    since: datetime
    patient_id: UUID | None


@dataclass(frozen=True, slots=True)
class _Turn:
    """The calls of one endpoint that are made in this round."""

    endpoint: Endpoint
    calls: Sequence[_Claimed]
    posts: Sequence[posting.Post]


def make_due(maintenance: "psycopg.Connection[Any]") -> int:
    """Makes the calls that are due, some of each endpoint. Returns how many."""
    now = business_time.now()
    by_clinic: dict[UUID, list[UUID]] = {}
    for clinic_id, call_id in maintenance.execute(DUE, {"now": now, "each": EACH, "most": MOST}).fetchall():
        by_clinic.setdefault(clinic_id, []).append(call_id)
    turns = [turn for clinic_id, ids in by_clinic.items() for turn in _claim(clinic_id, ids, now)]
    if not turns:
        return 0
    answers = posting.post([turn.posts for turn in turns], endpoints.networks())
    for turn, told in zip(turns, answers, strict=True):
        with clinic_scope(turn.endpoint.clinic_id):
            _settle(turn, told)
    return sum(len(turn.calls) for turn in turns)


def _claim(clinic_id: UUID, ids: Sequence[UUID], now: datetime) -> list[_Turn]:
    values = {"clinic": clinic_id, "ids": arrays.uuid_array(ids), "now": now, "lease": now + LEASE}
    with clinic_scope(clinic_id):
        with plain_cursor() as cursor:
            rows = cursor.execute(CLAIM, values, prepare=False).fetchall()
        calls = [_Claimed(*row) for row in rows]
        found = Endpoint.objects.filter(clinic_id=clinic_id, ended_at=None).in_bulk({one.endpoint_id for one in calls})
        made: list[_Turn] = []
        for endpoint in found.values():
            ours = [one for one in calls if one.endpoint_id == endpoint.id]
            try:
                made.append(_Turn(endpoint, ours, _posts(endpoint, ours)))
            except (CannotOpen, NoKeys) as error:  # they come again behind the lease; nobody else waits for them
                log.error("calls to %s can't be read (%s)", endpoint.id, type(error).__name__)
    return made


def _posts(endpoint: Endpoint, calls: Sequence[_Claimed]) -> list[posting.Post]:
    keys, url, secrets = keys_for(endpoint.clinic_id), endpoints.url_of(endpoint), endpoints.secrets_of(endpoint)
    timestamp = int(real_now().timestamp())  # receivers go by their own clocks
    made = []
    for one in calls:
        body = trimmed(keys.open(BODY, one.id.bytes, bytes(one.body)), endpoint.tells)
        made.append(posting.Post(url, signing.headers(secrets, str(one.id), timestamp, body), body))
    return made


def _settle(turn: _Turn, answers: Sequence[posting.Answer]) -> None:
    clinic_id, now = turn.endpoint.clinic_id, business_time.now()
    tries: list[tuple[object, ...]] = []
    ends: list[tuple[CallState, datetime, datetime | None]] = []
    for one, answer in zip(turn.calls, answers, strict=True):
        took = round(answer.took / timedelta(milliseconds=1))
        tries.append((clinic_id, new_id(), one.id, now, answer.status, answer.trouble, took))
        ends.append(_outcome(one, answer, now))
    values = {
        "clinic": clinic_id,
        "ids": arrays.uuid_array([one.id for one in turn.calls]),
        "tries": arrays.int4_array([one.attempts for one in turn.calls]),
        "states": arrays.text_array([str(state) for state, _, _ in ends]),
        "dues": arrays.timestamptz_array([due for _, due, _ in ends]),
        "ends": arrays.timestamptz_array([end for _, _, end in ends]),
    }
    with plain_cursor() as cursor:
        cursor.execute(SETTLE, values, prepare=False)
    bulk.insert_rows(Attempt, ATTEMPT, tries)
    _keep_health(turn, answers, now)
    audit.record_many(
        [
            AuditLine(clinic_id, WEBHOOKS, "webhook.deliver", one.patient_id, f"webhook {turn.endpoint.id}")
            for one, (state, _, _) in zip(turn.calls, ends, strict=True)
            if state is CallState.DELIVERED and not one.is_test
        ]
    )
    news.tell(clinic_id, news.Topic.SETTINGS)


def _outcome(one: _Claimed, answer: posting.Answer, now: datetime) -> tuple[CallState, datetime, datetime | None]:
    """What becomes of a call: its state, when it is tried again, when it ended."""
    if answer.is_ok:
        return CallState.DELIVERED, now, now
    due = now + next_try(one.id, one.attempts, answer.after)
    if one.is_test or is_hopeless(answer.status) or due > one.since + PATIENCE:
        return CallState.GIVEN_UP, now, now
    return CallState.WAITING, due, None


def _keep_health(turn: _Turn, answers: Sequence[posting.Answer], now: datetime) -> None:
    """One answer that was taken says that the endpoint works, whatever the others said of their own bodies."""
    rows = Endpoint.objects.filter(clinic_id=turn.endpoint.clinic_id, id=turn.endpoint.id)
    if any(answer.is_ok for answer in answers):
        rows.update(failures=0, rests_until=None, last_ok_at=now)
        return
    failures = turn.endpoint.failures + 1
    rest = max([rest_of(failures), *(answer.after for answer in answers if answer.after)])
    rows.update(failures=failures, rests_until=now + rest)
    if failures == 1:
        log.warning("endpoint %s fails (%s)", turn.endpoint.id, answers[0].trouble or answers[0].status)


def forget_old(maintenance: "psycopg.Connection[Any]") -> int:
    """Deletes calls a month after they ended, and their tries. Returns 0: a new look is due after a while, not at once."""
    before = business_time.now() - KEPT_FOR
    maintenance.execute("DELETE FROM webhooks_attempt WHERE at < %s", (before,))
    maintenance.execute("DELETE FROM webhooks_call WHERE ended_at < %s", (before,))
    return 0
