"""What comes back from a carrier: receipts and inbound texts. Stored and committed before the carrier is answered."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from recado.channels.protocol import Inbound, Receipt
from recado.foundation import arrays, ids
from recado.foundation.clock import real_now

from .. import inbound, lookups, outbox, part_receipts, receipts, storable, told_costs
from ..outbox import Settled
from ..receipts import UncertainText, Unmatched
from ..types import EventKind
from .books import Books
from .early import Early

log = logging.getLogger("recado.dispatch")
OVERTAKEN = 1.5  # seconds a receipt may wait for the settle that it overtook


Do = Callable[[Callable[[Books], Awaitable[Any]]], Awaitable[Any]]
RECONCILE_EVERY = 1.0  # seconds


class Reception:
    """A carrier's sink, on a connection that is opened anew when it breaks: `make` gives the intake of a connection."""

    def __init__(self, do: Do, make: Callable[[Books], "Intake"], early: Early) -> None:
        self._do, self._make, self._early = do, make, early
        self._held: tuple[Books, Intake] | None = None

    def _intake(self, books: Books) -> "Intake":
        if self._held is None or self._held[0] is not books:
            self._held = books, self._make(books)
        return self._held[1]

    async def take(self, items: Sequence[Receipt | Inbound]) -> None:
        """Returns when everything is committed."""
        await self._do(lambda books: self._intake(books).take(items))

    async def run(self) -> None:
        """Settles what waits for its text, each second."""
        while True:
            await asyncio.sleep(RECONCILE_EVERY)
            await self._do(lambda books: self._intake(books).reconcile(self._early))


