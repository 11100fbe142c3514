"""AWS End User Messaging (pinpoint-sms-voice-v2): one text a request, JSON signed by Signature Version 4; events by Amazon SNS.

Sources: botocore's service model, which the tests hold requests against, and botocore's signer, which they ask for the signature;
the developer guides of SNS for its signature; GSA's and cds-snc's notification services for events and texts that come in.

SNS signs with a certificate at Amazon's own address. It is fetched once in each process; as long as it can't be, `verify` raises, so that
the call is answered with 503 and comes again (SNS gives up on what is answered with 403). Anybody with an AWS account can have SNS
sign, so only topics that are named in the settings count.
"""

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
import logging
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import httpx
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from recado.channels.given import read
from recado.channels.over_http import (
    CALLBACKS,
    PACE,
    Call,
    Codes,
    ErrorClass,
    HttpCarrier,
    Reply,
    Told,
    trouble_of,
    validity_of,
)
from recado.channels.over_http import callbacks as calls
from recado.channels.protocol import (
    Accepted,
    Answer,
    BadSettings,
    Capabilities,
    Carrier,
    Cost,
    Envelope,
    Inbound,
    RawCallback,
    Receipt,
    ReceiptState,
    Setting,
    Unreadable,
    cost_of,
)

logger = logging.getLogger(__name__)

SETTINGS: Final = (
    Setting("access_key_id", "access key of an IAM user that may do sms-voice:SendTextMessage, and nothing else"),
    Setting("secret_access_key", "its secret", is_secret=True),
    Setting("region", "the region, such as eu-west-1"),
    Setting("topics", "ARNs of the SNS topics that report to us, with commas between them"),
    Setting("origination", "a pool or sender to send by, in place of the clinic's number", default=""),
    Setting(
        "message_type",
        "what the texts are to AWS",
        "choice",
        "TRANSACTIONAL",
        choices=("TRANSACTIONAL", "PROMOTIONAL"),
    ),
    Setting("configuration_set", "the configuration set whose events go to the topic; empty: the default", default=""),
    Setting("url", "the address of the API, in place of the region's", default=""),
    *PACE,
    *CALLBACKS,
)

LONGEST_TEXT: Final = 1600
SHORTEST_VALIDITY, LONGEST_VALIDITY = timedelta(seconds=5), timedelta(seconds=259_200)

