"""Asking a carrier how a text stands whose answer was lost: what all carriers over HTTP share of it.

A question that gets no answer, is refused or can't be read decides nothing: `CannotTell`, and it is asked again later.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Final

from recado.channels.over_http.exchange import NoAnswer, NotReached, Reply
from recado.channels.protocol import CannotTell, Finding, Found, Missing, NotThere, Receipt

logger = logging.getLogger(__name__)

CLOCKS_DIFFER: Final = timedelta(minutes=1)
NO_ANSWER: Final = CannotTell("no_answer")
UNREADABLE: Final = CannotTell("unreadable_answer")


async def each(texts: Sequence[Missing], ask: Callable[[Missing], Awaitable[Finding]]) -> list[Finding]:
    """One question a text, one after the other. Where one gets no answer the rest isn't asked."""
    found: list[Finding] = []
    for text in texts:
        if found and found[-1] is NO_ANSWER:
            found.append(NO_ANSWER)
        else:
            found += await together([text], lambda some: _one(ask, some))
    return found


async def _one(ask: Callable[[Missing], Awaitable[Finding]], texts: Sequence[Missing]) -> list[Finding]:
    return [await ask(texts[0])]


async def together(
    texts: Sequence[Missing], ask: Callable[[Sequence[Missing]], Awaitable[list[Finding]]]
) -> list[Finding]:
    """One question for all. Never raises but for its own cancellation."""
    try:
        return await ask(texts)
    except (NotReached, NoAnswer):
        return [NO_ANSWER for _ in texts]
    except Exception as error:  # an answer that no document describes
        logger.error("a carrier's answer about a lost text can't be read (%s)", type(error).__name__)
        return [UNREADABLE for _ in texts]


def refusal(reply: Reply) -> CannotTell:
    """The carrier doesn't answer such a question now."""
    return CannotTell("throttled" if reply.status == 429 else f"http_{reply.status}")


def found_or_not(reports: Sequence[Receipt]) -> Finding:
    return Found(tuple(reports)) if reports else NotThere()
