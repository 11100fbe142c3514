"""The answers to a survey as a file for a spreadsheet, a row for each visit that was answered about."""

import csv
import io
from collections.abc import Iterator
from uuid import UUID

from django.http import StreamingHttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from recado.foundation.clock import local
from recado.surveys import queries as surveys
from recado.surveys.types import Given, Question, QuestionKind, Survey
from recado.web import spreadsheets


def response(clinic_id: UUID, content: Survey, span: surveys.Span, zone: str) -> StreamingHttpResponse:
    """Streamed: memory stays flat whatever the number of answers."""
    made = StreamingHttpResponse(
        _lines(clinic_id, content, span, zone, translation.get_language() or "en"),
        content_type="text/csv; charset=utf-8",
    )
    made["Content-Disposition"] = f'attachment; filename="survey-{content.key}.csv"'
    return made


def _lines(clinic_id: UUID, content: Survey, span: surveys.Span, zone: str, language: str) -> Iterator[bytes]:
    with translation.override(language):
        titles = [_("Visit"), _("Place"), _("Clinician"), _("Service"), _("Version"), _("To its end")]
    asked = [surveys.saying(question, language)[1].text for question in content.questions]
    yield b"\xef\xbb\xbf" + _line([*titles, *asked])
    for row, given in surveys.export(clinic_id, span):
        cells = [
            f"{local(row.visited_at, zone):%Y-%m-%d %H:%M}",
            row.site,
            row.clinician,
            row.service,
            str(row.version),
        ]
        cells.append("1" if row.ended_at else "0")
        yield _line([*cells, *(_cell(question, given.get(question.key), language) for question in content.questions)])


def _line(cells: list[str]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerow([spreadsheets.harmless(cell) for cell in cells])
    return out.getvalue().encode()


def _cell(question: Question, given: Given | None, language: str) -> str:
    """Scores as numbers, yes or no as 1 or 0, choices in words."""
    if given is None or given.is_left_out:
        return ""
    if question.kind in (QuestionKind.CHOICE, QuestionKind.SEVERAL):
        choices = surveys.saying(question, language)[1].choices
        return "; ".join(choices[at - 1] for at in surveys.chosen(given.value or 0) if at <= len(choices))
    return given.words if given.value is None else str(given.value)
