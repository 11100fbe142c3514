"""Infobip SMS API v3: many numbers a request, each with an id of ours.

Sources: Infobip's OpenAPI documents 3.210.0; infobip-api-python-client, infobip-api-php-client's tests for the logs;
nyaruka/courier for callbacks. The text's own id is the reference, so a text whose answer was lost is found by it. How many numbers a request may hold isn't
stated, so it is a setting; of the HMAC on webhooks neither header nor signed string is published, so calls are told apart
by a name and password set on the subscription, and by the secret in our address.
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
    asking,
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
    Cost,
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
    cost_of,
)

SETTINGS: Final = (
    Setting("url", "the account's own base address: https://xxxxx.api.infobip.com"),
    Setting("api_key", "an API key of the account", is_secret=True),
    Setting("batch", "numbers in one request; Infobip states no limit, so ask before raising it", "int", 1),
    Setting("webhook_user", "user name set on the webhook subscription (BASIC)", default=""),
    Setting("webhook_password", "password set on the webhook subscription", default="", is_secret=True),
    *PACE,
    *CALLBACKS,
)

LONGEST_VALIDITY: Final = timedelta(hours=48)
LOGGED_FOR: Final = timedelta(hours=47)  # 48 by the documents

CODES: Final[Codes] = {}
"""Request errors go by HTTP's status; of single texts by the group that their status stands in."""

STATES: Final[Mapping[str, ReceiptState]] = {
    "ACCEPTED": ReceiptState.ON_THE_WAY,
    "PENDING": ReceiptState.ON_THE_WAY,
    "DELIVERED": ReceiptState.DELIVERED,
    "EXPIRED": ReceiptState.EXPIRED,
    "UNDELIVERABLE": ReceiptState.FAILED,
    "REJECTED": ReceiptState.FAILED,
}


class InfobipCarrier(HttpCarrier):
    def __init__(self, name: str, settings: Mapping[str, Any]) -> None:
        super().__init__(name, settings)
        self.can = Capabilities(
            window=settings["window"],
            price_in_answer=True,
            receives=True,
            receipts=True,
            batch=settings["batch"],
            validity_at_most=LONGEST_VALIDITY,
            own_reference=True,
            status_lookup=True,
        )
        self._headers = {"authorization": f"App {settings['api_key']}", "accept": "application/json"}

    def call(self, envelopes: Sequence[Envelope]) -> Call:
        first = envelopes[0]
        message: dict[str, object] = {
            "sender": first.sender.removeprefix("+"),
            "destinations": [{"to": e.to[1:], "messageId": e.message.hex()} for e in envelopes],
            "content": {"text": first.text},
        }
        validity = validity_of(first, least=timedelta(seconds=60), most=LONGEST_VALIDITY)
        if validity is not None:
            message["options"] = {"validityPeriod": {"amount": int(validity.total_seconds()), "timeUnit": "SECONDS"}}
        if self.settings["callback_url"]:
            delivery = {"url": self.settings["callback_url"]}
            message["webhooks"] = {"delivery": delivery, "contentType": "application/json"}
        return Call(
            "POST", f"{self.settings['url'].rstrip('/')}/sms/3/messages", self._headers, json={"messages": [message]}
        )

    def read(self, envelopes: Sequence[Envelope], reply: Reply) -> Sequence[Told]:
        told = reply.object()
        if not reply.is_ok:
            old = (told.get("requestError") or {}).get("serviceException") or {}
            return [trouble_of(reply, CODES, told.get("errorCode") or old.get("messageId"))] * len(envelopes)
        by_id = {str(one["messageId"]): one for one in told["messages"]}
        return [_told(by_id[envelope.message.hex()]) for envelope in envelopes]

    async def look_up(self, texts: Sequence[Missing]) -> list[Finding]:
        """By our own ids, in the logs of the last 48 hours, of which Infobip answers 120 questions a minute (`HasLookup`)."""
        return await asking.together(texts, self._find)

    async def _find(self, texts: Sequence[Missing]) -> list[Finding]:
        names = [("messageId", text.envelope.message.hex()) for text in texts]
        place = f"{self.settings['url'].rstrip('/')}/sms/3/logs"
        reply = await self.ask(Call("GET", place, self._headers, params=[*names, ("limit", str(len(names)))]))
        if not reply.is_ok:
            return [asking.refusal(reply) for _ in texts]
        logged = {str(one["messageId"]): one for one in reply.object()["results"]}
        return [self._finding(text, logged.get(text.envelope.message.hex())) for text in texts]

    @staticmethod
    def _finding(text: Missing, one: Mapping[str, Any] | None) -> Finding:
        if one is not None:
            return Found((_receipt(str(one["messageId"]), one),))
        is_too_old = text.since < datetime.now(UTC) - LOGGED_FOR
        return CannotTell("older_than_the_carriers_log") if is_too_old else NotThere()

    # ---------------------------------------------------------------- callbacks

    def verify(self, raw: RawCallback) -> bool:
        return calls.has_login(raw, self.settings["webhook_user"], self.settings["webhook_password"])

    def read_callback(self, raw: RawCallback) -> Sequence[Receipt | Inbound]:
        told = calls.json_object(raw)
        if "results" not in told:
            raise Unreadable("no results")
        return [_item(result) for result in calls.objects(told, "results")]

    def callback_answer(self, raw: RawCallback, is_genuine: bool) -> Answer:
        return Answer() if is_genuine else calls.NOT_GENUINE


