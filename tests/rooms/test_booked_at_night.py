"""Whoever books by themselves in the evening for the next morning is told at once: later it would be of no use."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from recado.appointments import actions as appointments
from recado.appointments import online, replies
from recado.appointments.types import CancelReason, ServiceView, Slot
from recado.clinics.types import QuietHours
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR, Actor, ActorKind
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.journeys import worker
from recado.messaging.models import Message
from tests import calendars, factories
from tests.factories import make_patient, sql


def run_journeys() -> None:
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        worker.run_due(maintenance)


def texts(clinic: UUID) -> list[tuple[str, str]]:
    with clinic_scope(clinic):
        return list(Message.objects.filter(clinic_id=clinic).order_by("id").values_list("verdict", "rule"))


def evening() -> tuple[UUID, ServiceView, Slot]:
    """Nine in the evening at a clinic that texts from nine to six, and its first free time, at nine tomorrow."""
    clinic, service = calendars.make(quiet_hours=QuietHours())
    now = business_time.now()
    nine = now.replace(hour=21, minute=0, second=0, microsecond=0)
    factories.advance((nine if nine > now else nine + timedelta(days=1)) - now)
    slot = calendars.free(clinic, service, after=timedelta(hours=1))[0]
    assert slot.starts_at.hour == 9
    return clinic, service, slot


def test_visit_of_tomorrow_morning_is_confirmed_at_once_when_the_patient_books_it_at_night(database: None) -> None:
    clinic, _, slot = evening()
    online.book(clinic_id=clinic, patient_id=make_patient(clinic), wish=calendars.wish(slot))
    run_journeys()
    assert texts(clinic) == [("allow", "answer_at_once")]
    assert sql("SELECT count(*) FROM tasks_task WHERE kind = 'call'") == [(0,)]


def test_visit_of_tomorrow_morning_is_told_by_phone_when_staff_book_it_at_night(database: None) -> None:
    clinic, _, slot = evening()
    appointments.book(clinic_id=clinic, wish=calendars.wish(slot), patient_id=make_patient(clinic), by=OPERATOR)
    run_journeys()
    assert texts(clinic) == []
    assert sql("SELECT count(*) FROM tasks_task WHERE kind = 'call'") == [(1,)]


def test_who_cancels_by_link_at_night_has_it_in_writing_at_once(database: None) -> None:
    clinic, _, slot = evening()
    visit = online.book(clinic_id=clinic, patient_id=make_patient(clinic), wish=calendars.wish(slot))
    run_journeys()
    with clinic_scope(clinic), transaction.atomic():
        replies.settle(clinic, visit, "cancel", Actor(ActorKind.PATIENT, "link"))
    run_journeys()
    assert texts(clinic)[1:] == [("allow", "answer_at_once")]
    assert sql("SELECT count(*) FROM tasks_task WHERE kind = 'call'") == [(0,)]


def test_who_cancelled_on_the_phone_at_night_is_not_phoned_to_say_so(database: None) -> None:
    clinic, _, slot = evening()
    visit = online.book(clinic_id=clinic, patient_id=make_patient(clinic), wish=calendars.wish(slot))
    run_journeys()
    with clinic_scope(clinic):
        appointments.cancel(clinic_id=clinic, visit_id=visit, reason=CancelReason.PATIENT, tell=True, by=OPERATOR)
    run_journeys()
    assert len(texts(clinic)) == 1
    assert sql("SELECT count(*) FROM tasks_task WHERE kind = 'call'") == [(0,)]


def test_visit_is_told_within_the_hours_when_staff_move_it_after_the_patient_has_booked(database: None) -> None:
    clinic, service, slot = evening()
    visit = online.book(clinic_id=clinic, patient_id=make_patient(clinic), wish=calendars.wish(slot))
    run_journeys()
    later = calendars.free(clinic, service, after=timedelta(hours=30))[0]
    factories.advance(timedelta(minutes=5))
    appointments.move(clinic_id=clinic, visit_id=visit, wish=calendars.wish(later), by=OPERATOR)
    run_journeys()
    assert ("allow", "answer_at_once") not in texts(clinic)[1:]
