"""Where one is in a long list: pages of fifty, never an endless scroll (DESIGN: lists can be left and found again); and the numbers
and moments that addresses and forms name."""

from dataclasses import dataclass
from datetime import UTC, datetime

PAGE = 50
LONGEST_NUMBER = 9  # digits: more than any list has, and fewer than PostgreSQL's bigint or Python's `int` refuse
YEARS = range(2000, 2201)


def whole(text: str | None, otherwise: int) -> int:
    """The whole number that a request names, in at most nine of the digits 0 to 9; `otherwise` where it names none."""
    is_one = text is not None and len(text) <= LONGEST_NUMBER and text.isascii() and text.isdecimal()
    return int(text) if text is not None and is_one else otherwise


def moment_asked(text: str) -> datetime | None:
    """The moment that an address or a form of ours names (ISO 8601), in UTC; None where it names none, or one of another time than
    ours: no zone can show year 1, and PostgreSQL takes no offset of sixteen hours."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo and found.year in YEARS else None


def page_asked(text: str | None) -> int:
    """The page that `?page=` names; the first where it names none."""
    return max(1, whole(text, 1))


@dataclass(frozen=True, slots=True)
class Pages:
    """One page of a list; numbers count from 1."""

    number: int
    total: int  # rows in all

    @classmethod
    def asked(cls, text: str | None, total: int) -> "Pages":
        """The page that `?page=` names; the first where it names none, the last where there are not so many."""
        return cls(min(page_asked(text), max(1, -(-total // PAGE))), total)

    @property
    def first(self) -> int:
        return (self.number - 1) * PAGE + 1

    @property
    def last(self) -> int:
        return min(self.number * PAGE, self.total)

    @property
    def before(self) -> int:
        return self.number - 1

    @property
    def after(self) -> int:
        return self.number + 1 if self.last < self.total else 0

    @property
    def is_one(self) -> bool:
        return self.total <= PAGE
