"""A day with very many free times, in the dialog that moves a visit: what settles it stays in view."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.phones import Demo
from tests.screens.entering import enter

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]
HIGH = 900


def test_what_settles_a_move_is_in_view_however_many_times_are_free(demo: Demo, browser: Browser) -> None:
    page = browser.new_context(locale="en-GB", viewport={"width": 1440, "height": HIGH}).new_page()
    enter(page, demo.product.url)
    visits = page.locator("a.ap:not(.ap-off)")
    for ahead in range(2, 12):
        page.goto(f"{demo.product.url}/appointments/?day={date.today() + timedelta(days=ahead)}")
        if visits.count():
            break
    visits.first.click()
    page.get_by_role("link", name="Move", exact=True).click()
    dialog = page.locator("#page-dialog")
    with page.expect_response(lambda answer: "service=" in answer.url):
        dialog.get_by_label("Service").select_option(label="Vaccination, 10 minutes")
    expect(dialog.get_by_label("With").locator("option")).to_have_count(2)  # anybody, and the nurse
    dialog.locator("a.dayb").last.click()
    expect(dialog.locator("button.slot").nth(60)).to_be_attached()
    dialog.locator("button.slot").nth(50).click()
    settles = dialog.get_by_role("button", name="Move to")
    expect(settles).to_be_visible()
    for what in (settles, dialog.locator(".slot[aria-pressed=true]")):
        box = what.bounding_box()
        assert box is not None and box["y"] >= 0 and box["y"] + box["height"] <= HIGH
    page.context.close()
