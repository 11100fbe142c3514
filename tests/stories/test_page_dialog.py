"""What is pressed twice in a dialog is sent once. Without a product: the browser runs `page_dialog.js` on a page of the test's own."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

import recado.web

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(120)]

SCRIPTS = Path(recado.web.__file__).parent / "static/recado/js/staff"
PAGE = (
    "<!doctype html><title>Here</title><dialog id=page-dialog open><div id=dialog-part><h2 id=h-dialog tabindex=-1>Book</h2>"
    "<form method=post action=/book data-in-dialog><button>Book</button></form></div></dialog>"
    "<script type=module src=/page_dialog.js></script>"
)


@pytest.fixture
def page(browser: Browser) -> Page:
    page = browser.new_page()
    page.add_init_script("window.htmx = { swap: async () => {} }")
    page.route("http://localhost/**", answer)
    page.goto("http://localhost/here")
    return page


def answer(route: Route) -> None:
    name = route.request.url.rsplit("/", 1)[1]
    if name.endswith(".js"):
        route.fulfill(body=(SCRIPTS / name).read_text(), content_type="text/javascript")
    elif name == "book":
        route.fulfill(status=204, headers={"HX-Redirect": "/there"})
    else:
        route.fulfill(body=PAGE, content_type="text/html")


def test_a_form_in_a_dialog_is_sent_once_when_it_is_pressed_twice(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.evaluate("for (const _ of [1, 2]) document.querySelector('form').requestSubmit()")
    page.wait_for_url("http://localhost/there")
    assert sent == ["http://localhost/book"]
