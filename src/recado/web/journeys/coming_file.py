"""What will be sent as a file for a spreadsheet: streamed, part by part, so that memory stays flat however many there are."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation import business_time
from recado.foundation.clock import local
from recado.journeys import queries as journeys
from recado.web import spreadsheets
from recado.web.journeys import coming
from recado.web.sign_in.at_work import clinic_of

AT_ONCE = 500  # lines that are written together, and one audit entry


@needs(Permission.SEE_MESSAGES)
@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The lines of the page, all parts of them. Who is in the file is audited before the lines leave."""
    clinic_id = clinic_of(request)
    now = local(business_time.now(), clinics.clinic_settings(clinic_id).time_zone)
    stretch = coming.stretch_asked(request, now)
    lines = _lines(request, clinic_id, stretch, now, translation.get_language() or "en")
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="what-will-be-sent-{stretch.start:%Y-%m-%d}.csv"'
    return response


def _lines(
    request: HttpRequest, clinic_id: UUID, stretch: coming.Stretch, now: datetime, language: str
) -> Iterator[bytes]:
    with translation.override(language):
        titles = (_("Leaves"), _("Outcome"), _("Why"), _("Person"), _("Language"), _("Journey"), _("Step"))
        yield b"\xef\xbb\xbf" + _row([*titles, _("Text"), _("Parts"), _("Cost")])
    place, is_more = None, True
    while is_more:
        with journeys.looking(clinic_id):
            found = journeys.foresee(clinic_id, stretch.start, stretch.end, after=place)
        shown = coming.chosen(found.coming, request, now)
        for first in range(0, len(shown), AT_ONCE):
            with translation.override(language), journeys.looking(clinic_id):
                lines = coming.lines_of(clinic_id, shown[first : first + AT_ONCE], now)
            coming.note(clinic_id, request, "journey.export_coming", lines)
            yield b"".join(_row(_cells(line)) for line in lines)
        place, is_more = found.next, found.is_cut


def _cells(line: coming.Line) -> list[str]:
    who = (line.who.name, line.who.language) if line.who else ("", "")
    row = [f"{line.at:%Y-%m-%d %H:%M}", line.one.outcome, line.reason, *who, line.journey, line.step, line.text]
    return [*(spreadsheets.harmless(cell) for cell in row), str(line.parts or ""), line.price]


def _row(cells: list[str]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerow(cells)
    return out.getvalue().encode()
