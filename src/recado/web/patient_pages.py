"""What stands behind the link in a patient's text: see the visit, answer, stop, or say that it is for someone else.

Opening a page changes nothing: mail scanners open links, and some press buttons. Only a POST with the form's token
does. A link that was used up, has expired or never was is answered with the same page and the same status.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from recado.clinics.access import public
from recado.clinics.types import ClinicSettings, OpenDay
from recado.conversations import actions as conversations
from recado.conversations import queries
from recado.conversations.types import VisitPage
from recado.documents.types import LINK as PAPER
from recado.foundation import business_time
from recado.web import cancelling, choices_words, dates, ical, languages, numbers, opening_words

LONGEST_TOKEN = 128
# Links that are about something else than a visit to come have a page of their own.
ELSEWHERE = {"survey": "link-survey", "booking": "link-book", "offer": "link-offer", "waitlist": "link-earlier"}
ENDED = 410

_reading = require_http_methods(["GET", "HEAD", "POST"])


@public("the link in a patient's text is the permission")
@_reading
def visit(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the visit as it stands; POST `answer=confirm|change|take_back` answers and comes back here."""
    page = behind(token)
    if page is not None and page.state == PAPER:
        return see_other(request, "link-paper", token)
    if page is not None and page.kind in ELSEWHERE:
        return see_other(request, ELSEWHERE[page.kind], token)
    if request.method != "POST":
        if page is None and len(token) <= LONGEST_TOKEN and queries.is_for_messages(token):
            return see_other(request, "link-messages", token)
        return _shown(request, token, page) if page else ended(request, token)
    answer = request.POST.get("answer", "")
    if answer == "cancel":  # asked once more, whoever sends it
        return see_other(request, "link-cancel", token)
    if answer not in {"confirm", "change", "take_back"}:
        return see_other(request, "link", token)
    return _after(request, token, lambda: conversations.answer_by_link(token, answer))


@public("the link in a patient's text is the permission")
@_reading
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks once more; POST cancels the visit."""
    page = behind(token)
    if page is not None and page.state == PAPER:
        return see_other(request, "link-paper", token)
    if page is not None and page.kind in ELSEWHERE:
        return see_other(request, "link", token)
    if request.method == "POST":
        reason = cancelling.reason_of(request) if page is not None else ""
        return _after(request, token, lambda: conversations.answer_by_link(token, "cancel", reason))
    if page is None:
        return ended(request, token)
    if page.state == "cancelled":
        return see_other(request, "link", token)
    return shown(request, "cancel", page=page, token=token, more=cancelling.context(token, page))


@public("the link in a patient's text is the permission")
@_reading
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, or says since when all is quiet; POST `do=stop|start` stops every text or takes that back."""
    if request.method == "POST":
        if request.POST.get("do") == "start":
            return _after(request, token, lambda: conversations.start_by_link(token), said="started")
        if request.POST.get("do") == "stop":
            return _after(request, token, lambda: conversations.stop_by_link(token), then="link-stop")
        return see_other(request, "link-stop", token)
    page = behind(token)
    if page is None:
        return ended(request, token)
    template = "stopped" if page.is_stopped else "stop"
    return shown(request, template, page=page, token=token, more={"only": choices_words.only()})


