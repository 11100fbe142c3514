"""SMSAPI's shapes: forms with our ids; answers are HTTP 200 whatever they say. Of callbacks nothing is documented, so the fields
here are invented, as the settings name them."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from recado.channels.protocol import RawCallback, ReceiptState
from tests.carriers.fakes.far_end import HOOK, Asked, Reply, Said, Shapes, Text, called

CODES = {"number": 13, "no_credit": 103, "credentials": 101, "carrier_error": 201}
FIELDS = {"sender_field": "x_person", "number_field": "x_ours", "text_field": "x_words", "id_field": "x_id"}


class SmsapiShapes(Shapes):
    name = "smsapi"
    signs = False
    stops_at_send = False
    tells_of_stops = False
    tells_partly = True
    expires_as = ReceiptState.FAILED

    def settings(self, url: str) -> dict[str, object]:
        return {"token": "fictional-token", "url": url, "callback_url": HOOK, "status_field": "x_state", **FIELDS}

    def texts(self, asked: Asked) -> list[Text]:
        assert (asked.method, asked.path) == ("POST", "/sms.do")
        assert asked.headers["authorization"] == "Bearer fictional-token"
        form = asked.form
        assert (form["format"], form["encoding"], form["check_idx"]) == ("json", "utf-8", "1")
        people, names = form["to"].split(","), form["idx"].split("|")
        assert len(people) == len(names)
        if "notify_url" in form:
            assert parse_qs(urlsplit(form["notify_url"]).query) == {"m": names}
        ends = datetime.fromtimestamp(int(form["expiration_date"]), UTC) if "expiration_date" in form else None
        validity = ends - datetime.now(UTC) if ends else None
        assert validity is None or timedelta(hours=1) < validity < timedelta(hours=12)
        return [
            Text("+" + to, form["message"], "+" + form["from"], name, "", validity, name)
            for to, name in zip(people, names, strict=True)
        ]

    def taken(self, texts: Sequence[Text]) -> Said:
        return self.partly(texts, lambda text: False)

    def partly(self, texts: Sequence[Text], bad: Callable[[Text], bool]) -> Said:
        listed = [
            {
                "id": f"s{text.ref}",
                "points": 0.16,
                "number": text.to[1:],
                "status": "QUEUE",
                "idx": text.ref,
                "error": None,
            }
            for text in reversed(texts)
            if not bad(text)
        ]
        return Said(200, json.dumps({"count": len(listed), "list": listed}).encode())

    def refused(self, why: str) -> Said:
        if why == "throttled":
            return Said(429, b"")
        return Said(200, json.dumps({"error": CODES[why], "message": "refused", "invalid_numbers": []}).encode())

    def told(self, asked: Asked, taken: Sequence[Text]) -> Said:
        assert (asked.path, asked.query) == ("/user.do", {"format": "json", "credits": "1", "details": "1"})
        return Said(200, b'{"points": 103.5, "proCount": 600}')

    def receipt(self, text: Text, state: ReceiptState, serial: int, why: str = "") -> RawCallback:
        word = {ReceiptState.DELIVERED: "DELIVERED", ReceiptState.ON_THE_WAY: "SENT"}.get(state, "UNDELIVERED")
        return called(method="GET", query=f"m={text.own or 'ab' * 16}&x_state={word}")

    def reply(self, reply: Reply) -> RawCallback:
        told = {"x_person": reply.sender[1:], "x_ours": reply.to[1:], "x_words": reply.text, "x_id": reply.ref}
        return called(form=told)

    def forged(self, raw: RawCallback) -> None:
        return None
