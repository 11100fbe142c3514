"""The calendar file of a visit (RFC 5545)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from recado.web import ical

LINE = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=300)


def entry(summary: str = "Appointment", *, duration: timedelta | None = None) -> ical.Entry:
    return ical.Entry(
        uid="1@recado",
        summary=summary,
        location="",
        description="",
        starts_at=datetime(2026, 7, 1, 9, tzinfo=ZoneInfo("Europe/Paris")),
        duration=duration,
        written_at=datetime(2026, 6, 1, tzinfo=UTC),
    )


def summary_of(file: bytes) -> str:
    """Unfolds and unescapes as a calendar program would."""
    lines = file.replace(b"\r\n ", b"").decode().split("\r\n")
    text = next(line for line in lines if line.startswith("SUMMARY:")).removeprefix("SUMMARY:")
    out, letters = [], iter(text)
    for letter in letters:
        if letter == "\\":
            follower = next(letters)
            letter = "\n" if follower == "n" else follower
        out.append(letter)
    return "".join(out)


@given(LINE)
def test_any_text_comes_back_whole(text: str) -> None:
    assert summary_of(ical.calendar(entry(text))) == text


@given(LINE)
def test_no_line_is_too_long_or_breaks_a_letter(text: str) -> None:
    for line in ical.calendar(entry(text)).split(b"\r\n"):
        assert len(line) <= 75
        line.decode()


def test_times_are_utc_and_an_unknown_end_is_left_out() -> None:
    assert b"DTSTART:20260701T070000Z\r\n" in ical.calendar(entry())
    assert b"DTEND" not in ical.calendar(entry())
    assert b"DTEND:20260701T073000Z\r\n" in ical.calendar(entry(duration=timedelta(minutes=30)))
