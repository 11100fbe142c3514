"""Where a clinic rests its texts on a permission: nothing comes before a yes, and the first text after it. The yes is said on the page
behind the poster's square, and on paper at the desk; both are found again with what was agreed to."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from recado.web.sign_in.qr import drawing
from tests.browsing import is_sound, leads_on
from tests.phones import Demo, in_days
from tests.screens.entering import enter

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(400)]
SETTLED = 900  # ms until the page takes a tap
QUENTIN, PIA = "+447700900951", "+447700900952"
BY_PERMISSION = """
from recado.clinics import actions, queries
from recado.clinics.types import NO_QUIET_HOURS, CareBasis
from recado.foundation.actors import OPERATOR
clinic = queries.all_clinics()[0].id
actions.change_settings(clinic_id=clinic, by=OPERATOR, quiet_hours=NO_QUIET_HOURS, care_basis=CareBasis.CONSENT)
say([])
"""
SCAN = b"%PDF-1.7\nI agree. P. Lindgren"


@pytest.fixture(scope="module")
def strict(demo: Demo) -> Demo:
    demo.inside(BY_PERMISSION)
    return demo


@pytest.fixture
def desk(strict: Demo, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB", bypass_csp=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    enter(page, strict.product.url, "reception")
    yield page
    context.close()


def book(demo: Demo, visit: str, name: str, phone: str) -> None:
    row = (
        visit,
        name,
        f"R-{phone[-3:]}",
        phone,
        "en",
        in_days(6),
        "10:00" if visit.endswith("1") else "15:00",
        "Nurse Silva",
    )
    assert demo.bring_in(row, announce="all")["new"] == 1
    demo.wait(60)


def proof(desk: Page, url: str, name: str) -> list[dict[str, str]]:
    """What the table of the person's page says, as staff find it: by the name."""
    desk.goto(f"{url}/search")
    desk.get_by_label("Whom do you look for?").fill(name)
    with leads_on(desk):
        desk.get_by_role("button", name="Find", exact=True).click()
    with leads_on(desk):
        desk.locator("main").get_by_role("link", name=re.compile(name)).first.click()
    desk.goto(desk.url.rstrip("/") + "/consent")
    assert is_sound(desk)
    with desk.expect_download() as saved:
        desk.get_by_role("link", name="As a table").click()
    return list(csv.DictReader(io.StringIO(Path(saved.value.path()).read_text("utf-8"))))


def test_first_text_comes_after_a_yes_on_the_page_behind_the_square(strict: Demo, desk: Page, browser: Browser) -> None:
    url = strict.product.url
    book(strict, "Q-1", "Quentin Ash", QUENTIN)
    assert strict.texts(QUENTIN) == [], "nothing was agreed to"
    desk.goto(f"{url}/patients/poster")
    (address,) = set(re.findall(r"[\w.:]+/r/join/\w+", desk.content()))
    squares = [path.get_attribute("d") for path in desk.locator("svg path").all()]
    assert drawing(f"http://{address}")[1] in squares
    phone = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False).new_page()
    phone.goto(f"http://{address}")
    phone.get_by_label("My appointments and my care").check()
    phone.get_by_label("Your mobile number").fill("07700 900951")
    phone.get_by_role("button", name="I agree, send me a code").click()
    strict.wait(5)
    (asked,) = strict.texts(QUENTIN)
    code = re.search(r"\b\d{6}\b", asked)
    assert code is not None
    phone.get_by_label("Code").fill(code[0])
    phone.locator("main button.btn-primary").click()
    expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()
    strict.wait(5)
    assert "You get our texts as you agreed" in strict.texts(QUENTIN)[1]
    book(strict, "Q-2", "Quentin Ash", QUENTIN)
    assert "15:00" in strict.texts(QUENTIN)[-1] and len(strict.texts(QUENTIN)) == 3
    (said,) = [one for one in proof(desk, url, "Quentin Ash") if one["what"] == "permitted"]
    assert (said["kinds"], said["how"], said["text_version"]) == ("care", "page", "2/en")
    assert "sends text messages to my phone about" in said["text"] and said["at"]
    phone.context.close()


def test_first_text_comes_after_a_signed_form_that_is_kept(strict: Demo, desk: Page, tmp_path: Path) -> None:
    url = strict.product.url
    book(strict, "P-1", "Pia Lindgren", PIA)
    assert strict.texts(PIA) == [] and proof(desk, url, "Pia Lindgren") == []
    scan = tmp_path / "Pia Lindgren.pdf"
    scan.write_bytes(SCAN)
    form = desk.locator("#permit form")
    form.get_by_label("Care messages").check()
    form.get_by_label("On a signed form").check()
    form.get_by_label("Day on which they said or signed it").fill("2026-01-05")
    form.get_by_label("Scan of the signed form").set_input_files(scan)
    with leads_on(desk):
        form.get_by_role("button", name="Note the permission").click()
    expect(desk.get_by_text("The permission is noted.")).to_be_visible()
    book(strict, "P-2", "Pia Lindgren", PIA)
    (text,) = strict.texts(PIA)
    assert "15:00" in text
    said = {one["what"]: one for one in proof(desk, url, "Pia Lindgren")}
    assert said["paper_kept"]["signed_form"] == "yes" and said["permitted"]["how"] == "paper"
    assert said["permitted"]["said_at"].startswith("2026-01-05")
    with desk.expect_download() as saved:
        desk.get_by_role("link", name="The signed form").click()
    assert Path(saved.value.path()).read_bytes() == SCAN
