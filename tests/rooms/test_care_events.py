"""Care events: from what a source says to the last text of their journey, and what an answer does."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.care_events import actions, kinds, queries, steps
from recado.care_events.effects import EFFECTS
from recado.care_events.models import Change
from recado.care_events.types import (
    BadField,
    BadState,
    Came,
    CareEvent,
    CoverRenewal,
    Delay,
    Detail,
    DocumentToRead,
    EducationSeries,
    EventKind,
    EventOutcome,
    EventView,
    Fault,
    FormToFill,
    HoursChange,
    InvoiceDue,
    MedicationCourse,
    NoSuchEvent,
    PortalLink,
    PrescriptionReady,
    Recall,
    RefillDue,
    ResultReady,
    Stage,
    Vaccination,
    VideoVisit,
)
from recado.care_events.wordings import KINDS, QUESTIONS, WORDINGS
from recado.consent.types import QuietHours
from recado.foundation import business_time
from recado.foundation.actors import SYSTEM
from recado.foundation.database import Role, connect
from recado.foundation.keys import keys_for
from recado.foundation.tenancy import clinic_scope
from recado.journeys import worker
from recado.journeys.events import EVENTS
from recado.journeys.faults import faults
from recado.journeys.plans_of_care import PLANS
from recado.journeys.types import Kind, Plan, Text
from recado.launch import wiring
from tests import factories
from tests.factories import DAY, hear, person, sql, wordings

HOUR = timedelta(hours=1)
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def work(database: None) -> "Iterator[Callable[..., int]]":
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        yield lambda step=timedelta(0): do_all(maintenance, step)


def do_all(maintenance: "psycopg.Connection[Any]", step: timedelta) -> int:
    factories.advance(step)
    done = 0
    while found := worker.run_due(maintenance):
        done += found
    return done


def tell(clinic_id: UUID, detail: Detail, name: str = "E-1", **more: Any) -> EventOutcome:
    event = CareEvent(name, more.pop("who", person()), detail, more.pop("state", ""))
    return actions.record_events(clinic_id=clinic_id, source="lab", events=[event], by=SYSTEM, **more)


def the_event(clinic_id: UUID) -> EventView:
    with clinic_scope(clinic_id):
        patients = [row[0] for row in sql("SELECT DISTINCT patient_id FROM care_events_event")]
        return queries.events_of(clinic_id, patients)[0]


def become(clinic_id: UUID, state: str) -> int:
    event = the_event(clinic_id)
    with clinic_scope(clinic_id):
        return actions.set_state(clinic_id=clinic_id, event_ids=[event.id], state=state, by=SYSTEM)


def tasks() -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in sql("SELECT kind, detail->>'about' FROM tasks_task ORDER BY raised_at, id")]


def today() -> date:
    return business_time.now().astimezone(LONDON).date()


# ---------------------------------------------------------------- from event to end


def test_pick_up_is_told_and_reminded_of_once(clinic: UUID, work: Callable[..., int]) -> None:
    tell(clinic, PrescriptionReady(business_time.now(), "Quay Pharmacy", today() + 10 * DAY))
    work()
    assert "ready to collect at Quay Pharmacy" in wordings(clinic)[0]
    work(3 * DAY)
    work(30 * DAY)
    assert len(wordings(clinic)) == 2
    assert "still waiting" in wordings(clinic)[1]


def test_waiting_text_goes_to_the_new_number_when_a_system_brings_it(clinic: UUID, work: Callable[..., int]) -> None:
    ready = PrescriptionReady(business_time.now(), "Quay Pharmacy", today() + 10 * DAY)
    tell(clinic, ready)
    work()
    tell(clinic, ready, who=replace(person(), phone=factories.phone(322)))
    work()
    index = keys_for(clinic).blind_index("phone", factories.phone(322).e164)
    assert sql("SELECT phone_bi FROM messaging_outbox") == [(index,)]


def test_nothing_more_is_said_when_it_was_collected(clinic: UUID, work: Callable[..., int]) -> None:
    tell(clinic, PrescriptionReady(business_time.now()))
    work()
    assert become(clinic, "collected") == 1
    assert become(clinic, "collected") == 0
    work(30 * DAY)
    assert len(wordings(clinic)) == 1


def test_doses_are_reminded_of_at_the_hours_chosen_until_the_patient_stops(
    clinic: UUID, work: Callable[..., int]
) -> None:
    first = today() + 2 * DAY
    course = MedicationCourse(first, (Stage(2, (time(7), time(21))), Stage(1, (time(7),))), "Amoxicillin")
    tell(clinic, course)
    assert work() == 0
    start = datetime.combine(first, time(7), LONDON)
    work(start - business_time.now())
    assert len(wordings(clinic)) == 1
    assert "Amoxicillin" not in wordings(clinic)[0]
    assert hear(clinic, "1") == "noted"
    assert len(wordings(clinic)) == 1, "a dose taken needs no answer"
    work(14 * HOUR)
    assert len(wordings(clinic)) == 2
    assert hear(clinic, "3") == "noted"
    assert "have stopped" in wordings(clinic)[-1]
    assert tasks() == [("call", "medication_stop")]
    work(5 * DAY)
    assert len(wordings(clinic)) == 3
    assert the_event(clinic).state == "paused"


def test_who_takes_it_later_is_reminded_again_while_that_is_of_use(clinic: UUID, work: Callable[..., int]) -> None:
    first = today() + 2 * DAY
    tell(clinic, MedicationCourse(first, (Stage(2, (time(7), time(21))),)))
    work(datetime.combine(first, time(7), LONDON) - business_time.now())
    assert hear(clinic, "2") == "noted"
    work(29 * timedelta(minutes=1))
    assert len(wordings(clinic)) == 1
    work(timedelta(minutes=1))
    assert len(wordings(clinic)) == 2 and wordings(clinic)[0] == wordings(clinic)[1]
    factories.advance(timedelta(minutes=10))
    assert hear(clinic, "2") == "noted"
    work(HOUR)
    assert len(wordings(clinic)) == 2, "more than an hour behind its time: taking it then may be worse than not at all"
    work(datetime.combine(first, time(21), LONDON) - business_time.now())
    assert len(wordings(clinic)) == 3, "the next one comes at its hour"
    assert hear(clinic, "1") == "noted"
    work(HOUR)
    assert len(wordings(clinic)) == 3


@pytest.mark.parametrize(
    "said",
    [
        "done",
        "Taken it, thanks",
        "ok, taken 👍",
        "yes done",
        "c'est fait",
        "Oui, c'est fait",
        "Sudah.",
        "já tomei",
        "one",
        "1",
    ],
)
def test_who_says_that_a_dose_is_taken_needs_no_person(clinic: UUID, work: Callable[..., int], said: str) -> None:
    first = today() + 2 * DAY
    tell(clinic, MedicationCourse(first, (Stage(2, (time(7), time(21))),)))
    work(datetime.combine(first, time(7), LONDON) - business_time.now())
    assert hear(clinic, said) == "noted"
    assert the_event(clinic).answer == "taken" and len(wordings(clinic)) == 1 and tasks() == []


@pytest.mark.parametrize("said", ["ok", "OK 👍", "yes", "👍", "d'accord", "baik", "tak", "fine, thanks"])
def test_who_only_says_ok_has_read_it_and_is_not_said_to_have_taken_it(
    clinic: UUID, work: Callable[..., int], said: str
) -> None:
    first = today() + 2 * DAY
    tell(clinic, MedicationCourse(first, (Stage(2, (time(7), time(21))),)))
    work(datetime.combine(first, time(7), LONDON) - business_time.now())
    assert hear(clinic, said) == "noted"
    assert the_event(clinic).answer == "seen" and len(wordings(clinic)) == 1 and tasks() == [], "it needs no person"
    assert hear(clinic, "done") == "noted" and the_event(clinic).answer == "taken", "who takes it then says so"
    assert hear(clinic, "ok thanks") == "noted" and the_event(clinic).answer == "taken", "that takes nothing back"
    work(datetime.combine(first, time(21), LONDON) - business_time.now())
    assert hear(clinic, said) == "noted" and the_event(clinic).answer == "seen", "of the next dose it says nothing"
    with clinic_scope(clinic):
        answers = [row.answer for row in Change.objects.filter(clinic_id=clinic).order_by("at", "id") if row.answer]
    assert answers == ["seen", "taken", "seen"]


@pytest.mark.parametrize(
    "said", ["later please", "not yet", "plus tard", "Straks!", "jeszcze nie", "nanti", "ainda não"]
)
def test_who_says_later_in_words_is_reminded_again(clinic: UUID, work: Callable[..., int], said: str) -> None:
    first = today() + 2 * DAY
    tell(clinic, MedicationCourse(first, (Stage(2, (time(7), time(21))),)))
    work(datetime.combine(first, time(7), LONDON) - business_time.now())
    assert hear(clinic, said) == "noted"
    work(HOUR / 2)
    assert len(wordings(clinic)) == 2 and tasks() == []


@pytest.mark.parametrize("said", ["done?", "I have not taken it, it makes me sick", "no"])
def test_what_is_no_answer_to_a_dose_waits_for_a_person(clinic: UUID, work: Callable[..., int], said: str) -> None:
    first = today() + 2 * DAY
    tell(clinic, MedicationCourse(first, (Stage(2, (time(7), time(21))),)))
    work(datetime.combine(first, time(7), LONDON) - business_time.now())
    assert hear(clinic, said) != "noted"
    assert the_event(clinic).answer == ""


def test_answer_to_a_dose_counts_until_the_next_day(clinic: UUID, work: Callable[..., int]) -> None:
    first = today() + 2 * DAY
    tell(clinic, MedicationCourse(first, (Stage(3, (time(8), time(12))),)))

    def wait_until(day: date, hour: int) -> None:
        work(datetime.combine(day, time(hour), LONDON) - business_time.now())

    for hour in (8, 12, 23):
        wait_until(first, hour)
    assert hear(clinic, "1") == "noted", "in the evening, of two reminders that stand open"
    for hour in (8, 12, 21):
        wait_until(first + DAY, hour)
    assert hear(clinic, "3") == "noted"
    assert "have stopped" in wordings(clinic)[-1] and tasks() == [("call", "medication_stop")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            lambda now: HoursChange(now.date() + 5 * DAY, time(9), time(13)),
            lambda now: HoursChange(now.date() + 5 * DAY, time(10), time(14)),
        ),
        (
            lambda now: HoursChange(now.date() + 5 * DAY, time(9), time(13)),
            lambda now: HoursChange(now.date() + 5 * DAY),
        ),
        (lambda now: Delay(now + 3 * HOUR, 30), lambda now: Delay(now + 3 * HOUR, 90)),
        (
            lambda now: VideoVisit(now + 5 * DAY, "https://hsc.example/1"),
            lambda now: VideoVisit(now + 5 * DAY, "https://hsc.example/2"),
        ),
    ],
)
def test_other_words_about_the_same_moment_are_told_again(
    clinic: UUID, work: Callable[..., int], before: Callable[[datetime], Detail], after: Callable[[datetime], Detail]
) -> None:
    now = business_time.now()
    tell(clinic, before(now))
    work()
    tell(clinic, after(now))
    work()
    first, second = wordings(clinic)
    assert first != second
    assert tell(clinic, after(now)).unchanged == 1
    work()
    assert len(wordings(clinic)) == 2


def test_doses_go_on_when_the_course_is_taken_up_again(clinic: UUID, work: Callable[..., int]) -> None:
    first = today() + 2 * DAY
    tell(clinic, MedicationCourse(first, (Stage(3, (time(12),)),)))
    become(clinic, "paused")
    work(datetime.combine(first, time(13), LONDON) - business_time.now())
    assert wordings(clinic) == []
    become(clinic, "running")
    work(DAY - HOUR)
    work(DAY)
    assert len(wordings(clinic)) == 2


@pytest.mark.parametrize(("answer", "state", "said"), [("1", "asked", "prepare"), ("2", "declined", "noted")])
def test_refill_is_asked_about_a_week_before(
    clinic: UUID, work: Callable[..., int], answer: str, state: str, said: str
) -> None:
    tell(clinic, RefillDue(today() + 20 * DAY, "Metformin"))
    work(12 * DAY)
    assert wordings(clinic) == []
    work(2 * DAY)
    assert hear(clinic, answer) == "noted"
    assert said in wordings(clinic)[-1]
    assert the_event(clinic).state == state
    assert tasks() == ([("refill", "refill_order")] if answer == "1" else [])


def test_result_that_a_person_tells_asks_for_a_call_and_nothing_else(clinic: UUID, work: Callable[..., int]) -> None:
    tell(clinic, ResultReady(business_time.now(), needs_call=True, reference="ST-1"))
    work()
    assert len(wordings(clinic)) == 1
    assert "would like to talk to you. Reply 1 and we call you" in wordings(clinic)[0]
    assert "result" not in wordings(clinic)[0]
    work(3 * DAY + HOUR)
    assert tasks() == [("call", "result")]
    assert len(wordings(clinic)) == 1


def test_result_told_at_a_time_of_their_choice_leads_there_and_asks_nothing(
    clinic: UUID, work: Callable[..., int]
) -> None:
    tell(clinic, ResultReady(business_time.now(), needs_call=True, book_url="https://book.example/1"))
    work()
    (told,) = wordings(clinic)
    assert "Choose a time: https://book.example/1" in told and "Reply" not in told
    assert sql("SELECT count(*) FROM conversations_question") == [(0,)]
    work(3 * DAY + HOUR)
    assert tasks() == [("call", "result")]
    assert len(wordings(clinic)) == 1


def test_text_of_a_step_offers_answers_when_the_step_asks_and_only_then() -> None:
    """Published versions of a clinic's own hold `result_call` as a notice: no question opens behind it."""
    for plan in PLANS:
        told = [placed.step.does for placed in plan.placed if isinstance(placed.step.does, Text)]
        assert {text.template: text.kind is Kind.QUESTION for text in told} == {
            text.template: text.template in QUESTIONS for text in told
        }
    assert "result_call" in WORDINGS and "result_call" not in QUESTIONS
    assert "Reply" not in WORDINGS["result_call"]["en"]


