"""A carrier's other side over HTTP, on loopback: phones, receipts, replies, and every way in which carriers go wrong.

A carrier's `Shapes` say how its requests, answers and callbacks look; all behaviour is here, so that each carrier is met
by the same mishaps.
"""

import asyncio
import itertools
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from recado.channels.protocol import Answer, RawCallback, ReceiptState
from recado.foundation.phone import Phone

HOOK = "https://clinic.example/callbacks/7/Zx81fictionalsecret"
RECEIPT_DELAY = 0.03


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes
    target: str = ""  # path and query as they came, where a parameter may stand twice

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass(frozen=True)
class Said:
    """An answer."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": "application/json"})


@dataclass(frozen=True)
class Text:
    """A text as the carrier took it. `to` and `sender` with plus."""

    to: str
    text: str
    sender: str
    ref: str = ""
    batch: str = ""  # the id of the request, where all its texts share one
    validity: timedelta | None = None
    own: str = ""  # our reference, if it was given


@dataclass(frozen=True)
class Reply:
    to: str
    sender: str
    text: str
    ref: str
    part: int = 1
    parts: int = 1
    reference: int = 0


class Shapes(ABC):
    """How one carrier speaks."""

    name = ""
    cuts_replies_at = 0  # letters in a part, where parts come one by one
    stops_at_send = True  # tells of a person's opt-out as an error of the request; else by a failed receipt
    tells_of_stops = True  # at all
    tells_of_the_way = True  # reports also what is not the end
    signs = True  # shows by signature or login who calls; else the address is the secret
    signs_words = False  # its signature is over what the call says
    tells_partly = False  # of each recipient of a request whether it was taken
    refuses_numbers_at_send = True
    expires_as = ReceiptState.EXPIRED

    @abstractmethod
    def settings(self, url: str) -> dict[str, object]: ...

    @abstractmethod
    def texts(self, asked: Asked) -> list[Text]:
        """What is asked to be sent. Fails (AssertionError, KeyError) where the request isn't as the documents say."""

    @abstractmethod
    def taken(self, texts: Sequence[Text]) -> Said: ...

    @abstractmethod
    def refused(self, why: str) -> Said:
        """The answer to: throttled, opted_out, number, no_credit, credentials, carrier_error."""

    @abstractmethod
    def receipt(self, text: Text, state: ReceiptState, serial: int, why: str = "") -> RawCallback:
        """A report. `why` opted_out: the person has stopped with the carrier."""

    @abstractmethod
    def reply(self, reply: Reply) -> RawCallback: ...

    def signed(self, raw: RawCallback) -> RawCallback:
        """The same call, shown to be genuine as this carrier does it."""
        return raw

    def partly(self, texts: Sequence[Text], bad: Callable[[Text], bool]) -> Said | None:
        """The answer to a request of which some recipients are bad; None where the carrier can't say so."""
        return None

    def is_question(self, asked: Asked) -> bool:
        """Whether nothing is to be sent: how a text stands, what the balance is."""
        return asked.method == "GET"

    def told(self, asked: Asked, taken: Sequence[Text]) -> Said:
        """The answer to a question: how a text stands, what the balance is."""
        return Said(404, b"{}")

    @abstractmethod
    def forged(self, raw: RawCallback) -> RawCallback | None:
        """The same call by somebody else. None: this carrier signs nothing, the address is the secret."""

    def swapped(self, raw: RawCallback, other: RawCallback) -> RawCallback:
        """What the other call says, with the signature of this one: both are genuine."""
        shown = {name: value for name, value in raw.headers.items() if name != "content-type"}
        return replace(other, headers={**other.headers, **shown})


@dataclass(eq=False)
class _Pending:
    text: Text
    at: datetime


