"""Bringing a file of appointments in, step by step: file, check, bring in, result. One address a file; what it shows is
where the file stands, so that a page that was left, or is opened by a colleague, goes on there."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from recado.appointments.types import CannotImport, FileState, ImportDesk, NoSuchFile
from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation.wiring import wired
from recado.web import shell
from recado.web.imports import showing, words
from recado.web.imports.uploads import Sealing, taken
from recado.web.paging import page_asked
from recado.web.sign_in.at_work import clinic_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def desk() -> ImportDesk:
    """Whoever reads that kind of file."""
    return cast(ImportDesk, wired("IMPORTS", "csv"))


def told(view: View[P]) -> View[P]:
    """A file that isn't there is a page that isn't there; a step that is refused leads to where the file stands."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NoSuchFile:
            raise Http404("There is no such file.") from None
        except CannotImport as problem:
            messages.error(request, words.refusal(problem))
            return redirect(reverse("import-file", kwargs={"file_id": kwargs["file_id"]}), permanent=False)

    return guarded


@csrf_exempt  # checked in `taken`
@needs(Permission.IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponseBase:
    """Choose a file; what is on its way; what came in before."""
    if request.method == "POST":
        return taken(request, desk().intake(clinic_of(request)), _upload)
    return _start(request)


def _upload(request: HttpRequest, sealing: Sealing) -> HttpResponse:
    try:
        if not sealing.name:
            raise CannotImport("no_file")
        file_id = desk().receive(
            clinic_id=clinic_of(request), intake=sealing.intake, name=sealing.name, by=shell.actor(request)
        )
    except CannotImport as problem:
        return _start(request, fault=words.refusal(problem))
    return redirect(reverse("import-file", kwargs={"file_id": file_id}))


def _start(request: HttpRequest, *, fault: str = "") -> HttpResponse:
    clinic_id, page = clinic_of(request), page_asked(request.GET.get("page"))
    runs, total = desk().runs(clinic_id, page)
    names = _names(clinic_id)
    context = {
        "fault": fault,
        "files": [(file, names.get(file.actor.ref, "")) for file in desk().files(clinic_id)],
        "runs": [showing.history_line(run, names) for run in runs],
        "pages": showing.Pages(page, total, showing.RUNS),
    }
    return shell.page(request, "recado/imports/start.html", context, at="appointments", status=422 if fault else 200)


def _names(clinic_id: UUID) -> dict[str, str]:
    return {str(person.user_id): person.name for person in clinics.staff(clinic_id)}


@needs(Permission.IMPORT)
@require_safe
@told
def file(request: HttpRequest, *, file_id: UUID) -> HttpResponse:
    """Where a file stands."""
    found = desk().file(clinic_of(request), file_id)
    match found.state:
        case FileState.FILE:
            return _columns(request, file_id)
        case FileState.CHECKED:
            return _check(request, file_id)
        case FileState.DONE:
            return redirect("import-result", file_id=file_id)
    context = {"file": found, "problem": words.problem_of(found.problem), **showing.progress(found)}
    return shell.page(request, "recado/imports/progress.html", context, at="appointments")


def _columns(request: HttpRequest, file_id: UUID) -> HttpResponse:
    clinic_id = clinic_of(request)
    look = desk().look(clinic_id, file_id, by=shell.actor(request))
    found = desk().file(clinic_id, file_id)
    context = {"file": found, "problem": words.problem_of(found.problem), **showing.columns(look)}
    return shell.page(request, "recado/imports/columns.html", context, at="appointments")


def _check(request: HttpRequest, file_id: UUID, **more: Any) -> HttpResponse:
    clinic_id, page = clinic_of(request), page_asked(request.GET.get("page"))
    found = desk().file(clinic_id, file_id)
    shown = request.GET.get("show", "")
    if shown not in showing.SHOWN:
        shown = "to_fix" if found.counts.get("to_fix") or not found.counts.get("warned") else "warned"
    rows, total = desk().rows(clinic_id, file_id, shown, page, by=shell.actor(request))
    context = {
        "file": found,
        "rows": rows,
        "shown": shown,
        "pages": showing.Pages(page, total, showing.ROWS),
        **showing.check(found),
        **more,
    }
    return shell.page(request, "recado/imports/check.html", context, at="appointments")


@needs(Permission.IMPORT)
@require_safe
@told
def errors(request: HttpRequest, *, file_id: UUID) -> StreamingHttpResponse:
    """Every row that stays out and why, as CSV: row numbers and column names, no patient."""
    head = (_("Row"), _("Column"), _("What is wrong"), _("What to do"))
    lines = desk().errors(clinic_of(request), file_id)
    desk().file(clinic_of(request), file_id)  # not there: 404 now, not in the middle of the answer
    response = StreamingHttpResponse(showing.csv_lines(head, lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="rows-left-out.csv"'
    return response


@needs(Permission.IMPORT)
@require_safe
@told
def result(request: HttpRequest, *, file_id: UUID) -> HttpResponse:
    """What came of an import, by page or by command."""
    clinic_id, page = clinic_of(request), page_asked(request.GET.get("page"))
    run = desk().run(clinic_id, file_id)
    if run.finished_at is None:
        return redirect("import-file", file_id=file_id)
    if run.undoing_at is not None and run.undone_at is None:
        context = {"run": run, **showing.result(run, _names(clinic_id)), **showing.undoing(run)}
        return shell.page(request, "recado/imports/undoing.html", context, at="appointments")
    rows, total = desk().rows(clinic_id, file_id, "to_fix", page, by=shell.actor(request)) if run.has_rows else ([], 0)
    context = {
        "run": run,
        "rows": rows,
        "pages": showing.Pages(page, total, showing.ROWS),
        **showing.result(run, _names(clinic_id)),
    }
    return shell.page(request, "recado/imports/result.html", context, at="appointments")
