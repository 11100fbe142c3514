"""The carrier's ids for texts, where answers and receipts write them differently. Pure."""

from recado.channels.smpp.settings import ReceiptIds


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
