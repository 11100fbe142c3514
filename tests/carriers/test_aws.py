"""AWS: the suites, botocore's model and signer, and SNS envelopes."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from recado.channels import aws
from recado.channels.over_http import Reply
from recado.channels.protocol import BadSettings, Carrier, ReceiptState, Refused
from tests.carriers.contract import envelope
from tests.carriers.fakes.aws import CERTIFICATE_AT, TOPIC, AwsShapes, enveloped
from tests.carriers.fakes.aws import knowing_its_certificate as made
from tests.carriers.fakes.far_end import FakeCarrier
from tests.carriers.http_contract import HttpContract, World

GIVEN = {k: v for k, v in AwsShapes().settings("").items() if k != "url"}


class TestAws(HttpContract):
    shapes = AwsShapes

    @staticmethod
    def make(name: str, settings: dict[str, object]) -> Carrier:
        return made(name, settings)

    def test_blank_text_is_refused_before_it_leaves(self) -> None:
        async def story(carrier: Any, fake: FakeCarrier, world: World) -> None:
            assert await carrier.send([envelope(" \n")]) == [Refused("text_blank")]

        self.play(story)

    def test_topic_that_asks_is_confirmed_only_at_amazons_signed_address(self) -> None:
        async def story(carrier: Any, fake: FakeCarrier, world: World) -> None:
            visited: list[str] = []

            async def ask(call: Any) -> Reply:
                visited.append(call.url)
                return Reply(200, {}, b"")

            carrier.ask = ask
            place = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"
            raw = enveloped("confirm", "SubscriptionConfirmation", SubscribeURL=place, Token="t")
            assert (carrier.asks_for(raw), list(carrier.read_callback(raw))) == (TOPIC, [])
            assert await carrier.confirm(raw)
            assert visited == [place]
            forged = replace(raw, body=raw.body.replace(b"Token=t", b"Token=u"))
            elsewhere = [
                enveloped("confirm", "SubscriptionConfirmation", SubscribeURL=url, Token="t")
                for url in (
                    "https://sns.eu-west-1.amazonaws.com.evil.example/?Action=ConfirmSubscription",
                    "https://evil.example@sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription",
                    "http://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription",
                    "https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe",
                )
            ]
            assert [await carrier.confirm(one) for one in (forged, *elsewhere)] == [False] * 5
            assert visited == [place]
            assert carrier.asks_for(enveloped("{}")) == ""

        self.play(story)


def test_signature_is_botocores() -> None:
    place, content = "https://sms-voice.eu-west-1.amazonaws.com/", b'{"MessageBody": "hello"}'
    headers = {"content-type": "application/x-amz-json-1.0", "x-amz-target": "PinpointSMSVoiceV2.SendTextMessage"}
    theirs = AWSRequest("POST", place, headers=dict(headers), data=content)
    SigV4Auth(Credentials("AKIAFICTIONAL", "fictional-secret"), "sms-voice", "eu-west-1").add_auth(theirs)
    at = datetime.strptime(theirs.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    ours = aws.sign(place, headers, content, ("AKIAFICTIONAL", "fictional-secret"), "eu-west-1", at)
    assert ours["authorization"] == theirs.headers["Authorization"]


@pytest.mark.parametrize("version", ["1", "2"])
def test_envelope_counts_only_as_amazon_signed_it_for_our_topic(version: str) -> None:
    carrier = made("a", GIVEN)
    raw = enveloped("{}", version=version)
    assert carrier.verify(raw)
    for old, new in (
        (TOPIC, TOPIC + "2"),
        (CERTIFICATE_AT, "https://sns.eu-west-1.amazonaws.com.evil.example/x.pem"),
        (CERTIFICATE_AT, "https://evil.example/sns.eu-west-1.amazonaws.com/x.pem"),
        (CERTIFICATE_AT, "https://user@sns.eu-west-1.amazonaws.com/x.pem"),
        (CERTIFICATE_AT, "http://sns.eu-west-1.amazonaws.com/x.pem"),
        (f'"SignatureVersion": "{version}"', '"SignatureVersion": "3"'),
    ):
        assert old.encode() in raw.body
        assert not carrier.verify(replace(raw, body=raw.body.replace(old.encode(), new.encode())))


def test_certificate_out_of_reach_is_no_forgery(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> httpx.Response:
        raise httpx.ConnectError("away")

    aws.fetched.cache_clear()
    monkeypatch.setattr(httpx, "get", away)
    carrier: Any = aws.make("a", GIVEN)
    with pytest.raises(aws.CertificateOutOfReach):
        carrier.verify(enveloped("{}"))


@pytest.mark.parametrize(
    ("status", "is_final", "state"),
    [
        ("SUCCESSFUL", False, ReceiptState.ON_THE_WAY),
        ("SUCCESSFUL", True, ReceiptState.DELIVERED),
        ("DELIVERED", True, ReceiptState.DELIVERED),
        ("UNREACHABLE", True, ReceiptState.FAILED),
        ("TTL_EXPIRED", True, ReceiptState.EXPIRED),
        ("OPTED_OUT", True, ReceiptState.FAILED),
    ],
)
def test_events_are_read_by_status_and_whether_they_are_final(status: str, is_final: bool, state: ReceiptState) -> None:
    event = {"messageId": "m1", "messageStatus": status, "isFinal": is_final}
    (receipt,) = made("a", GIVEN).read_callback(enveloped(json.dumps(event)))
    assert (receipt.state, receipt.person_stopped) == (state, status == "OPTED_OUT")


@pytest.mark.parametrize(("name", "value"), [("region", "the moon"), ("topics", "texts")])
def test_bad_settings_are_told_by_name(name: str, value: str) -> None:
    with pytest.raises(BadSettings, match=name):
        aws.make("a", GIVEN | {name: value})
