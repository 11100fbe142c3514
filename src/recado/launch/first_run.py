"""The way into an empty product: a link that the console shows, good until a clinic exists.

Only whoever sees the console can begin. The folder of what runs keeps a digest of the link's secret, which each start makes
anew. The first clinic ends it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from secrets import token_urlsafe

from recado.foundation.database import Role, connect
from recado.foundation.places import run_folder

_has_begun: dict[str, bool] = {}


def make_way() -> str:
    """A new secret, in place of any older one; "" where a clinic exists already."""
    notice = _notice()
    notice.unlink(missing_ok=True)
    if not _is_empty():
        return ""
    token = token_urlsafe(32)
    descriptor = os.open(notice, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(_digest(token))
    return token


def is_empty() -> bool:
    """Whether there is no clinic yet. Once there is one, it is not asked again."""
    if not _has_begun.get("yes"):
        _has_begun["yes"] = not _is_empty()
    return not _has_begun["yes"]


def is_way(token: str) -> bool:
    """Whether this secret opens the first run now."""
    try:
        kept = _notice().read_text(encoding="ascii")
    except (OSError, ValueError):
        return False
    return compare_digest(kept, _digest(token)) and _is_empty()


@contextmanager
def alone(token: str) -> Iterator[bool]:
    """Whether the secret opens, with nobody else inside: of two who come with it, the second finds it closed."""
    with connect(Role.MAINTENANCE) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('recado first run', 7))")
        yield is_way(token)
    if not _is_empty():
        _notice().unlink(missing_ok=True)


def _is_empty() -> bool:
    with connect(Role.MAINTENANCE) as connection:
        row = connection.execute("SELECT NOT EXISTS (SELECT FROM clinics_clinic)").fetchone()
    return bool(row and row[0])


def _notice() -> Path:
    return run_folder() / "first-run"


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
