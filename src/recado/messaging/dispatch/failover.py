"""Other carriers for texts that wait in vain, and what is learnt of each carrier on the way.

Only a text that is certain not to have been taken changes its carrier: one that still waits in the queue of a carrier
which is away, or one that a carrier has refused to take now several times. An uncertain text never does (books.py).
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from recado.channels.protocol import Accepted, Outcome, Receipt, ReceiptState, TryLater, Uncertain
from recado.consent.types import Purpose
from recado.foundation import arrays
from recado.foundation.clock import real_now
from recado.foundation.phone import Phone, country_of

from .. import leftovers, route_book
from ..checks import objection
from ..evidence import Evidence
from ..outbox import Claimed
from ..route_book import NoRoute, RouteBook
from ..types import Lane, Route
from .answers import tried_by
from .books import Books

log = logging.getLogger("recado.dispatch")
TRIES = 3  # refusals "not now" by one carrier before another is asked
LAST_TRIES = 12  # by the last of a route, each wait twice the one before: then a person can still do something
PATIENCE = 5.0  # seconds that a carrier may be away before its texts go by another
PIECE = 1_000  # waiting texts looked at in one go
NOWHERE = UUID(int=0)
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
FINAL = (ReceiptState.DELIVERED, ReceiptState.FAILED, ReceiptState.EXPIRED)

# In one order: each dispatcher has learnt of its lines in another.
NOTE_SCORES = """
INSERT INTO messaging_carrierscore (carrier, country, score, at)
SELECT n.carrier, n.country, n.score, %(now)s
FROM unnest(%(carriers)s, %(countries)s, %(scores)s::double precision[]) AS n (carrier, country, score)
ORDER BY 1, 2
ON CONFLICT (carrier, country) DO UPDATE SET score = EXCLUDED.score, at = EXCLUDED.at
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the queue's index a look has come to."""

    lane: int = 0
    clinic: UUID = NOWHERE
    due: datetime = EPOCH
    id: UUID = NOWHERE


