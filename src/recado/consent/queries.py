"""What is known of people's permission, read once for a whole batch."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from recado.foundation import arrays
from recado.foundation.database import plain_cursor

from .models import LedgerEntry, Permission, Withdrawal
from .rules import RULES, judge
from .types import EVERYTHING, CareBasis, Choice, Proof, PurposeGroup, Stand

__all__ = ["RULES", "SaidOf", "Standing", "choices", "judge", "proofs", "said_of", "standing_of", "withdrawn_at"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a batch of people have said: by number what is withdrawn, by person what is permitted and which number is wrong."""

    withdrawn: Mapping[bytes, frozenset[PurposeGroup]]
    permitted: Mapping[UUID, frozenset[PurposeGroup]]
    wrong: frozenset[tuple[UUID, bytes]]


WITHDRAWN = "SELECT phone_bi, purpose_group FROM consent_withdrawal WHERE clinic_id = %s AND phone_bi = ANY (%s)"
PERMITTED = "SELECT patient_id, purpose_group FROM consent_permission WHERE clinic_id = %s AND patient_id = ANY (%s)"
WRONG = "SELECT patient_id, phone_bi FROM consent_wrongnumber WHERE clinic_id = %s AND patient_id = ANY (%s)"


def standing_of(clinic_id: UUID, *, phones: Collection[bytes], patients: Collection[UUID]) -> Standing:
    """Reads withdrawals, permissions and wrong numbers of a batch. Call it inside `clinic_scope`.

    Part of the send path, so in SQL with binary arrays: Django's `__in` took a fifth of putting a batch.
    """
    withdrawn: dict[bytes, set[PurposeGroup]] = {}
    permitted: dict[UUID, set[PurposeGroup]] = {}
    wrong: set[tuple[UUID, bytes]] = set()
    with plain_cursor() as cursor:
        if phones:
            for phone, group in cursor.execute(WITHDRAWN, (clinic_id, arrays.bytea_array(list(phones)))):
                withdrawn.setdefault(bytes(phone), set()).add(PurposeGroup(group))
        if patients:
            people = arrays.uuid_array([patient.bytes for patient in patients])
            for patient, group in cursor.execute(PERMITTED, (clinic_id, people)):
                permitted.setdefault(patient, set()).add(PurposeGroup(group))
            wrong = {(patient, bytes(phone)) for patient, phone in cursor.execute(WRONG, (clinic_id, people))}
    return Standing(
        {phone: frozenset(groups) for phone, groups in withdrawn.items()},
        {patient: frozenset(groups) for patient, groups in permitted.items()},
        frozenset(wrong),
    )


def withdrawn_at(clinic_id: UUID, phone_bi: bytes) -> list[datetime]:
    """Since when texts to a number are stopped, the earliest first; empty: they are not. Call it inside `clinic_scope`."""
    rows = Withdrawal.objects.filter(clinic_id=clinic_id, phone_bi=phone_bi).order_by("at")
    return list(rows.values_list("at", flat=True))


@dataclass(frozen=True, slots=True)
class SaidOf:
    """What stands of one person's word, and since when."""

    withdrawn: Mapping[PurposeGroup, datetime]
    permitted: Mapping[PurposeGroup, datetime]


def said_of(clinic_id: UUID, *, phone_bi: bytes | None, patient_id: UUID | None) -> SaidOf:
    """What was withdrawn for a number and agreed to by a person. Call it inside `clinic_scope`."""
    withdrawn: dict[PurposeGroup, datetime] = {}
    permitted: dict[PurposeGroup, datetime] = {}
    if phone_bi is not None:
        stops = Withdrawal.objects.filter(clinic_id=clinic_id, phone_bi=phone_bi)
        withdrawn = {PurposeGroup(group): at for group, at in stops.values_list("purpose_group", "at")}
    if patient_id is not None:
        given = Permission.objects.filter(clinic_id=clinic_id, patient_id=patient_id)
        permitted = {PurposeGroup(group): at for group, at in given.values_list("purpose_group", "at")}
    return SaidOf(withdrawn, permitted)


# What was said by a number counts for everybody who is reached there; what was said about a person, for that person.
OF_NUMBER = ("withdrawn", "restored")
MOST_PROOFS = 500


def proofs(
    clinic_id: UUID,
    patient_id: UUID,
    phone_bi: bytes | None,
    *,
    before: tuple[datetime, UUID] | None = None,
    limit: int = MOST_PROOFS,
) -> list[Proof]:
    """The ledger's entries about a person or the number that reaches them, newest first. Call it inside `clinic_scope`;
    the caller audits."""
    about = Q(patient_id=patient_id)
    if phone_bi:
        about |= Q(phone_bi=phone_bi, kind__in=OF_NUMBER)
    rows = LedgerEntry.objects.filter(about, clinic_id=clinic_id)
    if before:
        rows = rows.filter(Q(at__lt=before[0]) | Q(at=before[0], id__lt=before[1]))
    return [
        Proof(
            id=row.id,
            at=row.at,
            kind=row.kind,
            how=row.how,
            groups=tuple(PurposeGroup[name.upper()] for name in row.purpose_groups),
            actor_kind=row.actor_kind,
            actor_ref=row.actor_ref,
        )
        for row in rows.order_by("-at", "-id")[:limit]
    ]


def choices(clinic_id: UUID, patient_id: UUID, phone_bi: bytes | None, basis: CareBasis) -> list[Choice]:
    """What a person may be written about, group by group, and the entry that says so. Call it inside `clinic_scope`."""
    standing = standing_of(clinic_id, phones=[phone_bi] if phone_bi else [], patients=[patient_id])
    withdrawn = standing.withdrawn.get(phone_bi or b"", frozenset())
    permitted = standing.permitted.get(patient_id, frozenset())
    said = proofs(clinic_id, patient_id, phone_bi)
    return [_choice(group, withdrawn, permitted, basis, said) for group in EVERYTHING]


def _choice(
    group: PurposeGroup,
    withdrawn: frozenset[PurposeGroup],
    permitted: frozenset[PurposeGroup],
    basis: CareBasis,
    said: list[Proof],
) -> Choice:
    is_care = group in (PurposeGroup.CARE, PurposeGroup.BILLING) and basis is CareBasis.CARE
    if group in withdrawn:
        stand, kinds = Stand.STOPPED, frozenset({"withdrawn"})
    elif group in permitted:
        stand, kinds = Stand.PERMITTED, frozenset({"permitted", "restored"})
    else:
        stand, kinds = (Stand.PART_OF_CARE if is_care else Stand.NOT_ASKED), frozenset({"restored"})
    proof = next((one for one in said if one.kind in kinds and group in one.groups), None)
    return Choice(group, stand, proof)
