"""Each clinic's keys: made, loaded, cached and rotated. What they are is in `foundation.crypto`.

Every process forgets its keys after a minute and a new key seals only two minutes after it was made, so when the first
value sealed with it appears, everyone who may read it has loaded it.
"""

import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from django.db import connections

from recado.foundation.crypto import SYSTEM_CLINIC, ClinicKeys, KeyFile, wrapping_place
from recado.foundation.database import Role, connect, key_file, plain_cursor
from recado.foundation.tenancy import SET_CLINIC, clinic_scope, current_clinic

KEYS_LIVE = timedelta(seconds=60)
_HANDOVER = timedelta(seconds=120)

LOAD_KEYS: LiteralString = """
SELECT clinic_id, kind, number, wrapped, seals_from <= clock_timestamp() AS seals
FROM foundation_datakey WHERE clinic_id = ANY (%s::uuid[]) ORDER BY clinic_id, kind, number
"""
_ADD_KEY: LiteralString = """
INSERT INTO foundation_datakey (clinic_id, kind, number, wrapped, seals_from)
VALUES (%s, %s, %s, %s, clock_timestamp() + %s)
"""

_cache: dict[tuple[str, UUID], tuple[float, ClinicKeys]] = {}
_cache_lock = threading.Lock()


class NoKeys(LookupError):
    """The clinic has no keys: it doesn't exist, or they were shredded."""


# ------------------------------------------------------------------------------------------------ loading


def read_keys(rows: Iterable[Sequence[Any]], keyfile: KeyFile) -> dict[UUID, ClinicKeys]:
    """Unwraps what `LOAD_KEYS` returned. For any connection, async too. Raises KeyFileProblem."""
    data: dict[UUID, dict[int, bytes]] = {}
    index: dict[UUID, bytes] = {}
    newest: dict[UUID, int] = {}
    for clinic_id, kind, number, wrapped, seals in rows:
        key = keyfile.unwrap(bytes(wrapped), wrapping_place(clinic_id, kind, number))
        if kind == "index":
            index[clinic_id] = key
            continue
        data.setdefault(clinic_id, {})[number] = key
        if seals:
            newest[clinic_id] = number
    return {
        clinic_id: ClinicKeys.made_of(
            clinic_id=clinic_id, index_key=index[clinic_id], data_keys=keys, newest=newest[clinic_id]
        )
        for clinic_id, keys in data.items()
        if clinic_id in index and clinic_id in newest
    }


def load_keys(cursor: psycopg.Cursor[Any], clinic_ids: Sequence[UUID], keyfile: KeyFile) -> dict[UUID, ClinicKeys]:
    """The keys of many clinics over a plain connection (dispatch, maintenance). Keep them for `KEYS_LIVE`, no longer.
    A clinic without keys is left out."""
    cursor.execute(LOAD_KEYS, (list(clinic_ids),))
    return read_keys(cursor.fetchall(), keyfile)


async def load_keys_async(
    cursor: psycopg.AsyncCursor[Any], clinic_ids: Sequence[UUID], keyfile: KeyFile
) -> dict[UUID, ClinicKeys]:
    """The same for asyncio."""
    await cursor.execute(LOAD_KEYS, (list(clinic_ids),))
    return read_keys(await cursor.fetchall(), keyfile)


def keys_for(clinic_id: UUID) -> ClinicKeys:
    """The keys of a clinic, cached for a minute. `SYSTEM_CLINIC` gives those for what belongs to no clinic.

    Works inside and outside of any clinic's scope. Raises NoKeys, KeyFileProblem.
    """
    place = (str(connections["default"].settings_dict["NAME"]), clinic_id)
    with _cache_lock:
        held = _cache.get(place)
    if held and held[0] > time.monotonic():
        return held[1]
    found = read_keys(_rows(clinic_id), key_file()).get(clinic_id)
    if found is None:
        raise NoKeys(f"Clinic {clinic_id} has no keys here.")
    with _cache_lock:
        _cache[place] = (time.monotonic() + KEYS_LIVE.total_seconds(), found)
    return found


def _rows(clinic_id: UUID) -> list[tuple[Any, ...]]:
    if current_clinic() in (None, clinic_id):
        with clinic_scope(clinic_id), plain_cursor() as cursor:
            return cursor.execute(LOAD_KEYS, ([clinic_id],)).fetchall()
    # Inside another clinic's transaction: a connection of its own, once a minute at most.
    with connect(Role.APP) as connection:
        connection.execute(SET_CLINIC, (str(clinic_id),))
        return connection.execute(LOAD_KEYS, ([clinic_id],)).fetchall()


def forget_keys() -> None:
    """Loads every clinic's keys anew next time."""
    with _cache_lock:
        _cache.clear()


# ------------------------------------------------------------------------------------------------ making


def create_keys(clinic_id: UUID) -> None:
    """Makes a new clinic's first data key and its index key, in the caller's transaction."""
    with clinic_scope(clinic_id), plain_cursor() as cursor:
        _add_first_keys(cursor.execute, clinic_id, key_file())


def ensure_system_keys() -> None:
    """Makes the keys of `SYSTEM_CLINIC` where they are missing: part of `recado migrate`, as maintenance."""
    with connect(Role.MAINTENANCE) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('recado system keys', 7))")
        if not connection.execute(LOAD_KEYS, ([SYSTEM_CLINIC],)).fetchall():
            _add_first_keys(connection.execute, SYSTEM_CLINIC, key_file())


def _add_first_keys(execute: Callable[..., Any], clinic_id: UUID, keyfile: KeyFile) -> None:
    for kind in ("data", "index"):
        wrapped = keyfile.wrap(os.urandom(32), wrapping_place(clinic_id, kind, 1))
        execute(_ADD_KEY, (clinic_id, kind, 1, wrapped, timedelta(0)))


def rotate(clinic_id: UUID) -> int:
    """Adds a data key to a clinic and returns its number. It seals in two minutes; the older ones still open.

    At the latest before four thousand million values were sealed with one key (NIST SP 800-38D); yearly is usual.
    """
    with clinic_scope(clinic_id), plain_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", (f"recado keys {clinic_id}",))
        cursor.execute(
            "SELECT coalesce(max(number), 0) + 1 FROM foundation_datakey WHERE clinic_id = %s AND kind = 'data'",
            (clinic_id,),
        )
        (number,) = cursor.fetchone() or (1,)
        wrapped = key_file().wrap(os.urandom(32), wrapping_place(clinic_id, "data", number))
        cursor.execute(_ADD_KEY, (clinic_id, "data", number, wrapped, _HANDOVER))
    return int(number)


def rewrap(keyfile: KeyFile) -> int:
    """Wraps every clinic's keys with the newest master key; returns how many. After `KeyFile.with_new_master`."""
    changed = 0
    with connect(Role.MAINTENANCE) as connection:
        rows = connection.execute(
            "SELECT clinic_id, kind, number, wrapped FROM foundation_datakey FOR UPDATE"
        ).fetchall()
        for clinic_id, kind, number, wrapped in rows:
            place = wrapping_place(clinic_id, kind, number)
            connection.execute(
                "UPDATE foundation_datakey SET wrapped = %s WHERE clinic_id = %s AND kind = %s AND number = %s",
                (keyfile.wrap(keyfile.unwrap(bytes(wrapped), place), place), clinic_id, kind, number),
            )
            changed += 1
    return changed
