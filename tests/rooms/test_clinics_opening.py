"""When a clinic opens next, whatever its week and its clocks."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.clinics.opening import next_day_opening, next_opening, open_until
from recado.clinics.types import USUAL_DAY, USUAL_WEEK, OpenDay
from recado.conversations.types import Snooze
from recado.web import opening_words
from recado.web.inbox import words

LONDON = ZoneInfo("Europe/London")
NEVER: tuple[OpenDay, ...] = ((),) * 7
WITH_LUNCH: tuple[OpenDay, ...] = (((time(8), time(12)), (time(14), time(18))),) * 7


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def day_of(times: list[time]) -> OpenDay:
    ordered = sorted(times)
    return tuple(zip(ordered[::2], ordered[1::2], strict=True))


minutes = st.integers(0, 24 * 60 - 1).map(lambda at: time(at // 60, at % 60))
days = st.sampled_from([0, 2, 4]).flatmap(lambda n: st.lists(minutes, min_size=n, max_size=n, unique=True)).map(day_of)
weeks = st.tuples(*(days,) * 7)
zones = st.sampled_from(["Europe/London", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo"]).map(ZoneInfo)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


@given(weeks, zones, moments)
def test_next_opening_is_the_first_one_after(week: tuple[OpenDay, ...], zone: ZoneInfo, now: datetime) -> None:
    opening = next_opening(week, zone, now)
    if opening is None:
        assert not any(week)
        return
    assert now < opening <= now + timedelta(days=16)
    assert open_until(week, zone, opening) is not None
    assert open_until(week, zone, opening - timedelta(seconds=1)) is None or len(week[opening.weekday()]) > 1
    before = next_opening(week, zone, now + (opening - now) / 2)
    assert before == opening


@given(weeks, zones, moments)
def test_open_until_is_ahead_and_no_opening_lies_before(
    week: tuple[OpenDay, ...], zone: ZoneInfo, now: datetime
) -> None:
    until = open_until(week, zone, now)
    assert until is None or now < until <= now + timedelta(hours=26)


@given(weeks, zones, moments)
def test_opening_of_a_later_day_is_on_a_later_day(week: tuple[OpenDay, ...], zone: ZoneInfo, now: datetime) -> None:
    opening = next_day_opening(week, zone, now)
    assert (opening is None) == (not any(week))
    if opening is not None:
        assert opening.astimezone(zone).date() > now.astimezone(zone).date()


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-25 07:59", "2026-11-25 08:00"),
        ("2026-11-25 08:00", "2026-11-26 08:00"),
        ("2026-11-27 19:00", "2026-11-30 08:00"),  # Friday evening
        ("2026-11-28 12:00", "2026-11-30 08:00"),
    ],
)
def test_usual_week(now: str, opens: str) -> None:
    assert next_opening(USUAL_WEEK, LONDON, at(now)) == at(opens)


def test_lunch_is_closed_and_not_another_day() -> None:
    noon = at("2026-11-25 12:30")
    assert open_until(WITH_LUNCH, LONDON, noon) is None
    assert next_opening(WITH_LUNCH, LONDON, noon) == at("2026-11-25 14:00")
    assert next_day_opening(WITH_LUNCH, LONDON, noon) == at("2026-11-26 08:00")
    assert open_until(WITH_LUNCH, LONDON, at("2026-11-25 15:00")) == at("2026-11-25 18:00")


def test_early_in_the_day_this_morning_is_not_tomorrow() -> None:
    assert next_day_opening((USUAL_DAY,) * 7, LONDON, at("2026-11-25 06:00")) == at("2026-11-26 08:00")


def test_clinic_without_hours_never_opens() -> None:
    now = at("2026-11-25 12:30")
    assert (next_opening(NEVER, LONDON, now), next_day_opening(NEVER, LONDON, now)) == (None, None)


def test_hour_that_the_clocks_jump_over_opens_an_hour_later() -> None:
    week: tuple[OpenDay, ...] = (*((),) * 6, ((time(1, 30), time(5)),))
    assert next_opening(week, LONDON, at("2026-03-29 00:00")) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-11-25 09:00", "Open now, until 12:00."),
        ("2026-11-25 12:30", "Closed now. Opens at 14:00."),
        ("2026-11-25 18:00", "Closed now. Opens Thu 26 Nov, 08:00."),
    ],
)
def test_patients_read_whether_it_is_open(now: str, said: str) -> None:
    assert opening_words.state(WITH_LUNCH, LONDON, at(now)) == said
    assert opening_words.state(NEVER, LONDON, at(now)) == ""


def test_days_with_the_same_hours_are_one_line() -> None:
    assert opening_words.week_lines(USUAL_WEEK) == ["Mon–Fri 08:00–18:00"]
    assert opening_words.week_lines((*WITH_LUNCH[:1], (), *USUAL_WEEK[2:4], (), (), ())) == [
        "Mon 08:00–12:00, 14:00–18:00",
        "Wed–Thu 08:00–18:00",
    ]


def test_menu_says_when_the_conversation_is_back() -> None:
    friday = at("2026-11-27 15:00")
    assert words.snooze(Snooze.TOMORROW, at("2026-11-30 08:00"), friday) == "Until Mon 30 Nov, 08:00"
    assert words.snooze(Snooze.TOMORROW, at("2026-11-28 09:00"), friday) == "Until tomorrow, 09:00"
    assert words.snooze(Snooze.REPLY, None, friday) == "Until they write"
