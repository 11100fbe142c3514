"""Numbers of ours: owned or shared with keywords; what is refused; texts that name no clinic."""

import html
import json
from typing import Any
from uuid import UUID

import pytest

from recado.channels.protocol import Inbound
from recado.clinics.roles import AUDITOR, INTEGRATOR
from recado.conversations.worker import read_inbound
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.launch import console
from recado.messaging.models import ReceivingNumber
from tests import factories, pages, staff
from tests.desk import Desk
from tests.factories import CARRIER, make_furnished, sql

pytestmark = pytest.mark.usefixtures("database")
SHARED = "+447700900170"


def run(*arguments: str) -> int:
    return console.main(["number", *arguments])


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    run(*arguments, "--json")
    return json.loads(capsys.readouterr().out)


def add(clinic: str, keyword: str = "", address: str = SHARED) -> int:
    return run("add", "--clinic", clinic, "--address", address, "--carrier", str(CARRIER), "--keyword", keyword)


@pytest.fixture
def two(database: None) -> tuple[UUID, UUID]:
    """Two clinics with numbers of their own."""
    return make_furnished().id, make_furnished("quay", name="Quay", number="+447700900101").id


def test_shared_number_is_told_apart_by_keywords(two: tuple[UUID, UUID], capsys: pytest.CaptureFixture[str]) -> None:
    assert add("harbour-street", "harbour") == add("quay", "quay") == 0
    rows = [row for row in said(capsys, "list") if row["address"] == SHARED]
    assert [(row["clinic"], row["keyword"]) for row in rows] == [("harbour-street", "HARBOUR"), ("quay", "QUAY")]
    assert sql("SELECT count(*) FROM foundation_auditevent WHERE action = 'message.number_added'") == [(2,)]


@pytest.mark.parametrize(
    ("clinic", "keyword", "address", "word"),
    [
        ("quay", "QUAY", factories.NUMBER, "another clinic's own"),
        ("quay", "", SHARED, "--keyword"),
        ("quay", "Harbour", SHARED, "has this keyword"),
        ("quay", "stop", SHARED, "means something"),
        ("quay", "hilfe", SHARED, "means something"),
        ("quay", "123", SHARED, "means something"),
        ("quay", "yes", SHARED, "means something"),
        ("quay", "Q", SHARED, "3 to 20"),
        ("quay", "QUAY RD", SHARED, "3 to 20"),
        ("quay", "QUAY", "QuayClinic", "Nobody can write"),
        ("harbour-street", "HARBOUR", SHARED, "already"),
    ],
)
def test_refusals_say_what_to_do(
    two: tuple[UUID, UUID], capsys: pytest.CaptureFixture[str], clinic: str, keyword: str, address: str, word: str
) -> None:
    assert add("harbour-street", "HARBOUR") == 0
    assert add(clinic, keyword, address) == 1
    assert word in capsys.readouterr().err


def test_keyword_changes_and_the_number_goes(two: tuple[UUID, UUID]) -> None:
    add("harbour-street", "HARBOUR")
    where = ("--clinic", "harbour-street", "--address", SHARED)
    assert run("change", *where, "--keyword", "haven") == 0
    add("quay", "QUAY")
    assert run("change", *where, "--keyword", "") == 1, "others use it"
    assert run("remove", *where) == 0
    assert sql("SELECT keyword FROM messaging_receivingnumber WHERE address = %s", (SHARED,)) == [("QUAY",)]
    actions = sql("SELECT action FROM foundation_auditevent WHERE action LIKE 'message.%%' ORDER BY id")
    assert [row[0] for row in actions][-1] == "message.number_removed"


def test_number_with_texts_waiting_stays(two: tuple[UUID, UUID], capsys: pytest.CaptureFixture[str]) -> None:
    factories.send(two[0], factories.intent())
    assert run("remove", "--clinic", "harbour-street", "--address", factories.NUMBER) == 1
    assert "still wait" in capsys.readouterr().err


def test_text_that_names_nobody_is_listed_and_given(two: tuple[UUID, UUID], capsys: pytest.CaptureFixture[str]) -> None:
    assert add("harbour-street", "HARBOUR") == add("quay", "QUAY") == 0
    with Desk() as desk:
        desk.take(Inbound(factories.phone().e164, SHARED, "Is the desk open?", None))
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        read_inbound(maintenance)
        (waiting,) = said(capsys, "unbound")
        assert waiting["to"] == SHARED and waiting["clinics"] == ["harbour-street", "quay"]
        assert "desk" not in json.dumps(waiting) and "900321" not in json.dumps(waiting)
        assert run("give", "--id", waiting["id"], "--clinic", "quay") == 0
        read_inbound(maintenance)
    assert sql("SELECT clinic_id FROM conversations_reading") == [(two[1],)]
    assert said(capsys, "unbound") == []


