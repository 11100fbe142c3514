"""Carriers are asked what became of texts whose answer was lost, off the way of all others.

A few questions at a time and a pause between, so that a carrier that has just lost its link isn't flooded. No database
connection is held while it answers. What it says is settled in one transaction with the events that follow from it; should
the process die in between, the same question is asked again.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from recado.channels.protocol import (
    CannotTell,
    Carrier,
    Envelope,
    Finding,
    Found,
    HasLookup,
    Missing,
    Receipt,
    ReceiptState,
)
from recado.consent.types import Purpose
from recado.foundation import arrays
from recado.foundation.clock import real_now
from recado.foundation.crypto import CannotOpen
from recado.foundation.faults import describe

from .. import lookups, outbox, receipts, storable
from ..lookups import AskAgain, Asked, Decision, Over, Taken
from ..outbox import Claimed, Settled
from ..types import EventKind
from . import losses, stops
from .answers import Lost
from .books import Books

log = logging.getLogger("recado.dispatch")

MOST = 20  # questions at a time
PAUSE = 2.0  # seconds between: ten questions a second at most, and one look at an empty table otherwise

Do = Callable[[Callable[[Books], Awaitable[Any]]], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Question:
    """`missing` None: the text doesn't open with this key file, so nobody can be asked about it."""

    asked: Asked
    clinic: bytes
    missing: Missing | None


def can_be_asked(carrier: Carrier) -> bool:
    return carrier.capabilities.status_lookup and isinstance(carrier, HasLookup)


async def begin(carrier_id: int, carrier: Carrier, do: Do) -> "list[asyncio.Task[None]]":
    """Notes whether this carrier can be asked, before its first text leaves; if so, asks from now on until cancelled."""
    values = {"carrier": carrier_id, "has": can_be_asked(carrier)}
    await do(lambda books: books.write(lookups.NOTE_LOOKUP, values))
    return [asyncio.create_task(Looker(carrier_id, carrier, do).run())] if values["has"] else []


