"""A letter on its way: a receptionist sends it, the patient opens it on a phone without script."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests import papers
from tests.browsing import is_sound, leads_on
from tests.phones import Demo, link_in
from tests.screens.entering import enter

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

PHONE = "+447700900321"  # Eleanor Whitcombe's, of the demo


def send(demo: Demo, browser: Browser, tmp_path: Path) -> None:
    page = browser.new_context(locale="en-GB", bypass_csp=True).new_page()
    enter(page, demo.product.url)
    with leads_on(page):
        page.get_by_role("link", name="Documents").click()
    assert is_sound(page)
    page.get_by_role("link", name="Send a document").first.click()
    page.get_by_label("To which patient?").fill("Whitcombe")
    page.get_by_role("button", name="Find").click()
    page.locator("main").get_by_role("link", name=re.compile("Eleanor Whitcombe")).click()
    file = tmp_path / "letter.pdf"
    file.write_bytes(papers.pdf(2))
    page.get_by_label("The file").set_input_files(file)
    page.get_by_label("Name that the patient will see").fill("Before your visit")
    assert is_sound(page)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("heading", name="Before your visit")).to_be_visible()
    assert is_sound(page)
    page.goto(f"{demo.product.url}/documents/")
    expect(page.locator("main")).to_contain_text("Eleanor Whitcombe")
    assert is_sound(page)
    page.context.close()


def told(demo: Demo) -> str:
    """The text about the document: outside of the hours of planned texts it waits for the next morning."""
    for _ in range(20):
        found = [text for text in demo.texts(PHONE) if "a document is ready for you" in text]
        if found:
            return found[-1]
        demo.to_next()
    raise AssertionError("no text came")


def test_letter_is_sent_by_the_desk_and_opened_on_the_phone(demo: Demo, browser: Browser, tmp_path: Path) -> None:
    send(demo, browser, tmp_path)
    text = told(demo)
    assert "Before" not in text
    link = demo.product.url + link_in(text)

    phone = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}).new_page()
    before = len(demo.texts(PHONE))
    phone.goto(link)
    phone.goto(link)
    demo.wait(10)
    assert len(demo.texts(PHONE)) == before, "opening the link sends no code"
    with leads_on(phone):
        phone.get_by_role("button", name="Send me the code").click()
    demo.wait(10)
    code = re.search(r"\b\d{6}\b", demo.texts(PHONE)[-1])
    assert code
    for born, heading in (("1948-03-15", "Your document is ready"), ("1948-03-14", "Here it is, Eleanor")):
        phone.get_by_label("Code").fill(code[0])
        phone.get_by_label("Date of birth").fill(born)
        with leads_on(phone):
            phone.get_by_role("button", name="Open my document").click()
        expect(phone.get_by_role("heading", level=1)).to_have_text(re.compile(heading.replace("Eleanor", ".*Eleanor")))
    phone.get_by_role("link", name="Read on this page").click()
    picture = phone.get_by_alt_text("Page 1 of 2")
    expect(picture).to_be_visible()
    phone.get_by_role("link", name="Next").click()
    expect(phone.get_by_alt_text("Page 2 of 2")).to_be_visible()
    with leads_on(phone):
        phone.get_by_role("link", name="Back").click()
    with phone.expect_download() as kept:
        phone.get_by_role("link", name="Download").click()
    assert Path(kept.value.path()).read_bytes() == papers.pdf(2)
    assert kept.value.suggested_filename == "Before-your-visit.pdf"

    watching = browser.new_context(bypass_csp=True, viewport={"width": 390, "height": 844}).new_page()
    watching.goto(link)
    assert is_sound(watching)
