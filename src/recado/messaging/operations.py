"""What of a clinic's texts waits, is tried again, is uncertain, stuck or refused: for who looks after sending.

Cheap with a million texts queued: every look goes by an index, and counts stop at `MOST`; what waits in a longer lane is
what the dispatcher has counted lately (dispatch/counting.py), else "at least". Statements are planned each time, since a plan
kept from an empty queue would walk it. Call everything inside `clinic_scope`.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, LiteralString
from uuid import UUID

from recado.consent.types import Purpose
from recado.foundation import arrays, business_time, ids
from recado.foundation.clock import real_now
from recado.foundation.database import plain_cursor

from . import carrier_lines, carrier_views, pausing
from .carrier_lines import CarrierLine
from .models import CarrierAccount, Incident, QueueCount
from .types import EventKind, Lane

MOST = 10_000  # counted so far and no further: an index whose pages are fresh costs 1 us a row
COUNT_HOLDS = timedelta(minutes=5)  # for which a dispatcher's count is believed
MOST_REFUSED = 5_000  # the newest of a day, each a look into the table
MOST_UNCERTAIN = 5_000  # a kill leaves a window of them, not thousands
MOST_INCIDENTS = 1_000
STUCK_AFTER = timedelta(seconds=60)  # as for the health of the whole queue
LOOKED_BACK = timedelta(days=7)  # of uncertain texts
REFUSED_WITHIN = timedelta(hours=24)
OLDEST_PUT = timedelta(days=4)  # a text that waited longer before it was refused is missing from the list


class Why(StrEnum):
    """Why due texts don't leave, as far as can be known."""

    HELD = "held"  # by the clinic
    HOLDS_CARRIER = "holds_carrier"  # the clinic
    CARRIER_HELD = "carrier_held"
    CARRIER_OFF = "carrier_off"
    CARRIER_AWAY = "carrier_away"
    CARRIER_REFUSES = "carrier_refuses"  # it does not take our credentials, or our credit is gone
    SENDER_SILENT = "sender_silent"  # nobody reports: the process that sends doesn't run
    UNKNOWN = "unknown"  # the carrier is there: its window is full, or it is slow


@dataclass(frozen=True, slots=True)
class LaneView:
    """One lane of the clinic's queue. `oldest`: when the first of it was or is due; `is_more`: there are more than `waiting`."""

    lane: Lane
    waiting: int
    is_more: bool
    oldest: datetime | None
    again: int
    is_held: bool


@dataclass(frozen=True, slots=True)
class Stuck:
    """Due texts that don't leave, of one lane and carrier."""

    carrier: int
    name: str
    lane: Lane
    count: int
    oldest: datetime
    why: Why


@dataclass(frozen=True, slots=True)
class Unsure:
    """One text whose fate nobody knows."""

    id: UUID
    carrier: int
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class IncidentView:
    """A moment at which texts became uncertain; `unsettled` of its texts still are. `id` None: texts of no incident known."""

    id: UUID | None
    at: datetime
    carrier: str
    reason: str
    texts: int
    unsettled: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class RefusedCount:
    """Texts that ended badly for one reason."""

    kind: EventKind
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A text in one of the lists: an id that leads to its story, never words or a number."""

    id: UUID
    purpose: Purpose
    lane: Lane
    at: datetime  # when it was due, or when it happened
    attempts: int = 0
    kind: EventKind | None = None
    reason: str = ""
    carrier: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything at a glance."""

    lanes: tuple[LaneView, ...]
    stuck: tuple[Stuck, ...]
    incidents: tuple[IncidentView, ...]
    refused: tuple[RefusedCount, ...]
    carriers: tuple[CarrierLine, ...] = ()


