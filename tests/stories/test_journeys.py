"""A journey changed, tried and published by keyboard alone; its pages in both themes, narrow and wide; a step moved by drag."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsing import AXE, RUN_AXE, TOO_WIDE, go, leads_on, ready, tab_to
from tests.phones import Demo
from tests.screens.entering import enter

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

VISIT = "/journeys/own/appointment"
PATHS = ("/journeys/", "/journeys/ready", VISIT, f"{VISIT}?step=question", f"{VISIT}?step=branch", f"{VISIT}/try")
MORE = (f"{VISIT}/versions", f"{VISIT}/publish", "/journeys/own/same_day?step=today")


@pytest.fixture(scope="module")
def page(demo: Demo, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    enter(opened, demo.product.url, "administrator")
    ready(opened)
    yield opened
    context.close()


def press(page: Page, name: str) -> None:
    tab_to(page, name)
    with leads_on(page):
        page.keyboard.press("Enter")
    ready(page)


def test_a_journey_is_changed_by_keyboard(page: Page) -> None:
    go(page, "g", "j")
    expect(page.get_by_role("heading", name="Journeys", exact=True)).to_be_visible()
    tab_to(page, "Ready journeys")
    press(page, "Appointment")
    with leads_on(page):
        page.locator("#step-question h2 a").press("Enter")
    tab_to(page, "How long")
    page.keyboard.type("2")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Saved in the draft.")).to_be_visible()
    expect(page.get_by_text("Unpublished changes")).to_be_visible()


def test_a_step_is_added_and_moved_by_keyboard(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.product.url}{VISIT}")
    ready(page)
    page.keyboard.press("a")
    page.locator("#add-kind").focus()
    page.keyboard.type("Choose by what")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with leads_on(page):
        page.keyboard.press("Enter")
    ready(page)
    expect(page.locator("#panel")).to_contain_text("Choose by what is known")
    page.goto(f"{demo.product.url}{VISIT}")
    ready(page)
    page.locator("#step-branch [data-move=up]").focus()
    with leads_on(page):
        page.keyboard.press("Enter")
    keys = page.eval_on_selector_all("[data-step]", "all => all.map(one => one.dataset.step)")
    assert keys[-2:] == ["branch", "late_question"]
    page.locator("#step-branch h2 a").focus()
    with leads_on(page):
        page.keyboard.press("Alt+ArrowDown")
    keys = page.eval_on_selector_all("[data-step]", "all => all.map(one => one.dataset.step)")
    assert keys[-1] == "branch"
    expect(page.locator("#step-branch h2 a")).to_be_focused()


def test_a_step_is_moved_by_drag(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.product.url}{VISIT}")
    ready(page)
    with leads_on(page):
        page.locator("#step-branch .tl-card").drag_to(page.locator("#step-late_question .tl-card"))
    keys = page.eval_on_selector_all("[data-step]", "all => all.map(one => one.dataset.step)")
    assert keys[-2:] == ["branch", "late_question"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_pages_are_accessible_and_within_their_width(browser: Browser, demo: Demo, width: int, theme: Any) -> None:
    inside = browser.new_context(
        locale="en-GB", color_scheme=theme, bypass_csp=True, viewport={"width": width, "height": 900}
    )
    page = inside.new_page()
    enter(page, demo.product.url, "administrator")
    wrong = {}
    for path in (*PATHS, *MORE):
        answer = page.goto(demo.product.url + path)
        assert answer and answer.status == 200, path
        page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
        page.evaluate(AXE.read_text("utf-8"))
        found = [*page.evaluate(RUN_AXE), *page.evaluate(TOO_WIDE)]
        if found:
            wrong[path] = found
    inside.close()
    assert wrong == {}


def test_a_draft_is_tried_and_published_by_keyboard(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.product.url}{VISIT}?step=branch#panel")
    ready(page)
    press(page, "Take this step out")
    go(page, "t")
    expect(page.get_by_role("heading", name="What would go, and when")).to_be_visible()
    tab_to(page, "What happens")
    page.keyboard.type("The patient answers the first")
    press(page, "Try it")
    expect(page.get_by_text("Patient answers", exact=True)).to_be_visible()
    page.goto(f"{demo.product.url}{VISIT}")
    ready(page)
    go(page, "p")
    expect(page.get_by_text("before it was 3 days before")).to_be_visible()
    tab_to(page, "They stay on their version")
    press(page, "Publish")
    expect(page.get_by_text("Live, version 2")).to_be_visible()


def test_versions_are_compared_and_a_journey_is_paused_by_keyboard(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.product.url}{VISIT}")
    ready(page)
    press(page, "Versions")
    newest = page.locator("section", has=page.get_by_role("heading", name="Version 2", exact=True))
    expect(newest).to_contain_text("before it was 3 days before")
    expect(page.locator("section", has=page.get_by_role("heading", name="Version 1", exact=True))).to_be_visible()
    page.goto(f"{demo.product.url}{VISIT}")
    ready(page)
    press(page, "Pause Appointment")
    expect(page.get_by_text("Paused", exact=False).first).to_be_visible()
    press(page, "Go on Appointment")
    expect(page.get_by_text("Live, version 2")).to_be_visible()
