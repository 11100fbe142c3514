"""Where one is in a long list: pages of fifty, never an endless scroll (DESIGN: lists can be left and found again)."""

from dataclasses import dataclass

PAGE = 50


@dataclass(frozen=True, slots=True)
class Pages:
    """One page of a list; numbers count from 1."""

    number: int
    total: int  # rows in all

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
