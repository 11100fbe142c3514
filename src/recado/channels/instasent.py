"""Instasent's Transactional API: up to 100 texts a request, each with an id of ours.

Sources: docs.instasent.com (2026). Our id (`clientId`) comes back on reports, so it is the text's reference and settles one whose
answer was lost. Calls aren't signed: the secret in our address is all that tells Instasent apart. Of the numeric `code` in reports
no table was found, so it is shown as it came; of error codes none, so refusals go by HTTP's status. A longest validity isn't
documented, nor a field for one: what waits too long is Instasent's to end.
"""

from collections.abc import Mapping, Sequence
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
    trouble_of,
)
from recado.channels.over_http import callbacks as calls
from recado.channels.protocol import (
    Accepted,
    Answer,
    Capabilities,
    Carrier,
    Envelope,
    Inbound,
    RawCallback,
    Receipt,
    ReceiptState,
    Setting,
    Unreadable,
)

SETTINGS: Final = (
    Setting("token", "an API token of kind api_sms", is_secret=True),
    Setting(
        "sender_field",
        "the field of a text that a person writes which holds the person's number: look at one in the panel. Without it and "
        "number_field such texts aren't read",
        default="",
    ),
    Setting("number_field", "the field that holds your own number in such a text", default=""),
    Setting("url", "the address of the API", default="https://api.instasent.com/transactional/v1"),
    *PACE,
    *CALLBACKS,
)

MOST_TEXTS: Final = 100

CODES: Final[Codes] = {}
"""Refusals go by HTTP's status: of codes no list was found."""

STATES: Final[Mapping[str, ReceiptState]] = {
    "accepted": ReceiptState.ON_THE_WAY,
    "sent": ReceiptState.ON_THE_WAY,
    "buffered": ReceiptState.ON_THE_WAY,
    "unknown": ReceiptState.ON_THE_WAY,
    "delivered": ReceiptState.DELIVERED,
    "expired": ReceiptState.EXPIRED,
    "error": ReceiptState.FAILED,
    "failed": ReceiptState.FAILED,
    "canceled": ReceiptState.FAILED,
    "rejected": ReceiptState.FAILED,
}
STOPPED: Final = "stop"  # an opt-out that the person wrote


class InstasentCarrier(HttpCarrier):
    def __init__(self, name: str, settings: Mapping[str, Any]) -> None:
        super().__init__(name, settings)
        self.can = Capabilities(
            window=settings["window"],
            receives=bool(settings["sender_field"] and settings["number_field"]),
            receipts=True,
            batch=MOST_TEXTS,
            own_reference=True,
        )
        self._headers = {"authorization": f"Bearer {settings['token']}"}

    def call(self, envelopes: Sequence[Envelope]) -> Call:
        body = [
            {
                "from": envelope.sender.removeprefix("+"),
                "to": envelope.to,
                "text": envelope.text,
                "clientId": envelope.message.hex(),
            }
            for envelope in envelopes
        ]
        return Call("POST", f"{self.settings['url']}/sms/bulk", self._headers, json=body)

    def read(self, envelopes: Sequence[Envelope], reply: Reply) -> Sequence[Told]:
        """Taken ones stand in `entities`, each with our id. Where it isn't there and some were refused, nobody knows which."""
        told = reply.object()
        if not reply.is_ok:
            return [trouble_of(reply, CODES)] * len(envelopes)
        taken, refused = told["entities"], told.get("errors") or []
        if not refused and len(taken) == len(envelopes):
            return [Accepted(envelope.message.hex()) for envelope in envelopes]
        names = {str(one["clientId"]) for one in taken}
        return [
            Accepted(ours) if ours in names else Trouble(ErrorClass.PERMANENT, "carrier_refused")
            for ours in (envelope.message.hex() for envelope in envelopes)
        ]

    # ---------------------------------------------------------------- callbacks

    def verify(self, raw: RawCallback) -> bool:
        """Instasent signs nothing: the secret in the address was compared."""
        return True

    def read_callback(self, raw: RawCallback) -> Sequence[Receipt | Inbound]:
        told = calls.json_object(raw)
        status, ref = calls.text_of(told, "status"), calls.text_of(told, "id")
        if not status or not ref:
            raise Unreadable("no status or id")
        if "message" in told or status == STOPPED:
            return [self._inbound(told, ref)]
        ours = calls.text_of(told, "clientId")
        if status not in STATES or not ours:
            raise Unreadable("a status that isn't documented, or a report without our id")
        state, code = STATES[status], calls.text_of(told, "code")
        return [
            Receipt(
                ours,
                state,
                calls.moment(calls.text_of(told, "eventAt")),
                error=code if state in (ReceiptState.FAILED, ReceiptState.EXPIRED) else "",
                message_reference=calls.reference_of(ours),
            )
        ]

    def _inbound(self, told: Mapping[str, Any], ref: str) -> Inbound:
        fields = self.settings["sender_field"], self.settings["number_field"]
        person, number = (calls.text_of(told, field) if field else "" for field in fields)
        if not person or not number:
            raise Unreadable("a person's text; set sender_field and number_field, Instasent documents neither")
        at = calls.moment(calls.text_of(told, "eventAt"))
        return Inbound(calls.e164(person), calls.e164(number), calls.text_of(told, "message") or "STOP", at, ref)

    def callback_answer(self, raw: RawCallback, is_genuine: bool) -> Answer:
        return Answer() if is_genuine else calls.NOT_GENUINE


def make(name: str, settings: Mapping[str, object]) -> Carrier:
    return InstasentCarrier(name, read(SETTINGS, settings))
