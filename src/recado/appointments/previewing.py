"""What a patient will be told if a visit is booked or moved: it is done, its texts are read, and all of it is taken back in the
same transaction. So the page shows the very words, by the journeys as they are, and nothing leaves.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from recado.consent import queries as consent
from recado.foundation.actors import SYSTEM
from recado.foundation.tenancy import clinic_scope
from recado.journeys import queries as journeys
from recado.journeys.types import At
from recado.messaging import queries as messaging

from . import times
from .types import SlotWish


@dataclass(frozen=True, slots=True)
class Told:
    """A text to come, or one that stays out (`rule`, a key of the gate's RULES or of REASONS). `is_at_once`: it goes because
    of the booking or the move, and not where staff have said that no text tells of it."""

    at: datetime
    goes: bool
    rule: str
    is_at_once: bool
    text: str
    cost: messaging.Cost | None


@dataclass(frozen=True, slots=True)
class Preview:
    """Soonest first. `language`: in which whoever is told is told."""

    texts: tuple[Told, ...]
    language: str

    @property
    def at_once(self) -> Told | None:
        return next((one for one in self.texts if one.is_at_once), None)

    @property
    def later(self) -> tuple[Told, ...]:
        return tuple(one for one in self.texts if one.goes and not one.is_at_once)


@contextmanager
def _taken_back(clinic_id: UUID) -> Iterator[None]:
    with clinic_scope(clinic_id), transaction.atomic(), messaging.only_samples():
        yield
        transaction.set_rollback(True)


def of_booking(clinic_id: UUID, wish: SlotWish, patient_id: UUID, *, held_for: UUID) -> Preview:
    """Raises SlotTaken."""
    with _taken_back(clinic_id):
        visit_id = times.book(clinic_id=clinic_id, wish=wish, patient_id=patient_id, by=SYSTEM, held_for=held_for)
        return _of(clinic_id, visit_id, patient_id, wish.starts_at)


def of_move(clinic_id: UUID, visit_id: UUID, wish: SlotWish, patient_id: UUID, *, held_for: UUID) -> Preview:
    """Raises SlotTaken and LookupError."""
    with _taken_back(clinic_id):
        times.move(clinic_id=clinic_id, visit_id=visit_id, wish=wish, by=SYSTEM, held_for=held_for)
        return _of(clinic_id, visit_id, patient_id, wish.starts_at)


def _of(clinic_id: UUID, visit_id: UUID, patient_id: UUID, until: datetime) -> Preview:
    coming = [one for one in journeys.foresee_events(clinic_id, [visit_id], until) if one.template]
    texts = [
        Told(
            one.at,
            one.goes,
            one.rule,
            one.when is not None and one.when.at in (At.ON, At.LATE),
            written.text if written else "",
            written.cost if written else None,
        )
        for one, written in zip(coming, journeys.written(clinic_id, coming), strict=True)
    ]
    who = consent.recipients(clinic_id, [patient_id]).get(patient_id)
    return Preview(tuple(texts), who.language if who else "")
