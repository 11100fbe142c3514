"""Sinch's shapes: one id for a batch; reports for each recipient, signed with nonce and time."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from recado.channels.protocol import RawCallback, ReceiptState
from tests.carriers.fakes.far_end import HOOK, Asked, Reply, Said, Shapes, Text, called

SECRET = "fictional-webhook-secret"
ERRORS = {"throttled": 429, "number": 400, "no_credit": 402, "credentials": 401, "carrier_error": 503}
STATUS = {ReceiptState.DELIVERED: "Delivered", ReceiptState.FAILED: "Failed", ReceiptState.EXPIRED: "Expired"}
STATUS[ReceiptState.ON_THE_WAY] = "Dispatched"


class SinchShapes(Shapes):
    name = "sinch"
    signs_words = True
    stops_at_send = False
    tells_of_stops = False
    refuses_numbers_at_send = False  # an id for the whole batch: single numbers fail by report

    def settings(self, url: str) -> dict[str, object]:
        return {
            "service_plan_id": "plan1",
            "api_token": "fictional-token",
            "webhook_secret": SECRET,
            "batch": 50,
            "url": url,
            "callback_url": HOOK,
        }

    def texts(self, asked: Asked) -> list[Text]:
        assert (asked.method, asked.path) == ("POST", "/xms/v1/plan1/batches")
        assert asked.headers["authorization"] == "Bearer fictional-token"
        body = json.loads(asked.body)
        assert (body["type"], body["callback_url"]) == ("mt_text", HOOK)
        assert body["delivery_report"] in ("per_recipient", "per_recipient_final")
        batch = "01" + hashlib.sha256(str(time.time_ns()).encode() + asked.body).hexdigest()[:24].upper()
        ends = datetime.fromisoformat(body["expire_at"]) if "expire_at" in body else None
        validity = ends - datetime.now(UTC) if ends else None
        own = body.get("client_reference", "")
        return [Text("+" + to, body["body"], "+" + body["from"], "", batch, validity, own) for to in body["to"]]

    def taken(self, texts: Sequence[Text]) -> Said:
        return Said(201, json.dumps({"id": texts[0].batch, "to": [text.to[1:] for text in texts]}).encode())

    def told(self, asked: Asked, taken: Sequence[Text]) -> Said:
        assert asked.path == "/xms/v1/plan1/batches"
        datetime.fromisoformat(asked.query["start_date"])
        wanted = asked.query["client_reference"]
        batches = [{"id": t.batch, "client_reference": t.own, "to": [t.to[1:]]} for t in taken if t.own == wanted]
        told = {"count": len(batches), "page": 0, "page_size": len(batches), "batches": batches}
        return Said(200, json.dumps(told).encode())

    def refused(self, why: str) -> Said:
        return Said(ERRORS[why], json.dumps({"code": "refused", "text": "refused"}).encode())

    def receipt(self, text: Text, state: ReceiptState, serial: int, why: str = "") -> RawCallback:
        return self._call(
            {
                "type": "recipient_delivery_report_sms",
                "batch_id": text.batch,
                "recipient": text.to[1:],
                "code": 0 if state is ReceiptState.DELIVERED else 400,
                "status": STATUS[state],
                "at": "2026-11-24T21:00:00.000Z",
                "client_reference": text.own,
                "applied_originator": text.sender[1:],
            }
        )

    def reply(self, reply: Reply) -> RawCallback:
        return self._call(
            {
                "type": "mo_text",
                "id": reply.ref,
                "from": reply.sender[1:],
                "to": reply.to[1:],
                "body": reply.text,
                "received_at": "2026-11-24T21:00:00.000Z",
            }
        )

    def forged(self, raw: RawCallback) -> RawCallback:
        return replace(raw, body=raw.body.replace(b"7700900", b"7700901"))

    def signed(self, raw: RawCallback) -> RawCallback:
        stamp = str(int(time.time()))
        signature = hmac.new(SECRET.encode(), raw.body + b".n1." + stamp.encode(), hashlib.sha256).digest()
        shown = {
            "x-sinch-webhook-signature": base64.b64encode(signature).decode(),
            "x-sinch-webhook-signature-nonce": "n1",
            "x-sinch-webhook-signature-timestamp": stamp,
        }
        return replace(raw, headers={**raw.headers, **shown})

    def _call(self, told: dict[str, object]) -> RawCallback:
        return self.signed(called(body=json.dumps(told).encode(), content_type="application/json"))
