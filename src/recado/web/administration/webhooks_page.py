"""Other systems that are told of what journeys do: their addresses, what each may know, whether calls arrive."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.clinics.types import Refused
from recado.foundation import business_time
from recado.foundation.tenancy import clinic_scope
from recado.web import dates, numbers, shell
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of
from recado.webhooks import actions, queries
from recado.webhooks.types import TROUBLES, AttemptView, CallState, CallView, EndpointView, MadeEndpoint, Tells, Trouble

from . import frame

TELLS: dict[Tells, tuple[Any, Any]] = {
    Tells.TIME: (gettext_lazy("When it is"), gettext_lazy("The time of the visit or event, and its end.")),
    Tells.ANSWERS: (gettext_lazy("What was answered"), gettext_lazy("Confirmed, cancelled, another time wanted.")),
    Tells.DETAILS: (
        gettext_lazy("What the event is about"),
        gettext_lazy(
            "What conditions of journeys can ask. It can tell of health: agree on it with the other side first."
        ),
    ),
    Tells.RECORD_NUMBER: (
        gettext_lazy("The patient's record number"),
        gettext_lazy("The number in your own records. Without it the other side gets our id only."),
    ),
}
KINDS: dict[str, Any] = {
    "journey.step": gettext_lazy("Step of a journey"),
    "recado.test": gettext_lazy("Test call"),
}
STATES: dict[CallState, tuple[str, str, Any]] = {
    CallState.WAITING: ("warn", "hourglass", gettext_lazy("Waits")),
    CallState.DELIVERED: ("ok", "check", gettext_lazy("Arrived")),
    CallState.GIVEN_UP: ("bad", "circle-alert", gettext_lazy("Given up")),
}

TRIED = ("bad", "circle-alert", gettext_lazy("Did not arrive"))  # a test call, which is tried once


@needs(Permission.MANAGE_CONNECTIONS)
@require_safe
def webhooks(request: HttpRequest) -> HttpResponse:
    clinic_id = clinic_of(request)
    zone = ZoneInfo(clinics.clinic_settings(clinic_id).time_zone)
    with clinic_scope(clinic_id):
        found = queries.all_of(clinic_id)
    context = {
        "working": [_line(one, zone) for one in found if one.ended_at is None],
        "ended": [_line(one, zone) for one in found if one.ended_at is not None],
    }
    return frame.page(request, "recado/administration/webhooks.html", context, at="webhooks")


def _line(one: EndpointView, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "url": one.url,
        "chip": chip(one),
        "tells": [TELLS[tells][0] for tells in Tells if tells in one.tells],
        "waiting": numbers.counted(one.waiting),
        "given_up": one.given_up,
        "given_up_shown": numbers.counted(one.given_up),
        "last_ok": _moment(one.last_ok_at, zone),
        "ended": _moment(one.ended_at, zone),
    }


def chip(one: EndpointView) -> tuple[str, str, str]:
    if one.ended_at is not None:
        return "line", "ban", _("Turned off")
    if one.failures:
        return "bad", "circle-alert", _("Does not answer")
    if one.last_ok_at is None:
        return "line", "hourglass", _("Not called yet")
    return "ok", "check", _("Works")


def _moment(at: datetime | None, zone: ZoneInfo) -> str:
    return dates.short_moment(at.astimezone(zone)) if at is not None else ""


# ------------------------------------------------------------------------------------------------ a new one


@needs(Permission.MANAGE_CONNECTIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new endpoint; its secret is on the page that answers, and nowhere else."""
    form = _form(request) if request.method == "POST" else {"name": "", "url": "", "tells": [Tells.TIME]}
    if request.method != "POST":
        return _new(request, form)
    clinic_id = clinic_of(request)
    try:
        with clinic_scope(clinic_id):
            made = actions.add(clinic_id=clinic_id, **form, by=shell.actor(request))
    except Refused as refused:
        return _new(request, form, refused)
    # Not led on by a redirect: the secret would have to stand somewhere meanwhile.
    return _page(request, made.view.id, made=made)


def _form(request: HttpRequest) -> dict[str, Any]:
    chosen = request.POST.getlist("tells")
    return {
        "name": request.POST.get("name", "").strip()[:200],
        "url": request.POST.get("url", "").strip()[:1000],
        "tells": [one for one in Tells if one in chosen],
    }


def _new(request: HttpRequest, form: dict[str, Any], refused: Refused | None = None) -> HttpResponse:
    context = _fields(form, refused)
    status = 422 if refused else 200
    return frame.page(request, "recado/administration/webhook_new.html", context, at="webhooks", status=status)


def _fields(form: dict[str, Any], refused: Refused | None = None) -> dict[str, Any]:
    return {
        "form": form,
        "errors": {refused.field: frame.said(refused)} if refused else {},
        "tells": [(one, name, about, one in form["tells"]) for one, (name, about) in TELLS.items()],
    }


# ------------------------------------------------------------------------------------------------ one of them