@pytest.mark.parametrize(
    ("sender", "to", "shown"),
    [
        ("+447700900321", SHARED, "+44 7700 900170  "),
        ("+447700900321", "07700900170", "+44 7700 900170  "),
        ("07700900321", "07700900170", "07700 900170 (national)"),
        ("BANK", "60777", "60777  "),
    ],
)
def test_number_that_a_text_came_to_is_listed_as_people_write_it(
    two: tuple[UUID, UUID], capsys: pytest.CaptureFixture[str], sender: str, to: str, shown: str
) -> None:
    assert add("harbour-street", "HARBOUR") == add("quay", "QUAY") == 0
    with Desk() as desk:
        desk.take(Inbound(sender, to, "Is the desk open?", None))
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        read_inbound(maintenance)
    capsys.readouterr()
    assert run("unbound") == 0
    line = capsys.readouterr().out
    assert shown in line and ("harbour-street or quay" in line) == shown.startswith("+44")
    (row,) = said(capsys, "unbound")
    assert row["is_national"] == ("national" in shown)


# ------------------------------------------------------------------------------------------------ the page


def number_of(clinic_id: UUID) -> UUID:
    with clinic_scope(clinic_id):
        return ReceivingNumber.objects.get(clinic_id=clinic_id).id


def test_page_changes_a_keyword_and_shows_what_is_wrong(two: tuple[UUID, UUID]) -> None:
    client, number = staff.desk(two[0], INTEGRATOR), number_of(two[0])
    where = f"/settings/carriers/numbers/{number}/keyword"
    refused = client.post(where, {"keyword": "stop"})
    page = refused.content.decode()
    assert refused.status_code == 422 and "means something else" in page and pages.Reading(page).faults == []
    assert client.post(where, {"keyword": "harbour"}).status_code == 303
    assert sql("SELECT keyword FROM messaging_receivingnumber WHERE id = %s", (number,)) == [("HARBOUR",)]
    assert "HARBOUR" in client.get("/settings/carriers").content.decode()


NEW = {"address": "07700 900150", "carrier": str(CARRIER), "keyword": "", "note": "Replies to recalls"}


@pytest.fixture
def own(two: tuple[UUID, UUID]) -> None:
    """The first clinic has added the carrier that both send by."""
    sql("UPDATE messaging_carrieraccount SET kept_by = %s", (two[0],))


@pytest.mark.usefixtures("own")
def test_page_adds_a_number_that_is_the_clinics_own(two: tuple[UUID, UUID]) -> None:
    client = staff.desk(two[0], INTEGRATOR)
    assert pages.Reading(client.get("/settings/carriers/numbers/new").content.decode()).faults == []
    assert client.post("/settings/carriers/numbers/new", NEW | {"is_preferred": "yes"}).status_code == 303
    rows = sql("SELECT clinic_id, note, is_preferred FROM messaging_receivingnumber WHERE address = '+447700900150'")
    assert rows == [(two[0], "Replies to recalls", True)]
    page = client.get("/settings/carriers").content.decode()
    assert "07700 900150" in page and "Replies to recalls" in page
    ((by, detail),) = sql(
        "SELECT actor_kind, detail FROM foundation_auditevent WHERE action = 'message.number_added' AND clinic_id = %s",
        (two[0],),
    )
    assert by == "staff" and detail["address"] == "+447700900150"


@pytest.mark.parametrize(
    ("typed", "field", "word"),
    [
        ({"address": ""}, "address", "Give a number such as"),
        ({"address": "123456789012345678"}, "address", "Give a number such as"),
        ({"address": "+447700900101"}, "address", "only its operator"),
        ({"address": SHARED, "keyword": "HARBOUR"}, "address", "only its operator"),
        ({"address": "QuaySurgery"}, "address", "only its operator"),
        ({"keyword": "stop"}, "keyword", "means something else"),
        ({"carrier": "77"}, "carrier", "no such carrier"),
        ({"carrier": "none"}, "carrier", "no such carrier"),
        ({"address": factories.NUMBER}, "address", "already"),
        ({"address": "AVeryLongName"}, "address", "at most 11 letters"),
        ({"note": "x" * 81}, "note", "80 letters"),
    ],
)
@pytest.mark.usefixtures("own")
def test_page_says_beside_the_field_why_a_number_is_not_added(
    two: tuple[UUID, UUID], typed: dict[str, str], field: str, word: str
) -> None:
    factories.furnish(two[1], SHARED, keyword="QUAY")
    factories.furnish(two[1], "QuaySurgery")
    before = sql("SELECT count(*) FROM messaging_receivingnumber")
    refused = staff.desk(two[0], INTEGRATOR).post("/settings/carriers/numbers/new", NEW | typed)
    page = html.unescape(refused.content.decode())
    assert refused.status_code == 422 and word in page and f'id="{field}-err"' in page
    assert pages.Reading(page).faults == []
    assert sql("SELECT count(*) FROM messaging_receivingnumber") == before


def test_page_of_the_only_clinic_adds_numbers_on_the_operators_carrier() -> None:
    clinic = make_furnished().id
    client = staff.desk(clinic, INTEGRATOR)
    for more in ({"address": SHARED, "keyword": "harbour"}, {"address": "60777"}):
        assert client.post("/settings/carriers/numbers/new", NEW | more).status_code == 303
    rows = sql("SELECT address, keyword FROM messaging_receivingnumber WHERE clinic_id = %s ORDER BY id", (clinic,))
    assert rows[1:] == [(SHARED, "HARBOUR"), ("60777", "")]


