"""Who missed a visit that they can book by themselves is sent the link to a new one, not a number to call."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from recado.appointments import actions as appointments
from recado.appointments import own_bookings
from recado.appointments.types import MOST_AHEAD, ServiceView
from recado.consent import actions as consent
from recado.consent.types import Privacy
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR, SYSTEM, Actor, ActorKind
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.journeys import actions, worker
from recado.journeys.plans_of_visits import MISSED
from tests import calendars, factories, pages
from tests.factories import booking, person, wordings

pytestmark = pytest.mark.usefixtures("database")
HOUR = timedelta(hours=1)


def live(clinic: UUID) -> None:
    with clinic_scope(clinic):
        actions.begin(clinic_id=clinic, key="missed", name="Missed", plan=MISSED, by=SYSTEM)
        actions.publish(clinic_id=clinic, key="missed", by=SYSTEM, moves_people=False)


def misses(clinic: UUID, last: int = 321, **more: Any) -> str:
    """What somebody is told who did not come."""
    start = business_time.now().replace(hour=10, minute=0) + timedelta(days=1)
    factories.record(clinic, booking(f"M-{last}", person(last), start=start, **more))
    factories.release(clinic)
    business_time.advance_to(start + HOUR)
    visit = factories.visit(clinic, f"M-{last}")
    with clinic_scope(clinic):
        appointments.note_missed(clinic_id=clinic, visit_id=visit.id, by=SYSTEM)
    factories.advance(timedelta(seconds=11))  # so long it can be taken back
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        while worker.run_due(maintenance):
            pass
    told = [text for text in wordings(clinic, last) if "missed you" in text or "choose a time" in text]
    assert len(told) == 1, (wordings(clinic, last), factories.sql("SELECT step, outcome, reason FROM journeys_step"))
    return told[0]


@pytest.fixture
def kept(database: None) -> tuple[UUID, ServiceView]:
    clinic, service = calendars.make()
    live(clinic)
    return clinic, service


def test_text_of_a_missed_visit_has_the_link_where_its_service_is_booked_online(kept: tuple[UUID, ServiceView]) -> None:
    text = misses(kept[0])
    assert re.search(r"We hope all is well\. New time: \S+/r/\w+", text), text


def test_page_behind_it_begins_with_the_service_of_the_missed_visit(kept: tuple[UUID, ServiceView]) -> None:
    clinic, service = kept
    other = replace(service, id=uuid4(), name="Vaccination")
    appointments.keep_service(clinic_id=clinic, service=other, is_new=True, by=OPERATOR)
    found = re.search(r"(/r/\w+)", misses(clinic, service="blood test"))
    assert found is not None
    page = pages.browser().get(f"{found[1]}/book").content.decode()
    assert "Blood test" in page and "What is it for?" not in page and 'name="hold"' in page
    (back,) = re.findall(r'<a class="row" href="([^"]+)"', page)
    every = pages.browser().get(f"{found[1]}/book{back}").content.decode()
    assert "What is it for?" in every and "Vaccination" in every and "Blood test" in every
    chosen = pages.browser().get(f"{found[1]}/book?service={other.id}").content.decode()
    assert "Vaccination" in chosen and "What is it for?" not in chosen


def test_page_behind_it_asks_where_that_service_is_closed_since(kept: tuple[UUID, ServiceView]) -> None:
    clinic, service = kept
    for name in ("Vaccination", "Check-up"):
        other = replace(service, id=uuid4(), name=name)
        appointments.keep_service(clinic_id=clinic, service=other, is_new=True, by=OPERATOR)
    found = re.search(r"(/r/\w+)", misses(clinic))
    assert found is not None
    appointments.close_service(clinic_id=clinic, service_id=service.id, by=OPERATOR)
    assert "What is it for?" in pages.browser().get(f"{found[1]}/book").content.decode()


def test_text_of_a_missed_visit_names_the_phone_where_nobody_could_book_it(kept: tuple[UUID, ServiceView]) -> None:
    assert "call" in misses(kept[0], service="Operation") and "/r/" not in wordings(kept[0])[-1]
    staff_only, _ = calendars.make(by_link=False, slug="quay-side", number="+447700900101")
    live(staff_only)
    assert "/r/" not in misses(staff_only, 322)


def test_who_has_booked_as_much_as_may_be_is_sent_no_link(kept: tuple[UUID, ServiceView]) -> None:
    clinic, service = kept
    slots = calendars.free(clinic, service)[::3]
    own = [calendars.book(clinic, slot, by=Actor(ActorKind.PATIENT, "link")) for slot in slots[:MOST_AHEAD]]
    patient = calendars.visit(clinic, own[0]).patient_id
    other = factories.make_patient(clinic, 322)
    with clinic_scope(clinic):
        assert own_bookings.who_may_book(clinic, [patient, other]) == {other}


def test_who_wants_nothing_said_is_sent_the_link_alone(kept: tuple[UUID, ServiceView]) -> None:
    clinic = kept[0]
    patient = factories.make_patient(clinic, 323)
    with clinic_scope(clinic):
        consent.choose_privacy(clinic_id=clinic, patient_id=patient, level=Privacy.NEUTRAL, how="staff", by=OPERATOR)
    text = misses(clinic, 323)
    assert "missed" not in text and "/r/" in text
