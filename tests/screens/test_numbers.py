"""Numbers as each language writes them."""

from datetime import date

import pytest
from django.utils import translation

from recado.surveys.queries import Figure
from recado.surveys.types import Tally, WeekTally
from recado.web import numbers
from recado.web.administration import carrier_words
from recado.web.surveys import drawing, words


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "75%"), ("fr", "75\xa0%"), ("es", "75\xa0%"), ("nl", "75%"), ("pl", "75%"), ("id", "75%")],
)
def test_share_is_written_as_the_reader_does(language: str, said: str) -> None:
    with translation.override(language):
        assert numbers.percent(0.75) == said


@pytest.mark.parametrize(
    ("language", "share", "score", "change"),
    [
        ("en", "98.45%", "4.21", "+0.03"),
        ("fr", "98,45\xa0%", "4,21", "+0,03"),
        ("pl", "98,45%", "4,21", "+0,03"),
        ("id", "98,45%", "4,21", "+0,03"),
    ],
)
def test_parts_of_a_whole_are_written_as_the_reader_does(language: str, share: str, score: str, change: str) -> None:
    with translation.override(language):
        assert numbers.percent(0.9845, 2) == share
        assert carrier_words.share(0.98459) == share.replace("5", "", 1)
        assert (numbers.hundredths(4.2091), numbers.hundredths(0.03, signed=True)) == (score, change)


def test_figures_of_a_survey_are_in_one_language() -> None:
    """The figures, the scale beside the line and the days below it."""
    weeks = drawing.weeks([WeekTally(date(2026, month, 1), Tally({4: 20, 5: 10})) for month in (6, 10)], 1, 5)
    with translation.override("pl"):
        chart = drawing.chart(weeks, 5)
        told = words.span(Figure(4.21, 3.96, 4.45, 30))
    assert chart is not None
    assert (chart.last_value, {tick.label for tick in chart.across} >= {"5,0", "4,0"}) == ("4,33", True)
    assert {day for _, day in chart.below} == {"1 cze", "1 paź"}
    assert "3,96" in told and "4,45" in told and "." not in told
