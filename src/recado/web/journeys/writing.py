"""The draft of a journey, written: steps changed, added, moved and removed; its name and whom it is for."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.clinics.types import Refused
from recado.foundation.clock import local
from recado.foundation.tenancy import clinic_scope
from recado.journeys import actions
from recado.journeys import queries as journeys
from recado.journeys.types import DraftChanged, Plan, PlanStep
from recado.web import dates, shell
from recado.web.administration.frame import said
from recado.web.journeys import acts, editor, forms, publishing, words
from recado.web.paging import whole
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of

Change = Callable[[Plan], Plan]


def save(request: HttpRequest, key: str, change: Change, *, name: str = "", typing: str = "") -> int:
    """Changes the draft (or begins one with what is live), and returns its new `edit`. Raises NoSuchJourney, UnknownStep,
    Refused, DraftChanged."""
    clinic_id, by = clinic_of(request), shell.actor(request)
    seen = whole(request.POST.get("edit"), -1)
    with clinic_scope(clinic_id), transaction.atomic():
        acts.own_row(request, key)
        opened = journeys.opened(clinic_id, key)
        plan = change(opened.shown)
        return actions.save_draft(clinic_id=clinic_id, key=key, draft=plan, by=by, name=name, edit=seen, typing=typing)


def _to(key: str, step: str = "") -> HttpResponse:
    there = reverse("journey", args=[key])
    return HttpResponseRedirect(f"{there}?step={step}#step-{step}" if step else there, status=303)


def _changed(request: HttpRequest, changed: DraftChanged) -> str:
    """Who has changed it meanwhile, and when."""
    names = {str(one.user_id): one.name for one in clinics.people(clinic_of(request))}
    at = dates.clock(local(changed.at, clinic_zone(clinic_of(request))))
    told = {"name": names.get(changed.by) or _("Somebody"), "at": at}
    return _("%(name)s changed this journey at %(at)s, after you opened it.") % told


def clinic_zone(clinic_id: UUID) -> str:
    return clinics.clinic_settings(clinic_id).time_zone


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
@unknown_is_404
def step(request: HttpRequest, key: str, step_key: str) -> HttpResponse:
    """Saves the form of a step. What somebody else did meanwhile stays, and nothing that was typed is lost: both are shown,
    and saving once more puts this step as typed into what there is now. A script that saves by itself is answered in JSON."""
    is_by_itself = request.headers.get("X-Autosave") == "true"
    typed: list[PlanStep] = []

    def change(plan: Plan) -> Plan:
        typed.append(forms.read_step(request.POST, plan.step(step_key), editor.offer_of(clinic_of(request), plan)))
        return journeys.change_step(plan, typed[0])

    try:
        edit = save(request, key, change, typing=step_key)
    except (Refused, DraftChanged) as error:
        is_conflict = isinstance(error, DraftChanged)
        told = _changed(request, error) if isinstance(error, DraftChanged) else said(error)
        if is_by_itself:
            return JsonResponse({"told": told}, status=409 if is_conflict else 422)
        more: dict[str, Any] = {"conflict" if is_conflict else "refused": told}
        return editor.page(
            request, key, more, status=409 if is_conflict else 422, selected=step_key, typed=typed, posted=request.POST
        )
    if is_by_itself:
        return JsonResponse({"edit": edit, "told": _("Saved in the draft.")})
    messages.success(request, _("Saved in the draft."))
    return _to(key, step_key)


def _do(request: HttpRequest, key: str, change: Change) -> bool:
    """A change that is one press of a button. Where somebody else was faster, it is looked at again first: False."""
    try:
        save(request, key, change)
    except DraftChanged as changed:
        messages.warning(request, f"{_changed(request, changed)} {_('Look at it again, then repeat what you did.')}")
        return False
    return True


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
@unknown_is_404
def add(request: HttpRequest, key: str) -> HttpResponse:
    """A step of a kind: behind another, as the last of an arm, or as the last of all."""
    kind, where = request.POST.get("kind", ""), request.POST.get("where", "")
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        journeys.opened(clinic_id, key)
        used = {one for version in journeys.versions_of(clinic_id, key) for one in version.plan.by_key}
        offer = editor.offer_of(clinic_id, journeys.opened(clinic_id, key).shown)
        if kind not in offer.kinds:
            return _to(key)
    made = ""

    def change(plan: Plan) -> Plan:
        nonlocal made
        made = journeys.free_key(kind, used | set(plan.by_key))
        is_first = not plan.steps
        moment = forms.new_moment(kind, plan.event, is_first=is_first)
        new, (step, _colon, arm) = PlanStep(made, moment, forms.new_deed(kind, offer)), where.partition(":")
        return journeys.add_step(plan, new, after="" if arm else step, arm=(step, arm) if arm else None)

    return _to(key, made) if _do(request, key, change) else _to(key)


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
@unknown_is_404
def move(request: HttpRequest, key: str, step_key: str) -> HttpResponse:
    """`to`: up or down, one place; `before`: to the place of another step."""
    before, by = request.POST.get("before", ""), -1 if request.POST.get("to") == "up" else 1

    def change(plan: Plan) -> Plan:
        return journeys.place_step(plan, step_key, before) if before else journeys.move_step(plan, step_key, by)

    _do(request, key, change)
    return _to(key, step_key)


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
@unknown_is_404
def remove(request: HttpRequest, key: str, step_key: str) -> HttpResponse:
    if _do(request, key, lambda plan: journeys.remove_step(plan, step_key)):
        told = _("The step is taken out of the draft. What is live keeps it until you publish.")
        with clinic_scope(clinic_of(request)):
            messages.success(request, told, extra_tags=publishing.undo_address(clinic_of(request), key))
    return _to(key)


@needs(Permission.CHANGE_JOURNEYS)
@require_POST
@unknown_is_404
def about(request: HttpRequest, key: str) -> HttpResponse:
    """The journey's name, whom it is for, and how long its steps wait."""
    name = request.POST.get("name", "").strip()[:80]
    with clinic_scope(clinic_of(request)):
        opened = journeys.opened(clinic_of(request), key)
    if name == words.title(key, opened.name):
        name = ""  # as it was, in the language of whoever reads it

    def change(plan: Plan) -> Plan:
        offer = editor.offer_of(clinic_of(request), plan)
        who = forms.read_conditions(request.POST, "who", plan.who, offer)
        return forms.read_spans(request.POST, replace(plan, who=who))

    try:
        save(request, key, change, name=name)
    except (Refused, DraftChanged) as error:
        is_conflict = isinstance(error, DraftChanged)
        told = _changed(request, error) if isinstance(error, DraftChanged) else said(error)
        more = {"about_refused": told, "about_conflict": is_conflict}
        return editor.page(request, key, more, status=409 if is_conflict else 422, posted=request.POST)
    messages.success(request, _("Saved in the draft."))
    return _to(key)
