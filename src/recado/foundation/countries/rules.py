"""What holds for a text to a phone of a country, on a day. Pure."""

from datetime import date
from functools import lru_cache

from recado.foundation.day_window import DayWindow

from .hours import LegalHours
from .table import ANYWHERE, ROWS
from .values import CountryRule, Traffic

_BY_KEY: dict[tuple[str, Traffic], tuple[CountryRule, ...]] = {}
for _row in sorted((*ROWS, *ANYWHERE), key=lambda row: row.effective_from or date.min):
    _BY_KEY[_row.country, _row.traffic] = (*_BY_KEY.get((_row.country, _row.traffic), ()), _row)

COUNTRIES: tuple[str, ...] = tuple(dict.fromkeys(row.country for row in ROWS))

# Kinds of text for which some country has binding hours: for all others nobody needs to ask which country it is.
BOUND = frozenset(row.traffic for row in ROWS if row.hours is not None and row.hours.is_binding)


@lru_cache(maxsize=4096)
def rule_for(country: str | None, traffic: Traffic, on: date) -> CountryRule:
    """The newest row that is in force on that day; for a country that nobody has looked up, the careful one."""
    rows = _BY_KEY.get(((country or "").upper(), traffic), ())
    in_force = [row for row in rows if row.effective_from is None or row.effective_from <= on]
    return in_force[-1] if in_force else _BY_KEY["", traffic][-1]


@lru_cache(maxsize=4096)
def legal_hours(
    country: str | None, traffic: Traffic, on: date, zones: tuple[str, ...] = (), zone: str = "UTC"
) -> tuple[LegalHours, ...]:
    """The hours that nobody may put others in the place of; all of them must be open. Conventions are not among them.

    `zones`: where the phone may be, as far as its number tells; without, all that the country names, or else `zone`.
    """
    hours = rule_for(country, traffic, on).hours
    if hours is None or not hours.is_binding:
        return ()
    return tuple(
        LegalHours(
            DayWindow(name, hours.opens, hours.closes), hours.no_sundays, (country or "") if hours.no_holidays else ""
        )
        for name in (zones or hours.zones or (zone,))
    )
