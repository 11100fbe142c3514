"""What the desk must know of visits, in two steps: how each stands (status, what was asked, calls, whether somebody must
phone), which is counted for whole days, and the person and the conversation, which are decrypted for the visits shown. The
number of statements does not grow with the visits.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy

from recado.appointments import queries as appointments
from recado.appointments.types import CANCELLED, PRESENCE, ChangeKind, DayVisit, Status, Why
from recado.consent import queries as consent
from recado.consent.types import PurposeGroup
from recado.contacts import queries as contacts
from recado.contacts.types import Reach
from recado.conversations import queries as conversations
from recado.conversations.types import ThreadRow, ThreadState
from recado.foundation import business_time
from recado.foundation.clock import local
from recado.messaging import queries as messaging
from recado.messaging.types import EventKind
from recado.tasks import queries as tasks
from recado.tasks.types import CallView
from recado.web import visit_words
from recado.web.chips import Chip
from recado.web.visit_words import CHIPS

OVER = frozenset({*CANCELLED, Status.ARRIVED, Status.MISSED, Status.FINISHED})
KIND = "appointment"  # of questions, in launch/wiring.py


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


@dataclass(frozen=True, slots=True)
class Stand:
    """How a visit stands: what lists count, choose and sort by. Nothing of it was decrypted. `start` and `end` on the
    clinic's clock."""

    visit: DayVisit
    phone_bi: bytes | None
    start: datetime
    end: datetime
    is_ahead: bool
    status: Status
    asked: conversations.Asked | None
    calls: tuple[CallView, ...]
    why: Why | None  # somebody must phone
    zone: str

    @property
    def id(self) -> UUID:
        return self.visit.id


@dataclass(frozen=True, slots=True)
class Seen:
    """One visit as the desk sees it: how it stands, the person, and what was said."""

    stand: Stand
    person: Reach
    fate: str  # of the last question: delivered, failed or empty
    thread: ThreadRow | None

    @property
    def visit(self) -> DayVisit:
        return self.stand.visit

    @property
    def id(self) -> UUID:
        return self.stand.visit.id

    @property
    def start(self) -> datetime:
        return self.stand.start

    @property
    def end(self) -> datetime:
        return self.stand.end

    @property
    def is_ahead(self) -> bool:
        return self.stand.is_ahead

    @property
    def status(self) -> Status:
        return self.stand.status

    @property
    def calls(self) -> tuple[CallView, ...]:
        return self.stand.calls

    @property
    def why(self) -> Why | None:
        """Why somebody must phone; who has asked us something waits for an answer, too."""
        return Why.QUESTION if self.stand.why is Why.NO_ANSWER and self._is_waiting else self.stand.why

    @property
    def _is_waiting(self) -> bool:
        thread = self.thread
        return thread is not None and thread.state is ThreadState.OPEN and thread.waiting_since is not None

    @property
    def chip(self) -> Chip:
        return visit_words.late(self.visit.reason) if self.is_late else CHIPS[self.status]

    @property
    def is_late(self) -> bool:
        """The last word on this visit is the patient's own: they come later."""
        return self.visit.changed is ChangeKind.LATE and self.status not in OVER

    @property
    def is_off(self) -> bool:
        return self.status in CANCELLED

    @property
    def why_chip(self) -> Chip | None:
        return WHY[self.why] if self.why else None

    @property
    def detail(self) -> Any:
        """The line below the chip."""
        if self.is_late or appointments.settled_status(self.visit) is not None:
            way = visit_words.how(self.visit.changed_by, self.visit.changed_ref)
            return visit_words.done_by(self.visit.changed, way, local(self.visit.changed_at, self.stand.zone))
        return self.asked_line

    @property
    def asked_line(self) -> str:
        asked = self.stand.asked
        return visit_words.asked_line(asked.times, local(asked.last_at, self.stand.zone), self.fate) if asked else ""

    @property
    def words(self) -> str:
        """What the patient wrote and nobody has answered."""
        thread = self.thread
        return thread.last_words if thread and self._is_waiting and not thread.is_last_ours else ""

    @property
    def number(self) -> str:
        """The number to phone; none where it is known to be somebody else's, who must not hear of this patient."""
        return self.person.phone.e164 if self.person.phone and self.status is not Status.WRONG_NUMBER else ""

    @property
    def may_confirm(self) -> bool:
        return self.is_ahead and self.status not in (Status.CONFIRMED, *OVER)

    @property
    def may_cancel(self) -> bool:
        return self.is_ahead and self.status not in OVER

    @property
    def may_take_back(self) -> bool:
        is_open = self.is_ahead or self.visit.state in PRESENCE
        return is_open and self.visit.changed_by == "staff" and bool(self.detail)

    @property
    def may_be_said(self) -> frozenset[str]:
        """What the desk may say of who is here: arrived, missed, finished."""
        visit = self.visit
        by_patient = visit.changed_by == "patient"
        return appointments.may_be_said(visit.state, visit.starts_at, business_time.now(), by_patient=by_patient)

    @property
    def called_at(self) -> datetime | None:
        return local(self.calls[0].at, self.stand.zone) if self.calls else None


