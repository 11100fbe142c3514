"""What is pressed twice in a dialog is sent once, what is typed to search is asked at once, and menus stay open while a page is
brought up to date. Without a product: the browser runs the scripts on pages of the test's own."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

import recado.web

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(120)]

STATIC = Path(recado.web.__file__).parent / "static"
SCRIPTS, HTMX = STATIC / "recado/js/staff", STATIC / "vendor/htmx-4.0.1/htmx.min.js"
PAGE = (
    "<!doctype html><title>Here</title><dialog id=page-dialog open><div id=dialog-part><h2 id=h-dialog tabindex=-1>Book</h2>"
    "<form method=post action=/book data-in-dialog><button>Book</button></form>"
    "<form method=post action=/never data-in-dialog data-as-typed><input name=q></form></div></dialog>"
    "<script type=module src=/page_dialog.js></script>"
)
PART = (
    "<live-part id=talk><div id=text-1>Hello <details class=pop><summary>About whom?</summary>"
    "<button>Ann</button></details></div>{more}</live-part>"
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
    if name == "htmx.min.js":
        route.fulfill(body=HTMX.read_text(), content_type="text/javascript")
    elif name.endswith(".js"):
        route.fulfill(body=(SCRIPTS / name).read_text(), content_type="text/javascript")
    elif name == "book":
        route.fulfill(status=204, headers={"HX-Redirect": "/there"})
    elif name == "never":
        pass  # never answered
    elif name == "menus":
        body = f"<!doctype html><title>Menus</title><script defer src=/htmx.min.js></script>{PART.format(more='')}"
        route.fulfill(body=f"{body}<script type=module src=/menus.js></script>", content_type="text/html")
    else:
        route.fulfill(body=PAGE, content_type="text/html")


def test_a_form_in_a_dialog_is_sent_once_when_it_is_pressed_twice(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.evaluate("for (const _ of [1, 2]) document.querySelector('form').requestSubmit()")
    page.wait_for_url("http://localhost/there")
    assert sent == ["http://localhost/book"]


def test_letters_that_are_typed_while_an_earlier_search_is_on_its_way_are_searched_for(page: Page) -> None:
    field = page.locator("[name=q]")
    for letters in ("a", "b"):
        with page.expect_request("**/never") as asked:
            field.press(letters)
    assert "ab" in (asked.value.post_data or "")


def test_a_menu_that_is_open_stays_open_while_the_page_is_brought_up_to_date(browser: Browser) -> None:
    page = browser.new_page()
    page.route("http://localhost/**", answer)
    page.goto("http://localhost/menus")
    page.locator("summary").click()
    page.get_by_role("button", name="Ann").focus()
    swap = "text => { const at = document.getElementById('talk'); return htmx.swap({ sourceElement: at, target: at, text, select: '#talk', swap: 'outerMorph' }) }"
    page.evaluate(swap, PART.format(more="<div id=text-2>Anybody?</div>"))
    expect(page.locator("#text-2")).to_be_visible()
    expect(page.get_by_role("button", name="Ann")).to_be_focused()
