"""What the editors of information pages, forms, articles and surveys share: the page of one that is written a language at a
time, what its buttons do, which languages are incomplete, and the versions that were published."""

import hashlib
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
from recado.foundation.works import NotPublishable, Overtaken
from recado.surveys.queries import LANGUAGES
from recado.web import dates, shell
from recado.web.sign_in.at_work import clinic_of


class Spoken(Protocol):
    """A content in several languages, its own first."""

    @property
    def languages(self) -> tuple[str, ...]: ...


Content = TypeVar("Content", bound=Spoken)
Content_co = TypeVar("Content_co", bound=Spoken, covariant=True)


class Keyed(Protocol):
    """A part of a content, such as a question."""

    @property
    def key(self) -> str: ...


Part = TypeVar("Part", bound=Keyed)


class View(Protocol[Content_co]):
    """Something as it stands: `shown` is its draft, or what is live."""

    @property
    def key(self) -> str: ...
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

    `find`, `save` and `publish` are the room's; `typed` reads the form into a content; `page` draws it, with a status (422: not
    published; 409: somebody else has saved since the form was shown); `name` is that of its address; `live` tells that version
    `number` is published; `arrange` does what a button of the room's own says with the parts.
    """

    find: Callable[[UUID, str], Seen]
    save: Callable[..., object]
    publish: Callable[..., int]
    typed: Callable[[HttpRequest, Content, str], Content]
    page: Callable[[HttpRequest, Seen, Content, str, int], HttpResponse]
    name: str
    live: Callable[[], str]
    arrange: Callable[[UUID, Content, str, str], Content] = lambda _clinic_id, content, _do, _language: content

    def show(self, request: HttpRequest, key: str) -> HttpResponse:
        """GET draws what is written; POST keeps what was typed and does what its button says: `save`, `publish`, `drop_draft`, or
        what `arrange` knows. Raises LookupError where the clinic has none of that key."""
        if request.method == "POST":
            return self._post(request, key)
        with clinic_scope(clinic_of(request)):
            view = self.find(clinic_of(request), key)
        return self.page(request, view, view.shown, written_in(request, view.shown.languages), 200)

    def _post(self, request: HttpRequest, key: str) -> HttpResponse:
        """In one transaction: what is published is what was typed here, whoever else saves at that moment."""
        clinic_id, do = clinic_of(request), request.POST.get("do", "save")
        status, number = 303, 0
        with clinic_scope(clinic_id):
            view = self.find(clinic_id, key)
            language = written_in(request, view.shown.languages)
            content: Content = self.typed(request, view.shown, language)
            try:
                self._keep(request, view, content, language)
                if do == "publish":
                    number = self.publish(clinic_id=clinic_id, key=key, by=shell.actor(request))
            except Overtaken:
                view, status = self.find(clinic_id, key), 409
                content = self.typed(request, view.shown, language)
            except NotPublishable:
                if do == "drop_draft":  # nothing was ever published: its draft can't be given up
                    raise Http404 from None
                view, status = self.find(clinic_id, key), 422
        if status != 303:
            return self.page(request, view, content, language, status)
        if do == "drop_draft":
            return self.back(key, language)
        messages.success(request, self.live() % {"number": number} if number else _("The draft is kept."))
        return self.back(key, request.POST.get("then") or language)

    def _keep(self, request: HttpRequest, view: Seen, content: Content, language: str) -> None:
        """Raises Overtaken where the form shows something else than what there is now, and NotPublishable. The same words sent
        twice, by a double click or through a slow line, overtake nobody."""
        clinic_id, do = clinic_of(request), request.POST.get("do", "save")
        if request.POST.get("seen", stamp(view.shown)) != stamp(view.shown):
            if do == "save" and content == view.shown:
                return
            raise Overtaken
        draft = None if do == "drop_draft" else self.arrange(clinic_id, content, do, language)
        self.save(clinic_id=clinic_id, key=view.key, draft=draft, by=shell.actor(request), seen=view.shown)

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
        "is_refused": status == 422,
        "is_overtaken": status == 409,
        "seen": stamp(view.shown),
    }


def stamp(content: Spoken) -> str:
    """Tells one content from another: a form says by it what it was drawn from."""
    return hashlib.sha256(repr(content).encode()).hexdigest()[:16]


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
    """The parts after a button that names one by its key: `up:q2`, `down:q2`, `drop:q2`; any other leaves them as they are."""
    verb, _colon, key = do.partition(":")
    made = list(parts)
    at = next((at for at, part in enumerate(made) if part.key == key), None)
    if at is None:
        return tuple(made)
    match verb:
        case "up" if at:
            made[at - 1], made[at] = made[at], made[at - 1]
        case "down" if at + 1 < len(made):
            made[at + 1], made[at] = made[at], made[at + 1]
        case "drop":
            made.pop(at)
    return tuple(made)
