"""Closed days and other opening hours, told in one act to everybody whom they concern: first seen, then sent."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from recado.appointments import queries as appointments
from recado.care_events import actions as care
from recado.care_events import queries as events
from recado.care_events.types import Fault, HoursChange
from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation import business_time
from recado.foundation.clock import local
from recado.foundation.tenancy import clinic_scope
from recado.web import coming_words, dates, numbers, shell
from recado.web.calendar import days, views
from recado.web.costs import cost_words
from recado.web.sign_in.at_work import clinic_of

MOST_DAYS = 60
FAULTS: dict[str, Any] = {
    "day": gettext_lazy("Type a day, as 24/11/2026 or 2026-11-24."),
    "clock": gettext_lazy("Type an hour, as 08:30."),
    "ends_first": gettext_lazy("It ends before it begins."),
    "bad_hours": gettext_lazy("Give both hours, the later one second; or none for a day that is closed."),
    "begun": gettext_lazy("The first day has begun. Choose a later one, or call those who come today."),
    "past": gettext_lazy("Its day is more than a year ago."),
    "far": gettext_lazy("Its day is more than five years ahead."),
}


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whom closed days concern."""

    visits: set[UUID]
    others: set[UUID]  # without a visit, who may come for something that is ready, or have a visit by video

    @property
    def everybody(self) -> set[UUID]:
        return self.visits | self.others


@needs(Permission.SEND_CAMPAIGNS)
@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: HttpRequest) -> HttpResponse:
    """GET asks which days, and with days in the address shows whom they concern and what it costs; POST tells them."""
    clinic_id = clinic_of(request)
    typed = {name: value for name, value in (request.POST or request.GET).items() if isinstance(value, str)}
    change, faults = _read(typed)
    if change is None:
        is_asked = request.method == "POST" or "on" in typed
        return _page(request, typed, faults if is_asked else {})
    concerned = _concerned(clinic_id, change, with_others=typed.get("others") == "yes")
    is_real = request.method == "POST"
    told = care.tell_hours(
        clinic_id=clinic_id,
        change=change,
        patient_ids=concerned.everybody,
        by=shell.actor(request),
        dry_run=not is_real,
    )
    if isinstance(told, Fault):
        return _page(request, typed, {told.field: str(FAULTS[told.key])})
    if not is_real:
        return _page(request, typed, {}, {**_seen(clinic_id, told), "concerned": concerned})
    going = numbers.counted(sum(one.goes for one in told.coming))
    said = ngettext("%(count)s text goes out.", "%(count)s texts go out.", sum(one.goes for one in told.coming))
    messages.success(request, said % {"count": going})
    return HttpResponseRedirect(reverse("tell-hours"), status=303)


def _read(typed: Mapping[str, str]) -> tuple[HoursChange | None, dict[str, str]]:
    """The change that the form says; or what is wrong, by field."""
    faults: dict[str, str] = {}
    first, last = _day(typed, "on", faults), _day(typed, "last_day", faults, is_needed=False)
    opens = closes = None
    if typed.get("how") == "hours":
        opens, closes = _clock(typed, "opens", faults), _clock(typed, "closes", faults)
    if first and last and (last - first).days >= MOST_DAYS:
        faults["last_day"] = _("At most 60 days at a time.")
    if faults or first is None:
        return None, faults
    return HoursChange(first, opens, closes, None if last == first else last), {}


def _day(typed: Mapping[str, str], name: str, faults: dict[str, str], *, is_needed: bool = True) -> date | None:
    text = typed.get(name, "").strip()
    if not text and not is_needed:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        faults[name] = str(FAULTS["day"])
        return None


def _clock(typed: Mapping[str, str], name: str, faults: dict[str, str]) -> time | None:
    try:
        return time.fromisoformat(typed.get(name, "").strip()).replace(tzinfo=None)
    except ValueError:
        faults[name] = str(FAULTS["clock"])
        return None


def _concerned(clinic_id: UUID, change: HoursChange, *, with_others: bool) -> Concerned:
    zone = ZoneInfo(clinics.clinic_settings(clinic_id).time_zone)
    start = datetime.combine(change.on, time(), zone)
    end = datetime.combine((change.last_day or change.on) + timedelta(days=1), time(), zone)
    with clinic_scope(clinic_id):
        visits = appointments.expected_between(clinic_id, start, end)
        others = events.expected_between(clinic_id, start, end) - visits if with_others else set()
    return Concerned(visits, others)


def _seen(clinic_id: UUID, told: care.Told) -> dict[str, Any]:
    """What would come of it: how many texts, what they cost, who hears nothing and why."""
    zone = clinics.clinic_settings(clinic_id).time_zone
    going = [one for one in told.coming if one.goes]
    stays = Counter((one.outcome, one.rule) for one in told.coming if not one.goes)
    return {
        "told": told,
        "going": len(going),
        "first_at": dates.short_moment(local(going[0].at, zone)) if going else "",
        "cost": cost_words(told.cost),
        "stays": [(count, *_why(outcome, rule)) for (outcome, rule), count in stays.most_common()],
    }


def _why(outcome: str, rule: str) -> tuple[str, str, str, str]:
    """Words, advice, colour and icon."""
    return (coming_words.title(rule), coming_words.advice(rule), *coming_words.look(rule))


def _page(
    request: HttpRequest, typed: Mapping[str, str], faults: Mapping[str, str], seen: Mapping[str, Any] | None = None
) -> HttpResponse:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        to_call = len(days.near(clinic_id).calls)
    here = local(business_time.now(), clinics.clinic_settings(clinic_id).time_zone).date()
    context = {
        **views.frame(request),
        "to_call": to_call,
        "typed": typed,
        "faults": faults,
        "seen": seen,
        "soonest": (here + timedelta(days=1)).isoformat(),
    }
    return shell.page(request, "recado/calendar/hours.html", context, at="appointments", status=422 if faults else 200)
