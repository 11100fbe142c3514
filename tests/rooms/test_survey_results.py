"""The pages of surveys for staff: results, comments, export, whom to call back, and the editor."""

from collections.abc import Callable
from uuid import UUID

from recado.clinics.roles import MANAGER
from recado.foundation.tenancy import clinic_scope
from recado.surveys import queries
from tests.factories import hear, sql
from tests.rooms.test_surveys import HOURS, clinic, finish, patient, work
from tests.staff import desk

__all__ = ["clinic", "work"]  # fixtures


def answer(clinic_id: UUID, work: Callable[..., None], last: int, *texts: str) -> None:
    finish(clinic_id, patient(clinic_id, last))
    work(HOURS)
    for text in texts:
        hear(clinic_id, text, last)


def test_figures_are_counted_when_people_have_answered(clinic: UUID, work: Callable[..., None]) -> None:
    answer(clinic, work, 321, "5", "10", "=HYPERLINK of joy")
    answer(clinic, work, 322, "2")
    answer(clinic, work, 323)
    with clinic_scope(clinic):
        content = queries.survey(clinic, "visit").shown
        (start, end) = sql("SELECT min(visited_at), max(visited_at) + interval '1 hour' FROM surveys_response")[0]
        span = queries.Span("visit", start, end)
        found = queries.figures_of(clinic, content, span)
        assert (found.asked.asked, found.asked.answered, found.asked.partly, found.asked.silent) == (3, 1, 1, 1)
        assert found.tallies["visit"].counts == {5: 1, 2: 1}
        assert found.words == 1
        assert queries.answers_by(clinic, span, "visit")["clinician"]["Nurse Silva"].total == 2
        assert queries.sites(clinic, span) == ["Quay"]
        assert queries.figures_of(clinic, content, queries.Span("visit", start, end, "Elsewhere")).asked.asked == 0
    rows = list(queries.export(clinic, span))
    assert [given["visit"].value for _, given in rows] == [5, 2]


def test_pages_are_shown_to_whoever_may_see_them(clinic: UUID, work: Callable[..., None]) -> None:
    answer(clinic, work, 321, "5", "10", "=HYPERLINK of joy")
    answer(clinic, work, 322, "2", "0", "Waited an hour")
    manager = desk(clinic, MANAGER)
    page = manager.get("/surveys/").content.decode()
    for words in ("2 asked", "HYPERLINK of joy", "Waited an hour", "Eleanor Whitcombe", "under 30"):
        assert words in page, words
    assert manager.get("/surveys/comments").status_code == 200
    assert manager.get("/surveys/comments?before=x&id=y").status_code == 200
    lines = b"".join(manager.get("/surveys/export")).decode()  # type: ignore[arg-type]
    assert "'=HYPERLINK of joy" in lines
    assert "Eleanor" not in lines
    reception = desk(clinic)
    assert reception.get("/surveys/").status_code == 403
    assert "to be called back" in reception.get("/").content.decode()
    (name,) = sql("SELECT subject_id FROM tasks_task WHERE kind = 'call_back'")[0]
    assert "Waited an hour" in reception.get(f"/surveys/answers/{name}").content.decode()
    reception.post(f"/surveys/answers/{name}/done")
    assert sql("SELECT done_at IS NOT NULL FROM tasks_task WHERE kind = 'call_back'") == [(True,)]


def test_survey_is_written_moved_and_published_when_a_manager_does_so(clinic: UUID) -> None:
    manager = desk(clinic, MANAGER)
    assert manager.get("/surveys/own").status_code == 200
    manager.post("/surveys/own/new")
    address = "/surveys/own/survey_1"
    assert manager.get(address).status_code == 200
    form = {"language": "en", "name": "Mine", "text-q1": "", "kind-q1": "rate"}
    assert manager.post(address, form | {"do": "publish"}).status_code == 422
    form |= {"text-q1": "How was it?", "low-q1": "2"}
    manager.post(address, form | {"do": "add"})
    form |= {"text-q2": "Why?", "kind-q2": "words", "if-q2": "q1", "if-least-q2": "1", "if-most-q2": "3"}
    assert manager.post(address, form | {"do": "publish"}).status_code == 303
    with clinic_scope(clinic):
        made = queries.survey(clinic, "survey_1").published
    assert made is not None
    assert [(one.key, str(one.kind), one.low) for one in made.questions] == [("q1", "rate", 2), ("q2", "words", None)]
    manager.post(address, {"do": "down:q1", "language": "en"})
    with clinic_scope(clinic):
        assert [one.key for one in queries.survey(clinic, "survey_1").shown.questions] == ["q2", "q1"]
    manager.post("/surveys/own/survey_1/pace", {"do": "end"})
    manager.post("/surveys/own/new", {"ready": "recommend"})
    manager.post("/surveys/own/policy", {"rest_days": "30", "fewest": "10", "review_url": "https://r.example"})
    manager.post("/surveys/own/policy", {"rest_days": "x"})
    with clinic_scope(clinic):
        assert queries.policy(clinic).rest_days == 30
