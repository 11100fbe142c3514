"""A carrier's answers to a chunk, handed on as they come in.

A chunk whose answers come together is handed on as one. Where one answer stays away, those that are in don't wait for it:
they would stand as "sending" until the carrier's patience is over, would keep the window shut for others, and would be lost
to a process that dies meanwhile.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from recado.channels.protocol import Carrier, Envelope, Outcome, Uncertain
from recado.foundation.faults import describe

from ..outbox import Claimed
from ..types import worth_for

log = logging.getLogger("recado.dispatch")

TOGETHER = 0.5  # seconds in which the answers of a chunk are waited for together
Opened = tuple[str, str]  # number and wording
Told = tuple[list[Claimed], list[Opened], list[Outcome]]


class Begun(Protocol):
    """A batch that was handed over. `outcomes` fill in as answers come; `done` when the last is there."""

    outcomes: list[Outcome | None]
    done: "asyncio.Future[None]"


@runtime_checkable
class Begins(Protocol):
    """A carrier that hands a batch over without waiting for its answers."""

    def begin(self, batch: Sequence[Envelope]) -> Begun: ...


async def answers(
    carrier: Carrier, texts: Sequence[Claimed], opened: Sequence[Opened], now: datetime
) -> AsyncIterator[Told]:
    """Hands a chunk over. Each text comes back once, with its outcome. A carrier must not raise, nor leave one out; if it does,
    nobody knows what left, and the rest is uncertain."""
    batch = [
        Envelope(text.message, to, text.sender, body, worth_for(text.purpose, now, text.expires))
        for text, (to, body) in zip(texts, opened, strict=True)
    ]
    left = list(range(len(batch)))
    try:
        async for outcomes in _coming(carrier, batch):
            came = [at for at in left if outcomes[at] is not None]
            left = [at for at in left if outcomes[at] is None]
            yield (
                [texts[at] for at in came],
                [opened[at] for at in came],
                [outcome for at in came if (outcome := outcomes[at]) is not None],
            )
        if left:
            raise ValueError("an answer for each text was wanted")
    except Exception as error:
        log.error("carrier %s failed: %s", carrier.name, describe(error))
        lost: list[Outcome] = [Uncertain("carrier_error") for _ in left]
        yield [texts[at] for at in left], [opened[at] for at in left], lost


async def _coming(carrier: Carrier, batch: Sequence[Envelope]) -> AsyncIterator[Sequence[Outcome | None]]:
    """The outcomes of all texts each time that there are more."""
    if not isinstance(carrier, Begins):
        yield await carrier.send(batch)
        return
    begun, known, is_done = carrier.begin(batch), 0, False
    while not is_done:
        await asyncio.wait([begun.done], timeout=TOGETHER)
        is_done = begun.done.done()
        count = sum(outcome is not None for outcome in begun.outcomes)
        if count > known:
            known = count
            yield begun.outcomes
    begun.done.result()