CODES: Final[Codes] = {
    "ThrottlingException": (ErrorClass.THROTTLED, "throttled"),
    "InternalServerException": (ErrorClass.TEMPORARY, "carrier_error"),
    "AccessDeniedException": (ErrorClass.ACCOUNT, "credentials_refused"),
    "ACCOUNT_DISABLED": (ErrorClass.ACCOUNT, "account_suspended"),
    "INSUFFICIENT_ACCOUNT_REPUTATION": (ErrorClass.ACCOUNT, "account_suspended"),
    "UnrecognizedClientException": (ErrorClass.ACCOUNT, "credentials_refused"),
    "InvalidSignatureException": (ErrorClass.ACCOUNT, "credentials_refused"),
    "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT": (ErrorClass.ACCOUNT, "no_credit"),
    "ServiceQuotaExceededException": (ErrorClass.ACCOUNT, "over_its_quota"),
    "ResourceNotFoundException": (ErrorClass.SENDER, "sender_not_found"),
    "DESTINATION_PHONE_NUMBER_OPTED_OUT": (ErrorClass.OPTED_OUT, "carrier_opt_out"),
    "DESTINATION_PHONE_NUMBER_NOT_VERIFIED": (ErrorClass.SENDER, "not_on_test_list"),
    "NO_ORIGINATION_IDENTITIES_FOUND": (ErrorClass.SENDER, "sender_not_found"),
    "MESSAGE_TYPE_MISMATCH": (ErrorClass.SENDER, "message_type_mismatch"),
    "RESOURCE_NOT_ACTIVE": (ErrorClass.SENDER, "sender_not_active"),
    "SENDER_ID_REQUIRES_REGISTRATION": (ErrorClass.SENDER, "sender_not_registered"),
    "SENDER_ID_NOT_REGISTERED": (ErrorClass.SENDER, "sender_not_registered"),
    "SENDER_ID_NOT_SUPPORTED": (ErrorClass.SENDER, "sender_refused"),
    "INVALID_IDENTITY_FOR_DESTINATION_COUNTRY": (ErrorClass.SENDER, "sender_refused"),
    "COUNTRY_NOT_ENABLED": (ErrorClass.SENDER, "region_not_enabled"),
    "DESTINATION_COUNTRY_BLOCKED": (ErrorClass.SENDER, "region_not_enabled"),
    "INTERNATIONAL_SENDING_NOT_SUPPORTED": (ErrorClass.SENDER, "region_not_enabled"),
    "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION": (ErrorClass.SENDER, "region_not_enabled"),
    "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE": (ErrorClass.PERMANENT, "number_barred"),
    "PRICE_OVER_THRESHOLD": (ErrorClass.SENDER, "price_over_threshold"),
    "CANNOT_PARSE": (ErrorClass.PERMANENT, "parameter_refused"),
    "INVALID_PARAMETER": (ErrorClass.PERMANENT, "parameter_refused"),
    "MISSING_PARAMETER": (ErrorClass.PERMANENT, "parameter_missing"),
    "FIELD_VALIDATION_FAILED": (ErrorClass.PERMANENT, "parameter_refused"),
    "MAXIMUM_SIZE_EXCEEDED": (ErrorClass.PERMANENT, "text_too_long"),
}
STATES: Final[Mapping[str, ReceiptState]] = {
    "PENDING": ReceiptState.ON_THE_WAY,
    "QUEUED": ReceiptState.ON_THE_WAY,
    "SENT": ReceiptState.ON_THE_WAY,
    "UNKNOWN": ReceiptState.ON_THE_WAY,
    "SUCCESSFUL": ReceiptState.DELIVERED,  # once it is final; before, it is with the phone's network only
    "DELIVERED": ReceiptState.DELIVERED,
    "TTL_EXPIRED": ReceiptState.EXPIRED,
    "INVALID": ReceiptState.FAILED,
    "INVALID_MESSAGE": ReceiptState.FAILED,
    "UNREACHABLE": ReceiptState.FAILED,
    "CARRIER_UNREACHABLE": ReceiptState.FAILED,
    "BLOCKED": ReceiptState.FAILED,
    "CARRIER_BLOCKED": ReceiptState.FAILED,
    "SPAM": ReceiptState.FAILED,
    "PROTECT_BLOCKED": ReceiptState.FAILED,
    "MAX_PRICE_EXCEEDED": ReceiptState.FAILED,
    "OPTED_OUT": ReceiptState.FAILED,
}
STOPPED: Final = "OPTED_OUT"
CONFIRMATION: Final = "SubscriptionConfirmation"
_SIGNED: Final = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    CONFIRMATION: ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    "UnsubscribeConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
_DIGESTS: Final = {"1": SHA1, "2": SHA256}
_REGION: Final = re.compile(r"[a-z]{2}(-[a-z]+)+-\d", re.ASCII)
_AMAZON: Final = re.compile(r"sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?", re.ASCII)


class CertificateOutOfReach(Exception):
    """Amazon's certificate couldn't be fetched: nobody knows whether the call is genuine, so it must come again."""


