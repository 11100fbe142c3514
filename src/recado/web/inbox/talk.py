"""One conversation in the order of time: texts both ways with their marks, and what happened by itself between them."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from recado.appointments import queries as appointments
from recado.appointments.types import ChangeKind
from recado.consent.types import Purpose
from recado.contacts.types import Reach
from recado.conversations import queries as conversations
from recado.conversations.types import AttachmentView, Here, NoteView, ThreadRow
from recado.messaging import queries as texts
from recado.messaging.types import MessageView, State
from recado.tasks import queries as tasks
from recado.web import dates, heard_words, languages, reasons

from . import attachments, words
from .lines import Desk

AT_FIRST = 30  # texts each way
AT_MOST = 600


@dataclass(frozen=True, slots=True)
class Item:
    """A heading of a day, a text, a note, or an event."""

    kind: str  # day, in, out, note, evt
    at: datetime
    key: str
    text: str = ""
    by: str = ""
    is_staff: bool = False
    time: str = ""
    icon: str = ""
    tick: words.Tick | None = None
    parts: int = 0
    message_id: UUID | None = None
    may_recall: bool = False
    is_mine: bool = False
    pieces: tuple[tuple[str, bool], ...] = ()  # of a note: its words, and whether they name somebody
    note_id: UUID | None = None
    text_id: UUID | None = None  # of a text of theirs
    about: str = ""  # of whom of those who share the phone it is, by name
    language: str = ""  # of a text of theirs, as its words tell
    language_name: str = ""
    fix: str = ""  # what to do about a text that did not arrive
    may_go_again: bool = False
    files: tuple[attachments.Shown, ...] = ()  # that came with a text of theirs


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation, and how much of it is shown."""

    items: list[Item]
    has_older: bool
    newest_in: str  # which text of theirs is the newest: a change of it is announced


def unanswered(shown: Talk) -> list[str]:
    """Their words since staff last wrote, the newest last."""
    said: list[str] = []
    for item in shown.items:
        if item.kind == "in":
            said.append(item.text)
        elif item.kind == "out" and item.is_staff:
            said = []
    return said


def mark(stored: str, here: Iterable[Here]) -> str:
    """What an open tab keeps of a conversation that it shows, to learn whether it changed: `queries.marks_of`, and who is at it."""
    if not stored:
        return ""  # there is no such conversation
    at_it = sorted(f"{one.user_id}{one.is_typing}" for one in here)
    return hashlib.blake2b(" ".join((stored, *at_it)).encode(), digest_size=9).hexdigest()


def talk(
    clinic_id: UUID, row: ThreadRow, at: Desk, *, most: int = AT_FIRST, language: str = "", family: Sequence[Reach] = ()
) -> Talk:
    """The newest `most` texts each way; `language`: what the person reads; `family`: who shares the phone. Call it
    inside `clinic_scope`; the caller audits."""
    ours = texts.thread(clinic_id, row.phone_bi, limit=most + 1)
    theirs = conversations.readings(clinic_id, row.phone_bi, limit=most + 1)
    authors = conversations.authors(clinic_id, row.id)
    has_older = len(ours) > most or len(theirs) > most
    notes = conversations.notes_of(clinic_id, row.id, limit=most)
    whom = {person.patient_id: person.name for person in family}
    items = [item for message in ours[:most] for item in _ours(message, authors, at)]
    came = [reading.id for reading in theirs[:most] if reading.has_picture]
    files = conversations.attachments_of(clinic_id, came) if came else {}
    items += [item for one in theirs[:most] for item in _theirs(one, language, whom, at, files.get(one.id, ()))]
    start = min((item.at for item in items), default=at.now)
    names = conversations.may_be_named(clinic_id)
    items += [_note(note, names, at) for note in notes if note.at >= start or not has_older]
    items += [event for event in _visit_events(clinic_id, row.patient_id, at) if event.at >= start]
    items += [event for event in _alarms(clinic_id, row.id, at) if event.at >= start]
    items.sort(key=lambda item: (item.at, item.key))
    newest = str(theirs[0].id) if theirs else ""
    return Talk(list(_with_days(items, at.now)), has_older, newest)


def _ours(message: MessageView, authors: dict[UUID, UUID], at: Desk) -> Iterator[Item]:
    moment = message.at.astimezone(at.zone)
    author = authors.get(message.id)
    if message.rule in ("quiet_hours", "law_hours") and message.due is not None and message.verdict == "later":
        until = dates.short_moment(message.due.astimezone(at.zone))
        said = _("Waits for the hours of planned texts, until %(when)s") % {"when": until}
        yield Item("evt", moment, f"q-{message.id}", said, icon="clock")
    if message.purpose is Purpose.VERIFY:
        yield Item("evt", moment, f"c-{message.id}", _("A code was sent. Only the phone shows it."), icon="key-round")
        return
    yield Item(
        kind="out",
        at=moment,
        key=f"r-{message.id}",
        text=message.text,
        by=at.names.get(author, _("A colleague")) if author else words.written_by_itself(message.purpose),
        is_staff=author is not None,
        time=dates.clock(moment),
        tick=words.tick(message, at.now, at.zone),
        parts=message.parts,
        message_id=message.id,
        may_recall=author is not None and message.state is State.WAITING,
        is_mine=author == at.me,
        fix=str(words.FIXES.get(message.state, "")) if author else "",
        may_go_again=message.state in words.SENT_AGAIN,
    )


