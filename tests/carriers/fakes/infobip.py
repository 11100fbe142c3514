"""Infobip's shapes: version 3, our ids; reports and replies in `results`."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl

from recado.channels.protocol import RawCallback, ReceiptState
from tests.carriers.fakes.far_end import HOOK, Asked, Reply, Said, Shapes, Text, called

ERRORS = {"throttled": 429, "number": 400, "no_credit": 402, "credentials": 401, "carrier_error": 500}
GROUP = {
    ReceiptState.DELIVERED: (3, "DELIVERED", "DELIVERED_TO_HANDSET"),
    ReceiptState.FAILED: (2, "UNDELIVERABLE", "UNDELIVERABLE_NOT_DELIVERED"),
    ReceiptState.EXPIRED: (4, "EXPIRED", "EXPIRED_EXPIRED"),
    ReceiptState.ON_THE_WAY: (1, "PENDING", "PENDING_ENROUTE"),
}
LOGIN = "Basic " + base64.b64encode(b"recado:fictional-password").decode()


class InfobipShapes(Shapes):
    name = "infobip"
    stops_at_send = False
    tells_partly = True
    tells_of_stops = False  # no code for it was found

    def settings(self, url: str) -> dict[str, object]:
        return {
            "url": url,
            "api_key": "fictional-key",
            "batch": 50,
            "webhook_user": "recado",
            "webhook_password": "fictional-password",
            "callback_url": HOOK,
        }

    def texts(self, asked: Asked) -> list[Text]:
        assert (asked.method, asked.path) == ("POST", "/sms/3/messages")
        assert asked.headers["authorization"] == "App fictional-key"
        (message,) = json.loads(asked.body)["messages"]
        assert message["webhooks"] == {"delivery": {"url": HOOK}, "contentType": "application/json"}
        period = message.get("options", {}).get("validityPeriod")
        validity = timedelta(seconds=period["amount"]) if period else None
        return [
            Text(
                "+" + one["to"],
                message["content"]["text"],
                "+" + message["sender"],
                one["messageId"],
                "",
                validity,
                one["messageId"],
            )
            for one in message["destinations"]
        ]

    def taken(self, texts: Sequence[Text]) -> Said:
        return self.partly(texts, lambda text: False)

    def partly(self, texts: Sequence[Text], bad: Callable[[Text], bool]) -> Said:
        group = {
            True: {"groupId": 5, "groupName": "REJECTED", "id": 6, "name": "REJECTED_NETWORK"},
            False: {"groupId": 1, "groupName": "PENDING", "id": 26, "name": "PENDING_ACCEPTED"},
        }
        messages = [
            {"messageId": text.ref, "status": group[bad(text)], "destination": text.to[1:]} for text in reversed(texts)
        ]
        return Said(200, json.dumps({"bulkId": "b1", "messages": messages}).encode())

    def told(self, asked: Asked, taken: Sequence[Text]) -> Said:
        assert asked.path == "/sms/3/logs"
        assert asked.headers["authorization"] == "App fictional-key"
        wanted = [value for name, value in parse_qsl(asked.target.partition("?")[2]) if name == "messageId"]
        number, group, name = GROUP[ReceiptState.DELIVERED]
        results = [
            {
                "messageId": text.ref,
                "destination": text.to[1:],
                "sender": text.sender[1:],
                "status": {"groupId": number, "groupName": group, "id": 5, "name": name},
                "error": {"groupId": 0, "groupName": "OK", "id": 0, "name": "NO_ERROR", "permanent": False},
                "content": {"text": text.text},
            }
            for text in taken
            if text.ref in wanted
        ]
        return Said(200, json.dumps({"results": results}).encode())

    def refused(self, why: str) -> Said:
        told = {"errorCode": f"E{ERRORS[why]}", "description": "refused", "action": "", "violations": []}
        return Said(ERRORS[why], json.dumps(told).encode())

    def receipt(self, text: Text, state: ReceiptState, serial: int, why: str = "") -> RawCallback:
        number, group, name = GROUP[state]
        result = {
            "bulkId": "b1",
            "messageId": text.ref,
            "to": text.to[1:],
            "sender": text.sender[1:],
            "doneAt": "2026-11-24T21:00:00.000+0000",
            "status": {"groupId": number, "groupName": group, "id": 5, "name": name},
            "error": {"groupId": 0, "groupName": "OK", "id": 0, "name": "NO_ERROR", "permanent": False},
        }
        return self._call({"results": [result]})

    def reply(self, reply: Reply) -> RawCallback:
        result = {
            "messageId": reply.ref,
            "from": reply.sender[1:],
            "to": reply.to[1:],
            "text": reply.text,
            "cleanText": reply.text,
            "keyword": "",
            "receivedAt": "2026-11-24T21:00:00.000+0000",
            "smsCount": 1,
        }
        return self._call({"results": [result], "messageCount": 1, "pendingMessageCount": 0})

    def forged(self, raw: RawCallback) -> RawCallback:
        wrong = base64.b64encode(b"recado:another").decode()
        return replace(raw, headers={**raw.headers, "authorization": f"Basic {wrong}"})

    def signed(self, raw: RawCallback) -> RawCallback:
        return replace(raw, headers={**raw.headers, "authorization": LOGIN})

    def _call(self, told: dict[str, object]) -> RawCallback:
        return self.signed(called(body=json.dumps(told).encode(), content_type="application/json"))
