"""Conversations as the desk sees them: folders, one conversation, and words found in the newest texts.

Call all of it inside `clinic_scope`; the caller audits.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from django.db.models import Count, F, Max, Q, QuerySet

from recado.consent import queries as consent
from recado.contacts import queries as contacts
from recado.contacts.types import Reach
from recado.foundation.clock import real_now
from recado.foundation.crypto import ClinicKeys
from recado.foundation.database import plain_cursor
from recado.foundation.keys import keys_for
from recado.foundation.phone import Phone
from recado.foundation.text import normalise
from recado.messaging import queries as texts
from recado.messaging.types import State

from .models import Presence, Reading, Reply, Thread
from .presence import HERE_FOR
from .types import Counts, Folder, Found, Here, Hit, Reason, ThreadRow, ThreadState

PAGE = 50
SEARCHED = 2_000  # texts in all: each is decrypted for it

_WAITS = Q(state=ThreadState.OPEN, waiting_since__isnull=False)
_AT_HAND = (ThreadState.OPEN, ThreadState.SNOOZED)


def _mine(user_id: UUID) -> Q:
    """Assigned to them, or a note names them: that also where it was put aside."""
    return Q(state=ThreadState.OPEN, assignee=user_id) | Q(state__in=_AT_HAND, mentioned__contains=[user_id])


def _folder(clinic_id: UUID, folder: Folder, user_id: UUID) -> "QuerySet[Thread]":
    rows = Thread.objects.filter(clinic_id=clinic_id)
    if folder is Folder.ALL:
        return rows.order_by("-last_at", "id")
    if folder is Folder.SNOOZED:
        return rows.filter(state=ThreadState.SNOOZED).order_by(F("snoozed_until").asc(nulls_last=True), "id")
    if folder is Folder.FAILED:
        return rows.filter(failed_at__isnull=False).order_by("failed_at", "id")
    rows = rows.filter(_mine(user_id) if folder is Folder.MINE else Q(state=ThreadState.OPEN))
    return rows.order_by(F("waiting_since").asc(nulls_last=True), "-last_at", "id")


def page(
    clinic_id: UUID, folder: Folder, user_id: UUID, *, number: int = 1, team: UUID | None = None
) -> list[ThreadRow]:
    """One page of a folder, or of what a team has in it: the longest wait first, in All the newest first."""
    start, rows = (number - 1) * PAGE, _folder(clinic_id, folder, user_id)
    return _rows(clinic_id, (rows.filter(team_id=team) if team else rows)[start : start + PAGE])


def count_of_team(clinic_id: UUID, folder: Folder, user_id: UUID, team: UUID) -> int:
    """How many conversations of a folder a team has."""
    return _folder(clinic_id, folder, user_id).filter(team_id=team).count()


def first_waiting(clinic_id: UUID, folder: Folder, user_id: UUID, *, but: UUID) -> UUID | None:
    """The first conversation of a folder other than this one: what is opened next."""
    rows = _folder(clinic_id, folder, user_id).exclude(id=but)
    return rows.values_list("id", flat=True).first()


def counts(clinic_id: UUID, user_id: UUID) -> Counts:
    """What the tabs of the inbox say. Each statement reads an index: years of finished conversations cost next to nothing."""
    rows, is_open = Thread.objects.filter(clinic_id=clinic_id), Q(state=ThreadState.OPEN)
    found = rows.filter(state__in=_AT_HAND).aggregate(
        waiting=Count("id", filter=_WAITS),
        todo=Count("id", filter=is_open),
        mine=Count("id", filter=_mine(user_id)),
        snoozed=Count("id", filter=Q(state=ThreadState.SNOOZED)),
        failed=Count("id", filter=Q(failed_at__isnull=False)),
    )
    return Counts(**found, all=rows.count(), heard_at=rows.aggregate(at=Max("heard_at"))["at"])


_MINE: LiteralString = """
SELECT who, count(*) FROM (
    SELECT DISTINCT t.id, x.who FROM conversations_thread t, LATERAL unnest(
        t.mentioned || CASE WHEN t.state = 'open' AND t.assignee IS NOT NULL THEN ARRAY[t.assignee] ELSE '{}' END) x (who)
    WHERE t.clinic_id = %s AND t.state IN ('open', 'snoozed')) s GROUP BY who
