"""Which texts of a batch go together, which one after the other, and how each is found again. Pure."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import timedelta

from recado.channels.protocol import Envelope


def recipient_ref(batch: str, number: str, key: str) -> str:
    """A reference to one recipient of a request that got one id. The number is in it only as a keyed digest: references
    are kept in clear."""
    digest = hmac.new(key.encode(), f"{batch}\0{number.lstrip('+')}".encode(), hashlib.sha256)
    return f"{batch}~{digest.hexdigest()[:12]}"


def validity_of(envelope: Envelope, *, least: timedelta, most: timedelta) -> timedelta | None:
    """How long the carrier may keep trying, within what it takes; None: its own default."""
    return None if envelope.validity is None else min(max(envelope.validity, least), most)


def turns(batch: Sequence[Envelope], which: Sequence[int]) -> list[list[int]]:
    """Which texts go side by side: in the first turn each number's first text, in the second its second, and so on."""
    made: list[list[int]] = []
    seen: dict[str, int] = {}
    for at in which:
        turn = seen.get(batch[at].to, 0)
        seen[batch[at].to] = turn + 1
        if turn == len(made):
            made.append([])
        made[turn].append(at)
    return made


def grouped(batch: Sequence[Envelope], which: Sequence[int], most: int) -> list[list[int]]:
    """Texts that may share a request: one wording, one sender, one validity."""
    if most == 1:
        return [[at] for at in which]
    alike: dict[tuple[object, ...], list[int]] = {}
    for at in which:
        alike.setdefault((batch[at].text, batch[at].sender, batch[at].validity), []).append(at)
    return [group[start : start + most] for group in alike.values() for start in range(0, len(group), most)]
