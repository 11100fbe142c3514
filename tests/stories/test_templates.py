"""A text is put in the clinic's own words in a real browser: looked at while it is typed, by keys, and without script too."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browsing import leads_on
from tests.phones import Demo
from tests.screens.entering import enter

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]
REMINDER = "/templates/visit_question?language=en&level=place_and_time"


def test_text_is_looked_at_while_it_is_typed_and_published_as_a_version(demo: Demo, browser: Browser) -> None:
    page = browser.new_context(locale="en-GB").new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    enter(page, demo.product.url, "administrator")
    page.get_by_role("link", name="Templates").click()
    with leads_on(page):
        page.get_by_role("link", name="Reminder with a question", exact=True).click()

    field = page.get_by_label("Text", exact=True)
    field.fill("Your oncology visit")
    expect(page.get_by_text("“oncology” tells something about health")).to_be_visible()
    expect(page.get_by_text("The text does not begin with who writes.")).to_be_visible()
    expect(page.locator("#look-phone .bub")).to_have_text("Your oncology visit")

    field.fill("")
    page.keyboard.press("Alt+1")
    page.keyboard.type(": we see you ")
    page.get_by_role("button", name="Insert day and time").click()
    page.keyboard.type(". Reply 1 to confirm, 2 to change, 3 to cancel.")
    expect(field).to_have_value("{clinic}: we see you {when}. Reply 1 to confirm, 2 to change, 3 to cancel.")
    expect(field).to_be_focused()
    expect(page.locator("#look-phone .bub")).to_contain_text("Harbour Street Clinic: we see you ")
    expect(page.locator("#look-findings").get_by_text("to look at")).to_have_count(0)

    page.get_by_role("button", name="Français").click()
    expect(field).to_have_value(
        "{clinic} : [[{name}, ]]vous avez rendez-vous {when}[[ avec {clinician}]]. "
        "Répondez 1 pour confirmer, 2 pour changer, 3 pour annuler."
    )
    page.get_by_role("button", name="Publish version 1").click()
    expect(page.get_by_text("Version 1 is live")).to_be_visible()
    page.get_by_role("link", name="Compare with the words that came with Recado").click()
    expect(page.locator("ins", has_text="see")).to_be_visible()
    assert faults == []


def test_text_is_written_and_published_when_there_is_no_script(demo: Demo, browser: Browser) -> None:
    with_script = browser.new_context(locale="en-GB")
    enter(with_script.new_page(), demo.product.url, "administrator")
    state = with_script.storage_state()
    page = browser.new_context(locale="en-GB", java_script_enabled=False, storage_state=state).new_page()
    page.goto(f"{demo.product.url}/templates/visit_moved?language=en&level=neutral")
    expect(page.get_by_role("button", name="Insert clinic")).to_have_count(0)
    page.get_by_label("Text", exact=True).fill("{clinic}: look at your visit: {link}")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_text("Saved as a draft.")).to_be_visible()
    expect(page.locator("#look-phone .bub")).to_contain_text("Harbour Street Clinic: look at your visit: ")
    page.get_by_role("button", name="Publish version 1").click()
    expect(page.get_by_text("Version 1 is live")).to_be_visible()