def test_result_that_nobody_fetches_is_told_again_and_then_is_for_a_person(
    clinic: UUID, work: Callable[..., int]
) -> None:
    tell(clinic, ResultReady(business_time.now()))
    for _ in range(9):
        work(DAY)
    assert len(wordings(clinic)) == 2
    assert tasks() == [("unopened", "result")]


def test_invoice_that_was_paid_is_never_late(clinic: UUID, work: Callable[..., int]) -> None:
    tell(clinic, InvoiceDue(today() + 10 * DAY, 4_500, "GBP", "https://pay.example/1"))
    work()
    assert "45" not in wordings(clinic)[0]
    work(9 * DAY)
    assert len(wordings(clinic)) == 2
    become(clinic, "paid")
    work(20 * DAY)
    assert len(wordings(clinic)) == 2


def test_late_invoice_and_refused_payment_are_told_kindly(clinic: UUID, work: Callable[..., int]) -> None:
    tell(clinic, InvoiceDue(today() + DAY))
    work()
    become(clinic, "refused")
    work()
    assert "did not go through" in wordings(clinic)[-1]
    become(clinic, "due")
    work(6 * DAY)
    work(DAY / 2)  # at whatever hour of the day this runs, the text is due, and not a day late
    assert "not reached us yet" in wordings(clinic)[-1]


