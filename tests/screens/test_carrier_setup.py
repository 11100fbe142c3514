"""Connecting a carrier by page, and changing what is set on one: the carrier's own fields, secrets that are never shown, errors
beside the fields, and whose a carrier is."""

import html
from uuid import UUID

import pytest
from django.test import Client

from recado.clinics.roles import AUDITOR, INTEGRATOR
from recado.foundation.crypto import SYSTEM_CLINIC
from recado.foundation.keys import keys_for
from recado.launch.wiring import CARRIERS
from recado.messaging import accounts, carrier_desk
from tests import factories, pages, staff

pytestmark = pytest.mark.usefixtures("database")

NEW = "/settings/carriers/new/twilio"
SECRET = "a-token-that-nobody-sees"
TWILIO = {"name": "Main", "set_account_sid": "AC7", "set_auth_token": SECRET, "address": "+447700900150"}


@pytest.fixture
def clinic() -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def integrator(clinic: UUID) -> Client:
    return staff.desk(clinic, INTEGRATOR)


def connected(client: Client, **more: str) -> int:
    response = client.post(NEW, TWILIO | more)
    assert response.status_code == 303, html.unescape(response.content.decode())
    return int(response["Location"].split("/")[3].partition("#")[0])


def settings_of(carrier: int) -> dict[str, object]:
    ((sealed,),) = factories.sql("SELECT settings_ct FROM messaging_carrieraccount WHERE id = %s", (carrier,))
    return accounts.settings_of(keys_for(SYSTEM_CLINIC), carrier, bytes(sealed))


def test_every_kind_has_a_form_of_its_own_settings(integrator: Client) -> None:
    listed = integrator.get("/settings/carriers/new").content.decode()
    assert pages.Reading(listed).faults == []
    for kind in CARRIERS:
        page = integrator.get(f"/settings/carriers/new/{kind}")
        shown = page.content.decode()
        assert f"/settings/carriers/new/{kind}" in listed and page.status_code == 200
        assert pages.Reading(shown).faults == [], kind
        for one in carrier_desk.declared(kind):
            assert f'name="set_{one.name}"' in shown, f"{kind}: {one.name}"


def test_a_carrier_is_connected_with_the_clinics_number_and_can_be_tried(integrator: Client, clinic: UUID) -> None:
    carrier = connected(integrator)
    assert settings_of(carrier)["auth_token"] == SECRET
    ((name, kind, kept_by),) = factories.sql(
        "SELECT name, kind, kept_by FROM messaging_carrieraccount WHERE id = %s", (carrier,)
    )
    assert (name, kind, kept_by) == ("Main", "twilio", clinic)
    page = integrator.get(f"/settings/carriers/{carrier}").content.decode()
    assert "Send a test text" in page and "Connected. It is opened" in page and SECRET not in page
    sent = integrator.post(f"/settings/carriers/{carrier}/test", {"phone": "07700 900456", "number": TWILIO["address"]})
    assert sent.status_code == 303 and len(factories.queued()) == 1
    noted = factories.sql(
        "SELECT action, detail::text FROM foundation_auditevent WHERE actor_kind = 'staff' AND action LIKE 'message.%%' "
        "ORDER BY id"
    )
    assert [row[0] for row in noted] == [
        "message.carrier_added",
        "message.number_added",
        "message.put",
        "message.test",
    ]
    assert SECRET not in str(noted)


