"""The carrier's ids for texts, where answers and receipts write them differently; and receipts of single parts. Pure."""

from collections import OrderedDict
from dataclasses import dataclass, field, replace

from recado.channels.protocol import Receipt, ReceiptState
from recado.channels.smpp.settings import ReceiptIds

FINAL = (ReceiptState.DELIVERED, ReceiptState.FAILED, ReceiptState.EXPIRED)


def id_in_answer(ident: str, how: ReceiptIds) -> str:
    """The form under which a text's receipts will be looked for."""
    if how is ReceiptIds.AS_SENT or not ident:
        return ident
    return (ident.lstrip("0") or "0").lower() if how is not ReceiptIds.WITHOUT_ZEROS else ident.lstrip("0") or "0"


def id_in_receipt(ident: str, how: ReceiptIds) -> str:
    """The same form, from a receipt. An id that isn't the number it should be stays as it is."""
    if how is ReceiptIds.AS_SENT or not ident:
        return ident
    if how is ReceiptIds.WITHOUT_ZEROS:
        return ident.lstrip("0") or "0"
    if not ident.isascii() or not ident.isalnum():
        return ident
    try:
        return f"{int(ident):x}" if how is ReceiptIds.HEX_TO_DECIMAL else str(int(ident, 16))
    except ValueError:
        return ident.lower()


@dataclass(slots=True)
class _Whole:
    ref: str
    total: int
    delivered: set[int] = field(default_factory=set)
    has_failed: bool = False


class PartReceipts:
    """Receipts of parts as those of their texts: delivered when all are, failed as soon as one is.

    Kept in memory for the newest `limit` parts. Of what is forgotten, or was sent by a process that ended, the last
    part's receipt still counts as the text's, as it does for a carrier that is asked for that one alone.
    """

    def __init__(self, limit: int = 200_000) -> None:
        self._limit = limit
        self._parts: OrderedDict[str, tuple[_Whole, int]] = OrderedDict()

    def sent(self, refs: list[str]) -> None:
        """All parts of a text were taken, under these ids in their order."""
        if not all(refs):
            return
        whole = _Whole(refs[-1], len(refs))
        for number, ref in enumerate(refs, 1):
            self._parts[ref] = (whole, number)
        while len(self._parts) > self._limit:
            self._parts.popitem(last=False)

    def of_whole(self, receipt: Receipt) -> Receipt:
        """What a part's receipt says of its text; a receipt of anything else as it is. The same twice says the same."""
        known = self._parts.get(receipt.ref)
        if known is None:
            return receipt
        whole, number = known
        said = replace(receipt, ref=whole.ref, part=number)
        if receipt.state not in FINAL:
            return said
        if receipt.state is not ReceiptState.DELIVERED:
            whole.has_failed = True
            return replace(said, error=" ".join(filter(None, (receipt.error, f"part {number} of {whole.total}"))))
        whole.delivered.add(number)
        if whole.has_failed or len(whole.delivered) < whole.total:
            return replace(said, state=ReceiptState.ON_THE_WAY)
        return said
