"""Every version of a journey: when it went live, by whom, who is still on it, and what it changed."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.foundation.clock import local
from recado.foundation.tenancy import clinic_scope
from recado.journeys import queries as journeys
from recado.web import shell
from recado.web.journeys import differing, editor
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    at: datetime | None
    by: str
    under_way: int
    changes: list[str]
    is_live: bool


@needs(Permission.SEE_MESSAGES, Permission.CHANGE_JOURNEYS)
@require_safe
@unknown_is_404
def show(request: HttpRequest, key: str) -> HttpResponse:
    """The newest first; a draft stands before them, with what it would change."""
    clinic_id = clinic_of(request)
    clinic = clinics.clinic_settings(clinic_id)
    names = {str(one.user_id): one.name for one in clinics.people(clinic_id)}
    with clinic_scope(clinic_id):
        opened = journeys.opened(clinic_id, key)
        found = journeys.versions_of(clinic_id, key)
        people = journeys.people_under_way(clinic_id)
        frame = editor.frame(request, clinic_id, opened)
    live = opened.live.version if opened.live else None
    older = [one.plan for one in found[1:]] + [None]
    lines = [
        Line(
            one.plan.version,
            local(one.at, clinic.time_zone) if one.at else None,
            names.get(one.by, ""),
            people.get((key, one.plan.version), 0),
            differing.changes(before, one.plan),
            one.plan.version == live,
        )
        for one, before in zip(found, older, strict=False)
    ]
    draft = differing.changes(opened.live, opened.draft) if opened.draft else []
    context = {**frame, "lines": lines, "draft_changes": draft}
    return shell.page(request, "recado/journeys/versions.html", context, at="journeys")
