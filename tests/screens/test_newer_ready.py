"""A ready journey has got something since a clinic made it its own: it is offered, taken into the draft, or left."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from recado.clinics.roles import MANAGER, RECEPTION
from recado.foundation.actors import SYSTEM
from recado.foundation.tenancy import clinic_scope
from recado.journeys import actions, gallery, queries
from recado.journeys.models import Journey
from recado.journeys.plans_of_care import DELAY
from recado.journeys.types import At, Moment, Plan, PlanStep, Text
from recado.journeys.writing import from_json, to_json
from tests import factories, pages, staff

pytestmark = pytest.mark.usefixtures("database")
PAGE = "/journeys/own/delay"
OLD = replace(DELAY, steps=tuple(step for step in DELAY.steps if step.key != "on_time"))
NEW_STEP = "New: We are on time after all"


@pytest.fixture
def clinic() -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def manager(clinic: UUID) -> Client:
    return staff.desk(clinic, MANAGER)


def takes(clinic: UUID, plan: Plan, monkeypatch: pytest.MonkeyPatch, *, own: Plan | None = None) -> None:
    """The clinic makes this ready journey its own, as it was then, and publishes it."""
    with monkeypatch.context() as then, clinic_scope(clinic):
        then.setitem(gallery.PLAN_OF, plan.key, plan)
        actions.begin(clinic_id=clinic, key=plan.key, name="Running late", plan=plan, by=SYSTEM)
        actions.save_draft(clinic_id=clinic, key=plan.key, draft=own or plan, by=SYSTEM)
        actions.publish(clinic_id=clinic, key=plan.key, by=SYSTEM, moves_people=False)


def read(client: Client, path: str = PAGE) -> str:
    page = client.get(path).content.decode()
    assert pages.Reading(page).faults == []
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).split())


def press(client: Client, clinic: UUID, deed: str) -> None:
    """A button of the page as it stands."""
    with clinic_scope(clinic):
        edit = queries.opened(clinic, "delay").edit
    assert client.post(f"{PAGE}/{deed}", {"edit": str(edit)}).status_code == 303


def keys(clinic: UUID) -> list[str]:
    with clinic_scope(clinic):
        return [step.key for step in queries.opened(clinic, "delay").shown.steps]


def test_a_step_that_came_since_is_offered_and_goes_into_the_draft(
    clinic: UUID, manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    takes(clinic, OLD, monkeypatch)
    assert "The ready one has something new" in read(manager, "/journeys/")
    assert "It has something that yours lacks" in read(manager, "/journeys/ready")
    assert NEW_STEP in read(manager) and keys(clinic) == ["told", "longer"]
    press(manager, clinic, "newer/take")
    assert keys(clinic) == ["told", "longer", "on_time"] and "something new" not in read(manager)
    press(manager, clinic, "undo")
    assert "something new" in read(manager), "who takes it back is asked again"
    press(manager, clinic, "newer/take")
    with clinic_scope(clinic):
        opened = queries.opened(clinic, "delay")
        assert opened.live is not None and not opened.live.has("on_time"), "nothing is sent until it is published"
        assert queries.faults_of(clinic, opened.shown) == []
        actions.publish(clinic_id=clinic, key="delay", by=SYSTEM, moves_people=False)
        assert "something new" not in read(manager) and "something new" not in read(manager, "/journeys/")
        actions.save_draft(clinic_id=clinic, key="delay", draft=OLD, by=SYSTEM)
    assert "something new" not in read(manager), "they have had it, and taken it out"


def test_who_leaves_it_is_not_asked_again(clinic: UUID, manager: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    takes(clinic, OLD, monkeypatch)
    assert manager.post(f"{PAGE}/newer/leave").status_code == 303
    assert "something new" not in read(manager) and keys(clinic) == ["told", "longer"]


def test_what_a_clinic_took_out_or_wrote_itself_is_not_offered(
    clinic: UUID, manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    takes(clinic, DELAY, monkeypatch, own=OLD)
    assert "something new" not in read(manager)


def test_a_step_that_has_changed_is_offered_where_the_clinic_never_touched_it(
    clinic: UUID, manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = PlanStep("told", Moment(At.AFTER, timedelta(minutes=5), "late"), Text("delay"))
    then = replace(DELAY, steps=(before, *DELAY.steps[1:]))
    takes(clinic, then, monkeypatch)
    assert "something new" in read(manager)
    own = replace(then, steps=(replace(before, when=Moment(At.AFTER, timedelta(minutes=9), "late")), *then.steps[1:]))
    with clinic_scope(clinic):
        actions.save_draft(clinic_id=clinic, key="delay", draft=own, by=SYSTEM)
    assert "something new" not in read(manager), "they have changed it themselves"


def test_of_a_journey_from_before_this_was_kept_every_step_that_it_lacks_is_offered(
    clinic: UUID, manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    takes(clinic, OLD, monkeypatch)
    with clinic_scope(clinic):
        Journey.objects.filter(clinic_id=clinic).update(ready=None)
    assert NEW_STEP in read(manager)
    manager.post(f"{PAGE}/newer/leave")
    assert "something new" not in read(manager)


def test_a_journey_that_was_begun_empty_is_offered_nothing(clinic: UUID, manager: Client) -> None:
    with clinic_scope(clinic):
        plan = queries.empty_plan("delay")
        actions.begin(clinic_id=clinic, key="arrival", name="Arrival", plan=plan, by=SYSTEM)
    assert "something new" not in read(manager, "/journeys/own/arrival")
    assert manager.post("/journeys/own/arrival/newer/leave").status_code == 404


def test_reception_sees_it_and_changes_nothing(clinic: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    takes(clinic, OLD, monkeypatch)
    desk = staff.desk(clinic, RECEPTION)
    page = desk.get(PAGE).content.decode()
    assert NEW_STEP in page and "newer/take" not in page
    assert desk.post(f"{PAGE}/newer/leave").status_code == 403


def test_ready_journeys_are_the_same_once_stored() -> None:
    for ready in queries.GALLERY:
        assert from_json(ready.plan.key, ready.plan.version, to_json(ready.plan)) == ready.plan
