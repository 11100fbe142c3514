"""What happens to texts that have become uncertain: their carrier is asked, or else their purpose's rule decides.

Every function works in the caller's transaction.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from recado.consent.types import GROUP_OF, Purpose
from recado.foundation import arrays, ids
from recado.foundation.clock import real_now

from .. import leftovers, lookups
from ..leftovers import Again
from ..types import RESENT_WHEN_UNCERTAIN, EventKind
from .answers import Lost


async def after_loss(cursor: Any, texts: Sequence[Lost], carrier: int, now: datetime) -> None:
    """Texts of one carrier have become uncertain. Where it can be asked about them (dispatch/looking.py), it is; the rule
    waits for its answers."""
    if not texts:
        return
    await cursor.execute(lookups.HAS_LOOKUP, {"carrier": carrier})
    row = await cursor.fetchone()
    if row and row[0]:
        await _ask(cursor, texts, carrier, now)
    else:
        await _by_rule(cursor, texts, carrier, now)


async def _ask(cursor: Any, texts: Sequence[Lost], carrier: int, now: datetime) -> None:
    real = real_now()
    for since in {text.since for text in texts}:
        for wait in {lookups.first_wait(text.purpose) for text in texts}:
            some = [t for t in texts if t.since == since and lookups.first_wait(t.purpose) == wait]
            values = lookups.begin_parameters(
                [(t.clinic, t.message, t.purpose, t.reason) for t in some],
                carrier=carrier,
                now=now,
                since=(since or real) - lookups.MARGIN,
                next_at=real + wait,
            )
            await cursor.execute(lookups.BEGIN, values)


async def _by_rule(cursor: Any, texts: Sequence[Lost], carrier: int, now: datetime) -> None:
    """Emergencies and codes go once more, marked. For the others, and for those that have gone twice already, one
    incident for each clinic and reason."""
    again = await send_once_more(cursor, texts, carrier, now)
    counts = Counter((text.reason, text.clinic) for text in texts if text not in again)
    for reason in {reason for reason, _ in counts}:
        clinics = {clinic: count for (why, clinic), count in counts.items() if why == reason}
        await incidents(cursor, clinics, carrier, reason, now)


async def send_once_more(cursor: Any, texts: Sequence[Lost], carrier: int, now: datetime) -> set[Lost]:
    """Of these, emergencies and codes that haven't gone twice yet wait again, marked. Returns them."""
    again = await _not_resent(cursor, [text for text in texts if text.purpose in RESENT_WHEN_UNCERTAIN])
    if again:
        parameters = leftovers.again_parameters(
            [_again(text, now) for text in again],
            carrier=carrier,
            now=now,
            kind=EventKind.RESENT,
            reason="uncertain_resent_by_rule",
        )
        await cursor.execute(leftovers.PUT_AGAIN, parameters)
    return again


def _again(text: Lost, now: datetime) -> Again:
    group = GROUP_OF[Purpose(text.purpose)]
    return Again(text.clinic, text.message, now, 1, group, tried=text.tried, sender=text.sender)


async def _not_resent(cursor: Any, texts: Sequence[Lost]) -> set[Lost]:
    if not texts:
        return set()
    names = {"messages": arrays.uuid_array([text.message for text in texts])}
    await cursor.execute(leftovers.RESENT_BEFORE, names)
    resent = {bytes(row[0]) for row in await cursor.fetchall()}
    return {text for text in texts if text.message not in resent}


async def incidents(cursor: Any, clinics: Mapping[bytes, int], carrier: int, reason: str, at: datetime) -> None:
    """One incident for each of these clinics, with so many texts. `at`: when they became uncertain."""
    parameters = {
        "now": at,
        "reason": reason[:40],
        "ids": arrays.uuid_array(ids.new_ids(len(clinics))),
        "clinics": arrays.uuid_array(list(clinics)),
        "carriers": arrays.int2_array([carrier] * len(clinics)),
        "texts": list(clinics.values()),
    }
    await cursor.execute(leftovers.INCIDENTS, parameters)
