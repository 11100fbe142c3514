"""Patients, their visits and phones in the reader's words. No sentence is put together from parts."""

from datetime import date, datetime
from typing import Any

from babel import Locale
from babel.core import UnknownLocaleError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from recado.contacts.types import PatientView
from recado.messaging.queries import Fate
from recado.messaging.types import EventKind
from recado.web import dates
from recado.web.chips import Chip

REACH: dict[str, Chip] = {
    "no_phone": Chip("", "phone-off", gettext_lazy("No phone")),
    "wrong": Chip("bad", "user-x", gettext_lazy("Wrong number")),
    "stopped": Chip("", "bell-off", gettext_lazy("Stopped")),
    "failed": Chip("bad", "circle-x", gettext_lazy("Failed")),
    "works": Chip("ok", "check", gettext_lazy("Works")),
    "untried": Chip("", "minus", gettext_lazy("Not tried")),
}


def reach(person: PatientView, *, is_wrong: bool, is_stopped: bool, fate: Fate | None) -> str:
    """Whether a text reaches a person, by what weighs most: a key of `REACH`."""
    if person.phone is None:
        return "no_phone"
    if is_wrong:
        return "wrong"
    if is_stopped:
        return "stopped"
    if fate is None:
        return "untried"
    return "works" if fate.kind is EventKind.DELIVERED else "failed"


WHY: dict[str, Any] = {
    "works": gettext_lazy("Last text arrived %(when)s"),
    "failed": gettext_lazy("Last text failed %(when)s"),
    "wrong": gettext_lazy("Somebody told us that this number is not this person's. No text goes there."),
    "stopped": gettext_lazy("The person asked us to stop texts."),
    "untried": gettext_lazy("No text has gone there yet."),
}


def reach_why(code: str, told_at: datetime | None) -> str:
    """What that rests on, in a sentence."""
    return str(WHY.get(code, "")) % {"when": dates.short_moment(told_at) if told_at else ""}


def language_name(code: str) -> str:
    """The name of a patient's language, in the reader's; the code where nobody knows it."""
    try:
        name = locale().languages.get(code.split("-")[0].lower())
    except UnknownLocaleError:
        name = None
    return (name[:1].upper() + name[1:]) if name else code


def locale() -> Locale:
    return Locale.parse((get_language() or "en").replace("-", "_"))


def moment(at: datetime, now: datetime) -> str:
    """Tue 24 Nov, 09:15; of another year: 24 Nov 2025, 09:15."""
    return dates.short_moment(at) if at.year == now.year else f"{dates.full_date(at)}, {dates.clock(at)}"


def age(born: date, today: date) -> int:
    """Whole years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def born(day: date, today: date) -> str:
    """14 March 1979 (47)."""
    years = age(day, today)
    return _("%(day)s (%(age)s)") % {"day": dates.full_date(day), "age": years} if years >= 0 else dates.full_date(day)
