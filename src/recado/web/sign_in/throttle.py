"""How often somebody may try. Each try takes one of a few slots, each freed some time later: no count can be raced."""

from hashlib import sha256

from django.core.cache import cache
from django.utils.crypto import salted_hmac


def hashed(key: str, prefix: str, version: int) -> str:
    """The name under which the cache keeps `key` (settings.CACHES): allauth's hold account ids and a code that was just
    used, and nobody who reads the table should."""
    return salted_hmac("recado.throttle", f"{prefix}:{version}:{key}", algorithm="sha256").hexdigest()


def tries_left(what: str, who: str, *, most: int, seconds: int) -> int:
    """Takes a try and says how many are left after it; -1: none was left to take. `who` is kept as a digest."""
    name = f"try:{what}:{sha256(who.encode()).hexdigest()[:40]}"
    for at in range(most):
        if cache.add(f"{name}:{at}", 1, seconds):
            return most - 1 - at
    return -1
