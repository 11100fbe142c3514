"""Care events from a table (CSV): choose a file, see what it would do and what is wrong with which row, bring it in."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recado.appointments.types import Announce, CannotImport, NoSuchFile
from recado.care_events.types import EventKind, EventsDesk, EventsResult, EventTrouble
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation.wiring import wired
from recado.web import numbers, shell
from recado.web.imports import event_words, showing, words
from recado.web.imports.uploads import Sealing, taken
from recado.web.sign_in.at_work import clinic_of

SHOWN = 100  # rows that stay out; the list to download has every one that is kept
ORDERS = ("auto", "day-first", "month-first")


def desk() -> EventsDesk:
    return cast(EventsDesk, wired("IMPORTS", "events"))


@csrf_exempt  # checked in `taken`
@needs(Permission.IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponseBase:
    """Choose a file, or take one to fill in."""
    if request.method == "POST":
        return taken(request, desk().intake(clinic_of(request)), _upload)
    return _start(request)


def _upload(request: HttpRequest, sealing: Sealing) -> HttpResponse:
    kind, dates = request.POST.get("kind", ""), request.POST.get("dates", "")
    try:
        if not sealing.name:
            raise CannotImport("no_file")
        file_id = desk().receive(
            clinic_id=clinic_of(request),
            intake=sealing.intake,
            name=sealing.name,
            source=request.POST.get("source", "").strip() or "events",
            kind=EventKind(kind) if kind in set(EventKind) else None,
            dates=dates if dates in ORDERS else "auto",
            by=shell.actor(request),
        )
    except CannotImport as problem:
        return _start(request, fault=words.refusal(problem))
    return redirect("import-events-file", file_id=file_id)


def _start(request: HttpRequest, *, fault: str = "") -> HttpResponse:
    context = {
        "fault": fault,
        "files": desk().files(clinic_of(request)),
        "kinds": [(kind.value, words) for kind, words in event_words.KINDS.items()],
        "typed": request.POST if fault else {"source": "events"},
    }
    return shell.page(request, "recado/imports/events.html", context, at="appointments", status=422 if fault else 200)


@needs(Permission.IMPORT)
@require_safe
def file(request: HttpRequest, *, file_id: UUID) -> HttpResponse:
    """What bringing it in would do."""
    clinic_id = clinic_of(request)
    try:
        found = desk().file(clinic_id, file_id)
        result = desk().check(clinic_id, file_id, Announce.AUTO, by=shell.actor(request))
    except NoSuchFile:
        raise Http404("There is no such file.") from None
    except CannotImport as problem:
        return _start(request, fault=words.refusal(problem))
    context = {"file": found, "result": result, "troubles": _told(result.troubles[:SHOWN]), **_counts(result)}
    return shell.page(request, "recado/imports/events_check.html", context, at="appointments")


@needs(Permission.IMPORT)
@require_safe
def errors(request: HttpRequest, *, file_id: UUID) -> StreamingHttpResponse:
    """Every row that stays out and why, as CSV: row numbers and column names, no patient."""
    try:
        result = desk().check(clinic_of(request), file_id, Announce.AUTO, by=shell.actor(request))
    except (NoSuchFile, CannotImport):
        raise Http404("There is no such file.") from None
    head = (_("Row"), _("Column"), _("What to do"))
    lines = ((str(one["row"]), str(one["column"]), str(one["words"])) for one in _told(result.troubles))
    return _table("rows-left-out.csv", showing.csv_lines(head, lines))


@needs(Permission.IMPORT)
@require_POST
def bring_in(request: HttpRequest, *, file_id: UUID) -> HttpResponse:
    """Brings the good rows in."""
    wanted = request.POST.get("announce", "auto")
    announce = Announce(wanted) if wanted in set(Announce) else Announce.AUTO
    try:
        result = desk().bring_in(
            clinic_id=clinic_of(request), file_id=file_id, announce=announce, by=shell.actor(request)
        )
    except NoSuchFile:
        raise Http404("There is no such file.") from None
    except CannotImport as problem:
        return _start(request, fault=words.refusal(problem))
    came = result.new + result.changed
    said = ngettext("%(count)s care event came in.", "%(count)s care events came in.", came)
    messages.success(request, said % {"count": numbers.counted(came)})
    return redirect("import-result", file_id=file_id)


@needs(Permission.IMPORT)
@require_POST
def discard(request: HttpRequest, *, file_id: UUID) -> HttpResponse:
    """Deletes the file here."""
    try:
        desk().discard(clinic_id=clinic_of(request), file_id=file_id, by=shell.actor(request))
    except NoSuchFile:
        raise Http404("There is no such file.") from None
    messages.success(request, _("The file is deleted here. Nothing of it came in."))
    return redirect("import-events")


@needs(Permission.IMPORT)
@require_safe
def template(request: HttpRequest, *, kind: str) -> StreamingHttpResponse:
    """A file to fill in, with a line about an invented person."""
    if kind not in set(EventKind):
        raise Http404("There is no such kind.")
    head, *lines = desk().template(clinic_of(request), EventKind(kind))
    return _table(f"{kind}.csv", showing.csv_lines(head, iter(lines)))


def _table(name: str, lines: Any) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _told(troubles: tuple[EventTrouble, ...]) -> list[dict[str, object]]:
    return [{"row": one.row, "column": one.column, "words": event_words.WRONG[one.key]} for one in troubles]


def _counts(result: EventsResult) -> dict[str, Any]:
    return {
        "came": result.new + result.changed,
        "more": max(0, len(result.troubles) - SHOWN),
        "columns_left_out": ", ".join(result.columns_left_out),
    }