def stands(
    clinic_id: UUID, visits: Sequence[DayVisit], now: datetime, zone: str, must_tell: Collection[UUID] = ()
) -> list[Stand]:
    """How each of these visits stands, in their order. `must_tell`: a task says to phone. Call it inside `clinic_scope`."""
    if not visits:
        return []
    ids = [visit.id for visit in visits]
    phones = contacts.blind_phones(clinic_id, {visit.patient_id for visit in visits})
    standing = consent.standing_of(clinic_id, phones=set(phones.values()), patients={v.patient_id for v in visits})
    last = messaging.last_fates(clinic_id, set(phones.values()))
    asked = conversations.asked_about(clinic_id, KIND, ids)
    calls = tasks.calls_about(clinic_id, ids)
    there, here = ZoneInfo(zone), local(now, zone)

    def stand(visit: DayVisit) -> Stand:
        phone, question = phones.get(visit.patient_id), asked.get(visit.id)
        newest = last.get(phone) if phone else None
        is_ahead = visit.starts_at > now
        status = appointments.status(
            visit,
            has_phone=phone is not None,
            is_wrong=(visit.patient_id, phone) in standing.wrong,
            is_stopped=phone is not None and PurposeGroup.CARE in standing.withdrawn.get(phone, ()),
            has_failed=newest is not None and newest.kind is not EventKind.DELIVERED,
            is_asked=question is not None,
            is_ahead=is_ahead,
        )
        start = visit.starts_at.astimezone(there)
        tries = tuple(calls.get(visit.id, ()))
        why = appointments.why_to_phone(
            status,
            last_change=visit.changed,
            must_tell=visit.id in must_tell,
            last_call=tries[0].result if tries else None,
            is_today=start.date() == here.date(),
            is_late=appointments.is_answer_late(question.last_at if question else None, now),
        )
        end = (visit.starts_at + visit.duration).astimezone(there) if visit.duration else start
        return Stand(visit, phone, start, end, is_ahead, status, question, tries, why if is_ahead else None, zone)

    return [stand(visit) for visit in visits]


def see(clinic_id: UUID, some: Sequence[Stand]) -> list[Seen]:
    """The people of these visits, what became of the questions, and the conversations: for what is shown. Call it inside
    `clinic_scope`; the caller audits."""
    if not some:
        return []
    people = contacts.reach(clinic_id, {one.visit.patient_id for one in some})
    fates = messaging.fates_of(clinic_id, [one.asked.message_id for one in some if one.asked and one.asked.message_id])
    threads = conversations.threads_at(clinic_id, {one.phone_bi for one in some if one.phone_bi})

    def seen(one: Stand) -> Seen:
        fate = fates.get(one.asked.message_id) if one.asked and one.asked.message_id else None
        said = "" if fate is None else "delivered" if fate.kind is EventKind.DELIVERED else "failed"
        return Seen(one, people[one.visit.patient_id], said, threads.get(one.phone_bi) if one.phone_bi else None)

    return [seen(one) for one in some]
