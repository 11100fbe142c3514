"""A patient answers on their phone: Today, Inbox and Patient change by themselves in another browser, and go on doing so
after the web pages were started anew."""

import os
import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browsing import leads_on
from tests.phones import DAY, Demo, in_days
from tests.product import wait_for
from tests.screens.entering import enter

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
MAUD = "+447700900830"
LOSES_THE_STREAM = "new BroadcastChannel('recado-live').postMessage({ lost: true })"
LAYS_A_MARK = "window.isTheSamePage = true"


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """The demo, and Maud Ellery, who comes tomorrow and has been asked."""
    with Demo() as running:
        row = ("L-1", "Maud Ellery", "7001", "07700 900830", "English", in_days(2), "14:30", "Dr Costa")
        assert running.bring_in(row, announce="all")["new"] == 1
        running.wait(DAY)
        yield running


@pytest.fixture
def desk(browser: Browser, demo: Demo) -> Iterator[BrowserContext]:
    """A receptionist's browser, signed in."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    enter(page, demo.product.url)
    page.close()
    yield context
    context.close()


def opened(desk: BrowserContext, demo: Demo, path: str) -> Page:
    page = desk.new_page()
    page.goto(demo.product.url + path)
    page.evaluate(LAYS_A_MARK)
    return page


def is_the_same_page(page: Page) -> bool:
    return bool(page.evaluate("window.isTheSamePage === true"))


def test_three_screens_change_when_a_patient_answers(desk: BrowserContext, demo: Demo) -> None:
    today = opened(desk, demo, "/?show=tomorrow")
    row = today.locator("[data-row]", has_text="Maud Ellery")
    expect(row).to_contain_text("No answer yet")
    inbox = opened(desk, demo, "/inbox/")
    record = opened(desk, demo, "/patients/")
    with leads_on(record):
        record.locator("#main").get_by_role("link", name="Maud Ellery").click()
    record.evaluate(LAYS_A_MARK)

    demo.answer(MAUD, "1")
    today.bring_to_front()
    expect(row).to_contain_text("Confirmed")
    record.bring_to_front()
    expect(record.locator("#main")).to_contain_text("Visit confirmed")

    demo.answer(MAUD, "Is there a lift to the second floor?")
    inbox.bring_to_front()
    expect(inbox.locator("#inbox-list")).to_contain_text("Is there a lift")
    record.bring_to_front()
    expect(record.locator("#main")).to_contain_text("Is there a lift")
    today.bring_to_front()
    expect(today.locator("#main")).to_contain_text("Is there a lift")
    assert all(map(is_the_same_page, (today, inbox, record)))


def test_screen_catches_up_after_the_web_pages_were_away(desk: BrowserContext, demo: Demo) -> None:
    inbox = opened(desk, demo, "/inbox/")
    inbox.wait_for_timeout(4000)  # until the stream stands, also on a busy machine
    before = demo.product.pid_of("web")
    os.kill(before, signal.SIGKILL)
    expect(inbox.locator("#link-state")).to_be_visible()
    assert wait_for(lambda: demo.product.pid_of("web") != before and demo.product.is_ready())
    demo.answer(MAUD, "And is there a café?")
    expect(inbox.locator("#inbox-list")).to_contain_text("And is there a café?")
    expect(inbox.locator("#link-state")).to_be_hidden()
    assert is_the_same_page(inbox)


def test_what_was_written_stays_while_the_server_is_away(desk: BrowserContext, demo: Demo) -> None:
    demo.answer(MAUD, "Where do I come in?")
    page = opened(desk, demo, "/inbox/")
    with leads_on(page):
        page.locator("#inbox-list").get_by_role("link", name="Maud Ellery").click()
    field = page.locator("#reply-text")
    field.fill("By the green door")
    desk.route("**/*", lambda route: route.abort())
    page.evaluate(LOSES_THE_STREAM)
    page.get_by_role("button", name="Send", exact=False).last.click()
    expect(page.get_by_text("Nothing was sent.")).to_be_visible()
    expect(field).to_have_value("By the green door")
    desk.unroute("**/*")
    page.get_by_role("button", name="Send", exact=False).last.click()
    expect(page.locator("#talk-items")).to_contain_text("By the green door")


def test_one_browser_holds_one_stream_however_many_tabs(desk: BrowserContext, demo: Demo) -> None:
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url) if request.url.endswith("/live") else None)
    tabs = [opened(desk, demo, "/inbox/") for _ in range(8)]
    tabs[-1].wait_for_timeout(1500)
    assert len(asked) == 1
    tabs[0].close()
    tabs[1].close()  # whoever held the stream is gone: another tab takes it
    demo.answer(MAUD, "Thank you for telling me")
    tabs[-1].bring_to_front()
    expect(tabs[-1].locator("#inbox-list")).to_contain_text("Thank you for telling me")


def test_rows_that_stay_keep_what_was_chosen_while_others_come_and_go(desk: BrowserContext, demo: Demo) -> None:
    """Only rows that changed come from the server; the page keeps the others, in the order that it is told."""
    phones = [e164 for e164, who in demo.phones().items() if who["language"] == "en"][3:7]
    for phone in phones:
        demo.answer(phone, "Is there a lift to the second floor?")
    inbox = opened(desk, demo, "/inbox/?folder=all")
    rows = inbox.locator("#inbox-list li")
    expect(rows.nth(len(phones) - 1)).to_be_visible()
    sent: list[str] = []
    inbox.on("response", lambda answer: sent.append(answer.text()) if "x-live-tags" in answer.headers else None)
    demo.answer(MAUD, "Where can I park the car?")
    expect(inbox.locator("#inbox-list")).to_contain_text("Where can I park the car?")  # the tab has tags from now on
    chosen = inbox.locator("#inbox-list li", has_text="Is there a lift").first
    name = str(chosen.get_attribute("id"))
    chosen.locator("input[type=checkbox]").check()
    chosen.locator("a[data-row]").focus()
    sent.clear()

    demo.answer(phones[0], "And is it wide enough for a wheelchair?")
    expect(inbox.locator("#inbox-list")).to_contain_text("wide enough for a wheelchair?")
    assert is_the_same_page(inbox)
    assert inbox.locator(f"#{name} input[type=checkbox]").is_checked()
    assert inbox.evaluate("document.activeElement.closest('li').id") == name
    for words in ("And is there a ramp?", "And a seat?", "And a door that opens by itself?"):
        if any("data-same" in one for one in sent):
            break  # the first, but where a minute went by: each row says how long it waits, and all are told anew
        demo.answer(phones[0], words)
        expect(inbox.locator("#inbox-list")).to_contain_text(words)
        inbox.wait_for_timeout(500)  # its answer is read behind the page's own
    assert any("data-same" in one for one in sent), "rows that stand are not sent again"
    assert inbox.locator("[data-same]").count() == 0
    shown = inbox.locator("#inbox-list li").evaluate_all("rows => rows.map(row => row.id + row.dataset.v)")
    fresh = opened(desk, demo, "/inbox/?folder=all")
    ids = fresh.locator("#inbox-list li").evaluate_all("rows => rows.map(row => row.id + row.dataset.v)")
    assert [one[:38] for one in shown] == [one[:38] for one in ids]


def test_what_is_shown_once_stands_beside_its_list_when_the_page_would_be_asked_for_again(
    browser: Browser, demo: Demo
) -> None:
    context = browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    enter(page, demo.product.url, "administrator")
    page.goto(f"{demo.product.url}/settings/api-keys/new")
    page.get_by_label("Name of the system that will use it").fill("Lab results")
    with leads_on(page):
        page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_text("Copy it now")).to_be_visible()
    other = context.new_page()
    other.goto(f"{demo.product.url}/settings/api-keys/new")
    other.get_by_label("Name of the system that will use it").fill("Roster")
    with leads_on(other):
        other.get_by_role("button", name="Make the key").click()
    page.wait_for_timeout(4_000)  # longer than a screen takes to hear of a change
    expect(page.locator("[data-row]", has_text="Lab results")).to_be_visible()
    context.close()
