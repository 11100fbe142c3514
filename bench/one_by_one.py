"""Gateways that know no batches, fed by single HTTP requests over connections that stay open, until the last receipt was called.

What Kannel and Jasmin have in common, for `bench.peers`: as many requests under way as they took best, and a listener for
receipts that costs them nothing. Neither is counted as theirs.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from socket import socket
from typing import Any, cast

from bench import gauge, sink

CONNECTIONS = 32  # requests under way; more made both slower
PATIENCE = 60.0  # seconds without a receipt


class Missing(Exception):
    """A peer isn't installed. The text says what to do."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """One that runs. `path(number, listener)`: what to ask for a text to a number, with receipts to a port of ours."""

    port: int
    groups: Mapping[str, int]
    path: Callable[[int, int], str]
    accepts: bytes  # the status of an answer that takes a text
    thanks: bytes = b""  # what it wants to hear of a receipt


def free_port() -> int:
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def measure(gateway: Gateway, carrier: sink.Sink, *, texts: int) -> dict[str, Any]:
    """Sends so many texts, and waits until the last receipt was called. The same figures as `send_chain.measure`."""
    groups = {**gateway.groups, "sink": carrier.pid}
    before, cpu = carrier.counts(), gauge.cpu(groups)
    with gauge.Memory(gateway.groups) as memory:
        began = time.monotonic()
        accepted_at, ended_at = asyncio.run(_run(gateway, texts))
    after = carrier.counts()
    spent = {name: (now - cpu[name]) / texts * 1e6 for name, now in gauge.cpu(groups).items()}
    if after.texts - before.texts != texts:
        raise RuntimeError(f"{texts} sent, {after.texts - before.texts} at the carrier")
    return {
        "texts_per_s": round(texts / (ended_at - began)),
        "accepted_per_s": round(texts / (accepted_at - began)),
        "cpu_us_a_text": round(sum(spent.values()) - spent["sink"], 1),
        "cpu_us_by_process": {name: round(cost, 1) for name, cost in spent.items()},
        "peak_mb": memory.peak_mb(),
    }


async def _run(gateway: Gateway, texts: int) -> tuple[float, float]:
    loop = asyncio.get_running_loop()
    heard: asyncio.Future[float] = loop.create_future()
    receipts = Receipts(texts, heard)
    server = await loop.create_server(lambda: Listener(receipts, gateway.thanks), "127.0.0.1", 0)
    calls = Calls(gateway, texts, server.sockets[0].getsockname()[1])
    callers = [Caller(calls, gateway.accepts, loop.create_future()) for _ in range(CONNECTIONS)]
    for one in callers:
        await loop.create_connection(lambda one=one: one, "127.0.0.1", gateway.port)  # type: ignore[misc]
    await asyncio.gather(*(one.done for one in callers))
    while not heard.done():
        seen = receipts.count
        try:
            await asyncio.wait_for(asyncio.shield(heard), PATIENCE)
        except TimeoutError:
            if receipts.count == seen:
                raise RuntimeError(f"{texts} sent, {seen} receipts, and nothing moves") from None
    server.close()
    return calls.accepted_at, heard.result()


class Calls:
    """The requests, one for each text."""

    def __init__(self, gateway: Gateway, texts: int, listener: int) -> None:
        self._gateway, self._left, self._listener = gateway, texts, listener
        self._number = 100_000_000
        self.accepted_at = 0.0  # the last of them so far

    def take(self) -> bytes | None:
        if not self._left:
            return None
        self._left -= 1
        self._number += 1
        path = self._gateway.path(self._number, self._listener)
        return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


class Caller(asyncio.Protocol):
    """One connection that sends the next request when the last is answered."""

    def __init__(self, calls: Calls, accepts: bytes, done: "asyncio.Future[None]") -> None:
        self._calls, self._accepts, self.done = calls, accepts, done
        self._got = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._send()

    def _send(self) -> None:
        request = self._calls.take()
        if request is None:
            self._transport.close()
        else:
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._got += data
        if not is_whole(self._got):
            return
        if self._accepts not in self._got[:16] and not self.done.done():
            self.done.set_exception(RuntimeError(self._got[:300].decode()))
            return
        self._got = b""
        self._calls.accepted_at = time.monotonic()
        self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


def is_whole(got: bytes) -> bool:
    """Whether an answer has come to its end: by its length, or by its last chunk."""
    head, found, body = got.partition(b"\r\n\r\n")
    head = head.lower()
    if b"transfer-encoding: chunked" in head:
        return body.endswith(b"0\r\n\r\n")
    return bool(found) and len(body) >= int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)


class Receipts:
    """How many have come."""

    def __init__(self, texts: int, heard: "asyncio.Future[float]") -> None:
        self._texts, self._heard = texts, heard
        self.count = 0

    def one(self) -> None:
        self.count += 1
        if self.count == self._texts and not self._heard.done():
            self._heard.set_result(time.monotonic())


class Listener(asyncio.Protocol):
    """Takes the calls with receipts and answers each."""

    def __init__(self, receipts: Receipts, thanks: bytes) -> None:
        self._receipts, self._got = receipts, b""
        self._answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(thanks), thanks)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        *calls, self._got = (self._got + data).split(b"\r\n\r\n")
        for _ in calls:
            self._receipts.one()
        self._transport.write(self._answer * len(calls))