def _theirs(
    reading: conversations.ReadingView,
    language: str,
    whom: dict[UUID, str],
    at: Desk,
    files: Sequence[AttachmentView],
) -> Iterator[Item]:
    moment = reading.at.astimezone(at.zone)
    spoken = conversations.language_of(reading.text, language)
    yield Item(
        "in",
        moment,
        f"i-{reading.id}",
        reading.text if files else heard_words.shown(reading),
        time=dates.clock(moment),
        language=spoken,
        language_name=languages.own_name(spoken) if spoken else "",
        text_id=reading.id,
        about=whom.get(reading.patient_id, "") if reading.patient_id else "",
        files=tuple(attachments.shown(one) for one in files),
    )
    said = words.understood(reading.outcome)
    if said:
        if reading.why:
            said = f"{said} ({reasons.said(reading.why)})"
        icon = "hand" if reading.needs_person else "check"
        yield Item("evt", moment, f"j-{reading.id}", said, icon=icon)


def _note(note: NoteView, names: dict[UUID, str], at: Desk) -> Item:
    moment = note.at.astimezone(at.zone)
    is_mine = note.author == at.me
    return Item(
        kind="note",
        at=moment,
        key=f"n-{note.id}",
        by=at.names.get(note.author, _("A colleague")),
        time=dates.clock(moment),
        is_mine=is_mine,
        may_recall=is_mine and at.now - note.at <= conversations.NOTE_BACK_WITHIN,
        pieces=tuple(_pieces(note, names)),
        note_id=note.id,
    )


def _pieces(note: NoteView, names: dict[UUID, str]) -> Iterator[tuple[str, bool]]:
    end = 0
    for one in conversations.mentions_in(note.text, {user: names[user] for user in note.mentioned if user in names}):
        yield note.text[end : one.start], False
        yield note.text[one.start : one.end], True
        end = one.end
    yield note.text[end:], False


CHANGES: dict[ChangeKind, tuple[str, Any]] = {
    ChangeKind.BOOKED: ("calendar-plus", lambda day: _("Visit booked: %(day)s") % {"day": day}),
    ChangeKind.MOVED: ("calendar-sync", lambda day: _("Visit moved to %(day)s") % {"day": day}),
    ChangeKind.CANCELLED: ("calendar-x", lambda day: _("Visit of %(day)s cancelled") % {"day": day}),
    ChangeKind.CONFIRMED: ("calendar-check", lambda day: _("Visit of %(day)s confirmed") % {"day": day}),
    ChangeKind.WISHED: ("hand", lambda day: _("Another time is wanted for the visit of %(day)s") % {"day": day}),
    ChangeKind.ARRIVED: ("user-check", lambda day: _("Came to the visit of %(day)s") % {"day": day}),
    ChangeKind.MISSED: ("user-x", lambda day: _("Did not come to the visit of %(day)s") % {"day": day}),
    ChangeKind.FINISHED: ("check-check", lambda day: _("Was seen: visit of %(day)s") % {"day": day}),
    ChangeKind.LATE: ("clock", lambda day: _("Comes later to the visit of %(day)s") % {"day": day}),
    ChangeKind.TAKEN_BACK: ("undo-2", lambda day: _("Undone: the visit of %(day)s is as it was") % {"day": day}),
}


def _visit_events(clinic_id: UUID, patient_id: UUID | None, at: Desk) -> Iterator[Item]:
    """What became of the visits, other than by a text: that stands beside the text already."""
    if patient_id is None:
        return
    visits = appointments.visits_of(clinic_id, [patient_id])
    for change in appointments.story(clinic_id, [visit.id for visit in visits][-20:]):
        if change.kind not in CHANGES or change.starts_at is None or change.actor_ref == "sms":
            continue
        icon, said = CHANGES[change.kind]
        day = dates.short_moment(change.starts_at.astimezone(at.zone))
        moment = change.at.astimezone(at.zone)
        yield Item("evt", moment, f"v-{change.appointment_id}-{moment:%Y%m%d%H%M%S%f}", said(day), icon=icon)


def _alarms(clinic_id: UUID, thread_id: UUID, at: Desk) -> Iterator[Item]:
    """Who took an emergency."""
    for taken in tasks.alarms_taken(clinic_id, thread_id):
        moment = taken.taken_at.astimezone(at.zone)
        who = at.names.get(taken.by, _("A colleague")) if taken.by else _("A mobile on call")
        said = _("%(name)s took the emergency") % {"name": who}
        yield Item("evt", moment, f"e-{moment:%Y%m%d%H%M%S%f}", said, icon="hand")


def _with_days(items: list[Item], now: datetime) -> Iterator[Item]:
    day = None
    for item in items:
        if item.at.date() != day:
            day = item.at.date()
            yield Item("day", item.at, f"d-{day}", words.day_heading(item.at, now))
        yield item
