"""Texts that were read before there were conversations (0003) get theirs, so that whoever still waits stands in a folder.

A conversation's phone and words are sealed under the clinic's key, and the app role may write them only once its grants
stand, which is after the last migration: so this is a step of `recado migrate`, as are the look-ups of people.
"""

from typing import Any, LiteralString
from uuid import UUID

import psycopg

from recado.foundation.crypto import ClinicKeys
from recado.foundation.database import Role, connect, key_file
from recado.foundation.ids import new_id
from recado.foundation.keys import load_keys
from recado.foundation.tenancy import SET_CLINIC

from . import signs, threads
from .types import Reason, ThreadState

BATCH = 500  # conversations a transaction

_CLINICS: LiteralString = """
SELECT DISTINCT clinic_id FROM conversations_reading r WHERE NOT EXISTS (
    SELECT FROM conversations_thread t WHERE t.clinic_id = r.clinic_id AND t.phone_bi = r.phone_bi)
"""
_FIND: LiteralString = """
SELECT DISTINCT ON (r.phone_bi) r.phone_bi, r.id, r.phone_ct, r.number, r.patient_id, r.body_ct, r.at, r.outcome,
    r.understood, (SELECT min(w.at) FROM conversations_reading w WHERE w.clinic_id = r.clinic_id
        AND w.phone_bi = r.phone_bi AND w.needs_person AND w.done_at IS NULL) AS waiting_since
FROM conversations_reading r WHERE r.clinic_id = %(clinic)s AND r.phone_bi > %(after)s AND NOT EXISTS (
    SELECT FROM conversations_thread t WHERE t.clinic_id = r.clinic_id AND t.phone_bi = r.phone_bi)
ORDER BY r.phone_bi, r.at DESC, r.id DESC LIMIT %(most)s
"""
_PUT: LiteralString = """
INSERT INTO conversations_thread (clinic_id, id, phone_bi, phone_ct, number, patient_id, state, reason, waiting_since,
    heard_at, last_at, is_last_ours, last_ct, version, answer_version, before)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, false, %s, 1, 0, '{}') ON CONFLICT DO NOTHING
"""


def complete() -> int:
    """Makes the conversations that are missing, in batches with a transaction each: cut off, it is run again. One that
    a new text makes meanwhile stays as it is. Returns how many were made."""
    made = 0
    with connect(Role.MAINTENANCE) as maintenance, connect(Role.APP) as app:
        clinics = [clinic for (clinic,) in maintenance.execute(_CLINICS)]
        with maintenance.cursor() as cursor:
            keys = load_keys(cursor, clinics, key_file()) if clinics else {}
        for clinic in clinics:
            if clinic in keys:  # a clinic whose keys were shredded has nothing to show
                made += _complete(app, clinic, keys[clinic])
    return made


def _complete(app: "psycopg.Connection[Any]", clinic_id: UUID, keys: ClinicKeys) -> int:
    made, after = 0, b""
    while True:
        with app.transaction(), app.cursor() as cursor:
            cursor.execute(SET_CLINIC, (str(clinic_id),))
            rows = cursor.execute(_FIND, {"clinic": clinic_id, "after": after, "most": BATCH}).fetchall()
            cursor.executemany(_PUT, [_row(clinic_id, keys, *row) for row in rows])
        if not rows:
            return made
        made, after = made + len(rows), bytes(rows[-1][0])


def _row(clinic_id: UUID, keys: ClinicKeys, phone_bi: bytes, reading: UUID, phone_ct: bytes, *more: Any) -> Any:
    number, patient_id, body_ct, at, outcome, understood, waiting_since = more
    name = new_id()
    phone = keys.open("reading.phone", reading.bytes, bytes(phone_ct))
    words = keys.open("reading.body", reading.bytes, bytes(body_ct)).decode()
    state, reason = ThreadState.DONE, threads.settled_as(outcome)
    if waiting_since is not None:
        state, reason = ThreadState.OPEN, signs.reason_of(words, is_known=bool(patient_id), understood=understood)
    elif outcome == "change_noted":
        reason = Reason.ANOTHER_TIME
    sealed_phone = keys.seal("thread.phone", name.bytes, phone)
    last = keys.seal("thread.last", name.bytes, threads.shown(words).encode())
    return (clinic_id, name, phone_bi, sealed_phone, number, patient_id, state, reason, waiting_since, at, at, last)
