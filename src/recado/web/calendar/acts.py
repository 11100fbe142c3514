"""What the buttons of visits and of the call list do. Each is a POST that leads back with 303 and says how to undo it."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from recado.appointments import actions as appointments
from recado.appointments import queries
from recado.appointments.types import CancelReason, ChangeKind, Outcome, SlotTaken
from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation import audit, business_time
from recado.foundation.tenancy import clinic_scope
from recado.tasks import actions as tasks
from recado.tasks.types import CallResult, TaskKind
from recado.web import shell
from recado.web.calendar import facts
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of
from recado.web.visit_words import REASONS

LONGEST_NUMBER = 18  # digits of a calendar's number


def back_of(request: HttpRequest) -> str:
    """The page somebody came from: a path of ours, or else the day."""
    asked = request.POST.get("back") or request.GET.get("back") or ""
    is_ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if is_ours else reverse("appointments")


def _back(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(back_of(request), status=303)


def _undo(name: str, key: UUID, request: HttpRequest) -> str:
    return f"{reverse(name, args=[key])}?{urlencode({'back': back_of(request)})}"


def _say(request: HttpRequest, outcome: Outcome, said: str, undo: str) -> None:
    if outcome is Outcome.TOO_LATE:
        messages.warning(request, _("The visit has begun, or somebody has changed it: nothing was changed."))
    else:
        messages.success(request, said, extra_tags=undo)


@needs(Permission.CHANGE_APPOINTMENTS)
@require_POST
@unknown_is_404
def confirm(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        outcome = appointments.confirm(clinic_id=clinic_id, visit_id=visit_id, by=shell.actor(request))
    _say(request, outcome, _("The visit is confirmed."), _undo("visit-back", visit_id, request))
    return _back(request)


@needs(Permission.CHANGE_APPOINTMENTS)
@require_POST
@unknown_is_404
def room(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The visit is in another room."""
    clinic_id, asked = clinic_of(request), request.POST.get("room", "")
    if not asked.isdecimal() or len(asked) > LONGEST_NUMBER:
        raise Http404
    try:
        outcome = appointments.change_room(
            clinic_id=clinic_id, visit_id=visit_id, room_id=int(asked), by=shell.actor(request)
        )
    except SlotTaken:
        messages.warning(request, _("Somebody has this room then. The visit keeps its own."))
        return _back(request)
    _say(request, outcome, _("The room is changed. Texts that name it are written anew."), "")
    return _back(request)


SAY = {
    ChangeKind.ARRIVED: (appointments.note_arrived, gettext_lazy("Noted: the patient is here.")),
    ChangeKind.FINISHED: (appointments.note_finished, gettext_lazy("Noted: the patient was seen.")),
    ChangeKind.MISSED: (appointments.note_missed, gettext_lazy("Noted: the patient did not come.")),
}


