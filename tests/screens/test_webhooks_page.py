"""The pages of webhooks, the step that calls one, and what the page of operations says of one that fails."""

import re
from uuid import UUID

import pytest
from django.test import Client

from recado.clinics.roles import ADMINISTRATOR, INTEGRATOR, MANAGER
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from recado.webhooks import actions, queries
from recado.webhooks.models import Call, Endpoint
from recado.webhooks.types import CallWish, Tells
from tests import factories, pages, staff
from tests.factories import sql

pytestmark = pytest.mark.usefixtures("database")

PAGE = "/settings/webhooks"
FORM = {"name": "Patient records", "url": "https://records.harbour-street.example/recado", "tells": ["time", "answers"]}


@pytest.fixture
def clinic() -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def integrator(clinic: UUID) -> Client:
    return staff.desk(clinic, INTEGRATOR)


@pytest.fixture
def endpoint(clinic: UUID) -> UUID:
    with clinic_scope(clinic):
        made = actions.add(clinic_id=clinic, name="Records", url=FORM["url"], tells=[Tells.TIME], by=OPERATOR)  # type: ignore[arg-type]
    return made.view.id


def read(client: Client, path: str) -> str:
    response = client.get(path)
    page = response.content.decode()
    assert (response.status_code, pages.Reading(page).faults) == (200, [])
    return page


def test_a_secret_is_shown_once(clinic: UUID, integrator: Client) -> None:
    assert "No system is told of anything yet" in read(integrator, PAGE)
    response = integrator.post(f"{PAGE}/new", FORM)
    page = response.content.decode()
    assert (response.status_code, pages.Reading(page).faults) == (200, [])
    (secret,) = set(re.findall(r"whsec_[A-Za-z0-9+/=]{44}", page))
    assert "Patient records" in read(integrator, PAGE)
    with clinic_scope(clinic):
        (one,) = queries.all_of(clinic)
    assert one.tells == {Tells.TIME, Tells.ANSWERS}
    assert secret not in read(integrator, f"{PAGE}/{one.id}")
    assert sql("SELECT actor_kind FROM foundation_auditevent WHERE action = 'webhook.add'") == [("staff",)]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": " "}, "name"),
        ({"url": "http://records.example/"}, "url"),
        ({"url": "https://10.0.0.7/"}, "url"),
        ({"url": "https://a:b@records.example/"}, "url"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    integrator: Client, endpoint: UUID, more: dict[str, object], field: str
) -> None:
    for path in (f"{PAGE}/new", f"{PAGE}/{endpoint}"):
        response = integrator.post(path, FORM | more)
        page = response.content.decode()
        assert (response.status_code, pages.Reading(page).faults) == (422, [])
        assert f'id="{field}-err"' in page and f'href="#{field}"' in page
        assert field == "name" or 'value="Patient records"' in page
    assert sql("SELECT count(*) FROM webhooks_endpoint") == [(1,)]


def test_one_is_changed_tried_given_a_new_secret_and_turned_off(
    clinic: UUID, integrator: Client, endpoint: UUID
) -> None:
    here = f"{PAGE}/{endpoint}"
    assert integrator.post(here, FORM | {"name": "Other records"}).status_code == 303
    assert integrator.post(f"{here}/test").status_code == 303
    assert "Test call" in read(integrator, here)
    response = integrator.post(f"{here}/secret")
    assert "whsec_" in response.content.decode() and "the old one signs too" in response.content.decode()
    assert integrator.post(f"{here}/end").status_code == 303
    page = read(integrator, here)
    assert "Turned off" in page and "Make a test call" not in page
    assert integrator.post(f"{here}/test").status_code == 404
    assert integrator.post(here, FORM).status_code == 404
    done = {action for (action,) in sql("SELECT action FROM foundation_auditevent WHERE action LIKE 'webhook.%%'")}
    assert done == {"webhook.add", "webhook.change", "webhook.test", "webhook.new_secret", "webhook.end"}


def test_calls_given_up_stand_on_the_page_of_operations_and_go_again(
    clinic: UUID, integrator: Client, endpoint: UUID
) -> None:
    with clinic_scope(clinic):
        actions.call(clinic_id=clinic, wishes=[CallWish(endpoint, "a", "journey.step", {"step": "told"})])
        Call.objects.filter(clinic_id=clinic).update(state="given_up")
    page = read(staff.desk(clinic, ADMINISTRATOR), "/settings/operations")
    assert "given up: 1" in page and f"{PAGE}/{endpoint}" in page
    assert "Make the given-up calls again" in read(integrator, f"{PAGE}/{endpoint}")
    assert integrator.post(f"{PAGE}/{endpoint}/again").status_code == 303
    assert sql("SELECT state FROM webhooks_call") == [("waiting",)]
    assert "does not answer" not in read(integrator, "/settings/operations")
    with clinic_scope(clinic):
        Endpoint.objects.filter(clinic_id=clinic).update(failures=3)
    assert "does not answer" in read(integrator, "/settings/operations")
    with clinic_scope(clinic):
        Call.objects.filter(clinic_id=clinic).update(is_test=True)
    assert "does not answer" not in read(integrator, "/settings/operations"), "a test call that fails waits for nobody"


def test_a_journey_has_the_step_once_there_is_a_system_to_tell(clinic: UUID) -> None:
    writer = staff.desk(clinic, MANAGER)
    writer.post("/journeys/ready/same_day/use")
    path = "/journeys/own/same_day"
    assert "Tell another system" not in read(writer, path)
    writer.post(f"{path}/steps", {"kind": "webhook", "edit": "0"})
    assert "Tell another system" not in read(writer, path)
    with clinic_scope(clinic):
        made = actions.add(clinic_id=clinic, name="Records", url=str(FORM["url"]), tells=(), by=OPERATOR)
    assert "Tell another system" in read(writer, path)
    edit = re.findall(r'name="edit" value="(\d+)"', read(writer, path))[0]
    there = writer.post(f"{path}/steps", {"kind": "webhook", "edit": edit})
    page = read(writer, there["location"].partition("#")[0])
    assert str(made.view.id) in page and "Which system is told" in page
    assert "Records" in page.partition("Tell another system")[2].partition("Add a step")[0], "the card names the system"
    with clinic_scope(clinic):
        actions.end(clinic_id=clinic, endpoint_id=made.view.id, by=OPERATOR)
    assert "was turned off. Choose another" in read(writer, path)
