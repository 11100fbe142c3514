"""The list of documents (25a), and one with its history."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from recado.clinics import queries as clinics
from recado.clinics.access import may, needs
from recado.clinics.roles import Permission
from recado.contacts import queries as contacts
from recado.documents import actions, queries
from recado.documents.types import DocumentKind, DocumentState, DocumentView, Shown
from recado.foundation import business_time
from recado.foundation.tenancy import clinic_scope
from recado.web import dates, shell, sizes
from recado.web.chips import Chip
from recado.web.documents import words
from recado.web.paging import PAGE, Pages, page_asked
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of


@dataclass(frozen=True, slots=True)
class Line:
    """A document as the list shows it."""

    view: DocumentView
    name: str
    icon: str
    kind: Any
    facts: str
    sender: str
    chip: Chip
    why: str
    until: str


@needs(Permission.SEE_DOCUMENTS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Documents, newest first, cut down to a state with `?show=`."""
    clinic_id = clinic_of(request)
    wanted = request.GET.get("show", "")
    shown = Shown(wanted) if wanted in set(Shown) else Shown.ALL
    number = page_asked(request.GET.get("page"))
    with clinic_scope(clinic_id):
        found, total = queries.documents(
            clinic_id, shown, limit=PAGE, offset=(number - 1) * PAGE, by=shell.actor(request)
        )
        names = contacts.reach(clinic_id, {one.patient_id for one in found})
        lines = [_line(clinic_id, one, names[one.patient_id].name) for one in found]
        figures = queries.figures(clinic_id)
    context = {
        "lines": lines,
        "figures": figures,
        "share": round(100 * figures.opened / figures.sent) if figures.sent else 0,
        "shown": shown,
        "shows": words.SHOWN.items(),
        "pages": Pages(number, total),
        "may_send": may(request, Permission.SEND_DOCUMENTS),
    }
    return shell.page(request, "recado/documents/index.html", context, at="documents")


def _line(clinic_id: UUID, view: DocumentView, name: str) -> Line:
    zone = ZoneInfo(clinics.clinic_settings(clinic_id).time_zone)
    icon, kind = words.KINDS[view.kind] if view.media_type != queries.LOCKED else ("lock", words.KINDS[view.kind][1])
    size = f"{words.TYPES[view.media_type]} {sizes.words(view.size)}" if view.media_type else _("to fill in")
    facts = (
        _("1 file, name hidden, %(size)s, locked by the browser") % {"size": sizes.words(view.size)}
        if view.media_type == queries.LOCKED
        else ", ".join((view.title, size))
    )
    chip, why = _stands(view, zone)
    return Line(view, name, icon, kind, facts, _sender(clinic_id, view), chip, why, _day(view, zone))


def _day(view: DocumentView, zone: ZoneInfo) -> str:
    return dates.short_day(view.expires_at.astimezone(zone))


def _stands(view: DocumentView, zone: ZoneInfo) -> tuple[Chip, str]:
    """The state as a chip, and a few words beside it."""
    if view.state is DocumentState.OPENED and view.opened_at:
        when = dates.short_moment(view.opened_at.astimezone(zone))
        times = _("%(count)d times") % {"count": view.openings} if view.openings > 1 else _("once")
        return words.STATES[view.state], f"{when}, {times}"
    if view.state is DocumentState.FILLED and view.filled_at:
        return words.STATES[view.state], dates.short_moment(view.filled_at.astimezone(zone))
    if view.state is DocumentState.REVOKED:
        told = _("before it was opened") if view.opened_at is None else _("after it was opened")
        return words.STATES[view.state], told
    if view.state is DocumentState.NOT_OPENED and view.is_locked:
        return words.LOCKED, _("a call is on the list")
    if view.state is DocumentState.NOT_OPENED and view.asked_at:
        when = dates.short_moment(view.asked_at.astimezone(zone))
        return words.ASKED, when
    sent = dates.short_moment(view.sent_at.astimezone(zone))
    waits = (business_time.now() - view.sent_at).days
    if view.state is DocumentState.NOT_OPENED and waits >= queries.LONG.days:
        words_of = ngettext("Not opened for %(days)d day", "Not opened for %(days)d days", waits) % {"days": waits}
        return replace(words.STATES[view.state], words=words_of), _("sent %(when)s") % {"when": sent}
    return words.STATES[view.state], _("sent %(when)s") % {"when": sent}


def _sender(clinic_id: UUID, view: DocumentView) -> str:
    if view.actor_kind == "staff":
        names = {str(one.user_id): one.name for one in clinics.staff(clinic_id)}
        return names.get(view.actor_ref, _("somebody who has left"))
    return view.source.removeprefix("api:") if view.source.startswith("api:") else _("Recado")


@needs(Permission.SEE_DOCUMENTS)
@require_safe
@unknown_is_404
def document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """One document and its history: every code, try, opening and download."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        view, story = queries.document(clinic_id, document_id, by=shell.actor(request))
        name = contacts.reach(clinic_id, [view.patient_id])[view.patient_id].name
        line = _line(clinic_id, view, name)
    zone = ZoneInfo(clinics.clinic_settings(clinic_id).time_zone)
    staff = {str(one.user_id): one.name for one in clinics.staff(clinic_id)}
    is_live = view.state not in (DocumentState.ENDED, DocumentState.REVOKED)
    may_send = may(request, _needed(view))
    context = {
        "line": line,
        "story": [
            (*words.HAPPENED[one.what], dates.short_moment(one.at.astimezone(zone)), staff.get(one.actor_ref, ""))
            for one in story
        ],
        "sent": dates.short_moment(view.sent_at.astimezone(zone)),
        "may_revoke": is_live and may(request, Permission.SEND_DOCUMENTS),
        "may_release": view.state is DocumentState.HELD and may_send,
        "may_unlock": is_live and view.is_locked and may(request, Permission.SEND_DOCUMENTS),
        "may_see_patient": may(request, Permission.SEE_PATIENTS),
        "is_form": view.kind is DocumentKind.FORM,
        "is_filled": view.filled_at is not None,
    }
    return shell.page(request, "recado/documents/document.html", context, at="documents")


def _needed(view: DocumentView) -> Permission:
    return Permission.RELEASE_RESULTS if view.kind is DocumentKind.RESULT else Permission.SEND_DOCUMENTS


def _back(document_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("document", args=[document_id]), status=303)


@needs(Permission.SEND_DOCUMENTS)
@require_POST
@unknown_is_404
def revoke(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Takes a document back."""
    actions.revoke(clinic_id=clinic_of(request), document_id=document_id, by=shell.actor(request))
    messages.success(request, _("Taken back: its link leads nowhere, and the file is deleted here."))
    return _back(document_id)


@needs(Permission.SEND_DOCUMENTS, Permission.RELEASE_RESULTS)
@require_POST
@unknown_is_404
def release(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Sends the link to a document whose patient was asked to call. Of a result only by whom may release results."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        view, _story = queries.document(clinic_id, document_id, by=shell.actor(request))
    if not may(request, _needed(view)):
        return HttpResponse(status=403)
    actions.release(clinic_id=clinic_id, document_id=document_id, by=shell.actor(request))
    messages.success(request, _("Released: the patient gets a text with the link."))
    return _back(document_id)


@needs(Permission.SEND_DOCUMENTS)
@require_POST
@unknown_is_404
def unlock(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Lets the patient try again."""
    actions.unlock(clinic_id=clinic_of(request), document_id=document_id, by=shell.actor(request))
    messages.success(request, _("Unlocked. The patient can ask for a new code behind the same link."))
    return _back(document_id)
