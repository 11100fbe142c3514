"""How a batch of texts comes to wait: judged, counted, sealed, stored and queued, with its line in the audit.

There is this one way. `actions.send` runs it for a room, in that room's transaction; `intake` runs many of them, of
several clinics, in one.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from recado.clinics.types import ClinicSettings
from recado.consent.types import GROUP_OF
from recado.foundation import audit, ids, news
from recado.foundation.actors import Actor
from recado.foundation.asking import Ask, Work
from recado.foundation.crypto import ClinicKeys

from . import checks, gate, outbox
from .carriers import NoRoute
from .segments import measure
from .types import LANE_OF, Delivery, Intent, Route

NO_CARRIER = 0  # a refused text belongs to none

RouteOf = Callable[[Intent], Route | None]


def sending(
    *,
    clinic: ClinicSettings,
    keys: ClinicKeys,
    route_of: RouteOf,
    intents: Sequence[Intent],
    by: Actor,
    now: datetime,
) -> Work[list[Delivery]]:
    """Puts a batch, as steps. Returns what became of each text, in the order given.

    While the database stores one chunk, the next is sealed.
    """
    phones = [(i, keys.blind_index("phone", i.phone.e164) if i.phone else None) for i in intents]
    judged = yield from gate.clearing(clinic=clinic, keys=keys, intents=phones, now=now)
    rows: list[outbox.Row] = []

    def chunks() -> Iterator[list[outbox.Row]]:
        for start in range(0, len(judged), outbox.PUT_CHUNK):
            made = _sealed(keys, route_of, judged[start : start + outbox.PUT_CHUNK])
            rows.extend(made)
            yield made

    came = yield from outbox.putting(clinic.id, chunks(), now=now)
    deliveries = [_delivery(row, came) for row in rows]
    line = audit.AuditLine(clinic.id, by, "message.put", detail=_counts(deliveries))
    yield [
        Ask(audit.INSERT_LINES, audit.parameters([line]), prepare=True),
        news.telling(clinic.id, news.Topic.MESSAGES),
    ]
    return deliveries


def _sealed(keys: ClinicKeys, route_of: RouteOf, judged: Sequence[gate.Judged]) -> list[outbox.Row]:
    made = iter(ids.new_ids(len(judged)))
    names = [j.intent.id.bytes if j.intent.id else next(made) for j in judged]
    bodies = keys.seal_many("message.body", names, [j.intent.text.encode() for j in judged])
    numbers = keys.seal_many(
        "message.phone", names, [j.intent.phone.e164.encode() if j.intent.phone else b"" for j in judged]
    )
    return [
        _row(judgement, route_of, *sealed) for judgement, *sealed in zip(judged, names, bodies, numbers, strict=True)
    ]


def routed(route_of: RouteOf, intent: Intent, due: datetime) -> tuple[Route | None, str]:
    """By which carrier and from what an allowed text leaves, and why it can't (a key of `queries.RULES`), or ""."""
    if intent.phone is None:
        return None, ""
    try:
        route = route_of(intent)
    except NoRoute:
        return None, "no_route"
    if route is None:
        return None, "no_carrier"
    return route, checks.objection(intent.purpose, intent.text, intent.phone, route, due.date()) or ""


def _row(judged: gate.Judged, route_of: RouteOf, name: bytes, body_ct: bytes, phone_ct: bytes) -> outbox.Row:
    intent = judged.intent
    route, objection = (None, "") if judged.verdict == "never" else routed(route_of, intent, judged.due)
    verdict, rule = ("never", objection) if objection else (judged.verdict, judged.rule)
    lane = LANE_OF[intent.purpose]
    return outbox.Row(
        id=name,
        due=judged.due,
        lane=lane if intent.lane is None else max(lane, intent.lane),
        purpose=intent.purpose,
        purpose_group=GROUP_OF[intent.purpose],
        carrier=route.carrier_id if route else NO_CARRIER,
        parts=measure(intent.text).segments,
        verdict=verdict,
        rule=rule,
        sender=route.sender if route else "",
        patient_id=intent.patient_id.bytes if intent.patient_id else None,
        phone_bi=judged.phone_bi,
        phone_ct=phone_ct if judged.phone_bi else None,
        body_ct=body_ct,
        ref=intent.ref,
        expires=intent.expires_at,
        wording=intent.wording or None,
    )


def _delivery(row: outbox.Row, came: outbox.PutOutcome) -> Delivery:
    known = came.known.get(row.id)
    message_id = UUID(bytes=known or row.id)
    if known:
        return Delivery(message_id, row.verdict, row.rule, row.due, is_known=True, parts=row.parts)
    if row.id in came.gone:
        return Delivery(message_id, "never", "withdrawn", parts=row.parts)
    return Delivery(message_id, row.verdict, row.rule, row.due, parts=row.parts, sender=row.sender)


def _counts(deliveries: Sequence[Delivery]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for delivery in deliveries:
        key = "known" if delivery.is_known else delivery.verdict
        counts[key] = counts.get(key, 0) + 1
    return counts
