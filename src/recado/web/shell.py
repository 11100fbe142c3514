"""The frame around every staff screen: where one is, who one is, and what one may reach from here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from babel.lists import format_list
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from recado.clinics import queries as clinics
from recado.clinics.roles import Permission, Role
from recado.conversations import queries as conversations
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.tenancy import clinic_scope
from recado.foundation.wiring import wired
from recado.messaging import queries as messaging
from recado.messaging.types import Lane
from recado.web import emergencies, languages, role_words
from recado.web.sign_in import idle
from recado.web.sign_in.at_work import clinic_of


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the sidebar. Whoever lacks the permission doesn't see it."""

    code: str
    name: Any  # lazy: in the reader's language when it is shown
    url: str  # name of the address
    icon: str
    permission: Permission
    key: str = ""  # G, then this key, goes there
    unless: Permission | None = None  # whoever has this one reaches it from another place


PLACES = (
    Place("today", _("Today"), "home", "sun", Permission.SEE_APPOINTMENTS, "t"),
    Place("inbox", _("Inbox"), "inbox", "inbox", Permission.SEE_MESSAGES, "i"),
    Place("appointments", _("Appointments"), "appointments", "calendar-days", Permission.SEE_APPOINTMENTS, ""),
    Place("patients", _("Patients"), "patients", "users", Permission.SEE_PATIENTS, "p"),
    Place("journeys", _("Journeys"), "journeys", "route", Permission.SEE_MESSAGES, "j"),
    Place("templates", _("Templates"), "templates", "text-quote", Permission.SEE_MESSAGES),
    Place("answers", _("Answers"), "answers", "book-open-text", Permission.SEE_MESSAGES),
    Place("documents", _("Documents"), "documents", "file-lock", Permission.SEE_DOCUMENTS, "d"),
    Place("surveys", _("Surveys"), "surveys", "star", Permission.SEE_COMMENTS),
    Place("import", _("Import"), "import", "upload", Permission.IMPORT, unless=Permission.SEE_APPOINTMENTS),
)
"""The sidebar, top to bottom; settings and the own name stand at its foot."""


LANES = {
    Lane.EMERGENCY: _("emergency"),
    Lane.VERIFY: _("codes"),
    Lane.CONVERSATION: _("conversations"),
    Lane.CARE: _("care"),
    Lane.BULK: _("texts to many"),
}


@dataclass(frozen=True, slots=True)
class Link:
    """A place as the template shows it."""

    code: str
    name: Any
    url: str
    icon: str
    key: str
    is_current: bool
    count: int = 0


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    at: str = "",
    status: int = 200,
) -> HttpResponse:
    """Renders a staff page inside the frame. `at` is the code of the place it belongs to."""
    language = translation.get_language() or languages.FALLBACK
    user: Any = request.user
    is_demo = wired("STANDING", "is_demo")()
    frame = {
        "lang": language,
        "dir": languages.direction(language),
        "clinic": clinics.clinic_settings(clinic_of(request)),
        "me": user,
        "role": request.role,  # type: ignore[attr-defined]
        "role_name": role_words.title(request.role.code),  # type: ignore[attr-defined]
        "workplaces": _workplaces(request),
        "places": links(request.role, at, lambda: conversations.to_do_count(clinic_of(request))),  # type: ignore[attr-defined]
        "settings_url": _settings_url(request),
        "may_write": request.role.may(Permission.REPLY),  # type: ignore[attr-defined]
        "may_search": request.role.may(Permission.SEE_PATIENTS),  # type: ignore[attr-defined]
        "is_in_settings": at == "settings",
        **(_held(request) if at in ("today", "inbox") else {}),
        "is_demo": is_demo,
        "is_connected": is_demo and wired("STANDING", "is_connected")(),
        "theme": user.theme,
        "keys": user.keys,
        "idle_after": idle.limit(clinic_of(request)),
        "emergencies": _emergencies(request),
    }
    return render(request, template, {**frame, **(context or {})}, status=status)


def actor(request: HttpRequest) -> Actor:
    """Who acts, for `by=`."""
    return Actor(ActorKind.STAFF, str(request.user.pk))


def is_part(request: HttpRequest) -> bool:
    """Whether htmx asks, and will take a part of the page out of the answer."""
    return request.headers.get("HX-Request") == "true"


def _emergencies(request: HttpRequest) -> list[emergencies.Bar]:
    """For everybody who may answer."""
    may_take = request.role.may(Permission.REPLY)  # type: ignore[attr-defined]
    return emergencies.bars(clinic_of(request), request.user.pk) if may_take else []  # type: ignore[arg-type]


def _held(request: HttpRequest) -> dict[str, Any]:
    """Which texts wait because somebody holds them: everybody of the clinic who writes or waits for answers is told."""
    with clinic_scope(clinic_of(request)):
        held = messaging.held_of(clinic_of(request))
    lanes = [str(LANES[one.lane]) for one in held if one.lane is not None]
    carriers = [one.name for one in held if one.lane is None]
    return {
        "shows_held": True,
        "held_lanes": _listed(lanes),
        "held_carriers": _listed(carriers),
        "may_see_operations": request.role.may(Permission.SEE_OPERATIONS),  # type: ignore[attr-defined]
    }


def _listed(names: list[str]) -> str:
    return format_list(names, locale=(translation.get_language() or "en").replace("-", "_")) if names else ""


def links(role: Role, at: str, waiting: Callable[[], int]) -> list[Link]:
    """The sidebar for a role; `waiting`: how many wait in the inbox, asked only where that is shown."""
    return [
        Link(
            place.code,
            place.name,
            reverse(place.url),
            place.icon,
            place.key,
            place.code == at,
            waiting() if place.code == "inbox" else 0,
        )
        for place in PLACES
        if _is_shown(place, role)
    ]


def first_url(request: HttpRequest) -> str:
    """Where this role's day begins: the first place that it may open, or its first page of the settings."""
    role = request.role  # type: ignore[attr-defined]
    places = (reverse(place.url) for place in PLACES if _is_shown(place, role))
    return next(places, "") or _settings_url(request)


def _is_shown(place: Place, role: Role) -> bool:
    return role.may(place.permission) and not (place.unless and role.may(place.unless))


def _settings_url(request: HttpRequest) -> str:
    """The first page of the settings that this role may open; empty: none."""
    role = request.role  # type: ignore[attr-defined]
    return next((reverse(name) for permission, name in SETTINGS if role.may(permission)), "")


SETTINGS: tuple[tuple[Permission, str], ...] = (
    (Permission.CHANGE_SETTINGS, "settings-clinic"),
    (Permission.MANAGE_PEOPLE, "settings-people"),
    (Permission.MANAGE_TEAMS, "settings-teams"),
    (Permission.MANAGE_CONNECTIONS, "settings-carriers"),
    (Permission.SEE_AUDIT, "settings-audit"),
    (Permission.SEE_OPERATIONS, "settings-carriers"),
)
"""Where "Settings" leads: the first that somebody may open."""


def _workplaces(request: HttpRequest) -> list[dict[str, Any]]:
    here = clinic_of(request)
    places = request.workplaces  # type: ignore[attr-defined]
    return [
        {
            "id": place.clinic_id,
            "name": clinics.clinic_settings(place.clinic_id).name,
            "is_here": place.clinic_id == here,
        }
        for place in places
    ]
