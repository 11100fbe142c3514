"""How long a session has been left alone, and whether it is locked. What `lock` leads by, and the event stream ends by.

The session holds when its person last did something. It is written now and then, not at every request, and the lock
waits for so much longer: never earlier than the clinic's time, and no write a request.
"""

from time import time
from typing import Any
from uuid import UUID

from recado.clinics import queries as clinics

SEEN = "seen"  # in the session: when its person last did something
LOCKED = "locked"  # in the session: it is locked, whatever the time
WITHOUT_CLINIC = 600  # seconds, for an account that belongs to no clinic at the moment
BETWEEN_WRITES = 30.0  # seconds


def limit(clinic_id: UUID | None) -> int:
    """Seconds without a sign of the person after which a session at this clinic locks."""
    return int(clinics.clinic_settings(clinic_id).idle_lock.total_seconds()) if clinic_id else WITHOUT_CLINIC


def is_locked(session: Any, clinic_id: UUID | None) -> bool:
    """Whether the session is locked, or has been alone for so long that it counts as such."""
    alone = time() - session.get(SEEN, time())
    return bool(session.get(LOCKED)) or alone > limit(clinic_id) + BETWEEN_WRITES


def locks_at(session: Any, clinic_id: UUID) -> float:
    """When a session that nobody uses from now on counts as locked, in seconds since 1970."""
    return float(session.get(SEEN, time())) + limit(clinic_id) + BETWEEN_WRITES


def note(session: Any) -> None:
    """Its person has just done something."""
    if time() - session.get(SEEN, 0.0) >= BETWEEN_WRITES:
        session[SEEN] = time()


def lock(session: Any) -> None:
    session[LOCKED] = True


def unlock(session: Any) -> None:
    session.pop(LOCKED, None)
    session[SEEN] = time()
