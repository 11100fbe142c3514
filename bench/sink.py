"""A carrier that takes every text and costs next to nothing: what is measured is who sends.

    python -m bench.sink FOLDER [--delay 0.02] [--watch 4477009]

Speaks as much SMPP 3.4 as a sender needs: binds, submit_sm answered with an id, a receipt behind each answer, enquire_link.
`--delay`: seconds until the answer, as over a long line; nothing blocks meanwhile. `--watch`: of texts to numbers that
begin so, the moment of the answer is written down. About 4 us of CPU a text, receipt included; the simulated carrier,
with a phone for everybody and a journal, takes 34.
"""

import argparse
import asyncio
import json
import mmap
import struct
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

SUBMIT, SUBMIT_ANSWER, DELIVER, DELIVER_ANSWER = 4, 0x80000004, 5, 0x80000005
ENQUIRE, UNBIND, ANSWER = 0x15, 6, 0x80000000
BINDS = (1, 2, 9)
OPEN_RECEIPTS = 2_000  # on the wire without their acknowledgement, for each connection
AGAIN = 0.5  # seconds until a receipt goes out again that was not taken
DATES = b" sub:001 dlvrd:001 submit date:2611250900 done date:2611250900 stat:DELIVRD err:000 text:"
COUNTS = struct.Struct("<5q2d")  # the fields of `Counts`

_header = struct.Struct(">4I")
_head_of = _header.unpack_from
_head = _header.pack


class Book:
    """Counts, where another process reads them without asking, and the file of what is watched."""

    def __init__(self, folder: Path) -> None:
        counts = folder / "counts"
        counts.write_bytes(bytes(COUNTS.size))
        with counts.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), COUNTS.size)
        self._watched = (folder / "watched").open("ab", buffering=0)
        self.next_id = int(time.time()) << 22  # a later sink of the same carrier names no text alike
        self.texts = self.receipts = self.taken = self.again = self.binds = 0
        self.first = self.last = 0.0

    def write(self) -> None:
        counts = (self.texts, self.receipts, self.taken, self.again, self.binds)
        COUNTS.pack_into(self._shared, 0, *counts, self.first, self.last)

    def watch(self, lines: list[bytes]) -> None:
        now = b" %.6f\n" % time.monotonic()
        self._watched.write(b"".join(line + now for line in lines))


class Connection(asyncio.Protocol):
    """One bind."""

    def __init__(self, book: Book, delay: float, watch: bytes) -> None:
        self._book, self._delay, self._watch = book, delay, watch
        self._loop = asyncio.get_running_loop()
        self._rest = b""
        self._prefix = b""  # service type and sender, the same for nearly all texts
        self._sender = b""
        self._waiting: deque[bytes] = deque()  # bodies of receipts
        self._open: dict[int, bytes] = {}
        self._sequence = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are no subclasses

    def data_received(self, data: bytes) -> None:
        data = self._rest + data if self._rest else data
        at, end = 0, len(data)
        others: list[bytes] = []
        submits: list[tuple[int, int]] = []
        while end - at >= 16:
            length, command, status, sequence = _head_of(data, at)
            if at + length > end:
                break
            if command == SUBMIT:
                submits.append((sequence, at + 16))
            elif command == DELIVER_ANSWER:
                self._taken(sequence, status)
            else:
                others.append(self._other(command, sequence))
            at += length
        self._rest = data[at:]
        if others:
            self._transport.write(b"".join(others))
        if submits:
            self._submitted(data, submits)
        self._deliver()
        self._book.write()

    def _other(self, command: int, sequence: int) -> bytes:
        if command in BINDS:
            self._book.binds += 1
            return _head(21, command | ANSWER, 0, sequence) + b"sink\0"
        if command in (ENQUIRE, UNBIND):
            return _head(16, command | ANSWER, 0, sequence)
        return b"" if command & ANSWER else _head(16, ANSWER, 3, sequence)

    def _submitted(self, data: bytes, submits: list[tuple[int, int]]) -> None:
        book = self._book
        answers: list[bytes] = []
        receipts: list[bytes] = []
        watched: list[bytes] = []
        name = book.next_id
        for sequence, at in submits:
            if not self._prefix or not data.startswith(self._prefix, at):
                self._learn(data, at)
            at += len(self._prefix)
            end = data.index(0, at + 2)
            to = data[at : end + 1]  # kind, plan, digits, NUL
            validity = data.index(0, data.index(0, end + 4) + 1)
            name += 1
            ident = b"%d" % name
            answers.append(b"%b%b\0" % (_head(17 + len(ident), SUBMIT_ANSWER, 0, sequence), ident))
            if data[validity + 1] & 3:
                text = b"id:%b%b" % (ident, DATES)
                receipts.append(
                    b"\0%b%b\4\0\0\0\0\0\0\0\0%c%b\x04\x27\0\1\2\0\x1e\0%c%b\0"
                    % (to, self._sender, len(text), text, len(ident) + 1, ident)
                )
            if self._watch and to.startswith(self._watch, 2):
                watched.append(to[2:-1])
        book.next_id = name
        book.texts += len(submits)
        book.first = book.first or time.monotonic()
        if self._delay:
            self._loop.call_later(self._delay, self._answer, answers, receipts, watched)
        else:
            self._answer(answers, receipts, watched)

    def _learn(self, data: bytes, at: int) -> None:
        service = data.index(0, at)
        end = data.index(0, service + 3)
        self._prefix, self._sender = data[at : end + 1], data[service + 1 : end + 1]

    def _answer(self, answers: list[bytes], receipts: list[bytes], watched: list[bytes]) -> None:
        self._transport.write(b"".join(answers))
        if watched:
            self._book.watch(watched)
        self._waiting.extend(receipts)
        self._deliver()

    def _deliver(self) -> None:
        waiting, pending = self._waiting, self._open
        frames: list[bytes] = []
        while waiting and len(pending) < OPEN_RECEIPTS:
            body = waiting.popleft()
            self._sequence = sequence = self._sequence % 0x7FFFFFFF + 1
            pending[sequence] = body
            frames.append(_head(16 + len(body), DELIVER, 0, sequence) + body)
        if frames:
            self._transport.write(b"".join(frames))
            self._book.receipts += len(frames)

    def _taken(self, sequence: int, status: int) -> None:
        body = self._open.pop(sequence, None)
        if body is None:
            return
        if status:
            self._book.again += 1
            self._loop.call_later(AGAIN, self._waiting.append, body)
            self._loop.call_later(AGAIN + 0.01, self._deliver)
            return
        self._book.taken += 1
        self._book.last = time.monotonic()


