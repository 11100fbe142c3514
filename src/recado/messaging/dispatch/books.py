"""What the send loop writes down: claims, answers, and what a dead process left behind. Every method is one transaction."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, LiteralString, TypeVar
from uuid import UUID

import psycopg

from recado.consent.types import GROUP_OF, WITHDRAWAL_LOCK, Purpose
from recado.foundation import arrays, news
from recado.foundation.clock import real_now
from recado.foundation.crypto import SYSTEM_CLINIC, CannotOpen, ClinicKeys, KeyFile, KeyMissing
from recado.foundation.keys import load_keys_async

from .. import leftovers, outbox, part_receipts, promise, settling, told_costs
from ..leftovers import Again
from ..outbox import Claimed, ClaimedSlice, Settled
from ..settling import Told
from ..types import EventKind, Lane, Route
from . import counting, stops
from .answers import Answered, Entries, Lost, OpenSlice, entries
from .counting import Counted
from .losses import after_loss
from .turns import Turns

log = logging.getLogger("recado.dispatch")
T = TypeVar("T")
HURRIED = 5_000  # far more than a carrier puts off before it is let rest

PAUSED = """
SELECT clinic_id, lane, since FROM messaging_pause
UNION ALL SELECT NULL, unnest(paused_lanes), coalesce(paused_at, %(real)s) FROM messaging_carrieraccount WHERE id = %(carrier)s
UNION ALL SELECT clinic_id, unnest(%(lanes)s), since FROM messaging_carrierhold WHERE carrier = %(carrier)s
"""


class Books:
    """The dispatcher's own connection and keys."""

    def __init__(
        self, connection: "psycopg.AsyncConnection[Any]", keyfile: KeyFile, *, is_reconnected: bool = False
    ) -> None:
        self.connection = connection
        self._keyfile = keyfile
        self._rings: dict[UUID, ClinicKeys] = {}
        self._is_reconnected = is_reconnected
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        """One transaction at a time: loops share a connection, and what they write must not become one another's."""
        async with self._turn, self.connection.transaction(), self.connection.cursor() as cursor:
            yield cursor

    async def keys(self, clinics: Sequence[UUID], *, anew: bool = False) -> dict[UUID, ClinicKeys]:
        """The key rings of these clinics, read once and remembered; `anew` after a rotation."""
        missing = [clinic for clinic in clinics if anew or clinic not in self._rings]
        if missing:
            async with self.connection.cursor() as cursor:
                self._rings.update(await load_keys_async(cursor, missing, self._keyfile))
        return self._rings

    async def system_keys(self) -> ClinicKeys:
        return (await self.keys([SYSTEM_CLINIC]))[SYSTEM_CLINIC]

    async def business_now(self) -> datetime:
        row = await (await self.connection.execute("SELECT ahead FROM foundation_clock")).fetchone()
        return real_now() + (row[0] if row else timedelta())

    async def claim(
        self,
        *,
        carrier: int,
        most: int,
        turns: Turns,
        is_looking: bool = False,
        worker: str,
        lease: timedelta,
        held: Sequence[int],
    ) -> tuple[ClaimedSlice | None, datetime]:
        """Takes up to `most` due texts into a slice and commits it. Returns it and the business time it was taken at.

        `turns` knows what waits; `is_looking` has it learn that anew from the queue itself.

        `held` are the slices this worker knows of. After a broken connection there may be one more, committed but never
        told: nothing of it was written to a carrier, so its texts wait again.
        """
        if self._is_reconnected:
            await self._give_back(worker, held)
        async with self.transaction() as cursor:
            # A statement of its own: a lock taken inside the claim would be taken after its snapshot.
            await cursor.execute(outbox.CLAIM_LOCK, (WITHDRAWAL_LOCK,))
            row = await cursor.fetchone()
            real = real_now()
            now = real + (row[1] if row else timedelta())
            if is_looking:
                await self._look(cursor, carrier, turns, now)
            looks = turns.plan(most)
            if not looks:
                return None, now
            parameters = outbox.claim_parameters(
                looks, carrier=carrier, most=most, now=now, worker=worker, lease=real + lease
            )
            await cursor.execute(outbox.CLAIM, parameters, binary=True)
            rows = await cursor.fetchall()
            claimed = outbox.slice_of(rows)
        turns.took(looks, outbox.counted(rows), is_full=len(rows) >= most)
        return claimed, now

    async def _look(self, cursor: Any, carrier: int, turns: Turns, now: datetime) -> None:
        real = real_now()
        values = {"carrier": carrier, "now": now, "real": real, "lanes": arrays.int2_array(list(Lane))}
        await cursor.execute(outbox.WAITING, values)
        turns.clear()
        for lane, clinic, due in await cursor.fetchall():
            turns.found(Lane(lane), clinic, due)
        await cursor.execute(PAUSED, values)
        held = {(clinic, Lane(lane)): since + (now - real) for clinic, lane, since in await cursor.fetchall()}
        turns.paused = held.keys()
        turns.holds.look(held, now)

    async def _give_back(self, worker: str, held: Sequence[int]) -> None:
        async with self.transaction() as cursor:
            if not self._is_reconnected:  # another line has done it meanwhile, and claimed since: `held` is too old
                return
            now = await self.business_now()
            await cursor.execute(leftovers.UNTOLD, {"worker": worker, "held": list(held)})
            for slice_id, carrier, names, clinics, purposes in await cursor.fetchall():
                again = [
                    Again(clinic.bytes, name.bytes, now, 0, GROUP_OF[Purpose(purpose)])
                    for name, clinic, purpose in zip(names, clinics, purposes, strict=True)
                ]
                parameters = leftovers.again_parameters(
                    again, carrier=carrier, now=now, kind=EventKind.RETRY, reason="claim_interrupted"
                )
                await cursor.execute(leftovers.PUT_AGAIN, parameters)
                await cursor.execute(leftovers.DROP_SLICES, {"slices": [slice_id]})
        self._is_reconnected = False

    async def together(self, work: Callable[[Any], Awaitable[T]]) -> T:
        """Work on a cursor as one transaction."""
        async with self.transaction() as cursor:
            return await work(cursor)

    async def count(self) -> Counted:
        """Counts what waits, and keeps for the pages what is too much for them to count."""
        ahead = await self.business_now() - real_now()
        return await self.together(lambda cursor: counting.count(cursor, ahead))

    async def read(self, statement: LiteralString, values: Any = ()) -> list[Any]:
        """The rows of a statement that is a transaction of its own."""
        async with self._turn, self.connection.cursor() as cursor:
            await cursor.execute(statement, values)
            return list(await cursor.fetchall())

    async def write(self, statement: LiteralString, values: Any) -> None:
        """A statement that is a transaction of its own."""
        async with self._turn:
            await self.connection.execute(statement, values)

    async def add_promise(self, taken: Mapping[Lane, promise.Counted]) -> None:
        """Adds to what stands of how the published promise was kept."""
        now = await self.business_now()
        await self.write(promise.ADD_PROMISE, promise.promise_parameters(taken, now))

    async def move(self, names: Sequence[bytes], carrier: int, way: Route) -> int:
        """Texts that still wait for a carrier wait for another. Returns how many there were."""
        async with self.transaction() as cursor:
            return await self._take_over(cursor, names, carrier, way, reason="moved_to_another_carrier")

    async def refuse(self, names: Sequence[bytes], carrier: int, reason: str) -> int:
        """Texts that wait for a carrier end here: our own rules keep them back. Returns how many there were."""
        async with self.transaction() as cursor:
            now = await self.business_now()
            await cursor.execute(leftovers.TAKE_BACK, {"ids": arrays.uuid_array(names), "carrier": carrier})
            ends = [
                Settled(bytes(clinic), bytes(name), EventKind.REFUSED, None, reason)
                for name, clinic, *_ in await cursor.fetchall()
            ]
            await cursor.execute(outbox.SETTLE, outbox.settle_parameters(ends, carrier=carrier, now=now))
            clinics = {UUID(bytes=end.clinic) for end in ends}
            await cursor.execute(news.TELL, (news.words((clinic, news.Topic.MESSAGES) for clinic in clinics),))
        return len(ends)

    async def hurry(self, carrier: int) -> int:
        """What a carrier has put off goes at once, as if it had not been tried: a person has put it right. Returns how many."""
        async with self.transaction() as cursor:
            values = {"carrier": carrier, "now": await self.business_now(), "most": HURRIED}
            await cursor.execute(leftovers.PUT_OFF, values)
            names = [bytes(name) for (name,) in await cursor.fetchall()]
            return await self._take_over(
                cursor, names, carrier, Route(carrier, ""), reason="carrier_put_right", is_new=True
            )

    async def _take_over(
        self, cursor: Any, names: Sequence[bytes], carrier: int, way: Route, *, reason: str, is_new: bool = False
    ) -> int:
        """Has texts that wait for a carrier wait for this way. `is_new`: at once, as if they had not been tried."""
        now = await self.business_now()
        await cursor.execute(leftovers.TAKE_BACK, {"ids": arrays.uuid_array(names), "carrier": carrier})
        texts = [
            Again(
                bytes(clinic),
                bytes(name),
                due,
                attempts,
                group,
                tried=tried,
                sender=sender if way.carrier_id == carrier else "",
            )
            for name, clinic, due, attempts, group, sender, tried in await cursor.fetchall()
        ]
        if is_new:
            texts = [replace(text, due=now, attempts=0) for text in texts]
        if texts:
            await self._put_again(cursor, texts, way, now=now, reason=reason, said_by=way.carrier_id)
        return len(texts)

    async def own_senders(self, texts: Sequence[Claimed]) -> dict[bytes, str]:
        """What these texts would leave from if there were no routes."""
        values = {
            "clinics": arrays.uuid_array([text.clinic for text in texts]),
            "messages": arrays.uuid_array([text.message for text in texts]),
        }
        return {bytes(name): sender for name, sender in await self.read(leftovers.OWN_SENDERS, values)}

    async def tell(self, words: Sequence[str]) -> None:
        """Tells open screens what has changed."""
        async with self._turn:
            await self.connection.execute(news.TELL, (list(words),))

    async def open_texts(self, texts: Sequence[Claimed]) -> list[tuple[str, str]]:
        """The number and wording of each claimed text."""
        clinics = [UUID(bytes=clinic) for clinic in {text.clinic for text in texts}]
        try:
            return _open(await self.keys(clinics), texts)
        except KeyMissing:  # sealed with a key that is younger than what we remember
            return _open(await self.keys(clinics, anew=True), texts)

    async def settle(self, batch: Sequence[Answered], *, carrier: int, told: Sequence[Told] = ()) -> set[int]:
        """Writes what the carrier answered. Slices that were taken away, or whose answers stand already, are left out.

        `told`: receipts of texts at hand. Returns the slices that were ours and whose receipts were written; those of texts
        whose answer stands were written in any case."""
        made = entries(batch, real_now())
        if not (made.again or made.lost or made.stopped or made.parts or made.costs):
            return await self._settle_at_once(batch, made, carrier, told)
        async with self.transaction() as cursor:
            now = await self.business_now()
            ours = await self._hold(cursor, batch)
            _tell_late(batch, ours)
            await self._write(cursor, entries([a for a in batch if a.slice.id in ours], now), carrier, now)
            # A slice taken away loses its answers, but an opt-out is about the person, not about that text.
            for text in entries([a for a in batch if a.slice.id not in ours], now).stopped:
                await stops.withdraw(cursor, UUID(bytes=text.clinic), text.phone_bi, now, since=now)
        standing = [one for one in told if one.slice is None]
        return await self._settle_at_once((), Entries(), carrier, standing) if standing else set()

    async def _settle_at_once(
        self, batch: Sequence[Answered], made: Entries, carrier: int, told: Sequence[Told]
    ) -> set[int]:
        """The usual case: events only, in the order of the batch; one statement is its own transaction."""
        ended, raised = _touched(batch)
        slices = [a.slice.id for a in batch for _ in a.texts]
        values = settling.held_parameters(made.events, slices, told, carrier=carrier, real_now=real_now())
        for name, some in (("ended", ended), ("raised", raised)):
            values[name], values[f"{name}_fences"] = [s.id for s in some], [s.fence for s in some]
        async with self._turn:
            cursor = await self.connection.execute(settling.SETTLE_HELD, values)
            ours = {row[0] for row in await cursor.fetchall()}
        _tell_late(batch, ours)
        return ours

    async def _hold(self, cursor: Any, batch: Sequence[Answered]) -> set[int]:
        """Raises the fence of these slices, or deletes those whose last answers these are. Returns those that were ours."""
        ours: set[int] = set()
        for statement, some in zip((outbox.END_SLICES, outbox.RAISE_FENCES), _touched(batch), strict=True):
            if some:
                values = {"slices": [s.id for s in some], "fences": [s.fence for s in some]}
                await cursor.execute(statement, values)
                ours |= {row[0] for row in await cursor.fetchall()}
        return ours

    async def _write(self, cursor: Any, made: Entries, carrier: int, now: datetime) -> None:
        if made.events:
            await cursor.execute(outbox.SETTLE, outbox.settle_parameters(made.events, carrier=carrier, now=now))
            await after_loss(cursor, made.lost, carrier, now)
        if made.parts:
            await cursor.execute(part_receipts.PARTS_SENT, part_receipts.sent_parameters(made.parts, carrier=carrier))
        if made.costs:
            await cursor.execute(told_costs.ANSWERED, told_costs.answered(made.costs, carrier=carrier, now=now))
        for reason, way in {(reason, again.elsewhere) for again, reason in made.again}:
            texts = [again for again, why in made.again if why == reason and again.elsewhere == way]
            way = way or Route(carrier, "")
            await self._put_again(cursor, texts, way, now=now, reason=reason, said_by=carrier)
        for text in made.stopped:
            await stops.withdraw(cursor, UUID(bytes=text.clinic), text.phone_bi, now, since=now)

    async def _put_again(
        self, cursor: Any, texts: Sequence[Again], way: Route, *, now: datetime, reason: str, said_by: int
    ) -> None:
        """Texts wait again, for this carrier. Each leaves from what it was to leave from where the way names no sender."""
        parameters = leftovers.again_parameters(
            texts,
            carrier=way.carrier_id,
            now=now,
            kind=EventKind.RETRY,
            reason=reason,
            sender=way.sender or None,
            said_by=said_by,
        )
        await cursor.execute(leftovers.PUT_AGAIN, parameters)

    async def withdraw_reported(self, told: Mapping[str, datetime], *, carrier: int) -> set[str]:
        """Reports, each told at that moment, say that whom these texts were for has opted out with the carrier: so they have
        with us. Returns the references whose text is known."""
        async with self.transaction() as cursor:
            return await stops.withdraw_refs(cursor, told, carrier, await self.business_now())

    async def withdraw_texted(
        self, clinics: Sequence[UUID], phones: Sequence[bytes], sender: str, now: datetime, *, since: datetime
    ) -> None:
        """A report, told at `since`, says it of the owner of a phone that no text of ours is known for."""
        async with self.transaction() as cursor:
            await stops.withdraw_texted(cursor, clinics, phones, sender, now, since=since)

    async def recover(self, worker: str) -> int:
        """Takes away slices whose lease has ended and those that a predecessor of this worker left.

        `worker` is `name#session`: a slice of the same name and another session is a dead process's.

        Their texts without an answer become uncertain, and losses.py says what then. Returns how many.
        """
        async with self.transaction() as cursor:
            now = await self.business_now()
            await cursor.execute(
                leftovers.LOST_SLICES, {"real_now": real_now(), "worker": worker, "name": worker.split("#")[0]}
            )
            leases = {row[0]: row[2] for row in await cursor.fetchall()}
            if not leases:
                return 0
            lost, since = list(leases), min(leases.values())
            await cursor.execute(leftovers.LOST_TEXTS, {"slices": lost, "now": now, "reason": "sender_died"})
            rows = await cursor.fetchall()
            texts = [
                (row[2], Lost(bytes(row[1]), bytes(row[0]), Purpose(row[3]), "sender_died", since)) for row in rows
            ]
            for carrier in {carrier for carrier, _ in texts}:
                await after_loss(cursor, [text for one, text in texts if one == carrier], carrier, now)
            await cursor.execute(leftovers.DROP_SLICES, {"slices": lost})
            return len(texts)


