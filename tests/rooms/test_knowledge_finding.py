"""Which article answers a question: sure or silent, never a medical one, whatever is typed."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from recado.conversations.understanding.deciding import understand
from recado.conversations.understanding.medical import sign_of
from recado.knowledge.deciding import decide
from recado.knowledge.finding import Index
from recado.knowledge.near import nearness
from recado.knowledge.types import Article, Outcome, Saying, Topic, Verdict
from recado.knowledge.wordings import PERSON, WORDINGS, asks_for_person
from recado.launch.demo_articles import articles
from tools import answers

INDEX = Index(articles())
KEYS = {one.key for one in articles()}


def judge(text: str, language: str = "en", index: Index = INDEX, **more: object) -> Verdict:
    return decide(text, understand(text, language=language), index, language=language, **more)  # type: ignore[arg-type]


def every(part: str) -> Iterator[answers.Asked]:
    return answers.asked(part)


def test_no_unseen_question_gets_another_articles_answer() -> None:
    """The figures of docs/reference/answers.md: an answer is right, or there is none."""
    kinds = [answers.kind_of(one, judge(one.text, one.language)) for one in every("unseen")]
    assert kinds.count("wrong") == 0
    assert kinds.count("right") >= 0.7 * (kinds.count("right") + kinds.count("missed"))


@pytest.mark.parametrize("part", ["fit", "unseen"])
def test_medical_questions_are_never_answered(part: str) -> None:
    asked = [one for one in every(part) if one.want == answers.MEDICAL]
    assert len(asked) >= 18
    assert all(judge(one.text, one.language).outcome in (Outcome.MEDICAL, Outcome.UNSURE) for one in asked)


def test_labels_name_articles_that_there_are() -> None:
    assert {one.want for part in ("fit", "unseen") for one in every(part)} <= KEYS | {answers.NONE, answers.MEDICAL}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How many tablets should I take?", "en"),
        ("Are my results back?", "en"),
        ("Is it normal that it still hurts?", "en"),
        ("mes résultats sont arrivés ?", "fr"),
        ("ik ben zwanger, mag ik komen", "nl"),
        ("ile tabletek mam brać", "pl"),
        ("¿puedo tomar ibuprofeno?", "es"),
        ("hasil saya sudah keluar?", "id"),
        ("Sind meine Ergebnisse da?", "de"),
        ("sono arrivati gli esiti?", "it"),
        ("os resultados já chegaram?", "pt"),
    ],
)
def test_medical_words_are_known_in_nine_languages(text: str, language: str) -> None:
    assert sign_of(text, [language]) is not None


@pytest.mark.parametrize(
    "text", ["Where can I park?", "Do I need to bring a list of my medicines?", "When are you open?"]
)
def test_everyday_questions_are_not_medical(text: str) -> None:
    assert sign_of(text, ["en"]) is None


def test_danger_beside_a_question_is_held_back() -> None:
    assert judge("Where can I park? I can't breathe").outcome is Outcome.MEDICAL


def test_overdue_article_stays_silent() -> None:
    assert judge("Where can I park?").outcome is Outcome.ANSWERED
    assert judge("Where can I park?", overdue={"parking"}).outcome is Outcome.OVERDUE


def test_limit_of_the_clinic_holds() -> None:
    found = judge("Where can I park?")
    assert found.best is not None
    assert judge("Where can I park?", limit=round(100 * found.best.confidence) + 1).outcome is Outcome.UNSURE


def test_article_in_another_language_is_named_and_does_not_answer() -> None:
    only = Article("parking", 1, "Parking", Topic.PLACE, {"en": Saying("Where can I park?", (), "Behind the house.")})
    found = judge("Where can I park?", "nl", Index([only]))
    assert found.outcome in (Outcome.LANGUAGE, Outcome.ANSWERED)
    dutch = Article("parking", 1, "Parking", Topic.PLACE, {"nl": Saying("parking", (), "Achter het huis.")})
    assert judge("parking?", "en", Index([dutch])).outcome is Outcome.LANGUAGE


def test_two_articles_that_fit_alike_leave_it_to_a_person() -> None:
    twins = [
        Article(key, 1, key, Topic.OTHER, {"en": Saying("Where can I park my car?", (), f"Answer {key}.")})
        for key in ("one", "two")
    ]
    assert judge("Where can I park my car?", "en", Index(twins)).outcome is Outcome.UNSURE
    assert judge("Where can I park my car?", "en", Index(twins[:1])).outcome is Outcome.ANSWERED


@given(some.text(max_size=200), some.sampled_from(["en", "fr", "pl", "xx"]))
@settings(max_examples=60, deadline=None)
def test_any_text_is_judged(text: str, language: str) -> None:
    found = judge(text, language)
    assert all(0 <= one.confidence <= 1 for one in (*found.others, *([found.best] if found.best else [])))


@given(some.text(max_size=20), some.text(max_size=20))
@settings(max_examples=100, deadline=None)
def test_nearness_is_the_same_both_ways(one: str, other: str) -> None:
    assert nearness(one, other) == nearness(other, one) and nearness(one, one) == 1.0


def test_word_for_a_person_is_understood_in_every_language() -> None:
    assert PERSON.keys() == WORDINGS["article_answer"].keys()
    assert all(asks_for_person(f"{word}!") for word in PERSON.values())
    assert asks_for_person("I want a person") and not asks_for_person("") and not asks_for_person("Where can I park?")
