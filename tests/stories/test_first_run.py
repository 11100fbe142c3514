"""An empty product, from the link on the console to Today, with a code app added on the way; out, and in again by its code and
by a recovery code; a session ended from another browser."""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, Page, expect

from tests.browsing import leads_on
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

PASSWORD = "four quiet harbour gulls"
EMAIL = "noor@clinic.example"


def opened(browser: Browser) -> Page:
    made = browser.new_context(locale="en-GB", timezone_id="Europe/London").new_page()
    made.set_default_timeout(15_000)
    return made


def code_now(secret: str, *, unlike: str = "") -> str:
    """What the app shows; a code that was used is used up, so that one waits for the next."""
    while (code := str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))) == unlike:
        time.sleep(0.5)
    return code


def by_password(page: Page, url: str) -> None:
    page.goto(f"{url}/sign-in")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()


def begin(page: Page) -> None:
    """The first page, filled in by somebody who mistypes the password once."""
    page.get_by_label("Name that patients see").fill("Mill Lane Practice")
    page.get_by_label("Your name").fill("Noor Haddad")
    page.get_by_label("Your e-mail address").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password once more").fill("four quiet harbour")
    page.get_by_role("button", name="Make the clinic").click()
    expect(page.get_by_role("alert")).to_contain_text("Password once more")
    expect(page.get_by_label("Time zone")).to_have_value("Europe/London")
    for label in ("Password", "Password once more"):
        page.get_by_label(label, exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Make the clinic").click()


def add_app(page: Page) -> tuple[str, str, list[str]]:
    """Returns the app's secret, the code that was used and the recovery codes."""
    expect(page.get_by_role("heading", name="Add a second step")).to_be_visible()
    secret = page.locator("code").inner_text().replace(" ", "")
    code = code_now(secret)
    page.get_by_label("6-digit code").fill(code)
    page.get_by_role("button", name="Turn it on").click()
    expect(page.get_by_role("heading", name="Keep your recovery codes")).to_be_visible()
    kept = page.locator(".codes li").all_inner_texts()
    page.get_by_role("link", name="I have kept them").click()
    return secret, code, kept


def test_from_the_link_on_the_console_to_today_and_in_again(browser: Browser) -> None:
    faults: list[str] = []
    with Product() as product:
        began = time.monotonic()
        link = product.start("--no-demo")["first_run"]
        page, other = opened(browser), opened(browser)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(product.url)
        expect(page.get_by_role("heading", name="Nobody works here yet")).to_be_visible()
        page.goto(link)
        begin(page)
        secret, code, kept = add_app(page)
        expect(page).to_have_url(f"{product.url}/")
        expect(page.locator("tbody tr").first).to_be_visible()
        assert time.monotonic() - began < 120, "two minutes, by a person who types quickly"
        assert opened(browser).goto(link).status == 404  # type: ignore[union-attr]

        page.goto(f"{product.url}/profile")
        with leads_on(page):
            page.get_by_role("button", name="Sign out", exact=True).first.click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        by_password(page, product.url)
        page.get_by_role("link", name="Use a recovery code").click()
        page.get_by_label("Recovery code").fill(kept[0])
        page.get_by_role("button", name="Use this code").click()
        expect(page).to_have_url(f"{product.url}/")

        by_password(other, product.url)
        other.get_by_label("6-digit code").fill(code_now(secret, unlike=code))
        other.get_by_role("button", name="Sign in").click()
        expect(other).to_have_url(f"{product.url}/")

        page.goto(f"{product.url}/profile")
        expect(page.get_by_text("9 left")).to_be_visible()
        page.get_by_role("button", name="Sign out everywhere else").click()
        expect(page.get_by_text("Signed out there.").first).to_be_visible()
        other.goto(f"{product.url}/inbox/")
        expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    assert faults == []
