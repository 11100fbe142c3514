"""Receipts for texts that are at hand: those whose answer is on its way into the books, and the last ones that stand there.

A fast carrier sends receipts right behind its answers. They are written with answers, by the text itself: the usual way
(`intake`) looks for it by its reference among the texts of two weeks, in a transaction of its own. One that falls behind by
a moment must not cost more, or it falls further behind: with every receipt the usual way, a text cost 83 us instead of 69.
So the last texts are remembered too; that their receipt doesn't stand yet is then asked in the statement.

All receipts for a text go one way or the other, one after the other: two connections that both write one can't see each
other's copy. While one goes the usual way, because it came before its answer, its copies go so too, and one that was kept
until its text is known (`Intake.reconcile`) waits while a copy is held here; and only texts whose answers were written by the
statement that writes receipts are remembered.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from msgspec import Struct

from recado.channels.protocol import Accepted, Receipt, ReceiptState

from ..receipts import KIND_OF
from ..settling import Told
from ..storable import words
from ..types import EventKind
from .answers import Answered

_DELIVERED, _DELIVERED_KIND = ReceiptState.DELIVERED, EventKind.DELIVERED  # looked up once, not for every receipt
REMEMBERED = 20_000  # texts of a carrier whose answer stands: some 6 MB


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


class Known(Struct, eq=False):
    """A text that was taken. `answered`: what its answer will be written with; None once it stands."""

    clinic: bytes
    message: bytes
    answered: Answered | None


class Held(Struct, eq=False):
    """What one text's receipts of a kind say. Two copies are one event, and both are acknowledged when it is written."""

    text: Known
    ref: str
    kind: EventKind
    reason: str | None
    copies: list[tuple[Waiting, Receipt]]

    @property
    def told(self) -> Told:
        text = self.text
        return Told(
            text.clinic, text.message, self.kind, self.reason, text.answered.slice.id if text.answered else None
        )


class Early:
    """One carrier's. `take` belongs to what comes in, the others to the loop that settles."""

    def __init__(self) -> None:
        self._texts: dict[str, Known | None] = {}  # by reference. None: of two texts, the usual way knows what to do
        self._open: dict[int, list[tuple[str, Known]]] = {}  # by answer that is not yet written
        self._recent: deque[list[tuple[str, Known]]] = deque()  # those that stand, the oldest first
        self._remembered = 0
        self._held: dict[tuple[str, EventKind], Held] = {}
        self._aside: Counter[str] = Counter()  # references whose receipts are going the usual way

    def __bool__(self) -> bool:
        """Whether answers that receipts may be for, or receipts, are still to be written."""
        return bool(self._open or self._held)

    @property
    def is_due(self) -> bool:
        """Whether receipts wait that no answer will be written with."""
        return any(held.text.answered is None for held in self._held.values())

    def answered(self, answered: Answered) -> None:
        """Answers that will be written. A carrier whose references begin again means the younger text."""
        texts = self._open[id(answered)] = []
        for text, outcome in zip(answered.texts, answered.outcomes, strict=True):
            if type(outcome) is not Accepted or not outcome.ref:
                continue
            ref = outcome.ref
            if outcome.parts:  # whose receipts name parts
                for one in (ref, *outcome.parts):
                    self._texts.pop(one, None)
                continue
            known = Known(text.clinic, text.message, answered)
            if ref in self._texts and ((old := self._texts[ref]) is None or old.answered is not None):
                self._texts[ref] = None
            else:
                self._texts[ref] = known
            texts.append((ref, known))

    def take(self, reports: Sequence[Receipt]) -> tuple[list[Receipt], Waiting | None]:
        """Holds those whose text is at hand. Returns the others, and what to wait for."""
        others: list[Receipt] = []
        aside: set[str] = set()
        waiting = Waiting()
        for report in reports:
            held = None if report.ref in aside else self._found(report)
            if held is None:
                others.append(report)
                aside.add(report.ref)
            else:
                held.copies.append((waiting, report))
                waiting.left += 1
        return others, waiting if waiting.left else None

    @contextmanager
    def aside(self, reports: Sequence[Receipt]) -> Iterator[None]:
        """While these go the usual way, copies of them do."""
        refs = [report.ref for report in reports]
        self._aside.update(refs)
        try:
            yield
        finally:
            self._aside.subtract(refs)
            for ref in refs:
                if not self._aside[ref]:
                    del self._aside[ref]

    def holds(self, ref: str) -> bool:
        """Whether a receipt with this reference is held, or is just being written."""
        return any((ref, kind) in self._held for kind in KIND_OF.values())

    def _found(self, report: Receipt) -> Held | None:
        ref = report.ref
        kind = _DELIVERED_KIND if report.state is _DELIVERED else KIND_OF.get(report.state)
        if kind is None:
            return None
        held = self._held.get((ref, kind))
        if held is not None and self._texts.get(ref, held.text) is not held.text:
            return None  # of a text that had this reference before
        if held is None:
            text = self._texts.get(ref)
            if text is None or ref in self._aside or _says_more(report):
                return None
            reason = None if kind is _DELIVERED_KIND else words(report.error)[:40] or None
            held = self._held[ref, kind] = Held(text, ref, kind, reason, [])
        return held

    def due(self, batch: Sequence[Answered]) -> list[tuple[Held, Told]]:
        """What is written with these answers. It is held until they are `written`: a further copy meets it here."""
        ours = {id(answered) for answered in batch}
        return [
            (held, held.told)
            for held in self._held.values()
            if held.text.answered is None or id(held.text.answered) in ours
        ]

    def written(self, batch: Sequence[Answered], due: Sequence[tuple[Held, Told]], ours: Collection[int]) -> None:
        """Ends these receipts. `ours`: the slices whose answers were written in the statement that writes receipts; texts of
        others are forgotten, and their receipts go the usual way. What came meanwhile for ours is due next time."""
        for answered in batch:
            self._stand(self._open.pop(id(answered), []), is_written=answered.slice.id in ours)
        for held, told in due:
            self._end(held, told.slice is None or told.slice in ours)
        lost = {id(answered) for answered in batch if answered.slice.id not in ours}
        if lost:
            for held in [held for held in self._held.values() if id(held.text.answered) in lost]:
                self._end(held, is_written=False)

    def _stand(self, texts: list[tuple[str, Known]], *, is_written: bool) -> None:
        """The answers of these texts stand, or were written another way."""
        if not is_written:
            self._forget(texts)
            return
        if not texts:
            return
        for _, text in texts:
            text.answered = None
        self._recent.append(texts)
        self._remembered += len(texts)
        while self._remembered > REMEMBERED:
            old = self._recent.popleft()
            self._remembered -= len(old)
            self._forget(old)

    def _forget(self, texts: list[tuple[str, Known]]) -> None:
        for ref, text in texts:
            if self._texts.get(ref, text) in (text, None):
                self._texts.pop(ref, None)

    def _end(self, held: Held, is_written: bool) -> None:
        del self._held[held.ref, held.kind]
        for waiting, report in held.copies:
            waiting.end(report, is_written and not _says_more(report))


def _says_more(report: Receipt) -> bool:
    """Whether it tells of a price or an opt-out too, which only the usual way writes."""
    return report.person_stopped or report.cost is not None
