"""The carriers that serve a clinic, seen by who looks after them: how they are, what waits, the last day, what is left.

Figures of texts are of the clinic's own; how a connection is, its states and its balance are the installation's. Call
everything inside `clinic_scope`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, LiteralString
from uuid import UUID

from django.db.models import Q

from recado.clinics import queries as clinics
from recado.foundation import arrays, business_time, ids
from recado.foundation.clock import real_now
from recado.foundation.database import plain_cursor

from . import balances, carrier_days, pausing, senders, upkeep
from .balances import BalanceView
from .carrier_days import Change, Hour
from .models import (
    CarrierAccount,
    CarrierChange,
    CarrierLink,
    CarrierPrice,
    CarrierScore,
    ReceivingNumber,
    RouteRow,
)
from .numbers import addable_by
from .pausing import Held
from .route_book import oldest_score
from .types import UNHEARD_AFTER, EventKind, Lane
from .upkeep import OurNumber

SILENT_AFTER = timedelta(seconds=30)  # a carrier not heard ready for longer
OLDEST_PUT = timedelta(days=4)  # a text that waited longer before it left is missing from the figures
MOST_WAITING = 10_000  # counted so far and no further
LOOKED_BACK = timedelta(days=7)  # of changes
MOST_CHANGES = 50


class Health(StrEnum):
    """How a carrier is, as far as can be said."""

    WORKING = "working"
    PART = "part"  # some of its connections are up, not all
    UNHEARD = "unheard"  # connected, and it owes an answer and says nothing
    DOWN = "down"  # the sender runs and has no connection
    REFUSED = "refused"  # it does not take our credentials, or our credit is gone: a person must act
    SILENT = "silent"  # nobody has said anything lately: the sender does not run
    NEW = "new"  # never connected
    UNTRIED = "untried"  # over HTTP: it has answered nothing yet, so nobody knows whether it would take a text
    OFF = "off"  # switched off


@dataclass(frozen=True, slots=True)
class LinkView:
    """One connection, as its dispatcher last saw it. Times are real. `window` and `under_way`: parts over SMPP, requests over
    HTTP."""

    kind: str
    health: str  # a value of channels' LinkHealth
    since: datetime
    window: int
    most: int
    under_way: int
    rate: float | None
    trouble: str
    trouble_at: datetime | None
    heard_at: datetime | None
    unheard_since: datetime | None
    rests_until: datetime | None

    @property
    def is_up(self) -> bool:
        return self.health == "up"


@dataclass(frozen=True, slots=True)
class CarrierView:
    """One carrier, what the clinic has with it, and its last 24 hours (of this clinic's texts)."""

    id: int
    name: str
    kind: str
    health: Health
    heard_at: datetime | None  # of the last word about it, in real time
    numbers: tuple[OurNumber, ...]
    links: tuple[LinkView, ...] = ()
    held: Held | None = None  # by this clinic
    held_lanes: tuple[Lane, ...] = ()  # by the operator of the server
    held_since: datetime | None = None
    waiting: int = 0  # due or planned
    late: int = 0  # due, and not left
    oldest: datetime | None = None  # when the first of them was or is due, in business time
    balance: BalanceView | None = None
    hours: tuple[Hour, ...] = field(default=())
    accepted: int = 0
    delivered: int = 0
    failed: int = 0
    median: timedelta | None = None  # from hand-over to delivery
    trouble: str = ""  # a code for the last thing that went wrong with it
    trouble_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """How a carrier did lately in a country, and its list price of a part there."""

    country: str  # two letters; empty: not known
    score: float | None  # 0 to 1
    price: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What a carrier answered to texts of this clinic in the last day that it did not simply take and deliver."""

    kind: EventKind
    reason: str
    count: int


MEDIAN: LiteralString = """
SELECT d.carrier, percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM d.at - s.at))
FROM messaging_event d JOIN messaging_event s ON s.message = d.message AND s.clinic_id = d.clinic_id AND s.kind = %s
WHERE d.clinic_id = %s AND d.message >= %s AND d.at >= %s AND d.kind = %s AND d.carrier IS NOT NULL GROUP BY 1
"""
ANSWERED: LiteralString = """
SELECT kind, coalesce(reason, ''), count(*) FROM (
    SELECT kind, reason FROM messaging_event
    WHERE clinic_id = %(clinic)s AND message >= %(lowest)s AND at >= %(since)s AND carrier = %(carrier)s
        AND kind = ANY (%(kinds)s) LIMIT %(most)s) n
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 20
"""
# One walk along the claim's index for each carrier and lane, in the order in which they fall due.
WAITING: LiteralString = """
SELECT c.id, n.waiting, n.oldest, n.late FROM messaging_carrieraccount c, unnest(%(lanes)s) AS l (lane), LATERAL (
    SELECT count(*) AS waiting, min(q.due) AS oldest, count(*) FILTER (WHERE q.due <= %(now)s) AS late FROM (
        SELECT o.due FROM messaging_outbox o WHERE o.carrier = c.id AND o.lane = l.lane AND o.clinic_id = %(clinic)s
        ORDER BY o.due LIMIT %(most)s) q) n
