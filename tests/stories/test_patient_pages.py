"""Every page that a patient may come to, on a phone, in the running product: axe finds nothing in light and dark, from left to right
and from right to left; nothing is wider than the phone; and each is light enough for a slow line."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsing import AXE, RTL, RUN_AXE, TOO_WIDE, leads_on
from tests.phones import Demo, link_in
from tests.stories import test_documents as papers
from tests.stories import test_locked_documents as locked
from tests.stories import test_surveys as surveys
from tests.stories import test_waitlist as waiting

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]

SETTLED = 900  # ms until a page takes a tap
HEAVIEST = 60_000  # octets of a page with all that it loads, as they come over the line, but fonts
WEIGHT = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .filter(one => !/[.]woff2$/.test(one.name)).reduce((sum, one) => sum + one.encodedBodySize, 0)"""
LEFT = "() => { document.documentElement.dir = 'ltr'; document.documentElement.lang = 'en' }"

# A service that patients book themselves, in a room; visits ahead, each with its link, and a form to fill in before the last of them.
KEPT = """
from datetime import timedelta
from django.db import connection
from recado.appointments import actions, queries as calendar
from recado.appointments.letters import link_to_visit
from recado.appointments.types import CalendarKind, ServiceView, SlotWish
from recado.clinics import actions as clinics, queries
from recado.clinics.types import NO_QUIET_HOURS
from recado.consent import queries as consent
from recado.contacts import actions as contacts
from recado.contacts.types import PersonRecord
from recado.documents import actions as documents
from recado.documents.types import FormWish
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.ids import new_id
from recado.foundation.phone import Phone
from recado.foundation.tenancy import clinic_scope
from recado.launch.demo_forms import KEY
clinic = queries.all_clinics()[0].id
clinics.change_settings(clinic_id=clinic, by=OPERATOR, quiet_hours=NO_QUIET_HOURS)
doctor = actions.keep_calendar(clinic_id=clinic, kind=CalendarKind.CLINICIAN, name="Dr Umbrecht", by=OPERATOR)
room = actions.keep_calendar(clinic_id=clinic, kind=CalendarKind.ROOM, name="Room 9", by=OPERATOR)
service = ServiceView(new_id(), "Hearing test", 30, 0, True, (doctor,), (room,), True)
actions.keep_service(clinic_id=clinic, service=service, is_new=True, by=OPERATOR)
tokens, now = [], business_time.now()
with clinic_scope(clinic):
    free = calendar.free_slots(clinic, service_id=service.id, start=now + timedelta(days=3), end=now + timedelta(days=14))
    people = [PersonRecord(f"PP-{n}", f"Greta Ohm {n}", Phone(f"+44770090088{n}"), "en") for n in range(5)]
    known = [one.patient_id for one in contacts.record_people(clinic_id=clinic, people=people)]
apart = [slot for slot in free if slot.starts_at.minute == 0]
for slot, patient in zip(apart, known):
    wish = SlotWish(slot.service_id, slot.calendar_id, slot.starts_at)
    visit = actions.book(clinic_id=clinic, wish=wish, patient_id=patient, by=OPERATOR, tell=False)
    with clinic_scope(clinic):
        bi = consent.recipients(clinic, [patient])[patient].phone_bi
        tokens.append(link_to_visit(clinic_id=clinic, visit_id=visit, phone_bi=bi).rpartition("/r/")[2])
with clinic_scope(clinic):
    form = documents.send_form(clinic_id=clinic, wish=FormWish(KEY, patient, slot.starts_at, visit), by=OPERATOR)
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM information_infopage LIMIT 1")
        code = cursor.fetchone()[0]
short = queries.clinic_settings(clinic).short_code
say({"tokens": tokens, "form": str(form), "page": f"/i/{short}/{code}", "short": short, "service": str(service.id)})
"""


@pytest.fixture(scope="module")
def kept(demo: Demo) -> dict[str, Any]:
    made: dict[str, Any] = demo.inside(KEPT)
    return made


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB", bypass_csp=True, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.add_init_script(path=AXE)
    yield page
    context.close()


def faults(page: Page) -> list[str]:
    """What is wrong with the page as it stands: in each theme, from each side, and what it weighs."""
    found = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        for side, way in (("ltr", LEFT), ("rtl", RTL)):
            page.evaluate(way)
            found += [f"{page.title()}, {theme}, {side}: {one}" for one in page.evaluate(RUN_AXE)]
            found += [f"{page.title()}, {side}, too wide: {one}" for one in page.evaluate(TOO_WIDE)]
    weight = page.evaluate(WEIGHT)
    if not 0 < weight < HEAVIEST:
        found.append(f"{page.title()}: {weight} octets")
    return found


def opened(demo: Demo, page: Page, path: str, heading: str) -> list[str]:
    page.goto(demo.product.url + path)
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(heading))
    return faults(page)


def pressed(page: Page, name: str, heading: str) -> list[str]:
    page.wait_for_timeout(SETTLED)
    with leads_on(page):
        page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(heading))
    return faults(page)


