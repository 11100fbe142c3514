"""The row of a conversation: made when the first text comes or goes, and brought up to date by each.

What needs a person opens it, also where it was snoozed or done; what was settled by itself leaves it as it is.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max

from recado.contacts.types import Reach
from recado.foundation import bulk, business_time
from recado.foundation.ids import new_id
from recado.foundation.keys import keys_for
from recado.foundation.phone import Phone
from recado.messaging.types import InboundText

from .models import Reply, Thread
from .types import NoSuchThread, Reason, ThreadState

PICTURE = "🖼"  # in a list, before the words that came with it
SHOWN = 160  # letters of the newest words that a list shows
IN_TALK = timedelta(days=1)
HEARD = (
    *("number", "heard_at", "version", "patient_id", "last_ct", "last_at", "is_last_ours"),
    *("state", "snoozed_until", "reason", "waiting_since", "team_id", "assignee"),
)
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
    found = _locked(clinic_id, [phone_bi])
    if not found:
        Thread.objects.bulk_create([_fresh(clinic_id, phone, phone_bi, number, now)], ignore_conflicts=True)
        found = _locked(clinic_id, [phone_bi])
    return found[phone_bi]


def held_all(clinic_id: UUID, heard: Mapping[bytes, InboundText]) -> dict[bytes, Thread]:
    """The same for whoever wrote these, by phone; locked in the order of their ids."""
    found = _locked(clinic_id, heard)
    missing = sorted(heard.keys() - found.keys())
    if missing:
        texts = [(phone_bi, heard[phone_bi]) for phone_bi in missing]
        fresh = [_fresh(clinic_id, text.phone, phone_bi, text.number, text.at) for phone_bi, text in texts]
        Thread.objects.bulk_create(fresh, ignore_conflicts=True)
        found |= _locked(clinic_id, missing)
    return found


def _locked(clinic_id: UUID, phones: Collection[bytes]) -> dict[bytes, Thread]:
    rows = Thread.objects.select_for_update().filter(clinic_id=clinic_id, phone_bi__in=list(phones)).order_by("id")
    return {bytes(row.phone_bi): row for row in rows}


def _fresh(clinic_id: UUID, phone: Phone, phone_bi: bytes, number: str, now: datetime) -> Thread:
    keys, thread_id = keys_for(clinic_id), new_id()
    return Thread(
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


def written_at(clinic_id: UUID, thread_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When staff wrote last in each of these, where that is no longer ago than a talk lasts."""
    since = business_time.now() - IN_TALK
    rows = Reply.objects.filter(clinic_id=clinic_id, thread_id__in=list(thread_ids), at__gte=since)
    return dict(rows.values_list("thread_id").annotate(newest=Max("at")).order_by())


def hear(thread: Thread, text: InboundText, people: Sequence[Reach], *, reason: Reason | None, outcome: str) -> None:
    """A text has come. `reason`: why it needs a person; None: it was settled by itself, as `outcome` says. `keep` stores it. Where
    words wait for a person, lists go on showing those: the 5 of a survey that came behind a question is nobody's question."""
    is_waiting = thread.state == ThreadState.OPEN and thread.waiting_since is not None
    thread.number, thread.heard_at = text.number, text.at
    thread.version += 1
    thread.patient_id = whom(thread.patient_id, people)
    if reason is not None or not is_waiting:
        say(thread, f"{PICTURE} {text.text}" if text.has_picture else text.text, text.at, is_ours=False)
    if reason is not None:
        thread.state, thread.snoozed_until, thread.reason = ThreadState.OPEN, None, reason
        thread.waiting_since = thread.waiting_since or text.at
    elif thread.state == ThreadState.DONE:
        thread.reason = settled_as(outcome)


def keep(heard: Sequence[Thread]) -> None:
    """Stores what `hear` and `giving` have changed, in one statement."""
    bulk.update(heard, HEARD)


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
