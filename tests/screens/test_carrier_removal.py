"""A carrier from its page's first day to its last: connected, used, kept while something needs it, removed, connected anew."""

import html
from uuid import UUID

import pytest
from django.test import Client

from recado.clinics.roles import AUDITOR, INTEGRATOR
from recado.messaging.types import EventKind
from tests import factories, pages, staff
from tests.desk import Desk
from tests.screens.test_carrier_setup import TWILIO, connected

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic() -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def integrator(clinic: UUID) -> Client:
    return staff.desk(clinic, INTEGRATOR)


def read(client: Client, path: str) -> str:
    page = client.get(path).content.decode()
    assert pages.Reading(page).faults == []
    return html.unescape(page)


def kept(client: Client, carrier: int, why: str) -> None:
    """It is not removed, and the page begins with why."""
    refused = client.post(f"/settings/carriers/{carrier}/remove")
    page = refused.content.decode()
    assert refused.status_code == 422 and pages.Reading(page).faults == []
    assert "It stays for now." in page and why in html.unescape(page), why


def test_connected_used_kept_while_it_is_needed_removed_and_connected_anew(integrator: Client, clinic: UUID) -> None:
    carrier = connected(integrator, name="Harbour line")
    where, address = f"/settings/carriers/{carrier}", TWILIO["address"]
    assert "Remove this carrier?" in read(integrator, where)
    assert integrator.post(f"{where}/test", {"phone": "07700 900456", "number": address}).status_code == 303
    (text,) = factories.queued()
    ((number,),) = factories.sql("SELECT id FROM messaging_receivingnumber WHERE address = %s", (address,))
    kept(integrator, carrier, f"Numbers are on it still: {address}.")
    refused = integrator.post(f"/settings/carriers/numbers/{number}/remove")
    assert refused.status_code == 422 and "Texts still wait to leave from this number" in refused.content.decode()
    with Desk(carrier=carrier) as desk:
        desk.send_all()
    assert integrator.post(f"/settings/carriers/numbers/{number}/remove").status_code == 303
    done = integrator.post(f"{where}/remove")
    assert (done.status_code, done["Location"]) == (303, "/settings/carriers")
    listed = read(integrator, "/settings/carriers")
    assert "Harbour line is removed." in listed and f'href="{where}"' not in listed
    assert integrator.get(where).status_code == 404
    assert integrator.post(f"{where}/remove").status_code == 404
    assert f'value="{carrier}"' not in read(integrator, "/settings/carriers/numbers/new")
    again = connected(integrator, name="Harbour line")
    assert again == carrier + 1
    assert factories.events_of(text) == [EventKind.SENT]
    seller = staff.desk(clinic)
    assert "Harbour line" in html.unescape(seller.get(f"/messages/{text}").content.decode())


def test_the_operators_carrier_is_removed_by_the_only_clinic_though_no_number_is_on_it(
    integrator: Client, clinic: UUID
) -> None:
    factories.sql("DELETE FROM messaging_receivingnumber")
    assert "used by no number and no route: <a" in read(integrator, "/settings/carriers").replace("\n", " ")
    assert "Remove this carrier?" in read(integrator, "/settings/carriers/1")
    assert integrator.post("/settings/carriers/1/remove").status_code == 303
    listed = read(integrator, "/settings/carriers")
    assert "No carrier serves the clinic yet" in listed and "used by no number and no route" not in listed


def test_what_is_no_clinics_to_remove_stays(integrator: Client, clinic: UUID) -> None:
    other = staff.desk(factories.make_furnished("quay", number="+447700900101").id, INTEGRATOR)
    carrier = connected(integrator)
    assert "Remove this carrier" not in read(integrator, "/settings/carriers/1")
    assert integrator.post("/settings/carriers/1/remove").status_code == 404
    assert other.post(f"/settings/carriers/{carrier}/remove").status_code == 404
    looks = staff.desk(clinic, AUDITOR)
    assert "Remove this carrier" not in read(looks, f"/settings/carriers/{carrier}")
    assert looks.post(f"/settings/carriers/{carrier}/remove").status_code == 403
    assert factories.sql("SELECT 1 FROM messaging_carrieraccount WHERE removed_at IS NOT NULL") == []
