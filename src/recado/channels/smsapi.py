"""SMSAPI (smsapi.pl, .com, .bg, .se): many numbers a request, each with an id of ours.

Sources: the official clients for Python (which the tests ask), PHP and Java. Of what SMSAPI tells us, reports and people's texts, no
field is documented in any of them: each has a setting, filled in from what the panel shows, and is refused as long as it has none.
Reports carry our id only where the address that they come to does: it is in it (`?m=`), so every text has its own address and
a request of its own; without an address to report to, texts of one wording share one.
"""

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
    trouble_of,
    unlisted,
    validity_of,
)
from recado.channels.over_http import callbacks as calls
from recado.channels.protocol import (
    Accepted,
    Answer,
    BadSettings,
    Balance,
    Capabilities,
    Carrier,
    Envelope,
    Inbound,
    RawCallback,
    Receipt,
    ReceiptState,
    Setting,
    Unreadable,
    cost_of,
)

SETTINGS: Final = (
    Setting("token", "an OAuth token of the account", is_secret=True),
    Setting("country", "where the account is", "choice", "com", choices=("pl", "com", "bg", "se")),
    Setting(
        "status_field",
        "the field of a report that holds the state in words (DELIVERED ...): look at one in the panel. Without it reports "
        "aren't asked for",
        default="",
    ),
    Setting("sender_field", "the field of a person's text that holds the person's number; look at one", default=""),
    Setting("number_field", "the field that holds your own number in it", default=""),
    Setting("text_field", "the field that holds its words", default=""),
    Setting("id_field", "the field that holds its id", default=""),
    Setting("url", "the address of the API, in place of the country's", default=""),
    *PACE,
    *CALLBACKS,
)

MOST_NUMBERS: Final = 100  # ours: no limit was found
INBOUND_FIELDS: Final = ("sender_field", "number_field", "text_field", "id_field")
SHORTEST_VALIDITY, LONGEST_VALIDITY = timedelta(hours=1), timedelta(hours=12)

CODES: Final[Codes] = {
    8: (ErrorClass.TEMPORARY, "carrier_error"),
    13: (ErrorClass.PERMANENT, "number_refused"),
    101: (ErrorClass.ACCOUNT, "credentials_refused"),
    102: (ErrorClass.ACCOUNT, "credentials_refused"),
    103: (ErrorClass.ACCOUNT, "account_refused"),
    105: (ErrorClass.ACCOUNT, "our_address_not_allowed"),
    110: (ErrorClass.ACCOUNT, "service_not_allowed"),
    201: (ErrorClass.TEMPORARY, "carrier_error"),
    666: (ErrorClass.TEMPORARY, "carrier_error"),
    999: (ErrorClass.TEMPORARY, "carrier_error"),
    1000: (ErrorClass.ACCOUNT, "credentials_refused"),
    1001: (ErrorClass.ACCOUNT, "credentials_refused"),
}
STATES: Final[Mapping[str, ReceiptState]] = {
    "QUEUE": ReceiptState.ON_THE_WAY,
    "SENT": ReceiptState.ON_THE_WAY,
    "DELIVERED": ReceiptState.DELIVERED,
    "UNDELIVERED": ReceiptState.FAILED,
}
REFUSED: Final = frozenset({"UNDELIVERED"})


POINTS: Final = "points"
"""What SMSAPI counts prices and balances in."""


