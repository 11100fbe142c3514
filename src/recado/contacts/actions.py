"""Record people as another system describes them. Set-based: the statements don't grow with the batch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from psycopg.errors import UniqueViolation

from recado.clinics import queries as clinics
from recado.foundation import arrays, audit, bulk, business_time, news
from recado.foundation.actors import Actor
from recado.foundation.crypto import ClinicKeys
from recado.foundation.database import plain_cursor
from recado.foundation.ids import new_id, new_ids
from recado.foundation.keys import keys_for
from recado.foundation.phone import Phone

from . import lookups
from .models import Address, Change, Patient
from .types import ChangeKind, KnownAlready, NoSuchPatient, PersonRecord, Recorded

__all__ = ["add_person", "change_details", "complete_lookups", "forget_people", "record_numbers", "record_people"]

complete_lookups = lookups.complete

DETAILS = (
    "record_ct",
    "name_ct",
    "birth_ct",
    "birth_bi",
    "language",
    "overruled_language",
    "tokens",
    "content_mac",
    "updated_at",
)


@dataclass(frozen=True, slots=True)
class _Known:
    id: UUID
    content_mac: bytes
    language: str


def record_people(*, clinic_id: UUID, people: Sequence[PersonRecord]) -> list[Recorded]:
    """Adds people who are new, updates those whose details changed, and returns one result for each, in the order given.

    The same person twice in a batch is one person; the later record wins. A record without a phone takes no phone away.
    Call it inside `clinic_scope`.
    """
    keys = keys_for(clinic_id)
    identities = [lookups.identity(keys, person) for person in people]
    try:
        return _record(clinic_id, people, identities) if people else []
    except UniqueViolation as taken:
        if taken.diag.constraint_name != "contacts_patient_identity":
            raise
        return _record(clinic_id, people, identities)  # somebody else has just brought one of them: now they are known


def add_person(*, clinic_id: UUID, person: PersonRecord, by: Actor) -> UUID:
    """Staff put a patient on record whom no other system has told of; two who have no more than a name in common are two. Raises
    KnownAlready where name, phone and birth date are somebody's, who stays as they are. Call it inside `clinic_scope`."""
    with transaction.atomic():
        known = lookups.known_as(clinic_id, person)
        if known is not None:
            raise KnownAlready(known)
        keys = keys_for(clinic_id)
        by_name = lookups.is_known_by_name_alone(person)
        identity = keys.blind_index("person", str(new_id())) if by_name else lookups.identity(keys, person)
        try:
            (made,) = _record(clinic_id, [person], [identity])
        except UniqueViolation:  # a second press, or somebody else, a moment ago
            known = lookups.known_as(clinic_id, person)
            if known is None:
                raise
            raise KnownAlready(known) from None
        audit.record(clinic_id=clinic_id, by=by, action="patient.add", patient_id=made.patient_id)
        news.tell(clinic_id, news.Topic.PATIENTS)
    return made.patient_id


def _record(clinic_id: UUID, people: Sequence[PersonRecord], identities: Sequence[bytes]) -> list[Recorded]:
    keys = keys_for(clinic_id)
    now = business_time.now()
    default = clinics.clinic_settings(clinic_id).default_language
    latest = dict(zip(identities, people, strict=True))
    with transaction.atomic():
        known = _known(clinic_id, latest)
        fresh = {identity: new_id() for identity in latest if identity not in known}
        bulk.insert(
            [_patient(clinic_id, keys, fresh[identity], identity, latest[identity], default, now) for identity in fresh]
        )
        changed, speaks_other = _changed(clinic_id, keys, latest, known, now)
        bulk.update(changed, DETAILS)
        ids = {identity: fresh.get(identity) or known[identity].id for identity in latest}
        had, added = _record_phones(clinic_id, keys, {ids[i]: p for i, p in latest.items()}, set(fresh.values()), now)
    was_at = {patient: had[patient] for patient in speaks_other | added if patient in had}
    return [Recorded(ids[i], i in fresh, ids[i] in had or ids[i] in added, was_at.get(ids[i])) for i in identities]


def _known(clinic_id: UUID, identities: Iterable[bytes]) -> dict[bytes, _Known]:
    rows = Patient.objects.filter(clinic_id=clinic_id, identity_bi__in=list(identities))
    return {
        bytes(identity): _Known(patient_id, bytes(mac), language)
        for identity, patient_id, mac, language in rows.values_list("identity_bi", "id", "content_mac", "language")
    }


def _content_mac(keys: ClinicKeys, person: PersonRecord) -> bytes:
    born = person.birth_date.isoformat() if person.birth_date else ""
    return keys.blind_index(
        "person content", f"{person.name}|{person.language or ''}|{born}|{person.record_number or ''}"
    )


