"""A dispatcher's books without its loop: claims, settles and recovers on a connection of the dispatch role."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta
from types import TracebackType
from typing import Self
from uuid import UUID

import pytest

from recado.channels.protocol import Accepted, Inbound, Outcome, Receipt
from recado.foundation.database import Role, connect_async, key_file
from recado.messaging.dispatch.answers import Answered, OpenSlice
from recado.messaging.dispatch.books import Books
from recado.messaging.dispatch.intake import Intake
from recado.messaging.dispatch.looking import Looker, give_up
from recado.messaging.dispatch.turns import Turns
from recado.messaging.outbox import Claimed, ClaimedSlice
from tests.factories import CARRIER

LEASE = timedelta(seconds=120)


class Desk:
    """One dispatcher. `worker` is `name#session`, as in the product. Use it as a context."""

    def __init__(
        self,
        worker: str = "dispatch@here#1",
        *,
        is_reconnected: bool = False,
        carrier: int = CARRIER,
        has_parts: bool = False,
    ) -> None:
        self.worker, self.carrier = worker, carrier
        self._is_reconnected, self._has_parts = is_reconnected, has_parts
        self.open: dict[int, OpenSlice] = {}
        self.turns = Turns()

    def __enter__(self) -> Self:
        self._runner = asyncio.Runner()
        connection = self._runner.run(connect_async(Role.DISPATCH, autocommit=True))
        self.books = Books(connection, key_file(), is_reconnected=self._is_reconnected)
        self.is_sending = False
        self.intake = Intake(
            self.books,
            self.carrier,
            is_sending=lambda: self.is_sending,
            settled=asyncio.Condition(),
            has_parts=self._has_parts,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._runner.run(self.books.connection.close())
        self._runner.close()

    def claim(self, most: int = 100, *, lease: timedelta = LEASE) -> ClaimedSlice | None:
        """The slice that is now on the wire; None when nothing was due."""
        claimed, _ = self._runner.run(
            self.books.claim(
                carrier=self.carrier,
                most=most,
                turns=self.turns,
                is_looking=True,
                worker=self.worker,
                lease=lease,
                held=list(self.open),
            )
        )
        if claimed is not None:
            self.open[claimed.id] = OpenSlice(claimed.id, claimed.fence, len(claimed.texts))
        return claimed

    def texts(self, most: int = 100) -> tuple[Claimed, ...]:
        """Claims and returns the texts alone."""
        claimed = self.claim(most)
        return claimed.texts if claimed else ()

    def opened(self, texts: Sequence[Claimed]) -> list[tuple[str, str]]:
        """Number and wording of claimed texts."""
        return list(self._runner.run(self.books.open_texts(texts)))

    def answered(self, claimed: ClaimedSlice, *outcomes: Outcome, texts: Sequence[Claimed] | None = None) -> Answered:
        """What the carrier says of (some of) a slice's texts: one outcome for all, or one for each."""
        ours = tuple(texts if texts is not None else claimed.texts)
        said = outcomes if len(outcomes) == len(ours) else outcomes * len(ours)
        return Answered(self.carrier, self.open[claimed.id], ours, said)

    def settle(self, *batch: Answered) -> None:
        """Writes answers and keeps the fence as the loop does."""
        self.settle_as_is(*batch)
        for answered in batch:
            held = answered.slice
            held.left -= len(answered.texts)
            if held.left == 0:
                self.open.pop(held.id, None)
        for held in {id(answered.slice): answered.slice for answered in batch}.values():
            held.fence += 1

    def settle_as_is(self, *batch: Answered) -> None:
        """Writes answers, and forgets that it did: as after a commit whose confirmation was lost."""
        self._runner.run(self.books.settle(batch, carrier=self.carrier))

    def send_all(self, prefix: str = "ref") -> list[Claimed]:
        """Claims everything that is due and has the carrier accept it."""
        sent: list[Claimed] = []
        while claimed := self.claim():
            outcomes = [Accepted(f"{prefix}-{text.message.hex()[-8:]}") for text in claimed.texts]
            self.settle(self.answered(claimed, *outcomes))
            sent += claimed.texts
        return sent

    def recover(self) -> int:
        """What a starting dispatcher does first."""
        return int(self._runner.run(self.books.recover(self.worker)))

    def take(self, *items: Receipt | Inbound) -> None:
        """The carrier hands over receipts and texts."""
        self._runner.run(self.intake.take(items))

    def look(self, carrier: object) -> int:
        """The carrier is asked about lost texts that are due. `carrier` has `look_up`."""
        looker = Looker(self.carrier, carrier, lambda work: work(self.books))  # type: ignore[arg-type]
        return self._runner.run(looker.look())

    def give_up(self) -> None:
        self._runner.run(give_up(self.books))

    def reconcile(self) -> int:
        return int(self._runner.run(self.intake.reconcile()))


def reference_of(text: Claimed, prefix: str = "ref") -> str:
    """The carrier's reference that `send_all` made."""
    return f"{prefix}-{text.message.hex()[-8:]}"


@pytest.fixture
def desk(clinic: UUID) -> Iterator[Desk]:
    """A dispatcher's desk for the clinic of the test."""
    with Desk() as made:
        yield made
