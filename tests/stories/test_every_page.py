"""Every staff page that a link leads to, found by following them: sound, accessible, within its width, in light and dark,
narrow and wide, and from right to left."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browsing import AXE, RTL, RUN_AXE, TOO_WIDE, leads_on
from tests.phones import Demo, in_days
from tests.screens.entering import enter

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]

MOST = 200  # shapes of addresses; far more than there are
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
WIDTHS = (1440, 900, 390)
ELSEWHERE = ("/handset/", "/static/", "/r/", "/i/")


def shape(path: str) -> str:
    """What makes two addresses the same page: ids and values don't."""
    parts = urlsplit(path)
    keys = sorted(name for name, _ in parse_qsl(parts.query))
    if parts.path.startswith("/templates/") and parts.path != "/templates/new":
        return "/templates/KEY?" + "&".join(keys)
    path = re.sub(
        r"^/(journeys|surveys|documents|answers)/(own|ready|pages|forms|articles)/(?!new\b|answers\b)\w+",
        r"/\1/\2/KEY",
        parts.path,
    )
    path = re.sub(r"/steps/\w+", "/steps/STEP", path)
    path = re.sub(r"/carriers/new/\w+", "/carriers/new/KIND", path)
    return re.sub(r"\d{4}-\d\d-\d\d", "DAY", ID.sub("ID", path)) + "?" + "&".join(keys)


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """Among its people one whose name, clinician and words know no space: they must not widen a page."""
    with Demo() as running:
        row = ("L-1", "W" * 90, "7" * 40, "07700 900831", "English", in_days(1), "08:00", "w" * 90)
        assert running.bring_in(row, announce="none")["new"] == 1
        running.answer("+447700900831", "w" * 300)
        yield running


def context(browser: Browser, demo: Demo, role: str = "administrator", **more: Any) -> BrowserContext:
    made = browser.new_context(locale="en-GB", **more)
    page = made.new_page()
    enter(page, demo.product.url, role)
    page.close()
    return made


def links(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all(
        "a[href]",
        "links => links.filter(a => a.origin === location.origin && !a.download).map(a => a.pathname + a.search)",
    )
    return [path for path in found if not path.startswith(ELSEWHERE)]


@pytest.fixture(scope="module")
def paths(browser: Browser, demo: Demo) -> list[str]:
    """One address of each page, by following links from the first page on. Nothing may go wrong on the way."""
    inside = context(browser, demo)
    page = inside.new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(f"{page.url}: {said.text}") if said.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    queue, seen, kept = ["/"], {shape("/")}, []
    while queue:
        path = queue.pop(0)
        response = page.request.get(demo.product.url + path)
        if "text/html" not in response.headers.get("content-type", ""):
            continue
        answer = page.goto(demo.product.url + path)
        assert answer and answer.status == 200, f"{path}: {answer and answer.status}"
        kept.append(path)
        for one in links(page):
            if shape(one) not in seen:
                seen.add(shape(one))
                queue.append(one)
        assert len(seen) < MOST, sorted(seen)
    inside.close()
    assert faults == []
    return kept


def test_links_lead_to_every_part(paths: list[str]) -> None:
    firsts = {urlsplit(path).path.split("/")[1] for path in paths}
    assert {"", "inbox", "appointments", "patients", "import", "messages", "settings", "profile"} <= firsts


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, demo: Demo, paths: list[str], theme: Any) -> None:
    inside = context(browser, demo, color_scheme=theme, bypass_csp=True, viewport={"width": 1440, "height": 900})
    page = inside.new_page()
    wrong = {}
    for path in paths:
        page.goto(demo.product.url + path)
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate(RUN_AXE)
        if found:
            wrong[path] = found
    inside.close()
    assert wrong == {}


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("width", WIDTHS)
def test_page_stays_within_its_width(
    browser: Browser, demo: Demo, paths: list[str], width: int, direction: str
) -> None:
    inside = context(browser, demo, viewport={"width": width, "height": 900})
    page = inside.new_page()
    wrong = {}
    for path in paths:
        page.goto(demo.product.url + path)
        if direction == "rtl":
            page.evaluate(RTL)
        found = page.evaluate(TOO_WIDE)
        if found:
            wrong[path] = found
    inside.close()
    assert wrong == {}


@pytest.mark.parametrize(("language", "width"), [("pl", 1440), ("id", 1024), ("fr", 390)])
def test_page_stays_within_its_width_in_a_long_language(
    browser: Browser, demo: Demo, paths: list[str], language: str, width: int
) -> None:
    inside = context(browser, demo, viewport={"width": width, "height": 900})
    page = inside.new_page()
    speaks(page, demo, language)
    wrong = {}
    for path in paths:
        page.goto(demo.product.url + path)
        found = page.evaluate(TOO_WIDE)
        if found:
            wrong[path] = found
    speaks(page, demo, "en")
    inside.close()
    assert wrong == {}


def speaks(page: Page, demo: Demo, language: str) -> None:
    page.goto(f"{demo.product.url}/profile")
    page.locator("select[name=language]").select_option(language)
    with leads_on(page):
        page.locator("form:has(select[name=language]) button").first.click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def test_titles_and_addresses_name_nobody(browser: Browser, demo: Demo, paths: list[str]) -> None:
    """No name, number or record number of anybody in a title or an address."""
    from recado.launch.demo_people import PATIENTS

    words = {word for person in PATIENTS for word in (*person.name.split(), person.record_number, person.e164[-6:])}
    inside = context(browser, demo)
    page = inside.new_page()
    for path in paths:
        page.goto(demo.product.url + path)
        said = f"{page.title()} {page.url}"
        assert [word for word in words if re.search(rf"\b{re.escape(word)}\b", said)] == [], path
    inside.close()
