"""What may stand in the table of routes, and what is said of it when it is saved. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from recado.clinics.types import Refused
from recado.consent.types import TRAFFIC_OF, Purpose
from recado.foundation.text import gettext_noop

from .checks import check_sender
from .routing import RouteRule, Target
from .types import Problem, Severity

MOST_WEIGHT = 1_000
MOST_TARGETS = 20
LONGEST_SENDER = 20

BAD_COUNTRY = gettext_noop("Give the country by its two letters, such as GB.")
BAD_TARGETS = gettext_noop(
    "Say for each carrier which it is, and if you like its weight, its sender and its highest price."
)
BAD_WEIGHT = gettext_noop("A weight is a whole number from 0 (a backup) to 1000.")
BAD_CEILING = gettext_noop("The highest price of a part is an amount above 0, such as 0.05.")
TOO_LONG = gettext_noop("A sender has at most 20 characters.")
TOO_MANY = gettext_noop("A row names 20 carriers at most.")
TWICE = gettext_noop("A carrier stands twice in the row. Name it once, with the weight that it should have.")
NO_CARRIER = gettext_noop("There is no such carrier.")
NOT_YOUR_CARRIER = gettext_noop(
    "This carrier does not serve the clinic. The operator of the server can give the clinic a number on it."
)
NOT_YOUR_SENDER = gettext_noop("The clinic has no such number or name to text from.")
NOBODYS_SENDER = gettext_noop("No clinic that the row is for sends from this number or name.")
SAME = gettext_noop("There is a row for exactly such texts already. Change that one.")

SENTENCES: dict[str, str] = {
    "route_never_decides": gettext_noop(
        "Row %(row)s takes all of these texts before: this row never decides. Move it up, or remove it."
    ),
    "route_hides": gettext_noop("It takes all texts of row %(row)s, which never decides from now on."),
    "route_sender_unheard": gettext_noop(
        "Nobody has the number %(sender)s as theirs: an answer to it would find no clinic."
    ),
}


@dataclass(frozen=True, slots=True)
class RouteWish:
    """A row as somebody wants it: which texts (country in two letters, empty: any; purposes, none: any; the number or
    name that a text would leave from, empty: any), and the carriers that may take them. No carriers: they don't leave."""

    country: str = ""
    purposes: frozenset[Purpose] = frozenset()
    sender: str = ""
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to choose from. `addresses`: the numbers and names of the clinics that the row is for."""

    carriers: frozenset[int]
    addresses: frozenset[str]
    is_operator: bool = True
    ours: frozenset[int] = frozenset()  # the carriers that serve the clinic, where it is no operator


def read_targets(told: Sequence[Mapping[str, Any]]) -> tuple[Target, ...]:
    """Targets as they are stored and sent: `{"carrier": 1, "weight": 1, "sender": "", "ceiling": "0.05"}`, all but the
    carrier may be missing. Raises Refused."""
    if not isinstance(told, list | tuple):
        raise Refused("targets", BAD_TARGETS)
    return tuple(_read_target(one) for one in told)


def _read_target(told: Any) -> Target:
    if not isinstance(told, Mapping) or told.keys() - {"carrier", "weight", "sender", "ceiling"}:
        raise Refused("targets", BAD_TARGETS)
    try:
        carrier = int(str(told.get("carrier", "")))
    except ValueError:
        raise Refused("targets", BAD_TARGETS) from None
    try:
        weight = int(str(told.get("weight", 1)))
    except ValueError:
        raise Refused("targets", BAD_WEIGHT) from None
    return Target(carrier, weight, str(told.get("sender") or "").strip(), _ceiling(told.get("ceiling")))


def _ceiling(told: Any) -> Decimal | None:
    if told in (None, ""):
        return None
    try:
        return Decimal(str(told))
    except InvalidOperation:
        raise Refused("targets", BAD_CEILING) from None


def check_row(row: RouteRule, known: Known, is_country: bool) -> None:
    """Raises Refused where a row can't be. `is_country`: its country is one."""
    if row.country and not is_country:
        raise Refused("country", BAD_COUNTRY)
    if len(row.sender) > LONGEST_SENDER or any(len(target.sender) > LONGEST_SENDER for target in row.targets):
        raise Refused("sender", TOO_LONG)
    if row.sender and row.sender not in known.addresses:
        raise Refused("sender", NOBODYS_SENDER if known.is_operator else NOT_YOUR_SENDER)
    if len(row.targets) > MOST_TARGETS:
        raise Refused("targets", TOO_MANY)
    if len({target.carrier for target in row.targets}) < len(row.targets):
        raise Refused("targets", TWICE)
    for target in row.targets:
        _check_target(target, known)