"""


def mine(clinic_id: UUID) -> dict[UUID, int]:
    """How many conversations each of the staff has under Mine; who has none is left out. One statement for all of them."""
    with plain_cursor() as cursor:
        return dict(cursor.execute(_MINE, (clinic_id,)).fetchall())


def waiting_count(clinic_id: UUID) -> int:
    return Thread.objects.filter(_WAITS, clinic_id=clinic_id).count()


def thread(clinic_id: UUID, thread_id: UUID) -> ThreadRow | None:
    return next(iter(_rows(clinic_id, Thread.objects.filter(clinic_id=clinic_id, id=thread_id))), None)


def threads_of(clinic_id: UUID, ids: Collection[UUID]) -> list[ThreadRow]:
    """These conversations."""
    return _rows(clinic_id, Thread.objects.filter(clinic_id=clinic_id, id__in=list(ids)))


def threads_at(clinic_id: UUID, phones: Collection[bytes]) -> dict[bytes, ThreadRow]:
    """The conversations with these phones, by phone."""
    found = _rows(clinic_id, Thread.objects.filter(clinic_id=clinic_id, phone_bi__in=list(phones)))
    return {row.phone_bi: row for row in found}


def _rows(clinic_id: UUID, rows: Iterable[Thread]) -> list[ThreadRow]:
    keys = keys_for(clinic_id)
    return [_row(keys, row) for row in rows]


def _row(keys: ClinicKeys, row: Thread) -> ThreadRow:
    return ThreadRow(
        id=row.id,
        phone=Phone(keys.open("thread.phone", row.id.bytes, bytes(row.phone_ct)).decode()),
        phone_bi=bytes(row.phone_bi),
        number=row.number,
        patient_id=row.patient_id,
        state=ThreadState(row.state),
        reason=Reason(row.reason),
        assignee=row.assignee,
        waiting_since=row.waiting_since,
        snoozed_until=row.snoozed_until,
        heard_at=row.heard_at,
        last_at=row.last_at,
        is_last_ours=row.is_last_ours,
        last_words=keys.open("thread.last", row.id.bytes, bytes(row.last_ct)).decode(),
        version=row.version,
        mentioned=tuple(row.mentioned),
        team_id=row.team_id,
        alarm_step=row.alarm_step if row.waiting_since and row.alarm_for == row.waiting_since else 0,
        failed_at=row.failed_at,
    )


def people(clinic_id: UUID, rows: Collection[ThreadRow]) -> dict[UUID, list[Reach]]:
    """Whose phones these conversations are with, by conversation: nobody known, one, or a family, the one whom it is
    about first. Who has another phone by now still has the conversation; whose number it was said not to be has not."""
    at = contacts.people_at(clinic_id, {row.phone_bi for row in rows})
    listed = {person.patient_id for some in at.values() for person in some}
    former = contacts.reach(clinic_id, {r.patient_id for r in rows if r.patient_id and r.patient_id not in listed})
    standing = consent.standing_of(clinic_id, phones=(), patients=listed | set(former))
    found: dict[UUID, list[Reach]] = {}
    for row in rows:
        some = list(at.get(row.phone_bi, ()))
        if not some and row.patient_id in former:
            some = [former[row.patient_id]]
        mine = [person for person in some if (person.patient_id, row.phone_bi) not in standing.wrong]
        found[row.id] = sorted(mine, key=lambda person, about=row.patient_id: person.patient_id != about)  # type: ignore[misc]
    return found


def authors(clinic_id: UUID, thread_id: UUID) -> dict[UUID, UUID]:
    """Who of the staff wrote which message of a conversation: message to user."""
    rows = Reply.objects.filter(clinic_id=clinic_id, thread_id=thread_id)
    return dict(rows.values_list("id", "author"))


def last_author(clinic_id: UUID, thread_id: UUID) -> UUID | None:
    """Who of the staff wrote the newest text of a conversation."""
    rows = Reply.objects.filter(clinic_id=clinic_id, thread_id=thread_id).order_by("-at", "-id")
    return rows.values_list("author", flat=True).first()


def recalled_text(clinic_id: UUID, row: ThreadRow, message_id: str) -> str:
    """The words of a text of this conversation that was taken back; empty for any other."""
    newest = texts.thread(clinic_id, row.phone_bi, limit=5)
    found = next((m for m in newest if str(m.id) == message_id and m.state is State.CALLED_OFF), None)
    return found.text if found and found.id in authors(clinic_id, row.id) else ""


def here(clinic_id: UUID, *, but: UUID) -> dict[UUID, list[Here]]:
    """Which colleagues have which conversation open at the moment, each once: typing in one window counts."""
    rows = Presence.objects.filter(clinic_id=clinic_id, at__gt=real_now() - HERE_FOR).exclude(user_id=but)
    typing: dict[tuple[UUID, UUID], bool] = {}
    for thread_id, user_id, is_typing in rows.values_list("thread_id", "user_id", "is_typing"):
        typing[thread_id, user_id] = typing.get((thread_id, user_id), False) or is_typing
    found: dict[UUID, list[Here]] = {}
    for (thread_id, user_id), is_typing in typing.items():
        found.setdefault(thread_id, []).append(Here(user_id, is_typing))
    return found


# ------------------------------------------------------------------------------------------------ finding words


def search(clinic_id: UUID, words: str, *, limit: int = SEARCHED) -> Found:
    """The conversations in whose newest texts all these words stand, whatever their accents and capitals. It reads at
    most `limit` texts of the clinic, the newest of both directions: they are sealed, so no index can look inside."""
    wanted = normalise(words).split()
    said = sorted(
        [(s.at, s.phone_bi, s.text, True) for s in texts.newest(clinic_id, limit=limit)]
        + [(at, bi, text, False) for at, bi, text in _heard(clinic_id, limit)],
        key=lambda one: one[0],
        reverse=True,
    )[:limit]
    newest: dict[bytes, tuple[datetime, str, bool]] = {}
    for at, bi, text, is_ours in said:
        if wanted and bi not in newest and _holds(text, wanted):
            newest[bi] = (at, text, is_ours)
    names = dict(Thread.objects.filter(clinic_id=clinic_id, phone_bi__in=list(newest)).values_list("phone_bi", "id"))
    ids = {bytes(bi): name for bi, name in names.items()}
    hits = tuple(Hit(ids[bi], *hit) for bi, hit in newest.items() if bi in ids)
    return Found(hits, len(said), said[-1][0] if said else None)


def _heard(clinic_id: UUID, limit: int) -> list[tuple[datetime, bytes, str]]:
    rows = Reading.objects.filter(clinic_id=clinic_id).order_by("-at", "-id")[:limit]
    found = list(rows.values_list("id", "at", "phone_bi", "body_ct"))
    bodies = keys_for(clinic_id).open_many(
        "reading.body", [name.bytes for name, *_ in found], [bytes(sealed) for *_, sealed in found]
    )
    return [(at, bytes(bi), body.decode()) for (_, at, bi, _), body in zip(found, bodies, strict=True)]


def _holds(text: str, wanted: list[str]) -> bool:
    folded = normalise(text)
    return all(word in folded for word in wanted)