def _patient(
    clinic_id: UUID,
    keys: ClinicKeys,
    patient_id: UUID,
    identity: bytes,
    person: PersonRecord,
    default_language: str,
    now: datetime,
) -> Patient:
    row = patient_id.bytes
    return Patient(
        clinic_id=clinic_id,
        id=patient_id,
        identity_bi=identity,
        content_mac=_content_mac(keys, person),
        record_ct=keys.seal("patient.record", row, person.record_number.encode()) if person.record_number else None,
        name_ct=keys.seal("patient.name", row, person.name.encode()),
        birth_ct=keys.seal("patient.birth", row, person.birth_date.isoformat().encode()) if person.birth_date else None,
        birth_bi=lookups.birth_index(keys, person.birth_date) if person.birth_date else None,
        language=person.language or default_language,
        tokens=keys.name_tokens(person.name),
        created_at=now,
        updated_at=now,
    )


def _changed(
    clinic_id: UUID, keys: ClinicKeys, latest: dict[bytes, PersonRecord], known: dict[bytes, _Known], now: datetime
) -> tuple[list[Patient], set[UUID]]:
    """People whose details the source tells otherwise, and which of them have another language now. What it doesn't tell (no name, no birth date) stays as it was, and
    so does a language that somebody here has put right, until the source tells a third one."""
    changed = {
        known[identity].id: _patient(
            clinic_id, keys, known[identity].id, identity, person, known[identity].language, now
        )
        for identity, person in latest.items()
        if identity in known and known[identity].content_mac != _content_mac(keys, person)
    }
    speaks_other = set()
    for old in Patient.objects.filter(clinic_id=clinic_id, id__in=list(changed)):
        new = changed[old.id]
        new.birth_ct, new.birth_bi = (new.birth_ct, new.birth_bi) if new.birth_ct else (old.birth_ct, old.birth_bi)
        new.record_ct = new.record_ct or old.record_ct
        if not new.tokens:
            new.name_ct, new.tokens = old.name_ct, old.tokens
        if new.language in (old.language, old.overruled_language):
            new.language, new.overruled_language = old.language, old.overruled_language
        else:
            speaks_other.add(old.id)
    return list(changed.values()), speaks_other


def _record_phones(
    clinic_id: UUID, keys: ClinicKeys, people: dict[UUID, PersonRecord], fresh: set[UUID], now: datetime
) -> tuple[dict[UUID, bytes], set[UUID]]:
    """Brings the current phones in line. Returns which phones people had, and who has another now. A number that somebody here has replaced stays
    away while the source goes on telling it; a new one from the source counts."""
    old = [patient for patient in people if patient not in fresh]
    phones = Address.objects.filter(clinic_id=clinic_id, patient_id__in=old, kind="phone")
    rows = phones.filter(is_current=True)
    known = phones.filter(Q(is_current=True) | Q(is_overruled=True))
    current: dict[UUID, bytes] = {}
    overruled = set()
    for patient, bi, is_current in known.values_list("patient_id", "value_bi", "is_current"):
        if is_current and patient is not None:
            current[patient] = bytes(bi)
        else:
            overruled.add((patient, bytes(bi)))
    added: list[tuple[UUID, str, bytes]] = []
    for patient, person in people.items():
        if person.phone is None:
            continue
        bi = keys.blind_index("phone", person.phone.e164)
        if current.get(patient) != bi and (patient, bi) not in overruled:
            added.append((patient, person.phone.e164, bi))
    replaced = [patient for patient, _, _ in added if patient in current]
    if replaced:
        rows.filter(patient_id__in=replaced).update(is_current=False)
    bulk.insert_rows(Address, ADDRESS, _addresses(clinic_id, keys, added, now))
    _claim(clinic_id, [bi for _, _, bi in added])
    return current, {patient for patient, _, _ in added}


FORGET_AT_ONCE = 1000  # people removed by one statement: far below the statement timeout
ADDRESS = ("clinic_id", "id", "patient_id", "kind", "value_ct", "value_bi", "last4_bi", "is_current", "since")


def _addresses(
    clinic_id: UUID, keys: ClinicKeys, added: Sequence[tuple[UUID | None, str, bytes]], now: datetime
) -> list[tuple[object, ...]]:
    names = new_ids(len(added))
    sealed = keys.seal_many("address.value", names, [e164.encode() for _, e164, _ in added])
    return [
        (clinic_id, UUID(bytes=name), patient, "phone", value, bi, lookups.last4_index(keys, e164), True, now)
        for name, value, (patient, e164, bi) in zip(names, sealed, added, strict=True)
    ]


CLAIM = "DELETE FROM contacts_address WHERE clinic_id = %s AND patient_id IS NULL AND value_bi = ANY (%s)"


def _claim(clinic_id: UUID, phones: Sequence[bytes]) -> None:
    """Numbers that were nobody's are a patient's now. What was said by them stands by number, so it still holds."""
    if phones:
        with plain_cursor() as cursor:
            cursor.execute(CLAIM, (clinic_id, arrays.bytea_array(phones)))


NUMBER = """
INSERT INTO contacts_address (clinic_id, id, kind, value_ct, value_bi, last4_bi, is_current, since)
SELECT %(clinic)s, n.id, 'phone', n.value_ct, n.value_bi, n.last4_bi, true, %(now)s
FROM unnest(%(ids)s, %(values)s, %(indexes)s, %(ends)s) AS n (id, value_ct, value_bi, last4_bi)
ON CONFLICT (clinic_id, value_bi) WHERE patient_id IS NULL DO NOTHING
"""


