"""A carrier that nobody has heard of, as its owner would describe it: nested JSON, words of its own, a shared secret."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from recado.channels.protocol import RawCallback, ReceiptState
from tests.carriers.fakes.far_end import HOOK, Asked, Reply, Said, Shapes, Text, called

ERRORS = {
    "throttled": (429, ""),
    "opted_out": (200, "E21"),
    "number": (200, "E22"),
    "no_credit": (200, "E23"),
    "credentials": (401, ""),
    "carrier_error": (200, "E24"),
}
WORDS = {ReceiptState.DELIVERED: "ARRIVED", ReceiptState.FAILED: "LOST", ReceiptState.EXPIRED: "OLD"}
WORDS[ReceiptState.ON_THE_WAY] = "AWAY"


class GenericShapes(Shapes):
    name = "generic"

    def __init__(self) -> None:
        self._serial = 0

    def settings(self, url: str) -> dict[str, object]:
        return {
            "url": f"{url}/send",
            "fields": {"msg": {"to": ["{to}"], "from": "{sender}", "body": "{text}", "ttl": "{validity}"}, "v": 2},
            "headers": {"X-Key": "k={secret}"},
            "secret": "fictional-secret",
            "id_path": "result.0.id",
            "error_path": "error.code",
            "errors": {"E21": "opted_out", "E22": "permanent", "E23": "account", "E24": "temporary"},
            "ref_field": "report.id",
            "state_field": "report.state",
            "states": {"ARRIVED": "delivered", "LOST": "failed", "OLD": "expired", "AWAY": "on_the_way"},
            "sender_field": "text.who",
            "number_field": "text.ours",
            "text_field": "text.words",
            "text_id_field": "text.id",
            "shared_header": "X-Shared",
            "shared_secret": "fictional-shared",
            "private_network": "yes",
            "callback_url": HOOK,
        }

    def texts(self, asked: Asked) -> list[Text]:
        assert (asked.method, asked.path) == ("POST", "/send")
        assert asked.headers["x-key"] == "k=fictional-secret"
        told = json.loads(asked.body)
        assert told["v"] == 2
        message = told["msg"]
        self._serial += 1
        validity = timedelta(seconds=int(message["ttl"]))
        return [Text(message["to"][0], message["body"], "+" + message["from"], f"g{self._serial}", "", validity)]

    def taken(self, texts: Sequence[Text]) -> Said:
        return Said(200, json.dumps({"result": [{"id": texts[0].ref}]}).encode())

    def refused(self, why: str) -> Said:
        status, code = ERRORS[why]
        return Said(status, json.dumps({"error": {"code": code}} if code else {}).encode())

    def receipt(self, text: Text, state: ReceiptState, serial: int, why: str = "") -> RawCallback:
        return self._call({"report": {"id": text.ref, "state": WORDS[state]}})

    def reply(self, reply: Reply) -> RawCallback:
        return self._call({"text": {"who": reply.sender, "ours": reply.to, "words": reply.text, "id": reply.ref}})

    def forged(self, raw: RawCallback) -> RawCallback:
        return replace(raw, headers={**raw.headers, "x-shared": "guessed"})

    def signed(self, raw: RawCallback) -> RawCallback:
        return replace(raw, headers={**raw.headers, "x-shared": "fictional-shared"})

    def _call(self, told: dict[str, object]) -> RawCallback:
        return self.signed(called(body=json.dumps(told).encode(), content_type="application/json"))
