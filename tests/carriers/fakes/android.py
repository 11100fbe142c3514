"""The Android gateway's shapes: one text a request by our id, signed events."""

import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from recado.channels.protocol import RawCallback, ReceiptState
from tests.carriers.fakes.far_end import HOOK, Asked, Reply, Said, Shapes, Text, called

KEY = "fictional-signing-key"
LOGIN = "Basic cmVjYWRvOmZpY3Rpb25hbC1wYXNzd29yZA=="
ERRORS = {"throttled": 429, "number": 400, "no_credit": 402, "credentials": 401, "carrier_error": 503}
EVENTS = {
    ReceiptState.DELIVERED: "sms:delivered",
    ReceiptState.FAILED: "sms:failed",
    ReceiptState.EXPIRED: "sms:failed",
    ReceiptState.ON_THE_WAY: "sms:sent",
}


class AndroidShapes(Shapes):
    name = "android"
    signs_words = True
    stops_at_send = False
    tells_of_stops = False
    expires_as = ReceiptState.FAILED

    def settings(self, url: str) -> dict[str, object]:
        return {
            "username": "recado",
            "password": "fictional-password",
            "number": "+447700900100",
            "signing_key": KEY,
            "url": url,
            "callback_url": HOOK,
        }

    def texts(self, asked: Asked) -> list[Text]:
        assert (asked.method, asked.path) == ("POST", "/messages")
        assert asked.headers["authorization"] == LOGIN
        body = json.loads(asked.body)
        assert len(body["id"]) <= 36
        assert body.get("ttl", 5) >= 5
        validity = timedelta(seconds=body["ttl"]) if "ttl" in body else None
        (to,) = body["phoneNumbers"]
        text = body["textMessage"]["text"]
        return [Text(to, text, "+447700900100", body["id"], validity=validity, own=body["id"])]

    def taken(self, texts: Sequence[Text]) -> Said:
        return Said(202, json.dumps({"id": texts[0].ref, "state": "Pending"}).encode())

    def refused(self, why: str) -> Said:
        return Said(ERRORS[why], b'{"message": "refused"}')

    def told(self, asked: Asked, taken: Sequence[Text]) -> Said:
        known = [text for text in taken if asked.path == f"/messages/{text.ref}"]
        said = {"id": known[0].ref, "state": "Delivered", "recipients": []} if known else {}
        return Said(200 if known else 404, json.dumps(said).encode())

    def receipt(self, text: Text, state: ReceiptState, serial: int, why: str = "") -> RawCallback:
        payload = {"messageId": text.ref or "ab" * 16, "sender": None, "recipient": text.to, "simNumber": 1}
        when = {"sms:delivered": "deliveredAt", "sms:sent": "sentAt"}.get(EVENTS[state], "failedAt")
        return self._event(EVENTS[state], f"e{serial}", payload | {when: "2026-11-24T21:00:00.000+00:00"})

    def reply(self, reply: Reply) -> RawCallback:
        payload = {
            "messageId": "00ff",
            "sender": reply.sender,
            "recipient": None,
            "simNumber": 1,
            "message": reply.text,
            "receivedAt": "2026-11-24T21:00:00.000+00:00",
        }
        return self._event("sms:received", reply.ref, payload)

    def forged(self, raw: RawCallback) -> RawCallback:
        return replace(raw, body=raw.body.replace(b"7700900", b"7700901"))

    def signed(self, raw: RawCallback) -> RawCallback:
        stamp = str(int(time.time()))
        signature = hmac.new(KEY.encode(), raw.body + stamp.encode(), hashlib.sha256).hexdigest()
        return replace(raw, headers={**raw.headers, "x-signature": signature, "x-timestamp": stamp})

    def _event(self, event: str, name: str, payload: dict[str, object]) -> RawCallback:
        told = {"id": name, "webhookId": "w1", "event": event, "deviceId": "d1", "payload": payload}
        return self.signed(called(body=json.dumps(told).encode(), content_type="application/json"))
