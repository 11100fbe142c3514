"""Which carrier takes a text: the first route that matches, then its targets by weight and by what they really deliver. Pure.

A target's weight is multiplied by the square of its score (evidence.py): at half the deliveries it gets a quarter of
its share. What the targets of a route lose so goes to its backups (weight 0), which otherwise take nothing. A carrier
that is down takes nothing; if all are down the text waits for the first. A text goes whole to one target.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from recado.consent.types import Purpose

LEAST = 0.02  # of its weight: a carrier in disgrace still gets a text now and then, or it could never recover


@dataclass(frozen=True, slots=True)
class Target:
    """A carrier that a route may use. Weight 0: a backup. `sender`: empty keeps the clinic's own number. `ceiling`: the
    most that a part may cost, in the currency of the carrier's price list; a carrier without a price is not held by it."""

    carrier: int
    weight: int = 1
    sender: str = ""
    ceiling: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RouteRule:
    """One row of the table of routes; the first that matches decides. Without targets: such texts may not leave."""

    id: UUID
    clinic: UUID | None = None
    country: str = ""  # two letters; empty: any
    purposes: frozenset[Purpose] = frozenset()  # empty: any
    sender: str = ""  # the number that the text would leave from; empty: any
    targets: tuple[Target, ...] = ()

    def is_for(self, *, clinic: UUID, country: str, purpose: Purpose, sender: str) -> bool:
        return (
            self.clinic in (None, clinic)
            and self.country in ("", country)
            and (not self.purposes or purpose in self.purposes)
            and self.sender in ("", sender)
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """How a carrier is for a country: connected (or not known to be down), and its score from 0 to 1."""

    is_up: bool = True
    score: float = 1.0


Standings = Callable[[int, str], Standing]
Prices = Mapping[tuple[int, str], Decimal]  # of a part, by carrier and country


def first_match(
    rules: Iterable[RouteRule], *, clinic: UUID, country: str, purpose: Purpose, sender: str
) -> RouteRule | None:
    """The route that decides; None where no row of the table speaks of such a text."""
    return next(
        (rule for rule in rules if rule.is_for(clinic=clinic, country=country, purpose=purpose, sender=sender)), None
    )


def affordable(targets: Sequence[Target], *, country: str, prices: Prices) -> list[Target]:
    """The targets whose price for a part lies under their ceiling."""
    fine = []
    for target in targets:
        price = prices.get((target.carrier, country))
        if target.ceiling is None or price is None or price <= target.ceiling:
            fine.append(target)
    return fine


def shares(targets: Sequence[Target], standing: Standings, country: str) -> list[float]:
    """What each target gets, as numbers that add up to 1; all 0 where every carrier is down."""
    stands = [standing(target.carrier, country) for target in targets]
    worth = [max(LEAST, stand.score**2) if stand.is_up else 0.0 for stand in stands]
    total = sum(target.weight for target in targets)
    got = [target.weight * one for target, one in zip(targets, worth, strict=True)]
    backups = [one if not target.weight else 0.0 for target, one in zip(targets, worth, strict=True)]
    if any(backups):
        # A route of backups alone is one of equals.
        lost = max(0.0, total - sum(got)) if total else 1.0
        got = [have + lost * backup / sum(backups) for have, backup in zip(got, backups, strict=True)]
    whole = sum(got)
    return [one / whole for one in got] if whole else [0.0] * len(targets)


def choose(
    targets: Sequence[Target],
    *,
    standing: Standings,
    country: str,
    dice: float,
    without: frozenset[int] = frozenset(),
) -> Target | None:
    """The target for one text. `dice`: evenly from 0 up to 1. `without`: carriers that have had their tries.

    With every carrier down it is the first: the text waits for it and moves on when another is there before.
    None: nobody is left.
    """
    left = [target for target in targets if target.carrier not in without]
    if not left:
        return None
    reached = 0.0
    for target, share in zip(left, shares(left, standing, country), strict=True):
        reached += share
        if share and dice < reached:
            return target
    return next((target for target in left if standing(target.carrier, country).is_up), left[0])