# One walk along the claim's index for each carrier and lane, in the order in which they fall due.
QUEUE: LiteralString = """
SELECT c.id, l.lane, n.waiting, n.oldest, n.late FROM messaging_carrieraccount c, unnest(%(lanes)s) AS l (lane), LATERAL (
    SELECT count(*) AS waiting, min(q.due) AS oldest, count(*) FILTER (WHERE q.due <= %(late)s) AS late FROM (
        SELECT o.due FROM messaging_outbox o WHERE o.carrier = c.id AND o.lane = l.lane AND o.clinic_id = %(clinic)s
        ORDER BY o.due LIMIT %(most)s) q) n
WHERE n.waiting > 0
"""
AGAIN: LiteralString = """
SELECT l.lane, (SELECT count(*) FROM (SELECT FROM messaging_outbox o
    WHERE o.clinic_id = %(clinic)s AND o.lane = l.lane AND o.attempts > 0 LIMIT %(most)s) n)
FROM unnest(%(lanes)s) AS l (lane)
"""
# Of an uncertain text u: no word after it (5 uncertain, 7 tried again, 10 sent once more), not waiting, and nobody has sent it
# again.
STILL_UNSURE: LiteralString = """
(SELECT count(*) FILTER (WHERE e.kind NOT IN (5, 7, 10)) = 0
        AND count(*) FILTER (WHERE e.kind = 5) > count(*) FILTER (WHERE e.kind = 10)
       FROM messaging_event e WHERE e.message = u.message)
    AND (SELECT count(*) FROM messaging_outbox o WHERE o.id = u.message) = 0
    AND (SELECT count(*) FROM messaging_reference r
         WHERE r.clinic_id = u.clinic_id AND r.ref = 'again:' || u.message::text) = 0
"""
UNSURE: LiteralString = f"""
WITH u AS MATERIALIZED (
    SELECT DISTINCT ON (e.message) e.message, e.clinic_id, e.carrier, e.at, e.reason FROM messaging_event e
    WHERE e.clinic_id = %(clinic)s AND e.carrier = ANY (ARRAY(SELECT id FROM messaging_carrieraccount)) AND e.kind = 5
        AND e.message >= %(lowest)s
    ORDER BY e.message DESC, e.at DESC LIMIT %(most)s)
SELECT u.message, u.carrier, u.at, coalesce(u.reason, '') FROM u WHERE {STILL_UNSURE} ORDER BY u.message DESC
"""
REFUSED: LiteralString = """
SELECT kind, coalesce(reason, ''), count(*) FROM (
    SELECT kind, reason FROM messaging_event
    WHERE clinic_id = %(clinic)s AND message >= %(lowest)s AND kind IN (3, 4, 6, 9) AND kind <> 4 AND at >= %(since)s
    ORDER BY message DESC LIMIT %(most)s) n
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""
WAITING_OF: LiteralString = """
SELECT q.* FROM messaging_carrieraccount c, LATERAL (
    SELECT id, purpose, lane, due, attempts FROM messaging_outbox o
    WHERE o.carrier = c.id AND o.lane = %(lane)s AND o.clinic_id = %(clinic)s AND o.due <= %(until)s
    ORDER BY o.due, o.id LIMIT %(reach)s) q
WHERE %(carrier)s IN (0, c.id)
ORDER BY q.due, q.id LIMIT %(most)s OFFSET %(skip)s
"""
AGAIN_OF: LiteralString = """
SELECT o.id, o.purpose, o.lane, o.due, o.attempts,
    (SELECT e.reason FROM messaging_event e WHERE e.message = o.id AND e.kind IN (7, 10) ORDER BY e.at DESC LIMIT 1)
FROM messaging_outbox o WHERE o.clinic_id = %(clinic)s AND o.attempts > 0
ORDER BY o.lane, o.due, o.id LIMIT %(most)s OFFSET %(skip)s
"""
REFUSED_OF: LiteralString = """
SELECT message, kind, at, coalesce(reason, ''), carrier FROM messaging_event
WHERE clinic_id = %(clinic)s AND message >= %(lowest)s AND kind IN (3, 4, 6, 9) AND kind = ANY (%(kinds)s) AND at >= %(since)s
    AND (%(reason)s::text IS NULL OR coalesce(reason, '') = %(reason)s)
