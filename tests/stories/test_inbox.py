"""A receptionist's way through the inbox in a real browser, by keys; and what two of them see of one another."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsing import leads_on
from tests.phones import Demo
from tests.product import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

ELEANOR, REMI = "+447700900321", "+447700900417"
SIGN_IN = """
import time
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from recado.clinics import queries as clinics
clinic = clinics.all_clinics()[0]
keys = {}
for person in clinics.staff(clinic.id):
    user = get_user_model().objects.get(pk=person.user_id)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY], session["clinic"] = user.get_session_auth_hash(), str(clinic.id)
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
    session.save()
    keys[person.name] = session.session_key
say([settings.SESSION_COOKIE_NAME, keys])
"""


def desk(demo: Demo, browser: Browser, name: str, **more: Any) -> tuple[Page, list[str]]:
    """The inbox before one of the demo's people, and the list of what went wrong on it. `more`: of the browser."""
    cookie, keys = demo.inside(SIGN_IN)
    context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, "locale": "en-GB"} | more)
    context.add_cookies([{"name": cookie, "value": keys[name], "url": demo.product.url}])
    page = context.new_page()
    page.set_default_timeout(15_000)
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{demo.product.url}/inbox/")
    return page, faults


def test_a_text_comes_is_answered_and_done_by_keys(demo: Demo, browser: Browser) -> None:
    page, faults = desk(demo, browser, "Marta Kowal")
    expect(page.locator("#inbox-list").get_by_text("je peux venir jeudi à la place")).to_be_visible()
    demo.answer(ELEANOR, "Do I need to bring the letter?")
    expect(page.locator("#inbox-list").get_by_text("Do I need to bring the letter?")).to_be_visible()
    for _ in range(3):  # two have waited longer since the demo began
        page.keyboard.press("j")
    with leads_on(page):
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Eleanor Whitcombe").first).to_be_visible()
    page.keyboard.press("r")
    expect(page.locator("#reply-text")).to_be_focused()
    page.keyboard.type("Yes, please bring")
    demo.answer(ELEANOR, "And my card?")
    expect(page.locator("#talk-items").get_by_text("And my card?")).to_be_visible()
    expect(page.locator("#reply-text")).to_be_focused()
    page.keyboard.type(" both.")
    expect(page.locator("#reply-size")).to_contain_text("1 part")
    with leads_on(page):
        page.keyboard.press("Control+Enter")
    expect(page.locator("#said")).to_contain_text("leaves in a few seconds")
    expect(page.locator("#talk-items").get_by_text("Yes, please bring both.")).to_be_visible()
    with leads_on(page):
        page.keyboard.press("z")
    expect(page.locator("#said")).to_contain_text("Taken back")
    expect(page.locator("#reply-text")).to_have_value("Yes, please bring both.")
    page.locator("#reply-text").focus()
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator("#inbox-list").get_by_text("And my card?")).to_have_count(0)

    def reached() -> bool:
        demo.wait(6)  # the list lets go of the row before the server has the answer
        return demo.texts(ELEANOR)[-1] == "Yes, please bring both."

    assert wait_for(reached)
    assert demo.texts(ELEANOR).count("Yes, please bring both.") == 1
    assert faults == []


def test_two_see_one_another_and_the_second_is_warned(demo: Demo, browser: Browser) -> None:
    demo.answer(REMI, "Bonjour, je peux venir jeudi ?")
    (marta, _), (ruth, _) = desk(demo, browser, "Marta Kowal"), desk(demo, browser, "Ruth Ellery")
    for page in (marta, ruth):
        with leads_on(page):
            page.locator("#inbox-list").get_by_text("je peux venir jeudi").click()
    marta.locator("#reply-text").fill("Oui, à 9 h.")
    expect(ruth.locator("#talk-state").get_by_text("Marta is replying")).to_be_visible()
    ruth.locator("#reply-text").fill("Jeudi est complet.")
    marta.get_by_role("button", name="Send", exact=True).click()
    expect(marta.locator("#said")).to_contain_text("leaves in a few seconds")
    ruth.get_by_role("button", name="Send", exact=True).click()
    expect(ruth.get_by_role("alert")).to_contain_text("Marta Kowal has answered since you began")
    expect(ruth.locator("#talk-items")).to_contain_text("Oui, à 9 h.")
    expect(ruth.locator("#reply-text")).to_have_value("Jeudi est complet.")
    demo.wait(6)
    assert "Jeudi est complet." not in demo.texts(REMI)


