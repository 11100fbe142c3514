"""A carrier's call: verified, stored, answered, then read; whoever isn't the carrier leaves nothing behind."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from starlette.testclient import TestClient

from recado.api import callbacks as door
from recado.channels.protocol import RawCallback, ReceiptState
from recado.foundation.crypto import SYSTEM_CLINIC
from recado.foundation.database import Role, connect, connect_async, key_file
from recado.foundation.keys import keys_for
from recado.messaging import accounts, callbacks
from recado.messaging.dispatch.callbacks import CallbackReader
from recado.messaging.dispatch.intake import Intake
from recado.messaging.dispatch.lines import Link
from recado.messaging.types import EventKind
from tests.carriers.fakes.far_end import Reply, Text
from tests.carriers.fakes.vonage import VonageShapes
from tests.factories import events_of, intent, make_furnished, send, sql

pytestmark = pytest.mark.usefixtures("database")
PERSON, OURS = "+447700900321", "+447700900100"


@pytest.fixture
def carrier() -> Iterator[int]:
    """A Vonage account whose fake signs as the product expects."""
    callbacks.forget()
    number = 7
    given = VonageShapes().settings("http://127.0.0.1:1")
    sealed = accounts.sealed(keys_for(SYSTEM_CLINIC), number, given)
    with connect(Role.MAINTENANCE) as connection:
        connection.execute(
            "INSERT INTO messaging_carrieraccount (id, name, kind, settings_ct, is_active, state) "
            "VALUES (%s, 'Vonage', 'vonage', %s, true, 'new') ON CONFLICT DO NOTHING",
            (number, sealed),
        )
    yield number
    callbacks.forget()


def client() -> TestClient:
    return TestClient(Starlette(routes=[Route(door.PATH, door.callback, methods=["GET", "POST"])]))


def call(raw: RawCallback, *, secret: str = "Zx81fictionalsecret", number: object = 7) -> Any:
    query = urlsplit(raw.url).query
    path = f"/callbacks/{number}/{secret}" + (f"?{query}" if query else "")
    return client().request(raw.method, path, content=raw.body, headers=dict(raw.headers))


def stored() -> list[tuple[Any, ...]]:
    return sql("SELECT outcome, settled_at IS NOT NULL FROM messaging_callbackraw ORDER BY id")


async def read(
    number: int, *, times: int = 1, part_wait: float = 60.0, spoil: Callable[[Any], None] = lambda items: None
) -> CallbackReader:
    """Reads what is stored. `spoil` may raise in place of storing."""

    async def opened() -> Any:
        return await connect_async(Role.DISPATCH, autocommit=True)

    @asynccontextmanager
    async def linked() -> Any:
        link = Link(opened, key_file())
        try:
            yield link
        finally:
            await link.close()

    async with linked() as reading, linked() as taking:

        async def take(items: Any) -> None:
            spoil(items)

            async def work(books: Any) -> None:
                await Intake(books, number, is_sending=lambda: False, settled=asyncio.Condition()).take(items)

            await taking.do(work)

        row = sql("SELECT name, kind, settings_ct FROM messaging_carrieraccount WHERE id = %s", (number,))[0]
        settings = accounts.settings_of(keys_for(SYSTEM_CLINIC), number, bytes(row[2]))
        carrier: Any = await asyncio.to_thread(accounts.opened, number, row[0], row[1], settings)
        reader = CallbackReader(number, carrier, reading.do, take, part_wait=part_wait)
        for _ in range(times):
            await reader.look()
        return reader


def test_genuine_call_is_stored_sealed_and_answered(carrier: int) -> None:
    answer = call(VonageShapes().reply(Reply(OURS, PERSON, "STOP please", "in1")))
    assert answer.status_code == 200
    assert stored() == [("", False)]
    (raw,) = sql("SELECT raw_ct FROM messaging_callbackraw")[0]
    assert b"STOP" not in bytes(raw)


def test_forged_call_is_refused_and_not_stored(carrier: int) -> None:
    shapes = VonageShapes()
    answer = call(shapes.forged(shapes.reply(Reply(OURS, PERSON, "1", "in1"))))
    assert (answer.status_code, answer.content, stored()) == (403, b"", [])


NOWHERE = [
    ("wrong", 7),
    ("Zx81fictionalsecret", 8),
    ("", 7),
    ("x", 99999),
    ("x", "9" * 5000),
    ("x", "-7"),
    ("x", "%D9%A7"),
]


@pytest.mark.parametrize(("secret", "number"), NOWHERE, ids=range(len(NOWHERE)))
def test_nobody_reports_to_an_address_that_is_none(carrier: int, secret: str, number: object) -> None:
    raw = VonageShapes().reply(Reply(OURS, PERSON, "1", "in1"))
    assert call(raw, secret=secret or "%20", number=number).status_code == 404
    assert stored() == []


def test_call_that_can_not_be_stored_is_asked_for_again(carrier: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: object, **more: object) -> None:
        raise OSError("no database")

    monkeypatch.setattr(door.messaging, "take_callback", broken)
    assert call(VonageShapes().reply(Reply(OURS, PERSON, "1", "in1"))).status_code == 503


def test_too_large_a_call_is_refused(carrier: int) -> None:
    raw = VonageShapes().reply(Reply(OURS, PERSON, "1", "in1"))
    assert call(replace(raw, body=b"x" * (door.LARGEST + 1))).status_code == 413


def test_inbound_text_goes_the_way_of_all_and_twice_is_once(carrier: int) -> None:
    raw = VonageShapes().reply(Reply(OURS, PERSON, "1", "in1"))
    for _ in range(2):
        assert call(raw).status_code == 200
    asyncio.run(read(carrier))
    assert stored() == [("read", True)] * 2
    assert sql("SELECT carrier, ref FROM messaging_inboundraw") == [(7, "in1")]


def test_long_text_is_joined_and_its_calls_wait_for_the_last_part(carrier: int) -> None:
    parts = [Reply(OURS, PERSON, text, f"in{at}", at, 3, 9) for at, text in enumerate(("one ", "two ", "three"), 1)]
    calls = [VonageShapes().reply(part) for part in parts]
    assert call(calls[2]).status_code == call(calls[0]).status_code == 200
    asyncio.run(read(carrier, times=2))
    assert stored() == [("", False)] * 2  # a kill here loses nothing
    assert sql("SELECT 1 FROM messaging_inboundraw") == []
    call(calls[1])
    asyncio.run(read(carrier))
    assert stored() == [("read", True)] * 3
    ((name, sealed),) = sql("SELECT id, raw_ct FROM messaging_inboundraw")
    told = json.loads(keys_for(SYSTEM_CLINIC).open("inbound.raw", name.bytes, bytes(sealed)))
    assert told["text"] == "one two three"


def test_unfinished_text_is_stored_as_it_is_when_its_time_is_up(carrier: int) -> None:
    call(VonageShapes().reply(Reply(OURS, PERSON, "half", "in1", 1, 2, 9)))
    asyncio.run(read(carrier, times=2, part_wait=0.0))
    assert sql("SELECT ref FROM messaging_inboundraw") == [("in1~1",)]
    assert stored() == [("read", True)]


def test_report_reaches_its_text(carrier: int) -> None:
    clinic = make_furnished()
    message = send(clinic.id, intent())[0].message_id
    with connect(Role.DISPATCH) as connection:
        connection.execute(
            "INSERT INTO messaging_event (clinic_id, message, at, kind, carrier, ref) VALUES (%s, %s, now(), 1, 7, 'ref1')",
            (clinic.id, message),
        )
    text = Text(PERSON, "x", OURS, "ref1", own="0" * 32)
    for state in (ReceiptState.DELIVERED, ReceiptState.DELIVERED):
        call(VonageShapes().receipt(text, state, 1))
    asyncio.run(read(carrier))
    assert events_of(message).count(EventKind.DELIVERED) == 1


def test_report_of_an_opt_out_withdraws_once(carrier: int) -> None:
    clinic = make_furnished()
    message = send(clinic.id, intent())[0].message_id
    with connect(Role.DISPATCH) as connection:
        connection.execute(
            "INSERT INTO messaging_event (clinic_id, message, at, kind, carrier, ref) VALUES (%s, %s, now(), 1, 7, 'ref1')",
            (clinic.id, message),
        )
    text = Text(PERSON, "x", OURS, "ref1", own="0" * 32)
    for _ in range(2):
        call(VonageShapes().receipt(text, ReceiptState.FAILED, 1, "opted_out"))
    asyncio.run(read(carrier))
    entries = "SELECT how FROM consent_ledgerentry WHERE clinic_id = %s AND kind = 'withdrawn'"
    assert sql(entries, (clinic.id,)) == [("carrier",)]
    assert send(clinic.id, intent(text="another"))[0].verdict == "never"


def test_call_that_no_document_describes_is_kept_and_holds_up_nothing(carrier: int) -> None:
    shapes = VonageShapes()
    strange = shapes._call({"msisdn": PERSON[1:], "messageId": "m", "to": OURS[1:], "status": "teleported"})
    assert call(strange).status_code == 200
    call(shapes.reply(Reply(OURS, PERSON, "2", "in2")))
    asyncio.run(read(carrier))
    assert stored() == [("unreadable", True), ("read", True)]


def test_call_that_can_not_be_stored_as_it_is_holds_up_nothing(carrier: int) -> None:
    shapes = VonageShapes()
    for raw in (Reply(OURS, PERSON, "1\0", "in\0" + "x" * 100), Reply(OURS, PERSON, "2", "in2")):
        assert call(shapes.reply(raw)).status_code == 200
    asyncio.run(read(carrier))
    assert stored() == [("read", True)] * 2
    assert {len(ref) for (ref,) in sql("SELECT ref FROM messaging_inboundraw")} == {3, 64}


def test_call_whose_text_breaks_the_store_waits_and_the_others_are_read(carrier: int) -> None:
    def spoil(items: Any) -> None:
        if any(item.text == "poison" for item in items):
            raise ValueError("a fault of ours")

    shapes = VonageShapes()
    for at, said in enumerate(("1", "poison", "2")):
        call(shapes.reply(Reply(OURS, PERSON, said, f"in{at}")))
    asyncio.run(read(carrier, spoil=spoil))
    assert stored() == [("read", True), ("failed", False), ("read", True)]
    asyncio.run(read(carrier))
    assert stored() == [("read", True)] * 3
    assert sql("SELECT count(*) FROM messaging_inboundraw") == [(3,)]


def test_body_that_never_comes_is_given_up(carrier: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "ARRIVES_WITHIN", 0.01)

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError

    scope = {"type": "http", "method": "POST", "headers": [], "path_params": {"carrier": "7", "secret": "x"}}
    assert asyncio.run(door.callback(Request(scope, receive))).status_code == 408  # type: ignore[arg-type]


def test_calls_that_come_too_fast_are_asked_for_again(carrier: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "MOST_WAITING", 0)
    answer = call(VonageShapes().reply(Reply(OURS, PERSON, "1", "in1")))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
