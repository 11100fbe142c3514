"""Kannel, Instasent, the Android gateway, Esendex and SMSAPI: the suites, and what their documents say besides."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests
from smsapi.client import SmsApiPlClient  # type: ignore[import-untyped]

from recado.channels import android, esendex, instasent, kannel, smsapi
from recado.channels.protocol import Accepted, BadSettings, Carrier, ReceiptState, Refused, Uncertain, Unreadable
from tests.carriers.contract import ELEANOR, REMI, envelope
from tests.carriers.fakes.android import AndroidShapes
from tests.carriers.fakes.esendex import EsendexShapes
from tests.carriers.fakes.far_end import HOOK, FakeCarrier, Reply, Said, called
from tests.carriers.fakes.instasent import InstasentShapes
from tests.carriers.fakes.kannel import KannelShapes
from tests.carriers.fakes.smsapi import SmsapiShapes
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


class TestEsendex(HttpContract):
    shapes = EsendexShapes

    @staticmethod
    def make(name: str, settings: dict[str, object]) -> Carrier:
        return esendex.make(name, settings)

    def test_letters_of_xml_arrive_and_the_balance_is_told(self) -> None:
        async def story(carrier: Any, fake: FakeCarrier, world: World) -> None:
            await carrier.send([envelope("how does it stand? <&> \"'")])
            assert await fake.texts(ELEANOR) == ["how does it stand? <&> \"'"]
            assert (await carrier.balance()).amount == 2000
            assert await carrier.send([envelope("bell \x07")]) == [Refused("letters_not_possible")]

        self.play(story)


class TestSmsapi(HttpContract):
    shapes = SmsapiShapes
    expires_as = SmsapiShapes.expires_as

    @staticmethod
    def make(name: str, settings: dict[str, object]) -> Carrier:
        return smsapi.make(name, settings)

    def test_request_is_the_official_clients_own(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async def story(carrier: Any, fake: FakeCarrier, world: World) -> None:
            await carrier.send([envelope("alike"), envelope("alike", REMI)])
            ours = fake.asked[0].form
            theirs: list[requests.PreparedRequest] = []

            def keep(session: requests.Session, asked: requests.PreparedRequest, **rest: Any) -> requests.Response:
                theirs.append(asked)
                said = requests.Response()
                said.status_code, said._content = 200, b'{"count": 0, "list": []}'
                return said

            monkeypatch.setattr("requests.Session.send", keep)
            SmsApiPlClient(access_token="fictional-token").sms.send(
                to=[ELEANOR.e164[1:], REMI.e164[1:]],
                message="alike",
                from_=ours["from"],
                idx=ours["idx"].split("|"),
                check_idx="1",
                encoding="utf-8",
            )
            assert dict(parse_qsl(str(theirs[0].body))) == ours
            assert theirs[0].headers["authorization"] == fake.asked[0].headers["authorization"]

        self.play(story, status_field="")

    def test_balance_is_told(self) -> None:
        async def story(carrier: Any, fake: FakeCarrier, world: World) -> None:
            assert (await carrier.balance()).amount == Decimal("103.5")

        self.play(story)


def test_esendex_pushes_by_xml_are_read_and_entities_never() -> None:
    given = {"username": "u", "password": "p", "account_reference": "EX0000000"}
    carrier: Any = esendex.make("e", given)
    delivered = "<MessageDelivered><Id>n1</Id><MessageId>m1</MessageId><OccurredAt>2026-11-24T21:00:00</OccurredAt></MessageDelivered>"
    (receipt,) = carrier.read_callback(called(body=delivered.encode(), content_type="text/xml"))
    assert (receipt.ref, receipt.state) == ("m1", ReceiptState.DELIVERED)
    written = "<InboundMessage><Id>n2</Id><MessageId>m2</MessageId><MessageText>1 &amp; 2</MessageText><From>447700900321</From><To>447700900100</To></InboundMessage>"
    (reply,) = carrier.read_callback(called(body=written.encode(), content_type="text/xml"))
    assert (reply.sender, reply.to, reply.text) == ("+447700900321", "+447700900100", "1 & 2")
    bomb = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><InboundMessage><Id>&c;</Id></InboundMessage>'
    for encoding in ("utf-8", "utf-16"):
        with pytest.raises(Unreadable, match="document type"):
            esendex._flat(bomb.encode(encoding))
    with pytest.raises(Unreadable, match="deep"):
        esendex._flat(b"<a>" * 50)
    with pytest.raises(Unreadable, match="isn't documented"):
        carrier.read_callback(called(body=b"<MessageFailed><MessageId>m3</MessageId></MessageFailed>"))


def test_smsapi_refuses_what_it_has_no_fields_for() -> None:
    bare: Any = smsapi.make("s", {"token": "t", "callback_url": HOOK})
    assert (bare.capabilities.receipts, bare.capabilities.receives, bare.capabilities.batch) == (False, False, 100)
    with pytest.raises(Unreadable, match="sender_field"):
        bare.read_callback(SmsapiShapes().reply(Reply("+447700900100", "+447700900321", "1", "r1")))
    with pytest.raises(BadSettings, match="belong together: number_field"):
        smsapi.make("s", {"token": "t", "sender_field": "from"})


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
