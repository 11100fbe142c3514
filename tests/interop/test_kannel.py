"""Kannel, Debian's package (bearerbox and smsbox), as a client of our simulated carrier, and behind our adapter for it."""

import asyncio
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from socket import socket
from typing import Any

import pytest

from recado.channels.kannel import make
from recado.channels.protocol import Accepted, Inbound, Outcome, RawCallback, Receipt, ReceiptState, Refused
from recado.launch.simulator.client import SimulatorClient, read_address
from recado.launch.simulator.faults import Fault
from tests.carriers.contract import CLINIC, ELEANOR, JOANNA, LONG_GSM, LONG_POLISH, envelope
from tests.carriers.simulated import started
from tests.interop.peers import need_kannel, running

pytestmark = [pytest.mark.interop, pytest.mark.timeout(120)]

CONFIGURATION = """
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = admin
smsbox-port = {smsbox}
log-level = 1
dlr-storage = internal
sms-resend-freq = 1

group = smsc
smsc = smpp
smsc-id = recado
host = 127.0.0.1
port = {smpp}
transceiver-mode = 1
smsc-username = {system_id}
smsc-password = {password}
system-type = ""
source-addr-ton = 1
source-addr-npi = 1
dest-addr-ton = 1
dest-addr-npi = 1
reconnect-delay = 1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {smsbox}
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1
log-level = 1

group = sendsms-user
username = tester
password = tester
concatenation = 1
max-messages = 5
"""

THANKS = """
group = sms-service
keyword = default
text = "Thank you"
"""


def free_port() -> int:
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Kannel:
    """Texts go in by smsbox's HTTP door."""

    def __init__(self, sendsms: int, admin: int) -> None:
        self._sendsms, self._admin = sendsms, admin
        self.url = f"http://127.0.0.1:{sendsms}"

    def send(self, text: str, to: str, **rest: Any) -> None:
        fields = {"username": "tester", "password": "tester", "from": CLINIC[1:], "to": to[1:], "text": text}
        query = urllib.parse.urlencode({**fields, "charset": "UTF-8", **rest})
        with urllib.request.urlopen(f"http://127.0.0.1:{self._sendsms}/cgi-bin/sendsms?{query}", timeout=10) as answer:
            assert answer.status in (200, 202)

    def status(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self._admin}/status.txt", timeout=5) as answer:
            return str(answer.read().decode())


def wait_until(true: Any, within: float = 20.0) -> None:
    ends_at = time.monotonic() + within
    while True:
        try:
            if true():
                return
        except OSError:
            pass  # a port that isn't open yet
        assert time.monotonic() < ends_at, "did not become so"
        time.sleep(0.1)


@contextmanager
def kannel(folder: Path, service: str = THANKS) -> Iterator[tuple[Kannel, SimulatorClient]]:
    bearerbox, smsbox = need_kannel()
    simulator = started(folder / "data")
    try:
        address = read_address(folder / "data")
        ports = {"admin": free_port(), "smsbox": free_port(), "sendsms": free_port()}
        file = folder / "kannel.conf"
        login = {"system_id": address.system_id, "password": address.password}
        file.write_text(CONFIGURATION.format(smpp=address.smpp_port, **login, **ports) + service)
        with running([bearerbox, str(file)], [smsbox, str(file)], log=folder / "kannel.log"):
            peer = Kannel(ports["sendsms"], ports["admin"])
            wait_until(lambda: "online" in peer.status() and "smsbox" in peer.status())
            yield peer, SimulatorClient(folder / "data")
    finally:
        simulator.terminate()
        simulator.wait(10)


def test_kannel_sends_and_gets_all_that_a_clinic_needs(tmp_path: Path) -> None:
    with kannel(tmp_path) as (peer, phones):
        wait_until(
            lambda: peer.send("Hello [you]", ELEANOR.e164, **{"dlr-mask": 31, "dlr-url": "http://127.0.0.1:9"}) is None
        )
        peer.send("Zażółć gęślą jaźń", JOANNA.e164, coding=2)
        peer.send(LONG_POLISH, JOANNA.e164, coding=2)
        peer.send(LONG_GSM, ELEANOR.e164)
        wait_until(lambda: phones.tally()["texts"] == 4)
        assert [message.text for message in phones.messages(ELEANOR)] == ["Hello [you]", LONG_GSM]
        assert sorted(message.text for message in phones.messages(JOANNA)) == sorted(["Zażółć gęślą jaźń", LONG_POLISH])
        wait_until(lambda: phones.tally()["receipts_acknowledged"] >= 1)

        phones.reply(ELEANOR, "2")
        phones.reply(JOANNA, LONG_POLISH)
        wait_until(lambda: phones.tally()["replies_acknowledged"] == 2)
        wait_until(lambda: "Thank you" in [message.text for message in phones.messages(ELEANOR)])
        assert phones.wait_drained(timedelta(seconds=10))


