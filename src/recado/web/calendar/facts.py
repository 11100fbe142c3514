"""What the desk must know of visits: the person, the status, what was asked, calls, and whether somebody must phone. The
number of statements does not grow with the visits.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy

from recado.appointments.types import ChangeKind, DayVisit
from recado.consent import queries as consent
from recado.consent.types import PurposeGroup
from recado.contacts import queries as contacts
from recado.contacts.types import Reach
from recado.conversations import queries as conversations
from recado.conversations.types import ThreadRow, ThreadState
from recado.foundation.clock import local
from recado.messaging import queries as messaging
from recado.messaging.types import EventKind
from recado.tasks import queries as tasks
from recado.tasks.types import CallResult, CallView
from recado.web import visit_words
from recado.web.visit_words import CHIPS, Chip, Status

KIND = "appointment"  # of questions, in launch/wiring.py
TIME_TO_ANSWER = timedelta(hours=4)  # after a question, on the eve of a visit: then somebody phones


class Why(StrEnum):
    """Why somebody must phone."""

    ANOTHER_TIME = "another_time"
    NO_PHONE = "no_phone"
    WRONG_NUMBER = "wrong_number"
    STOPPED = "stopped"
    NOT_DELIVERED = "not_delivered"
    QUESTION = "question"
    NO_ANSWER = "no_answer"
    NOT_ASKED = "not_asked"
    MUST_TELL = "must_tell"


WHY: dict[Why, Chip] = {
    Why.ANOTHER_TIME: Chip("ask", "hand", gettext_lazy("Wants another time")),
    Why.NO_PHONE: Chip("bad", "phone-off", gettext_lazy("No phone on record")),
    Why.WRONG_NUMBER: Chip("bad", "user-x", gettext_lazy("Wrong number")),
    Why.STOPPED: Chip("bad", "bell-off", gettext_lazy("Stopped texts")),
    Why.NOT_DELIVERED: Chip("bad", "x", gettext_lazy("Number does not work")),
    Why.QUESTION: Chip("ask", "hand", gettext_lazy("No answer, asked a question")),
    Why.NO_ANSWER: Chip("warn", "clock", gettext_lazy("No answer")),
    Why.NOT_ASKED: Chip("warn", "clock", gettext_lazy("Not asked in time")),
    Why.MUST_TELL: Chip("bad", "phone-call", gettext_lazy("Must be told by phone")),
}


SETTLED_BY = {Status.WRONG_NUMBER: CallResult.WRONG_NUMBER, Status.ANOTHER_TIME: CallResult.ANOTHER_TIME}

NEWS = frozenset({ChangeKind.MOVED, ChangeKind.TAKEN_BACK})  # what a patient who was not told would miss


@dataclass(frozen=True, slots=True)
class Seen:
    """One visit as the desk sees it; `start` and `end` on the clinic's clock."""

    visit: DayVisit
    person: Reach
    start: datetime
    end: datetime
    is_ahead: bool
    status: Status
    asked: conversations.Asked | None
    fate: str  # of the last question: delivered, failed or empty
    thread: ThreadRow | None
    calls: tuple[CallView, ...]
    why: Why | None  # somebody must phone
    is_late: bool  # the time to answer is over
    zone: str

    @property
    def id(self) -> UUID:
        return self.visit.id

    @property
    def chip(self) -> Chip:
        return CHIPS[self.status]

    @property
    def is_off(self) -> bool:
        return self.status in visit_words.CANCELLED

    @property
    def why_chip(self) -> Chip | None:
        return WHY[self.why] if self.why else None

    @property
    def detail(self) -> Any:
        """The line below the chip."""
        if visit_words.settled_status(self.visit) is not None:
            way = visit_words.how(self.visit.changed_by, self.visit.changed_ref)
            return visit_words.done_by(self.visit.changed, way, local(self.visit.changed_at, self.zone))
        return self.asked_line

    @property
    def asked_line(self) -> str:
        if self.asked is None:
            return ""
        return visit_words.asked_line(self.asked.times, local(self.asked.last_at, self.zone), self.fate)

    @property
    def words(self) -> str:
        """What the patient wrote and nobody has answered."""
        thread = self.thread
        is_waiting = thread is not None and thread.state is ThreadState.OPEN and thread.waiting_since is not None
        return thread.last_words if thread and is_waiting and not thread.is_last_ours else ""

    @property
    def number(self) -> str:
        """The number to phone; none where it is known to be somebody else's, who must not hear of this patient."""
        return self.person.phone.e164 if self.person.phone and self.status is not Status.WRONG_NUMBER else ""

    @property
    def may_confirm(self) -> bool:
        return self.is_ahead and self.status not in (Status.CONFIRMED, *visit_words.CANCELLED)

    @property
    def may_cancel(self) -> bool:
        return self.is_ahead and self.status not in visit_words.CANCELLED

    @property
    def may_take_back(self) -> bool:
        return self.is_ahead and self.visit.changed_by == "staff" and bool(self.detail)

    @property
    def called_at(self) -> datetime | None:
        return local(self.calls[0].at, self.zone) if self.calls else None


