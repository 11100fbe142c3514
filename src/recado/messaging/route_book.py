"""The table of routes with what is known of its carriers, as one value: read once for many texts, asked in memory."""

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, LiteralString
from uuid import UUID

from recado.consent.types import Purpose
from recado.foundation.clock import real_now
from recado.foundation.phone import Phone, country_of

from .asking import asks_for_reply
from .checks import barred, can_receive, is_name, is_risked
from .routing import RouteRule, Standing, Target, affordable, choose, first_match
from .types import Route, Way

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

REGISTRATIONS: LiteralString = """
SELECT clinic_id, sender, country, stop_text, reference <> '', since FROM messaging_senderregistration
"""
# Other numbers that rows name as senders, where they are somebody's: an answer to them finds its clinic.
HEARD: LiteralString = """
SELECT n.clinic_id, n.address FROM messaging_receivingnumber n
WHERE n.address IN (SELECT t ->> 'sender' FROM messaging_route r, jsonb_array_elements(r.targets) t)
    AND (SELECT c.receives FROM messaging_carrieraccount c WHERE c.id = n.carrier_id)
"""


class NoRoute(LookupError):
    """The table of routes has a row for such a text, and it names no carrier that may take it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a row of the table offers to texts of one kind: the carriers that are not too dear, and the way by each. `spare`: ways
    from a name that may be dropped, taken while none of the others takes anything."""

    ways: Mapping[Target, Route]
    spare: Mapping[Target, Route] = field(default_factory=dict)

    @property
    def heard(self) -> tuple[Target, ...]:
        """Those from which an answer comes back to us."""
        return tuple(target for target, way in self.ways.items() if can_receive(way))

    def fit_for(self, purpose: Purpose, body: str) -> Sequence[Target]:
        """The carriers for a text: one that asks for an answer leaves from where it is heard, if there is such."""
        targets, heard = tuple(self.ways), self.heard
        is_mixed = 0 < len(heard) < len(targets) and purpose is not Purpose.EMERGENCY
        return heard if is_mixed and asks_for_reply(body) else targets