def test_kannel_waits_when_throttled_and_comes_back_when_dropped(tmp_path: Path) -> None:
    with kannel(tmp_path) as (peer, phones):
        phones.switch(Fault.THROTTLED, True)
        wait_until(lambda: peer.send("patience", ELEANOR.e164) is None)
        wait_until(lambda: phones.tally()["throttled"] >= 1)
        assert phones.messages(ELEANOR) == []
        phones.switch(Fault.THROTTLED, False)
        wait_until(lambda: [message.text for message in phones.messages(ELEANOR)] == ["patience"], 40)
        phones.switch(Fault.LINK_DROPPED, True, phone=JOANNA)
        peer.send("dropped", JOANNA.e164)
        wait_until(lambda: phones.tally()["texts"] >= 2)
        phones.switch(Fault.LINK_DROPPED, False, phone=JOANNA)
        peer.send("after", ELEANOR.e164)
        wait_until(lambda: "after" in [message.text for message in phones.messages(ELEANOR)], 40)


# ---------------------------------------------------------------- Kannel as a carrier behind our adapter

BEHIND = """
group = sms-service
keyword = default
get-url = "{address}?id=%I&from=%p&to=%P&at=%T&coding=%c&charset=%C&text=%b"
catch-all = true
max-messages = 0
"""


class Reports:
    """Our address that Kannel calls, without a database: read by the carrier, kept in a list."""

    def __init__(self) -> None:
        self.carrier: Any = None
        self.items: list[Receipt | Inbound] = []
        self.answers = 0
        self._server = HTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}/callbacks/7/secret"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        reports = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                address = reports.address.split("/callbacks")[0] + self.path
                raw = RawCallback("GET", address, {}, b"", datetime.now(UTC))
                reports.items += reports.carrier.read_callback(raw)
                answer = reports.carrier.callback_answer(raw, True)
                reports.answers += 1
                self.send_response(answer.status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *told: object) -> None: ...

        return Handler

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def receipts(self) -> list[Receipt]:
        return [item for item in self.items if isinstance(item, Receipt)]

    @property
    def replies(self) -> list[Inbound]:
        return [item for item in self.items if isinstance(item, Inbound)]


def test_kannel_is_a_carrier_behind_our_adapter(tmp_path: Path) -> None:
    reports = Reports()
    try:
        with kannel(tmp_path, service=BEHIND.format(address=reports.address)) as (peer, phones):
            given = {"username": "tester", "password": "tester", "callback_url": reports.address, "url": peer.url}
            reports.carrier = make("kannel", {**given, "max_messages": 5})
            texts = ["Hello [you] & 20 €", "Zażółć gęślą jaźń", LONG_POLISH, LONG_GSM]
            people = [ELEANOR, JOANNA, JOANNA, ELEANOR]
            batch = [envelope(text, to, validity=timedelta(hours=2)) for text, to in zip(texts, people, strict=True)]

            async def sent() -> list[Outcome]:
                await reports.carrier.start(lambda items: asyncio.sleep(0))
                try:
                    return list(await reports.carrier.send([*batch, envelope("x" * 1000)]))
                finally:
                    await reports.carrier.stop()

            outcomes = asyncio.run(sent())
            assert outcomes == [*(Accepted(one.message.hex()) for one in batch), Refused("text_too_long")]
            wait_until(lambda: phones.tally()["texts"] == 4)
            assert sorted(message.text for message in phones.messages(ELEANOR)) == sorted([texts[0], LONG_GSM])
            assert sorted(message.text for message in phones.messages(JOANNA)) == sorted([texts[1], LONG_POLISH])
            wait_until(lambda: {one.ref for one in reports.receipts} == {one.message.hex() for one in batch})
            assert {one.state for one in reports.receipts} == {ReceiptState.DELIVERED}

            phones.reply(ELEANOR, "2 & 3 = [ok] €")
            phones.reply(JOANNA, LONG_POLISH)
            wait_until(lambda: len(reports.replies) == 2)
            told = {(one.sender, one.to, one.text) for one in reports.replies}
            assert told == {(ELEANOR.e164, CLINIC, "2 & 3 = [ok] €"), (JOANNA.e164, CLINIC, LONG_POLISH)}
            time.sleep(1)
            assert phones.tally()["texts"] == 4  # Kannel answers nobody by itself
    finally:
        reports.close()