class Intake:
    """One carrier's receipts and inbound texts. Uses a connection of its own, one batch at a time."""

    def __init__(
        self,
        books: Books,
        carrier: int,
        *,
        is_sending: Callable[[], bool],
        settled: asyncio.Condition,
        has_parts: bool = False,
        ring: Callable[[Iterable[bytes]], None] = lambda clinics: None,
    ) -> None:
        self._books = books
        self._carrier = carrier
        self._is_sending = is_sending  # may a reference still be on its way into the books?
        self._settled = settled
        self._has_parts = has_parts  # the carrier reports on each part of a long text
        self._ring = ring  # told whose texts went on
        self._lock = asyncio.Lock()

    async def take(self, items: Sequence[Receipt | Inbound]) -> None:
        """The carrier's sink. Returns when everything is committed; raises when it is not."""
        items = storable.items(items)
        texts = [item for item in items if isinstance(item, Inbound)]
        reports = [item for item in items if isinstance(item, Receipt)]
        if texts:
            await self._store(texts)
        if reports:
            await self._note(reports)

    async def _store(self, texts: Sequence[Inbound]) -> None:
        async with self._lock, self._books.connection.transaction():
            keys = await self._books.system_keys()
            now, real = await self._books.business_now(), real_now()
            for text in texts:
                name = ids.new_id()
                raw = inbound.packed(text.sender, text.to, text.text, has_picture=text.has_picture, media=text.media)
                await self._books.connection.execute(
                    inbound.STORE,
                    {
                        "id": name,
                        "carrier": self._carrier,
                        "ref": text.ref,
                        "at": now,
                        "received_at": real,
                        "raw_ct": keys.seal("inbound.raw", name.bytes, raw),
                    },
                )
            await self._books.connection.execute("SELECT pg_notify(%s, '')", (inbound.CHANNEL,))

    async def _note(self, reports: Sequence[Receipt]) -> None:
        left = await self._write(reports)
        deadline = asyncio.get_running_loop().time() + OVERTAKEN
        while left and self._is_sending() and asyncio.get_running_loop().time() < deadline:
            async with self._settled:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._settled.wait(), 0.25)
            left = await self._write(left)
        if kept := [report for report in left if _is_kept(report)]:
            await self._keep(kept)

    async def _write(self, reports: Sequence[Receipt]) -> list[Receipt]:
        """Events for the reports whose text is known. Returns the others."""
        known: set[str] = set()
        async with self._lock:  # each statement is its own transaction; all have committed when the carrier is answered
            now = await self._books.business_now()
            known |= await self._note_parts(reports, now)
            for (kind, reason), refs in receipts.batches(r for r in reports if r.ref not in known).items():
                known |= await self._events(kind, reason, refs, now)
            # The answer may come into the books between these statements: a final report is done by its event alone.
            aside = known | await self._withdraw({report.ref: now for report in reports if report.person_stopped})
            aside |= await self._note_costs([(report, now) for report in reports])
        left = [r for r in reports if r.ref not in (known if r.state in receipts.KIND_OF else aside)]
        return [r for r in left if _is_kept(r) or r.cost is not None]

    async def _note_costs(self, reports: Iterable[tuple[Receipt, datetime]]) -> set[str]:
        """What reports that came at these times say of the price. Returns the references with a price that are known."""
        values = told_costs.reported(reports, carrier=self._carrier)
        if values is None:
            return set()
        cursor = await self._books.connection.execute(told_costs.REPORTED, values)
        return {row[0] for row in await cursor.fetchall()}

    async def _withdraw(self, told: Mapping[str, datetime]) -> set[str]:
        """The people whom these texts were for have opted out with the carrier, as it told then. Returns the references that
        are known."""
        return await self._books.withdraw_reported(told, carrier=self._carrier) if told else set()

    async def _note_parts(self, reports: Sequence[Receipt], now: datetime) -> set[str]:
        """Reports on parts of long texts, and what they come to for the texts. Returns the references that are parts'."""
        if not self._has_parts:
            return set()
        values = part_receipts.told_parameters(reports, carrier=self._carrier, now=now)
        async with self._books.connection.transaction():
            await self._books.connection.execute(
                "SELECT pg_advisory_xact_lock(%s, %s)", (part_receipts.LOCK, self._carrier)
            )
            rows = await (await self._books.connection.execute(part_receipts.PARTS_TOLD, values)).fetchall()
            if rows:
                texts = {bytes(row[1]): bytes(row[2]) for row in rows}
                messages, clinics = arrays.uuid_array(list(texts)), arrays.uuid_array(list(texts.values()))
                whole = {"messages": messages, "clinics": clinics, "now": now, "carrier": self._carrier}
                await self._books.connection.execute(part_receipts.WHOLE, whole)
        self._ring({bytes(row[2]) for row in rows})
        return {row[0] for row in rows}

    async def _events(self, kind: EventKind, reason: str, refs: Sequence[str], now: datetime) -> set[str]:
        parameters = receipts.take_parameters(carrier=self._carrier, kind=kind, reason=reason, refs=refs, now=now)
        cursor = await self._books.connection.execute(receipts.TAKE, parameters, binary=True)
        rows = await cursor.fetchall()
        self._ring({row[1] for row in rows})
        return {row[0] for row in rows}

    async def _keep(self, reports: Sequence[Receipt]) -> None:
        async with self._lock, self._books.connection.transaction():
            keys = await self._books.system_keys()
            now, real = await self._books.business_now(), real_now()
            for report in reports:
                name = ids.new_id()
                await self._books.connection.execute(
                    receipts.STORE_UNMATCHED,
                    {
                        "id": name,
                        "carrier": self._carrier,
                        "ref": report.ref,
                        "state": str(report.state),
                        "error": report.error[:40],
                        "at": now,
                        "received_at": real,
                        "to_ct": keys.seal("receipt.to", name.bytes, report.to.encode()),
                        "sender": report.sender[:20],
                        "reference": report.message_reference,
                        "person_stopped": report.person_stopped,
                        "cost_amount": report.cost.amount if report.cost else None,
                        "cost_currency": report.cost.currency if report.cost else "",
                    },
                )

    async def reconcile(self, early: Early | None = None) -> int:
        """Settles what can be settled of the reports that no text was known for; one of which `early` holds a copy waits until
        that is written. Returns how many were settled."""
        with contextlib.ExitStack() as until_committed:
            async with self._lock, self._books.connection.transaction():
                return await self._reconcile(early, until_committed)

    async def _reconcile(self, early: Early | None, until_committed: contextlib.ExitStack) -> int:
        cursor = await self._books.connection.execute(receipts.READ_UNMATCHED, {"carrier": self._carrier})
        rows = await cursor.fetchall()
        if not rows:
            return 0
        # A look-up settles uncertain texts too: one after the other. Before any other lock, as there.
        await self._books.connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", (lookups.LOCK, self._carrier))
        keys = await self._books.system_keys()
        waiting = receipts.unmatched_of(rows, lambda i, ct: keys.open("receipt.to", i.bytes, ct).decode())
        if early is not None:
            waiting = [w for w in waiting if not early.holds(w.ref)]
            until_committed.enter_context(early.aside([w.report for w in waiting]))
        now = await self._books.business_now()
        late = await self._late(waiting, now)
        paired = await self._pair([w for w in waiting if w.id not in late], now)
        await self._hear_opt_outs([w for w in waiting if w.person_stopped and w.id not in late | paired], now)
        old = {w.id for w in waiting if w.received_at < real_now() - receipts.WINDOW} - late - paired
        for outcome, names in (("late", late), ("settled_uncertain", paired), ("unknown", old)):
            if names:
                values = {"now": real_now(), "outcome": outcome, "ids": list(names)}
                await self._books.connection.execute(receipts.SETTLE_UNMATCHED, values)
        return len(late) + len(paired)

    async def _late(self, waiting: Sequence[Unmatched], now: datetime) -> set[UUID]:
        """Reports whose text has become known since."""
        known = await self._note_parts([w.report for w in waiting], now)
        others = [w for w in waiting if w.ref not in known]
        for kind in {w.kind for w in others if w.kind is not None}:
            for error in {w.error for w in others if w.kind is kind}:
                refs = [w.ref for w in others if w.kind is kind and w.error == error]
                known |= await self._events(kind, error, refs, now)
        aside = known | await self._withdraw({w.ref: w.at or now for w in waiting if w.person_stopped})
        aside |= await self._note_costs([(w.report, w.at or now) for w in waiting])
        return {w.id for w in waiting if w.ref in (aside if w.kind is None else known)}  # as in `_write`

    async def _pair(self, waiting: Sequence[Unmatched], now: datetime) -> set[UUID]:
        lowest = ids.lowest_id_at(real_now() - receipts.WINDOW)
        cursor = await self._books.connection.execute(receipts.UNCERTAIN, {"carrier": self._carrier, "lowest": lowest})
        uncertain = await self._open(await cursor.fetchall())
        pairs = receipts.match(waiting, uncertain)
        events = []
        for report, text in pairs:
            events.append(Settled(text.clinic, text.message, EventKind.SENT, report.ref, "settled_by_receipt"))
            if report.kind is not None:
                events.append(Settled(text.clinic, text.message, report.kind, None, report.error or None))
        if events:
            # Two copies of a report say one thing.
            parameters = outbox.settle_parameters(list(dict.fromkeys(events)), carrier=self._carrier, now=now)
            await self._books.connection.execute(outbox.SETTLE, parameters)
            await self._withdraw({report.ref: report.at or now for report, _ in pairs if report.person_stopped})
            await self._note_costs([(report.report, report.at or now) for report, _ in pairs])
            self._ring({event.clinic for event in events})
        return {report.id for report, _ in pairs}

    async def _hear_opt_outs(self, waiting: Sequence[Unmatched], now: datetime) -> None:
        """Opt-outs whose text isn't known, but whose person is: a clinic has texted that number from that sender."""
        fresh = [w for w in waiting if not w.is_heard]
        for report in [w for w in fresh if w.to and w.sender]:
            cursor = await self._books.connection.execute(receipts.SENDING, (self._carrier, report.sender))
            clinics = [row[0] for row in await cursor.fetchall()]
            rings = await self._books.keys(clinics)
            indexes = [rings[clinic].blind_index("phone", report.to) for clinic in clinics]
            await self._books.withdraw_texted(clinics, indexes, report.sender, now, since=report.at or now)
        if fresh:
            await self._books.connection.execute(receipts.HEARD, {"ids": [w.id for w in fresh]})

    async def _open(self, rows: Sequence[Any]) -> list[UncertainText]:
        rings = await self._books.keys(list({UUID(bytes=bytes(row[1])) for row in rows}))
        texts = []
        for message, clinic, sender, phone_ct in rows:
            name, owner = bytes(message), bytes(clinic)
            phone = rings[UUID(bytes=owner)].open("message.phone", name, bytes(phone_ct)).decode()
            texts.append(UncertainText(name, owner, sender, phone))
        return texts


def _is_kept(report: Receipt) -> bool:
    """Whether a report is kept until its text is known: it is final, or tells of an opt-out. One that only names a price waits
    for the answer that it has overtaken and no longer: the final one names it again."""
    return report.state in receipts.KIND_OF or report.person_stopped
