"""Two people wait, one joined by text and one by the page of their visit; a time comes free, and they say yes at once, one by
text and one by link: one has it, and both are told."""

import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsing import RTL, TOO_WIDE, is_sound, leads_on
from tests.phones import Demo
from tests.screens.entering import enter

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(400)]

SETTLED = 900  # ms until the page takes a tap
OWNER, BEA, COL = "+447700900841", "+447700900842", "+447700900843"

# A service of its own, with one visit soon and two later; Bea wants no text that tells a time.
BOOKED = """
from datetime import timedelta
from recado.appointments import actions
from recado.appointments.letters import link_to_visit
from recado.appointments.types import Announce, Booking, CalendarKind, ServiceView
from recado.clinics import actions as clinics, queries
from recado.clinics.types import NO_QUIET_HOURS
from recado.consent import actions as consent
from recado.consent.types import Privacy
from recado.contacts.types import PersonRecord
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.ids import new_id
from recado.foundation.phone import Phone
from recado.foundation.tenancy import clinic_scope
clinic = queries.all_clinics()[0].id
clinics.change_settings(clinic_id=clinic, by=OPERATOR, quiet_hours=NO_QUIET_HOURS)
doctor = actions.keep_calendar(clinic_id=clinic, kind=CalendarKind.CLINICIAN, name="Dr Okafor", by=OPERATOR)
service = ServiceView(new_id(), "Follow-up", 15, 0, False, (doctor,))
actions.keep_service(clinic_id=clinic, service=service, is_new=True, by=OPERATOR)
people = (("S-1", "Olive Owner", "+447700900841", 3), ("S-2", "Bea Link", "+447700900842", 20), ("S-3", "Col Text", "+447700900843", 21))
visits = [
    Booking(name, PersonRecord(name, who, Phone(phone), "en"), business_time.now() + timedelta(days=days),
        timedelta(minutes=15), "Dr Okafor", "Follow-up")
    for name, who, phone, days in people
]
actions.record_bookings(clinic_id=clinic, source="story", bookings=visits, announce=Announce.NONE, by=OPERATOR)
from recado.appointments import queries as calendar
with clinic_scope(clinic):
    free, bea, _ = [calendar.visits_called(clinic, name)[0] for name, *_ in people]
    consent.choose_privacy(clinic_id=clinic, patient_id=bea.patient_id, level=Privacy.NEUTRAL, how="desk", by=OPERATOR)
    say([str(free.id), link_to_visit(clinic_id=clinic, visit_id=bea.id, phone_bi=None).rpartition("/r/")[2]])
"""
CANCELLED = """
from uuid import UUID
from recado.appointments import actions
from recado.appointments.types import CancelReason
from recado.clinics import queries
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
clinic = queries.all_clinics()[0].id
with clinic_scope(clinic):
    actions.cancel(clinic_id=clinic, visit_id=UUID("NAME"), reason=CancelReason.PATIENT, tell=False, by=OPERATOR)
say([])
"""


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB", bypass_csp=True, viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


def is_sound_both_ways(page: Page) -> bool:
    assert is_sound(page)
    page.evaluate(RTL)
    assert page.evaluate(TOO_WIDE) == []
    page.reload()
    page.wait_for_timeout(SETTLED)
    return True


def test_two_say_yes_at_once_by_link_and_by_text(demo: Demo, browser: Browser, phone: Page) -> None:
    free, token = demo.inside(BOOKED)
    assert "comes free" in demo.answer(COL, "SOONER")
    joins_by_the_page(demo, phone, token)
    demo.inside(CANCELLED.replace("NAME", free))
    both_are_asked(demo, browser)
    (came,) = [text for text in demo.texts(BEA) if "/r/" in text][-1:]
    assert "Dr Okafor" not in came
    offer = re.search(r"/r/\w+", came)
    assert offer is not None
    phone.goto(demo.product.url + offer[0])
    assert phone.url.endswith("/offer") and is_sound_both_ways(phone)
    answer: list[str] = []
    by_text = threading.Thread(target=lambda: answer.append(demo.answer(COL, "yes")))
    by_text.start()
    with leads_on(phone):
        phone.get_by_role("button", name=re.compile("Yes, I take")).click()
    by_text.join(60)
    heading = phone.get_by_role("heading", level=1).inner_text()
    told = "".join(demo.texts(COL)[-3:])  # the last may be about the time that the winner's move has freed
    has_bea, has_col = "It is yours" in heading, "it is yours" in told
    assert (has_bea, has_col) in ((True, False), (False, True)), (heading, told)
    assert has_bea or "someone was faster" in heading
    assert has_col or "somebody else" in told
    assert is_sound_both_ways(phone)


def joins_by_the_page(demo: Demo, phone: Page, token: str) -> None:
    phone.goto(f"{demo.product.url}/r/{token}")
    with leads_on(phone):
        phone.get_by_role("link", name="Tell me if an earlier time opens").click()
    assert is_sound_both_ways(phone)
    phone.get_by_role("button", name="Tell me by text message").click()
    phone.get_by_text("You are on our list").wait_for()
    assert is_sound_both_ways(phone)


def both_are_asked(demo: Demo, browser: Browser) -> None:
    """Others of the demo wait too: staff ask the next until these two were asked."""
    context = browser.new_context(locale="en-GB", bypass_csp=True, viewport={"width": 1440, "height": 900})
    desk = context.new_page()
    enter(desk, demo.product.url, "reception")

    def is_asked(who: str, word: str) -> bool:
        return any(word in text for text in demo.texts(who))

    for _ in range(8):
        demo.wait(1)
        desk.goto(f"{demo.product.url}/appointments/waitlist")
        expect(desk.get_by_text("Offer in progress")).to_be_visible()
        if is_asked(BEA, "our list") and is_asked(COL, "Reply 1"):
            break
        with leads_on(desk):
            desk.get_by_role("button", name="Ask the next now").first.click()
    give: Any = desk.get_by_role("link", name="Give it to…").first
    give.click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Who gets")
    assert is_sound(desk)
    context.close()
