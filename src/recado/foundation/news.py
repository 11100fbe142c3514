"""Tells open screens that something of a clinic changed: what kind of thing, never whose.

`tell` goes out with the caller's transaction, once however often it is said in it (PostgreSQL folds equal notices of a
transaction). NOTIFY takes a lock across the database at commit, so bulk work tells once a batch.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import LiteralString
from uuid import UUID

from recado.foundation.asking import Notice
from recado.foundation.database import plain_cursor

CHANNEL = "recado_live"
TELL: LiteralString = "SELECT pg_notify('recado_live', x) FROM unnest(%s::text[]) x"
"""For plain connections, with `[word(clinic_id, topic), ...]`."""


class Topic(StrEnum):
    """What a part of a screen may hang on."""

    MESSAGES = "messages"  # sent, delivered, failed, received
    THREADS = "threads"  # conversations: assigned, snoozed, done
    VISITS = "visits"
    TASKS = "tasks"
    PATIENTS = "patients"  # details, permissions
    IMPORTS = "imports"
    CARRIERS = "carriers"
    SETTINGS = "settings"
    DOCUMENTS = "documents"  # sent, opened, taken back
    JOURNEYS = "journeys"  # drafts, versions, pace
    ALARMS = "alarms"  # somebody may be in danger, or nobody answers


def word(clinic_id: UUID, topic: Topic) -> str:
    """The payload of one notice."""
    return f"{clinic_id} {topic}"


def tell(clinic_id: UUID, *topics: Topic) -> None:
    """Tells in the caller's transaction; nobody hears of it if that is rolled back."""
    with plain_cursor() as cursor:
        cursor.execute(TELL, ([word(clinic_id, topic) for topic in topics],))


def telling(clinic_id: UUID, *topics: Topic) -> Notice:
    """The same for who works in steps."""
    return Notice(CHANNEL, tuple(word(clinic_id, topic) for topic in topics))


def read(payload: str) -> tuple[UUID, Topic] | None:
    """Clinic and topic of a payload; None for what is not ours."""
    clinic, _, topic = payload.partition(" ")
    try:
        return UUID(clinic), Topic(topic)
    except ValueError:
        return None


def words(pairs: Iterable[tuple[UUID, Topic]]) -> list[str]:
    """Payloads of a batch, each once."""
    return sorted({word(clinic, topic) for clinic, topic in pairs})
