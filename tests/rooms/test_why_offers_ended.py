"""The waitlist's history says why a time that nobody took is on offer no more."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from recado.appointments import actions, waitlist, waitlist_queries
from recado.appointments.types import Announce, BookingStatus, CalendarKind, CancelReason, Freed, FreedState, WhyEnded
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR, Actor, ActorKind
from recado.foundation.database import Role, connect
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from tests import factories, pages, staff
from tests.factories import DAY, booking, hear, make_patient, person, record, visit

pytestmark = pytest.mark.usefixtures("database")
DESK = Actor(ActorKind.STAFF, "noor")
START = (datetime.now(UTC) + 3 * DAY).replace(hour=10, minute=0, second=0, microsecond=0)
SAYS = {
    WhyEnded.TAKEN: "Somebody was booked there otherwise",
    WhyEnded.AWAY: "It looked as if nobody could be seen then",
    WhyEnded.STAFF: "The team took it off offer",
    WhyEnded.STANDS: "The cancelled visit stands again",
    WhyEnded.IMPORT: "The import that had freed it was taken back",
    WhyEnded.UNTOLD: "Whoever had it is not to be told",
    WhyEnded.HELD: "Whoever had it was not told in time",
}


def slot(name: str = "FREE", last: int = 300, **more: Any) -> Any:
    return booking(name, person(last, f"Oliver Grant {last}"), start=START, **{"clinician": "Dr Okafor", **more})


@pytest.fixture
def clinic(database: None) -> UUID:
    """Dr Okafor's visit FREE; somebody (399) waits."""
    made = factories.make_furnished().id
    record(made, slot())
    with clinic_scope(made):
        actions.join_waitlist(clinic_id=made, patient_id=make_patient(made, 399), by=OPERATOR)
    return made


def the_time(clinic_id: UUID) -> Freed:
    with clinic_scope(clinic_id):
        return waitlist_queries.freed_times(clinic_id, since=business_time.now() - 90 * DAY)[0]


def look() -> None:
    """The worker sees to what is due."""
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        waitlist.offer_due(maintenance)


def cancels(clinic: UUID) -> None:
    with clinic_scope(clinic):
        name = visit(clinic, "FREE").id
        actions.cancel(clinic_id=clinic, visit_id=name, reason=CancelReason.OTHER, tell=False, by=DESK)
    look()


def brings(clinic: UUID, how: WhyEnded) -> None:
    """A file calls the visit off; its text waits for a word."""
    run_id = new_id()
    told: Any = {"source": "csv", "announce": Announce.AUTO, "by": Actor(ActorKind.IMPORT, str(run_id))}
    off = slot(status=BookingStatus.CANCELLED)
    actions.record_bookings(clinic_id=clinic, bookings=[off], **told)
    actions.settle_announcements(clinic_id=clinic, is_held=True, **told)
    if how is WhyEnded.IMPORT:
        actions.take_some_back(clinic_id=clinic, run_id=run_id, after=None, by=OPERATOR)
    elif how is WhyEnded.UNTOLD:
        factories.release(clinic, Announce.NONE)
    else:
        factories.advance(timedelta(minutes=11))
        look()
        assert the_time(clinic).state is FreedState.OFFERING, "it waits for the word"
        business_time.advance_to(START - timedelta(minutes=20))
        look()


def ends(clinic: UUID, how: WhyEnded, by_answer: bool) -> None:
    """What ends the offer; `by_answer`: it is found out when somebody says yes, not by the worker."""
    free = the_time(clinic).id
    if how is WhyEnded.TAKEN:
        record(clinic, slot("HAND", 330))
    elif how is WhyEnded.AWAY:
        doctor = actions.keep_calendar(clinic_id=clinic, kind=CalendarKind.CLINICIAN, name="Dr Okafor", by=DESK)
        day = START.date()
        actions.add_days_off(clinic_id=clinic, calendar_id=doctor, first=day, last=day, by=DESK)
    elif how is WhyEnded.STANDS:
        with clinic_scope(clinic):
            actions.take_back(clinic_id=clinic, visit_id=visit(clinic, "FREE").id, by=DESK)
    else:
        with clinic_scope(clinic):
            actions.take_free_time_back(clinic_id=clinic, freed_id=free, by=DESK)
    if by_answer:
        factories.sql("DELETE FROM messaging_outbox")
        assert hear(clinic, "1", 399) == "too_late"
        return
    factories.advance(timedelta(hours=5))
    look()


@pytest.mark.parametrize(
    ("how", "by_answer"),
    [*((one, False) for one in SAYS), (WhyEnded.TAKEN, True), (WhyEnded.AWAY, True)],
)
def test_history_says_why_an_offer_ended(clinic: UUID, how: WhyEnded, by_answer: bool) -> None:
    if how in (WhyEnded.IMPORT, WhyEnded.UNTOLD, WhyEnded.HELD):
        brings(clinic, how)
    else:
        cancels(clinic)
        ends(clinic, how, by_answer)
    time = the_time(clinic)
    assert time.state is (FreedState.TOO_LATE if how is WhyEnded.HELD else FreedState.TAKEN_BACK)
    assert time.why is how
    html = staff.desk(clinic).get("/appointments/waitlist").content.decode()
    assert pages.Reading(html).faults == [] and SAYS[how] in html


def test_offer_that_ended_before_that_was_kept_says_only_that_it_ended(clinic: UUID) -> None:
    cancels(clinic)
    ends(clinic, WhyEnded.STAFF, by_answer=False)
    factories.sql("UPDATE appointments_freedtime SET why = ''")
    assert "The offer was ended" in staff.desk(clinic).get("/appointments/waitlist").content.decode()
