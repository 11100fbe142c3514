"""The carriers that serve a clinic, seen by who looks after them: state, numbers, figures of the last day, a test text."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import LiteralString
from uuid import UUID

from recado.clinics import queries as clinics
from recado.clinics.types import Refused
from recado.consent import queries as consent
from recado.consent.types import Purpose
from recado.foundation import arrays, audit, business_time, ids, news
from recado.foundation.actors import Actor
from recado.foundation.clock import real_now
from recado.foundation.countries.values import Traffic
from recado.foundation.database import plain_cursor
from recado.foundation.keys import keys_for
from recado.foundation.phone import Phone
from recado.foundation.text import gettext_noop

from .carriers import forget_routes
from .checks import check_sender, is_name
from .models import ReceivingNumber
from .types import EventKind, Problem, Severity

SILENT_AFTER = timedelta(seconds=30)  # a carrier not heard ready for longer
HOURS = 24
TESTS_AN_HOUR = 5
OLDEST_PUT = timedelta(days=4)  # a text that waited longer before it left is missing from the figures


class Health(StrEnum):
    """How a carrier is, as far as can be said."""

    WORKING = "working"
    DOWN = "down"  # the sender runs and has no connection
    SILENT = "silent"  # nobody has said anything lately: the sender does not run
    NEW = "new"  # never connected
    OFF = "off"  # switched off


@dataclass(frozen=True, slots=True)
class OurNumber:
    """A number of the clinic's: patients write to it, and texts come from it."""

    id: UUID
    address: str
    keyword: str
    is_preferred: bool
    receives: bool = True
    problems: tuple[Problem, ...] = ()  # as the sender of texts to phones of the clinic's own country


@dataclass(frozen=True, slots=True)
class Hour:
    """What became of the clinic's texts in one hour."""

    begins: datetime
    accepted: int = 0
    delivered: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class CarrierView:
    """One carrier, what the clinic has with it, and its last 24 hours (of this clinic's texts)."""

    id: int
    name: str
    kind: str
    health: Health
    heard_at: datetime | None  # of the last word about it, in real time
    numbers: tuple[OurNumber, ...]
    hours: tuple[Hour, ...] = field(default=())
    accepted: int = 0
    delivered: int = 0
    failed: int = 0
    median: timedelta | None = None  # from hand-over to delivery


BY_HOUR: LiteralString = """
SELECT e.carrier, floor(extract(epoch FROM e.at - %s) / 3600)::int, e.kind, count(*) FROM messaging_event e
WHERE e.clinic_id = %s AND e.message >= %s AND e.at >= %s AND e.kind = ANY (%s) AND e.carrier IS NOT NULL GROUP BY 1, 2, 3
"""
MEDIAN: LiteralString = """
SELECT d.carrier, percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM d.at - s.at))
FROM messaging_event d JOIN messaging_event s ON s.message = d.message AND s.clinic_id = d.clinic_id AND s.kind = %s
WHERE d.clinic_id = %s AND d.message >= %s AND d.at >= %s AND d.kind = %s AND d.carrier IS NOT NULL GROUP BY 1
"""
_ENDS = (EventKind.FAILED, EventKind.REFUSED, EventKind.EXPIRED)


def carriers_of(clinic_id: UUID) -> list[CarrierView]:
    """The carriers that serve a clinic, with the last 24 hours. Three statements. Call it inside `clinic_scope`."""
    rows = ReceivingNumber.objects.filter(clinic_id=clinic_id).select_related("carrier")
    found: dict[int, list[ReceivingNumber]] = {}
    for row in rows.order_by("carrier_id", "-is_preferred", "keyword", "id"):
        found.setdefault(row.carrier_id, []).append(row)
    now = business_time.now()
    country = clinics.clinic_settings(clinic_id).country
    since = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=HOURS - 1)
    counts, medians = _counts(clinic_id, since), _medians(clinic_id, since)
    return [_view(ours, counts.get(number, {}), medians.get(number), since, country) for number, ours in found.items()]


def _counts(clinic_id: UUID, since: datetime) -> dict[int, dict[tuple[int, EventKind], int]]:
    kinds = arrays.int2_array([int(kind) for kind in (EventKind.SENT, EventKind.DELIVERED, *_ENDS)])
    lowest = ids.lowest_id_at(real_now() - OLDEST_PUT)
    counts: dict[int, dict[tuple[int, EventKind], int]] = {}
    with plain_cursor() as cursor:
        for carrier, hour, kind, count in cursor.execute(BY_HOUR, (since, clinic_id, lowest, since, kinds)):
            counts.setdefault(carrier, {})[hour, EventKind(kind)] = count
    return counts


