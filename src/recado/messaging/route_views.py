"""The table of routes seen by who manages it: each row with how its carriers are now, and with what is wrong with it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, LiteralString
from uuid import UUID

import psycopg

from recado.consent.types import Purpose
from recado.foundation import business_time
from recado.foundation.clock import real_now
from recado.foundation.database import plain_cursor

from . import route_book, route_rules, senders
from .routing import RouteRule, affordable, shares
from .types import Problem, Severity

Operator = psycopg.Connection[Any]
Cursor = psycopg.Cursor[Any]

CARRIERS: LiteralString = "SELECT id, name, kept_by FROM messaging_carrieraccount WHERE removed_at IS NULL"
NUMBERS: LiteralString = """
SELECT clinic_id, carrier_id, address FROM messaging_receivingnumber
WHERE %(clinic)s::uuid IS NULL OR clinic_id = %(clinic)s ORDER BY is_preferred DESC, keyword, id
"""
PRICES: LiteralString = "SELECT carrier, country, price, currency FROM messaging_carrierprice"


@dataclass(frozen=True, slots=True)
class TargetView:
    """A carrier of a row, as it is now for phones of the row's country (or of the country that was asked for)."""

    carrier: int
    name: str  # empty: the carrier is gone
    weight: int
    sender: str
    ceiling: Decimal | None
    price: Decimal | None  # of a part; None: nobody has said
    currency: str
    is_too_dear: bool
    is_up: bool
    score: float  # from 0 to 1: how well it has delivered lately
    share: float  # of the row's texts that it gets now; they add up to 1, or to 0 where every carrier is down
    scores: Mapping[str, float] = field(default_factory=dict)  # by country, for rows of any country


@dataclass(frozen=True, slots=True)
class RouteView:
    """A row of the table. `is_own`: whoever asked may change it."""

    id: UUID
    number: int  # from 1: its place among those that are seen
    clinic_id: UUID | None
    is_own: bool
    country: str
    purposes: tuple[Purpose, ...]
    sender: str
    targets: tuple[TargetView, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What rows are held against: whose numbers there are, and which senders stand in registers."""

    carriers: Mapping[int, str]
    kept_by: Mapping[int, UUID | None]  # the clinic that added a carrier for itself
    numbers: tuple[tuple[UUID, int, str], ...]  # clinic, carrier, address; the one that a clinic prefers first
    known: tuple[senders.Registration, ...]
    on: date

    def addresses(self, clinic: UUID | None) -> frozenset[str]:
        return frozenset(address for whose, _, address in self.numbers if clinic in (None, whose))

    def problems(self, rules: Sequence[RouteRule], place: int) -> tuple[Problem, ...]:
        """What is wrong with a row where it stands."""
        rule = rules[place]
        found = [*route_rules.problems_of(rules, place)]
        found += route_rules.unheard(rule.targets, self.addresses(rule.clinic))
        return (*found, *(problem for _, problem in self._of_senders(rule)))

    def refusal(self, rule: RouteRule) -> Problem | None:
        """Why a sender that the row names can't be one in its country."""
        return next((one for named, one in self._of_senders(rule) if named and one.severity is Severity.REFUSE), None)

    def _of_senders(self, rule: RouteRule) -> Iterator[tuple[bool, Problem]]:
        own = next((address for whose, _, address in self.numbers if whose == rule.clinic), "")
        registered = senders.in_force(one for one in self.known if one.clinic_id in (None, rule.clinic))
        return route_rules.sender_problems(rule, own, registered, self.on)


def facts_of(cursor: Cursor, clinic_id: UUID | None) -> Facts:
    """The facts of a clinic's rows; without a clinic, of all."""
    carriers = cursor.execute(CARRIERS).fetchall()
    return Facts(
        carriers={number: name for number, name, _ in carriers},
        kept_by={number: kept_by for number, _, kept_by in carriers},
        numbers=tuple(cursor.execute(NUMBERS, {"clinic": clinic_id}).fetchall()),
        known=tuple(senders.found(cursor, clinic_id)),
        on=business_time.now().date(),
    )


def listed(clinic_id: UUID | None, *, country: str = "", over: Operator | None = None) -> list[RouteView]:
    """The rows that speak of a clinic's texts, in order, with what is known of their carriers; over the operator's own
    connection and without a clinic, all rows. `country`: what rows of any country are looked at for. Call it inside
    `clinic_scope`, or `over`."""
    with reading(over) as cursor:
        rows = cursor.execute(route_book.RULES).fetchall()
        rows = [row for row in rows if clinic_id is None or row[1] in (None, clinic_id)]
        scores = cursor.execute(route_book.SCORES, (route_book.oldest_score(real_now()),)).fetchall()
        prices = cursor.execute(PRICES).fetchall()
        down = cursor.execute(route_book.DOWN).fetchall()
        held = cursor.execute(route_book.HELD).fetchall()
        down += [(carrier, True) for clinic, carrier in held if clinic == clinic_id]
        facts = facts_of(cursor, clinic_id)
    book = route_book.book_of(rows, scores, prices, down)
    currencies = {(carrier, code): currency for carrier, code, _, currency in prices}
    return [
        RouteView(
            id=rule.id,
            number=place + 1,
            clinic_id=rule.clinic,
            is_own=over is not None or rule.clinic is not None,
            country=rule.country,
            purposes=tuple(sorted(rule.purposes)),
            sender=rule.sender,
            targets=_targets(rule, rule.country or country, book, facts.carriers, currencies),
            problems=facts.problems(book.rules, place),
        )
        for place, rule in enumerate(book.rules)
    ]


@contextmanager
def reading(over: Operator | None) -> Iterator[Cursor]:
    """A cursor for the clinic's scope, or over the operator's connection."""
    if over is None:
        with plain_cursor() as cursor:
            yield cursor
    else:
        with over.cursor() as cursor:
            yield cursor


def _targets(
    rule: RouteRule,
    country: str,
    book: route_book.RouteBook,
    names: Mapping[int, str],
    currencies: Mapping[tuple[int, str], str],
) -> tuple[TargetView, ...]:
    fine = affordable(rule.targets, country=country, prices=book.prices)
    share_of = dict(zip(fine, shares(fine, book.standing, country), strict=True))
    return tuple(
        TargetView(
            carrier=target.carrier,
            name=names.get(target.carrier, ""),
            weight=target.weight,
            sender=target.sender,
            ceiling=target.ceiling,
            price=book.prices.get((target.carrier, country)),
            currency=currencies.get((target.carrier, country), ""),
            is_too_dear=target not in fine,
            is_up=target.carrier in names and target.carrier not in book.down,
            score=book.standing(target.carrier, country).score,
            share=share_of.get(target, 0.0),
            scores={code: score for (carrier, code), score in book.scores.items() if carrier == target.carrier},
        )
        for target in rule.targets
    )
