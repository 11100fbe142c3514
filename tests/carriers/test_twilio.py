"""Twilio: the suites, its published contract, and its own validator of signatures."""

import logging
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
from twilio.http import HttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from recado.channels import twilio
from recado.channels.protocol import CannotTell, Carrier, Missing, NoMedia, NotThere
from tests.carriers.contract import envelope
from tests.carriers.fakes.far_end import FakeCarrier, called
from tests.carriers.fakes.twilio import ACCOUNT, PICTURE, TwilioShapes
from tests.carriers.http_contract import HttpContract, World
from tests.carriers.published import vector

PENCE = Decimal("0.0420")


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

    def test_a_file_is_fetched_with_our_login_from_the_api_and_without_it_where_that_leads(self) -> None:
        async def story(carrier: Any, fake: FakeCarrier, world: World) -> None:
            place = f"{carrier.settings['url']}/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media"
            assert await carrier.media(f"{place}/ME1", 10_000) == PICTURE
            assert await carrier.media(f"{place}/MEmoved", 10_000) == PICTURE
            asked = len(fake.asked)
            for address, most, reason in (
                (f"{place}/MEaway", 10_000, "elsewhere"),
                (f"{place}/MEgone", 10_000, "gone"),
                (f"{place}/ME1", 1_000, "too_large"),
                ("https://elsewhere.example/2010-04-01/x", 10_000, "elsewhere"),
                (place.replace(ACCOUNT, "AC" + "9" * 32) + "/ME1", 10_000, "elsewhere"),
                (f"{place}/../../../../x", 10_000, "elsewhere"),
            ):
                with pytest.raises(NoMedia) as refused:
                    await carrier.media(address, most)
                assert (refused.value.reason, refused.value.is_over) == (reason, True), address
            assert len(fake.asked) == asked + 3, "what is not theirs is never asked for"

        self.play(story)

    def test_only_addresses_of_the_account_are_taken_from_a_call(self) -> None:
        carrier = twilio.make("t", {**TwilioShapes().settings("https://api.twilio.com")})
        ours = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/ME1"
        form = {"MessageSid": "MM1", "From": "+447700900321", "To": "+447700900100", "NumMedia": "3"}
        form |= {"Body": "see https://evil.example/x", "MediaUrl0": ours, "MediaUrl1": "https://evil.example/x"}
        (heard,) = carrier.read_callback(called(form=form))  # type: ignore[attr-defined]
        assert (heard.media, heard.has_picture) == ((ours,), True)

    def test_prices_are_asked_for_as_the_official_sdk_does(self) -> None:
        async def story(carrier: Any, fake: FakeCarrier, world: World) -> None:
            told = await carrier.prices("GB")
            assert (told.currency, told.by_network, told.dearest) == ("USD", {"23410": PENCE}, PENCE)
            ours = fake.asked[-1]
            theirs: list[Any] = []

            class Keep(HttpClient):
                def request(self, method: str, url: str, auth: Any = None, **rest: Any) -> Response:
                    theirs.append((method, urlsplit(url).path, auth))
                    return Response(200, "{}")

            client = Client(
                carrier.settings["account_sid"],
                carrier.settings["auth_token"],
                http_client=Keep(logging.getLogger("twilio"), False),
            )
            client.pricing.v1.messaging.countries("GB").fetch()
            assert theirs == [(ours.method, ours.path, (client.username, client.password))]
            with pytest.raises(LookupError, match="names no price"):
                await carrier.prices("FR")

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
