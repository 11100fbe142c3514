"""A visit gets another clinician at the time that stands: who is told, when, and when not."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.appointments.types import Announce, BookingStatus
from recado.clinics.types import NO_QUIET_HOURS
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.journeys.engine import due_step, plan_steps
from recado.journeys.plans_of_visits import CLINICIAN
from recado.journeys.types import Anchor, Do, Done, Facts
from recado.messaging.outbox import ClaimedSlice
from tests import factories
from tests.desk import Desk
from tests.factories import DAY, wordings
from tests.rooms.test_gallery import do_all, take
from tests.rooms.test_stale_texts import untaken, write_stale

HOUR = timedelta(hours=1)
Work = Callable[..., int]


@pytest.fixture
def clinic(database: None) -> UUID:
    clinic_id = factories.make_furnished().id
    take(clinic_id, "clinician")
    return clinic_id


@pytest.fixture
def work(database: None) -> Iterator[Work]:
    """Goes on by so long and does what is due; `leaves`: the carrier takes every text at once."""

    def go_on(step: timedelta = timedelta(0), *, leaves: bool = True) -> int:
        done = do_all(maintenance, step)
        if leaves:
            factories.sql("DELETE FROM messaging_outbox")
        return done

    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        yield go_on


class Source:
    """The clinic's calendar elsewhere: one visit at one time, told as often as anything about it changes."""

    def __init__(self, clinic_id: UUID) -> None:
        self.clinic_id, self.start = clinic_id, factories.advance(timedelta(0)) + 10 * DAY

    def says(self, clinician: str, announce: Announce = Announce.ALL, **more: Any) -> None:
        made = factories.booking(**{"start": self.start, "clinician": clinician, **more})
        factories.record(self.clinic_id, made, announce=announce)
        factories.release(self.clinic_id, announce)


def told(clinic_id: UUID) -> list[str]:
    return [text for text in wordings(clinic_id) if "will be with" in text]


def test_clinician_is_told_when_it_becomes_known_and_when_it_changes(clinic: UUID, work: Work) -> None:
    source = Source(clinic)
    source.says("")
    work()
    source.says("Dr Osei")
    work(HOUR)
    assert (
        len(told(clinic)) == 1
        and "Eleanor, your appointment on" in told(clinic)[0]
        and "with Dr Osei." in told(clinic)[0]
    )
    source.says("Dr Osei")
    source.says("Dr Lindqvist")
    work(HOUR)
    assert "with Dr Lindqvist." in told(clinic)[1]
    source.says("")
    work(HOUR)
    assert len(told(clinic)) == 2, "nothing can be said of nobody"


def test_clinician_is_not_told_when_it_changes_back_before_the_text_leaves(clinic: UUID, work: Work) -> None:
    source = Source(clinic)
    source.says("Dr Osei")
    work()
    source.says("Dr Lindqvist")
    source.says("Dr Osei")
    work(HOUR)
    assert told(clinic) == []


def test_text_in_the_outbox_is_taken_back_when_the_clinician_changes_back(clinic: UUID, work: Work) -> None:
    source = Source(clinic)
    source.says("Dr Osei")
    work()
    source.says("Dr Lindqvist")
    work(HOUR, leaves=False)
    assert len(told(clinic)) == 1, "it waits for the carrier"
    source.says("Dr Osei")
    work(HOUR, leaves=False)
    assert len(told(clinic)) == 1
    assert factories.queued() == set()
    source.says("Dr Lindqvist")
    work(HOUR)
    assert len(told(clinic)) == 2, "they never heard of it, so it is told"


def test_booking_that_waits_is_written_anew_and_says_it_all_when_the_clinician_changes(
    clinic: UUID, work: Work
) -> None:
    source = Source(clinic)
    source.says("Dr Osei")
    work(leaves=False)
    source.says("Dr Lindqvist")
    work(HOUR, leaves=False)
    assert told(clinic) == []
    assert len(factories.queued()) == 1
    assert "booked for" in wordings(clinic)[-1] and "Dr Lindqvist" in wordings(clinic)[-1]
    work()
    source.says("Dr Osei")
    work(HOUR)
    assert "with Dr Osei." in told(clinic)[-1], "they had heard of the other"


