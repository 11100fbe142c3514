"""Dates, times and lengths as people write them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.integrations.csv_files import dates
from recado.integrations.csv_files.dates import DateOrder, OrderEvidence
from recado.integrations.csv_files.types import CellTrouble

DAY = DateOrder.DAY_FIRST
LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    "text",
    [
        "24/11/2026",
        "24-11-2026",
        "24.11.2026",
        "24.11.26",
        "2026-11-24",
        "2026/11/24",
        "20261124",
        "24112026",
        "24 Nov 2026",
        "Nov 24, 2026",
        "24th November 2026",
        "mar. 24/11/2026",
        "Tuesday 24 November 2026",
        "mardi 24 novembre 2026",
        "24 listopada 2026",
        "24 de noviembre de 2026",
        "24 nopember 2026",
        "dinsdag 24-11-2026",
        "24/11/2026 00:00:00",
    ],
)
def test_date_is_read_when_written_in_a_usual_way(text: str) -> None:
    assert dates.read_date(text, DAY) == date(2026, 11, 24)


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)), st.sampled_from("/.-"))
def test_date_comes_back_when_it_was_written_in_either_order(day: date, sign: str) -> None:
    assert dates.read_date(f"{day.day}{sign}{day.month:02}{sign}{day.year}", DAY) == day
    assert dates.read_date(f"{day.month}/{day.day}/{day.year}", DateOrder.MONTH_FIRST) == day
    assert dates.read_date(day.isoformat(), DateOrder.MONTH_FIRST) == day


@pytest.mark.parametrize(
    ("text", "code", "word"),
    [
        ("31/11/2026", "date_impossible", "November"),
        ("29/02/2026", "date_impossible", "February"),
        ("12/25/2026", "date_impossible", "Months go"),
        ("soon", "date_unreadable", "not a date"),
        ("24/11/2026 and more", "date_unreadable", "not a date"),
        ("46350", "date_is_number", "number of days"),
        ("46350,4375", "date_is_number", "number of days"),
        ("########", "date_hidden", "too narrow"),
        ("24/11/1626", "date_impossible", "year"),
    ],
)
def test_date_is_refused_with_a_fix_when_there_is_no_such_day(text: str, code: str, word: str) -> None:
    with pytest.raises(CellTrouble) as trouble:
        dates.read_date(text, DAY)
    assert trouble.value.code == code
    assert word in trouble.value.reason
    assert trouble.value.fix
    assert text not in trouble.value.reason + trouble.value.fix


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10:30", time(10, 30)),
        ("10.30", time(10, 30)),
        ("10h30", time(10, 30)),
        ("10 h 30", time(10, 30)),
        ("10H", time(10)),
        ("10u30", time(10, 30)),
        ("10:30:00", time(10, 30)),
        ("1030", time(10, 30)),
        ("2:30 PM", time(14, 30)),
        ("2.30pm", time(14, 30)),
        ("2 p.m.", time(14)),
        ("12:05 AM", time(0, 5)),
        ("12:05 PM", time(12, 5)),
        ("à 9h15", time(9, 15)),
        ("godz. 9:15", time(9, 15)),
        ("pukul 09.15 WIB", time(9, 15)),
        ("14.30 uur", time(14, 30)),
        ("09:15 - 09:45", time(9, 15)),
    ],
)
def test_time_is_read_when_written_in_a_usual_way(text: str, expected: time) -> None:
    assert dates.read_time(text)[0] == expected


@pytest.mark.parametrize(
    ("text", "word"),
    [("25:15", "00 to 23"), ("10:75", "00 to 59"), ("13:00 PM", "1 to 12"), ("10", "not"), ("noonish", "not")],
)
def test_time_is_refused_when_no_clock_shows_it(text: str, word: str) -> None:
    with pytest.raises(CellTrouble) as trouble:
        dates.read_time(text)
    assert word in trouble.value.reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24/11/2026 09:15", datetime(2026, 11, 24, 9, 15)),
        ("24/11/2026 à 9h15", datetime(2026, 11, 24, 9, 15)),
        ("24.11.2026, 9:15", datetime(2026, 11, 24, 9, 15)),
        ("2026-11-24 09:15:00", datetime(2026, 11, 24, 9, 15)),
        ("2026-11-24T09:15", datetime(2026, 11, 24, 9, 15)),
        ("Tue 24 Nov 2026 at 9:15 am", datetime(2026, 11, 24, 9, 15)),
        ("2026-11-24T09:15:00Z", datetime(2026, 11, 24, 9, 15, tzinfo=UTC)),
        ("2026-11-24T10:15:00+01:00", datetime(2026, 11, 24, 9, 15, tzinfo=UTC)),
    ],
)
def test_start_is_read_when_date_and_time_share_a_cell(text: str, expected: datetime) -> None:
    assert dates.read_start(text, DAY).at == expected


def test_start_is_read_when_a_system_fills_up_both_cells() -> None:
    assert dates.join_start("24/11/2026 00:00", "30/12/1899 09:15:00", DAY).at == datetime(2026, 11, 24, 9, 15)


def test_range_gives_the_end_when_a_cell_holds_both() -> None:
    assert dates.read_start("24/11/2026 09:15-09:45", DAY) == dates.Moment(datetime(2026, 11, 24, 9, 15), time(9, 45))


def test_start_is_refused_when_the_time_is_missing() -> None:
    with pytest.raises(CellTrouble, match="time_missing"):
        dates.read_start("24/11/2026", DAY)


def verdict(*texts: str) -> DateOrder | None:
    evidence = OrderEvidence()
    for text in texts:
        evidence.see(text)
    return evidence.verdict()


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("03/12/2026", "04/12/2026"), DateOrder.DAY_FIRST),
        (("24/11/2026", "03/12/2026"), DateOrder.DAY_FIRST),
        (("11/24/2026", "12/03/2026"), DateOrder.MONTH_FIRST),
        (("11/24/2026", "11/25/2026", "11/26/2026", "12/03/2026"), DateOrder.MONTH_FIRST),
        (("24/11/2026", "25/11/2026", "11/24/2026"), DateOrder.DAY_FIRST),  # a slip: that row is listed
        (("11/24/2026", "11/25/2026", "24/11/2026"), None),
        (("03/12/2026", "04/12/2026", "05/12/2026", "12/25/2026"), None),  # one proof against the look of the rest
        (("2026-11-24", "2026-12-03"), DateOrder.DAY_FIRST),
        ((), DateOrder.DAY_FIRST),
    ],
)
def test_order_is_month_first_only_when_the_file_proves_it(texts: tuple[str, ...], expected: DateOrder | None) -> None:
    assert verdict(*texts) is expected


@given(st.lists(st.dates(date(2026, 1, 1), date(2027, 12, 31)), min_size=1, max_size=60))
def test_order_is_never_month_first_when_all_dates_are_day_first(days: list[date]) -> None:
    assert verdict(*(f"{day:%d/%m/%Y}" for day in days)) is DateOrder.DAY_FIRST


@given(st.lists(st.dates(date(2026, 1, 1), date(2027, 12, 31)), min_size=1, max_size=60))
def test_order_is_never_taken_wrong_when_a_proof_stands_in_a_month_first_file(days: list[date]) -> None:
    proven = any(day.day > 12 for day in days)
    found = verdict(*(f"{day:%m/%d/%Y}" for day in days))
    assert found is not DateOrder.DAY_FIRST or not proven


def test_time_is_refused_when_the_clocks_skip_it() -> None:
    with pytest.raises(CellTrouble, match="time_skipped"):
        dates.localise(datetime(2026, 3, 29, 1, 30), LONDON)


def test_first_of_two_is_taken_when_the_clocks_go_back() -> None:
    assert dates.localise(datetime(2026, 10, 25, 1, 30), LONDON) == (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), True)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)), st.sampled_from(["Europe/Warsaw", "Asia/Jakarta"]))
def test_local_time_comes_back_when_it_exists(moment: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    written = moment.replace(second=0, microsecond=0)
    is_skipped = written.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != written
    if is_skipped:
        with pytest.raises(CellTrouble, match="time_skipped"):
            dates.localise(written, zone)
    else:
        assert dates.localise(written, zone)[0].astimezone(zone).replace(tzinfo=None) == written


@pytest.mark.parametrize(
    ("text", "year"),
    [("3.05.71", 1971), ("03/05/26", 2026), ("03/05/27", 1927), ("03/05/2019", 2019), ("29/02/40", 1940)],
)
def test_two_digit_year_is_the_last_hundred_when_it_is_a_birth(text: str, year: int) -> None:
    assert dates.read_birth_date(text, DAY, date(2026, 11, 20)).year == year


@pytest.mark.parametrize("text", ["03/05/2027", "03/05/1899", "03/05/1900"])
def test_birth_is_refused_when_nobody_living_has_it(text: str) -> None:
    with pytest.raises(CellTrouble):
        dates.read_birth_date(text, DAY, date(2026, 11, 20))


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("30", 30),
        ("30 min", 30),
        ("30,0", 30),
        ("45 minut", 45),
        ("0:30", 30),
        ("01:15:00", 75),
        ("1h30", 90),
        ("1 h", 60),
        ("1,5 h", 90),
        ("2 jam", 120),
        ("PT30M", 30),
        ("PT1H15M", 75),
    ],
)
def test_duration_is_read_when_written_in_a_usual_way(text: str, minutes: int) -> None:
    assert dates.read_duration(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["long", "1500", "0", "PT", "-5"])
def test_duration_is_refused_when_no_visit_lasts_that(text: str) -> None:
    with pytest.raises(CellTrouble, match="duration_unreadable"):
        dates.read_duration(text)
