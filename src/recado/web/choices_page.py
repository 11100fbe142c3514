"""The page on which somebody chooses what they are sent (p6), and what it becomes once everything is stopped (p11).

It stands behind every live link in a patient's text. As on the other pages behind a link, opening changes nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import time, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from recado.clinics.access import public
from recado.clinics.types import QuietHours
from recado.consent.types import EVERYTHING, CarerView
from recado.conversations import actions, queries
from recado.conversations.types import MessagesChoice, MessagesPage
from recado.foundation import business_time
from recado.web import dates, languages, opening_words
from recado.web.choices_words import GROUPS, LEVELS, ONLY, only
from recado.web.patient_pages import LONGEST_TOKEN, ended

DAY = (time(8), time(20))  # offered where the clinic itself has no hours
CUTS = (time(12), time(17))  # morning, afternoon, evening


@dataclass(frozen=True, slots=True)
class Hours:
    """One choice of hours."""

    code: str
    words: str
    is_chosen: bool


@public("the link in a patient's text is the permission")
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows what may be sent; POST `do=save|stop|start|only` changes it at once and comes back here."""
    page = queries.messages_behind(token) if len(token) <= LONGEST_TOKEN else None
    if page is None:
        return ended(request, token)
    if request.method != "POST":
        return _shown(request, token, page)
    if not _do(request, token, page):
        return ended(request, token)
    query = languages.asked(request)
    said = f"{'&' if query else '?'}said=kept"
    return HttpResponseRedirect(reverse("link-messages", args=[token]) + query + said, status=303)


def _do(request: HttpRequest, token: str, page: MessagesPage) -> bool:
    """Returns whether the link still stood. What is not on the page changes nothing."""
    match request.POST.get("do", ""):
        case "stop":
            return actions.stop_all_by_link(token)
        case "start":
            return actions.start_again_by_link(token)
        case "only" if request.POST.get("keep") in ONLY:
            return actions.keep_only(token, ONLY[request.POST["keep"]][0])
        case "end_carer" | "take_carer_back" as which if carer := _uuid(request.POST.get("carer", "")):
            turn = actions.end_carer_by_link if which == "end_carer" else actions.take_carer_back_by_link
            return turn(token, carer)
        case "save":
            return actions.choose_messages(token, _chosen(request, page))
    return True


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _chosen(request: HttpRequest, page: MessagesPage) -> MessagesChoice:
    wanted = request.POST.getlist("group")
    language = request.POST.get("language", "")
    return MessagesChoice(
        groups=frozenset(group for group in EVERYTHING if group.name.lower() in wanted),
        hours=_hours_of(request.POST.get("hours", ""), page),
        language=language if language in _offered(page) else page.language,
        is_shared=request.POST.get("shared") == "yes",
        level=next((level for level in page.levels if level.name.lower() == request.POST.get("level")), None),
    )


def _offered(page: MessagesPage) -> Collection[str]:
    return [code for code in languages.PATIENTS_NAMES if not page.languages or code in page.languages]


# ------------------------------------------------------------------------------------------------ hours


def _windows(clinic: QuietHours) -> list[QuietHours]:
    """Parts of the hours in which the clinic sends: a wish is within them, never beyond."""
    opens, closes = clinic.opens or DAY[0], clinic.closes or DAY[1]
    if opens >= closes:  # past midnight: no parts that a person would recognise
        return []
    edges = [opens, *(cut for cut in CUTS if opens < cut < closes), closes]
    parts = [QuietHours(start, end) for start, end in pairwise(edges)]
    return parts if len(parts) > 1 else []


def _code(hours: QuietHours) -> str:
    return f"{hours.opens:%H:%M}-{hours.closes:%H:%M}"


def _hours_of(code: str, page: MessagesPage) -> QuietHours | None:
    if page.hours is not None and code == _code(page.hours):
        return page.hours  # as it stood, also where the clinic has changed its own since
    return next((hours for hours in _windows(page.clinic_hours) if _code(hours) == code), None)


def _hours(page: MessagesPage) -> list[Hours]:
    offered = _windows(page.clinic_hours)
    if page.hours is not None and page.hours not in offered:
        offered = [page.hours, *offered]
    clinic = page.clinic_hours
    usual = _("Any hour") if clinic.is_off else _("Any time, %(opens)s to %(closes)s") % _clocks(clinic)
    return [
        Hours("", usual, page.hours is None),
        *(
            Hours(_code(one), _("Between %(opens)s and %(closes)s") % _clocks(one), one == page.hours)
            for one in offered
        ),
    ]


def _clocks(hours: QuietHours) -> dict[str, str]:
    return {"opens": f"{hours.opens:%H:%M}", "closes": f"{hours.closes:%H:%M}"}


# ------------------------------------------------------------------------------------------------ showing


def _carer(one: CarerView, zone: ZoneInfo) -> dict[str, object]:
    """By the last digits of the phone: whoever holds the link need not learn a name."""
    until = one.scope.until
    names = [str(GROUPS[group][0]) for group in EVERYTHING if group in one.scope.groups]
    return {
        "id": one.id,
        "phone_end": one.phone.e164[-3:] if one.phone else "",
        "groups": ", ".join(names),
        "until": dates.full_date((until - timedelta(microseconds=1)).astimezone(zone)) if until else "",
        "has_ended": one.ended_at is not None,
    }


def _shown(request: HttpRequest, token: str, page: MessagesPage) -> HttpResponse:
    language = languages.chosen(request, page.language)
    zone = ZoneInfo(page.time_zone)
    with translation.override(language):
        stopped = page.stopped_at.astimezone(zone) if page.stopped_at else None
        context = {
            "page": page,
            "token": token,
            "lang": language,
            "dir": languages.direction(language),
            "languages": languages.patients_menu(language, page.languages),
            "asked": languages.asked(request),
            "groups": [(group.name.lower(), *GROUPS[group], is_on) for group, is_on in page.groups],
            "hours": _hours(page),
            "carers": [_carer(one, zone) for one in page.carers],
            "spoken": [(code, languages.PATIENTS_NAMES[code], code == page.language) for code in _offered(page)],
            "only": only(),
            "levels": [(level.name.lower(), LEVELS[level], level is page.level) for level in page.levels],
            "is_kept": request.GET.get("said") == "kept",
            "stopped_when": dates.short_moment(stopped) if stopped else "",
            "open_state": opening_words.state(page.opening_hours, zone, business_time.now())
            if page.opening_hours
            else "",
            "open_hours": opening_words.week_lines(page.opening_hours),
        }
        name = "messages_stopped" if page.is_stopped else "messages"
        response = render(request, f"recado/patient/{name}.html", context)
    response.headers["Content-Language"] = language
    return response
