"""smpplib, a blocking client of long standing, against our simulated carrier."""

import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import smpplib.client
import smpplib.consts
import smpplib.exceptions
import smpplib.gsm

from recado.launch.simulator.client import SimulatorClient, read_address
from recado.launch.simulator.faults import Fault
from tests.carriers.contract import CLINIC, ELEANOR, LONG_GSM, LONG_POLISH
from tests.carriers.simulated import started

pytestmark = pytest.mark.interop


@contextmanager
def simulated(folder: Path) -> Iterator[SimulatorClient]:
    process = started(folder)
    try:
        yield SimulatorClient(folder)
    finally:
        process.terminate()
        process.wait(10)


class Listener:
    """smpplib in a thread of its own; what comes in is kept."""

    def __init__(self, folder: Path, password: str | None = None) -> None:
        address = read_address(folder)
        self.received: list[Any] = []
        self.answered: list[Any] = []
        self.client = smpplib.client.Client(address.host, address.smpp_port, allow_unknown_opt_params=True)
        self.client.logger.setLevel(logging.CRITICAL)
        self.client.set_message_received_handler(lambda pdu: self.received.append(pdu))
        self.client.set_message_sent_handler(lambda pdu: self.answered.append(pdu))
        self.client.connect()
        try:
            self.client.bind_transceiver(system_id=address.system_id, password=password or address.password)
        except smpplib.exceptions.PDUError:
            self.client.disconnect()
            raise
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> "Listener":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.client._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread; smpplib has no other way
        self._thread.join(5)
        self.client.disconnect()

    def _listen(self) -> None:
        try:
            self.client.listen()
        except (smpplib.exceptions.ConnectionError, OSError):
            return  # closed at the end of the test

    def send(self, text: str) -> int:
        parts, coding, kind = smpplib.gsm.make_parts(text)
        for part in parts:
            self.client.send_message(
                source_addr_ton=smpplib.consts.SMPP_TON_INTL,
                source_addr_npi=smpplib.consts.SMPP_NPI_ISDN,
                source_addr=CLINIC[1:],
                dest_addr_ton=smpplib.consts.SMPP_TON_INTL,
                dest_addr_npi=smpplib.consts.SMPP_NPI_ISDN,
                destination_addr=ELEANOR.e164[1:],
                short_message=part,
                data_coding=coding,
                esm_class=kind,
                registered_delivery=True,
            )
        return len(parts)


def wait_until(true: Any, within: float = 10.0) -> None:
    ends_at = time.monotonic() + within
    while not true():
        assert time.monotonic() < ends_at, "did not become so"
        time.sleep(0.02)


def test_smpplib_sends_long_and_short_texts_and_hears_of_them(tmp_path: Path) -> None:
    with simulated(tmp_path) as phones, ExitStack() as scope:
        listener = scope.enter_context(Listener(tmp_path))
        texts = ["Hello [you], 20 €", LONG_GSM, LONG_POLISH]
        count = sum(listener.send(text) for text in texts)
        wait_until(lambda: len(listener.answered) == count and len(listener.received) == count)
        assert [message.text for message in phones.messages(ELEANOR)] == texts
        ids = {pdu.message_id for pdu in listener.answered}
        assert {pdu.receipted_message_id for pdu in listener.received} == ids
        assert {pdu.message_state for pdu in listener.received} == {smpplib.consts.SMPP_MESSAGE_STATE_DELIVERED}
        assert phones.wait_drained(timedelta(seconds=5))


def test_smpplib_gets_replies_and_they_count_as_handed_over(tmp_path: Path) -> None:
    with simulated(tmp_path) as phones, ExitStack() as scope:
        listener = scope.enter_context(Listener(tmp_path))
        phones.reply(ELEANOR, "2", to=CLINIC)
        wait_until(lambda: listener.received)
        (reply,) = listener.received
        assert (reply.short_message, reply.source_addr) == (b"2", ELEANOR.e164[1:].encode())
        assert phones.wait_drained(timedelta(seconds=5))


def test_smpplib_with_a_wrong_password_is_refused(tmp_path: Path) -> None:
    with simulated(tmp_path), pytest.raises(smpplib.exceptions.PDUError) as caught:
        Listener(tmp_path, password="guess")
    assert caught.value.args[1] == smpplib.consts.SMPP_ESME_RINVPASWD


def test_smpplib_is_throttled(tmp_path: Path) -> None:
    with simulated(tmp_path) as phones, ExitStack() as scope:
        listener = Listener(tmp_path)
        errors: list[Any] = []
        listener.client.set_error_pdu_handler(errors.append)
        scope.enter_context(listener)
        phones.switch(Fault.THROTTLED, True)
        listener.send("too much")
        wait_until(lambda: errors)
        assert errors[0].status == smpplib.consts.SMPP_ESME_RTHROTTLED
        assert phones.messages(ELEANOR) == []