def record_numbers(*, clinic_id: UUID, phones: Sequence[Phone], by: Actor) -> int:
    """Keeps numbers that are no patient's as addresses of nobody. Returns how many were new. Call it inside
    `clinic_scope`."""
    keys, now = keys_for(clinic_id), business_time.now()
    rows = _addresses(clinic_id, keys, [(None, p.e164, keys.blind_index("phone", p.e164)) for p in phones], now)
    _, names, _, _, sealed, indexes, ends, _, _ = zip(*rows, strict=True) if rows else [()] * len(ADDRESS)
    values = {
        "clinic": clinic_id,
        "now": now,
        "ids": arrays.uuid_array([name.bytes for name in names]),
        "values": arrays.bytea_array(sealed),
        "indexes": arrays.bytea_array(indexes),
        "ends": arrays.bytea_array(ends),
    }
    with transaction.atomic():
        with plain_cursor() as cursor:
            added = cursor.execute(NUMBER, values).rowcount
        if added:
            audit.record(clinic_id=clinic_id, by=by, action="patient.numbers", detail={"added": added})
    return added


def change_details(
    *, clinic_id: UUID, patient_id: UUID, language: str, phone: Phone | None, by: Actor
) -> tuple[ChangeKind, ...]:
    """What a person of the clinic knows better than the source: language and phone; no phone means that there is none.

    What is replaced stays away although the source goes on telling it. Returns what changed. Raises NoSuchPatient. Call it
    inside `clinic_scope`.
    """
    with transaction.atomic():
        row = Patient.objects.select_for_update().filter(clinic_id=clinic_id, id=patient_id).first()
        if row is None:
            raise NoSuchPatient("The clinic has no patient of this id.")
        changed = [_replace_phone(clinic_id, patient_id, phone)]
        if row.language != language:
            told = row.overruled_language or row.language  # what the source says, as far as we know
            row.overruled_language = "" if language == told else told
            row.language, row.updated_at = language, business_time.now()
            row.save(update_fields=["language", "overruled_language", "updated_at"])
            changed.append(ChangeKind.LANGUAGE)
        kinds = tuple(kind for kind in changed if kind is not None)
        _note(clinic_id, patient_id, kinds, by)
    return kinds


def _replace_phone(clinic_id: UUID, patient_id: UUID, phone: Phone | None) -> ChangeKind | None:
    keys = keys_for(clinic_id)
    phones = Address.objects.filter(clinic_id=clinic_id, patient_id=patient_id, kind="phone")
    old = phones.filter(is_current=True).first()
    bi = keys.blind_index("phone", phone.e164) if phone else None
    if (bytes(old.value_bi) if old else None) == bi:
        return None
    if old:
        phones.filter(id=old.id).update(is_current=False, is_overruled=True)
    if phone is None or bi is None:
        return ChangeKind.PHONE_REMOVED
    phones.filter(value_bi=bi).update(is_overruled=False)  # said again: believed again
    bulk.insert_rows(Address, ADDRESS, _addresses(clinic_id, keys, [(patient_id, phone.e164, bi)], business_time.now()))
    _claim(clinic_id, [bi])
    return ChangeKind.PHONE_REPLACED if old else ChangeKind.PHONE_ADDED


def _note(clinic_id: UUID, patient_id: UUID, kinds: Sequence[ChangeKind], by: Actor) -> None:
    now = business_time.now()
    for kind in kinds:
        Change.objects.create(
            clinic_id=clinic_id, patient_id=patient_id, at=now, kind=kind, actor_kind=by.kind, actor_ref=by.ref
        )
    if kinds:
        detail = {"changed": [str(kind) for kind in kinds]}
        audit.record(clinic_id=clinic_id, by=by, action="patient.change", patient_id=patient_id, detail=detail)
        news.tell(clinic_id, news.Topic.PATIENTS)


def forget_people(*, clinic_id: UUID, patient_ids: Sequence[UUID]) -> int:
    """Removes people who came by mistake, and their phones. Whoever something else refers to stays. Returns how many
    went. Call it inside `clinic_scope`."""
    pieces = range(0, len(patient_ids), FORGET_AT_ONCE)
    return sum(_forget(clinic_id, patient_ids[at : at + FORGET_AT_ONCE]) for at in pieces)


def _forget(clinic_id: UUID, patient_ids: Sequence[UUID]) -> int:
    try:
        with transaction.atomic():
            Address.objects.filter(clinic_id=clinic_id, patient_id__in=list(patient_ids)).delete()
            return Patient.objects.filter(clinic_id=clinic_id, id__in=list(patient_ids)).delete()[0]
    except IntegrityError:  # the database knows who is referred to; find them by halves
        if len(patient_ids) == 1:
            return 0
        half = len(patient_ids) // 2
        parts = (patient_ids[:half], patient_ids[half:])
        return sum(_forget(clinic_id, part) for part in parts)
