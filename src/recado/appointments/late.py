"""Somebody writes that they come later: their visit is marked for the desk, and they hear that the team knows. Wired under
ANSWERERS.

Which visit needs no question: the one that comes next today, or has just begun. Others at the same phone that begin within the
hour are late too, since a family comes together. It stands in the story alone: what happens to the visit next takes its place.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from recado.clinics import queries as clinics
from recado.consent.types import Purpose
from recado.conversations.types import Heard, Meaning, Settlement
from recado.foundation import audit, business_time, news
from recado.foundation.actors import Actor, ActorKind

from . import letters
from .models import Appointment, Change
from .types import ChangeKind, VisitState

BY_TEXT = Actor(ActorKind.PATIENT, "sms")
BEGUN = timedelta(hours=1)  # so long after its beginning somebody may still come
TOGETHER = timedelta(hours=1)
LONGEST = 240  # minutes; who names more does not speak of being late
OUTCOMES = ("late",)


def answer(heard: Heard) -> Settlement | None:
    """Marks the visits. None: it says something else, or there is none to be late for: a person reads it."""
    said = heard.understood
    if said.meaning is not Meaning.RUNNING_LATE or not said.acts:
        return None
    now = business_time.now()
    visits = _expected(heard, now)
    if not visits:
        return None
    minutes = said.slots.get("minutes")
    for visit in visits:
        _mark(visit, minutes if isinstance(minutes, int) and 0 < minutes <= LONGEST else None, now)
    (told,) = letters.write(heard.clinic_id, [(visits[0], "answer_late")], purpose=Purpose.ANSWER)
    return Settlement("late", told.text, wording=told.mark, patient_id=visits[0].patient_id)


def _expected(heard: Heard, now: datetime) -> list[Appointment]:
    """The visits of today that they must mean, the next first; locked, in the order of their ids."""
    zone = ZoneInfo(clinics.clinic_settings(heard.clinic_id).time_zone)
    ahead = Appointment.objects.select_for_update().filter(
        clinic_id=heard.clinic_id,
        patient_id__in=[person.patient_id for person in heard.people],
        state__in=(VisitState.BOOKED, VisitState.CONFIRMED),
        starts_at__gte=now - BEGUN,
        starts_at__lt=now + timedelta(days=1),
    )
    today = [visit for visit in ahead.order_by("id") if _day(visit.starts_at, zone) == _day(now, zone)]
    first = min((visit.starts_at for visit in today), default=now)
    return sorted((one for one in today if one.starts_at <= first + TOGETHER), key=lambda one: (one.starts_at, one.id))


def _day(moment: datetime, zone: ZoneInfo) -> object:
    return moment.astimezone(zone).date()


def _mark(visit: Appointment, minutes: int | None, now: datetime) -> None:
    Change.objects.create(
        clinic_id=visit.clinic_id,
        appointment_id=visit.id,
        at=now,
        kind=ChangeKind.LATE,
        starts_at=visit.starts_at,
        reason="" if minutes is None else str(minutes),
        actor_kind=BY_TEXT.kind,
        actor_ref=BY_TEXT.ref,
    )
    audit.record(
        clinic_id=visit.clinic_id,
        by=BY_TEXT,
        action="appointment.late",
        patient_id=visit.patient_id,
        subject=f"appointment:{visit.id}",
        detail={} if minutes is None else {"minutes": minutes},
    )
    news.tell(visit.clinic_id, news.Topic.VISITS)
