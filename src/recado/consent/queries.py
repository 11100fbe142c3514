"""What is known of people's permission, read once for a whole batch."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from recado.foundation import arrays
from recado.foundation.asking import Ask, Rows, Work, alone
from recado.foundation.database import plain_cursor

from .models import LedgerEntry, NumberPermission, Permission, Withdrawal
from .privacy import CHOICES as PRIVACY_CHOICES
from .privacy import UNSAID, count_neutral, privacy_of
from .rules import RULES, judge
from .types import EVERYTHING, CareBasis, Choice, Proof, PurposeGroup, Stand

__all__ = [
    "PRIVACY_CHOICES",
    "RULES",
    "UNSAID",
    "SaidOf",
    "Standing",
    "choices",
    "count_neutral",
    "judge",
    "privacy_of",
    "proofs",
    "reading_standing",
    "said_of",
    "standing_of",
    "withdrawn_at",
]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a batch of people have said: by number what is withdrawn, by person what is permitted and which number is wrong."""

    withdrawn: Mapping[bytes, frozenset[PurposeGroup]]
    permitted: Mapping[UUID, frozenset[PurposeGroup]]
    wrong: frozenset[tuple[UUID, bytes]]
    agreed: Mapping[bytes, frozenset[PurposeGroup]] = field(
        default_factory=dict
    )  # by number: for texts that name nobody


WITHDRAWN = "SELECT phone_bi, purpose_group FROM consent_withdrawal WHERE clinic_id = %s AND phone_bi = ANY (%s)"
PERMITTED = "SELECT patient_id, purpose_group FROM consent_permission WHERE clinic_id = %s AND patient_id = ANY (%s)"
AGREED = "SELECT phone_bi, purpose_group FROM consent_numberpermission WHERE clinic_id = %s AND phone_bi = ANY (%s)"
WRONG = "SELECT patient_id, phone_bi FROM consent_wrongnumber WHERE clinic_id = %s AND patient_id = ANY (%s)"


def standing_of(clinic_id: UUID, *, phones: Collection[bytes], patients: Collection[UUID]) -> Standing:
    """Reads withdrawals, permissions and wrong numbers of a batch. Call it inside `clinic_scope`."""
    with plain_cursor() as cursor:
        return alone(reading_standing(clinic_id, phones=phones, patients=patients), cursor)[0]


def reading_standing(
    clinic_id: UUID,
    *,
    phones: Collection[bytes],
    patients: Collection[UUID],
    with_agreed: bool = True,
    also: Sequence[Ask] = (),
) -> Work[tuple[Standing, list[Rows]]]:
    """The same as steps, with the rows of what else is asked in the same step. Part of the send path, so in SQL with
    binary arrays: Django's `__in` took a fifth of putting a batch. `with_agreed=False` leaves out what was agreed to for a
    number, where no text needs a permission."""
    asks = {}
    if phones:
        numbers = arrays.bytea_array(list(phones))
        asks["withdrawn"] = Ask(WITHDRAWN, (clinic_id, numbers))
        if with_agreed:
            asks["agreed"] = Ask(AGREED, (clinic_id, numbers))
    if patients:
        people = arrays.uuid_array([patient.bytes for patient in patients])
        asks["permitted"] = Ask(PERMITTED, (clinic_id, people))
        asks["wrong"] = Ask(WRONG, (clinic_id, people))
    answers = (yield [*asks.values(), *also]) if asks or also else []
    rows = dict(zip(asks, answers, strict=False))
    standing = Standing(
        withdrawn=_groups((bytes(phone), group) for phone, group in rows.get("withdrawn", ())),
        permitted=_groups(rows.get("permitted", ())),
        wrong=frozenset((patient, bytes(phone)) for patient, phone in rows.get("wrong", ())),
        agreed=_groups((bytes(phone), group) for phone, group in rows.get("agreed", ())),
    )
    return standing, answers[len(asks) :]


def _groups(pairs: Iterable[tuple[Any, ...]]) -> dict[Any, frozenset[PurposeGroup]]:
    made: dict[Any, set[PurposeGroup]] = {}
    for whose, group in pairs:
        made.setdefault(whose, set()).add(PurposeGroup(group))
    return {whose: frozenset(groups) for whose, groups in made.items()}


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
    """What was withdrawn for a number and agreed to by a person, or, where nobody is known there, for the number by another
    system. Call it inside `clinic_scope`."""
    withdrawn: dict[PurposeGroup, datetime] = {}
    permitted: dict[PurposeGroup, datetime] = {}
    if phone_bi is not None:
        stops = Withdrawal.objects.filter(clinic_id=clinic_id, phone_bi=phone_bi)
        withdrawn = {PurposeGroup(group): at for group, at in stops.values_list("purpose_group", "at")}
    if patient_id is not None:
        given = Permission.objects.filter(clinic_id=clinic_id, patient_id=patient_id)
        permitted = {PurposeGroup(group): at for group, at in given.values_list("purpose_group", "at")}
    elif phone_bi is not None:
        told = NumberPermission.objects.filter(clinic_id=clinic_id, phone_bi=phone_bi)
        permitted = {PurposeGroup(group): at for group, at in told.values_list("purpose_group", "said_at")}
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
