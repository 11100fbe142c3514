"""Days off of a clinician or a room: the page says how many visits still stand on them."""

from datetime import timedelta
from uuid import uuid4

from django.test import Client

from recado.appointments import actions as appointments
from recado.appointments.types import CalendarKind, CancelReason, ServiceView
from recado.clinics.roles import ADMINISTRATOR
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from tests import calendars, factories, pages, staff
from tests.factories import booking, person


def added(client: Client, calendar: int, first: str, last: str = "") -> str:
    typed = {"do": "days-off", "calendar": calendar, "first": first, "last": last}
    html = client.post("/settings/bookable", typed, follow=True).content.decode()
    assert pages.Reading(html).faults == [] and "Saved." in html
    return html


def test_the_page_says_how_many_visits_stand_on_days_off_that_are_added(database: None) -> None:
    clinic, service = calendars.make()
    room = appointments.keep_calendar(clinic_id=clinic, kind=CalendarKind.ROOM, name="Room 1", by=OPERATOR)
    in_room = ServiceView(uuid4(), "Check", 30, 0, True, service.clinicians, (room,))
    appointments.keep_service(clinic_id=clinic, service=in_room, is_new=True, by=OPERATOR)
    times = calendars.free(clinic, service)
    day = times[0].starts_at.date() + timedelta(days=1)  # a whole one
    of_day = [slot for slot in times if slot.starts_at.date() == day]
    off = calendars.book(clinic, of_day[5], 323)
    calendars.book(clinic, of_day[0], 321)
    calendars.book(clinic, [slot for slot in calendars.free(clinic, in_room) if slot.starts_at.date() == day][3], 322)
    with clinic_scope(clinic):
        appointments.cancel(clinic_id=clinic, visit_id=off, reason=CancelReason.OTHER, tell=False, by=OPERATOR)
    told = {"start": of_day[7].starts_at, "clinician": "NURSE SILVA"}
    factories.record(clinic, booking("A-1", person(324, "Ann Marsh"), **told))
    factories.record(clinic, booking("A-2", person(325, "Ben Marsh"), **{**told, "clinician": "Dr Costa"}))
    (silva,), client = service.clinicians, staff.desk(clinic, ADMINISTRATOR)
    assert "3 visits still stand on these days" in added(client, silva, day.isoformat())
    assert "1 visit still stands on these days" in added(
        client, room, (day - timedelta(days=1)).isoformat(), day.isoformat()
    )
    later = (day + timedelta(days=30)).isoformat()
    assert "on these days" not in added(client, silva, later)
