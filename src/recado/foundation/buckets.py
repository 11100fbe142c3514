"""How often somebody may ask, counted in this process: tokens that come back with time. Nothing is written, so that a look
costs no more than it did."""

import time
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

MOST_REMEMBERED = 10_000  # buckets of one kind

Name = TypeVar("Name", str, UUID)


@dataclass(slots=True)
class Bucket:
    """A token bucket: `rate` tokens a second, `most` at once."""

    rate: float
    most: float
    held: float = field(default=-1.0)
    at: float = field(default_factory=time.monotonic)

    def take(self, now: float) -> float:
        """Takes a token; returns how many seconds until there is one, 0 where there was."""
        held = self.most if self.held < 0 else min(self.most, self.held + (now - self.at) * self.rate)
        self.at = now
        if held < 1:
            self.held = held
            return (1 - held) / self.rate
        self.held = held - 1
        return 0.0


def bucket_of(held: dict[Name, Bucket], name: Name, rate: float, most: float) -> Bucket:
    """The bucket of this name; made where there is none yet."""
    bucket = held.get(name)
    if bucket is None:
        if len(held) > MOST_REMEMBERED:
            held.clear()
        bucket = held[name] = Bucket(rate, most)
    return bucket


def network_of(origin: str) -> str:
    """An address by which tries are counted: of IPv6 the first half, since the other half is free to choose."""
    return origin if ":" not in origin or "." in origin else ":".join(origin.split(":")[:4])
