"""One SMPP connection, from its first byte to its last: bind, submits and their answers, keep-alive.

Speed rests on two things: a whole read is handled before anything is written, and what is written in one turn is one
joined buffer. Nothing here is per message but a dictionary entry.
"""

import asyncio
import random
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from msgspec import Struct

from recado.channels.protocol import Outcome, TryLater, Uncertain
from recado.channels.smpp.answers import THROTTLES, outcome_of
from recado.channels.smpp.hearing import Hearing, Step
from recado.channels.smpp.ids import id_in_answer
from recado.channels.smpp.outgoing import Submission, combine
from recado.channels.smpp.settings import LinkKind, ReceiptIds, SmppSettings
from recado.channels.smpp.window import Window
from recado.foundation.protocols.smpp import codes
from recado.foundation.protocols.smpp.pdus import Bind, Framer, Pdu, answer, decode_id, encode, header, refusal

_BINDS = {
    LinkKind.TRANSCEIVER: codes.BIND_TRANSCEIVER,
    LinkKind.TRANSMITTER: codes.BIND_TRANSMITTER,
    LinkKind.RECEIVER: codes.BIND_RECEIVER,
}


@dataclass(slots=True)
class Batch:
    """The outcomes of one `send`, filled in as answers come; `done` when the last one is there."""

    outcomes: list[Outcome | None]
    left: int
    done: asyncio.Future[None]

    def settle(self, index: int, outcome: Outcome) -> None:
        self.outcomes[index] = outcome
        self.left -= 1
        if self.left == 0 and not self.done.done():
            self.done.set_result(None)


class Part(Struct, eq=False, gc=False):
    """One submit_sm: waiting to be written, or written and without an answer yet."""

    batch: Batch
    submission: Submission
    number: int
    expires_at: float  # loop time: waiting longer than this for its turn is given up
    body: bytes
    is_alone: bool  # the whole of its text
    written_at: float = 0.0

    def settle(self, outcome: Outcome) -> None:
        submission = self.submission
        if self.is_alone:
            self.batch.settle(submission.index, outcome)
            return
        submission.outcomes[self.number] = outcome
        submission.left -= 1
        if submission.left == 0:
            whole = [one for one in submission.outcomes if one is not None]
            self.batch.settle(submission.index, combine(whole, tells_parts=submission.tells_parts))


def not_written(settings: SmppSettings) -> TryLater:
    """The outcome of what a link that ended had not written yet."""
    return TryLater(settings.reconnect_first * 5, "link_lost_before_writing")