class AwsCarrier(HttpCarrier):
    def __init__(self, name: str, settings: Mapping[str, Any]) -> None:
        super().__init__(name, settings)
        if not _REGION.fullmatch(settings["region"]):
            raise BadSettings("region", "The setting region must be the name of a region, such as eu-west-1.")
        self._topics = {arn.strip() for arn in settings["topics"].split(",") if arn.strip()}
        if not all(re.fullmatch(r"arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[\w-]+", arn, re.ASCII) for arn in self._topics):
            raise BadSettings(
                "topics", "Each of topics must be an ARN, such as arn:aws:sns:eu-west-1:123456789012:texts."
            )
        self.can = Capabilities(
            window=settings["window"],
            price_in_answer=True,
            receives=True,
            receipts=True,
            validity_at_most=LONGEST_VALIDITY,
        )
        suffix = ".cn" if settings["region"].startswith("cn-") else ""
        self._place = settings["url"] or f"https://sms-voice.{settings['region']}.amazonaws.com{suffix}"

    # ---------------------------------------------------------------- texts

    def unfit(self, envelope: Envelope) -> str:
        return "text_too_long" if len(envelope.text) > LONGEST_TEXT else "" if envelope.text.strip() else "text_blank"

    def call(self, envelopes: Sequence[Envelope]) -> Call:
        (envelope,) = envelopes
        body: dict[str, object] = {
            "DestinationPhoneNumber": envelope.to,
            "OriginationIdentity": self.settings["origination"] or envelope.sender,
            "MessageBody": envelope.text,
            "MessageType": self.settings["message_type"],
        }
        if self.settings["configuration_set"]:
            body["ConfigurationSetName"] = self.settings["configuration_set"]
        validity = validity_of(envelope, least=SHORTEST_VALIDITY, most=LONGEST_VALIDITY)
        if validity is not None:
            body["TimeToLive"] = int(validity.total_seconds())
        content = json.dumps(body).encode()
        headers = {"content-type": "application/x-amz-json-1.0", "x-amz-target": "PinpointSMSVoiceV2.SendTextMessage"}
        keys = self.settings["access_key_id"], self.settings["secret_access_key"]
        place = f"{self._place.rstrip('/')}/"
        signature = sign(place, headers, content, keys, self.settings["region"], datetime.now(UTC))
        return Call("POST", place, {**headers, **signature}, content=content)

    def read(self, envelopes: Sequence[Envelope], reply: Reply) -> Sequence[Told]:
        told = reply.object()
        if reply.is_ok:
            return [Accepted(told["MessageId"])]
        kind = str(told.get("__type", "")).rpartition("#")[2]
        reason = str(told.get("Reason", ""))
        return [trouble_of(reply, CODES, reason if reason in CODES else kind)]

    # ---------------------------------------------------------------- callbacks

    def verify(self, raw: RawCallback) -> bool:
        """RSA over named fields, by a certificate at Amazon's address; and of one of our topics."""
        try:
            told = calls.json_object(raw)
            content = signed_content(told)
            signature = base64.b64decode(str(told.get("Signature", "")), validate=True)
        except (Unreadable, binascii.Error, ValueError):
            return False
        digest, place = _DIGESTS.get(str(told.get("SignatureVersion"))), str(told.get("SigningCertURL", ""))
        if not content or not digest or told.get("TopicArn") not in self._topics or not _is_amazons(place, ".pem"):
            return False
        certificate = x509.load_pem_x509_certificate(self.certificate(place))
        key = certificate.public_key()
        is_valid = certificate.not_valid_before_utc <= raw.received_at <= certificate.not_valid_after_utc
        if not isinstance(key, RSAPublicKey) or not is_valid:
            return False
        try:
            key.verify(signature, content, PKCS1v15(), digest())
        except InvalidSignature:
            return False
        return True

    def certificate(self, place: str) -> bytes:
        """Amazon's certificate, in PEM. Raises CertificateOutOfReach."""
        return fetched(place)

    def read_callback(self, raw: RawCallback) -> Sequence[Receipt | Inbound]:
        told = calls.json_object(raw)
        match told.get("Type"):
            case "Notification":
                try:
                    event = json.loads(str(told.get("Message")))
                except (ValueError, RecursionError):
                    event = None
                if not isinstance(event, dict):
                    raise Unreadable("a message that isn't a JSON object")
                return _items(event)
            case "SubscriptionConfirmation":
                return []  # `asks_for`
            case "UnsubscribeConfirmation":
                logger.error("carrier %s: a topic of AWS no longer reports to us; subscribe it again", self.name)
                return []
        raise Unreadable("a type that SNS doesn't document")

    def asks_for(self, raw: RawCallback) -> str:
        """The topic that is to report to us (`Confirms`)."""
        try:
            told = calls.json_object(raw)
        except Unreadable:
            return ""
        return str(told.get("TopicArn", "")) if told.get("Type") == CONFIRMATION else ""

    async def confirm(self, raw: RawCallback) -> bool:
        """Visits the address in the call: one of SNS's own, signed by Amazon for a topic of ours. Anything else is left alone."""
        place = str(calls.json_object(raw).get("SubscribeURL", ""))
        is_wanted = dict(parse_qsl(urlsplit(place).query)).get("Action") == "ConfirmSubscription"
        if not _is_amazons(place, "") or not is_wanted or not await asyncio.to_thread(self.verify, raw):
            return False
        return (await self.ask(Call("GET", place))).is_ok

    def callback_answer(self, raw: RawCallback, is_genuine: bool) -> Answer:
        return Answer() if is_genuine else calls.NOT_GENUINE


