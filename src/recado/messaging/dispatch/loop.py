"""The send loop: claims texts into slices, hands them to their carrier, settles the answers.

One asyncio process, a window for each carrier, no database connection held while a carrier is called. A slice is
committed before its first byte leaves, so what a dying process had on the wire is known exactly: its slices. They
never go out again; their texts without an answer are `uncertain`, and the purpose's own rule says what then.
"""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import psycopg

from recado.channels.protocol import Carrier, Inbound, Receipt, ReceiptState, Sink, TakesCallbacks
from recado.foundation.crypto import CannotOpen, KeyFile
from recado.foundation.faults import describe

from .. import callbacks
from ..outbox import Claimed, ClaimedSlice
from ..types import CHANNEL, Lane, Route
from . import looking
from .answers import Answered, OpenSlice, too_late
from .begun import answers
from .bell import Bell
from .books import Books
from .callbacks import CallbackReader
from .counting import Counting
from .failover import Failover
from .guard import Guard
from .intake import Intake, Reception
from .lines import Accounts, Connect, Line, Link, within
from .meter import SAMPLED, Meter
from .roster import Roster
from .watch import Watch

log = logging.getLogger("recado.dispatch")

LEASE = timedelta(seconds=120)  # longer than any carrier's answer time-out: a living slice is never taken away
CHUNK = 250  # texts handed over at once; the answers of a chunk that come together are settled together
IDLE_POLL = 0.5  # seconds without news before looking again; NOTIFY wakes sooner
REROUTE_EVERY = 3.0  # seconds
LOOK_EVERY = 2.0  # seconds: how late a text may be that became due with time (a retry, the end of quiet hours)
CLAIMED_WITHIN, ANSWERED_WITHIN = 1.0, 2.0  # seconds, when told to stop; carriers then wait for answers themselves


