"""Kannel's shapes: texts in POSTs with X-Kannel headers, answers in words, reports and replies by GET."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

from recado.channels.protocol import RawCallback, ReceiptState
from tests.carriers.fakes.far_end import HOOK, Asked, Reply, Said, Shapes, Text, called

WORDS = {
    "throttled": (503, "Temporal failure, try again later."),
    "number": (400, "Number(s) has/have been denied by white- and/or black-lists."),
    "no_credit": (402, ""),
    "credentials": (403, "Authorization failed for sendsms"),
    "carrier_error": (503, "Temporal failure, try again later."),
}
EVENTS = {
    ReceiptState.DELIVERED: "1",
    ReceiptState.FAILED: "2",
    ReceiptState.EXPIRED: "2",
    ReceiptState.ON_THE_WAY: "8",
}


class KannelShapes(Shapes):
    name = "kannel"
    signs = False
    stops_at_send = False
    tells_of_stops = False
    expires_as = ReceiptState.FAILED

    def settings(self, url: str) -> dict[str, object]:
        return {"username": "recado", "password": "fictional-password", "url": url, "callback_url": HOOK}

    def texts(self, asked: Asked) -> list[Text]:
        head = asked.headers
        assert (asked.method, asked.path, asked.query) == ("POST", "/cgi-bin/sendsms", {})
        assert (head["x-kannel-username"], head["x-kannel-password"]) == ("recado", "fictional-password")
        assert head["content-type"] == "text/plain; charset=UTF-8"
        assert head["x-kannel-coding"] in "02"
        address = urlsplit(head["x-kannel-dlr-url"])
        assert f"{address.scheme}://{address.netloc}{address.path}" == HOOK
        ours = parse_qs(address.query)["m"][0]
        assert address.query == f"m={ours}&status=%d"
        minutes = head.get("x-kannel-validity")
        validity = timedelta(minutes=int(minutes)) if minutes else None
        sender = "+" + head["x-kannel-from"]
        return [Text("+" + head["x-kannel-to"], asked.body.decode(), sender, ours, "", validity, ours)]

    def taken(self, texts: Sequence[Text]) -> Said:
        return Said(202, b"0: Accepted for delivery", {"content-type": "text/html"})

    def refused(self, why: str) -> Said:
        status, words = WORDS[why]
        return Said(status, words.encode(), {"content-type": "text/html"})

    def receipt(self, text: Text, state: ReceiptState, serial: int, why: str = "") -> RawCallback:
        return called(method="GET", query=f"m={text.own or 'ab' * 16}&status={EVENTS[state]}")

    def reply(self, reply: Reply) -> RawCallback:
        is_plain = reply.text.isascii()
        fields = {
            "id": reply.ref,
            "from": reply.sender,
            "to": reply.to,
            "at": "1795554000",
            "coding": "0" if is_plain else "2",
            "charset": "UTF-8" if is_plain else "UTF-16BE",
            "text": reply.text.encode("utf-8" if is_plain else "utf-16-be"),
        }
        return called(method="GET", query=urlencode(fields))

    def forged(self, raw: RawCallback) -> None:
        return None
