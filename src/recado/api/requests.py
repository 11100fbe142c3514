"""Idempotency: a request with a key is answered once and remembered, in the transaction that stores its texts."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

import psycopg

from recado.foundation import arrays
from recado.foundation.asking import Ask, Work
from recado.foundation.clock import real_now

KEPT_FOR = timedelta(hours=48)

_KNOWN: LiteralString = (
    "SELECT digest, body, status, answer FROM api_request WHERE clinic_id = %s AND digest = ANY (%s)"
)
_KEEP: LiteralString = """
INSERT INTO api_request (clinic_id, digest, body, status, answer, at)
SELECT %(clinic)s, digest, body, status, answer, %(now)s
FROM unnest(%(digests)s, %(bodies)s, %(statuses)s, %(answers)s) AS n (digest, body, status, answer)
ON CONFLICT DO NOTHING RETURNING digest
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that was given."""

    digest: bytes
    body: bytes
    status: int
    answer: bytes


def known(clinic_id: UUID, digests: Sequence[bytes]) -> Work[dict[bytes, Kept]]:
    """The answers given to these requests, by digest, as steps."""
    (rows,) = yield [Ask(_KNOWN, (clinic_id, arrays.bytea_array(digests)))]
    kept = (Kept(bytes(digest), bytes(body), status, zlib.decompress(answer)) for digest, body, status, answer in rows)
    return {one.digest: one for one in kept}


def keeping(clinic_id: UUID, answers: Sequence[Kept], now: datetime) -> Work[frozenset[bytes]]:
    """Keeps answers, as steps. Returns whose were new: another process may have answered the same a moment ago."""
    parameters = {
        "clinic": clinic_id,
        "now": now,
        "digests": arrays.bytea_array([one.digest for one in answers]),
        "bodies": arrays.bytea_array([one.body for one in answers]),
        "statuses": arrays.int2_array([one.status for one in answers]),
        "answers": arrays.bytea_array([zlib.compress(one.answer, 1) for one in answers]),
    }
    (rows,) = yield [Ask(_KEEP, parameters)]
    return frozenset(bytes(digest) for (digest,) in rows)


def forget_old(maintenance: "psycopg.Connection[Any]") -> int:
    """Drops what is older than `KEPT_FOR`. Returns 0: a new look is due after a while, not at once."""
    maintenance.execute("DELETE FROM api_request WHERE at <= %s", (real_now() - KEPT_FOR,))
    return 0
