"""The page of the API keys."""

import re
from uuid import UUID

import pytest
from django.test import Client

from recado.clinics import actions as clinics
from recado.clinics import queries
from recado.clinics.roles import INTEGRATOR, ApiScope
from recado.foundation.actors import OPERATOR
from tests import factories, pages, staff
from tests.counting import statements
from tests.factories import sql

pytestmark = pytest.mark.usefixtures("database")

PAGE = "/settings/api-keys"
FORM = {"name": "Lab results", "scopes": ["messages:send"], "sources": "10.20.0.0/16, 192.0.2.8"}


@pytest.fixture
def clinic() -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def integrator(clinic: UUID) -> Client:
    return staff.desk(clinic, INTEGRATOR)


def test_a_key_is_shown_once_and_works(clinic: UUID, integrator: Client) -> None:
    assert "No system has a key yet" in integrator.get(PAGE).content.decode()
    response = integrator.post(f"{PAGE}/new", FORM)
    page = response.content.decode()
    assert (response.status_code, pages.Reading(page).faults) == (200, [])
    secret = re.findall(r"rk_live_\w{43}", page)[0]
    found = clinics.check_api_key(secret)
    assert found and (found.scopes, found.sources) == ({ApiScope.SEND}, ("10.20.0.0/16", "192.0.2.8/32"))
    again = integrator.get(PAGE).content.decode()
    assert secret not in again and secret[:12] in again and "Lab results" in again
    ((kind, action),) = sql("SELECT actor_kind, action FROM foundation_auditevent WHERE action LIKE '%%api_key'")
    assert (kind, action) == ("staff", "clinics.issue_api_key")


@pytest.mark.parametrize(
    ("more", "field"),
    [({"name": " "}, "name"), ({"scopes": ["see_audit"]}, "scopes"), ({"sources": "here"}, "sources")],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(integrator: Client, more: dict[str, object], field: str) -> None:
    response = integrator.post(f"{PAGE}/new", FORM | more)
    page = response.content.decode()
    assert (response.status_code, pages.Reading(page).faults) == (422, [])
    assert f'id="{field}-err"' in page and f'href="#{field}"' in page
    assert field == "name" or 'value="Lab results"' in page
    assert sql("SELECT count(*) FROM clinics_apikey") == [(0,)]


def test_a_key_is_replaced_by_one_that_may_the_same_and_turned_off(clinic: UUID, integrator: Client) -> None:
    old = clinics.issue_api_key(
        clinic_id=clinic, name="Lab", scopes=[ApiScope.READ], sources=["192.0.2.0/24"], by=OPERATOR
    )
    form = integrator.get(f"{PAGE}/new?like={old.key.id}").content.decode()
    assert 'value="Lab"' in form and 'value="192.0.2.0/24"' in form
    assert [one for one in ApiScope if f'value="{one}" checked' in form] == [ApiScope.READ]
    assert integrator.post(f"{PAGE}/{old.key.id}/end")["Location"] == PAGE
    assert clinics.check_api_key(old.secret) is None
    assert integrator.post(f"{PAGE}/{old.key.id}/end").status_code == 404
    assert "Turned off" in integrator.get(PAGE).content.decode()


def test_another_clinics_keys_are_not_shown(integrator: Client) -> None:
    other = factories.make_furnished("quay-side", number="+447700900101").id
    key = clinics.issue_api_key(clinic_id=other, name="Theirs", scopes=[ApiScope.READ], by=OPERATOR).key
    assert "Theirs" not in integrator.get(PAGE).content.decode()
    assert "Theirs" not in integrator.get(f"{PAGE}/new?like={key.id}").content.decode()
    assert len(queries.api_keys_of(other)) == 1


def test_statements_do_not_grow_with_keys(clinic: UUID, integrator: Client) -> None:
    counts = []
    for many in (1, 6):
        for n in range(many):
            clinics.issue_api_key(clinic_id=clinic, name=f"S {many} {n}", scopes=list(ApiScope), by=OPERATOR)
        counts.append(statements(lambda: integrator.get(PAGE)))
        assert pages.Reading(integrator.get(PAGE).content.decode()).faults == []
    assert counts[0] == counts[1]
