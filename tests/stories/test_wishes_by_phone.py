"""A person texts JOIN, follows the link, chooses, stops everything and takes it back; what staff print and see meanwhile."""

import re

import pytest
from playwright.sync_api import Browser

from tests.browsing import RTL, TOO_WIDE, is_sound, leads_on
from tests.phones import Demo, link_in
from tests.screens.entering import enter

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(400)]
SETTLED = 900  # ms until the page takes a tap


def test_a_person_joins_by_text_chooses_and_stops(demo: Demo, browser: Browser) -> None:
    said, who = "", ""
    for who in demo.phones():
        said = demo.answer(who, "JOIN")
        if "/r/" in said:
            break
    assert "/r/" in said, "one of the demo's phones is one person's"
    context = browser.new_context(locale="en-GB", bypass_csp=True, viewport={"width": 390, "height": 844})
    page = context.new_page()
    address = demo.product.url + link_in(said.replace(" STOP ends them.", ""))
    for language in ("en", "pl", "id"):
        page.goto(f"{address}/messages?lang={language}")
        assert is_sound(page)
        page.evaluate(RTL)
        assert page.evaluate(TOO_WIDE) == []
    page.goto(f"{address}?lang=en")
    assert page.url.endswith("/messages?lang=en")
    page.wait_for_timeout(SETTLED)
    page.get_by_label("Surveys").check()
    with leads_on(page):
        page.get_by_role("button", name="Keep these choices").click()
    assert page.get_by_label("Surveys").is_checked()
    page.wait_for_timeout(SETTLED)
    page.get_by_role("button", name="Stop all messages").click()
    page.get_by_role("heading", name="All messages are stopped").wait_for()
    assert is_sound(page)
    assert "no more messages" in demo.texts(who)[-1]
    page.wait_for_timeout(SETTLED)
    page.get_by_role("button", name="Undo, keep my messages").click()
    page.get_by_role("heading", name="Your messages").wait_for()
    context.close()


def test_the_poster_and_its_page_are_sound(demo: Demo, browser: Browser) -> None:
    context = browser.new_context(locale="en-GB", bypass_csp=True, viewport={"width": 390, "height": 844})
    page = context.new_page()
    enter(page, demo.product.url, "reception")
    page.goto(demo.product.url + "/patients/form-to-sign")
    assert is_sound(page)
    page.goto(demo.product.url + "/patients/poster")
    assert is_sound(page)
    join = re.search(r"/r/join/\w+", page.content())
    assert join is not None
    page.goto(demo.product.url + join[0])
    assert is_sound(page)
    context.close()
