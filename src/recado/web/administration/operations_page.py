"""What waits, is tried again, uncertain, stuck or refused of the clinic's texts; holding lanes; the promise as it was kept."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from recado.clinics import access, queries
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation import business_time
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.messaging.queries import CarrierLine, Health, IncidentView, LaneView, Listed, Promise, Stuck
from recado.messaging.types import EventKind, Lane
from recado.web import dates, numbers, shell
from recado.web.paging import PAGE, page_asked, whole
from recado.web.sign_in.at_work import clinic_of
from recado.web.stories import words
from recado.webhooks import queries as webhooks

from . import carrier_words, frame
from .audit_page import as_id
from .carriers_page import people
from .operations_words import ENDS, HEALTH, LANES, WHYS
from .webhooks_page import needing_a_look

USUAL = (Lane.CONVERSATION, Lane.CARE, Lane.BULK)  # what a hold takes unless told otherwise
HOLDERS = (Permission.MANAGE_CONNECTIONS, Permission.APPROVE_CAMPAIGNS)
DAYS = 30
MOST_PAGES = 100  # a list is looked into, not read to its end
SPARK_HEIGHT, SPARK_STEP = 36, 8


@needs(Permission.SEE_OPERATIONS)
@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    settings = queries.clinic_settings(clinic_of(request))
    zone, now = ZoneInfo(settings.time_zone), business_time.now()
    with clinic_scope(settings.id):
        found = texts.operations.overview(settings.id)
        promise = texts.promise_of(DAYS)
        held_now = texts.held_of(settings.id)
        hooks = webhooks.troubles(settings.id)
    names = people(settings.id) if held_now else {}
    sums = texts.operations.totals(found)
    today = [one for one in promise if one.day == now.astimezone(UTC).date()]
    held = [one.lane for one in found.lanes if one.is_held]
    oldest = min((one.oldest for one in found.lanes if one.oldest), default=None)
    context = {
        "sums": {
            "waiting": _at_least(sums["waiting"], any(one.is_more for one in found.lanes)),
            "unsure": numbers.counted(sums["unsure"]),
            "stuck": _at_least(sums["stuck"], any(one.count >= texts.operations.MOST for one in found.stuck)),
        },
        "is_unsure": sums["unsure"] > 0,
        "is_stuck": sums["stuck"] > 0,
        "oldest": _due(oldest, now, zone),
        "today": _kept(today),
        "lanes": [_lane(one, now, zone) for one in found.lanes],
        "chip": _all_lanes(held, is_stuck=bool(found.stuck)),
        "held_now": [carrier_words.held(one, names, zone) for one in held_now],
        "may_change": access.may(request, Permission.MANAGE_CONNECTIONS),
        "held": [(int(lane), LANES[lane][0]) for lane in held],
        "free": [
            (int(lane), LANES[lane][0], lane in USUAL, lane is Lane.EMERGENCY) for lane in Lane if lane not in held
        ],
        "stuck": [_stuck(one, now, zone) for one in found.stuck],
        "incidents": [incident(one, zone) for one in found.incidents],
        "carriers": [_carrier(one) for one in found.carriers],
        "refusing": [
            (one.name, carrier_words.trouble(one.reason)) for one in found.carriers if one.health is Health.REFUSED
        ],
        "calls": [(one.name, numbers.counted(one.calls_failed)) for one in found.carriers if one.calls_failed],
        "hooks": needing_a_look(hooks, zone),
        "refused": [
            (
                ENDS[one.kind],
                words.said(words.REASONS, one.reason),
                _at_least(one.count, sums["refused"] >= texts.operations.MOST_REFUSED),
                _texts_url("refused", kind=int(one.kind), reason=one.reason),
            )
            for one in found.refused
        ],
        "days": _days(promise),
        "spark": _spark(promise),
        "lane_names": [LANES[lane][0] for lane in Lane],
        "may_hold": any(access.may(request, one) for one in HOLDERS),
        "may_repeat": access.may(request, Permission.APPROVE_CAMPAIGNS),
        "again_url": _texts_url("again"),
        "unsure_url": _texts_url("unsure"),
        "refused_url": _texts_url("refused"),
    }
    return frame.page(request, "recado/administration/operations.html", context, at="operations")


def _texts_url(what: str, **more: object) -> str:
    return f"{reverse('settings-operations-texts')}?{urlencode({'what': what, **more})}"


def _counted(count: int) -> str:
    return _at_least(count, count >= texts.operations.MOST)


def _at_least(count: int, is_more: bool) -> str:
    shown = numbers.counted(count)
    return _("at least %(count)s") % {"count": shown} if is_more else shown


def _due(oldest: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    if oldest is None:
        return ""
    if oldest > now:
        return _("planned for %(when)s") % {"when": dates.short_moment(oldest.astimezone(zone))}
    seconds = (now - oldest).total_seconds()
    if seconds < 60:
        return _("due %(seconds)s s ago") % {"seconds": f"{seconds:.0f}"}
    return _("due %(time)s ago") % {"time": dates.ago(now - oldest)}


def _all_lanes(held: Sequence[Lane], *, is_stuck: bool) -> tuple[str, str, str]:
    if held:
        said = ngettext("%(count)s lane is held", "%(count)s lanes are held", len(held))
        return "warn", "pause", said % {"count": numbers.counted(len(held))}
    if is_stuck:
        return "bad", "circle-alert", _("Texts are stuck")
    return "ok", "check", _("All lanes moving")


def _lane(one: LaneView, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    if one.is_held:
        chip = ("warn", "pause", _("Held"))
    elif one.oldest and now - one.oldest > texts.operations.STUCK_AFTER:
        chip = ("bad", "circle-alert", _("Stuck"))
    else:
        chip = ("ok", "check", _("Moving") if one.waiting else _("Ready"))
    return {
        "name": LANES[one.lane][0],
        "about": LANES[one.lane][1],
        "waiting": _at_least(one.waiting, one.is_more),
        "url": _texts_url("waiting", lane=int(one.lane)) if one.waiting else "",
        "due": _due(one.oldest, now, zone),
        "again": _counted(one.again),
        "chip": chip,
    }


def _stuck(one: Stuck, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    title = ngettext("%(count)s text in the lane “%(lane)s”", "%(count)s texts in the lane “%(lane)s”", one.count)
    return {
        "title": title % {"count": _counted(one.count), "lane": LANES[one.lane][0]},
        "name": one.name,
        "why": WHYS[one.why],
        "due": _due(one.oldest, now, zone),
        "url": _texts_url("stuck", lane=int(one.lane), carrier=one.carrier),
    }


def _carrier(one: CarrierLine) -> dict[str, Any]:
    """A carrier's line: how it is, how many of its connections are up, how much of its window is used."""
    return {
        "name": one.name,
        "chip": HEALTH[one.health],
        "reason": carrier_words.trouble(one.reason),
        "up": _connected(one) if one.connections else "",
        "window": f"{numbers.counted(one.under_way)} / {numbers.counted(one.window)}" if one.window else "",
    }


