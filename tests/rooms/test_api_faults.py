"""The API when something fails below or callers misbehave: nothing is stored twice, nothing piles up."""

import asyncio
import gc
import weakref
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django import db

from recado.api import desk, edge, keyring
from recado.api.patience import Patience
from recado.api.problems import Wrong
from recado.clinics.roles import ApiScope
from recado.messaging import actions as messaging
from tests import api, factories
from tests.api import Said, call, make_key, send, send_many, text
from tests.factories import queued, sql

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def key(database: None) -> str:
    return make_key(factories.make_furnished().id)


def all_at_once(key: str, *those: dict[str, Any]) -> list[Said]:
    async def calling() -> list[Said]:
        return list(await asyncio.gather(*(api.calling("POST", "messages", key, one) for one in those)))

    return asyncio.run(calling())


# ------------------------------------------------------------------------------------------------ the database


def test_requests_whose_commit_nobody_knows_of_are_never_taken_again(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = psycopg.Connection.commit

    def breaking(connection: psycopg.Connection[Any]) -> None:
        commit(connection)
        if connection is edge.small._connection and sql("SELECT count(*) FROM messaging_message") != [(0,)]:
            raise psycopg.OperationalError("the link broke after the server had committed")

    monkeypatch.setattr(psycopg.Connection, "commit", breaking)
    said = all_at_once(key, *(text(n) for n in range(1, 6)))
    assert {one.status for one in said} == {503}
    assert all("It may have been stored" in one.json["detail"] and one.headers["retry-after"] for one in said)
    # How many shared the transaction is chance; that none is there twice is not.
    assert len(queued()) <= 5
    assert max(row[0] for row in sql("SELECT count(*) FROM messaging_message GROUP BY phone_bi")) == 1


def test_a_request_is_tried_again_where_the_connection_of_the_pages_broke(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ground, calls = messaging.intake_ground, []

    def breaking(clinic: Any) -> Any:
        calls.append(clinic)
        if len(calls) == 1:
            raise db.OperationalError("the server went away") from psycopg.OperationalError()
        return ground(clinic)

    monkeypatch.setattr(messaging, "intake_ground", breaking)
    assert send(key).status == 202
    assert len(calls) == 2


def test_without_a_database_all_are_told_at_once_and_to_come_back(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def away(clinic: Any) -> Any:
        tried.append(clinic)
        raise db.OperationalError("no server") from psycopg.OperationalError("connection refused")

    monkeypatch.setattr(messaging, "intake_ground", away)
    assert send(key).status == 503  # the desk is at work, and the next calls come while it is
    tried.clear()
    said = all_at_once(key, *(text(n) for n in range(20)))
    assert {(one.status, one.headers["retry-after"]) for one in said} == {(503, "2")}
    assert len(tried) < 20 * desk.TRIES
    assert queued() == set()


def test_a_key_that_cannot_be_looked_up_for_want_of_a_database_is_told_to_come_back(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(secret: str) -> Any:
        raise db.OperationalError("no server") from psycopg.OperationalError("connection refused")

    monkeypatch.setattr(keyring, "_look_up", away)
    for said in (send(key), call("GET", f"messages/{UUID(int=1)}", key)):
        assert (said.status, said.headers["retry-after"]) == (503, "2")


def test_a_fault_of_the_desk_ends_no_desk(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(self: desk.Desk, batch: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(desk.Desk, "serve", faulty)
        assert send(key).status == 500
    assert send(key).status == 202


# ------------------------------------------------------------------------------------------------ memory


@pytest.mark.parametrize("refused", [lambda key: send(key, b"{"), lambda key: call("GET", "messages/1", key)])
def test_what_is_refused_is_let_go(key: str, refused: Callable[[str], Said], monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[weakref.ref[Wrong]] = []
    init = Wrong.__init__

    def noting(self: Wrong, *given: Any) -> None:
        init(self, *given)
        seen.append(weakref.ref(self))

    monkeypatch.setattr(Wrong, "__init__", noting)
    for _ in range(3):
        refused(key)
    gc.collect()
    assert [one() for one in seen] == [None] * 3, "an exception that lives on keeps its callers' frames, bodies and all"


def pieces(*those: bytes, then: Awaitable[Any] | None = None) -> Callable[[], Awaitable[dict[str, Any]]]:
    """A `receive` that gives these pieces and then waits."""
    waiting = list(those)

    async def receive() -> dict[str, Any]:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(0), "more_body": True}
        await asyncio.Event().wait()
        raise AssertionError

    return receive


def reading(*those: bytes, most: int = edge.LARGEST_BATCH) -> Any:
    async def read() -> bytes:
        with edge.Held() as held:
            return await edge._body({}, pieces(*those), most, held)

    return asyncio.run(read())


def test_a_body_that_never_comes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "patience", Patience(0.01))
    for first in (b"", b"x" * (edge.SMALL_BATCH + 1)):
        with pytest.raises(TimeoutError):
            reading(first)
    assert edge.Held.total == 0


def test_waits_end_in_the_order_in_which_they_began_or_were_renewed() -> None:
    """One timer serves them all, and the loop after this one as well."""
    patience, ended = Patience(0.02), list[str]()

    async def wait(name: str, renewals: int) -> None:
        with pytest.raises(TimeoutError), patience.waiting() as one:
            for _ in range(renewals):
                await asyncio.sleep(0.01)
                one.renew()
            await asyncio.Event().wait()
        ended.append(name)

    async def waits() -> None:
        await asyncio.gather(wait("renewed", 1), wait("first", 0), wait("second", 0))
        with patience.waiting():
            await asyncio.sleep(0)  # in time

    for _ in range(2):
        asyncio.run(waits())
        assert ended == ["first", "second", "renewed"]
        ended.clear()


def test_a_wait_that_somebody_else_cancels_stays_cancelled() -> None:
    patience = Patience(5)

    async def wait() -> None:
        with patience.waiting():
            await asyncio.Event().wait()

    async def cancelled() -> None:
        task = asyncio.create_task(wait())
        await asyncio.sleep(0)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())


def test_large_bodies_of_all_callers_have_room_for_so_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "MOST_HELD", 3 * edge.SMALL_BATCH)
    with edge.Held() as other:
        other.add(2 * edge.SMALL_BATCH)
        with pytest.raises(Wrong) as refused:
            reading(b"x" * edge.SMALL_BATCH, b"x" * 10)
        assert (refused.value.problem.status, refused.value.headers["Retry-After"]) == (429, "2")
    assert edge.Held.total == 0


# ------------------------------------------------------------------------------------------------ guesses


def test_who_guesses_shuts_out_nobody_else(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "GUESS_BURST", 3.0)
    monkeypatch.setattr(keyring, "GUESSES_A_SECOND", 0.01)
    monkeypatch.setattr(edge, "keyring", keyring.Keyring())

    def of(origin: str, secret: str) -> int:
        return call("POST", "messages", secret, text(), origin=origin).status

    assert [of("198.51.100.7", f"rk_live_{n}") for n in range(4)] == [401, 401, 401, 429]
    assert of("203.0.113.9", key) == 202
    assert [of(f"2001:db8:1:2::{n}", f"rk_live_v6_{n}") for n in range(4)] == [401, 401, 401, 429]


def test_what_can_be_no_key_is_not_remembered(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = keyring.Keyring()
    monkeypatch.setattr(edge, "keyring", ring)
    assert send("rk_live_" + "x" * 5000).status == 401
    assert not ring._keys


# ------------------------------------------------------------------------------------------------ scopes


@pytest.mark.parametrize(
    ("scope", "purposes"),
    [
        (ApiScope.SEND, {"care", "billing", "staff"}),
        (ApiScope.EMERGENCY, {"emergency"}),
        (ApiScope.VERIFY, {"verify"}),
    ],
)
def test_a_key_sends_the_purposes_of_its_scope(scope: ApiScope, purposes: set[str]) -> None:
    key = make_key(factories.make_furnished().id, scope)
    asked = ("care", "billing", "staff", "emergency", "verify")
    said = send_many(key, *(text(n, purpose=purpose) for n, purpose in enumerate(asked))).json["messages"]
    assert {purpose for purpose, one in zip(asked, said, strict=True) if "id" in one} == purposes
    refused = [one for one in said if "id" not in one]
    assert {(one["status"], one["field"]) for one in refused} == {(403, "purpose")}
    assert all("messages:" in one["detail"] for one in refused)


def test_keys_made_before_the_scopes_keep_what_they_could() -> None:
    from importlib import import_module

    widen = import_module("recado.clinics.migrations.0006_scopes_of_their_own").WIDEN
    clinic = factories.make_clinic().id
    sends, reads = make_key(clinic, ApiScope.SEND), make_key(clinic, ApiScope.READ)
    from tests import cluster

    with psycopg.connect(cluster.owner_url(), autocommit=True) as owner:
        for _ in range(2):
            owner.execute(widen)
    found = {name: set(scopes) for name, scopes in sql("SELECT digest, scopes FROM clinics_apikey")}
    assert sorted(map(sorted, found.values())) == [
        ["messages:emergency", "messages:send", "messages:verify"],
        ["messages:read"],
    ]
    assert sql("SELECT relforcerowsecurity FROM pg_class WHERE relname = 'clinics_apikey'") == [(True,)]
    assert sends != reads
