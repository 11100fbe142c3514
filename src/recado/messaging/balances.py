"""What is left with carriers that can tell, and how long it lasts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from .models import CarrierBalance

LOW_WITHIN = timedelta(days=2)  # a balance that lasts no longer is low
PACE_OF = timedelta(hours=24)
OLDEST = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class BalanceView:
    """What was left at `at` (real time). `lasts`: at the pace of the last day; None: nothing was used, or it isn't known yet."""

    amount: Decimal
    currency: str
    at: datetime
    lasts: timedelta | None

    @property
    def is_low(self) -> bool:
        return self.amount <= 0 or (self.lasts is not None and self.lasts < LOW_WITHIN)


def newest(carriers: Collection[int], now: datetime) -> dict[int, BalanceView]:
    """What these carriers said last, as far as they say anything and it is no older than a week."""
    told: dict[int, list[CarrierBalance]] = {}
    for row in CarrierBalance.objects.filter(carrier__in=carriers, at__gt=now - OLDEST).order_by("at"):
        told.setdefault(row.carrier, []).append(row)
    return {carrier: balance_of([(row.at, row.amount, row.currency) for row in rows]) for carrier, rows in told.items()}


def balance_of(told: Sequence[tuple[datetime, Decimal, str]]) -> BalanceView:
    """The newest of what a carrier said, the oldest first, with how long it lasts at the pace of the day before it. What was
    paid in is no use: only what went down counts. With less than an hour to judge by nothing is said."""
    at, amount, currency = told[-1]
    lately = [one for one in told if one[0] > at - PACE_OF and one[2] == currency]
    used = sum((max(Decimal(), was[1] - now[1]) for was, now in pairwise(lately)), Decimal())
    watched = at - lately[0][0]
    lasts = None
    if used > 0 and watched >= timedelta(hours=1) - timedelta(minutes=1):
        days = float(amount / used) * (watched / timedelta(days=1))
        lasts = timedelta(days=min(max(days, 0.0), 3_650.0))
    return BalanceView(amount, currency, at, lasts)
