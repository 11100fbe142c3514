"""Private notes between colleagues, inside a conversation."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.conversations import actions as conversations
from recado.conversations import queries
from recado.conversations.types import UnfitText
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.web import shell
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of

from . import acts, composer, drafts, views


@needs(Permission.REPLY)
@require_POST
@unknown_is_404
def note(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """303 when it was noted. 422 with the form where it can't be."""
    clinic_id, text = clinic_of(request), request.POST.get("text", "")[: drafts.LONGEST]
    try:
        with clinic_scope(clinic_id):
            written = conversations.write_note(
                clinic_id=clinic_id, thread_id=thread_id, text=text, ref=_ref(request), by=shell.actor(request)
            )
    except UnfitText as unfit:
        return _again(request, thread_id, text, unfit.fault)
    drafts.drop(request, drafts.note_name(thread_id))
    if written is not None:
        messages.success(request, _("Noted. Only colleagues see it."), extra_tags=_undo(request, thread_id, written))
    return acts.back(request, thread_id)


def _undo(request: HttpRequest, thread_id: UUID, note_id: UUID) -> str:
    return f"{reverse('inbox-note-back', args=[thread_id, note_id])}?folder={views.folder_of(request)}"


def _ref(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("ref", ""))
    except ValueError:
        return new_id()


def _again(request: HttpRequest, thread_id: UUID, text: str, fault: str) -> HttpResponse:
    drafts.keep(request, drafts.note_name(thread_id), text)
    context = views.folder_context(request, thread_id) | views.talk_context(request, thread_id) | {"view": "talk"}
    said = _("There is nothing to note yet.") if fault == "empty" else _("Too long: a note takes 2,000 letters.")
    context["note"] = composer.NoteForm(text, str(_ref(request)), is_shown=True, fault=said)
    context["own_address"] = f"{reverse('inbox-thread', args=[thread_id])}?folder={context['folder']}&write=note"
    return shell.page(request, "recado/inbox/page.html", context, at="inbox", status=422)


@needs(Permission.REPLY)
@require_POST
@unknown_is_404
def note_back(request: HttpRequest, thread_id: UUID, note_id: UUID) -> HttpResponse:
    """A note that was taken back goes on being written."""
    clinic_id, name = clinic_of(request), drafts.note_name(thread_id)
    with clinic_scope(clinic_id):
        if queries.thread(clinic_id, thread_id) is None:
            raise Http404
        words = conversations.take_note_back(clinic_id=clinic_id, note_id=note_id, by=shell.actor(request))
        begun = drafts.text(request, name)
    if words is None:
        messages.warning(request, _("A note can be taken back by its writer, within 15 minutes."))
        return acts.back(request, thread_id)
    drafts.keep(request, name, "\n\n".join(part for part in (words, begun) if part))
    messages.success(request, _("Taken back. Nobody sees it any more."))
    return acts.back(request, thread_id, write="note")


@needs(Permission.REPLY)
@require_POST
@unknown_is_404
def note_seen(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """Whoever was named has read it."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        conversations.note_seen(clinic_id=clinic_id, thread_id=thread_id, by=shell.actor(request))
    return acts.back(request, thread_id)
