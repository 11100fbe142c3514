"""Answering, and writing first."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from recado.appointments.types import SlotTaken
from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.contacts import queries as contacts
from recado.conversations import actions as conversations
from recado.conversations import queries
from recado.conversations.types import AnsweredSince, NoSuchThread, UnfitText, Written
from recado.foundation import audit, business_time
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.web import dates, shell
from recado.web.sign_in.at_work import clinic_of

from . import acts, composer, drafts, lines, suggesting, views, words

LONGEST_REF = 40
LONGEST_TEXT = 10_000  # letters that are looked at at all
FOUND = 20


@needs(Permission.REPLY)
@require_POST
def reply(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """303 when it was taken. 422 with the form where it can't be sent; 409 where a colleague has answered since."""
    clinic_id, posted = clinic_of(request), request.POST
    is_done = posted.get("then") == "done"
    try:
        leaves_at = _leaves_at(request)
        with clinic_scope(clinic_id):
            written = conversations.reply(
                clinic_id=clinic_id,
                thread_id=thread_id,
                text=_text(request),
                version=_number(posted.get("version", "")),
                ref=_ref(request),
                by=shell.actor(request),
                even_so=posted.get("even_so") == "yes",
                is_done=is_done,
                leaves_at=leaves_at,
                asks=suggesting.asked(request, _text(request)),
            )
    except NoSuchThread:
        raise Http404 from None
    except UnfitText as unfit:
        return _again(request, thread_id, 422, fault=composer.fault(unfit.fault), ref=_ref(request))
    except SlotTaken:
        return _again(request, thread_id, 409, fault=composer.TIME_GONE, ref=_ref(request))
    except AnsweredSince:
        return _again(request, thread_id, 409, answered=_who_answered(clinic_id, thread_id), ref=_ref(request))
    if written.is_refused:
        return _again(request, thread_id, 422, fault=words.rule_words(written.rule), is_refused=True)
    drafts.drop(request, drafts.reply_name(thread_id))
    say_written(request, written)
    return acts.next_or_back(request, thread_id) if is_done else acts.back(request, thread_id)


def _leaves_at(request: HttpRequest) -> datetime | None:
    clinic_id, posted = clinic_of(request), request.POST
    at = lines.desk(clinic_id, views.shell_user(request))
    return composer.later(posted.get("later", ""), posted.get("later_at", ""), clinic_id, at)


def say_written(request: HttpRequest, written: Written) -> None:
    """When the text leaves; with a way to take it back until then."""
    if written.is_known or written.thread_id is None or written.leaves_at is None:
        return
    wait = written.leaves_at - business_time.now()
    at = lines.desk(clinic_of(request), views.shell_user(request))
    if wait > timedelta(minutes=1):
        when = dates.short_moment(written.leaves_at.astimezone(at.zone))
        said = _("The text leaves %(when)s.") % {"when": when}
    else:
        said = _("The text leaves in a few seconds.")
    undo = reverse("inbox-recall", args=[written.thread_id, written.message_id])
    messages.success(request, said, extra_tags=undo)


def _text(request: HttpRequest) -> str:
    return request.POST.get("text", "")[:LONGEST_TEXT]


def _ref(request: HttpRequest) -> str:
    return request.POST.get("ref", "")[:LONGEST_REF] or str(new_id())


def _number(asked: str) -> int:
    return int(asked) if asked.isdecimal() and len(asked) < 9 else 0


def _again(request: HttpRequest, thread_id: UUID, status: int, ref: str = "", **more: Any) -> HttpResponse:
    """The page once more, with what was typed: kept, should its writer be called away now."""
    drafts.keep(request, drafts.reply_name(thread_id), _text(request))
    context = views.folder_context(request, thread_id) | views.talk_context(request, thread_id) | {"view": "talk"}
    form: composer.Composer = context["compose"]
    text = _text(request)
    context["compose"] = replace(form, text=text, size=composer.size(text), ref=ref or form.ref, **more)
    if more.get("answered"):
        context["compose"] = replace(context["compose"], version=_number(request.POST.get("version", "")))
    context["own_address"] = f"{reverse('inbox-thread', args=[thread_id])}?folder={context['folder']}"
    return shell.page(request, "recado/inbox/page.html", context, at="inbox", status=status)


