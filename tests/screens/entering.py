"""How a browser story gets in: by the button of the demo's sign-in page."""

import re

from playwright.sync_api import Page, expect

PEOPLE = {
    "reception": "Marta Kowal",
    "reception_lead": "Ruth Ellery",
    "clinician": "Amara Osei",
    "privacy_officer": "Jonas Brandt",
    "administrator": "Noor Haddad",
}


def enter(page: Page, url: str, role: str = "reception") -> None:
    """Signs this page's browser in as the demo's person of that role, at the first page that they may open."""
    page.goto(f"{url}/sign-in")
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile(PEOPLE[role])).click()
    expect(page.get_by_role("navigation").first).to_be_visible()