WHERE c.id = ANY (%(carriers)s) AND n.waiting > 0
"""
ANSWERS = (EventKind.FAILED, EventKind.UNCERTAIN, EventKind.REFUSED, EventKind.RETRY, EventKind.EXPIRED)


def carriers_of(clinic_id: UUID, only: int | None = None) -> list[CarrierView]:
    """The carriers that serve a clinic: those of its numbers, those that its routes name, and those that it has added itself.
    `only`: this one, also where it serves the clinic in no way and may be changed by it. A fixed number of statements, however
    many texts there are."""
    numbers: dict[int, list[ReceivingNumber]] = {}
    rows = ReceivingNumber.objects.filter(clinic_id=clinic_id).order_by("carrier_id", "-is_preferred", "keyword", "id")
    for row in rows:
        numbers.setdefault(row.carrier_id, []).append(row)
    wanted = Q(id__in={*numbers, *_routed(clinic_id)}) | (
        Q(kept_by=clinic_id) if only is None else addable_by(clinic_id)
    )
    accounts = [
        row for row in CarrierAccount.objects.filter(wanted, removed_at=None).order_by("id") if only in (None, row.id)
    ]
    if not accounts:
        return []
    known = _Known(clinic_id, [row.id for row in accounts])
    return [known.view(row, numbers.get(row.id, [])) for row in accounts]


def to_choose(clinic_id: UUID) -> list[tuple[int, str]]:
    """The carriers on which a clinic may add numbers, with their names."""
    rows = CarrierAccount.objects.filter(addable_by(clinic_id), is_active=True).order_by("id")
    return list(rows.values_list("id", "name"))


def has_others(than: int) -> bool:
    """Whether texts may leave by any carrier but this one."""
    return CarrierAccount.objects.filter(is_active=True).exclude(id=than).exists()


def carrier_of(clinic_id: UUID, carrier: int) -> CarrierView | None:
    """One of them, or one that the clinic may change; None: it is neither."""
    return next(iter(carriers_of(clinic_id, carrier)), None)


def _routed(clinic_id: UUID) -> set[int]:
    rows = RouteRow.objects.values_list("clinic_id", "targets")
    return {int(target["carrier"]) for clinic, targets in rows if clinic in (None, clinic_id) for target in targets}


class _Known:
    """Everything about some carriers, read at once."""

    def __init__(self, clinic_id: UUID, carriers: Sequence[int]) -> None:
        self.real, now = real_now(), business_time.now()
        self.country = clinics.clinic_settings(clinic_id).country
        self.registered = senders.registered(clinic_id)
        self.since = carrier_days.begin(now)
        self.links: dict[int, list[LinkView]] = {}
        fresh = CarrierLink.objects.filter(carrier__in=carriers, at__gt=self.real - SILENT_AFTER)
        for row in fresh.order_by("worker", "number"):
            self.links.setdefault(row.carrier, []).append(link_view(row))
        self.held = {one.carrier: one for one in pausing.held_of(clinic_id) if one.carrier is not None}
        self.waiting = _waiting(clinic_id, carriers, now)
        self.balances = balances.newest(carriers, self.real)
        self.medians = _medians(clinic_id, self.since)
        self.changes = changes_since(carriers, self.real - timedelta(hours=carrier_days.HOURS + 1))
        self.counts = carrier_days.counts(clinic_id, self.since, ids.lowest_id_at(self.real - OLDEST_PUT))
        self.ahead = now - self.real

    def _number(self, one: ReceivingNumber, row: CarrierAccount) -> upkeep.OurNumber:
        return upkeep.number_of_row(one, self.country, self.registered, receives=row.receives)

    def view(self, row: CarrierAccount, numbers: Sequence[ReceivingNumber]) -> CarrierView:
        links = tuple(self.links.get(row.id, ()))
        changes = self.changes.get(row.id, []) if row.is_active else []
        spans = carrier_days.spans_of(changes, row.state_at, self.real)
        hours = carrier_days.hours(self.counts.get(row.id, {}), spans, self.since, ahead=self.ahead)
        waiting = self.waiting.get(row.id, (0, 0, None))
        newest = max((one for one in links if one.trouble_at), key=_trouble_at, default=None)
        lost = next((one for one in reversed(changes) if one.reason), None)
        return CarrierView(
            id=row.id,
            name=row.name,
            kind=row.kind,
            health=health_of(row.state, row.state_at, is_active=row.is_active, links=links),
            heard_at=row.state_at,
            numbers=tuple(self._number(one, row) for one in numbers),
            links=links,
            held=self.held.get(row.id),
            held_lanes=tuple(Lane(lane) for lane in sorted(row.paused_lanes)),
            held_since=row.paused_at,
            waiting=waiting[0],
            late=waiting[1],
            oldest=waiting[2],
            balance=self.balances.get(row.id),
            hours=hours,
            accepted=sum(hour.accepted for hour in hours),
            delivered=sum(hour.delivered for hour in hours),
            failed=sum(hour.failed for hour in hours),
            median=self.medians.get(row.id),
            trouble=newest.trouble if newest else lost.reason if lost else "",
            trouble_at=newest.trouble_at if newest else lost.at if lost else None,
        )


def _trouble_at(one: LinkView) -> datetime:
    return one.trouble_at or one.since


def link_view(row: CarrierLink) -> LinkView:
    """A connection's row, as pages see it."""
    return LinkView(
        kind=row.kind,
        health=row.health,
        since=row.since,
        window=row.window,
        most=row.most,
        under_way=row.under_way,
        rate=row.rate,
        trouble=row.trouble,
        trouble_at=row.trouble_at,
        heard_at=row.heard_at,
        unheard_since=row.unheard_since,
        rests_until=row.rests_until,
    )


