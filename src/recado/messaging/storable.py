"""What carriers say, as the database can hold it. Pure.

PostgreSQL refuses NUL and halves of characters, and a reference longer than its column. One such call or answer would stop
everything behind it, again at each start, so it is mended where it comes in. References stay comparable: the same one
becomes the same, wherever it is met.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from msgspec import structs

from recado.channels.protocol import Inbound, Receipt

LONGEST_REF = 80  # letters


def words(text: str) -> str:
    """Text without NUL, and with "?" for halves of characters."""
    return text if text.isprintable() else text.replace("\0", "").encode("utf-8", "replace").decode()


def ref(text: str) -> str:
    """A reference of a carrier's; a digest of one that is too long, so that two of one beginning stay two."""
    told = words(text)
    return told if len(told) <= LONGEST_REF else hashlib.sha256(told.encode()).hexdigest()


def items(given: Sequence[Receipt | Inbound]) -> list[Receipt | Inbound]:
    """Reports and texts that people wrote, each as it can be stored."""
    return [item if _is_plain(item) else _mended(item) for item in given]


def _is_plain(item: Receipt | Inbound) -> bool:
    is_short = len(item.ref) <= LONGEST_REF and item.ref.isprintable()
    rest = item.error if isinstance(item, Receipt) else item.text
    return is_short and rest.isprintable() and item.to.isprintable() and item.sender.isprintable()


def _mended(item: Receipt | Inbound) -> Receipt | Inbound:
    name, to, sender = ref(item.ref), words(item.to), words(item.sender)
    if isinstance(item, Receipt):
        return structs.replace(item, ref=name, to=to, sender=sender, error=words(item.error))
    return replace(item, ref=name, to=to, sender=sender, text=words(item.text))
