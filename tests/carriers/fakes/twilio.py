"""Twilio's shapes, from its OpenAPI document and the callbacks in twilio.md of the facts."""

import base64
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from recado.channels.protocol import RawCallback, ReceiptState
from tests.carriers.fakes.far_end import HOOK, Asked, Reply, Said, Shapes, Text, called

ACCOUNT = "AC" + "0" * 31 + "7"
TOKEN = "fictional-auth-token"
ERRORS = {
    "throttled": (429, 20429),
    "opted_out": (400, 21610),
    "number": (400, 21211),
    "no_credit": (403, 30002),
    "credentials": (401, 20003),
    "carrier_error": (500, 20500),
}
STATUS = {ReceiptState.DELIVERED: "delivered", ReceiptState.FAILED: "undelivered", ReceiptState.EXPIRED: "failed"}
STATUS[ReceiptState.ON_THE_WAY] = "sent"

PRICES = (("mobile", "0.0420"), ("shortcode", "0.0399"))


PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(2_000)


class TwilioShapes(Shapes):
    name = "twilio"
    signs_words = True
    expires_as = ReceiptState.FAILED  # Twilio has no state of its own for it

    def settings(self, url: str) -> dict[str, object]:
        return {"account_sid": ACCOUNT, "auth_token": TOKEN, "url": url, "pricing_url": url, "callback_url": HOOK}

    def texts(self, asked: Asked) -> list[Text]:
        assert asked.path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        assert base64.b64decode(asked.headers["authorization"].split()[1]).decode() == f"{ACCOUNT}:{TOKEN}"
        form = asked.form
        own = form["StatusCallback"].removeprefix(f"{HOOK}?m=")
        validity = timedelta(seconds=int(form["ValidityPeriod"])) if "ValidityPeriod" in form else None
        return [Text(form["To"], form["Body"], form["From"], "SM" + own, "", validity, own)]

    def taken(self, texts: Sequence[Text]) -> Said:
        return Said(201, json.dumps({"sid": texts[0].ref, "status": "queued", "error_code": None}).encode())

    def refused(self, why: str) -> Said:
        status, code = ERRORS[why]
        return Said(status, json.dumps({"code": code, "message": "refused", "status": status}).encode())

    def told(self, asked: Asked, taken: Sequence[Text]) -> Said:
        if asked.path.startswith("/v1/Messaging/Countries/"):
            return self._priced(asked.path.rpartition("/")[2])
        if "/Media/" in asked.path:
            return self._media(asked)
        assert asked.path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        assert set(asked.query) <= {"To", "PageSize"}
        messages = [
            {
                "sid": text.ref,
                "to": text.to,
                "from": text.sender,
                "body": text.text,
                "status": "delivered",
                "error_code": None,
                "date_created": format_datetime(datetime.now(UTC)),
            }
            for text in taken
            if text.to == asked.query["To"]
        ]
        return Said(200, json.dumps({"messages": messages, "next_page_uri": None}).encode())

    @staticmethod
    def _media(asked: Asked) -> Said:
        """A file for whoever has the login, or on its way to where it lies."""
        name, login = asked.path.rpartition("/")[2], asked.headers.get("authorization", "")
        if name == "MElies":
            assert not login, "our login is for the API alone"
            return Said(200, PICTURE)
        if base64.b64decode(login.removeprefix("Basic ")).decode() != f"{ACCOUNT}:{TOKEN}":
            return Said(401, b"")
        there = {"MEmoved": asked.path.replace("MEmoved", "MElies"), "MEaway": "https://elsewhere.example/file"}
        if name in there:
            return Said(307, b"", headers={"location": there[name]})
        return Said(404, b"") if name == "MEgone" else Said(200, PICTURE)

    @staticmethod
    def _priced(country: str) -> Said:
        prices = [{"number_type": kind, "base_price": "0.05", "current_price": price} for kind, price in PRICES]
        networks = [{"mcc": "234", "mnc": "10", "carrier": "O2", "prices": prices}] if country == "GB" else []
        told = {"country": country, "iso_country": country, "price_unit": "usd", "outbound_sms_prices": networks}
        return Said(200, json.dumps(told).encode())

    def receipt(self, text: Text, state: ReceiptState, serial: int, why: str = "") -> RawCallback:
        form = {
            "MessageSid": text.ref,
            "MessageStatus": STATUS[state],
            "To": text.to,
            "From": text.sender,
            "AccountSid": ACCOUNT,
        }
        if state in (ReceiptState.FAILED, ReceiptState.EXPIRED):
            form["ErrorCode"] = "30005"
        return self.signed(called(form=form, query=f"m={text.own}"))

    def reply(self, reply: Reply) -> RawCallback:
        form = {
            "MessageSid": "SM" + reply.ref,
            "SmsStatus": "received",
            "From": reply.sender,
            "To": reply.to,
            "Body": reply.text,
            "NumMedia": "0",
            "AccountSid": ACCOUNT,
        }
        return self.signed(called(form=form))

    def forged(self, raw: RawCallback) -> RawCallback:
        return replace(raw, body=raw.body + b"&Body=STOP")

    def signed(self, raw: RawCallback) -> RawCallback:
        form = dict(parse_qsl(raw.body.decode(), keep_blank_values=True))
        signature = RequestValidator(TOKEN).compute_signature(raw.url, form)
        return replace(raw, headers={**raw.headers, "x-twilio-signature": signature})
