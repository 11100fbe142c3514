"""MessageBird's shapes: one id for up to 50 numbers; reports by GET, replies by form, both with a signed token."""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

import jwt

from recado.channels.protocol import RawCallback, ReceiptState
from tests.carriers.fakes.far_end import HOOK, Asked, Reply, Said, Shapes, Text, called

KEY = "fictional-signing-key-of-32-octets"
ERRORS = {
    "throttled": (429, 0),
    "number": (422, 9),
    "no_credit": (402, 0),
    "credentials": (401, 2),
    "carrier_error": (503, 0),
}
STATUS = {
    ReceiptState.DELIVERED: "delivered",
    ReceiptState.FAILED: "delivery_failed",
    ReceiptState.EXPIRED: "expired",
    ReceiptState.ON_THE_WAY: "buffered",
}


class MessageBirdShapes(Shapes):
    name = "messagebird"
    signs_words = True
    stops_at_send = False
    tells_partly = True

    def settings(self, url: str) -> dict[str, object]:
        return {"access_key": "fictional-access-key", "signing_key": KEY, "url": url, "callback_url": HOOK}

    def texts(self, asked: Asked) -> list[Text]:
        assert (asked.method, asked.path) == ("POST", "/messages")
        assert asked.headers["authorization"] == "AccessKey fictional-access-key"
        body = json.loads(asked.body)
        assert body["reportUrl"] == HOOK
        assert 1 <= len(body["recipients"]) <= 50
        batch = hashlib.sha256(asked.body + str(time.time_ns()).encode()).hexdigest()[:32]
        validity = timedelta(seconds=body["validity"]) if "validity" in body else None
        return [
            Text("+" + to, body["body"], "+" + body["originator"], "", batch, validity, body["reference"])
            for to in body["recipients"]
        ]

    def taken(self, texts: Sequence[Text]) -> Said:
        return self.partly(texts, lambda text: False)

    def partly(self, texts: Sequence[Text], bad: Callable[[Text], bool]) -> Said:
        items = [
            {"recipient": int(text.to[1:]), "status": "delivery_failed" if bad(text) else "sent"} for text in texts
        ]
        told = {"id": texts[0].batch, "recipients": {"totalCount": len(items), "items": items}}
        return Said(201, json.dumps(told).encode())

    def refused(self, why: str) -> Said:
        status, code = ERRORS[why]
        errors = [{"code": code, "description": "refused", "parameter": None}] if code else []
        return Said(status, json.dumps({"errors": errors}).encode())

    def told(self, asked: Asked, taken: Sequence[Text]) -> Said:
        if asked.path == "/messages":
            return self._listed(asked, taken)
        assert asked.path == "/balance"
        return Said(200, b'{"payment": "prepaid", "type": "euros", "amount": 103.5}')

    @staticmethod
    def _listed(asked: Asked, taken: Sequence[Text]) -> Said:
        assert asked.query["direction"] == "mt"
        datetime.fromisoformat(asked.query["from"])
        items = [
            {
                "id": text.batch,
                "body": text.text,
                "reference": text.own,
                "recipients": {
                    "items": [{"recipient": int(text.to[1:]), "status": "delivered", "statusErrorCode": None}]
                },
            }
            for text in taken
            if text.to[1:] == asked.query["recipient"]
        ]
        return Said(200, json.dumps({"count": len(items), "totalCount": len(items), "items": items}).encode())

    def receipt(self, text: Text, state: ReceiptState, serial: int, why: str = "") -> RawCallback:
        query = {
            "id": text.batch,
            "reference": text.own,
            "recipient": text.to[1:],
            "status": STATUS[state],
            "statusDatetime": "2026-11-24T21:00:00+00:00",
        }
        if why == "opted_out":
            query["statusErrorCode"] = "103"
        return self.signed(called(method="GET", query=urlencode(query)))

    def reply(self, reply: Reply) -> RawCallback:
        form = {
            "id": reply.ref,
            "recipient": reply.to[1:],
            "originator": reply.sender[1:],
            "body": reply.text,
            "createdDatetime": "2026-11-24T21:00:00+00:00",
        }
        return self.signed(called(form=form))

    def forged(self, raw: RawCallback) -> RawCallback:
        return replace(raw, url=raw.url + "&status=delivered", body=raw.body + b"&x=1" if raw.body else b"")

    def signed(self, raw: RawCallback) -> RawCallback:
        claims = {
            "iss": "MessageBird",
            "nbf": int(time.time()) - 1,
            "exp": int(time.time()) + 60,
            "jti": "fixed",
            "url_hash": hashlib.sha256(raw.url.encode()).hexdigest(),
        }
        if raw.body:
            claims["payload_hash"] = hashlib.sha256(raw.body).hexdigest()
        token = jwt.encode(claims, KEY, algorithm="HS256")
        return replace(raw, headers={**raw.headers, "messagebird-signature-jwt": token})
