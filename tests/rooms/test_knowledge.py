"""Articles that answer by text: what is sent, what is held back, what becomes of questions that no article answers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from recado.conversations import desk
from recado.conversations.models import Thread
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR, Actor, ActorKind
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.knowledge import actions, counting, queries
from recado.knowledge.answering import with_rating
from recado.knowledge.models import Asked
from recado.knowledge.types import Article, NotPublishable, Outcome, Policy, Saying, Topic
from recado.knowledge.wordings import RATE
from recado.messaging.queries import measure
from tests import factories
from tests.factories import DAY, advance, hear, make_patient, sql, wordings

PARKING = Article(
    "parking",
    0,
    "Parking",
    Topic.PLACE,
    {
        "en": Saying(
            "Where can I park?", ("Is there a car park?", "Is parking free?"), "Under the market.", "## Parking"
        ),
        "pl": Saying("Gdzie mogę zaparkować?", ("Czy jest parking?",), "Pod halą targową."),
    },
)
HOURS = Article("hours", 0, "Hours", Topic.PLACE, {"en": Saying("When are you open?", (), "From 8 to 18.")})
WHERE = "Where can I park?"


@pytest.fixture
def clinic(database: None) -> Iterator[UUID]:
    made = factories.make_furnished().id
    for article in (PARKING, HOURS):
        publish(made, article)
    make_patient(made)
    return made


def publish(clinic: UUID, article: Article) -> None:
    with clinic_scope(clinic):
        key = actions.begin(clinic_id=clinic, article=article, by=OPERATOR)
        actions.publish(clinic_id=clinic, key=key, by=OPERATOR)


def outcomes(clinic: UUID) -> list[str]:
    with clinic_scope(clinic):
        return list(Asked.objects.filter(clinic_id=clinic).order_by("at", "id").values_list("outcome", flat=True))


def test_question_is_answered_when_an_article_is_sure(clinic: UUID) -> None:
    assert hear(clinic, WHERE) == "answered"
    (text,) = wordings(clinic)
    assert "automatic answer: Under the market. More: http" in text and "reply PERSON." in text
    with clinic_scope(clinic):
        assert Asked.objects.get().version == 1
    assert sql("SELECT count(*) FROM tasks_task")[0][0] == 0, "nobody need read it"


def test_answer_comes_in_the_language_of_the_question(clinic: UUID) -> None:
    assert hear(clinic, "Czy jest parking?") == "answered"
    (text,) = wordings(clinic)
    assert "automatyczna odpowiedź: Pod halą targową." in text and "odpisz OSOBA" in text and "http" not in text


def test_stranger_is_answered_too(clinic: UUID) -> None:
    assert hear(clinic, WHERE, 555) == "answered"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Can I bring my dog?", Outcome.UNSURE),
        ("Are my results back?", Outcome.MEDICAL),
        ("How many tablets should I take?", Outcome.MEDICAL),
    ],
)
def test_question_goes_to_a_person_when_no_article_may_answer(clinic: UUID, text: str, outcome: Outcome) -> None:
    assert hear(clinic, text) == "waits_for_person"
    assert outcomes(clinic) == [outcome]


def test_word_person_brings_a_person(clinic: UUID) -> None:
    hear(clinic, WHERE)
    advance(timedelta(minutes=5))
    assert hear(clinic, "person please") == "waits_for_person"
    with clinic_scope(clinic):
        assert Asked.objects.get().handed_at is not None
        assert queries.figures(clinic, business_time.now() - DAY).corrected == 1


def test_same_question_again_goes_to_a_person(clinic: UUID) -> None:
    hear(clinic, WHERE)
    advance(timedelta(minutes=5))
    assert hear(clinic, "is there a car park?") == "waits_for_person"
    assert outcomes(clinic) == [Outcome.ANSWERED, Outcome.AGAIN]


def test_nothing_is_answered_while_a_person_is_in_the_conversation(clinic: UUID) -> None:
    hear(clinic, "Can I bring my dog?")
    advance(timedelta(minutes=5))
    assert hear(clinic, WHERE) == "waits_for_person"
    assert outcomes(clinic)[-1] == Outcome.BUSY


def test_phone_of_several_people_gets_a_person(clinic: UUID) -> None:
    make_patient(clinic, 321, record_number="P-2", name="Henry Whitcombe")
    assert hear(clinic, WHERE) == "waits_for_person"
    assert outcomes(clinic) == [Outcome.BUSY]


def test_one_phone_gets_four_answers_a_day(clinic: UUID) -> None:
    for at in range(5):
        said = Saying(f"Where is the {'abcdefgh'[at] * 9} room?", (), "Upstairs.")
        publish(clinic, Article(f"room_{at}", 0, "Room", Topic.PLACE, {"en": said}))
    said = [hear(clinic, f"Where is the {'abcdefgh'[at] * 9} room?") for at in range(5)]
    assert said == ["answered"] * 4 + ["waits_for_person"]
    assert outcomes(clinic)[-1] == Outcome.LIMIT


def test_overdue_article_answers_nobody_until_it_is_reviewed(clinic: UUID) -> None:
    today = business_time.now().date()
    with clinic_scope(clinic):
        actions.review(clinic_id=clinic, key="parking", owner=None, due=today, by=OPERATOR)
    advance(2 * DAY)
    assert hear(clinic, WHERE) == "waits_for_person"
    assert outcomes(clinic) == [Outcome.OVERDUE]
    with clinic_scope(clinic):
        actions.review(clinic_id=clinic, key="parking", owner=None, due=today + 90 * DAY, by=OPERATOR)
    assert hear(clinic, WHERE, 555) == "answered"


def test_taken_down_and_switched_off_answer_nobody(clinic: UUID) -> None:
    with clinic_scope(clinic):
        actions.take_down(clinic_id=clinic, key="hours", by=OPERATOR)
        actions.set_policy(clinic_id=clinic, policy=Policy(is_on=False, limit=80), by=OPERATOR)
    assert [hear(clinic, "When are you open?", 555), hear(clinic, WHERE)] == ["waits_for_person"] * 2
    assert outcomes(clinic) == [Outcome.UNSURE, Outcome.OFF]


def test_a_person_reads_the_question_of_whoever_has_stopped_texts(clinic: UUID) -> None:
    factories.stop(clinic)
    assert hear(clinic, WHERE) == "waits_for_person", "the answer would never leave"
    assert outcomes(clinic) == []
    assert sql("SELECT verdict, rule FROM messaging_message ORDER BY id DESC LIMIT 1")[0] == ("never", "withdrawn")
    assert sql("SELECT kind FROM tasks_task") == [("read_reply",)]


def test_rating_counts_once_and_by_the_last_word(clinic: UUID) -> None:
    hear(clinic, WHERE)
    with clinic_scope(clinic):
        code = Asked.objects.get().code
        assert actions.rate(clinic_id=clinic, code=code, helped=True)
        assert actions.rate(clinic_id=clinic, code=code, helped=False)
        assert not actions.rate(clinic_id=clinic, code="nobody", helped=True)
        assert not actions.rate(clinic_id=clinic, code="", helped=True)
        used = queries.use(clinic, business_time.now() - DAY)["parking"]
    assert (used.answered, used.helped, used.not_helped, used.share) == (1, 0, 1, 0)


def test_rating_again_and_again_does_not_fill_the_audit(clinic: UUID) -> None:
    hear(clinic, WHERE)
    with clinic_scope(clinic):
        code = Asked.objects.get().code
        assert all(actions.rate(clinic_id=clinic, code=code, helped=helped) for helped in (True, True, False, True))
    assert sql("SELECT count(*) FROM foundation_auditevent WHERE action = 'article.rate'")[0][0] == 1


def test_grouping_reads_the_words_of_each_question_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [Asked(id=new_id(), language="en", outcome=Outcome.UNSURE) for _ in range(12)]
    said = {row.id: f"Do you sell {'abcdefghijkl'[at] * 7}?" for at, row in enumerate(rows)}
    read: list[str] = []
    plain = counting.words_of

    def counted(text: str) -> tuple[str, ...]:
        read.append(text)
        return plain(text)

    monkeypatch.setattr(counting, "words_of", counted)
    assert len(counting.together(rows, said)) == 12
    assert len(read) == 12


def test_questions_that_mean_the_same_are_one_group(clinic: UUID) -> None:
    for last, text in ((401, "Can I bring my dog?"), (402, "can i bring the dog"), (403, "Do you sell umbrellas?")):
        hear(clinic, text, last)
    with clinic_scope(clinic):
        found = queries.groups(clinic, business_time.now() - DAY)
        assert [(one.people, len(one.ids)) for one in found] == [(2, 2), (1, 1)]
        actions.put_aside(clinic_id=clinic, ids=found[0].ids, by=OPERATOR)
        assert [one.words for one in queries.groups(clinic, business_time.now() - DAY)] == ["Do you sell umbrellas?"]


def test_suggestion_names_an_article_and_never_for_a_medical_question(clinic: UUID) -> None:
    with clinic_scope(clinic):
        assert queries.suggestion(clinic, WHERE, "pl") == queries.Suggestion("Parking", "Pod halą targową.", "pl")
        assert queries.suggestion(clinic, "How many tablets should I take?", "en") is None


def test_article_keeps_the_order_of_its_languages(clinic: UUID) -> None:
    said = PARKING.says
    other = replace(PARKING, key="way", says={"pl": said["pl"], "en": said["en"]})
    publish(clinic, other)
    with clinic_scope(clinic):
        assert queries.article(clinic, "way").shown.languages == ("pl", "en")


def test_change_counts_only_when_it_is_published(clinic: UUID) -> None:
    said = {"en": replace(PARKING.says["en"], short="Behind the station.")}
    with clinic_scope(clinic):
        actions.save_draft(clinic_id=clinic, key="parking", draft=replace(PARKING, says=said), by=OPERATOR)
        assert queries.try_out(clinic, WHERE, "en").text.count("Under the market.") == 1
        actions.publish(clinic_id=clinic, key="parking", by=OPERATOR)
        assert queries.try_out(clinic, WHERE, "en").text.count("Behind the station.") == 1
        with pytest.raises(NotPublishable):
            actions.publish(clinic_id=clinic, key="parking", by=OPERATOR)


def test_clinics_know_nothing_of_each_others_articles(clinic: UUID) -> None:
    other = factories.make_furnished("quay", number="+447700900101").id
    assert hear(other, WHERE, number="+447700900101") == "waits_for_person"
    with clinic_scope(other):
        assert queries.articles(other) == []


# ------------------------------------------------------------------------------------------------ did it help?


def use(clinic: UUID, article: str = "hours") -> tuple[int, int, int]:
    with clinic_scope(clinic):
        found = counting.use(clinic, business_time.now() - 3 * DAY)[article]
    return found.helped, found.not_helped, found.handed_over


def test_a_short_answer_asks_whether_it_helped_and_a_plus_says_so_without_a_further_text(clinic: UUID) -> None:
    assert hear(clinic, "When are you open?") == "answered"
    assert wordings(clinic)[-1].endswith("Did it help? Reply + or -.")
    assert hear(clinic, "+") == "rated"
    assert use(clinic) == (1, 0, 0) and len(wordings(clinic)) == 1


def test_a_minus_says_that_it_did_not_help_and_brings_a_person(clinic: UUID) -> None:
    hear(clinic, "When are you open?")
    assert hear(clinic, "-") == "waits_for_person"
    assert use(clinic) == (0, 1, 1) and "will read this" in wordings(clinic)[-1]


def test_an_answer_with_a_page_asks_there_and_not_by_text(clinic: UUID) -> None:
    hear(clinic, WHERE)
    assert "Reply + or -" not in wordings(clinic)[-1]


def test_a_sign_means_nothing_where_no_article_has_answered_lately(clinic: UUID) -> None:
    assert hear(clinic, "-") == "waits_for_person"
    hear(clinic, "When are you open?", 322)
    advance(3 * DAY)
    assert hear(clinic, "+", 322) != "rated"


@pytest.mark.parametrize("language", sorted(RATE))
def test_the_question_costs_no_further_part_in_any_language(language: str) -> None:
    for length in range(1, 330):
        text = "a" * length
        asked = with_rating(text, language)
        assert measure(asked).segments == measure(text).segments
        assert asked in (text, text + RATE[language])
    assert with_rating("a" * 100, language) != "a" * 100


NOOR = Actor(ActorKind.STAFF, str(new_id()))


def staff_write(clinic: UUID, text: str) -> None:
    with clinic_scope(clinic):
        talk = Thread.objects.get()
        desk.reply(clinic_id=clinic, thread_id=talk.id, text=text, version=talk.answer_version, ref="f-1", by=NOOR)


@pytest.mark.parametrize("later", [timedelta(minutes=5), timedelta(hours=30)])
@pytest.mark.parametrize("sign", ["+", "👍", "-"])
def test_a_sign_for_what_staff_wrote_goes_to_them_and_rates_nothing(clinic: UUID, sign: str, later: timedelta) -> None:
    hear(clinic, "When are you open?")
    advance(timedelta(minutes=5))
    staff_write(clinic, "Can you come at 15:00 instead?")
    advance(later)
    assert hear(clinic, sign) != "rated"
    assert use(clinic) == (0, 0, 0)
    assert sql("SELECT needs_person FROM conversations_reading ORDER BY at DESC LIMIT 1") == [(True,)]


def test_a_sign_for_another_text_of_ours_or_behind_another_text_of_theirs_rates_nothing(clinic: UUID) -> None:
    hear(clinic, "When are you open?")
    factories.send(clinic, factories.intent(321, "Your visit is on Thursday."))
    assert hear(clinic, "+") != "rated"
    hear(clinic, "When are you open?", 322)
    hear(clinic, "Can I bring my dog?", 322)
    assert hear(clinic, "+", 322) != "rated"
    assert use(clinic) == (0, 0, 0)


def test_a_sign_pressed_twice_is_rated_and_brings_nobody(clinic: UUID) -> None:
    hear(clinic, "When are you open?")
    assert [hear(clinic, "👍"), hear(clinic, "👍")] == ["rated", "rated"]
    assert use(clinic) == (1, 0, 0) and sql("SELECT count(*) FROM tasks_task") == [(0,)]