def test_cover_renewal_is_told_a_month_and_a_week_before(clinic: UUID, work: Callable[..., int]) -> None:
    tell(clinic, CoverRenewal(today() + 40 * DAY, "Example Health", "https://example.org/c"))
    for days in (9, 2, 22, 2, 10):
        work(days * DAY)
    assert len(wordings(clinic)) == 2


def test_delay_is_told_at_once_and_again_when_it_grows(clinic: UUID, work: Callable[..., int]) -> None:
    now = business_time.now()
    tell(clinic, Delay(now + HOUR, 30, "room 4"))
    work()
    assert "about 30 minutes late at room 4" in wordings(clinic)[0]
    tell(clinic, Delay(now + 2 * HOUR, 60, "room 4"))
    work()
    assert "about 1 hour late" in wordings(clinic)[-1]
    assert len(wordings(clinic)) == 2


@pytest.mark.parametrize(
    "says",
    [lambda clinic, detail: become(clinic, "on_time"), lambda clinic, detail: tell(clinic, detail, state="on_time")],
)
def test_who_was_told_of_a_delay_hears_that_it_is_on_time_after_all(
    clinic: UUID, work: Callable[..., int], says: Callable[[UUID, Detail], object]
) -> None:
    delay = Delay(business_time.now() + HOUR, 30, "room 4")
    tell(clinic, delay)
    work()
    sql("DELETE FROM messaging_outbox")
    says(clinic, delay)
    work()
    assert the_event(clinic).state == "on_time"
    assert wordings(clinic)[1:] == [wordings(clinic)[-1]] and "on time after all at room 4." in wordings(clinic)[-1]


