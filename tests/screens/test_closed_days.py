"""Closed days and other hours, told in one act: whom they concern, what is shown first, what goes and what does not."""

import re
from datetime import date, time, timedelta
from uuid import UUID

import pytest
from django.test import Client

from recado.care_events import actions as care
from recado.care_events.types import CareEvent, Fault, HoursChange, PrescriptionReady, VideoVisit
from recado.clinics.roles import RECEPTION, RECEPTION_LEAD
from recado.foundation import business_time
from recado.foundation.actors import SYSTEM
from recado.foundation.clock import local
from recado.foundation.database import Role, connect
from recado.foundation.dates import Day, day_words
from recado.journeys import worker
from tests import factories, pages, staff
from tests.factories import DAY, booking, person, sql, wordings

pytestmark = pytest.mark.usefixtures("database")

PAGE = "/appointments/hours"


def day(ahead: int) -> date:
    return local(business_time.now(), "Europe/London").date() + timedelta(days=ahead)


@pytest.fixture
def clinic() -> UUID:
    """Two with a visit in five days, one of them with two; one in nine days; one who has something to collect."""
    made = factories.make_furnished().id
    factories.record(
        made,
        booking("A-1", person(301, "Oliver Grant"), ahead=5 * DAY),
        booking("A-2", person(301, "Oliver Grant"), ahead=5 * DAY + timedelta(minutes=1)),
        booking("A-3", person(302, "Claire Morel", language="fr"), ahead=5 * DAY),
        booking("A-4", person(303, "Paul Everett"), ahead=9 * DAY),
        announce=factories.Announce.NONE,
    )
    factories.release(made, factories.Announce.NONE)
    ready = CareEvent("RX-1", person(304, "Ada Bell"), PrescriptionReady(business_time.now() - DAY))
    care.record_events(clinic_id=made, source="pharmacy", events=[ready], by=SYSTEM, tells=False)
    return made


@pytest.fixture
def client(clinic: UUID) -> Client:
    return staff.desk(clinic, RECEPTION_LEAD)


def work() -> None:
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        while worker.run_due(maintenance):
            pass


def form(first: int = 5, **more: str) -> dict[str, str]:
    return {"on": day(first).isoformat(), "last_day": "", "how": "closed", "others": "yes", **more}


def read(client: Client, given: dict[str, str] | None = None, status: int = 200) -> str:
    answer = client.get(PAGE, given or {})
    html = answer.content.decode()
    assert answer.status_code == status and pages.Reading(html).faults == []
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition("<main")[2]).split())


def told(clinic: UUID) -> list[str]:
    return sorted(
        text for text in wordings(clinic) if any(word in text for word in ("closed", "fermés", "hours", "horaires"))
    )


def test_preview_says_whom_and_what_it_costs_and_nothing_stays(clinic: UUID, client: Client) -> None:
    sql(
        "INSERT INTO messaging_carrierprice (carrier, country, price, currency, at) VALUES (1, 'GB', 0.04, 'GBP', now())"
    )
    before = sql("SELECT count(*) FROM foundation_auditevent")
    said = read(client, form())
    assert "3 people are concerned 2 with a visit, 1 without" in said
    assert "Send 3 texts" in said and "£0.12" in said
    assert "Eleanor, we are closed on" in said, said
    work()
    assert told(clinic) == []
    assert sql("SELECT count(*) FROM care_events_event WHERE kind = 'hours'") == [(0,)]
    assert sql("SELECT count(*) FROM foundation_auditevent") == before


def test_everybody_concerned_is_told_once_in_one_act(clinic: UUID, client: Client) -> None:
    assert client.post(PAGE, form()).status_code == 303
    work()
    french, english, _ = told(clinic)
    assert f"we are closed on {day_words(Day(day(5)), 'en')}. If you have a visit then, we contact you." in english
    assert "nous sommes fermés" in french
    line = sql("SELECT detail FROM foundation_auditevent WHERE action = 'care_event.hours'")
    assert len(line) == 1 and line[0][0]["people"] == 3 and line[0][0]["on"] == day(5).isoformat()
    client.post(PAGE, form())
    work()
    assert len(told(clinic)) == 3, "pressed twice, told once"
    assert "3 more have been told already" in read(client, form()) and "Nobody would be told." in read(client, form())


def test_who_only_collects_is_left_out_when_that_was_not_chosen(clinic: UUID, client: Client) -> None:
    client.post(PAGE, {**form(), "others": ""})
    work()
    assert len(told(clinic)) == 2


def test_several_days_are_one_text_that_names_them(clinic: UUID, client: Client) -> None:
    client.post(PAGE, form(4, last_day=day(10).isoformat()))
    work()
    assert len(told(clinic)) == 4
    assert f"{day_words(Day(day(4)), 'en')} - {day_words(Day(day(10)), 'en')}" in told(clinic)[1]


def test_other_hours_replace_what_was_said_of_the_day(clinic: UUID, client: Client) -> None:
    client.post(PAGE, form())
    work()
    client.post(PAGE, form(how="hours", opens="10:00", closes="14:00"))
    work()
    assert len(told(clinic)) == 6
    assert any(f"our hours on {day_words(Day(day(5)), 'en')}: 10:00-14:00." in text for text in told(clinic))
    assert sorted(sql("SELECT state, count(*) FROM care_events_event WHERE kind = 'hours' GROUP BY 1")) == [
        ("coming", 3),
        ("withdrawn", 3),
    ]


def test_who_may_not_be_texted_stays_out_with_the_reason(clinic: UUID, client: Client) -> None:
    factories.stop(clinic, 301)
    said = read(client, form())
    assert "Send 2 texts" in said and "1 · " in said and "stop" in said.lower()
    client.post(PAGE, form())
    work()
    assert len(told(clinic)) == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"on": ""}, "Type a day"),
        ({"on": "2020-13-01"}, "Type a day"),
        ({"last_day": "2020-01-01"}, "It ends before it begins"),
        ({"last_day": "2099-01-01"}, "At most 60 days"),
        ({"how": "hours", "opens": "x", "closes": "12:00"}, "Type an hour"),
        ({"how": "hours", "opens": "14:00", "closes": "12:00"}, "Give both hours"),
    ],
)
def test_wrong_days_are_told_at_their_field(client: Client, wrong: dict[str, str], said: str) -> None:
    assert said in read(client, {**form(), **wrong}, status=422)
    assert client.post(PAGE, {**form(), **wrong}).status_code == 422


def test_day_that_has_begun_is_refused(clinic: UUID, client: Client) -> None:
    assert "has begun" in read(client, form(-1), status=422)
    gone = HoursChange(day(-1), time(9), time(12))
    assert care.tell_hours(clinic_id=clinic, change=gone, patient_ids=[], by=SYSTEM) == Fault("begun", "on")


def test_video_visit_of_the_days_is_concerned(clinic: UUID, client: Client) -> None:
    video = VideoVisit(business_time.now() + 5 * DAY, "https://video.example/x")
    event = CareEvent("V-1", person(305, "Tom Reed"), video)
    care.record_events(clinic_id=clinic, source="video", events=[event], by=SYSTEM, tells=False)
    assert "2 with a visit, 2 without" in read(client, form())


def test_page_is_for_those_who_may_text_many(clinic: UUID) -> None:
    assert staff.desk(clinic, RECEPTION).get(PAGE).status_code == 403
