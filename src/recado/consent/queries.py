"""What is known of people's permission, read once for a whole batch."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from .models import Permission, Withdrawal, WrongNumber
from .rules import RULES, judge
from .types import PurposeGroup

__all__ = ["RULES", "Standing", "judge", "standing_of", "withdrawn_at"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a batch of people have said: by number what is withdrawn, by person what is permitted and which number is wrong."""

    withdrawn: Mapping[bytes, frozenset[PurposeGroup]]
    permitted: Mapping[UUID, frozenset[PurposeGroup]]
    wrong: frozenset[tuple[UUID, bytes]]


def standing_of(clinic_id: UUID, *, phones: Collection[bytes], patients: Collection[UUID]) -> Standing:
    """Reads withdrawals, permissions and wrong numbers of a batch. Call it inside `clinic_scope`."""
    withdrawn: dict[bytes, set[PurposeGroup]] = {}
    for phone_bi, group in _rows(Withdrawal, clinic_id, "phone_bi", list(phones), ("phone_bi", "purpose_group")):
        withdrawn.setdefault(bytes(phone_bi), set()).add(PurposeGroup(group))
    permitted: dict[UUID, set[PurposeGroup]] = {}
    for patient, group in _rows(Permission, clinic_id, "patient_id", list(patients), ("patient_id", "purpose_group")):
        permitted.setdefault(patient, set()).add(PurposeGroup(group))
    wrong = _rows(WrongNumber, clinic_id, "patient_id", list(patients), ("patient_id", "phone_bi"))
    return Standing(
        {phone: frozenset(groups) for phone, groups in withdrawn.items()},
        {patient: frozenset(groups) for patient, groups in permitted.items()},
        frozenset((patient, bytes(phone)) for patient, phone in wrong),
    )


def _rows(model: type, clinic_id: UUID, column: str, values: Sequence[object], wanted: tuple[str, str]) -> list[tuple]:  # type: ignore[type-arg]
    if not values:
        return []
    return list(model.objects.filter(clinic_id=clinic_id, **{f"{column}__in": values}).values_list(*wanted))  # type: ignore[attr-defined]


def withdrawn_at(clinic_id: UUID, phone_bi: bytes) -> list[datetime]:
    """Since when texts to a number are stopped, the earliest first; empty: they are not. Call it inside `clinic_scope`."""
    rows = Withdrawal.objects.filter(clinic_id=clinic_id, phone_bi=phone_bi).order_by("at")
    return list(rows.values_list("at", flat=True))
