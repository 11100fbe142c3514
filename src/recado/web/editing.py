"""What the editors of information pages, forms and articles share: a language at a time, which of them are incomplete, and the
versions that were published."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from recado.clinics import queries as clinics
from recado.surveys.queries import LANGUAGES
from recado.web import dates
from recado.web.sign_in.at_work import clinic_of


class Version(Protocol):
    """A version that was published."""

    @property
    def number(self) -> int: ...
    @property
    def published_at(self) -> datetime: ...
    @property
    def published_by(self) -> str: ...


def offered(request: HttpRequest) -> tuple[str, ...]:
    """The languages that something may be written in: the product's and the clinic's."""
    return tuple(dict.fromkeys((*LANGUAGES, *clinics.clinic_settings(clinic_of(request)).languages)))


def language(request: HttpRequest, own: Sequence[str]) -> str:
    """The one that is written now: `own` are those that it is in, the first of them its own."""
    asked = request.POST.get("language") or request.GET.get("language", "")
    return asked if asked in (*own, *offered(request)) else own[0]


def tabs(own: Iterable[str], here: str, faulty: Collection[str]) -> list[tuple[str, bool, bool]]:
    """A tab for each language: its code, whether it is written now, and whether something is missing in it."""
    return [(code, code == here, code in faulty) for code in dict.fromkeys((*own, here))]


def others(request: HttpRequest, own: Collection[str], here: str) -> list[str]:
    """The languages that it could be written in as well."""
    return [code for code in offered(request) if code not in own and code != here]


def version_lines(request: HttpRequest, versions: Iterable[Version]) -> list[tuple[int, str, str]]:
    """Number, moment and author of each version."""
    clinic_id = clinic_of(request)
    zone = ZoneInfo(clinics.clinic_settings(clinic_id).time_zone)
    staff = {str(one.user_id): one.name for one in clinics.staff(clinic_id)}
    return [
        (one.number, dates.short_moment(one.published_at.astimezone(zone)), staff.get(one.published_by, ""))
        for one in versions
    ]