@pytest.mark.parametrize(
    "says",
    [lambda clinic, detail: become(clinic, "on_time"), lambda clinic, detail: tell(clinic, detail, state="on_time")],
)
def test_a_delay_that_no_text_has_told_is_over_once_it_is_on_time(
    clinic: UUID, work: Callable[..., int], says: Callable[[UUID, Detail], object]
) -> None:
    delay = Delay(business_time.now() + HOUR, 30, "room 4")
    tell(clinic, delay)
    work()
    says(clinic, delay)
    work()
    assert the_event(clinic).state == "over" and not factories.queued() and len(wordings(clinic)) == 1


def test_nobody_hears_of_a_delay_that_was_on_time_from_the_first(clinic: UUID, work: Callable[..., int]) -> None:
    tell(clinic, Delay(business_time.now() + HOUR, 30), state="on_time")
    work()
    assert the_event(clinic).state == "over" and not wordings(clinic)


def test_on_time_is_not_told_once_the_told_time_has_passed(clinic: UUID, work: Callable[..., int]) -> None:
    tell(clinic, Delay(business_time.now() + HOUR, 30))
    work()
    sql("DELETE FROM messaging_outbox")
    factories.advance(2 * HOUR)
    become(clinic, "on_time")
    work()
    assert len(wordings(clinic)) == 1


