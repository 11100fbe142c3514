"""The event stream: who hears what, and what happens to it when sessions and connections end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from starlette.requests import Request

from recado.clinics import actions as clinics
from recado.foundation import news
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect_async
from recado.foundation.news import Topic
from recado.foundation.tenancy import clinic_scope
from recado.web import live
from tests import staff

pytestmark = pytest.mark.usefixtures("database")
PATIENCE = 5.0


@pytest.fixture
def clinic() -> UUID:
    return clinics.create_clinic(slug="harbour", name="Harbour Street", time_zone="Europe/London", by=OPERATOR).id


@pytest.fixture
def other() -> UUID:
    return clinics.create_clinic(slug="mill", name="Mill Lane", time_zone="Europe/London", by=OPERATOR).id


def asked(key: str | None) -> Request:
    cookie = [(b"cookie", f"{settings.SESSION_COOKIE_NAME}={key}".encode())] if key else []
    return Request({"type": "http", "method": "GET", "path": "/live", "headers": cookie, "query_string": b""})


def session_of(clinic_id: UUID) -> str:
    key = staff.desk(clinic_id).session.session_key
    assert key
    return str(key)


@asynccontextmanager
async def stream(key: str) -> AsyncIterator[Callable[[], Awaitable[str]]]:
    """An open stream; the value gives its next event."""
    response: Any = await live.live(asked(key))
    events = response.body_iterator

    async def following() -> str:
        chunk = await asyncio.wait_for(anext(events), PATIENCE)
        return chunk.decode()

    try:
        yield following
    finally:
        await events.aclose()


async def tell(clinic_id: UUID, *topics: Topic) -> None:
    async with await connect_async(Role.APP, autocommit=True) as connection:
        await connection.execute(news.TELL, ([news.word(clinic_id, topic) for topic in topics],))


@pytest.fixture(autouse=True)
def fresh_board(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "board", live.Switchboard())


def run(story: Awaitable[None]) -> None:
    async def ended() -> None:
        await story
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    asyncio.run(ended())


def test_stream_tells_the_topics_of_its_own_clinic_alone(clinic: UUID, other: UUID) -> None:
    ours, theirs = session_of(clinic), session_of(other)

    async def story() -> None:
        async with stream(ours) as mine, stream(theirs) as foreign:
            assert "event: resync" in await mine()
            assert "event: resync" in await mine()  # the board has begun to listen
            assert "event: resync" in await foreign()
            await tell(clinic, Topic.VISITS, Topic.THREADS)
            assert await mine() == "event: news\ndata: threads visits\n\n"
            await tell(other, Topic.TASKS)
            assert await foreign() == "event: news\ndata: tasks\n\n"

    run(story())


def test_browsers_are_told_to_come_back_at_times_of_their_own(clinic: UUID) -> None:
    key, found = session_of(clinic), set()

    async def story() -> None:
        for _time in range(8):
            async with stream(key) as events:
                found.add(int((await events()).split("\n", 1)[0].removeprefix("retry: ")))

    run(story())
    assert len(found) > 3 and live.RETRY[0] <= min(found) <= max(found) <= live.RETRY[1]


def test_process_that_stops_sends_nobody_to_fetch(clinic: UUID) -> None:
    key = session_of(clinic)

    async def story() -> None:
        async with stream(key) as events:
            await events()
            await events()
            live.board.close()
            with pytest.raises(StopAsyncIteration):
                await events()

    run(story())


def test_nobody_signed_in_hears_nothing(clinic: UUID) -> None:
    async def story() -> None:
        for key in (None, "never-was"):
            assert (await live.live(asked(key))).status_code == 204

    run(story())


def test_stream_ends_with_the_session(clinic: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "HEARTBEAT", 0.05)
    client = staff.desk(clinic)
    key = str(client.session.session_key)

    async def story() -> None:
        async with stream(key) as events:
            while "still here" not in await events():
                pass
            await asyncio.to_thread(client.session.delete, key)
            while True:
                said = await events()
                if "event: ended" in said:
                    return

    run(story())


def test_stream_ends_when_the_person_leaves_the_clinic(clinic: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "HEARTBEAT", 0.05)
    user = staff.hire(clinic)
    key = str(staff.signed_in(clinic, user).session.session_key)

    async def story() -> None:
        async with stream(key) as events:
            await events()
            await asyncio.to_thread(lambda: clinics.end_staff(clinic_id=clinic, user_id=user, by=OPERATOR))
            while "event: ended" not in await events():
                pass

    run(story())


def test_stream_says_resync_after_the_database_was_away(clinic: UUID) -> None:
    key = session_of(clinic)

    async def story() -> None:
        async with stream(key) as events:
            await events()
            await events()
            async with await connect_async(Role.APP, autocommit=True) as connection:
                await connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE usename = current_user AND query LIKE 'LISTEN%' AND pid <> pg_backend_pid()"
                )
            assert "event: resync" in await events()
            await tell(clinic, Topic.MESSAGES)
            assert "data: messages" in await events()

    run(story())


def test_news_goes_out_with_the_transaction_and_not_without(clinic: UUID) -> None:
    key = session_of(clinic)

    def rolled_back() -> None:
        with pytest.raises(LookupError), clinic_scope(clinic):
            news.tell(clinic, Topic.PATIENTS)
            raise LookupError

    def committed() -> None:
        with clinic_scope(clinic):
            news.tell(clinic, Topic.IMPORTS)
            news.tell(clinic, Topic.IMPORTS)

    async def story() -> None:
        async with stream(key) as events:
            await events()
            await events()
            await asyncio.to_thread(rolled_back)
            await asyncio.to_thread(committed)
            assert await events() == "event: news\ndata: imports\n\n"

    run(story())


def test_what_is_not_ours_is_left_alone() -> None:
    assert news.read("hello") is None
    assert news.read(f"{UUID(int=1)} nonsense") is None
    assert news.words([(UUID(int=1), Topic.TASKS), (UUID(int=1), Topic.TASKS)]) == [f"{UUID(int=1)} tasks"]
