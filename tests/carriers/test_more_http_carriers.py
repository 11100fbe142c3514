"""Kannel, Instasent, the Android gateway, Esendex and SMSAPI: the suites, and what their documents say besides."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from recado.channels import android, instasent, kannel
from recado.channels.protocol import Accepted, BadSettings, Carrier, ReceiptState, Uncertain, Unreadable
from tests.carriers.contract import REMI, envelope
from tests.carriers.fakes.android import AndroidShapes
from tests.carriers.fakes.far_end import FakeCarrier, Reply, Said, called
from tests.carriers.fakes.instasent import InstasentShapes
from tests.carriers.fakes.kannel import KannelShapes
from tests.carriers.http_contract import HttpContract, World
from tests.carriers.published import vector


class TestKannel(HttpContract):
    shapes = KannelShapes
    expires_as = KannelShapes.expires_as

    @staticmethod
    def make(name: str, settings: dict[str, object]) -> Carrier:
        return kannel.make(name, settings)


class TestInstasent(HttpContract):
    shapes = InstasentShapes

    @staticmethod
    def make(name: str, settings: dict[str, object]) -> Carrier:
        return instasent.make(name, settings)

    def test_batch_of_which_nobody_can_tell_who_was_refused_is_uncertain(self) -> None:
        async def story(carrier: Any, fake: FakeCarrier, world: World) -> None:
            fake.shapes.taken = lambda texts: Said(201, b'{"entities": [{"id": "i1"}], "errors": [{}]}')  # type: ignore[method-assign]
            told = await carrier.send([envelope("alike"), envelope("alike", REMI)])
            assert [type(one) for one in told] == [Uncertain, Uncertain]

        self.play(story)


class TestAndroid(HttpContract):
    shapes = AndroidShapes
    expires_as = AndroidShapes.expires_as

    @staticmethod
    def make(name: str, settings: dict[str, object]) -> Carrier:
        return android.make(name, settings)

    def test_text_that_is_there_already_was_taken(self) -> None:
        async def story(carrier: Any, fake: FakeCarrier, world: World) -> None:
            fake.shapes.taken = lambda texts: Said(409, b"{}")  # type: ignore[method-assign]
            (outcome,) = await carrier.send([envelope("again")])
            assert isinstance(outcome, Accepted)

        self.play(story)

    def test_text_can_be_looked_up_by_our_own_id(self) -> None:
        async def story(carrier: Any, fake: FakeCarrier, world: World) -> None:
            (outcome,) = await carrier.send([envelope("how does it stand?")])
            found = await carrier.lookup(outcome.ref)
            assert (found.ref, found.state) == (outcome.ref, ReceiptState.DELIVERED)
            assert await carrier.lookup("00") is None

        self.play(story)


def test_android_vector_holds_and_an_old_call_is_refused() -> None:
    told = vector("android-smsgate")
    carrier: Any = android.make(
        "a", {"username": "u", "password": "p", "number": "+447700900100", "signing_key": told.key}
    )
    raw = replace(told.raw, received_at=datetime.fromtimestamp(1790000000, UTC))
    assert carrier.verify(raw)
    assert not carrier.verify(replace(raw, body=raw.body + b" "))
    assert not carrier.verify(replace(raw, received_at=datetime.fromtimestamp(1790000400, UTC)))


def test_android_takes_no_fourth_sim() -> None:
    with pytest.raises(BadSettings, match="1, 2 or 3"):
        android.make("a", {"username": "u", "password": "p", "number": "+447700900100", "sim": 4})


def test_android_passes_over_what_is_no_text() -> None:
    carrier: Any = android.make("a", {"username": "u", "password": "p", "number": "+447700900100"})
    assert carrier.read_callback(called(body=b'{"event": "system:ping", "payload": {}}')) == []
    with pytest.raises(Unreadable, match="Individual"):
        carrier.read_callback(called(body=b'{"event": "sms:batch:received", "payload": []}'))


def test_instasent_says_which_settings_a_persons_text_needs() -> None:
    carrier: Any = instasent.make("i", {"token": "t"})
    assert not carrier.capabilities.receives
    with pytest.raises(Unreadable, match="sender_field"):
        carrier.read_callback(InstasentShapes().reply(Reply("+447700900100", "+447700900321", "1", "r1")))


@pytest.mark.parametrize(("event", "state"), sorted(kannel.STATES.items()))
def test_kannel_events_are_read(event: str, state: ReceiptState) -> None:
    carrier: Any = kannel.make("k", {"username": "u", "password": "p"})
    (receipt,) = carrier.read_callback(called(method="GET", query=f"m={'ab' * 16}&status={event}"))
    assert (receipt.ref, receipt.state, receipt.message_reference) == ("ab" * 16, state, 0xABAB)
