"""What the buttons of a conversation do. Each is a POST that leads back with 303 and says how to undo it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recado.appointments import actions as appointments
from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.contacts import actions as contacts
from recado.conversations import actions as conversations
from recado.conversations import queries
from recado.conversations.types import Done, Folder, NoSuchThread, Snooze
from recado.foundation.tenancy import clinic_scope
from recado.web import shell
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of

from . import drafts, views


def back(request: HttpRequest, thread_id: UUID, write: str = "") -> HttpResponse:
    """To the conversation, in the folder from which it was opened; `write`: which form is open there."""
    form = f"&write={write}" if write else ""
    return _to(f"{reverse('inbox-thread', args=[thread_id])}?folder={views.folder_of(request)}{form}")


def next_or_back(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """To the next conversation that waits in the folder; to the folder where none is left, or where nothing waits."""
    clinic_id, folder = clinic_of(request), views.folder_of(request)
    if folder not in (Folder.TO_DO, Folder.MINE):
        return _to(f"{reverse('inbox')}?folder={folder}")
    with clinic_scope(clinic_id):
        following = queries.first_waiting(clinic_id, folder, views.shell_user(request), but=thread_id)
    path = reverse("inbox-thread", args=[following]) if following else reverse("inbox")
    return _to(f"{path}?folder={folder}")


def _to(path: str) -> HttpResponse:
    return HttpResponseRedirect(path, status=303)


def _say(request: HttpRequest, said: str, thread_id: UUID, act: Done) -> None:
    undo = reverse("inbox-undo", args=[thread_id])
    messages.success(request, said, extra_tags=f"{undo}?folder={views.folder_of(request)}&version={act.version}")


@needs(Permission.REPLY)
@require_POST
@unknown_is_404
def assign(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    clinic_id, asked = clinic_of(request), request.POST.get("to", "")
    staff = {str(one.user_id): one for one in clinics.staff(clinic_id)}
    if asked and asked not in staff:
        raise Http404
    to = staff[asked].user_id if asked else None
    with clinic_scope(clinic_id):
        act = conversations.assign(clinic_id=clinic_id, thread_id=thread_id, to=to, by=shell.actor(request))
    said = _("Assigned to %(name)s.") % {"name": staff[asked].name} if asked else _("Assigned to nobody.")
    _say(request, said, thread_id, act)
    return back(request, thread_id)


@needs(Permission.REPLY)
@require_POST
@unknown_is_404
def snooze(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    clinic_id, asked = clinic_of(request), request.POST.get("until", "")
    if asked not in list(Snooze):
        raise Http404
    with clinic_scope(clinic_id):
        act = conversations.snooze(
            clinic_id=clinic_id, thread_id=thread_id, until=Snooze(asked), by=shell.actor(request)
        )
    _say(request, _("Snoozed."), thread_id, act)
    return next_or_back(request, thread_id)


@needs(Permission.REPLY)
@require_POST
@unknown_is_404
def done(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        act = conversations.done(clinic_id=clinic_id, thread_id=thread_id, by=shell.actor(request))
    _say(request, _("Done."), thread_id, act)
    return next_or_back(request, thread_id)


@needs(Permission.REPLY)
@require_POST
@unknown_is_404
def reopen(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        act = conversations.reopen(clinic_id=clinic_id, thread_id=thread_id, by=shell.actor(request))
    _say(request, _("Back under To do."), thread_id, act)
    return back(request, thread_id)


@needs(Permission.REPLY)
@require_POST
@unknown_is_404
def undo(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    clinic_id, asked = clinic_of(request), request.GET.get("version", "")
    version = int(asked) if asked.isdecimal() and len(asked) < 9 else 0
    with clinic_scope(clinic_id):
        is_back = conversations.undo(clinic_id=clinic_id, thread_id=thread_id, version=version, by=shell.actor(request))
    if not is_back:
        messages.warning(request, _("Something has happened in this conversation since: nothing was undone."))
    return back(request, thread_id)


@needs(Permission.REPLY)
@require_POST
@unknown_is_404
def recall(request: HttpRequest, thread_id: UUID, message_id: UUID) -> HttpResponse:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        if queries.thread(clinic_id, thread_id) is None:
            raise Http404
        is_back = conversations.recall(clinic_id=clinic_id, message_id=message_id, by=shell.actor(request))
        if is_back:
            appointments.take_offer_back(clinic_id=clinic_id, offer_ids=queries.asked_by(clinic_id, message_id))
            drafts.take_back(request, thread_id, message_id)
    if is_back:
        messages.success(request, _("Taken back. Nobody has received it."))
    else:
        messages.warning(request, _("Too late: the text has left already."))
    return back(request, thread_id)


@needs(Permission.REPLY)
@require_POST
@unknown_is_404
def about(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """Whom the conversation is about, where several share the phone."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        conversations.choose_patient(
            clinic_id=clinic_id, thread_id=thread_id, patient_id=_patient(request), by=shell.actor(request)
        )
    return back(request, thread_id)


@needs(Permission.REPLY)
@require_POST
@unknown_is_404
def text_about(request: HttpRequest, thread_id: UUID, text_id: UUID) -> HttpResponse:
    """Whom one text is about, where several share the phone."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        conversations.say_whom_a_text_is_about(
            clinic_id=clinic_id,
            thread_id=thread_id,
            text_id=text_id,
            patient_id=_patient(request) if request.POST.get("patient") else None,
            by=shell.actor(request),
        )
    return back(request, thread_id)


@needs(Permission.REPLY, also=Permission.CHANGE_PATIENTS)
@require_POST
@unknown_is_404
def unlink(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """Takes a number that was said to be somebody else's out of a patient's record. The task for the right one stays."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        row = queries.thread(clinic_id, thread_id)
        wrong = queries.not_theirs(clinic_id, row.phone_bi) if row else []
        person = next((one for one in wrong if one.patient_id == _patient(request)), None)
        if person is None:
            raise NoSuchThread(str(thread_id))
        contacts.change_details(
            clinic_id=clinic_id,
            patient_id=person.patient_id,
            language=person.language,
            phone=None,
            by=shell.actor(request),
        )
    messages.success(request, _("The number is out of the record. A task asks for the right one."))
    return back(request, thread_id)


@needs(Permission.REPLY)
@require_POST
@unknown_is_404
def wrong_person(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        conversations.wrong_person(
            clinic_id=clinic_id, thread_id=thread_id, patient_id=_patient(request), by=shell.actor(request)
        )
    messages.success(
        request, _("Nothing about this patient goes to this phone any more. A task asks for the right number.")
    )
    return next_or_back(request, thread_id)


def _patient(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("patient", ""))
    except ValueError:
        raise NoSuchThread from None


@needs(Permission.SEE_MESSAGES)
@require_POST
def here(request: HttpRequest, thread_id: UUID) -> HttpResponse:
    """The browser says that this conversation is open before somebody, or being answered."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        if queries.thread(clinic_id, thread_id) is None:
            raise Http404
        conversations.note_here(
            clinic_id=clinic_id,
            thread_id=thread_id,
            user_id=views.shell_user(request),
            is_typing=request.POST.get("typing") == "yes",
            tab=request.POST.get("tab", "").replace("\0", ""),
        )
    return HttpResponse(status=204)