def gather(
    clinic_id: UUID, visits: Sequence[DayVisit], now: datetime, zone: str, must_tell: Collection[UUID] = ()
) -> list[Seen]:
    """All that is known of these visits, in their order. `must_tell`: a task says to phone. Call it inside `clinic_scope`; the caller audits."""
    if not visits:
        return []
    ids = [visit.id for visit in visits]
    people = contacts.reach(clinic_id, {visit.patient_id for visit in visits})
    phones = [person.phone_bi for person in people.values() if person.phone_bi]
    standing = consent.standing_of(clinic_id, phones=phones, patients=list(people))
    last = messaging.last_fates(clinic_id, phones)
    asked = conversations.asked_about(clinic_id, KIND, ids)
    fates = messaging.fates_of(clinic_id, [one.message_id for one in asked.values() if one.message_id])
    threads = conversations.threads_at(clinic_id, phones)
    calls = tasks.calls_about(clinic_id, ids)

    def seen(visit: DayVisit) -> Seen:
        person = people[visit.patient_id]
        phone = person.phone_bi or b""
        question = asked.get(visit.id)
        fate = fates.get(question.message_id) if question and question.message_id else None
        newest = last.get(phone)
        is_ahead = visit.starts_at > now
        status = visit_words.status(
            visit,
            has_phone=person.phone is not None,
            is_wrong=(person.patient_id, phone) in standing.wrong,
            is_stopped=PurposeGroup.CARE in standing.withdrawn.get(phone, ()),
            has_failed=newest is not None and newest.kind is not EventKind.DELIVERED,
            is_asked=question is not None,
        )
        start = local(visit.starts_at, zone)
        tries = tuple(calls.get(visit.id, ()))
        is_late = question is None or now - question.last_at >= TIME_TO_ANSWER
        thread = threads.get(phone)
        return Seen(
            visit=visit,
            person=person,
            start=start,
            end=local(visit.starts_at + visit.duration, zone) if visit.duration else start,
            is_ahead=is_ahead,
            status=status,
            asked=question,
            fate="" if fate is None else "delivered" if fate.kind is EventKind.DELIVERED else "failed",
            thread=thread,
            calls=tries,
            why=_why(visit.id in must_tell, visit.changed, status, tries, thread, local(now, zone), start, is_late)
            if is_ahead
            else None,
            is_late=is_late,
            zone=zone,
        )

    return [seen(visit) for visit in visits]


def _why(
    must_tell: bool,
    kind: ChangeKind,
    status: Status,
    calls: Sequence[CallView],
    thread: ThreadRow | None,
    now: datetime,
    start: datetime,
    is_late: bool,
) -> Why | None:
    """Whether somebody must phone before this visit, and why. On the eve only who had time to answer, and who can't be
    asked by text; on the day everybody who has not answered."""
    if must_tell and (status in visit_words.CANCELLED or status is Status.CONFIRMED or kind in NEWS):
        return Why.MUST_TELL
    if status in visit_words.CANCELLED or status is Status.CONFIRMED:
        return None
    if calls and SETTLED_BY.get(status) is calls[0].result:
        return None  # phoned already: what is left is to find the right number, or a new time
    if status in visit_words.UNREACHABLE or status is Status.ANOTHER_TIME:
        return Why(status.value)
    is_today = start.date() == now.date()
    if status is Status.NOT_ASKED:
        return Why.NOT_ASKED if is_today or must_tell else None
    if not is_today and not is_late:
        return None
    is_asking = thread is not None and thread.state is ThreadState.OPEN and thread.waiting_since is not None
    return Why.QUESTION if is_asking else Why.NO_ANSWER
