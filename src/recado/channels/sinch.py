"""Sinch SMS (XMS): a batch of numbers a request, one id for all; reports name that id and the number.

Sources: the official SDK `sinch` (models and the check of signatures, which the tests ask); developers.sinch.com. How many
numbers a batch may hold isn't stated in what was read, so it is a setting. Final reports are asked for, of each recipient: we keep no
others, and `full` would send lists of people in one body.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from recado.channels.given import read
from recado.channels.over_http import (
    CALLBACKS,
    PACE,
    Call,
    Codes,
    HttpCarrier,
    Reply,
    Told,
    asking,
    recipient_ref,
    trouble_of,
    validity_of,
)
from recado.channels.over_http import callbacks as calls
from recado.channels.protocol import (
    Accepted,
    Answer,
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
)

SETTINGS: Final = (
    Setting("service_plan_id", "the service plan's id"),
    Setting("api_token", "the service plan's API token", is_secret=True),
    Setting("region", "where the service plan lives", "choice", "eu", choices=("us", "eu", "au", "br", "ca")),
    Setting(
        "webhook_secret",
        "secret of signed callbacks, which the account manager enables; without one the secret in our address is all",
        default="",
        is_secret=True,
    ),
    Setting("batch", "numbers in one request; ask Sinch for the plan's limit before raising it", "int", 1),
    Setting("url", "the address of the API, in place of the region's", default=""),
    *PACE,
    *CALLBACKS,
)

LONGEST_VALIDITY: Final = timedelta(days=3)
MOST_FOUND: Final = 30
REPEATED_FOR: Final = timedelta(hours=26)
"""Sinch repeats an unanswered call with growing pauses of up to 22 hours, and no document says that it signs it anew. A replay
within that time does nothing: reports and texts are kept once for each reference."""

CODES: Final[Codes] = {}
"""Errors go by HTTP's status: of the codes in the body no list was found."""

STATES: Final[Mapping[str, ReceiptState]] = {
    "Queued": ReceiptState.ON_THE_WAY,
    "Dispatched": ReceiptState.ON_THE_WAY,
    "Unknown": ReceiptState.ON_THE_WAY,
    "Delivered": ReceiptState.DELIVERED,
    "Expired": ReceiptState.EXPIRED,
    "Aborted": ReceiptState.FAILED,
    "Cancelled": ReceiptState.FAILED,
    "Deleted": ReceiptState.FAILED,
    "Failed": ReceiptState.FAILED,
    "Rejected": ReceiptState.FAILED,
}


