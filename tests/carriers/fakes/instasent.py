"""Instasent's shapes: a list of texts with our ids; entities and errors; one URL for reports and replies."""

import json
from collections.abc import Callable, Sequence
from datetime import timedelta

from recado.channels.protocol import RawCallback, ReceiptState
from tests.carriers.fakes.far_end import HOOK, Asked, Reply, Said, Shapes, Text, called

ERRORS = {"throttled": 429, "number": 422, "no_credit": 402, "credentials": 401, "carrier_error": 503}
FIELDS = {"person": "sender_field", "ours": "number_field"}  # invented: which they are, an account's owner sees

STOPS = {"STOP", "BAJA"}


class InstasentShapes(Shapes):
    name = "instasent"
    signs = False
    stops_at_send = False
    tells_of_stops = False
    tells_partly = True

    def settings(self, url: str) -> dict[str, object]:
        names = {setting: field for field, setting in FIELDS.items()}
        return {"token": "fictional-token", "url": url, "callback_url": HOOK, **names}

    def texts(self, asked: Asked) -> list[Text]:
        assert (asked.method, asked.path) == ("POST", "/sms/bulk")
        assert asked.headers["authorization"] == "Bearer fictional-token"
        body = json.loads(asked.body)
        assert 1 <= len(body) <= 100
        assert all(set(one) == {"from", "to", "text", "clientId"} and one["to"].startswith("+") for one in body)
        ends = timedelta(hours=2)  # its own choice: none can be given
        return [
            Text(one["to"], one["text"], "+" + one["from"], one["clientId"], "", ends, one["clientId"]) for one in body
        ]

    def taken(self, texts: Sequence[Text]) -> Said:
        return self.partly(texts, lambda text: False)

    def partly(self, texts: Sequence[Text], bad: Callable[[Text], bool]) -> Said:
        taken = [{"id": f"i{text.ref}", "clientId": text.ref} for text in reversed(texts) if not bad(text)]
        errors = [{"to": ["refused"]} for text in texts if bad(text)]
        return Said(201, json.dumps({"entities": taken, "errors": errors}).encode())

    def refused(self, why: str) -> Said:
        return Said(ERRORS[why], b'{"errors": []}')

    def receipt(self, text: Text, state: ReceiptState, serial: int, why: str = "") -> RawCallback:
        is_delivered = state is ReceiptState.DELIVERED
        told = {
            "id": f"i{text.ref}",
            "clientId": text.ref,
            "status": "sent" if state is ReceiptState.ON_THE_WAY else str(state),
            "code": 0 if is_delivered else 12,
            "eventAt": "2026-11-24T21:00:00Z",
        }
        return called(body=json.dumps(told).encode(), content_type="application/json")

    def reply(self, reply: Reply) -> RawCallback:
        told = {
            "id": reply.ref,
            "clientId": None,
            "status": "stop" if reply.text in STOPS else "delivered",
            "code": 0,
            "eventAt": "2026-11-24T21:00:00Z",
            "message": reply.text,
            "person": reply.sender,
            "ours": reply.to,
        }
        return called(body=json.dumps(told).encode(), content_type="application/json")

    def forged(self, raw: RawCallback) -> None:
        return None
