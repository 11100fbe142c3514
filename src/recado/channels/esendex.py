"""Esendex REST v1.0: one text a request, in XML.

Sources: esendex-php-sdk and esendex-dotnet-sdk; developers.esendex.com and Esendex's page on form posts for what it reports. Texts
share no request: the answer doesn't say which id is whose. A text whose answer was lost is looked for in the list of what was sent
(esendex-php-sdk's SentMessagesService). Of reports by XML only those of
delivered texts are documented, so set the account to form posts, which tell of failed ones too, or failures stay unknown.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from xml.parsers import expat
from xml.sax.saxutils import escape

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
)

SETTINGS: Final = (
    Setting("username", "the login's e-mail address"),
    Setting("password", "its password, or the API password", is_secret=True),
    Setting("account_reference", "the account's reference, such as EX0000000"),
    Setting("push_user", "user name set for form posts in the account's options", default=""),
    Setting(
        "push_password",
        "password set there; without one the secret in our address is all that tells Esendex apart",
        default="",
        is_secret=True,
    ),
    Setting("url", "the address of the API", default="https://api.esendex.com/v1.0"),
    *PACE,
    *CALLBACKS,
)

NAMESPACE: Final = "http://api.esendex.com/ns/"
SHORTEST_VALIDITY, LONGEST_VALIDITY = timedelta(hours=1), timedelta(hours=72)
MOST_DEPTH: Final = 12
MOST_FOUND: Final = 200

CODES: Final[Codes] = {}
"""Refusals go by HTTP's status (402 is an empty account): of codes no list was found."""

STATES: Final[Mapping[str, ReceiptState]] = {
    "Submitted": ReceiptState.ON_THE_WAY,
    "Scheduled": ReceiptState.ON_THE_WAY,
    "Connecting": ReceiptState.ON_THE_WAY,
    "Acknowledged": ReceiptState.ON_THE_WAY,
    "Sent": ReceiptState.ON_THE_WAY,
    "PartiallyDelivered": ReceiptState.ON_THE_WAY,
    "Delivered": ReceiptState.DELIVERED,
    "Expired": ReceiptState.EXPIRED,
    "Failed": ReceiptState.FAILED,
    "FailedAuthorisation": ReceiptState.FAILED,
    "Rejected": ReceiptState.FAILED,
    "Cancelled": ReceiptState.FAILED,
}
ERRORS: Final[Mapping[str, ReceiptState]] = {
    "Failed": ReceiptState.FAILED,
    "UnrecognisedRecipient": ReceiptState.FAILED,
    "ValidityPeriodExpired": ReceiptState.EXPIRED,
}


