"""Surveys as data: order, conditions, what an answer is worth, faults, figures. And the words of those of the product."""

import json
import re
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.consent.types import Privacy
from recado.conversations.matching import read_named
from recado.messaging.levels import write
from recado.messaging.segments import measure
from recado.messaging.wording import define_all, placeholders
from recado.surveys import faults, figures, flow, letters, wordings
from recado.surveys.catalogue import LANGUAGES, PRODUCT, READY
from recado.surveys.faults import Fault
from recado.surveys.types import (
    NO,
    SCALES,
    YES,
    Given,
    Only,
    Question,
    QuestionKind,
    Saying,
    Survey,
    Tally,
    UnreadableSurvey,
)
from recado.surveys.writing import from_json, to_json

VISIT, RECOMMEND, WENT_WELL = READY
EVERY = [(survey, question) for survey in READY for question in survey.questions]
CLINIC = "Harbour Street Clinic"
TWO_PARTS = {"pl"}  # letters that the language needs and GSM-7 has not
YES_OR_NO = {"es", "pt"}  # sí, não


@st.composite
def walks(draw: st.DrawFn) -> list[tuple[Survey, dict[str, Given]]]:
    """A survey answered to its end by chance, question by question."""
    survey = draw(st.sampled_from(READY))
    given_: dict[str, Given] = {}
    steps = [(survey, dict(given_))]
    while (question := flow.next_question(survey, given_)) is not None:
        least, most = SCALES.get(question.kind, (0, 1))
        given_[question.key] = Given(draw(st.one_of(st.none(), st.integers(least, most))))
        steps.append((survey, dict(given_)))
    return steps


@given(walks())
def test_every_survey_ends_and_asks_nothing_twice_when_walked(steps: list[tuple[Survey, dict[str, Given]]]) -> None:
    survey, last = steps[-1]
    assert len(last) <= len(survey.questions)
    order = [question.key for question in survey.questions]
    assert [order.index(key) for key in last] == sorted(order.index(key) for key in last)
    for question in survey.questions:
        assert (question.key in last) is flow.is_asked(question, last)


@pytest.mark.parametrize(("survey", "question"), EVERY)
def test_every_answer_that_is_offered_is_read_when_given(survey: Survey, question: Question) -> None:
    for answer in flow.answers_of(question):
        if answer in ("*", "+"):
            continue
        assert flow.read(question, answer) is not None, answer
    assert question.kind is QuestionKind.WORDS or flow.read(question, "no such answer") is None


def test_words_are_left_out_when_nothing_is_to_be_said() -> None:
    words = VISIT.question("words")
    assert flow.read(words, " 0 ") == Given()
    assert flow.read(words, " Kind. ") == Given(words="Kind.")
    assert flow.read(words, "x" * 5000) == Given(words="x" * flow.LONGEST_WORDS)
    assert read_named("0", flow.answers_of(words)) == "0"


@given(st.sets(st.integers(1, 9)))
def test_choices_come_back_when_kept_as_bits(chosen: set[int]) -> None:
    assert flow.chosen(flow.bits(sorted(chosen))) == sorted(chosen)


def test_call_back_follows_the_answers_when_they_change() -> None:
    assert flow.calls_back(VISIT, {"visit": Given(2)})
    assert not flow.calls_back(VISIT, {"visit": Given(2), "call": Given(NO)})
    assert flow.calls_back(VISIT, {"visit": Given(3), "call": Given(YES)})
    assert not flow.calls_back(VISIT, {"visit": Given(5), "recommend": Given(0)})


@pytest.mark.parametrize("survey", READY)
def test_survey_comes_back_when_written_as_json(survey: Survey) -> None:
    assert from_json(survey.key, survey.version, to_json(survey)) == survey


def test_own_language_stays_the_first_when_the_keys_are_sorted() -> None:
    said = {code: Saying("?") for code in ("pl", "fr", "en")}
    survey = Survey("x", 1, "x", (Question("q1", QuestionKind.YES_NO, said), Question("q2", QuestionKind.CALL, said)))
    back = from_json("x", 1, json.loads(json.dumps(to_json(survey), sort_keys=True)))  # as jsonb does
    assert [tuple(one.says) for one in back.questions] == [("pl", "fr", "en")] * 2


@pytest.mark.parametrize(
    "held", [{}, {"name": "x", "questions": [{}]}, {"name": "x", "questions": [{"key": "a", "kind": "?", "says": {}}]}]
)
def test_survey_is_refused_when_what_is_stored_is_none(held: dict[str, object]) -> None:  # fmt: skip
    with pytest.raises(UnreadableSurvey):
        from_json("x", 1, held)


# ---------------------------------------------------------------- faults


def one(**more: object) -> Question:
    given_: dict[str, object] = {"key": "a", "kind": QuestionKind.RATE, "says": {"en": Saying("How was it?")}}
    return Question(**(given_ | more))  # type: ignore[arg-type]


