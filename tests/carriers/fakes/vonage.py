"""Vonage's shapes: the SMS API's answers are always HTTP 200; reports and replies are forms, signed."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from vonage_http_client.auth import Auth

from recado.channels.protocol import RawCallback, ReceiptState
from tests.carriers.fakes.far_end import HOOK, Asked, Reply, Said, Shapes, Text, called

SECRET = "fictional-signature-secret"
STATUS = {"throttled": "1", "number": "6", "no_credit": "9", "credentials": "4", "carrier_error": "5"}


class VonageShapes(Shapes):
    name = "vonage"
    signs_words = True
    cuts_replies_at = 67
    stops_at_send = False
    is_patient = False  # says in its words how long to wait

    def settings(self, url: str) -> dict[str, object]:
        return {
            "api_key": "abcd1234",
            "api_secret": "fictionalsecret",
            "signature_secret": SECRET,
            "url": url,
            "callback_url": HOOK,
        }

    def texts(self, asked: Asked) -> list[Text]:
        assert (asked.method, asked.path) == ("POST", "/sms/json")
        form = asked.form
        assert (form["api_key"], form["callback"]) == ("abcd1234", HOOK)
        assert form["type"] == ("unicode" if any(ord(letter) > 0x20AC for letter in form["text"]) else form["type"])
        validity = timedelta(milliseconds=int(form["ttl"])) if "ttl" in form else None
        own = form["client-ref"]
        return [Text("+" + form["to"], form["text"], "+" + form["from"], "0A" + own[-12:], "", validity, own)]

    def taken(self, texts: Sequence[Text]) -> Said:
        parts = -(-len(texts[0].text) // 153)
        return self._said(
            [
                {"to": texts[0].to[1:], "message-id": texts[0].ref + ("" if at == 0 else str(at)), "status": "0"}
                for at in range(parts)
            ]
        )

    def refused(self, why: str) -> Said:
        wait = " [ 7000 ms ]" if why == "throttled" and self.is_patient else ""
        return self._said([{"status": STATUS[why], "error-text": "refused" + wait}])

    @staticmethod
    def _said(messages: list[dict[str, str]]) -> Said:
        return Said(200, json.dumps({"message-count": str(len(messages)), "messages": messages}).encode())

    def told(self, asked: Asked, taken: Sequence[Text]) -> Said:
        assert asked.headers["authorization"].startswith("Basic ")
        if asked.path == "/account/get-balance":
            return Said(200, b'{"value": 10.28, "autoReload": false}')
        assert asked.path == "/account/get-pricing/outbound/sms"
        if asked.query["country"] != "GB":
            return Said(200, b'{"countryCode": "FR", "networks": []}')
        networks = [{"networkCode": "23410", "price": "0.0333", "currency": "EUR"}, {"networkCode": "23420"}]
        told = {"countryCode": "GB", "currency": "EUR", "defaultPrice": "0.0300", "networks": networks}
        return Said(200, json.dumps(told).encode())

    def receipt(self, text: Text, state: ReceiptState, serial: int, why: str = "") -> RawCallback:
        code = "4" if why == "opted_out" else "0" if state is ReceiptState.DELIVERED else "1"
        return self._call(
            {
                "msisdn": text.to[1:],
                "to": text.sender[1:],
                "messageId": text.ref,
                "status": "buffered" if state is ReceiptState.ON_THE_WAY else str(state),
                "err-code": code,
                "scts": "2611242100",
                "client-ref": text.own,
                "message-timestamp": "2026-11-24 21:00:00",
            }
        )

    def reply(self, reply: Reply) -> RawCallback:
        form = {
            "msisdn": reply.sender[1:],
            "to": reply.to[1:],
            "messageId": reply.ref,
            "text": reply.text,
            "type": "unicode",
            "keyword": "X",
            "message-timestamp": "2026-11-24 21:00:00",
        }
        if reply.parts > 1:
            form |= {
                "concat": "true",
                "concat-ref": str(reply.reference),
                "concat-total": str(reply.parts),
                "concat-part": str(reply.part),
            }
        return self._call(form)

    def forged(self, raw: RawCallback) -> RawCallback:
        return replace(raw, body=raw.body.replace(b"7700900", b"7700901"))

    def swapped(self, raw: RawCallback, other: RawCallback) -> RawCallback:
        """The signature is a field like the others."""
        (one, told) = (dict(parse_qsl(call.body.decode(), keep_blank_values=True)) for call in (raw, other))
        return replace(other, body=urlencode({**told, "sig": one["sig"]}).encode())

    def signed(self, raw: RawCallback) -> RawCallback:
        form = dict(parse_qsl(raw.body.decode(), keep_blank_values=True))
        form |= {"timestamp": str(int(datetime.now(UTC).timestamp())), "nonce": "n1"}
        auth = Auth(api_key="abcd1234", signature_secret=SECRET, signature_method="sha256")
        return replace(raw, body=urlencode({**form, "sig": auth.sign_params(form)}).encode())

    def _call(self, form: dict[str, str]) -> RawCallback:
        return self.signed(called(form=form))
