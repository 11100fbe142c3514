"""`/live`: one stream of server-sent events a browser. It says what kind of thing changed in one's clinic ("threads
messages"); the page then fetches itself again. No patient's data passes here, and no database connection is held a tab.

One LISTEN connection a process (`Switchboard`) hands the notices of `foundation.news` to every open stream. After it was
lost, and at each opening of a stream, "resync" says that anything may have changed. Browsers that had lost the stream
come back, and fetch, spread over some seconds: after a restart a whole building would ask for its pages at once.
"""

import asyncio
import contextlib
import logging
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from time import monotonic
from uuid import UUID

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.db import close_old_connections
from django.http import HttpRequest
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from recado.foundation import news
from recado.foundation.database import Role, connect_async
from recado.foundation.faults import describe
from recado.foundation.tenancy import clinic_scope
from recado.tasks import actions as tasks
from recado.web.sign_in import at_work, seats

log = logging.getLogger("recado.live")

HEARTBEAT = 15.0  # seconds: a proxy keeps the connection, and the sign-in is looked at again
NOTE_EVERY = 60.0  # seconds
MOST_NOTED = 5_000  # sessions, then all are noted anew
GATHER = 0.05  # seconds: what changes together is one event
RETRY = (1000, 4000)  # ms until a browser comes back: each at a time of its own, or all would come in the same moment
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}


@dataclass(eq=False, slots=True)
class Listener:
    """One open stream: what it has yet to tell."""

    clinic_id: UUID
    waiting: set[str] = field(default_factory=set)
    rang: asyncio.Event = field(default_factory=asyncio.Event)

    def ring(self, *topics: str) -> None:
        self.waiting.update(topics)
        self.rang.set()

    def take(self) -> set[str]:
        taken, self.waiting = self.waiting, set()
        self.rang.clear()
        return taken


class Switchboard:
    """Hands each notice to the streams of its clinic."""

    def __init__(self) -> None:
        self._listeners: dict[UUID, set[Listener]] = {}
        self._task: asyncio.Task[None] | None = None
        self._hears = False
        self._epoch = 0  # how often it began to hear
        self._told: Counter[UUID] = Counter()
        self._gathered: dict[UUID, set[str]] = {}  # told of, and not handed on yet
        self.is_closing = False

    @contextlib.contextmanager
    def plugged_in(self, listener: Listener) -> Iterator[None]:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._listen())
        self._listeners.setdefault(listener.clinic_id, set()).add(listener)
        try:
            yield
        finally:
            others = self._listeners[listener.clinic_id]
            others.discard(listener)
            if not others:
                del self._listeners[listener.clinic_id]

    def moment(self, clinic_id: UUID) -> tuple[int, int] | None:
        """Grows with each thing told of a clinic. What was read after it had a value holds everything told until then. None:
        nothing is heard at present, so nothing that was read may be kept."""
        return (self._epoch, self._told[clinic_id]) if self._hears else None

    def close(self) -> None:
        """Ends every stream: the process is to stop, and a server waits for its open answers. Browsers come back."""
        self.is_closing = True
        self._ring_all("resync")  # wakes them

    async def _listen(self) -> None:
        while True:
            try:
                async with await connect_async(Role.APP, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {news.CHANNEL}")
                    self._hears, self._epoch = True, self._epoch + 1
                    self._ring_all("resync")
                    async for notice in connection.notifies():
                        self._hand_on(notice.payload)
            except psycopg.OperationalError as error:
                log.warning("live: database away (%s)", describe(error))
            except Exception as error:  # the board stays up: a stream without news would look alive and be dead
                log.error("live: %s", describe(error))
            finally:
                self._hears = False
            await asyncio.sleep(1)

    def _hand_on(self, payload: str) -> None:
        found = news.read(payload)
        if found:
            self._told[found[0]] += 1
            if found[1] is news.Topic.SETTINGS:
                seats.forget_all()
            if found[0] in self._gathered:
                self._gathered[found[0]].add(found[1])
            elif found[0] in self._listeners:  # gathered here, once for all: 500 streams that each wait are 500 timers
                self._gathered[found[0]] = {found[1]}
                asyncio.get_running_loop().call_later(GATHER, self._ring, found[0])

    def _ring(self, clinic_id: UUID) -> None:
        topics = self._gathered.pop(clinic_id)
        for listener in self._listeners.get(clinic_id, ()):
            listener.ring(*topics)

    def _ring_all(self, word: str) -> None:
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.ring(word)


board = Switchboard()


async def live(request: Request) -> Response:
    """GET /live. 204 for nobody signed in: by the standard a browser then stops asking."""
    clinic_id = await _clinic_of(request)
    if clinic_id is None:
        return Response(status_code=204, headers=HEADERS)
    return StreamingResponse(_events(request, Listener(clinic_id)), media_type="text/event-stream", headers=HEADERS)


async def _events(request: Request, listener: Listener) -> AsyncIterator[bytes]:
    with board.plugged_in(listener):
        yield f"retry: {random.randint(*RETRY)}\n\n".encode() + event("resync", "all")
        looked = monotonic()
        while not board.is_closing:
            if monotonic() - looked >= HEARTBEAT:  # also while there is news all the time
                looked = monotonic()
                if await _clinic_of(request) != listener.clinic_id:
                    yield event("ended", "sign-in")
                    return
            try:
                async with asyncio.timeout(HEARTBEAT):  # `wait_for` would make a task each time
                    await listener.rang.wait()
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if board.is_closing:
                return  # nothing to fetch from a process that stops
            topics = listener.take()
            yield event("resync", "all") if "resync" in topics else event("news", " ".join(sorted(topics)))


def event(name: str, data: str) -> bytes:
    """One server-sent event."""
    return f"event: {name}\ndata: {data}\n\n".encode()


async def _clinic_of(request: Request) -> UUID | None:
    key = request.cookies.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    found: UUID | None = await sync_to_async(clinic_behind, thread_sensitive=False)(key)
    return found


def clinic_behind(session_key: str) -> UUID | None:
    """The clinic that the holder of a session works for now; None: signed out, locked, or no longer there."""
    close_old_connections()
    try:
        began, asked = seats.begin(), HttpRequest()
        asked.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
        asked.user = get_user(asked)
        found = at_work.workplace_of(asked, began)
        if found is not None and asked.user.pk is not None:
            _note_here(session_key, found, asked.user.pk)
        return found
    finally:
        close_old_connections()


_noted: dict[str, float] = {}  # when a session was last noted as here, by this process


def _note_here(session_key: str, clinic_id: UUID, user_id: UUID) -> None:
    """An open, unlocked screen shows that its person is there: what rules and alarms go by. Once a minute."""
    if monotonic() - _noted.get(session_key, -NOTE_EVERY) < NOTE_EVERY:
        return
    if len(_noted) > MOST_NOTED:
        _noted.clear()
    _noted[session_key] = monotonic()
    with clinic_scope(clinic_id):
        tasks.note_here(clinic_id=clinic_id, user_id=user_id)
