"""The page of a journey: its steps from top to bottom, and the one that is looked at beside them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from recado.clinics import access
from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.clinics.types import ClinicSettings
from recado.contacts import queries as contacts
from recado.foundation import audit
from recado.foundation.clock import local
from recado.foundation.tenancy import clinic_scope
from recado.foundation.wiring import wired
from recado.journeys import queries as journeys
from recado.journeys.queries import Opened
from recado.journeys.types import AnchorRoom, Branch, Plan, PlanStep, Text, Variant
from recado.messaging import queries as messages
from recado.web import dates, shell
from recado.web.journeys import differing, forms, panel, phrases, texts, timeline, views, words
from recado.web.journeys import typed as left
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of
from recado.webhooks import queries as webhooks

NO_STEP = re.compile(r"^answer_|_by_(phone|link)$")  # texts that the product sends by itself
ORDER = list(phrases.TEMPLATES)


@needs(Permission.SEE_MESSAGES, Permission.CHANGE_JOURNEYS)
@require_safe
@unknown_is_404
def show(request: HttpRequest, key: str) -> HttpResponse:
    """The draft, or else what is live; `?step=` shows a step, `?language=` its text in a language."""
    return page(request, key)


def page(
    request: HttpRequest,
    key: str,
    more: dict[str, Any] | None = None,
    status: int = 200,
    *,
    selected: str = "",
    typed: Sequence[PlanStep] = (),
    posted: Mapping[str, str] | None = None,
) -> HttpResponse:
    """`typed`: the step as somebody wrote it, where it could be read and not saved; `posted`: what stood in the form of the
    step, or of the journey where none is selected. Raises NoSuchJourney."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        context = _context(request, clinic_id, key, selected or request.GET.get("step", ""), typed)
    if posted is not None:
        context |= _as_left(context, posted)
    context |= more or {}
    return shell.page(request, "recado/journeys/journey.html", context, at="journeys", status=status)


def _context(
    request: HttpRequest, clinic_id: UUID, key: str, selected: str, typed: Sequence[PlanStep]
) -> dict[str, Any]:
    clinic = clinics.clinic_settings(clinic_id)
    opened = journeys.opened(clinic_id, key)
    plan, room = opened.shown, room_of(opened.shown)
    offered = room.answers(plan.event.key)
    samples = texts.samples_of(clinic_id, plan)
    came = [one for one in journeys.came_of(clinic_id) if one.plan == key]
    faults = journeys.faults_of(clinic_id, plan) if opened.draft is not None else []
    placed = plan.by_key.get(selected)
    language = request.GET.get("language") or (get_language() or "en").split("-")[0]
    shown, form = None, {}
    offer = offer_of(clinic_id, plan) if views.may_change(request) else None
    if placed is not None and offer is not None:
        form = forms.form_of(plan, typed[0] if typed else placed.step, offer)
    if placed is not None:
        answers = timeline.offered(plan, placed.step, offered)
        picked = request.GET.get("answer", "")
        shown = panel.panel_of(clinic, opened, placed.step, samples, came, answers, language, picked)
    return {
        **frame(request, clinic_id, opened),
        "lines": timeline.lines(plan, samples, came, faults, offered, selected, webhooks.names(clinic_id)),
        "faults": timeline.of_journey(faults),
        "fault_count": len(faults),
        "starts": words.starts(plan.event.key),
        "who": [phrases.condition(one) for one in plan.who],
        "newer": _newer(clinic_id, opened),
        "panel": shown,
        "real": _real(request, clinic, plan, placed.step) if placed else None,
        "form": form,
        **(_adding(plan, offer) if offer else {}),
    }


def _newer(clinic_id: UUID, opened: Opened) -> list[str]:
    """What the ready journey has got since this one was made of it, a sentence each. Call it inside `clinic_scope`."""
    newer = journeys.newer_of(clinic_id, opened.key)
    return [] if newer is None else differing.changes(opened.shown, newer)