def survey(*questions: Question, name: str = "Mine") -> Survey:
    return Survey("mine", 0, name, questions)


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (survey(), "empty"),
        (survey(one(), name=" "), "no_name"),
        (survey(*(one(key=f"a{at}") for at in range(13))), "too_many"),
        (survey(one(), one()), "same_key"),
        (survey(one(says={"en": Saying(" ")})), "no_text"),
        (survey(one(), one(key="b", says={"fr": Saying("Oui ?")})), "no_text"),
        (survey(one(says={"en": Saying("x" * 161)})), "long_text"),
        (survey(one(says={"en": Saying("x", "y" * 41)})), "long_label"),
        (survey(one(says={"en": Saying("a\nb")})), "unseen"),
        (survey(one(kind=QuestionKind.CHOICE, says={"en": Saying("x", choices=("a",))})), "few_choices"),
        (survey(one(kind=QuestionKind.CHOICE, says={"en": Saying("x", choices=tuple("abcdefghij"))})), "many_choices"),
        (survey(one(kind=QuestionKind.CHOICE, says={"en": Saying("x", choices=("a", "a"))})), "same_choice"),
        (survey(one(kind=QuestionKind.CHOICE, says={"en": Saying("x", choices=("a", "b", "c")), "fr": Saying("x", choices=("a", "b"))})), "unequal_choices"),
        (survey(one(only_if=Only("b", 1, 2)), one(key="b")), "condition_order"),
        (survey(one(kind=QuestionKind.WORDS), one(key="b", only_if=Only("a", 1, 2))), "condition_order"),
        (survey(one(), one(key="b", only_if=Only("a", 6, 9))), "condition_range"),
        (survey(one(low=5)), "low_score"),
        (survey(one(kind=QuestionKind.WORDS, low=1)), "low_score"),
    ],
)  # fmt: skip
def test_fault_is_found_when_a_survey_has_it(made: Survey, code: str) -> None:
    found = faults.faults(made)
    assert code in {fault.code for fault in found}
    assert all(fault.code in faults.FAULTS for fault in found)


@pytest.mark.parametrize("made", PRODUCT.values())
def test_product_survey_has_no_fault_and_every_language_when_read(made: Survey) -> None:
    assert faults.faults(made) == []
    assert all(tuple(question.says) == LANGUAGES for question in made.questions)
    assert isinstance(Fault("a", "empty").language, str)


# ---------------------------------------------------------------- words


def _following(question: Question, language: str) -> str:
    """The next question in the product's words."""
    _, said = letters.saying(question, language)
    values = {"clinic": CLINIC, "question": said.text, "how": letters.how(question, language)}
    return write(letters.TEXTS["survey_next"], Privacy.NEUTRAL, language, values).text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("made", "question"), EVERY)
def test_question_fits_one_text_when_it_is_asked(made: Survey, question: Question, language: str) -> None:
    _, said = letters.saying(question, language)
    is_first = made.questions[0] == question
    first = f"{CLINIC} : Christopher, {said.text} {letters.how(question, language)}"
    text = first if is_first else _following(question, language)
    is_yes_or_no = question.kind in (QuestionKind.YES_NO, QuestionKind.CALL) and language in YES_OR_NO
    assert measure(text).segments <= (2 if language in TWO_PARTS or is_yes_or_no else 1), text
    assert "!" not in text
    assert not re.search(r"  |[ ,]\.|[{}\[\]]", text)


def test_words_around_are_in_every_language_with_the_same_values_when_compared() -> None:
    for table, values in ((wordings.WORDINGS, wordings.VALUES), (wordings.HOW, wordings.HOW_VALUES)):
        for key, template in define_all(table, values).items():
            assert template.languages == LANGUAGES, key
            for text in table[key].values():
                assert set(re.findall(r"\{(\w+)\}", text)) == set(placeholders(template)), key
    assert tuple(wordings.WORD) == LANGUAGES


# ---------------------------------------------------------------- figures


def test_promoter_score_is_the_textbooks_when_counted() -> None:
    tally = Tally({10: 50, 9: 14, 8: 20, 7: 4, 6: 6, 0: 6})
    figure = figures.promoter_score(tally)
    assert figure is not None
    assert isclose(figure.value, 52)
    assert figure.low is not None
    assert figure.high is not None
    assert figure.low < 52 < figure.high
    assert figures.sides(tally) == (64, 24, 12)


def test_no_interval_is_told_when_answers_are_few() -> None:
    figure = figures.mean(Tally({5: 9}), 1, 5)
    assert figure == figures.Figure(5.0, None, None, 9)
    assert figures.mean(Tally({}), 1, 5) is None
    assert figures.promoter_score(Tally({10: 1})) == figures.Figure(100.0, None, None, 1)
    assert figures.share(0, 0) is None
    assert figures.share(1, 2) == figures.Figure(0.5, None, None, 2)


@given(st.dictionaries(st.integers(0, 10), st.integers(1, 10_000), min_size=1))
def test_figures_stay_on_their_scale_when_counts_are_any(counts: dict[int, int]) -> None:
    tally = Tally(counts)
    for figure, least, most in ((figures.mean(tally, 0, 10), 0, 10), (figures.promoter_score(tally), -100, 100)):
        assert figure is not None
        assert least <= figure.value <= most
        if figure.low is not None and figure.high is not None:
            assert least <= figure.low <= figure.value + 1e-9
            assert figure.value - 1e-9 <= figure.high <= most
    assert sum(figures.sides(tally)) == tally.total
    part = figures.share(min(counts.values()), tally.total)
    assert part is not None
    if part.low is not None and part.high is not None:
        assert 0 <= part.low <= part.value <= part.high <= 1


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How was your visit?", "how was your visit?"),
        ("¿Cómo fue su visita?", "¿cómo fue su visita?"),
        ("Wie war Ihr Besuch?", "wie war Ihr Besuch?"),
        ("Sie waren bei uns?", "Sie waren bei uns?"),
        ("NHS care: how was it?", "NHS care: how was it?"),
        ("Well?", "Well?"),
        ("", ""),
    ],
)
def test_question_goes_on_small_when_a_name_stands_before_it(question: str, said: str) -> None:
    assert letters.after_name(question) == said
