"""Rows are brought in while people and the worker change the same visits. Where two wait for each other PostgreSQL ends one of
them; if that is us, nothing of the chunk is in, and it is brought in again."""

from collections.abc import Callable
from typing import TypeVar

import psycopg
from django import db

from recado.foundation.text import gettext_noop as _

from .types import Unreadable

T = TypeVar("T")
MOST = 5  # times; each costs a second of waiting at most, PostgreSQL's deadlock_timeout


def until_done(act: Callable[[], T]) -> T:
    """What `act`, a transaction of its own, returns. Raises Unreadable where it was ended for others each time."""
    for _round in range(MOST):
        try:
            return act()
        except (psycopg.OperationalError, db.OperationalError) as error:
            if not _is_deadlock(error):
                raise
    raise Unreadable(
        "busy",
        _(
            "Others kept changing the same visits. What went in so far stays in. Bring the file in again in a few minutes."
        ),
    )


def _is_deadlock(error: Exception) -> bool:
    found = (error, error.__cause__)  # Django wraps it in an error of its own
    return any(isinstance(one, psycopg.errors.DeadlockDetected) for one in found)