@pytest.mark.parametrize(
    ("typed", "field", "word"),
    [
        ({"name": ""}, "name", "Give 1 to 60 letters"),
        ({"name": "Test carrier"}, "name", "called Test carrier already"),
        ({"set_auth_token": ""}, "set_auth_token", "is missing"),
        ({"set_window": "many"}, "set_window", "whole number"),
        ({"set_connections": "3000000000"}, "set_connections", "a whole number"),
        ({"set_connections": "1001"}, "set_connections", "between 1 and 1000"),
        ({"address": "AVeryLongName"}, "address", "at most 11 letters"),
        ({"address": "+44"}, "address", "Give a number such as"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(
    integrator: Client, typed: dict[str, str], field: str, word: str
) -> None:
    factories.sql("UPDATE messaging_carrieraccount SET name = 'Test carrier'")
    before = factories.sql("SELECT count(*) FROM messaging_carrieraccount")
    refused = integrator.post(NEW, TWILIO | typed)
    page = html.unescape(refused.content.decode())
    assert refused.status_code == 422 and word in page and f'id="{field}-err"' in page
    assert pages.Reading(refused.content.decode()).faults == []
    assert SECRET not in page and 'value="AC7"' in page, "what was typed stays, but no secret"
    assert factories.sql("SELECT count(*) FROM messaging_carrieraccount") == before


def test_settings_are_changed_and_an_empty_secret_stays(integrator: Client) -> None:
    carrier = connected(integrator, set_window="50")
    where = f"/settings/carriers/{carrier}/settings"
    shown = integrator.get(where).content.decode()
    assert SECRET not in shown and "One is kept" in shown and f"/callbacks/{carrier}/" in shown
    assert pages.Reading(shown).faults == []
    posted = {"name": "Main line", "set_account_sid": "AC8", "set_auth_token": "", "set_window": ""}
    assert integrator.post(where, posted).status_code == 303
    now = settings_of(carrier)
    assert (now["account_sid"], now["auth_token"]) == ("AC8", SECRET) and "window" not in now and now["callback_secret"]
    assert integrator.post(where, posted | {"set_auth_token": "another"}).status_code == 303
    assert settings_of(carrier)["auth_token"] == "another"
    noted = factories.sql(
        "SELECT detail FROM foundation_auditevent WHERE action = 'message.carrier_changed' ORDER BY id"
    )
    assert [row[0]["changed"] for row in noted] == [["account_sid", "window"], ["auth_token"]]


def test_a_secret_that_it_can_do_without_is_forgotten_by_its_box(integrator: Client) -> None:
    made = {"name": "HTTP", "set_api_key": "k", "set_account_reference": "SPNL1", "set_webhook_password": "p"}
    response = integrator.post("/settings/carriers/new/spryng", made)
    carrier = int(response["Location"].split("/")[3].partition("#")[0])
    where = f"/settings/carriers/{carrier}/settings"
    assert 'name="forget_webhook_password"' in integrator.get(where).content.decode()
    posted = {
        "name": "HTTP",
        "set_account_reference": "SPNL1",
        "forget_webhook_password": "yes",
        "forget_api_key": "yes",
    }
    assert integrator.post(where, posted).status_code == 303
    assert "webhook_password" not in settings_of(carrier) and settings_of(carrier)["api_key"] == "k"


def test_a_carrier_of_one_clinic_is_no_other_clinics(integrator: Client) -> None:
    other = staff.desk(factories.make_furnished("quay", number="+447700900101").id, INTEGRATOR)
    carrier = connected(integrator)
    for path in (f"/settings/carriers/{carrier}", f"/settings/carriers/{carrier}/settings"):
        assert integrator.get(path).status_code == 200
        assert other.get(path).status_code == 404
    assert other.post(f"/settings/carriers/{carrier}/settings", TWILIO).status_code == 404
    assert f'value="{carrier}"' not in other.get("/settings/carriers/numbers/new").content.decode()


def test_the_operators_carrier_is_changed_by_the_only_clinic_and_by_none_of_several(integrator: Client) -> None:
    made = carrier_desk.add(
        name="Operator", kind="twilio", given={"account_sid": "AC1", "auth_token": SECRET}, by=factories.OPERATOR
    )
    where = f"/settings/carriers/{made.number}/settings"
    assert integrator.get(where).status_code == 200
    factories.make_furnished("quay", number="+447700900101")
    assert integrator.get(where).status_code == 404


def test_no_clinic_of_several_says_where_a_carrier_is_reached(integrator: Client) -> None:
    factories.make_furnished("quay", number="+447700900101")
    listed = integrator.get("/settings/carriers/new").content.decode()
    assert "/new/twilio" in listed and "/new/kannel" not in listed and "/new/smpp" not in listed
    assert integrator.get("/settings/carriers/new/kannel").status_code == 404
    assert 'name="set_url"' not in integrator.get(NEW).content.decode()
    carrier = connected(integrator, set_url="http://localhost:9/", set_callback_url="http://localhost:9/")
    assert not {"url", "callback_url"} & set(settings_of(carrier))
    with pytest.raises(carrier_desk.Refused):
        carrier_desk.add(
            name="Sly",
            kind="twilio",
            given={"account_sid": "AC1", "auth_token": "x", "url": "http://localhost:9/"},
            kept_by=UUID(int=7),
            by=factories.OPERATOR,
        )


@pytest.mark.parametrize("typed", ["+447700900101", "+447700900170", "QuaySurgery"])
def test_a_clinic_connects_its_carrier_with_no_number_or_name_of_another(integrator: Client, typed: str) -> None:
    quay = factories.make_furnished("quay", number="+447700900101").id
    factories.furnish(quay, "+447700900170", keyword="QUAY")
    factories.furnish(quay, "QuaySurgery")
    refused = integrator.post(NEW, TWILIO | {"address": typed})
    page = html.unescape(refused.content.decode())
    assert refused.status_code == 422 and "only its operator gives a clinic" in page and 'id="address-err"' in page
    assert factories.sql("SELECT 1 FROM messaging_carrieraccount WHERE kind = 'twilio'") == []


def test_every_address_that_a_carrier_declares_is_known_as_one() -> None:
    for kind in CARRIERS:
        for one in carrier_desk.declared(kind):
            is_address = "url" in one.name or "host" in one.name or "private" in one.name or one.name == "port"
            assert is_address <= (one.name in carrier_desk.ADDRESSES), f"{kind}: {one.name}"


def test_who_may_only_look_connects_and_changes_nothing(clinic: UUID) -> None:
    client = staff.desk(clinic, AUDITOR)
    shown = client.get("/settings/carriers").content.decode()
    assert "Add a carrier" not in shown and ">Edit" not in shown
    assert client.get("/settings/carriers/new").status_code == 403
    assert client.post(NEW, TWILIO).status_code == 403
