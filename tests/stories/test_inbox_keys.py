"""All the keys of the inbox in one run, the pointer never used; and a number that turns out to be somebody else's, from the
button beside the conversation to the right number."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsing import go, is_sound, leads_on, ready, tab_to
from tests.phones import Demo
from tests.stories.test_inbox import ELEANOR, desk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
QUESTION = "Do I need to bring the letter?"


def open_by_keys(page: Page, words: str) -> None:
    """J until the row with these words has the focus, then Enter."""
    expect(page.locator("#inbox-list").get_by_text(words)).to_be_visible()
    for _ in range(30):
        page.keyboard.press("j")
        if words in str(page.evaluate("document.activeElement.textContent")):
            break
    go(page, "Enter")


def test_every_key_of_the_inbox(demo: Demo, browser: Browser) -> None:
    page, faults = desk(demo, browser, "Marta Kowal", bypass_csp=True)
    demo.answer(ELEANOR, QUESTION)
    open_by_keys(page, QUESTION)
    assert is_sound(page)

    go(page, "i")
    expect(page.locator("#talk-state")).to_contain_text("Marta")
    page.keyboard.press("a")
    tab_to(page, "Nobody")
    go(page, "Enter")
    expect(page.locator("#talk-state")).not_to_contain_text("Marta")

    page.keyboard.press("n")
    expect(page.locator("#note-text")).to_be_focused()
    page.keyboard.type("The blue letter.")
    go(page, "Control+Enter")
    expect(page.locator("#talk-items")).to_contain_text("The blue letter.")

    page.keyboard.press("s")
    go(page, "1")
    expect(page.locator("#said")).to_contain_text("Snoozed.")
    go(page, "z")
    expect(page.locator("#inbox-list").get_by_text(QUESTION)).to_be_visible()
    go(page, "e")
    expect(page.locator("#said")).to_contain_text("Done.")
    go(page, "z")
    expect(page.locator("#talk-items")).to_contain_text(QUESTION)

    page.keyboard.press("r")
    expect(page.locator("#reply-text")).to_be_focused()
    page.keyboard.type("Yes, please.")
    go(page, "Control+Enter")
    expect(page.locator("#said")).to_contain_text("leaves in a few seconds")
    go(page, "m")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.go_back()
    ready(page)
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys", exact=True)).to_be_visible()
    assert is_sound(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Keys", exact=True)).to_be_hidden()
    assert faults == []


def test_keys_on_a_phone_lead_back_to_the_list(demo: Demo, browser: Browser) -> None:
    page, _ = desk(demo, browser, "Marta Kowal", viewport={"width": 390, "height": 844}, bypass_csp=True)
    page.goto(f"{demo.product.url}/inbox/?folder=all")
    page.keyboard.press("j")
    go(page, "Enter")
    assert is_sound(page)
    go(page, "Escape")
    expect(page.locator("#inbox-list")).to_be_visible()
    assert is_sound(page)


def test_a_wrong_number_from_the_conversation_to_the_right_one(demo: Demo, browser: Browser) -> None:
    page, faults = desk(demo, browser, "Ruth Ellery", bypass_csp=True)
    demo.answer(ELEANOR, "Who is this? I know no Eleanor")
    open_by_keys(page, "I know no Eleanor")
    here = page.url
    tab_to(page, "This is the wrong person")
    page.keyboard.press("Enter")
    tab_to(page, "End texts to this phone")
    go(page, "Enter")
    expect(page.locator("#said")).to_contain_text("A task asks for the right number.")

    page.goto(here)
    expect(page.get_by_text("this phone is not that of Eleanor Whitcombe")).to_be_visible()
    assert is_sound(page)
    tab_to(page, "Take it out of the record")
    go(page, "Enter")
    expect(page.locator("#said")).to_contain_text("The number is out of the record.")

    go(page, "g", "t")
    asked = page.locator("#main").get_by_text("Eleanor Whitcombe needs")
    expect(asked).to_be_visible()
    with leads_on(page):
        asked.locator("xpath=ancestor::*[.//a][1]").get_by_role("link", name="Fix the number").press("Enter")
    go(page, "e")
    page.get_by_label("Phone", exact=False).first.fill("07700 900988")
    with leads_on(page):
        page.get_by_role("button", name="Save").press("Enter")
    expect(page.locator("#said")).to_contain_text("Saved.")
    go(page, "g", "t")
    expect(page.locator("#main").get_by_text("Eleanor Whitcombe needs")).to_have_count(0)
    assert faults == []
