"""Open tabs of the inbox ask for what changed, once at each piece of news. Most of what they are told is alike for a whole clinic,
so it is read and made once a change and handed to all who ask: 500 tabs cost little more than one.

Answers here only: the folders, the rows and the sidebar, to somebody whose sign-in was looked at a moment ago (`seats`), while
notices are heard (`live.board`), and where the conversation beside the list did not change (its mark). In any other case
`answer` gives None, and the page's own view answers the request with all of it.
"""

import asyncio
import hashlib
import logging
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from django.conf import settings
from django.db import close_old_connections
from django.http.cookie import parse_cookie
from django.template.loader import render_to_string
from django.utils import translation

from recado.clinics.roles import Permission
from recado.conversations import queries as conversations
from recado.conversations.types import Here
from recado.foundation.faults import describe
from recado.foundation.tenancy import clinic_scope
from recado.web import live, shell
from recado.web.security import HEADERS
from recado.web.sign_in import seats

from . import folders, talk

log = logging.getLogger("recado.live")

PREFIX = "/inbox/"
SHARED = frozenset({"places", "inbox-folders", "inbox-list"})
BESIDE = frozenset({"talk-state", "talk-items", "talk-done", "talk-suggestion", "inbox-patient"})
OTHER_NEWS = frozenset({"all", "visits", "patients"})  # what a mark says nothing of
FRESH = 10.0  # seconds: words such as "3 min" grow old without news
MOST = 400  # folders, languages and clinics that are kept
LOOKED_AT = 60.0  # seconds without a question, then a conversation's mark is read no more

_pool = ThreadPoolExecutor(2, "recado-refresh")


@dataclass(frozen=True, slots=True)
class Held:
    """Something that was read, and what had been told when reading began."""

    moment: tuple[int, int]
    at: float
    value: Any


class Readings:
    """Keeps what was read until something is told. Who asks while it is read waits for that, or for the next reading where
    something was told in between: so never more than one reads, and nobody gets less than they were told of."""

    def __init__(self) -> None:
        self._held: dict[Hashable, Held] = {}
        self._locks: dict[Hashable, asyncio.Lock] = {}

    async def get(
        self, key: Hashable, clinic_id: UUID, read: Callable[[], Any], holds: Callable[[Any], bool] = lambda _: True
    ) -> Any:
        """The value of `read`, which runs on a thread. Raises Deaf where no notices are heard."""
        wanted = _moment(clinic_id)
        lock = self._locks.setdefault(key, asyncio.Lock())
        if (held := self._fresh(key, wanted)) is None or not holds(held.value):
            async with lock:
                if (held := self._fresh(key, wanted)) is None or not holds(held.value):
                    held = Held(_moment(clinic_id), monotonic(), await asyncio.wrap_future(_pool.submit(_apart, read)))
                    if len(self._held) > MOST:
                        self._held.clear()
                        self._locks.clear()
                    self._held[key] = held
        return held.value

    def last(self, key: Hashable) -> Any:
        """What was read before, however old; None: nothing."""
        held = self._held.get(key)
        return held.value if held else None

    def _fresh(self, key: Hashable, wanted: tuple[int, int]) -> Held | None:
        held = self._held.get(key)
        return held if held and held.moment >= wanted and monotonic() - held.at < FRESH else None


class Deaf(Exception):
    """No notices are heard at present."""


readings = Readings()
_handed_out: dict[str, frozenset[bytes]] = {}  # by a part's tag: what its pieces are called
_looked_at: dict[UUID, dict[UUID, float]] = defaultdict(dict)  # clinic, then conversation: when its mark was asked for


def _moment(clinic_id: UUID) -> tuple[int, int]:
    found = live.board.moment(clinic_id)
    if found is None:
        raise Deaf
    return found


def _apart(read: Callable[[], Any]) -> Any:
    close_old_connections()
    try:
        return read()
    finally:
        close_old_connections()


# ------------------------------------------------------------------------------------------------ the question


@dataclass(frozen=True, slots=True)
class Asked:
    """What a tab asks: which parts, what it has of each, and of the conversation that it shows."""

    seat: seats.Seat
    address: folders.Address
    thread_id: UUID | None
    has: dict[str, str]
    mark: str

    @property
    def beside(self) -> bool:
        """Whether it shows parts of a conversation."""
        return not BESIDE.isdisjoint(self.has)


def asked_of(scope: Mapping[str, Any]) -> Asked | None:
    """The question in a request; None: it is another one, or from somebody not known here."""
    headers = dict(scope["headers"])
    if scope["method"] != "GET" or headers.get(b"x-live") != b"true" or b"x-live-have" not in headers:
        return None
    has = dict(one.partition("=")[::2] for one in _said_in(headers, b"x-live-have").split())
    seat = seats.of(_session(_said_in(headers, b"cookie")))
    place = scope["path"].removeprefix(PREFIX).removesuffix("/patient")
    try:
        thread_id = UUID(place) if place else None
    except ValueError:
        return None
    if seat is None or not seat.role.may(Permission.SEE_MESSAGES) or not has.keys() <= SHARED | BESIDE:
        return None
    query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
    mark = _said_in(headers, b"x-live-mark")
    asked = Asked(seat, folders.Address.of(query, seat.user_id), thread_id, has, mark)
    if asked.beside:
        topics = _said_in(headers, b"x-live-topics") or "all"
        if thread_id is None or not mark or not OTHER_NEWS.isdisjoint(topics.split()):
            return None
    return asked


def _said_in(headers: Mapping[bytes, bytes], name: bytes) -> str:
    return headers.get(name, b"").decode("latin-1")


def _session(cookies: str) -> str:
    """The session's key, read as Django reads it."""
    return parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME, "")


# ------------------------------------------------------------------------------------------------ the answer


