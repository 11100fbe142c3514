"""Whether two visits are at one time is asked in Python and in SQL: both say the same."""

from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from recado.appointments import actions, taken_times
from recado.appointments.claims import Kept
from recado.appointments.models import Appointment, FreedTime, Taken
from recado.appointments.types import CalendarKind, VisitState
from recado.appointments.waitlist_types import FreedState
from recado.foundation.actors import OPERATOR
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from tests import factories

pytestmark = pytest.mark.usefixtures("database")
MINUTE = timedelta(minutes=1)
APART = timedelta(days=4)  # each pair has days of its own
FIRST = datetime(2027, 1, 4, 10, tzinfo=UTC)
LATER = (-1440, -1439, -31, -30, -16, -1, 0, 1, 15, 29, 30, 31, 1440)
LASTS = (None, 0, 1, 30, 1440)
WHO = (("Dr Okafor", "Dr Okafor"), ("Dr Okafor", "Dr Costa"), ("", ""))
TAKES = ((0, 0), (0, 45), (15, 0), (15, 45), (45, 15))  # minutes that each takes of one room; 0: none of it
PAIRS = list(product(LATER, LASTS, LASTS, WHO, TAKES))


def lasting(minutes: int | None) -> timedelta | None:
    return None if minutes is None else minutes * MINUTE


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


def made(clinic: UUID) -> tuple[list[Appointment], list[Appointment], dict[UUID, Kept]]:
    """The pairs, and what they take."""
    room = actions.keep_calendar(clinic_id=clinic, kind=CalendarKind.ROOM, name="Room 1", by=OPERATOR)
    patient = factories.make_patient(clinic)
    ones, others, kept = [], [], {}
    for at, (later, one_lasts, other_lasts, (one_by, other_by), takes) in enumerate(PAIRS):
        start = FIRST + at * APART
        times = (start, one_lasts, one_by), (start + later * MINUTE, other_lasts, other_by)
        one, other = (
            Appointment(
                clinic_id=clinic,
                id=new_id(),
                patient_id=patient,
                source="csv",
                starts_at=starts,
                duration=lasting(lasts),
                clinician=clinician,
                state=VisitState.BOOKED,
                booked_at=FIRST,
                updated_at=FIRST,
            )
            for starts, lasts, clinician in times
        )
        for visit, minutes in zip((one, other), takes, strict=True):
            visit.external_id = str(visit.id)
            if minutes:
                kept[visit.id] = Kept((room,), minutes * MINUTE)
        ones.append(one)
        others.append(other)
    return ones, others, kept


def test_whose_time_is_somebodys_is_the_same_in_python_and_in_sql(clinic: UUID) -> None:
    ones, others, kept = made(clinic)
    wanted = {one.id for one, other in zip(ones, others, strict=True) if taken_times.are_at_once(one, other, kept)}
    assert 0 < len(wanted) < len(ones)
    with clinic_scope(clinic):
        Appointment.objects.bulk_create(others)
        Taken.objects.bulk_create(
            Taken(
                clinic_id=clinic,
                calendar_id=kept[other.id].calendars[0],
                minute=int(other.starts_at.timestamp() // 60),
                until=int((other.starts_at + kept[other.id].lasts).timestamp() // 60),
                appointment_id=other.id,
            )
            for other in others
            if other.id in kept
        )
        assert taken_times.gone(clinic, ones, kept) == dict.fromkeys(wanted, (True, False))


def test_whose_time_is_on_offer_is_the_same_in_python_and_in_sql(clinic: UUID) -> None:
    ones, others, kept = made(clinic)
    wanted = {one.id for one, other in zip(ones, others, strict=True) if taken_times.are_at_once(one, other, kept)}
    with clinic_scope(clinic):
        FreedTime.objects.bulk_create(
            FreedTime(
                clinic_id=clinic,
                visit_id=other.id,
                starts_at=other.starts_at,
                duration=other.duration,
                clinician=other.clinician,
                calendars=list(kept.get(other.id, Kept()).calendars),
                takes=kept[other.id].lasts if other.id in kept else None,
                freed_at=FIRST,
                state=FreedState.OFFERING,
            )
            for other in others
        )
        assert taken_times.gone(clinic, ones, kept) == dict.fromkeys(wanted, (False, True))


@pytest.mark.parametrize(("later", "is_left"), [(0, False), (14, False), (15, True), (-15, True), (1440, True)])
def test_a_visit_leaves_its_time_where_it_moves_by_as_much_as_it_lasts(later: int, is_left: bool) -> None:
    was = Appointment(starts_at=FIRST, duration=15 * MINUTE, clinician="Dr Okafor")
    now = Appointment(starts_at=FIRST + later * MINUTE, duration=15 * MINUTE, clinician="Dr Costa")
    assert taken_times.overlap(was, now) is not is_left
