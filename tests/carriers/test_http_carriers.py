"""Vonage, MessageBird, Infobip, Sinch and Spryng: the suites, published contracts, and official SDKs as judges of signatures."""

import json
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from vonage_account import Account
from vonage_account.requests import GetCountryPricingRequest
from vonage_http_client.auth import Auth

from recado.channels import infobip, messagebird, sinch, spryng, vonage
from recado.channels.over_http import callbacks
from recado.channels.protocol import Carrier, Refused
from tests.carriers.contract import envelope
from tests.carriers.fakes.far_end import FakeCarrier, Said
from tests.carriers.fakes.infobip import InfobipShapes
from tests.carriers.fakes.messagebird import MessageBirdShapes
from tests.carriers.fakes.sinch import SinchShapes
from tests.carriers.fakes.spryng import SpryngShapes
from tests.carriers.fakes.vonage import VonageShapes
from tests.carriers.http_contract import HttpContract, World
from tests.carriers.published import vector


class TestVonage(HttpContract):
    shapes = VonageShapes

    @staticmethod
    def make(name: str, settings: dict[str, object]) -> Carrier:
        return vonage.make(name, settings)

    def test_prices_are_asked_for_and_read_as_the_official_sdk_does(self) -> None:
        async def story(carrier: Any, fake: FakeCarrier, world: World) -> None:
            told = await carrier.prices("GB")
            assert (told.currency, told.dearest) == ("EUR", Decimal("0.0333"))
            ours, theirs = fake.asked[-1], []

            class Keep:
                rest_host = "rest.nexmo.com"

                def get(self, host: str, path: str, params: dict[str, str], auth_type: str) -> dict[str, Any]:
                    theirs.append((path, params, auth_type))
                    return dict(json.loads(fake.shapes.told(ours, []).body))

            read = Account(Keep()).get_country_pricing(GetCountryPricingRequest(country_code="GB"))
            assert theirs == [(ours.path, ours.query, "basic")]
            assert read.networks and read.networks[0].price == "0.0333" and read.currency == told.currency
            with pytest.raises(LookupError, match="names no price"):
                await carrier.prices("FR")

        self.play(story)

    def test_balance_is_told_as_the_official_sdk_reads_it(self) -> None:
        async def story(carrier: Any, fake: FakeCarrier, world: World) -> None:
            told = await carrier.balance()
            ours, theirs = fake.asked[-1], []

            class Keep:
                rest_host = "rest.nexmo.com"

                def get(self, host: str, path: str, auth_type: str) -> dict[str, Any]:
                    theirs.append((path, auth_type))
                    return dict(json.loads(fake.shapes.told(ours, []).body))

            assert (Account(Keep()).get_balance().value, "EUR") == (float(told.amount), told.currency)
            assert theirs == [(ours.path, "basic")]
            await fake.fault("bad_gateway")
            with pytest.raises(LookupError, match="http_502"):
                await carrier.balance()

        self.play(story)

    def test_balance_that_is_not_told_is_none(self) -> None:
        async def story(carrier: Any, fake: FakeCarrier, world: World) -> None:
            for body in (b'{"autoReload": false}', b'{"value": "soon"}'):
                fake.shapes.told = lambda asked, taken, body=body: Said(200, body)  # type: ignore[method-assign]
                with pytest.raises(LookupError, match="didn't say"):
                    await carrier.balance()

        self.play(story)


class TestMessageBird(HttpContract):
    shapes = MessageBirdShapes

    @staticmethod
    def make(name: str, settings: dict[str, object]) -> Carrier:
        return messagebird.make(name, settings)

    def test_balance_is_told(self) -> None:
        async def story(carrier: Any, fake: FakeCarrier, world: World) -> None:
            assert (await carrier.balance()).amount == Decimal("103.5")

        self.play(story)


class TestInfobip(HttpContract):
    shapes = InfobipShapes

    @staticmethod
    def make(name: str, settings: dict[str, object]) -> Carrier:
        return infobip.make(name, settings)


class TestSinch(HttpContract):
    shapes = SinchShapes
    look_up_settings: ClassVar = {"batch": 1}  # texts that share a batch can't be told apart

    @staticmethod
    def make(name: str, settings: dict[str, object]) -> Carrier:
        return sinch.make(name, settings)


class TestSpryng(HttpContract):
    shapes = SpryngShapes
    expires_as = SpryngShapes.expires_as
    long_text = HttpContract.long_text.replace("[", "(").replace("]", ")")

    @staticmethod
    def make(name: str, settings: dict[str, object]) -> Carrier:
        return spryng.make(name, settings)

    def test_text_that_spryng_would_fill_in_is_refused(self) -> None:
        async def story(carrier: Any, fake: FakeCarrier, world: World) -> None:
            assert await carrier.send([envelope("see [page 2]")]) == [Refused("brackets_not_possible")]
            assert fake.asked == []

        self.play(story)


# ---------------------------------------------------------------- signatures


@pytest.mark.parametrize(("name", "method"), [("vonage-sms-md5", "md5"), ("vonage-sms-sha256", "sha256")])
def test_vonage_vector_holds_and_its_sdk_agrees(name: str, method: str) -> None:
    told = vector(name)
    given = {"api_key": "k", "api_secret": "s", "signature_secret": told.key, "signature_method": method}
    carrier: Any = vonage.make("v", given)
    assert carrier.verify(told.raw)
    assert not carrier.verify(told.tampered)
    assert Auth(api_key="abcd1234", signature_secret=told.key, signature_method=method).check_signature(
        callbacks.form(told.raw)
    )  # type: ignore[arg-type]


def test_messagebird_vector_holds_and_its_sdk_agrees() -> None:
    from messagebird.request_validator import RequestValidator  # type: ignore[import-untyped]

    told = vector("messagebird")
    carrier: Any = messagebird.make("m", {"access_key": "a", "signing_key": told.key})
    assert carrier.verify(told.raw)
    assert not carrier.verify(told.tampered)
    token = told.raw.headers["messagebird-signature-jwt"]
    assert RequestValidator(told.key).validate_signature(token, told.raw.url, told.raw.body)


def test_sinch_vector_holds_and_its_sdk_agrees() -> None:
    from sinch.domains.authentication.sinch_events.v1.authentication_validation import (
        validate_sinch_event_signature_with_nonce as validate,
    )

    told = vector("sinch")
    carrier: Any = sinch.make("s", {"service_plan_id": "p", "api_token": "t", "webhook_secret": told.key})
    assert carrier.verify(told.raw)
    assert not carrier.verify(told.tampered)
    assert validate(told.key, dict(told.raw.headers), told.raw.body.decode())


def test_token_of_another_key_or_none_at_all_is_refused() -> None:
    told = vector("vonage-messages")
    token = told.raw.headers["authorization"].removeprefix("Bearer ")
    assert callbacks.jwt_claims(token, told.key)
    head, payload, _ = token.split(".")
    for bad in ("", "a.b", "a.b.c", f"{head}.{payload}.", token + "x", "eyJhbGciOiJub25lIn0." + payload + "."):
        assert callbacks.jwt_claims(bad, told.key) is None
    assert callbacks.jwt_claims(token, "another") is None


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("31612345678", "+31612345678"),
        ("+447700900321", "+447700900321"),
        ("0033639980017", "+33639980017"),
        ("Clinic", "Clinic"),
        ("88440", "88440"),
        ("", ""),
    ],
)
def test_numbers_get_their_plus_where_it_can_be_told(given: str, wanted: str) -> None:
    assert callbacks.e164(given) == wanted
