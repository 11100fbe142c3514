"""The page on which somebody answers a survey (p5): one question at a time, without script.

Opening it changes nothing, as on every page behind a link: only a POST with the form's token keeps an answer. What was given
before may be changed: "Back" shows it again.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from recado.clinics import queries as clinics
from recado.clinics.access import public
from recado.surveys import actions, queries
from recado.surveys.types import NO, SCALES, YES, Given, NoSuchQuestion, Question, QuestionKind, SurveyPage
from recado.web import dates, languages
from recado.web.patient_pages import LONGEST_TOKEN, ended

SECONDS_EACH = 20  # so long a question takes, roughly: what "about one minute" is counted by
LONGEST_WORDS = 2_000
MISSING = 422


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose. `value` is what the form sends."""

    value: int
    label: str
    is_chosen: bool


@public("the link in a patient's text is the permission")
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the question that stands open, or by `?back=` one that was answered; POST keeps an answer or leaves it out."""
    page = queries.page_behind(token, request.GET.get("back", "")) if len(token) <= LONGEST_TOKEN else None
    if page is None:
        return ended(request, token)
    if request.method != "POST":
        return _shown(request, token, page)
    key = request.POST.get("question", "")
    question = next((one for one in page.survey.questions if one.key == key), None)
    if question is None:
        return _next(request, token)
    given = Given() if request.POST.get("do") == "skip" else _given(question, request)
    if given is None:
        again = queries.page_behind(token, key)
        return _shown(request, token, again or page, is_missing=True)
    with suppress(NoSuchQuestion):  # a page of yesterday: what stands open now is shown
        actions.answer_by_page(token, key, given)
    return _next(request, token)


def _next(request: HttpRequest, token: str) -> HttpResponse:
    """Shown anew, so that reloading repeats nothing."""
    return HttpResponseRedirect(reverse("link-survey", args=[token]) + languages.asked(request), status=303)


def _given(question: Question, request: HttpRequest) -> Given | None:
    """What the form says; None: nothing that answers the question."""
    if question.kind is QuestionKind.WORDS:
        words = request.POST.get("words", "").strip()[:LONGEST_WORDS]
        return Given(words=words) if words else None
    sent = [int(one) for one in request.POST.getlist("value") if one.isascii() and one.isdecimal() and len(one) < 3]
    allowed = _values(question)
    if not sent or not set(sent) <= set(allowed):
        return None
    if question.kind in (QuestionKind.CHOICE, QuestionKind.SEVERAL):
        return Given(queries.bits(sent if question.kind is QuestionKind.SEVERAL else sent[:1]))
    return Given(sent[0])


def _values(question: Question) -> Sequence[int]:
    if question.kind in SCALES:
        least, most = SCALES[question.kind]
        return range(least, most + 1)
    if question.kind in (QuestionKind.YES_NO, QuestionKind.CALL):
        return (YES, NO)
    return range(1, queries.choices_of(question) + 1)


def _shown(request: HttpRequest, token: str, page: SurveyPage, *, is_missing: bool = False) -> HttpResponse:
    language = languages.chosen(request, page.language)
    with translation.override(language):
        context = {
            "page": page,
            "token": token,
            "lang": language,
            "dir": languages.direction(language),
            "languages": languages.patients_menu(language, page.languages),
            "asked": languages.asked(request),
            "is_missing": is_missing,
            **(_question(request, page, page.question) if page.question else _over(page)),
        }
        name = "survey" if page.question else "survey_done"
        response = render(request, f"recado/patient/{name}.html", context, status=MISSING if is_missing else 200)
    response.headers["Content-Language"] = language
    return response


def _question(request: HttpRequest, page: SurveyPage, question: Question) -> Mapping[str, Any]:
    spoken, said = queries.saying(question, languages.asked(request)[-2:] or page.language)
    zone = ZoneInfo(clinics.clinic_settings(page.clinic_id).time_zone)
    minutes = max(1, round(page.of * SECONDS_EACH / 60))
    return {
        "question": question,
        "said": said,
        "spoken": spoken,
        "spoken_dir": languages.direction(spoken),
        "is_scale": question.kind in SCALES,
        "is_wide": question.kind is QuestionKind.RECOMMEND,
        "is_words": question.kind is QuestionKind.WORDS,
        "is_several": question.kind is QuestionKind.SEVERAL,
        "options": _options(question, page.given, said.choices),
        "words": page.given.words if page.given else "",
        "longest": LONGEST_WORDS,
        "back": _before(page, question),
        "place": _("Question %(number)s of %(of)s") % {"number": page.number, "of": page.of},
        "lasts": ngettext("about one minute", "about %(count)s minutes", minutes) % {"count": minutes},
        "day": dates.long_day(page.visited_at.astimezone(zone)),
    }


def _options(question: Question, given: Given | None, choices: Sequence[str]) -> list[Option]:
    value = given.value if given else None
    if question.kind is QuestionKind.WORDS:
        return []
    if question.kind in (QuestionKind.CHOICE, QuestionKind.SEVERAL):
        chosen = queries.chosen(value) if value else []
        return [Option(at, label, at in chosen) for at, label in enumerate(choices, 1)]
    if question.kind in (QuestionKind.YES_NO, QuestionKind.CALL):
        return [Option(YES, _("Yes"), value == YES), Option(NO, _("No"), value == NO)]
    return [Option(score, str(score), score == value) for score in _values(question)]


def _before(page: SurveyPage, question: Question) -> str:
    """The key of the question before this one; empty: it is the first."""
    keys = [one.key for one in page.way]
    at = keys.index(question.key)
    return keys[at - 1] if at else ""


def _over(page: SurveyPage) -> Mapping[str, Any]:
    return {"back": page.way[-1].key if page.way else ""}
