"""Who is asked for a free time, how many at once, and for how long: pure rules."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.appointments import waves
from recado.appointments.waves import FreeTime, Wish

NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)  # a Tuesday
TODAY = FreeTime(NOW + timedelta(hours=3), timedelta(minutes=15), "Dr Okafor", "Follow-up", "")
LONDON = "Europe/London"


def wish(number: int = 1, **more: object) -> Wish:
    name = UUID(int=number)
    return Wish(name, name, **{"joined_at": NOW - timedelta(days=number), **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "is_fit"),
    [
        ({}, True),
        ({"clinician": "dr okafor"}, True),
        ({"clinician": "Nurse Silva"}, False),
        ({"service": "Vaccination"}, False),
        ({"days": 0b0000010}, True),
        ({"days": 0b0000001}, False),
        ({"from_minute": 11 * 60, "to_minute": 12 * 60}, True),
        ({"from_minute": 12 * 60, "to_minute": 18 * 60}, False),
        ({"notice": timedelta(hours=3)}, True),
        ({"notice": timedelta(hours=4)}, False),
        ({"has_at": TODAY.starts_at + timedelta(days=9)}, True),
        ({"has_at": TODAY.starts_at - timedelta(minutes=5)}, False),
    ],
)
def test_time_fits_when_it_is_what_somebody_waits_for(more: dict[str, object], is_fit: bool) -> None:
    assert waves.fits(wish(**more), TODAY, NOW, LONDON) is is_fit


def test_hours_are_those_of_the_clinics_wall_when_its_clock_is_not_utc() -> None:
    summer = FreeTime(datetime(2026, 7, 1, 10, 30, tzinfo=UTC))
    in_the_morning = wish(from_minute=0, to_minute=12 * 60)
    now = datetime(2026, 6, 30, tzinfo=UTC)
    assert waves.fits(in_the_morning, summer, now, "Europe/London")
    assert not waves.fits(in_the_morning, summer, now, "Europe/Warsaw"), "half past twelve there"


def test_urgent_comes_first_and_then_who_waits_longest_when_several_fit() -> None:
    those = [wish(1), wish(5), wish(3, is_urgent=True), wish(9, clinician="Nurse Silva")]
    assert [one.entry_id.int for one in waves.ranked(those, TODAY, NOW, LONDON)] == [3, 5, 1]


@given(st.integers(0, 500), st.integers(0, 500))
def test_wave_gives_a_good_chance_of_a_yes_and_stays_small(yes: int, more: int) -> None:
    size = waves.wave_size(yes, yes + more)
    rate = min(0.95, (yes + waves.PRIOR_YES) / (yes + more + waves.PRIOR_ASKED))
    assert 1 <= size <= waves.LARGEST_WAVE
    assert size == waves.LARGEST_WAVE or 1 - (1 - rate) ** size >= waves.HOPED - 1e-9
    assert size == 1 or 1 - (1 - rate) ** (size - 1) < waves.HOPED


def test_first_wave_is_three_when_a_clinic_has_no_experience() -> None:
    assert waves.wave_size(0, 0) == 3
    assert waves.wave_size(90, 100) == 1
    assert waves.wave_size(2, 100) == waves.LARGEST_WAVE


@given(st.integers(1, 60 * 24 * 60))
def test_wave_ends_before_the_last_moment_and_after_it_began(minutes: int) -> None:
    time = FreeTime(NOW + timedelta(minutes=minutes))
    if waves.is_worth_asking(time, NOW):
        assert NOW < waves.wave_ends(time, NOW) <= time.starts_at - waves.LAST_MOMENT


def test_nobody_is_asked_when_the_visit_begins_in_half_an_hour_or_is_months_away() -> None:
    assert not waves.is_worth_asking(FreeTime(NOW + timedelta(minutes=30)), NOW)
    assert waves.is_worth_asking(FreeTime(NOW + timedelta(minutes=31)), NOW)
    assert not waves.is_worth_asking(FreeTime(NOW + timedelta(days=61)), NOW)