def test_answer_that_the_server_did_not_take_loses_neither_row_nor_words(demo: Demo, browser: Browser) -> None:
    page, _ = desk(demo, browser, "Marta Kowal")
    demo.answer(ELEANOR, "Can somebody call me about the blue form?")
    row = page.locator("#inbox-list").get_by_text("Can somebody call me about the blue form?")
    with leads_on(page):
        row.click()
    page.route("**/reply", lambda route: route.fulfill(status=503, body="away"))
    with page.expect_response("**/inbox/draft"):  # what was begun is kept
        page.locator("#reply-text").fill("Behind the market.")
    page.keyboard.press("Control+Shift+Enter")
    expect(page.get_by_text("away", exact=True)).to_be_visible()
    page.unroute("**/reply")
    page.goto(f"{demo.product.url}/inbox/")
    expect(row).to_be_visible()
    with leads_on(page):
        row.click()
    expect(page.locator("#reply-text")).to_have_value("Behind the market.")
    page.locator("#reply-text").press("Control+Shift+Enter")
    expect(page.locator("#said")).to_contain_text("leaves in a few seconds")


def test_a_note_calls_a_colleague_by_keys_alone(demo: Demo, browser: Browser) -> None:
    (marta, faults), (ruth, _) = desk(demo, browser, "Marta Kowal"), desk(demo, browser, "Ruth Ellery")
    demo.answer(ELEANOR, "May my daughter come along?")
    expect(marta.locator("#inbox-list").get_by_text("May my daughter")).to_be_visible()
    with leads_on(marta):
        marta.locator("#inbox-list").get_by_text("May my daughter").click()
    marta.keyboard.press("n")
    expect(marta.locator("#note-text")).to_be_focused()
    marta.keyboard.type("Is that fine, @ru")
    expect(marta.get_by_role("option", name="Ruth Ellery")).to_have_attribute("aria-selected", "true")
    marta.keyboard.press("Enter")
    expect(marta.locator("#note-text")).to_have_value("Is that fine, @Ruth Ellery ")
    with leads_on(marta):
        marta.keyboard.press("Control+Enter")
    expect(marta.locator("#talk-items .named")).to_have_text("@Ruth Ellery")
    expect(ruth.locator("#inbox-list .named")).to_be_visible()
    with leads_on(ruth):
        ruth.locator("#inbox-folders").get_by_text("Mine").click()
    ruth.keyboard.press("j")
    with leads_on(ruth):
        ruth.keyboard.press("Enter")
    expect(ruth.get_by_text("A note names you")).to_be_visible()
    ruth.keyboard.press("n")
    expect(ruth.locator("#note-text")).to_be_focused()
    ruth.keyboard.type("Yes.")
    with leads_on(ruth):
        ruth.keyboard.press("Control+Enter")
    expect(ruth.get_by_text("A note names you")).to_have_count(0)
    expect(marta.locator("#talk-items")).to_contain_text("Yes.")
    assert not [text for text in demo.texts(ELEANOR) if "Ruth" in text or text == "Yes."]
    assert faults == []


def test_saved_reply_and_several_at_once_by_keys_alone(demo: Demo, browser: Browser) -> None:
    page, faults = desk(demo, browser, "Marta Kowal")
    demo.answer(ELEANOR, "What do I bring?")
    expect(page.locator("#inbox-list").get_by_text("What do I bring?")).to_be_visible()
    with leads_on(page):
        page.locator("#inbox-list").get_by_text("What do I bring?").click()
    page.keyboard.press("r")
    expect(page.locator("#reply-text")).to_be_focused()
    page.keyboard.type("/we call")
    page.keyboard.press("Enter")
    expect(page.locator("#reply-text")).to_have_value(re.compile("Eleanor, we will call you today"))
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.goto(f"{demo.product.url}/inbox/?folder=all")
    for key in ("j", "x", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    expect(page.get_by_role("status").filter(has_text="3 selected")).to_be_visible()
    demo.answer(REMI, "Merci, à jeudi alors ?")
    # The list is brought up to date: what nobody has seen yet is selected no more
    expect(page.get_by_role("status").filter(has_text="2 selected")).to_be_visible()
    with leads_on(page):
        page.get_by_role("button", name="Done", exact=True).press("Enter")
    expect(page.locator("#said")).to_contain_text("2 conversations are done.")
    with leads_on(page):
        page.keyboard.press("z")
    expect(page.locator("#said")).not_to_contain_text("are done")
    assert faults == []
