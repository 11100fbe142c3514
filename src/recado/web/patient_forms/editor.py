"""The editor of a form, a language at a time. No script is needed: each button of the page keeps what was typed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.documents import actions, queries
from recado.documents.types import WITH_CHOICES, Field, Form, FormFault, FormView, NotPublishable
from recado.foundation.tenancy import clinic_scope
from recado.web import editing, shell
from recado.web.patient_forms import reading, words
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of


@needs(Permission.CHANGE_JOURNEYS)
@require_http_methods(["GET", "HEAD", "POST"])
@unknown_is_404
def show(request: HttpRequest, key: str) -> HttpResponse:
    """GET shows the draft, or what is live; POST keeps what was typed and does what its button says: `save`, `add`, `up:2`,
    `down:2`, `drop:2`, `publish`, `drop_draft`."""
    clinic_id, by = clinic_of(request), shell.actor(request)
    with clinic_scope(clinic_id):
        view = queries.form(clinic_id, key)
    language = editing.language(request, view.shown.languages)
    if request.method != "POST":
        return _page(request, view, view.shown, language)
    do = request.POST.get("do", "save")
    if do == "drop_draft":
        with clinic_scope(clinic_id):
            actions.save_form(clinic_id=clinic_id, key=key, draft=None, by=by)
        return _back(key, language)
    written = reading.moved(reading.form(request.POST.dict(), view.shown, language), do, language)
    with clinic_scope(clinic_id):
        actions.save_form(clinic_id=clinic_id, key=key, draft=written, by=by)
        if do == "publish":
            try:
                number = actions.publish_form(clinic_id=clinic_id, key=key, by=by)
            except NotPublishable:
                view = queries.form(clinic_id, key)
                return _page(request, view, written, language, status=422)
            messages.success(request, _("Version %(number)s is live.") % {"number": number})
        else:
            messages.success(request, _("The draft is kept."))
    return _back(key, request.POST.get("then") or language)


def _back(key: str, language: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("form", args=[key]) + f"?language={language}", status=303)


def _page(request: HttpRequest, view: FormView, form: Form, language: str, status: int = 200) -> HttpResponse:
    faults = queries.form_faults(form)
    context: dict[str, Any] = {
        "view": view,
        "content": form,
        "chip": words.states(view.state),
        "language": language,
        "head": form.heads.get(language),
        "hint": form.heads[form.languages[0]] if language not in form.heads else None,
        "tabs": editing.tabs(form.languages, language, {one.language for one in faults}),
        "others": editing.others(request, form.languages, language),
        "faults": [
            _(queries.FORM_FAULTS[one.code]) for one in faults if not one.field and one.language in ("", language)
        ],
        "is_refused": status != 200,
        "lines": [_line(form, at, field, language, faults) for at, field in enumerate(form.fields)],
        "kinds": words.KINDS.items(),
        "services": ", ".join(form.services),
    }
    return shell.page(request, "recado/forms/editor.html", context, at="documents", status=status)


def _line(form: Form, at: int, field: Field, language: str, faults: list[FormFault]) -> dict[str, Any]:
    said = field.says.get(language)
    first = field.says.get(form.languages[0])
    return {
        "at": at,
        "number": at + 1,
        "field": field,
        "said": said,
        "hint": first.text if first and (said is None or not said.text) and language != form.languages[0] else "",
        "choices": "\n".join(said.choices) if said else "",
        "has_choices": field.kind in WITH_CHOICES,
        "faults": [
            _(queries.FORM_FAULTS[one.code]) for one in faults if one.field == field.key and one.language == language
        ],
        "is_last": at + 1 == len(form.fields),
    }
