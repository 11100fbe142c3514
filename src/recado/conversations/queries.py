"""What is open, what waits for a person, and the page behind a link."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import LiteralString
from uuid import UUID

from django.db.models import Q

from recado.clinics import queries as clinics
from recado.clinics.types import ClinicSettings
from recado.foundation import arrays, business_time, ids
from recado.foundation.clock import real_now
from recado.foundation.database import plain_cursor
from recado.foundation.keys import keys_for
from recado.foundation.phone import Phone
from recado.foundation.tenancy import clinic_scope
from recado.foundation.wiring import is_wired, wired
from recado.messaging import queries as texts

from . import (
    asking,
    attachments,
    drafts,
    giving,
    inbox,
    joining,
    link_pages,
    mentions,
    notes,
    offers,
    saved,
    snoozing,
    trying,
    whose,
    wished,
    wishing,
)
from .marks import marks
from .models import Question, Reading, Reply
from .notices import passed_to_person as passed_to_person
from .types import VisitPage
from .understanding.reading import ranked_languages
from .understanding.tokens import tokens_of

PAGE = inbox.PAGE
marks_of, mine = marks, inbox.mine
messages_behind = wishing.behind
time_wished = wished.time_wished
attachments_of = attachments.of_readings
asked_by, is_asked = asking.asked_by, asking.is_open
authors = inbox.authors
answer_times, open_by_team = giving.answer_times, giving.open_by_team
counts, count_of_team = inbox.counts, inbox.count_of_team
draft = drafts.draft
first_waiting = inbox.first_waiting
link_page = link_pages.link_page
here = inbox.here
may_be_named, notes_of, notes_about = notes.may_be_named, notes.of_thread, notes.about
mentions_in = mentions.find
NOTE_BACK_WITHIN = notes.BACK_WITHIN
page = inbox.page
people = inbox.people
recalled_text = inbox.recalled_text
last_author = inbox.last_author
offers_about, offered = offers.offers_about, offers.offered
tally_of_offers, asked_of_offers = offers.tally, offers.asked_of
saved_replies, ready_replies = saved.listed, saved.ready
SAVED_VALUES, SAVED_LONGEST = saved.VALUES, saved.LONGEST_TEXT
not_theirs = whose.not_theirs
search = inbox.search
snoozed_until = snoozing.until
thread = inbox.thread
threads_at = inbox.threads_at
threads_of = inbox.threads_of
try_text, out_of_hours_text = trying.try_text, trying.out_of_hours_text


def language_of(text: str, own: str) -> str:
    """The language that a text is most likely in; where its words leave it open, `own`: what its writer reads. Empty for a text
    of less than two words: "2" or "ok" is of none. Pure."""
    words = tuple(tokens_of(text))
    return ranked_languages(words, own)[0] if sum(word.isalpha() for word in words) > 1 else ""


ANSWERED: LiteralString = """
SELECT q.message_id FROM conversations_question q
WHERE q.clinic_id = %s AND q.id >= %s AND q.asked_at >= %s AND q.answer <> '' AND q.message_id IS NOT NULL
"""


def answered_since(clinic_id: UUID, since: datetime) -> list[UUID]:
    """The texts that asked something since that moment and have been answered: one statement. Call it inside
    `clinic_scope`."""
    age = max(business_time.now() - since, timedelta(0))
    with plain_cursor() as cursor:  # ids are made by the real clock, which business time is never behind
        rows = cursor.execute(ANSWERED, (clinic_id, ids.lowest_id_at(real_now() - age), since))
        return [name for (name,) in rows]


def is_for_messages(token: str) -> bool:
    """Whether a live link is for the page of messages alone."""
    target = texts.link_behind(token)
    return target is not None and target.is_live and target.kind == joining.KIND


def visit_behind(token: str) -> VisitPage | None:
    """What the page behind a link shows. None: unknown, ended or expired, and nobody is told which."""
    target = texts.link_behind(token)
    if target is None or not target.is_live:
        return None
    if not is_wired("LINK_PAGES", target.kind):
        return None
    with clinic_scope(target.clinic_id):
        page: VisitPage | None = wired("LINK_PAGES", target.kind)(target.clinic_id, target.subject_id, target.phone_bi)
    return page


def clinic_behind(token: str) -> ClinicSettings | None:
    """Whose link a token is or was; of one that we never gave out, the installation's only clinic. None: there are several.
    It tells no more than the text did that brought the link: who writes."""
    target = texts.link_behind(token)
    return clinics.clinic_settings(target.clinic_id) if target else clinics.only_clinic()


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody was asked about a subject: how often, when and by which text last."""

    times: int
    last_at: datetime
    message_id: UUID | None


ASKED: LiteralString = """
SELECT subject_id, count(*), max(asked_at), (array_agg(message_id ORDER BY asked_at DESC, id DESC))[1]
FROM conversations_question WHERE clinic_id = %s AND kind = %s AND subject_id = ANY (%s) GROUP BY subject_id
"""


