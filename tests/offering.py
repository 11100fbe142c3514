"""A room that offers something, for tests of the mechanism: the thing is only a name. Wired under OFFERS."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from recado.foundation.actors import Actor


class Room:
    """What became of the thing, and whether it can still be had."""

    def __init__(self) -> None:
        self.taken: list[UUID] = []
        self.is_there = True

    def take(self, clinic_id: UUID, subject_id: UUID, patient_id: UUID, by: Actor) -> bool:
        if self.is_there:
            self.taken.append(patient_id)
        return self.is_there

    def say(self, clinic_id: UUID, subject_id: UUID, patient_ids: Sequence[UUID], outcome: str) -> list[str]:
        return [f"Harbour Street Clinic: {outcome}"] * len(patient_ids)

    def line(self, clinic_id: UUID, subject_id: UUID, language: str) -> str:
        return "the free time"

    def moments(self, clinic_id: UUID, subject_id: UUID) -> list[datetime]:
        return []

    def page(self, clinic_id: UUID, subject_id: UUID, patient_id: UUID, phone_bi: bytes | None) -> None:
        return None

    def link_text(self, clinic_id: UUID, subject_id: UUID, patient_id: UUID, offered_id: UUID) -> str:
        return "Harbour Street Clinic: the free time"


ROOM = Room()