async def answer(scope: Mapping[str, Any]) -> tuple[list[tuple[bytes, bytes]], bytes] | None:
    """Head and body for a tab that asks what changed: the parts that did, and none that it has. None: let the page answer."""
    asked = asked_of(scope)
    if asked is None:
        return None
    try:
        if asked.beside and await _mark(asked) != asked.mark:
            return None
        clinic_id = asked.seat.clinic_id
        shared = await readings.get((clinic_id, asked.address), clinic_id, lambda: _read(asked))
        parts = made(shared, asked)
    except Deaf:
        return None
    except Exception as error:  # the page's view may still do; what failed is told without what it was about
        log.error("live: %s", describe(error))
        return None
    return _said(parts, asked.has)


def _read(asked: Asked) -> folders.Shared:
    """Reads the folder, and makes there and then what the loop that answers would stand still for."""
    last = readings.last((asked.seat.clinic_id, asked.address))
    shared = folders.read(asked.seat.clinic_id, asked.address, last)
    with translation.override(asked.seat.language):
        may_reply = asked.seat.role.may(Permission.REPLY)
        folders.listed(shared, folders.NOBODY, may_reply=may_reply, opened=None)
    return shared


async def _mark(asked: Asked) -> str:
    """The mark of the conversation that is shown, read for all that are shown at the clinic at once."""
    clinic_id, thread_id = asked.seat.clinic_id, asked.thread_id
    assert thread_id is not None
    watched = _looked_at[clinic_id]
    watched[thread_id] = monotonic()

    def read() -> dict[UUID, tuple[str, list[Here]]]:
        since = monotonic() - LOOKED_AT
        names = [name for name, at in list(watched.items()) if at > since or watched.pop(name, None) is None]
        with clinic_scope(clinic_id):
            found, here = conversations.marks_of(clinic_id, names), conversations.here(clinic_id, but=folders.NOBODY)
        return {name: (found.get(name, ""), here.get(name, [])) for name in names}

    marks = await readings.get(("marks", clinic_id), clinic_id, read, lambda value: thread_id in value)
    return talk.mark(*marks[thread_id])


def made(shared: folders.Shared, asked: Asked) -> dict[str, list[folders.Piece]]:
    """The parts as HTML, in pieces, as the page's own view makes them. Asks nothing of the database."""
    seat, language = asked.seat, asked.seat.language
    may_reply = seat.role.may(Permission.REPLY)
    with translation.override(language):
        found: dict[str, list[folders.Piece]] = {}
        if "places" in asked.has:
            found["places"] = _kept(shared, ("places", language, seat.role.code), lambda: [_places(shared, seat)])
        if "inbox-folders" in asked.has:
            mine = shared.mine.get(seat.user_id, 0)
            found["inbox-folders"] = _kept(shared, ("folders", language, mine), lambda: [_folders(shared, seat)])
        if "inbox-list" in asked.has:
            rows = folders.listed(shared, seat.user_id, may_reply=may_reply, opened=asked.thread_id)
            head, tail = _kept(shared, ("around", language), lambda: _around(shared, seat))
            found["inbox-list"] = [head, *rows, tail]
    return found


def _kept(shared: folders.Shared, key: Hashable, make: Callable[[], Iterable[str]]) -> list[folders.Piece]:
    if key not in shared.made:
        shared.made[key] = [folders.Piece.of(one) for one in make()]
    return shared.made[key]  # type: ignore[no-any-return]


def _places(shared: folders.Shared, seat: seats.Seat) -> str:
    links = shell.links(seat.role, "inbox", lambda: shared.counts.waiting)
    return render_to_string("recado/staff/_places.html", {"places": links})


def _folders(shared: folders.Shared, seat: seats.Seat) -> str:
    return render_to_string("recado/inbox/_folders.html", folders.bar(shared, seat.user_id))


CUT = "\0"


def _around(shared: folders.Shared, seat: seats.Seat) -> tuple[str, str]:
    """What stands before the rows and after them."""
    context = folders.bar(shared, seat.user_id) | folders.around(shared)
    context["rows"] = [CUT] if shared.rows else []
    head, _, tail = render_to_string("recado/inbox/_lines.html", context).partition(CUT)
    return head, tail


ALWAYS = (
    *((name.lower().encode(), value.encode()) for name, value in HEADERS.items()),
    (b"cache-control", b"no-store"),
    (b"content-type", b"text/html; charset=utf-8"),
)


def _said(
    parts: Mapping[str, Sequence[folders.Piece]], has: Mapping[str, str]
) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """A part's tag is made of what its pieces are called: 50 rows are not read through again for each tab. Of rows that the tab
    has as they are it is told the place alone."""
    tags = {name: _tag(pieces) for name, pieces in parts.items()}
    body: list[bytes] = []
    for name, pieces in parts.items():
        if tags[name] != has[name]:
            had = _handed_out.get(has[name], frozenset())
            body += [one.same if one.same and one.digest in had else one.octets for one in pieces]
            _remember(tags[name], pieces)
    said = " ".join([f"{name}={tag}" for name, tag in tags.items()])
    octets = b"".join(body)
    return [*ALWAYS, (b"content-length", b"%d" % len(octets)), (b"x-live-tags", said.encode())], octets


def _remember(tag: str, pieces: Sequence[folders.Piece]) -> None:
    if tag not in _handed_out and any(one.same for one in pieces):
        if len(_handed_out) >= MOST:
            _handed_out.pop(next(iter(_handed_out)))  # the oldest: who still has that gets all of it
        _handed_out[tag] = frozenset(one.digest for one in pieces)


def _tag(pieces: Sequence[folders.Piece]) -> str:
    return hashlib.blake2b(b"".join([one.digest for one in pieces]), digest_size=9).hexdigest()
