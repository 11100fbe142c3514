"""What texts to come would meet at the gate and cost, and what waits to leave. Nothing is stored, nothing leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import LiteralString
from uuid import UUID

from recado.clinics import queries as clinics
from recado.foundation import business_time
from recado.foundation.database import plain_cursor
from recado.foundation.keys import keys_for
from recado.foundation.phone import country_of

from . import gate, putting
from .carriers import routing
from .segments import measure
from .types import Intent

WAITING: LiteralString = """
SELECT o.id, o.due, m.rule, m.purpose, m.patient_id, m.parts, m.phone_bi, m.at
FROM messaging_outbox o JOIN messaging_message m ON m.clinic_id = o.clinic_id AND m.id = o.id
WHERE o.clinic_id = %(clinic)s AND o.due >= %(start)s AND o.due < %(end)s
    AND (%(after)s::timestamptz IS NULL OR (o.due, o.id) > (%(after)s, %(name)s)) ORDER BY o.due, o.id LIMIT %(most)s
"""
BODIES: LiteralString = "SELECT id, body_ct FROM messaging_message WHERE clinic_id = %s AND id = ANY (%s)"
PRICES: LiteralString = "SELECT carrier, country, price, currency FROM messaging_carrierprice"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A text that was written and judged, and leaves at `due`."""

    id: UUID
    due: datetime
    rule: str
    purpose: int
    patient_id: UUID | None
    parts: int
    phone_bi: bytes | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Cost:
    """What a text costs by the price list of the carrier that would take it. `price` None: nobody has told one.
    `objection`: why it can't leave at all, a key of RULES."""

    parts: int
    price: Decimal | None
    currency: str = ""
    objection: str = ""


def judged_ahead(clinic_id: UUID, wanted: Sequence[tuple[Intent, bytes | None]]) -> list[gate.Judged]:
    """What the gate would say of each of these texts (soonest first) at its `not_before`, by what stands now. Each comes with
    the blind index of its number. Call it inside `clinic_scope`."""
    clinic = clinics.clinic_settings(clinic_id)
    return gate.clear_ahead(clinic=clinic, intents=wanted, now=business_time.now())


def costs(clinic_id: UUID, intents: Sequence[Intent]) -> list[Cost]:
    """Parts and price of finished texts, in the order given. Call it inside `clinic_scope`."""
    now, route_of = business_time.now(), routing(clinic_id)
    country = clinics.clinic_settings(clinic_id).country
    with plain_cursor() as cursor:
        listed = {(carrier, code): (price, currency) for carrier, code, price, currency in cursor.execute(PRICES)}
    made = []
    for intent in intents:
        route, objection = putting.routed(route_of, intent, max(now, intent.not_before or now))
        parts = measure(intent.text).segments
        where = (country_of(intent.phone) if intent.phone else None) or country
        price, currency = listed.get((route.carrier_id, where), (None, "")) if route else (None, "")
        made.append(Cost(parts, None if price is None else price * parts, currency, objection))
    return made


def waiting_between(
    clinic_id: UUID, start: datetime, end: datetime, *, most: int, after: tuple[datetime, UUID] | None = None
) -> list[Waiting]:
    """What has been written and leaves in this stretch, soonest first, from behind the text `after` on. Call it inside
    `clinic_scope`."""
    due, name = after or (None, None)
    wanted = {"clinic": clinic_id, "start": start, "end": end, "most": most, "after": due, "name": name}
    with plain_cursor() as cursor:
        rows = cursor.execute(WAITING, wanted).fetchall()
    return [
        Waiting(name, due, rule, purpose, patient, parts, bytes(bi) if bi else None, at)
        for name, due, rule, purpose, patient, parts, bi, at in rows
    ]


def words_of(clinic_id: UUID, message_ids: Sequence[UUID]) -> dict[UUID, str]:
    """What these texts say. Call it inside `clinic_scope`; the caller audits."""
    if not message_ids:
        return {}
    with plain_cursor() as cursor:
        rows = cursor.execute(BODIES, (clinic_id, list(message_ids))).fetchall()
    opened = keys_for(clinic_id).open_many(
        "message.body", [row[0].bytes for row in rows], [bytes(row[1]) for row in rows]
    )
    return {row[0]: body.decode() for row, body in zip(rows, opened, strict=True)}
