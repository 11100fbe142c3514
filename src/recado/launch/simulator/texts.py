"""What travels through the simulated network: a text that was taken, and what is owed to us."""

from dataclasses import dataclass
from typing import Any, Final

from recado.foundation.protocols.smpp.messages import Address

NEVER: Final = float("inf")
ON_THE_WAY: Final = 0  # a state beside the protocol's own: it has not ended


@dataclass(slots=True, eq=False)
class Text:
    """One submit_sm that was taken: a whole text, or one part of it.

    A part's `text` is "", but for the part that made its text whole: that one carries it to the phone.
    """

    id: str
    phone: str
    text: str
    at: float
    wants_receipt: bool
    expires_at: float
    source: Address
    destination: Address
    reference: str  # user_message_reference, hexadecimal
    part: tuple[int, int, int, int, str, int, int] | None  # reference, total, number, coding, octets (hex), tables
    state: int = ON_THE_WAY  # a message_state once it has ended
    ended_at: float = 0.0
    is_lost: bool = False  # its receipt never leaves

    def row(self) -> list[Any]:
        """As it was taken; how it ended is a row of its own."""
        return [
            self.id,
            self.phone,
            self.text,
            self.at,
            int(self.wants_receipt),
            self.expires_at if self.expires_at < NEVER else None,
            self.source,
            self.destination,
            self.reference,
            self.part,
            self.state,
            self.ended_at,
            int(self.is_lost),
        ]

    @classmethod
    def of_row(cls, row: list[Any]) -> "Text":
        text = cls(*row)
        text.wants_receipt, text.is_lost = bool(row[4]), bool(row[12])
        text.expires_at = NEVER if row[5] is None else row[5]
        text.source, text.destination = Address(*row[6]), Address(*row[7])
        text.part = tuple(row[9]) if row[9] else None
        return text


@dataclass(slots=True, eq=False)
class Owed:
    """A deliver_sm that the carrier owes us until it is acknowledged: a receipt (`text`) or a reply's part."""

    id: str
    phone: str
    body: bytes
    is_reply: bool
    copies: int = 1
    is_done: bool = False
