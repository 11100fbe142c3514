"""A draft against what is live, over the events of the calendar: played by the worker, piece by piece."""

from collections import Counter
from datetime import time, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import OperationalError, connection

from recado.clinics.types import QuietHours
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.journeys import actions, comparing, dry_runs
from recado.journeys.comparing import Pair
from recado.journeys.dry_runs import DryRunView, DryState
from recado.journeys.plans import APPOINTMENT
from recado.journeys.types import NoSuchJourney, NotPublishable
from recado.journeys.writing import to_json
from tests import factories
from tests.factories import DAY, booking, person, record, sql

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic(database: None) -> UUID:
    """Six visits, two of them early in the morning, each to be asked about in the days that follow; it is a morning."""
    now = business_time.now()
    factories.advance((now + DAY).replace(hour=8, minute=0) - now)
    clinic_id = factories.make_furnished(quiet_hours=QuietHours(time(9), time(18))).id
    start = (business_time.now() + 5 * DAY).replace(hour=11, minute=0)
    visits = [booking(f"A-{n}", person(n), start=start.replace(hour=7 if n > 4 else 11)) for n in range(1, 7)]
    record(clinic_id, *visits, is_first_import=True)
    return clinic_id


def save(clinic_id: UUID, change: Any) -> None:
    steps = to_json(APPOINTMENT)
    change(steps)
    with clinic_scope(clinic_id):
        actions.begin(clinic_id=clinic_id, key="appointment", name="Visits", plan=APPOINTMENT, by=OPERATOR)
        actions.save_draft(clinic_id=clinic_id, key="appointment", draft=steps, by=OPERATOR)


def ask(clinic_id: UUID) -> None:
    with clinic_scope(clinic_id):
        actions.play_draft(clinic_id=clinic_id, key="appointment", days=7, by=OPERATOR)


def work(times: int = 1_000) -> int:
    """What the worker does; returns how many pieces it did."""
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        done = 0
        while done < times and dry_runs.play_next(maintenance):
            done += 1
        return done


def look(clinic_id: UUID) -> DryRunView:
    with clinic_scope(clinic_id):
        found = dry_runs.dry_run(clinic_id, "appointment", 7)
    assert found is not None
    return found


def pairs(clinic_id: UUID, *kinds: str) -> list[Pair]:
    with clinic_scope(clinic_id):
        return dry_runs.differences(clinic_id, look(clinic_id), kinds, 0, 100)


def draft(clinic_id: UUID, change: Any) -> DryRunView:
    save(clinic_id, change)
    ask(clinic_id)
    work()
    found = look(clinic_id)
    assert found.state is DryState.DONE and found.played == found.events
    return found


def step(plan: Any, key: str) -> Any:
    return next(one for one in plan["steps"] if one["key"] == key)


def test_unchanged_draft_says_the_same_for_every_person(clinic: UUID) -> None:
    found = draft(clinic, lambda plan: None)
    assert found.with_texts == found.events == 6
    assert Counter(found.counts) == Counter({"same": 12})
    assert found.by_step == {"question": (6, 6), "second_question": (6, 6)}
    assert found.at_night == (4, 4)
    assert found.texts == (12, 12)


def test_step_moved_added_and_taken_out_are_told_by_person_and_step(clinic: UUID) -> None:
    def change(plan: Any) -> None:
        step(plan, "question")["when"]["by"] = 4 * 24 * 60
        plan["steps"] = [one for one in plan["steps"] if one["key"] != "second_question"]
        plan["steps"].insert(
            1,
            {
                "key": "soon",
                "when": {"at": "before", "by": 120},
                "does": {"kind": "text", "template": "visit_question"},
            },
        )

    found = draft(clinic, change)
    assert Counter(found.counts) == Counter({"time": 6, "new": 6, "gone": 6})
    assert found.by_step == {"soon": (0, 6), "question": (6, 6), "second_question": (6, 0)}


def test_other_words_at_the_same_moment_are_a_changed_text(clinic: UUID) -> None:
    def change(plan: Any) -> None:
        step(plan, "question")["does"]["template"] = "visit_second_question"

    found = draft(clinic, change)
    assert Counter(found.counts) == Counter({"text": 6, "same": 6})


def test_who_is_answered_or_stopped_is_in_neither(clinic: UUID) -> None:
    factories.stop(clinic, 1)
    sql("UPDATE appointments_appointment SET state = 'confirmed', answer = 'confirm' WHERE external_id = 'A-2'")
    found = draft(clinic, lambda plan: None)
    assert Counter(found.counts) == Counter({"same": 8})


def test_quiet_hours_count_only_texts_that_go(clinic: UUID) -> None:
    factories.stop(clinic, 5)
    found = draft(clinic, lambda plan: None)
    assert (found.texts, found.at_night) == ((10, 10), (2, 2))


def test_playing_moves_nobody_and_needs_a_draft(clinic: UUID) -> None:
    before = sql("SELECT count(*) FROM journeys_timer"), sql("SELECT count(*) FROM journeys_run")
    draft(clinic, lambda plan: None)
    assert before == (sql("SELECT count(*) FROM journeys_timer"), sql("SELECT count(*) FROM journeys_run"))
    assert sql("SELECT count(*) FROM messaging_message") == [(0,)]
    with clinic_scope(clinic):
        assert dry_runs.dry_run(clinic, "appointment", 30) is None
        with pytest.raises(NotPublishable):
            actions.play_draft(clinic_id=clinic, key="prescription", days=7, by=OPERATOR)
        with pytest.raises(NoSuchJourney):
            actions.play_draft(clinic_id=clinic, key="nothing", days=7, by=OPERATOR)


