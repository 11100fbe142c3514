"""The pages of articles: what they do, the editor, a question to try, questions without an answer, and the page behind a link."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from recado.clinics.roles import MANAGER, RECEPTION
from recado.conversations.models import Thread
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from recado.knowledge import actions, queries
from recado.knowledge.models import Asked
from recado.knowledge.types import Article, Policy, Saying, Topic, WorkState
from tests import factories, pages, staff
from tests.factories import hear, make_patient, sql, wordings

PARKING = Article(
    "parking",
    0,
    "Parking",
    Topic.PLACE,
    {"en": Saying("Where can I park?", ("Is there a car park?",), "Under the market.", "## By car\nFrom Quay Lane.")},
)
FIELDS = {
    "language": "en",
    "name": "Parking",
    "topic": "place",
    "question": "Where can I park?",
    "others": "Is there a car park?\n\nparking",
    "short": "Under the market.",
    "long": "",
}


@pytest.fixture
def clinic(database: None) -> UUID:
    made = factories.make_furnished().id
    with clinic_scope(made):
        key = actions.begin(clinic_id=made, article=PARKING, by=OPERATOR)
        actions.publish(clinic_id=made, key=key, by=OPERATOR)
    make_patient(made)
    return made


@pytest.fixture
def desk(clinic: UUID) -> Client:
    return staff.desk(clinic, MANAGER)


def text(response: object) -> str:
    shown = response.content.decode()  # type: ignore[attr-defined]
    assert pages.Reading(shown).faults == []
    return shown


def test_list_shows_what_each_article_does(clinic: UUID, desk: Client) -> None:
    hear(clinic, "Where can I park?")
    shown = text(desk.get("/answers/"))
    assert "Parking" in shown and "8 missing" in shown and 'data-l="Answered, 30 days">1<' in shown


def test_reception_reads_and_tries_and_writes_nothing(clinic: UUID) -> None:
    desk = staff.desk(clinic, RECEPTION)
    assert "A new article" not in text(desk.get("/answers/"))
    assert "It would answer" in text(desk.post("/answers/", {"question": "Where can I park?", "as": "en"}))
    assert desk.post("/answers/new", {"name": "Hours"}).status_code == 403


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Where can I park?", "automatic answer: Under the market."),
        ("Can I bring my dog?", "No article is sure enough"),
        ("How many tablets should I take?", "Medical: never answered without a person"),
    ],
)
def test_trying_says_what_would_happen_and_keeps_nothing(clinic: UUID, desk: Client, question: str, said: str) -> None:
    assert said in text(desk.post("/answers/", {"question": question, "as": "en"}))
    with clinic_scope(clinic):
        assert not Asked.objects.exists() and not wordings(clinic)


def test_article_is_begun_written_and_published(clinic: UUID, desk: Client) -> None:
    there = desk.post("/answers/new", {"name": "Opening hours"})["Location"]
    assert "opening_hours" in there
    refused = desk.post(there, {**FIELDS, "name": "Hours", "question": "", "do": "publish"})
    assert refused.status_code == 422 and "Write the question in this language." in text(refused)
    assert desk.post(there, {**FIELDS, "name": "Hours", "do": "publish"}).status_code == 303
    polish = {**FIELDS, "language": "pl", "question": "Gdzie?", "short": "Tu.", "do": "save"}
    assert desk.post(there, polish).status_code == 303
    shown = text(desk.get(there))
    assert "You see the draft" in shown and "Version 1 answers" in shown
    with clinic_scope(clinic):
        view = queries.article(clinic, "opening_hours")
    assert view.draft and view.draft.languages == ("en", "pl")
    assert view.published and view.published.says["en"].others == ("Is there a car park?", "parking")


def test_review_date_is_set_and_put_off(clinic: UUID, desk: Client) -> None:
    there = "/answers/articles/parking/review"
    desk.post(there, {"due": "1999-01-01", "owner": ""})
    with clinic_scope(clinic):
        before = queries.article(clinic, "parking").review.due
    desk.post(there, {"do": "longer"})
    with clinic_scope(clinic):
        after = queries.article(clinic, "parking").review
    assert before and after.due and after.due >= before and after.reviewed_at


def test_whoever_looks_after_an_article_is_reminded_on_today(clinic: UUID) -> None:
    owner = staff.hire(clinic, MANAGER, "Amara Okafor")
    mine, others = staff.signed_in(clinic, owner), staff.desk(clinic, MANAGER)
    for days, said in ((30, ""), (5, "due in 5 days"), (-2, "It has stopped answering patients.")):
        due = business_time.now().date() + timedelta(days=days)
        with clinic_scope(clinic):
            actions.review(clinic_id=clinic, key="parking", owner=owner, due=due, by=OPERATOR)
        shown = text(mine.get("/"))
        assert ("“Parking” is to be read again" in shown) == bool(said) and said in shown
        assert "is to be read again" not in text(others.get("/"))


def test_article_is_taken_down_and_put_back(clinic: UUID, desk: Client) -> None:
    states = []
    for do in ("end", "resume"):
        desk.post("/answers/articles/parking/pace", {"do": do})
        with clinic_scope(clinic):
            states.append(queries.article(clinic, "parking").state)
    assert states == [WorkState.ENDED, WorkState.LIVE]


def test_limit_is_kept_within_its_bounds(clinic: UUID, desk: Client) -> None:
    for limit in ("90", "20", "many"):
        desk.post("/answers/limit", {"is_on": "yes", "limit": limit})
    with clinic_scope(clinic):
        assert queries.policy(clinic).limit == 90


def test_article_is_written_from_questions(clinic: UUID, desk: Client) -> None:
    hear(clinic, "Can I bring my dog?", 401)
    hear(clinic, "can i bring the dog", 402)
    shown = text(desk.get("/answers/unanswered"))
    assert "2 people" in shown and "Can I bring my dog?" in shown.replace("can i bring the dog", "Can I bring my dog?")
    found = re.search(r'name="ids" value="([^"]+)"', shown)
    assert found
    there = desk.post("/answers/unanswered/act", {"ids": found[1], "do": "write"})["Location"]
    assert "dog" not in there and there.startswith("/answers/articles/asked")
    assert "dog" in text(desk.get(there))
    assert sql(
        "SELECT count(*) FROM foundation_auditevent WHERE detail::text ILIKE '%dog%' OR subject LIKE '%dog%'"
    ) == [(0,)]
    again = desk.post("/answers/unanswered/act", {"ids": found[1], "do": "write"})["Location"]
    assert again.startswith("/answers/articles/asked_2")
    assert sql("SELECT count(*) FROM foundation_auditevent WHERE action = 'article.read_questions'")[0][0] >= 1
    desk.post("/answers/unanswered/act", {"ids": found[1], "do": "aside"})
    assert "Every question has an answer" in text(desk.get("/answers/unanswered"))


def test_answers_that_were_no_help_are_read_beside_their_article(clinic: UUID, desk: Client) -> None:
    assert "answers/no-help" not in text(desk.get("/answers/unanswered")), "nobody said so"
    assert "Every answer helped" in text(desk.get("/answers/no-help"))
    hear(clinic, "Where can I park?", 401)
    hear(clinic, "Is there a car park?", 402)
    with clinic_scope(clinic):
        assert Asked.objects.update(helped=False) == 2
    assert "Read the 2" in text(desk.get("/answers/unanswered"))
    shown = text(desk.get("/answers/no-help"))
    assert shown.count("Said that it did not help") == 2 and "Where can I park?" in shown
    assert shown.count("Under the market.") == 2 and "/answers/articles/parking?language=en" in shown
    assert sql("SELECT detail->>'count' FROM foundation_auditevent WHERE action = 'article.read_corrected'")[-1] == (
        "2",
    )


def test_medical_question_can_only_be_kept_with_people(clinic: UUID, desk: Client) -> None:
    hear(clinic, "Are my results back?", 401)
    shown = text(desk.get("/answers/unanswered"))
    assert "Keep with people" in shown and "Write the article" not in shown
    found = re.search(r'name="ids" value="([^"]+)"', shown)
    assert found
    desk.post("/answers/unanswered/act", {"ids": found[1], "do": "write"})
    with clinic_scope(clinic):
        assert len(queries.articles(clinic)) == 1


def test_page_behind_an_answer_says_more_and_takes_a_rating(clinic: UUID) -> None:
    hear(clinic, "Where can I park?")
    found = re.search(r"https?://[^/ ]+(/a/\S+)", wordings(clinic)[0])
    assert found
    browser = pages.browser()
    shown = text(browser.get(found[1]))
    assert "From Quay Lane." in shown and "Did this help?" in shown
    with clinic_scope(clinic):
        assert Asked.objects.get().helped is None, "opening it changes nothing"
    said = browser.post(found[1], {"helped": "no"}, query_params={"lang": "fr"})
    assert said.status_code == 303 and said["Location"].endswith("?lang=fr#help"), "the page stays in the language"
    assert "PERSON" in text(browser.get(found[1]))
    with clinic_scope(clinic):
        assert Asked.objects.get().helped is False
    assert browser.get("/a/none/none").status_code == 404
    assert browser.get(found[1].rsplit("/", 1)[0] + "/none").status_code == 404


def test_inbox_offers_what_an_article_would_say(clinic: UUID) -> None:
    with clinic_scope(clinic):
        actions.set_policy(clinic_id=clinic, policy=Policy(is_on=False, limit=80), by=OPERATOR)
    assert hear(clinic, "Where can I park?") == "waits_for_person"
    desk = staff.desk(clinic, RECEPTION)
    with clinic_scope(clinic):
        (thread,) = Thread.objects.values_list("id", flat=True)
    assert 'data-insert="Under the market."' in text(desk.get(f"/inbox/{thread}"))
