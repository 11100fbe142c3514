"""The main tasks of a reception, by keyboard alone: get in, find a patient, confirm a visit and take it back, note a call,
answer a text, book a visit and move one. The pointer is never used."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsing import NAME_OF_FOCUS, go, leads_on, ready, tab_to
from tests.phones import Demo, in_days

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """The demo, and two who come tomorrow, whatever day it is: one to confirm, one who can only be phoned."""
    with Demo() as running:
        running.bring_in(
            ("K-1", "Maud Ellery", "7001", "07700 900830", "English", in_days(1), "15:30", "Dr Costa"),
            ("K-2", "Ida Brook", "7002", "", "English", in_days(1), "15:45", "Dr Costa"),
        )
        yield running


@pytest.fixture(scope="module")
def page(demo: Demo, browser: Browser) -> Iterator[Page]:
    """A page on which the receptionist has got in by Tab and Enter."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    opened.goto(f"{demo.product.url}/sign-in")
    tab_to(opened, "Enter as Marta Kowal")
    opened.keyboard.press("Enter")
    expect(opened.get_by_role("navigation", name="Main", exact=True)).to_be_visible()
    ready(opened)
    yield opened
    context.close()


def test_a_patient_is_found(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("lefebvre")
    expect(page.get_by_role("option", name="Rémi Lefebvre")).to_be_visible()
    page.keyboard.press("ArrowDown")
    with leads_on(page):
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Rémi Lefebvre")
    ready(page)


def test_a_visit_is_confirmed_and_taken_back(page: Page) -> None:
    go(page, "g", "t")
    tab_to(page, "Tomorrow")
    go(page, "Enter")
    expect(page.locator("[data-row]").first).to_be_visible()
    tab_to(page, "Actions for Maud Ellery")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(NAME_OF_FOCUS) == "Confirm"
    with leads_on(page):
        page.keyboard.press("Enter")
    row = page.locator("[data-row]", has_text="Maud Ellery").first
    expect(row).to_contain_text("Confirmed")
    ready(page)
    go(page, "z")
    expect(row).not_to_contain_text("Confirmed")


def test_a_call_is_noted(page: Page) -> None:
    go(page, "g", "t")
    go(page, "c")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Call list")
    before = page.locator("[data-row]").count()
    tab_to(page, "Comes")
    with leads_on(page):
        page.keyboard.press("Enter")
    expect(page.locator("[data-row]")).to_have_count(before - 1)
    ready(page)


def test_a_text_is_answered(page: Page, demo: Demo) -> None:
    go(page, "g", "i")
    page.keyboard.press("j")
    go(page, "Enter")
    page.keyboard.press("r")
    expect(page.locator("#reply-text")).to_be_focused()
    page.keyboard.type("Thursday at nine is free.")
    with leads_on(page):
        page.keyboard.press("Control+Enter")
    expect(page.locator("#said")).to_contain_text("leaves in a few seconds")
    demo.wait(6)
    expect(page.locator("#talk-items")).to_contain_text("Thursday at nine is free.")


def test_every_command_is_under_one_key(page: Page) -> None:
    ready(page)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="What would you like to do?")).to_be_focused()
    page.keyboard.type("appoint")
    with leads_on(page):
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    ready(page)
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Keys", exact=True)).to_be_hidden()


def a_working_day() -> date:
    """The next but one on which the clinic is open."""
    days = (date.today() + timedelta(days=ahead) for ahead in range(2, 9))
    return next(day for day in days if day.weekday() < 5)


def test_a_visit_is_booked_and_moved_in_dialogs_that_give_the_focus_back(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.product.url}/appointments/?day={a_working_day()}")
    ready(page)
    dialog = page.locator("#page-dialog")
    opener = tab_to(page, ": book ")
    page.keyboard.press("Enter")
    expect(page.locator("#who")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name=opener, exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#who")).to_be_focused()
    page.keyboard.type("lefebvre")
    expect(dialog.get_by_role("link", name="Rémi Lefebvre")).to_be_visible()
    tab_to(page, "Rémi Lefebvre")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("heading", name="Book Rémi Lefebvre")).to_be_visible()
    assert tab_to(page, "Book ") != "Book and add another", "Enter anywhere in the form presses the first"
    with leads_on(page):
        page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("The visit is booked.")
    ready(page)
    tab_to(page, "Rémi Lefebvre")
    go(page, "Enter")
    tab_to(page, "Move")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("heading", name="Move the visit of Rémi Lefebvre?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("link", name="Move", exact=True)).to_be_focused()
