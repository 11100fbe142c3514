"""Sending a text again, because a person says so, after a page that says what it means."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from recado.clinics import access
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation import business_time
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.messaging.types import VALIDITY_OF, State, TextStory
from recado.web import shell
from recado.web.sign_in.at_work import clinic_of

from . import words
from .outdated import outdated

WHY_NOT: dict[str, Any] = {
    "not_open": gettext_lazy("It need not go again: it waits, is on its way or has arrived."),
    "never_again": gettext_lazy("Such a text is of no use a second time. The person asks for a new one."),
}


def may_go_again(found: TextStory) -> bool:
    """Whether the story offers it."""
    return found.message.state in texts.MAY_GO_AGAIN and found.message.purpose not in texts.NEVER_AGAIN


@needs(Permission.REPLY)
@require_http_methods(["GET", "HEAD", "POST"])
def again(request: HttpRequest, message_id: UUID) -> HttpResponse:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        found = texts.text_story(clinic_id, message_id)
        if found is None:
            raise Http404("There is no such message in this clinic.")
        if request.method == "POST":
            return _send(request, clinic_id, message_id)
        later = texts.relatives(clinic_id, message_id)[1]
        became = outdated(clinic_id, [message_id]).get(message_id)
    message = found.message
    is_late = (message.due or message.at) + VALIDITY_OF[message.purpose] < business_time.now()
    context = {
        "id": message_id,
        "text": message.text if access.may(request, Permission.SEE_MESSAGES) else "",
        "is_uncertain": message.state is State.UNCERTAIN,
        "became": became,
        "is_late": is_late,
        "may": may_go_again(found) and later is None,
        "later": later,
    }
    return shell.page(request, "recado/stories/again.html", context, at="inbox")


def _send(request: HttpRequest, clinic_id: UUID, message_id: UUID) -> HttpResponse:
    made = messaging.send_again(
        clinic_id=clinic_id, message_ids=[message_id], by=shell.actor(request), is_late_too=True
    )
    new = made.sent.get(message_id) or made.known.get(message_id)
    if new is None:
        rule = made.refused[message_id]
        said = WHY_NOT[rule] if rule in WHY_NOT else words.said(words.RULES, rule)
        messages.warning(request, _("It is not sent again. %(why)s") % {"why": said})
    elif message_id in made.sent:
        messages.success(request, _("It is sent again."))
    else:
        messages.success(request, _("It had been sent again already."))
    return HttpResponseRedirect(reverse("message-story", args=[new or message_id]), status=303)
