"""The endpoints of /api/v1, beside Django (`launch/asgi.py`): who asks, what they may, how large; the desks do the rest.

Plain ASGI on purpose: at 5,000 requests a second each object made on the way is felt by whoever reads a page.
"""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async

from recado.api import appointments, documents, events, messages, openapi
from recado.api.answers import Answer, answer_problem
from recado.api.desk import BROKEN, SOON, Asked, Desk, asked_of
from recado.api.keyring import Crowded, Keyring
from recado.api.patience import Patience
from recado.api.problems import Wrong, problem, wrong
from recado.clinics import queries as clinics
from recado.clinics.roles import SENDING, ApiScope
from recado.clinics.types import ApiKeyView
from recado.foundation.faults import describe

log = logging.getLogger("recado.api")

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

PREFIX = "/api/v1/"
LARGEST_ONE = 64 * 1024  # bytes of a body
LARGEST_BATCH = 64 * 1024 * 1024
LARGEST_EVENTS = 4 * 1024 * 1024
SMALL_BATCH = 256 * 1024  # up to here a batch is taken with the single texts
ALWAYS = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
LONGEST_KEY = 200  # letters of an Idempotency-Key
MOST_HELD = 256 * 1024 * 1024  # bytes of large bodies that are read or wait, of all callers
ARRIVES_WITHIN = 30.0  # seconds for a small body, and for the next piece of a large one

keyring = Keyring()
patience = Patience(ARRIVES_WITHIN)
small = Desk("recado-intake", most_waiting=20_000)
large = Desk("recado-batches", most_waiting=8)
EVENTS: dict[str, Callable[..., Answer]] = {"events": events.record, "events/state": events.set_states}
taking, held_back = (
    asyncio.Semaphore(2),
    asyncio.Semaphore(32),
)  # batches of events that are recorded, and with those that wait


