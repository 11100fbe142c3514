"""Scores by exact tables: what counts, what doesn't, and that no word means two numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.conversations.matching import read_named
from recado.conversations.scores import NUMBERS, read_score, read_several
from recado.conversations.types import ACCEPT, ANY_WORDS, DECLINE, SEVERAL
from recado.foundation.text import COURTESIES, words_of
from recado.messaging.commands import read_command


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("9", 9), (" 9. ", 9), ("9/10", 9), ("9 / 10", 9), ("10/10", 10), ("nine", 9), ("Nine!", 9), ("ok 8 👍", 8), ("8 out of 10", 8),
        ("8 of 10", 8), ("8 sur 10", 8), ("8 van de 10", 8), ("8 na 10", 8), ("8 de 10", 8), ("8 dari 10", 8), ("8 von 10", 8), ("8 su 10", 8),
        ("I'd give you a 7", 7), ("it is a 7, thanks", 7), ("neuf", 9), ("Neuf, merci", 9), ("negen", 9), ("dziewięć", 9), ("nueve", 9), ("sembilan", 9),
        ("neun", 9), ("nove", 9), ("zero", 0), ("0", 0), ("10", 10), ("ten out of ten", 10), ("８", 8), ("8️⃣", 8), ("my score is 6 points", 6),
        ("7 punktów", 7), ("Bonjour, 8 merci", 8), ("💯 10", 10),
    ],
)  # fmt: skip
def test_score_is_read_when_the_whole_text_gives_it(text: str, score: int) -> None:
    assert read_score(text, 0, 10) == score


@pytest.mark.parametrize(
    "text",
    [
        "", "8 or 9", "7-8", "7 – 8", "8.5", "8,5", "-3", "9?", "9/5", "11", "100", "10 minutes late", "not 9", "waited 2 hours", "8 9", "9/10 8/10",
        "8 👎", "the 2 nurses were kind", "call me on 07700900321", "ok", "👍", "thanks", "9/10/10", "1/2/10", "eight nine", "8 out of 5", "at 9 tomorrow",
    ],
)  # fmt: skip
def test_score_is_not_guessed_when_the_text_may_say_something_else(text: str) -> None:
    assert read_score(text, 0, 10) is None


@pytest.mark.parametrize(("text", "score"), [("⭐⭐⭐⭐", 4), ("★★", 2), ("⭐ 4", 4), ("4 étoiles", 4), ("5 stars", 5)])
def test_stars_are_counted_when_they_are_all_there_is(text: str, score: int) -> None:
    assert read_score(text, 1, 5) == score


@pytest.mark.parametrize("text", ["0", "6", "⭐⭐⭐⭐⭐⭐", "4/10", "zero"])
def test_score_off_the_scale_is_none_when_read(text: str) -> None:
    assert read_score(text, 1, 5) is None


def test_number_words_are_complete_and_mean_one_number_when_languages_meet() -> None:
    seen: dict[str, int] = {}
    for language, line in NUMBERS.items():
        words = line.split()
        assert len(words) == 11, language
        for value, word in enumerate(words):
            (form,) = words_of(word)
            assert seen.setdefault(form, value) == value, word
            assert read_command(word) is None
            assert (form,) not in COURTESIES


@pytest.mark.parametrize(
    ("text", "chosen"),
    [("1", "1"), ("1, 3", "13"), ("3 and 1", "13"), ("1 et 2", "12"), ("1+2+3", "123"), ("13", "13"), ("1.2", "12"), ("0", "0"), ("2 2", "2")],
)  # fmt: skip
def test_choices_are_read_when_only_their_numbers_stand_there(text: str, chosen: str) -> None:
    assert read_several(text, 3) == chosen


@pytest.mark.parametrize("text", ["", "4", "0 1", "1 or 2?", "the first", "all", "123456789", "1 but 2"])
def test_choices_are_not_guessed_when_words_stand_there(text: str) -> None:
    assert read_several(text, 3) is None


@given(
    st.integers(0, 10),
    st.sampled_from(
        ["{}", " {} ", "{}!", "{}/10", "{} / 10", "ok {}", "{} 👍", "Hello {}", "{} merci", "{} out of 10"]
    ),
)
def test_score_is_read_in_every_dress_when_it_is_on_the_scale(score: int, dress: str) -> None:  # fmt: skip
    assert read_score(dress.format(score), 0, 10) == score


@given(st.text(max_size=60), st.sampled_from([(0, 10), (1, 5), (1, 3)]))
def test_score_lies_on_the_scale_when_any_text_is_read(text: str, scale: tuple[int, int]) -> None:
    score = read_score(text, *scale)
    assert score is None or scale[0] <= score <= scale[1]
    several = read_several(text, scale[1])
    assert several is None or set(several) <= set(map(str, range(scale[1] + 1)))


@given(st.integers(0, 10), st.integers(0, 10))
def test_two_scores_are_never_one_when_both_are_written(one: int, other: int) -> None:
    assert read_score(f"{one} or {other}", 0, 10) is None
    assert read_score(f"{one} {other}", 0, 10) is None


def test_named_answers_are_read_by_their_kind_when_asked() -> None:
    scale = tuple(map(str, range(1, 6)))
    assert read_named("4/5", scale) == "4"
    assert read_named("9", scale) is None
    assert read_named("1 and 3", ("1", "2", "3", SEVERAL)) == "13"
    assert read_named("yes", (ACCEPT, DECLINE)) == ACCEPT
    assert read_named("2", (ACCEPT, DECLINE)) == DECLINE
    assert read_named("2", ("taken", "later", "stop")) == "later"
    assert read_named("anything", (ANY_WORDS,)) is None