def _medians(clinic_id: UUID, since: datetime) -> dict[int, timedelta]:
    lowest = ids.lowest_id_at(real_now() - OLDEST_PUT)
    values = (int(EventKind.SENT), clinic_id, lowest, since, int(EventKind.DELIVERED))
    with plain_cursor() as cursor:
        return {carrier: timedelta(seconds=float(median)) for carrier, median in cursor.execute(MEDIAN, values)}


def _view(
    ours: Sequence[ReceivingNumber],
    counts: dict[tuple[int, EventKind], int],
    median: timedelta | None,
    since: datetime,
    country: str,
) -> CarrierView:
    carrier = ours[0].carrier
    hours = tuple(
        Hour(
            since + timedelta(hours=at),
            counts.get((at, EventKind.SENT), 0),
            counts.get((at, EventKind.DELIVERED), 0),
            sum(counts.get((at, kind), 0) for kind in _ENDS),
        )
        for at in range(HOURS)
    )
    return CarrierView(
        id=carrier.id,
        name=carrier.name,
        kind=carrier.kind,
        health=health_of(carrier.state, carrier.state_at, is_active=carrier.is_active),
        heard_at=carrier.state_at,
        numbers=tuple(_number(row, country) for row in ours),
        hours=hours,
        accepted=sum(hour.accepted for hour in hours),
        delivered=sum(hour.delivered for hour in hours),
        failed=sum(hour.failed for hour in hours),
        median=median,
    )


def _number(row: ReceivingNumber, country: str) -> OurNumber:
    problems = problems_of(row.address, country)
    return OurNumber(row.id, row.address, row.keyword, row.is_preferred, not is_name(row.address), problems)


def health_of(state: str, at: datetime | None, *, is_active: bool = True) -> Health:
    """The sender writes each few seconds while a carrier is ready, and the moment at which it was lost."""
    if not is_active:
        return Health.OFF
    if state == "new" or at is None:
        return Health.NEW
    if state != "ready":
        return Health.DOWN
    return Health.WORKING if real_now() - at < SILENT_AFTER else Health.SILENT


def problems_of(address: str, country: str) -> tuple[Problem, ...]:
    """What stands in the way of a number or name of ours as sender in the clinic's own country, today."""
    return tuple(check_sender(address, country, Traffic.SERVICE, on=business_time.now().date()))


def choose_sender(*, clinic_id: UUID, number_id: UUID, by: Actor) -> bool:
    """Texts that answer to no number come from this one. False: the clinic has no such number, or it is so already.
    Raises Refused where the clinic's country has none of it. Call it inside `clinic_scope`."""
    ours = ReceivingNumber.objects.filter(clinic_id=clinic_id)
    rows = list(ours.select_for_update().order_by("id"))
    wanted = next((row for row in rows if row.id == number_id and not row.is_preferred), None)
    if wanted is None:
        return False
    for problem in problems_of(wanted.address, clinics.clinic_settings(clinic_id).country):
        if problem.severity is Severity.REFUSE:
            raise Refused("number_id", problem.sentence, **problem.values)
    ours.filter(is_preferred=True).update(is_preferred=False)
    ours.filter(id=number_id).update(is_preferred=True, is_by_default=False)
    audit.record(clinic_id=clinic_id, by=by, action="message.choose_sender", subject=f"number {number_id}")
    news.tell(clinic_id, news.Topic.SETTINGS, news.Topic.CARRIERS)
    forget_routes()
    return True


TOO_MANY = gettext_noop("Five test texts an hour is the most. Try again later.")
HAS_STOPPED = gettext_noop("This number has asked to get no texts. A test goes to a phone of your own.")
NO_NUMBER = gettext_noop("The clinic has no such number to text from.")
LATELY = """
SELECT count(*) FROM foundation_auditevent WHERE clinic_id = %s AND action = 'message.test' AND id >= %s AND at >= %s
"""


def check_test(clinic_id: UUID, phone: Phone, number: str) -> None:
    """Raises Refused where a test text may not go. Whoever tests at the same time waits. Call it inside `clinic_scope`."""
    if not ReceivingNumber.objects.filter(clinic_id=clinic_id, address=number).exists():
        raise Refused("number", NO_NUMBER)
    if consent.withdrawn_at(clinic_id, keys_for(clinic_id).blind_index("phone", phone.e164)):
        raise Refused("phone", HAS_STOPPED)
    since = real_now() - timedelta(hours=1)
    with plain_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", (f"recado test text {clinic_id}",))
        row = cursor.execute(LATELY, (clinic_id, ids.lowest_id_at(since), since)).fetchone()
    if row and row[0] >= TESTS_AN_HOUR:
        raise Refused("phone", TOO_MANY)


TEST = Purpose.STAFF
"""A test goes to a phone of the staff's own: at once, at any hour, told as what it is."""
