"""A clinic's own surveys: the list with what holds for all, and the editor of one, a language at a time. No script is needed:
each button of the form keeps what was typed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation.tenancy import clinic_scope
from recado.surveys import actions
from recado.surveys import queries as surveys
from recado.surveys.types import SCALES, WITH_CHOICES, NoSuchSurvey, NotPublishable, Question, QuestionKind, Survey, Way
from recado.web import shell
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
def show(request: HttpRequest, key: str) -> HttpResponse:
    """GET shows the draft, or what is live; POST keeps what was typed and does what its button says: `save`, `add`,
    `up:2`, `down:2`, `drop:2`, `publish`, `drop_draft`."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        try:
            view = surveys.survey(clinic_id, key)
        except NoSuchSurvey as error:
            raise Http404 from error
    content = view.shown
    language = reading.language_of(request, content)
    if request.method != "POST":
        return _page(request, key, content, language)
    do = request.POST.get("do", "save")
    if do == "drop_draft":
        with clinic_scope(clinic_id):
            actions.begin(clinic_id=clinic_id, survey=content, by=shell.actor(request))
            actions.save_draft(clinic_id=clinic_id, key=key, draft=None, by=shell.actor(request))
        return _back(key, language)
    written = reading.moved(reading.survey(request, content, language), do, language)
    with clinic_scope(clinic_id):
        actions.begin(clinic_id=clinic_id, survey=content, by=shell.actor(request))
        actions.save_draft(clinic_id=clinic_id, key=key, draft=written, by=shell.actor(request))
        if do == "publish":
            try:
                number = actions.publish(clinic_id=clinic_id, key=key, by=shell.actor(request))
                messages.success(request, _("Version %(number)s is live.") % {"number": number})
            except NotPublishable:
                return _page(request, key, replace(written, version=0), language, status=422)
        else:
            messages.success(request, _("The draft is kept."))
    return _back(key, request.POST.get("then") or language)


def _back(key: str, language: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("survey", args=[key]) + f"?language={language}", status=303)


def _page(request: HttpRequest, key: str, content: Survey, language: str, status: int = 200) -> HttpResponse:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        view = surveys.survey(clinic_id, key)
    faults = surveys.faults_of(content)
    spoken = content.languages or ("en",)
    context: dict[str, Any] = {
        "view": view,
        "content": content,
        "chip": words.states(view.state),
        "language": language,
        "tabs": [(code, code == language, any(one.language == code for one in faults)) for code in spoken],
        "others": [code for code in reading.offered(request) if code not in spoken],
        "faults": [_(surveys.FAULTS[one.code]) for one in faults if not one.question],
        "lines": [_line(content, at, question, language, faults) for at, question in enumerate(content.questions)],
        "kinds": words.KINDS.items(),
        "ways": words.WAYS.items(),
        "way": Way(content.way),
        "services": ", ".join(content.services),
        "has_draft": view.draft is not None,
        "is_faulty": bool(faults),
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
