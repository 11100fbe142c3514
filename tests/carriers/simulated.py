"""The simulated carrier inside a test's own event loop, and an SMPP carrier bound to it."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import recado
from recado.channels.smpp import SmppCarrier, SmppSettings
from recado.foundation.phone import Phone
from recado.foundation.protocols.smpp.splitting import USUAL
from recado.launch.simulator.client import Address, SimulatorClient, SimulatorUnreachable, wait_for_address
from recado.launch.simulator.faults import Fault
from recado.launch.simulator.process import serve
from recado.launch.simulator.settings import SimulatorSettings
from tests.carriers.contract import Sink, World

T = TypeVar("T")

QUICK = timedelta(milliseconds=30)


def smpp_settings(address: Address, **wanted: Any) -> SmppSettings:
    """Settings with time-outs short enough for a test."""
    chosen: dict[str, Any] = {
        "response_timeout": timedelta(seconds=3),
        "enquire_every": timedelta(seconds=5),
        "reconnect_first": QUICK,
        "reconnect_at_most": timedelta(milliseconds=200),
        "join_wait": timedelta(milliseconds=300),
    }
    chosen.update({"password": address.password, **wanted})
    return SmppSettings(address.host, address.smpp_port, address.system_id, **chosen)


@asynccontextmanager
async def simulator(folder: Path, **wanted: Any) -> AsyncIterator[Address]:
    """A simulator over `folder/data` that ends with the block. The same folder again: the same phones."""
    chosen: dict[str, Any] = {
        "receipt_delay": QUICK,
        "resend_after": timedelta(milliseconds=500),
        "retry_after": QUICK,
        **wanted,
    }
    ready: asyncio.Future[Address] = asyncio.get_running_loop().create_future()
    until = asyncio.Event()
    serving = asyncio.ensure_future(
        serve(SimulatorSettings(folder / "data", **chosen), on_ready=ready.set_result, until=until)
    )
    await asyncio.wait([ready, serving], return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        serving.result()
    try:
        yield ready.result()
    finally:
        until.set()
        await serving


class SimulatedFarEnd:
    """The suite's far end on the simulator's control port."""

    def __init__(self, folder: Path) -> None:
        self.client = SimulatorClient(folder / "data")

    async def texts(self, phone: Phone) -> list[str]:
        shown = await asyncio.to_thread(self.client.messages, phone)
        return [message.text for message in shown if message.direction == "in"]

    async def reply(self, phone: Phone, text: str) -> None:
        await asyncio.to_thread(self.client.reply, phone, text)

    async def fault(self, name: str, is_on: bool = True, phone: Phone | None = None) -> None:
        await asyncio.to_thread(self.client.switch, Fault(name), is_on, phone=phone)

    async def advance(self, step: timedelta) -> None:
        await asyncio.to_thread(self.client.advance, step)

    async def owed(self) -> tuple[int, int]:
        pending = await asyncio.to_thread(self.client.pending)
        return pending.receipts, pending.replies


@asynccontextmanager
async def smpp_world(folder: Path, **wanted: Any) -> AsyncIterator[World]:
    form = wanted.get("form", USUAL)
    async with simulator(folder, alphabet=form.default) as address:
        carrier = SmppCarrier("simulated", smpp_settings(address, **wanted))
        sink = Sink()
        await carrier.start(sink)
        try:
            yield World(carrier, sink, SimulatedFarEnd(folder))
        finally:
            sink.gate.set()
            await carrier.stop()


RUN = """
import sys
from datetime import timedelta
from pathlib import Path
from recado.launch.simulator.process import run
from recado.launch.simulator.settings import SimulatorSettings
run(SimulatorSettings(Path(sys.argv[1]), receipt_delay=timedelta(milliseconds=20)))
"""


def started(data: Path) -> "subprocess.Popen[bytes]":
    """A simulator in a process of its own, ready to be killed. Returns once it answers."""
    environment = {**os.environ, "PYTHONPATH": str(Path(recado.__file__).parents[1])}
    process = subprocess.Popen([sys.executable, "-c", RUN, str(data)], env=environment)
    wait_for_address(data, timedelta(seconds=20))
    client = SimulatorClient(data)
    for _ in range(400):
        try:
            client.pending()
            return process
        except SimulatorUnreachable:
            assert process.poll() is None
            time.sleep(0.05)
    raise AssertionError("the simulator did not start")