def _check_target(target: Target, known: Known) -> None:
    if target.carrier not in known.carriers:
        raise Refused("targets", NO_CARRIER)
    if not known.is_operator and target.carrier not in known.ours:
        raise Refused("targets", NOT_YOUR_CARRIER)
    if not known.is_operator and target.sender and target.sender not in known.addresses:
        raise Refused("targets", NOT_YOUR_SENDER)
    if not 0 <= target.weight <= MOST_WEIGHT:
        raise Refused("targets", BAD_WEIGHT)
    if target.ceiling is not None and not (target.ceiling.is_finite() and target.ceiling > 0):
        raise Refused("targets", BAD_CEILING)


def matches_the_same(one: RouteRule, other: RouteRule) -> bool:
    """Whether two rows speak of exactly the same texts."""
    return (one.clinic, one.country, one.purposes, one.sender) == (
        other.clinic,
        other.country,
        other.purposes,
        other.sender,
    )


def taken_by(rules: Sequence[RouteRule], at: int) -> int | None:
    """The place of the row with which every text of the row at `at` is taken before it is asked; None: it decides some."""
    rule = rules[at]
    left = set(rule.purposes or Purpose)
    for place, other in enumerate(rules[:at]):
        if _is_as_wide(other, rule):
            left -= other.purposes or set(Purpose)
            if not left:
                return place
    return None


def _is_as_wide(other: RouteRule, rule: RouteRule) -> bool:
    """Purposes aside. Countries, clinics and senders without end can't be used up by rows that name one each."""
    return (
        other.clinic in (None, rule.clinic)
        and other.country in ("", rule.country)
        and other.sender in ("", rule.sender)
    )


def place_for(rules: Sequence[RouteRule], made: RouteRule) -> int:
    """Where a new row goes if nobody says: before the first that would take all of its texts, else at the end."""
    for place, rule in enumerate(rules):
        if taken_by([rule, made], 1) is not None:
            return place
    return len(rules)


def problems_of(rules: Sequence[RouteRule], at: int) -> Iterator[Problem]:
    """What is wrong with a row where it stands."""
    taken = taken_by(rules, at)
    if taken is not None:
        yield _warn("route_never_decides", row=str(taken + 1))


def newly_hidden(before: Sequence[RouteRule], after: Sequence[RouteRule], changed: RouteRule) -> Iterator[Problem]:
    """The other rows that decided something before a change and decide nothing after it."""
    decided = {rule.id for place, rule in enumerate(before) if taken_by(before, place) is None}
    for place, rule in enumerate(after):
        if rule.id != changed.id and rule.id in decided and taken_by(after, place) is not None:
            yield _warn("route_hides", row=str(place + 1))


def unheard(targets: Sequence[Target], addresses: Collection[str]) -> Iterator[Problem]:
    """Numbers as senders of a row that are nobody's: names can't be answered anyway."""
    for target in targets:
        is_number = target.sender.lstrip("+").isdigit()
        if is_number and target.sender not in addresses:
            yield _warn("route_sender_unheard", sender=target.sender)


def sender_problems(
    rule: RouteRule, own: str, registered: Collection[tuple[str, str]], on: date
) -> Iterator[tuple[bool, Problem]]:
    """What stands in the way of the senders of a row in its country, each with whether the row itself names the sender.
    `own`: what the clinic's texts leave from otherwise. `registered`: senders with countries where they are on a register."""
    if not rule.country:
        return
    told: set[tuple[str, str]] = set()
    for target in rule.targets:
        named = target.sender or rule.sender
        sender = named or own
        for traffic in {TRAFFIC_OF[purpose] for purpose in rule.purposes or (Purpose.CARE,)} if sender else ():
            is_registered = (sender, rule.country) in registered
            for problem in check_sender(sender, rule.country, traffic, on=on, is_registered=is_registered):
                if (sender, problem.code) not in told:
                    told.add((sender, problem.code))
                    yield bool(named), replace(problem, values={**problem.values, "sender": sender})


def _warn(code: str, **values: str) -> Problem:
    return Problem(Severity.WARN, code, SENTENCES[code], values)
