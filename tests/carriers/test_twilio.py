"""Twilio: the suites, its published contract, and its own validator of signatures."""

from typing import Any

import pytest

from recado.channels import twilio
from recado.channels.protocol import Carrier, ReceiptState
from tests.carriers.contract import envelope
from tests.carriers.fakes.far_end import FakeCarrier, called
from tests.carriers.fakes.twilio import TwilioShapes
from tests.carriers.http_contract import HttpContract, World
from tests.carriers.published import vector


class TestTwilio(HttpContract):
    shapes = TwilioShapes
    expires_as = TwilioShapes.expires_as

    @staticmethod
    def make(name: str, settings: dict[str, object]) -> Carrier:
        return twilio.make(name, settings)

    def test_text_can_be_looked_up(self) -> None:
        async def story(carrier: Any, fake: FakeCarrier, world: World) -> None:
            (outcome,) = await carrier.send([envelope("how does it stand?")])
            found = await carrier.lookup(outcome.ref)
            assert (found.ref, found.state) == (outcome.ref, ReceiptState.DELIVERED)
            assert await carrier.lookup("SM0") is None

        self.play(story)


def test_signature_vector_holds() -> None:
    told = vector("twilio")
    carrier: Any = twilio.make("t", {"account_sid": "AC1", "auth_token": told.key})
    assert carrier.verify(told.raw)
    assert not carrier.verify(told.tampered)


@pytest.mark.parametrize("status", sorted(twilio.STATES))
def test_every_status_is_read(status: str) -> None:
    carrier: Any = twilio.make("t", {"account_sid": "AC1", "auth_token": "x"})
    (receipt,) = carrier.read_callback(called(form={"MessageSid": "SM1", "MessageStatus": status}))
    assert receipt.state is twilio.STATES[status]
