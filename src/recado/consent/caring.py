"""Carers: who is told in place of a patient, about what and until when; and whom a text about a patient goes to.

A child's parent is told until the 18th birthday at the longest: from then on it is the child's own phone or none (facts:
HEALTH row 20). The gate judges the scope once more, and a text that waits is of no use after the end.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from recado.clinics import queries as clinics
from recado.contacts import queries as contacts
from recado.contacts.types import Reach
from recado.foundation import business_time
from recado.foundation.actors import Actor
from recado.foundation.ids import new_id
from recado.foundation.keys import keys_for
from recado.foundation.phone import Phone

from .models import Carer, Wish
from .proving import prove
from .types import CarerScope, CarerView, PurposeGroup, Relation

NAME, PHONE = "carer.name", "carer.phone"
ADULT_AT = 18  # years
OF_MINORS = (Relation.PARENT, Relation.GUARDIAN)


def entrust(
    *,
    clinic_id: UUID,
    patient_id: UUID,
    name: str,
    phone: Phone,
    language: str,
    relation: Relation,
    groups: Collection[PurposeGroup],
    until: datetime | None,
    how: str,
    by: Actor,
    words: str = "",
) -> UUID:
    """Texts of these groups about a patient go to somebody else until then. Who is the only patient at that number is that
    patient: a new number of theirs counts at once. Call it inside `clinic_scope`."""
    keys, name_of = keys_for(clinic_id), new_id()
    phone_bi = keys.blind_index("phone", phone.e164)
    others = [one for one in contacts.patients_at(clinic_id, phone_bi) if one.patient_id != patient_id]
    carer_id = others[0].patient_id if len(others) == 1 else None
    with transaction.atomic():
        Carer.objects.create(
            clinic_id=clinic_id,
            id=name_of,
            patient_id=patient_id,
            carer_id=carer_id,
            name_ct=None if carer_id else keys.seal(NAME, name_of.bytes, name.encode()),
            phone_ct=None if carer_id else keys.seal(PHONE, name_of.bytes, phone.e164.encode()),
            phone_bi=None if carer_id else phone_bi,
            language=language,
            relation=relation,
            groups=sorted(int(group) for group in groups),
            since=business_time.now(),
            until=_end(clinic_id, patient_id, relation, until),
        )
        prove(clinic_id, "carer_added", how, by, patient_id, None, frozenset(groups), words=words)
    return name_of


def _end(clinic_id: UUID, patient_id: UUID, relation: Relation, until: datetime | None) -> datetime | None:
    patient = contacts.patient(clinic_id, patient_id)
    born = patient.birth_date if patient else None
    if relation not in OF_MINORS or born is None:
        return until
    grown = grown_up_at(born, clinics.clinic_settings(clinic_id).time_zone)
    if grown <= business_time.now():  # an adult in somebody's care
        return until
    return grown if until is None else min(until, grown)


def grown_up_at(born: date, time_zone: str) -> datetime:
    """The first moment of the 18th birthday. Who was born on 29 February has it on 1 March."""
    year = born.year + ADULT_AT
    try:
        day = born.replace(year=year)
    except ValueError:
        day = date(year, 3, 1)
    return datetime.combine(day, time(), tzinfo=ZoneInfo(time_zone))


def release(*, clinic_id: UUID, carer_id: UUID, how: str, by: Actor) -> CarerView | None:
    """Ends it, now. Texts that wait are for the caller to take back. None: there is none, or it had ended. Call it inside
    `clinic_scope`."""
    return _turn(clinic_id, carer_id, None, business_time.now(), "carer_ended", how, by)


def take_up(*, clinic_id: UUID, carer_id: UUID, how: str, by: Actor) -> CarerView | None:
    """Takes an end back. None: there is none, or it goes on. Call it inside `clinic_scope`."""
    return _turn(clinic_id, carer_id, business_time.now(), None, "carer_added", how, by)


def _turn(
    clinic_id: UUID, name: UUID, was: datetime | None, now: datetime | None, kind: str, how: str, by: Actor
) -> CarerView | None:
    with transaction.atomic():
        rows = Carer.objects.filter(clinic_id=clinic_id, id=name, ended_at__isnull=was is None)
        row = rows.select_for_update().first()
        if row is None:
            return None
        (view,) = _views(clinic_id, [row])
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        prove(clinic_id, kind, how, by, view.patient_id, None, view.scope.groups)
    return view


def carers_of(clinic_id: UUID, patient_ids: Collection[UUID], *, with_ended: bool = False) -> list[CarerView]:
    """Who is told in place of these people, in the order in which it was said. Call it inside `clinic_scope`."""
    rows = Carer.objects.filter(clinic_id=clinic_id, patient_id__in=list(patient_ids))
    return _views(clinic_id, list((rows if with_ended else rows.filter(ended_at=None)).order_by("since", "id")))


def last_moments(clinic_id: UUID, told: Collection[tuple[UUID, bytes]]) -> dict[tuple[UUID, bytes], datetime]:
    """Until when each of these phones is told about each of these people, of those where that has an end: what was sent there is
    of no more use from then on. A person's own phone has none. Call it inside `clinic_scope`."""
    people = {patient_id for patient_id, _phone in told}
    if not Carer.objects.filter(clinic_id=clinic_id, patient_id__in=people, until__isnull=False).exists():
        return {}
    own = contacts.blind_phones(clinic_id, people)
    ends: dict[tuple[UUID, bytes], datetime | None] = {}
    for one in carers_of(clinic_id, people):
        if one.phone_bi is not None and own.get(one.patient_id) != one.phone_bi:
            name, until = (one.patient_id, one.phone_bi), one.scope.until
            last = ends.get(name, until)
            ends[name] = max(last, until) if last and until else None
    return {name: end for name, end in ends.items() if end is not None and name in told}


