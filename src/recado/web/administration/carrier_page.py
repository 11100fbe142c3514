"""One carrier: how its connections are, what waits, what it answered, when it was away; paused and resumed, removed; a test
text."""

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recado.clinics import access, queries
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.clinics.types import ClinicSettings, Refused
from recado.consent.types import Purpose
from recado.foundation import business_time
from recado.foundation.clock import real_now
from recado.foundation.phone import BadPhone, Phone, read_phone
from recado.foundation.tenancy import clinic_scope
from recado.foundation.text import gettext_noop
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.messaging.queries import CarrierView, Change, Health, Hour, LinkView
from recado.messaging.types import Lane
from recado.web import countries, dates, numbers, shell
from recado.web.sign_in.at_work import clinic_of
from recado.web.stories import words
from recado.web.stories.assembling import masked

from . import carrier_words, carriers_page, frame
from .audit_page import as_id
from .operations_words import LANES

BAD_NUMBER = gettext_noop("Give a mobile number, such as +44 7700 900321.")


@needs(Permission.MANAGE_CONNECTIONS, Permission.SEE_OPERATIONS)
@require_safe
def carrier(request: HttpRequest, carrier_id: int) -> HttpResponse:
    return _page(request, carrier_id)


def _page(
    request: HttpRequest, carrier_id: int, *, typed: dict[str, str] | None = None, refused: Refused | None = None
) -> HttpResponse:
    settings = queries.clinic_settings(clinic_of(request))
    zone, now = ZoneInfo(settings.time_zone), business_time.now()
    with clinic_scope(settings.id):
        found = _found(settings.id, carrier_id)
        scores, answers = texts.scores_of(carrier_id), texts.answers_of(settings.id, carrier_id)
        history, last_test = texts.history_of(carrier_id), _last_test(request, settings.id)
    names = carriers_page.people(settings.id) if found.held else {}
    may_change = access.may(request, Permission.MANAGE_CONNECTIONS)
    context = {
        "one": carriers_page.line(found, zone, now),
        "remedy": carrier_words.remedy(found),
        "trouble": carrier_words.trouble(found.trouble),
        "is_trouble_now": bool(found.trouble) and found.health in (Health.DOWN, Health.REFUSED, Health.UNTRIED),
        "trouble_at": carrier_words.moment(found.trouble_at, zone) if found.trouble_at else "",
        "held": carrier_words.held(found.held, names, zone) if found.held else None,
        "operator_lanes": [LANES[lane][0] for lane in found.held_lanes],
        "is_operator_whole": len(found.held_lanes) == len(Lane),
        "operator_since": carrier_words.moment(found.held_since, zone) if found.held_since else "",
        "window": carrier_words.window(found.links),
        "is_http": any(link.kind == "http" for link in found.links),
        "links": [_link(link, zone) for link in found.links],
        "balance": _balance(found, zone),
        "median": _seconds(found.median),
        "scores": [_score(one) for one in scores],
        "answers": [(words.TITLES[one.kind][1], _answer(one.reason), numbers.counted(one.count)) for one in answers],
        "hours": [_hour(hour, zone) for hour in found.hours if _is_used(hour)],
        "history": _history(history, zone),
        "numbers": [number.address for number in found.numbers],
        "may_change": may_change,
        "may_edit": may_change and carrier_id in texts.changeable_carriers(settings.id),
        "typed": typed or {},
        "errors": {refused.field: frame.said(refused)} if refused else {},
        "test": last_test,
    }
    status = 422 if refused else 200
    return frame.page(request, "recado/administration/carrier.html", context, at="carriers", status=status)


def _found(clinic_id: UUID, carrier_id: int) -> CarrierView:
    found = texts.carrier_of(clinic_id, carrier_id) if carrier_id < 2**15 else None
    if found is None:
        raise Http404("No such carrier serves the clinic.")
    return found


def _link(link: LinkView, zone: ZoneInfo) -> dict[str, Any]:
    wait = texts.unheard_for(link)
    return {
        "kind": carrier_words.LINK_KINDS.get(link.kind, link.kind),
        "chip": carrier_words.link_chip(link),
        "since": carrier_words.moment(link.since, zone),
        "unheard": int(wait.total_seconds()) if wait else None,
        "heard": f"{link.heard_at.astimezone(zone):%H:%M:%S}" if link.heard_at else "",
        "under_way": numbers.counted(link.under_way),
        "window": numbers.counted(link.window),
        "most": numbers.counted(link.most),
        "is_slowed": carrier_words.is_slowed(link),
        "rate": carrier_words.speed((link,)),
        "trouble": carrier_words.trouble(link.trouble),
        "trouble_at": carrier_words.moment(link.trouble_at, zone) if link.trouble_at else "",
    }


def _balance(found: CarrierView, zone: ZoneInfo) -> dict[str, Any] | None:
    if found.balance is None:
        return None
    return {
        "amount": carrier_words.balance(found.balance),
        "is_low": found.balance.is_low,
        "lasts": carrier_words.lasts(found.balance),
        "at": carrier_words.moment(found.balance.at, zone),
    }