class Looker:
    """Asks one carrier about its uncertain texts."""

    def __init__(self, carrier_id: int, carrier: Carrier, do: Do) -> None:
        self._id, self._carrier, self._do = carrier_id, cast(HasLookup, carrier), do

    async def run(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(PAUSE)

    async def look(self) -> int:
        """Asks about what is due. Returns how many texts."""
        questions: list[Question] = await self._do(lambda books: take(books, self._id))
        if questions:
            findings = await self._ask(questions)
            await self._do(lambda books: settle(books, self._id, questions, findings))
        return len(questions)

    async def _ask(self, questions: Sequence[Question]) -> list[Finding]:
        texts = [question.missing for question in questions if question.missing is not None]
        try:
            told = iter([_storable(one) for one in await self._carrier.look_up(texts)] if texts else ())
        except Exception as error:  # a carrier must not raise; if it does, nothing is known
            log.error("carrier %d could not be asked about lost texts: %s", self._id, describe(error))
            told = iter([CannotTell("carrier_error") for _ in texts])
        return [next(told) if question.missing is not None else CannotTell("cannot_open") for question in questions]


def _storable(finding: Finding) -> Finding:
    """References as the books have them."""
    if not isinstance(finding, Found):
        return finding
    mended = storable.items(finding.reports)
    return Found(tuple(one for one in mended if isinstance(one, Receipt)))


async def take(books: Books, carrier: int, *, due: datetime | None = None, most: int = MOST) -> list[Question]:
    """The texts to ask about now; nobody else asks about them meanwhile."""
    real = real_now()
    values = {"carrier": carrier, "due": due or real, "again_at": real + lookups.ASKED_FOR, "most": most}
    rows = await books.read(lookups.DUE, values)
    return [await _question(books, row) for row in rows]


async def _question(books: Books, row: Sequence[Any]) -> Question:
    name, clinic, purpose, since, tries, lane, sender, due, phone_ct, body_ct = row
    text = Claimed(bytes(name), bytes(clinic), lane, sender, purpose, 0, due, b"", bytes(phone_ct), bytes(body_ct))
    asked = Asked(text.message, Purpose(purpose), tries)
    try:
        ((to, body),) = await books.open_texts([text])
    except CannotOpen as error:
        log.error("a lost text doesn't open with this key file: %s", describe(error))
        return Question(asked, text.clinic, None)
    return Question(asked, text.clinic, Missing(Envelope(text.message, to, sender, body), since))


async def settle(books: Books, carrier: int, questions: Sequence[Question], findings: Sequence[Finding] | None) -> None:
    """Writes what a carrier's answers come to; `findings` None: nobody asks it any more, and the rule decides. Texts that
    something else has settled since are left out."""
    async with books.transaction() as cursor:
        await cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", (lookups.LOCK, carrier))
        now, real = await books.business_now(), real_now()
        still = await _still_open(cursor, [question.asked.message for question in questions], now, real)
        asked = [question.asked for question in questions if question.asked.message in still]
        decided: Sequence[tuple[Asked, Decision]] = [(one, Over("nobody_asked")) for one in asked]
        if findings is not None:
            told = [f for q, f in zip(questions, findings, strict=True) if q.asked.message in still]
            decided = lookups.decide_all(asked, told, await _others(cursor, carrier, told))
        clinics = {question.asked.message: question.clinic for question in questions}
        if decided:
            await _write(books, cursor, carrier, decided, clinics, now, real)
        await _close(cursor, carrier, real)
    _tell(carrier, decided)


async def _still_open(cursor: Any, names: Sequence[bytes], now: datetime, real: datetime) -> set[bytes]:
    """Which of these texts nobody has told about meanwhile; the others are settled."""
    await cursor.execute(lookups.OPEN, {"messages": arrays.uuid_array(names)})
    standing = {bytes(name): is_open for name, is_open in await cursor.fetchall()}
    told = [(name, "told", None, real) for name, is_open in standing.items() if not is_open]
    if told:
        await cursor.execute(lookups.NOTE, lookups.note_parameters(told, now))
    return {name for name, is_open in standing.items() if is_open}


async def _others(cursor: Any, carrier: int, findings: Sequence[Finding]) -> dict[str, bytes]:
    """Which of the references found are known already, and of which text."""
    refs = [report.ref for finding in findings if isinstance(finding, Found) for report in finding.reports]
    await cursor.execute(lookups.OTHERS, receipts.by_ref(carrier, refs))
    return {row[0]: bytes(row[1]) for row in await cursor.fetchall()}


async def _write(
    books: Books,
    cursor: Any,
    carrier: int,
    decided: Sequence[tuple[Asked, Decision]],
    clinics: dict[bytes, bytes],
    now: datetime,
    real: datetime,
) -> None:
    events: list[Settled] = []
    notes: list[tuple[bytes, str, datetime | None, datetime | None]] = []
    over = []
    for text, decision in decided:
        match decision:
            case Taken(report):
                events.append(
                    Settled(clinics[text.message], text.message, EventKind.SENT, report.ref, "settled_by_lookup")
                )
                kind = receipts.KIND_OF.get(report.state)
                if kind is not None:
                    reason = report.error[:40] if report.state is not ReceiptState.DELIVERED else ""
                    events.append(Settled(clinics[text.message], text.message, kind, None, reason or None))
                notes.append((text.message, "found", None, real))
            case AskAgain(after):
                notes.append((text.message, "", real + after, None))
            case Over(outcome):
                over.append((Lost(clinics[text.message], text.message, text.purpose, outcome), outcome))
    if events:
        await cursor.execute(outbox.SETTLE, outbox.settle_parameters(events, carrier=carrier, now=now))
    again = await losses.send_once_more(cursor, [lost for lost, _ in over], carrier, now)
    notes += [(lost.message, outcome, None, real if lost in again else None) for lost, outcome in over]
    await cursor.execute(lookups.NOTE, lookups.note_parameters(notes, now))
    stopped = [d.report.ref for _, d in decided if isinstance(d, Taken) and d.report.person_stopped]
    if stopped:
        await stops.withdraw_refs(cursor, dict.fromkeys(stopped, now), carrier, now)


async def _close(cursor: Any, carrier: int, real: datetime) -> None:
    """Writes the incidents of which every text was asked about to the end."""
    await cursor.execute(lookups.CLOSE, {"carrier": carrier, "real_now": real})
    counts = Counter((at, reason, bytes(clinic)) for clinic, at, reason in await cursor.fetchall())
    for at, reason in {(at, reason) for at, reason, _ in counts}:
        clinics = {clinic: count for (when, why, clinic), count in counts.items() if (when, why) == (at, reason)}
        await losses.incidents(cursor, clinics, carrier, reason, at)


def _tell(carrier: int, decided: Sequence[tuple[Asked, Decision]]) -> None:
    counts = Counter(
        "taken" if isinstance(decision, Taken) else decision.outcome if isinstance(decision, Over) else "asked again"
        for _, decision in decided
    )
    log.info("carrier %d was asked about %d lost texts: %s", carrier, len(decided), dict(counts))


async def give_up(books: Books) -> None:
    """Texts whose carrier nobody asks any more (switched off, taken away): their rule decides."""
    overdue = real_now() - lookups.NOBODY_ASKS
    for (carrier,) in await books.read(lookups.FORSAKEN, {"overdue": overdue}):
        await settle(books, carrier, await take(books, carrier, due=overdue, most=1_000), None)
