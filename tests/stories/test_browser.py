"""The way of the tutorial in a real browser: phones, time machine, answers, and the pages behind a patient's link."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsing import leads_on
from tests.phones import DAY, Demo, in_days, link_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
PEOPLE = ("Maud Ellery", "Nora Field", "Bran Holt", "Ida Brook", "Olga Reed", "Hugh Moss", "Tess Vale", "Rory Dane")
NARROW = {"width": 390, "height": 844}
SUBPAGES = ("", "/cancel", "/stop", "/wrong", "/visit.ics", "/new")


def phone_of(name: str) -> str:
    return f"+447700900{830 + PEOPLE.index(name)}"


def visit_of(name: str) -> str:
    return f"B-{PEOPLE.index(name)}"


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """The demo, and eight people more who have had the confirmation of a visit in nine days."""
    with Demo() as running:
        rows = [
            (visit_of(name), name, f"70{at}", f"07700 900{830 + at}", "English", in_days(9), f"1{at}:30", "Dr Costa")
            for at, name in enumerate(PEOPLE)
        ]
        assert running.bring_in(*rows, announce="all")["new"] == len(PEOPLE)
        running.wait(DAY)
        yield running


def opened(browser: Browser, *, scripts: bool = True, **size: dict[str, int]) -> tuple[Page, list[str]]:
    """A page of its own, and the list of what went wrong on it."""
    page = browser.new_context(
        java_script_enabled=scripts, locale="en-GB", viewport=size.get("size") or NARROW
    ).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(15_000)
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    return page, faults


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def patient(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A patient's small phone; whatever the browser complains of is a fault."""
    page, faults = opened(browser, scripts=request.param)
    yield page
    assert is_within_its_width(page, scripts=request.param)
    page.context.close()
    assert [fault for fault in faults if "410" not in fault] == []


def is_within_its_width(page: Page, *, scripts: bool) -> bool:
    return not scripts or page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def address(demo: Demo, name: str) -> str:
    """The link in the confirmation that came to this person's phone."""
    return demo.product.url + link_in(next(text for text in demo.texts(phone_of(name)) if "/r/" in text))


def press(page: Page, name: str) -> None:
    """A button or a link that looks like one."""
    with leads_on(page):
        page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first.click()


# ------------------------------------------------------------------------------------------------ the phones


def test_first_text_is_answered_on_the_page_and_the_visit_is_confirmed(demo: Demo, browser: Browser) -> None:
    # Given the page with the phones
    page, faults = opened(browser, size={"width": 1280, "height": 900})
    page.goto(demo.product.url + "/handset/")
    expect(page.get_by_role("heading", name="See it as a patient")).to_be_visible()
    expect(page.locator("#phones .phone-row").first).to_be_visible()

    # When somebody moves to the next text, and to the phone that it came to
    asked: list[str] = []
    while not asked:
        page.get_by_role("button", name="To the next message").click()
        expect(page.locator("#clock-said")).to_have_text("", timeout=60_000)
        came = {
            number: demo.texts(number) for number in demo.phones()
        }  # a phone of several is asked back which one is meant, and several visits at once are thanked for by name
        asked = [
            n for n, texts in came.items() if len(texts) == 1 and "to confirm, 2 to change, 3 to cancel" in texts[0]
        ]
    name = demo.phones()[asked[0]]["name"]
    page.locator("#phones .phone-row", has_text=name).click()
    expect(page.locator("#thread")).to_contain_text("Reply 1 to confirm, 2 to change, 3 to cancel.")

    # And answers 1 under it
    page.get_by_label("Answer from this phone").fill("1")
    page.get_by_role("button", name="Send").click()

    # Then the clinic thanks, and behind the scenes stands what happened, in words and as it is stored
    expect(page.locator("#thread")).to_contain_text("See you")
    story = page.locator("#story")
    for title in ("Reply received", "Understood as: confirm", "Appointment confirmed", "Handed to the carrier"):
        expect(story).to_contain_text(title)
    page.get_by_role("button", name="Raw", exact=True).click()
    expect(story).to_contain_text('"understood": "confirm"')
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert faults == []
    page.context.close()


