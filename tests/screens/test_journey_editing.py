"""Writing the draft of a journey: by forms alone, told of others who write, published for whom it is meant."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from recado.clinics.roles import ADMINISTRATOR, MANAGER, RECEPTION
from recado.foundation.tenancy import clinic_scope
from recado.journeys import queries
from recado.journeys.types import At, Branch, Condition, HoldOut, Kind, Moment, OfferTime, Op, Plan, Task, Text, Variant
from tests import factories, pages, staff
from tests.factories import DAY
from tests.screens.test_journeys_page import work

pytestmark = pytest.mark.usefixtures("database")

VISIT = "/journeys/own/appointment"


@pytest.fixture
def clinic() -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def manager(clinic: UUID) -> Client:
    return staff.desk(clinic, MANAGER)


def draft(clinic: UUID, key: str = "appointment") -> Plan:
    with clinic_scope(clinic):
        return queries.opened(clinic, key).shown


def page_of(client: Client, path: str = VISIT) -> str:
    page: str = client.get(path).content.decode()
    assert pages.Reading(page).faults == []
    return page


def fields(page: str, form: str) -> dict[str, str]:
    """What a browser would send of the form with this id, as it stands."""
    html = page.partition(f'id="{form}"')[2].partition("</form>")[0]
    found = {}
    for tag in re.findall(r"<input[^>]*>", html):
        given = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if given.get("type") != "checkbox" or " checked" in tag:
            found[given["name"]] = given.get("value", "")
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', html, re.S):
        values = re.findall(r'<option value="([^"]*)"( selected)?', options)
        found[name] = next((value for value, chosen in values if chosen), values[0][0] if values else "")
    return found


def change(client: Client, step: str, path: str = VISIT, **more: str) -> Any:
    given = fields(page_of(client, f"{path}?step={step}"), "step-form")
    return client.post(
        f"{path}/steps/{step}", {**given, **{name.replace("_", "-"): value for name, value in more.items()}}
    )


def edit(clinic: UUID, key: str = "appointment") -> str:
    with clinic_scope(clinic):
        return str(queries.opened(clinic, key).edit)


@pytest.mark.parametrize("key", [ready.plan.key for ready in queries.GALLERY if ready.is_by_default])
def test_a_form_that_is_saved_as_it_came_changes_nothing(clinic: UUID, manager: Client, key: str) -> None:
    before = draft(clinic, key)
    for placed in before.placed:
        assert change(manager, placed.step.key, f"/journeys/own/{key}").status_code == 303
    assert draft(clinic, key).steps == before.steps


def test_a_step_gets_another_moment_text_and_condition(clinic: UUID, manager: Client) -> None:
    answer = change(
        manager, "question", by="2", unit="hours", template="visit_today", if_1="service:is", ifv_1="Blood test"
    )
    assert answer["Location"] == f"{VISIT}?step=question#step-question"
    step = draft(clinic).step("question")
    assert step.when == Moment(At.BEFORE, timedelta(hours=2))
    assert isinstance(step.does, Text) and step.does.template == "visit_today"
    assert step.only_if[1] == Condition("service", Op.IS, "Blood test")
    page = page_of(manager)
    assert "Unpublished changes" in page and "2 hours before" in page and "Publish version 2" in page


def test_answers_are_chosen_and_a_question_becomes_a_notice(clinic: UUID, manager: Client) -> None:
    change(manager, "question", answer_0="confirm", answer_1="cancel")
    does = draft(clinic).step("question").does
    assert isinstance(does, Text) and does.answers == ("confirm", "cancel")
    change(manager, "question", asks="")
    does = draft(clinic).step("question").does
    assert isinstance(does, Text) and does.kind is Kind.NOTICE and does.answers == ()


@pytest.mark.parametrize("field", ["at", "unit", "state", "template", "first", "if-0", "answer-0"])
def test_what_no_form_offers_is_refused(clinic: UUID, manager: Client, field: str) -> None:
    answer = change(manager, "question", **{field.replace("-", "_"): "nonsense"})
    assert answer.status_code == 422 and "Choose one of the list" in answer.content.decode()
    assert draft(clinic).version == 1  # there is no draft


def test_steps_are_added_moved_and_taken_out(clinic: UUID, manager: Client) -> None:
    manager.post(f"{VISIT}/steps", {"kind": "task", "where": "question", "edit": "0"})
    assert [step.key for step in draft(clinic).steps][6:8] == ["question", "task"]
    assert draft(clinic).step("task").does == Task("call")
    manager.post(f"{VISIT}/steps/task/move", {"to": "up", "edit": edit(clinic)})
    assert [step.key for step in draft(clinic).steps][6:8] == ["task", "question"]
    manager.post(f"{VISIT}/steps/task/move", {"before": "booked", "edit": edit(clinic)})
    assert draft(clinic).steps[0].key == "task"
    manager.post(f"{VISIT}/steps/task/remove", {"edit": edit(clinic)})
    assert "task" not in draft(clinic).by_key
    manager.post(f"{VISIT}/steps", {"kind": "task", "edit": edit(clinic)})
    assert draft(clinic).steps[-1].key == "task"


def test_a_choice_gets_ways_with_conditions_and_steps(clinic: UUID, manager: Client) -> None:
    manager.post(f"{VISIT}/steps", {"kind": "branch", "edit": "0"})
    change(manager, "branch", arm_0="Answered", arm0if_0="answered=yes", arm_2="Third")
    manager.post(f"{VISIT}/steps", {"kind": "end", "where": "branch:Answered", "edit": edit(clinic)})
    does = draft(clinic).step("branch").does
    assert isinstance(does, Branch) and [arm.name for arm in does.arms] == ["Answered", "B", "Third"]
    assert does.arms[0].only_if == (Condition("answered", Op.IS, True),)
    assert [step.key for step in does.arms[0].steps] == ["end"]
    change(manager, "branch", arm_2="")
    does = draft(clinic).step("branch").does
    assert isinstance(does, Branch) and len(does.arms) == 2
    assert "Answered: if the patient has answered" in page_of(manager)


def test_a_step_offers_the_time_of_a_cancelled_visit_and_only_of_a_visit(clinic: UUID, manager: Client) -> None:
    manager.post(f"{VISIT}/steps", {"kind": "offer_time", "edit": "0"})
    step = draft(clinic).step("offer_time")
    assert (step.when, step.does) == (Moment(At.BEFORE, timedelta(days=1), "cancelled"), OfferTime())
    page = page_of(manager, f"{VISIT}?step=offer_time")
    assert "Offer the time to the waitlist" in page and "1 day before" in page and "it is still cancelled" in page
    change(manager, "offer_time", by="2")
    assert draft(clinic).step("offer_time").when.by == timedelta(days=2)
    manager.post(f"{VISIT}/steps/offer_time/move", {"to": "up", "edit": edit(clinic)})
    assert draft(clinic).steps[-2].key == "offer_time"
    change(manager, "offer_time", state="booked")
    assert "Its time is free only once it is cancelled." in page_of(manager)
    page = page_of(manager, f"{VISIT}/try?case=closed&ends=cancelled&ahead=4")
    assert "Offer the time to the waitlist" in page
    untold = "/journeys/own/missed"
    manager.post("/journeys/ready/missed/use")
    page = page_of(manager, f"{untold}/try?case=closed&ends=missed&ahead=4")
    assert "we missed you on" in page and "Put on the call list" in page, "no text goes before it ends"
    assert 'value="offer_time"' not in page_of(manager, "/journeys/own/invoice")


def test_chance_and_a_comparison_group_have_shares(clinic: UUID, manager: Client) -> None:
    manager.post(f"{VISIT}/steps", {"kind": "variant", "edit": "0"})
    change(manager, "variant", weight_0="3")
    does = draft(clinic).step("variant").does
    assert isinstance(does, Variant) and [arm.weight for arm in does.arms] == [3, 1]
    manager.post(f"{VISIT}/steps", {"kind": "hold_out", "edit": edit(clinic)})
    change(manager, "hold_out", percent="20")
    assert draft(clinic).step("hold_out").does == HoldOut(20)
    assert "drawn before the first text" in page_of(manager)


def test_the_second_who_saves_is_told_and_loses_nothing(clinic: UUID, manager: Client) -> None:
    other = staff.signed_in(clinic, staff.hire(clinic, MANAGER, "Ben Okafor"))
    mine = fields(page_of(manager, f"{VISIT}?step=question"), "step-form")
    change(other, "second_question", by="2")
    answer = manager.post(f"{VISIT}/steps/question", {**mine, "by": "5"})
    page = answer.content.decode()
    assert answer.status_code == 409 and "Ben Okafor changed this journey at" in page
    assert fields(page, "step-form")["by"] == "5" and "2 days before" in page
    assert draft(clinic).step("question").when.by == 3 * DAY
    manager.post(f"{VISIT}/steps/question", fields(page, "step-form"))
    assert draft(clinic).step("question").when.by == 5 * DAY
    assert draft(clinic).step("second_question").when.by == 2 * DAY


def test_a_form_that_saves_itself_is_answered_in_a_word(clinic: UUID, manager: Client) -> None:
    given = fields(page_of(manager, f"{VISIT}?step=question"), "step-form")
    own = {"headers": {"X-Autosave": "true"}}
    saved = manager.post(f"{VISIT}/steps/question", {**given, "by": "4"}, **own)
    assert saved.json() == {"edit": 1, "told": "Saved in the draft."}
    page = page_of(manager, f"{VISIT}?step=question")
    form, shown = page.index('id="step-form"'), page.index('<live-part id="panel-shown" topics="journeys">')
    assert page.index('<live-part id="panel-head" topics="journeys">') < form < shown < page.index('class="phone"')
    assert page.count('draggable="true"') == page.count("data-step="), "also when they come anew"
    assert manager.post(f"{VISIT}/steps/question", {**given, "by": "5"}, **own).status_code == 409
    assert manager.post(f"{VISIT}/steps/question", {**given, "edit": "1", "at": "x"}, **own).status_code == 422


def test_faults_stand_at_their_step_and_nothing_is_published(clinic: UUID, manager: Client) -> None:
    manager.post(f"{VISIT}/steps", {"kind": "branch", "edit": "0"})
    change(manager, "branch", arm_1="")
    page = page_of(manager)
    assert "A choice needs two arms at least" in page.partition('id="step-branch"')[2]
    assert "thing must be put right first" in page_of(manager, f"{VISIT}/publish")
    assert manager.post(f"{VISIT}/publish", {"edit": edit(clinic)}).status_code == 409


@pytest.mark.parametrize(("people", "version"), [("stay", 1), ("move", 2)])
def test_who_is_under_way_stays_or_goes_on_on_the_new_version(
    clinic: UUID, manager: Client, people: str, version: int
) -> None:
    factories.record(clinic, factories.booking(), announce=factories.Announce.NONE)
    change(manager, "question", by="2")
    page = page_of(manager, f"{VISIT}/publish")
    assert "Visit: question: 2 days before, before it was 3 days before." in page and "1 person is under way" in page
    assert manager.post(f"{VISIT}/publish", {"people": people, "edit": edit(clinic)}).status_code == 303
    with factories.connect(factories.Role.MAINTENANCE, autocommit=True) as maintenance:
        from recado.journeys import worker

        worker.move_people(maintenance)
    assert factories.sql("SELECT version FROM journeys_run") == [(version,)]
    assert "Version 2" in page_of(manager, f"{VISIT}/versions")
    work()


def test_what_was_read_is_what_is_published(clinic: UUID, manager: Client) -> None:
    change(manager, "question", by="2")
    read = edit(clinic)
    change(manager, "question", by="1")
    assert manager.post(f"{VISIT}/publish", {"edit": read}).status_code == 409
    assert factories.sql("SELECT count(*) FROM journeys_version") == [(0,)]


def test_a_draft_is_given_up(clinic: UUID, manager: Client) -> None:
    change(manager, "question", by="2")
    manager.post(f"{VISIT}/discard", {"edit": edit(clinic)})
    assert draft(clinic).step("question").when.by == 3 * DAY
    manager.post("/journeys/ready/same_day/use")
    manager.post("/journeys/own/same_day/discard", {"edit": edit(clinic, "same_day")})
    assert manager.get("/journeys/own/same_day").status_code == 404


def test_name_and_whom_it_is_for(clinic: UUID, manager: Client) -> None:
    manager.post(f"{VISIT}/about", {"edit": "0", "name": "Visits", "who-0": "service:is_not", "whov-0": "Telephone"})
    page = page_of(manager)
    assert "<h1>Visits</h1>" in page and "only if the service is not Telephone" in page
    assert draft(clinic).who == (Condition("service", Op.IS_NOT, "Telephone"),)


def test_an_empty_journey_is_filled_and_published(clinic: UUID, manager: Client) -> None:
    there = manager.post("/journeys/new", {"event": "appointment", "name": "Welcome"})["Location"]
    assert "There is no step yet" in page_of(manager, there)
    key = there.rsplit("/", 1)[1]
    manager.post(f"{there}/steps", {"kind": "text", "edit": edit(clinic, key)})
    assert manager.post(f"{there}/publish", {"edit": edit(clinic, key)}).status_code == 303
    assert "Live" in page_of(manager, there)
    assert manager.post("/journeys/new", {"event": "nothing", "name": "x"}).status_code == 404


def test_everything_is_in_the_audit(clinic: UUID, manager: Client) -> None:
    change(manager, "question", by="2")
    manager.post(f"{VISIT}/publish", {"edit": edit(clinic)})
    lines = factories.sql("SELECT action FROM foundation_auditevent WHERE action LIKE 'journey.%%' ORDER BY id")
    assert [action for (action,) in lines] == ["journey.begin", "journey.write", "journey.publish"]


def test_reception_reads_and_writes_nothing(clinic: UUID) -> None:
    desk = staff.desk(clinic, RECEPTION)
    page = page_of(desk, f"{VISIT}?step=question")
    assert "step-form" not in page and "data-move" not in page and "/pause" not in page and "draggable" not in page
    for path in (
        "steps",
        "steps/question",
        "steps/question/move",
        "steps/question/remove",
        "about",
        "publish",
        "discard",
    ):
        assert desk.post(f"{VISIT}/{path}").status_code == 403


def test_how_long_steps_wait_and_how_much_notice_is_needed_are_kept(clinic: UUID, manager: Client) -> None:
    given = {"edit": "0", "name": "Visits", "patience": "6", "patience_unit": "hours"}
    assert (
        manager.post(f"{VISIT}/about", {**given, "least_notice": "1", "least_notice_unit": "days"}).status_code == 303
    )
    assert (draft(clinic).patience, draft(clinic).least_notice) == (timedelta(hours=6), DAY)
    page = page_of(manager)
    assert 'name="patience" inputmode="numeric" maxlength="6" value="6"' in page
    refused = manager.post(f"{VISIT}/about", {**given, "edit": "1", "patience": "400", "patience_unit": "days"})
    html = refused.content.decode()
    assert refused.status_code == 422 and "A year at the most." in html and 'value="400"' in html
    assert draft(clinic).patience == timedelta(hours=6)


# ------------------------------------------------------------------------------------------------ undone


def undo(client: Client, clinic: UUID) -> str:
    page: str = client.post(f"{VISIT}/undo", {"edit": edit(clinic)}, follow=True).content.decode()
    assert pages.Reading(page).faults == []
    return page


def test_a_step_that_was_taken_out_comes_back_with_one_press(manager: Client, clinic: UUID) -> None:
    before = draft(clinic)
    page = manager.post(f"{VISIT}/steps/question/remove", {"edit": "0"}, follow=True).content.decode()
    assert not draft(clinic).has("question")
    (there,) = set(re.findall(r'action="(/journeys/own/appointment/undo\?edit=\d+)"', page))
    manager.post(there, follow=True)
    assert draft(clinic).steps == before.steps
    with clinic_scope(clinic):
        assert queries.opened(clinic, "appointment").draft is None, "as before the first change: nothing to publish"


def test_changes_are_undone_one_after_the_other_and_typing_as_one(manager: Client, clinic: UUID) -> None:
    before = draft(clinic)
    manager.post(f"{VISIT}/steps/question/move", {"edit": edit(clinic), "to": "down"})
    moved = draft(clinic)
    for amount in ("2", "4", "5"):
        change(manager, "question", by=amount)
    assert draft(clinic) != moved
    assert "Undone." in undo(manager, clinic)
    assert draft(clinic).steps == moved.steps
    undo(manager, clinic)
    assert draft(clinic).steps == before.steps
    assert "There is nothing left to undo." in undo(manager, clinic)


def test_a_draft_that_was_given_up_comes_back_and_is_over_once_published(manager: Client, clinic: UUID) -> None:
    manager.post(f"{VISIT}/steps/question/move", {"edit": edit(clinic), "to": "down"})
    moved = draft(clinic)
    manager.post(f"{VISIT}/discard", {"edit": edit(clinic)})
    undo(manager, clinic)
    assert draft(clinic).steps == moved.steps
    manager.post(f"{VISIT}/publish", {"edit": edit(clinic), "people": "stay"})
    assert f"{VISIT}/undo" not in page_of(manager)


def test_nobody_undoes_what_somebody_else_has_changed_meanwhile(manager: Client, clinic: UUID) -> None:
    manager.post(f"{VISIT}/steps/question/remove", {"edit": "0"})
    seen = edit(clinic)
    staff.desk(clinic, ADMINISTRATOR).post(f"{VISIT}/steps/second_question/move", {"edit": seen, "to": "up"})
    changed = draft(clinic)
    page = manager.post(f"{VISIT}/undo", {"edit": seen}, follow=True).content.decode()
    assert "Somebody changed the draft meanwhile" in page and draft(clinic) == changed


def test_an_older_version_is_taken_up_as_the_draft(manager: Client, clinic: UUID) -> None:
    first = draft(clinic)
    manager.post(f"{VISIT}/steps/question/remove", {"edit": "0"})
    manager.post(f"{VISIT}/publish", {"edit": edit(clinic), "people": "stay"})
    assert not draft(clinic).has("question")
    page = page_of(manager, f"{VISIT}/versions")
    (there,) = re.findall(r'action="([^"]*take-up)"', page)
    told = manager.post(there, {"edit": edit(clinic)}, follow=True).content.decode()
    assert f"The steps of version {first.version} are the draft." in told
    assert draft(clinic).steps == first.steps
    with clinic_scope(clinic):
        opened = queries.opened(clinic, "appointment")
    assert opened.live is not None and not opened.live.has("question"), "until it is published"
    assert manager.post(f"{VISIT}/versions/99/take-up", {"edit": edit(clinic)}).status_code == 404
    assert staff.desk(clinic, RECEPTION).post(there, {"edit": edit(clinic)}).status_code == 403


def test_what_can_be_undone_is_read_by_nobody_who_plans_or_lists(manager: Client, clinic: UUID) -> None:
    manager.post(f"{VISIT}/steps/question/move", {"edit": edit(clinic), "to": "down"})
    with CaptureQueriesContext(connection) as asked:
        factories.record(clinic, factories.booking())
        with clinic_scope(clinic):
            assert "appointment" in [row.key for row in queries.journeys_of(clinic)]
    found = [one["sql"] for one in asked if 'FROM "journeys_journey"' in one["sql"]]
    assert found and [sql for sql in found if '"before"' in sql] == []
