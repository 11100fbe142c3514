"""Who answers a reminder with "2" gets three other times by text, each with a letter; the letter moves the visit.

Only where the clinic keeps the times (`choosing.service_of`) and has any; otherwise a person finds one, as before. The times
are held for an hour; a letter that comes later moves the visit as long as that time is free, and is told and offered others
where it is not. The old time stands until then. Whoever answers nothing within the hour is somebody's task.

Whoever wants texts that tell no time gets the link alone.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import psycopg

from recado.clinics import queries as clinics
from recado.clinics.types import ClinicSettings
from recado.consent import queries as consent
from recado.consent.types import Purpose
from recado.contacts import queries as contacts
from recado.contacts.types import Reach
from recado.conversations import actions as conversations
from recado.conversations.types import Following, Settlement, TimeWish
from recado.foundation import business_time
from recado.foundation.actors import SYSTEM, Actor
from recado.foundation.dates import When, moment_words
from recado.foundation.faults import describe as in_words
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.messaging.types import LinkWish
from recado.tasks import actions as tasks
from recado.tasks.types import TaskKind, TaskWish

from . import choosing, claims, letters, times
from .bookable import TimeOfferState
from .models import Appointment, TimeOffer
from .types import Outcome, SlotTaken, SlotWish, VisitState

log = logging.getLogger("recado.appointments")

KIND = "times"  # of the question
ARE_OFFERED = True  # under TIMES
HOLD = timedelta(hours=1)
LETTERS = ("a", "b", "c")
ANSWERABLE = (TimeOfferState.OPEN, TimeOfferState.LAPSED)
OFFERED, GONE = "times_offered", "times_gone"


def offer(visit: Appointment, by: Actor, *, template: str = OFFERED, wish: TimeWish | None = None) -> Settlement | None:
    """Times for a visit whose patient asked for another one by text, as they wish where there are such, held from now on. None:
    there are none to offer. Call it inside `clinic_scope`, with the visit locked."""
    service = choosing.service_of(visit.clinic_id, visit)
    found = choosing.near(visit.clinic_id, visit, service, wish) if service else []
    if service is None or not found:
        return None
    until = business_time.now() + HOLD
    over(visit)
    tells = may_tell(visit)
    held = times.hold_several(visit, found, until, by) if tells else []
    if tells and not held:  # somebody was faster with each of them
        return None
    made = TimeOffer.objects.create(
        clinic_id=visit.clinic_id,
        visit_id=visit.id,
        revision=visit.revision,
        service_id=service.id,
        slots=[[slot.calendar_id, slot.starts_at.isoformat()] for slot in held],
        asked_at=business_time.now(),
        held_until=until,
    )
    offered = [slot.starts_at for slot in held]
    written = _text(visit, dict(zip(LETTERS, offered, strict=False)), template)
    asks = Following(KIND, made.id, _closes(visit, offered), LETTERS[: len(held)]) if held else None
    return Settlement("times_offered", written.text, asks=asks, wording=written.mark)


def settle(clinic_id: UUID, offer_id: UUID, answer: str, by: Actor) -> Settlement:
    """Moves the visit to the time of a letter. Wired under REPLY_HANDLERS. Call it inside `clinic_scope`."""
    found = TimeOffer.objects.get(clinic_id=clinic_id, id=offer_id)
    visit = Appointment.objects.select_for_update().get(clinic_id=clinic_id, id=found.visit_id)
    number, moment = found.slots[LETTERS.index(answer)]
    start = datetime.fromisoformat(moment)
    if found.state == TimeOfferState.CHOSEN and visit.starts_at == start:
        return _moved(visit)  # said twice
    if found.state not in ANSWERABLE or found.revision != visit.revision:
        return _too_late(visit)
    try:
        wish = SlotWish(found.service_id, number, start)
        outcome = times.move(clinic_id=clinic_id, visit_id=visit.id, wish=wish, held_for=visit.id, by=by, tell=False)
    except SlotTaken:
        return offer(visit, by, template=GONE) or _a_person_finds_one(found, visit)
    if outcome is Outcome.TOO_LATE:
        return _too_late(visit)
    TimeOffer.objects.filter(clinic_id=clinic_id, id=offer_id).update(state=TimeOfferState.CHOSEN)
    visit.refresh_from_db()
    return _moved(visit)


def describe(clinic_id: UUID, offer_ids: Sequence[UUID], language: str) -> list[str]:
    """The visit that each offer is about, to ask back which is meant. Wired under DESCRIPTIONS. Call it inside
    `clinic_scope`."""
    visit_of = dict(TimeOffer.objects.filter(clinic_id=clinic_id, id__in=offer_ids).values_list("id", "visit_id"))
    visits = Appointment.objects.filter(clinic_id=clinic_id).in_bulk(visit_of.values())
    people = contacts.reach(clinic_id, {visit.patient_id for visit in visits.values()})
    clinic = clinics.clinic_settings(clinic_id)
    told = []
    for offer_id in offer_ids:
        visit = visits[visit_of[offer_id]]
        name = people[visit.patient_id].first_name
        told.append(letters.choice_line(clinic, visit.starts_at, name, language, with_name=len(people) > 1))
    return told


def visit_of(clinic_id: UUID, offer_id: UUID) -> UUID:
    """The visit for which these times were offered. Wired under FOLLOWS. Call it inside `clinic_scope`."""
    return TimeOffer.objects.values_list("visit_id", flat=True).get(clinic_id=clinic_id, id=offer_id)


def moments(clinic_id: UUID, offer_id: UUID) -> list[datetime]:
    """The times of the letters. Wired under TIMES. Call it inside `clinic_scope`."""
    slots = TimeOffer.objects.values_list("slots", flat=True).get(clinic_id=clinic_id, id=offer_id)
    return [datetime.fromisoformat(moment) for _, moment in slots]


def ask_which(clinic_id: UUID, offer_id: UUID, places: Sequence[int], by: Actor) -> Settlement:
    """Which of these is meant? The letters stay, and all of them still count. Wired under TIMES. Call it inside
    `clinic_scope`."""
    found = TimeOffer.objects.get(clinic_id=clinic_id, id=offer_id)
    visit = Appointment.objects.get(clinic_id=clinic_id, id=found.visit_id)
    if found.state not in ANSWERABLE or found.revision != visit.revision:
        return _too_late(visit)
    offered = moments(clinic_id, offer_id)
    written = _text(visit, {LETTERS[at]: offered[at] for at in places}, OFFERED)
    asks = Following(KIND, offer_id, _closes(visit, offered), LETTERS[: len(offered)])
    return Settlement("times_asked", written.text, asks=asks, wording=written.mark)


def over(visit: Appointment) -> None:
    """What was offered for this visit takes no answer any more, and is held no longer. Call it inside `clinic_scope`."""
    all_over(visit.clinic_id, [visit.id])


def all_over(clinic_id: UUID, visit_ids: Collection[UUID]) -> None:
    """The same for several; one statement where nothing was offered."""
    rows = TimeOffer.objects.filter(clinic_id=clinic_id, visit_id__in=list(visit_ids), state__in=ANSWERABLE)
    earlier = dict(rows.values_list("id", "visit_id"))
    if not earlier:
        return
    rows.update(state=TimeOfferState.OVER)
    for visit_id in set(earlier.values()):
        claims.let_go(clinic_id, visit_id)
    conversations.note_moved(clinic_id=clinic_id, kind=KIND, subject_ids=list(earlier))


def may_tell(visit: Appointment) -> bool:
    """Whether a text to this patient may name times."""
    clinic = clinics.clinic_settings(visit.clinic_id)
    writer = texts.writer(visit.clinic_id, letters.TEXTS, clinic.default_language)
    most = consent.privacy_of(visit.clinic_id, [visit.patient_id])[visit.patient_id]
    return writer.uses(OFFERED, most, person_of(visit).language, "choices")


def person_of(visit: Appointment) -> Reach:
    """Whom a text about this visit goes to."""
    return consent.recipients(visit.clinic_id, [visit.patient_id])[visit.patient_id]


def _closes(visit: Appointment, offered: Sequence[datetime]) -> datetime:
    return min(visit.starts_at, max(offered, default=visit.starts_at))


def _text(visit: Appointment, offered: Mapping[str, datetime], template: str) -> texts.Written:
    clinic, person = clinics.clinic_settings(visit.clinic_id), person_of(visit)
    writer = texts.writer(visit.clinic_id, letters.TEXTS, clinic.default_language)
    most = consent.privacy_of(visit.clinic_id, [visit.patient_id])[visit.patient_id]
    wish = LinkWish(letters.KIND, visit.id, visit.patient_id, person.phone_bi, visit.starts_at)
    (address,) = messaging.make_links(clinic_id=visit.clinic_id, wishes=[wish])
    values: dict[str, texts.Value] = {
        "clinic": clinic.name,
        "phone": clinic.phone_shown,
        "name": person.first_name,
        "when": When(visit.starts_at, clinic.time_zone),
        "clinician": visit.clinician,
        "link": f"{address}/times",
        "choices": lines(offered, clinic, person.language),
    }
    return writer.write(template, most, person.language, values)


def choices(offered: Sequence[datetime], clinic: ClinicSettings, language: str) -> str:
    """These times as a text tells them, each with its letter."""
    return lines(dict(zip(LETTERS, offered, strict=False)), clinic, language)


def lines(offered: Mapping[str, datetime], clinic: ClinicSettings, language: str) -> str:
    """The same for some of the letters."""
    told = ((letter, moment_words(When(moment, clinic.time_zone), language)) for letter, moment in offered.items())
    return "; ".join(f"{letter.upper()}: {line}" for letter, line in told)


def _moved(visit: Appointment) -> Settlement:
    (told,) = letters.write(visit.clinic_id, [(visit, "visit_moved")], purpose=Purpose.ANSWER)
    return Settlement("moved", told.text, is_over=True, wording=told.mark)


def _too_late(visit: Appointment) -> Settlement:
    (told,) = letters.write(visit.clinic_id, [(visit, "answer_too_late")], purpose=Purpose.ANSWER)
    return Settlement("too_late", told.text, is_over=True, wording=told.mark)


def _a_person_finds_one(found: TimeOffer, visit: Appointment) -> Settlement:
    """No time is left to offer."""
    TimeOffer.objects.filter(clinic_id=found.clinic_id, id=found.id).update(state=TimeOfferState.OVER)
    _raise(visit)
    (told,) = letters.write(visit.clinic_id, [(visit, "answer_change_noted")], purpose=Purpose.ANSWER)
    return Settlement("change_noted", told.text, is_over=True, wording=told.mark)


def _raise(visit: Appointment) -> None:
    a_person_looks(visit.clinic_id, [visit], SYSTEM)


def a_person_looks(clinic_id: UUID, visits: Sequence[Appointment], by: Actor) -> None:
    """A person finds another time for each of these visits. Where one did for the same time of the visit, or the wish was taken
    back, and there is a new wish, the task is there again."""
    wishes = [TaskWish(TaskKind.ANOTHER_TIME, task_source(visit), visit.patient_id, visit.id) for visit in visits]
    if wishes:
        about = [wish.source for wish in wishes]
        tasks.reopen(clinic_id=clinic_id, kind=TaskKind.ANOTHER_TIME, sources=about, by=by)
        tasks.raise_tasks(clinic_id=clinic_id, wishes=wishes, by=by)


def task_source(visit: Appointment) -> str:
    """What raises the task to find another time: the visit at the time that it has."""
    return f"appointment:{visit.id}:{visit.revision}"


# ------------------------------------------------------------------------------------------------ the worker


DUE = "SELECT clinic_id, id FROM appointments_timeoffer WHERE state = 'open' AND held_until <= %s ORDER BY held_until LIMIT 100"


def lapse_due(maintenance: "psycopg.Connection[psycopg.rows.TupleRow]") -> int:
    """Ends the hour of times that nobody chose: a person looks for one. Returns how many. Wired under WORKERS."""
    ended = 0
    for clinic_id, offer_id in maintenance.execute(DUE, (business_time.now(),)).fetchall():
        try:
            with clinic_scope(clinic_id):
                _lapse(clinic_id, offer_id)
            ended += 1
        except Exception as error:  # one clinic's trouble is nobody else's; it is tried again at the next look
            log.error("times: %s", in_words(error))
    return ended


def _lapse(clinic_id: UUID, offer_id: UUID) -> None:
    rows = TimeOffer.objects.filter(clinic_id=clinic_id, id=offer_id, state=TimeOfferState.OPEN)
    found = rows.first()
    if found is None:
        return
    visit = Appointment.objects.select_for_update().filter(clinic_id=clinic_id, id=found.visit_id).first()
    is_open = visit is not None and visit.state == VisitState.BOOKED and visit.wants_another_time
    if not rows.update(state=TimeOfferState.LAPSED if is_open else TimeOfferState.OVER):
        return  # answered while this waited for the visit
    if visit is not None and is_open:
        _raise(visit)
