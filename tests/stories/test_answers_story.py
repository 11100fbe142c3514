"""A patient asks what an article answers, and then for a person; staff try, read what had no answer, and write an article from it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsing import leads_on
from tests.phones import Demo
from tests.screens.entering import enter

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

PHONE = "+447700900871"  # of nobody


@pytest.fixture
def page(browser: Browser, demo: Demo) -> Iterator[Page]:
    inside = browser.new_context(locale="en-GB").new_page()
    enter(inside, demo.product.url, "administrator")
    yield inside
    inside.context.close()


def test_question_is_answered_and_the_page_behind_it_is_rated(demo: Demo, page: Page) -> None:
    text = demo.answer(PHONE, "Where can I park?")
    assert "automatic answer" in text and "reply PERSON" in text
    found = re.search(r"https?://\S+(/a/\S+)", text)
    assert found
    page.goto(demo.product.url + found[1].rstrip("."))
    expect(page.get_by_role("heading", level=1)).to_have_text("Where can I park?")
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("Good that it helped.")).to_be_visible()
    assert "thank you" in demo.answer(PHONE, "PERSON"), "a person reads it"


def test_staff_try_a_question_and_write_the_article_that_is_missing(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.product.url}/answers/")
    page.get_by_label("Type as a patient would").fill("Can I take my pills before the blood test?")
    page.get_by_role("button", name="Try").click()
    expect(page.get_by_text("It would not answer")).to_be_visible()
    expect(page.get_by_text("Medical: never answered without a person")).to_be_visible()
    with leads_on(page):
        page.get_by_role("link", name="Not answered").click()
    page.get_by_role("button", name="Write the article").first.click()
    expect(page.get_by_label("The question")).to_have_value(re.compile("child"))
    page.get_by_label("The answer by text").fill("Yes, children are welcome. There are toys in the waiting room.")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Version 1 answers from now on.")).to_be_visible()
    assert "children are welcome" in demo.answer("+447700900872", "can i bring my child with me")