@pytest.mark.parametrize("url", ["", "https://book.example/1"])
def test_recall_asks_by_phone_or_by_link_and_ends_with_a_person(
    clinic: UUID, work: Callable[..., int], url: str
) -> None:
    tell(clinic, Recall(today() + DAY, url))
    for days in (0, 13, 1, 29, 1, 20):
        work(days * DAY + HOUR)
    assert len(wordings(clinic)) == 2
    assert all(("https" in text) is bool(url) for text in wordings(clinic))
    assert tasks() == [("call", "recall")]


def test_vaccination_is_reserved_and_a_yes_is_called_back(clinic: UUID, work: Callable[..., int]) -> None:
    tell(clinic, Vaccination(today() + 3 * DAY, today() + 60 * DAY))
    assert work() == 0
    work(4 * DAY)
    assert "reserved for you" in wordings(clinic)[0]
    assert hear(clinic, "1") == "noted"
    work(10 * DAY)
    assert len(wordings(clinic)) == 2
    assert tasks() == [("call", "vaccination_call_me")]


def test_document_is_told_reminded_of_and_then_for_a_person(clinic: UUID, work: Callable[..., int]) -> None:
    tell(clinic, DocumentToRead(business_time.now(), "Letter"))
    for _ in range(9):
        work(DAY)
    assert len(wordings(clinic)) == 2
    assert tasks() == [("unopened", "document")]


def test_question_asks_to_phone_where_no_answer_would_reach_us(database: None, work: Callable[..., int]) -> None:
    clinic = factories.make_furnished(number="QuayClinic").id
    tell(clinic, Recall(today() + DAY))
    work()
    assert wordings(clinic) == [
        "Harbour Street Clinic: Eleanor, it is time to book your next check. Please call us on 020 7946 0100."
    ]


# ---------------------------------------------------------------- what sources say


def test_same_word_twice_changes_nothing_and_tells_nobody_twice(clinic: UUID, work: Callable[..., int]) -> None:
    detail = PrescriptionReady(business_time.now(), "Quay Pharmacy")
    assert tell(clinic, detail).new == 1
    work()
    again = tell(clinic, detail)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 1)
    work()
    assert len(wordings(clinic)) == 1


def test_source_that_says_what_became_of_it_ends_the_journey(clinic: UUID, work: Callable[..., int]) -> None:
    detail = PrescriptionReady(business_time.now())
    tell(clinic, detail)
    assert tell(clinic, detail, state="withdrawn").changed == 1
    work(9 * DAY)
    assert wordings(clinic) == []


def test_wrong_event_is_refused_and_the_others_are_taken(clinic: UUID) -> None:
    good = CareEvent("E-1", person(), Recall(today() + DAY))
    bad = CareEvent("E-2", person(), Recall(today() + DAY, "javascript:alert(1)"))
    state = CareEvent("E-3", person(), Recall(today() + DAY), "collected")
    outcome = actions.record_events(clinic_id=clinic, source="lab", events=[good, bad, state], by=SYSTEM)
    assert (outcome.new, outcome.refused) == (1, {1: Fault("bad_url", "book_url"), 2: Fault("bad_state", "state")})
    assert outcome.kept == {0: (the_event(clinic).id, Came.NEW)}


