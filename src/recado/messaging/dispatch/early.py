"""Receipts that come while their text's answer is still on its way into the books.

A fast carrier sends them right behind its answer. They are written with that answer, by the text that is at hand: the usual
way (`intake`) looks for it by its reference among the texts of two weeks, in a transaction of its own. What could not be
written here goes that way after all, and so does what comes while its answer is being written: once the answer stands, two
connections that both write its receipts can't see each other's copy.
"""

import asyncio
from collections.abc import Collection, Sequence

from msgspec import Struct

from recado.channels.protocol import Accepted, Receipt, ReceiptState

from ..outbox import Claimed
from ..receipts import KIND_OF
from ..settling import Told
from ..storable import words
from ..types import EventKind
from .answers import Answered

_DELIVERED, _DELIVERED_KIND = ReceiptState.DELIVERED, EventKind.DELIVERED  # looked up once, not for every receipt


class Waiting:
    """Receipts of one call of a carrier's. `done`: those that still wait to be written another way."""

    def __init__(self) -> None:
        self.left = 0
        self.missed: list[Receipt] = []
        self.done: asyncio.Future[list[Receipt]] = asyncio.get_running_loop().create_future()

    def end(self, report: Receipt, is_written: bool) -> None:
        self.left -= 1
        if not is_written:
            self.missed.append(report)
        if not self.left and not self.done.done():
            self.done.set_result(self.missed)


class Held(Struct, eq=False):
    """What one text's receipts of a kind say. Two copies are one event, and both are acknowledged when it is written."""

    text: Claimed
    answered: Answered
    kind: EventKind
    reason: str | None
    copies: list[tuple[Waiting, Receipt]]


class Early:
    """One carrier's. `take` belongs to what comes in, the others to the loop that settles."""

    def __init__(self) -> None:
        self._texts: dict[int, tuple[Answered, dict[str, Claimed]]] = {}  # answered and not yet written, by reference
        self._held: dict[tuple[str, EventKind], Held] = {}

    def __bool__(self) -> bool:
        """Whether answers that receipts may be for are still to be written."""
        return bool(self._texts)

    def answered(self, answered: Answered) -> None:
        """Answers that will be written."""
        accepted = [
            (outcome.ref, text)
            for text, outcome in zip(answered.texts, answered.outcomes, strict=True)
            if type(outcome) is Accepted and outcome.ref and not outcome.parts
        ]
        texts = dict(accepted)
        if len(texts) == len(accepted):  # one reference for two texts: the usual way knows what to do
            self._texts[id(answered)] = answered, texts

    def take(self, reports: Sequence[Receipt]) -> tuple[Sequence[Receipt], Waiting | None]:
        """Holds what is early. Returns the others, and what to wait for."""
        if not self._texts:
            return reports, None
        others: list[Receipt] = []
        waiting = Waiting()
        for report in reports:
            held = self._found(report)
            if held is None:
                others.append(report)
            else:
                held.copies.append((waiting, report))
                waiting.left += 1
        return others, waiting if waiting.left else None

    def _found(self, report: Receipt) -> Held | None:
        ref = report.ref
        kind = _DELIVERED_KIND if report.state is _DELIVERED else KIND_OF.get(report.state)
        if kind is None or report.person_stopped or report.cost is not None:
            return None
        held = self._held.get((ref, kind))
        if held is not None:
            return held
        found = [(answered, texts[ref]) for answered, texts in self._texts.values() if ref in texts]
        if len(found) != 1:
            return None
        reason = None if kind is _DELIVERED_KIND else words(report.error)[:40] or None
        answered, text = found[0]
        held = self._held[ref, kind] = Held(text, answered, kind, reason, [])
        return held

    def due(self, batch: Sequence[Answered]) -> list[tuple[Held, Told]]:
        """What is written with these answers. It is held until they are `written`: a further copy meets it here."""
        ours = {id(answered) for answered in batch}
        return [
            (held, Told(held.text.clinic, held.text.message, held.kind, held.reason, held.answered.slice.id))
            for held in self._held.values()
            if id(held.answered) in ours
        ]

    def written(
        self, batch: Sequence[Answered], due: Sequence[tuple[Held, Told]], ours: Collection[int] | None
    ) -> None:
        """Ends all receipts for these answers, those that came meanwhile too. `ours`: the slices whose answers were written
        with what was due. None: no receipt was."""
        for answered in batch:
            self._texts.pop(id(answered), None)
        written = {id(held) for held, told in due if ours is not None and told.slice in ours}
        for key, held in [(key, held) for key, held in self._held.items() if id(held.answered) not in self._texts]:
            del self._held[key]
            for waiting, report in held.copies:
                waiting.end(report, id(held) in written)
