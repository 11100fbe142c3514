"""The waitlist by text: SOONER joins it, STOP LIST leaves it, in every language that we write in. Wired under COMMANDS,
REPLY_HANDLERS and DESCRIPTIONS. Call everything inside `clinic_scope`.

Who has one visit that may come sooner joins at once, for any time before it: the answer leads to the page where they can say
more. Only who has several is asked which. What is not certain is read by a person.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from recado.consent import queries as consent
from recado.consent.types import Privacy
from recado.contacts import queries as contacts
from recado.contacts.types import Reach
from recado.conversations.types import Following, Settlement
from recado.foundation import business_time
from recado.foundation.actors import Actor

from . import wait_entries, waitlist_joining, waitlist_queries, waitlist_texts
from . import waitlist_rows as rows
from .models import Appointment
from .waitlist_texts import KIND

MOST = 5  # visits to choose among in one text
CHOOSE_WITHIN = timedelta(days=2)
OUTCOMES = ("waits", "waits_before", "asked_which", "asked_when", "waits_no_more")
JOINED, LEFT, WHICH = "waitlist_joined", "waitlist_left", "waitlist_which"


def wait(
    clinic_id: UUID, people: Sequence[Reach], phone_bi: bytes, language: str, by: Actor
) -> tuple[UUID, Settlement] | None:
    """Puts whoever wrote on the list for an earlier time than their visit, or asks what is missing."""
    visits = _visits(clinic_id, people)
    patients = {visit.patient_id for visit in visits} or {person.patient_id for person in people}
    if len(patients) != 1:
        return None  # several people share the phone, or nobody is known there
    (patient_id,) = patients
    standing = next(iter(waitlist_queries.waiting_of(clinic_id, patient_id)), None)
    if standing is not None:
        own = next((visit for visit in visits if visit.id == standing.visit_id), None)
        template = JOINED if own else waitlist_texts.HOW
        return patient_id, _told(clinic_id, patient_id, template, "waits_before", own)
    if len(visits) == 1:
        return patient_id, _join(clinic_id, visits[0], phone_bi, language, by)
    if not visits or consent.privacy_of(clinic_id, [patient_id])[patient_id] is Privacy.NEUTRAL:
        return patient_id, _told(clinic_id, patient_id, waitlist_texts.HOW, "asked_when")
    return patient_id, _ask_which(clinic_id, patient_id, visits[:MOST])


def unwait(
    clinic_id: UUID, people: Sequence[Reach], phone_bi: bytes, language: str, by: Actor
) -> tuple[UUID, Settlement] | None:
    """Takes whoever is reached at this phone off the list: all of them, since a STOP there counts for all too."""
    if not people:
        return None
    left = [wait_entries.leave(clinic_id=clinic_id, patient_id=person.patient_id, by=by) for person in people]
    patient_id = people[left.index(True) if any(left) else 0].patient_id
    return patient_id, _told(clinic_id, patient_id, LEFT, "waits_no_more")


def settle_which(clinic_id: UUID, patient_id: UUID, answer: str, by: Actor) -> Settlement:
    """They have said which visit may come sooner."""
    (person,) = contacts.reach(clinic_id, [patient_id]).values()
    chosen = next((visit for visit in _visits(clinic_id, [person]) if _name(visit) == answer), None)
    if chosen is None:  # it has been moved or cancelled since, or is too near
        return _told(clinic_id, patient_id, waitlist_texts.HOW, "asked_when", is_over=True)
    return _join(clinic_id, chosen, person.phone_bi, person.language, by)


def describe(_clinic_id: UUID, patient_ids: Sequence[UUID], language: str) -> list[str]:
    """A few words for the list, to ask back which question is meant."""
    return [waitlist_texts.word_for(language) for _ in patient_ids]


def _join(clinic_id: UUID, visit: Appointment, phone_bi: bytes | None, language: str, by: Actor) -> Settlement:
    waitlist_joining.join(
        clinic_id=clinic_id,
        patient_id=visit.patient_id,
        phone_bi=phone_bi,
        visit_id=visit.id,
        wish=waitlist_joining.ANY_TIME,
        language=language,
        how="sms",
        by=by,
    )
    return _told(clinic_id, visit.patient_id, JOINED, "waits", visit, is_over=True)


def _ask_which(clinic_id: UUID, patient_id: UUID, visits: Sequence[Appointment]) -> Settlement:
    text = waitlist_texts.which(clinic_id, patient_id, visits, WHICH)
    expires = min(business_time.now() + CHOOSE_WITHIN, visits[-1].starts_at)
    asks = Following(KIND, patient_id, expires, tuple(_name(visit) for visit in visits))
    return Settlement("asked_which", text.text, asks=asks, wording=text.mark)


def _told(
    clinic_id: UUID,
    patient_id: UUID,
    template: str,
    outcome: str,
    visit: Appointment | None = None,
    *,
    is_over: bool = False,
) -> Settlement:
    text = waitlist_texts.write(clinic_id, patient_id, template, visit)
    return Settlement(outcome, text.text, is_over=is_over, wording=text.mark)


def _name(visit: Appointment) -> str:
    """What stands for a visit among the answers of a question."""
    return f"v{visit.id.hex[-12:]}"


def _visits(clinic_id: UUID, people: Sequence[Reach]) -> list[Appointment]:
    """The visits of these people that may come sooner, the next first."""
    coming = Appointment.objects.filter(
        clinic_id=clinic_id,
        patient_id__in=[person.patient_id for person in people],
        state__in=rows.AHEAD,
        starts_at__gt=business_time.now(),
    ).order_by("starts_at", "id")
    return [visit for visit in coming[:20] if waitlist_joining.may_wait(clinic_id, visit)]
