"""Kannel, Debian's package (bearerbox and smsbox), as a client of our simulated carrier."""

import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from socket import socket
from typing import Any

import pytest

from recado.launch.simulator.client import SimulatorClient, read_address
from recado.launch.simulator.faults import Fault
from tests.carriers.contract import CLINIC, ELEANOR, JOANNA, LONG_GSM, LONG_POLISH
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
def kannel(folder: Path) -> Iterator[tuple[Kannel, SimulatorClient]]:
    bearerbox, smsbox = need_kannel()
    simulator = started(folder / "data")
    try:
        address = read_address(folder / "data")
        ports = {"admin": free_port(), "smsbox": free_port(), "sendsms": free_port()}
        file = folder / "kannel.conf"
        login = {"system_id": address.system_id, "password": address.password}
        file.write_text(CONFIGURATION.format(smpp=address.smpp_port, **login, **ports))
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
