"""How long a session has been left alone, and whether it is locked. What `lock` leads by, and the event stream ends by.

The session holds when its person last did something. It is written now and then, not at every request, and the lock
waits for so much longer: never earlier than the clinic's time, and no write a request.
"""

from time import time
from typing import Any

from django.conf import settings

SEEN = "seen"  # in the session: when its person last did something
LOCKED = "locked"  # in the session: it is locked, whatever the time
WARNING = 60  # seconds before the lock at which the screen says so


def limit() -> int:
    """Seconds without a sign of the person after which a session locks."""
    return int(settings.RECADO_IDLE_LOCK)


def warning() -> int:
    """How many seconds before the lock the screen warns: a minute, or less where the whole time is short."""
    return min(WARNING, limit() // 2)


def _between_writes() -> float:
    return min(30.0, limit() / 10)


def is_locked(session: Any) -> bool:
    """Whether the session is locked, or has been alone for so long that it counts as such."""
    return bool(session.get(LOCKED)) or time() - session.get(SEEN, time()) > limit() + _between_writes()


def note(session: Any) -> None:
    """Its person has just done something."""
    if time() - session.get(SEEN, 0.0) >= _between_writes():
        session[SEEN] = time()


def lock(session: Any) -> None:
    session[LOCKED] = True


def unlock(session: Any) -> None:
    session.pop(LOCKED, None)
    session[SEEN] = time()
