"""What is done to whole journeys: taken, paused, let go on, ended, started again."""

import re
from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation.tenancy import clinic_scope
from recado.journeys import actions, queries
from recado.journeys.types import NotPublishable
from recado.web import shell
from recado.web.journeys import words
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
@unknown_is_404
def use(request: HttpRequest, key: str) -> HttpResponse:
    """Takes a ready journey as a draft; one that the clinic has already is copied beside it."""
    ready = words.READY[key]
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id), transaction.atomic():
        taken = {row.key for row in queries.journeys_of(clinic_id)}
        own, name = key, ready.title
        if key in taken:
            own = free_key(key, taken)
            name = _("%(title)s, copy") % {"title": _(ready.title)}
        actions.begin(clinic_id=clinic_id, key=own, name=name, plan=ready.plan, by=shell.actor(request))
    messages.success(request, _("It is a draft now. Nothing is sent until you publish it."))
    return _to(own)


def free_key(wish: str, taken: set[str]) -> str:
    """A key that the clinic has not used yet: stored with what was done, so never that of another journey."""
    stem = re.sub(r"_\d+\Z", "", wish)[:32]
    return next(key for key in (stem, *(f"{stem}_{number}" for number in range(2, 10_000))) if key not in taken)


def _to(key: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("journey", args=[key]), status=303)


def _back(request: HttpRequest, key: str) -> HttpResponse:
    """To the list, or to the journey's own page where that is where one comes from."""
    there = reverse("journey", args=[key]) if request.POST.get("from") == "page" else reverse("journeys")
    return HttpResponseRedirect(there, status=303)


def own_row(request: HttpRequest, key: str) -> None:
    """A journey that the clinic has left as it came gets a row of its own, before anything is done to it. Raises
    NoSuchJourney."""
    clinic_id = clinic_of(request)
    opened = queries.opened(clinic_id, key)
    if not opened.name:
        name = words.READY[key].title
        actions.begin(clinic_id=clinic_id, key=key, name=name, plan=opened.shown, by=shell.actor(request))


def _do(request: HttpRequest, key: str, deed: Callable[..., int | None]) -> int | None:
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id), transaction.atomic():
        own_row(request, key)
        return deed(clinic_id=clinic_id, key=key, by=shell.actor(request))


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
@unknown_is_404
def pause(request: HttpRequest, key: str) -> HttpResponse:
    held = _do(request, key, actions.pause) or 0
    told = ngettext("Paused. %(count)d step waits.", "Paused. %(count)d steps wait.", held) % {"count": held}
    messages.success(request, told, extra_tags=reverse("journey-resume", args=[key]))
    return _back(request, key)


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
@unknown_is_404
def resume(request: HttpRequest, key: str) -> HttpResponse:
    _do(request, key, actions.resume)
    messages.success(request, _("It goes on. What is too late by now is left out, and its story says so."))
    return _back(request, key)


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
def pause_all(request: HttpRequest) -> HttpResponse:
    """The next step of everybody in every journey waits."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        count, held, before = actions.pause_all(clinic_id=clinic_id, by=shell.actor(request))
    told = ngettext("%(count)d journey is paused.", "%(count)d journeys are paused.", count) % {"count": count}
    waits = ngettext("%(count)d step waits.", "%(count)d steps wait.", held) % {"count": held}
    # Taken back, it would let go on what somebody paused before.
    undo = "" if before else reverse("journeys-resume-all")
    messages.success(request, f"{told} {waits}", extra_tags=undo)
    return HttpResponseRedirect(reverse("journeys"), status=303)


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
def resume_all(request: HttpRequest) -> HttpResponse:
    """Every paused journey goes on, whoever paused it."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        count = actions.resume_all(clinic_id=clinic_id, by=shell.actor(request))
    told = ngettext("%(count)d journey goes on.", "%(count)d journeys go on.", count) % {"count": count}
    messages.success(request, f"{told} {_('What is too late by now is left out, and its story says so.')}")
    return HttpResponseRedirect(reverse("journeys"), status=303)


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
@unknown_is_404
def end(request: HttpRequest, key: str) -> HttpResponse:
    _do(request, key, actions.end)
    told = _("Ended: nobody new is put on it. Who is under way goes on to the end.")
    messages.success(request, told, extra_tags=reverse("journey-start", args=[key]))
    return _back(request, key)


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
@unknown_is_404
def start(request: HttpRequest, key: str) -> HttpResponse:
    """A journey that had ended, for what begins from now on."""
    try:
        _do(request, key, actions.start)
    except NotPublishable:
        raise Http404("It has never been published.") from None
    messages.success(request, _("It is live again, for what begins from now on."))
    return _back(request, key)
