"""Vonage (Nexmo) SMS API: one text a request, a form each; the answer is HTTP 200 whatever became of it.

Sources: Nexmo/api-specification (the contract in the tests); vonage-http-client 1.5.2 for the signature, which the tests
ask; vonage-account 1.1.2 for prices and the balance; developer.vonage.com for the statuses and codes of reports.

The Messages API and its signed webhooks aren't spoken here: this one carries texts in every country and needs no application.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
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
    retry_after,
    trouble_of,
    unlisted,
    validity_of,
)
from recado.channels.over_http import callbacks as calls
from recado.channels.protocol import (
    Accepted,
    Answer,
    Balance,
    Capabilities,
    Carrier,
    Cost,
    Envelope,
    Inbound,
    Part,
    PriceList,
    RawCallback,
    Receipt,
    ReceiptState,
    Setting,
    Unreadable,
    cost_of,
)
from recado.foundation.protocols.smpp.text import encode_gsm7

SETTINGS: Final = (
    Setting("api_key", "the account's API key, 8 characters"),
    Setting("api_secret", "the account's API secret", is_secret=True),
    Setting(
        "signature_secret",
        "signature secret of the account; without one the secret in our address is all that tells Vonage apart",
        default="",
        is_secret=True,
    ),
    Setting(
        "signature_method", "as set in the account", "choice", "sha256", choices=("md5", "sha1", "sha256", "sha512")
    ),
    Setting("url", "the address of the API", default="https://rest.nexmo.com"),
    *PACE,
    *CALLBACKS,
)

SHORTEST_VALIDITY, LONGEST_VALIDITY = timedelta(seconds=20), timedelta(days=7)
LONGEST_CALLBACK: Final = 100
REPEATED_FOR: Final = timedelta(hours=26)
"""Vonage repeats an unanswered call for 24 hours, and no document says that it signs it anew. A replay within that time
does nothing: reports and texts are kept once for each reference."""

CODES: Final[Codes] = {
    "1": (ErrorClass.THROTTLED, "throttled"),
    "2": (ErrorClass.PERMANENT, "parameter_missing"),
    "3": (ErrorClass.PERMANENT, "parameter_refused"),
    "4": (ErrorClass.ACCOUNT, "credentials_refused"),
    "5": (ErrorClass.TEMPORARY, "carrier_error"),
    "6": (ErrorClass.PERMANENT, "number_refused"),
    "7": (ErrorClass.PERMANENT, "number_barred"),
    "8": (ErrorClass.ACCOUNT, "account_barred"),
    "9": (ErrorClass.ACCOUNT, "no_credit"),
    "10": (ErrorClass.THROTTLED, "too_many_connections"),
    "11": (ErrorClass.ACCOUNT, "not_enabled"),
    "12": (ErrorClass.PERMANENT, "text_too_long"),
    "14": (ErrorClass.ACCOUNT, "signature_refused"),
    "15": (ErrorClass.SENDER, "sender_refused"),
    "29": (ErrorClass.SENDER, "not_on_test_list"),
}
STATES: Final[Mapping[str, ReceiptState]] = {
    "accepted": ReceiptState.ON_THE_WAY,
    "buffered": ReceiptState.ON_THE_WAY,
    "unknown": ReceiptState.ON_THE_WAY,
    "delivered": ReceiptState.DELIVERED,
    "expired": ReceiptState.EXPIRED,
    "failed": ReceiptState.FAILED,
    "rejected": ReceiptState.FAILED,
}
STOPPED: Final = frozenset({"4", "53"})  # codes of reports: barred by the user, no consent
_WAIT: Final = re.compile(r"(\d{1,6})\s*ms")


class VonageCarrier(HttpCarrier):
    def __init__(self, name: str, settings: Mapping[str, Any]) -> None:
        super().__init__(name, settings)
        self.can = Capabilities(
            window=settings["window"],
            receives=True,
            receipts=True,
            validity_at_most=LONGEST_VALIDITY,
            price_in_answer=True,
            own_reference=True,
        )

    def call(self, envelopes: Sequence[Envelope]) -> Call:
        (envelope,) = envelopes
        form = [
            ("api_key", self.settings["api_key"]),
            ("api_secret", self.settings["api_secret"]),
            ("from", envelope.sender.removeprefix("+")),
            ("to", envelope.to[1:]),
            ("text", envelope.text),
            ("type", "text" if encode_gsm7(envelope.text) is not None else "unicode"),
            ("status-report-req", "true"),
            ("client-ref", envelope.message.hex()),
        ]
        validity = validity_of(envelope, least=SHORTEST_VALIDITY, most=LONGEST_VALIDITY)
        if validity is not None:
            form.append(("ttl", str(int(validity.total_seconds() * 1000))))
        address = self.settings["callback_url"]
        if address and len(address) <= LONGEST_CALLBACK:  # a longer one is set in the account
            form.append(("callback", address))
        return Call("POST", f"{self.settings['url']}/sms/json", form=form)

    def read(self, envelopes: Sequence[Envelope], reply: Reply) -> Sequence[Told]:
        """One entry for each part. Any part taken: the text is taken, and never sent again whole."""
        parts: list[dict[str, Any]] = reply.object().get("messages") or []
        if not reply.is_ok or not parts:
            return [trouble_of(reply, CODES)]
        taken = [part for part in parts if str(part["status"]) == "0"]
        if taken:
            return [Accepted(taken[0]["message-id"], cost=_cost(taken))]
        status = str(parts[0]["status"])
        kind, reason = CODES.get(status, (ErrorClass.PERMANENT, unlisted(status)))
        if kind is not ErrorClass.THROTTLED:
            return [Trouble(kind, reason)]
        wait = _WAIT.search(str(parts[0].get("error-text", "")))
        return [Trouble(kind, reason, timedelta(milliseconds=int(wait[1])) if wait else retry_after(reply))]

    async def balance(self) -> Balance:
        """Euros that are left (`HasBalance`)."""
        told = await self._account("get-balance")
        try:
            return Balance(Decimal(str(told["value"])), "EUR")
        except (KeyError, InvalidOperation):
            raise LookupError("the carrier didn't say") from None

    async def _account(self, what: str, *params: tuple[str, str]) -> Mapping[str, Any]:
        """What Vonage says of the account. Raises LookupError."""
        login = self.settings["api_key"], self.settings["api_secret"]
        reply = await self.ask(Call("GET", f"{self.settings['url']}/account/{what}", params=params, login=login))
        if not reply.is_ok:
            raise LookupError(asking.refusal(reply).reason)
        return reply.object()

    async def prices(self, country: str) -> PriceList:
        """What the account pays (`HasPrices`)."""
        told = await self._account("get-pricing/outbound/sms", ("country", country))
        networks = [one for one in told.get("networks") or [] if one.get("price")]
        by_network = {str(one.get("networkCode", at)): Decimal(str(one["price"])) for at, one in enumerate(networks)}
        if told.get("defaultPrice"):
            by_network[""] = Decimal(str(told["defaultPrice"]))
        currencies = {str(one["currency"]) for one in [told, *networks] if one.get("currency")}
        if not by_network or len(currencies) != 1:
            raise LookupError("it names no price for this country")
        return PriceList(currencies.pop().upper(), by_network)

    # ---------------------------------------------------------------- callbacks

    def verify(self, raw: RawCallback) -> bool:
        """hex HMAC over `&name=value` of every other field, sorted by name, & and = in values written as _."""
        secret = self.settings["signature_secret"]
        if not secret:
            return True
        try:
            told = calls.fields(raw)
        except Unreadable:
            return False
        content = "".join(
            f"&{name}={told[name].replace('&', '_').replace('=', '_')}" for name in sorted(told) if name != "sig"
        )
        wanted = calls.signed(secret, content.encode(), self.settings["signature_method"]).hex()
        is_recent = calls.is_fresh(raw, told.get("timestamp", ""), REPEATED_FOR)
        return calls.same(told.get("sig", "").lower(), wanted) and is_recent

    def read_callback(self, raw: RawCallback) -> Sequence[Receipt | Inbound]:
        told = calls.fields(raw)
        ref, person, ours = (calls.text_of(told, name) for name in ("messageId", "msisdn", "to"))
        if not ref or not person:
            raise Unreadable("no messageId or msisdn")
        if "status" in told:
            if told["status"] not in STATES:
                raise Unreadable("a status that isn't documented")
            error = told.get("err-code", "")
            return [
                Receipt(
                    ref,
                    STATES[told["status"]],
                    None,
                    calls.e164(person),
                    calls.e164(ours),
                    "" if error == "0" else error,
                    calls.reference_of(told.get("client-ref", "")),
                    person_stopped=error in STOPPED,
                )
            ]
        if "text" not in told:
            raise Unreadable("neither a status nor a text")
        at = calls.moment(told.get("message-timestamp", ""))
        return [Inbound(calls.e164(person), calls.e164(ours), told["text"], at, ref, part=_part(told))]

    def callback_answer(self, raw: RawCallback, is_genuine: bool) -> Answer:
        return Answer() if is_genuine else calls.NOT_GENUINE


def _cost(parts: Sequence[Mapping[str, Any]]) -> Cost | None:
    """Of all parts, by the price of each (`message-price`). The currency stands nowhere in the answer. None: one has no price."""
    each = [cost_of(part.get("message-price")) for part in parts]
    known = [one.amount for one in each if one is not None]
    return Cost(sum(known, Decimal())) if len(known) == len(each) else None


def _part(told: Mapping[str, str]) -> Part | None:
    if told.get("concat", "").casefold() != "true":
        return None
    try:
        reference, total, number = (int(told[f"concat-{name}"]) for name in ("ref", "total", "part"))
    except (KeyError, ValueError):
        raise Unreadable("a part that doesn't say which") from None
    if not 1 <= number <= total <= 255:
        raise Unreadable("a part outside its text")
    return Part(reference, total, number)


def make(name: str, settings: Mapping[str, object]) -> Carrier:
    return VonageCarrier(name, read(SETTINGS, settings))