def test_person_without_a_phone_stops_nobody_else(clinic: UUID, work: Callable[..., int]) -> None:
    events = [
        CareEvent("E-1", person(phone=None), PrescriptionReady(business_time.now())),
        CareEvent("E-2", person(322), PrescriptionReady(business_time.now())),
    ]
    assert actions.record_events(clinic_id=clinic, source="lab", events=events, by=SYSTEM).without_phone == 1
    work()
    assert len(wordings(clinic)) == 1


def test_quiet_record_tells_nobody_at_once(clinic: UUID, work: Callable[..., int]) -> None:
    tell(clinic, Delay(business_time.now() + HOUR, 20), tells=False)
    work()
    assert wordings(clinic) == []


def test_unknown_event_or_state_is_refused(clinic: UUID) -> None:
    tell(clinic, Recall(today() + DAY))
    with pytest.raises(BadState):
        become(clinic, "collected")
    with clinic_scope(clinic), pytest.raises(NoSuchEvent):
        actions.set_state(clinic_id=clinic, event_ids=[UUID(int=1)], state="booked", by=SYSTEM)
    with clinic_scope(clinic), pytest.raises(NoSuchEvent):
        queries.event(clinic, UUID(int=1))


def test_answer_comes_too_late_when_the_event_is_over(clinic: UUID, work: Callable[..., int]) -> None:
    tell(clinic, Recall(today() + DAY))
    work()
    become(clinic, "booked")
    assert hear(clinic, "1") == "too_late"
    assert "settled already" in wordings(clinic)[-1]


def test_video_visit_is_told_with_its_link_the_day_before_and_just_before(
    clinic: UUID, work: Callable[..., int]
) -> None:
    starts = (business_time.now() + 5 * DAY).replace(minute=30, second=0, microsecond=0)
    tell(clinic, VideoVisit(starts, "https://meet.example/k7Qd"))
    work()
    assert "your video visit is" in wordings(clinic)[0]
    assert "https://meet.example/k7Qd" in wordings(clinic)[0]
    work(starts - DAY - business_time.now())
    assert len(wordings(clinic)) == 2
    work(DAY - timedelta(minutes=15))
    assert "Join: https://meet.example/k7Qd" in wordings(clinic)[2]
    work(2 * DAY)
    assert len(wordings(clinic)) == 3


def test_video_visit_that_is_off_is_told_so(clinic: UUID, work: Callable[..., int]) -> None:
    tell(clinic, VideoVisit(business_time.now() + 5 * DAY, "https://meet.example/k7Qd"))
    work()
    become(clinic, "cancelled")
    work()
    work(10 * DAY)
    assert len(wordings(clinic)) == 2
    assert "can't take place" in wordings(clinic)[1]


def test_pages_to_read_come_one_by_one_until_the_patient_stops_them(clinic: UUID, work: Callable[..., int]) -> None:
    pages = tuple(f"https://hsc.example/p{number}" for number in (1, 2, 3))
    tell(clinic, EducationSeries(today() + DAY, 7, pages))
    assert work() == 0
    work(datetime.combine(today() + DAY, time(9), LONDON) - business_time.now())
    assert "https://hsc.example/p1" in wordings(clinic)[0]
    assert hear(clinic, "1") == "noted"
    work(7 * DAY)
    assert len(wordings(clinic)) == 2, "an answer that it helps needs no answer"
    assert "https://hsc.example/p2" in wordings(clinic)[1]
    assert hear(clinic, "2") == "noted"
    work(30 * DAY)
    assert len(wordings(clinic)) == 3
    assert "we have noted it" in wordings(clinic)[2]
    assert the_event(clinic).state == "ended"


def test_first_page_goes_at_once_when_a_series_begins_today_in_the_afternoon(
    clinic: UUID, work: Callable[..., int]
) -> None:
    work(datetime.combine(today() + DAY, time(15), LONDON) - business_time.now())
    tell(clinic, EducationSeries(today(), 7, ("https://hsc.example/p1", "https://hsc.example/p2")))
    work()
    assert "https://hsc.example/p1" in wordings(clinic)[0]
    work(7 * DAY)
    assert "https://hsc.example/p2" in wordings(clinic)[1]


def test_pages_to_read_wait_for_the_allowed_hours_since_nobody_chose_their_hour(
    database: None, work: Callable[..., int]
) -> None:
    clinic = factories.make_furnished(quiet_hours=QuietHours(time(10), time(18))).id
    tell(clinic, EducationSeries(today() + DAY, 7, ("https://hsc.example/p1",)))
    work(datetime.combine(today() + DAY, time(9, 30), LONDON) - business_time.now())
    assert wordings(clinic) == []
    work(HOUR)
    assert len(wordings(clinic)) == 1


