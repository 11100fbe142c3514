"""Who people are and how to reach them: decrypted for one piece of work."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from recado.foundation.crypto import name_words
from recado.foundation.keys import keys_for
from recado.foundation.phone import Phone

from .models import Address, Patient
from .types import PatientView, Reach


def reach(clinic_id: UUID, patient_ids: Collection[UUID]) -> dict[UUID, Reach]:
    """Name, language and current phone of these patients. Call it inside `clinic_scope`."""
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


def patients_at(clinic_id: UUID, phone_bi: bytes) -> list[Reach]:
    """The patients whose current phone this is: none, one, or a family. Call it inside `clinic_scope`."""
    ids = Address.objects.filter(clinic_id=clinic_id, value_bi=phone_bi, is_current=True).values_list(
        "patient_id", flat=True
    )
    people = reach(clinic_id, list(ids))
    return sorted(people.values(), key=lambda person: person.patient_id)


def people_at(clinic_id: UUID, phones: Collection[bytes]) -> dict[bytes, list[Reach]]:
    """The patients whose current phone each of these is. Call it inside `clinic_scope`."""
    rows = Address.objects.filter(clinic_id=clinic_id, value_bi__in=list(phones), is_current=True).order_by(
        "patient_id"
    )
    owners = [(bytes(bi), patient_id) for bi, patient_id in rows.values_list("value_bi", "patient_id")]
    people = reach(clinic_id, [patient_id for _, patient_id in owners])
    found: dict[bytes, list[Reach]] = {}
    for bi, patient_id in owners:
        found.setdefault(bi, []).append(people[patient_id])
    return found


def first_at(clinic_id: UUID, phones: Collection[bytes]) -> dict[bytes, Reach]:
    """One patient for each of these numbers that is somebody's: the first recorded. Call it inside `clinic_scope`."""
    rows = Address.objects.filter(clinic_id=clinic_id, value_bi__in=list(phones), is_current=True).order_by("id")
    owner: dict[bytes, UUID] = {}
    for bi, patient_id in rows.values_list("value_bi", "patient_id"):
        owner.setdefault(bytes(bi), patient_id)
    people = reach(clinic_id, list(owner.values()))
    return {bi: people[patient_id] for bi, patient_id in owner.items()}


def patient(clinic_id: UUID, patient_id: UUID) -> PatientView | None:
    """One patient as staff see them. Call it inside `clinic_scope`; the caller writes the audit line."""
    row = Patient.objects.filter(clinic_id=clinic_id, id=patient_id).first()
    if row is None:
        return None
    keys = keys_for(clinic_id)

    def opened(column: str, sealed: object) -> str | None:
        return keys.open(f"patient.{column}", patient_id.bytes, bytes(sealed)).decode() if sealed else None  # type: ignore[call-overload]

    born = opened("birth", row.birth_ct)
    return PatientView(
        id=patient_id,
        name=opened("name", row.name_ct) or "",
        record_number=opened("record", row.record_ct),
        language=row.language,
        birth_date=date.fromisoformat(born) if born else None,
        phone=reach(clinic_id, [patient_id])[patient_id].phone,
    )


def search(clinic_id: UUID, query: str, *, limit: int = 50) -> list[Reach]:
    """People whose name has words that begin with each word of `query` (3 letters at least find by index).

    Call it inside `clinic_scope`; the caller writes the audit line.
    """
    tokens = keys_for(clinic_id).search_tokens(query)
    if not tokens:
        return []
    ids = (
        Patient.objects.filter(clinic_id=clinic_id, tokens__contains=tokens).order_by("id").values_list("id", flat=True)
    )
    words = query.casefold().split()
    found = reach(clinic_id, list(ids[: limit * 2])).values()  # tokens are short: a few strangers collide
    return [person for person in found if _has_words(person.name, words)][:limit]


def _has_words(name: str, words: list[str]) -> bool:
    parts = name_words(name)
    return all(any(part.startswith(wanted) for part in parts) for word in words for wanted in name_words(word))
