"""Visits as sources tell of them: what is new, moved, cancelled; who is told; what the patient said stays said."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from recado.appointments import letters, queries, replies
from recado.appointments.models import Appointment, Change
from recado.appointments.types import (
    Announce,
    BadBooking,
    BookingOutcome,
    BookingStatus,
    CancelReason,
    ChangeKind,
    VisitState,
)
from recado.foundation.actors import SYSTEM
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.journeys import worker
from recado.messaging import queries as texts
from tests import factories
from tests.factories import DAY, booking, person, record, release, sql, visit

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def maintenance(database: None) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    with connect(Role.MAINTENANCE, autocommit=True) as connection:
        yield connection


def story(clinic_id: UUID, name: str = "A-1") -> list[ChangeKind]:
    with clinic_scope(clinic_id):
        return [change.kind for change in reversed(queries.story(clinic_id, [visit(clinic_id, name).id]))]


def steps(clinic_id: UUID, name: str = "A-1") -> set[str]:
    """What is planned for a visit, held or not."""
    rows = sql(
        "SELECT t.step FROM journeys_timer t JOIN journeys_run r ON r.id = t.run_id WHERE r.anchor_id = %s",
        (visit(clinic_id, name).id,),
    )
    return {row[0] for row in rows}


def held(clinic_id: UUID) -> int:
    return int(
        sql("SELECT count(*) FROM journeys_timer WHERE clinic_id = %s AND held_for IS NOT NULL", (clinic_id,))[0][0]
    )


def answer(clinic_id: UUID, said: str, name: str = "A-1") -> str:
    found = visit(clinic_id, name)
    with clinic_scope(clinic_id):
        return replies.settle(clinic_id, found.id, said, SYSTEM).outcome


# ------------------------------------------------------------------------------------------------ recording


def test_new_visit_is_booked_and_planned(clinic: UUID) -> None:
    came = record(clinic, booking())
    assert (came.new, came.without_phone, came.past, len(came.to_tell)) == (1, 0, 0, 1)
    assert visit(clinic).state == VisitState.BOOKED
    assert story(clinic) == [ChangeKind.BOOKED]
    assert steps(clinic) == {"booked", "question", "second_question"}


def test_same_visits_twice_change_nothing(clinic: UUID) -> None:
    bookings = [booking(f"A-{n}", person(n)) for n in range(20)]
    record(clinic, *bookings)
    before = sql(
        "SELECT id, xmin::text FROM appointments_appointment UNION ALL SELECT id, xmin::text FROM journeys_timer"
    )
    came = record(clinic, *bookings)
    assert came == BookingOutcome(unchanged=20)
    after = sql(
        "SELECT id, xmin::text FROM appointments_appointment UNION ALL SELECT id, xmin::text FROM journeys_timer"
    )
    assert sorted(after) == sorted(before)


@pytest.mark.parametrize("field", ["clinician", "service", "site", "external_id"])
def test_visit_that_can_not_be_kept_is_refused_with_what_to_do_and_never_reaches_the_database(field: str) -> None:
    given = {"name": "A-1"} | {"name" if field == "external_id" else field: "Eleanor " * 20}
    with pytest.raises(BadBooking, match=field) as refused:
        booking(**given)  # type: ignore[arg-type]
    assert "Eleanor" not in str(refused.value)


def test_moved_visit_is_planned_anew_under_a_new_revision(clinic: UUID) -> None:
    record(clinic, booking())
    came = record(clinic, booking(ahead=12 * DAY))
    assert (came.moved, came.new) == (1, 0)
    assert visit(clinic).revision == 2
    assert story(clinic) == [ChangeKind.BOOKED, ChangeKind.MOVED]
    assert steps(clinic) == {"moved", "question", "second_question"}


def test_cancelled_visit_has_nothing_to_come_but_the_notice(clinic: UUID) -> None:
    record(clinic, booking())
    came = record(clinic, booking(status=BookingStatus.CANCELLED))
    assert came.cancelled == 1
    assert visit(clinic).state == VisitState.CANCELLED
    assert steps(clinic) == {"cancelled"}


def test_patient_who_cancelled_elsewhere_is_thanked_and_is_not_told_sorry(clinic: UUID) -> None:
    record(clinic, booking(), booking("A-2", person(322)))
    release(clinic)
    off = {"status": BookingStatus.CANCELLED}
    record(clinic, booking(reason=CancelReason.PATIENT, **off), booking("A-2", person(322), **off))
    assert (steps(clinic), visit(clinic).answer) == ({"cancel_confirmed"}, "cancel")
    assert (steps(clinic, "A-2"), visit(clinic, "A-2").answer) == ({"cancelled"}, "")
    with clinic_scope(clinic):
        (told,) = letters.write(clinic, [(visit(clinic, "A-2"), "visit_cancelled_by_clinic")])
    assert "is cancelled." in told.text and "sorry" not in told.text


def test_visit_first_seen_cancelled_tells_nobody(clinic: UUID) -> None:
    came = record(clinic, booking(status=BookingStatus.CANCELLED))
    assert (came.cancelled, len(came.to_tell)) == (1, 0)
    assert visit(clinic).state == VisitState.CANCELLED


def test_visit_booked_again_after_a_cancellation_stands(clinic: UUID) -> None:
    record(clinic, booking())
    record(clinic, booking(status=BookingStatus.CANCELLED))
    came = record(clinic, booking())
    assert came.moved == 1
    assert visit(clinic).state == VisitState.BOOKED
    assert steps(clinic) == {"moved", "question", "second_question"}


def test_other_details_change_without_a_text(clinic: UUID) -> None:
    record(clinic, booking())
    release(clinic)
    came = record(clinic, booking(clinician="Dr Osei"))
    assert (came.changed, len(came.to_tell)) == (1, 0)
    assert visit(clinic).clinician == "Dr Osei"
    assert story(clinic) == [ChangeKind.BOOKED]


def test_same_visit_twice_in_a_chunk_is_the_later(clinic: UUID) -> None:
    record(clinic, booking(clinician="First"), booking(clinician="Second"))
    assert visit(clinic).clinician == "Second"
    assert sql("SELECT count(*) FROM appointments_appointment") == [(1,)]


def test_two_sources_may_use_the_same_number(clinic: UUID) -> None:
    record(clinic, booking())
    record(clinic, booking(), source="other")
    with clinic_scope(clinic):
        assert len(queries.visits_called(clinic, "A-1")) == 2


def test_past_visit_is_recorded_and_tells_nobody(clinic: UUID) -> None:
    came = record(clinic, booking(ahead=-DAY))
    assert (came.new, came.past, len(came.to_tell)) == (1, 1, 0)
    assert sql("SELECT count(*) FROM journeys_timer") == [(0,)]


def test_visit_without_a_phone_is_recorded(clinic: UUID) -> None:
    came = record(clinic, booking(who=person(phone=None)), booking("A-2", person(322)))
    assert (came.new, came.without_phone) == (2, 1)
    assert visit(clinic).state == VisitState.BOOKED


def test_dry_run_counts_and_changes_nothing(clinic: UUID) -> None:
    came = record(clinic, booking(), booking("A-2", person(322)), dry_run=True)
    assert (came.new, len(came.to_tell)) == (2, 2)
    for table in ("appointments_appointment", "contacts_patient", "journeys_timer", "journeys_run"):
        assert sql(f"SELECT count(*) FROM {table}") == [(0,)]


def test_same_number_of_two_clinics_is_two_visits(clinic: UUID) -> None:
    other = factories.make_furnished("quay-side", number="+447700900101").id
    record(clinic, booking())
    record(other, booking(clinician="Elsewhere"))
    record(other, booking(status=BookingStatus.CANCELLED))
    assert visit(clinic).state == VisitState.BOOKED
    assert visit(clinic).clinician == "Nurse Silva"
    with clinic_scope(clinic):
        assert Appointment.objects.count() == 1
        assert Change.objects.count() == 1


def test_chunk_of_a_thousand_costs_few_statements(clinic: UUID) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    record(clinic, booking("warm"))
    bookings = [booking(f"A-{n}", person(n)) for n in range(1000)]
    with CaptureQueriesContext(connection) as seen:
        record(clinic, *bookings)
    assert len(seen) < 60


# ------------------------------------------------------------------------------------------------ what the patient said


@pytest.mark.parametrize(
    ("said", "state", "wants"),
    [("confirm", "confirmed", False), ("change", "booked", True), ("cancel", "cancelled", False)],
)
def test_answer_survives_a_file_that_has_not_changed(clinic: UUID, said: str, state: str, wants: bool) -> None:
    told = booking()
    record(clinic, told)
    answer(clinic, said)
    assert record(clinic, told).unchanged == 1
    now = visit(clinic)
    assert (now.state, now.wants_another_time, now.answer) == (state, wants, said)


def test_answer_survives_a_change_of_other_details(clinic: UUID) -> None:
    record(clinic, booking())
    answer(clinic, "cancel")
    assert record(clinic, booking(clinician="Dr Osei")).changed == 1
    assert visit(clinic).state == VisitState.CANCELLED


def test_moved_visit_asks_anew(clinic: UUID) -> None:
    record(clinic, booking())
    answer(clinic, "confirm")
    record(clinic, booking(ahead=12 * DAY))
    now = visit(clinic)
    assert (now.state, now.answer) == (VisitState.BOOKED, "")
    assert "question" in steps(clinic)


def test_source_that_cancels_what_the_patient_cancelled_tells_nobody_again(clinic: UUID) -> None:
    record(clinic, booking())
    answer(clinic, "cancel")
    came = record(clinic, booking(status=BookingStatus.CANCELLED))
    assert len(came.to_tell) == 0
    assert steps(clinic) == set()


def test_cancel_and_take_back_plan_the_questions_again(clinic: UUID) -> None:
    record(clinic, booking())
    assert answer(clinic, "cancel") == "cancelled"
    assert steps(clinic) == set()
    assert answer(clinic, "confirm") == "too_late"
    assert answer(clinic, "take_back") == "taken_back"
    assert visit(clinic).state == VisitState.BOOKED
    assert {"question", "second_question"} <= steps(clinic)
    assert story(clinic) == [ChangeKind.BOOKED, ChangeKind.CANCELLED, ChangeKind.TAKEN_BACK]


def test_what_the_clinic_cancelled_the_patient_can_not_take_back(clinic: UUID) -> None:
    record(clinic, booking())
    record(clinic, booking(status=BookingStatus.CANCELLED))
    assert answer(clinic, "take_back") == "too_late"
    assert visit(clinic).state == VisitState.CANCELLED


@pytest.mark.parametrize("said", ["confirm", "change", "cancel", "take_back"])
def test_answer_after_the_visit_has_begun_is_too_late(clinic: UUID, said: str) -> None:
    record(clinic, booking(ahead=timedelta(hours=2)))
    factories.advance(timedelta(hours=3))
    assert answer(clinic, said) == "too_late"
    assert visit(clinic).state == VisitState.BOOKED


def test_wish_for_another_time_raises_one_task(clinic: UUID) -> None:
    record(clinic, booking())
    answer(clinic, "change")
    answer(clinic, "change")
    assert sql("SELECT kind, count(*) FROM tasks_task GROUP BY kind") == [("another_time", 1)]


# ------------------------------------------------------------------------------------------------ who is told


def test_first_import_plans_reminders_only(clinic: UUID) -> None:
    came = record(clinic, booking(), is_first_import=True)
    assert len(came.to_tell) == 0
    assert steps(clinic) == {"question", "second_question"}


def test_first_import_tells_everybody_if_told_to(clinic: UUID) -> None:
    came = record(clinic, booking(), announce=Announce.ALL, is_first_import=True)
    assert len(came.to_tell) == 1
    assert "booked" in steps(clinic)


def test_fifty_people_are_told_and_more_wait_for_a_word(
    clinic: UUID,
    maintenance: "psycopg.Connection",  # type: ignore[type-arg]
) -> None:
    record(clinic, *(booking(f"A-{n}", person(n)) for n in range(50)))
    release(clinic, Announce.AUTO)
    assert held(clinic) == 0
    worker.run_due(maintenance)
    assert len(factories.wordings(clinic)) == 50
    record(clinic, *(booking(f"B-{n}", person(n)) for n in range(51)))
    release(clinic, Announce.AUTO)
    worker.run_due(maintenance)
    assert held(clinic) == 51
    assert len(factories.wordings(clinic)) == 50
    release(clinic, Announce.ALL)
    worker.run_due(maintenance)
    assert len(factories.wordings(clinic)) == 101


def test_one_family_of_many_visits_counts_as_one_person(clinic: UUID) -> None:
    record(clinic, *(booking(f"A-{n}", person(321), ahead=(n + 5) * DAY) for n in range(60)))
    release(clinic, Announce.AUTO)
    assert held(clinic) == 0


def test_those_who_wait_are_dropped_on_word_and_keep_their_reminders(
    clinic: UUID,
    maintenance: "psycopg.Connection",  # type: ignore[type-arg]
) -> None:
    record(clinic, *(booking(f"A-{n}", person(n)) for n in range(51)))
    release(clinic, Announce.AUTO)
    release(clinic, Announce.NONE)
    worker.run_due(maintenance)
    assert factories.wordings(clinic) == []
    assert steps(clinic) == {"question", "second_question"}


def test_word_on_one_source_moves_no_other(clinic: UUID) -> None:
    record(clinic, *(booking(f"A-{n}", person(n)) for n in range(51)))
    record(clinic, *(booking(f"A-{n}", person(n)) for n in range(51)), source="other")
    release(clinic, Announce.ALL)
    assert held(clinic) == 51


# ------------------------------------------------------------------------------------------------ links


def test_moved_visit_ends_the_links_to_its_old_time(
    clinic: UUID,
    maintenance: "psycopg.Connection",  # type: ignore[type-arg]
) -> None:
    record(clinic, booking())
    release(clinic)
    worker.run_due(maintenance)
    (text,) = factories.wordings(clinic)
    token = text.rsplit("/r/", 1)[1].split()[0].rstrip(".")
    first = texts.link_behind(token)
    assert first is not None
    assert first.is_live
    record(clinic, booking(ahead=12 * DAY))
    ended = texts.link_behind(token)
    assert ended is not None
    assert not ended.is_live
