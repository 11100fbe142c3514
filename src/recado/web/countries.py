"""Countries and their rules for texts, in words."""

from collections.abc import Mapping
from datetime import date

from babel import Locale
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from recado.consent.types import TRAFFIC_OF, Purpose
from recado.foundation.countries.rules import rule_for
from recado.foundation.countries.values import Hours
from recado.messaging.types import Problem


def locale_name() -> str:
    return (get_language() or "en").replace("-", "_")


def name_of(code: str) -> str:
    """A country by its name in the reader's language."""
    return str(Locale.parse(locale_name()).territories.get(code.upper(), code))


def all_by_name() -> list[tuple[str, str]]:
    """Every country's code and name in the reader's language, by name."""
    names = Locale.parse(locale_name()).territories
    found = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha() and code != "ZZ"]
    return sorted(found, key=lambda pair: pair[1])


def filled(sentence: str, values: Mapping[str, str]) -> str:
    """A marked sentence in the reader's language, with a country in its values by its name."""
    words = _(sentence)
    if not values:
        return words
    return words % ({**values, "country": name_of(values["country"])} if "country" in values else values)


def problem_words(problem: Problem) -> str:
    return filled(problem.sentence, problem.values)


def hours_notes(country: str, on: date) -> list[str]:
    """What is usual in a country, and what no setting changes there."""
    usual = rule_for(country, TRAFFIC_OF[Purpose.CARE], on)
    bound = rule_for(country, TRAFFIC_OF[Purpose.NEWS], on).hours
    said = []
    if usual.is_known and usual.hours is not None:
        sentence = _("Usual for planned texts to phones of %(country)s: %(opens)s to %(closes)s.")
        if usual.hours.no_sundays:
            sentence = _("Usual for planned texts to phones of %(country)s: %(opens)s to %(closes)s, not on Sundays.")
        said.append(sentence % _hours(country, usual.hours))
    if bound is not None and bound.is_binding:
        sentence = _(
            "News and surveys reach phones of %(country)s from %(opens)s to %(closes)s only, whatever is set here."
        )
        if bound.no_holidays:
            sentence = _(
                "News and surveys reach phones of %(country)s from %(opens)s to %(closes)s only, and not on Sundays and"
                " public holidays, whatever is set here."
            )
        said.append(sentence % _hours(country, bound))
    return said


def _hours(country: str, hours: Hours) -> dict[str, str]:
    return {"country": name_of(country), "opens": f"{hours.opens:%H:%M}", "closes": f"{hours.closes:%H:%M}"}