@dataclass(frozen=True, slots=True)
class RouteBook:
    """`heard`: which numbers are whose, where an answer comes back to us. `stop_texts`: what news must say, by sender and
    country, where the carrier has said it. `registered`: since when senders stand in countries' registers, by clinic (None: for
    everybody's texts), sender and country. `today`: the day for which carriers are chosen."""

    rules: tuple[RouteRule, ...] = ()
    down: frozenset[int] = frozenset()
    scores: Mapping[tuple[int, str], float] = field(default_factory=dict)
    prices: Mapping[tuple[int, str], Decimal] = field(default_factory=dict)
    heard: frozenset[tuple[UUID, str]] = frozenset()
    stop_texts: Mapping[tuple[str, str], str] = field(default_factory=dict)
    registered: Mapping[tuple[UUID | None, str, str], date] = field(default_factory=dict)
    today: date = field(default_factory=lambda: real_now().date())
    _choices: dict[tuple[Route, UUID, str, Purpose], Choice | None] = field(default_factory=dict, repr=False)
    _owned: dict[tuple[Route, UUID, str], Route] = field(default_factory=dict, repr=False)

    def standing(self, carrier: int, country: str) -> Standing:
        return Standing(carrier not in self.down, self.scores.get((carrier, country), 1.0))

    def route(
        self,
        own: Route,
        *,
        clinic: UUID,
        phone: str,
        purpose: Purpose,
        body: str = "",
        without: frozenset[int] = frozenset(),
        held: frozenset[int] = frozenset(),
    ) -> Route:
        """Where a text leaves that would leave by `own` (the clinic's number and its carrier) if there were no routes.

        `without`: carriers that have had their tries. `held`: carriers that take nothing of this clinic's now, as if they
        were down. Raises NoRoute.
        """
        choice, country = None, ""
        # Most installations have no table, and most clinics no name as their sender.
        is_marked = (purpose is Purpose.NEWS and self.stop_texts) or (self.registered and is_name(own.sender))
        if self.rules or is_marked:
            country = country_of(Phone(phone)) or ""
            choice = self._choice(own, clinic, country, purpose)
        if choice is None:
            if own.carrier_id in without:
                raise NoRoute
            return self._stopped(self._as_owned(own, clinic, country), country, purpose) if country else own

        def standing(carrier: int, place: str) -> Standing:
            found = self.standing(carrier, place)
            return Standing(found.is_up and carrier not in held, found.score)

        def pick(targets: Sequence[Target]) -> Target | None:
            return choose(targets, standing=standing, country=country, dice=random.random(), without=without)

        chosen, ways = pick(choice.fit_for(purpose, body)), choice.ways
        if choice.spare and (chosen is None or not standing(chosen.carrier, country).is_up):
            spare = pick(tuple(choice.spare))
            if spare is not None and (chosen is None or standing(spare.carrier, country).is_up):
                chosen, ways = spare, choice.spare
        if chosen is None:
            raise NoRoute
        return self._stopped(ways[chosen], country, purpose)

    def way(self, own: Route, *, clinic: UUID, phone: Phone | None, purpose: Purpose) -> Way:
        """From what a text would leave that asks for an answer, and whether that would be heard."""
        country = country_of(phone) or "" if self.rules and phone else ""
        choice = self._choice(own, clinic, country, purpose)
        if choice is None or not choice.ways:
            return Way(own.sender, can_receive(own))
        heard = choice.heard
        best = choice.ways[heard[0]] if heard else next(iter(choice.ways.values()))
        return Way(best.sender, bool(heard))

    def _choice(self, own: Route, clinic: UUID, country: str, purpose: Purpose) -> Choice | None:
        """Found once for each kind of text; None: no row speaks of it."""
        if not self.rules:
            return None
        key = (own, clinic, country, purpose)
        if key not in self._choices:
            rule = first_match(self.rules, clinic=clinic, country=country, purpose=purpose, sender=own.sender)
            self._choices[key] = self._choice_of(rule, own, clinic, country, purpose) if rule else None
        return self._choices[key]

    def _choice_of(self, rule: RouteRule, own: Route, clinic: UUID, country: str, purpose: Purpose) -> Choice:
        """Without those whose sender the country drops, unless it drops all: then each text says why. An emergency that no other
        takes still leaves from a name that nobody has noted."""
        fine = affordable(rule.targets, country=country, prices=self.prices)
        ways = {target: self._noted(self._way_by(target, own, clinic), clinic, country) for target in fine}
        why = {target: barred(way, country, purpose, self.today) for target, way in ways.items()}
        carried = {target: way for target, way in ways.items() if not why[target]}
        if not carried:
            return Choice(ways)
        return Choice(carried, {target: way for target, way in ways.items() if is_risked(why[target], purpose)})

    def _way_by(self, target: Target, own: Route, clinic: UUID) -> Route:
        if target.sender in ("", own.sender):
            return Route(target.carrier, own.sender, own.receives)
        return Route(target.carrier, target.sender, (clinic, target.sender) in self.heard)

    def _as_owned(self, own: Route, clinic: UUID, country: str) -> Route:
        key = (own, clinic, country)
        if key not in self._owned:
            self._owned[key] = self._noted(own, clinic, country)
        return self._owned[key]

    def _noted(self, way: Route, clinic: UUID, country: str) -> Route:
        """With since when its sender is registered in the country."""
        sinces = (self.registered.get((whose, way.sender, country)) for whose in (clinic, None))
        return replace(way, registered=min((since for since in sinces if since), default=None))

    def _stopped(self, way: Route, country: str, purpose: Purpose) -> Route:
        """With what news must say to be stopped."""
        stop_text = self.stop_texts.get((way.sender, country), "") if purpose is Purpose.NEWS else ""
        return replace(way, stop_text=stop_text) if stop_text else way


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


def book_of(
    rules: Sequence[Any],
    scores: Sequence[Any],
    prices: Sequence[Any],
    down: Sequence[Any],
    heard: Iterable[tuple[UUID, str]] = (),
    registrations: Sequence[Any] = (),
) -> RouteBook:
    """The book behind the rows of the statements."""
    return RouteBook(
        rules=rules_of(rules),
        down=frozenset(row[0] for row in down),
        scores={(row[0], row[1]): row[2] for row in scores},
        prices={(row[0], row[1]): row[2] for row in prices},
        heard=frozenset(heard),
        stop_texts={(sender, country): text for _, sender, country, text, *_ in registrations if text},
        registered={
            (whose, sender, country): since or date.min
            for whose, sender, country, _, is_registered, since in registrations
            if is_registered
        },
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