ORDER BY message DESC LIMIT %(most)s OFFSET %(skip)s
"""
WHAT: LiteralString = "SELECT id, purpose, lane FROM messaging_message WHERE clinic_id = %s AND id = ANY (%s)"
BAD = (EventKind.FAILED, EventKind.REFUSED, EventKind.EXPIRED)


def overview(clinic_id: UUID) -> Overview:
    """The clinic's sending at a glance: a fixed number of statements, whatever waits."""
    now = business_time.now()
    carriers = {row.id: row for row in CarrierAccount.objects.order_by("id").defer("settings_ct")}
    holds = pausing.held_of(clinic_id)
    held = {one.lane for one in holds if one.lane is not None}
    held_carriers = {one.carrier for one in holds if one.carrier is not None}
    values = {"clinic": clinic_id, "most": MOST, "late": now - STUCK_AFTER, "lanes": _int2(list(Lane))}
    queue = _rows(QUEUE, values)
    again = {Lane(lane): count for lane, count in _rows(AGAIN, values)}
    counted = _counted_aside(clinic_id) if any(row[2] >= MOST for row in queue) else {}
    stuck = [
        Stuck(
            carrier,
            carriers[carrier].name,
            Lane(lane),
            late,
            due,
            _why(carriers[carrier], Lane(lane), held, held_carriers),
        )
        for carrier, lane, _, due, late in queue
        if late and carrier in carriers
    ]
    return Overview(
        lanes=tuple(_lane(lane, queue, counted.get(lane), again.get(lane, 0), lane in held) for lane in Lane),
        stuck=tuple(sorted(stuck, key=lambda one: (one.lane, one.oldest))),
        incidents=tuple(incidents(clinic_id)),
        refused=tuple(refused(clinic_id)),
        carriers=tuple(carrier_lines.lines_of([row for row in carriers.values() if row.removed_at is None])),
    )


def _counted_aside(clinic_id: UUID) -> dict[Lane, int]:
    rows = QueueCount.objects.filter(clinic_id=clinic_id, at__gte=real_now() - COUNT_HOLDS)
    return {Lane(lane): waiting for lane, waiting in rows.values_list("lane", "waiting")}


def _lane(lane: Lane, queue: Sequence[Any], counted: int | None, again: int, is_held: bool) -> LaneView:
    mine = [row for row in queue if row[1] == lane]
    waiting, oldest = sum(row[2] for row in mine), min((row[3] for row in mine), default=None)
    is_more = any(row[2] >= MOST for row in mine)
    if is_more and counted is not None and counted >= waiting:
        waiting, is_more = counted, False
    return LaneView(lane, waiting, is_more, oldest, again, is_held)


def _why(carrier: CarrierAccount, lane: Lane, held: Collection[Lane], held_carriers: Collection[int]) -> Why:
    if lane in held:
        return Why.HELD
    if carrier.id in held_carriers:
        return Why.HOLDS_CARRIER
    if lane in carrier.paused_lanes:
        return Why.CARRIER_HELD
    health = carrier_views.health_of(carrier.state, carrier.state_at, is_active=carrier.is_active)
    return WHY_OF.get(health, Why.UNKNOWN)


WHY_OF = {
    carrier_views.Health.OFF: Why.CARRIER_OFF,
    carrier_views.Health.DOWN: Why.CARRIER_AWAY,
    carrier_views.Health.REFUSED: Why.CARRIER_REFUSES,
    carrier_views.Health.NEW: Why.SENDER_SILENT,
    carrier_views.Health.SILENT: Why.SENDER_SILENT,
}


def refused(clinic_id: UUID) -> list[RefusedCount]:
    """How many texts ended badly in the last day, by what the carrier said."""
    return [RefusedCount(EventKind(kind), reason, count) for kind, reason, count in _rows(REFUSED, _bad(clinic_id))]


def unsure(clinic_id: UUID) -> list[Unsure]:
    """The texts of the last week whose fate is open, the newest first."""
    lowest = ids.lowest_id_at(real_now() - LOOKED_BACK)
    values = {"clinic": clinic_id, "most": MOST_UNCERTAIN, "lowest": lowest}
    return [Unsure(*row) for row in _rows(UNSURE, values)]


def incidents(clinic_id: UUID) -> list[IncidentView]:
    """What left texts uncertain, where some still are: the newest first. Texts and incident were written by one
    transaction, with one moment, carrier and reason."""
    open_texts: dict[tuple[int, datetime, str], list[UUID]] = {}
    for one in unsure(clinic_id):
        open_texts.setdefault((one.carrier, one.at, one.reason[:40]), []).append(one.id)
    if not open_texts:
        return []
    names = dict(CarrierAccount.objects.values_list("id", "name"))
    known = {
        (row.carrier, row.at, row.reason): row
        for row in Incident.objects.filter(clinic_id=clinic_id, at__in={at for _, at, _ in open_texts})
    }
    made = [
        IncidentView(
            id=known[key].id if key in known else None,
            at=key[1],
            carrier=names.get(key[0], ""),
            reason=key[2],
            texts=known[key].texts if key in known else len(found),
            unsettled=tuple(found),
        )
        for key, found in open_texts.items()
    ]
    return sorted(made, key=lambda one: one.at, reverse=True)


