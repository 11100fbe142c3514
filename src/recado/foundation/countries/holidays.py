"""Public holidays, where a country's rules for texts name them. Pure.

France: Code du travail, article L3133-1. The two more of Alsace and Moselle (L3134-13) are left out: no phone number
says that somebody lives there.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache


def easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar: Butcher's rule, as in Meeus, Astronomical Algorithms, chapter 8."""
    century, of_century = divmod(year, 100)
    leap, of_leap = divmod(century, 4)
    moon = (19 * (year % 19) + century - leap - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * of_leap + 2 * (of_century // 4) - moon - of_century % 4) % 7
    shift = (year % 19 + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def _french(year: int) -> frozenset[date]:
    sunday = easter(year)
    moving = {sunday + timedelta(days=days) for days in (1, 39, 50)}  # Easter Monday, Ascension, Whit Monday
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    return frozenset(moving | {date(year, month, day) for month, day in fixed})


CALENDARS: dict[str, Callable[[int], frozenset[date]]] = {"FR": _french}


@lru_cache(maxsize=64)
def holidays(country: str, year: int) -> frozenset[date]:
    """The public holidays of a year. Raises KeyError for a country whose rules don't need them."""
    return CALENDARS[country](year)
