"""What the desk prints stands whole on a sheet of A4."""

import pytest
from playwright.sync_api import Browser

from tests.phones import Demo
from tests.screens.entering import enter

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]
SHEET = {"width": 688, "height": 1017}  # CSS pixels of A4 upright within margins of 14 mm
BEYOND = """() => [...document.querySelectorAll('table *')].filter(one => {
  const box = one.getBoundingClientRect();
  return box.width > 2 && (box.right > innerWidth + 1 || box.left < -1);
}).map(one => one.textContent.trim()).slice(0, 3)"""
ALONE = """() => [...document.querySelectorAll('.tick')].filter(one => {
  const words = document.createRange();
  words.selectNodeContents(one.parentElement);
  return words.getClientRects().length > 2 || one.parentElement.children.length > 1;
}).length"""


def test_day_and_call_list_stand_whole_on_a_sheet(demo: Demo, browser: Browser) -> None:
    page = browser.new_context(locale="en-GB", viewport=SHEET).new_page()  # type: ignore[arg-type]
    enter(page, demo.product.url)
    page.emulate_media(media="print")
    page.goto(f"{demo.product.url}/appointments/")
    assert page.locator("table.cal .who").count() > 10
    assert page.evaluate(BEYOND) == []
    page.goto(f"{demo.product.url}/appointments/calls")
    assert page.locator(".tick").count() > 3
    assert page.evaluate(BEYOND) == []
    assert page.evaluate(ALONE) == 0, "a box stands in the same line as its words"
    page.context.close()


def test_poster_and_form_have_no_menu_on_paper_and_fit_one_sheet(demo: Demo, browser: Browser) -> None:
    page = browser.new_context(locale="en-GB", viewport=SHEET).new_page()  # type: ignore[arg-type]
    enter(page, demo.product.url)
    page.emulate_media(media="print")
    for path, squares in (("poster", 2), ("form-to-sign", 0)):
        for language in ("en", "pl", "id"):
            page.goto(f"{demo.product.url}/patients/{path}?lang={language}")
            assert not page.locator(".lang-menu").is_visible()
            assert page.locator(".qr").count() == squares
            assert page.evaluate("document.body.scrollHeight") <= SHEET["height"], (path, language)
    page.context.close()
