"""Tells open screens that texts of a clinic went on: sent, delivered, failed.

NOTIFY takes a lock across the database at commit, so it is never said for a text: at once for the first, then once a
second at most for whatever has gathered, one statement for all clinics.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from uuid import UUID

from recado.foundation import news

REST = 1.0  # seconds between two notices of one clinic


class Bell:
    """Gathers clinics; `run` says their names with `tell`."""

    def __init__(self, tell: Callable[[Sequence[str]], Awaitable[None]], *, rest: float = REST) -> None:
        self._tell, self._rest = tell, rest
        self._clinics: set[bytes] = set()
        self._rang = asyncio.Event()

    def ring(self, clinics: Iterable[bytes]) -> None:
        """Something happened to texts of these clinics."""
        self._clinics.update(clinics)
        self._rang.set()

    async def run(self) -> None:
        while True:
            await self._rang.wait()
            self._rang.clear()
            gathered, self._clinics = self._clinics, set()
            await self._tell(news.words((UUID(bytes=clinic), news.Topic.MESSAGES) for clinic in gathered))
            await asyncio.sleep(self._rest)
