"""Finding a patient by keys in a real browser, and noting at the desk that she wants no more texts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browsing import leads_on
from tests.phones import Demo
from tests.stories.test_inbox import desk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def product() -> Iterator[Demo]:
    with Demo() as running:
        yield running


def test_a_patient_is_found_by_keys_and_stopped_at_the_desk(product: Demo, browser: Browser) -> None:
    page, faults = desk(product, browser, "Marta Kowal")
    page.keyboard.press("/")
    page.keyboard.type("wisn luk")
    option = page.get_by_role("option", name="Łukasz Wiśniewski")
    expect(option).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    with leads_on(page):
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Łukasz Wiśniewski")
    assert "Wiśniewski" not in page.title() and "wisn" not in page.url

    page.get_by_role("link", name="Stop all messages…").click()
    page.get_by_role("dialog").get_by_label("In a call").check()
    page.get_by_role("dialog").get_by_role("button", name="Stop all messages").click()
    expect(page.get_by_role("link", name="Start again…")).to_be_visible()
    expect(page.get_by_text("Said no to:")).to_be_visible()
    assert faults == []


def test_escape_closes_the_list_and_enter_shows_everybody(product: Demo, browser: Browser) -> None:
    page, faults = desk(product, browser, "Marta Kowal")
    page.keyboard.press("/")
    page.keyboard.type("cartwright")
    expect(page.get_by_role("option")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(page.get_by_role("option").first).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.get_by_role("row")).to_have_count(3)
    assert faults == []