class EsendexCarrier(HttpCarrier):
    def __init__(self, name: str, settings: Mapping[str, Any]) -> None:
        super().__init__(name, settings)
        self.can = Capabilities(
            window=settings["window"],
            receives=True,
            receipts=True,
            status_lookup=True,
            validity_at_most=LONGEST_VALIDITY,
        )
        self._login = (settings["username"], settings["password"])

    def unfit(self, envelope: Envelope) -> str:
        """XML has no place for these letters, escaped or not."""
        is_fit = all(letter >= " " or letter in "\t\n\r" for letter in envelope.text)
        return "" if is_fit and not {"\ufffe", "\uffff"} & set(envelope.text) else "letters_not_possible"

    def call(self, envelopes: Sequence[Envelope]) -> Call:
        (envelope,) = envelopes
        validity = validity_of(envelope, least=SHORTEST_VALIDITY, most=LONGEST_VALIDITY)
        fields = {
            "from": envelope.sender.removeprefix("+"),
            "to": envelope.to[1:],
            "body": envelope.text,
            "type": "SMS",
            "validity": str(int(validity.total_seconds() // 3600)) if validity is not None else "",
        }
        inner = "".join(f"<{name}>{_escaped(value)}</{name}>" for name, value in fields.items() if value)
        body = (
            f'<?xml version="1.0" encoding="utf-8"?><messages xmlns="{NAMESPACE}">'
            f"<accountreference>{_escaped(self.settings['account_reference'])}</accountreference>"
            f"<characterset>Auto</characterset><message>{inner}</message></messages>"
        )
        headers = {"content-type": "application/xml; charset=utf-8", "accept": "application/xml"}
        place = f"{self.settings['url']}/messagedispatcher"
        return Call("POST", place, headers, content=body.encode(), login=self._login)

    def read(self, envelopes: Sequence[Envelope], reply: Reply) -> Sequence[Told]:
        if reply.status != 200:
            return [trouble_of(reply, CODES)]
        return [Accepted(_flat(reply.body)["messageheaders/messageheader@id"])]

    async def look_up(self, texts: Sequence[Missing]) -> list[Finding]:
        """By number, the beginning of the words and time, among the newest texts of the account (`HasLookup`)."""
        return await asking.together(texts, self._find)

    async def _find(self, texts: Sequence[Missing]) -> list[Finding]:
        wanted = [
            ("startIndex", "0"),
            ("count", str(MOST_FOUND)),
            ("accountreference", self.settings["account_reference"]),
        ]
        place = f"{self.settings['url']}/messageheaders"
        reply = await self.ask(Call("GET", place, {"accept": "application/xml"}, params=wanted, login=self._login))
        if reply.status != 200:
            return [asking.refusal(reply) for _ in texts]
        headers = _headers(reply.body)
        is_all = len(headers) >= int(_flat(reply.body)["messageheaders@totalcount"])
        return [_finding(text, headers, is_all) for text in texts]

    async def balance(self) -> Balance:
        """Texts that are left (`HasBalance`)."""
        place = f"{self.settings['url']}/accounts"
        reply = await self.ask(Call("GET", place, {"accept": "application/xml"}, login=self._login))
        try:
            return Balance(Decimal(_flat(reply.body)["accounts/account/messagesremaining"]))
        except (KeyError, InvalidOperation, Unreadable):
            raise LookupError("the carrier didn't say") from None

    # ---------------------------------------------------------------- callbacks

    def verify(self, raw: RawCallback) -> bool:
        """A form names the user and password that the account's options hold. XML has none, so it counts only where none is
        set."""
        if not self.settings["push_password"]:
            return True
        try:
            told = calls.form(raw)
        except Unreadable:
            return False
        given = f"{told.get('username', '')}:{told.get('password', '')}"
        return calls.same(given, f"{self.settings['push_user']}:{self.settings['push_password']}")

    def read_callback(self, raw: RawCallback) -> Sequence[Receipt | Inbound]:
        if raw.body.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
            return [_pushed(raw.body)]
        return _posted(calls.form(raw))

    def callback_answer(self, raw: RawCallback, is_genuine: bool) -> Answer:
        return Answer() if is_genuine else calls.NOT_GENUINE


def _pushed(body: bytes) -> Receipt | Inbound:
    told = _flat(body)
    if "MessageDelivered/MessageId" in told:
        at = calls.moment(told.get("MessageDelivered/OccurredAt", ""))
        return Receipt(told["MessageDelivered/MessageId"], ReceiptState.DELIVERED, at)
    ref, person, number, text = (
        told.get(f"InboundMessage/{name}", "") for name in ("MessageId", "From", "To", "MessageText")
    )
    if not ref or not person or not number:
        raise Unreadable("a push that isn't documented; form posts tell of failed texts")
    return Inbound(calls.e164(person), calls.e164(number), text, None, ref)


def _posted(told: Mapping[str, str]) -> Sequence[Receipt | Inbound]:
    kind, ref = told.get("notificationType", ""), told.get("id", "")
    at = calls.moment(calls.text_of(told, "occurredAt", "receivedAt"))
    if kind == "SubscriptionEvent":  # of Esendex's own lists of contacts
        return []
    if not ref:
        raise Unreadable("a form post without id")
    if kind == "MessageEvent" and told.get("eventType") == "Delivered":
        return [Receipt(ref, ReceiptState.DELIVERED, at)]
    if kind == "MessageError" and told.get("errorType") in ERRORS:
        return [Receipt(ref, ERRORS[told["errorType"]], at, error=told["errorType"])]
    if kind == "MessageReceived" and told.get("originator") and told.get("recipient"):
        number = calls.e164(told["recipient"])
        return [Inbound(calls.e164(told["originator"]), number, told.get("body", ""), at, ref)]
    raise Unreadable("a form post that isn't documented")


def _finding(text: Missing, headers: Sequence[Mapping[str, str]], is_all: bool) -> Finding:
    """`is_all`: these are all that the account has ever sent. Else the list must reach back to before the text, since of its
    order only the name ("latest") is documented."""
    since = text.since - asking.CLOCKS_DIFFER
    times = [calls.moment(header.get("submittedat", "")) for header in headers]
    fresh = [
        header
        for header, at in zip(headers, times, strict=True)
        if (at is None or at >= since) and calls.e164(header.get("to/phonenumber", "")) == text.envelope.to
    ]
    alike = [header for header in fresh if _begins(text.envelope.text, header.get("summary", ""))]
    reaches_back = is_all or any(at is not None and at < since for at in times)
    if not alike and (fresh or not reaches_back):
        return CannotTell("others_to_that_number" if fresh else "the_list_ends_before_it")
    reports = [
        Receipt(header["@id"], STATES[header["status"]], None, error=header.get("failurereason/code", ""))
        for header in alike
    ]
    return asking.found_or_not(reports)


def _begins(words: str, summary: str) -> bool:
    beginning = summary.removesuffix("...").rstrip()
    return bool(beginning) and words.startswith(beginning)


def _headers(body: bytes) -> list[dict[str, str]]:
    """The texts of a list, each as `_flat` tells it, without the path to it."""
    found: list[dict[str, str]] = []
    at = "messageheaders/messageheader"
    for path, value in _read(body):
        if path == f"{at}@id":
            found.append({})
        if found and path.startswith(at):
            found[-1].setdefault(path[len(at) :].removeprefix("/"), value)
    return found


def _escaped(text: str) -> str:
    return escape(text, {"\r": "&#13;"})


def _flat(body: bytes) -> dict[str, str]:
    """Texts and attributes of a document by their path, the first of each."""
    told: dict[str, str] = {}
    for path, value in _read(body):
        told.setdefault(path, value)
    return told


def _read(body: bytes) -> list[tuple[str, str]]:
    """Texts and attributes of a document with their path, in its order. A document type, and so any entity of its own,
    is refused before anything of it is read."""
    told: list[tuple[str, str]] = []
    path: list[str] = []
    words: list[list[str]] = []
    parser = expat.ParserCreate()

    def refuse(*rest: object) -> None:
        raise Unreadable("XML with a document type")

    def begin(name: str, attributes: Mapping[str, str]) -> None:
        if len(path) >= MOST_DEPTH:
            raise Unreadable("XML too deep")
        path.append(name.rpartition(":")[2])
        words.append([])
        for key, value in attributes.items():
            told.append((f"{'/'.join(path)}@{key}", value))

    def end(name: str) -> None:
        told.append(("/".join(path), "".join(words.pop())))
        path.pop()

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = lambda text: words[-1].append(text)
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("no XML") from None
    return told


def make(name: str, settings: Mapping[str, object]) -> Carrier:
    return EsendexCarrier(name, read(SETTINGS, settings))
