"""The journey engine: single rules, and properties over zones and clock changes. Stories: `test_journey_stories`."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.consent.types import QuietHours
from recado.journeys.engine import due_step, plan_steps
from recado.journeys.events import APPOINTMENT as VISIT
from recado.journeys.moments import LAST_CALL
from recado.journeys.plans import APPOINTMENT
from recado.journeys.refusals import REASONS
from recado.journeys.types import (
    SILENT,
    Anchor,
    AnchorState,
    At,
    Decision,
    Do,
    Done,
    DroppedStep,
    Facts,
    Kind,
    Moment,
    Plan,
    PlannedStep,
    PlanStep,
    Schedule,
    Skip,
    Text,
    UnknownStep,
    Wait,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONDON = Facts("Europe/London")


def at(text: str, zone: str = "Europe/London") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


# ---------------------------------------------------------------- single rules


def done(*keys: str) -> dict[str, Done]:
    return {key: Done(datetime(2026, 1, 1, tzinfo=UTC)) for key in keys}


def text_of(step: PlannedStep | Decision) -> Text:
    assert not isinstance(step, Skip | Wait)
    assert isinstance(step.does, Text)
    return step.does


def keys(schedule: Schedule) -> list[tuple[str, str]]:
    london = ZoneInfo("Europe/London")
    return [(step.key, f"{step.due.astimezone(london):%a %d %H:%M}") for step in schedule.steps]


def test_step_is_refused_when_the_plan_has_none_of_that_key() -> None:
    with pytest.raises(UnknownStep):
        APPOINTMENT.step("nothing")


def test_step_keys_are_unique_when_a_plan_is_read() -> None:
    assert len({step.key for step in APPOINTMENT.steps}) == len(APPOINTMENT.steps)


def test_second_text_is_the_first_question_when_none_went_before() -> None:
    anchor = Anchor(at("2026-11-26 10:30"), at("2026-11-24 12:00"))
    schedule = plan_steps(APPOINTMENT, anchor, LONDON, anchor.booked_at)
    assert [(step.key, text_of(step).template) for step in schedule.steps] == [
        ("booked", "visit_confirmation"),
        ("second_question", "visit_question"),
    ]
    assert schedule.dropped == (DroppedStep("question", "moment_passed"),)
    due = schedule.steps[1].due
    assert due_step(APPOINTMENT, "second_question", anchor, LONDON, (), due) == Do(
        Text("visit_question", Kind.QUESTION)
    )
    asked = replace(LONDON, done=done("question"))
    assert due_step(APPOINTMENT, "second_question", anchor, asked, (), due) == Do(
        Text("visit_second_question", Kind.QUESTION)
    )


def test_confirmation_asks_when_no_question_can_follow() -> None:
    anchor = Anchor(at("2026-11-25 10:00"), at("2026-11-24 12:00"))
    schedule = plan_steps(APPOINTMENT, anchor, LONDON, anchor.booked_at)
    assert keys(schedule) == [("booked_question", "Tue 24 12:00")]
    assert text_of(schedule.steps[0]).kind is Kind.QUESTION


def test_one_question_goes_when_an_import_tells_nobody_and_both_moments_have_passed() -> None:
    quiet = replace(LONDON, announce=False)
    anchor = Anchor(at("2026-11-25 10:00"), at("2026-11-24 20:00"))
    assert keys(plan_steps(APPOINTMENT, anchor, quiet, anchor.booked_at)) == [("late_question", "Wed 25 09:00")]
    near = Anchor(at("2026-11-24 14:00"), at("2026-11-24 12:00"))
    schedule = plan_steps(APPOINTMENT, near, quiet, near.booked_at)
    assert schedule.steps == ()
    assert DroppedStep("late_question", "too_close") in schedule.dropped


def test_late_question_is_not_asked_twice_when_planned_again() -> None:
    facts = replace(LONDON, announce=False, done=done("late_question"))
    anchor = Anchor(at("2026-11-25 10:00"), at("2026-11-24 10:00"))
    assert plan_steps(APPOINTMENT, anchor, facts, at("2026-11-24 10:05")).steps == ()
    told = replace(LONDON, done=done("booked_question"))
    assert plan_steps(APPOINTMENT, anchor, told, at("2026-11-24 10:05")).steps == ()


def test_reminder_waits_and_then_gives_way_when_the_machine_stood_still() -> None:
    anchor = Anchor(at("2026-11-26 10:30"), at("2026-11-10 12:00"))
    assert due_step(APPOINTMENT, "question", anchor, LONDON, (), at("2026-11-23 21:00")) == Wait(
        at("2026-11-24 09:00").astimezone(UTC), "quiet_hours"
    )
    assert due_step(APPOINTMENT, "question", anchor, LONDON, (), at("2026-11-25 11:00")) == Skip("superseded")
    early = Anchor(at("2026-11-26 08:30"), at("2026-11-10 12:00"))
    assert due_step(APPOINTMENT, "second_question", early, LONDON, (), at("2026-11-25 19:00")) == Skip(
        "no_allowed_moment"
    )


def test_step_waits_when_fired_before_its_time() -> None:
    anchor = Anchor(at("2026-12-26 10:30"), at("2026-11-10 12:00"))
    assert due_step(APPOINTMENT, "question", anchor, LONDON, (), at("2026-11-23 10:30")) == Wait(
        at("2026-12-23 10:30").astimezone(UTC), "not_yet"
    )


def test_moved_notice_goes_when_the_visit_still_counts_as_confirmed() -> None:
    anchor = Anchor(at("2026-12-26 10:30"), at("2026-11-10 12:00"), AnchorState.CONFIRMED, revision=2)
    schedule = plan_steps(APPOINTMENT, anchor, LONDON, at("2026-11-24 12:00"))
    assert keys(schedule) == [("moved", "Tue 24 12:00")]


def test_steps_pushed_onto_one_moment_become_one_when_hours_are_short() -> None:
    dated = [
        PlanStep(key, Moment(At.BEFORE, before), Text("visit_question", Kind.QUESTION), SILENT)
        for key, before in (("far", 26 * HOUR), ("near", 24 * HOUR))
    ]
    plan = Plan("test", 1, VISIT, tuple(dated))
    anchor = Anchor(at("2026-11-26 08:00"), at("2026-11-10 12:00"))
    assert keys(plan_steps(plan, anchor, LONDON, anchor.booked_at)) == [("near", "Tue 24 17:45")]


def test_every_reason_has_a_sentence_when_listed() -> None:
    assert all(sentence.endswith(".") for sentence in REASONS.values())


# ---------------------------------------------------------------- properties

ZONES = st.sampled_from(
    [
        "Europe/London",
        "Europe/Warsaw",
        "Asia/Jakarta",
        "America/New_York",
        "Australia/Lord_Howe",
        "Africa/Cairo",
        "Pacific/Apia",
    ]
)
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
QUIET = st.one_of(st.just(QuietHours()), st.just(QuietHours(None, None)), st.builds(QuietHours, CLOCKS, CLOCKS))
FACTS = st.builds(
    Facts,
    time_zone=ZONES,
    quiet_hours=QUIET,
    announce=st.booleans(),
    has_stopped=st.sampled_from([False, False, False, True]),
    done=st.lists(st.sampled_from([step.key for step in APPOINTMENT.steps]), max_size=2).map(lambda keys: done(*keys)),
)
# Half of them near a change of clocks.
MOMENTS = st.one_of(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC)),
    st.builds(
        lambda change, offset: change + offset,
        st.sampled_from([datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)]),
        st.timedeltas(timedelta(days=-4), timedelta(days=4)),
    ),
)
ANSWERS = st.lists(st.sampled_from(["confirm", "change", "cancel"]), max_size=2)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Anchor, Facts, datetime, list[str]]:
    now = draw(MOMENTS)
    start = now + draw(st.timedeltas(timedelta(days=-1), timedelta(days=12)))
    anchor = Anchor(start, now, draw(st.sampled_from(AnchorState)), draw(st.integers(1, 3)))
    return anchor, draw(FACTS), now, draw(st.one_of(st.just([]), ANSWERS))


@given(situations())
def test_plan_keeps_its_promises_whatever_the_situation(
    situation: tuple[Anchor, Facts, datetime, list[str]],
) -> None:
    anchor, facts, now, answers = situation
    schedule = plan_steps(APPOINTMENT, anchor, facts, now, answers)
    window = facts.quiet_hours.window(facts.time_zone)
    dues = [step.due for step in schedule.steps]
    planned = [step.key for step in schedule.steps]
    assert len(planned) == len(set(planned))
    assert not set(planned) & facts.done.keys()
    assert not set(planned) & {dropped.key for dropped in schedule.dropped}
    assert all(one < other for one, other in pairwise(dues))
    assert all(now <= due < anchor.start and window.is_open(due) for due in dues)
    assert {dropped.reason for dropped in schedule.dropped} <= set(REASONS)
    if facts.has_stopped or anchor.start <= now:
        assert planned == []
    if anchor.state is AnchorState.CANCELLED:
        assert planned in ([], ["cancelled"], ["cancel_confirmed"])
    if anchor.state is AnchorState.CONFIRMED or answers:
        assert all(text_of(step).kind is Kind.NOTICE for step in schedule.steps)
    if not facts.announce:
        assert not {"booked", "booked_question", "moved", "moved_question", "cancelled"} & set(planned)
    assert sum(step.due == dues[0] for step in schedule.steps) <= 1


@given(situations())
def test_planned_step_is_sent_when_it_is_due_and_nothing_has_happened(
    situation: tuple[Anchor, Facts, datetime, list[str]],
) -> None:
    anchor, facts, now, answers = situation
    for step in plan_steps(APPOINTMENT, anchor, facts, now, answers).steps:
        decision = due_step(APPOINTMENT, step.key, anchor, facts, answers, step.due)
        assert decision == Do(step.does)
        facts = replace(facts, done={**facts.done, **done(step.key)})
        assert due_step(APPOINTMENT, step.key, anchor, facts, answers, step.due) == Skip("already_sent")


@given(situations(), st.sampled_from([step.key for step in APPOINTMENT.steps]), st.timedeltas(-DAY, 12 * DAY))
def test_nothing_is_sent_when_it_must_not_be_at_whatever_moment_a_step_fires(
    situation: tuple[Anchor, Facts, datetime, list[str]], key: str, later: timedelta
) -> None:
    anchor, facts, now, answers = situation
    now += later
    window = facts.quiet_hours.window(facts.time_zone)
    decision = due_step(APPOINTMENT, key, anchor, facts, answers, now)
    if isinstance(decision, Wait):
        assert now < decision.until < anchor.start
    elif isinstance(decision, Skip):
        assert decision.reason in REASONS
    else:
        assert now < anchor.start
        assert window.is_open(now)
        assert not facts.has_stopped
        assert key not in facts.done
        assert text_of(decision).kind is Kind.NOTICE or not (answers or anchor.state is not AnchorState.BOOKED)
        assert (anchor.state is AnchorState.CANCELLED) == (key in {"cancelled", "cancel_confirmed"})


@given(
    MOMENTS,
    st.timedeltas(timedelta(hours=2, seconds=1), timedelta(days=12)),
    ZONES,
    QUIET,
    st.booleans(),
    st.integers(1, 2),
)
def test_a_question_is_always_planned_when_an_allowed_moment_is_left(
    now: datetime, ahead: timedelta, zone: str, quiet: QuietHours, announce: bool, revision: int
) -> None:
    facts = Facts(zone, quiet, announce)
    anchor = Anchor(now + ahead, now, revision=revision)
    schedule = plan_steps(APPOINTMENT, anchor, facts, now)
    has_moment = quiet.window(zone).next_open(now) < anchor.start
    assert any(text_of(step).kind is Kind.QUESTION for step in schedule.steps) is has_moment
    if announce:
        told = {"booked", "booked_question"} if revision == 1 else {"moved", "moved_question"}
        assert len(told & {step.key for step in schedule.steps}) == has_moment


@given(MOMENTS, st.timedeltas(4 * DAY, 30 * DAY), ZONES)
def test_reminder_is_at_the_visits_own_hour_or_earlier_when_hours_forbid_it(
    now: datetime, ahead: timedelta, zone: str
) -> None:
    anchor = Anchor(now + ahead, now)
    local_start = anchor.start.astimezone(ZoneInfo(zone))
    for step in plan_steps(APPOINTMENT, anchor, Facts(zone, announce=False), now).steps:
        before = APPOINTMENT.step(step.key).when.by
        local = step.due.astimezone(ZoneInfo(zone))
        ideal = local_start.replace(tzinfo=None, fold=0) - before
        is_allowed = time(9) <= ideal.time() <= (datetime.combine(ideal, time(18)) - LAST_CALL).time()
        if is_allowed:
            assert local.replace(tzinfo=None, fold=0) == ideal
        else:
            assert local.time() == time(17, 45)
            assert ideal - DAY < local.replace(tzinfo=None, fold=0) < ideal


@given(MOMENTS, st.timedeltas(5 * DAY, 12 * DAY), st.timedeltas(timedelta(0), 5 * DAY))
def test_reminders_never_come_earlier_when_the_visit_is_later(
    now: datetime, ahead: timedelta, further: timedelta
) -> None:
    facts = Facts("Asia/Jakarta", announce=False)

    def dues(start: datetime) -> Iterator[datetime]:
        return (step.due for step in plan_steps(APPOINTMENT, Anchor(start, now), facts, now).steps)

    assert all(one <= other for one, other in zip(dues(now + ahead), dues(now + ahead + further), strict=True))
