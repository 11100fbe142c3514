"""What can be done about a text that leaves later or not at all: the page where its reason is mended, or that it goes anyway."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST

from recado.clinics import access
from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation.clock import local
from recado.foundation.tenancy import clinic_scope
from recado.journeys.queries import Coming
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.web import dates, shell
from recado.web.calendar.acts import back_of
from recado.web.sign_in.at_work import clinic_of

# By rule: the words, the page, its part, and what one needs to mend it. `patient`: a page about the person of the text.
OF_PERSON: dict[str, tuple[Any, str, str, Permission]] = {
    "no_phone": (_l("Add a number"), "patient-edit", "", Permission.CHANGE_PATIENTS),
    "wrong_number": (_l("Put the number right"), "patient-edit", "", Permission.CHANGE_PATIENTS),
    "withdrawn": (_l("What they said"), "patient-consent", "", Permission.SEE_PATIENTS),
    "stopped": (_l("What they said"), "patient-consent", "", Permission.SEE_PATIENTS),
    "no_permission": (_l("Note a permission"), "patient-consent", "permit", Permission.CHANGE_PATIENTS),
    "no_wished_hour": (_l("What they said"), "patient-consent", "", Permission.SEE_PATIENTS),
    "carer_scope": (_l("Who is told"), "patient", "", Permission.SEE_PATIENTS),
    "carer_ended": (_l("Who is told"), "patient", "", Permission.SEE_PATIENTS),
    "expired": (_l("To the patient"), "patient", "", Permission.SEE_PATIENTS),
    "no_allowed_moment": (_l("Call list"), "call-list", "", Permission.SEE_APPOINTMENTS),
}
OF_CLINIC: dict[str, tuple[Any, str, str, Permission]] = {
    "word": (_l("Say whether"), "home", "", Permission.SEE_APPOINTMENTS),
    "no_lawful_hour": (_l("Change the hours"), "settings-clinic", "", Permission.CHANGE_SETTINGS),
    "held_here": (_l("Carriers"), "settings-carriers", "", Permission.MANAGE_CONNECTIONS),
    "no_carrier": (_l("Carriers"), "settings-carriers", "", Permission.MANAGE_CONNECTIONS),
    "no_route": (_l("Routes"), "settings-carriers", "routes", Permission.MANAGE_CONNECTIONS),
    "sender_cannot_receive": (_l("Change the sender"), "settings-carriers", "", Permission.MANAGE_CONNECTIONS),
    "sender_not_allowed": (_l("Change the sender"), "settings-carriers", "", Permission.MANAGE_CONNECTIONS),
    "sender_unregistered": (_l("Change the sender"), "settings-carriers", "", Permission.MANAGE_CONNECTIONS),
}
OF_TEXT = {"too_private", "stop_text_missing"}
WITHOUT_PERSON = {"call-list"}


@dataclass(frozen=True, slots=True)
class Fix:
    """A link to where it is mended."""

    words: str
    url: str


def of_line(request: HttpRequest, one: Coming) -> Fix | None:
    """Where the reason of this text is mended, for whoever may; None: there is nothing to mend."""
    if one.outcome in ("send", "joined"):
        return None
    if one.rule in OF_TEXT and one.template and access.may(request, Permission.CHANGE_JOURNEYS):
        return Fix(_("Change the text"), reverse("template", args=[one.template]))
    if one.rule == "paused" and one.plan and access.may(request, Permission.CHANGE_JOURNEYS):
        return Fix(_("To the journey"), reverse("journey", args=[one.plan]))
    if one.rule in OF_PERSON and one.patient_id is not None:
        return _link(request, *OF_PERSON[one.rule], one)
    return of_reason(request, one.rule)


def of_reason(request: HttpRequest, rule: str) -> Fix | None:
    """The same of a reason that is no person's."""
    return _link(request, *OF_CLINIC[rule], None) if rule in OF_CLINIC else None


def _link(request: HttpRequest, words: Any, page: str, part: str, needed: Permission, one: Coming | None) -> Fix | None:
    if not access.may(request, needed):
        return None
    about = [] if one is None or page in WITHOUT_PERSON else [one.patient_id]
    return Fix(str(words), reverse(page, args=about) + (f"#{part}" if part else ""))


def may_go_anyway(request: HttpRequest, one: Coming) -> bool:
    """Whether this person may let the text go now: it is written, and only too many texts of a day or an hour hold it."""
    is_held = one.outcome == "later" and one.rule in texts.OVERRULED and one.message_id is not None
    return is_held and access.may(request, Permission.CHANGE_JOURNEYS)


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
def go_anyway(request: HttpRequest) -> HttpResponse:
    """Lets one text go that only the measure of texts a day or an hour holds back; everything else is asked once more."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        due = _go(clinic_id, request)
    if due is None:
        messages.warning(request, _("It has left meanwhile, or something else holds it: nothing was changed."))
    else:
        when = dates.short_moment(local(due, clinics.clinic_settings(clinic_id).time_zone))
        messages.success(request, _("It leaves %(when)s.") % {"when": when})
    return HttpResponseRedirect(back_of(request), status=303)


def _go(clinic_id: UUID, request: HttpRequest) -> datetime | None:
    try:
        name = UUID(request.POST.get("message", ""))
    except ValueError:
        return None
    return messaging.send_anyway(clinic_id=clinic_id, message_id=name, by=shell.actor(request))
