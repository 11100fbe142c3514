"""Everything about a patient as one list, newest first: visits, texts both ways, permission, what staff changed.

Each source gives the newest entries before a cursor; the newest of all are shown. A cursor is a moment and an id, so that
entries of one moment are neither shown twice nor left out, and nothing in it tells of anybody.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recado.appointments import queries as appointments
from recado.appointments.queries import ChangeView
from recado.appointments.types import VisitView
from recado.care_events import queries as care_events
from recado.consent import queries as consent
from recado.contacts import queries as contacts
from recado.contacts.types import PatientView
from recado.conversations import queries as conversations
from recado.conversations.queries import ReadingView
from recado.foundation.ids import new_id
from recado.messaging import queries as messaging
from recado.messaging.types import MessageView
from recado.web import dates, heard_words
from recado.web.chips import Chip
from recado.web.paging import moment_asked
from recado.web.patients import care_words, happenings, words

PAGE = 20


class Show(StrEnum):
    """What the list is narrowed to."""

    ALL = "all"
    VISITS = "visits"
    MESSAGES = "messages"
    CONSENT = "consent"
    CARE = "care"


SHOWN: dict[Show, Any] = {
    Show.ALL: gettext_lazy("All"),
    Show.VISITS: gettext_lazy("Visits"),
    Show.MESSAGES: gettext_lazy("Messages"),
    Show.CONSENT: gettext_lazy("Consent"),
    Show.CARE: gettext_lazy("Care"),
}

Cursor = tuple[datetime, UUID]


UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened."""

    at: datetime  # in the clinic's zone
    id: UUID
    icon: str
    colour: str
    title: Any
    detail: str = ""
    text: str = ""  # what was written, for who may read it
    language: str = ""  # of the text
    chip: Chip | None = None
    message_id: UUID | None = None
    when: str = ""  # in words

    @property
    def cursor(self) -> str:
        return f"{self.at.astimezone(UTC).isoformat()}_{self.id}"


