"""The carriers that serve this clinic, the table of routes, and our numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from recado.clinics import access, queries
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.clinics.types import Refused
from recado.foundation import business_time
from recado.foundation.clock import real_now
from recado.foundation.tenancy import clinic_scope
from recado.messaging import queries as texts
from recado.messaging.queries import CarrierView, Hour
from recado.web import dates, numbers
from recado.web.sign_in.at_work import clinic_of

from . import carrier_words, frame, route_words
from .operations_words import HEALTH


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


def shown_again(
    request: HttpRequest, number_id: UUID, refused: Refused, typed: Mapping[str, str] | None = None
) -> HttpResponse:
    """The page with what is wrong at one of the numbers."""
    error = {
        "id": number_id,
        "name": str(number_id),
        "field": refused.field,
        "text": frame.said(refused),
        "typed": typed or {},
    }
    return _page(request, number_error=error)


def _page(request: HttpRequest, *, number_error: dict[str, Any] | None = None) -> HttpResponse:
    settings = queries.clinic_settings(clinic_of(request))
    zone, now = ZoneInfo(settings.time_zone), business_time.now()
    with clinic_scope(settings.id):
        found = texts.carriers_of(settings.id)
        routes = texts.routes_of(settings.id, country=settings.country)
        held = texts.held_of(settings.id)
        idle = texts.carriers_to_choose(settings.id)
    names = people(settings.id) if held else {}
    may_change = access.may(request, Permission.MANAGE_CONNECTIONS)
    context = {
        "carriers": [line(one, zone, now) for one in found],
        "idle": [one for one in idle if one[0] not in {it.id for it in found}] if may_change else (),
        "looked_at": dates.clock(real_now().astimezone(zone)),
        "held": [carrier_words.held(one, names, zone) for one in held],
        "may_resume_lanes": may_change or access.may(request, Permission.APPROVE_CAMPAIGNS),
        "may_change": may_change,
        "changeable": texts.changeable_carriers(settings.id) if may_change else (),
        "has_numbers": any(one.numbers for one in found),
        "routes": route_words.lines(routes),
        "number_error": number_error,
    }
    status = 422 if number_error else 200
    return frame.page(request, "recado/administration/carriers.html", context, at="carriers", status=status)


def people(clinic_id: UUID) -> dict[str, str]:
    """The names of those who work at the clinic, by account."""
    return {str(one.user_id): one.name for one in queries.people(clinic_id)}


def line(one: CarrierView, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """A carrier as the list and its own page show it."""
    return {
        "id": one.id,
        "name": one.name,
        "kind": carrier_words.kind(one),
        "chip": HEALTH[one.health],
        "since": carrier_words.since(one, zone),
        "unheard": carrier_words.unheard(one),
        "is_held": one.held is not None,
        "is_held_by_operator": bool(one.held_lanes),
        "is_slowed": any(carrier_words.is_slowed(link) for link in one.links),
        "numbers": one.numbers,
        "marks": [_mark(at, hour) for at, hour in enumerate(one.hours)],
        "strip_said": _strip_said(one),
        "waiting": counted(one.waiting),
        "is_waiting": one.waiting > 0,
        "is_late": one.late > 0 and one.oldest is not None and now - one.oldest > texts.operations.STUCK_AFTER,
        "oldest": due(one.oldest, now, zone),
        "accepted": numbers.counted(one.accepted),
        "share": _share(one),
        "speed": carrier_words.speed(one.links),
        "balance": carrier_words.balance(one.balance) if one.balance else "",
        "is_low": one.balance is not None and one.balance.is_low,
    }


def counted(count: int) -> str:
    """A count that ends at a limit."""
    shown = numbers.counted(count)
    return _("at least %(count)s") % {"count": shown} if count >= texts.operations.MOST else shown


def due(oldest: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    """When the first that waits was or is due."""
    if oldest is None:
        return ""
    if oldest > now:
        return _("planned for %(when)s") % {"when": dates.short_moment(oldest.astimezone(zone))}
    return _("due %(time)s ago") % {"time": carrier_words.lasting(now - oldest)}


def _strip_said(one: CarrierView) -> str:
    away = sum((hour.away for hour in one.hours), timedelta())
    return _(
        "Last 24 hours, one mark an hour: away for %(away)s in all; %(accepted)s accepted, %(delivered)s delivered,"
        " %(failed)s failed"
    ) % {
        "away": carrier_words.lasting(away),
        "accepted": numbers.counted(one.accepted),
        "delivered": numbers.counted(one.delivered),
        "failed": numbers.counted(one.failed),
    }


STRIP_HEIGHT, STEP = 18, 7
HEIGHTS = {"n": 4, "b": 7, "w": 12, "ok": STRIP_HEIGHT}


def _mark(at: int, hour: Hour) -> Mark:
    kind = mark_of(hour)
    return Mark(at * STEP, STRIP_HEIGHT - HEIGHTS[kind], HEIGHTS[kind], kind)


def mark_of(hour: Hour) -> str:
    """b: away for more than half of the hour, as far as it is known, or more than half of the texts failed; w: more than one
    in 20; ok: neither; n: nothing is known."""
    settled = hour.delivered + hour.failed
    if not settled and not hour.accepted and not hour.up and not hour.away:
        return "n"
    known = hour.up + hour.away
    bad = max(hour.failed / settled if settled else 0.0, hour.away / known if known else 0.0)
    return "b" if bad > 0.5 else "w" if bad > 0.05 else "ok"


def _share(one: CarrierView) -> str:
    """Of those whose end is known; a receipt may yet come for the others."""
    settled = one.delivered + one.failed
    return carrier_words.share(one.delivered / settled) if settled else ""
