"""The rule table: who may be told what, and when."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recado.consent.rules import RULES, TABLE, judge
from recado.consent.types import (
    EVERYTHING,
    GROUP_OF,
    Allow,
    CareBasis,
    Facts,
    Later,
    Never,
    Privacy,
    Proposal,
    Purpose,
    PurposeGroup,
    QuietHours,
)

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 22, tzinfo=UTC)
LONDON = Facts(time_zone="Europe/London")
ALL = frozenset(EVERYTHING)
PLANNED = (Purpose.CARE, Purpose.BILLING, Purpose.SURVEY, Purpose.NEWS)
AT_ONCE = tuple(purpose for purpose in Purpose if purpose not in PLANNED)


def test_every_purpose_has_a_row_and_every_row_a_sentence_when_the_table_is_read() -> None:
    assert set(TABLE) == set(Purpose)
    assert {rule for rule, _ in TABLE.values()} <= set(RULES)
    assert all(sentence.endswith(".") for sentence in RULES.values())


@pytest.mark.parametrize("purpose", Purpose)
def test_nothing_goes_when_there_is_no_phone(purpose: Purpose) -> None:
    assert judge(Proposal(purpose), replace(LONDON, has_phone=False), NOON) == Never("no_phone")


@pytest.mark.parametrize("purpose", Purpose)
def test_nothing_but_what_its_holder_asked_for_goes_when_the_number_is_wrong(purpose: Purpose) -> None:
    facts = replace(LONDON, is_wrong_number=True, permitted=ALL)
    asked_for = {Purpose.OPT_OUT_CONFIRMATION: Allow("opt_out_confirmation"), Purpose.HELP: Allow("help")}
    expected = asked_for.get(purpose, Never("wrong_number"))
    assert judge(Proposal(purpose), facts, NOON) == expected


@pytest.mark.parametrize("purpose", Purpose)
def test_withdrawn_groups_are_silent_when_everything_else_allows(purpose: Purpose) -> None:
    facts = replace(LONDON, withdrawn=ALL, permitted=ALL)
    verdict = judge(Proposal(purpose), facts, NOON)
    if GROUP_OF[purpose] is PurposeGroup.NONE:
        assert isinstance(verdict, Allow)
    else:
        assert verdict == Never("withdrawn")


@pytest.mark.parametrize(
    ("purpose", "basis", "verdict"),
    [
        (Purpose.CARE, CareBasis.CARE, Allow("care")),
        (Purpose.CARE, CareBasis.CONSENT, Never("no_permission")),
        (Purpose.BILLING, CareBasis.CARE, Allow("billing")),
        (Purpose.BILLING, CareBasis.CONSENT, Never("no_permission")),
        (Purpose.SURVEY, CareBasis.CARE, Never("no_permission")),
        (Purpose.NEWS, CareBasis.CARE, Never("no_permission")),
        (Purpose.ANSWER, CareBasis.CONSENT, Allow("answer_at_once")),
        (Purpose.EMERGENCY, CareBasis.CONSENT, Allow("emergency")),
        (Purpose.STAFF, CareBasis.CONSENT, Allow("staff")),
    ],
)
def test_permission_is_asked_for_when_the_purpose_or_the_clinic_wants_one(
    purpose: Purpose, basis: CareBasis, verdict: object
) -> None:
    assert judge(Proposal(purpose), replace(LONDON, care_basis=basis), NOON) == verdict
    allowed = judge(Proposal(purpose), replace(LONDON, care_basis=basis, permitted=ALL), NOON)
    assert allowed == Allow(TABLE[purpose][0])


@pytest.mark.parametrize("purpose", PLANNED)
def test_planned_texts_wait_for_the_opening_when_it_is_night(purpose: Purpose) -> None:
    facts = replace(LONDON, permitted=ALL)
    opening = datetime(2026, 11, 25, 9, tzinfo=UTC)
    assert judge(Proposal(purpose), facts, NIGHT) == Later(opening, "quiet_hours")
    assert judge(Proposal(purpose, due=NIGHT), facts, NOON) == Later(opening, "quiet_hours")
    off = replace(facts, quiet_hours=QuietHours(None, None))
    assert isinstance(judge(Proposal(purpose), off, NIGHT), Allow)


@pytest.mark.parametrize("purpose", AT_ONCE)
def test_other_texts_go_at_once_when_it_is_night(purpose: Purpose) -> None:
    assert isinstance(judge(Proposal(purpose), replace(LONDON, sent_today=99), NIGHT), Allow)


@pytest.mark.parametrize(
    ("clock", "is_open"), [("08:59:59", False), ("09:00:00", True), ("17:59:59", True), ("18:00:00", False)]
)
def test_quiet_hours_end_and_begin_to_the_second_when_at_the_edges(clock: str, is_open: bool) -> None:
    at = datetime.fromisoformat(f"2026-07-01T{clock}+02:00")
    facts = replace(LONDON, time_zone="Europe/Warsaw")
    assert isinstance(judge(Proposal(Purpose.CARE), facts, at), Allow) is is_open


def test_a_text_waits_for_the_next_day_when_the_number_has_had_enough() -> None:
    facts = replace(LONDON, sent_today=4)
    assert judge(Proposal(Purpose.CARE), facts, NOON) == Later(datetime(2026, 11, 25, 9, tzinfo=UTC), "frequency_cap")
    assert judge(Proposal(Purpose.CARE), replace(facts, sent_today=3), NOON) == Allow("care")
    off = replace(facts, quiet_hours=QuietHours(None, None))
    assert judge(Proposal(Purpose.CARE), off, NOON) == Later(NOON + timedelta(days=1), "frequency_cap")


def test_nothing_is_put_off_when_it_would_be_of_no_use_then() -> None:
    visit = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
    assert judge(Proposal(Purpose.CARE, expires_at=visit), LONDON, NIGHT) == Never("expired")
    assert judge(Proposal(Purpose.CARE, expires_at=visit), replace(LONDON, sent_today=4), NOON) == Never("expired")
    assert judge(Proposal(Purpose.CARE, expires_at=visit), LONDON, NOON) == Allow("care")
    assert judge(Proposal(Purpose.CARE, expires_at=NOON), LONDON, NOON) == Never("expired")


def test_no_more_is_said_than_a_screen_may_show_when_the_text_is_private() -> None:
    clinical = Proposal(Purpose.CARE, privacy=Privacy.CLINICAL)
    assert judge(clinical, LONDON, NOON) == Never("too_private")
    assert judge(clinical, replace(LONDON, privacy=Privacy.CLINICAL), NOON) == Allow("care")
    assert judge(Proposal(Purpose.ANSWER), replace(LONDON, privacy=Privacy.NEUTRAL), NOON) == Never("too_private")
    neutral = Proposal(Purpose.ANSWER, privacy=Privacy.NEUTRAL)
    assert judge(neutral, replace(LONDON, privacy=Privacy.NEUTRAL), NOON) == Allow("answer_at_once")


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
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
GROUPS = st.frozensets(st.sampled_from(EVERYTHING))
FACTS = st.builds(
    Facts,
    time_zone=ZONES,
    quiet_hours=QUIET,
    care_basis=st.sampled_from(CareBasis),
    withdrawn=GROUPS,
    permitted=GROUPS,
    is_wrong_number=st.booleans(),
    has_phone=st.booleans(),
    sent_today=st.integers(0, 6),
    sent_this_hour=st.integers(0, 9),
    most_an_hour=st.integers(0, 4),
    is_repeat=st.booleans(),
    privacy=st.sampled_from(Privacy),
)
PROPOSALS = st.builds(
    Proposal,
    purpose=st.sampled_from(Purpose),
    due=st.none() | MOMENTS,
    privacy=st.sampled_from(Privacy),
    expires_at=st.none() | MOMENTS,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(PROPOSALS, FACTS, MOMENTS)
def test_later_allows_when_judged_again_at_its_time(proposal: Proposal, facts: Facts, now: datetime) -> None:
    verdict = judge(proposal, facts, now)
    assert verdict.rule in RULES
    if not isinstance(verdict, Later):
        return
    assert verdict.until > now
    again = judge(proposal, facts, verdict.until)
    counted = facts.sent_today >= facts.most_a_day or facts.sent_this_hour >= facts.most_an_hour > 0
    if counted:  # of its own day and hour
        again = judge(proposal, replace(facts, sent_today=0, sent_this_hour=0), verdict.until)
    assert isinstance(again, Allow)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(PROPOSALS, FACTS, MOMENTS)
def test_no_planned_text_is_allowed_when_withdrawn_unpermitted_or_at_night(
    proposal: Proposal, facts: Facts, now: datetime
) -> None:
    if not isinstance(judge(proposal, facts, now), Allow):
        return
    group = GROUP_OF[proposal.purpose]
    assert group not in facts.withdrawn
    if proposal.purpose in PLANNED:
        leaves = max(proposal.due or now, now)
        assert facts.quiet_hours.window(facts.time_zone).is_open(leaves)
        assert facts.sent_today < facts.most_a_day and not facts.is_repeat
        hours = facts.sent_this_hour // facts.most_an_hour if facts.most_an_hour else 0
        assert leaves >= now + timedelta(hours=hours)
    if proposal.purpose in (Purpose.SURVEY, Purpose.NEWS):
        assert group in facts.permitted


@given(ZONES, QUIET, MOMENTS, st.timedeltas(timedelta(0), timedelta(hours=2)))
def test_window_answers_are_open_and_on_the_right_side_when_clocks_change(
    zone: str, quiet: QuietHours, at: datetime, margin: timedelta
) -> None:
    window = quiet.window(zone)
    after, before = window.next_open(at), window.last_open(at, margin)
    assert window.is_open(after)
    assert window.is_open(before)
    assert before <= at <= after
    assert window.is_open(window.next_day_open(at))
    assert window.next_day_open(at) > at
    if window.is_open(at):
        assert after == at


def test_window_leaves_a_margin_when_asked_for_the_last_moment() -> None:
    window = QuietHours().window("Europe/London")
    quarter = timedelta(minutes=15)
    assert window.last_open(NIGHT, quarter) == NIGHT.replace(hour=17, minute=45)
    assert window.last_open(NIGHT.replace(hour=17, minute=50), quarter) == NIGHT.replace(hour=17, minute=45)
    assert window.last_open(NIGHT.replace(hour=17, minute=45), quarter) == NIGHT.replace(hour=17, minute=45)
    assert window.last_open(NIGHT.replace(hour=8), quarter) == datetime(2026, 11, 23, 17, 45, tzinfo=UTC)
    night_shift = QuietHours(time(20), time(6)).window("Europe/London")
    assert night_shift.is_open(NIGHT)
    assert night_shift.next_open(NOON) == NOON.replace(hour=20)
    assert night_shift.last_open(NOON, quarter) == NOON.replace(hour=5, minute=45)
