"""Saved replies: the page on which they are kept, and how they stand in the form of an answer."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recado.appointments.types import VisitView
from recado.clinics import queries as clinics
from recado.clinics.access import may, needs
from recado.clinics.roles import Permission
from recado.clinics.types import ClinicSettings
from recado.contacts.types import Reach
from recado.conversations import actions as conversations
from recado.conversations import queries
from recado.conversations.types import Facts, Ready, SavedView, UnfitReply
from recado.foundation.dates import When
from recado.foundation.tenancy import clinic_scope
from recado.surveys.queries import LANGUAGES
from recado.web import languages, shell
from recado.web.sign_in.at_work import clinic_of

FAULTS: dict[str, Any] = {
    "no_title": gettext_lazy("Give it a title: it is found by that."),
    "no_text": gettext_lazy("Write it in one language at least."),
    "bad_text": gettext_lazy(
        "It has a place that is not known, or a bracket that is not closed. The places stand below."
    ),
    "too_long": gettext_lazy("Too long: a title takes 60 letters, a text 1,000."),
    "too_many": gettext_lazy("A clinic keeps at most 100 saved replies. Remove one that nobody needs."),
}

PLACES: dict[str, Any] = {
    "name": gettext_lazy("first name"),
    "when": gettext_lazy("day and time of the next visit"),
    "clinician": gettext_lazy("who they will see"),
    "service": gettext_lazy("what the visit is for"),
    "place": gettext_lazy("where it is"),
    "clinic": gettext_lazy("our name"),
    "phone": gettext_lazy("our phone"),
}
"""What `queries.SAVED_VALUES` stand for; a test compares them."""


def ready(clinic_id: UUID, person: Reach | None, visit: VisitView | None) -> list[Ready]:
    """What may be put into an answer to this person, filled in. Call it inside `clinic_scope`."""
    clinic = clinics.clinic_settings(clinic_id)
    language = person.language if person else clinic.default_language
    facts = Facts(
        name=person.first_name if person else "",
        starts_at=When(visit.starts_at, clinic.time_zone) if visit else None,
        clinician=visit.clinician if visit else "",
        service=visit.service if visit else "",
        place=visit.site if visit else "",
    )
    return queries.ready_replies(queries.saved_replies(clinic_id), clinic, facts, language)


@needs(Permission.REPLY)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All of them, with their languages."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        found = queries.saved_replies(clinic_id)
    context = {
        "replies": [(one, [languages.own_name(code) for code in one.texts], _first(one)) for one in found],
        "may_keep": may(request, Permission.KEEP_REPLIES),
    }
    return shell.page(request, "recado/inbox/replies.html", context, at="inbox")


def _first(one: SavedView) -> str:
    return next(iter(one.texts.values()), "")


@needs(Permission.KEEP_REPLIES)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, saved_id: UUID | None = None) -> HttpResponse:
    """One of them, or a new one. 422 with the form where it can't be kept."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        shown = next((one for one in queries.saved_replies(clinic_id) if one.id == saved_id), None)
    if saved_id is not None and shown is None:
        raise Http404
    clinic = clinics.clinic_settings(clinic_id)
    if request.method != "POST":
        return _form(request, clinic, saved_id, shown.title if shown else "", dict(shown.texts) if shown else {})
    title, said = request.POST.get("title", "")[:200], _typed(request, clinic, shown)
    try:
        with clinic_scope(clinic_id):
            conversations.keep_saved_reply(
                clinic_id=clinic_id, title=title, texts_by_language=said, by=shell.actor(request), reply_id=saved_id
            )
    except UnfitReply as unfit:
        return _form(request, clinic, saved_id, title, said, fault=unfit)
    messages.success(request, _("Kept. Everybody who answers patients has it."))
    return _to_list()


def _typed(request: HttpRequest, clinic: ClinicSettings, shown: SavedView | None) -> dict[str, str]:
    codes = _offered(clinic, dict(shown.texts) if shown else {})
    longest = queries.SAVED_LONGEST + 1
    return {code: request.POST.get(f"text-{code}", "").replace("\r\n", "\n")[:longest] for code in codes}


def _offered(clinic: ClinicSettings, said: dict[str, str]) -> list[str]:
    """The clinic's languages, its own first, and any in which there is a text already."""
    return list(dict.fromkeys((clinic.default_language, *(clinic.languages or LANGUAGES), *said)))


def _form(
    request: HttpRequest,
    clinic: ClinicSettings,
    saved_id: UUID | None,
    title: str,
    said: dict[str, str],
    fault: UnfitReply | None = None,
) -> HttpResponse:
    context = {
        "saved_id": saved_id,
        "title": title,
        "fields": [(code, said.get(code, "")) for code in _offered(clinic, said)],
        "known_places": [("{" + name + "}", words) for name, words in PLACES.items()],
        "fault": FAULTS[fault.fault] if fault else "",
        "fault_in": fault.language if fault else "",
        "is_title_wrong": fault is not None and fault.fault == "no_title",
        "longest": queries.SAVED_LONGEST,
    }
    return shell.page(request, "recado/inbox/reply_edit.html", context, at="inbox", status=422 if fault else 200)


@needs(Permission.KEEP_REPLIES)
@require_POST
def remove(request: HttpRequest, saved_id: UUID) -> HttpResponse:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        is_gone = conversations.remove_saved_reply(clinic_id=clinic_id, reply_id=saved_id, by=shell.actor(request))
    if not is_gone:
        raise Http404
    messages.success(request, _("Removed. Answers that were written with it stay."))
    return _to_list()


def _to_list() -> HttpResponse:
    return HttpResponseRedirect(reverse("saved-replies"), status=303)