def incident_ids(clinic_id: UUID) -> list[UUID]:
    """The incidents of the last week."""
    since = business_time.now() - LOOKED_BACK
    rows = Incident.objects.filter(clinic_id=clinic_id, at__gte=since)
    return list(rows.order_by("-at").values_list("id", flat=True)[:MOST_INCIDENTS])


# ------------------------------------------------------------------------------------------------ lists


def waiting_texts(clinic_id: UUID, lane: Lane, *, skip: int, most: int) -> list[Listed]:
    """What waits in a lane, the first to leave first."""
    return _of_queue(clinic_id, lane, 0, datetime.max.replace(tzinfo=business_time.now().tzinfo), skip, most)


def stuck_texts(clinic_id: UUID, lane: Lane, carrier: int, *, skip: int, most: int) -> list[Listed]:
    """What was due long ago with a carrier, the oldest first."""
    return _of_queue(clinic_id, lane, carrier, business_time.now() - STUCK_AFTER, skip, most)


def _of_queue(clinic_id: UUID, lane: Lane, carrier: int, until: datetime, skip: int, most: int) -> list[Listed]:
    values = {"clinic": clinic_id, "lane": int(lane), "carrier": carrier, "until": until}
    rows = _rows(WAITING_OF, values | {"reach": skip + most, "most": most, "skip": skip})
    return [Listed(name, Purpose(purpose), Lane(lane), due, attempts) for name, purpose, lane, due, attempts in rows]


def tried_again(clinic_id: UUID, *, skip: int, most: int) -> list[Listed]:
    """What a carrier has not taken at once and gets again, with why."""
    rows = _rows(AGAIN_OF, {"clinic": clinic_id, "skip": skip, "most": most})
    return [
        Listed(name, Purpose(purpose), Lane(lane), due, attempts, EventKind.RETRY, reason or "")
        for name, purpose, lane, due, attempts, reason in rows
    ]


def unsure_texts(clinic_id: UUID, *, skip: int, most: int, only: Collection[UUID] | None = None) -> list[Listed]:
    """What is uncertain, the newest first; `only` these of it."""
    found = [one for one in unsure(clinic_id) if only is None or one.id in only][skip : skip + most]
    return _named(clinic_id, [(one.id, EventKind.UNCERTAIN, one.at, one.reason, one.carrier) for one in found])


def refused_texts(clinic_id: UUID, kind: EventKind | None, reason: str | None, *, skip: int, most: int) -> list[Listed]:
    """What ended badly within a day, the newest first; of one kind and reason or of all."""
    kinds = _int2([kind] if kind in BAD else BAD)
    values = _bad(clinic_id) | {"kinds": kinds, "reason": reason, "skip": skip, "most": most}
    return _named(clinic_id, [(row[0], EventKind(row[1]), *row[2:]) for row in _rows(REFUSED_OF, values)])


def _named(clinic_id: UUID, found: Sequence[tuple[UUID, EventKind, datetime, str, int | None]]) -> list[Listed]:
    if not found:
        return []
    names = arrays.uuid_array([one[0].bytes for one in found])
    with plain_cursor() as cursor:
        what = {row[0]: row for row in cursor.execute(WHAT, (clinic_id, names), prepare=False).fetchall()}
    carriers = dict(CarrierAccount.objects.values_list("id", "name"))
    return [
        Listed(name, Purpose(what[name][1]), Lane(what[name][2]), at, 0, kind, reason, carriers.get(carrier or 0, ""))
        for name, kind, at, reason, carrier in found
        if name in what
    ]


def totals(found: Overview) -> Counter[str]:
    """The numbers of the strip."""
    return Counter(
        waiting=sum(one.waiting for one in found.lanes),
        again=sum(one.again for one in found.lanes),
        unsure=sum(len(one.unsettled) for one in found.incidents),
        stuck=sum(one.count for one in found.stuck),
        refused=sum(one.count for one in found.refused),
    )


def _bad(clinic_id: UUID) -> dict[str, object]:
    lowest = ids.lowest_id_at(real_now() - OLDEST_PUT)
    return {"clinic": clinic_id, "lowest": lowest, "since": business_time.now() - REFUSED_WITHIN, "most": MOST_REFUSED}


def _int2(values: Collection[int]) -> Any:
    return arrays.int2_array([int(value) for value in values])


def _rows(statement: LiteralString, values: dict[str, Any]) -> list[Any]:
    with plain_cursor() as cursor:
        return list(cursor.execute(statement, values, prepare=False).fetchall())