class SmsapiCarrier(HttpCarrier):
    def __init__(self, name: str, settings: Mapping[str, Any]) -> None:
        super().__init__(name, settings)
        fields = [field for field in INBOUND_FIELDS if settings[field]]
        if fields and len(fields) < len(INBOUND_FIELDS):
            missing = next(field for field in INBOUND_FIELDS if not settings[field])
            raise BadSettings(
                missing, f"The settings {', '.join(INBOUND_FIELDS)} belong together: {missing} is missing."
            )
        self._reports = bool(settings["status_field"] and settings["callback_url"])
        self.can = Capabilities(
            window=settings["window"],
            receives=bool(fields),
            receipts=self._reports,
            batch=1 if self._reports else MOST_NUMBERS,
            validity_at_most=LONGEST_VALIDITY,
            price_in_answer=True,
            own_reference=True,
        )
        self._place = (settings["url"] or f"https://api.smsapi.{settings['country']}").rstrip("/")
        self._headers = {"authorization": f"Bearer {settings['token']}"}

    def call(self, envelopes: Sequence[Envelope]) -> Call:
        first = envelopes[0]
        form = [
            ("format", "json"),
            ("encoding", "utf-8"),
            ("from", first.sender.removeprefix("+")),
            ("to", ",".join(envelope.to[1:] for envelope in envelopes)),
            ("message", first.text),
            ("idx", "|".join(envelope.message.hex() for envelope in envelopes)),
            ("check_idx", "1"),
        ]
        validity = validity_of(first, least=SHORTEST_VALIDITY, most=LONGEST_VALIDITY)
        if validity is not None:
            # A few seconds more and less than the edges: their clock isn't ours.
            ends = min(max(validity, SHORTEST_VALIDITY + timedelta(minutes=1)), LONGEST_VALIDITY - timedelta(minutes=1))
            form.append(("expiration_date", str(int((datetime.now(UTC) + ends).timestamp()))))
        if self._reports:
            form.append(("notify_url", f"{self.settings['callback_url']}?m={first.message.hex()}"))
        return Call("POST", f"{self._place}/sms.do", self._headers, form=form)

    def read(self, envelopes: Sequence[Envelope], reply: Reply) -> Sequence[Told]:
        """HTTP 200 whatever became of them. Each taken number stands in `list` with our id."""
        told = reply.object()
        if not reply.is_ok:
            return [trouble_of(reply, CODES, told.get("error"))] * len(envelopes)
        if "error" in told:
            kind, reason = CODES.get(told["error"], (ErrorClass.PERMANENT, unlisted(told["error"])))
            return [Trouble(kind, reason)] * len(envelopes)
        states = {str(one["idx"]): one for one in told["list"]}
        return [_told(envelope.message.hex(), states) for envelope in envelopes]

    async def balance(self) -> Balance:
        """Points that are left (`HasBalance`)."""
        params = [("format", "json"), ("credits", "1"), ("details", "1")]
        reply = await self.ask(Call("GET", f"{self._place}/user.do", self._headers, params=params))
        try:
            return Balance(Decimal(str(reply.object()["points"])))
        except (KeyError, InvalidOperation):
            raise LookupError("the carrier didn't say") from None

    # ---------------------------------------------------------------- callbacks

    def verify(self, raw: RawCallback) -> bool:
        """SMSAPI signs nothing: the secret in the address was compared."""
        return True

    def read_callback(self, raw: RawCallback) -> Sequence[Receipt | Inbound]:
        ours = calls.query(raw).get("m", "")
        told = {**calls.fields(raw)}
        if ours:
            return [self._receipt(ours, told)]
        if not self.can.receives:
            raise Unreadable("a person's text; set sender_field and its like, SMSAPI documents none of them")
        person, number, text, ref = (calls.text_of(told, self.settings[field]) for field in INBOUND_FIELDS)
        if not person or not number or not ref:
            raise Unreadable("none of the fields that are set for a person's text")
        return [Inbound(calls.e164(person), calls.e164(number), text, None, ref)]

    def _receipt(self, ours: str, told: Mapping[str, str]) -> Receipt:
        field = self.settings["status_field"]
        state = STATES.get(calls.text_of(told, field).upper()) if field else None
        if state is None or calls.reference_of(ours) is None:
            raise Unreadable("a report without a known state in the field that status_field names")
        return Receipt(
            ours,
            state,
            None,
            error="undelivered" if state is ReceiptState.FAILED else "",
            message_reference=calls.reference_of(ours),
        )

    def callback_answer(self, raw: RawCallback, is_genuine: bool) -> Answer:
        return Answer() if is_genuine else calls.NOT_GENUINE


def _told(ours: str, states: Mapping[str, Mapping[str, Any]]) -> Told:
    """Invalid ones of several numbers aren't in the list."""
    one = states.get(ours)
    if one is None or one.get("error") or one.get("status") in REFUSED:
        return Trouble(ErrorClass.PERMANENT, "number_refused")
    return Accepted(ours, cost=cost_of(one.get("points"), POINTS))


def make(name: str, settings: Mapping[str, object]) -> Carrier:
    return SmsapiCarrier(name, read(SETTINGS, settings))
