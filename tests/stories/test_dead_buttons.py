"""Buttons that only a script answers are absent without it. Without a product: the styles on a page of the test's own."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

import recado.web

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(120)]

STYLES = Path(recado.web.__file__).parent / "static/recado/css"
PAGE = (
    '<form class="several"><div class="several-bar row"><button class="btn btn-s btn-quiet btn-icon" data-pick-none>x</button>'
    '</div></form><div class="compose-bar"><button class="btn btn-quiet btn-icon btn-s" data-pick-open="a">y</button>'
    '<details class="pop pop-up" id="slots-menu"><summary class="btn">z</summary></details></div>'
)


def test_buttons_of_the_inbox_that_need_a_script_are_absent_without(browser: Browser) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    styles = "".join((STYLES / name).read_text() for name in ("recado.css", "staff.css"))
    body = f"<!doctype html><title>Here</title><style>{styles}</style>{PAGE}"
    page.route("http://localhost/**", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto("http://localhost/here")
    shown = [page.locator(one).is_visible() for one in ("[data-pick-none]", "[data-pick-open]", "#slots-menu")]
    assert shown == [False, False, False]