@needs(Permission.CHANGE_APPOINTMENTS)
@require_POST
@unknown_is_404
def presence(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The patient is here, was seen, or did not come."""
    clinic_id, asked = clinic_of(request), request.POST.get("said", "")
    act, said = SAY.get(ChangeKind(asked), (None, "")) if asked in list(ChangeKind) else (None, "")
    if act is None:
        raise Http404
    with clinic_scope(clinic_id):
        outcome = act(clinic_id=clinic_id, visit_id=visit_id, by=shell.actor(request))
    _say(request, outcome, str(said), _undo("visit-back", visit_id, request))
    return _back(request)


@needs(Permission.CHANGE_APPOINTMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
@unknown_is_404
def cancel(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Asks for the reason; a POST cancels."""
    clinic_id = clinic_of(request)
    reason, tell = request.POST.get("reason", ""), request.POST.get("tell", "")
    if request.method == "POST" and reason in list(CancelReason) and tell in ("text", "told"):
        with clinic_scope(clinic_id):
            outcome = appointments.cancel(
                clinic_id=clinic_id,
                visit_id=visit_id,
                reason=CancelReason(reason),
                tell=tell == "text",
                by=shell.actor(request),
            )
        goes = tell == "text" and outcome is not Outcome.UNTOLD
        said = _("The visit is cancelled. A text tells the patient.") if goes else _("The visit is cancelled.")
        _say(request, outcome, said, _undo("visit-back", visit_id, request))
        return _back(request)
    return _ask_reason(request, visit_id, reason, tell)


def _ask_reason(request: HttpRequest, visit_id: UUID, reason: str, tell: str) -> HttpResponse:
    clinic_id, now = clinic_of(request), business_time.now()
    zone = clinics.clinic_settings(clinic_id).time_zone
    with clinic_scope(clinic_id):
        visits = queries.these(clinic_id, [visit_id])
        if not visits:
            raise LookupError(str(visit_id))
        (seen,) = facts.see(clinic_id, facts.stands(clinic_id, visits, now, zone))
        audit.record(
            clinic_id=clinic_id,
            by=shell.actor(request),
            action="appointment.view",
            patient_id=seen.visit.patient_id,
            subject=f"appointment:{visit_id}",
        )
    is_wrong = request.method == "POST"
    context = {
        "seen": seen,
        "reasons": [(one.value, words) for one, words in REASONS.items()],
        "reason": reason,
        "tell": tell or ("text" if seen.person.phone else "told"),
        "here": back_of(request),
        "is_wrong": is_wrong,
    }
    status = 422 if is_wrong else 200
    return shell.page(request, "recado/calendar/cancel.html", context, at="appointments", status=status)


@needs(Permission.CHANGE_APPOINTMENTS)
@require_POST
@unknown_is_404
def take_back(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        outcome = appointments.take_back(clinic_id=clinic_id, visit_id=visit_id, by=shell.actor(request))
    _say_back(request, outcome)
    return _back(request)


def _say_back(request: HttpRequest, outcome: Outcome) -> None:
    if outcome is Outcome.TOLD_ALREADY:
        messages.warning(
            request, _("The visit stands again. The patient had been told that it is off: the call list asks to phone.")
        )
    else:
        _say(request, outcome, _("Taken back."), "")


SAID = {
    CallResult.CONFIRMED: gettext_lazy("The visit is confirmed."),
    CallResult.CANCELLED: gettext_lazy("The visit is cancelled."),
    CallResult.ANOTHER_TIME: gettext_lazy("Noted: another time. A task asks for it."),
    CallResult.NO_ANSWER: gettext_lazy("Noted: no reply."),
    CallResult.WRONG_NUMBER: gettext_lazy("Nothing goes to this number any more. A task asks for the right one."),
}


@needs(Permission.CHANGE_APPOINTMENTS)
@require_POST
@unknown_is_404
def call(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The result of a phone call."""
    clinic_id, asked = clinic_of(request), request.POST.get("result", "")
    if asked not in list(CallResult):
        raise Http404
    result = CallResult(asked)
    with clinic_scope(clinic_id):
        outcome, call_id = appointments.note_call(
            clinic_id=clinic_id, visit_id=visit_id, result=result, by=shell.actor(request)
        )
    has_undo = call_id is not None and result is not CallResult.WRONG_NUMBER
    _say(request, outcome, str(SAID[result]), _undo("call-back", call_id, request) if has_undo and call_id else "")
    return _back(request)


@needs(Permission.CHANGE_APPOINTMENTS)
@require_POST
@unknown_is_404
def undo_call(request: HttpRequest, call_id: UUID) -> HttpResponse:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        outcome = appointments.undo_call(clinic_id=clinic_id, call_id=call_id, by=shell.actor(request))
    _say_back(request, outcome)
    return _back(request)


@needs(Permission.CHANGE_APPOINTMENTS)
@require_POST
@unknown_is_404
def told(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Somebody has told the patient by phone what no text could tell in time."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        if not queries.these(clinic_id, [visit_id]):
            raise Http404
        tasks.finish_about(clinic_id=clinic_id, kinds=(TaskKind.CALL,), subject_id=visit_id, by=shell.actor(request))
    messages.success(request, _("Done."))
    return _back(request)


@needs(Permission.SEE_APPOINTMENTS)
@require_POST
def print_page(request: HttpRequest) -> HttpResponse:
    """A page is printed: that leaves the house, so it is written down. The page then opens the browser's own dialog."""
    back = back_of(request)
    clinic_id = clinic_of(request)
    what = {"list": "calls" if back.startswith(reverse("call-list")) else "day"}
    with clinic_scope(clinic_id):
        audit.record(clinic_id=clinic_id, by=shell.actor(request), action="appointment.print", detail=what)
    return HttpResponseRedirect(f"{back}{'&' if '?' in back else '?'}print=yes", status=303)
