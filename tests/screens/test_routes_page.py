"""The routes card and its form."""

import re
from uuid import UUID

import pytest
from django.test import Client

from recado.clinics.roles import AUDITOR, INTEGRATOR
from recado.foundation.ids import new_id
from tests import factories, pages, staff

pytestmark = pytest.mark.usefixtures("database")

LIST, NEW = "/settings/carriers", "/settings/carriers/routes/new"
FORM = {"leaves": "send", "country": "FR", "purposes": ["2"], "role-1": "main", "share-1": "3", "role-2": "backup"}


@pytest.fixture
def clinic() -> UUID:
    made = factories.make_furnished().id
    factories.furnish(made, "+447700900150", carrier=2)
    return made


@pytest.fixture
def integrator(clinic: UUID) -> Client:
    return staff.desk(clinic, INTEGRATOR)


def rows() -> list[tuple[str, object]]:
    return factories.sql("SELECT country, targets FROM messaging_route ORDER BY position")


def names() -> list[UUID]:
    return [name for (name,) in factories.sql("SELECT id FROM messaging_route ORDER BY position")]


def read(client: Client, path: str = LIST) -> str:
    page = client.get(path).content.decode()
    assert pages.Reading(page).faults == []
    return page


def test_without_routes_it_is_said_how_texts_leave(integrator: Client) -> None:
    assert "No routes: each text leaves by the carrier of the number" in read(integrator)


def test_a_route_is_added_and_shown(integrator: Client) -> None:
    assert integrator.post(NEW, FORM)["Location"] == f"{LIST}#routes"
    assert rows() == [("FR", [{"carrier": 1, "weight": 3}, {"carrier": 2, "weight": 0}])]
    page = read(integrator)
    assert "Saved as row 1" in page
    shown = re.sub(r"<[^>]+>", " ", page.partition('id="routes"')[2])
    assert "France" in shown and "One-time code" in shown and "Carrier 2" in shown and "(backup)" in shown


def test_a_route_is_changed_and_its_form_holds_what_it_is(integrator: Client) -> None:
    integrator.post(NEW, FORM | {"ceiling-1": "0,05", "sender-1": "+447700900150"})
    (name,) = names()
    form = read(integrator, f"{LIST}/routes/{name}")
    assert 'value="0.05"' in form and '<option value="FR" selected>' in form
    assert '<option value="+447700900150" selected>' in form and form.count(" checked") == 2
    assert integrator.post(f"{LIST}/routes/{name}", {"leaves": "shut", "country": "FR"}).status_code == 303
    assert rows() == [("FR", [])] and "Not allowed" in read(integrator)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"role-1": "", "role-2": ""}, "targets"),
        ({"share-1": "many"}, "share-1"),
        ({"share-1": "5000"}, "targets"),
        ({"ceiling-1": "cheap"}, "ceiling-1"),
        ({"country": "XX"}, "country"),
        ({"sender": "+447700900999"}, "sender"),
        ({"sender-1": "+447700900999"}, "targets"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    integrator: Client, more: dict[str, str], field: str
) -> None:
    response = integrator.post(NEW, FORM | more)
    page = response.content.decode()
    assert (response.status_code, pages.Reading(page).faults, rows()) == (422, [], [])
    assert f'id="{field}-err"' in page and f'href="#{field}"' in page
    assert "share-1" in more or 'value="3"' in page


def test_a_sender_that_the_country_refuses_is_refused_and_a_doubtful_one_warned_of(
    integrator: Client, clinic: UUID
) -> None:
    factories.furnish(clinic, "AVeryLongName")
    factories.furnish(clinic, "Harbour")
    refused = integrator.post(NEW, FORM | {"sender-1": "AVeryLongName"})
    assert refused.status_code == 422 and "at most 11 letters" in refused.content.decode()
    assert integrator.post(NEW, FORM | {"sender-1": "Harbour"}).status_code == 303
    assert "Nobody can answer a name" in read(integrator)


def test_rows_move_by_one_and_say_where_they_are(integrator: Client) -> None:
    for country in ("FR", "ES", "PL"):
        integrator.post(NEW, FORM | {"country": country})
    assert [country for country, _ in rows()] == ["FR", "ES", "PL"]
    for to, order in (("up", ["FR", "PL", "ES"]), ("up", ["PL", "FR", "ES"]), ("down", ["FR", "PL", "ES"])):
        at = [country for country, _ in rows()].index("PL")
        assert integrator.post(f"{LIST}/routes/{names()[at]}/move", {"to": to}).status_code == 303
        assert [country for country, _ in rows()] == order
    integrator.post(f"{LIST}/routes/{names()[1]}/move", {"to": "down"})
    assert "It is row 3 now." in read(integrator)


def test_a_row_is_removed(integrator: Client) -> None:
    integrator.post(NEW, FORM)
    (name,) = names()
    assert integrator.post(f"{LIST}/routes/{name}/remove").status_code == 303
    assert rows() == [] and integrator.post(f"{LIST}/routes/{name}/remove").status_code == 404


def test_a_row_that_never_decides_says_so(integrator: Client) -> None:
    integrator.post(NEW, FORM)
    (name,) = names()
    integrator.post(NEW, FORM | {"country": ""})
    integrator.post(f"{LIST}/routes/{name}/move", {"to": "down"})
    assert read(integrator).count("this row never decides") >= 1


def test_rows_for_everybody_are_seen_and_not_changed(integrator: Client, clinic: UUID) -> None:
    name = new_id()
    factories.sql(
        "INSERT INTO messaging_route (id, position, country, purposes, sender, targets) VALUES (%s, 1, '', '{}', '', '[]')",
        (name,),
    )
    page = read(integrator)
    assert "for all clinics, by the operator" in page and f"routes/{name}" not in page
    assert integrator.get(f"{LIST}/routes/{name}").status_code == 404
    for what in ("move", "remove"):
        assert integrator.post(f"{LIST}/routes/{name}/{what}", {"to": "up"}).status_code == 404


def test_a_carrier_that_is_paused_gets_nothing_in_the_table(integrator: Client) -> None:
    integrator.post(NEW, FORM | {"role-2": "main", "share-1": "1", "share-2": "1"})
    assert "takes nothing now" not in read(integrator)
    integrator.post("/settings/carriers/1/pause")
    page = read(integrator)
    assert "takes nothing now" in page and "gets 100.0% now" in page


def test_who_only_looks_changes_no_route(clinic: UUID) -> None:
    auditor = staff.desk(clinic, AUDITOR)
    assert "Add a route" not in read(auditor)
    assert auditor.get(NEW).status_code == 403 and auditor.post(NEW, FORM).status_code == 403
