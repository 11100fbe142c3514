"""The table of routes with what is known of its carriers, as one value: read once for many texts, asked in memory."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, LiteralString
from uuid import UUID

from recado.consent.types import Purpose
from recado.foundation.phone import Phone, country_of

from .routing import RouteRule, Standing, Target, affordable, choose, first_match
from .types import Route

SCORES_LAST = timedelta(minutes=30)  # an old score is none: its dispatcher is gone

RULES: LiteralString = "SELECT id, clinic_id, country, purposes, sender, targets::text, position FROM messaging_route ORDER BY position, id"
SCORES: LiteralString = "SELECT carrier, country, score FROM messaging_carrierscore WHERE at > %s"
PRICES: LiteralString = "SELECT carrier, country, price FROM messaging_carrierprice"
# Those that take nothing now, and whether somebody has switched them off.
DOWN: LiteralString = """
SELECT id, NOT is_active OR cardinality(paused_lanes) = 5 FROM messaging_carrieraccount
WHERE NOT is_active OR state IN ('down', 'refused') OR cardinality(paused_lanes) = 5
"""
# Those that a clinic holds: they take none of its texts.
HELD: LiteralString = "SELECT clinic_id, carrier FROM messaging_carrierhold"


class NoRoute(LookupError):
    """The table of routes has a row for such a text, and it names no carrier that may take it."""


@dataclass(frozen=True, slots=True)
class RouteBook:
    rules: tuple[RouteRule, ...] = ()
    down: frozenset[int] = frozenset()
    scores: Mapping[tuple[int, str], float] = field(default_factory=dict)
    prices: Mapping[tuple[int, str], Decimal] = field(default_factory=dict)

    def standing(self, carrier: int, country: str) -> Standing:
        return Standing(carrier not in self.down, self.scores.get((carrier, country), 1.0))

    def route(
        self,
        own: Route,
        *,
        clinic: UUID,
        phone: str,
        purpose: Purpose,
        without: frozenset[int] = frozenset(),
        held: frozenset[int] = frozenset(),
    ) -> Route:
        """Where a text leaves that would leave by `own` (the clinic's number and its carrier) if there were no routes.

        `without`: carriers that have had their tries. `held`: carriers that take nothing of this clinic's now, as if they
        were down. Raises NoRoute.
        """
        rule, country = None, ""
        if self.rules:  # most installations have one carrier and no table
            country = country_of(Phone(phone)) or ""
            rule = first_match(self.rules, clinic=clinic, country=country, purpose=purpose, sender=own.sender)
        if rule is None:
            if own.carrier_id in without:
                raise NoRoute
            return own
        fine = affordable(rule.targets, country=country, prices=self.prices)

        def standing(carrier: int, place: str) -> Standing:
            found = self.standing(carrier, place)
            return Standing(found.is_up and carrier not in held, found.score)

        chosen = choose(fine, standing=standing, country=country, dice=random.random(), without=without)
        if chosen is None:
            raise NoRoute
        keeps_own = chosen.sender in ("", own.sender)
        return Route(chosen.carrier, own.sender if keeps_own else chosen.sender, own.receives and keeps_own)


def rules_of(rows: Sequence[Any]) -> tuple[RouteRule, ...]:
    """The rows that RULES returns."""
    return tuple(
        RouteRule(
            id=row[0],
            clinic=row[1],
            country=row[2],
            purposes=frozenset(Purpose(purpose) for purpose in row[3]),
            sender=row[4],
            targets=tuple(target_of(target) for target in json.loads(row[5])),
        )
        for row in rows
    )


def target_of(told: Mapping[str, Any]) -> Target:
    """A target as it is stored: {"carrier": 1, "weight": 1, "sender": "", "ceiling": "0.05"}."""
    ceiling = told.get("ceiling")
    return Target(
        carrier=int(told["carrier"]),
        weight=int(told.get("weight", 1)),
        sender=str(told.get("sender", "")),
        ceiling=Decimal(str(ceiling)) if ceiling is not None else None,
    )


def book_of(rules: Sequence[Any], scores: Sequence[Any], prices: Sequence[Any], down: Sequence[Any]) -> RouteBook:
    """The book behind the rows of the four statements."""
    return RouteBook(
        rules=rules_of(rules),
        down=frozenset(row[0] for row in down),
        scores={(row[0], row[1]): row[2] for row in scores},
        prices={(row[0], row[1]): row[2] for row in prices},
    )


def held_of(rows: Sequence[Any]) -> dict[UUID, frozenset[int]]:
    """The carriers that each clinic holds, of the rows of HELD."""
    found: dict[UUID, set[int]] = {}
    for clinic, carrier in rows:
        found.setdefault(clinic, set()).add(carrier)
    return {clinic: frozenset(carriers) for clinic, carriers in found.items()}


def oldest_score(now: datetime) -> datetime:
    """Scores noted before this moment (of real time) count no more."""
    return now - SCORES_LAST