@needs(Permission.MANAGE_CONNECTIONS)
@require_http_methods(["GET", "HEAD", "POST"])
@unknown_is_404
def webhook(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """One endpoint: its address, what it may know, its calls. A POST changes it."""
    if request.method != "POST":
        return _page(request, endpoint_id)
    form, clinic_id = _form(request), clinic_of(request)
    try:
        with clinic_scope(clinic_id):
            actions.change(clinic_id=clinic_id, endpoint_id=endpoint_id, **form, by=shell.actor(request))
    except Refused as refused:
        return _page(request, endpoint_id, form=form, refused=refused)
    messages.success(request, _("Saved. It holds for what happens from now on."))
    return _to(endpoint_id)


def _page(
    request: HttpRequest,
    endpoint_id: UUID,
    *,
    made: MadeEndpoint | None = None,
    form: dict[str, Any] | None = None,
    refused: Refused | None = None,
) -> HttpResponse:
    """Raises LookupError."""
    clinic_id = clinic_of(request)
    zone = ZoneInfo(clinics.clinic_settings(clinic_id).time_zone)
    with clinic_scope(clinic_id):
        found = queries.endpoint(clinic_id, endpoint_id)
        if found is None:
            raise LookupError(str(endpoint_id))
        log = queries.log_of(clinic_id, endpoint_id)
    now = business_time.now()
    context = {
        **_fields(form or {"name": found.name, "url": found.url, "tells": found.tells}, refused),
        "one": _line(found, zone),
        "is_on": found.ended_at is None,
        "made": made,
        "rests": _moment(found.rests_until, zone) if found.waiting and (found.rests_until or now) > now else "",
        "both_until": _moment(found.old_secret_until, zone),
        "calls": [_call(call, zone) for call in log],
        "most": queries.MOST_CALLS,
    }
    status = 422 if refused else 200
    return frame.page(request, "recado/administration/webhook.html", context, at="webhooks", status=status)


def _call(call: CallView, zone: ZoneInfo) -> dict[str, Any]:
    last = call.attempts[-1] if call.attempts else None
    return {
        "id": call.id,
        "kind": KINDS.get(call.kind, call.kind),
        "made": _moment(call.made_at, zone),
        "chip": TRIED if call.is_test and call.state is CallState.GIVEN_UP else STATES[call.state],
        "answer": answer(last) if last else "",
        "why": _(TROUBLES[last.trouble]) if last and last.trouble in TROUBLES else "",
        "tries": ngettext("%(count)d try", "%(count)d tries", len(call.attempts)) % {"count": len(call.attempts)},
        "next": _moment(call.due, zone) if call.state is CallState.WAITING and call.attempts else "",
        "all": [
            (_moment(one.at, zone), answer(one), f"{one.took / timedelta(seconds=1):.1f} s") for one in call.attempts
        ],
    }


def answer(one: AttemptView) -> str:
    """The status, or that there was none."""
    return str(one.status) if one.status is not None else _("no answer")


@needs(Permission.MANAGE_CONNECTIONS)
@require_POST
@unknown_is_404
def test(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    with clinic_scope(clinic_of(request)):
        actions.test(clinic_id=clinic_of(request), endpoint_id=endpoint_id, by=shell.actor(request))
    messages.success(request, _("A test call is on its way. What came of it is in the list below in a moment."))
    return _to(endpoint_id)


@needs(Permission.MANAGE_CONNECTIONS)
@require_POST
@unknown_is_404
def new_secret(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Shown once; for a day both secrets sign."""
    with clinic_scope(clinic_of(request)):
        made = actions.new_secret(clinic_id=clinic_of(request), endpoint_id=endpoint_id, by=shell.actor(request))
    return _page(request, endpoint_id, made=made)


@needs(Permission.MANAGE_CONNECTIONS)
@require_POST
@unknown_is_404
def again(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    with clinic_scope(clinic_of(request)):
        count = actions.again(clinic_id=clinic_of(request), endpoint_id=endpoint_id, by=shell.actor(request))
    told = ngettext("%(count)d call is made again.", "%(count)d calls are made again.", count)
    messages.success(request, told % {"count": count})
    return _to(endpoint_id)


@needs(Permission.MANAGE_CONNECTIONS)
@require_POST
@unknown_is_404
def end(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    with clinic_scope(clinic_of(request)):
        actions.end(clinic_id=clinic_of(request), endpoint_id=endpoint_id, by=shell.actor(request))
    messages.success(request, _("It is turned off. Steps of journeys that call it are skipped, and say so."))
    return _to(endpoint_id)


def _to(endpoint_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("settings-webhook", args=[endpoint_id]), status=303)


def needing_a_look(found: list[Trouble], zone: ZoneInfo) -> list[dict[str, Any]]:
    """What the page of operations says of endpoints that fail."""
    return [
        {
            "name": one.name,
            "url": reverse("settings-webhook", args=[one.id]),
            "waiting": numbers.counted(one.waiting) if one.waiting else "",
            "given_up": numbers.counted(one.given_up) if one.given_up else "",
            "since": _moment(one.oldest, zone),
            "is_failing": one.is_failing,
        }
        for one in found
    ]
