"""Who people are and how to reach them: decrypted for one piece of work."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from django.db.models import Q

from recado.foundation import arrays
from recado.foundation.crypto import SHORTEST, ClinicKeys, name_words
from recado.foundation.database import plain_cursor
from recado.foundation.keys import keys_for
from recado.foundation.phone import Phone

from . import looking, lookups
from .models import Address, Change, Patient
from .types import AddressView, ChangeKind, ChangeView, Found, Hit, PatientView, Reach

known_as = lookups.known_as


def reach(clinic_id: UUID, patient_ids: Collection[UUID]) -> dict[UUID, Reach]:
    """Name, language and current phone of these patients: who they are. Whom a text about them goes to, and in whose language,
    `consent.queries.recipients` says. Call it inside `clinic_scope`."""
    keys = keys_for(clinic_id)
    phones = {
        patient: (Phone(keys.open("address.value", name.bytes, bytes(sealed)).decode()), bytes(bi))
        for patient, name, sealed, bi in Address.objects.filter(
            clinic_id=clinic_id, patient_id__in=list(patient_ids), kind="phone", is_current=True
        ).values_list("patient_id", "id", "value_ct", "value_bi")
    }
    people = Patient.objects.filter(clinic_id=clinic_id, id__in=list(patient_ids))
    return {
        patient: Reach(
            patient,
            keys.open("patient.name", patient.bytes, bytes(sealed)).decode(),
            language,
            *phones.get(patient, (None, None)),
        )
        for patient, sealed, language in people.values_list("id", "name_ct", "language")
    }


PHONES: LiteralString = """
SELECT patient_id, value_bi FROM contacts_address
WHERE clinic_id = %s AND patient_id = ANY (%s) AND kind = 'phone' AND is_current
"""


ALONE_AT: LiteralString = """
SELECT value_bi, (array_agg(patient_id))[1] FROM contacts_address
WHERE clinic_id = %s AND value_bi = ANY (%s) AND kind = 'phone' AND is_current AND patient_id IS NOT NULL
GROUP BY value_bi HAVING count(*) = 1
"""
"""Which of these numbers are the current one of a single patient, and whose."""


def blind_phones(clinic_id: UUID, patient_ids: Collection[UUID]) -> dict[UUID, bytes]:
    """The blind index of the current phone of each of these patients who has one: nothing is decrypted. Call it inside
    `clinic_scope`."""
    people = arrays.uuid_array([patient.bytes for patient in patient_ids])
    with plain_cursor() as cursor:
        return {patient: bytes(bi) for patient, bi in cursor.execute(PHONES, (clinic_id, people)).fetchall()}


def _owners(
    clinic_id: UUID, numbers: Q, *, order: str | None = None, most: int | None = None
) -> list[tuple[bytes, UUID]]:
    """The current phones of patients that are meant, and whose they are: not the numbers that are nobody's."""
    rows = Address.objects.filter(numbers, clinic_id=clinic_id, kind="phone", is_current=True, patient_id__isnull=False)
    pairs = (rows.order_by(order) if order else rows).values_list("value_bi", "patient_id")[:most]
    return [(bytes(bi), patient_id) for bi, patient_id in pairs if patient_id is not None]


def owners_at(clinic_id: UUID, phones: Collection[bytes]) -> dict[UUID, bytes]:
    """Whose current phone is one of these, and which: nothing is decrypted. Call it inside `clinic_scope`."""
    return {patient: bi for bi, patient in _owners(clinic_id, Q(value_bi__in=list(phones)))}


def patients_at(clinic_id: UUID, phone_bi: bytes) -> list[Reach]:
    """The patients whose current phone this is: none, one, or a family. Call it inside `clinic_scope`."""
    people = reach(clinic_id, [patient_id for _, patient_id in _owners(clinic_id, Q(value_bi=phone_bi))])
    return sorted(people.values(), key=lambda person: person.patient_id)


def is_shared(clinic_id: UUID, phone_bi: bytes) -> bool:
    """Whether a number is the current one of more than one patient: nothing is decrypted. Call it inside `clinic_scope`."""
    return len(_owners(clinic_id, Q(value_bi=phone_bi), most=2)) > 1


def people_at(clinic_id: UUID, phones: Collection[bytes]) -> dict[bytes, list[Reach]]:
    """The patients whose current phone each of these is. Call it inside `clinic_scope`."""
    owners = _owners(clinic_id, Q(value_bi__in=list(phones)), order="patient_id")
    people = reach(clinic_id, [patient_id for _, patient_id in owners])
    found: dict[bytes, list[Reach]] = {}
    for bi, patient_id in owners:
        found.setdefault(bi, []).append(people[patient_id])
    return found


