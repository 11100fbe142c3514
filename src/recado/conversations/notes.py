"""Private notes: what colleagues write to one another inside a conversation. No note ever leaves the clinic.

A note that names a colleague ("@Marta") brings the conversation before them: under Mine, with a mark, until they have done
something in it or said that they have seen it. A note about nobody changes nothing but the conversation's version.
"""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from recado.clinics import queries as clinics
from recado.clinics.roles import Permission
from recado.foundation import business_time
from recado.foundation.actors import Actor
from recado.foundation.keys import keys_for

from . import mentions, threads
from .desk import act
from .models import Note, Thread
from .types import NoteView, ThreadState, UnfitText

LONGEST = 2_000  # letters
BACK_WITHIN = timedelta(minutes=15)  # its writer may take it back so long: later it is part of what others relied on
_COLUMN = "note.body"


def may_be_named(clinic_id: UUID) -> dict[UUID, str]:
    """The colleagues who read conversations, by name."""
    return {one.user_id: one.name for one in clinics.staff(clinic_id) if one.role.may(Permission.SEE_MESSAGES)}


def write(*, clinic_id: UUID, thread_id: UUID, text: str, ref: UUID, by: Actor) -> UUID | None:
    """Notes something in a conversation, for colleagues alone. `ref` names the form and becomes the note's id: pressed twice,
    it is noted once, and None says so. A conversation that was done is open again where somebody is named. Raises
    NoSuchThread, UnfitText."""
    words = fit(text)
    names = may_be_named(clinic_id)
    author = UUID(by.ref)
    named = list(dict.fromkeys(one.user_id for one in mentions.find(words, names) if one.user_id != author))
    with transaction.atomic():
        thread = threads.held(clinic_id, thread_id)
        if Note.objects.filter(clinic_id=clinic_id, id=ref).exists():
            return None
        Note.objects.create(
            clinic_id=clinic_id,
            id=ref,
            thread_id=thread.id,
            patient_id=thread.patient_id,
            author=author,
            body_ct=keys_for(clinic_id).seal(_COLUMN, ref.bytes, words.encode()),
            at=business_time.now(),
            mentioned=named,
        )
        _call(thread, named)
        act(thread, "note", by, {}, {"note": str(ref), "named": " ".join(str(one) for one in named)})
    return ref


def fit(text: str) -> str:
    """The note as it is kept. Raises UnfitText where it is empty or too long."""
    tidy = "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip()
    if not tidy:
        raise UnfitText("empty")
    if len(tidy) > LONGEST:
        raise UnfitText("too_long")
    return tidy


def _call(thread: Thread, named: Collection[UUID]) -> None:
    thread.mentioned = [*thread.mentioned, *(one for one in named if one not in thread.mentioned)]
    if named and thread.state == ThreadState.DONE:
        thread.state = ThreadState.OPEN


def take_back(*, clinic_id: UUID, note_id: UUID, by: Actor) -> str | None:
    """Deletes a note that its writer thinks better of, and returns its words. None: it isn't theirs, or too old."""
    with transaction.atomic():
        note = Note.objects.filter(clinic_id=clinic_id, id=note_id, author=UUID(by.ref)).first()
        if note is None or business_time.now() - note.at > BACK_WITHIN:
            return None
        thread = threads.held(clinic_id, note.thread_id)
        words = _open(note)
        note.delete()
        others = {one for row in Note.objects.filter(thread_id=thread.id, clinic_id=clinic_id) for one in row.mentioned}
        thread.mentioned = [one for one in thread.mentioned if one not in note.mentioned or one in others]
        act(thread, "note_back", by, {}, {"note": str(note_id)})
    return words


def seen(*, clinic_id: UUID, thread_id: UUID, by: Actor) -> None:
    """Whoever was named has read it: the conversation is under Mine for that no more. Raises NoSuchThread."""
    with transaction.atomic():
        thread = threads.held(clinic_id, thread_id)
        if UUID(by.ref) in thread.mentioned:
            act(thread, "note_seen", by, {})


def of_thread(clinic_id: UUID, thread_id: UUID, *, limit: int) -> list[NoteView]:
    """The newest notes of a conversation, newest first. Call it inside `clinic_scope`; the caller audits."""
    return _views(list(Note.objects.filter(clinic_id=clinic_id, thread_id=thread_id).order_by("-at", "-id")[:limit]))


def about(clinic_id: UUID, patient_id: UUID, *, limit: int) -> list[NoteView]:
    """The newest notes in conversations that were about a patient when they were written. Call it inside `clinic_scope`; the
    caller audits."""
    return _views(list(Note.objects.filter(clinic_id=clinic_id, patient_id=patient_id).order_by("-at", "-id")[:limit]))


def _views(rows: list[Note]) -> list[NoteView]:
    return [NoteView(row.id, row.at, row.author, _open(row), tuple(row.mentioned)) for row in rows]


def _open(row: Note) -> str:
    return keys_for(row.clinic_id).open(_COLUMN, row.id.bytes, bytes(row.body_ct)).decode()
