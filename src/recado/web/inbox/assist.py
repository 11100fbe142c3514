"""A draft, a summary or a translation by the language model that the clinic has connected. Nothing of it is sent: a draft stands in
the field for the reply, behind what was begun there, as if the one who asked had typed it; a summary, and the translation of a
text of theirs, on a page of its own that is kept nowhere."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recado.assistant import actions, queries
from recado.assistant.types import TROUBLES, Line, Wish, Written
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.conversations import actions as desk
from recado.conversations import queries as conversations
from recado.conversations.types import ThreadRow
from recado.foundation.tenancy import clinic_scope
from recado.web import shell
from recado.web.sign_in.at_work import clinic_of

from . import drafts, lines, talk
from .views import shell_user


@needs(Permission.REPLY)
@require_POST
def assist(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """`do`: `draft`, `summary`, or `translation` of `text`. 404 while no model is connected, or for what is not this clinic's."""
    clinic_id, me = clinic_of(request), shell_user(request)
    asked = request.POST.get("do", "")
    wish = Wish(asked) if asked in list(Wish) else Wish.DRAFT
    at = lines.desk(clinic_id, me)
    with clinic_scope(clinic_id):
        row = conversations.thread(clinic_id, thread_id) if queries.is_on(clinic_id) else None
        if row is None:
            raise Http404
        family = conversations.people(clinic_id, [row])[row.id]
        said = _said(request, clinic_id, row, at, wish)
    written = actions.ask(
        clinic_id=clinic_id,
        wish=wish,
        lines=said,
        names=[*(person.name for person in family), *at.names.values()],
        language=(get_language() or "en").split("-")[0],
        thread_id=thread_id,
        patient_id=row.patient_id,
        by=shell.actor(request),
    )
    there = reverse("inbox-thread", args=[thread_id])
    if written.trouble:
        messages.warning(request, _(TROUBLES[written.trouble]))
        return HttpResponseRedirect(there, status=303)
    if wish is not Wish.DRAFT:
        original = said[0].text if wish is Wish.TRANSLATION else ""
        return _shown(request, row, lines.name_of(row, family), written, original)
    with clinic_scope(clinic_id):
        name = drafts.reply_name(thread_id)
        parts = [drafts.text(request, name), written.text]
        text = "\n\n".join(part for part in parts if part)
        desk.keep_draft(clinic_id=clinic_id, user_id=me, name=name, text=text)
    messages.success(request, _("A draft stands in the field. Read it before you send it: nothing was sent."))
    return HttpResponseRedirect(f"{there}#reply-text", status=303)


def _said(request: HttpRequest, clinic_id: UUID, row: ThreadRow, at: lines.Desk, wish: Wish) -> list[Line]:
    """What is told of the conversation: of a translation that one text of theirs."""
    if wish is not Wish.TRANSLATION:
        items = talk.talk(clinic_id, row, at).items
        return [Line(item.kind == "out", item.text) for item in items if item.kind in ("in", "out")]
    items = talk.talk(clinic_id, row, at, most=talk.AT_MOST).items
    wanted = request.POST.get("text", "")
    text = next((item.text for item in items if item.kind == "in" and str(item.text_id) == wanted), None)
    if text is None:
        raise Http404
    return [Line(is_ours=False, text=text)]


def _shown(request: HttpRequest, row: ThreadRow, name: str, written: Written, original: str) -> HttpResponse:
    """`original`: what was translated; a summary has none."""
    context = {"thread": row, "name": name, "written": written, "original": original}
    return shell.page(request, "recado/inbox/summary.html", context, at="inbox")