def test_portal_link_is_sent_twice_at_most(clinic: UUID, work: Callable[..., int]) -> None:
    tell(clinic, PortalLink(business_time.now(), "https://portal.example/e"))
    work()
    work(3 * DAY)
    work(30 * DAY)
    assert ["https://portal.example/e" in text for text in wordings(clinic)] == [True, True]


def test_other_hours_and_closed_days_are_told_in_their_own_words(clinic: UUID, work: Callable[..., int]) -> None:
    tell(clinic, HoursChange(today() + 3 * DAY, time(9), time(13)))
    tell(clinic, HoursChange(today() + 4 * DAY), "E-2")
    work()
    assert ": 09:00-13:00. If your visit has to move, we tell you." in wordings(clinic)[0]
    assert "we are closed on" in wordings(clinic)[1]
    work(10 * DAY)
    assert len(wordings(clinic)) == 2


def test_what_it_holds_is_sealed(clinic: UUID) -> None:
    tell(clinic, MedicationCourse(today(), (Stage(1, (time(23, 59),)),), "Amoxicillin"))
    assert the_event(clinic).detail == MedicationCourse(today(), (Stage(1, (time(23, 59),)),), "Amoxicillin")
    assert b"Amoxicillin" not in bytes(sql("SELECT detail_ct FROM care_events_event")[0][0])


# ---------------------------------------------------------------- tables that must agree


def test_every_kind_has_its_event_journey_texts_and_wiring() -> None:
    asked_about = {EventKind.VISIT_FINISHED}  # by the journey of the survey
    assert (
        set(EventKind) == set(kinds.KIND_OF.values()) == {plan.event.key for plan in PLANS} | asked_about == set(KINDS)
    )
    assert set(EventKind) == EVENTS.keys() - {"appointment", "survey"} == set(wiring.CARE_EVENTS)
    for plan in PLANS:
        assert faults(plan, WORDINGS.keys()) == [], plan.key


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.key)
def test_every_text_of_a_journey_has_a_sample_for_the_editor(plan: Plan, clinic: UUID) -> None:
    templates = {placed.step.does.template for placed in plan.placed if isinstance(placed.step.does, Text)}
    with clinic_scope(clinic):
        found = steps.samples(clinic, plan.event.key, templates)
    assert found.keys() == templates
    assert all("{" not in one.text for languages in found.values() for one in languages.values())


def test_every_answer_that_a_journey_offers_has_an_effect() -> None:
    offered = {
        (EventKind(plan.event.key), answer)
        for plan in PLANS
        for placed in plan.placed
        if isinstance(placed.step.does, Text)
        for answer in placed.step.does.answers
    }
    assert offered == EFFECTS.keys()


DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
STAGES = st.lists(
    st.builds(Stage, st.integers(1, 5), st.lists(CLOCKS, min_size=1, max_size=4, unique=True).map(tuple)),
    min_size=1,
    max_size=3,
)
DETAILS: st.SearchStrategy[Detail] = st.one_of(
    st.builds(PrescriptionReady, MOMENTS, st.text(max_size=10), st.none() | DAYS),
    st.builds(MedicationCourse, DAYS, STAGES.map(tuple), st.text(max_size=10)),
    st.builds(ResultReady, MOMENTS, st.booleans(), st.text(max_size=10)),
    st.builds(InvoiceDue, DAYS, st.integers(0, 10**6), st.just("EUR"), st.just("https://pay.example/1")),
    st.builds(Delay, MOMENTS, st.integers(1, 600)),
    st.builds(Vaccination, DAYS, st.none() | DAYS),
    st.builds(VideoVisit, MOMENTS, st.just("https://meet.example/1")),
    st.builds(FormToFill, MOMENTS, st.just("https://forms.example/1")),
    st.builds(PortalLink, MOMENTS, st.just("https://portal.example")),
    st.builds(EducationSeries, DAYS, st.integers(1, 30), st.lists(st.just("https://a.example"), max_size=4).map(tuple)),
    st.builds(HoursChange, DAYS, st.none() | CLOCKS, st.none() | CLOCKS),
)


@given(DETAILS)
def test_event_is_the_same_when_it_comes_back_from_json(detail: Detail) -> None:
    assert kinds.from_json(kinds.KIND_OF[type(detail)], kinds.to_json(detail)) == detail


