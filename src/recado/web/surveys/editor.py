"""A clinic's own surveys: the list with what holds for all, and the editor of one, a language at a time."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation.actors import Actor
from recado.foundation.tenancy import clinic_scope
from recado.surveys import actions
from recado.surveys import queries as surveys
from recado.surveys.types import SCALES, WITH_CHOICES, Question, QuestionKind, Survey, SurveyView, Way
from recado.web import editing, shell
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of
from recado.web.surveys import reading, words


@needs(Permission.CHANGE_JOURNEYS)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Every survey of the clinic, those that can be taken, and what holds for all."""
    return own(request)


def own(request: HttpRequest, *, typed: Mapping[str, str] | None = None, fault: str = "") -> HttpResponse:
    """`typed`: what stood in the form of what holds for all, where it was not saved."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        known, policy = surveys.surveys(clinic_id), surveys.policy(clinic_id)
    keys = {view.key for view in known}
    context = {
        "lines": [(view, words.states(view.state), words.WAYS[view.shown.way]) for view in known],
        "ready": [one for one in surveys.READY if one.key not in keys],
        "policy": policy
        if typed is None
        else {**{name: typed[name] for name in typed}, "by_clock": "by_clock" in typed},
        "fault": fault,
    }
    return shell.page(request, "recado/surveys/own.html", context, at="surveys", status=422 if fault else 200)


@needs(Permission.CHANGE_JOURNEYS)
@require_http_methods(["GET", "HEAD", "POST"])
@unknown_is_404
def show(request: HttpRequest, key: str) -> HttpResponse:
    """GET shows the draft, or what is live; POST does what its button says: besides the usual, `add`, `up:q2`, `down:q2`, `drop:q2`."""
    return EDITOR.show(request, key)


def _save(*, clinic_id: UUID, key: str, draft: Survey | None, by: Actor, seen: Survey) -> None:
    """One of the product that the clinic has left as it came becomes its own."""
    actions.begin(clinic_id=clinic_id, survey=surveys.survey(clinic_id, key).shown, by=by)
    actions.save_draft(clinic_id=clinic_id, key=key, draft=draft, by=by, seen=seen)


def _arrange(clinic_id: UUID, content: Survey, do: str, language: str) -> Survey:
    taken = surveys.keys_ever(clinic_id, content.key) if do == "add" else ()
    return reading.moved(content, do, language, taken)


def _page(request: HttpRequest, view: SurveyView, content: Survey, language: str, status: int) -> HttpResponse:
    faults = surveys.faults_of(content)
    context: dict[str, Any] = {
        **editing.frame(request, view, content, language, {one.language for one in faults}, status),
        "chip": words.states(view.state),
        "faults": [_(surveys.FAULTS[one.code]) for one in faults if not one.question],
        "lines": [_line(content, at, question, language, faults) for at, question in enumerate(content.questions)],
        "kinds": words.KINDS.items(),
        "ways": words.WAYS.items(),
        "way": Way(content.way),
        "services": ", ".join(content.services),
    }
    return shell.page(request, "recado/surveys/editor.html", context, at="surveys", status=status)


def _line(content: Survey, at: int, question: Question, language: str, faults: list[Any]) -> dict[str, Any]:
    said = question.says.get(language)
    first = next(iter(question.says.values()))
    before = [one for one in content.questions[:at] if one.kind in SCALES or one.kind in _YES_OR_NO]
    return {
        "at": at,
        "number": at + 1,
        "question": question,
        "said": said,
        "hint": first.text if said is None or not said.text else "",
        "choices": "\n".join(said.choices) if said else "",
        "is_scale": question.kind in SCALES,
        "has_choices": question.kind in WITH_CHOICES,
        "before": [(one.key, surveys.saying(one, language)[1].text) for one in before],
        "faults": [
            _(surveys.FAULTS[one.code])
            for one in faults
            if one.question == question.key and one.language in ("", language)
        ],
        "is_last": at + 1 == len(content.questions),
    }


_YES_OR_NO = (QuestionKind.YES_NO, QuestionKind.CALL)

EDITOR = editing.Editor(
    find=surveys.survey,
    save=_save,
    publish=actions.publish,
    typed=reading.survey,
    page=_page,
    name="survey",
    live=lambda: _("Version %(number)s is live."),
    arrange=_arrange,
)
