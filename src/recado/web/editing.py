"""What the editors of information pages, forms, articles and surveys share: the page of one that is written a language at a
time, what its buttons do, which languages are incomplete, and the versions that were published."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from recado.clinics import queries as clinics
from recado.foundation.tenancy import clinic_scope
from recado.foundation.works import NotPublishable
from recado.surveys.queries import LANGUAGES
from recado.web import dates, shell
from recado.web.sign_in.at_work import clinic_of


class Spoken(Protocol):
    """A content in several languages, its own first."""

    @property
    def languages(self) -> tuple[str, ...]: ...


Content = TypeVar("Content", bound=Spoken)
Content_co = TypeVar("Content_co", bound=Spoken, covariant=True)
Part = TypeVar("Part")


class View(Protocol[Content_co]):
    """Something as it stands: `shown` is its draft, or what is live."""

    @property
    def shown(self) -> Content_co: ...


class Version(Protocol):
    """A version that was published."""

    @property
    def number(self) -> int: ...
    @property
    def published_at(self) -> datetime: ...
    @property
    def published_by(self) -> str: ...


Seen = TypeVar("Seen", bound=View[Any])
Old = TypeVar("Old", bound=Version)


@dataclass(frozen=True, slots=True)
class Editor(Generic[Seen, Content]):
    """One editor. No script is needed: each button of its form keeps what was typed.

    `find`, `save` and `publish` are the room's; `typed` reads the form into a content; `page` draws it, with a status; `name` is
    that of its address; `live` tells that version `number` is published.
    """

    find: Callable[[UUID, str], Seen]
    save: Callable[..., object]
    publish: Callable[..., int]
    typed: Callable[[HttpRequest, Content, str], Content]
    page: Callable[[HttpRequest, Seen, Content, str, int], HttpResponse]
    name: str
    live: Callable[[], str]

    def show(self, request: HttpRequest, key: str) -> HttpResponse:
        """GET draws what is written; POST keeps what was typed and does what its button says: `save`, `publish`, `drop_draft`, or
        what `typed` knows. Raises LookupError where the clinic has none of that key."""
        clinic_id, by = clinic_of(request), shell.actor(request)
        with clinic_scope(clinic_id):
            view = self.find(clinic_id, key)
        language = written_in(request, view.shown.languages)
        if request.method != "POST":
            return self.page(request, view, view.shown, language, 200)
        do = request.POST.get("do", "save")
        content = None if do == "drop_draft" else self.typed(request, view.shown, language)
        try:
            with clinic_scope(clinic_id):
                self.save(clinic_id=clinic_id, key=key, draft=content, by=by)
        except NotPublishable:  # nothing was ever published: its draft can't be given up
            raise Http404 from None
        if content is None:
            return self.back(key, language)
        if do == "publish":
            return self._publish(request, key, content, language)
        messages.success(request, _("The draft is kept."))
        return self.back(key, request.POST.get("then") or language)

    def _publish(self, request: HttpRequest, key: str, content: Content, language: str) -> HttpResponse:
        clinic_id = clinic_of(request)
        try:
            with clinic_scope(clinic_id):
                number = self.publish(clinic_id=clinic_id, key=key, by=shell.actor(request))
        except NotPublishable:
            with clinic_scope(clinic_id):
                view = self.find(clinic_id, key)
            return self.page(request, view, content, language, 422)
        messages.success(request, self.live() % {"number": number})
        return self.back(key, request.POST.get("then") or language)

    def back(self, key: str, language: str = "") -> HttpResponse:
        more = f"?language={language}" if language else ""
        return HttpResponseRedirect(reverse(self.name, args=[key]) + more, status=303)


def frame(
    request: HttpRequest, view: View[Any], content: Spoken, language: str, faulty: Collection[str], status: int
) -> dict[str, Any]:
    """What every editor's page shows. `faulty`: the languages in which something is missing."""
    return {
        "view": view,
        "content": content,
        "language": language,
        "tabs": tabs(content.languages, language, faulty),
        "others": [code for code in offered(request) if code not in content.languages and code != language],
        "is_refused": status != 200,
    }


def pace(request: HttpRequest, key: str, end: Callable[..., object], resume: Callable[..., object]) -> None:
    """`do=resume` puts it back, else it is taken out of use. Raises Http404 where nothing was ever published, and LookupError."""
    clinic_id = clinic_of(request)
    act = resume if request.POST.get("do") == "resume" else end
    try:
        with clinic_scope(clinic_id):
            act(clinic_id=clinic_id, key=key, by=shell.actor(request))
    except NotPublishable:
        raise Http404 from None


def offered(request: HttpRequest) -> tuple[str, ...]:
    """The languages that something may be written in: the product's and the clinic's."""
    return tuple(dict.fromkeys((*LANGUAGES, *clinics.clinic_settings(clinic_of(request)).languages)))


def written_in(request: HttpRequest, own: Sequence[str]) -> str:
    """The one that is written now: `own` are those that it is in, the first of them its own."""
    asked = request.POST.get("language") or request.GET.get("language", "")
    if asked in (*own, *offered(request)):
        return asked
    return own[0] if own else clinics.clinic_settings(clinic_of(request)).default_language


def tabs(own: Iterable[str], here: str, faulty: Collection[str]) -> list[tuple[str, bool, bool]]:
    """A tab for each language: its code, whether it is written now, and whether something is missing in it."""
    return [(code, code == here, code in faulty) for code in dict.fromkeys((*own, here))]


def asked_version(request: HttpRequest, versions: Iterable[Old]) -> Old | None:
    """The one that `?version=` asks for."""
    asked = request.GET.get("version", "")
    return next((one for one in versions if str(one.number) == asked), None)


def version_lines(request: HttpRequest, versions: Iterable[Version]) -> list[tuple[int, str, str]]:
    """Number, moment and author of each version."""
    clinic_id = clinic_of(request)
    zone = ZoneInfo(clinics.clinic_settings(clinic_id).time_zone)
    staff = {str(one.user_id): one.name for one in clinics.staff(clinic_id)}
    return [
        (one.number, dates.short_moment(one.published_at.astimezone(zone)), staff.get(one.published_by, ""))
        for one in versions
    ]


# ------------------------------------------------------------------------------------------------ what was typed


def line(typed: str, longest: int) -> str:
    """Words on one line."""
    return " ".join(typed.split())[:longest]


def names(typed: str, longest: int = 120) -> tuple[str, ...]:
    """Names with commas between them."""
    return tuple(one for part in typed.split(",") if (one := part.strip()[:longest]))


def free_key(taken: Collection[str]) -> str:
    """A key for one more question: q1, q2 and so on."""
    return next(key for number in range(1, 1_000) if (key := f"q{number}") not in taken)


def moved(parts: Sequence[Part], do: str) -> tuple[Part, ...]:
    """The parts after a button: `up:2`, `down:2`, `drop:2`; any other leaves them as they are."""
    verb, _colon, where = do.partition(":")
    made = list(parts)
    if not (where.isascii() and where.isdecimal() and len(where) < 3 and int(where) < len(made)):
        return tuple(made)
    at = int(where)
    match verb:
        case "up" if at:
            made[at - 1], made[at] = made[at], made[at - 1]
        case "down" if at + 1 < len(made):
            made[at + 1], made[at] = made[at], made[at + 1]
        case "drop":
            made.pop(at)
    return tuple(made)
