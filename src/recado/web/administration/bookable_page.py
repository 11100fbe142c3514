"""What can be booked: clinicians and rooms with their hours and days off, and services. One page, a form each."""

from collections.abc import Callable, Sequence
from datetime import date, time
from uuid import UUID

from babel.dates import get_day_names
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from recado.appointments import actions, queries
from recado.appointments.types import CalendarKind, CalendarView, NotKept, ServiceView
from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.clinics.types import OpenDay
from recado.foundation.actors import Actor
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.foundation.text import gettext_noop
from recado.web import countries, numbers, shell
from recado.web.sign_in.at_work import clinic_of

from . import frame

ONLINE = (
    ("nobody", gettext_lazy("Nobody: the desk books it")),
    ("patients", gettext_lazy("Patients, by a link that you send them; they may also move it")),
    ("anyone", gettext_lazy("Anybody, on your booking page, with a code sent to their phone")),
)
NOT_READ = gettext_noop("Write hours as 09:00 and days as 2026-12-24.")


@needs(Permission.CHANGE_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def bookable(request: HttpRequest) -> HttpResponse:
    """GET lists; POST `do=` keeps or ends one thing."""
    if request.method != "POST":
        return _page(request, {}, QueryDict())
    act = ACTS.get(request.POST.get("do", ""))
    if act is None:
        return HttpResponseRedirect(reverse("settings-bookable"), status=303)
    try:
        stand = act(clinic_of(request), request.POST, shell.actor(request))
    except NotKept as refused:
        return _page(request, {refused.field: _(refused.sentence)}, request.POST)
    except (LookupError, ValueError):  # a kind or number that no form of ours sends
        raise Http404("There is no such.") from None
    messages.success(request, _("Saved. It counts from now on."))
    if stand:
        left = ngettext(
            "%(count)s visit still stands on these days: move it or cancel it.",
            "%(count)s visits still stand on these days: move them or cancel them.",
            stand,
        )
        messages.warning(request, left % {"count": numbers.counted(stand)})
    return HttpResponseRedirect(reverse("settings-bookable"), status=303)


def _keep_calendar(clinic_id: UUID, typed: QueryDict, by: Actor) -> None:
    """Adds one, or changes the one of this name."""
    kind, name = CalendarKind(typed.get("kind") or "clinician"), typed.get("name", "").strip()
    with clinic_scope(clinic_id):
        there = [one for one in queries.calendars(clinic_id) if one.kind is kind]
    known = next((one.id for one in there if one.name.casefold() == name.casefold()), None)
    actions.keep_calendar(clinic_id=clinic_id, kind=kind, name=name, week=_week(typed), calendar_id=known, by=by)


def _week(typed: QueryDict) -> list[OpenDay] | None:
    """The hours of seven days; None where none are given: there whenever the clinic is open."""
    pairs = [(typed.get(f"d{day}-opens", ""), typed.get(f"d{day}-closes", "")) for day in range(7)]
    if not any(opens or closes for opens, closes in pairs):
        return None
    try:
        return [((time.fromisoformat(a), time.fromisoformat(b)),) if a or b else () for a, b in pairs]
    except ValueError:
        raise NotKept("d0-opens", NOT_READ) from None


def _days_off(clinic_id: UUID, typed: QueryDict, by: Actor) -> int:
    first, last = _days(typed)
    calendar_id = _number(typed, "calendar")
    return actions.add_days_off(clinic_id=clinic_id, calendar_id=calendar_id, first=first, last=last, by=by)


def _no_days_off(clinic_id: UUID, typed: QueryDict, by: Actor) -> None:
    first, last = _days(typed)
    actions.remove_days_off(clinic_id=clinic_id, calendar_id=_number(typed, "calendar"), first=first, last=last, by=by)


def _days(typed: QueryDict) -> tuple[date, date]:
    try:
        first = date.fromisoformat(typed.get("first", ""))
        return first, date.fromisoformat(typed.get("last") or first.isoformat())
    except ValueError:
        raise NotKept("first", NOT_READ) from None


def _end_calendar(clinic_id: UUID, typed: QueryDict, by: Actor) -> None:
    actions.close_calendar(clinic_id=clinic_id, calendar_id=_number(typed, "calendar"), by=by)


def _keep_service(clinic_id: UUID, typed: QueryDict, by: Actor) -> None:
    """Adds one, or changes the one of this name."""
    name = typed.get("service", "").strip()
    with clinic_scope(clinic_id):
        there = queries.services(clinic_id)
    known = next((one.id for one in there if one.name.casefold() == name.casefold()), None)
    made = ServiceView(
        id=known or new_id(),
        name=name,
        minutes=_number(typed, "minutes"),
        buffer=_number(typed, "buffer"),
        by_link=typed.get("online") in ("patients", "anyone"),
        by_anyone=typed.get("online") == "anyone",
        is_usual="usual" in typed,
        clinicians=_numbers(typed, "clinicians"),
        rooms=_numbers(typed, "rooms"),
    )
    actions.keep_service(clinic_id=clinic_id, service=made, is_new=known is None, by=by)


def _end_service(clinic_id: UUID, typed: QueryDict, by: Actor) -> None:
    try:
        name = UUID(typed.get("id", ""))
    except ValueError:
        raise LookupError from None
    actions.close_service(clinic_id=clinic_id, service_id=name, by=by)


def _number(typed: QueryDict, field: str) -> int:
    said = typed.get(field, "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 16 else -1


def _numbers(typed: QueryDict, field: str) -> tuple[int, ...]:
    return tuple(int(one) for one in typed.getlist(field) if one.isascii() and one.isdecimal() and len(one) < 16)


# What each does; the number, if any, is of the visits that it leaves standing where nobody will be there.
ACTS: dict[str, Callable[[UUID, QueryDict, Actor], int | None]] = {
    "calendar": _keep_calendar,
    "end-calendar": _end_calendar,
    "days-off": _days_off,
    "no-days-off": _no_days_off,
    "service": _keep_service,
    "end-service": _end_service,
}


def _page(request: HttpRequest, errors: dict[str, str], typed: QueryDict) -> HttpResponse:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        calendars, services = queries.calendars(clinic_id), queries.services(clinic_id)
    in_words = get_day_names("wide", locale=countries.locale_name())
    names = [in_words[day].capitalize() for day in range(7)]
    by_id = {one.id: one.name for one in calendars}
    context = {
        "clinicians": [one for one in calendars if one.kind is CalendarKind.CLINICIAN],
        "rooms": [one for one in calendars if one.kind is CalendarKind.ROOM],
        "calendars": [(one, _hours(one, names)) for one in calendars],
        "services": [(one, ", ".join(by_id[c] for c in one.clinicians if c in by_id)) for one in services],
        "week": [
            (f"d{day}", names[day], typed.get(f"d{day}-opens", ""), typed.get(f"d{day}-closes", "")) for day in range(7)
        ],
        "form": typed,
        "picked": {
            "calendar": _number(typed, "calendar"),
            "clinicians": _numbers(typed, "clinicians"),
            "rooms": _numbers(typed, "rooms"),
        },
        "online": ONLINE,
        "address": _address(clinic_id) if any(one.by_anyone for one in services) else "",
        "errors": errors,
    }
    status = 422 if errors else 200
    return frame.page(request, "recado/administration/bookable.html", context, at="bookable", status=status)


def _address(clinic_id: UUID) -> str:
    """Of the clinic's booking page."""
    code = clinics.clinic_settings(clinic_id).short_code
    return f"{settings.RECADO_PUBLIC_URL}{reverse('book', args=[code])}"


def _hours(calendar: CalendarView, names: Sequence[str]) -> str:
    """Monday 09:00-12:00, ...; whenever the clinic is open where nothing is said."""
    if calendar.week is None:
        return _("Whenever the clinic is open")
    days = [
        f"{names[day]} " + ", ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in hours)
        for day, hours in enumerate(calendar.week)
        if hours
    ]
    return "; ".join(days)