@public("the link in a patient's text is the permission")
@_reading
def wrong(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks; POST freezes this number for this patient. Neither page says whose visit it is."""
    page = behind(token)
    if request.method != "POST":
        return shown(request, "wrong", page=page, token=token) if page else ended(request, token)
    if page is None or not conversations.wrong_person_by_link(token):
        return ended(request, token)
    return shown(request, "wrong_done", page=page, token="")


@public("asks for a fresh link to the address on record; the answer is the same whatever the token")
@_reading
def renew(request: HttpRequest, token: str) -> HttpResponse:
    """POST has a fresh link sent if the token was once good and its visit is still ahead, at most 3 a day."""
    if request.method != "POST":
        return see_other(request, "link", token)
    if len(token) <= LONGEST_TOKEN:
        conversations.renew_link(token)
    return shown(request, "renewed", page=None, token="", clinic=_clinic_behind(token))


@public("the link in a patient's text is the permission")
@require_safe
def calendar_file(request: HttpRequest, token: str) -> HttpResponse:
    """The visit as an iCalendar file. It names neither the patient nor what the visit is for."""
    page = behind(token)
    if page is None:
        return ended(request, token)
    if page.state in ("cancelled", PAPER) or (page.kind in ELSEWHERE and page.state != "won"):
        return see_other(request, "link", token)
    with translation.override(languages.chosen(request, page.language)):
        body = ical.calendar(_entry(page, token, timezone.now()))
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="visit.ics"'
    return response


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What Django shows for a form without its token (CSRF_FAILURE_VIEW): cookies off, or a page of yesterday."""
    token = request.resolver_match.kwargs.get("token", "") if request.resolver_match else ""
    return shown(request, "form_refused", page=None, token="", status=403, clinic=_clinic_behind(token))


def behind(token: str) -> VisitPage | None:
    return queries.visit_behind(token) if len(token) <= LONGEST_TOKEN else None


def _after(
    request: HttpRequest, token: str, act: Callable[[], VisitPage | None], *, then: str = "link", said: str = ""
) -> HttpResponse:
    """Does it and sends the browser to the page that shows what came of it, so that reloading repeats nothing."""
    if len(token) > LONGEST_TOKEN or act() is None:
        return ended(request, token)
    return see_other(request, then, token, said=said)


def see_other(request: HttpRequest, name: str, token: str, *, said: str = "", day: str = "") -> HttpResponse:
    query = languages.asked(request)
    for word, value in (("said", said), ("day", day)):
        if value:
            query += f"{'&' if query else '?'}{word}={value}"
    return HttpResponseRedirect(reverse(name, args=[token]) + query, status=303)


def _shown(request: HttpRequest, token: str, page: VisitPage) -> HttpResponse:
    said = request.GET.get("said", "")
    is_back = said == "started" and not page.is_stopped
    more = {"has_started_again": is_back, "has_moved": said == "moved", "chose_another": said == "other"}
    return shown(request, _template_for(page, said), page=page, token=token, more=more)


def _template_for(page: VisitPage, said: str) -> str:
    if said in ("booked", "other") and page.state == "booked" and not page.wants_another_time:
        return "booked"
    if page.state == "cancelled":
        return "cancelled"
    if page.wants_another_time:
        return "noted"
    return "confirmed" if page.state == "confirmed" else "visit"


def ended(request: HttpRequest, token: str) -> HttpResponse:
    """What every link that does not stand any more leads to (p10). It says who writes, and nothing about the person."""
    return shown(request, "link_ended", page=None, token=token, status=ENDED, clinic=_clinic_behind(token))


def _clinic_behind(token: str) -> ClinicSettings | None:
    return queries.clinic_behind(token if len(token) <= LONGEST_TOKEN else "")


def shown(
    request: HttpRequest,
    template: str,
    *,
    page: VisitPage | None,
    token: str,
    status: int = 200,
    clinic: ClinicSettings | None = None,
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Renders within the reader's language; the words of a date are made in it too. `clinic`: who writes, where there is no
    page that says so."""
    language = languages.chosen(request, page.language if page else None)
    with translation.override(language):
        context = {
            "page": page,
            "token": token,
            "lang": language,
            "dir": languages.direction(language),
            "languages": languages.patients_menu(
                language, page.languages if page else clinic.languages if clinic else ()
            ),
            "asked": languages.asked(request),
            **(_words(page) if page else _names(clinic) if clinic else {}),
            **(more or {}),
        }
        response = render(request, f"recado/patient/{template}.html", context, status=status)
    response.headers["Content-Language"] = language
    return response


def _words(page: VisitPage) -> dict[str, Any]:
    zone = ZoneInfo(str(page.starts_at.tzinfo))
    return {
        "day": dates.long_day(page.starts_at),
        "time": dates.clock(page.starts_at),
        "when": dates.long_moment(page.starts_at),
        "when_short": dates.short_moment(page.starts_at),
        "when_strong": format_html('<b class="strong">{}</b>', dates.short_moment(page.starts_at)),
        "lasts": dates.about(page.duration) if page.duration else "",
        "stopped_when": dates.short_moment(page.stopped_at.astimezone(zone)) if page.stopped_at else "",
        **_hours(page.opening_hours, zone),
    }


def _names(clinic: ClinicSettings) -> dict[str, Any]:
    return {
        "page": {"clinic_name": clinic.name, "clinic_phone": clinic.phone_shown},
        **_hours(clinic.opening_hours, ZoneInfo(clinic.time_zone)),
    }


def _hours(week: Sequence[OpenDay], zone: ZoneInfo) -> dict[str, Any]:
    return {
        "open_state": opening_words.state(week, zone, business_time.now()) if week else "",
        "open_hours": opening_words.week_lines(week),
    }


def _entry(page: VisitPage, token: str, now: datetime) -> ical.Entry:
    place = ", ".join(part for part in (page.site_name, page.site_address) if part)
    phone = _("Phone: %(number)s") % {"number": numbers.national(page.clinic_phone)} if page.clinic_phone else ""
    return ical.Entry(
        # the token's hash, not the token: whoever sees the calendar must not be able to answer for the patient
        uid=f"{hashlib.sha256(token.encode()).hexdigest()[:32]}@recado",
        summary=_("Appointment, %(clinic)s") % {"clinic": page.clinic_name},
        location=place,
        description=phone,
        starts_at=page.starts_at,
        duration=page.duration,
        written_at=now,
    )