def _real(request: HttpRequest, clinic: ClinicSettings, plan: Plan, step: PlanStep) -> dict[str, Any] | None:
    """The text as the next real person would get it, for whoever may read what patients get. Call it inside `clinic_scope`."""
    if not isinstance(step.does, Text) or not request.role.may(Permission.SEE_MESSAGES):  # type: ignore[attr-defined]
        return None
    found = journeys.next_real(clinic.id, plan.event.key, step.does.template)
    if found is None:
        return None
    name = contacts.reach(clinic.id, [found.patient_id])[found.patient_id].first_name
    audit.record(clinic_id=clinic.id, by=shell.actor(request), action="journey.foresee", patient_id=found.patient_id)
    when = dates.short_moment(local(found.start, clinic.time_zone))
    return {"name": name, "when": when, "text": found.text, "language": found.language}


def _as_left(context: Mapping[str, Any], posted: Mapping[str, str]) -> dict[str, Any]:
    """What was chosen and typed stands in its form again."""
    if context["form"]:
        return {"form": left.step(context["form"], posted)}
    return {
        "name_typed": posted.get("name", ""),
        "who_rows": left.conditions(context["who_rows"], posted),
        "spans": left.spans(context["spans"], posted),
    }


def _adding(plan: Plan, offer: forms.Offer) -> dict[str, Any]:
    """What a new step may be, and where it may stand; and whom the journey is for."""
    behind = [
        (placed.step.key, f"{phrases.does(placed.step)}, {phrases.when(placed.step.when)}") for placed in plan.placed
    ]
    within = [
        (f"{placed.step.key}:{arm.name}", f"{phrases.does(placed.step)}: {arm.name}")
        for placed in plan.placed
        if isinstance(placed.step.does, Branch | Variant)
        for arm in placed.step.does.arms
    ]
    return {
        "kinds": list(offer.kinds.items()),
        "behind": behind,
        "within": within,
        "who_rows": forms.condition_rows("who", plan.who, offer),
        "spans": forms.span_rows(plan),
    }


def offer_of(clinic_id: UUID, plan: Plan) -> forms.Offer:
    """What the forms of this journey may choose among."""
    room, event = room_of(plan), plan.event.key
    with clinic_scope(clinic_id):
        there, own = set(room.templates(clinic_id)), set(messages.own_texts(clinic_id))
        called = webhooks.names(clinic_id)
    about = there & journeys.texts_about(event)
    own = {key for key in (own & there) - journeys.texts_about_others(event) if not NO_STEP.search(key)}
    keys = sorted(
        about | own, key=lambda key: (key in own - about, ORDER.index(key) if key in ORDER else len(ORDER), key)
    )
    answers = [*room.answers(event), *dict(plan.event.named_answers)]
    return forms.Offer(plan.event, keys, answers, endpoints=called)


def frame(request: HttpRequest, clinic_id: UUID, opened: Opened) -> dict[str, Any]:
    """What every page of a journey says of it. Call it inside `clinic_scope`."""
    names = {str(one.user_id): one.name for one in clinics.people(clinic_id)}
    zone = clinics.clinic_settings(clinic_id).time_zone
    people = journeys.people_under_way(clinic_id)
    next_number = max((one.plan.version for one in journeys.versions_of(clinic_id, opened.key)), default=0) + 1
    return {
        "opened": opened,
        "title": words.title(opened.key, opened.name),
        "state": words.STATES[opened.state],
        "since": views.since(opened.state, names.get(opened.changed_by, ""), opened.changed_at, zone),
        "may_change": views.may_change(request),
        "may_compare": access.may(request, Permission.SEE_MESSAGES),
        "under_way": people.get((opened.key, None), 0),
        "on_older": sum(n for (key, version), n in people.items() if key == opened.key and version is not None),
        "next_number": next_number,
    }


def room_of(plan: Plan) -> AnchorRoom:
    room: AnchorRoom = wired("ANCHORS", plan.event.key)
    return room
