"""Texts taken over HTTP: one batch, and single requests from 64 connections for one clinic and for 20.

    python -m bench.intake [--texts 40000] [--seconds 5] [--rounds 3]

Prints one JSON object. Everything is the product's own: granian, the API, keys, gate, encryption, PostgreSQL with fsync.
The client is a bare asyncio protocol on the same cores; its CPU is told apart. Dispatch is stopped, so that only intake
is measured.
"""

import argparse
import asyncio
import json
import os
import resource
import signal
import statistics
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.product import Product, children_of, cpu_seconds, for_a_bench

TEXT = "Harbour Street Clinic: your visit is on Thursday 3 December at 10:20 am."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=40_000, help="texts in one batch request")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long single requests are sent, each round")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--clinics", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--port", type=int, default=8394)
    args = parser.parse_args()
    with for_a_bench(args.port) as product:
        os.kill(product.pids()["dispatch"], signal.SIGSTOP)
        try:
            print(json.dumps(measure(product, args), indent=1))
        finally:
            os.kill(product.pids()["dispatch"], signal.SIGCONT)


def measure(product: Product, args: argparse.Namespace) -> dict[str, Any]:
    """All of it, in interleaved rounds."""
    keys = prepare(args.clinics)
    numbers = Numbers()
    for _ in range(2):  # plans, caches and the files of the tables are warm in a running product
        asyncio.run(batch(product.url, keys[0], 2_000, numbers))
        asyncio.run(singles(product, keys, args.connections, 1.0, numbers))
    rounds = []
    for _ in range(args.rounds):
        rounds.append(
            {
                "batch": asyncio.run(batch(product.url, keys[0], args.texts, numbers)),
                "one_clinic": asyncio.run(singles(product, keys[:1], args.connections, args.seconds, numbers)),
                "clinics": asyncio.run(singles(product, keys, args.connections, args.seconds, numbers)),
            }
        )
    return {
        "batch_texts": args.texts,
        "batch_s_median": statistics.median(one["batch"]["s"] for one in rounds),
        "one_clinic_per_s_median": statistics.median(one["one_clinic"]["per_s"] for one in rounds),
        f"{args.clinics}_clinics_per_s_median": statistics.median(one["clinics"]["per_s"] for one in rounds),
        "load_of_the_machine": os.getloadavg()[0],
        "rounds": rounds,
    }


class Numbers:
    """A number for each text, none twice: +44 7 and nine digits, of no real phone of anybody we know: nothing is sent."""

    def __init__(self) -> None:
        self._next = 100_000_000

    def take(self) -> str:
        self._next += 1
        return f"+447{self._next}"


def prepare(clinics: int) -> list[str]:
    """A key for each of some clinics that can send at any hour."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recado.launch.settings")
    import django

    django.setup()
    from recado.clinics import actions
    from recado.clinics.roles import ApiScope
    from recado.clinics.types import NO_QUIET_HOURS
    from recado.foundation.actors import OPERATOR
    from recado.launch import demo

    keys = []
    for number in range(clinics):
        clinic = actions.create_clinic(
            slug=f"bench-{number}",
            name=f"Bench {number}",
            time_zone="Europe/London",
            quiet_hours=NO_QUIET_HOURS,
            by=OPERATOR,
        )
        demo.furnish(clinic.id)
        made = actions.issue_api_key(clinic_id=clinic.id, name="Bench", scopes=list(ApiScope), by=OPERATOR)
        keys.append(made.secret)
    return keys


def request_of(path: str, key: str, body: bytes) -> bytes:
    """A request as bytes."""
    head = f"POST /api/v1/{path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
    return head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body


async def batch(url: str, key: str, texts: int, numbers: Numbers) -> dict[str, Any]:
    """One batch request, from its first byte to the end of its answer."""
    body = json.dumps({"messages": [{"to": numbers.take(), "text": TEXT, "purpose": "care"} for _ in range(texts)]})
    request = request_of("messages/batch", key, body.encode())
    reader, writer = await asyncio.open_connection(urlsplit(url).hostname, urlsplit(url).port, limit=2**20)
    started = time.monotonic()
    writer.write(request)
    await writer.drain()
    status, answer = await _read(reader)
    took = time.monotonic() - started
    writer.close()
    said = json.loads(answer)
    if status != 202 or said["accepted"] != texts:
        raise RuntimeError(f"{status}: {answer[:300]!r}")
    return {"s": round(took, 3), "texts_per_s": round(texts / took), "megabytes": round(len(request) / 1e6, 1)}


async def _read(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return int(head.split(b" ", 2)[1]), await reader.readexactly(length)


class Caller(asyncio.Protocol):
    """One connection that sends the next request when the last is answered."""

    def __init__(
        self, key: str, numbers: Numbers, until: float, tally: list[float], done: "asyncio.Future[None]"
    ) -> None:
        self._key, self._numbers, self._until, self._tally, self.done = key, numbers, until, tally, done
        self._got = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._send()

    def _send(self) -> None:
        body = f'{{"to":"{self._numbers.take()}","text":"{TEXT}","purpose":"care"}}'.encode()
        self._began = time.monotonic()
        self._transport.write(request_of("messages", self._key, body))

    def data_received(self, data: bytes) -> None:
        self._got += data
        head, found, body = self._got.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        if len(body) < length:
            return
        if not head.startswith(b"HTTP/1.1 202"):
            self.done.set_exception(RuntimeError(self._got[:400].decode()))
            return
        self._got = b""
        now = time.monotonic()
        self._tally.append(now - self._began)
        if now < self._until:
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


async def singles(
    product: Product, keys: list[str], connections: int, seconds: float, numbers: Numbers
) -> dict[str, Any]:
    """Single requests, as fast as so many connections get their answers."""
    loop = asyncio.get_running_loop()
    place = urlsplit(product.url)
    tally: list[float] = []
    began, before = time.monotonic(), _cpu(product)
    callers = [
        Caller(keys[at % len(keys)], numbers, began + seconds, tally, loop.create_future()) for at in range(connections)
    ]
    for one in callers:
        await loop.create_connection(lambda one=one: one, place.hostname, place.port)  # type: ignore[misc]
    await asyncio.gather(*(one.done for one in callers))
    took, after = time.monotonic() - began, _cpu(product)
    tally.sort()
    return {
        "per_s": round(len(tally) / took),
        "ms_p50": round(tally[len(tally) // 2] * 1000, 1),
        "ms_p99": round(tally[len(tally) * 99 // 100] * 1000, 1),
        "cpu_us_each": {name: round((after[name] - before[name]) / len(tally) * 1e6) for name in before},
    }


def _cpu(product: Product) -> dict[str, float]:
    web = product.pids()["web"]
    own = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "web": sum(map(cpu_seconds, [web, *children_of(web)])),
        "postgres": sum(map(cpu_seconds, children_of(product.postgres_pid()))),
        "client": own.ru_utime + own.ru_stime,
    }


if __name__ == "__main__":
    main()
