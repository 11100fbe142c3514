"""The page of a journey: its steps, a step beside them, a try, its versions."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from recado.clinics.roles import MANAGER
from recado.journeys import queries
from recado.journeys.types import Text
from recado.web.journeys import phrases
from recado.web.journeys import words as title_words
from tests import factories, pages, staff
from tests.screens.test_journeys_page import work

pytestmark = pytest.mark.usefixtures("database")

VISIT = "/journeys/own/appointment"


@pytest.fixture
def clinic() -> UUID:
    return factories.make_furnished(has_quiet_hours=True).id


@pytest.fixture
def manager(clinic: UUID) -> Client:
    return staff.desk(clinic, MANAGER)


def read(client: Client, path: str = VISIT, status: int = 200) -> str:
    response = client.get(path)
    page: str = response.content.decode()
    assert response.status_code == status and pages.Reading(page).faults == []
    return page


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).split())


def test_timeline_says_when_and_only_if(manager: Client) -> None:
    said = words(read(manager))
    assert "3 days before only if the patient has not answered" in said
    assert "As soon as may be only if" in said and "1: Confirm It is confirmed then" in said


def test_a_step_shows_its_text_its_size_and_its_hours(clinic: UUID, manager: Client) -> None:
    said = words(read(manager, f"{VISIT}?step=question&language=fr"))
    assert "Eleanor, vous avez rendez-vous" in said and "1 part, " in said
    assert "09:00" in said and "it goes earlier" in said
    assert "it waits until" in words(read(manager, f"{VISIT}?step=booked"))


def test_preview_answers_as_it_is_asked_to(manager: Client) -> None:
    def answered(query: str) -> tuple[str, str]:
        page = read(manager, f"{VISIT}?step=question{query}")
        bubble = page.partition('class="bub me">')[2].partition("<")[0]
        return bubble, words(page)

    assert answered("")[0] == "1" and "Confirm: It is confirmed then." in answered("")[1]
    assert answered("&answer=3")[0] == "3" and "Cancel: It is cancelled then." in answered("&answer=3")[1]
    assert answered("&answer=none")[0] == "" and "Nobody answers" in answered("&answer=none")[1]
    assert answered("&answer=77")[0] == ""


def test_a_step_shows_its_text_as_the_next_real_person_would_get_it(clinic: UUID, manager: Client) -> None:
    assert "would get it" not in words(read(manager, f"{VISIT}?step=question")), "nobody is booked"
    who = factories.person(321, name="Joanna Kowalska", language="pl")
    factories.record(clinic, factories.booking("A-1", who, ahead=9 * factories.DAY))
    factories.record(clinic, factories.booking("A-2", factories.person(322), ahead=20 * factories.DAY))
    before = factories.sql("SELECT (SELECT count(*) FROM messaging_link), (SELECT count(*) FROM messaging_message)")
    page = read(manager, f"{VISIT}?step=question")
    assert "As Joanna would get it, in Polish" in words(page).replace("\u2068", "").replace("\u2069", "")
    assert 'lang="pl" dir="auto">Harbour Street Clinic: Joanna, ' in page
    after = factories.sql("SELECT (SELECT count(*) FROM messaging_link), (SELECT count(*) FROM messaging_message)")
    assert before == after
    seen = factories.sql("SELECT patient_id FROM foundation_auditevent WHERE action = 'journey.foresee'")
    assert len(set(seen)) == 1
    assert "would get it" not in words(read(manager, f"{VISIT}?step=task")), "only texts have one"


def test_what_a_part_costs_is_shown_where_it_is_known(manager: Client) -> None:
    assert "each" not in words(read(manager, f"{VISIT}?step=question"))
    factories.sql(
        "INSERT INTO messaging_carrierprice (carrier, country, price, currency, at) VALUES (1, 'GB', 0.036, 'GBP', now())"
    )
    assert "about £0.036 each" in words(read(manager, f"{VISIT}?step=question"))


def test_a_language_without_a_text_says_what_is_sent_instead(manager: Client) -> None:
    assert "There is no text in this language (Arabic)" in words(read(manager, f"{VISIT}?step=question&language=ar"))


def test_longest_name_counts(clinic: UUID, manager: Client) -> None:
    who = factories.person(name="Wilhelmina-Alexandra-Maximiliana Whitcombe")
    factories.record(clinic, factories.booking(who=who, clinician="Dr " + "Longname " * 6))
    page = words(read(manager, f"{VISIT}?step=question"))
    assert "2 parts" in page and "more than one part" in page
    assert "Wilhelmina" not in page.partition("Preview for Eleanor")[0], "a real name stands in the real text alone"


def test_what_came_of_a_step_is_told_by_version() -> None:
    clinic = factories.make_furnished().id
    manager = staff.desk(clinic, MANAGER)
    factories.record(clinic, factories.booking(ahead=timedelta(days=2)))
    factories.release(clinic)
    work()
    said = words(read(manager, f"{VISIT}?step=booked"))
    assert "Last 30 days: 1 sent" in said and "Version 1 : 1 sent" in said


@pytest.mark.parametrize("key", [ready.plan.key for ready in queries.GALLERY if ready.is_by_default])
def test_every_step_of_every_journey_has_its_panel(manager: Client, key: str) -> None:
    plan = next(ready.plan for ready in queries.GALLERY if ready.plan.key == key)
    for placed in plan.placed:
        page = read(manager, f"/journeys/own/{key}?step={placed.step.key}")
        assert ("Preview on a phone" in page) is isinstance(placed.step.does, Text)


@pytest.mark.parametrize("key", [ready.plan.key for ready in queries.GALLERY if ready.is_by_default])
def test_every_journey_can_be_tried_in_every_case(manager: Client, key: str) -> None:
    for case in queries.Case:
        page = read(manager, f"/journeys/own/{key}/try?case={case}")
        assert '<li class="li' in page


def test_a_try_says_what_goes_and_why_not(manager: Client) -> None:
    said = words(read(manager, f"{VISIT}/try?case=first&answer=confirm"))
    assert "Sent Visit booked" in said and "Patient answers Confirm" in said
    assert "Not sent Visit: second question The visit is confirmed." in said


def test_a_try_that_is_asked_nonsense_is_the_first_one(manager: Client) -> None:
    assert words(read(manager, f"{VISIT}/try?case=x&answer=y&ahead=z&person=9")) == words(read(manager, f"{VISIT}/try"))


def test_versions_say_who_is_on_them(clinic: UUID, manager: Client) -> None:
    factories.record(clinic, factories.booking())
    said = words(read(manager, f"{VISIT}/versions"))
    assert "Version 1 Came with Recado · 1 person under way on it" in said


def test_a_journey_that_is_not_there_is_not_found(manager: Client) -> None:
    for path in ("", "/try", "/versions"):
        assert manager.get(f"/journeys/own/nothing{path}").status_code == 404


def test_everything_that_ready_journeys_name_has_words() -> None:
    steps = [placed.step for ready in queries.GALLERY for placed in ready.plan.placed]
    told = [step.does for step in steps if isinstance(step.does, Text)]
    assert {text.template for text in told} <= set(phrases.TEMPLATES)
    assert {answer for text in told for answer in text.answers} <= set(phrases.ANSWERS)
    events = [ready.plan.event for ready in queries.GALLERY]
    assert {event.key for event in events} <= set(title_words.STARTS)
    assert {state for event in events for state in event.states} <= set(phrases.STATES)
    assert {name for event in events for name in event.fields} <= set(phrases.FACTS)
