"""The table of routes in words: which texts, by whom, from where, at what price, and what is wrong with a row."""

from collections.abc import Iterable, Sequence
from typing import Any

from babel.lists import format_list
from django.utils.translation import gettext as _

from recado.consent.types import TRAFFIC_OF, Purpose
from recado.foundation import business_time
from recado.messaging import queries as texts
from recado.messaging.queries import RouteView, TargetView
from recado.messaging.types import Problem, Severity
from recado.web import countries, numbers
from recado.web.stories import words

from . import carrier_words


def lines(routes: Sequence[RouteView]) -> list[dict[str, Any]]:
    """The rows as the page shows them."""
    return [
        {
            "id": row.id,
            "number": row.number,
            "is_own": row.is_own,
            "when": countries.name_of(row.country) if row.country else _("Any country"),
            "what": _what(row),
            "targets": [_target(one) for one in row.targets],
            "senders": _senders(row),
            "price": _price(row),
            "problems": [*map(countries.problem_words, row.problems), *_country_problems(row)],
            "is_first": row is routes[0],
            "is_last": row is routes[-1],
        }
        for row in routes
    ]


def _what(row: RouteView) -> str:
    names = [str(words.PURPOSES[purpose]) for purpose in row.purposes]
    parts = [format_list(names, style="or", locale=countries.locale_name())] if names else []
    if row.sender:
        parts.append(_("from %(sender)s") % {"sender": numbers.national(row.sender)})
    return " · ".join(parts)


def _target(one: TargetView) -> dict[str, Any]:
    """A carrier of a row. What it gets now is told where it isn't plain."""
    if not one.name:
        state = ("bad", _("no longer there"))
    elif not one.is_up:
        state = ("bad", _("takes nothing now"))
    elif one.is_too_dear:
        state = ("warn", _("too dear"))
    else:
        state = ("", "")
    return {
        "name": one.name or _("Carrier %(number)s") % {"number": one.carrier},
        "is_backup": one.weight == 0,
        "share": carrier_words.share(one.share) if one.share else "",
        "state": state,
        "is_slower": one.is_up and one.score < 0.9,
        "ceiling": carrier_words.price(one.ceiling, one.currency) if one.ceiling is not None else "",
    }


def _senders(row: RouteView) -> list[str]:
    named = [numbers.national(one.sender) if one.sender else _("the clinic's own") for one in row.targets]
    return list(dict.fromkeys(named))


def _price(row: RouteView) -> str:
    known = sorted((one.currency, one.price) for one in row.targets if one.price is not None)
    amounts = [carrier_words.price(price, currency) for currency, price in known]
    if not amounts:
        return ""
    first, last = amounts[0], amounts[-1]
    return first if first == last else _("%(lowest)s to %(highest)s") % {"lowest": first, "highest": last}


def _country_problems(row: RouteView) -> list[str]:
    found = [
        problem
        for sender in dict.fromkeys(one.sender or row.sender for one in row.targets)
        for problem in problems(sender, row.country, row.purposes)
    ]
    return list(dict.fromkeys(map(countries.problem_words, found)))


def problems(sender: str, country: str, purposes: Iterable[Purpose]) -> list[Problem]:
    """What a country has against a sender of such texts, today: what refuses first. Without a country or a sender of the
    row's own nothing can be said."""
    if not sender or not country:
        return []
    today = business_time.now().date()
    kinds = dict.fromkeys(TRAFFIC_OF[purpose] for purpose in (tuple(purposes) or (Purpose.CARE,)))
    found = [problem for kind in kinds for problem in texts.check_sender(sender, country, kind, on=today)]
    return sorted(found, key=lambda one: one.severity is not Severity.REFUSE)
