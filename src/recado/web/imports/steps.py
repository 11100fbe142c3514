"""What the buttons of the import pages do. Each leads back to where the file stands."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from recado.appointments.types import Announce, CannotImport, CannotTakeBack, FileState
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.web import shell
from recado.web.imports import words
from recado.web.imports.views import desk, told
from recado.web.paging import whole
from recado.web.sign_in.at_work import clinic_of

WISHES = ("source", "dates", "encoding", "delimiter", "without_ids", "mapping")


def _to(file_id: UUID, name: str = "import-file", *, show: str = "") -> HttpResponse:
    where = reverse(name, kwargs={"file_id": file_id})
    return redirect(f"{where}?show={show}" if show else where)


@needs(Permission.IMPORT)
@require_POST
@told
def columns(request: HttpRequest, *, file_id: UUID) -> HttpResponse:
    """Reads the file as was said; with the button Check, goes on to the check."""
    said = {name: value for name, value in request.POST.items() if name in WISHES or name[:1] == "c"}
    said = {name: str(value) for name, value in said.items() if name in WISHES or name[1:].isdecimal()}
    who = {"clinic_id": clinic_of(request), "file_id": file_id, "by": shell.actor(request)}
    desk().read_as(wishes=said, **who)  # type: ignore[arg-type]
    if request.POST.get("do") == "check":
        desk().check(**who)  # type: ignore[arg-type]
    return _to(file_id)


@needs(Permission.IMPORT)
@require_POST
@told
def row(request: HttpRequest, *, file_id: UUID, row: int) -> HttpResponse:
    """Puts a row right, leaves it out, or takes it up again."""
    clinic_id, by = clinic_of(request), shell.actor(request)
    show = request.POST.get("show", "")
    do = request.POST.get("do")
    if do in ("out", "in"):
        desk().leave_out(clinic_id=clinic_id, file_id=file_id, row=row, is_out=do == "out", by=by)
        return _to(file_id, show=show if show in ("warned", "left_out") else "")
    typed = {whole(name[1:], -1): str(value) for name, value in request.POST.items() if name[:1] == "c"}
    cells = {at: value for at, value in typed.items() if at >= 0}
    found = desk().fix_row(clinic_id=clinic_id, file_id=file_id, row=row, cells=cells, by=by)
    if found.state == "to_fix":
        messages.error(request, _("Row %(row)s stays out still: see what is wrong.") % {"row": row})
    else:
        messages.success(request, _("Row %(row)s is ready.") % {"row": row})
    return _to(file_id)


@needs(Permission.IMPORT)
@require_POST
@told
def bring_in(request: HttpRequest, *, file_id: UUID) -> HttpResponse:
    """Starts the import."""
    wanted = request.POST.get("announce", "auto")
    announce = Announce(wanted) if wanted in set(Announce) else Announce.AUTO
    desk().bring_in(clinic_id=clinic_of(request), file_id=file_id, announce=announce, by=shell.actor(request))
    return _to(file_id)


@needs(Permission.IMPORT)
@require_POST
@told
def back(request: HttpRequest, *, file_id: UUID) -> HttpResponse:
    """Back to the columns."""
    desk().back(clinic_id=clinic_of(request), file_id=file_id, by=shell.actor(request))
    return _to(file_id)


@needs(Permission.IMPORT)
@require_POST
@told
def pause(request: HttpRequest, *, file_id: UUID) -> HttpResponse:
    """Stops between two rows, or goes on."""
    is_paused = request.POST.get("do") != "go-on"
    desk().pause(clinic_id=clinic_of(request), file_id=file_id, is_paused=is_paused, by=shell.actor(request))
    return _to(file_id)


@needs(Permission.IMPORT)
@require_POST
@told
def discard(request: HttpRequest, *, file_id: UUID) -> HttpResponse:
    """Deletes the file here."""
    clinic_id = clinic_of(request)
    state = desk().file(clinic_id, file_id).state
    if state is FileState.RUNNING:
        raise CannotImport("moved_on")
    desk().discard(clinic_id=clinic_id, file_id=file_id, by=shell.actor(request))
    messages.success(request, _("The file is deleted here. Nothing else of it came in."))
    return _to(file_id, "import-result") if state is FileState.PAUSED else redirect("import")


@needs(Permission.IMPORT)
@require_POST
@told
def announce(request: HttpRequest, *, file_id: UUID) -> HttpResponse:
    """Tells the people who wait to hear of it, or nobody."""
    wanted = Announce.ALL if request.POST.get("do") == "tell" else Announce.NONE
    outcome = desk().announce(clinic_id=clinic_of(request), run_id=file_id, announce=wanted, by=shell.actor(request))
    if outcome.told:
        told = ngettext("A text to %(count)s person goes now.", "Texts to %(count)s people go now.", outcome.told)
        messages.success(request, told % {"count": outcome.told})
    elif outcome.dropped:
        messages.success(request, _("Nobody is told."))
    else:
        messages.warning(request, _("Somebody has decided this already."))
    return _to(file_id, "import-result")


@needs(Permission.IMPORT)
@require_POST
@told
def take_back(request: HttpRequest, *, file_id: UUID) -> HttpResponse:
    """Has the calendar put as it was before."""
    try:
        desk().take_back(clinic_id=clinic_of(request), run_id=file_id, by=shell.actor(request))
    except CannotTakeBack as problem:
        messages.error(request, words.STAYS[problem.code])
    return _to(file_id, "import-result")
