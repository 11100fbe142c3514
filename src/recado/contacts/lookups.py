"""Keyed look-ups beside sealed values: who somebody is, by birth date, by a phone's last four digits; and rows from before they
were kept."""

from collections.abc import Iterable
from datetime import date
from typing import Any, LiteralString
from uuid import UUID

import psycopg

from recado.foundation.crypto import ClinicKeys, plain_letters
from recado.foundation.database import Role, connect, key_file
from recado.foundation.keys import keys_for, load_keys

from .models import Patient
from .types import PersonRecord

BATCH = 2_000


def identity(keys: ClinicKeys, person: PersonRecord) -> bytes:
    """Who somebody is: by the number of their record, or by name, birth date and phone."""
    if person.record_number:
        return keys.blind_index("record", person.record_number.strip())
    born = person.birth_date.isoformat() if person.birth_date else ""
    phone = person.phone.e164 if person.phone else ""
    return keys.blind_index("person", f"{plain_letters(person.name)}|{born}|{phone}")


def is_known_by_name_alone(person: PersonRecord) -> bool:
    """Two people of one name are told apart by nothing that stands here."""
    return not (person.record_number or person.birth_date or person.phone)


def known_as(clinic_id: UUID, person: PersonRecord) -> UUID | None:
    """The patient that this person is already. A name alone makes nobody known. Call it inside `clinic_scope`."""
    if is_known_by_name_alone(person):
        return None
    found = Patient.objects.filter(clinic_id=clinic_id, identity_bi=identity(keys_for(clinic_id), person))
    return found.values_list("id", flat=True).first()


def birth_index(keys: ClinicKeys, born: date) -> bytes:
    return keys.blind_index("birth", born.isoformat())


def last4_index(keys: ClinicKeys, number: str) -> bytes:
    """Of an E.164 number or of four digits that somebody typed."""
    return keys.blind_index("phone end", number[-4:])


_PHONES: LiteralString = """
SELECT clinic_id, id, value_ct FROM contacts_address WHERE last4_bi IS NULL AND kind = 'phone' AND id > %s
ORDER BY id LIMIT %s
"""
_SET_PHONES: LiteralString = "UPDATE contacts_address SET last4_bi = %s WHERE clinic_id = %s AND id = %s"
_BIRTHS: LiteralString = """
SELECT clinic_id, id, birth_ct FROM contacts_patient WHERE birth_bi IS NULL AND birth_ct IS NOT NULL AND id > %s
ORDER BY id LIMIT %s
"""
_SET_BIRTHS: LiteralString = "UPDATE contacts_patient SET birth_bi = %s WHERE clinic_id = %s AND id = %s"


def complete() -> int:
    """Fills in what rows of an older version lack, across clinics (maintenance role); part of `recado migrate`.

    In batches with a transaction each, so that it may be cut off and run again; it writes nothing else, and a row that
    changes meanwhile has its look-up from whoever changes it. Returns how many rows were filled.
    """
    with connect(Role.MAINTENANCE) as connection:
        phones = _fill(connection, _PHONES, _SET_PHONES, "address.value", last4_index)
        births = _fill(connection, _BIRTHS, _SET_BIRTHS, "patient.birth", lambda keys, day: _of_text(keys, day))
    return phones + births


def _of_text(keys: ClinicKeys, day: str) -> bytes:
    return birth_index(keys, date.fromisoformat(day))


def _fill(connection: psycopg.Connection[Any], find: LiteralString, put: LiteralString, column: str, index: Any) -> int:
    filled, last = 0, UUID(int=0)
    while rows := connection.execute(find, (last, BATCH)).fetchall():
        connection.cursor().executemany(put, list(_indexed(connection, rows, column, index)))
        connection.commit()
        filled, last = filled + len(rows), rows[-1][1]
    return filled


def _indexed(
    connection: psycopg.Connection[Any], rows: list[tuple[Any, ...]], column: str, index: Any
) -> Iterable[tuple[bytes, UUID, UUID]]:
    with connection.cursor() as cursor:
        keys = load_keys(cursor, list({clinic for clinic, _, _ in rows}), key_file())
    for clinic, row, sealed in rows:
        if clinic in keys:  # a clinic whose keys were shredded stays as it is
            yield index(keys[clinic], keys[clinic].open(column, row.bytes, bytes(sealed)).decode()), clinic, row
