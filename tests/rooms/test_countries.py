"""Rules of countries: complete, sourced, asked with a date; hours that no setting moves, across zones and clock changes."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.consent.rules import judge
from recado.consent.types import EVERYTHING, TRAFFIC_OF, Allow, Facts, Later, Never, Proposal, Purpose, QuietHours
from recado.foundation.countries.holidays import easter, holidays
from recado.foundation.countries.hours import first_open
from recado.foundation.countries.rules import BOUND, COUNTRIES, legal_hours, rule_for
from recado.foundation.countries.table import ANYWHERE, ROWS
from recado.foundation.countries.values import Alphanumeric, Basis, Traffic
from recado.foundation.phone import Phone, zones_of

TODAY = date(2026, 11, 24)
ALL = frozenset(EVERYTHING)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
QUIET = st.one_of(st.just(QuietHours(None, None)), st.builds(QuietHours, CLOCKS, CLOCKS))
ZONES = st.sampled_from(["Europe/Paris", "Europe/London", "America/New_York", "Asia/Jakarta", "Australia/Lord_Howe"])


# ------------------------------------------------------------------------------------------------ the table


def test_every_country_has_a_row_for_each_kind_of_text_with_source_basis_and_date() -> None:
    assert set(COUNTRIES) == {"NL", "BE", "FR", "DE", "ES", "PL", "IT", "PT", "GB", "IE", "US", "ID"}
    for country in (*COUNTRIES, ""):
        rows = [row for row in (*ROWS, *ANYWHERE) if row.country == country]
        assert {row.traffic for row in rows} == set(Traffic), country
    for row in (*ROWS, *ANYWHERE):
        assert len(row.sources) >= 2
        assert all(source.text and source.checked <= TODAY and source.basis in Basis for source in row.sources)
        if row.senders.alphanumeric is Alphanumeric.REGISTERED:
            assert row.senders.registry is not None
            assert row.senders.registry.reference


def test_codes_and_emergencies_know_neither_hours_nor_stop_texts() -> None:
    for row in (*ROWS, *ANYWHERE):
        if row.traffic in (Traffic.OTP, Traffic.EMERGENCY):
            assert row.hours is None
            assert not row.stop.is_required
    assert frozenset({Traffic.MARKETING}) == BOUND


def test_country_that_nobody_looked_up_gets_the_careful_row() -> None:
    for country in ("ZZ", None, "", "CA"):
        rule = rule_for(country, Traffic.SERVICE, TODAY)
        assert not rule.is_known
        assert rule.senders.alphanumeric is Alphanumeric.DOUBTFUL
        assert legal_hours(country, Traffic.MARKETING, TODAY) == ()
    assert rule_for("fr", Traffic.MARKETING, TODAY).country == "FR"


@pytest.mark.parametrize(
    ("country", "day", "expected"),
    [
        ("ES", date(2026, 9, 14), Alphanumeric.YES),
        ("ES", date(2026, 9, 15), Alphanumeric.REGISTERED),
        ("IE", date(2025, 7, 2), Alphanumeric.YES),
        ("IE", date(2025, 7, 3), Alphanumeric.REGISTERED),
        ("IT", date(2020, 1, 1), Alphanumeric.REGISTERED),
        ("US", date(2020, 1, 1), Alphanumeric.NO),
    ],
)
def test_register_counts_from_its_day(country: str, day: date, expected: Alphanumeric) -> None:
    assert rule_for(country, Traffic.SERVICE, day).senders.alphanumeric_on(day) is expected


# ------------------------------------------------------------------------------------------------ holidays


@pytest.mark.parametrize(
    "sunday",
    ["1818-03-22", "1943-04-25", "1954-04-18", "1981-04-19", "2000-04-23", "2008-03-23", "2011-04-24", "2016-03-27",
     "2019-04-21", "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2028-04-16", "2038-04-25", "2049-04-18"],
)  # fmt: skip
def test_easter_is_on_the_known_days(sunday: str) -> None:
    day = date.fromisoformat(sunday)
    assert easter(day.year) == day


@given(st.integers(1583, 4099))
def test_easter_is_a_sunday_of_spring(year: int) -> None:
    day = easter(year)
    assert day.isoweekday() == 7
    assert (3, 22) <= (day.month, day.day) <= (4, 25)


def test_french_holidays_are_the_eleven_of_the_law() -> None:
    assert sorted(holidays("FR", 2027)) == [
        date(2027, 1, 1), date(2027, 3, 29), date(2027, 5, 1), date(2027, 5, 6), date(2027, 5, 8), date(2027, 5, 17),
        date(2027, 7, 14), date(2027, 8, 15), date(2027, 11, 1), date(2027, 11, 11), date(2027, 12, 25),
    ]  # fmt: skip
    assert len(holidays("FR", 2008)) == 10, "Ascension fell on 1 May"
    for country in COUNTRIES:
        for row in ROWS:
            if row.country == country and row.hours and row.hours.no_holidays and row.hours.is_binding:
                assert holidays(country, 2030)


# ------------------------------------------------------------------------------------------------ law before convention


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Paris"))


FRENCH = Facts(
    "Europe/Paris", QuietHours(None, None), permitted=ALL, law_hours=legal_hours("FR", Traffic.MARKETING, TODAY)
)


@pytest.mark.parametrize(
    ("asked", "leaves"),
    [
        ("2026-11-24T21:59", "2026-11-24T21:59"),
        ("2026-11-24T22:00", "2026-11-25T08:00"),
        ("2026-11-25T07:59", "2026-11-25T08:00"),
        ("2026-11-28T22:30", "2026-11-30T08:00"),  # Saturday night: over Sunday
        ("2026-12-24T23:00", "2026-12-26T08:00"),  # Christmas
        ("2027-04-30T22:00", "2027-05-03T08:00"),  # 1 May a Saturday, then Sunday
        ("2027-03-27T22:00", "2027-03-30T08:00"),  # Easter Sunday, where the clocks change, and Easter Monday
        ("2026-10-24T22:00", "2026-10-26T08:00"),  # clocks go back on that Sunday
    ],
)
def test_news_to_france_waits_for_the_days_and_hours_that_are_open(asked: str, leaves: str) -> None:
    verdict = judge(Proposal(Purpose.NEWS), FRENCH, paris(asked))
    expected = Allow("news") if asked == leaves else Later(paris(leaves).astimezone(UTC), "law_hours")
    assert verdict == expected


@given(st.sampled_from(COUNTRIES), QUIET, ZONES, MOMENTS)
def test_no_setting_of_a_clinic_moves_a_law(country: str, quiet: QuietHours, zone: str, now: datetime) -> None:
    hours = rule_for(country, Traffic.MARKETING, now.date()).hours
    law = legal_hours(country, Traffic.MARKETING, now.date(), zone=zone)
    verdict = judge(Proposal(Purpose.NEWS), Facts(zone, quiet, permitted=ALL, law_hours=law), now)
    if isinstance(verdict, Never):
        assert verdict.rule == "no_lawful_hour"
        assert first_open(now, (quiet.window(zone), *law)) is None
        return
    leaves = verdict.until if isinstance(verdict, Later) else now
    assert quiet.window(zone).is_open(leaves)
    if hours is None or not hours.is_binding:
        return
    for name in hours.zones:
        local = leaves.astimezone(ZoneInfo(name))
        assert hours.opens <= local.time() < hours.closes
        assert not (hours.no_sundays and local.isoweekday() == 7)
        assert not (hours.no_holidays and local.date() in holidays(country, local.year))


@given(st.sampled_from(COUNTRIES), st.sampled_from(list(Purpose)), QUIET, ZONES, MOMENTS)
def test_a_convention_never_decides_against_the_clinics_own_hours(
    country: str, purpose: Purpose, quiet: QuietHours, zone: str, now: datetime
) -> None:
    rule = rule_for(country, TRAFFIC_OF[purpose], now.date())
    if rule.hours is not None and rule.hours.is_binding:
        return
    law = legal_hours(country, TRAFFIC_OF[purpose], now.date(), zone=zone)
    facts = Facts(zone, quiet, permitted=ALL)
    assert judge(Proposal(purpose), replace(facts, law_hours=law), now) == judge(Proposal(purpose), facts, now)


@given(st.sampled_from([("FR", "Europe/Paris"), ("US", "America/Chicago")]), QUIET, MOMENTS, st.integers(0, 6))
def test_later_is_allowed_when_judged_again_under_a_law(
    where: tuple[str, str], quiet: QuietHours, now: datetime, sent: int
) -> None:
    country, zone = where
    law = legal_hours(country, Traffic.MARKETING, now.date())
    facts = Facts(zone, quiet, permitted=ALL, law_hours=law, sent_today=sent)
    verdict = judge(Proposal(Purpose.NEWS), facts, now)
    if isinstance(verdict, Later):
        assert verdict.until > now
        assert judge(Proposal(Purpose.NEWS), replace(facts, sent_today=0), verdict.until) == Allow("news")


def test_clinic_whose_hours_never_meet_the_law_is_told_so() -> None:
    night = replace(FRENCH, quiet_hours=QuietHours(time(22), time(23)))
    for asked in ("2026-11-24T22:30", "2026-11-24T12:00"):
        assert judge(Proposal(Purpose.NEWS), night, paris(asked)) == Never("no_lawful_hour")


def test_care_leaves_at_hours_at_which_news_may_not() -> None:
    assert judge(Proposal(Purpose.CARE), replace(FRENCH, law_hours=()), paris("2026-11-29T23:00")) == Allow("care")
    assert legal_hours("FR", TRAFFIC_OF[Purpose.CARE], TODAY) == ()


def test_recipients_clock_counts_as_far_as_a_number_tells() -> None:
    assert zones_of(Phone("+14155550101")) == ("America/Los_Angeles",)
    assert zones_of(Phone("+18005550101")) == (), "a toll-free number may be anywhere"
    four_in_the_afternoon = datetime(2026, 11, 24, 16, tzinfo=UTC)  # 08:00 in Los Angeles, 06:00 in Honolulu
    (west,) = legal_hours("US", Traffic.MARKETING, TODAY, ("America/Los_Angeles",))
    assert west.is_open(four_in_the_afternoon)
    assert not west.is_open(four_in_the_afternoon - timedelta(minutes=1))
    anywhere = legal_hours("US", Traffic.MARKETING, TODAY)
    assert first_open(four_in_the_afternoon, anywhere) == datetime(2026, 11, 24, 18, tzinfo=UTC)
