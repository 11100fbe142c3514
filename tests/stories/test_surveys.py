"""A visit is seen, and its survey answered: by text, one question at a time, and by page; a low score is somebody's call."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browsing import RTL, TOO_WIDE, is_sound, leads_on
from tests.phones import CLINIC, Demo, in_days, link_in
from tests.screens.entering import enter

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(400)]
SETTLED = 900  # ms until the page takes a tap
SEEN = """
from datetime import timedelta
from recado.clinics import queries as clinics
from recado.consent import actions as consent
from recado.consent.types import PurposeGroup
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.appointments.models import Appointment
from recado.journeys.types import FinishedVisit
from recado.surveys import actions
clinic = clinics.clinic_by_slug({clinic!r}).id
with clinic_scope(clinic):
    visit = Appointment.objects.get(clinic_id=clinic, external_id={name!r})
    consent.permit(clinic_id=clinic, patient_id=visit.patient_id, groups=[PurposeGroup.SURVEY], how="desk", by=OPERATOR)
    told = FinishedVisit(visit.id, visit.patient_id, business_time.now(), visit.clinician)
    say(actions.visits_finished(clinic_id=clinic, visits=[told], by=OPERATOR))
"""
BY_PAGE = """
from dataclasses import replace
from recado.clinics import queries as clinics
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from recado.surveys import actions, queries
from recado.surveys.types import Way
clinic = clinics.clinic_by_slug({clinic!r}).id
with clinic_scope(clinic):
    survey = replace(queries.survey(clinic, "visit").shown, way=Way.PAGE)
    actions.begin(clinic_id=clinic, survey=survey, by=OPERATOR)
    actions.save_draft(clinic_id=clinic, key="visit", draft=survey, by=OPERATOR)
    say(actions.publish(clinic_id=clinic, key="visit", by=OPERATOR))
"""
THREE_HOURS = 3 * 3_600 + 60


def seen(demo: Demo, name: str, who: str, e164: str, language: str) -> str:
    """A visit of somebody new that the desk says is over. Returns the text that asks about it, in the clinic's day."""
    row = (name, who, f"R-{name}", e164, language, in_days(40), "10:00", "Nurse Silva")
    assert demo.bring_in(row, announce="none")["new"] == 1
    assert demo.inside(SEEN.format(clinic=CLINIC, name=name)) == 1
    for _ in range(12):  # the text waits for the allowed hours
        demo.wait(THREE_HOURS)
        if came := demo.texts(e164):
            return came[-1]
    raise AssertionError("no text came")


def test_a_low_score_by_text_is_a_call_for_the_desk(demo: Demo, browser: Browser) -> None:
    e164 = "+447700900801"
    asked = seen(demo, "SV-1", "Agnes Wharton", e164, "en")
    assert "Agnes, how was your visit? Reply 1 (poor) to 5 (very good)." in asked
    assert "Would you recommend us" in demo.answer(e164, "2")
    assert "in your own words" in demo.answer(e164, "3/10")
    assert "May we call you" in demo.answer(e164, "Nobody told us how long it would take.")
    assert "Somebody will call you" in demo.answer(e164, "yes")
    context = browser.new_context(locale="en-GB", bypass_csp=True, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    enter(page, demo.product.url, "reception_lead")
    page.goto(f"{demo.product.url}/surveys/")
    expect(page.get_by_role("heading", name="How was the visit?")).to_be_visible()
    assert is_sound(page)
    assert page.locator("svg.chart polyline").count() >= 1, "half a year of the demo makes a line"
    back = page.locator("li", has_text="Agnes Wharton")
    expect(back).to_contain_text("Nobody told us how long it would take.")
    with leads_on(page):
        back.get_by_role("link", name="Open").click()
    expect(page.get_by_text("2", exact=True).first).to_be_visible()
    assert is_sound(page)
    with leads_on(page):
        page.get_by_role("button", name="They were called").click()
    page.goto(f"{demo.product.url}/surveys/")
    expect(page.locator("li", has_text="Agnes Wharton")).to_have_count(0)
    context.close()


def test_a_survey_is_answered_by_page_one_question_at_a_time_without_script(demo: Demo, browser: Browser) -> None:
    assert demo.inside(BY_PAGE.format(clinic=CLINIC)) == 2
    text = seen(demo, "SV-2", "Basil Henning", "+447700900802", "en")
    address = demo.product.url + link_in(text)
    context = browser.new_context(locale="en-GB", java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_text("Question 1 of")).to_be_visible()
    page.wait_for_timeout(SETTLED)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("alert").or_(page.locator("[id$=-err]")).first).to_be_visible()  # nothing was chosen
    page.locator("input[name=value][value='5']").check(force=True)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("Question 2 of")).to_be_visible()
    page.locator("input[name=value][value='10']").check(force=True)
    page.get_by_role("button", name="Next").click()
    page.get_by_role("textbox").fill("All was explained.")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("Thank you").first).to_be_visible()
    context.close()
    with_script = browser.new_context(locale="en-GB", bypass_csp=True, viewport={"width": 390, "height": 844})
    again = with_script.new_page()
    for language in ("en", "pl"):
        again.goto(f"{address}?lang={language}")
        assert is_sound(again)
    again.evaluate(RTL)
    assert again.evaluate(TOO_WIDE) == []
    with_script.close()