def test_phones_fit_a_small_screen(demo: Demo, browser: Browser) -> None:
    page, faults = opened(browser)
    page.goto(f"{demo.product.url}/handset/")
    expect(page.locator("#phones .phone-row").first).to_be_visible()
    assert is_within_its_width(page, scripts=True)
    assert faults == []
    page.context.close()


# ------------------------------------------------------------------------------------------------ the pages behind a link


def test_opening_changes_nothing(demo: Demo, patient: Page) -> None:
    name = "Rory Dane"
    before, texts = demo.visit(visit_of(name)), demo.texts(phone_of(name))
    for path in SUBPAGES[:4]:
        patient.goto(address(demo, name) + path)
        assert patient.title().endswith("Harbour Street Clinic")
    for path in SUBPAGES[4:]:
        assert demo.page(link_in(next(t for t in demo.texts(phone_of(name)) if "/r/" in t)) + path)[0] in {200, 410}
    demo.wait(1)
    assert demo.visit(visit_of(name)) == before
    assert demo.texts(phone_of(name)) == texts


def test_visit_is_confirmed_with_one_press(demo: Demo, patient: Page, request: pytest.FixtureRequest) -> None:
    name = "Maud Ellery" if _is_scripted(request) else "Nora Field"
    patient.goto(address(demo, name))
    expect(patient.get_by_role("heading", name=f"Hello {name.split()[0]}. Can you come?")).to_be_visible()
    press(patient, "Yes, I will be there")
    expect(patient.get_by_role("heading", name="Thank you, you have confirmed")).to_be_visible()
    assert demo.visit(visit_of(name))["state"] == "confirmed"
    patient.reload()
    assert demo.visit(visit_of(name))["state"] == "confirmed"


def test_cancelling_asks_once_more_and_may_be_taken_back(
    demo: Demo, patient: Page, request: pytest.FixtureRequest
) -> None:
    name = "Bran Holt" if _is_scripted(request) else "Ida Brook"
    patient.goto(address(demo, name))
    press(patient, "I cannot come, please cancel")
    expect(patient.get_by_role("heading", name="Cancel your appointment?")).to_be_visible()
    assert demo.visit(visit_of(name))["state"] == "booked"
    press(patient, "Yes, cancel it")
    expect(patient.get_by_role("heading", name="Your appointment is cancelled")).to_be_visible()
    assert demo.visit(visit_of(name))["state"] == "cancelled"
    press(patient, "Take my time back")
    expect(patient.get_by_role("heading", name="Can you come?")).to_be_visible()
    assert demo.visit(visit_of(name))["state"] == "booked"


def test_stopping_is_told_by_one_text_and_may_be_undone(
    demo: Demo, patient: Page, request: pytest.FixtureRequest
) -> None:
    name = "Olga Reed" if _is_scripted(request) else "Hugh Moss"
    patient.goto(address(demo, name))
    press(patient, "Stop all messages")
    press(patient, "Yes, stop all messages")
    expect(patient.get_by_role("heading", name="All messages are stopped")).to_be_visible()
    demo.wait(1)
    assert "no more messages" in demo.texts(phone_of(name))[-1]
    press(patient, "Undo, keep my messages")
    expect(patient.get_by_text("Our messages come to you again.")).to_be_visible()
    demo.wait(1)
    assert "again" in demo.texts(phone_of(name))[-1]
    assert demo.visit(visit_of(name))["state"] == "booked"


def test_wrong_person_ends_the_link_and_tells_nothing(demo: Demo, browser: Browser) -> None:
    page, _ = opened(browser, scripts=False)
    link = address(demo, "Tess Vale")
    page.goto(link)
    press(page, "Tell us, we will stop")
    expect(page.get_by_role("heading", name="Is this message not for you?")).to_be_visible()
    assert "Tess" not in page.content()
    press(page, "It is not for me, stop")
    expect(page.get_by_role("heading", name="Thank you for telling us")).to_be_visible()
    page.goto(link)
    expect(page.get_by_role("heading", name="This link has ended")).to_be_visible()
    assert demo.visit(visit_of("Tess Vale"))["state"] == "booked"
    page.context.close()


def _is_scripted(request: pytest.FixtureRequest) -> bool:
    return "without" not in request.node.name
