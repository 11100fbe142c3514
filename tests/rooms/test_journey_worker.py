"""The worker does the steps that are due: once, after a second look, and one that fails holds up nobody."""

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest

from recado.appointments import desk, letters, replies, wait_entries
from recado.appointments.types import Announce, BookingStatus, CancelReason
from recado.clinics.types import QuietHours
from recado.foundation import business_time
from recado.foundation.actors import SYSTEM
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.journeys import actions, worker
from recado.journeys.types import NoSuchJourney, NotPublishable
from recado.journeys.writing import from_json
from recado.webhooks import actions as webhooks
from recado.webhooks import queries as webhook_queries
from recado.webhooks.types import Tells
from tests import factories
from tests.factories import DAY, booking, person, record, release, sql, visit, wordings

pytestmark = pytest.mark.usefixtures("database")
LATER = timedelta(hours=1)


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def maintenance(database: None) -> "Iterator[psycopg.Connection[Any]]":
    with connect(Role.MAINTENANCE, autocommit=True) as connection:
        yield connection


@pytest.fixture
def work(maintenance: "psycopg.Connection[Any]") -> Any:
    """Does everything that is due after `step`."""

    def do(step: timedelta = timedelta(0)) -> int:
        factories.advance(step)
        done = 0
        while found := worker.run_due(maintenance):
            done += found
        return done

    return do


def book(clinic_id: UUID, *bookings: Any) -> None:
    record(clinic_id, *bookings)
    release(clinic_id)


def log_of(clinic_id: UUID) -> list[tuple[str, str, str]]:
    rows = sql("SELECT step, outcome, reason FROM journeys_step WHERE clinic_id = %s ORDER BY at, id", (clinic_id,))
    return [(row[0], row[1], row[2]) for row in rows]


def timers() -> int:
    return int(sql("SELECT count(*) FROM journeys_timer")[0][0])


def questions(clinic_id: UUID) -> int:
    return int(sql("SELECT count(*) FROM conversations_question WHERE clinic_id = %s", (clinic_id,))[0][0])


def test_each_step_goes_at_its_moment_and_once(clinic: UUID, work: Any) -> None:
    book(clinic, booking())
    assert work() == 1
    assert work() == 0
    assert questions(clinic) == 1, "the notice takes an answer too"
    assert work(7 * DAY - LATER) == 0
    assert work(2 * LATER) == 1
    assert questions(clinic) == 2
    assert work(2 * DAY) == 1
    said = wordings(clinic)
    assert len(said) == len(set(said)) == 3
    assert log_of(clinic) == [
        ("booked", "sent", "care"),
        ("question", "sent", "care"),
        ("second_question", "sent", "care"),
    ]
    assert timers() == 0