async def serve(folder: Path, delay: float, watch: str) -> None:
    """Serves until it is ended, and says its port in `FOLDER/sink.json`."""
    book = Book(folder)
    make = partial(Connection, book, delay, watch.encode())
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0)
    notice = folder / "sink.new"
    notice.write_text(json.dumps({"port": server.sockets[0].getsockname()[1]}))
    notice.rename(folder / "sink.json")
    await server.serve_forever()


# ------------------------------------------------------------------------------------------------ for the benches


@dataclass(frozen=True, slots=True)
class Counts:
    """What a sink has seen. Times are those of `time.monotonic()`, which all processes share."""

    texts: int
    receipts: int  # sent
    taken: int  # acknowledged
    again: int  # refused for now, and sent again
    binds: int
    first: float
    last: float


@dataclass(frozen=True, slots=True)
class Sink:
    """A sink that runs."""

    folder: Path
    port: int
    pid: int

    def counts(self) -> Counts:
        return Counts(*COUNTS.unpack((self.folder / "counts").read_bytes()))

    def watched(self) -> dict[str, float]:
        """When texts to watched numbers were answered, the first time."""
        found: dict[str, float] = {}
        for line in (self.folder / "watched").read_text().splitlines():
            number, _, at = line.partition(" ")
            found.setdefault(number, float(at))
        return found

    def wait(self, receipts: int, patience: float) -> Counts:
        """Until so many receipts were taken. Raises RuntimeError when nothing moves for `patience` seconds."""
        seen, moved_at = -1, time.monotonic()
        while True:
            now = self.counts()
            if now.taken >= receipts:
                return now
            if now.taken + now.texts > seen:
                seen, moved_at = now.taken + now.texts, time.monotonic()
            if time.monotonic() - moved_at > patience:
                raise RuntimeError(f"nothing has moved for {patience:.0f} s: {now}")
            time.sleep(0.005)


@contextmanager
def running(folder: Path, *, delay: float = 0.0, watch: str = "") -> Iterator[Sink]:
    """A sink in a process of its own, until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sink.json").unlink(missing_ok=True)
    command = [sys.executable, "-m", "bench.sink", str(folder), "--delay", str(delay), "--watch", watch]
    process = subprocess.Popen(command, cwd=Path(__file__).resolve().parents[1])
    try:
        while not (folder / "sink.json").exists():
            if process.poll() is not None:
                raise RuntimeError("the sink ended before it said its port")
            time.sleep(0.02)
        yield Sink(folder, json.loads((folder / "sink.json").read_text())["port"], process.pid)
    finally:
        process.terminate()
        process.wait(10)


def main() -> None:
    import uvloop

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--watch", default="")
    args = parser.parse_args()
    with suppress(KeyboardInterrupt):
        uvloop.run(serve(args.folder, args.delay, args.watch))


if __name__ == "__main__":
    main()
