"""The page on which a form is filled in, behind a link of its own or the link of its visit. No script is needed.

Opening it changes nothing. What was typed is never lost on an error: the page shows it again with what is wrong by field, and whoever
took longer than a pass lasts may still send.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from recado.clinics import queries as clinics
from recado.clinics.access import public
from recado.conversations import queries as conversations
from recado.conversations.types import VisitPage
from recado.documents import actions, queries
from recado.documents.queries import FormPage
from recado.documents.types import LONGEST_LONG, LONGEST_SHORT, Answer, Field, FieldKind
from recado.web import dates, languages
from recado.web.paper_pages import COOKIE
from recado.web.patient_pages import LONGEST_TOKEN, ended, see_other, shown

FAULTS: dict[str, Any] = {
    "needed": gettext_lazy("Please answer this."),
    "too_long": gettext_lazy("This is too long. Please shorten it."),
    "no_day": gettext_lazy("This is not a day. Choose one, or type it as 2026-11-24."),
    "unknown": gettext_lazy("Please choose one of the answers."),
}
MISSING = 422
MOST_TYPED = LONGEST_LONG + 1_000  # letters of one field that are shown again


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A field as the page shows it. `text`: what stands in it."""

    field: Field
    label: str
    hint: str
    text: str
    options: tuple[Option, ...]
    fault: Any
    longest: int


@public("the link in a patient's text, or the pass that a right code gave this browser, is the permission")
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, token: str, document_id: UUID | None = None) -> HttpResponse:
    """GET shows the form; POST sends it, or shows it again with what is wrong."""
    page = conversations.visit_behind(token) if len(token) <= LONGEST_TOKEN else None
    if page is None:
        return ended(request, token)
    if request.method == "POST":
        return _take(request, token, document_id, page)
    found = queries.form_page(token, request.COOKIES.get(COOKIE, ""), document_id)
    if found is None:
        return ended(request, token) if document_id else see_other(request, "link-paper", token)
    if found.filled_at is not None and "again" not in request.GET:
        return shown(request, "form_done", page=page, token=token, more=_done(request, token, document_id, page, found))
    return _shown(request, token, document_id, page, found, _typed_before(found.answers), {})


def _take(request: HttpRequest, token: str, document_id: UUID | None, page: VisitPage) -> HttpResponse:
    pass_shown = request.COOKIES.get(COOKIE, "")
    found = queries.form_page(token, pass_shown, document_id)
    asked = found.form if found else queries.form_asked(token, pass_shown) if document_id is None else None
    if asked is None:
        return ended(request, token)
    typed = {one.key: request.POST.getlist(one.key) for one in asked.fields}
    answers, faults = queries.check_answers(asked, typed)
    if faults:
        shown_form = found or FormPage(UUID(int=0), asked, page.starts_at, {}, None)
        return _shown(request, token, document_id, page, shown_form, typed, faults)
    language = queries.head_in(asked, _wanted(request, page))[0]
    if not actions.fill_form(token, pass_shown, language, answers, document_id):
        return ended(request, token)
    return HttpResponseRedirect(_address(token, document_id) + languages.asked(request), status=303)


def _wanted(request: HttpRequest, page: VisitPage) -> str:
    """The language in which the form is read: a clinic writes forms in languages that the words around them may lack."""
    return languages.asked(request)[-2:] or page.language or languages.chosen(request)


def _address(token: str, document_id: UUID | None) -> str:
    return reverse("link-visit-form", args=[token, document_id]) if document_id else reverse("link-form", args=[token])


def _typed_before(answers: Mapping[str, Answer]) -> dict[str, Sequence[str]]:
    return {key: [one] if isinstance(one, str) else [str(number) for number in one] for key, one in answers.items()}


def _shown(
    request: HttpRequest,
    token: str,
    document_id: UUID | None,
    page: VisitPage,
    found: FormPage,
    typed: Mapping[str, Sequence[str]],
    faults: Mapping[str, str],
) -> HttpResponse:
    spoken, head = queries.head_in(found.form, _wanted(request, page))
    zone = ZoneInfo(clinics.clinic_settings(page.clinic_id).time_zone)

    def worded() -> dict[str, Any]:
        lines = [
            _line(field, spoken, typed.get(field.key, ()), faults.get(field.key, "")) for field in found.form.fields
        ]
        return {
            "lines": lines,
            "wrong": [line for line in lines if line.fault],
            "due": dates.long_day(found.due_at.astimezone(zone)),
        }

    more = {
        "worded": worded,
        "head": head,
        "spoken": spoken,
        "spoken_dir": languages.direction(spoken),
        "address": _address(token, document_id),
        "needs_some": any(field.is_required for field in found.form.fields),
    }
    return shown(request, "form", page=page, token=token, more=more, status=MISSING if faults else 200)


def _line(field: Field, spoken: str, typed: Sequence[str], fault: str) -> Line:
    label = queries.label_in(field, spoken)
    longest = LONGEST_SHORT if field.kind is FieldKind.SHORT else LONGEST_LONG
    text = typed[0][:MOST_TYPED] if typed else ""
    return Line(
        field, label.text, label.hint, text, _options(field, label.choices, typed), FAULTS.get(fault, ""), longest
    )


def _options(field: Field, choices: Sequence[str], typed: Sequence[str]) -> tuple[Option, ...]:
    if field.kind is FieldKind.YES_NO:
        return (Option("yes", _("Yes"), "yes" in typed), Option("no", _("No"), "no" in typed))
    if field.kind in (FieldKind.CHOICE, FieldKind.SEVERAL):
        return tuple(Option(str(at), words, str(at) in typed) for at, words in enumerate(choices, 1))
    return ()


def _done(
    request: HttpRequest, token: str, document_id: UUID | None, page: VisitPage, found: FormPage
) -> dict[str, Any]:
    spoken, head = queries.head_in(found.form, _wanted(request, page))
    address = _address(token, document_id)
    asked = languages.asked(request)
    return {"head": head, "spoken": spoken, "again": f"{address}{asked}{'&' if asked else '?'}again=1"}
