"""The list of the clinic's texts: languages, how much they say, where they are used, how long they get."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from recado.clinics import queries as clinics
from recado.clinics.access import may, needs
from recado.clinics.roles import Permission
from recado.foundation.tenancy import clinic_scope
from recado.journeys import queries as journeys
from recado.messaging.queries import templates
from recado.web import numbers, shell
from recado.web.chips import Chip
from recado.web.paging import Pages
from recado.web.sign_in.at_work import clinic_of

from . import reading, words
from .reading import Held, Use


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the list, in words."""

    key: str
    name: str
    sample: str
    languages: list[str]
    missing: list[str]
    level: tuple[str, Any, Any]
    uses: list[Use]
    said_by: Any  # where no journey says it
    parts: str
    answered: str  # of the last 30 days; empty: it was not asked, or asks nothing
    state: Chip


@needs(Permission.SEE_MESSAGES, Permission.CHANGE_JOURNEYS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """`?about=` one room, `?show=missing` those that lack a language of the clinic; `?page=`."""
    clinic_id, about = clinic_of(request), request.GET.get("about", "")
    clinic = clinics.clinic_settings(clinic_id)
    offered = list(clinic.languages or (clinic.default_language,))
    with clinic_scope(clinic_id):
        held = reading.all_of(clinic_id)
        in_journeys, answers = reading.uses(clinic_id), journeys.answered_by_text(clinic_id)
        wanted = [one for one in held if about in ("", one.room)]
        lacking = [one for one in wanted if _missing(one, offered)]
        is_lacking = request.GET.get("show") == "missing"
        shown = lacking if is_lacking else wanted
        pages = Pages.asked(request.GET.get("page"), len(shown))
        desk_of = templates.desks(clinic_id)
        lines = [
            _line(desk_of(one.room, one.key), one, offered, reading.uses_of(in_journeys, one.key), answers)
            for one in shown[pages.first - 1 : pages.last]
        ]
    context = {
        "lines": lines,
        "pages": pages,
        "here": "?" + urlencode({name: text for name, text in _asked(about, is_lacking) if text}),
        "lacking": len(lacking),
        "has_answers": bool(answers),
        "about": about,
        "rooms": [(code, name, sum(one.room == code for one in held)) for code, name in words.ROOMS.items()],
        "count": len(held),
        "may_change": may(request, Permission.CHANGE_JOURNEYS),
    }
    return shell.page(request, "recado/wordings/index.html", context, at="templates")


def _asked(about: str, is_lacking: bool) -> tuple[tuple[str, str], ...]:
    return ("about", about), ("show", "missing" if is_lacking else "")


def _missing(one: Held, offered: Sequence[str]) -> list[str]:
    spoken = reading.languages_of(one.shown)
    return [language for language in offered if language not in spoken]


def _line(
    desk: templates.TextDesk, one: Held, offered: list[str], used: list[Use], answers: Mapping[str, tuple[int, int]]
) -> Line:
    asked, answered = answers.get(one.key, (0, 0))
    texts = one.shown
    spoken = reading.languages_of(texts)
    level = reading.top(texts)
    variants = texts.get(level, {})
    parts = reading.parts(desk, {level: {code: variants[code] for code in offered if code in variants}})
    return Line(
        one.key,
        one.name,
        reading.plain(variants.get(desk.clinic.default_language) or next(iter(variants.values()), "")),
        spoken,
        _missing(one, offered),
        words.LEVELS[level],
        used,
        words.SAID_BY.get(one.room, ""),
        _(" or ").join(map(str, parts)),
        numbers.percent(answered / asked) if asked else "",
        state_of(one),
    )


def state_of(one: Held) -> Chip:
    """Whose words patients get, and whether others are being written."""
    if one.own and one.own.draft is not None:
        return Chip("warn", "pencil", _("Draft"))
    if one.own and one.own.version:
        return Chip("ok", "check", _("Live, version %(number)s") % {"number": one.own.version})
    return Chip("", "check", _("As it came"))
