"""Who asks: API keys remembered for two seconds, and how often each may ask.

Looking up a secret that nobody knows costs a query, so it is counted: for each address, so that whoever guesses shuts out
nobody else, and for all of them together.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import close_old_connections

from recado.clinics import actions as clinics
from recado.clinics.types import ApiKeyView

REMEMBERED = 2.0  # seconds: an ended key works that long at most
MOST_REMEMBERED = 10_000
REQUESTS_A_SECOND, BURST = 10_000.0, 20_000.0  # of one key and process: a loop gone wild is slowed, nobody else is
GUESSES_A_SECOND, GUESS_BURST = 20.0, 100.0  # look-ups of secrets that are not known: of one address
GUESSES_OF_ALL, BURST_OF_ALL = 500.0, 2_000.0
LONGEST_SECRET = 100  # letters: what is longer is no key, and is not remembered either

Name = TypeVar("Name", str, UUID)


@dataclass(slots=True)
class Bucket:
    """Tokens that come back with time (a token bucket)."""

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


class Keyring:
    """The keys that were used lately. For one event loop."""

    def __init__(self) -> None:
        self._keys: OrderedDict[str, tuple[float, ApiKeyView | None]] = OrderedDict()
        self._buckets: dict[UUID, Bucket] = {}
        self._guesses: dict[str, Bucket] = {}
        self._all_guesses = Bucket(GUESSES_OF_ALL, BURST_OF_ALL)

    def wait(self, key: ApiKeyView) -> float:
        """How many seconds this key has to wait; 0: it may ask now."""
        return _bucket(self._buckets, key.id, REQUESTS_A_SECOND, BURST).take(time.monotonic())

    async def find(self, secret: str, origin: str) -> ApiKeyView | None:
        """The key that a secret opens. `origin`: the address that asks. Raises Crowded where too many unknown ones were
        tried."""
        if len(secret) > LONGEST_SECRET:
            return None
        now = time.monotonic()
        held = self._keys.get(secret)
        if held and held[0] > now:
            return held[1]
        if held is None or held[1] is None:
            self._count_guess(_network(origin), now)
        found: ApiKeyView | None = await sync_to_async(_look_up, thread_sensitive=False)(secret)
        self._keys[secret] = (now + REMEMBERED, found)
        self._keys.move_to_end(secret)
        while len(self._keys) > MOST_REMEMBERED:
            self._keys.popitem(last=False)
        return found

    def _count_guess(self, network: str, now: float) -> None:
        guesses = _bucket(self._guesses, network, GUESSES_A_SECOND, GUESS_BURST)
        if guesses.take(now) or self._all_guesses.take(now):
            raise Crowded

    def forget(self) -> None:
        """Looks every key up anew: between tests."""
        self._keys.clear()


def _bucket(held: dict[Name, Bucket], name: Name, rate: float, most: float) -> Bucket:
    bucket = held.get(name)
    if bucket is None:
        if len(held) > MOST_REMEMBERED:
            held.clear()
        bucket = held[name] = Bucket(rate, most)
    return bucket


def _network(origin: str) -> str:
    """An address by which guesses are counted: of IPv6 the first half, since the other half is free to choose."""
    return origin if ":" not in origin or "." in origin else ":".join(origin.split(":")[:4])


class Crowded(Exception):
    """Too many secrets were tried that nobody knows."""


def _look_up(secret: str) -> ApiKeyView | None:
    close_old_connections()
    try:
        return clinics.check_api_key(secret)
    finally:
        close_old_connections()