class Failover:
    """One dispatcher's knowledge of its carriers. `book` is read anew each few seconds."""

    def __init__(self) -> None:
        self.book = RouteBook()
        self._evidence = Evidence()
        self._up_at: dict[int, float] = {}
        self._off: frozenset[int] = frozenset()
        self._held: dict[UUID, frozenset[int]] = {}  # by clinic
        self._stranded: frozenset[int] = frozenset()  # carriers that have been removed, and texts wait for them
        self._today = real_now().date()  # of business time

    def learn(self, carrier: int, phones: Sequence[str], outcomes: Sequence[Outcome], now: float) -> None:
        """A carrier's answers to a batch."""
        for phone, outcome in zip(phones, outcomes, strict=True):
            country = country_of(Phone(phone)) or ""
            if isinstance(outcome, Accepted):
                self._evidence.accepted(carrier, country, outcome.ref, now)
            elif isinstance(outcome, TryLater | Uncertain):
                self._evidence.handed(carrier, country, is_taken=False, now=now)

    def hear(self, carrier: int, reports: Sequence[Receipt], now: float) -> None:
        """A carrier's receipts."""
        for is_delivered in (True, False):
            refs = [r.ref for r in reports if r.state in FINAL and (r.state is ReceiptState.DELIVERED) is is_delivered]
            self._evidence.received(carrier, refs, is_delivered=is_delivered, now=now)

    async def elsewhere(
        self,
        books: Books,
        carrier: int,
        texts: Sequence[Claimed],
        opened: Sequence[tuple[str, str]],
        outcomes: Sequence[Outcome],
    ) -> dict[bytes, Route | None]:
        """Other ways for texts that this carrier has not taken for the last time. None: they have been to all of them."""
        late = [
            (text, *told)
            for text, told, outcome in zip(texts, opened, outcomes, strict=True)
            if isinstance(outcome, TryLater) and text.attempts + 1 >= TRIES
        ]
        if not late or not self.book.rules:
            return {}
        senders = await books.own_senders([text for text, _, _ in late])
        ways = {}
        for text, to, body in late:
            way, is_over = self.after_refusal(carrier, text, senders.get(text.message, text.sender), to, body)
            if way is not None or is_over:
                ways[text.message] = way
        return ways

    def after_refusal(self, carrier: int, text: Claimed, own: str, to: str, body: str) -> tuple[Route | None, bool]:
        """What becomes of a text that a carrier has refused to the end: another that has not had it yet, nothing yet (None
        and False), or its end, where the last has had more tries and nobody is left. It never comes back to one that
        refused it."""
        tried = frozenset(tried_by(text.tried)) | {carrier}
        way, is_left = self._other(tried, carrier, text, own, to, body)
        has_said_no = carrier not in self.book.down and text.attempts + 1 >= LAST_TRIES
        return way, way is None and not is_left and bool(text.tried) and has_said_no

    def _other(
        self, without: frozenset[int], carrier: int, text: Claimed, own: str, to: str, body: str
    ) -> tuple[Route | None, bool]:
        """Another carrier for a text, that is up and from which it may leave by the rules; and whether any is left at all."""
        way, why = self._way(without, Route(carrier, own), text, to, body)
        if way is None or why:
            return None, False
        return (None if way.carrier_id in self.book.down | self._held_by(text) else way), True

    def _way(
        self, without: frozenset[int], own: Route, text: Claimed, to: str, body: str
    ) -> tuple[Route | None, str | None]:
        """Where a text would leave now, and why it may not leave so, on the day on which it is due. None: the routes name nobody."""
        clinic, purpose = UUID(bytes=text.clinic), Purpose(text.purpose)
        try:
            way = self.book.route(
                own, clinic=clinic, phone=to, purpose=purpose, body=body, without=without, held=self._held_by(text)
            )
        except NoRoute:
            return None, None
        return way, objection(purpose, body, Phone(to), way, max(self._today, text.due.date()))

    def _held_by(self, text: Claimed) -> frozenset[int]:
        return self._held.get(UUID(bytes=text.clinic), frozenset())

    async def refresh(self, books: Books, connected: Mapping[int, bool]) -> None:
        """Notes what was learnt, and reads the table of routes. `connected`: this dispatcher's own carriers."""
        now = asyncio.get_running_loop().time()
        self._evidence.tick(now)
        scores = self._evidence.scores(now)
        if scores:
            values = {
                "now": real_now(),
                "carriers": arrays.int2_array([carrier for carrier, _ in scores]),
                "countries": arrays.text_array([country for _, country in scores]),
                "scores": list(scores.values()),
            }
            await books.write(NOTE_SCORES, values)
        for carrier, is_up in connected.items():
            self._up_at[carrier] = now if is_up else self._up_at.get(carrier, now)
        rows = [
            await books.read(statement, values)
            for statement, values in (
                (route_book.RULES, ()),
                (route_book.SCORES, (route_book.oldest_score(real_now()),)),
                (route_book.PRICES, ()),
                (route_book.DOWN, ()),
                (route_book.HEARD, ()),
                (route_book.REGISTRATIONS, ()),
            )
        ]
        book = route_book.book_of(*rows)
        self._today = (await books.business_now()).date()
        self._held = route_book.held_of(await books.read(route_book.HELD))
        self._stranded = frozenset(row[0] for row in await books.read(leftovers.STRANDED))
        self._off = frozenset(carrier for carrier, is_off in rows[3] if is_off)
        away = {carrier for carrier, is_up in connected.items() if not is_up}
        down = self._off | away | (book.down - set(connected))  # of our own carriers we know more than the table
        self.book = replace(book, down=frozenset(down))

    def to_leave(self, now: float) -> list[int]:
        """The carriers whose waiting texts should go by another: switched off, or away for longer than a hiccup."""
        away = {carrier for carrier, at in self._up_at.items() if now - at > PATIENCE}
        return sorted(self.book.down & (self._off | away))

    def held_lines(self) -> list[tuple[int, UUID]]:
        """Carriers with the clinics that hold them, where a route of theirs names another that is up: a hold may last for
        days, and what waits is not looked through in vain."""
        lines = ((carrier, clinic) for clinic, held in self._held.items() for carrier in held)
        return sorted(line for line in lines if line[0] not in self.book.down and self._has_other(*line))

    def _has_other(self, carrier: int, clinic: UUID) -> bool:
        away = self.book.down | self._held.get(clinic, frozenset())
        rules = [rule for rule in self.book.rules if rule.clinic in (None, clinic)]
        return any(target.carrier not in away for rule in rules for target in rule.targets if target.carrier != carrier)

    async def move(self, books: Books, carrier: int, clinic: UUID | None = None) -> int:
        """Has the texts that wait for a carrier (of one clinic or of all) leave by others, where their routes have one that
        is up; those of a carrier that has been removed as if they were put now: one that may not leave ends with the reason, since
        nobody looks at a carrier that is gone. Returns how many leave by others."""
        if clinic is None:
            return await self._move_from(books, carrier, Place(), None)
        return sum([await self._move_from(books, carrier, Place(lane, clinic), clinic) for lane in Lane])

    async def _move_from(self, books: Books, carrier: int, place: Place, only: UUID | None) -> int:
        moved, lane = 0, place.lane
        while self.book.rules or carrier in self._stranded:
            found = await books.read(leftovers.WAITING_FOR, _from(carrier, place))
            rows = [r for r in found if only is None or (r[2] == lane and bytes(r[1]) == only.bytes)]
            if rows:
                last = rows[-1]
                place = Place(last[2], UUID(bytes=bytes(last[1])), last[5], UUID(bytes=bytes(last[0])))
                moved += await self._move_some(books, carrier, rows)
            if not found or len(rows) < len(found):
                break
        if moved:
            log.warning("%d texts that waited for carrier %d leave by another", moved, carrier)
        return moved

    async def _move_some(self, books: Books, carrier: int, rows: Sequence[Any]) -> int:
        texts = [
            Claimed(bytes(r[0]), bytes(r[1]), r[2], r[3], r[4], 0, r[5], b"", bytes(r[6]), bytes(r[7]), tried=r[8])
            for r in rows
        ]
        opened = await books.open_texts(texts)
        homes = await self._homes(books, texts) if carrier in self._stranded else {}
        ways: dict[Route, list[bytes]] = {}
        ends: dict[str, list[bytes]] = {}
        for text, (to, body) in zip(texts, opened, strict=True):
            way, why = None, None
            if carrier not in self._stranded:
                without = frozenset(tried_by(text.tried)) | {carrier}
                way, _ = self._other(without, carrier, text, text.sender, to, body)
            elif home := homes.get((text.clinic, text.sender)):
                way, why = self._way(frozenset({carrier}), home, text, to, body)
            if why:
                ends.setdefault(why, []).append(text.message)
            elif way is not None:
                ways.setdefault(way, []).append(text.message)
        for why, names in ends.items():
            count = await books.refuse(names, carrier, why)
            log.warning("%d texts that waited for carrier %d, which is gone, may not leave: %s", count, carrier, why)
        return sum([await books.move(names, carrier, way) for way, names in ways.items()])

    async def _homes(self, books: Books, texts: Sequence[Claimed]) -> dict[tuple[bytes, str], Route]:
        """What the clinics of these texts send from, by clinic and address."""
        clinics = [UUID(bytes=clinic) for clinic in {text.clinic for text in texts}]
        rows = await books.read(leftovers.HOMES, {"clinics": clinics})
        return {(row[0].bytes, row[1]): Route(row[2], row[1], row[3]) for row in rows}


def _from(carrier: int, place: Place) -> dict[str, object]:
    return {
        "carrier": carrier,
        "lane": place.lane,
        "clinic": place.clinic,
        "due": place.due,
        "id": place.id,
        "lanes": [int(lane) for lane in Lane],
        "most": PIECE,
    }