def first_at(clinic_id: UUID, phones: Collection[bytes]) -> dict[bytes, Reach]:
    """One patient for each of these numbers that is somebody's: the first recorded. Call it inside `clinic_scope`."""
    owner: dict[bytes, UUID] = {}
    for bi, patient_id in _owners(clinic_id, Q(value_bi__in=list(phones)), order="id"):
        owner.setdefault(bi, patient_id)
    people = reach(clinic_id, list(owner.values()))
    return {bi: people[patient_id] for bi, patient_id in owner.items()}


def patient(clinic_id: UUID, patient_id: UUID) -> PatientView | None:
    """One patient as staff see them. Call it inside `clinic_scope`; the caller writes the audit line."""
    return patients(clinic_id, [patient_id]).get(patient_id)


def patients(clinic_id: UUID, patient_ids: Collection[UUID]) -> dict[UUID, PatientView]:
    """Patients as staff see them: two statements. Call it inside `clinic_scope`; the caller writes the audit line."""
    keys = keys_for(clinic_id)
    phones = {
        patient: (Phone(keys.open("address.value", name.bytes, bytes(sealed)).decode()), bytes(bi))
        for patient, name, sealed, bi in Address.objects.filter(
            clinic_id=clinic_id, patient_id__in=list(patient_ids), kind="phone", is_current=True
        ).values_list("patient_id", "id", "value_ct", "value_bi")
    }
    rows = Patient.objects.filter(clinic_id=clinic_id, id__in=list(patient_ids))
    return {row.id: _view(keys, row, *phones.get(row.id, (None, None))) for row in rows.defer("tokens")}


def _view(keys: ClinicKeys, row: Patient, phone: Phone | None, phone_bi: bytes | None) -> PatientView:
    def opened(column: str, sealed: bytes | memoryview | None) -> str | None:
        return keys.open(f"patient.{column}", row.id.bytes, bytes(sealed)).decode() if sealed else None

    born = opened("birth", row.birth_ct)
    return PatientView(
        id=row.id,
        name=opened("name", row.name_ct) or "",
        record_number=opened("record", row.record_ct),
        language=row.language,
        birth_date=date.fromisoformat(born) if born else None,
        phone=phone,
        phone_bi=phone_bi,
        updated_at=row.updated_at,
    )


def phones_of(clinic_id: UUID, patient_id: UUID) -> list[AddressView]:
    """The current phone of a patient and those before, the newest first. Call it inside `clinic_scope`; the caller audits."""
    keys = keys_for(clinic_id)
    rows = Address.objects.filter(clinic_id=clinic_id, patient_id=patient_id, kind="phone")
    return [
        AddressView(
            row.id,
            Phone(keys.open("address.value", row.id.bytes, bytes(row.value_ct)).decode()),
            bytes(row.value_bi),
            row.is_current,
            row.since,
        )
        for row in rows.order_by("-is_current", "-since", "-id")
    ]


def changes_of(clinic_id: UUID, patient_id: UUID, *, before: tuple[datetime, UUID], limit: int) -> list[ChangeView]:
    """What people of the clinic changed about a patient, newest first. Call it inside `clinic_scope`."""
    at, last = before
    rows = Change.objects.filter(clinic_id=clinic_id, patient_id=patient_id)
    rows = rows.filter(Q(at__lt=at) | Q(at=at, id__lt=last)).order_by("-at", "-id")[:limit]
    return [ChangeView(row.id, row.at, ChangeKind(row.kind), row.actor_kind, row.actor_ref) for row in rows]


def count(clinic_id: UUID) -> int:
    """How many patients a clinic has. Call it inside `clinic_scope`."""
    return Patient.objects.filter(clinic_id=clinic_id).count()


NEWEST_OTHERS: LiteralString = """
SELECT id FROM contacts_patient WHERE clinic_id = %s AND id <> ALL (%s) ORDER BY id DESC LIMIT %s OFFSET %s
"""


def newest_but(clinic_id: UUID, without: Collection[UUID], *, limit: int, offset: int = 0) -> list[UUID]:
    """Patients who are not among those given, the newest on record first. Call it inside `clinic_scope`."""
    with plain_cursor() as cursor:
        left_out = arrays.uuid_array([patient.bytes for patient in without])
        rows = cursor.execute(NEWEST_OTHERS, (clinic_id, left_out, limit, offset))
        return [row[0] for row in rows]


MOST_HITS = 1_000  # people whom one search looks at; who types so little goes on typing


def find(clinic_id: UUID, query: str, *, country: str = "", most: int = MOST_HITS) -> Found:
    """People whom everything that was typed fits: beginnings of words of the name (3 letters at least find by index, shorter
    ones whole words or in company of longer ones), a phone, last four digits, record number, birth date.

    Newest on record first, `most` at the most. Call it inside `clinic_scope`; the caller writes the audit line.
    """
    wanted = looking.read(query, country)
    if wanted.is_nothing:
        return Found()
    keys = keys_for(clinic_id)
    whole = {keys.blind_index("record", record) for record in wanted.records if wanted.terms}
    fitting = _fitting(clinic_id, keys, wanted) | Q(identity_bi__in=list(whole))
    rows = Patient.objects.filter(fitting, clinic_id=clinic_id).order_by("-id")
    opened = [
        (Hit(patient, keys.open("patient.name", patient.bytes, bytes(sealed)).decode()), bytes(identity) in whole)
        for patient, sealed, identity in rows.values_list("id", "name_ct", "identity_bi")[: most + 1]
    ]
    # Tokens are short: a few strangers collide.
    hits = [hit for hit, is_record in opened if is_record or _has_words(hit.name, wanted.words)]
    return Found(tuple(hits[:most]), is_cut=len(opened) > most)