class SinchCarrier(HttpCarrier):
    def __init__(self, name: str, settings: Mapping[str, Any]) -> None:
        super().__init__(name, settings)
        self.can = Capabilities(
            window=settings["window"],
            receives=True,
            receipts=True,
            batch=settings["batch"],
            validity_at_most=LONGEST_VALIDITY,
            own_reference=True,
            status_lookup=True,
        )
        base = settings["url"] or f"https://{settings['region']}.sms.api.sinch.com"
        self._place = f"{base}/xms/v1/{settings['service_plan_id']}/batches"

    def call(self, envelopes: Sequence[Envelope]) -> Call:
        first = envelopes[0]
        body: dict[str, object] = {
            "type": "mt_text",
            "from": first.sender.removeprefix("+"),
            "to": [envelope.to[1:] for envelope in envelopes],
            "body": first.text,
            "delivery_report": "per_recipient_final",
        }
        if len(envelopes) == 1:
            body["client_reference"] = first.message.hex()
        validity = validity_of(first, least=timedelta(minutes=1), most=LONGEST_VALIDITY)
        if validity is not None:
            ends = datetime.now(UTC) + validity
            body["expire_at"] = ends.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        if self.settings["callback_url"]:
            body["callback_url"] = self.settings["callback_url"]
        return Call("POST", self._place, {"authorization": f"Bearer {self.settings['api_token']}"}, json=body)

    def read(self, envelopes: Sequence[Envelope], reply: Reply) -> Sequence[Told]:
        told = reply.object()
        if not reply.is_ok:
            return [trouble_of(reply, CODES, told.get("code"))] * len(envelopes)
        return [Accepted(self._ref(told["id"], envelope.to)) for envelope in envelopes]

    def _ref(self, batch: str, number: str) -> str:
        return recipient_ref(batch, number, self.settings["api_token"])

    async def look_up(self, texts: Sequence[Missing]) -> list[Finding]:
        """By our own reference, which batches of one number carry (`HasLookup`): texts that shared a batch can't be told."""
        return await asking.each(texts, self._find)

    async def _find(self, text: Missing) -> Finding:
        own = text.envelope.message.hex()
        since = text.since.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        wanted = [("client_reference", own), ("start_date", since), ("page_size", str(MOST_FOUND))]
        headers = {"authorization": f"Bearer {self.settings['api_token']}"}
        reply = await self.ask(Call("GET", self._place, headers, params=wanted))
        if not reply.is_ok:
            return asking.refusal(reply)
        told = reply.object()
        batches = [one for one in (told["batches"] if told["count"] else []) if one.get("client_reference") == own]
        if not batches and self.can.batch > 1:
            return CannotTell("shared_a_batch")
        # How it stands is for its report to say; that Sinch has it is what nobody knew.
        refs = [self._ref(str(one["id"]), text.envelope.to) for one in batches]
        return asking.found_or_not([Receipt(ref, ReceiptState.ON_THE_WAY, None) for ref in refs])

    # ---------------------------------------------------------------- callbacks

    def verify(self, raw: RawCallback) -> bool:
        """base64 HMAC-SHA256 over body, nonce and time with dots between them."""
        secret = self.settings["webhook_secret"]
        if not secret:
            return True
        name = "x-sinch-webhook-signature"
        nonce, stamp = raw.headers.get(f"{name}-nonce", ""), raw.headers.get(f"{name}-timestamp", "")
        content = raw.body + f".{nonce}.{stamp}".encode()
        wanted = calls.base64_of(calls.signed(secret, content))
        return calls.same(raw.headers.get(name, ""), wanted) and calls.is_fresh(raw, stamp, REPEATED_FOR)

    def read_callback(self, raw: RawCallback) -> Sequence[Receipt | Inbound]:
        told = calls.json_object(raw)
        match told.get("type"):
            case "recipient_delivery_report_sms":
                return [self._receipt(told)]
            case "mo_text":
                return [_text(told)]
            case "delivery_report_sms":  # a summary, which names nobody
                return []
        raise Unreadable("a type that isn't documented")

    def _receipt(self, told: Mapping[str, Any]) -> Receipt:
        batch, number = calls.text_of(told, "batch_id"), calls.text_of(told, "recipient")
        state = STATES.get(calls.text_of(told, "status"))
        if not batch or not number or state is None:
            raise Unreadable("a report without batch or number, or of a status that isn't documented")
        code = calls.text_of(told, "code")
        return Receipt(
            self._ref(batch, number),
            state,
            calls.moment(calls.text_of(told, "operator_status_at", "at")),
            calls.e164(number),
            calls.e164(calls.text_of(told, "applied_originator")) if told.get("applied_originator") else "",
            "" if state is ReceiptState.DELIVERED or code == "0" else code,
            calls.reference_of(calls.text_of(told, "client_reference")),
        )

    def callback_answer(self, raw: RawCallback, is_genuine: bool) -> Answer:
        return Answer() if is_genuine else calls.NOT_GENUINE


def _text(told: Mapping[str, Any]) -> Inbound:
    ref, person, ours = (calls.text_of(told, name) for name in ("id", "from", "to"))
    if not ref or not person or not ours:
        raise Unreadable("a text without id or numbers")
    at = calls.moment(calls.text_of(told, "received_at"))
    return Inbound(calls.e164(person), calls.e164(ours), calls.text_of(told, "body"), at, ref)


def make(name: str, settings: Mapping[str, object]) -> Carrier:
    return SinchCarrier(name, read(SETTINGS, settings))
