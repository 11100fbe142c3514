"""Twilio Messages: one text a request, a form each.

Sources: the official SDK `twilio` for prices, which the tests ask; twilio/twilio-oai (the contract that tests/carriers/test_twilio.py holds requests against); the error dictionary
of twilio.com; the signature's rule as in twilio's own RequestValidator, which the tests ask too.

Twilio returns no reference of ours, so the address that it reports to carries it (`?m=`). Its default opt-out words
(English, CANCEL and END among them) stop a person at Twilio: turn on Advanced Opt-Out and take those two words out.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urljoin

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
from recado.channels.over_http.exchange import NoAnswer, NotReached
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
    NoMedia,
    PriceList,
    RawCallback,
    Receipt,
    ReceiptState,
    Setting,
    Unreadable,
)

SETTINGS: Final = (
    Setting("account_sid", "the account's SID, AC and 32 letters"),
    Setting("auth_token", "the account's auth token: it also signs what Twilio tells us", is_secret=True),
    Setting(
        "api_key", "SID of an API key to send with, SK and 32 letters; without one the auth token is used", default=""
    ),
    Setting("api_secret", "secret of the API key", default="", is_secret=True),
    Setting("messaging_service_sid", "a Messaging Service to send by, in place of the clinic's number", default=""),
    Setting("discard", "have Twilio keep neither text nor number; the account needs the feature", "bool", False),
    Setting("url", "the address of the API", default="https://api.twilio.com"),
    Setting("pricing_url", "the address of the API for prices", default="https://pricing.twilio.com"),
    *PACE,
    *CALLBACKS,
)

LONGEST_TEXT: Final = 1600
LONGEST_VALIDITY: Final = timedelta(seconds=36000)

CODES: Final[Codes] = {
    20003: (ErrorClass.ACCOUNT, "credentials_refused"),
    20429: (ErrorClass.THROTTLED, "throttled"),
    20503: (ErrorClass.TEMPORARY, "carrier_error"),
    21211: (ErrorClass.PERMANENT, "number_refused"),
    21408: (ErrorClass.SENDER, "region_not_enabled"),
    21606: (ErrorClass.SENDER, "sender_refused"),
    21610: (ErrorClass.OPTED_OUT, "carrier_opt_out"),
    21612: (ErrorClass.PERMANENT, "number_unreachable"),
    21614: (ErrorClass.PERMANENT, "number_not_mobile"),
    21617: (ErrorClass.PERMANENT, "text_too_long"),
    30001: (ErrorClass.THROTTLED, "queue_full"),
    30002: (ErrorClass.ACCOUNT, "account_suspended"),
    30003: (ErrorClass.TEMPORARY, "phone_unreachable"),
    30004: (ErrorClass.PERMANENT, "number_barred"),
    30005: (ErrorClass.PERMANENT, "number_unknown"),
    30006: (ErrorClass.PERMANENT, "number_not_mobile"),
    30007: (ErrorClass.PERMANENT, "filtered_by_network"),
    30008: (ErrorClass.TEMPORARY, "network_failed"),
    30017: (ErrorClass.TEMPORARY, "network_congested"),
    30018: (ErrorClass.SENDER, "sender_not_registered"),
    30022: (ErrorClass.SENDER, "sender_over_its_cap"),
    30023: (ErrorClass.SENDER, "sender_over_its_cap"),
    30024: (ErrorClass.SENDER, "sender_not_registered"),
    30025: (ErrorClass.SENDER, "sender_refused"),
    30026: (ErrorClass.SENDER, "sender_refused"),
    30027: (ErrorClass.SENDER, "sender_over_its_cap"),
}
MOST_MEDIA: Final = 10  # files of one text
# Where a media address leads once its login was right, for four hours: support.twilio.com, article 223183748.
MEDIA_HOST: Final = "https://mms.twiliocdn.com/"
STATES: Final[Mapping[str, ReceiptState]] = {
    "accepted": ReceiptState.ON_THE_WAY,
    "scheduled": ReceiptState.ON_THE_WAY,
    "queued": ReceiptState.ON_THE_WAY,
    "sending": ReceiptState.ON_THE_WAY,
    "sent": ReceiptState.ON_THE_WAY,
    "partially_delivered": ReceiptState.ON_THE_WAY,
    "delivered": ReceiptState.DELIVERED,
    "read": ReceiptState.DELIVERED,
    "undelivered": ReceiptState.FAILED,
    "failed": ReceiptState.FAILED,
    "canceled": ReceiptState.FAILED,
}
EMPTY_TWIML: Final = Answer(200, {"content-type": "text/xml"}, b'<?xml version="1.0" encoding="UTF-8"?><Response/>')
_STOPPED: Final = "21610"
MOST_FOUND: Final = 200


class TwilioCarrier(HttpCarrier):
    def __init__(self, name: str, settings: Mapping[str, Any]) -> None:
        super().__init__(name, settings)
        self.can = Capabilities(
            window=settings["window"],
            receives=True,
            receipts=True,
            status_lookup=not settings["discard"],  # what Twilio doesn't keep can't be found by its words
            validity_at_most=LONGEST_VALIDITY,
            own_reference=True,
        )
        self._place = f"{settings['url']}/2010-04-01/Accounts/{settings['account_sid']}/Messages"
        has_key = bool(settings["api_key"])
        self._login = (
            settings["api_key"] if has_key else settings["account_sid"],
            settings["api_secret"] if has_key else settings["auth_token"],
        )

    def unfit(self, envelope: Envelope) -> str:
        return "text_too_long" if len(envelope.text) > LONGEST_TEXT else ""

    def call(self, envelopes: Sequence[Envelope]) -> Call:
        (envelope,) = envelopes
        form = [("To", envelope.to), ("Body", envelope.text)]
        service = self.settings["messaging_service_sid"]
        form.append(("MessagingServiceSid", service) if service else ("From", envelope.sender))
        validity = validity_of(envelope, least=timedelta(seconds=1), most=LONGEST_VALIDITY)
        if validity is not None:
            form.append(("ValidityPeriod", str(int(validity.total_seconds()))))
        if self.settings["callback_url"]:
            form.append(("StatusCallback", f"{self.settings['callback_url']}?m={envelope.message.hex()}"))
        if self.settings["discard"]:
            form += [("ContentRetention", "discard"), ("AddressRetention", "obfuscate")]
        return Call("POST", f"{self._place}.json", form=form, login=self._login)

    def read(self, envelopes: Sequence[Envelope], reply: Reply) -> Sequence[Told]:
        told = reply.object()
        if reply.is_ok:
            return [Accepted(told["sid"])]
        return [trouble_of(reply, CODES, told.get("code"))]

    async def look_up(self, texts: Sequence[Missing]) -> list[Finding]:
        """By number, words and time, among all that went to that number (`HasLookup`)."""
        return await asking.each(texts, self._find)

    async def _find(self, text: Missing) -> Finding:
        wanted = [("To", text.envelope.to), ("PageSize", str(MOST_FOUND))]
        reply = await self.ask(Call("GET", f"{self._place}.json", params=wanted, login=self._login))
        if not reply.is_ok:
            return asking.refusal(reply)
        told = reply.object()
        since = text.since - asking.CLOCKS_DIFFER
        fresh = [one for one in told["messages"] if parsedate_to_datetime(one["date_created"]) >= since]
        alike = [one for one in fresh if one["body"] == text.envelope.text]
        if not alike and (fresh or told.get("next_page_uri")):
            return CannotTell("others_to_that_number")
        return asking.found_or_not([_standing(one) for one in alike])

    async def prices(self, country: str) -> PriceList:
        """The account's own prices of today, of every kind of number (`HasPrices`)."""
        place = f"{self.settings['pricing_url']}/v1/Messaging/Countries/{country}"
        reply = await self.ask(Call("GET", place, login=self._login))
        if not reply.is_ok:
            raise LookupError(asking.refusal(reply).reason)
        told = reply.object()
        by_network: dict[str, Decimal] = {}
        for network in told.get("outbound_sms_prices") or []:
            name = f"{network['mcc']}{network['mnc']}"
            for price in network["prices"]:
                by_network[name] = max(by_network.get(name, Decimal()), Decimal(str(price["current_price"])))
        if not by_network:
            raise LookupError("it names no price for this country")
        return PriceList(str(told["price_unit"]).upper(), by_network)

    async def media(self, address: str, most: int) -> bytes:
        """The file as it came (`HasMedia`). Our login goes to the API alone, not to where it leads from there."""
        if not self._is_ours(address):
            raise NoMedia("elsewhere", is_over=True)
        reply = await self._got(Call("GET", address, login=self._login, most=most))
        if reply.status in (301, 302, 303, 307, 308):
            there = urljoin(address, reply.headers.get("location", ""))
            if not (there.startswith(MEDIA_HOST) or self._is_ours(there)):
                raise NoMedia("elsewhere", is_over=True)
            reply = await self._got(Call("GET", there, most=most))
        if reply.status in (404, 410):
            raise NoMedia("gone", is_over=True)
        if not reply.is_ok:  # throttled, or a password that is being changed: it is still there
            raise NoMedia("refused", is_over=False)
        if len(reply.body) > most:
            raise NoMedia("too_large", is_over=True)
        return reply.body

    async def _got(self, call: Call) -> Reply:
        try:
            return await self.ask(call)
        except (NotReached, NoAnswer):
            raise NoMedia("no_answer", is_over=False) from None

    def _is_ours(self, address: str) -> bool:
        """Within this account's messages at the API."""
        return address.startswith(f"{self._place}/") and "/../" not in address and "@" not in address

    # ---------------------------------------------------------------- callbacks

    def verify(self, raw: RawCallback) -> bool:
        """base64 HMAC-SHA1 over the address and, after it, each field of the form with its value, sorted by name."""
        try:
            fields = calls.form(raw) if raw.method == "POST" else {}
        except Unreadable:
            return False
        content = raw.url + "".join(name + fields[name] for name in sorted(fields))
        wanted = calls.base64_of(calls.signed(self.settings["auth_token"], content.encode(), "sha1"))
        return calls.same(raw.headers.get("x-twilio-signature", ""), wanted)

    def read_callback(self, raw: RawCallback) -> Sequence[Receipt | Inbound]:
        told = calls.fields(raw)
        ref, status = calls.text_of(told, "MessageSid", "SmsSid"), calls.text_of(told, "MessageStatus")
        if not ref:
            raise Unreadable("no MessageSid")
        if status in STATES:
            return [self._receipt(raw, told, ref, STATES[status])]
        if "Body" in told and told.get("From") and told.get("To"):
            has_picture = calls.text_of(told, "NumMedia") not in ("", "0")
            person, number = calls.e164(told["From"]), calls.e164(told["To"])
            media = tuple(filter(self._is_ours, (told.get(f"MediaUrl{at}", "") for at in range(MOST_MEDIA))))
            return [Inbound(person, number, told["Body"], None, ref, has_picture=has_picture, media=media)]
        raise Unreadable("neither a known status nor a text")

    def _receipt(self, raw: RawCallback, told: Mapping[str, str], ref: str, state: ReceiptState) -> Receipt:
        error = calls.text_of(told, "ErrorCode")
        return Receipt(
            ref,
            state,
            None,
            calls.text_of(told, "To"),
            calls.text_of(told, "From"),
            error,
            calls.reference_of(calls.query(raw).get("m", "")),
            person_stopped=error == _STOPPED,
        )

    def callback_answer(self, raw: RawCallback, is_genuine: bool) -> Answer:
        return EMPTY_TWIML if is_genuine else calls.NOT_GENUINE


def _standing(one: Mapping[str, Any]) -> Receipt:
    error = calls.text_of(one, "error_code")
    return Receipt(one["sid"], STATES[one["status"]], None, error=error, person_stopped=error == _STOPPED)


def make(name: str, settings: Mapping[str, object]) -> Carrier:
    return TwilioCarrier(name, read(SETTINGS, settings))
