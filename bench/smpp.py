"""SMPP alone, without a database: our carrier against our simulated carrier on loopback, in two processes.

    python bench/smpp.py [TEXTS] [WINDOW] [ROUNDS]

Prints texts a second from hand-over to the last receipt in the sink, and CPU a text on both sides (durable journal on).
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import uvloop

import recado
from recado.channels.protocol import Accepted, Envelope, Inbound, Receipt
from recado.channels.smpp import SmppCarrier, SmppSettings
from recado.launch.simulator import connection_settings
from recado.launch.simulator.client import SimulatorClient, SimulatorUnreachable

RUN = """
import sys
from datetime import timedelta
from pathlib import Path
from recado.launch.simulator.process import run
from recado.launch.simulator.settings import SimulatorSettings
run(SimulatorSettings(Path(sys.argv[1]), receipt_delay=timedelta(0)))
"""
BATCH = 500
TEXT = "Harbour Street Clinic: Eleanor, you have an appointment on Thu 26 Nov at "


def cpu_of(pid: int) -> float:
    """Seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def simulator(data: Path) -> "subprocess.Popen[bytes]":
    """A simulated carrier that answers."""
    environment = {**os.environ, "PYTHONPATH": str(Path(recado.__file__).parents[1])}
    process = subprocess.Popen([sys.executable, "-c", RUN, str(data)], env=environment)
    client = SimulatorClient(data)
    while True:
        try:
            client.pending()
            return process
        except SimulatorUnreachable:
            time.sleep(0.05)


def batches(texts: int) -> Iterator[list[Envelope]]:
    for start in range(0, texts, BATCH):
        yield [
            Envelope(uuid.uuid4().bytes, f"+4477009{n % 100_000:05d}", "+447700900100", f"{TEXT}{n}")
            for n in range(start, min(start + BATCH, texts))
        ]


async def measure(data: Path, pid: int, texts: int, window: int) -> tuple[float, float, float]:
    """Texts a second; us of CPU a text here and in the simulator."""
    receipts = 0

    async def sink(events: Sequence[Receipt | Inbound]) -> None:
        nonlocal receipts
        receipts += len(events)

    carrier = SmppCarrier("bench", SmppSettings(**connection_settings(data), window=window))
    await carrier.start(sink)
    await carrier.wait_ready()
    ready = list(batches(texts))
    began, here, there = time.perf_counter(), time.process_time(), cpu_of(pid)
    waiting = iter(ready)

    async def send() -> int:
        return sum([isinstance(outcome, Accepted) for batch in waiting for outcome in await carrier.send(batch)])

    accepted = sum(await asyncio.gather(send(), send()))
    while receipts < texts:
        await asyncio.sleep(0.001)
    took, here, there = time.perf_counter() - began, time.process_time() - here, cpu_of(pid) - there
    await carrier.stop()
    assert accepted == texts
    return texts / took, here / texts * 1e6, there / texts * 1e6


def main(texts: int = 100_000, window: int = 500, rounds: int = 3) -> None:
    results = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            process = simulator(Path(folder))
            try:
                with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                    results.append(runner.run(measure(Path(folder), process.pid, texts, window)))
            finally:
                process.terminate()
                process.wait(timedelta(seconds=10).total_seconds())
        print("{:,.0f} texts/s with receipts; carrier {:.1f} us, simulator {:.1f} us CPU a text".format(*results[-1]))
    print(f"median {statistics.median(rate for rate, _, _ in results):,.0f} texts/s, window {window}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
