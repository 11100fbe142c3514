"""What stands in the day beside the visits: free time, times held, times on offer, breaks."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from recado.appointments import actions as appointments
from recado.appointments import day_times, slots, waitlist
from recado.appointments.types import CalendarKind, ServiceView, Slot
from recado.clinics.roles import CLINICIAN
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.web.calendar import blocks, grid
from tests import calendars, factories, pages, staff

DAY = datetime(2027, 3, 1, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return DAY + timedelta(minutes=minutes)


stretches = st.lists(
    st.tuples(st.integers(0, 1200), st.integers(1, 180)).map(lambda pair: (at(pair[0]), at(sum(pair)))), max_size=8
)


@given(stretches, st.integers(5, 60), st.integers(0, 30))
def test_free_time_meets_nothing_taken_and_begins_where_a_visit_can(
    busy: Sequence[slots.Stretch], minutes: int, buffer: int
) -> None:
    hours = [(at(540), at(900)), (at(960), at(1080))]
    found = list(day_times.pieces(hours, busy, minutes=minutes, buffer=buffer))
    starts = set(slots.beginnings(hours, busy, minutes=minutes, buffer=buffer, after=at(0)))
    for begins, ends in found:
        assert any(opens <= begins and ends <= closes for opens, closes in hours)
        assert slots.is_free(begins, ends, busy) and begins in starts
    assert all(any(begins <= start < ends for begins, ends in found) for start in starts)


def test_a_clinician_has_one_column_and_a_cancelled_visit_leaves_its_time_free() -> None:
    free = [blocks.Block("free", "Dr Osei", at(540 + 60 * n), at(600 + 60 * n), "Free 1 h") for n in range(3)]
    held = blocks.Block("held", "dr osei", at(600), at(615), "Held by Ben", "free again in 2 min")
    rest = blocks.Block("break", "Dr Osei", at(720), at(780), "Break")
    laid = grid.lay_out([], [*free[:1], held, rest])
    assert [(column.name, column.lanes) for column in laid.columns] == [("dr osei", 1)]
    assert sum(1 for line in laid.lines for cell in line.cells if cell.block) == 3
    assert grid.lay_out([], [blocks.Block("free", "Dr Osei", at(545), at(555), "Free 10 min")]).lines == []


# ------------------------------------------------------------------------------------------------ the page


@pytest.fixture
def kept(database: None) -> tuple[UUID, ServiceView]:
    return calendars.make()


def day_page(clinic: UUID, slot: Slot, client: Client | None = None) -> str:
    client = client or staff.desk(clinic)
    html: str = client.get(f"/appointments/?day={slot.starts_at.date()}").content.decode()
    assert pages.Reading(html).faults == []
    return html


def test_a_day_without_visits_shows_when_somebody_is_free(kept: tuple[UUID, ServiceView]) -> None:
    clinic, service = kept
    slot = calendars.free(clinic, service)[2]
    html = day_page(clinic, slot)
    assert "No visits on this day" not in html and "6 h free" in html and html.count("Free 1 h: book") == 6
    assert "Next free" in html and "Next free" in day_page(clinic, slot, staff.desk(clinic, CLINICIAN))


def test_a_held_time_says_by_whom_and_how_long(kept: tuple[UUID, ServiceView]) -> None:
    clinic, service = kept
    slot = calendars.free(clinic, service)[2]
    patient = factories.make_patient(clinic)
    appointments.hold_by_link(clinic_id=clinic, patient_id=patient, wish=calendars.wish(slot))
    client = staff.desk(clinic)
    html = day_page(clinic, slot, client)
    assert "A patient is choosing" in html and "free again in 3 min" in html and "1 held" in html
    assert '<news-in seconds="60" topics="visits">' in html
    factories.advance(timedelta(minutes=4))
    assert "A patient is choosing" not in day_page(clinic, slot, client)


def test_hours_in_two_parts_have_a_break(kept: tuple[UUID, ServiceView]) -> None:
    clinic, service = kept
    week = (((time(9), time(12)), (time(13), time(15))),) * 7
    (silva,) = service.clinicians
    appointments.keep_calendar(
        clinic_id=clinic, kind=CalendarKind.CLINICIAN, name="Nurse Silva", week=week, calendar_id=silva, by=OPERATOR
    )
    assert "Break" in day_page(clinic, calendars.free(clinic, service)[2])


def test_a_time_on_offer_is_in_the_grid_with_its_wave(database: None) -> None:
    clinic = factories.make_furnished().id
    for name, last, ahead in (("FREE", 300, 3), ("LATER", 321, 20)):
        visit = factories.booking(name, factories.person(last), ahead=ahead * factories.DAY, clinician="Dr Okafor")
        factories.record(clinic, visit)
    client = staff.desk(clinic)
    paul = factories.visit(clinic, "LATER").patient_id
    form = {"days": list("0123456"), "notice": "60", "half": ""}
    assert client.post(f"/appointments/waitlist/patients/{paul}", form).status_code == 303
    visit_id, starts_at = factories.visit(clinic, "FREE").id, factories.visit(clinic, "FREE").starts_at
    client.post(f"/appointments/visits/{visit_id}/cancel", {"reason": "patient", "tell": "told"})
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        waitlist.offer_due(maintenance)
    with clinic_scope(clinic):
        around = blocks.around(clinic, starts_at, starts_at + timedelta(hours=1), "UTC")
    (offer,) = around.offers
    assert offer.wave == 1 and offer.asked and offer.left and 0 < offer.share <= 1000
    assert [one.detail for one in around.blocks if one.kind == "offer"] == [f"wave 1, {offer.left} left"]
    html = client.get(f"/appointments/?day={starts_at.date()}").content.decode()
    assert "Offered to the waitlist" in html and "1 person asked" in html and pages.Reading(html).faults == []
