"""The carriers that serve this clinic: whether they work, what the last day brought, and a test text."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.numbers import format_percent
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recado.clinics import access, queries
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.clinics.types import ClinicSettings, Refused
from recado.consent.types import Purpose
from recado.foundation.clock import real_now
from recado.foundation.phone import BadPhone, Phone, read_phone
from recado.foundation.tenancy import clinic_scope
from recado.foundation.text import gettext_noop
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.messaging.queries import CarrierView, Health, Hour
from recado.web import dates, numbers, shell
from recado.web.sign_in.at_work import clinic_of
from recado.web.stories import words
from recado.web.stories.assembling import masked

from . import frame
from .audit_page import as_id

KINDS: dict[str, Any] = {"smpp": gettext_lazy("SMPP 3.4")}
HEALTH: dict[Health, tuple[str, str, Any]] = {
    Health.WORKING: ("ok", "check", gettext_lazy("Working")),
    Health.DOWN: ("bad", "wifi-off", gettext_lazy("No connection")),
    Health.SILENT: ("warn", "triangle-alert", gettext_lazy("Nothing heard")),
    Health.NEW: ("mute", "minus", gettext_lazy("Never connected")),
    Health.OFF: ("mute", "ban", gettext_lazy("Switched off")),
}
BAD_NUMBER = gettext_noop("Give a mobile number, such as +44 7700 900321.")


@dataclass(frozen=True, slots=True)
class Mark:
    """One hour of the strip: where its bar stands, how high it is and which colour."""

    x: int
    y: int
    height: int
    kind: str


@needs(Permission.MANAGE_CONNECTIONS, Permission.SEE_OPERATIONS)
@require_safe
def carriers(request: HttpRequest) -> HttpResponse:
    return _page(request)


def shown_again(request: HttpRequest, number_id: UUID, refused: Refused, typed: str = "") -> HttpResponse:
    """The page with what is wrong at one of the numbers."""
    error = {"id": number_id, "name": str(number_id), "text": frame.said(refused), "typed": typed}
    return _page(request, number_error=error)


def _page(
    request: HttpRequest,
    *,
    typed: str = "",
    refused: Refused | None = None,
    number_error: dict[str, Any] | None = None,
) -> HttpResponse:
    settings = queries.clinic_settings(clinic_of(request))
    with clinic_scope(settings.id):
        found = texts.carriers_of(settings.id)
        last_test = _last_test(request, settings.id)
    context = {
        "carriers": [_line(one, settings) for one in found],
        "numbers": [number.address for one in found for number in one.numbers],
        "may_test": access.may(request, Permission.MANAGE_CONNECTIONS),
        "typed": typed,
        "errors": {refused.field: frame.said(refused)} if refused else {},
        "test": last_test,
        "number_error": number_error,
    }
    status = 422 if refused or number_error else 200
    return frame.page(request, "recado/administration/carriers.html", context, at="carriers", status=status)


def _line(one: CarrierView, settings: ClinicSettings) -> dict[str, Any]:
    zone = ZoneInfo(settings.time_zone)
    return {
        "name": one.name,
        "kind": KINDS.get(one.kind, one.kind),
        "chip": HEALTH[one.health],
        "heard": _heard(one, zone),
        "numbers": one.numbers,
        "marks": [_mark(at, hour) for at, hour in enumerate(one.hours)],
        "strip_said": _(
            "Last 24 hours, one mark an hour: %(accepted)s accepted, %(delivered)s delivered, %(failed)s failed"
        )
        % {
            "accepted": numbers.counted(one.accepted),
            "delivered": numbers.counted(one.delivered),
            "failed": numbers.counted(one.failed),
        },
        "hours": [(dates.clock(hour.begins.astimezone(zone)), hour) for hour in one.hours if _is_used(hour)],
        "accepted": one.accepted,
        "failed": one.failed,
        "share": _share(one),
        "median": _seconds(one.median),
    }


def _heard(one: CarrierView, zone: ZoneInfo) -> str:
    """Since when it is so, or how long ago it was last heard of."""
    if one.heard_at is None or one.health in (Health.NEW, Health.OFF):
        return ""
    age = max(0, int((real_now() - one.heard_at).total_seconds()))
    if one.health is Health.WORKING:
        return _("Heard %(age)s s ago") % {"age": age}
    when = dates.short_moment(one.heard_at.astimezone(zone))
    return (_("Since %(when)s") if one.health is Health.DOWN else _("Last heard %(when)s")) % {"when": when}


def _is_used(hour: Hour) -> bool:
    return bool(hour.accepted or hour.delivered or hour.failed)


STRIP_HEIGHT, STEP = 18, 7
HEIGHTS = {"n": 4, "b": 7, "w": 12, "ok": STRIP_HEIGHT}


def _mark(at: int, hour: Hour) -> Mark:
    settled = hour.delivered + hour.failed
    kind = "n" if not _is_used(hour) else "ok"
    if settled and hour.failed:
        kind = "b" if hour.failed * 2 > settled else "w" if hour.failed * 20 > settled else "ok"
    return Mark(at * STEP, STRIP_HEIGHT - HEIGHTS[kind], HEIGHTS[kind], kind)


def _share(one: CarrierView) -> str:
    """Of those whose end is known; a receipt may yet come for the others."""
    settled = one.delivered + one.failed
    if not settled:
        return ""
    return format_percent(one.delivered / settled, "#,##0.0%", locale=(get_language() or "en").replace("-", "_"))


def _seconds(duration: timedelta | None) -> str:
    return _("%(seconds)s s") % {"seconds": f"{duration.total_seconds():.1f}"} if duration is not None else ""


# ------------------------------------------------------------------------------------------------ test text


@needs(Permission.MANAGE_CONNECTIONS)
@require_POST
def test(request: HttpRequest) -> HttpResponse:
    """A test text to a phone whose number was typed by hand. It goes the way of every text and has a story."""
    settings = queries.clinic_settings(clinic_of(request))
    typed = request.POST.get("phone", "").strip()[:40]
    try:
        phone = _phone(typed, settings.country)
        # Translators: a text message. Without letters outside of the SMS alphabet it stays one part.
        text = _("%(clinic)s: this is a test from Recado. There is nothing to do.") % {"clinic": settings.name}
        with clinic_scope(settings.id):
            sent = messaging.send_test(
                clinic_id=settings.id,
                phone=phone,
                number=request.POST.get("number", ""),
                text=text,
                by=shell.actor(request),
            )
    except Refused as refused:
        return _page(request, typed=typed, refused=refused)
    messages.success(request, _("The test text is on its way."))
    return HttpResponseRedirect(f"{reverse('settings-carriers')}?test={sent.message_id}#test", status=303)


def _phone(typed: str, country: str) -> Phone:
    try:
        return read_phone(typed, country)
    except BadPhone:
        raise Refused("phone", BAD_NUMBER) from None


def _last_test(request: HttpRequest, clinic_id: UUID) -> dict[str, Any] | None:
    """The test text that the address names, and how far it has come. Call it inside `clinic_scope`."""
    message_id = as_id(request.GET.get("test", ""))
    found = texts.text_story(clinic_id, message_id) if message_id else None
    if found is None or found.message.purpose is not Purpose.STAFF:
        return None
    return {"id": message_id, "state": words.STATES[found.message.state], "to": masked(found.phone)}