def _told(one: Mapping[str, Any]) -> Told:
    status = one["status"]
    state = STATES[str(status["groupName"])]
    if state in (ReceiptState.ON_THE_WAY, ReceiptState.DELIVERED):
        return Accepted(str(one["messageId"]))
    return Trouble(ErrorClass.PERMANENT, str(status.get("name", "carrier_refused")).lower()[:40])


def _item(result: Mapping[str, Any]) -> Receipt | Inbound:
    ref = calls.text_of(result, "messageId")
    if not ref:
        raise Unreadable("a result without messageId")
    if isinstance(result.get("status"), dict):
        return _receipt(ref, result)
    person, ours = calls.text_of(result, "from"), calls.text_of(result, "to")
    if not person or not ours or "text" not in result:
        raise Unreadable("neither a status nor a text")
    at = calls.moment(calls.text_of(result, "receivedAt"))
    return Inbound(calls.e164(person), calls.e164(ours), str(result["text"] or ""), at, ref)


def _receipt(ref: str, result: Mapping[str, Any]) -> Receipt:
    state = STATES.get(calls.text_of(result["status"], "groupName"))
    if state is None:
        raise Unreadable("a group of statuses that isn't documented")
    error = result.get("error") if isinstance(result.get("error"), dict) else {}
    assert isinstance(error, dict)
    name = calls.text_of(error, "name")
    return Receipt(
        ref,
        state,
        calls.moment(calls.text_of(result, "doneAt")),
        calls.e164(calls.text_of(result, "to")) if result.get("to") else "",
        calls.e164(calls.text_of(result, "sender", "from")) if result.get("sender") or result.get("from") else "",
        "" if name == "NO_ERROR" else name,
        calls.reference_of(ref),
        cost=_cost(result),
    )


def _cost(result: Mapping[str, Any]) -> Cost | None:
    """`price.pricePerMessage` for each of `messageCount` messages that the text was sent as."""
    price = result.get("price")
    each = cost_of(price.get("pricePerMessage"), price.get("currency")) if isinstance(price, dict) else None
    count = result.get("messageCount")
    return Cost(each.amount * count, each.currency) if each and isinstance(count, int) and 0 < count < 256 else None


def make(name: str, settings: Mapping[str, object]) -> Carrier:
    return InfobipCarrier(name, read(SETTINGS, settings))
