"""Who asks: API keys remembered for two seconds, and how often each may ask.

Looking up a secret that nobody knows costs a query, so it is counted: for each address, so that whoever guesses shuts out
nobody else, and for all of them together.
"""

import asyncio
import time
from collections import OrderedDict
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import close_old_connections

from recado.clinics import actions as clinics
from recado.clinics.types import ApiKeyView
from recado.foundation.buckets import Bucket, bucket_of, network_of

REMEMBERED = 2.0  # seconds: an ended key works that long at most
MOST_REMEMBERED = 10_000
REQUESTS_A_SECOND, BURST = 10_000.0, 20_000.0  # of one key and process: a loop gone wild is slowed, nobody else is
GUESSES_A_SECOND, GUESS_BURST = 20.0, 100.0  # look-ups of secrets that are not known: of one address
GUESSES_OF_ALL, BURST_OF_ALL = 500.0, 2_000.0
LONGEST_SECRET = 100  # letters: what is longer is no key, and is not remembered either


class Keyring:
    """The keys that were used lately. For one event loop."""

    def __init__(self) -> None:
        self._keys: OrderedDict[str, tuple[float, ApiKeyView | None]] = OrderedDict()
        self._asking: dict[str, asyncio.Future[ApiKeyView | None]] = {}  # looked up now: once for all who ask with it
        self._buckets: dict[UUID, Bucket] = {}
        self._guesses: dict[str, Bucket] = {}
        self._all_guesses = Bucket(GUESSES_OF_ALL, BURST_OF_ALL)

    def wait(self, key: ApiKeyView) -> float:
        """How many seconds this key has to wait; 0: it may ask now."""
        return bucket_of(self._buckets, key.id, REQUESTS_A_SECOND, BURST).take(time.monotonic())

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
            self._count_guess(network_of(origin), now)
        asking = self._asking.get(secret)
        if asking is None:
            asking = self._asking[secret] = asyncio.ensure_future(
                sync_to_async(_look_up, thread_sensitive=False)(secret)
            )
            asking.add_done_callback(lambda _: self._asking.pop(secret, None))
        found = await asyncio.shield(asking)  # who hangs up leaves the answer to the others
        self._keys[secret] = (now + REMEMBERED, found)
        self._keys.move_to_end(secret)
        while len(self._keys) > MOST_REMEMBERED:
            self._keys.popitem(last=False)
        return found

    def _count_guess(self, network: str, now: float) -> None:
        guesses = bucket_of(self._guesses, network, GUESSES_A_SECOND, GUESS_BURST)
        if guesses.take(now) or self._all_guesses.take(now):
            raise Crowded

    def forget(self) -> None:
        """Looks every key up anew: between tests."""
        self._keys.clear()


class Crowded(Exception):
    """Too many secrets were tried that nobody knows."""


def _look_up(secret: str) -> ApiKeyView | None:
    close_old_connections()
    try:
        return clinics.check_api_key(secret)
    finally:
        close_old_connections()