def test_pages_of_an_offer(demo: Demo, browser: Browser, phone: Page) -> None:
    free, token = demo.inside(waiting.BOOKED)
    assert "comes free" in demo.answer(waiting.COL, "SOONER")
    waiting.joins_by_the_page(demo, phone, token)
    demo.inside(waiting.CANCELLED.replace("NAME", free))
    waiting.both_are_asked(demo, browser)
    (came,) = [text for text in demo.texts(waiting.BEA) if "/r/" in text][-1:]
    found = opened(demo, phone, link_in(came), "Do you want it")
    assert "it is yours" in demo.answer(waiting.COL, "yes")
    found += opened(demo, phone, link_in(came), "someone was faster")
    assert found == []


def test_pages_of_a_visit(demo: Demo, kept: dict[str, Any], phone: Page) -> None:
    one, two, three, four, last = kept["tokens"]
    found = opened(demo, phone, f"/r/{one}", "Can you come")
    expect(phone.locator("main")).to_contain_text("Room 9")
    found += pressed(phone, "Yes, I will be there", "you have confirmed")
    found += opened(demo, phone, f"/r/{one}/cancel", "Cancel your appointment")
    found += pressed(phone, "Yes, cancel it", "is cancelled")
    found += opened(demo, phone, f"/r/{two}/times", ".")
    phone.wait_for_timeout(SETTLED)
    phone.locator("main form button").last.click()
    expect(phone.get_by_text("Kept for you until")).to_be_in_viewport()  # however many times are listed above it
    found += faults(phone)
    found += opened(demo, phone, f"/r/{two}/messages", "Your messages")
    found += pressed(phone, "Stop all messages", ".")
    found += opened(demo, phone, f"/r/{three}/stop", "Stop all messages")
    found += pressed(phone, "Yes, stop all messages", "are stopped")
    found += opened(demo, phone, f"/r/{four}/earlier", "earlier time")
    found += pressed(phone, "Tell me by text message", "earlier time")
    found += opened(demo, phone, f"/r/{four}/wrong", "not for you")
    found += pressed(phone, "It is not for me, stop", "Thank you for telling us")
    found += opened(demo, phone, f"/r/{four}", "This link has ended")
    found += opened(demo, phone, f"/r/{last}/form/{kept['form']}", ".")
    found += pressed(phone, "Send", ".")  # nothing was answered
    assert found == []


def test_pages_that_are_open_to_anybody(demo: Demo, kept: dict[str, Any], phone: Page) -> None:
    short = kept["short"]
    found = opened(demo, phone, kept["page"], ".")
    found += opened(demo, phone, f"/i/{short}/zzzzzz", "not here any more")
    found += opened(demo, phone, f"/r/join/{short}", ".")
    phone.get_by_label("My appointments and my care").check()
    phone.get_by_label("Your mobile number").fill("07700 900951")
    found += pressed(phone, "I agree, send me a code", ".")
    found += opened(demo, phone, f"/r/book/{short}", ".")
    found += opened(demo, phone, f"/r/book/{short}?service={kept['service']}", ".")
    with leads_on(phone):
        phone.locator("main a[href*='slot=']").first.click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Who comes")
    found += faults(phone)
    phone.get_by_label("Name of the patient").fill("Otto Fern")
    phone.get_by_label("Your mobile number").fill("07700 900952")
    found += pressed(phone, "Send me a code", ".")
    phone.get_by_label("Code from the text").fill("000000")
    phone.context.clear_cookies()
    found += pressed(phone, "Book the visit", ".")  # without its cookie: the page that says so
    assert found == []


def test_pages_of_a_survey(demo: Demo, phone: Page) -> None:
    assert demo.inside(surveys.BY_PAGE.format(clinic=surveys.CLINIC)) == 2
    address = link_in(surveys.seen(demo, "PP-9", "Basil Henning", "+447700900802", "en"))
    found = opened(demo, phone, address, ".")
    found += pressed(phone, "Next", ".")  # nothing was chosen
    while phone.get_by_role("button", name="Skip this question").count():
        found += pressed(phone, "Skip this question", ".")
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Thank you")
    assert found == []


def test_pages_of_a_document_and_of_one_that_is_locked(
    demo: Demo, browser: Browser, phone: Page, tmp_path: Path
) -> None:
    papers.send(demo, browser, tmp_path)
    address = link_in(papers.told(demo))
    found = opened(demo, phone, address, "document is ready")
    found += pressed(phone, "Send me the code", ".")
    for born in ("1948-03-15", "1948-03-14"):
        demo.wait(10)
        code = re.search(r"\b\d{6}\b", demo.texts(papers.PHONE)[-1])
        assert code is not None
        phone.get_by_label("Code").fill(code[0])
        phone.get_by_label("Date of birth").fill(born)
        found += pressed(phone, "Open my document", ".")
    found += pressed(phone, "Read on this page", ".")
    locked.send(demo, browser, tmp_path)
    behind = locked.link(demo)
    phone.context.clear_cookies()
    found += opened(demo, phone, behind.removeprefix(demo.product.url).partition("#")[0], "end of your link is missing")
    phone.goto("about:blank")
    locked.open_gate(demo, phone, behind)
    found += faults(phone)
    assert found == []