def without_second(plan: Any) -> None:
    plan["steps"] = [one for one in plan["steps"] if one["key"] != "second_question"]


def test_pieces_come_to_the_same_as_one_when_a_worker_dies_between_them(
    clinic: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = (business_time.now() + 5 * DAY).replace(hour=11, minute=0)
    family = [booking(f"C-{n}", person(40), start=start + timedelta(hours=n)) for n in (1, 2)]
    record(
        clinic, *family[:1], *[booking(f"D-{n}", person(50 + n), start=start) for n in range(5)], is_first_import=True
    )
    record(clinic, *family[1:])
    whole = draft(clinic, without_second)
    monkeypatch.setattr(dry_runs, "PIECE", 3)
    ask(clinic)
    assert work(2) == 2
    half = look(clinic)
    assert (half.state, half.played, half.events) == (DryState.PLAYING, 6, 13)
    assert work() == 3, "another worker goes on behind the last piece"
    found = look(clinic)
    assert (found.counts, found.by_step, found.at_night, found.losing, found.with_texts, found.costs) == (
        *(whole.counts, whole.by_step, whole.at_night, whole.losing, whole.with_texts, whole.costs),
    )
    assert Counter(found.counts) == Counter({"same": 12, "gone": 12})


def test_piece_is_thrown_away_when_somebody_asked_again_meanwhile(
    clinic: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(clinic, without_second)
    ask(clinic)
    compare = comparing.compare

    def asked_again(*given: Any) -> Any:
        monkeypatch.setattr(comparing, "compare", compare)
        piece = compare(*given)
        sql("UPDATE journeys_dryrun SET asked_at = asked_at + interval '1 second'")
        return piece

    monkeypatch.setattr(comparing, "compare", asked_again)
    assert work(1) == 1
    assert (look(clinic).state, look(clinic).played) == (DryState.PLAYING, 0)
    assert sql("SELECT count(*) FROM journeys_drytext") == [(0,)]
    work()
    assert look(clinic).counts == {"same": 6, "gone": 6}


def test_draft_that_can_not_be_played_says_so_and_stops_nobody(
    clinic: UUID, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> Any:
        raise ValueError("Eleanor Hughes")

    save(clinic, without_second)
    ask(clinic)
    monkeypatch.setattr(comparing, "compare", broken)
    assert work() == 0
    assert look(clinic).state is DryState.FAILED
    assert "could not be played" in caplog.text and "Eleanor" not in caplog.text


def test_draft_that_fails_leaves_alone_what_was_asked_meanwhile(clinic: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        sql("UPDATE journeys_dryrun SET asked_at = asked_at + interval '1 second'")
        raise ValueError

    save(clinic, without_second)
    ask(clinic)
    monkeypatch.setattr(comparing, "compare", broken)
    assert work() == 0
    assert look(clinic).state is DryState.PLAYING


def test_draft_that_the_database_gives_up_is_tried_again_and_stops_nobody(
    clinic: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = factories.make_furnished("mill-lane", number="+447700900101").id
    compare = comparing.compare

    def slow(clinic_id: UUID, *given: Any) -> Any:
        if clinic_id == clinic:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = 1")
                cursor.execute("SELECT pg_sleep(1)")
        return compare(clinic_id, *given)

    for one in (clinic, other):
        save(one, without_second)
        ask(one)
    monkeypatch.setattr(comparing, "compare", slow)
    assert work() > 0
    assert (look(clinic).state, look(other).state) == (DryState.PLAYING, DryState.DONE)
    for _ in range(dry_runs.TRIES):
        assert work() == 0
    assert look(clinic).state is DryState.FAILED


def test_database_that_is_away_is_no_fault_of_a_draft(clinic: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> Any:
        raise OperationalError from psycopg.errors.AdminShutdown()

    save(clinic, without_second)
    ask(clinic)
    monkeypatch.setattr(comparing, "compare", away)
    with pytest.raises(OperationalError):
        work()
    assert look(clinic).state is DryState.PLAYING


def test_differences_name_both_texts_and_who_loses_one(clinic: UUID) -> None:
    found = draft(clinic, without_second)
    gone = pairs(clinic, "gone")
    assert len(gone) == 6 and all(pair.then is None and pair.now and pair.now.template for pair in gone)
    assert found.losing == 0, "the other question still goes to them"
    assert draft(clinic, lambda plan: plan.update(steps=[])).losing == 6


def test_what_was_played_goes_after_a_day(clinic: UUID) -> None:
    draft(clinic, without_second)
    sql("UPDATE journeys_dryrun SET asked_at = asked_at - interval '25 hours'")
    dry_runs._cleaned.clear()
    work()
    assert sql("SELECT count(*) FROM journeys_dryrun") == sql("SELECT count(*) FROM journeys_drytext") == [(0,)]


def test_visits_of_one_day_at_one_phone_are_compared_as_the_one_text_that_goes(clinic: UUID) -> None:
    start = (business_time.now() + 5 * DAY).replace(hour=11, minute=0)
    same = [booking(f"B-{n}", person(30), start=start + timedelta(hours=n)) for n in (1, 2, 3)]
    record(clinic, *same, is_first_import=True)
    found = draft(clinic, lambda plan: None)
    assert found.with_texts == 9 and Counter(found.counts) == Counter({"same": 14}), "three visits, one text a step"
    assert [len(pair.one.others) for pair in pairs(clinic, "same") if pair.one.others] == [2, 2]
