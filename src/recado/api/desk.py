"""Where requests to send are taken: those that come while one transaction commits go together into the next.

A commit costs the same for one text as for a hundred, so with 64 callers at once each transaction holds what came
meanwhile; nobody waits for a timer. One transaction at a time is the fastest on two cores (fewer, fuller ones), and
clinics share it: their statements go in one pipeline, each under its own clinic's row security. Large batches have a desk
of their own, so that a single text never waits behind 100,000.

It blocks, so it is a thread with a connection of its own: the event loop of the pages only reads and answers. A request
that makes the transaction fail is taken by itself, so that it fails alone.
"""

import asyncio
import contextlib
import logging
import queue
import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
from django import db
from django.db import close_old_connections
from msgspec import Struct

from recado.api import filling, reading, requests, shapes, spelling
from recado.api.answers import Answer, answer, answer_problem
from recado.api.problems import Problem, Wrong, problem
from recado.clinics.types import ApiKeyView
from recado.foundation import audit, business_time
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.asking import Ask, Together, Work
from recado.foundation.clock import real_now
from recado.foundation.database import Role, connect_for_queues
from recado.foundation.faults import describe
from recado.messaging import actions as messaging
from recado.messaging.types import Standing

log = logging.getLogger("recado.api")

MOST_TOGETHER = 256  # requests in one transaction
TRIES = 3
SOON = {"Retry-After": "2"}
BROKEN = (psycopg.OperationalError, db.OperationalError, db.InterfaceError)  # the second two: Django's own words for it


class Asked(Struct, eq=False):
    """One request to send that waits for its answer."""

    key: ApiKeyView
    body: bytes
    is_batch: bool
    origin: str
    told: Callable[[Answer], None]
    digest: bytes = b""  # of its Idempotency-Key; empty: it has none
    body_digest: bytes = b""
    items: list[reading.Item | Problem] = []


class Raced(Exception):
    """Another process has answered the same request meanwhile."""


class Uncertain(Exception):
    """The connection broke while it committed: nobody knows whether it has."""


