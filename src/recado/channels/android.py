"""The Android SMS gateway (capcom6, sms-gate.app): texts through a phone of your own, one text a request.

Sources: android-sms-gateway/server and capcom6/android-sms-gateway; docs.sms-gate.app, of what comes in with a picture its page
"MMS Support" (android-sms-gateway/docs-web, docs/features/mms.md). The text's own id is its id there, and one
that is there already is answered with 409: so a text whose answer was lost is never sent twice, and is looked up by its own id.

For one doctor's practice and for tests on a real phone: operators block private SIM cards that send much. Its end-to-end encryption
isn't spoken here; with your own server in `url` no text passes through anybody else's.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
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
    asking,
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
    Envelope,
    Finding,
    Found,
    Inbound,
    Missing,
    NotThere,
    RawCallback,
    Receipt,
    ReceiptState,
    Setting,
    Unreadable,
)

SETTINGS: Final = (
    Setting("username", "user name that the app shows"),
    Setting("password", "password that the app shows", is_secret=True),
    Setting("number", "the SIM card's own number, with plus: phones often don't tell it with a text that comes in"),
    Setting(
        "signing_key",
        "signing key of the app's webhooks; without one the secret in our address is all that tells the phone apart",
        default="",
        is_secret=True,
    ),
    Setting("url", "the address of the API", default="https://api.sms-gate.app/3rdparty/v1"),
    Setting("sim", "which SIM card, 1 to 3; 0: the phone's own choice", "int", 0),
    Setting("device", "id of the phone; empty: the account's choice", default=""),
    *PACE,
    *CALLBACKS,
)

NUMBER: Final = re.compile(r"\+[0-9]{7,15}")
SHORTEST_VALIDITY, LONGEST_VALIDITY = timedelta(seconds=5), timedelta(days=7)

CODES: Final[Codes] = {
    503: (ErrorClass.TEMPORARY, "no_phone_or_queue_full"),
}
EVENTS: Final[Mapping[str, ReceiptState]] = {
    "sms:sent": ReceiptState.ON_THE_WAY,
    "sms:delivered": ReceiptState.DELIVERED,
    "sms:failed": ReceiptState.FAILED,
    "sms:cancelled": ReceiptState.FAILED,
}
STATES: Final[Mapping[str, ReceiptState]] = {
    "Pending": ReceiptState.ON_THE_WAY,
    "Processed": ReceiptState.ON_THE_WAY,
    "Sent": ReceiptState.ON_THE_WAY,
    "Delivered": ReceiptState.DELIVERED,
    "Failed": ReceiptState.FAILED,
    "Cancelling": ReceiptState.ON_THE_WAY,
    "Cancelled": ReceiptState.FAILED,
}
IGNORED: Final = frozenset(
    {"system:ping", "app:started", "sms:data-received", "mms:downloaded"}
)  # what is downloaded was received
WHEN: Final = ("deliveredAt", "failedAt", "sentAt")


class AndroidCarrier(HttpCarrier):
    def __init__(self, name: str, settings: Mapping[str, Any]) -> None:
        super().__init__(name, settings)
        if not 0 <= settings["sim"] <= 3:
            raise BadSettings("sim", "The setting sim must be 1, 2 or 3, or 0 for the phone's own choice.")
        if not NUMBER.fullmatch(settings["number"]):
            raise BadSettings("number", "The setting number must be the SIM card's in full: +447700900150.")
        self.can = Capabilities(
            window=settings["window"],
            receives=True,
            receipts=True,
            status_lookup=True,
            names_as_sender=False,
            validity_at_most=LONGEST_VALIDITY,
            own_reference=True,
        )
        self._login = (settings["username"], settings["password"])

    def call(self, envelopes: Sequence[Envelope]) -> Call:
        (envelope,) = envelopes
        body: dict[str, object] = {
            "id": envelope.message.hex(),
            "phoneNumbers": [envelope.to],
            "textMessage": {"text": envelope.text},
            "withDeliveryReport": True,
        }
        validity = validity_of(envelope, least=SHORTEST_VALIDITY, most=LONGEST_VALIDITY)
        if validity is not None:
            body["ttl"] = int(validity.total_seconds())
        if self.settings["sim"]:
            body["simNumber"] = self.settings["sim"]
        if self.settings["device"]:
            body["deviceId"] = self.settings["device"]
        return Call("POST", f"{self.settings['url']}/messages", json=body, login=self._login)

    def read(self, envelopes: Sequence[Envelope], reply: Reply) -> Sequence[Told]:
        if reply.is_ok or reply.status == 409:  # 409: this id is there already, so it was taken
            return [Accepted(envelopes[0].message.hex())]
        return [trouble_of(reply, CODES, reply.status if reply.status in CODES else None)]

    async def look_up(self, texts: Sequence[Missing]) -> list[Finding]:
        """By our own id (`HasLookup`)."""
        return await asking.each(texts, self._find)

    async def _find(self, text: Missing) -> Finding:
        ref = text.envelope.message.hex()
        reply = await self.ask(Call("GET", f"{self.settings['url']}/messages/{ref}", login=self._login))
        if reply.status == 404:
            return NotThere()
        if not reply.is_ok:
            return asking.refusal(reply)
        state = STATES[reply.object()["state"]]
        return Found((Receipt(ref, state, None, error="phone_failed" if state is ReceiptState.FAILED else ""),))

    # ---------------------------------------------------------------- callbacks

    def verify(self, raw: RawCallback) -> bool:
        """hex HMAC-SHA256 over the body and, after it, the time."""
        key = self.settings["signing_key"]
        if not key:
            return True
        stamp = raw.headers.get("x-timestamp", "")
        wanted = calls.signed(key, raw.body + stamp.encode()).hex()
        return calls.same(raw.headers.get("x-signature", "").lower(), wanted) and calls.is_fresh(raw, stamp)

    def read_callback(self, raw: RawCallback) -> Sequence[Receipt | Inbound]:
        told = calls.json_object(raw)
        event, payload = calls.text_of(told, "event"), told.get("payload")
        if event in IGNORED:
            return []
        if not isinstance(payload, dict) or not calls.text_of(payload, "messageId"):
            raise Unreadable("an event without messageId; set the webhook's delivery to Individual")
        ref = calls.text_of(payload, "messageId")
        if event in EVENTS:
            return [_receipt(ref, EVENTS[event], payload)]
        person = calls.text_of(payload, "sender", "phoneNumber")
        # Of a picture only who sent it is told, and a subject that phones fill in by themselves.
        is_picture = event == "mms:received"
        is_text = event == "sms:received" and "message" in payload
        if not person or not (is_picture or is_text):
            raise Unreadable("an event that isn't documented")
        number = calls.text_of(payload, "recipient") or self.settings["number"]
        at = calls.moment(calls.text_of(payload, "receivedAt"))
        # The same id stands in every event of a text, and two texts of one phone may share one: the envelope's is the call's.
        own = calls.text_of(told, "id") or ref
        text = "" if is_picture else str(payload["message"] or "")
        return [Inbound(calls.e164(person), calls.e164(number), text, at, own, has_picture=is_picture)]

    def callback_answer(self, raw: RawCallback, is_genuine: bool) -> Answer:
        return Answer() if is_genuine else calls.NOT_GENUINE


def _receipt(ref: str, state: ReceiptState, payload: Mapping[str, Any]) -> Receipt:
    """The phone's own words for a failure may hold the number: only that there were some is kept."""
    return Receipt(
        ref,
        state,
        calls.moment(calls.text_of(payload, *WHEN)),
        calls.e164(calls.text_of(payload, "recipient", "phoneNumber")),
        error="phone_failed" if state is ReceiptState.FAILED else "",
        message_reference=calls.reference_of(ref),
    )


def make(name: str, settings: Mapping[str, object]) -> Carrier:
    return AndroidCarrier(name, read(SETTINGS, settings))
