"""What each phone shows, and the exact count of every text that reached the carrier."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from recado.foundation.protocols.smpp.messages import NOBODY, Address

SHOWN_AT_MOST: Final = 200

Direction = Literal["in", "out"]


@dataclass(slots=True)
class Shown:
    """One text on a phone: "in" arrived there, "out" was written there. `at` is network time in seconds."""

    id: str
    direction: Direction
    text: str
    at: float
    state: str

    def row(self) -> list[Any]:
        return [self.id, self.direction, self.text, self.at, self.state]


@dataclass(slots=True)
class Handset:
    """One phone: its newest texts (bounded), how many are unread, and whom a reply goes to."""

    shown: deque[Shown] = field(default_factory=lambda: deque(maxlen=SHOWN_AT_MOST))
    unread: int = 0
    last_at: float | None = None
    answers_to: Address = NOBODY


class Phones:
    """All phones that were ever texted, and the tally: (phone, text) and how often it reached the carrier."""

    def __init__(self) -> None:
        self.handsets: dict[str, Handset] = {}
        self.tally: Counter[tuple[str, str]] = Counter()

    def handset(self, phone: str) -> Handset:
        found = self.handsets.get(phone)
        if found is None:
            found = self.handsets[phone] = Handset()
        return found

    def show(self, phone: str, message: Shown) -> None:
        handset = self.handset(phone)
        handset.shown.append(message)
        handset.last_at = message.at
        if message.direction == "in":
            handset.unread += 1

    def mark_sent(self, phone: str, reply_id: str) -> None:
        for message in reversed(self.handset(phone).shown):
            if message.id == reply_id:
                message.state = "sent"
                return

    def rows(self) -> Iterator[list[Any]]:
        """Everything here as journal rows, for a compact journal."""
        for (to, text), count in self.tally.items():
            yield ["t", to, text, count]
        for phone, handset in self.handsets.items():
            shown = [message.row() for message in handset.shown]
            yield ["m", phone, shown, handset.unread, handset.last_at, list(handset.answers_to)]

    def restore(self, row: list[Any]) -> None:
        """Takes back a row that `rows` gave."""
        if row[0] == "t":
            self.tally[row[1], row[2]] = row[3]
            return
        handset = self.handset(row[1])
        handset.shown.extend(Shown(*message) for message in row[2])
        handset.unread, handset.last_at, handset.answers_to = row[3], row[4], Address(*row[5])