def test_clinician_is_told_with_the_new_time_when_both_change_at_once(clinic: UUID, work: Work) -> None:
    source = Source(clinic)
    source.says("Dr Osei")
    work()
    source.says("Dr Lindqvist", start=source.start + DAY)
    work(HOUR, leaves=False)
    assert told(clinic) == [] and "has moved to" in wordings(clinic)[-1] and "Dr Lindqvist" in wordings(clinic)[-1]
    source.start += DAY
    source.says("Dr Osei")
    work(HOUR)
    assert len(told(clinic)) == 0, "the move waits in the outbox, and is written anew"
    assert "has moved to" in wordings(clinic)[-1] and "Dr Osei" in wordings(clinic)[-1]


def test_nobody_is_told_of_a_clinician_when_the_visit_is_past_off_or_entered_silently(clinic: UUID, work: Work) -> None:
    source = Source(clinic)
    source.says("Dr Osei")
    work()
    source.says("Dr Lindqvist", Announce.NONE)
    work(HOUR)
    source.says("Dr Lindqvist", status=BookingStatus.CANCELLED)
    work(HOUR)
    source.says("Dr Adeyemi", status=BookingStatus.CANCELLED)
    work(11 * DAY)
    source.says("Dr Bell", status=BookingStatus.CANCELLED)
    work(HOUR)
    assert told(clinic) == []


def test_reminders_stand_and_name_the_new_clinician_when_they_go(clinic: UUID, work: Work) -> None:
    source = Source(clinic)
    source.says("Dr Osei")
    work()
    before = factories.sql("SELECT step, due FROM journeys_timer ORDER BY due")
    source.says("Dr Lindqvist")
    work()
    assert factories.sql("SELECT step, due FROM journeys_timer ORDER BY due") == before
    work(7 * DAY + HOUR)
    assert "Reply 1 to confirm" in wordings(clinic)[-1] and "Dr Lindqvist" in wordings(clinic)[-1]


def test_mass_change_waits_for_a_word_when_the_clinician_of_many_changes(clinic: UUID, work: Work) -> None:
    start = factories.advance(timedelta(0)) + 10 * DAY
    people = [factories.person(number) for number in range(100, 160)]
    first = [factories.booking(f"A-{n}", who, start=start) for n, who in enumerate(people)]
    factories.record(clinic, *first, announce=Announce.NONE)
    factories.release(clinic, Announce.NONE)
    again = [factories.booking(f"A-{n}", who, start=start, clinician="Dr Bell") for n, who in enumerate(people)]
    outcome = factories.record(clinic, *again)
    assert len(outcome.to_tell) == 60 and outcome.changed == 60
    factories.release(clinic, Announce.AUTO)
    work()
    assert told(clinic) == [], "more than fifty people wait for a person's word"
    factories.release(clinic, Announce.ALL)
    work()
    assert len(told(clinic)) == 60


def test_confirming_leaves_what_was_told_when_the_journey_is_planned_anew(clinic: UUID, work: Work) -> None:
    source = Source(clinic)
    source.says("Dr Osei")
    work(7 * DAY + HOUR)
    source.says("Dr Lindqvist")
    work()
    assert factories.hear(clinic, "1") == "confirmed"
    work(HOUR)
    assert len(told(clinic)) == 1
    with clinic_scope(clinic):
        assert factories.visit(clinic).clinician_was == "Dr Osei"


# ------------------------------------------------------------------------------------------------ news on their way to a carrier


