"""Esendex's shapes: XML out and back, form posts in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from recado.channels.protocol import RawCallback, ReceiptState
from tests.carriers.fakes.far_end import HOOK, Asked, Reply, Said, Shapes, Text, called

NAMESPACE = "{http://api.esendex.com/ns/}"
LOGIN = "Basic cmVjYWRvQGNsaW5pYy5leGFtcGxlOmZpY3Rpb25hbC1wYXNzd29yZA=="
ERRORS = {"throttled": 429, "number": 400, "no_credit": 402, "credentials": 401, "carrier_error": 503}
XML = {"content-type": "application/xml; charset=utf-8"}
FAILED = {ReceiptState.FAILED: "Failed", ReceiptState.EXPIRED: "ValidityPeriodExpired"}


class EsendexShapes(Shapes):
    name = "esendex"
    stops_at_send = False
    tells_of_stops = False
    tells_of_the_way = False

    def __init__(self) -> None:
        self._serial = 0

    def settings(self, url: str) -> dict[str, object]:
        return {
            "username": "recado@clinic.example",
            "password": "fictional-password",
            "account_reference": "EX0000000",
            "push_user": "recado",
            "push_password": "fictional-push",
            "url": url,
            "callback_url": HOOK,
        }

    def texts(self, asked: Asked) -> list[Text]:
        assert (asked.method, asked.path) == ("POST", "/messagedispatcher")
        assert asked.headers["authorization"] == LOGIN
        root = ElementTree.fromstring(asked.body)
        assert root.tag == f"{NAMESPACE}messages"
        assert root.findtext(f"{NAMESPACE}accountreference") == "EX0000000"
        (message,) = root.findall(f"{NAMESPACE}message")
        told = {child.tag.removeprefix(NAMESPACE): child.text or "" for child in message}
        assert told["type"] == "SMS"
        hours = int(told["validity"]) if "validity" in told else 0
        assert hours <= 72
        self._serial += 1
        ref = f"00000000-0000-4000-8000-{self._serial:012d}"
        validity = timedelta(hours=hours) if hours else None
        return [Text("+" + told["to"], told["body"], "+" + told["from"], ref, "", validity)]

    def taken(self, texts: Sequence[Text]) -> Said:
        ref = texts[0].ref
        body = (
            f'<messageheaders batchid="b1" xmlns="http://api.esendex.com/ns/"><messageheader uri='
            f'"http://api.esendex.com/v1.0/MessageHeaders/{ref}" id="{ref}" /></messageheaders>'
        )
        return Said(200, body.encode(), XML)

    def refused(self, why: str) -> Said:
        return Said(ERRORS[why], b"<errors><error><code>Refused</code></error></errors>", XML)

    def told(self, asked: Asked, taken: Sequence[Text]) -> Said:
        if asked.path == "/accounts":
            body = '<accounts><account id="a1"><messagesremaining>2000</messagesremaining></account></accounts>'
            return Said(200, body.encode(), XML)
        assert (asked.path, asked.query["accountreference"]) == ("/messageheaders", "EX0000000")
        found = "".join(
            f'<messageheader id="{text.ref}"><status>Delivered</status><type>SMS</type><to><phonenumber>{text.to[1:]}'
            f"</phonenumber></to><from><phonenumber>{text.sender[1:]}</phonenumber></from><summary>"
            f"{escape(text.text[:50])}</summary><submittedat>{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}</submittedat></messageheader>"
            for text in reversed(taken)
        )
        head = f'<messageheaders startindex="0" count="{len(taken)}" totalcount="{len(taken)}"'
        return Said(200, f'{head} xmlns="http://api.esendex.com/ns/">{found}</messageheaders>'.encode(), XML)

    def receipt(self, text: Text, state: ReceiptState, serial: int, why: str = "") -> RawCallback:
        kind = (
            {"notificationType": "MessageEvent", "eventType": "Delivered"}
            if state is ReceiptState.DELIVERED
            else {"notificationType": "MessageError", "errorType": FAILED[state], "detail": "text"}
        )
        return self._post({**kind, "id": text.ref, "occurredAt": "2026-11-24T21:00:00"})

    def reply(self, reply: Reply) -> RawCallback:
        told = {
            "notificationType": "MessageReceived",
            "id": reply.ref,
            "originator": reply.sender[1:],
            "recipient": reply.to[1:],
            "body": reply.text,
            "type": "Text",
            "receivedAt": "2026-11-24T21:00:00",
        }
        return self._post(told)

    def forged(self, raw: RawCallback) -> RawCallback:
        return replace(raw, body=raw.body.replace(b"fictional-push", b"guessed"))

    def signed(self, raw: RawCallback) -> RawCallback:
        """Name and password are fields of a form post; an XML push shows neither."""
        if raw.body.startswith(b"<"):
            return raw
        return replace(raw, body=b"username=recado&password=fictional-push&account=EX0000000&" + raw.body)

    def _post(self, told: dict[str, str]) -> RawCallback:
        return self.signed(called(form=told))