class Dispatcher:
    """Sends for these carriers until told to stop. `worker` is this process's name, the same after a restart."""

    def __init__(
        self,
        carriers: dict[int, Carrier],
        *,
        worker: str,
        connect: Connect,
        keyfile: KeyFile,
        accounts: Accounts | None = None,
    ) -> None:
        """`accounts`: asked each few seconds, so that carriers come and go while the others send."""
        self._name, self.worker = worker, f"{worker}#{secrets.token_hex(6)}"
        self._connect, self._keyfile = connect, keyfile
        self._lines = [Line(number, carrier) for number, carrier in carriers.items()]
        self._accounts = accounts
        self._roster: Roster | None = None
        self._failed = asyncio.Event()
        self._news = asyncio.Event()
        self._answers: asyncio.Queue[tuple[Line, Answered | None]] = asyncio.Queue()  # the line may be closed by then
        self._open: dict[int, OpenSlice] = {}
        self._carrying: set[asyncio.Task[None]] = set()
        self._links = [Link(connect, keyfile) for _ in range(6)]
        self._claims, self._settles, self._keys, self._reroutes, self._counts, self._lookups = self._links
        self._failover = Failover()
        self._watch = Watch(self._lines, self._name)
        self._guard = Guard(connect, self._name, (CHANNEL, "recado_clock", callbacks.CHANNEL), self._hear)
        self.meter, self.counting = Meter(), Counting()
        self._bell = Bell(lambda words: self._settles.do(lambda books: books.tell(words)))

    async def run(self, stop: asyncio.Event) -> None:
        """Runs until `stop` is set, then lets what is on the wire come to its end."""
        guard = asyncio.create_task(self._guard.run())
        await self._guard.holds.wait()
        await self._recover("a process that died")
        if self._accounts is not None:
            opening = partial(self._open_line, stop=stop)
            self._roster = Roster(self._lines, self._accounts, opening, self._spawn, self._reroutes.do)
            await self._roster.recall()
        tasks = [asyncio.create_task(self._settle()), asyncio.create_task(self._keep_house()), guard]
        counting = self.counting.run(lambda: self._counts.do(lambda books: books.count()))
        for work in (self._bell.run(), self._reroute(), self._watch.ask_balances(self._reroutes.do), counting):
            tasks.append(asyncio.create_task(work))
        for line in self._lines:
            await self._open_line(line, stop)
        if self._roster is not None:
            tasks.append(asyncio.create_task(self._roster.follow()))
        ends = [asyncio.create_task(stop.wait()), asyncio.create_task(self._failed.wait())]
        await asyncio.wait([*ends, *tasks], return_when=asyncio.FIRST_COMPLETED)
        own = [task for line in self._lines for task in line.tasks]
        ended = [task for task in (*tasks, *own) if task.done()]
        await self._wind_down([*tasks, *own])
        ends[1].cancel()
        for task in ended:
            task.result()  # a loop that ended by itself has failed: say so, and let the supervisor start us anew

    async def _wind_down(self, tasks: Sequence["asyncio.Task[None]"]) -> None:
        """What was claimed is carried and what was answered is written: a slice left behind is texts that nobody may send
        again. The first two tasks go on until then."""
        for line in self._lines:
            line.is_closing = True
        await within(CLAIMED_WITHIN, lambda: not any(line.is_claiming for line in self._lines))
        for task in tasks[2:]:
            task.cancel()
        await within(ANSWERED_WITHIN, lambda: not self._carrying)
        await asyncio.gather(*(line.carrier.stop() for line in self._lines), return_exceptions=True)
        await within(CLAIMED_WITHIN, lambda: not self._carrying)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._answers.join(), 5)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for line in self._lines:
            await line.hang_up()
        for link in self._links:
            await link.close()

    # ---------------------------------------------------------------------------------------- carriers come and go

    async def _open_line(self, line: Line, stop: asyncio.Event) -> None:
        link = Link(self._connect, self._keyfile)
        reception = Reception(link.do, lambda books: self._intake(line, books), line.early)
        take = self._sink(line, reception)
        await line.carrier.start(take)
        line.links.append(link)
        line.tasks += await looking.begin(line.carrier_id, line.carrier, self._lookups.do)
        line.tasks += [asyncio.create_task(self._pump(line, stop)), asyncio.create_task(reception.run())]
        if isinstance(line.carrier, TakesCallbacks):
            link = Link(self._connect, self._keyfile)
            line.links.append(link)
            line.reader = CallbackReader(line.carrier_id, line.carrier, link.do, take)
            line.tasks.append(asyncio.create_task(line.reader.run()))
        for task in line.tasks:
            task.add_done_callback(self._tell_failure)

    def _tell_failure(self, task: "asyncio.Task[None]") -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("sending begins anew: %s", describe(error))
            self._failed.set()

    # ---------------------------------------------------------------------------------------- claiming and sending

    async def _pump(self, line: Line, stop: asyncio.Event) -> None:
        while True:
            await line.carrier.wait_ready()
            await self._guard.holds.wait()
            if stop.is_set() or line.is_closing:
                return
            free = line.window - line.under_way
            if free * 2 < line.window:  # half a window at least: fewer, fuller claims
                line.room.clear()
                await line.room.wait()
                continue
            self._news.clear()
            line.is_claiming = True
            try:
                claimed = await self._claim(line, free)
            finally:
                line.is_claiming = False
            if claimed is None and not line.turns:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), IDLE_POLL)

    async def _claim(self, line: Line, most: int) -> ClaimedSlice | None:
        clock = asyncio.get_running_loop().time()
        is_looking = clock >= line.look_at
        claimed, now = await self._claims.do(
            lambda books: books.claim(
                carrier=line.carrier_id,
                most=most,
                turns=line.turns,
                is_looking=is_looking,
                worker=self.worker,
                lease=LEASE,
                held=list(self._open),
            )
        )
        if is_looking:
            line.look_at = clock + LOOK_EVERY
        if claimed is not None:
            held = OpenSlice(claimed.id, claimed.fence, len(claimed.texts))
            self._open[claimed.id] = held
            line.under_way += len(claimed.texts)
            self._spawn(self._carry(line, held, claimed.texts, now))
        return claimed

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)
        task.add_done_callback(self._tell_failure)

    async def _carry(self, line: Line, held: OpenSlice, texts: Sequence[Claimed], now: datetime) -> None:
        live = [text for text in texts if now <= text.ends_at]
        if len(live) < len(texts):
            dead = [text for text in texts if now > text.ends_at]
            self.meter.missed_all(dead)
            self._answered(line, Answered.expired(line.carrier_id, held, dead))
        if not live:
            return
        clock = asyncio.get_running_loop().time()  # goes with `now`
        opened = await self._opened(live)
        sealed = [text for text, told in zip(live, opened, strict=True) if told is None]
        if sealed:
            self._answered(line, Answered.refused(line.carrier_id, held, sealed, "cannot_open"))
        pairs = [(text, told) for text, told in zip(live, opened, strict=True) if told is not None]
        for start in range(0, len(pairs), CHUNK):
            chunk = pairs[start : start + CHUNK]
            self._spawn(
                self._hand_over(line, held, [text for text, _ in chunk], [told for _, told in chunk], now, clock)
            )

    async def _opened(self, texts: Sequence[Claimed]) -> list[tuple[str, str] | None]:
        """Number and wording of each text; None for one that doesn't open: it must not hold up the others."""
        try:
            return list(await self._keys.do(lambda books: books.open_texts(texts)))
        except CannotOpen as error:
            if len(texts) == 1:
                log.error("a text that doesn't open with this key file stays here: %s", describe(error))
                return [None]
        return [told for text in texts for told in await self._opened([text])]

    async def _hand_over(
        self,
        line: Line,
        held: OpenSlice,
        texts: Sequence[Claimed],
        opened: Sequence[tuple[str, str]],
        now: datetime,
        clock: float,
    ) -> None:
        step = 1 if len(self._lines) > 1 else SAMPLED  # with one carrier there is nothing to choose, only to show
        async for came, told, outcomes in answers(line.carrier, texts, opened, now):
            elsewhere: dict[bytes, Route | None] = {}
            ended = asyncio.get_running_loop().time()
            answered_at = now + timedelta(seconds=ended - clock)
            self.meter.note(line.carrier_id, came, outcomes, answered_at, ended, line.turns.holds)
            self._failover.learn(line.carrier_id, [to for to, _ in told[::step]], outcomes[::step], ended)
            if len(self._lines) > 1:
                elsewhere = await self._keys.do(
                    partial(
                        self._failover.elsewhere, carrier=line.carrier_id, texts=came, opened=told, outcomes=outcomes
                    )
                )
            self.meter.missed_all(too_late(came, outcomes, elsewhere, answered_at))
            self._answered(line, Answered(line.carrier_id, held, tuple(came), tuple(outcomes), elsewhere))

    def standing(self) -> dict[int, Line]:
        return {line.carrier_id: line for line in self._lines}

    async def _reroute(self) -> None:
        """Each few seconds: what was learnt is noted, and texts that wait for a carrier that is away leave by another."""
        while True:
            connected = {line.carrier_id: line.carrier.is_connected() for line in self._lines}
            await self._reroutes.do(lambda books, c=connected: self._failover.refresh(books, c))  # type: ignore[misc]
            leaving = [(carrier, None) for carrier in self._failover.to_leave(asyncio.get_running_loop().time())]
            for way in (*leaving, *self._failover.held_lines()):
                if await self._reroutes.do(lambda books, w=way: self._failover.move(books, *w)):  # type: ignore[misc]
                    self._look_anew()
            await self._keep_promise()
            await asyncio.sleep(REROUTE_EVERY)

    async def _keep_promise(self) -> None:
        """Notes how many texts were handed over in time. Tried once: a count is no reason to wait for the database."""
        taken = self.meter.take_promise()
        if taken:
            try:
                await self._reroutes.once(lambda books: books.add_promise(taken))
            except psycopg.Error as error:
                self.meter.give_back(taken)
                log.warning("how the promise was kept is noted later (%s)", describe(error))

    def _answered(self, line: Line, answered: Answered) -> None:
        line.under_way -= len(answered.texts)
        line.room.set()
        line.early.answered(answered)
        self._answers.put_nowait((line, answered))

    # ------------------------------------------------------------------------------------------------- settling

    async def _settle(self) -> None:
        """Writes answers as they come, and receipts of texts at hand (None): what gathered meanwhile goes in one transaction."""
        while True:
            batch = [await self._answers.get()]
            while not self._answers.empty():
                batch.append(self._answers.get_nowait())
            lines = {id(line): line for line, _ in batch}.values()
            for line in lines:
                await self._write(line, [answered for whose, answered in batch if answered and whose is line])
            self._bell.ring({text.clinic for _, answered in batch if answered for text in answered.texts})
            for line in lines:
                async with line.settled:
                    line.settled.notify_all()
            for _ in batch:
                self._answers.task_done()

    async def _write(self, line: Line, batch: Sequence[Answered]) -> None:
        due = line.early.due(batch)
        if not batch and not due:
            return
        told = [one for _, one in due]
        ours = await self._settles.do(lambda books: books.settle(batch, carrier=line.carrier_id, told=told))
        line.early.written(batch, due, ours)
        if line.early.is_due:  # came meanwhile
            self._answers.put_nowait((line, None))
        self._close(batch)
        self._bell.ring({one.clinic for one in told})

    def _close(self, batch: Sequence[Answered]) -> None:
        for held in {id(answered.slice): answered.slice for answered in batch}.values():
            held.left -= sum(len(answered.texts) for answered in batch if answered.slice is held)
            held.fence += 1
            if held.left == 0:
                self._open.pop(held.id, None)

    # ---------------------------------------------------------------------------------------------- coming back

    def _intake(self, line: Line, books: Books) -> Intake:
        return Intake(
            books,
            line.carrier_id,
            is_sending=lambda: bool(self._open),
            settled=line.settled,
            has_parts=line.carrier.capabilities.part_receipts,
            ring=self._bell.ring,
        )

    def _sink(self, line: Line, reception: Reception) -> Sink:
        async def take(items: Sequence[Receipt | Inbound]) -> None:
            reports = [item for item in items if isinstance(item, Receipt)]
            clock, delivered = asyncio.get_running_loop().time(), ReceiptState.DELIVERED
            self.meter.delivered(line.carrier_id, [one.ref for one in reports if one.state is delivered], clock)
            if len(self._lines) > 1:
                self._failover.hear(line.carrier_id, reports, clock)
            rest, waiting = line.early.take(reports)
            if waiting is not None:
                self._answers.put_nowait((line, None))
                items = [*rest, *(item for item in items if isinstance(item, Inbound))]
            if items:
                with line.early.aside(rest):
                    await reception.take(items)
            missed = await waiting.done if waiting else None
            if missed:
                with line.early.aside(missed):
                    await reception.take(missed)

        return take

    # ------------------------------------------------------------------------------------------------ housekeeping

    def _hear(self, channel: str, payload: str) -> None:
        """News of a put names its clinic and lanes. Anything else (the clock has moved) means: look yourself."""
        if channel == callbacks.CHANNEL:
            for line in self._lines:
                if line.reader is not None:
                    line.reader.news.set()
            return
        clinic, _, lanes = payload.partition(" ")
        if not lanes:
            self._look_anew()
            if self._roster is not None:
                self._roster.hear(payload)
            return
        for line in self._lines:
            line.turns.told(UUID(clinic), [Lane(int(lane)) for lane in lanes])
        self._news.set()

    def _look_anew(self) -> None:
        for line in self._lines:
            line.look_at = 0.0
        self._news.set()

    async def _keep_house(self) -> None:
        while True:  # each few seconds: how the carriers are, and slices whose lease has ended
            await self._settles.do(
                lambda books: self._watch.note(books, [*self._roster.broken] if self._roster else [])
            )
            await asyncio.sleep(2)
            await self._recover("a slice whose lease had ended")

    async def _recover(self, whose: str) -> None:
        await self._lookups.do(looking.give_up)
        uncertain = await self._settles.do(lambda books: books.recover(self.worker))
        if uncertain:
            self.meter.left += uncertain
            log.warning("%d texts of %s stand uncertain", uncertain, whose)
