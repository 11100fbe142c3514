"""Visits booked together as a series are told of in one text, with the link to all; each keeps its own reminder."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.appointments import courses
from recado.consent import actions as consent
from recado.consent.types import Privacy
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.journeys import queries, worker
from tests import factories, pages
from tests.factories import DAY, booking, person, sql, wordings

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def work(database: None) -> "Iterator[Callable[..., None]]":
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:

        def do(step: timedelta = timedelta(0)) -> None:
            factories.advance(step)
            while worker.run_due(maintenance):
                pass

        yield do


def course(
    clinic: UUID, *, count: int = 6, every: timedelta = WEEK, last: int = 321, service: str = "Physio", **more: Any
) -> datetime:
    """So many visits at 10:30, the first in ten days."""
    now = business_time.now().astimezone(LONDON)
    first = (now + 10 * DAY).replace(hour=10, minute=30, second=0, microsecond=0)
    visits = [
        booking(
            f"C-{last}-{number}", person(last, **more), start=(first + number * every).astimezone(UTC), service=service
        )
        for number in range(count)
    ]
    factories.record(clinic, *visits)
    factories.release(clinic)
    return first


def open_hours(work: "Callable[..., None]") -> None:
    work()
    work(12 * HOUR)
    work(12 * HOUR)


def test_a_series_is_one_text_with_the_first_the_rhythm_and_the_link_to_all(
    clinic: UUID, work: "Callable[..., None]"
) -> None:
    first = course(clinic)
    open_hours(work)
    (text,) = wordings(clinic)
    assert re.search(r"Eleanor, 6 visits booked, every week: .* at 10:30 to .*\. All dates: \S+/r/\w+$", text), text
    page = pages.browser().get(re.findall(r"(/r/\w+)", text)[0])
    html = page.content.decode()
    assert page.status_code == 200 and pages.Reading(html).faults == []
    assert "6 visits, booked together" in html and html.count("<time class") == 6
    assert sql("SELECT count(*) FROM conversations_question") == [(0,)], "a number would be said of all of them"
    assert {row[0] for row in sql("SELECT outcome FROM journeys_step")} == {"sent"}
    business_time.advance_to(first - 3 * DAY)
    work(HOUR)
    assert len(wordings(clinic)) == 2 and "Reply 1" in wordings(clinic)[1], "each visit keeps its reminder"


def test_a_series_of_a_system_that_names_no_service_is_one_text_too(clinic: UUID, work: "Callable[..., None]") -> None:
    course(clinic, service="")
    open_hours(work)
    (text,) = wordings(clinic)
    assert "6 visits booked, every week" in text


def test_two_visits_or_other_people_or_another_day_of_booking_make_no_series(
    clinic: UUID, work: "Callable[..., None]"
) -> None:
    course(clinic, count=2)
    course(clinic, count=2, last=322, name="Tom Reed")
    open_hours(work)
    assert len(wordings(clinic)) == 4
    assert not any("booked together" in text or "All dates" in text for text in wordings(clinic))


def test_who_wants_nothing_said_of_times_hears_of_a_series_once_too(clinic: UUID, work: "Callable[..., None]") -> None:
    patient = factories.make_patient(clinic)
    with clinic_scope(clinic):
        consent.choose_privacy(clinic_id=clinic, patient_id=patient, level=Privacy.NEUTRAL, how="staff", by=OPERATOR)
    course(clinic)
    open_hours(work)
    (text,) = wordings(clinic)
    assert "there is news about your appointment" in text and "/r/" in text


def test_a_visit_that_leaves_the_series_is_no_longer_among_its_dates(clinic: UUID, work: "Callable[..., None]") -> None:
    first = course(clinic)
    moved = booking("C-321-5", person(), start=(first + 9 * WEEK).astimezone(UTC), service="Massage")
    factories.record(clinic, moved)
    with clinic_scope(clinic):
        assert len(courses.dates_of(factories.visit(clinic, "C-321-0"))) == 5
        assert courses.dates_of(factories.visit(clinic, "C-321-5")) == ()


def test_what_will_be_sent_counts_a_series_as_one_text(clinic: UUID) -> None:
    course(clinic)
    now = business_time.now()
    with queries.looking(clinic):
        coming = queries.foresee(clinic, now, now + 2 * DAY).coming
    assert sorted(one.outcome for one in coming if one.step == "booked") in (
        ["joined"] * 5 + ["send"],
        ["joined"] * 5 + ["later"],
    )


@given(st.integers(1, 40), st.integers(2, 30), st.booleans())
def test_rhythm_is_told_only_where_it_is_regular(apart: int, count: int, is_late: bool) -> None:
    moments = [datetime(2026, 11, 24, 10, 30) + number * apart * DAY for number in range(count)]
    if is_late:
        moments[-1] += HOUR
    words = courses.rhythm(moments)
    assert bool(words) is (apart in (1, 7, 14, 28) and not is_late)