@pytest.fixture
def source(clinic: UUID, work: Work) -> Source:
    """The clinician has changed, and the text that says so waits."""
    made = Source(clinic)
    made.says("Dr Osei")
    work(7 * DAY + HOUR)
    made.says("Dr Lindqvist")
    work(leaves=False)
    return made


def not_taken(desk: Desk, claimed: ClaimedSlice | None) -> None:
    assert claimed
    untaken(desk, claimed)
    assert write_stale() == 1


def test_news_that_no_carrier_took_are_told_when_who_hears_of_them_confirms_meanwhile(
    clinic: UUID, source: Source, work: Work, desk: Desk
) -> None:
    claimed = desk.claim()
    assert factories.hear(clinic, "1") == "confirmed"
    not_taken(desk, claimed)
    work(HOUR)
    assert len(told(clinic)) == 2 and "with Dr Lindqvist." in told(clinic)[1], "the first never left"
    source.says("Dr Lindqvist", service="Check-up")
    work(HOUR)
    assert len(told(clinic)) == 2
    source.says("Dr Osei")
    work(HOUR)
    assert "with Dr Osei." in told(clinic)[2]


def test_news_that_no_carrier_took_are_not_told_beside_newer_ones(
    clinic: UUID, source: Source, work: Work, desk: Desk
) -> None:
    claimed = desk.claim()
    source.says("Dr Adeyemi")
    work(leaves=False)
    not_taken(desk, claimed)
    work(HOUR)
    assert len(told(clinic)) == 2 and "with Dr Adeyemi." in told(clinic)[1]


def test_newer_news_that_still_wait_for_their_moment_are_told_once_when_no_carrier_took_the_first(
    clinic: UUID, source: Source, work: Work, desk: Desk
) -> None:
    claimed = desk.claim()
    source.says("Dr Adeyemi")
    not_taken(desk, claimed)
    work(HOUR)
    assert len(told(clinic)) == 2 and "with Dr Adeyemi." in told(clinic)[1]


def test_news_that_no_carrier_took_are_not_told_when_the_visit_is_off_or_was_changed_silently(
    clinic: UUID, source: Source, work: Work, desk: Desk
) -> None:
    claimed = desk.claim()
    source.says("Dr Adeyemi", Announce.NONE)
    not_taken(desk, claimed)
    work(HOUR)
    assert len(told(clinic)) == 1
    source.says("Dr Lindqvist")
    work(leaves=False)
    assert len(told(clinic)) == 2, "they have not heard of her yet"
    claimed = desk.claim()
    source.says("Dr Lindqvist", status=BookingStatus.CANCELLED)
    not_taken(desk, claimed)
    work(HOUR)
    assert len(told(clinic)) == 2


# ------------------------------------------------------------------------------------------------ the engine alone

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@given(st.lists(st.tuples(st.sampled_from(["", "A", "B", "C"]), st.booleans()), min_size=1, max_size=12))
def test_last_word_is_always_told_and_nothing_twice_in_a_row(changes: list[tuple[str, bool]]) -> None:
    """Each change, and whether the text leaves before the next one. Whoever is told last knows who it will be."""
    done: dict[str, Done] = {}
    knows, words = "A", []
    for number, (clinician, leaves) in enumerate([*changes, (changes[-1][0], True)]):
        anchor = Anchor(NOON + 9 * DAY, NOON, fields={"clinician": clinician}, clinician_was="A")
        now = NOON + number * HOUR
        planned = plan_steps(CLINICIAN, anchor, facts_with(done), now).steps
        assert len(planned) <= 1
        for step in planned:
            decision = due_step(CLINICIAN, step.key, anchor, facts_with(done), (), now)
            assert isinstance(decision, Do)
            if leaves:
                done[step.key] = Done(now, arm=decision.arm)
                assert clinician != knows
                knows = clinician
                words.append(clinician)
    assert changes[-1][0] in ("", knows)


def facts_with(done: dict[str, Done]) -> Facts:
    return Facts("Europe/London", NO_QUIET_HOURS, done=dict(done))
