"""What is said to be sent is what is sent: foretold, then played by the worker; and looking ahead writes nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import InternalError, connection

from recado.appointments.types import BookingStatus
from recado.care_events import actions as care
from recado.care_events.types import CareEvent, Vaccination
from recado.clinics.types import QuietHours
from recado.consent.types import Purpose
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR, SYSTEM
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.journeys import actions, foresight, worker
from recado.journeys.plans import APPOINTMENT
from recado.journeys.queries import Coming, foresee, looking, written
from recado.journeys.types import At, HoldOut, Moment, Plan, PlanStep
from recado.journeys.writing import to_json
from tests import factories
from tests.factories import DAY, booking, person, record, release, sql

pytestmark = pytest.mark.usefixtures("database")
HOUR = timedelta(hours=1)


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished(quiet_hours=QuietHours(time(9), time(18))).id


@pytest.fixture
def work(database: None) -> Callable[[datetime], None]:
    """Does all that is due now, and up to a moment at each full and half hour: so also when the clinic's hours for texts begin,
    right before a visit then, and before they end."""

    def do(until: datetime) -> None:
        with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
            while worker.run_due(maintenance):
                pass
            while business_time.now() < until:
                now = business_time.now()
                business_time.advance_to(
                    min(until, now + HOUR / 2 - (now - datetime.min.replace(tzinfo=UTC)) % (HOUR / 2))
                )
                while worker.run_due(maintenance):
                    pass

    return do


def ahead(clinic_id: UUID, days: int = 7) -> list[Coming]:
    now = business_time.now()
    with looking(clinic_id):
        return list(foresee(clinic_id, now, now + days * DAY).coming)


def kinds(coming: list[Coming]) -> list[tuple[str, str, str]]:
    return sorted((one.step, one.outcome, one.rule) for one in coming)


def test_what_is_foreseen_is_what_is_sent_when_the_week_is_over(clinic: UUID, work: Callable[..., None]) -> None:
    record(
        clinic,
        *(booking(f"A-{n}", person(n), ahead=n * DAY / 2 + HOUR) for n in range(1, 14)),
        booking("B-1", person(40, phone=None), ahead=4 * DAY),
        booking("B-2", person(41), ahead=5 * DAY),
    )
    factories.stop(clinic, 41)
    release(clinic)
    start = business_time.now()
    foretold = ahead(clinic)
    work(start + 7 * DAY)
    came = sql(
        "SELECT s.step, m.patient_id, CASE WHEN s.outcome = 'refused' THEN 'never' ELSE 'goes' END, s.reason"
        " FROM journeys_step s JOIN messaging_message m ON m.id = s.message_id WHERE s.clinic_id = %s",
        (clinic,),
    )
    said = {(c.step, c.patient_id, "goes" if c.goes else c.outcome, c.rule) for c in foretold}
    assert {row[:3] for row in came} == {one[:3] for one in said}
    assert {row for row in came if row[2] == "never"} == {one for one in said if one[2] == "never"}
    assert len(came) == len(foretold) > 20
    assert {"no_phone", "withdrawn", "care"} <= {row[3] for row in came}


def test_looking_ahead_writes_nothing_when_texts_with_links_are_composed(clinic: UUID) -> None:
    record(clinic, booking(ahead=4 * DAY))
    release(clinic)
    before = sql("SELECT count(*) FROM messaging_link"), sql("SELECT count(*) FROM messaging_message")
    now = business_time.now()
    with looking(clinic):
        coming = foresee(clinic, now, now + 5 * DAY).coming
        words = written(clinic, coming)
    assert [one.step for one in coming] == ["booked", "question", "second_question"]
    assert "is booked for" in words[0].text and "/r/xxxx" in words[0].text  # type: ignore[union-attr]
    assert words[1].cost.parts == 1 and words[1].cost.price is None  # type: ignore[union-attr]
    assert before == (sql("SELECT count(*) FROM messaging_link"), sql("SELECT count(*) FROM messaging_message"))


def test_step_without_what_its_words_need_is_told_and_the_others_keep_their_words(clinic: UUID) -> None:
    """A clinic with no page to book at: the plan leaves out the text with a link, which can't be written either."""
    record(clinic, booking(ahead=4 * DAY))
    today = business_time.now().date()
    told = CareEvent("V-1", person(456), Vaccination(today + DAY, today + 60 * DAY))
    care.record_events(clinic_id=clinic, source="lab", events=[told], by=SYSTEM)
    now = business_time.now()
    with looking(clinic):
        coming = [one for one in foresee(clinic, now, now + 5 * DAY).coming if one.template]
        words = written(clinic, coming)
    unsaid = {one.template for one, said in zip(coming, words, strict=True) if said is None}
    assert unsaid == {"vaccination_link"} and {one.kind for one in coming} == {"appointment", "vaccination"}


def test_looking_ahead_refuses_to_write_and_to_stand_in_somebody_elses_transaction(clinic: UUID) -> None:
    with pytest.raises(InternalError), looking(clinic), connection.cursor() as cursor:
        cursor.execute("UPDATE journeys_run SET plan = 'other'")
    with clinic_scope(clinic), pytest.raises(RuntimeError), looking(clinic):
        pass


