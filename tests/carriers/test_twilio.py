"""Twilio: the suites, its published contract, and its own validator of signatures."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from recado.channels import twilio
from recado.channels.protocol import CannotTell, Carrier, Missing, NotThere
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

    def test_other_texts_to_that_number_are_not_taken_for_it(self) -> None:
        async def story(carrier: Any, fake: FakeCarrier, world: World) -> None:
            now = datetime.now(UTC)
            await carrier.send([envelope("alike"), envelope("other")])
            sought = Missing(envelope("as Twilio changed it"), now)
            (told,) = await carrier.look_up([sought])
            assert told == CannotTell("others_to_that_number")
            (told,) = await carrier.look_up([Missing(envelope("alike"), now + timedelta(hours=1))])
            assert told == NotThere()  # that one is older

        self.play(story)

    def test_account_that_keeps_no_words_can_not_be_asked(self) -> None:
        carrier = twilio.make("t", {"account_sid": "AC1", "auth_token": "x", "discard": True})
        assert not carrier.capabilities.status_lookup


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