def _items(event: Mapping[str, Any]) -> Sequence[Receipt | Inbound]:
    ref = calls.text_of(event, "inboundMessageId")
    person, number = (calls.text_of(event, name) for name in ("originationNumber", "destinationNumber"))
    if ref and person and number and "messageBody" in event:
        return [Inbound(calls.e164(person), calls.e164(number), str(event["messageBody"] or ""), None, ref)]
    ref, status = calls.text_of(event, "messageId"), calls.text_of(event, "messageStatus")
    state = STATES.get(status)
    if not ref or state is None:
        raise Unreadable("neither an event of a text nor a person's text")
    if not event.get("isFinal", True) and state is not ReceiptState.EXPIRED and status != "DELIVERED":
        state = ReceiptState.ON_THE_WAY
    to, sender = (calls.text_of(event, f"{which}PhoneNumber") for which in ("destination", "origination"))
    return [
        Receipt(
            ref,
            state,
            None,
            calls.e164(to),
            calls.e164(sender),
            "" if state in (ReceiptState.DELIVERED, ReceiptState.ON_THE_WAY) else status,
            person_stopped=status == STOPPED,
            cost=_cost(event),
        )
    ]


def _cost(event: Mapping[str, Any]) -> Cost | None:
    """`totalMessagePrice` and `totalCarrierFee`, which AWS bills one beside the other. No event names the currency."""
    price, fee = cost_of(event.get("totalMessagePrice")), cost_of(event.get("totalCarrierFee", 0))
    return Cost(price.amount + fee.amount) if price and fee else None


def _is_amazons(place: str, ending: str) -> bool:
    try:
        parts = urlsplit(place)
        return parts.scheme == "https" and _AMAZON.fullmatch(parts.netloc) is not None and parts.path.endswith(ending)
    except ValueError:
        return False


def signed_content(told: Mapping[str, Any]) -> bytes:
    """What SNS signs: names and values, each on a line. Empty where the type is none of SNS's."""
    names = _SIGNED.get(str(told.get("Type")), ())
    return "".join(f"{name}\n{told[name]}\n" for name in names if told.get(name) is not None).encode()


@lru_cache(maxsize=8)
def fetched(place: str) -> bytes:
    """One certificate, once in a process. A failure isn't remembered."""
    try:
        reply = httpx.get(place, timeout=5, follow_redirects=False)
        reply.raise_for_status()
        x509.load_pem_x509_certificate(reply.content)
    except (httpx.HTTPError, ValueError) as error:
        raise CertificateOutOfReach(type(error).__name__) from None
    return reply.content


def sign(
    place: str, headers: Mapping[str, str], content: bytes, keys: tuple[str, str], region: str, at: datetime
) -> dict[str, str]:
    """The headers of Signature Version 4 for a POST to the root of a service."""
    stamp = at.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/{region}/sms-voice/aws4_request"
    named = {**headers, "host": urlsplit(place).netloc, "x-amz-date": stamp}
    names = ";".join(sorted(named))
    lines = "".join(f"{name}:{named[name].strip()}\n" for name in sorted(named))
    request = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(content).hexdigest()}"
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = f"AWS4{keys[1]}".encode()
    for step in scope.split("/"):
        key = hmac.new(key, step.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    credential = f"{keys[0]}/{scope}"
    return {
        "x-amz-date": stamp,
        "authorization": f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={names}, Signature={signature}",
    }


def make(name: str, settings: Mapping[str, object]) -> Carrier:
    return AwsCarrier(name, read(SETTINGS, settings))