def test_crash_brings_the_step_back_and_no_second_text(
    clinic: UUID, work: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    book(clinic, booking())

    def dies(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(worker, "_remember", dies)
        work()
    assert wordings(clinic) == []
    assert log_of(clinic) == []
    assert work() == 1
    assert len(wordings(clinic)) == 1


def test_step_done_twice_is_one_text(clinic: UUID, work: Any) -> None:
    book(clinic, booking())
    work()
    sql(
        "INSERT INTO journeys_timer (id, clinic_id, run_id, step, revision, due)"
        " SELECT gen_random_uuid(), clinic_id, id, 'booked', 1, now() - interval '1 day' FROM journeys_run"
    )
    work()
    assert len(wordings(clinic)) == 1


def test_moved_visit_is_told_so_and_asked_for_its_new_time(clinic: UUID, work: Any) -> None:
    book(clinic, booking())
    work()
    book(clinic, booking(ahead=12 * DAY))
    work()
    assert "moved" in wordings(clinic)[-1]
    assert work(7 * DAY + LATER) == 0, "nothing goes for the old time"
    assert work(2 * DAY) == 1
    assert [step for step, _, _ in log_of(clinic)] == ["booked", "moved", "question"]


def test_step_of_an_older_revision_is_skipped(clinic: UUID, work: Any) -> None:
    book(clinic, booking())
    work()
    sql("UPDATE appointments_appointment SET revision = 2")
    work(8 * DAY)
    assert ("question", "skipped", "moved") in log_of(clinic)
    assert len(wordings(clinic)) == 1


def test_text_that_waits_is_called_off_when_the_visit_moves(clinic: UUID, work: Any) -> None:
    book(clinic, booking())
    work()
    first = factories.queued()
    book(clinic, booking(ahead=12 * DAY))
    assert factories.queued() == set()
    assert [factories.events_of(one) for one in first] == [[8]]


def test_cancelled_visit_is_told_so_and_nothing_more(clinic: UUID, work: Any) -> None:
    book(clinic, booking())
    work()
    book(clinic, booking(status=BookingStatus.CANCELLED))
    work()
    assert "is cancelled" in wordings(clinic)[-1]
    assert work(9 * DAY) == 0
    assert len(wordings(clinic)) == 2


def test_confirmed_visit_is_asked_no_more(clinic: UUID, work: Any) -> None:
    book(clinic, booking())
    work()
    with clinic_scope(clinic):
        replies.settle(clinic, visit(clinic).id, "confirm", SYSTEM)
    work(9 * DAY + LATER)
    assert len(wordings(clinic)) == 1
    assert timers() == 0


def test_answer_just_before_the_step_silences_it(clinic: UUID, work: Any) -> None:
    book(clinic, booking())
    work()
    sql("UPDATE appointments_appointment SET state = 'confirmed', answer = 'confirm'")  # the timers still stand
    work(9 * DAY + LATER)
    assert {outcome for step, outcome, _ in log_of(clinic) if step != "booked"} == {"skipped"}
    assert len(wordings(clinic)) == 1


def test_visit_booked_in_the_night_is_told_in_the_morning(work: Any) -> None:
    now = business_time.now().astimezone(ZoneInfo("Europe/London"))
    hours = QuietHours(time((now.hour + 2) % 24), time((now.hour + 5) % 24))
    clinic = factories.make_furnished(quiet_hours=hours).id
    book(clinic, booking())
    work()
    assert wordings(clinic) == []
    assert timers() == 3
    work(timedelta(hours=2))
    assert len(wordings(clinic)) == 1


def test_step_that_comes_due_in_quiet_hours_waits(clinic: UUID, work: Any) -> None:
    book(clinic, booking())
    now = business_time.now().astimezone(ZoneInfo("Europe/London"))
    opens, closes = time((now.hour + 2) % 24), time((now.hour + 5) % 24)
    sql("UPDATE clinics_clinic SET quiet_opens = %s, quiet_closes = %s", (opens, closes))
    from recado.clinics.queries import forget_settings

    forget_settings()
    work()
    assert wordings(clinic) == []
    assert log_of(clinic) == []
    assert timers() == 3, "the step stands, for later"
    work(timedelta(hours=2))
    assert len(wordings(clinic)) == 1


def test_patient_without_a_phone_stops_nobody_else(clinic: UUID, work: Any) -> None:
    book(clinic, booking("A-1", person(phone=None)), booking("A-2", person(322)))
    work()
    assert len(wordings(clinic)) == 1
    assert sorted(log_of(clinic)) == [("booked", "refused", "no_phone"), ("booked", "sent", "care")]


def test_patient_who_stopped_is_left_alone(clinic: UUID, work: Any) -> None:
    book(clinic, booking("A-1"), booking("A-2", person(322)))
    factories.stop(clinic, 321)
    work()
    assert len(wordings(clinic, 321)) == 1, "the confirmation of the STOP"
    assert len(wordings(clinic, 322)) == 1


def test_step_that_fails_holds_up_neither_others_nor_another_clinic(
    clinic: UUID, work: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = factories.make_furnished("quay-side", number="+447700900101").id
    book(clinic, booking("A-1", person(name="Break Here")), booking("A-2", person(322)))
    book(other, booking())
    write = letters._values

    def breaks(clinic: Any, visit: Any, reach: Any, *more: Any) -> Any:
        if reach.name == "Break Here":
            raise ZeroDivisionError
        return write(clinic, visit, reach, *more)

    with monkeypatch.context() as patched:
        patched.setattr(letters, "_values", breaks)
        assert work() == 2
    assert (len(wordings(clinic)), len(wordings(other))) == (1, 1)
    assert work() == 0, "it stands behind what is due now"
    assert work(worker.TRY_AGAIN_AFTER) >= 1, "and comes again"
    assert len(wordings(clinic)) == 2


def test_announcement_that_waits_for_a_word_is_never_due(clinic: UUID, work: Any) -> None:
    record(clinic, booking())
    assert work(2 * DAY) == 0
    with clinic_scope(clinic):
        assert actions.waiting_for(clinic, "csv") == 1
    release(clinic)
    assert work() == 1


def test_steps_of_two_workers_are_done_once(clinic: UUID, maintenance: "psycopg.Connection[Any]") -> None:
    book(clinic, booking())
    with connect(Role.APP) as other:
        other.execute("SELECT set_config('recado.clinic', %s, true)", (str(clinic),))
        other.execute("SELECT id FROM journeys_timer FOR UPDATE")  # another worker is at it
        worker.run_due(maintenance)
    assert wordings(clinic) == []
    worker.run_due(maintenance)
    assert len(wordings(clinic)) == 1


def test_visit_that_is_gone_is_skipped(clinic: UUID, work: Any) -> None:
    book(clinic, booking())
    sql("SET session_replication_role = replica; DELETE FROM appointments_appointment")
    work()
    assert log_of(clinic) == [("booked", "skipped", "gone")]
    assert wordings(clinic) == []


def test_long_standstill_sends_only_the_later_question(clinic: UUID, work: Any) -> None:
    book(clinic, booking())
    work()
    work(9 * DAY + LATER)
    assert log_of(clinic)[1:] == [("question", "skipped", "superseded"), ("second_question", "sent", "care")]
    assert "Reply 1" in wordings(clinic)[-1]


# ---------------------------------------------------------------- journeys of a clinic's own


OWN: dict[str, Any] = {
    "event": "appointment",
    "steps": [
        {
            "key": "hello",
            "when": {"at": "on", "state": "booked"},
            "does": {"kind": "text", "template": "visit_confirmation"},
        },
        {
            "key": "which",
            "when": {"at": "next", "by": 24 * 60},
            "does": {
                "kind": "branch",
                "arms": [
                    {
                        "name": "answered",
                        "if": [["answered", "is", True]],
                        "steps": [{"key": "over", "when": {"at": "next"}, "does": {"kind": "end"}}],
                    },
                    {
                        "name": "silent",
                        "steps": [
                            {
                                "key": "phone",
                                "when": {"at": "next", "by": 60},
                                "does": {"kind": "task", "task": "call", "about": "no_answer"},
                            }
                        ],
                    },
                ],
            },
        },
    ],
}


def publish(clinic_id: UUID, draft: dict[str, Any], *, key: str = "own", moves_people: bool = False) -> int:
    with clinic_scope(clinic_id):
        actions.begin(clinic_id=clinic_id, key=key, name="Our own", plan=from_json(key, 0, draft), by=SYSTEM)
        actions.save_draft(clinic_id=clinic_id, key=key, draft=draft, by=SYSTEM)
    with clinic_scope(clinic_id):
        return actions.publish(clinic_id=clinic_id, key=key, by=SYSTEM, moves_people=moves_people)


def test_an_event_starts_every_journey_that_is_live_and_steps_follow_one_another(clinic: UUID, work: Any) -> None:
    assert publish(clinic, OWN) == 1
    book(clinic, booking())
    work()
    assert sorted(step for step, _, _ in log_of(clinic)) == ["booked", "hello"]
    work(DAY)
    assert log_of(clinic)[-1] == ("which", "done", "")
    work(LATER)
    assert log_of(clinic)[-1] == ("phone", "done", "")
    assert sql("SELECT kind, detail->>'about' FROM tasks_task") == [("call", "no_answer")]
    work(9 * DAY)
    assert [step for step, _, _ in log_of(clinic) if step in ("over", "phone")] == ["phone"]


def test_draft_with_a_fault_is_kept_and_not_published(clinic: UUID, work: Any) -> None:
    broken = {"event": "appointment", "steps": [{**OWN["steps"][0], "does": {"kind": "text", "template": "nothing"}}]}
    with pytest.raises(NotPublishable):
        publish(clinic, broken)
    with clinic_scope(clinic), pytest.raises(NoSuchJourney):
        actions.discard(clinic_id=clinic, key="own", by=SYSTEM)  # it never was live: nothing is left of it
        actions.publish(clinic_id=clinic, key="own", by=SYSTEM, moves_people=False)
    book(clinic, booking())
    work()
    assert [step for step, _, _ in log_of(clinic)] == ["booked"]


@pytest.mark.parametrize("moves_people", [True, False])
def test_people_stay_on_their_version_or_move_by_choice(
    clinic: UUID, work: Any, maintenance: "psycopg.Connection[Any]", moves_people: bool
) -> None:
    publish(clinic, OWN)
    book(clinic, booking())
    work()
    later = {**OWN, "steps": [OWN["steps"][0], {**OWN["steps"][1], "when": {"at": "next", "by": 48 * 60}}]}
    assert publish(clinic, later, moves_people=moves_people) == 2
    assert worker.move_people(maintenance) == int(moves_people)
    assert worker.move_people(maintenance) == 0
    work(DAY)
    assert ("which" in [step for step, _, _ in log_of(clinic)]) is not moves_people
    work(DAY)
    assert [step for step, _, _ in log_of(clinic)].count("which") == 1
    assert len(wordings(clinic)) == 2, "nothing went twice"


def test_what_waits_to_be_told_is_told_though_people_move_to_a_new_version(
    work: Any, maintenance: "psycopg.Connection[Any]"
) -> None:
    clinic = factories.make_furnished(quiet_hours=QuietHours(time(8), time(20)), time_zone="UTC").id
    reminder = {**OWN["steps"][0], "key": "reminder", "when": {"at": "before", "by": 48 * 60}}
    plan = {**OWN, "steps": [OWN["steps"][0], reminder]}
    publish(clinic, plan, key="appointment")
    factories.advance((business_time.now() + DAY).replace(hour=23, minute=0) - business_time.now())
    book(clinic, booking())  # at night: it waits for the morning
    record(clinic, booking("A-2", person(322)))  # and this for a word
    assert work() == 0
    publish(
        clinic, {**plan, "steps": [*plan["steps"], {**reminder, "key": "again"}]}, key="appointment", moves_people=True
    )
    assert worker.move_people(maintenance) == 2
    assert work(12 * LATER) == 1 and log_of(clinic) == [("hello", "sent", "care")]
    held = sql("SELECT step FROM journeys_timer WHERE held_for IS NOT NULL")
    assert held == [("hello",)], "what comes later waits for nobody's word"
    release(clinic)
    assert work() == 1 and [step for step, _, _ in log_of(clinic)] == ["hello", "hello"]


def test_clinic_that_changes_a_journey_of_the_product_has_it_as_its_own(clinic: UUID, work: Any) -> None:
    assert publish(clinic, OWN, key="appointment") == 2
    book(clinic, booking())
    work()
    assert [step for step, _, _ in log_of(clinic)] == ["hello"]


def test_paused_journey_waits_and_what_is_too_late_by_then_is_skipped(clinic: UUID, work: Any) -> None:
    publish(clinic, {**OWN, "steps": [{**OWN["steps"][0], "when": {"at": "before", "by": 48 * 60}}]})
    book(clinic, booking(), booking("A-2", person(322), ahead=20 * DAY))
    work()
    with clinic_scope(clinic):
        assert actions.pause(clinic_id=clinic, key="own", by=SYSTEM) == 2
        assert actions.pause(clinic_id=clinic, key="own", by=SYSTEM) == 0
    book(clinic, booking("A-3", person(323), ahead=11 * DAY))
    work(10 * DAY)
    assert "hello" not in [step for step, _, _ in log_of(clinic)]
    with clinic_scope(clinic):
        assert actions.resume(clinic_id=clinic, key="own", by=SYSTEM) == 3
    work()
    assert sorted(one for one in log_of(clinic) if one[0] == "hello") == [
        ("hello", "sent", "care"),
        ("hello", "skipped", "started"),
    ]
    work(8 * DAY + LATER)
    assert [step for step, outcome, _ in log_of(clinic) if outcome == "sent"].count("hello") == 2


def test_ended_journey_takes_nobody_new_and_lets_others_finish(clinic: UUID, work: Any) -> None:
    publish(clinic, OWN)
    book(clinic, booking())
    work()
    with clinic_scope(clinic):
        actions.end(clinic_id=clinic, key="own", by=SYSTEM)
    book(clinic, booking("A-2", person(322)))
    work(DAY)
    assert sorted(step for step, _, _ in log_of(clinic) if step in ("hello", "which")) == ["hello", "which"]


def test_a_step_that_tells_another_system_queues_one_call_and_no_text(clinic: UUID, work: Any) -> None:
    with clinic_scope(clinic):
        url = "https://records.harbour-street.example/"
        made = webhooks.add(clinic_id=clinic, name="Records", url=url, tells=[Tells.TIME], by=SYSTEM)
        draft = {
            "event": "appointment",
            "steps": [
                {
                    "key": "tell",
                    "when": {"at": "on", "state": "booked"},
                    "does": {"kind": "webhook", "endpoint": str(made.view.id)},
                },
            ],
        }
        actions.begin(clinic_id=clinic, key="own", name="Own", plan=from_json("own", 0, draft), by=SYSTEM)
        actions.publish(clinic_id=clinic, key="own", by=SYSTEM, moves_people=False)
    record(clinic, booking(), announce=Announce.NONE)
    work()
    with clinic_scope(clinic):
        (call,) = webhook_queries.log_of(clinic, made.view.id)
    assert call.kind == "journey.step"
    assert wordings(clinic) == []
    assert ("tell", "done", "") in log_of(clinic)
    with clinic_scope(clinic):
        webhooks.end(clinic_id=clinic, endpoint_id=made.view.id, by=SYSTEM)
    record(clinic, booking("A-2", person(322)), announce=Announce.NONE)
    work()
    assert ("tell", "skipped", "no_endpoint") in log_of(clinic)


def test_a_step_offers_the_time_of_a_cancelled_visit_to_who_waits_by_then(clinic: UUID, work: Any) -> None:
    draft = {
        "event": "appointment",
        "steps": [
            {
                "key": "offer",
                "when": {"at": "before", "by": 2 * 24 * 60, "state": "cancelled"},
                "does": {"kind": "offer_time"},
            }
        ],
    }
    with clinic_scope(clinic):
        actions.begin(clinic_id=clinic, key="own", name="Own", plan=from_json("own", 0, draft), by=SYSTEM)
        actions.publish(clinic_id=clinic, key="own", by=SYSTEM, moves_people=False)
    record(clinic, booking(), booking("A-2", person(322), clinician="Dr Costa"), announce=Announce.NONE)
    for name in ("A-1", "A-2"):
        with clinic_scope(clinic):
            desk.cancel(
                clinic_id=clinic, visit_id=visit(clinic, name).id, reason=CancelReason.OTHER, tell=False, by=SYSTEM
            )
    work(7 * DAY)
    assert log_of(clinic) == []
    waits = factories.make_patient(clinic, 330)
    with clinic_scope(clinic):
        wait_entries.join(clinic_id=clinic, patient_id=waits, by=SYSTEM)
    again = booking("A-3", person(323), clinician="Dr Costa", start=visit(clinic, "A-2").starts_at)
    record(clinic, again, announce=Announce.NONE)
    work(2 * DAY)
    offers = sorted(row for row in log_of(clinic) if row[0] == "offer")
    assert offers == [("offer", "done", ""), ("offer", "skipped", "time_gone")]
    assert sql("SELECT clinician, state FROM appointments_freedtime") == [("Nurse Silva", "offering")]