def _score(one: Any) -> dict[str, str]:
    price = ""
    if one.price is not None:
        price = carrier_words.price(one.price, one.currency)
    return {
        "country": countries.name_of(one.country) if one.country else _("not known"),
        "share": carrier_words.share(one.score) if one.score is not None else "",
        "kind": "" if one.score is None else "ok" if one.score >= 0.95 else "warn" if one.score >= 0.5 else "bad",
        "price": price,
    }


def _answer(reason: str) -> str:
    return words.said(words.REASONS, reason) if reason else ""


def _hour(hour: Hour, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "time": dates.clock(hour.begins.astimezone(zone)),
        "accepted": numbers.counted(hour.accepted),
        "delivered": numbers.counted(hour.delivered),
        "failed": numbers.counted(hour.failed),
        "away": carrier_words.lasting(hour.away) if hour.away else "",
    }


def _is_used(hour: Hour) -> bool:
    return bool(hour.accepted or hour.delivered or hour.failed or hour.away)


def _history(history: list[Change], zone: ZoneInfo) -> list[dict[str, Any]]:
    """The changes, the newest first, each with how long it lasted."""
    made: list[dict[str, Any]] = []
    until = real_now()
    for one in history:
        made.append(
            {
                "chip": carrier_words.STATES.get(one.state, carrier_words.STATES["down"]),
                "at": carrier_words.moment(one.at, zone),
                "lasted": carrier_words.lasting(until - one.at),
                "is_now": not made,
                "why": carrier_words.trouble(one.reason),
            }
        )
        until = one.at
    return made


def _seconds(duration: timedelta | None) -> str:
    if duration is None:
        return ""
    return _("%(seconds)s s") % {"seconds": numbers.tenths(duration.total_seconds())}


# ------------------------------------------------------------------------------------------------ paused and resumed


@needs(Permission.MANAGE_CONNECTIONS)
@require_POST
def pause(request: HttpRequest, carrier_id: int) -> HttpResponse:
    """It takes none of the clinic's texts from now on."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        _found(clinic_id, carrier_id)
        is_new = messaging.pause_carrier(clinic_id=clinic_id, carrier=carrier_id, by=shell.actor(request))
    if is_new:
        messages.success(request, _("The carrier is paused. It takes no text of this clinic until you resume it."))
    return _to(carrier_id)


@needs(Permission.MANAGE_CONNECTIONS)
@require_POST
def resume(request: HttpRequest, carrier_id: int) -> HttpResponse:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        if messaging.resume_carrier(clinic_id=clinic_id, carrier=carrier_id, by=shell.actor(request)):
            messages.success(request, _("The carrier takes the clinic's texts again."))
        else:  # one that serves the clinic no more may still be let go, by the line before
            _found(clinic_id, carrier_id)
    if request.POST.get("back") == "list":
        return HttpResponseRedirect(reverse("settings-carriers"), status=303)
    return _to(carrier_id)


def _to(carrier_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("settings-carrier", args=(carrier_id,)), status=303)


@needs(Permission.MANAGE_CONNECTIONS)
@require_POST
def remove(request: HttpRequest, carrier_id: int) -> HttpResponse:
    """It is disconnected for good. While something still needs it, the page says what."""
    try:
        name = messaging.remove_carrier(clinic_id=clinic_of(request), carrier=carrier_id, by=shell.actor(request))
    except texts.NoSuchCarrier:
        raise Http404("The clinic may not remove such a carrier.") from None
    except Refused as refused:
        return _page(request, carrier_id, refused=refused)
    messages.success(request, _("%(name)s is removed.") % {"name": name})
    return HttpResponseRedirect(reverse("settings-carriers"), status=303)


# ------------------------------------------------------------------------------------------------ test text


@needs(Permission.MANAGE_CONNECTIONS)
@require_POST
def test(request: HttpRequest, carrier_id: int) -> HttpResponse:
    """A test text to a phone whose number was typed by hand. It goes the way of every text and has a story."""
    settings = queries.clinic_settings(clinic_of(request))
    typed = {name: request.POST.get(name, "").strip()[:40] for name in ("phone", "number")}
    try:
        phone = _phone(typed["phone"], settings.country)
        with clinic_scope(settings.id):
            sent = messaging.send_test(
                clinic_id=settings.id,
                phone=phone,
                number=typed["number"],
                text=_test_text(settings),
                by=shell.actor(request),
            )
    except Refused as refused:
        return _page(request, carrier_id, typed=typed, refused=refused)
    messages.success(request, _("The test text is on its way."))
    address = reverse("settings-carrier", args=(carrier_id,))
    return HttpResponseRedirect(f"{address}?test={sent.message_id}#test", status=303)


def _test_text(settings: ClinicSettings) -> str:
    # Translators: a text message. Without letters outside of the SMS alphabet it stays one part.
    return _("%(clinic)s: this is a test from Recado. There is nothing to do.") % {"clinic": settings.name}


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
