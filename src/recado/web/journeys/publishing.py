"""A draft made the version that is live, or given up; and a journey begun with nothing in it."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation.tenancy import clinic_scope
from recado.journeys import actions
from recado.journeys import queries as journeys
from recado.journeys.types import DraftChanged, NotPublishable
from recado.web import shell
from recado.web.journeys import acts, differing, editor, timeline, words
from recado.web.paging import whole
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of


def _edit(request: HttpRequest) -> int:
    return whole(request.POST.get("edit") or request.GET.get("edit"), -1)


@needs(Permission.CHANGE_JOURNEYS)
@require_http_methods(["GET", "HEAD", "POST"])
@unknown_is_404
def publish(request: HttpRequest, key: str) -> HttpResponse:
    """What would change, for how many people, and whether they go on on it."""
    if request.method != "POST":
        return _shown(request, key)
    clinic_id, moves = clinic_of(request), request.POST.get("people") == "move"
    try:
        with clinic_scope(clinic_id):
            number = actions.publish(
                clinic_id=clinic_id, key=key, by=shell.actor(request), moves_people=moves, edit=_edit(request)
            )
    except DraftChanged:
        return _shown(
            request, key, _("Somebody changed the draft meanwhile. Read again what it changes, then publish.")
        )
    except NotPublishable:
        return _shown(request, key, _("It can't be published yet."))
    messages.success(request, _("Version %(number)d is live.") % {"number": number})
    return HttpResponseRedirect(reverse("journey", args=[key]), status=303)


def _shown(request: HttpRequest, key: str, told: str = "") -> HttpResponse:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        opened = journeys.opened(clinic_id, key)
        frame = editor.frame(request, clinic_id, opened)
        faults = journeys.faults_of(clinic_id, opened.draft) if opened.draft else []
    context = {
        **frame,
        "changes": differing.changes(opened.live, opened.draft) if opened.draft else [],
        "fault_count": len(faults),
        "faults": timeline.of_journey(faults),
        "told": told,
    }
    return shell.page(request, "recado/journeys/publish.html", context, at="journeys", status=409 if told else 200)


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
@unknown_is_404
def discard(request: HttpRequest, key: str) -> HttpResponse:
    """Gives the draft up; a journey that never was live goes with it."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        is_live = journeys.opened(clinic_id, key).live is not None
        try:
            actions.discard(clinic_id=clinic_id, key=key, by=shell.actor(request), edit=_edit(request))
        except DraftChanged:
            return _look_first(request, key)
        messages.success(
            request, _("The draft is given up."), extra_tags=undo_address(clinic_id, key) if is_live else ""
        )
    there = reverse("journey", args=[key]) if is_live else reverse("journeys")
    return HttpResponseRedirect(there, status=303)


def undo_address(clinic_id: UUID, key: str) -> str:
    """Where the change that was made a moment ago is undone, as long as nobody makes another. Call it inside `clinic_scope`."""
    return f"{reverse('journey-undo', args=[key])}?edit={journeys.opened(clinic_id, key).edit}"


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
@unknown_is_404
def undo(request: HttpRequest, key: str) -> HttpResponse:
    """The draft is again what it was before its last change."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        try:
            is_undone = actions.undo(clinic_id=clinic_id, key=key, by=shell.actor(request), edit=_edit(request))
        except DraftChanged:
            return _look_first(request, key)
    messages.success(request, _("Undone.") if is_undone else _("There is nothing left to undo."))
    return HttpResponseRedirect(reverse("journey", args=[key]), status=303)


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
@unknown_is_404
def take_up(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """An older version becomes the draft: it goes live again once it is published."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id), transaction.atomic():
        acts.own_row(request, key)
        found = (one.plan for one in journeys.versions_of(clinic_id, key) if one.plan.version == number)
        chosen = next(found, None)
        if chosen is None:
            raise Http404("There is no such version.")
        try:
            actions.save_draft(clinic_id=clinic_id, key=key, draft=chosen, by=shell.actor(request), edit=_edit(request))
        except DraftChanged:
            return _look_first(request, key)
    told = _("The steps of version %(number)s are the draft. Publish it to make them live.")
    messages.success(request, told % {"number": number})
    return HttpResponseRedirect(reverse("journey", args=[key]), status=303)


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
@unknown_is_404
def take_newer(request: HttpRequest, key: str) -> HttpResponse:
    """What the ready journey has got since goes into the draft."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        try:
            actions.take_newer(clinic_id=clinic_id, key=key, by=shell.actor(request), edit=_edit(request))
        except DraftChanged:
            return _look_first(request, key)
        messages.success(
            request, _("It is in the draft. Publish it to make it live."), extra_tags=undo_address(clinic_id, key)
        )
    return HttpResponseRedirect(reverse("journey", args=[key]), status=303)


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
@unknown_is_404
def leave_newer(request: HttpRequest, key: str) -> HttpResponse:
    """The journey stays as it is, and that is not asked again."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        actions.leave_newer(clinic_id=clinic_id, key=key, by=shell.actor(request))
    messages.success(request, _("Your journey stays as it is."))
    return HttpResponseRedirect(reverse("journey", args=[key]), status=303)


def _look_first(request: HttpRequest, key: str) -> HttpResponse:
    messages.warning(request, _("Somebody changed the draft meanwhile. Look at it first."))
    return HttpResponseRedirect(reverse("journey", args=[key]), status=303)


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
@unknown_is_404
def begin(request: HttpRequest) -> HttpResponse:
    """A journey with no step yet, on a kind of event."""
    clinic_id, event = clinic_of(request), request.POST.get("event", "")
    if not event:
        return HttpResponseRedirect(reverse("journeys-ready"), status=303)
    plan = journeys.empty_plan(event)
    name = request.POST.get("name", "").strip()[:80] or words.starts(event)
    with clinic_scope(clinic_id):
        taken = {row.key for row in journeys.journeys_of(clinic_id)}
        key = acts.free_key(f"own_{event}"[:32], taken | set(words.READY))
        actions.begin(clinic_id=clinic_id, key=key, name=name, plan=plan, by=shell.actor(request))
    messages.success(request, _("It is a draft now. Nothing is sent until you publish it."))
    return HttpResponseRedirect(reverse("journey", args=[key]), status=303)
