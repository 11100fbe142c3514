"""What came back of a form: on a page that prints well, and as a text file to take along."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.contacts import queries as contacts
from recado.documents import queries
from recado.documents.types import Answer, Field, FieldKind, Filled, Sheet
from recado.foundation.tenancy import clinic_scope
from recado.web import dates, shell
from recado.web.paging import page_asked
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of


@needs(Permission.SEE_PATIENTS)
@require_safe
@unknown_is_404
def answers(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The newest answers, question by question; `?sent=2` an earlier sending."""
    clinic_id = clinic_of(request)
    sheet, name = _read(request, document_id)
    zone = ZoneInfo(clinics.clinic_settings(clinic_id).time_zone)
    asked = page_asked(request.GET.get("sent"))
    at = asked - 1 if asked <= len(sheet.filled) else 0
    filled = sheet.filled[at] if sheet.filled else None
    language = clinics.clinic_settings(clinic_id).default_language
    context = {
        "sheet": sheet,
        "name": name,
        "title": queries.head_in(sheet.form, language)[1].title,
        "lines": list(lines(sheet, filled, language)),
        "when": dates.short_moment(filled.at.astimezone(zone)) if filled else "",
        "spoken": filled.language if filled else "",
        "due": dates.short_moment(sheet.due_at.astimezone(zone)),
        "others": [
            (number, dates.short_moment(one.at.astimezone(zone)))
            for number, one in enumerate(sheet.filled, 1)
            if number != at + 1
        ],
    }
    return shell.page(request, "recado/forms/answers.html", context, at="documents")


@needs(Permission.SEE_PATIENTS)
@require_safe
@unknown_is_404
def download(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The newest answers as plain text."""
    clinic_id = clinic_of(request)
    sheet, name = _read(request, document_id)
    clinic = clinics.clinic_settings(clinic_id)
    zone = ZoneInfo(clinic.time_zone)
    filled = sheet.filled[0] if sheet.filled else None
    title = queries.head_in(sheet.form, clinic.default_language)[1].title
    head = [title, name, dates.short_moment(filled.at.astimezone(zone)) if filled else _("Not filled in"), ""]
    told = [f"{label}\n    {said}\n" for label, said in lines(sheet, filled, clinic.default_language)]
    response = HttpResponse("\n".join([*head, *told]), content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="form.txt"'
    return response


def _read(request: HttpRequest, document_id: UUID) -> tuple[Sheet, str]:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        sheet = queries.sheet(clinic_id, document_id, by=shell.actor(request))
        return sheet, contacts.reach(clinic_id, [sheet.patient_id])[sheet.patient_id].name


def lines(sheet: Sheet, filled: Filled | None, language: str) -> Iterator[tuple[str, str]]:
    """Question and answer, in this language where the form has it."""
    for field in sheet.form.fields if filled else ():
        assert filled is not None
        yield queries.label_in(field, language).text, said(field, filled.answers.get(field.key, ""), language)


def said(field: Field, answer: Answer, language: str) -> str:
    """An answer in words."""
    if not answer:
        return "–"
    if not isinstance(answer, str):
        choices = queries.label_in(field, language).choices
        return ", ".join(choices[number - 1] for number in answer if number <= len(choices))
    if field.kind is FieldKind.YES_NO:
        words: dict[str, Any] = {"yes": _("Yes"), "no": _("No")}
        return str(words.get(answer, answer))
    return dates.full_date(date.fromisoformat(answer)) if field.kind is FieldKind.DATE else answer
