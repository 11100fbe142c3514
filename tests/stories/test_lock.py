"""A screen left alone: it warns, stays when asked, locks by itself, and what was being written is there again.

The browser's clock is moved; the server's lock is the one that the screen asks for.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsing import leads_on
from tests.product import Product
from tests.screens.entering import enter

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

WORDS = "Please bring the letter, and come ten minutes before."


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB")
    made = context.new_page()
    made.set_default_timeout(15_000)
    yield made
    context.close()


def become(page: Page, name: str) -> None:
    """Enters as somebody on the sign-in page, and waits until they are in: a page asked for meanwhile would be dropped."""
    with leads_on(page):
        page.get_by_role("button", name=re.compile(name)).click()
    expect(page.get_by_role("navigation").first).to_be_visible()


def test_locked_screen_gives_the_text_back(page: Page) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    with Product() as product:
        product.start()
        enter(page, product.url)
        page.clock.install()
        page.goto(f"{product.url}/inbox/?folder=all")
        with leads_on(page):
            page.locator("[data-row]").first.click()
        field = page.get_by_role("textbox", name=re.compile("^Reply"))
        field.fill("Please")
        with page.expect_response("**/inbox/draft"):
            field.press_sequentially(WORDS.removeprefix("Please"))
            page.clock.fast_forward(1500)
        thread = page.url

        # Nine minutes: it warns. "Stay" gives ten more.
        notice = page.get_by_role("alertdialog", name="This screen locks in 1 minute")
        page.clock.fast_forward("09:05")
        expect(notice).to_be_visible()
        expect(notice.get_by_role("button", name="Stay")).to_be_focused()
        page.keyboard.press("Shift")  # any sign of life will do: a pointer on its way to the button is one already
        expect(notice).to_be_hidden()
        page.clock.fast_forward("08:00")
        expect(field).to_have_value(WORDS)
        expect(notice).to_be_hidden()

        # Enter on "Stay" is heard by the button alone, whatever is being written behind it.
        field.focus()
        page.clock.fast_forward("01:05")
        expect(notice).to_be_visible()
        page.keyboard.press("Enter")
        expect(notice).to_be_hidden()
        expect(field).to_be_focused()
        expect(field).to_have_value(WORDS)

        # Nobody is there: it locks, and no way but a proof leads back.
        other = page.context.new_page()
        other.goto(f"{product.url}/")
        page.clock.fast_forward("10:00")
        expect(page.get_by_role("heading", name="This screen is locked")).to_be_visible()
        expect(page.get_by_text("Marta Kowal")).to_be_visible()
        expect(other.get_by_role("heading", name="This screen is locked")).to_be_visible()
        page.goto(thread)
        expect(page.get_by_role("heading", name="This screen is locked")).to_be_visible()
        page.get_by_role("button", name="Enter again").click()
        expect(page.get_by_role("textbox", name=re.compile("^Reply"))).to_have_value(WORDS)
        expect(other.get_by_role("heading", name="This screen is locked")).to_be_hidden()

        # Locked by its person, a word just typed is kept as well; somebody else doesn't see it.
        page.get_by_role("textbox", name=re.compile("^Reply")).press_sequentially(" Thank you.")
        page.get_by_role("button", name="Lock now").click()
        expect(page.get_by_role("heading", name="This screen is locked")).to_be_visible()
        page.get_by_role("button", name="I am somebody else").click()
        become(page, "Ruth Ellery")
        page.goto(thread)
        expect(page.get_by_role("textbox", name=re.compile("^Reply"))).to_have_value("")
        page.get_by_role("button", name="Lock now").click()
        expect(page.get_by_role("heading", name="This screen is locked")).to_be_visible()
        page.get_by_role("button", name="I am somebody else").click()
        become(page, "Marta Kowal")
        page.goto(thread)
        expect(page.get_by_role("textbox", name=re.compile("^Reply"))).to_have_value(re.compile("Thank you"))
    assert faults == []
