"""Every address by every role, in the own clinic and with ids of another: who may not, may not; what is another's is not there.

Addresses are taken from the product, so a new one is tried from the day it is made. What stands in an address is an id:
`Foreign` makes one of each kind in another clinic, and a new kind of id has to be added there.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.test import Client
from django.urls import get_resolver

from recado.appointments import actions as appointments
from recado.clinics import access
from recado.clinics import actions as clinics
from recado.clinics.roles import ROLES, ApiScope
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging.models import ReceivingNumber
from recado.messaging.routing import Target
from recado.tasks.types import CallResult
from tests import cluster, factories, imports, pages, staff
from tests.house.test_tenancy import plant
from tests.house.test_urls import ALL

pytestmark = pytest.mark.usefixtures("database")

GUARDED = [(route, view) for route, view in ALL if (found := access.access_of(view)) and found.permission is not None]
METHODS = ("get", "post")

PLANTED = {
    "freed_id": "appointments_freedtime",
    "document_id": "documents_document",
    "response_id": "surveys_response",
    "run_id": "dialogues_run",
    "note_id": "conversations_note",
    "text_id": "conversations_reading",
    "attachment_id": "conversations_attachment",
    "saved_id": "conversations_savedreply",
    "entry_id": "consent_ledgerentry",
    "event_id": "care_events_event",
    "carer_id": "consent_carer",
    "endpoint_id": "webhooks_endpoint",
    "team_id": "tasks_team",
    "rule_id": "tasks_rule",
}


def parameters(route: str) -> dict[str, str]:
    """Name and kind of what stands in an address: {"patient_id": "uuid"}."""
    inside = [piece.split(">")[0] for piece in route.split("<")[1:]]
    return {name: kind for kind, _, name in (one.rpartition(":") for one in inside)}


def filled(route: str, values: dict[str, Any]) -> str:
    for name, kind in parameters(route).items():
        route = route.replace(f"<{kind}:{name}>", str(values[name]))
    return route


def unknown_ids() -> dict[str, Any]:
    """A value that names nothing, for all that stands in addresses."""
    kinds = {name: kind for route, _ in GUARDED for name, kind in parameters(route).items()}
    nothing = {"int": 999_999, "slug": "nothing-of-ours"}
    return {name: nothing.get(kind) or uuid4() for name, kind in kinds.items()}


class Foreign:
    """A clinic with one of everything that an address may name."""

    def __init__(self) -> None:
        self.clinic = factories.make_furnished("mill-lane", number="+447700900101")
        factories.record(self.clinic.id, factories.booking("F-1", factories.person(905, "Maud Ellery")))
        visit = factories.visit(self.clinic.id, "F-1")
        self.ids: dict[str, Any] = {"visit_id": visit.id, "patient_id": visit.patient_id}
        self.ids |= dict(self._made_by_a_question())
        importer = staff.desk(self.clinic.id, ROLES["reception_lead"])
        self.ids |= {"file_id": imports.checked(importer, imports.line(5, start="soon")), "row": 2}
        self.ids["site_id"] = clinics.add_site(clinic_id=self.clinic.id, name="Mill", by=OPERATOR).id
        issued = clinics.issue_api_key(clinic_id=self.clinic.id, name="Lab", scopes=[ApiScope.SEND], by=OPERATOR)
        self.ids["key_id"] = issued.key.id
        with clinic_scope(self.clinic.id):
            self.ids["number_id"] = ReceivingNumber.objects.get(clinic_id=self.clinic.id).id
            wish = messaging.RouteWish(country="GB", targets=(Target(factories.CARRIER),))
            self.ids["route_id"] = messaging.add_route(clinic_id=self.clinic.id, wish=wish, by=OPERATOR).id
        factories.furnish(self.clinic.id, "+447700900102", carrier=9)
        self.ids["carrier_id"] = 9  # serves this clinic alone
        self.ids["incident_id"] = self._an_incident()
        self.ids["user_id"] = staff.hire(self.clinic.id, name="Nora Field")
        self.ids |= dict(self._planted())

    def _planted(self) -> Iterator[tuple[str, Any]]:
        """Rows that only have to be there: nobody of another clinic comes as far as reading them."""
        with psycopg.connect(cluster.superuser_url(), autocommit=True) as superuser:
            for name, table in PLANTED.items():
                yield name, plant(superuser, table, self.clinic.id)["id"]
            yield "key", plant(superuser, "journeys_journey", self.clinic.id)["key"]
        yield from (("kind", "nothing-of-ours"), ("step_key", "x"), ("number", 1))

    def _an_incident(self) -> UUID:
        made: UUID = factories.sql(
            "INSERT INTO messaging_incident (id, clinic_id, carrier, at, reason, texts) "
            "VALUES (gen_random_uuid(), %s, 1, now(), 'link_lost', 1) RETURNING id",
            (self.clinic.id,),
        )[0][0]
        return made

    def _made_by_a_question(self) -> Iterator[tuple[str, UUID]]:
        from recado.conversations.models import Thread
        from recado.messaging.models import Message
        from recado.tasks.models import Task

        factories.hear(self.clinic.id, "Is the door on the left?", last=905, number="+447700900101")
        visit = self.ids["visit_id"]
        with clinic_scope(self.clinic.id):
            _, call = appointments.note_call(
                clinic_id=self.clinic.id, visit_id=visit, result=CallResult.NO_ANSWER, by=OPERATOR
            )
            assert call is not None
            yield "call_id", call
            yield "thread_id", Thread.objects.get(clinic_id=self.clinic.id).id
            yield "message_id", Message.objects.filter(clinic_id=self.clinic.id).latest("id").id
            yield "task_id", Task.objects.filter(clinic_id=self.clinic.id).latest("id").id


def ask(client: Client, method: str, path: str) -> int:
    return int(getattr(client, method)(path).status_code)


def test_there_are_guarded_addresses() -> None:
    assert len(GUARDED) > 4
    assert get_resolver().url_patterns


@pytest.mark.parametrize("method", METHODS)
def test_strangers_are_led_to_the_way_in(method: str) -> None:
    client = pages.browser()
    nobody = unknown_ids()
    for route, _view in GUARDED:
        response = getattr(client, method)(filled(route, nobody))
        assert response.status_code == 302 and response["Location"].startswith("/sign-in"), route


@pytest.mark.parametrize("role", ROLES.values(), ids=lambda role: role.code)
def test_each_role_opens_what_it_may_and_nothing_else(role: Any) -> None:
    client = staff.desk(factories.make_furnished().id, role)
    unknown = unknown_ids()
    for route, view in GUARDED:
        may = access.access_of(view).admits(role)  # type: ignore[union-attr]
        for method in METHODS:
            status = ask(client, method, filled(route, unknown))
            if not may and route == "/":
                assert status == 302, role.code  # to the first page that this role may open
            elif not may:
                assert status == 403, f"{role.code} {method} {route}: {status}"
            elif parameters(route):
                assert status in (404, 405), f"{role.code} {method} {route}: {status}"
            else:
                assert status not in (403, 404) and status < 500, f"{role.code} {method} {route}: {status}"


@pytest.mark.parametrize("role", ROLES.values(), ids=lambda role: role.code)
def test_what_is_another_clinics_is_not_there(role: Any) -> None:
    foreign = Foreign()
    client = staff.desk(factories.make_furnished().id, role)
    for route, view in GUARDED:
        if not parameters(route):
            continue
        may = access.access_of(view).admits(role)  # type: ignore[union-attr]
        for method in METHODS:
            status = ask(client, method, filled(route, foreign.ids))
            assert status in ((404, 405) if may else (403,)), f"{role.code} {method} {route}: {status}"


@pytest.mark.parametrize("role", ROLES.values(), ids=lambda role: role.code)
def test_each_role_has_a_page_to_begin_with(role: Any) -> None:
    client = staff.desk(factories.make_furnished().id, role)
    response = client.get("/", follow=True)
    assert response.status_code == 200, role.code
    assert pages.Reading(response.content.decode()).faults == []
