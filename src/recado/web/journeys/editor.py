"""The page of a journey: its steps from top to bottom, and the one that is looked at beside them."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from recado.clinics import access
from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation.tenancy import clinic_scope
from recado.foundation.wiring import wired
from recado.journeys import queries as journeys
from recado.journeys.queries import Opened
from recado.journeys.types import AnchorRoom, Plan
from recado.web import shell
from recado.web.journeys import panel, phrases, texts, timeline, views, words
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of


@needs(Permission.SEE_MESSAGES, Permission.CHANGE_JOURNEYS)
@require_safe
@unknown_is_404
def show(request: HttpRequest, key: str) -> HttpResponse:
    """The draft, or else what is live; `?step=` shows a step, `?language=` its text in a language."""
    return page(request, key)


def page(request: HttpRequest, key: str, more: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    """Raises NoSuchJourney."""
    clinic_id = clinic_of(request)
    with clinic_scope(clinic_id):
        context = _context(request, clinic_id, key)
    context |= more or {}
    return shell.page(request, "recado/journeys/journey.html", context, at="journeys", status=status)


def _context(request: HttpRequest, clinic_id: UUID, key: str) -> dict[str, Any]:
    clinic = clinics.clinic_settings(clinic_id)
    opened = journeys.opened(clinic_id, key)
    plan, room = opened.shown, room_of(opened.shown)
    offered = room.answers(plan.event.key)
    samples = texts.samples_of(clinic_id, plan)
    came = [one for one in journeys.came_of(clinic_id) if one.plan == key]
    faults = journeys.faults_of(clinic_id, plan) if opened.draft is not None else []
    selected = request.GET.get("step", "")
    placed = plan.by_key.get(selected)
    language = request.GET.get("language") or (get_language() or "en").split("-")[0]
    shown = None
    if placed is not None:
        answers = timeline.offered(plan, placed.step, offered)
        shown = panel.panel_of(clinic, opened, placed.step, samples, came, answers, language)
    return {
        **frame(request, clinic_id, opened),
        "lines": timeline.lines(plan, samples, came, faults, offered, selected),
        "faults": timeline.of_journey(faults),
        "fault_count": len(faults),
        "starts": words.starts(plan.event.key),
        "who": [phrases.condition(one) for one in plan.who],
        "panel": shown,
    }


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