def _who_answered(clinic_id: UUID, thread_id: UUID) -> str:
    with clinic_scope(clinic_id):
        author = queries.last_author(clinic_id, thread_id)
    names = lines.desk(clinic_id, UUID(int=0)).names
    return names.get(author, _("A colleague")) if author else _("A colleague")


@needs(Permission.REPLY)
@require_POST
def measure(request: HttpRequest) -> HttpResponse:
    """How many parts what is being typed takes."""
    return JsonResponse({"size": composer.size(_text(request))})


# ------------------------------------------------------------------------------------------------ writing first


@needs(Permission.REPLY)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write to a patient: choose whom, see when it leaves, send."""
    chosen = _patient_id(request)
    if chosen is None:
        return _choose(request)
    if request.method == "POST" and "text" in request.POST:
        return _send_first(request, chosen)
    return _first_form(request, chosen)


def _patient_id(request: HttpRequest) -> UUID | None:
    asked = request.GET.get("patient", "") or request.POST.get("patient", "")
    try:
        return UUID(asked) if asked else None
    except ValueError:
        raise Http404 from None


def _choose(request: HttpRequest) -> HttpResponse:
    clinic_id = clinic_of(request)
    wanted = request.POST.get("name", "").strip()[: views.LONGEST_QUERY]
    people = []
    if wanted:
        with clinic_scope(clinic_id):
            country = clinics.clinic_settings(clinic_id).country
            hits = contacts.find(clinic_id, wanted, country=country, most=FOUND).hits
            reached = contacts.reach(clinic_id, [hit.patient_id for hit in hits])
            people = [reached[hit.patient_id] for hit in hits]
            shown: list[str] = [str(person.patient_id) for person in people]
            audit.record(
                clinic_id=clinic_id, by=shell.actor(request), action="patient.search", detail={"patients": shown}
            )
    context = {"wanted": wanted, "people": people}
    return shell.page(request, "recado/inbox/choose.html", context, at="inbox")


def _first_form(request: HttpRequest, patient_id: UUID, status: int = 200, **more: Any) -> HttpResponse:
    clinic_id = clinic_of(request)
    at = lines.desk(clinic_id, views.shell_user(request))
    with clinic_scope(clinic_id):
        person = contacts.reach(clinic_id, [patient_id]).get(patient_id)
        if person is None:
            raise Http404
        outlook = composer.outlook_of_first(clinic_id, patient_id, person.phone)
        text = _first_text(request, patient_id)
        audit.record(
            clinic_id=clinic_id, by=shell.actor(request), action="patient.view", patient_id=patient_id, reason="write"
        )
    form = composer.Composer(
        text,
        str(new_id()),
        0,
        composer.size(text),
        composer.barred(outlook),
        composer.waits(outlook, at),
        unheard=not outlook.is_heard,
        **more,
    )
    context = {"person": person, "compose": form}
    return shell.page(request, "recado/inbox/new.html", context, at="inbox", status=status)


def _first_text(request: HttpRequest, patient_id: UUID) -> str:
    """What was typed, which is kept, or what had been begun."""
    name = drafts.first_name(patient_id)
    if "text" not in request.POST:
        return drafts.text(request, name)
    drafts.keep(request, name, _text(request))
    return _text(request)


def _send_first(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    clinic_id = clinic_of(request)
    try:
        with clinic_scope(clinic_id):
            written = conversations.start_conversation(
                clinic_id=clinic_id,
                patient_id=patient_id,
                text=_text(request),
                ref=_ref(request),
                by=shell.actor(request),
            )
    except UnfitText as unfit:
        return _first_form(request, patient_id, 422, fault=composer.fault(unfit.fault))
    except LookupError:
        raise Http404 from None
    if written.is_refused or written.thread_id is None:
        return _first_form(request, patient_id, 422, fault=words.rule_words(written.rule), is_refused=True)
    drafts.drop(request, drafts.first_name(patient_id))
    say_written(request, written)
    return HttpResponseRedirect(reverse("inbox-thread", args=[written.thread_id]) + "?folder=all", status=303)