class Desk:
    """One thread that takes requests in the order in which they come."""

    def __init__(self, name: str, *, most_waiting: int) -> None:
        self._name, self._most_waiting = name, most_waiting
        self._waiting: queue.SimpleQueue[Asked] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._start = threading.Lock()
        self._connection: psycopg.Connection[Any] | None = None
        self._together: Together | None = None

    @property
    def is_full(self) -> bool:
        """True where more wait than could be answered in a reasonable time."""
        return self._waiting.qsize() >= self._most_waiting

    def put(self, asked: Asked) -> None:
        """Takes a request; `asked.told` is called on this desk's thread when it is answered."""
        self._waiting.put(asked)
        if self._thread is None:
            with self._start:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        while True:
            batch = [self._waiting.get()]
            with contextlib.suppress(queue.Empty):
                while len(batch) < MOST_TOGETHER:
                    batch.append(self._waiting.get_nowait())
            try:
                self.serve(batch)
            except Exception as error:  # the desk must go on: whoever is still waiting is told
                for asked in batch:
                    asked.told(_failed(error))

    def serve(self, batch: Sequence[Asked]) -> None:
        """Answers these requests."""
        while batch:
            later: list[Asked] = []
            seen: set[bytes] = set()
            now: list[Asked] = []
            for asked in batch:  # the same request twice at once: the second is answered from the first's answer
                (later if asked.digest and asked.digest in seen else now).append(asked)
                seen.add(asked.digest)
            self._answer_all(now)
            batch = later

    def _answer_all(self, batch: Sequence[Asked]) -> None:
        try:
            answers = self._attempt(batch)
        except Exception as error:
            # Never one by one after a commit that nobody knows of: what was stored would be stored twice.
            if len(batch) > 1 and not isinstance(error, Uncertain) and not _is_away(error):
                for asked in batch:
                    self._answer_all([asked])
                return
            answers = [_failed(error)] * len(batch)
        for asked, given in zip(batch, answers, strict=True):
            asked.told(given)

    def _attempt(self, batch: Sequence[Asked]) -> list[Answer]:
        for left in reversed(range(TRIES)):
            try:
                return self._transact(batch)
            except Raced:
                if not left:
                    raise
            except BROKEN:
                self._drop()
                if not left:
                    raise
        raise AssertionError  # the loop returns or raises

    def _transact(self, batch: Sequence[Asked]) -> list[Answer]:
        close_old_connections()
        clinics = {key.clinic_id for key in {id(asked.key): asked.key for asked in batch}.values()}
        grounds = {clinic: messaging.intake_ground(clinic) for clinic in clinics}
        connection, together = self._connected()
        try:
            answers = _Sitting(together, grounds).take(batch)
        except BaseException:
            with contextlib.suppress(psycopg.Error):
                connection.rollback()
            raise
        try:
            connection.commit()
        except psycopg.OperationalError as error:
            self._drop()
            raise Uncertain from error
        return answers

    def _connected(self) -> "tuple[psycopg.Connection[Any], Together]":
        if self._connection is None or self._together is None or self._connection.closed:
            self._connection = connect_for_queues(Role.APP)
            self._together = Together(self._connection)
        return self._connection, self._together

    def _drop(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(Exception):
                self._connection.close()
        self._connection = None

    def close(self) -> None:
        """Closes the connection: for tests, which serve on their own thread."""
        self._drop()


class _Sitting:
    """One transaction for some requests."""

    def __init__(self, together: Together, grounds: dict[UUID, Any]) -> None:
        self._together, self._grounds = together, grounds

    def take(self, batch: Sequence[Asked]) -> list[Answer]:
        now, given = self._begun(batch)
        groups = []
        for those in _by_key([asked for asked in batch if asked not in given]):
            key = those[0].key
            reader = reader_of(key, self._grounds[key.clinic_id], now)
            for asked in those:
                try:
                    asked.items = read(asked, reader)
                except Wrong as wrong:
                    given[asked] = answer_problem(wrong.problem)
            groups.append([asked for asked in those if asked not in given])
        given |= self._sent([those for those in groups if those], now)
        return [given[asked] for asked in batch]

    def _begun(self, batch: Sequence[Asked]) -> tuple[datetime, dict[Asked, Answer]]:
        """What time it is, and the answers to requests that were answered before."""
        asking: dict[UUID, list[Asked]] = {}
        for asked in batch:
            if asked.digest:
                asking.setdefault(asked.key.clinic_id, []).append(asked)
        works: list[tuple[UUID | None, Any]] = [(None, _now())]
        works += [(clinic, requests.known(clinic, [a.digest for a in those])) for clinic, those in asking.items()]
        now, *found = self._together.run(works)
        known = {digest: kept for kepts in found for digest, kept in kepts.items()}
        return now, {
            asked: replay(asked, known[asked.digest])
            for those in asking.values()
            for asked in those
            if asked.digest in known
        }

    def _sent(self, groups: Sequence[Sequence[Asked]], now: datetime) -> dict[Asked, Answer]:
        """Puts the texts of some requests, grouped by their key, and answers them."""
        works, owners = [], []
        for those in groups:
            order = _order(those)
            if order.intents:
                clinic_id = those[0].key.clinic_id
                works.append((clinic_id, messaging.taking(self._grounds[clinic_id], order, now=now)))
                owners.append(those)
        with audit.arrived(origin=_one_origin(groups), request_id=""):
            taken = self._together.run(works)
        standings = {id(those): iter(found) for those, found in zip(owners, taken, strict=True)}
        given = {asked: answer_of(asked, standings.get(id(those), iter(()))) for those in groups for asked in those}
        self._keep(given)
        return given

    def _keep(self, given: dict[Asked, Answer]) -> None:
        """Remembers the answers of requests that took an Idempotency-Key; a request that failed whole may be mended."""
        keeping: dict[UUID, list[requests.Kept]] = {}
        for asked, one in given.items():
            if asked.digest and one.status < 400:
                kept = requests.Kept(asked.digest, asked.body_digest, one.status, one.body)
                keeping.setdefault(asked.key.clinic_id, []).append(kept)
        now = real_now()
        works = [(clinic, requests.keeping(clinic, those, now)) for clinic, those in keeping.items()]
        done = frozenset().union(*self._together.run(works))
        if len(done) < sum(map(len, keeping.values())):
            raise Raced


def _now() -> Work[datetime]:
    """Business time, by the database's clock."""
    (((now,),),) = yield [Ask(business_time.READ_NOW)]
    assert isinstance(now, datetime)
    return now


def _by_key(batch: Sequence[Asked]) -> list[list[Asked]]:
    """The requests of each key. A key that is asked with again and again is one object, as the keyring remembers it: looked up
    by its place in memory, since a hash of a UUID for each request is felt."""
    groups: dict[UUID, list[Asked]] = {}
    known: dict[int, list[Asked]] = {}
    for asked in batch:
        those = known.get(id(asked.key))
        if those is None:
            those = known[id(asked.key)] = groups.setdefault(asked.key.id, [])
        those.append(asked)
    return list(groups.values())


def _order(those: Sequence[Asked]) -> messaging.Order:
    items = [item for asked in those for item in asked.items if isinstance(item, reading.Item)]
    return messaging.Order(
        intents=[item.intent for item in items],
        consents={at: item.consents for at, item in enumerate(items) if item.consents is not None},
        by=Actor(ActorKind.API_KEY, str(those[0].key.id)),
    )


def _one_origin(groups: Sequence[Sequence[Asked]]) -> str:
    """The address that all came from; empty where there are several: a line of the audit stands for all of them."""
    origins = {asked.origin for those in groups for asked in those}
    return origins.pop() if len(origins) == 1 else ""


def reader_of(key: ApiKeyView, ground: Any, now: datetime) -> reading.Reader:
    """What reads the texts of a key's requests."""
    return reading.Reader(
        country=ground.clinic.country,
        scopes=key.scopes,
        index=lambda reference: ground.keys.blind_index("reference", reference),
        now=now,
        filling=filling.Filling(ground.texts, ground.clinic),
    )


def read(asked: Asked, reader: reading.Reader) -> list[reading.Item | Problem]:
    """The texts of a request. Raises Wrong where it can't be read as a whole."""
    if not asked.is_batch:
        found = reader.item(reading.one_message(asked.body))
        if isinstance(found, Problem):
            raise Wrong(found)
        return [found]
    return [one if isinstance(one, Problem) else reader.item(one) for one in reading.batch(asked.body)]


def answer_of(asked: Asked, standings: Any) -> Answer:
    """What a request is answered; takes as many of `standings` as it had texts."""
    said = [item if isinstance(item, Problem) else accepted(next(standings), item) for item in asked.items]
    if not asked.is_batch:
        return answer(202, said[0])
    refused = sum(1 for one in said if isinstance(one, Problem))
    return answer(202, shapes.BatchAnswer(said, len(said) - refused, refused))


def accepted(one: Standing, item: reading.Item) -> shapes.Accepted:
    """A text that was stored, as it is answered. The letters that cost it parts are named, not the text without them: answers
    are kept for who asks again, and hold no words."""
    known = one.fate is not None
    dearer = None if known or one.parts < 2 else spelling.dearer(item.intent.text)
    return shapes.Accepted(one.message_id, one.state, one.verdict, one.parts, one.rule, known, dearer)  # type: ignore[arg-type]


def replay(asked: Asked, kept: requests.Kept) -> Answer:
    """The answer that was given to the same request before."""
    if kept.body != asked.body_digest:
        detail = (
            "Use a new Idempotency-Key for another request; send this key only with the body it was first sent with."
        )
        return answer_problem(problem("key_reused", detail))
    return Answer(kept.status, kept.answer, replayed=True)


def _is_away(error: Exception) -> bool:
    """The database itself is not there: no request's fault, and each would fail anew."""
    cause = error.__cause__ if isinstance(error, db.Error) else error
    if not isinstance(cause, psycopg.OperationalError) or isinstance(cause, psycopg.errors.PipelineAborted):
        return False
    return cause.sqlstate is None or cause.sqlstate.startswith(("08", "57P"))  # connection lost; server going or coming


def _failed(error: Exception) -> Answer:
    if isinstance(error, Raced):
        detail = "Ask again in a moment, with the same Idempotency-Key."
        return answer_problem(problem("conflict", detail), SOON)
    log.error("api: a request failed: %s", describe(error))
    if isinstance(error, Uncertain):
        detail = "It may have been stored or not. Ask again with the same Idempotency-Key or references."
        return answer_problem(problem("unavailable", detail), SOON)
    if isinstance(error, BROKEN):
        return answer_problem(problem("unavailable", "Nothing was stored. Ask again in a few seconds."), SOON)
    return answer_problem(problem("broken", "Nothing was stored. Ask again; if it stays so, tell the operator."))


class Post:
    """Brings answers from a desk's thread to the event loop: one wake-up for all that come at once, where one for each
    cost as much as the answer."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._waiting: deque[tuple[asyncio.Future[Answer], Answer]] = deque()
        self._is_called = False

    def bring(self, future: "asyncio.Future[Answer]", given: Answer) -> None:
        """From any thread."""
        self._waiting.append((future, given))
        if not self._is_called:
            self._is_called = True
            with contextlib.suppress(RuntimeError):  # the loop has ended: so has the caller
                self.loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        self._is_called = False  # first: what comes from now on calls again
        while self._waiting:
            future, given = self._waiting.popleft()
            if not future.done():
                future.set_result(given)


_post: Post | None = None


async def asked_of(desk: Desk, asked: Asked) -> Answer:
    """Waits for the answer without holding up the event loop."""
    global _post
    loop = asyncio.get_running_loop()
    if _post is None or _post.loop is not loop:
        _post = Post(loop)
    future: asyncio.Future[Answer] = loop.create_future()
    asked.told = partial(_post.bring, future)
    desk.put(asked)
    return await future