def test_page_of_one_of_several_clinics_adds_none_on_the_operators_carrier(two: tuple[UUID, UUID]) -> None:
    client = staff.desk(two[0], INTEGRATOR)
    for page in (client.get("/settings/carriers/numbers/new"), client.post("/settings/carriers/numbers/new", NEW)):
        shown = page.content.decode()
        assert "only its operator gives a clinic" in shown and 'name="address"' not in shown
        assert pages.Reading(shown).faults == []
    factories.furnish(two[0], "+447700900151", carrier=2)
    sql("UPDATE messaging_carrieraccount SET kept_by = %s WHERE id = 2", (two[0],))
    refused = client.post("/settings/carriers/numbers/new", NEW)
    assert refused.status_code == 422 and "only its operator gives a clinic" in refused.content.decode()
    assert sql("SELECT 1 FROM messaging_receivingnumber WHERE address = '+447700900150'") == []
    assert client.post("/settings/carriers/numbers/new", NEW | {"carrier": "2"}).status_code == 303
    assert add("harbour-street", address="+447700900152") == 0, "the operator may"


@pytest.mark.usefixtures("own")
def test_page_says_what_the_country_has_against_a_number(two: tuple[UUID, UUID]) -> None:
    client = staff.desk(two[0], INTEGRATOR)
    led = client.post("/settings/carriers/numbers/new", NEW | {"address": "HarbourSt"}, follow=True)
    assert "Nobody can answer a name" in led.content.decode()


def test_page_notes_what_a_number_is_for_and_frees_it_of_its_keyword(two: tuple[UUID, UUID]) -> None:
    assert add("harbour-street", "HARBOUR") == 0
    ((number,),) = sql("SELECT id FROM messaging_receivingnumber WHERE address = %s", (SHARED,))
    client, where = staff.desk(two[0], INTEGRATOR), f"/settings/carriers/numbers/{number}/keyword"
    assert client.post(where, {"note": "Campaigns"}).status_code == 303
    assert client.post(where, {"keyword": ""}).status_code == 303, "nobody else uses it"
    rows = sql("SELECT keyword, note FROM messaging_receivingnumber WHERE id = %s", (number,))
    assert rows == [("", "Campaigns")]
    noted = sql(
        "SELECT action FROM foundation_auditevent WHERE actor_kind = 'staff' AND action LIKE 'message.%%' ORDER BY id"
    )
    assert noted == [("message.number_note",), ("message.keyword",)]


def test_a_carrier_of_another_clinics_own_takes_no_number(two: tuple[UUID, UUID]) -> None:
    sql("UPDATE messaging_carrieraccount SET kept_by = %s", (two[1],))
    refused = staff.desk(two[0], INTEGRATOR).post("/settings/carriers/numbers/new", NEW)
    assert refused.status_code == 422 and "only its operator gives a clinic" in refused.content.decode()


def test_page_removes_only_the_clinics_own(two: tuple[UUID, UUID]) -> None:
    client = staff.desk(two[0], INTEGRATOR)
    assert client.post(f"/settings/carriers/numbers/{number_of(two[1])}/remove").status_code == 404
    assert client.post(f"/settings/carriers/numbers/{number_of(two[0])}/remove").status_code == 303
    assert client.get("/settings/carriers").status_code == 200


def test_who_may_only_look_changes_nothing(two: tuple[UUID, UUID]) -> None:
    client = staff.desk(two[0], AUDITOR)
    shown = client.get("/settings/carriers").content.decode()
    assert "What it is for" not in shown and "Add a number" not in shown
    assert client.post(f"/settings/carriers/numbers/{number_of(two[0])}/remove").status_code == 403


def test_page_adds_neither_the_default_sender_nor_anothers_name_in_other_case(two: tuple[UUID, UUID]) -> None:
    client = staff.desk(two[0], INTEGRATOR)
    factories.furnish(two[0], "+447700900151", carrier=2)
    sql("UPDATE messaging_carrieraccount SET kept_by = %s WHERE id = 2", (two[0],))
    sql("UPDATE messaging_carrieraccount SET default_sender = '+447700900188' WHERE id = 1")
    factories.furnish(two[1], "QuaySurgery")
    for address in ("+447700900188", "QUAYSURGERY"):
        refused = client.post("/settings/carriers/numbers/new", NEW | {"carrier": "2", "address": address})
        assert refused.status_code == 422 and "only its operator gives a clinic" in refused.content.decode(), address
    assert client.post("/settings/carriers/numbers/new", NEW | {"carrier": "2"}).status_code == 303
    assert add("quay", address="+447700900188") == 0, "the operator may give it"


def test_page_leads_to_a_carrier_of_its_own_where_there_is_none_to_choose(two: tuple[UUID, UUID]) -> None:
    shown = staff.desk(two[0], INTEGRATOR).get("/settings/carriers/numbers/new").content.decode()
    assert 'href="/settings/carriers/new"' in shown