@dataclass(frozen=True, slots=True)
class Timeline:
    """One part of it; `older` is the cursor of what comes after, empty at the end."""

    entries: tuple[Entry, ...]
    older: str


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose it is, what may be seen of it, and the words for who did things."""

    clinic_id: UUID
    person: PatientView
    phones: tuple[bytes, ...]
    visits: dict[UUID, VisitView]
    zone: ZoneInfo
    staff: dict[str, str]  # user id to name
    sees_texts: bool


def read_cursor(text: str) -> Cursor | None:
    """What `Entry.cursor` wrote; None for anything else."""
    moment, _sep, name = text.partition("_")
    at = moment_asked(moment)
    try:
        return (at, UUID(name)) if at else None
    except ValueError:
        return None


def timeline(subject: Subject, show: Show, now: datetime, before: Cursor | None, *, limit: int = PAGE) -> Timeline:
    """The newest entries before the cursor. Call it inside `clinic_scope`; the caller audits."""
    start = before or (now, new_id())
    found = sorted(_all(subject, show, start, limit + 1), key=lambda entry: (entry.at, entry.id), reverse=True)
    shown = [_placed(entry, subject.zone, now) for entry in found[:limit]]
    return Timeline(tuple(shown), shown[-1].cursor if len(found) > limit else "")


def _placed(entry: Entry, zone: ZoneInfo, now: datetime) -> Entry:
    at = entry.at.astimezone(zone)
    return replace(entry, at=at, when=words.moment(at, now.astimezone(zone)))


def _all(subject: Subject, show: Show, before: Cursor, limit: int) -> Iterator[Entry]:
    if show in (Show.ALL, Show.VISITS):
        yield from _visits(subject, before, limit)
    if show in (Show.ALL, Show.MESSAGES):
        yield from _texts(subject, before, limit)
    if show in (Show.ALL, Show.CONSENT):
        yield from _permission(subject, before, limit)
    if show in (Show.ALL, Show.CARE):
        yield from _care(subject, before, limit)
    if show is Show.ALL:
        yield from _changes(subject, before, limit)


def _visits(subject: Subject, before: Cursor, limit: int) -> Iterator[Entry]:
    story = appointments.story_of_patient(subject.clinic_id, subject.person.id, before=before, limit=limit)
    return (_visit(subject, change) for change in story)


def _visit(subject: Subject, change: ChangeView) -> Entry:
    look = happenings.visit(change.kind)
    visit = subject.visits.get(change.appointment_id)
    when = change.starts_at or (visit.starts_at if visit else None)
    told = {"when": dates.short_moment(when.astimezone(subject.zone)) if when else ""}
    if change.was_at and change.was_at != change.starts_at:
        told["was"] = dates.short_moment(change.was_at.astimezone(subject.zone))
    facts = [visit.clinician, visit.service] if visit else []
    facts.append(happenings.by(change.actor_kind, change.actor_ref, subject.staff))
    if "was" in told:
        facts.insert(0, _("It was on %(was)s") % told)
    title = str(look.words) % told
    return Entry(change.at, change.id, look.icon, look.colour, title, ", ".join(fact for fact in facts if fact))


def _care(subject: Subject, before: Cursor, limit: int) -> Iterator[Entry]:
    for change in care_events.story_of_patient(subject.clinic_id, subject.person.id, before=before, limit=limit):
        kind = care_words.KINDS[change.kind]
        who = happenings.by(change.actor_kind, change.actor_ref, subject.staff)
        chip = care_words.chip(change.kind, change.state)
        yield Entry(change.at, change.id, kind.icon, "info", kind.title, who, chip=chip)


def _texts(subject: Subject, before: Cursor, limit: int) -> Iterator[Entry]:
    phones, current = list(subject.phones), subject.person.phone_bi
    common: dict[str, Any] = {"current": current, "before": before, "limit": limit}
    for message in messaging.texts_about(subject.clinic_id, subject.person.id, phones, **common):
        yield _sent(subject, message)
    for reading in conversations.readings_of(subject.clinic_id, subject.person.id, phones, **common):
        yield _heard(subject, reading)


def _sent(subject: Subject, message: MessageView) -> Entry:
    look = happenings.purpose(message.purpose)
    return Entry(
        message.at,
        message.id,
        look.icon,
        look.colour,
        look.words,
        happenings.fate(message, subject.zone),
        text=message.text if subject.sees_texts else "",
        language=subject.person.language,
        chip=happenings.state(message.state),
        message_id=message.id,
    )


def _heard(subject: Subject, reading: ReadingView) -> Entry:
    chip = Chip("ask", "hand", _("Waits for an answer")) if reading.needs_person else None
    return Entry(
        reading.at,
        reading.id,
        "message-square-reply",
        "acc",
        _("A text from the patient"),
        happenings.understood(reading.understood),
        text=heard_words.shown(reading) if subject.sees_texts else "",
        language=subject.person.language,
        chip=chip,
    )


def _permission(subject: Subject, before: Cursor, limit: int) -> Iterator[Entry]:
    person = subject.person
    said = consent.proofs(subject.clinic_id, person.id, person.phone_bi, before=before, limit=limit)
    for proof in said:
        look = happenings.proof(proof.kind)
        facts = [happenings.how(proof.how), happenings.by(proof.actor_kind, proof.actor_ref, subject.staff)]
        title = str(look.words) % {"what": happenings.groups(proof.groups)}
        yield Entry(proof.at, proof.id, look.icon, look.colour, title, ", ".join(fact for fact in facts if fact))


def _changes(subject: Subject, before: Cursor, limit: int) -> Iterator[Entry]:
    for change in contacts.changes_of(subject.clinic_id, subject.person.id, before=before, limit=limit):
        look = happenings.detail(change.kind)
        who = happenings.by(change.actor_kind, change.actor_ref, subject.staff)
        yield Entry(change.at, change.id, look.icon, look.colour, look.words, who)
