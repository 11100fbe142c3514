"""The row of a conversation: made when the first text comes or goes, and brought up to date by each.

What needs a person opens it, also where it was snoozed or done; what was settled by itself leaves it as it is.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from recado.contacts.types import Reach
from recado.foundation import business_time
from recado.foundation.ids import new_id
from recado.foundation.keys import keys_for
from recado.foundation.phone import Phone
from recado.messaging.types import InboundText

from .models import Reply, Thread
from .types import NoSuchThread, Reason, ThreadState

SHOWN = 160  # letters of the newest words that a list shows
IN_TALK = timedelta(days=1)
_SETTLED = {
    "confirmed": Reason.CONFIRMED,
    "cancelled": Reason.CANCELLED,
    "stopped": Reason.STOPPED,
    "stopped_before": Reason.STOPPED,
    "stopped_some": Reason.STOPPED,
    "frozen": Reason.WRONG_PERSON,
}


def held(clinic_id: UUID, thread_id: UUID) -> Thread:
    """The row, locked for the caller's transaction. Raises NoSuchThread."""
    found = Thread.objects.select_for_update().filter(clinic_id=clinic_id, id=thread_id).first()
    if found is None:
        raise NoSuchThread(str(thread_id))
    return found


def held_at(clinic_id: UUID, phone: Phone, phone_bi: bytes, number: str, now: datetime) -> Thread:
    """The conversation with a phone, locked; made where there is none yet."""
    keys, thread_id = keys_for(clinic_id), new_id()
    fresh = Thread(
        clinic_id=clinic_id,
        id=thread_id,
        phone_bi=phone_bi,
        phone_ct=keys.seal("thread.phone", thread_id.bytes, phone.e164.encode()),
        number=number,
        state=ThreadState.DONE,
        reason=Reason.WRITTEN,
        last_at=now,
        last_ct=keys.seal("thread.last", thread_id.bytes, b""),
        version=0,
    )
    Thread.objects.bulk_create([fresh], ignore_conflicts=True)
    return Thread.objects.select_for_update().get(clinic_id=clinic_id, phone_bi=phone_bi)


def written_at(thread: Thread) -> datetime | None:
    """When staff wrote last, where that is no longer ago than a talk lasts."""
    since = business_time.now() - IN_TALK
    rows = Reply.objects.filter(clinic_id=thread.clinic_id, thread_id=thread.id, at__gte=since)
    return rows.order_by("-at").values_list("at", flat=True).first()


def hear(thread: Thread, text: InboundText, people: Sequence[Reach], *, reason: Reason | None, outcome: str) -> None:
    """A text has come. `reason`: why it needs a person; None: it was settled by itself, as `outcome` says."""
    thread.number, thread.heard_at = text.number, text.at
    thread.version += 1
    thread.patient_id = whom(thread.patient_id, people)
    say(thread, text.text, text.at, is_ours=False)
    if reason is not None:
        thread.state, thread.snoozed_until, thread.reason = ThreadState.OPEN, None, reason
        thread.waiting_since = thread.waiting_since or text.at
    elif thread.state == ThreadState.DONE:
        thread.reason = settled_as(outcome)
    thread.save()


def settled_as(outcome: str) -> Reason:
    """How a conversation looks whose newest text was settled by itself."""
    return _SETTLED.get(outcome, Reason.SETTLED)


def whom(chosen: UUID | None, people: Sequence[Reach]) -> UUID | None:
    """Whom a conversation is about: the one whose phone it is; of a family the one who was chosen, if any."""
    if len(people) == 1:
        return people[0].patient_id
    return chosen if not people or any(person.patient_id == chosen for person in people) else None


def say(thread: Thread, words: str, at: datetime, *, is_ours: bool) -> None:
    """Notes the newest words."""
    thread.last_ct = keys_for(thread.clinic_id).seal("thread.last", thread.id.bytes, shown(words).encode())
    thread.last_at, thread.is_last_ours = at, is_ours


def shown(words: str) -> str:
    """As much of a text as a list shows."""
    return " ".join(words.split())[:SHOWN]


def phone_of(thread: Thread) -> Phone:
    sealed = bytes(thread.phone_ct)
    return Phone(keys_for(thread.clinic_id).open("thread.phone", thread.id.bytes, sealed).decode())
