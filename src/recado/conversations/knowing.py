"""What has to be known before texts are read, asked for all of them at once: some dozen statements, for fifty as for one.

Read one after the other, each text asked for itself: 47 statements, 20 to 37 ms of processor and a commit (ADR 0038).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import LiteralString
from uuid import UUID

from recado.consent import queries as consent
from recado.consent.types import Purpose
from recado.contacts import queries as contacts
from recado.contacts.types import Reach
from recado.foundation import arrays, business_time
from recado.foundation.database import plain_cursor
from recado.foundation.wiring import listed
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.messaging.types import InboundText
from recado.tasks import queries as tasks
from recado.tasks.types import OnCall

from . import threads
from .known_types import NOBODY_KNOWN, Known, LastRead
from .models import Question, Thread, WhichOne
from .pictures import OUTCOME as PICTURE
from .types import ASKED_AGAIN, DANGER, WAITS

LATELY = timedelta(days=1)
MOST_QUESTIONS = 50  # open ones of one phone that are looked at, the newest

# Planned each time: a plan kept from when the table was empty would walk it for every phone.
READ_BEFORE: LiteralString = """
SELECT p.phone_bi, l.at, l.outcome, l.body_mac, l.question_id, l.reply_id, s.is_with_person, s.passed_on, s.was_asked_again
FROM unnest(%(phones)s) AS p (phone_bi)
CROSS JOIN LATERAL (
    SELECT r.at, r.outcome, r.body_mac, r.question_id, r.reply_id FROM conversations_reading r
    WHERE r.clinic_id = %(clinic)s AND r.phone_bi = p.phone_bi ORDER BY r.at DESC, r.id DESC LIMIT 1) AS l
CROSS JOIN LATERAL (
    SELECT coalesce(bool_or(r.outcome = %(danger)s AND r.done_at IS NULL), false) AS is_with_person,
        count(*) FILTER (WHERE (r.outcome = %(waits)s OR (r.outcome = %(picture)s AND r.reply_id IS NOT NULL))
            AND r.at >= %(since)s) AS passed_on,
        coalesce(bool_or(r.outcome = %(again)s AND r.at >= %(since)s), false) AS was_asked_again
    FROM conversations_reading r WHERE r.clinic_id = %(clinic)s AND r.phone_bi = p.phone_bi) AS s
"""


@dataclass(frozen=True, slots=True)
class Writer:
    """A text, and what is known of whoever wrote it. Their conversation is locked."""

    text: InboundText
    phone_bi: bytes
    thread: Thread
    people: tuple[Reach, ...]  # who is reached at this phone
    questions: list[Question]  # the newest open one about each subject, the newest first
    which: WhichOne | None  # that we have asked back and wait for
    written_at: datetime | None  # by staff, lately
    last_purpose: Purpose | None  # of our newest text, where no question is open
    known: Known
    on_call: OnCall | None = None  # the phone is a mobile on call


def writers(clinic_id: UUID, heard: Sequence[InboundText]) -> list[Writer]:
    """Of texts of different phones. Locks their conversations, in the order of their ids, so that two who lock several never
    wait for each other in a ring. Call it inside `clinic_scope`, in a transaction."""
    by_phone = {messaging.phone_index(clinic_id, text.phone): text for text in heard}
    held = threads.held_all(clinic_id, by_phone)
    written = threads.written_at(clinic_id, [thread.id for thread in held.values()])
    questions = _questions(clinic_id, by_phone)
    people = contacts.people_at(clinic_id, by_phone)
    purposes = texts.last_purposes(clinic_id, [phone for phone in by_phone if phone not in questions])
    on_call = {one.phone: one for one in tasks.on_call(clinic_id)}
    which, known = _which(clinic_id, by_phone), _known(clinic_id, by_phone)
    return [
        Writer(
            text,
            phone,
            held[phone],
            tuple(people.get(phone, ())),
            questions.get(phone, []),
            which.get(phone),
            written.get(held[phone].id),
            purposes.get(phone),
            known[phone],
            on_call.get(text.phone),
        )
        for phone, text in by_phone.items()
    ]


def apart(found: Sequence[Writer]) -> tuple[list[Writer], list[Writer]]:
    """Who can be read together, and who must wait for them: two phones may have been asked about one visit."""
    now: list[Writer] = []
    later: list[Writer] = []
    taken: set[UUID] = set()
    for one in found:
        subjects = {question.subject_id for question in one.questions}
        (now if taken.isdisjoint(subjects) else later).append(one)
        taken |= subjects
    return now, later


def _questions(clinic_id: UUID, phones: Collection[bytes]) -> dict[bytes, list[Question]]:
    rows = Question.objects.filter(
        clinic_id=clinic_id, phone_bi__in=list(phones), closed_at=None, expires_at__gt=business_time.now()
    )
    of_phone: dict[bytes, list[Question]] = {}
    for row in rows.order_by("-asked_at", "-id"):
        of_phone.setdefault(bytes(row.phone_bi), []).append(row)
    return {phone: _newest(asked[:MOST_QUESTIONS]) for phone, asked in of_phone.items()}


def _newest(asked: Sequence[Question]) -> list[Question]:
    """Of each subject. It was asked about, if it ever was, though a notice came since."""
    newest: dict[UUID, Question] = {}
    for row in asked:
        newest.setdefault(row.subject_id, row).is_notice &= row.is_notice
    return list(newest.values())


def _which(clinic_id: UUID, phones: Collection[bytes]) -> dict[bytes, WhichOne]:
    rows = WhichOne.objects.filter(
        clinic_id=clinic_id, phone_bi__in=list(phones), settled_at=None, expires_at__gt=business_time.now()
    )
    return {bytes(row.phone_bi): row for row in rows.order_by("asked_at", "id")}  # the newest counts


def _known(clinic_id: UUID, phones: Collection[bytes]) -> dict[bytes, Known]:
    values = {
        "clinic": clinic_id,
        "phones": arrays.bytea_array(list(phones)),
        "since": business_time.now() - LATELY,
        "danger": DANGER,
        "waits": WAITS,
        "picture": PICTURE,
        "again": ASKED_AGAIN,
    }
    found = dict.fromkeys(phones, NOBODY_KNOWN)
    with plain_cursor() as cursor:
        for phone, at, outcome, mac, question, reply, *standing in cursor.execute(READ_BEFORE, values, prepare=False):
            found[bytes(phone)] = Known(LastRead(at, outcome, bytes(mac), question, reply), *standing)
    refusing = consent.refusing_care(clinic_id, phones)
    talking = frozenset[bytes]().union(*(talker.talking(clinic_id, phones) for talker in listed("TALKERS")))
    return {
        phone: replace(one, refuses_care=phone in refusing, is_talking=phone in talking) for phone, one in found.items()
    }