def test_texts_that_wait_for_a_word_or_for_a_paused_journey_are_told_as_held(clinic: UUID) -> None:
    record(clinic, booking("A-1", person(1), ahead=10 * DAY))
    assert {(c.step, c.rule) for c in ahead(clinic, 1)} == {("booked", "word")}
    release(clinic)
    with clinic_scope(clinic):
        actions.begin(clinic_id=clinic, key="appointment", name="Visits", plan=APPOINTMENT, by=OPERATOR)
        actions.pause(clinic_id=clinic, key="appointment", by=OPERATOR)
    assert {(c.outcome, c.rule) for c in ahead(clinic, 10)} == {("held", "paused")}


def test_what_a_cancelled_visit_takes_back_is_not_foreseen(clinic: UUID) -> None:
    record(clinic, booking(ahead=4 * DAY))
    release(clinic)
    assert "question" in {c.step for c in ahead(clinic)}
    record(clinic, booking(ahead=4 * DAY, status=BookingStatus.CANCELLED))
    release(clinic)
    assert {c.step for c in ahead(clinic)} == {"cancelled"}


def test_people_of_the_comparison_group_are_named_with_the_text_that_they_do_not_get(clinic: UUID) -> None:
    plan = Plan("appointment", 1, APPOINTMENT.event, (_hold_out(), *APPOINTMENT.steps))
    with clinic_scope(clinic):
        actions.begin(clinic_id=clinic, key="appointment", name="Visits", plan=plan, by=OPERATOR)
        actions.save_draft(clinic_id=clinic, key="appointment", draft=to_json(plan), by=OPERATOR)
        actions.publish(clinic_id=clinic, key="appointment", by=OPERATOR, moves_people=False)
    record(clinic, *(booking(f"A-{n}", person(n), ahead=4 * DAY) for n in range(1, 13)))
    release(clinic)
    outcomes: dict[Any, set[tuple[str, str]]] = {}
    for one in ahead(clinic):
        if one.step == "question":
            outcomes.setdefault(one.patient_id, set()).add((one.outcome, one.rule))
    assert len(outcomes) == 12
    said = [next(iter(each)) for each in outcomes.values()]
    assert {("never", "held_out")} < set(said)


def _hold_out() -> PlanStep:
    return PlanStep("compared", Moment(At.ON, state="booked"), HoldOut(50))


def test_text_that_waits_in_the_queue_is_foreseen_with_its_words(clinic: UUID) -> None:
    at = business_time.now().replace(hour=12, minute=0) + 2 * DAY
    patient = factories.make_patient(clinic, 7)
    factories.send(clinic, factories.intent(7, "Bring your card.", not_before=at, patient_id=patient))
    with looking(clinic):
        coming = foresee(clinic, business_time.now(), at + DAY).coming
        words = written(clinic, coming)
    assert [(one.purpose, one.at) for one in coming] == [(Purpose.CARE, at)]
    assert words[0] is not None and words[0].text == "Bring your card."


def test_beyond_the_most_the_soonest_are_told_and_that_there_is_more(clinic: UUID) -> None:
    record(clinic, *(booking(f"A-{n}", person(n), ahead=(3 + n) * DAY) for n in range(1, 8)))
    release(clinic)
    now = business_time.now()
    with looking(clinic):
        found = foresight.foresee(clinic, now, now + 30 * DAY, most=4)
    assert found.is_cut and len({one.anchor_id for one in found.coming}) == 4
    assert list(found.coming) == sorted(found.coming, key=lambda one: one.at)


def test_all_parts_together_are_the_whole_and_nobody_is_in_two(clinic: UUID) -> None:
    record(clinic, *(booking(f"A-{n}", person(n), ahead=(3 + n) * DAY) for n in range(1, 8)))
    release(clinic)
    now = business_time.now()
    end = now + 30 * DAY
    with looking(clinic):
        whole = foresight.foresee(clinic, now, end)
        parts, place, is_more = [], None, True
        while is_more:
            part = foresight.foresee(clinic, now, end, most=3, after=place)
            parts.append(part.coming)
            place, is_more = part.next, part.is_cut
            assert place is None or foresight.Place.read(place.code) == place
        planned = foresight.planned(clinic, now, end)
    assert not whole.is_cut and len(parts) == 3
    which = [[(str(one.anchor_id), one.step) for one in coming] for coming in (whole.coming, *parts)]
    assert sorted(pair for part in which[1:] for pair in part) == sorted(which[0])
    assert sum(hour.steps for hour in planned) == factories.sql("SELECT count(*) FROM journeys_timer")[0][0]


@pytest.mark.parametrize("code", ["", "x", "a~b~c~d", "2026-01-01~00~2026-01-01~00"])
def test_a_place_that_cannot_be_read_is_none(code: str) -> None:
    assert foresight.Place.read(code) is None


def test_several_visits_of_a_day_at_one_phone_are_foreseen_as_the_one_text_that_goes(
    clinic: UUID, work: Callable[..., None]
) -> None:
    start = (business_time.now() + 5 * DAY).replace(hour=11, minute=0)
    people = [person(1, "Eleanor Whitcombe"), person(2, "Tom Whitcombe", phone=factories.phone(1)), person(3)]
    visits = [booking(f"A-{n}", who, start=start + n * HOUR / 3) for n, who in enumerate(people)]
    record(clinic, *visits, is_first_import=True)
    now = business_time.now()
    with looking(clinic):
        coming = [one for one in foresee(clinic, now, now + 4 * DAY).coming if one.step == "question"]
        words = written(clinic, coming)
    assert sorted(one.outcome for one in coming) == ["joined", "send", "send"]
    assert sorted(len(one.others) for one in coming) == [0, 0, 1]
    work(start - 2 * DAY)
    said = set(factories.wordings(clinic))
    assert said == {one.text for one in words if one is not None}