def _touched(batch: Sequence[Answered]) -> tuple[list[OpenSlice], list[OpenSlice]]:
    """The slices whose last answers these are, and those that go on."""
    held = {answered.slice.id: answered.slice for answered in batch}
    settled = {key: sum(len(a.texts) for a in batch if a.slice.id == key) for key in held}
    ended = [s for s in held.values() if s.left == settled[s.id]]
    return ended, [s for s in held.values() if s.left != settled[s.id]]


def _tell_late(batch: Sequence[Answered], ours: set[int]) -> None:
    late = sum(len(a.texts) for a in batch if a.slice.id not in ours)
    if late:
        log.warning("answers for %d texts were not written: their slices are closed", late)


def _open(rings: dict[UUID, ClinicKeys], texts: Sequence[Claimed]) -> list[tuple[str, str]]:
    by_clinic: dict[bytes, list[int]] = {}
    for at, text in enumerate(texts):
        by_clinic.setdefault(text.clinic, []).append(at)
    opened: list[tuple[str, str]] = [("", "")] * len(texts)
    for clinic, places in by_clinic.items():
        ring = rings.get(UUID(bytes=clinic))
        if ring is None:
            raise CannotOpen("The clinic has no keys here.")
        names = [texts[at].message for at in places]
        phones = ring.open_many("message.phone", names, [texts[at].phone_ct for at in places])
        bodies = ring.open_many("message.body", names, [texts[at].body_ct for at in places])
        for at, phone, body in zip(places, phones, bodies, strict=True):
            opened[at] = (phone.decode(), body.decode())
    return opened
