"""A carrier without a wire: takes what is due from the outbox with the dispatcher's own books, and says that it was sent."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self
from uuid import UUID

from recado.channels.protocol import Accepted
from recado.foundation.database import Role, connect_async, key_file
from recado.messaging.dispatch.answers import Answered, OpenSlice
from recado.messaging.dispatch.books import Books
from recado.messaging.dispatch.turns import Turns

LEASE = timedelta(minutes=10)
WORKER = "dispatch@replay#1"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A text on a phone."""

    message: UUID
    clinic: UUID
    purpose: int
    phone: str
    text: str
    at: datetime


class Carrier:
    """Use it as a context."""

    def __init__(self, carrier: int) -> None:
        self._carrier = carrier

    def __enter__(self) -> Self:
        self._runner = asyncio.Runner()
        connection = self._runner.run(connect_async(Role.DISPATCH, autocommit=True))
        self._books = Books(connection, key_file())
        self._turns = Turns()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._runner.run(self._books.connection.close())
        self._runner.close()

    def deliver(self) -> list[Arrived]:
        """Everything that is due leaves and arrives."""
        return self._runner.run(self._deliver())

    async def _deliver(self) -> list[Arrived]:
        arrived: list[Arrived] = []
        while True:
            claimed, now = await self._books.claim(
                carrier=self._carrier,
                most=500,
                turns=self._turns,
                is_looking=True,
                worker=WORKER,
                lease=LEASE,
                held=(),
            )
            if claimed is None:
                return arrived
            opened = await self._books.open_texts(claimed.texts)
            held = OpenSlice(claimed.id, claimed.fence, len(claimed.texts))
            said = tuple(Accepted(f"r-{text.message.hex()[-12:]}") for text in claimed.texts)
            await self._books.settle([Answered(self._carrier, held, claimed.texts, said)], carrier=self._carrier)
            arrived += [
                Arrived(UUID(bytes=text.message), UUID(bytes=text.clinic), text.purpose, phone, words, now)
                for text, (phone, words) in zip(claimed.texts, opened, strict=True)
            ]
