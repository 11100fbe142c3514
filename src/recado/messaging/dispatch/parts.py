"""Long inbound texts whose parts a carrier hands over one by one: joined by the same rules as SMPP's. Pure: the clock is
passed in.

A token stands for where the part is stored until the whole text is: tokens come back with the text.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Generic, TypeVar, cast

from recado.channels.protocol import Inbound, Receipt
from recado.foundation.protocols.smpp import codes
from recado.foundation.protocols.smpp.joining import Joined, Joiner, Piece
from recado.foundation.protocols.smpp.text import PartOf

Token = TypeVar("Token")
Item = Receipt | Inbound


class Parts(Generic[Token]):
    """Lets whole items through and holds parts until their text is whole, or `wait` seconds after the newest."""

    def __init__(self, *, wait: float = 10.0) -> None:
        self._joiner: Joiner[Token] = Joiner(wait=wait)
        self._first: dict[object, Inbound] = {}

    def take(self, item: Item, token: Token, now: float) -> list[tuple[Item, Sequence[Token]]]:
        """What may be handed on now: the item itself, the text that it made whole, or nothing yet."""
        if isinstance(item, Receipt) or item.part is None or item.part.total <= 1:
            return [(replace(item, part=None) if isinstance(item, Inbound) else item, [token])]
        key = (item.sender, item.to, item.part.reference, item.part.total)
        piece = Piece(item.text.encode("utf-16-be", "surrogatepass"), codes.UCS2)
        kept = self._first.get(key)
        if kept is None or item.part.number == 1:
            self._first[key] = item
        joined = self._joiner.add(
            key, PartOf(item.part.reference, item.part.total, item.part.number), piece, token, now
        )
        return [self._whole(joined)] if joined else []

    def overdue(self, now: float) -> list[tuple[Item, Sequence[Token]]]:
        """Texts whose missing parts didn't come in time, as they are."""
        return [self._whole(joined) for joined in self._joiner.overdue(now)]

    def __len__(self) -> int:
        return len(self._joiner)

    def _whole(self, joined: Joined[Token]) -> tuple[Item, Sequence[Token]]:
        sender, to, *_ = cast(tuple[str, str, int, int], joined.key)  # made in `take`
        kept = self._first.pop(joined.key, Inbound(sender, to, "", None))
        self._joiner.forget(joined.key)
        ref = kept.ref + (f"~{joined.missing}" if joined.missing else "")
        return replace(kept, text=joined.text, part=None, ref=ref, missing_parts=joined.missing), joined.tokens