def _connected(one: CarrierLine) -> str:
    said = ngettext("%(up)s of %(count)s connection", "%(up)s of %(count)s connections", one.connections)
    return said % {"up": numbers.counted(one.up), "count": numbers.counted(one.connections)}


def incident(one: IncidentView, zone: ZoneInfo) -> dict[str, Any]:
    count = len(one.unsettled)
    title = ngettext("%(count)s text uncertain since %(when)s", "%(count)s texts uncertain since %(when)s", count)
    return {
        "id": one.id,
        "title": title % {"count": numbers.counted(count), "when": dates.short_moment(one.at.astimezone(zone))},
        "why": words.said(words.REASONS, one.reason),
        "carrier": one.carrier,
        "url": _texts_url("unsure", **({"incident": one.id} if one.id else {})),
    }


# ------------------------------------------------------------------------------------------------ the promise


def _share(handed: int, in_time: int) -> str:
    if not handed:
        return ""
    # Rounded down: 100 % is said only where every text was in time.
    return numbers.percent(in_time * 10_000 // handed / 10_000, 2)


def _kept(rows: list[Promise]) -> dict[str, str]:
    handed, in_time = sum(one.handed for one in rows), sum(one.in_time for one in rows)
    return {"share": _share(handed, in_time), "handed": numbers.counted(handed), "in_time": numbers.counted(in_time)}


def _by_day(promise: list[Promise]) -> dict[Any, list[Promise]]:
    found: dict[Any, list[Promise]] = {}
    for one in promise:
        found.setdefault(one.day, []).append(one)
    return found


def _days(promise: list[Promise]) -> list[dict[str, Any]]:
    """The days, the newest first, with the share of each lane."""
    made = []
    for day, rows in sorted(_by_day(promise).items(), reverse=True):
        by_lane = {one.lane: _share(one.handed, one.in_time) for one in rows}
        made.append({"day": dates.full_date(day), **_kept(rows), "lanes": [by_lane.get(lane, "") for lane in Lane]})
    return made


def _spark(promise: list[Promise]) -> list[tuple[int, int, int, str]]:
    """A bar a day: x, y, height and colour. All of the height is 100 %, its foot 90 %, or a week's good days look alike."""
    bars = []
    for at, (_day, rows) in enumerate(sorted(_by_day(promise).items())):
        share = sum(one.in_time for one in rows) / max(1, sum(one.handed for one in rows))
        height = max(3, round((share - 0.9) * 10 * SPARK_HEIGHT))
        colour = "ok" if share >= 0.999 else "warn" if share >= 0.95 else "bad"
        bars.append((at * SPARK_STEP, SPARK_HEIGHT - height, height, colour))
    return bars


# ------------------------------------------------------------------------------------------------ lists


@needs(Permission.SEE_OPERATIONS)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The texts behind a figure: fifty a page, an id each, no words and no number."""
    settings = queries.clinic_settings(clinic_of(request))
    asked = request.GET
    page = min(page_asked(asked.get("page")), MOST_PAGES)
    with clinic_scope(settings.id):
        found = _texts(settings.id, asked, (page - 1) * PAGE)
    kept = {name: asked[name] for name in ("what", "lane", "carrier", "kind", "reason", "incident") if name in asked}
    url = f"{reverse('settings-operations-texts')}?{urlencode(kept)}&page="
    zone = ZoneInfo(settings.time_zone)
    context = {
        "title": TITLES.get(asked.get("what", ""), TITLES["waiting"])(),
        "rows": [_row(one, zone) for one in found[:PAGE]],
        "page": page,
        "before": f"{url}{page - 1}" if page > 1 else "",
        "after": f"{url}{page + 1}" if len(found) > PAGE and page < MOST_PAGES else "",
        "may_repeat": asked.get("what") in ("unsure", "refused") and access.may(request, Permission.REPLY),
    }
    return frame.page(request, "recado/administration/operations_texts.html", context, at="operations")


TITLES = {
    "waiting": lambda: _("Waiting texts"),
    "again": lambda: _("Tried again"),
    "stuck": lambda: _("Stuck texts"),
    "unsure": lambda: _("Uncertain texts"),
    "refused": lambda: _("Refused in the last 24 hours"),
}


def _texts(clinic_id: UUID, asked: Mapping[str, str], skip: int) -> list[Listed]:
    """One more than fit on the page. Call it inside `clinic_scope`."""
    what, most = asked.get("what", ""), PAGE + 1
    at = texts.operations
    if what == "again":
        return at.tried_again(clinic_id, skip=skip, most=most)
    if what == "unsure":
        return at.unsure_texts(clinic_id, skip=skip, most=most, only=_of_incident(clinic_id, asked))
    if what == "refused":
        kind = EventKind(int(asked["kind"])) if asked.get("kind") in ("3", "6", "9") else None
        return at.refused_texts(clinic_id, kind, asked.get("reason"), skip=skip, most=most)
    lane = Lane(int(asked["lane"])) if asked.get("lane") in ("1", "2", "3", "4", "5") else Lane.CARE
    carrier = whole(asked.get("carrier"), -1)
    if what == "stuck" and 0 <= carrier < 2**15:
        return at.stuck_texts(clinic_id, lane, carrier, skip=skip, most=most)
    return at.waiting_texts(clinic_id, lane, skip=skip, most=most)


def _of_incident(clinic_id: UUID, asked: Mapping[str, str]) -> tuple[UUID, ...] | None:
    wanted = as_id(asked.get("incident", ""))
    if wanted is None:
        return None
    return next((one.unsettled for one in texts.operations.incidents(clinic_id) if one.id == wanted), ())


def _row(one: Listed, zone: ZoneInfo) -> dict[str, Any]:
    reason = words.said(words.REASONS, one.reason) if one.reason else ""
    is_again = one.kind in ENDS or one.kind is EventKind.UNCERTAIN
    return {
        "id": one.id,
        "purpose": words.PURPOSES[one.purpose],
        "lane": LANES[one.lane][0],
        "at": one.at.astimezone(zone),
        "attempts": one.attempts,
        "end": ENDS.get(one.kind or EventKind.UNCERTAIN, ""),
        "reason": reason,
        "carrier": one.carrier,
        "may_repeat": is_again and one.purpose not in texts.NEVER_AGAIN,
    }


# ------------------------------------------------------------------------------------------------ hold and let go


@needs(*HOLDERS)
@require_POST
def hold(request: HttpRequest) -> HttpResponse:
    """Holds the lanes that are ticked."""
    lanes = _lanes(request)
    if not lanes:
        messages.warning(request, _("Tick what is to be held."))
    else:
        with clinic_scope(clinic_of(request)):
            messaging.pause(clinic_id=clinic_of(request), lanes=lanes, by=shell.actor(request))
        messages.success(request, _("The texts are held. They wait until they are let go."))
    return _back()


@needs(*HOLDERS)
@require_POST
def release(request: HttpRequest) -> HttpResponse:
    """Lets lanes go on: those named, or all."""
    with clinic_scope(clinic_of(request)):
        messaging.resume(clinic_id=clinic_of(request), lanes=_lanes(request) or list(Lane), by=shell.actor(request))
    messages.success(request, _("The texts go on."))
    return _back()


def _lanes(request: HttpRequest) -> list[Lane]:
    known = {str(int(lane)): lane for lane in Lane}
    return [known[one] for one in dict.fromkeys(request.POST.getlist("lane")) if one in known]


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("settings-operations"), status=303)
