"""The page on which a survey is answered: one question at a time, without script; and what a finished visit begins."""

import re
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from django.test import Client

from recado.appointments import actions as appointments
from recado.foundation.actors import SYSTEM, Actor, ActorKind
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.surveys import actions, queries
from recado.surveys.catalogue import WHAT_WENT_WELL
from recado.surveys.types import Policy, Saying, Survey, Way
from tests import factories, pages
from tests.factories import hear, sql, wordings
from tests.rooms.test_surveys import HOURS, answers, call_backs, clinic, finish, patient, publish, state, work

__all__ = ["clinic", "work"]  # fixtures
LARGEST = 60_000  # bytes, with what the page loads but fonts
VISIT = queries.READY[0]


@pytest.fixture
def client() -> Client:
    return pages.browser(is_strict=True)


@pytest.fixture
def link(clinic: UUID, work: Callable[..., None]) -> str:
    publish(clinic, Survey(VISIT.key, 0, VISIT.name, VISIT.questions, Way.PAGE))
    finish(clinic, patient(clinic))
    work(HOURS)
    return "/r/" + re.findall(r"/r/(\w+)", wordings(clinic)[-1])[0]


def send(client: Client, path: str, **fields: object) -> str:
    client.get(path)
    token = client.cookies["csrftoken"].value
    headers = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    response = client.post(path, {**fields, "csrfmiddlewaretoken": token}, headers=headers, follow=True)
    return words(response.content.decode())


def words(html: str) -> str:
    return " ".join(" ".join(pages.Reading(html).text).split())


def test_survey_is_answered_question_by_question_when_the_link_is_opened(
    clinic: UUID, link: str, client: Client
) -> None:
    seen = client.get(link, follow=True)
    assert "How was your visit?" in words(seen.content.decode())
    assert "Question 1 of 3, about one minute" in words(seen.content.decode())
    page = link + "/survey"
    assert "Would you recommend us" in send(client, page, question="visit", value="2")
    assert call_backs(clinic) == [("", 2)]
    assert "What should we know?" in send(client, page, question="recommend", do="skip")
    assert "May we call you" in send(client, page, question="words", words="Nobody told us why.")
    assert "Somebody from the clinic will call you" in send(client, page, question="call", value="1")
    assert answers() == [("visit", 2), ("recommend", None), ("words", None), ("call", 1)]
    assert state() == "answered"
    assert call_backs(clinic) == [("Nobody told us why.", 2)]
    assert "Thank you" in words(client.get(link, follow=True).content.decode())


def test_answer_is_changed_when_somebody_goes_back(clinic: UUID, link: str, client: Client) -> None:
    page = link + "/survey"
    send(client, page, question="visit", value="1")
    html = client.get(page + "?back=visit").content.decode()
    assert re.search(r'value="1" checked', html)
    assert "Would you recommend us" in send(client, page, question="visit", value="5")
    assert answers() == [("visit", 5)]
    assert call_backs(clinic) == []


@pytest.mark.parametrize(
    "fields",
    [{}, {"value": "6"}, {"value": "0"}, {"value": "x"}, {"value": "-1"}, {"value": "٣"}],
)
def test_nothing_is_kept_when_the_form_says_nothing_that_answers(
    link: str, client: Client, fields: dict[str, str]
) -> None:
    assert "Give an answer, or skip" in send(client, link + "/survey", question="visit", **fields)
    assert answers() == []


def test_question_that_is_not_open_is_left_alone_when_a_form_names_it(link: str, client: Client) -> None:
    page = link + "/survey"
    assert "How was your visit?" in send(client, page, question="call", value="1")
    assert "How was your visit?" in send(client, page, question="nonsense", value="1")
    assert answers() == []


@pytest.mark.parametrize("path", ["", "/survey", "/survey?back=visit", "/messages", "/wrong", "/cancel", "/visit.ics"])
def test_opening_changes_nothing_when_a_scanner_comes(link: str, client: Client, path: str) -> None:
    for method in (client.get, client.head):
        assert method(link + path).status_code in {200, 303}
    assert answers() == []
    assert state() == "visited"


def test_answer_by_text_goes_on_by_page_when_both_are_used(clinic: UUID, link: str, client: Client) -> None:
    hear(clinic, "4")
    assert "Would you recommend us" in words(client.get(link, follow=True).content.decode())
    send(client, link + "/survey", question="recommend", value="10")
    assert answers() == [("visit", 4), ("recommend", 10)]


def test_link_has_ended_when_the_time_is_over_or_it_never_was(
    clinic: UUID, link: str, client: Client, work: Callable[..., None]
) -> None:
    assert client.get("/r/nosuchtoken/survey").status_code == 410
    assert client.get(f"/r/{'x' * 200}/survey").status_code == 410
    with clinic_scope(clinic):
        (visit,) = sql("SELECT visit_id FROM surveys_response")[0]
        actions.visits_not_finished(clinic_id=clinic, visit_ids=[visit], by=SYSTEM)
    assert client.get(link + "/survey").status_code == 410


def test_everybody_sees_the_way_to_review_when_there_is_one(clinic: UUID, link: str, client: Client) -> None:
    with clinic_scope(clinic):
        actions.set_policy(clinic_id=clinic, policy=Policy(review_url="https://reviews.example/h"), by=SYSTEM)
    page = link + "/survey"
    for key, value in (("visit", "1"), ("recommend", "0")):
        send(client, page, question=key, value=value)
    send(client, page, question="words", do="skip")
    assert "Write a public review" in send(client, page, question="call", value="0")


def test_every_kind_of_question_is_on_the_page_when_it_comes(
    clinic: UUID, work: Callable[..., None], client: Client
) -> None:
    says = {"ar": Saying("كيف كانت زيارتك؟", "سيئة", "ممتازة")}
    arabic = [
        replace(one, says={**(says if one.key == "visit" else {"ar": one.says["en"]}), **one.says})
        for one in WHAT_WENT_WELL.questions
    ]
    publish(clinic, Survey("visit", 0, "x", tuple(arabic), Way.PAGE))
    finish(clinic, patient(clinic, language="ar"))
    work(HOURS)
    page = "/r/" + re.findall(r"/r/(\w+)", wordings(clinic)[-1])[0] + "/survey"
    html = client.get(page).content.decode()
    assert 'lang="ar" dir="rtl"' in html
    assert len(html.encode()) < LARGEST
    assert "seen on time" in send(client, page, question="visit", value="5")
    assert "happens next" in send(client, page, question="well", value=["1", "3"])
    assert "Thank you" in send(client, page, question="next", value="1")
    assert answers() == [("visit", 5), ("well", 0b101), ("next", 1)]


# ---------------------------------------------------------------- what begins it


def test_survey_begins_when_the_desk_says_that_a_visit_is_over(clinic: UUID, work: Callable[..., None]) -> None:
    patient(clinic)
    factories.record(clinic, factories.booking(ahead=HOURS), announce=factories.Announce.NONE)
    work(2 * HOURS)
    marta = Actor(ActorKind.STAFF, str(new_id()))
    about = {"clinic_id": clinic, "visit_id": factories.visit(clinic).id, "by": marta}
    with clinic_scope(clinic):
        appointments.note_finished(**about)
    assert sql("SELECT clinician, service, state FROM surveys_response") == [("Nurse Silva", "Blood test", "visited")]
    with clinic_scope(clinic):
        appointments.take_back(**about)
    assert state() == "withdrawn"
