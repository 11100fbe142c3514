"""What is done to the conversations that were selected in the list."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.conversations import actions as conversations
from recado.conversations.types import Snooze
from recado.foundation.tenancy import clinic_scope
from recado.web import shell
from recado.web.sign_in.at_work import clinic_of

from . import views

LONGEST = 3_000  # letters of what undoes it: 50 conversations


@needs(Permission.REPLY)
@require_POST
def several(request: HttpRequest) -> HttpResponse:
    """`do=done`, `until=...` snoozes, `to=...` assigns; `thread` names each, with the version that the list showed. 404 for what
    is none of it."""
    clinic_id, by, posted = clinic_of(request), shell.actor(request), request.POST
    chosen = dict(_versions(posted.getlist("thread")))
    if not chosen:
        messages.warning(request, _("Nothing was selected."))
        return _back(request)
    with clinic_scope(clinic_id):
        if posted.get("do") == "done":
            versions = conversations.done_several(clinic_id=clinic_id, seen=chosen, by=by)
        elif posted.get("until", "") in list(Snooze):
            until = Snooze(posted["until"])
            versions = conversations.snooze_several(clinic_id=clinic_id, seen=chosen, until=until, by=by)
        elif "to" in posted:
            to = _colleague(clinic_id, posted["to"])
            versions = conversations.assign_several(clinic_id=clinic_id, seen=chosen, to=to, by=by)
        else:
            raise Http404
    if versions:
        _say(request, versions)
    _say_left(request, len(chosen) - len(versions))
    return _back(request)


def _say(request: HttpRequest, versions: dict[UUID, int]) -> None:
    count = len(versions)
    posted = request.POST
    if posted.get("do") == "done":
        said = ngettext("%(count)d conversation is done.", "%(count)d conversations are done.", count)
    elif posted.get("until"):
        said = ngettext("%(count)d conversation is snoozed.", "%(count)d conversations are snoozed.", count)
    else:
        said = ngettext("%(count)d conversation is assigned.", "%(count)d conversations are assigned.", count)
    which = ",".join(f"{one.hex}.{version}" for one, version in versions.items())
    undo = f"{reverse('inbox-undo-several')}?folder={views.folder_of(request)}&which={which}"
    messages.success(request, said % {"count": count}, extra_tags=undo)


def _say_left(request: HttpRequest, count: int) -> None:
    if count:
        messages.warning(request, _("In some of them something has happened since: those were left as they are."))


def _id(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


def _colleague(clinic_id: UUID, asked: str) -> UUID | None:
    if not asked:
        return None
    found = next((one.user_id for one in clinics.staff(clinic_id) if str(one.user_id) == asked), None)
    if found is None:
        raise Http404
    return found


@needs(Permission.REPLY)
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Takes it back where nothing has happened since."""
    clinic_id = clinic_of(request)
    versions = dict(_versions(request.GET.get("which", "")[:LONGEST].split(",")))
    with clinic_scope(clinic_id):
        count = conversations.undo_several(clinic_id=clinic_id, versions=versions, by=shell.actor(request))
    _say_left(request, len(versions) - count)
    return _back(request)


def _versions(named: list[str]) -> list[tuple[UUID, int]]:
    pairs = (one.partition(".") for one in named)
    found = [(_id(name), int(number)) for name, _dot, number in pairs if number.isdecimal() and len(number) < 9]
    return [(name, number) for name, number in found if name]


def _back(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('inbox')}?folder={views.folder_of(request)}", status=303)
