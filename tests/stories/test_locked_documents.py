"""A letter that is locked in the clinic's browser: the desk sends it and notes the secret, the patient opens it on a phone, and the
server has never held a word of it."""

import re
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect
from psycopg import sql

from tests.browsing import is_sound, leads_on
from tests.phones import Demo
from tests.screens.entering import enter
from tests.stories.test_nothing_leaks import forms

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

PHONE = "+447700900321"  # Eleanor Whitcombe's, of the demo
PLANTED = (
    "Ihr Befund lautet Zwetschgenkuchen",
    "Kangaroo-Quince-Letter",
    "Gooseberry words from us",
    "gooseberry-file.txt",
)
TEXT, TITLE, WORDS, NAME = PLANTED


def send(demo: Demo, browser: Browser, tmp_path: Path) -> str:
    """Sends it and returns the secret to tell."""
    page = browser.new_context(locale="en-GB", bypass_csp=True).new_page()
    enter(page, demo.product.url)
    page.goto(f"{demo.product.url}/documents/send")
    page.get_by_label("To which patient?").fill("Whitcombe")
    page.get_by_role("button", name="Find").click()
    page.locator("main").get_by_role("link", name=re.compile("Eleanor Whitcombe")).click()
    file = tmp_path / NAME
    file.write_text(TEXT, "utf-8")
    page.get_by_label("The file").set_input_files(file)
    page.get_by_label("Name that the patient will see").fill(TITLE)
    page.get_by_label("A few words from you").fill(WORDS)
    page.get_by_label("Lock it in this browser").check()
    assert is_sound(page)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("heading", name="Sent, locked. Note the secret now")).to_be_visible()
    assert is_sound(page)
    secret = page.locator("output.told").inner_text()
    page.get_by_role("link", name="I have noted it").click()
    expect(page.locator("main")).to_contain_text("name hidden")
    page.context.close()
    return secret


def link(demo: Demo) -> str:
    for _ in range(20):
        for text in demo.texts(PHONE):
            if found := re.search(r"/r/\w{10}#\w{22}", text):
                return demo.product.url + found[0]
        demo.to_next()
    raise AssertionError("no text came")


def open_gate(demo: Demo, page: Page, address: str) -> None:
    page.goto(address)
    assert is_sound(page)
    page.wait_for_timeout(900)  # buttons wake up after a moment
    with leads_on(page):
        page.get_by_role("button", name="Send me the code").click()
    demo.wait(10)
    code = re.search(r"\b\d{6}\b", demo.texts(PHONE)[-1])
    assert code
    page.get_by_label("Code", exact=True).fill(code[0])
    page.get_by_label("Date of birth").fill("1948-03-14")
    page.get_by_role("button", name="Open my document").click()
    expect(page.get_by_role("heading", name="Only you can open this")).to_be_visible()


def test_locked_letter_is_opened_by_link_and_secret_and_the_server_never_had_it(
    demo: Demo, browser: Browser, tmp_path: Path
) -> None:
    secret = send(demo, browser, tmp_path)
    address = link(demo)
    phone = browser.new_context(viewport={"width": 390, "height": 844}, accept_downloads=True).new_page()
    faults: list[str] = []
    phone.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    phone.goto(address.partition("#")[0])
    expect(phone.get_by_role("heading", name="The end of your link is missing")).to_be_visible()
    assert is_sound(phone)
    phone.goto("about:blank")
    open_gate(demo, phone, address)
    assert is_sound(phone)
    phone.get_by_label("The secret that we told you").fill("AAAA-BBBB-CCCC")
    phone.get_by_role("button", name="Open it on this device").click()
    expect(phone.get_by_text("That did not open it.")).to_be_visible(timeout=30_000)
    phone.get_by_label("The secret that we told you").fill(secret.lower().replace("-", " "))
    phone.get_by_role("button", name="Open it on this device").click()
    expect(phone.get_by_role("heading", name="Opened on your device")).to_be_visible(timeout=30_000)
    for words in (TITLE, WORDS, TEXT, NAME):
        expect(phone.locator("main")).to_contain_text(words)
    assert is_sound(phone)
    with phone.expect_download() as saved:
        phone.get_by_role("link", name="Save on this device").click()
    assert Path(saved.value.path()).read_text("utf-8") == TEXT
    assert saved.value.suggested_filename == NAME
    assert faults == [], "the policy of the page forbids something that it does"
    nothing_is_held(demo, (*PLANTED, secret, secret.replace("-", "")))


def nothing_is_held(demo: Demo, planted: tuple[str, ...]) -> None:
    """Neither the rows of the database nor any file of the product hold what was planted."""
    wanted = {form.casefold().encode() for plain in planted for form in forms(plain)}
    with psycopg.connect(demo.superuser_url(), autocommit=True) as connection:
        connection.execute("SET bytea_output = 'hex'")
        query = "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        for (table,) in connection.execute(query).fetchall():
            for (row,) in connection.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.SQL(table))):
                assert not [one for one in wanted if one in row.casefold().encode()], f"{table} holds it"
        connection.execute("CHECKPOINT")
    files = [file for file in demo.product.data.rglob("*") if file.is_file()]
    assert len(files) > 100
    for file in files:
        held = file.read_bytes().lower()
        assert not [one for one in wanted if one in held], f"{file.name} holds it"