def asked_about(clinic_id: UUID, kind: str, subject_ids: Collection[UUID]) -> dict[UUID, Asked]:
    """The questions about each of these subjects: one statement. Call it inside `clinic_scope`."""
    subjects = arrays.uuid_array([one.bytes for one in subject_ids])
    with plain_cursor() as cursor:
        rows = cursor.execute(ASKED, (clinic_id, kind, subjects)).fetchall()
    return {subject: Asked(times, at, message) for subject, times, at, message in rows}


@dataclass(frozen=True, slots=True)
class ReadingView:
    """One text from a person, how it was understood and what came of it."""

    id: UUID
    at: datetime
    text: str
    understood: str
    outcome: str
    question_id: UUID | None
    needs_person: bool
    why: str = ""  # it was understood so, in our own sentences
    patient_id: UUID | None = None  # whom it is about, where that is known
    has_picture: bool = False


def readings(clinic_id: UUID, phone_bi: bytes, *, limit: int = 50) -> list[ReadingView]:
    """The newest texts from a number, newest first. Call it inside `clinic_scope`; the caller audits."""
    rows = Reading.objects.filter(clinic_id=clinic_id, phone_bi=phone_bi).order_by("-at", "-id")[:limit]
    return _reading_views(clinic_id, rows)


def words_of(clinic_id: UUID, ids: Collection[UUID]) -> dict[UUID, str]:
    """What people wrote in these texts. Call it inside `clinic_scope`; the caller audits."""
    rows = Reading.objects.filter(clinic_id=clinic_id, id__in=list(ids))
    return {view.id: view.text for view in _reading_views(clinic_id, rows)}


def written_from(clinic_id: UUID, ids: Collection[UUID]) -> dict[UUID, tuple[Phone, str]]:
    """The phone that wrote each of these texts, and our number that it wrote to. Call it inside `clinic_scope`."""
    keys = keys_for(clinic_id)
    rows = Reading.objects.filter(clinic_id=clinic_id, id__in=list(ids))
    return {
        row.id: (Phone(keys.open("reading.phone", row.id.bytes, bytes(row.phone_ct)).decode()), row.number)
        for row in rows
    }


def around(clinic_id: UUID, message_id: UUID) -> tuple[list[ReadingView], list[ReadingView]]:
    """The texts from a person that a text of ours was an answer to, and those that answered its question; the oldest first.
    Call it inside `clinic_scope`; the caller audits."""
    asked = Question.objects.filter(clinic_id=clinic_id, message_id=message_id).values("id")
    either = Q(reply_id=message_id) | Q(question_id__in=asked)
    rows = list(Reading.objects.filter(either, clinic_id=clinic_id).order_by("at", "id"))
    led = [row for row in rows if row.reply_id == message_id]
    came = [row for row in rows if row.reply_id != message_id]
    return _reading_views(clinic_id, led), _reading_views(clinic_id, came)


def author_of(clinic_id: UUID, message_id: UUID) -> UUID | None:
    """Who of the staff wrote a text; None: nobody did. Call it inside `clinic_scope`."""
    return Reply.objects.filter(clinic_id=clinic_id, id=message_id).values_list("author", flat=True).first()


def readings_of(
    clinic_id: UUID,
    patient_id: UUID,
    phones: Sequence[bytes],
    *,
    current: bytes | None,
    before: tuple[datetime, UUID],
    limit: int,
) -> list[ReadingView]:
    """Texts from a patient, from the numbers they have or had, newest first; from the number they have now also those that
    may be anybody's there. Call it inside `clinic_scope`; the caller audits."""
    at, last = before
    rows = Reading.objects.filter(clinic_id=clinic_id, phone_bi__in=list(phones))
    rows = rows.filter(Q(patient_id=patient_id) | Q(patient_id=None, phone_bi=current or b""))
    rows = rows.filter(Q(at__lt=at) | Q(at=at, id__lt=last)).order_by("-at", "-id")
    return _reading_views(clinic_id, rows[:limit])


def _reading_views(clinic_id: UUID, rows: Iterable[Reading]) -> list[ReadingView]:
    keys = keys_for(clinic_id)
    return [
        ReadingView(
            row.id,
            row.at,
            keys.open("reading.body", row.id.bytes, bytes(row.body_ct)).decode(),
            row.understood,
            row.outcome,
            row.question_id,
            row.needs_person and row.done_at is None,
            keys.open("reading.why", row.id.bytes, bytes(row.why_ct)).decode() if row.why_ct else "",
            row.patient_id,
            row.has_picture,
        )
        for row in rows
    ]


def to_do_count(clinic_id: UUID) -> int:
    """In how many conversations a person waits for an answer."""
    with clinic_scope(clinic_id):
        return inbox.waiting_count(clinic_id)