class Link(asyncio.Protocol):
    """`bound` gets the status of the bind answer, `closed` the reason of the end; neither ever raises.

    `silent` hears when the far end falls silent and when it is heard again; until then nothing is written, and what was not
    written yet goes to `heir`.

    `take_delivery(link, pdu)` is called for each deliver_sm; `acknowledge` answers them. `heir` is given the parts that
    were never written when the link ends, and settles or sends each of them.
    """

    def __init__(
        self,
        settings: SmppSettings,
        window: Window,
        take_delivery: Callable[["Link", Pdu], None],
        number: int,
        kind: LinkKind = LinkKind.TRANSCEIVER,
        heir: Callable[[list[Part]], None] | None = None,
        silent: Callable[[bool], None] = lambda is_silent: None,
    ) -> None:
        self._settings = settings
        self._bind = _BINDS[kind]
        self._ids = settings.receipt_ids if settings.receipt_ids is not ReceiptIds.AS_SENT else None
        self._heir = heir
        self._silent = silent
        self._window = window
        self._take_delivery = take_delivery
        self.number = number
        self._loop = asyncio.get_running_loop()
        self.bound: asyncio.Future[int] = self._loop.create_future()
        self.closed: asyncio.Future[str] = self._loop.create_future()
        self.is_bound = False
        self._transport: asyncio.Transport | None = None
        self._framer = Framer()
        self._sequence = random.randrange(1, 1_000_000)
        self._pending: dict[int, Part] = {}
        self._waiting: deque[Part] = deque()
        self._answers: list[bytes] = []  # written together at the end of a read
        self._hearing = Hearing(
            idle=settings.enquire_every.total_seconds(),
            patience=settings.response_timeout.total_seconds() / 2,
            now=self._loop.time(),
        )
        self._answered_at = float("-inf")  # of a text, whatever the answer
        self._ticker: asyncio.TimerHandle | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._end_reason = ""

    # ---------------------------------------------------------------- the connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's and TLS's are no subclasses
        bind = Bind(self._settings.system_id, self._settings.password, self._settings.system_type)
        self._write([encode(self._bind, codes.OK, self._next_sequence(), bind.encoded())])
        self._tick()

    def data_received(self, data: bytes) -> None:
        was_silent = self.is_silent
        self._hearing.heard(self._loop.time())
        if was_silent:
            self._silent(False)
        for pdu in self._framer.feed(data):
            if pdu.command == codes.SUBMIT_SM_RESP:
                self._answered(pdu)
            elif pdu.command == codes.DELIVER_SM and self.is_bound:
                self._take_delivery(self, pdu)
            else:
                self._take_other(pdu)
        if self._answers:
            self._write(self._answers)
            self._answers = []
        if self._framer.flaw:
            self.abort("peer sent a " + self._framer.flaw)
        elif self._waiting:
            self.pump()

    def connection_lost(self, error: Exception | None) -> None:
        for timer in (self._ticker, self._alarm):
            if timer:
                timer.cancel()
        self.is_bound = False
        reason = self._end_reason or (type(error).__name__ if error else "closed by the carrier")
        pending, self._pending = self._pending, {}
        waiting, self._waiting = self._waiting, deque()
        for part in pending.values():
            part.settle(Uncertain("link_lost"))
        untouched = [part for part in waiting if self._heir and part.submission.is_untouched]
        for part in waiting:
            if not (self._heir and part.submission.is_untouched):
                part.settle(not_written(self._settings))
        if self._heir and untouched:
            self._heir(untouched)
        if not self.bound.done():
            self.bound.set_result(codes.SYSTEM_ERROR)
        if not self.closed.done():
            self.closed.set_result(reason)

    def abort(self, reason: str) -> None:
        """Ends the connection at once; what was written and not answered becomes uncertain."""
        self._end_reason = self._end_reason or reason
        if self._transport:
            self._transport.abort()

    async def unbind(self, patience: timedelta) -> None:
        """Waits for the answers still owed, says goodbye, closes. Never longer than `patience` for each of the two."""
        ends_at = self._loop.time() + patience.total_seconds()
        while (self._pending or self._waiting) and self._loop.time() < ends_at and not self.closed.done():
            await asyncio.sleep(0.01)
        self._end_reason = "stopped"
        if self._transport and not self._transport.is_closing():
            if self.is_bound:
                self._write([encode(codes.UNBIND, codes.OK, self._next_sequence())])
                await asyncio.wait([self.closed], timeout=patience.total_seconds())
            self._transport.abort()
        await asyncio.wait([self.closed], timeout=patience.total_seconds())

    def _next_sequence(self) -> int:
        self._sequence = self._sequence % codes.MAX_SEQUENCE + 1
        return self._sequence

    def _write(self, frames: Iterable[bytes]) -> None:
        if self._transport and not self._transport.is_closing():
            self._transport.write(b"".join(frames))

    # ---------------------------------------------------------------- what comes in

    def _take_other(self, pdu: Pdu) -> None:
        command = pdu.command
        if command == codes.ENQUIRE_LINK:
            self._answers.append(answer(pdu))
        elif command == self._bind | codes.RESPONSE:
            self.is_bound = pdu.status == codes.OK
            if not self.bound.done():
                self.bound.set_result(pdu.status)
        elif command == codes.GENERIC_NACK:
            if pdu.sequence in self._pending:
                self._answered(pdu)
            elif not self.bound.done():
                self.bound.set_result(pdu.status or codes.BIND_FAILED)
        elif command == codes.UNBIND:
            self._answers.append(answer(pdu))
            self._end_reason = self._end_reason or "unbound by the carrier"
            self._loop.call_soon(self._close)
        elif command == codes.UNBIND_RESP:
            self._loop.call_soon(self._close)
        else:
            self._answers.append(refusal(pdu, codes.WRONG_BIND_STATE))

    def _close(self) -> None:
        self.is_bound = False
        if self._transport:
            self._transport.close()

    def acknowledge(self, sequences: Sequence[int], status: int) -> None:
        """Answers deliver_sm. On a link that is gone nothing happens: the carrier will send them again."""
        self._write(
            [encode(codes.DELIVER_SM_RESP, status, sequence, b"\0") for sequence in sequences],
        )

    def _answered(self, pdu: Pdu) -> None:
        part = self._pending.pop(pdu.sequence, None)
        if part is None:
            return  # it came too late: its text is already uncertain
        self._answered_at = self._hearing.heard_at
        status = pdu.status
        if pdu.command == codes.GENERIC_NACK:
            status = status or codes.INVALID_COMMAND
        vendor_codes = self._settings.vendor_codes
        if status in THROTTLES and status not in vendor_codes:
            self._throttled(part)
            return
        if status == codes.OK:
            self._window.accepted()
        ident = decode_id(pdu.body)
        if self._ids:
            ident = id_in_answer(ident, self._ids)
        part.settle(outcome_of(status, ident, vendor_codes))

    def _throttled(self, part: Part) -> None:
        now = self._loop.time()
        wait = self._window.throttled(part.written_at, now)
        if not part.is_alone and now < part.expires_at:
            self._waiting.appendleft(part)  # certainly not taken; the rest of its text may be, so it goes again here
        else:
            part.settle(TryLater(wait, "throttled"))

    # ---------------------------------------------------------------- what goes out

    @property
    def on_air(self) -> int:
        """Parts written and not answered, and parts waiting to be written."""
        return len(self._pending) + len(self._waiting)

    @property
    def unheard_since(self) -> float | None:
        """Since when the carrier owes an answer and has said nothing at all; None: it owes none."""
        return self._hearing.unheard_since(self._owed_since)

    @property
    def heard_at(self) -> float:
        return self._hearing.heard_at

    @property
    def is_silent(self) -> bool:
        """It owes answers, replies to no question, and gets nothing until it is heard again."""
        return self._hearing.is_silent

    @property
    def _owed_since(self) -> float | None:
        oldest = next(iter(self._pending.values()), None)
        return oldest.written_at if oldest else None

    def has_room(self) -> bool:
        """True when a text handed over now would be written at once."""
        return (
            self.is_bound
            and not self.is_silent
            and not self._waiting
            and self._window.may_write(len(self._pending), self._loop.time()) > 0
        )

    def submit(self, batch: Batch, submissions: Iterable[Submission]) -> None:
        """Takes texts on; each will be settled, come what may."""
        expires_at = self._loop.time() + self._settings.response_timeout.total_seconds() / 2
        self._waiting.extend(
            [
                Part(batch, submission, number, expires_at, body, len(submission.bodies) == 1)
                for submission in submissions
                for number, body in enumerate(submission.bodies)
            ]
        )
        self.pump()

    def take_over(self, parts: Iterable[Part]) -> None:
        """Parts that another link never wrote."""
        self._waiting.extend(parts)
        self.pump()

    def room(self) -> int:
        """How many more parts fit into the window, whatever rate and pause say."""
        return max(0, self._window.size - self.on_air)

    def pump(self) -> None:
        """Writes as much as window, rate and pause allow, as one buffer. Registered first: answers can be quick."""
        transport = self._transport
        if not self.is_bound or self.is_silent or transport is None or transport.is_closing():
            return
        now = self._loop.time()
        room = self._window.may_write(len(self._pending), now)
        waiting, pending = self._waiting, self._pending
        frames: list[bytes] = []
        count = 0
        while waiting and count < room:
            part = waiting.popleft()
            if not part.is_alone and part.submission.is_hopeless:
                part.settle(TryLater(timedelta(0), "not_written"))
                continue
            sequence = self._next_sequence()
            part.written_at = now
            pending[sequence] = part
            frames += (header(16 + len(part.body), codes.SUBMIT_SM, codes.OK, sequence), part.body)
            count += 1
        if frames:
            self._window.wrote(count)
            transport.write(b"".join(frames))
        if waiting:
            self._wake_up_in(self._window.wait(now))

    def _wake_up_in(self, seconds: float) -> None:
        if seconds <= 0:
            return
        if self._alarm:
            self._alarm.cancel()
        self._alarm = self._loop.call_later(seconds + 0.001, self.pump)

    # ---------------------------------------------------------------- time

    def _tick(self) -> None:
        """Several times in the shortest of the time-outs, at most each second: never a timer a message."""
        shortest = min(self._settings.response_timeout.total_seconds() / 5, self._hearing.often)
        self._ticker = self._loop.call_later(min(1.0, max(0.01, shortest)), self._tick)
        now = self._loop.time()
        self._give_up(now)
        if self.is_bound:
            self._listen(now)
        if self._waiting:
            self.pump()

    def _give_up(self, now: float) -> None:
        written_before = now - self._settings.response_timeout.total_seconds()
        while self._pending:  # in the order of writing: the first one is the oldest
            sequence, part = next(iter(self._pending.items()))
            if part.written_at > written_before:
                break
            del self._pending[sequence]
            if part.written_at > self._answered_at:
                self._window.distrust()
            part.settle(Uncertain("no_answer"))
        while self._waiting and self._waiting[0].expires_at <= now:
            self._waiting.popleft().settle(TryLater(timedelta(seconds=1), "not_written_in_time"))

    def _listen(self, now: float) -> None:
        was_silent = self.is_silent
        step = self._hearing.look(now, self._owed_since)
        if self.is_silent and not was_silent:
            self._fall_silent()
        if step is Step.GIVE_UP:
            self._window.distrust()
            self.abort("no answer to texts or questions")
        elif step is Step.ASK:
            self._write([encode(codes.ENQUIRE_LINK, codes.OK, self._next_sequence())])

    def _fall_silent(self) -> None:
        """What was not written goes elsewhere; a text of which a part is written stays whole."""
        self._silent(True)
        begun = {id(part.submission) for part in self._pending.values()}
        left = [part for part in self._waiting if part.submission.is_untouched and id(part.submission) not in begun]
        gone = {id(part) for part in left}
        self._waiting = deque(part for part in self._waiting if id(part) not in gone)
        if self._heir and left:
            self._heir(left)
        elif left:
            for part in left:
                part.settle(not_written(self._settings))
