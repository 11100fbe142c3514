"""Into the demo, a passkey added, locked and opened by it, out and in by it; a link from the console works once."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsing import leads_on
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB")
    made = context.new_page()
    made.set_default_timeout(15_000)
    yield made
    context.close()


def with_fingerprint(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options = {**device, "isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_passkey_opens_what_a_link_opened_once(page: Page) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    with Product() as product:
        link = product.start()["enter"]["administrator"]
        with_fingerprint(page)
        page.goto(link)
        page.get_by_role("button", name="Enter").click()
        expect(page).to_have_url(f"{product.url}/")
        page.goto(link)
        expect(page.get_by_role("heading", name="This link is over")).to_be_visible()
        page.goto(f"{product.url}/second-step")
        page.get_by_label("Its name").fill("My desk")
        with leads_on(page):
            page.get_by_role("button", name="Add a passkey").click()
        expect(page.get_by_role("heading", name="Keep your recovery codes")).to_be_visible()
        page.goto(f"{product.url}/profile")
        expect(page.get_by_text("My desk")).to_be_visible()
        page.get_by_label("Confirm, call list").fill("q")
        with leads_on(page):
            page.get_by_role("button", name="Save keys").click()
        page.goto(f"{product.url}/")
        page.keyboard.press("c")
        expect(page).to_have_url(f"{product.url}/")
        page.keyboard.press("q")
        expect(page).to_have_url(f"{product.url}/appointments/calls")
        page.goto(f"{product.url}/profile")
        with leads_on(page):
            page.get_by_role("button", name="Lock now").first.click()
        page.get_by_role("button", name="Unlock with a passkey").click()
        expect(page.get_by_text("My desk")).to_be_visible()
        with leads_on(page):
            page.get_by_role("button", name="Sign out", exact=True).first.click()
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page).to_have_url(f"{product.url}/")
    assert faults == []