def cared_for_by(clinic_id: UUID, carer_id: UUID) -> list[CarerView]:
    """Those for whom a patient is told. Call it inside `clinic_scope`."""
    return _views(clinic_id, list(Carer.objects.filter(clinic_id=clinic_id, carer_id=carer_id, ended_at=None)))


def _views(clinic_id: UUID, rows: Collection[Carer]) -> list[CarerView]:
    if not rows:
        return []
    known = contacts.reach(clinic_id, {row.carer_id for row in rows if row.carer_id})
    return [_view(clinic_id, row, known.get(row.carer_id) if row.carer_id else None) for row in rows]


def _view(clinic_id: UUID, row: Carer, known: Reach | None) -> CarerView:
    keys = keys_for(clinic_id)

    def opened(column: str, sealed: bytes | memoryview | None) -> str:
        return keys.open(column, row.id.bytes, bytes(sealed)).decode() if sealed else ""

    phone = opened(PHONE, row.phone_ct)
    return CarerView(
        id=row.id,
        patient_id=row.patient_id,
        carer_id=row.carer_id,
        name=known.name if known else opened(NAME, row.name_ct),
        phone=known.phone if known else (Phone(phone) if phone else None),
        phone_bi=known.phone_bi if known else (bytes(row.phone_bi) if row.phone_bi else None),
        language=known.language if known else row.language,
        relation=Relation(row.relation),
        scope=CarerScope(frozenset(PurposeGroup(group) for group in row.groups), row.until),
        since=row.since,
        ended_at=row.ended_at,
    )


def phones_told(
    clinic_id: UUID, patient_ids: Collection[UUID], group: PurposeGroup = PurposeGroup.CARE
) -> dict[UUID, bytes]:
    """The blind index of the phone that a text of this group about each patient goes to, of those who can be reached: as
    `recipients`, with nothing decrypted but for those who have somebody. Call it inside `clinic_scope`."""
    now = business_time.now()
    told = {one.patient_id: one.phone_bi for one in carers_of(clinic_id, patient_ids) if one.is_told(group, now)}
    others = {patient: phone for patient, phone in told.items() if phone is not None}
    return contacts.blind_phones(clinic_id, patient_ids) | others


def phones_about(clinic_id: UUID, patient_id: UUID) -> frozenset[bytes]:
    """The blind indexes of every phone at which a text about a patient may wait: their own, and that of each who is told in their
    place, now or before somebody else was named for the same. Call it inside `clinic_scope`."""
    theirs = {one.phone_bi for one in carers_of(clinic_id, [patient_id])}
    return frozenset(phone for phone in theirs if phone) | set(contacts.blind_phones(clinic_id, [patient_id]).values())


def recipients(
    clinic_id: UUID, patient_ids: Collection[UUID], group: PurposeGroup = PurposeGroup.CARE
) -> dict[UUID, Reach]:
    """Whom a text of this group about each patient goes to, in whose language: the patient, or whoever is told in their
    place (the last one named, where there are several). Every text is addressed by this, and by nothing else:
    `contacts.reach` says who a person is (tests/house/test_addressing.py). The name stays the patient's, so that a carer knows whose visit it
    is; it is left out where others read that phone. Call it inside `clinic_scope`."""
    people, now = contacts.reach(clinic_id, patient_ids), business_time.now()
    for carer in carers_of(clinic_id, people.keys()):
        if carer.is_told(group, now) and carer.phone is not None:
            people[carer.patient_id] = replace(
                people[carer.patient_id], phone=carer.phone, phone_bi=carer.phone_bi, language=carer.language
            )
    phones = [person.phone_bi for person in people.values() if person.phone_bi]
    rows = Wish.objects.filter(clinic_id=clinic_id, phone_bi__in=phones, is_shared=True)
    shared = {bytes(phone_bi) for phone_bi in rows.values_list("phone_bi", flat=True)}
    nameless = {name: replace(one, name="") for name, one in people.items() if one.phone_bi in shared}
    return people | nameless
