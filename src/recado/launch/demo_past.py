"""What happened at the demo clinic before it is opened: visits of today and tomorrow, what was asked and answered.

All of it by the product's own actions, at the moments at which they would have been done (`business_time.standing_at`). Only
the carrier is played: what it would have taken leaves the outbox here, with its receipt. Nothing of it can leave later.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from recado.appointments import actions as appointments
from recado.appointments import queries as calendar
from recado.appointments.types import Announce, Booking
from recado.clinics import queries as clinics
from recado.clinics.types import ClinicSettings
from recado.contacts import queries as contacts
from recado.contacts.types import PersonRecord
from recado.conversations import actions as conversations
from recado.foundation import business_time
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.database import Role, connect, plain_cursor
from recado.foundation.ids import new_id
from recado.foundation.phone import Phone
from recado.foundation.tenancy import clinic_scope
from recado.journeys import worker as journeys
from recado.launch.demo_people import CLINICIANS, PATIENTS, SERVICES, VISITORS, DemoPerson
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.messaging.types import EventKind, InboundText

SOURCE = "demo"
BOOKED_BEFORE = timedelta(days=6)
TODAY = 24  # of the visitors; the others come tomorrow
FIRST_HOUR, LAST_HOUR = 8, 21
STEP = timedelta(hours=3)  # between two looks of the past at what was due
QUESTION = "Bonjour, je peux venir jeudi à la place ?"
BY_LINK = Actor(ActorKind.PATIENT, "link")
WORDS = {"reply": "1", "late": "1", "cancel": "3", "another": "2"}

TAKE = """
DELETE FROM messaging_outbox WHERE clinic_id = %s AND due <= %s RETURNING id, due, phone_bi
"""
TOOK = """
INSERT INTO messaging_event (clinic_id, message, at, kind, carrier, ref, reason) VALUES (%s, %s, %s, %s, 1, NULL, %s)
"""


@dataclass(frozen=True, slots=True)
class _Visit:
    person: DemoPerson
    what: str  # became of the questions
    booking: Booking
    asked_at: datetime
    answers_at: datetime | None


def load(clinic: ClinicSettings, by: Actor) -> int:
    """Makes the past of the clinic. Returns how many visits."""
    now = business_time.now()
    visits = list(_visits(now, clinic.time_zone))
    with business_time.standing_at(now - BOOKED_BEFORE):
        appointments.record_bookings(
            clinic_id=clinic.id, source=SOURCE, bookings=[v.booking for v in visits], announce=Announce.ALL, by=by
        )
        appointments.settle_announcements(clinic_id=clinic.id, source=SOURCE, announce=Announce.ALL, by=by)
    waiting = sorted((v for v in visits if v.answers_at), key=lambda v: v.answers_at or now)
    with connect(Role.MAINTENANCE, autocommit=True) as connection:
        for moment in _moments(now, waiting):
            with business_time.standing_at(moment):
                journeys.run_due(connection)
                carry(clinic.id, moment)
                while waiting and (waiting[0].answers_at or now) <= moment:
                    _answer(clinic.id, waiting.pop(0))
                carry(clinic.id, moment)
    return len(visits)


def _moments(now: datetime, waiting: list[_Visit]) -> list[datetime]:
    looks = [now - BOOKED_BEFORE + STEP * step for step in range(BOOKED_BEFORE // STEP + 1)]
    asked = (visit.asked_at for visit in waiting if visit.asked_at < now)  # nobody answers before the question has left
    return sorted({*looks, *asked, *(v.answers_at for v in waiting if v.answers_at), now})


def _visits(now: datetime, time_zone: str) -> Iterator[_Visit]:
    """Today's stand around the present moment, tomorrow's through the day. Whoever would be asked again soon has answered:
    the first text that the time machine brings is for the first patient of the demo."""
    here = now.astimezone(ZoneInfo(time_zone))
    first = min(max(here.hour - 4, FIRST_HOUR), LAST_HOUR - 8)
    for at, (person, what) in enumerate(VISITORS):
        is_today = at < TODAY
        place = at if is_today else at - TODAY
        minutes = (place // 3) * (60 if is_today else 120) + (place % 3) * 15
        start = _at(
            here.date() if is_today else here.date() + timedelta(days=1), first if is_today else 9, minutes, here
        )
        if not is_today and start - timedelta(days=1) > here:
            what = "reply"
        before = timedelta(days=1) if what == "late" else timedelta(days=3)
        asked = _awake(start - before)
        answers = asked + timedelta(minutes=20 + 37 * at % 300) if what in (*WORDS, "link", "staff", "wrong") else None
        answers = min(answers, now - timedelta(minutes=3)) if answers else None
        yield _Visit(person, what, _booking(at, person, start), asked, answers)


def _at(day: date, hour: int, minutes: int, here: datetime) -> datetime:
    return datetime.combine(day, time(hour), here.tzinfo) + timedelta(minutes=minutes)


def _awake(moment: datetime) -> datetime:
    """Nobody is asked, or answers, at night."""
    return moment.replace(hour=min(max(moment.hour, 9), 17))


def _booking(at: int, person: DemoPerson, start: datetime) -> Booking:
    phone = Phone(person.e164) if person.e164 else None
    record = PersonRecord(person.record_number, person.name, phone, person.language, person.birth_date)
    clinician = CLINICIANS[at % len(CLINICIANS)]
    service = SERVICES[(at * 7) % len(SERVICES)]
    return Booking(f"HS-T{at + 1:03}", record, start, timedelta(minutes=15), clinician, service, "Harbour Street")


def _answer(clinic_id: UUID, visit: _Visit) -> None:
    """What the patient did, by text, by link or on the phone."""
    at = business_time.now()
    with clinic_scope(clinic_id):
        if visit.what in WORDS:
            hear(clinic_id, visit.person.e164, WORDS[visit.what], at)
            return
        (row,) = calendar.visits_called(clinic_id, visit.booking.external_id)
        if visit.what == "link":
            conversations.answer_for(
                clinic_id=clinic_id, kind="appointment", subject_id=row.id, answer="confirm", by=BY_LINK
            )
        elif visit.what == "staff":
            appointments.confirm(clinic_id=clinic_id, visit_id=row.id, by=marta(clinic_id))
        else:
            bi = contacts.reach(clinic_id, [row.patient_id])[row.patient_id].phone_bi
            conversations.wrong_number(clinic_id=clinic_id, patient_id=row.patient_id, phone_bi=bi, by=marta(clinic_id))


def marta(clinic_id: UUID) -> Actor:
    person = next(one for one in clinics.staff(clinic_id) if one.role.code == "reception")
    return Actor(ActorKind.STAFF, str(person.user_id))


def hear(clinic_id: UUID, number: str, words: str, at: datetime) -> None:
    heard = InboundText(new_id(), clinic_id, Phone(number), texts.number_of(clinic_id), words, at)
    conversations.receive(heard)


def ask(clinic_id: UUID) -> None:
    """The question that waits in the inbox when the demo is opened, from a patient who is on record by then."""
    at = business_time.now() - timedelta(minutes=12)
    with business_time.standing_at(at):
        with clinic_scope(clinic_id):
            hear(clinic_id, PATIENTS[1].e164, QUESTION, at)
        carry(clinic_id, at)


def carry(clinic_id: UUID, moment: datetime) -> None:
    """Plays the carrier for what is due: it takes each text, and says a little later whether it arrived."""
    with clinic_scope(clinic_id):
        dead = {messaging.phone_index(clinic_id, Phone(p.e164)) for p, what in VISITORS if what == "failed"}
        with plain_cursor() as cursor:
            for at, (name, due, phone_bi) in enumerate(cursor.execute(TAKE, (clinic_id, moment)).fetchall()):
                sent = max(due, moment - STEP) + timedelta(seconds=1 + at % 4)
                is_dead = bytes(phone_bi) in dead
                end = EventKind.FAILED if is_dead else EventKind.DELIVERED
                cursor.execute(TOOK, (clinic_id, name, sent, int(EventKind.SENT), None))
                after = sent + timedelta(seconds=3 + at % 9)
                cursor.execute(TOOK, (clinic_id, name, after, int(end), "undeliverable" if is_dead else None))