@given(DAYS, STAGES, st.sampled_from(["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Jakarta"]))
def test_doses_are_at_the_wall_clock_and_in_order_whatever_the_clocks_do(
    first: date, stages: list[Stage], zone: str
) -> None:
    course = MedicationCourse(first, tuple(stages))
    times = kinds.times_of(course, zone)
    assert len(times) == sum(stage.days * len(stage.times) for stage in stages)
    assert sorted(times) == list(times)
    assert kinds.start_of(course, zone) == times[0]


@pytest.mark.parametrize(
    ("kind", "held", "words"),
    [
        (EventKind.RECALL, {}, "due_on: This field is needed."),
        (EventKind.RECALL, {"due_on": "tomorrow"}, "due_on: Give a day"),
        (EventKind.RECALL, {"due_on": "2026-11-24", "why": "x"}, "Leave out what isn't one of: due_on, book_url."),
        (EventKind.RESULT, {"ready_at": "2026-11-24T10:00"}, "ready_at: Give a time with its zone"),
        (EventKind.RESULT, {"ready_at": "2026-11-24T10:00Z", "needs_call": "yes"}, "needs_call: Give true or false"),
        (EventKind.EDUCATION, {"first_day": "2026-11-24", "every_days": 7, "pages": "x"}, "pages: Give a list of addr"),
        (EventKind.HOURS, {"on": "2026-11-24", "opens": "nine"}, "opens: Give an hour, as 08:30"),
        (EventKind.DELAY, {"expected_at": "2026-11-24T10:00Z", "minutes": True}, "minutes: Give a whole number"),
        (EventKind.MEDICATION, {"first_day": "2026-11-24", "stages": [{}]}, "stages: Give a list of stages"),
    ],
)
def test_wrong_field_is_named_when_an_event_is_read(kind: EventKind, held: dict[str, Any], words: str) -> None:
    with pytest.raises(BadField, match=words):
        kinds.from_json(kind, held)


@pytest.mark.parametrize(
    ("detail", "fault"),
    [
        (MedicationCourse(date(2026, 11, 24), ()), "no_stage"),
        (EducationSeries(date(2026, 11, 24), 7, ()), "no_page"),
        (EducationSeries(date(2026, 11, 24), 0, ("https://a.example",)), "bad_pace"),
        (EducationSeries(date(2026, 11, 24), 7, ("http://a.example",)), "bad_url"),
        (VideoVisit(datetime(2026, 11, 24, tzinfo=UTC), ""), "bad_url"),
        (InvoiceDue(date(2026, 11, 24), 4500, "pounds"), "bad_currency"),
        (HoursChange(date(2026, 11, 24), time(9)), "bad_hours"),
        (HoursChange(date(2026, 11, 24), time(13), time(9)), "bad_hours"),
        (MedicationCourse(date(2026, 11, 24), (Stage(0, (time(8),)),)), "bad_days"),
        (MedicationCourse(date(2026, 11, 24), (Stage(400, (time(8),)),)), "too_long"),
        (MedicationCourse(date(2026, 11, 24), (Stage(1, tuple(time(n) for n in range(9))),)), "too_often"),
        (MedicationCourse(date(2026, 11, 24), (Stage(1, (time(8), time(8))),)), "same_time"),
        (Delay(datetime(2026, 11, 24, tzinfo=UTC), 0), "bad_minutes"),
        (InvoiceDue(date(2026, 11, 24), pay_url="http://pay.example"), "bad_url"),
        (Vaccination(date(2026, 11, 24), date(2026, 11, 1)), "ends_first"),
        (DocumentToRead(datetime(2026, 11, 24, tzinfo=UTC), "x" * 121), "too_long_text"),
        (DocumentToRead(datetime(2026, 11, 24, tzinfo=UTC), "two\nlines"), "unseen"),
        (Recall(date(2025, 11, 1)), "past"),
        (Recall(date(1, 1, 1)), "past"),
        (Recall(date(2032, 1, 1)), "far"),
        (DocumentToRead(datetime(9999, 12, 31, 23, tzinfo=timezone(-HOUR))), "far"),
        (Recall(date(2026, 12, 1)), None),
    ],
)
def test_event_that_cannot_be_is_refused(detail: Detail, fault: str | None) -> None:
    found = kinds.fault_of(detail, datetime(2026, 11, 24, tzinfo=UTC), "Europe/London")
    assert (found and found.key) == fault
    assert found is None or (found.key in kinds.FAULTS and hasattr(detail, found.field))
