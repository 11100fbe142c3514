"""Sending a text again, because a person says so: a new text with the same words, judged anew. The old one stays as it is.

The new text's ref names the old one (`again:<id>`), so two clicks send one, and each story finds the other.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import LiteralString
from uuid import UUID

from recado.clinics.types import ClinicSettings
from recado.consent.types import Purpose
from recado.foundation import arrays, audit, business_time
from recado.foundation.actors import Actor
from recado.foundation.audit import AuditLine
from recado.foundation.database import plain_cursor
from recado.foundation.keys import keys_for
from recado.foundation.phone import Phone
from recado.tasks import actions as tasks
from recado.tasks.types import TaskKind

from . import gate, operations
from .models import Message, Reference
from .types import Delivery, Intent, State, ends_at

MOST_AGAIN = 1_000  # of one incident in one go
MAY_GO_AGAIN = frozenset({State.UNCERTAIN, State.REFUSED, State.EXPIRED, State.FAILED})
NEVER_AGAIN = frozenset({Purpose.VERIFY, Purpose.OPT_OUT_CONFIRMATION})  # a code is dead; a stop is confirmed once
FINAL_BAD = (3, 6, 9)  # failed, refused, expired


@dataclass(slots=True)
class Replay:
    """What came of it: new texts by the old ones' ids; those sent again before; those that may not go, by rule."""

    sent: dict[UUID, UUID] = field(default_factory=dict)
    known: dict[UUID, UUID] = field(default_factory=dict)
    refused: dict[UUID, str] = field(default_factory=dict)


def ref_of(message_id: UUID) -> str:
    return f"again:{message_id}"


# The last fate of each: uncertain with no word after it, or an end that was bad and never mended.
FATES: LiteralString = """
SELECT n.id, (SELECT count(*) FROM messaging_outbox o WHERE o.id = n.id) = 0
    AND (SELECT bool_or(e.kind = ANY (%(bad)s)) OR (bool_or(e.kind = 5) AND bool_and(e.kind IN (5, 7, 10))
            AND count(*) FILTER (WHERE e.kind = 5) > count(*) FILTER (WHERE e.kind = 10))
        FROM messaging_event e WHERE e.message = n.id)
    AND (SELECT count(*) FROM messaging_event e WHERE e.message = n.id AND e.kind = 2) = 0
FROM unnest(%(ids)s) AS n (id)
"""


def intents(clinic: ClinicSettings, message_ids: Collection[UUID], made: Replay, *, is_late_too: bool) -> list[Intent]:
    """The texts that may go again, ready to be sent; what may not is noted in `made`. `is_late_too`: those as well whose
    time is over. The caller's transaction."""
    wanted = list(dict.fromkeys(message_ids))[:MOST_AGAIN]
    values = {"ids": arrays.uuid_array([one.bytes for one in wanted]), "bad": arrays.int2_array(list(FINAL_BAD))}
    with plain_cursor() as cursor:
        fit = {name for name, may in cursor.execute(FATES, values, prepare=False).fetchall() if may}
    refs = dict(
        Reference.objects.filter(clinic_id=clinic.id, ref__in=[ref_of(one) for one in wanted]).values_list(
            "ref", "message_id"
        )
    )
    rows = {row.id: row for row in Message.objects.filter(clinic_id=clinic.id, id__in=wanted).exclude(verdict="never")}
    fine: list[Message] = []
    now = business_time.now()
    for name in wanted:
        row = rows.get(name)
        if ref_of(name) in refs:
            made.known[name] = refs[ref_of(name)]
        elif row is None or name not in fit or row.phone_ct is None:
            made.refused[name] = "not_open"
        elif Purpose(row.purpose) in NEVER_AGAIN:
            made.refused[name] = "never_again"
        elif not is_late_too and ends_at(row.purpose, row.due or row.at, row.expires) < now:
            made.refused[name] = "too_late"
        else:
            fine.append(row)
    return _cleared(clinic, _opened(clinic.id, fine), made)


def _opened(clinic_id: UUID, rows: Sequence[Message]) -> list[Intent]:
    keys = keys_for(clinic_id)
    names = [row.id.bytes for row in rows]
    bodies = keys.open_many("message.body", names, [bytes(row.body_ct) for row in rows])
    phones = keys.open_many("message.phone", names, [bytes(row.phone_ct or b"") for row in rows])
    return [
        Intent(
            Purpose(row.purpose),
            body.decode(),
            Phone(phone.decode()),
            patient_id=row.patient_id,
            ref=ref_of(row.id),
            number=row.sender or None,
            expires_at=row.expires,
            wording=row.wording or "",
        )
        for row, body, phone in zip(rows, bodies, phones, strict=True)
    ]


def _cleared(clinic: ClinicSettings, wanted: Sequence[Intent], made: Replay) -> list[Intent]:
    """Those that the gate lets through. The others are not put: their ref stays free for another day."""
    keys = keys_for(clinic.id)
    with_index = [(one, keys.blind_index("phone", one.phone.e164) if one.phone else None) for one in wanted]
    fine = []
    for judged in gate.clear(clinic=clinic, intents=with_index, now=business_time.now()) if wanted else ():
        if judged.verdict == "never":
            made.refused[_old(judged.intent)] = judged.rule
        else:
            fine.append(judged.intent)
    return fine


def _old(intent: Intent) -> UUID:
    return UUID((intent.ref or "").removeprefix("again:"))


def note(clinic_id: UUID, sent: Sequence[Intent], deliveries: Sequence[Delivery], made: Replay, by: Actor) -> None:
    """Notes what was sent, and finishes the tasks of incidents of which nothing is open any more."""
    lines = []
    for intent, delivery in zip(sent, deliveries, strict=True):
        old = _old(intent)
        if delivery.is_known:
            made.known[old] = delivery.message_id
        elif delivery.verdict == "never":
            made.refused[old] = delivery.rule
        else:
            made.sent[old] = delivery.message_id
            detail = {"new": str(delivery.message_id)}
            lines.append(AuditLine(clinic_id, by, "message.again", intent.patient_id, f"message {old}", detail=detail))
    audit.record_many(lines)
    if made.sent:
        settle_tasks(clinic_id, by)


def settle_tasks(clinic_id: UUID, by: Actor) -> None:
    """Finishes the tasks about incidents whose texts are all settled or sent again."""
    open_now = {f"incident:{one.id}" for one in operations.incidents(clinic_id) if one.id}
    lately = operations.incident_ids(clinic_id)
    done = [source for source in (f"incident:{one}" for one in lately) if source not in open_now]
    if done:
        tasks.finish(clinic_id=clinic_id, kind=TaskKind.UNCERTAIN, sources=done, by=by)


REPLACES: LiteralString = """
SELECT ref FROM messaging_reference WHERE clinic_id = %s AND message_id = %s AND ref LIKE 'again:%%'
"""


def relatives(clinic_id: UUID, message_id: UUID) -> tuple[UUID | None, UUID | None]:
    """The text that this one repeats, and the one that repeats it. Call it inside `clinic_scope`."""
    with plain_cursor() as cursor:
        row = cursor.execute(REPLACES, (clinic_id, message_id), prepare=False).fetchone()
    later = Reference.objects.filter(clinic_id=clinic_id, ref=ref_of(message_id))
    return UUID(row[0].removeprefix("again:")) if row else None, later.values_list("message_id", flat=True).first()