async def api(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers one request under /api/v1/."""
    arriving = Arriving(receive)
    try:
        given = await _answer(scope, arriving)
    except Wrong as found:
        given = answer_problem(found.problem, found.headers)
    except BROKEN as error:  # before anything was taken: the key could not be looked up, or a status not read
        log.error("api: %s", describe(error))
        given = answer_problem(problem("unavailable", "Nothing was stored. Ask again in a few seconds."), SOON)
    except Exception as error:  # what failed is told without what it was about
        log.error("api: %s", describe(error))
        given = answer_problem(problem("broken", "Ask again; if it stays so, tell the operator of this server."))
    await send(
        {"type": "http.response.start", "status": given.status, "headers": _headers(given) + _ending(scope, arriving)}
    )
    body = b"" if scope["method"] == "HEAD" else given.body
    await send({"type": "http.response.body", "body": body})


class Arriving:
    """What comes of a request, as the server hands it on. `is_whole`: nothing more comes."""

    __slots__ = ("_receive", "is_whole")

    def __init__(self, receive: Receive) -> None:
        self._receive, self.is_whole = receive, False

    async def __call__(self) -> Any:
        event = await self._receive()
        self.is_whole = not event.get("more_body")
        return event


def _ending(scope: Scope, arriving: Arriving) -> list[tuple[bytes, bytes]]:
    """What is answered before a large body was read to its end ends the connection, and says so: the server cuts it off then, and
    a caller who did not know would lose the next request on it."""
    if arriving.is_whole or scope["method"] in ("GET", "HEAD"):
        return []
    said = next((value for name, value in scope["headers"] if name.lower() == b"content-length"), b"")
    is_small = said.isdigit() and len(said) < 12 and int(said) <= LARGEST_ONE
    return [] if is_small else [(b"connection", b"close")]


def _headers(given: Answer) -> list[tuple[bytes, bytes]]:
    made = [(b"content-type", given.media_type.encode()), (b"content-length", b"%d" % len(given.body)), *ALWAYS]
    if given.replayed:
        made.append((b"idempotency-replayed", b"true"))
    if given.headers:
        made += [(name.lower().encode(), value.encode()) for name, value in given.headers.items()]
    return made


async def _answer(scope: Scope, receive: Receive) -> Answer:
    path, method = scope["path"].removeprefix(PREFIX), scope["method"]
    headers = {name.lower(): value for name, value in scope["headers"]}
    if path == "openapi.json":
        _allow(method, "GET")
        return openapi.answer()
    if path in ("messages", "messages/batch"):
        _allow(method, "POST")
        key = await _key(scope, headers, *SENDING)
        return await _send(scope, headers, receive, key, is_batch=path != "messages")
    if path == "documents":
        _allow(method, "POST")
        key = await _key(scope, headers, ApiScope.DOCUMENTS)
        return await documents.take(key, headers, receive, _origin(scope))
    if path in EVENTS:
        _allow(method, "POST")
        key = await _key(scope, headers, ApiScope.EVENTS)
        return await _tell(scope, headers, receive, key, EVENTS[path])
    if path == "slots":
        _allow(method, "GET")
        key = await _key(scope, headers, ApiScope.APPOINTMENTS)
        found: Answer = await sync_to_async(appointments.free, thread_sensitive=False)(key, scope["query_string"])
        return found
    kind, _, name = path.partition("/")
    if kind == "appointments" and (take := appointments.taker(name)) is not None:
        _allow(method, "POST")
        key = await _key(scope, headers, ApiScope.APPOINTMENTS)
        return await _tell(scope, headers, receive, key, take)
    if kind == "messages" and name and "/" not in name:
        _allow(method, "GET")
        return await _status(await _key(scope, headers, ApiScope.READ), name)
    raise wrong("not_found", "There is no such address. GET /api/v1/openapi.json names those there are.")


def _allow(method: str, allowed: str) -> None:
    if method != allowed and not (allowed == "GET" and method == "HEAD"):
        raise wrong("method", f"Use {allowed}.", Allow="GET, HEAD" if allowed == "GET" else allowed)


async def _key(scope: Scope, headers: Mapping[bytes, bytes], *needed: ApiScope) -> ApiKeyView:
    """The key that asks: it has one of these scopes. Raises Wrong."""
    kind, _, secret = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    try:
        found = (
            await keyring.find(secret.strip(), _origin(scope)) if kind.lower() == "bearer" and secret.strip() else None
        )
    except Crowded:
        raise wrong("too_many", "Too many unknown keys were tried. Wait a moment.", Retry_After="1") from None
    if found is None:
        detail = "Send a key that is in use: Authorization: Bearer rk_live_... Administrators make keys under Settings."
        raise wrong("unauthorized", detail, WWW_Authenticate="Bearer")
    if found.scopes.isdisjoint(needed):
        raise wrong("forbidden", f"This needs a key with the scope {' or '.join(needed)}.")
    if found.sources and not clinics.may_come_from(found, _origin(scope)):
        raise wrong("forbidden", "This key may not be used from your network address. An administrator sets which may.")
    seconds = keyring.wait(found)
    if seconds:
        raise wrong("too_many", "Slow down, or send many texts in one batch.", Retry_After=str(int(seconds) + 1))
    return found


def _origin(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


async def _send(
    scope: Scope, headers: Mapping[bytes, bytes], receive: Receive, key: ApiKeyView, *, is_batch: bool
) -> Answer:
    _check_kind(headers)
    with Held() as held:
        body = await _arrived(headers, receive, LARGEST_BATCH if is_batch else LARGEST_ONE, held)
        return await _ask(scope, headers, body, key, is_batch=is_batch)


async def _tell(
    scope: Scope, headers: Mapping[bytes, bytes], receive: Receive, key: ApiKeyView, take: Callable[..., Answer]
) -> Answer:
    """Events are taken on threads of Django, few at once: each transaction holds hundreds of them."""
    _check_kind(headers)
    with Held() as held:
        body = await _arrived(headers, receive, LARGEST_EVENTS, held)
        if held_back.locked():
            raise _crowded()
        async with held_back, taking:
            given: Answer = await sync_to_async(take, thread_sensitive=False)(key, body, _origin(scope))
            return given


def _check_kind(headers: Mapping[bytes, bytes]) -> None:
    media_type = headers.get(b"content-type", b"application/json").partition(b";")[0].strip().lower()
    if media_type not in (b"application/json", b"application/x-www-form-urlencoded"):  # curl -d says the second
        raise wrong("media_type", "Send JSON, with Content-Type: application/json.")
    if headers.get(b"content-encoding", b"identity") != b"identity":
        raise wrong("media_type", "Send the body as it is, without Content-Encoding.")


async def _arrived(headers: Mapping[bytes, bytes], receive: Receive, most: int, held: "Held") -> bytes:
    """A body, without the mark (BOM) that some systems write before UTF-8. Raises Wrong."""
    try:
        return (await _body(headers, receive, most, held)).removeprefix(b"\xef\xbb\xbf")
    except TimeoutError:
        raise wrong("too_slow", "The body did not arrive. Send it again, in smaller batches on a slow line.") from None


async def _ask(scope: Scope, headers: Mapping[bytes, bytes], body: bytes, key: ApiKeyView, *, is_batch: bool) -> Answer:
    asked = Asked(key, body, is_batch, _origin(scope), told=lambda given: None)
    name = headers.get(b"idempotency-key")
    if name is not None:
        if not 0 < len(name) <= LONGEST_KEY:
            raise wrong("invalid", f"Use 1 to {LONGEST_KEY} letters.", "Idempotency-Key")
        asked.digest = hashlib.sha256(key.id.bytes + name).digest()
        digest = hashlib.sha256(b"batch\0" if is_batch else b"one\0")
        digest.update(body)
        asked.body_digest = digest.digest()
    desk = large if len(body) > SMALL_BATCH else small
    if desk.is_full:
        raise _crowded()
    return await asked_of(desk, asked)


class Held:
    """The large bodies that are in memory: counted from their first pieces until they are answered."""

    total = 0  # bytes, of all requests

    def __init__(self) -> None:
        self._mine = 0

    def __enter__(self) -> "Held":
        return self

    def __exit__(self, *how: object) -> None:
        Held.total -= self._mine

    def add(self, length: int) -> None:
        """Raises Wrong where no more would fit."""
        if Held.total + length > MOST_HELD:
            raise _crowded()
        self._mine += length
        Held.total += length


def _crowded() -> Wrong:
    return wrong("too_many", "More waits here than can be taken now. Ask again in a few seconds.", Retry_After="2")


async def _body(headers: Mapping[bytes, bytes], receive: Receive, most: int, held: Held) -> bytes:
    """Raises Wrong, and TimeoutError where it does not come."""
    said = headers.get(b"content-length", b"")
    if said.isdigit() and (len(said) > 12 or int(said) > most):
        raise _too_large(most)
    parts: list[bytes] = []
    length, counted = 0, 0
    with patience.waiting() as wait:
        while True:
            event = await receive()
            if event["type"] == "http.disconnect":
                raise wrong("malformed", "The request ended before its body.")
            part = event.get("body", b"")
            parts.append(part)
            length += len(part)
            if length > most:
                raise _too_large(most)
            if length > SMALL_BATCH:
                held.add(length - counted)
                counted = length
                wait.renew()
            if not event.get("more_body"):
                return parts[0] if len(parts) == 1 else b"".join(parts)


def _too_large(most: int) -> Wrong:
    size = f"{most // 1024 // 1024} MB" if most >= 1024 * 1024 else f"{most // 1024} kB"
    return wrong("too_large", f"Send at most {size} in one request; split a larger batch.")


async def _status(key: ApiKeyView, name: str) -> Answer:
    try:
        message_id = UUID(name)
    except ValueError:
        raise Wrong(NOTHING) from None
    found: Answer | None = await sync_to_async(messages.status, thread_sensitive=False)(key.clinic_id, message_id)
    if found is None:
        raise Wrong(NOTHING)
    return found


NOTHING = problem("not_found", "The clinic of this key has no message of this id.")