def health_of(state: str, at: datetime | None, *, is_active: bool = True, links: Sequence[LinkView] = ()) -> Health:
    """The sender writes each few seconds while a carrier is ready, and the moment at which it was lost. `links`: its
    connections, as far as the word about them is fresh."""
    if not is_active:
        return Health.OFF
    if state == "new" or at is None:
        return Health.NEW
    up = [one for one in links if one.is_up]
    if state == "down" and any(unheard_for(one) for one in up):
        return Health.UNHEARD
    if state != "ready":
        return Health.REFUSED if state == "refused" else Health.DOWN
    if real_now() - at >= SILENT_AFTER:
        return Health.SILENT
    if up and all(unheard_for(one) for one in up):
        return Health.UNHEARD
    if links and all(one.kind == "http" and one.heard_at is None for one in links):
        return Health.UNTRIED
    return Health.WORKING if len(up) == len(links) else Health.PART


def unheard_for(link: LinkView) -> timedelta | None:
    """How long a carrier has owed an answer over a connection and said nothing; None: no longer than a slow answer takes."""
    wait = real_now() - link.unheard_since if link.unheard_since and link.is_up else timedelta()
    return wait if wait >= UNHEARD_AFTER else None


def _medians(clinic_id: UUID, since: datetime) -> dict[int, timedelta]:
    lowest = ids.lowest_id_at(real_now() - OLDEST_PUT)
    values = (int(EventKind.SENT), clinic_id, lowest, since, int(EventKind.DELIVERED))
    with plain_cursor() as cursor:
        return {carrier: timedelta(seconds=float(median)) for carrier, median in cursor.execute(MEDIAN, values)}


