"""AWS's shapes: requests that botocore's signer would sign the same, events in SNS envelopes signed by a certificate made here."""

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from recado.channels import aws
from recado.channels.given import read
from recado.channels.protocol import RawCallback, ReceiptState
from tests.carriers.fakes.far_end import HOOK, Asked, Reply, Said, Shapes, Text, called

TOPIC = "arn:aws:sns:eu-west-1:123456789012:texts"
CERTIFICATE_AT = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"
ERRORS = {
    "throttled": (400, "ThrottlingException", ""),
    "opted_out": (400, "ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT"),
    "number": (400, "ValidationException", "INVALID_PARAMETER"),
    "no_credit": (400, "ServiceQuotaExceededException", "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"),
    "credentials": (400, "UnrecognizedClientException", ""),
    "carrier_error": (500, "InternalServerException", ""),
}
STATUS = {ReceiptState.DELIVERED: "DELIVERED", ReceiptState.FAILED: "UNREACHABLE", ReceiptState.EXPIRED: "TTL_EXPIRED"}
STATUS[ReceiptState.ON_THE_WAY] = "SUCCESSFUL"


@cache
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def certificate() -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key().public_key())
    builder = builder.serial_number(1).not_valid_before(datetime.now(UTC) - timedelta(days=1))
    return (
        builder.not_valid_after(datetime.now(UTC) + timedelta(days=1)).sign(key(), SHA256()).public_bytes(Encoding.PEM)
    )


def enveloped(message: str, kind: str = "Notification", version: str = "2", **rest: str) -> RawCallback:
    """What SNS posts."""
    told = {
        "Type": kind,
        "MessageId": "00000000-0000-4000-8000-000000000001",
        "TopicArn": TOPIC,
        "Message": message,
        "Timestamp": "2026-11-24T21:00:00.000Z",
        **rest,
    }
    content = "".join(f"{name}\n{told[name]}\n" for name in sorted(told)).encode()
    signature = key().sign(content, PKCS1v15(), SHA256() if version == "2" else SHA1())
    told |= {
        "SignatureVersion": version,
        "Signature": base64.b64encode(signature).decode(),
        "SigningCertURL": CERTIFICATE_AT,
    }
    return called(body=json.dumps(told).encode(), content_type="text/plain; charset=UTF-8")


class KnowsCertificate(aws.AwsCarrier):
    def certificate(self, place: str) -> bytes:
        assert place == CERTIFICATE_AT
        return certificate()


def knowing_its_certificate(name: str, settings: dict[str, object]) -> KnowsCertificate:
    return KnowsCertificate(name, read(aws.SETTINGS, settings))


class AwsShapes(Shapes):
    name = "aws"
    signs_words = True

    def __init__(self) -> None:
        self._serial = 0

    def settings(self, url: str) -> dict[str, object]:
        return {
            "access_key_id": "AKIAFICTIONAL",
            "secret_access_key": "fictional-secret",
            "region": "eu-west-1",
            "topics": TOPIC,
            "url": url,
            "callback_url": HOOK,
        }

    def texts(self, asked: Asked) -> list[Text]:
        assert (asked.method, asked.path) == ("POST", "/")
        assert asked.headers["x-amz-target"] == "PinpointSMSVoiceV2.SendTextMessage"
        assert re.match("AWS4-HMAC-SHA256 Credential=AKIAFICTIONAL/", asked.headers["authorization"])
        body = json.loads(asked.body)
        seconds = body.get("TimeToLive")
        validity = timedelta(seconds=seconds) if seconds else None
        self._serial += 1
        ref = f"00000000-0000-4000-8000-{self._serial:012d}"
        return [
            Text(body["DestinationPhoneNumber"], body["MessageBody"], body["OriginationIdentity"], ref, "", validity)
        ]

    def taken(self, texts: Sequence[Text]) -> Said:
        return Said(200, json.dumps({"MessageId": texts[0].ref}).encode())

    def refused(self, why: str) -> Said:
        status, kind, reason = ERRORS[why]
        told = {"__type": f"com.amazonaws.pinpointsmsvoicev2#{kind}", "Message": "refused"}
        return Said(status, json.dumps(told | ({"Reason": reason} if reason else {})).encode())

    def receipt(self, text: Text, state: ReceiptState, serial: int, why: str = "") -> RawCallback:
        event = {
            "eventType": f"TEXT_{STATUS[state]}",
            "eventVersion": "1.0",
            "eventTimestamp": 1795554000000,
            "isFinal": state is not ReceiptState.ON_THE_WAY,
            "originationPhoneNumber": text.sender,
            "destinationPhoneNumber": text.to,
            "messageId": text.ref,
            "messageStatus": STATUS[state],
        }
        return enveloped(json.dumps(event))

    def reply(self, reply: Reply) -> RawCallback:
        told = {
            "originationNumber": reply.sender,
            "destinationNumber": reply.to,
            "messageKeyword": "KEYWORD",
            "messageBody": reply.text,
            "inboundMessageId": reply.ref,
        }
        return enveloped(json.dumps(told), version="1")

    def signed(self, raw: RawCallback) -> RawCallback:
        """An event as it is, put into an envelope."""
        return enveloped(raw.body.decode())

    def swapped(self, raw: RawCallback, other: RawCallback) -> RawCallback:
        """The signature stands in the envelope."""
        one, told = (json.loads(call.body) for call in (raw, other))
        return replace(other, body=json.dumps({**told, "Signature": one["Signature"]}).encode())

    def forged(self, raw: RawCallback) -> RawCallback:
        return replace(raw, body=raw.body.replace(b"7700900", b"7700901"))
