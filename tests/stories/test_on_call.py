"""At night no screen is open: an alarm of danger that nobody takes is texted to a phone on call."""

import pytest
from playwright.sync_api import Browser

from tests.browsing import is_sound
from tests.phones import Demo
from tests.product import wait_for
from tests.screens.entering import enter

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(400)]
ON_CALL = "+447700900977"
SOMEBODY, ANOTHER = "+447700900314", "+447700900315"  # Henry Lockwood, Beatrice Holloway
DANGER = "I have chest pain and I can't breathe"
STEP = 200  # seconds: more than the three minutes of a step


def test_a_phone_on_call_is_texted_until_somebody_takes_the_alarm(demo: Demo, browser: Browser) -> None:
    context = browser.new_context(locale="en-GB", bypass_csp=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    enter(page, demo.product.url, "reception_lead")
    page.goto(demo.product.url + "/settings/teams/alarm")
    page.locator("input[name=on_call]").first.fill("07700 900977")
    assert is_sound(page)
    page.get_by_role("button", name="Save").click()
    page.get_by_text("1 number is texted after these steps").wait_for()
    who = next(iter(demo.phones()))
    assert "999" in demo.answer(who, DANGER)
    assert demo.texts(ON_CALL) == []
    demo.wait(STEP)
    assert wait_for(lambda: bool(demo.texts(ON_CALL)))
    (told,) = demo.texts(ON_CALL)
    assert "may be in danger" in told and demo.product.url in told and DANGER not in told
    page.goto(demo.product.url + "/")
    page.get_by_role("button", name="I take it").first.click()
    page.get_by_text("It is yours.").wait_for()
    page.get_by_text("took the emergency").first.wait_for()
    assert "Somebody may be in danger." not in page.content()
    assert wait_for(lambda: len(demo.texts(ON_CALL)) > 1)
    assert "somebody sees to it" in demo.texts(ON_CALL)[1]
    demo.wait(3 * STEP)  # were it nobody's, the phone would be texted once more: it is, twice around
    assert not wait_for(lambda: len(demo.texts(ON_CALL)) > 2, 8)
    context.close()


def test_a_phone_on_call_takes_the_alarm_by_its_answer_and_no_other_phone_does(demo: Demo, browser: Browser) -> None:
    context = browser.new_context(locale="en-GB", bypass_csp=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    enter(page, demo.product.url, "reception_lead")
    page.goto(demo.product.url + "/settings/teams/alarm")
    page.locator("input[name=on_call]").first.fill("07700 900977")
    page.locator("select[name=on_call_who]").first.select_option(index=1)
    name = page.locator("select[name=on_call_who]").first.locator("option:checked").inner_text()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("1 number is texted after these steps").wait_for()
    assert "999" in demo.answer(SOMEBODY, DANGER)
    before = len(demo.texts(ON_CALL))
    demo.wait(STEP)
    assert wait_for(lambda: len(demo.texts(ON_CALL)) > before)
    assert "Reply 1: I take it." in demo.texts(ON_CALL)[-1]
    demo.answer(ANOTHER, "I take it")
    page.goto(demo.product.url + "/")
    assert "Somebody may be in danger." in page.content()
    assert "it is yours now" in demo.answer(ON_CALL, "1")
    page.reload()
    assert "Somebody may be in danger." not in page.content()
    page.goto(demo.product.url + "/inbox/?folder=all")
    page.get_by_role("link").filter(has_text="Henry Lockwood").first.click()
    page.get_by_text(f"{name} took the emergency").wait_for()
    context.close()