def _waiting(clinic_id: UUID, carriers: Collection[int], now: datetime) -> dict[int, tuple[int, int, datetime | None]]:
    values = {
        "clinic": clinic_id,
        "most": MOST_WAITING,
        "now": now,
        "lanes": arrays.int2_array([int(lane) for lane in Lane]),
        "carriers": arrays.int2_array(list(carriers)),
    }
    found: dict[int, tuple[int, int, datetime | None]] = {}
    for carrier, waiting, due, late in _rows(WAITING, values):
        had = found.get(carrier, (0, 0, None))
        oldest = min((one for one in (had[2], due) if one is not None), default=None)
        found[carrier] = (min(MOST_WAITING, had[0] + waiting), min(MOST_WAITING, had[1] + late), oldest)
    return found


CHANGES: LiteralString = """
SELECT carrier, at, state, reason FROM messaging_carrierchange WHERE carrier = ANY (%(carriers)s) AND at >= %(since)s
UNION ALL
SELECT c.carrier, h.at, h.state, h.reason FROM unnest(%(carriers)s) AS c (carrier), LATERAL (
    SELECT at, state, reason FROM messaging_carrierchange h WHERE h.carrier = c.carrier AND h.at < %(since)s
    ORDER BY h.at DESC, h.id DESC LIMIT 1) h
ORDER BY 2
"""


def changes_since(carriers: Collection[int], since: datetime) -> dict[int, list[Change]]:
    """The changes of state of these carriers from real time `since` on, with the last before it; the oldest first."""
    found: dict[int, list[Change]] = {}
    values = {"carriers": arrays.int2_array(list(carriers)), "since": since}
    for carrier, at, state, reason in _rows(CHANGES, values):
        found.setdefault(carrier, []).append(Change(at, state, reason))
    return found


def history_of(carrier: int) -> list[Change]:
    """The changes of the last week, the newest first."""
    rows = CarrierChange.objects.filter(carrier=carrier, at__gte=real_now() - LOOKED_BACK).order_by("-at", "-id")
    return [Change(row.at, row.state, row.reason) for row in rows[:MOST_CHANGES]]


def scores_of(carrier: int) -> list[Score]:
    """How the carrier does by country, as far as anything is known lately, with its list prices; the worst first."""
    scores = dict(
        CarrierScore.objects.filter(carrier=carrier, at__gt=oldest_score(real_now())).values_list("country", "score")
    )
    prices = {row.country: row for row in CarrierPrice.objects.filter(carrier=carrier)}
    found = [
        Score(
            country,
            scores.get(country),
            prices[country].price if country in prices else None,
            prices[country].currency if country in prices else "",
        )
        for country in {*scores, *prices}
    ]
    return sorted(found, key=lambda one: (one.score is None, one.score or 0.0, one.country))


def answers_of(clinic_id: UUID, carrier: int) -> list[Answered]:
    """What it answered in the last day that was no delivery, the most frequent first."""
    values = {
        "clinic": clinic_id,
        "carrier": carrier,
        "lowest": ids.lowest_id_at(real_now() - OLDEST_PUT),
        "since": business_time.now() - timedelta(hours=carrier_days.HOURS),
        "kinds": arrays.int2_array([int(kind) for kind in ANSWERS]),
        "most": MOST_WAITING,
    }
    return [Answered(EventKind(kind), reason, count) for kind, reason, count in _rows(ANSWERED, values)]


def _rows(statement: LiteralString, values: dict[str, Any]) -> list[Any]:
    with plain_cursor() as cursor:
        return list(cursor.execute(statement, values, prepare=False).fetchall())