def _fitting(clinic_id: UUID, keys: ClinicKeys, wanted: looking.Wanted) -> Q:
    found = Q()
    long = [word for word in wanted.words if all(len(part) >= SHORTEST for part in name_words(word))]
    tokens = keys.search_tokens(" ".join(long or wanted.words)) if long or not wanted.terms else []
    if tokens:
        found &= Q(tokens__contains=tokens)
    for term in wanted.terms:
        found &= Q(id__in=_with(clinic_id, keys, term))
    return found


def _with(clinic_id: UUID, keys: ClinicKeys, term: looking.Term) -> set[UUID]:
    """The patients whom one number leads to: two look-ups by index."""
    records = [keys.blind_index("record", record) for record in term.records]
    of_person = Q(identity_bi__in=records)
    if term.born:
        of_person |= Q(birth_bi=lookups.birth_index(keys, term.born))
    found = set(Patient.objects.filter(of_person, clinic_id=clinic_id).values_list("id", flat=True)[:MOST_HITS])
    of_phone = Q()
    if term.phone:
        of_phone |= Q(value_bi=keys.blind_index("phone", term.phone.e164))
    if term.last4:
        of_phone |= Q(last4_bi=lookups.last4_index(keys, term.last4))
    if of_phone:
        found |= {patient_id for _, patient_id in _owners(clinic_id, of_phone, most=MOST_HITS)}
    return found


def _has_words(name: str, words: Collection[str]) -> bool:
    parts = name_words(name)
    return all(any(part.startswith(wanted) for part in parts) for word in words for wanted in name_words(word))


STRANGERS: LiteralString = """
SELECT n.phone_bi FROM unnest(%(phones)s) AS n (phone_bi) WHERE NOT EXISTS (
    SELECT FROM contacts_address a WHERE a.clinic_id = %(clinic)s AND a.value_bi = n.phone_bi AND a.is_current)
"""


def strangers_among(clinic_id: UUID, phones: Collection[bytes]) -> set[bytes]:
    """Those of these numbers that are on record neither as a patient's nor as nobody's. Call it inside `clinic_scope`."""
    with plain_cursor() as cursor:
        values = {"clinic": clinic_id, "phones": arrays.bytea_array(list(phones))}
        return {bytes(row[0]) for row in cursor.execute(STRANGERS, values).fetchall()}


def nobodys_since(clinic_id: UUID, phone_bi: bytes) -> datetime | None:
    """Since when a number that is no patient's is on record; None: it isn't. Call it inside `clinic_scope`."""
    rows = Address.objects.filter(clinic_id=clinic_id, value_bi=phone_bi, patient_id=None)
    return rows.values_list("since", flat=True).first()


LANGUAGE_AT: LiteralString = """
SELECT p.language FROM unnest(%s::uuid[], %s::bytea[]) AS n (clinic_id, phone_bi)
JOIN contacts_address a ON a.clinic_id = n.clinic_id AND a.value_bi = n.phone_bi AND a.is_current
JOIN contacts_patient p ON p.clinic_id = a.clinic_id AND p.id = a.patient_id
ORDER BY a.since DESC, a.id DESC LIMIT 1
"""


def language_at(maintenance: "psycopg.Connection[Any]", clinics: Sequence[UUID], phones: Sequence[bytes]) -> str:
    """The language of whoever is reached at a number, as the clinic tells that recorded it last; empty: none does. As
    `clinics_knowing`."""
    row = maintenance.execute(LANGUAGE_AT, (list(clinics), list(phones))).fetchone()
    return row[0] if row else ""


KNOWING: LiteralString = """
SELECT n.clinic_id FROM unnest(%s::uuid[], %s::bytea[]) AS n (clinic_id, phone_bi)
WHERE EXISTS (SELECT FROM contacts_address a WHERE a.clinic_id = n.clinic_id AND a.value_bi = n.phone_bi)
"""


def clinics_knowing(
    maintenance: "psycopg.Connection[Any]", clinics: Sequence[UUID], phones: Sequence[bytes]
) -> set[UUID]:
    """Which of these clinics have a number on record, now or before; `phones` is it as each of them keeps it. Across
    clinics, so never for a screen."""
    return {row[0] for row in maintenance.execute(KNOWING, (list(clinics), list(phones)))}
