"""The frame of the settings: their list, and which of it somebody may open."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy

from recado.clinics import access
from recado.clinics.roles import Permission
from recado.clinics.types import Refused
from recado.web import countries, shell


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of the settings."""

    code: str
    name: Any
    about: Any
    url: str
    icon: str
    permissions: tuple[Permission, ...]  # any of them opens it
    also: Permission | None = None  # without this one none does


SECTIONS: tuple[tuple[Any, tuple[Entry, ...]], ...] = (
    (
        gettext_lazy("Organisation"),
        (
            Entry(
                "clinic",
                gettext_lazy("Clinic"),
                gettext_lazy("Name, languages, hours, places"),
                "settings-clinic",
                "building-2",
                (Permission.CHANGE_SETTINGS,),
            ),
            Entry(
                "bookable",
                gettext_lazy("What can be booked"),
                gettext_lazy("Services, clinicians, rooms, days off"),
                "settings-bookable",
                "calendar-plus",
                (Permission.CHANGE_SETTINGS,),
            ),
            Entry(
                "people",
                gettext_lazy("People and roles"),
                gettext_lazy("Who works here, and what they may do"),
                "settings-people",
                "users",
                (Permission.MANAGE_PEOPLE,),
            ),
            Entry(
                "teams",
                gettext_lazy("Teams and routing"),
                gettext_lazy("Who answers what, and when nobody does"),
                "settings-teams",
                "waypoints",
                (Permission.MANAGE_TEAMS,),
            ),
            Entry(
                "audit",
                gettext_lazy("Audit log"),
                gettext_lazy("Who did what, when and why"),
                "settings-audit",
                "scroll-text",
                (Permission.SEE_AUDIT,),
            ),
        ),
    ),
    (
        gettext_lazy("Sending"),
        (
            Entry(
                "carriers",
                gettext_lazy("Carriers and routes"),
                gettext_lazy("Whether texts leave and arrive, and by whom"),
                "settings-carriers",
                "radio-tower",
                (Permission.MANAGE_CONNECTIONS, Permission.SEE_OPERATIONS),
            ),
            Entry(
                "operations",
                gettext_lazy("Operations"),
                gettext_lazy("What waits, is uncertain or does not leave"),
                "settings-operations",
                "activity",
                (Permission.SEE_OPERATIONS,),
            ),
        ),
    ),
    (
        gettext_lazy("Connections"),
        (
            Entry(
                "api-keys",
                gettext_lazy("API keys"),
                gettext_lazy("Which systems send and read"),
                "settings-api-keys",
                "key-round",
                (Permission.MANAGE_CONNECTIONS,),
            ),
            Entry(
                "webhooks",
                gettext_lazy("Webhooks"),
                gettext_lazy("Which systems are told, and of what"),
                "settings-webhooks",
                "send",
                (Permission.MANAGE_CONNECTIONS,),
            ),
            Entry(
                "assistant",
                gettext_lazy("Language model"),
                gettext_lazy("Drafts and summaries, if you connect one"),
                "settings-assistant",
                "text-quote",
                (Permission.MANAGE_CONNECTIONS,),
                also=Permission.SEE_MESSAGES,
            ),
        ),
    ),
)
EVERY = tuple(dict.fromkeys(one for _name, entries in SECTIONS for entry in entries for one in entry.permissions))


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as the list shows it."""

    name: Any
    about: Any
    url: str
    icon: str
    is_current: bool


def sections(request: HttpRequest, at: str = "") -> list[tuple[Any, list[Link]]]:
    """What the one who asks may open."""
    shown = ((name, list(_links(request, entries, at))) for name, entries in SECTIONS)
    return [(name, links) for name, links in shown if links]


def _links(request: HttpRequest, entries: tuple[Entry, ...], at: str) -> Iterator[Link]:
    for entry in entries:
        if any(access.may(request, one) for one in entry.permissions) and (
            entry.also is None or access.may(request, entry.also)
        ):
            yield Link(entry.name, entry.about, reverse(entry.url), entry.icon, entry.code == at)


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, at: str = "", status: int = 200
) -> HttpResponse:
    """A page of the settings beside their list. `at` is the entry's code."""
    frame = {"settings_sections": sections(request, at), "settings_at": at}
    return shell.page(request, template, {**frame, **(context or {})}, at="settings", status=status)


def said(refused: Refused) -> str:
    """What to mend, in the reader's language."""
    return countries.filled(refused.sentence, refused.values)