class FakeCarrier:
    """The far end of the contract suite (`tests.carriers.contract.FarEnd`)."""

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self.phones: dict[str, list[str]] = {}
        self.asked: list[Asked] = []
        self.taken: list[Text] = []
        self.problems: list[str] = []
        self.credit: int | None = None  # texts until the balance is gone
        self.retry_after = ""
        self.deliver: Callable[[RawCallback], Awaitable[Answer]] | None = None
        self._faults: set[tuple[str, str]] = set()
        self._ahead = timedelta()
        self._moved = asyncio.Condition()
        self._waiting: list[_Pending] = []
        self._owed = [0, 0]
        self._tasks: set[asyncio.Task[Any]] = set()
        self._replies: asyncio.Queue[RawCallback] = asyncio.Queue()
        self._serial = itertools.count(1)
        self._held: list[asyncio.StreamWriter] = []
        self._writers: set[asyncio.StreamWriter] = set()
        self.url = ""

    # ---------------------------------------------------------------- life

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        self._spawn(self._send_replies())

    async def vanish(self) -> None:
        """As if the machine were off: nobody answers at its address, open connections are gone."""
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()

    async def come_back(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", urlsplit(self.url).port)

    async def stop(self) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in self._held:
            writer.close()
        assert self.problems == []

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def has(self, fault: str, phone: str = "") -> bool:
        return (fault, "") in self._faults or (fault, phone) in self._faults

    # ---------------------------------------------------------------- what the suite asks

    async def texts(self, phone: Phone) -> list[str]:
        return list(self.phones.get(phone.e164, []))

    async def reply(self, phone: Phone, text: str, *, to: str = "+447700900100", is_reversed: bool = False) -> None:
        calls = [self.shapes.reply(one) for one in self._cut(phone, text, to)]
        for raw in reversed(calls) if is_reversed else calls:
            for _ in range(2 if self.has("reply_twice") else 1):
                self._owed[1] += 1
                self._replies.put_nowait(raw)

    def _cut(self, phone: Phone, text: str, to: str) -> list[Reply]:
        size = self.shapes.cuts_replies_at or len(text) or 1
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
        reference = next(self._serial)
        return [
            Reply(to, phone.e164, piece, f"in{next(self._serial):06x}", at, len(pieces), reference)
            for at, piece in enumerate(pieces, 1)
        ]

    async def fault(self, name: str, is_on: bool = True, phone: Phone | None = None) -> None:
        place = (name, phone.e164 if phone else "")
        (self._faults.add if is_on else self._faults.discard)(place)
        await self._look()

    async def advance(self, step: timedelta) -> None:
        self._ahead += step
        await self._look()

    async def _look(self) -> None:
        """What the clock or a fault that ended has changed for texts that wait for their phone."""
        for pending in list(self._waiting):
            life = pending.text.validity or timedelta(hours=48)
            if self.now() >= pending.at + life:
                self._waiting.remove(pending)
                self._report(pending.text, ReceiptState.EXPIRED)
            elif not self.has("phone_off", pending.text.to):
                self._waiting.remove(pending)
                self._arrive(pending.text)
        async with self._moved:
            self._moved.notify_all()

    async def owed(self) -> tuple[int, int]:
        return self._owed[0], self._owed[1]

    # ---------------------------------------------------------------- texts

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            while asked := await request_from(reader):
                self.asked.append(asked)
                said = await self._answer(asked)
                if said is None:
                    return
                writer.write(bytes_of(said))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        except (AssertionError, LookupError, ValueError) as problem:
            self.problems.append(f"not as documented: {problem!r}")
        finally:
            self._tasks.discard(task)
            self._writers.discard(writer)
            if writer not in self._held:
                writer.close()

    async def _answer(self, asked: Asked) -> Said | None:
        """None: the connection is cut."""
        for why in ("credentials", "throttled", "no_credit", "carrier_error"):
            if self.has(why):
                return self._with_retry_after(self.shapes.refused(why), why)
        if self.has("bad_gateway"):
            return Said(502, b"<html>bad gateway</html>", {"content-type": "text/html"})
        if self.shapes.is_question(asked):
            return self.shapes.told(asked, self.taken)
        texts = self.shapes.texts(asked)
        first = texts[0].to
        if self.credit is not None:
            if self.credit < len(texts):
                return self.shapes.refused("no_credit")
            self.credit -= len(texts)
        bad = {t.to for t in texts if self.has("number", t.to)}
        if bad and len(texts) > 1 and (said := self.shapes.partly(texts, lambda t: t.to in bad)):
            await self._take([t for t in texts if t.to not in bad])
            return said
        for why, is_at_send in (
            ("opted_out", self.shapes.stops_at_send),
            ("number", self.shapes.refuses_numbers_at_send),
        ):
            if is_at_send and self.has(why, first):
                return self.shapes.refused(why)
        await self._take(texts)
        if self.has("link_dropped", first):
            return None
        if self.has("answer_lost", first):
            await asyncio.sleep(3600)
        if self.has("slow", first):
            until = self.now() + timedelta(seconds=30)
            async with self._moved:
                await self._moved.wait_for(lambda: self.now() >= until)
        return self.shapes.taken(texts)

    def _with_retry_after(self, said: Said, why: str) -> Said:
        if why == "throttled" and self.retry_after:
            return replace(said, headers={**said.headers, "Retry-After": self.retry_after})
        return said

    async def _take(self, texts: Sequence[Text]) -> None:
        self.taken += texts
        for text in texts:
            if self.has("opted_out", text.to):
                self._owed[0] += 1
                self._spawn(
                    self._call(self.shapes.receipt(text, ReceiptState.FAILED, next(self._serial), "opted_out"), 0)
                )
            elif self.has("number_unknown", text.to) or self.has("number", text.to):
                self._report(text, ReceiptState.FAILED)
            elif self.has("phone_off", text.to):
                self._waiting.append(_Pending(text, self.now()))
            elif self.has("receipt_before_answer", text.to):
                self.phones.setdefault(text.to, []).append(text.text)
                self._owed[0] += 1
                await self._call(self.shapes.receipt(text, ReceiptState.DELIVERED, next(self._serial)), 0)
            else:
                self._arrive(text)

    def _arrive(self, text: Text) -> None:
        self.phones.setdefault(text.to, []).append(text.text)
        self._report(text, ReceiptState.DELIVERED)

    def _report(self, text: Text, state: ReceiptState) -> None:
        if not self.has("receipt_lost"):
            self.report(text, state, times=2 if self.has("receipt_twice") else 1)

    def report(self, text: Text, *states: ReceiptState, times: int = 1) -> None:
        """Sends these reports, one after the other."""
        calls = [self.shapes.receipt(text, state, next(self._serial)) for state in states for _ in range(times)]
        self._owed[0] += len(calls)

        async def tell() -> None:
            await asyncio.sleep(RECEIPT_DELAY)
            for raw in calls:
                await self._call(raw, 0)

        self._spawn(tell())

    # ---------------------------------------------------------------- calling

    async def _send_replies(self) -> None:
        while True:
            await self._call(await self._replies.get(), 1)

    async def _call(self, raw: RawCallback, kind: int) -> None:
        while True:
            assert self.deliver
            status = 500
            with suppress(OSError):
                status = (await self.deliver(replace(raw, received_at=datetime.now(UTC)))).status
            if 200 <= status < 300:
                self._owed[kind] -= 1
                return
            await asyncio.sleep(0.02)


async def request_from(reader: asyncio.StreamReader) -> Asked | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {key.lower(): value.strip() for key, _, value in (line.partition(":") for line in lines if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    return Asked(method, parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)), headers, body, target)


def bytes_of(said: Said) -> bytes:
    headers = {**said.headers, "Content-Length": str(len(said.body))}
    lines = [f"HTTP/1.1 {said.status} Said", *(f"{key}: {value}" for key, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + said.body


def called(
    *, form: Mapping[str, str] | None = None, body: bytes = b"", method: str = "POST", query: str = "", **headers: str
) -> RawCallback:
    """A callback to our address."""
    from urllib.parse import urlencode

    kind = {"content-type": "application/x-www-form-urlencoded"} if form is not None else {}
    content = urlencode(form).encode() if form is not None else body
    named = {key.replace("_", "-").lower(): value for key, value in headers.items()}
    url = HOOK + (f"?{query}" if query else "")
    return RawCallback(method, url, {**kind, **named}, content, datetime.now(UTC))
