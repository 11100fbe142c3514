"""Who sits behind a session, for screens that are brought up to date in the moment (`inbox/refreshing.py`): looked up in the
database when the browser's stream opens and every 15 seconds, and whenever such a screen asks Django; forgotten at once when
the session changes in this process (locked, signed out, ended elsewhere) or the clinic's people do.

Everything else is asked of the session itself, each time.
"""

from dataclasses import dataclass
from time import monotonic, time
from typing import Any
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models.signals import post_delete, post_save

from recado.clinics.roles import Role

LIVES = 20.0  # seconds after it was looked up: a little more than until the stream looks again
MOST = 5_000


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody at work at a clinic, and until when (seconds since 1970) their session is not locked by time."""

    clinic_id: UUID
    user_id: UUID
    role: Role
    language: str
    locks_at: float


_seats: dict[str, tuple[float, Seat]] = {}
_changes = 0


def begin() -> int:
    """Call it before a session is read; what it gives goes to `take`, so that a change meanwhile is not missed."""
    return _changes


def take(key: str, seat: Seat, began: int) -> None:
    """Keeps who sits behind a session that was found open and at work."""
    if began != _changes:
        return
    if len(_seats) > MOST:
        _seats.clear()
    _seats[key] = (monotonic(), seat)


def of(key: str) -> Seat | None:
    """Who sits there; None: look it up."""
    held = _seats.get(key)
    if held is None or monotonic() - held[0] > LIVES or time() >= held[1].locks_at:
        return None
    return held[1]


def forget_all() -> None:
    """Somebody's role or place at work has changed."""
    global _changes
    _changes += 1
    _seats.clear()


def _forget(key: str) -> None:
    global _changes
    _changes += 1
    _seats.pop(key, None)


def _session_changed(instance: Any, using: str, **_more: Any) -> None:
    key = str(instance.session_key)
    transaction.on_commit(lambda: _forget(key), using=using)


def watch() -> None:
    """Hears of each session that is written or ended in this process."""
    for change in (post_save, post_delete):
        change.connect(_session_changed, sender=Session, dispatch_uid="recado.seats")
