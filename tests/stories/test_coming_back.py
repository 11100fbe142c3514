"""Open pages after a restart come back spread over some seconds, and a page that was just opened does not wait. Without a
product: the browser runs `live.js` with a stream and a chance of the test's own."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

import recado.web

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(120)]

SCRIPTS = Path(recado.web.__file__).parent / "static/recado/js/staff"
HERE = "http://localhost/here"
PAGE = (
    "<!doctype html><title>Here</title><live-part id=one topics=visits></live-part>"
    "<form method=post action=/slow target=away><button>Send</button></form><iframe name=away></iframe>"
    "<script type=module src=/live.js></script><script type=module src=/dialogs.js></script>"
)
STUBS = """
window.htmx = { swap: async () => {} };
window.asked = [];
Math.random = () => 0.5;
window.fetch = async () => { asked.push(performance.now()); return new Response("<p></p>"); };
window.EventSource = class extends EventTarget {
  constructor() { super(); window.source = this; this.readyState = 1; }
  close() {}
  say(name, data) { this.dispatchEvent(Object.assign(new Event(name), { data })); }
};
"""


@pytest.fixture
def page(browser: Browser) -> Page:
    page = browser.new_page()
    page.add_init_script(STUBS)
    page.route("http://localhost/**", answer)
    page.goto(HERE)
    page.wait_for_function("window.source")
    return page


def answer(route: Route) -> None:
    name = route.request.url.rsplit("/", 1)[1]
    if name.endswith(".js"):
        route.fulfill(body=(SCRIPTS / name).read_text(), content_type="text/javascript")
    elif name == "slow":
        pass  # never answered
    else:
        route.fulfill(body=PAGE, content_type="text/html")


def waits(page: Page, *said: str) -> float:
    """Milliseconds from these words of the stream to the fetch that follows them."""
    page.evaluate("asked.length = 0; window.began = performance.now()")
    for word in said:
        page.evaluate("([name, data]) => source.say(name, data)", word.split(" "))
    page.wait_for_function("asked.length")
    return float(page.evaluate("asked[0] - began"))


def test_who_comes_back_waits_by_chance_and_news_do_not(page: Page) -> None:
    assert waits(page, "open -", "resync all") < 1200, "the first word of a page's stream"
    assert 1400 < waits(page, "error -", "open -", "resync all") < 3000, "half of three seconds"
    page.wait_for_timeout(1100)
    assert waits(page, "news visits") < 700


def test_form_on_its_way_is_not_sent_twice_however_long_it_takes(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.evaluate("document.querySelector('form').requestSubmit()")
    page.wait_for_timeout(5500)
    page.evaluate("document.querySelector('form').requestSubmit()")
    page.wait_for_timeout(100)
    assert len(sent) == 1
    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))")
    page.evaluate("document.querySelector('form').requestSubmit()")
    page.wait_for_timeout(300)
    assert len(sent) == 2
