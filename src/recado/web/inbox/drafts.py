"""Texts that were begun, as the browser saves them (`js/staff/drafts.js`) and as the forms get them back."""

import re
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.conversations import actions, queries
from recado.foundation.tenancy import clinic_scope
from recado.web.sign_in.at_work import clinic_of

LONGEST = 10_000  # letters, as much as is looked at when a text is sent
LONGEST_REF = 40
NAME = re.compile(r"inbox:(new:|note:)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def reply_name(thread_id: UUID) -> str:
    """The name of the draft under a conversation."""
    return f"inbox:{thread_id}"


def note_name(thread_id: UUID) -> str:
    """The name of the draft of a private note."""
    return f"inbox:note:{thread_id}"


def first_name(patient_id: UUID) -> str:
    """The name of the draft of a text that writes to a patient first."""
    return f"inbox:new:{patient_id}"


@needs(Permission.REPLY)
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keeps what is being typed. 400 for what is no form of ours or too long.

    No line in the audit: nothing of a patient is read or changed, and only its writer ever sees it.
    """
    name, text = request.POST.get("name", ""), request.POST.get("text", "")
    if not NAME.fullmatch(name) or len(text) > LONGEST:
        return HttpResponse(status=400)
    keep(request, name, text, request.POST.get("ref", "")[:LONGEST_REF])
    return HttpResponse(status=204)


def _me(request: HttpRequest) -> UUID:
    found = request.user.pk
    assert isinstance(found, UUID)
    return found


def keep(request: HttpRequest, name: str, text: str, ref: str = "") -> None:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        actions.keep_draft(clinic_id=clinic_id, user_id=_me(request), name=name, text=text, ref=ref)


def drop(request: HttpRequest, name: str) -> None:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        actions.drop_draft(clinic_id=clinic_id, user_id=_me(request), name=name)


def text(request: HttpRequest, name: str) -> str:
    """What the one who asks has begun to write there. Call it inside `clinic_scope`."""
    return queries.draft(clinic_of(request), _me(request), name)


def take_back(request: HttpRequest, thread_id: UUID, message_id: UUID) -> None:
    """A text that was taken back goes on being written, before what was begun since. Call it inside `clinic_scope`."""
    clinic_id, name = clinic_of(request), reply_name(thread_id)
    row = queries.thread(clinic_id, thread_id)
    parts = [queries.recalled_text(clinic_id, row, str(message_id)) if row else "", text(request, name)]
    keep(request, name, "\n\n".join(part for part in parts if part))
