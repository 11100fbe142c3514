"""What carriers say, as the database can hold it. Pure.

PostgreSQL refuses NUL and halves of characters, and a reference longer than its column. One such call or answer would stop
everything behind it, again at each start, so it is mended where it comes in. References stay comparable: the same one
becomes the same, wherever it is met.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

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
    told = replace(item, ref=ref(item.ref), to=words(item.to), sender=words(item.sender))
    return replace(told, error=words(told.error)) if isinstance(told, Receipt) else replace(told, text=words(told.text))
