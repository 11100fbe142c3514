"""Spryng, version 2: up to 50,000 numbers a request.

Sources: a copy of developer.spryng.nl of 2026 with its list of contradictions. Two of them are settings here: the header of
the key (`X-Api-Key` or `Api-Key`), and nothing is taken from the order of `messageIds`, of which no document says that it is
that of the recipients: a text's reference is the request's id and its number (`recipient_ref`), both of which events name.

No signature of webhooks is published: they are told apart by the name and password of the subscription and the secret in our
address. Version 1 (rest.spryngsms.com) has no published report, so it isn't spoken here: the generic carrier sends by it.
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
    ErrorClass,
    HttpCarrier,
    Reply,
    Told,
    Trouble,
    recipient_ref,
    retry_after,
    trouble_of,
    validity_of,
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
    Setting("api_key", "an API key of the account", is_secret=True),
    Setting("account_reference", "the account's reference, such as SPNL0000000"),
    Setting("key_header", "the header that takes the key", "choice", "X-Api-Key", choices=("X-Api-Key", "Api-Key")),
    Setting(
        "message_type",
        "what the texts are to Spryng, which has rules of hours for some",
        "choice",
        "NotificationsAndReminders",
        choices=(
            "MarketingAndResearch",
            "NotificationsAndReminders",
            "AuthenticationAndSecurity",
            "PaymentsAndCollections",
            "InternalOperations",
            "CustomerSupport",
            "Conversational",
        ),
    ),
    Setting("webhook_user", "user name of the webhook subscription", default=""),
    Setting("webhook_password", "password of the webhook subscription", default="", is_secret=True),
    Setting("url", "the address of the API", default="https://api.spryng.nl/v2"),
    *PACE,
    *CALLBACKS,
)

MOST_NUMBERS: Final = 1000  # 50,000 by the documents; a slice of ours holds no more anyway
SHORTEST_VALIDITY, LONGEST_VALIDITY = timedelta(minutes=1), timedelta(hours=72)
THROTTLED_FOR: Final = timedelta(seconds=5)

CODES: Final[Codes] = {
    "senderIdInvalid": (ErrorClass.SENDER, "sender_refused"),
    "SendingLimitExceeded": (ErrorClass.ACCOUNT, "no_credit"),
    "OptedOut": (ErrorClass.OPTED_OUT, "carrier_opt_out"),
    "WithinQuietHours": (ErrorClass.NOT_NOW, "quiet_hours"),
    "OutsideBusinessHours": (ErrorClass.NOT_NOW, "outside_business_hours"),
    "NetworkFailed": (ErrorClass.TEMPORARY, "network_failed"),
    "MsisdnInvalid": (ErrorClass.PERMANENT, "number_refused"),
    "LandlineNotAllowed": (ErrorClass.PERMANENT, "number_not_mobile"),
    "DestinationNotAllowed": (ErrorClass.PERMANENT, "destination_not_allowed"),
    "MessagePartCountExceeded": (ErrorClass.PERMANENT, "text_too_long"),
}
STATES: Final[Mapping[str, ReceiptState]] = {
    "Delivered": ReceiptState.DELIVERED,
    "Failed": ReceiptState.FAILED,
    "In Progress": ReceiptState.ON_THE_WAY,
    "Sent": ReceiptState.ON_THE_WAY,
}
STOPPED: Final = "OptedOut"
REASONS: Final[Mapping[str, ReceiptState]] = {
    **{str(code): ReceiptState.FAILED for code in CODES},
    "MessageExpired": ReceiptState.EXPIRED,
}
"""Why a text failed. The published event has no field for it."""


class SpryngCarrier(HttpCarrier):
    def __init__(self, name: str, settings: Mapping[str, Any]) -> None:
        super().__init__(name, settings)
        self.can = Capabilities(
            window=settings["window"],
            receives=True,
            receipts=True,
            batch=MOST_NUMBERS,
            validity_at_most=LONGEST_VALIDITY,
        )
        self._headers = {settings["key_header"].lower(): settings["api_key"]}

    def call(self, envelopes: Sequence[Envelope]) -> Call:
        first = envelopes[0]
        body: dict[str, object] = {
            "accountReference": self.settings["account_reference"],
            "channel": "SMS",
            "from": first.sender.removeprefix("+"),
            "body": {"text": first.text},
            "recipients": [{"msisdn": envelope.to} for envelope in envelopes],
            "characterSet": "Auto",
            "messageType": self.settings["message_type"],
        }
        validity = validity_of(first, least=SHORTEST_VALIDITY, most=LONGEST_VALIDITY)
        if validity is not None:
            # A few seconds more and less than the edges: their clock isn't ours.
            ends = datetime.now(UTC) + min(
                max(validity, timedelta(seconds=90)), LONGEST_VALIDITY - timedelta(minutes=1)
            )
            body["validity"] = ends.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return Call("POST", f"{self.settings['url']}/messages", self._headers, json=body)

    def unfit(self, envelope: Envelope) -> str:
        """Square brackets are placeholders to Spryng: `[name]` and `[shorten: url]`, and no way to write one as itself is
        documented."""
        return "brackets_not_possible" if "[" in envelope.text and "]" in envelope.text else ""

    def read(self, envelopes: Sequence[Envelope], reply: Reply) -> Sequence[Told]:
        told = reply.object()
        if reply.is_ok:
            request = str(told["data"]["requestId"])
            return [Accepted(self._ref(request, envelope.to)) for envelope in envelopes]
        if reply.status == 429:
            return [Trouble(ErrorClass.THROTTLED, "throttled", retry_after(reply) or THROTTLED_FOR)] * len(envelopes)
        errors = told.get("errors") or [{}]
        return [trouble_of(reply, CODES, errors[0].get("errorCode"))] * len(envelopes)

    def _ref(self, request: str, number: str) -> str:
        return recipient_ref(request, number, self.settings["api_key"])

    # ---------------------------------------------------------------- callbacks

    def verify(self, raw: RawCallback) -> bool:
        return calls.has_login(raw, self.settings["webhook_user"], self.settings["webhook_password"])

    def read_callback(self, raw: RawCallback) -> Sequence[Receipt | Inbound]:
        told = calls.json_object(raw)
        if "Messages" not in told:
            if (
                "ActionPerformedBy" in told
            ):  # somebody was put on Spryng's own list: its next text is refused as OptedOut
                return []
            raise Unreadable("no Messages")
        request = calls.text_of(told, "RequestId")
        return [self._item(request, one) for one in calls.objects(told, "Messages")]

    def _item(self, request: str, one: Mapping[str, Any]) -> Receipt | Inbound:
        status, ours, person = (calls.text_of(one, name) for name in ("Status", "Originator", "Msisdn"))
        ref = calls.text_of(one, "MessageId")
        if not person or not ref:
            raise Unreadable("a message without number or id")
        at = calls.moment(calls.text_of(one, "OccurredAtTime"))
        if status == "Received":
            return Inbound(calls.e164(person), calls.e164(ours), calls.text_of(one, "Body"), at, ref)
        # A country by the page of the inbox, where the list of reasons is; by none a reason, but should one stand here, it is told.
        reason = next((said for said in (calls.text_of(one, "DestinationCode"), status) if said in REASONS), "")
        state = STATES.get(status) or REASONS.get(status)
        if state is None or not request:
            raise Unreadable("a status that isn't documented")
        if state is ReceiptState.FAILED and reason:
            state = REASONS[reason]
        return Receipt(
            self._ref(request, person),
            state,
            at,
            calls.e164(person),
            calls.e164(ours),
            reason if state in (ReceiptState.FAILED, ReceiptState.EXPIRED) else "",
            person_stopped=reason == STOPPED,
        )

    def callback_answer(self, raw: RawCallback, is_genuine: bool) -> Answer:
        return Answer() if is_genuine else calls.NOT_GENUINE


def make(name: str, settings: Mapping[str, object]) -> Carrier:
    return SpryngCarrier(name, read(SETTINGS, settings))
