"""The clinic's own settings: a form a part, so that one wrong field keeps nothing else from being saved."""

from collections.abc import Callable, Mapping
from datetime import time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from babel.dates import get_day_names
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from recado.clinics import actions, queries
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.clinics.types import CareBasis, ClinicSettings, OpenDay, QuietHours, Refused
from recado.foundation import business_time
from recado.foundation.tenancy import clinic_scope
from recado.foundation.text import gettext_noop
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.web import countries, languages, shell
from recado.web.sign_in.at_work import clinic_of

from . import frame

STRETCHES = 2  # a day, with a break between
EARLY, LATE = time(7), time(21)
NO_TIME = gettext_noop("Give times such as 09:00.")


@needs(Permission.CHANGE_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def clinic(request: HttpRequest) -> HttpResponse:
    """The page; a POST saves the part that it names."""
    if request.method != "POST":
        return _page(request)
    part = request.POST.get("part", "")
    if part not in PARTS:
        return HttpResponseBadRequest()
    try:
        changes = PARTS[part](request.POST)
        if part == "sender":
            _choose_sender(request, changes["number_id"])
        else:
            actions.change_settings(clinic_id=clinic_of(request), by=shell.actor(request), **changes)
    except Refused as refused:
        return _page(request, part=part, typed=request.POST, refused=refused)
    messages.success(request, _("Saved. It counts from now on."))
    return HttpResponseRedirect(f"{reverse('settings-clinic')}#{part}", status=303)


def _choose_sender(request: HttpRequest, number_id: str) -> None:
    clinic_id = clinic_of(request)
    try:
        wanted = UUID(number_id)
    except ValueError:
        raise Refused("number_id", gettext_noop("Choose one of the numbers.")) from None
    with clinic_scope(clinic_id):
        messaging.choose_sender(clinic_id=clinic_id, number_id=wanted, by=shell.actor(request))


# ------------------------------------------------------------------------------------------------ what a part's form says


def _general(typed: QueryDict) -> dict[str, Any]:
    fields = ("name", "phone_shown", "address", "time_zone", "country", "emergency_number")
    return {name: typed.get(name, "") for name in fields}


def _languages(typed: QueryDict) -> dict[str, Any]:
    offered = [one for one in typed.getlist("languages") if one in languages.PATIENTS_NAMES]
    if not offered:
        raise Refused("languages", gettext_noop("Choose at least one language."))
    return {"default_language": typed.get("default_language", ""), "languages": offered}


def _quiet(typed: QueryDict) -> dict[str, Any]:
    if typed.get("quiet") == "off":
        return {"quiet_hours": QuietHours(None, None)}
    return {
        "quiet_hours": QuietHours(
            _time("quiet_hours", typed.get("opens", "")), _time("quiet_hours", typed.get("closes", ""))
        )
    }


def _basis(typed: QueryDict) -> dict[str, Any]:
    try:
        return {"care_basis": CareBasis(typed.get("care_basis", ""))}
    except ValueError:
        raise Refused("care_basis", gettext_noop("Choose one of the two.")) from None


def _hours(typed: QueryDict) -> dict[str, Any]:
    return {"opening_hours": [_day(typed, day) for day in range(7)]}


def _day(typed: QueryDict, day: int) -> OpenDay:
    pairs = [(typed.get(f"d{day}-{at}-opens", ""), typed.get(f"d{day}-{at}-closes", "")) for at in range(STRETCHES)]
    return tuple(
        (_time("opening_hours", opens), _time("opening_hours", closes)) for opens, closes in pairs if opens or closes
    )


def _lock(typed: QueryDict) -> dict[str, Any]:
    minutes = typed.get("idle_lock", "")
    return {"idle_lock": timedelta(minutes=int(minutes) if minutes.isdecimal() and len(minutes) < 4 else 0)}


def _guard(typed: QueryDict) -> dict[str, Any]:
    minutes, most = _number(typed, "repeat_guard"), _number(typed, "most_an_hour")
    return {"repeat_guard": timedelta(minutes=minutes), "most_an_hour": most}


def _number(typed: QueryDict, field: str) -> int:
    """What was typed; -1, which no check lets through, where it is no number."""
    said = typed.get(field, "")
    return int(said) if said.isdecimal() and len(said) < 5 else -1


def _sender(typed: QueryDict) -> dict[str, Any]:
    return {"number_id": typed.get("number_id", "")}


def _time(field: str, typed: str) -> time:
    try:
        return time.fromisoformat(typed).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise Refused(field, NO_TIME) from None


PARTS: Mapping[str, Callable[[QueryDict], dict[str, Any]]] = {
    "general": _general,
    "languages": _languages,
    "quiet": _quiet,
    "basis": _basis,
    "hours": _hours,
    "guard": _guard,
    "sender": _sender,
    "lock": _lock,
}


# ------------------------------------------------------------------------------------------------ the page


def _page(
    request: HttpRequest, *, part: str = "", typed: QueryDict | None = None, refused: Refused | None = None
) -> HttpResponse:
    clinic_id = clinic_of(request)
    settings = queries.clinic_settings(clinic_id)
    with clinic_scope(clinic_id):
        numbers = [number for carrier in texts.carriers_of(clinic_id) for number in carrier.numbers]
        sites = queries.sites(clinic_id)
    context = {
        "settings": settings,
        "form": _form(settings) | (_typed(typed) if typed is not None else {}),
        "part": part,
        "errors": {_FIELD.get(refused.field, refused.field): frame.said(refused)} if refused else {},
        "zones": sorted(available_timezones()),
        "countries": countries.all_by_name(),
        "all_languages": languages.PATIENTS_NAMES.items(),
        "week": _week(settings.opening_hours, typed if part == "hours" else None),
        "numbers": [(number, [countries.problem_words(one) for one in number.problems]) for number in numbers],
        "hours_notes": countries.hours_notes(settings.country, business_time.now().date()),
        "sites": sites,
        "usual_emergency": messaging.usual_emergency_number(settings.country),
        "country_name": countries.name_of(settings.country),
        "is_wide": _is_wide(settings.quiet_hours),
    }
    return frame.page(
        request, "recado/administration/clinic.html", context, at="clinic", status=422 if refused else 200
    )


_FIELD = {"timezone": "time_zone", "language": "default_language", "number_id": "sender_choice"}


def _form(settings: ClinicSettings) -> dict[str, Any]:
    quiet = settings.quiet_hours
    return {
        "name": settings.name,
        "phone_shown": settings.phone_shown,
        "address": settings.address,
        "emergency_number": settings.emergency_number,
        "time_zone": settings.time_zone,
        "country": settings.country,
        "default_language": settings.default_language,
        "languages": settings.languages or tuple(languages.PATIENTS_NAMES),
        "quiet": "off" if quiet.is_off else "on",
        "opens": f"{quiet.opens:%H:%M}" if quiet.opens else "09:00",
        "closes": f"{quiet.closes:%H:%M}" if quiet.closes else "18:00",
        "care_basis": str(settings.care_basis),
        "idle_lock": settings.idle_lock // timedelta(minutes=1),
        "repeat_guard": settings.repeat_guard // timedelta(minutes=1),
        "most_an_hour": settings.most_an_hour,
    }


def _typed(typed: QueryDict) -> dict[str, Any]:
    return {name: typed.getlist(name) if name == "languages" else typed[name] for name in typed}


def _is_wide(quiet: QuietHours) -> bool:
    """Whether planned texts may leave when people sleep."""
    if quiet.opens is None or quiet.closes is None:
        return True
    return quiet.opens < EARLY or quiet.closes > LATE or quiet.opens > quiet.closes


def _week(week: tuple[OpenDay, ...], typed: QueryDict | None) -> list[dict[str, Any]]:
    names = get_day_names("wide", locale=countries.locale_name())
    return [{"name": names[day].capitalize(), "stretches": _stretches(week[day], day, typed)} for day in range(7)]


def _stretches(kept: OpenDay, day: int, typed: QueryDict | None) -> list[dict[str, str]]:
    shown = []
    for at in range(STRETCHES):
        opens, closes = (f"{one:%H:%M}" for one in kept[at]) if at < len(kept) else ("", "")
        name = f"d{day}-{at}"
        if typed is not None:
            opens, closes = typed.get(f"{name}-opens", ""), typed.get(f"{name}-closes", "")
        shown.append({"name": name, "opens": opens, "closes": closes})
    return shown
