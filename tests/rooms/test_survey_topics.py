"""What comments are about: by words, in nine languages; and the page that shows those of one topic."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from recado.clinics.roles import MANAGER
from recado.foundation.tenancy import clinic_scope
from recado.surveys import comments_read, queries
from recado.surveys.topics import topics_of
from recado.surveys.types import Tally, Topic, WeekTally
from recado.web.surveys import drawing, words
from tests.factories import sql
from tests.rooms.test_survey_results import answer
from tests.rooms.test_surveys import clinic, work
from tests.staff import desk

__all__ = ["clinic", "work"]  # fixtures
W, K, C, R, P, B = Topic


@pytest.mark.parametrize(
    ("words", "topics"),
    [
        ("Waited 50 minutes, nobody told us why.", (W, C)), ("KIND at the desk", (K,)), ("The waiting room was cold", (P,)),
        ("Bien, mais l’attente était longue.", (W,)), ("Très aimable, tout est bien expliqué", (K, C)), ("Personne ne répond au téléphone", (R,)),
        ("Te lang gewacht", (W,)), ("De wachtkamer was vol", (P,)), ("Vriendelijk, en alles duidelijk uitgelegd", (K, C)),
        ("Czekałam godzinę", (W,)), ("Nie mogłam się dodzwonić", (R,)), ("Bardzo miła obsługa, trudno zaparkować", (K, P)),
        ("Muy amables, pero la puerta pesa", (K, P)), ("Nadie me avisó del retraso", (W, C)), ("Me llamaron tarde", (R,)),
        ("Perawatnya ramah", (K,)), ("Antreannya panjang", (W,)), ("Pengingat sangat membantu", (B,)),
        ("Lange Wartezeit, aber freundlich", (W, K)), ("Das Wartezimmer war kalt", (P,)), ("Niemand ist erreichbar", (R,)),
        ("Ho aspettato troppo", (W,)), ("Medico gentile, ha spiegato tutto", (K, C)), ("Esperei muito", (W,)), ("O lembrete ajudou", (B,)),
        ("Mein Kind hat geweint", ()), ("Geholpen door de arts", ()), ("They took off a wart", ()), ("I limp less", ()), ("", ()), ("👍", ()),
    ],
)  # fmt: skip
def test_topics_are_those_of_the_words_when_they_are_listed(words: str, topics: tuple[Topic, ...]) -> None:
    assert topics_of(words) == topics


@given(st.text(max_size=200))
def test_any_words_have_topics_or_none_whatever_they_are(words: str) -> None:
    found = topics_of(words)
    assert list(found) == sorted(set(found), key=list(Topic).index)


def test_comments_are_filtered_when_a_topic_is_chosen(
    clinic: UUID, work: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(clinic, work, 321, "5", "10", "Kind staff, and on time")
    answer(clinic, work, 322, "2", "0", "Waited an hour")
    answer(clinic, work, 323, "3", "4", "Nobody answers the phone")
    manager = desk(clinic, MANAGER)
    page = manager.get("/surveys/").content.decode()
    assert all(f'topic={one}#words"' in page for one in ("waiting", "reaching")) and "topic=place" not in page
    page = manager.get("/surveys/?topic=waiting").content.decode().partition('id="words"')[2].partition("</section>")[0]
    assert "Waited an hour" in page and "on time" in page and "answers the phone" not in page
    page = manager.get("/surveys/comments?topic=reaching").content.decode()
    assert "answers the phone" in page and "Waited an hour" not in page
    assert manager.get("/surveys/?topic=nonsense").content.decode().count("“Waited an hour”") == 2, (
        "called back, and all"
    )
    monkeypatch.setattr(comments_read, "COMMENTS", 1)
    with clinic_scope(clinic):
        (start, end) = sql("SELECT min(visited_at), max(visited_at) + interval '1 hour' FROM surveys_response")[0]
        span = queries.Span("visit", start, end)
        first = queries.comments(clinic, span, topic=W)
        second = queries.comments(clinic, span, first.after, topic=W)
        assert [one.words for one in (*first.rows, *second.rows)] == ["Waited an hour", "Kind staff, and on time"]
        assert first.after and second.after is None
        assert queries.topics_told(clinic, span).counts == {W: 2, K: 1, R: 1}


def _weeks(*means: tuple[int, int]) -> list[WeekTally]:
    start = date(2026, 6, 1)
    return [WeekTally(start + timedelta(weeks=at), Tally({3: low, 5: high})) for at, (low, high) in enumerate(means)]


def test_trend_is_said_only_when_it_is_more_than_chance() -> None:
    rising = drawing.risen(_weeks((20, 5), (20, 5), (5, 20), (5, 20)))
    assert rising and rising.low and rising.low > 0 and round(rising.value, 1) == 1.2
    chance = drawing.risen(_weeks((6, 5), (5, 6), (5, 6), (5, 6)))
    assert chance and chance.low is not None and chance.high is not None and chance.low < 0 < chance.high
    assert drawing.risen(_weeks((3, 3), (3, 3))) is None, "too few to say"
    assert drawing.risen([]) is None


@given(st.integers(0, 18), st.sampled_from([5, 10]))
def test_lines_across_stand_at_round_values_whatever_the_lowest(halves: int, most: int) -> None:
    bottom = min(halves / 2, most - 0.5)
    steps = drawing._steps(bottom, most)
    assert 2 <= len(steps) <= 5 and steps[0] == most and steps[-1] >= bottom
    assert all((2 * one).is_integer() for one in steps)


def test_topic_of_waiting_is_no_state_in_any_language() -> None:
    def said(language: str) -> str:
        with translation.override(language):
            return str(words.TOPICS[Topic.WAITING])

    assert [said(one) for one in ("en", "fr", "nl", "pl")] == ["Waiting", "Attente", "Wachttijd", "Czas oczekiwania"]
