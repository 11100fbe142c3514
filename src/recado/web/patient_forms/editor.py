"""The editor of a form, a language at a time."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.documents import actions, queries
from recado.documents.types import WITH_CHOICES, Field, Form, FormFault, FormView
from recado.web import editing, shell
from recado.web.patient_forms import reading, words
from recado.web.refused import unknown_is_404


@needs(Permission.CHANGE_JOURNEYS)
@require_http_methods(["GET", "HEAD", "POST"])
@unknown_is_404
def show(request: HttpRequest, key: str) -> HttpResponse:
    """GET shows the draft, or what is live; POST does what its button says: besides the usual, `add`, `up:q2`, `down:q2`, `drop:q2`."""
    return EDITOR.show(request, key)


def _typed(request: HttpRequest, form: Form, language: str) -> Form:
    return reading.form(request.POST.dict(), form, language)


def _page(request: HttpRequest, view: FormView, form: Form, language: str, status: int) -> HttpResponse:
    faults = queries.form_faults(form)
    context: dict[str, Any] = {
        **editing.frame(request, view, form, language, {one.language for one in faults}, status),
        "chip": words.states(view.state),
        "head": form.heads.get(language),
        "hint": form.heads[form.languages[0]] if language not in form.heads else None,
        "faults": [
            _(queries.FORM_FAULTS[one.code]) for one in faults if not one.field and one.language in ("", language)
        ],
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


EDITOR = editing.Editor(
    find=queries.form,
    save=actions.save_form,
    publish=actions.publish_form,
    typed=_typed,
    page=_page,
    name="form",
    live=lambda: _("Version %(number)s is live."),
    arrange=lambda _clinic_id, form, do, _language: reading.moved(form, do),
)
