"""Surveys: from the end of a visit to the last answer, by text."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from recado.consent import actions as consent
from recado.consent.types import PurposeGroup
from recado.foundation import business_time
from recado.foundation.actors import SYSTEM
from recado.foundation.database import Role, connect
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.journeys import worker
from recado.journeys.types import FinishedVisit
from recado.surveys import actions, queries
from recado.surveys.catalogue import WHAT_WENT_WELL
from recado.surveys.models import Answer, Response
from recado.surveys.types import (
    NoSuchResponse,
    NoSuchSurvey,
    NotPublishable,
    Policy,
    QuestionKind,
    Survey,
    SurveyState,
    Way,
)
from tests import factories
from tests.factories import DAY, hear, make_patient, sql, wordings

HOURS = timedelta(hours=4)


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def work(database: None) -> Iterator[Callable[..., None]]:
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:

        def do(step: timedelta = timedelta(0)) -> None:
            factories.advance(step)
            while worker.run_due(maintenance):
                pass

        yield do


def patient(clinic_id: UUID, last: int = 321, *, agrees: bool = True, **more: object) -> UUID:
    made = make_patient(clinic_id, last, **more)
    if agrees:
        with clinic_scope(clinic_id):
            consent.permit(clinic_id=clinic_id, patient_id=made, groups=[PurposeGroup.SURVEY], how="desk", by=SYSTEM)
    return made


def finish(clinic_id: UUID, *patients: UUID, **more: str) -> int:
    now = business_time.now()
    visits = [FinishedVisit(new_id(), one, now, "Nurse Silva", **{"site": "Quay", **more}) for one in patients]
    with clinic_scope(clinic_id):
        return actions.visits_finished(clinic_id=clinic_id, visits=visits, by=SYSTEM)


def publish(clinic_id: UUID, survey: Survey) -> int:
    with clinic_scope(clinic_id):
        actions.begin(clinic_id=clinic_id, survey=survey, by=SYSTEM)
        actions.save_draft(clinic_id=clinic_id, key=survey.key, draft=survey, by=SYSTEM)
        return actions.publish(clinic_id=clinic_id, key=survey.key, by=SYSTEM)


def answers() -> list[tuple[str, int | None]]:
    return [
        (row[0], row[1])
        for row in sql("SELECT question, value FROM surveys_answer WHERE answered_at IS NOT NULL ORDER BY asked_at, id")
    ]


def call_backs(clinic_id: UUID) -> list[tuple[str, int | None]]:
    with clinic_scope(clinic_id):
        return [(one.words, one.score) for one in queries.call_backs(clinic_id)[0]]


def state() -> str:
    return str(sql("SELECT state FROM surveys_response")[0][0])


# ---------------------------------------------------------------- by text, one question at a time


def test_whole_survey_is_asked_and_answered_by_text_when_a_visit_has_finished(
    clinic: UUID, work: Callable[..., None]
) -> None:
    finish(clinic, patient(clinic))
    work()
    assert wordings(clinic) == []  # some hours later, not at once
    work(HOURS)
    assert wordings(clinic)[-1] == (
        "Harbour Street Clinic: Eleanor, how was your visit? Reply 1 (poor) to 5 (very good)."
    )
    assert hear(clinic, "5 👍") == "survey_answered"
    assert wordings(clinic)[-1] == (
        "Harbour Street Clinic: thank you. Would you recommend us to others? Reply 0 (no) to 10 (surely)."
    )
    hear(clinic, "9/10")
    assert "Reply in your own words" in wordings(clinic)[-1]
    assert hear(clinic, "Nurse Silva explained every step.") == "survey_ended"
    assert wordings(clinic)[-1] == "Harbour Street Clinic: thank you, that was all."
    assert answers() == [("visit", 5), ("recommend", 9), ("words", None)]
    assert state() == "answered"
    assert call_backs(clinic) == []


def test_low_score_asks_for_a_call_back_with_the_words_when_they_come(clinic: UUID, work: Callable[..., None]) -> None:
    finish(clinic, patient(clinic))
    work(HOURS)
    hear(clinic, "2")
    assert call_backs(clinic) == [("", 2)]  # at once: a half-filled survey counts as what it holds
    hear(clinic, "three")
    hear(clinic, "Waited 50 minutes, nobody told us why.")
    assert "May we call you about it?" in wordings(clinic)[-1]
    hear(clinic, "yes please")
    assert wordings(clinic)[-1] == "Harbour Street Clinic: thank you. Somebody will call you."
    assert call_backs(clinic) == [("Waited 50 minutes, nobody told us why.", 2)]
    with clinic_scope(clinic):
        back = queries.call_backs(clinic)[0][0]
        told = queries.answered(clinic, back.response_id)
    assert [question.key for question, _, _ in told.answers] == ["visit", "recommend", "words", "call"]


def test_nobody_calls_when_the_person_says_so(clinic: UUID, work: Callable[..., None]) -> None:
    finish(clinic, patient(clinic))
    work(HOURS)
    for words in ("1", "0", "0", "2"):
        hear(clinic, words)
    assert call_backs(clinic) == []
    assert state() == "answered"


def test_who_asks_for_a_call_is_called_when_the_score_was_not_low(clinic: UUID, work: Callable[..., None]) -> None:
    finish(clinic, patient(clinic))
    work(HOURS)
    for words in ("3", "7", "J'aimerais parler à quelqu'un.", "1"):
        hear(clinic, words)
    assert call_backs(clinic) == [("J'aimerais parler à quelqu'un.", 3)]


def test_answers_of_somebody_are_told_only_where_they_are_to_be_called(clinic: UUID, work: Callable[..., None]) -> None:
    finish(clinic, patient(clinic))
    work(HOURS)
    hear(clinic, "5")
    with clinic_scope(clinic), pytest.raises(NoSuchResponse):
        queries.answered(clinic, Response.objects.get().id)
    with clinic_scope(clinic), pytest.raises(NoSuchResponse):
        queries.answered(clinic, new_id())


def test_half_a_survey_counts_when_nothing_more_comes(clinic: UUID, work: Callable[..., None]) -> None:
    finish(clinic, patient(clinic))
    work(HOURS)
    hear(clinic, "4")
    work(20 * DAY)
    assert (state(), answers()) == ("begun", [("visit", 4)])
    assert len(wordings(clinic)) == 2  # nobody is reminded


def test_late_answer_goes_to_its_own_question_when_another_is_open(clinic: UUID, work: Callable[..., None]) -> None:
    finish(clinic, patient(clinic))
    work(HOURS)
    hear(clinic, "4")
    work(DAY)
    hear(clinic, "9")  # only a scale to ten has it
    hear(clinic, "sorry")
    work(timedelta(minutes=5))
    assert answers()[:2] == [("visit", 4), ("recommend", 9)]
    assert hear(clinic, "2", at=business_time.now()) != "survey_ended"  # fits both scales: it is not guessed


def test_score_is_changed_when_they_think_again(clinic: UUID, work: Callable[..., None]) -> None:
    finish(clinic, patient(clinic))
    work(HOURS)
    hear(clinic, "1")
    assert call_backs(clinic) == [("", 1)]
    with clinic_scope(clinic):
        row = Response.objects.get()
        actions_of = sql("SELECT subject_id FROM conversations_question WHERE kind = 'survey'")
    assert actions_of == [(row.id,)]
    hear(clinic, "10")
    hear(clinic, "0")
    hear(clinic, "2")
    work(timedelta(minutes=5))
    assert call_backs(clinic) == []


def test_words_after_a_while_wait_for_a_person_when_a_comment_was_asked(
    clinic: UUID, work: Callable[..., None]
) -> None:
    finish(clinic, patient(clinic))
    work(HOURS)
    hear(clinic, "4")
    hear(clinic, "8")
    work(timedelta(hours=13))
    assert hear(clinic, "I can't come tomorrow") == "waits_for_person"


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("When do I get my results?", "survey_ended"),
        ("I have chest pain since then", "in_danger"),
    ],
)
def test_person_reads_it_too_when_a_comment_may_be_pressing(
    clinic: UUID, work: Callable[..., None], words: str, outcome: str
) -> None:
    finish(clinic, patient(clinic))
    work(HOURS)
    hear(clinic, "4")
    hear(clinic, "8")
    assert hear(clinic, words) == outcome
    assert sql("SELECT needs_person FROM conversations_reading ORDER BY at, id")[-1] == (True,)
    assert sql("SELECT count(*) FROM tasks_task WHERE kind = 'read_reply'") == [(1,)]


def test_answer_to_a_reminder_is_no_comment_when_both_are_open(clinic: UUID, work: Callable[..., None]) -> None:
    finish(clinic, patient(clinic))
    work(HOURS)
    hear(clinic, "4")
    hear(clinic, "8")
    factories.record(clinic, factories.booking(ahead=2 * DAY))
    factories.release(clinic)
    work(timedelta(minutes=1))
    hear(clinic, "yes, I confirm")
    assert factories.visit(clinic).state == "confirmed"
    assert sql("SELECT count(*) FROM surveys_answer WHERE words_ct IS NOT NULL") == [(0,)]


def test_cancelling_in_own_words_is_no_comment_when_a_visit_is_asked_about_too(
    clinic: UUID, work: Callable[..., None]
) -> None:
    finish(clinic, patient(clinic))
    work(HOURS)
    hear(clinic, "4")
    hear(clinic, "8")
    factories.record(clinic, factories.booking(ahead=2 * DAY))
    factories.release(clinic)
    work(timedelta(minutes=1))
    hear(clinic, "I'm sorry, I can't come to my appointment, please cancel it")
    assert factories.visit(clinic).state == "cancelled"
    assert sql("SELECT count(*) FROM surveys_answer WHERE words_ct IS NOT NULL") == [(0,)]


def test_a_wrong_number_is_no_comment_when_a_comment_was_asked(clinic: UUID, work: Callable[..., None]) -> None:
    finish(clinic, patient(clinic))
    work(HOURS)
    hear(clinic, "4")
    hear(clinic, "8")
    assert hear(clinic, "wrong number") == "asked_wrong"
    assert sql("SELECT count(*) FROM surveys_answer WHERE words_ct IS NOT NULL") == [(0,)]


def test_choices_are_taken_by_their_numbers_when_several_are_meant(clinic: UUID, work: Callable[..., None]) -> None:
    publish(clinic, WHAT_WENT_WELL)
    with clinic_scope(clinic):
        actions.begin(clinic_id=clinic, survey=queries.survey(clinic, "visit").shown, by=SYSTEM)
        actions.end(clinic_id=clinic, key="visit", by=SYSTEM)
    finish(clinic, patient(clinic))
    work(HOURS)
    hear(clinic, "5")
    assert "1 seen on time, 2 listened to" in wordings(clinic)[-1]
    hear(clinic, "1 and 3")
    hear(clinic, "no")
    assert answers() == [("visit", 5), ("well", 0b101), ("next", 0)]
    assert state() == "answered"  # its last question is for those who were not happy


# ---------------------------------------------------------------- whom it asks


def test_nobody_is_asked_when_they_have_not_agreed(clinic: UUID, work: Callable[..., None]) -> None:
    assert finish(clinic, patient(clinic, agrees=False)) == 1
    work(HOURS)
    assert wordings(clinic) == []
    assert sql("SELECT asked_at FROM surveys_response") == [(None,)]
    assert sql("SELECT reason FROM journeys_step") == [("no_permission",)]


def test_nobody_is_asked_again_when_the_days_of_rest_are_not_over(clinic: UUID, work: Callable[..., None]) -> None:
    who = patient(clinic)
    assert finish(clinic, who) == 1
    assert finish(clinic, who) == 0  # about to be asked
    work(HOURS)
    work(89 * DAY)
    assert finish(clinic, who) == 0
    work(2 * DAY)
    assert finish(clinic, who) == 1


def test_days_of_rest_do_not_count_when_nobody_was_asked(clinic: UUID, work: Callable[..., None]) -> None:
    who = patient(clinic, agrees=False)
    finish(clinic, who)
    work(10 * DAY)
    assert finish(clinic, who) == 1


def test_last_of_several_visits_is_asked_about_when_they_finish_together(clinic: UUID) -> None:
    who = patient(clinic)
    now = business_time.now()
    visits = [FinishedVisit(new_id(), who, now - timedelta(hours=step), service=f"S{step}") for step in (2, 1, 3)]
    visits.append(FinishedVisit(new_id(), patient(clinic, 322), now - 3 * DAY))  # too long ago
    with clinic_scope(clinic):
        assert actions.visits_finished(clinic_id=clinic, visits=visits, by=SYSTEM) == 1
        assert Response.objects.get().service == "S1"


def test_same_visit_is_asked_about_once_when_told_of_twice(clinic: UUID, work: Callable[..., None]) -> None:
    visit = FinishedVisit(new_id(), patient(clinic), business_time.now())
    with clinic_scope(clinic):
        actions.set_policy(clinic_id=clinic, policy=Policy(rest_days=0), by=SYSTEM)
        assert actions.visits_finished(clinic_id=clinic, visits=[visit], by=SYSTEM) == 1
    work(HOURS)
    with clinic_scope(clinic):
        assert actions.visits_finished(clinic_id=clinic, visits=[visit], by=SYSTEM) == 0


def test_nobody_is_asked_when_the_visit_was_not_over_after_all(clinic: UUID, work: Callable[..., None]) -> None:
    finish(clinic, patient(clinic))
    (visit,) = sql("SELECT visit_id FROM surveys_response")[0]
    with clinic_scope(clinic):
        assert actions.visits_not_finished(clinic_id=clinic, visit_ids=[visit], by=SYSTEM) == 1
        assert actions.visits_not_finished(clinic_id=clinic, visit_ids=[visit], by=SYSTEM) == 0
    work(HOURS)
    assert wordings(clinic) == []
    assert state() == "withdrawn"


def test_nothing_more_is_asked_when_they_stop(clinic: UUID, work: Callable[..., None]) -> None:
    finish(clinic, patient(clinic))
    work(HOURS)
    factories.stop(clinic)
    assert hear(clinic, "4") == "survey_answered"
    assert answers() == [("visit", 4)]
    assert "recommend" not in " ".join(wordings(clinic))


def test_survey_for_a_service_goes_first_when_the_visit_was_for_it(clinic: UUID, work: Callable[..., None]) -> None:
    own = Survey("dental", 0, "Teeth", WHAT_WENT_WELL.questions, services=("Check-up",))
    assert publish(clinic, own) == 1
    finish(clinic, patient(clinic), service="check-up")
    finish(clinic, patient(clinic, 322), service="Blood test")
    assert sql("SELECT service, survey, version FROM surveys_response ORDER BY service") == [
        ("Blood test", "visit", 1),
        ("check-up", "dental", 1),
    ]


def test_answers_too_late_change_nothing_when_the_survey_is_over(clinic: UUID, work: Callable[..., None]) -> None:
    finish(clinic, patient(clinic))
    work(HOURS)
    work(15 * DAY)
    assert hear(clinic, "4") == "waits_for_person"
    assert answers() == []


# ---------------------------------------------------------------- language, sender, review


def test_survey_is_in_their_language_when_they_have_one(clinic: UUID, work: Callable[..., None]) -> None:
    finish(clinic, patient(clinic, language="fr"))
    work(HOURS)
    assert wordings(clinic)[-1] == (
        "Harbour Street Clinic : Eleanor, comment s'est passée votre visite ? Répondez de 1 (mal) à 5 (très bien)."
    )
    hear(clinic, "quatre")
    assert wordings(clinic)[-1].startswith("Harbour Street Clinic : merci. Nous recommanderiez-vous")


def test_everybody_is_told_of_public_reviews_when_the_clinic_has_a_page(
    clinic: UUID, work: Callable[..., None]
) -> None:
    url = "https://reviews.example/harbour"
    with clinic_scope(clinic):
        actions.set_policy(clinic_id=clinic, policy=Policy(review_url=url), by=SYSTEM)
    for last, said in ((321, ("5", "10", "0")), (322, ("1", "0", "0", "1"))):
        finish(clinic, patient(clinic, last))
        work(HOURS)
        for words in said:
            hear(clinic, words, last)
        assert url in wordings(clinic, last)[-1]  # whatever they answered: asking only the happy misleads


@pytest.mark.parametrize("way", [Way.PAGE, Way.BOTH])
def test_text_has_a_link_when_the_survey_is_on_a_page(clinic: UUID, work: Callable[..., None], way: Way) -> None:
    visit = queries.READY[0]
    publish(clinic, Survey(visit.key, 0, visit.name, visit.questions, way))
    finish(clinic, patient(clinic))
    work(HOURS)
    assert "/r/" in wordings(clinic)[-1]
    assert ("Reply 1" in wordings(clinic)[-1]) is (way is Way.BOTH)
    hear(clinic, "5")  # whoever writes all the same is understood
    assert answers() == [("visit", 5)]


# ---------------------------------------------------------------- keeping


def test_comments_are_sealed_when_stored(clinic: UUID, work: Callable[..., None]) -> None:
    finish(clinic, patient(clinic))
    work(HOURS)
    for words in ("5", "9", "The kind nurse with the red hair"):
        hear(clinic, words)
    (sealed,) = sql("SELECT words_ct FROM surveys_answer WHERE words_ct IS NOT NULL")[0]
    assert b"red hair" not in bytes(sealed)
    with clinic_scope(clinic):
        span = queries.Span("visit", business_time.now() - DAY, business_time.now() + DAY)
        (comment,) = queries.comments(clinic, span).rows
    assert (comment.words, comment.score, comment.score_most) == ("The kind nurse with the red hair", 5, 5)


def test_product_survey_stays_live_while_a_draft_is_written(clinic: UUID) -> None:
    with clinic_scope(clinic):
        visit = queries.survey(clinic, "visit")
        assert (visit.state, visit.is_product, visit.draft) == (SurveyState.LIVE, True, None)
        actions.begin(clinic_id=clinic, survey=visit.shown, by=SYSTEM)
        actions.save_draft(clinic_id=clinic, key="visit", draft=replace(visit.shown, questions=()), by=SYSTEM)
        assert queries.survey(clinic, "visit").published is not None
        with pytest.raises(NotPublishable):
            actions.publish(clinic_id=clinic, key="visit", by=SYSTEM)
        actions.save_draft(clinic_id=clinic, key="visit", draft=None, by=SYSTEM)
        with pytest.raises(NotPublishable):
            actions.publish(clinic_id=clinic, key="visit", by=SYSTEM)
        actions.save_draft(clinic_id=clinic, key="visit", draft=visit.shown, by=SYSTEM)
        assert actions.publish(clinic_id=clinic, key="visit", by=SYSTEM) == 2
        actions.end(clinic_id=clinic, key="visit", by=SYSTEM)
        actions.resume(clinic_id=clinic, key="visit", by=SYSTEM)
        with pytest.raises(NoSuchSurvey):
            actions.end(clinic_id=clinic, key="nowhere", by=SYSTEM)


@pytest.mark.parametrize(
    "policy",
    [Policy(rest_days=-1), Policy(rest_days=800), Policy(fewest=4), Policy(review_url="http://x.example"), Policy(review_url="https://a b")],
)  # fmt: skip
def test_policy_is_refused_when_it_cannot_be(clinic: UUID, policy: Policy) -> None:
    with clinic_scope(clinic), pytest.raises(ValueError, match=r"rest_days|fewest|review_url"):
        actions.set_policy(clinic_id=clinic, policy=policy, by=SYSTEM)


def test_every_kind_of_question_is_in_a_product_survey_when_counted() -> None:
    kinds = {question.kind for survey in queries.READY for question in survey.questions}
    assert kinds == set(QuestionKind) - {QuestionKind.CHOICE}
    assert Answer._meta.get_field("question").max_length == 24
