"""Spryng's shapes, version 2: a request id, events with request id and number."""

import base64
import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from recado.channels.protocol import RawCallback, ReceiptState
from tests.carriers.fakes.far_end import Asked, Reply, Said, Shapes, Text, called

ERRORS = {
    "throttled": (429, ""),
    "opted_out": (400, "OptedOut"),
    "number": (400, "MsisdnInvalid"),
    "no_credit": (400, "SendingLimitExceeded"),
    "credentials": (401, "unauthenticatedError"),
    "carrier_error": (500, "NetworkFailed"),
}
WORDS = {
    ReceiptState.DELIVERED: "Delivered",
    ReceiptState.FAILED: "Failed",
    ReceiptState.EXPIRED: "Failed",  # of the reason no field is published
    ReceiptState.ON_THE_WAY: "In Progress",
}
LOGIN = "Basic " + base64.b64encode(b"recado:fictional-password").decode()


class SpryngShapes(Shapes):
    name = "spryng"
    expires_as = ReceiptState.FAILED

    def settings(self, url: str) -> dict[str, object]:
        return {
            "api_key": "fictional-key",
            "account_reference": "SPNL0000000",
            "webhook_user": "recado",
            "webhook_password": "fictional-password",
            "url": url,
        }

    def texts(self, asked: Asked) -> list[Text]:
        assert (asked.method, asked.path) == ("POST", "/messages")
        assert asked.headers["x-api-key"] == "fictional-key"
        body = json.loads(asked.body)
        assert (body["accountReference"], body["channel"]) == ("SPNL0000000", "SMS")
        assert 1 <= len(body["recipients"]) <= 50_000
        batch = hashlib.sha256(str(time.time_ns()).encode() + asked.body).hexdigest()[:32]
        ends = datetime.fromisoformat(body["validity"]) if "validity" in body else None
        validity = ends - datetime.now(UTC) if ends else None
        return [
            Text("+" + one["msisdn"].removeprefix("+"), body["body"]["text"], "+" + body["from"], "", batch, validity)
            for one in body["recipients"]
        ]

    def taken(self, texts: Sequence[Text]) -> Said:
        ids = [f"{text.batch[:8]}-{at}" for at, text in enumerate(reversed(texts))]  # in no order of ours
        return Said(202, json.dumps({"data": {"requestId": texts[0].batch, "messageIds": ids}}).encode())

    def refused(self, why: str) -> Said:
        status, code = ERRORS[why]
        return Said(status, json.dumps({"errors": [{"errorCode": code, "errorMessage": "refused"}]}).encode())

    def receipt(self, text: Text, state: ReceiptState, serial: int, why: str = "") -> RawCallback:
        return self._event(
            text.batch,
            {
                "MessageId": f"m{serial}",
                "OccurredAtTime": "2026-11-24T21:00:00Z",
                "Status": WORDS[state],
                "DestinationCode": "",
                "Originator": text.sender[1:],
                "Msisdn": text.to[1:],
            },
        )

    def reply(self, reply: Reply) -> RawCallback:
        return self._event(
            "",
            {
                "MessageId": reply.ref,
                "OccurredAtTime": "2026-11-24T21:00:00Z",
                "Status": "Received",
                "Body": reply.text,
                "Originator": reply.to[1:],
                "Msisdn": reply.sender[1:],
            },
        )

    def forged(self, raw: RawCallback) -> RawCallback:
        return replace(raw, headers={"content-type": "application/json"})

    def signed(self, raw: RawCallback) -> RawCallback:
        return replace(raw, headers={**raw.headers, "authorization": LOGIN})

    def _event(self, request: str, message: dict[str, object]) -> RawCallback:
        told = {
            "RequestId": request,
            "AccountReference": "SPNL0000000",
            "Channel": "SMS",
            "Status": message["Status"],
            "Messages": [message],
        }
        return self.signed(called(body=json.dumps(told).encode(), content_type="application/json"))
