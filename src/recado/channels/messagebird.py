"""MessageBird's REST API (of the time before it was Bird): up to 50 numbers a request.

Sources: messagebird/openapi-specs (the contract in the tests); the official SDK's signature check, which the tests ask;
nyaruka/courier for callbacks. Of Bird's own API (api.bird.com) the events, states and error codes aren't published, so it
isn't spoken here.

Reports name the request's id and the number, so a text's reference is made of both (`recipient_ref`).
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

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
    Trouble,
    asking,
    recipient_ref,
    trouble_of,
    validity_of,
)
from recado.channels.over_http import callbacks as calls
from recado.channels.protocol import (
    Accepted,
    Answer,
    Balance,
    CannotTell,
    Capabilities,
    Carrier,
    Envelope,
    Finding,
    Inbound,
    Missing,
    RawCallback,
    Receipt,
    ReceiptState,
    Setting,
    Unreadable,
    cost_of,
)

SETTINGS: Final = (
    Setting("access_key", "the account's live access key", is_secret=True),
    Setting(
        "signing_key",
        "the account's signing key; without one the secret in our address is all that tells MessageBird apart",
        default="",
        is_secret=True,
    ),
    Setting("url", "the address of the API", default="https://rest.messagebird.com"),
    *PACE,
    *CALLBACKS,
)

MOST_NUMBERS: Final = 50
MOST_FOUND: Final = 100
CLOCKS_DIFFER: Final = timedelta(minutes=1)

CODES: Final[Codes] = {
    2: (ErrorClass.ACCOUNT, "credentials_refused"),
    9: (ErrorClass.PERMANENT, "number_refused"),
}
STATES: Final[Mapping[str, ReceiptState]] = {
    "scheduled": ReceiptState.ON_THE_WAY,
    "sent": ReceiptState.ON_THE_WAY,
    "buffered": ReceiptState.ON_THE_WAY,
    "delivered": ReceiptState.DELIVERED,
    "expired": ReceiptState.EXPIRED,
    "delivery_failed": ReceiptState.FAILED,
}
STOPPED: Final = "103"  # statusErrorCode: the person has opted out


class MessageBirdCarrier(HttpCarrier):
    def __init__(self, name: str, settings: Mapping[str, Any]) -> None:
        super().__init__(name, settings)
        self.can = Capabilities(
            window=settings["window"],
            price_in_answer=True,
            receives=True,
            receipts=True,
            batch=MOST_NUMBERS,
            own_reference=True,
            status_lookup=True,
        )
        self._headers = {"authorization": f"AccessKey {settings['access_key']}"}

    def call(self, envelopes: Sequence[Envelope]) -> Call:
        first = envelopes[0]
        body: dict[str, object] = {
            "originator": first.sender.removeprefix("+"),
            "body": first.text,
            "recipients": [envelope.to[1:] for envelope in envelopes],
            "datacoding": "auto",
            # Without a reference there are no reports. It is one for all numbers, so our id only where there is one.
            "reference": first.message.hex() if len(envelopes) == 1 else "many",
        }
        validity = validity_of(first, least=timedelta(seconds=1), most=timedelta(days=3))
        if validity is not None:
            body["validity"] = int(validity.total_seconds())
        if self.settings["callback_url"]:
            body["reportUrl"] = self.settings["callback_url"]
        return Call("POST", f"{self.settings['url']}/messages", self._headers, json=body)

    def read(self, envelopes: Sequence[Envelope], reply: Reply) -> Sequence[Told]:
        told = reply.object()
        if not reply.is_ok:
            errors = told.get("errors") or [{}]
            return [trouble_of(reply, CODES, errors[0].get("code"))] * len(envelopes)
        states = {str(item["recipient"]): item.get("status", "") for item in told["recipients"]["items"]}
        return [self._told(told["id"], envelope.to[1:], states) for envelope in envelopes]

    def _told(self, batch: str, digits: str, states: Mapping[str, str]) -> Told:
        if digits not in states or STATES.get(states[digits]) is ReceiptState.FAILED:
            return Trouble(ErrorClass.PERMANENT, "number_refused")
        return Accepted(self._ref(batch, digits))

    def _ref(self, batch: str, number: str) -> str:
        return recipient_ref(batch, number, self.settings["access_key"])

    async def look_up(self, texts: Sequence[Missing]) -> list[Finding]:
        """By number, words and time (`HasLookup`)."""
        return await asking.each(texts, self._find)

    async def _find(self, text: Missing) -> Finding:
        digits, since = text.envelope.to[1:], text.since - CLOCKS_DIFFER
        wanted = [("recipient", digits), ("direction", "mt"), ("from", since.astimezone(UTC).isoformat("T", "seconds"))]
        place = f"{self.settings['url']}/messages"
        reply = await self.ask(Call("GET", place, self._headers, params=[*wanted, ("limit", str(MOST_FOUND))]))
        if not reply.is_ok:
            return asking.refusal(reply)
        told = reply.object()
        alike = [one for one in told["items"] if one["body"] == text.envelope.text]
        if not alike and (told["items"] or told["totalCount"] > len(told["items"])):
            return CannotTell("others_to_that_number")
        return asking.found_or_not([self._standing(one, digits) for one in alike])

    def _standing(self, one: Mapping[str, Any], digits: str) -> Receipt:
        items = {str(item["recipient"]): item for item in one["recipients"]["items"]}
        error = calls.text_of(items[digits], "statusErrorCode")
        return Receipt(
            self._ref(one["id"], digits),
            STATES[items[digits]["status"]],
            calls.moment(calls.text_of(items[digits], "statusDatetime")),
            error="" if error == "0" else error,
            person_stopped=error == STOPPED,
        )

    async def balance(self) -> Balance:
        """What is left (`HasBalance`)."""
        reply = await self.ask(Call("GET", f"{self.settings['url']}/balance", self._headers))
        told = reply.object()
        try:
            return Balance(Decimal(str(told["amount"])), str(told.get("type", "")))
        except (KeyError, InvalidOperation):
            raise LookupError("the carrier didn't say") from None

    # ---------------------------------------------------------------- callbacks

    def verify(self, raw: RawCallback) -> bool:
        """A JSON Web Token that holds the digests of address and body, and its own time."""
        key = self.settings["signing_key"]
        if not key:
            return True
        claims = calls.jwt_claims(raw.headers.get("messagebird-signature-jwt", ""), key)
        if claims is None or claims.get("iss") != "MessageBird":
            return False
        body = hashlib.sha256(raw.body).hexdigest() if raw.body else None
        return (
            calls.same(str(claims.get("url_hash", "")), hashlib.sha256(raw.url.encode()).hexdigest())
            and claims.get("payload_hash") == body
            and _is_now(claims, raw.received_at)
        )

    def read_callback(self, raw: RawCallback) -> Sequence[Receipt | Inbound]:
        told = calls.fields(raw)
        if "status" in told:
            return [self._receipt(told)]
        person, ours = calls.text_of(told, "originator"), calls.text_of(told, "recipient", "shortcode")
        ref = calls.text_of(told, "id", "mid")
        text = told.get("body", told.get("message"))
        if not ref or not person or not ours or text is None:
            raise Unreadable("neither a report nor a text")
        at = calls.moment(calls.text_of(told, "createdDatetime")) or _run_together(
            calls.text_of(told, "receive_datetime")
        )
        return [Inbound(calls.e164(person), calls.e164(ours), text, at, ref)]

    def _receipt(self, told: Mapping[str, str]) -> Receipt:
        batch, number = calls.text_of(told, "id"), calls.text_of(told, "recipient")
        if not batch or not number or told["status"] not in STATES:
            raise Unreadable("a report without id or number, or of a status that isn't documented")
        error = calls.text_of(told, "statusErrorCode")
        return Receipt(
            self._ref(batch, number),
            STATES[told["status"]],
            calls.moment(calls.text_of(told, "statusDatetime")),
            calls.e164(number),
            "",
            "" if error == "0" else error,
            calls.reference_of(calls.text_of(told, "reference")),
            person_stopped=error == STOPPED,
            cost=cost_of(told.get("price[amount]"), told.get("price[currency]")),
        )

    def callback_answer(self, raw: RawCallback, is_genuine: bool) -> Answer:
        return Answer(200, {"content-type": "text/plain"}, b"OK") if is_genuine else calls.NOT_GENUINE


def _run_together(digits: str) -> datetime | None:
    """The time of a text to a short code: YYYYMMDDhhmmss, of which no document says the zone; taken for UTC."""
    return calls.moment(f"{digits[:8]}T{digits[8:]}") if len(digits) == 14 and digits.isascii() else None


def _is_now(claims: Mapping[str, Any], now: datetime) -> bool:
    try:
        begins, ends = (datetime.fromtimestamp(float(claims[name]), UTC) for name in ("nbf", "exp"))
    except (KeyError, ValueError, TypeError, OverflowError, OSError):
        return False
    return begins - CLOCKS_DIFFER <= now <= ends + CLOCKS_DIFFER


def make(name: str, settings: Mapping[str, object]) -> Carrier:
    return MessageBirdCarrier(name, read(SETTINGS, settings))
