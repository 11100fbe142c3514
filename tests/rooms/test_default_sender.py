"""The default sender: whatever was made first, a clinic without a number of its own sends from the newest default."""

import json
from collections.abc import Iterator
from threading import Thread

import pytest

from recado.channels.protocol import Carrier
from recado.foundation.actors import OPERATOR
from recado.foundation.crypto import SYSTEM_CLINIC
from recado.foundation.database import Role
from recado.foundation.database import connect as open_connection
from recado.foundation.keys import keys_for
from recado.foundation.tenancy import clinic_scope
from recado.launch import carrier_changes, console, demo
from recado.launch.carrier_accounts import sender_of
from recado.messaging import accounts, callbacks, carrier_desk
from recado.messaging import actions as messaging
from recado.messaging.carriers import route_for
from recado.messaging.models import ReceivingNumber
from recado.messaging.types import Route
from tests.factories import furnish, make_clinic, sql

pytestmark = pytest.mark.usefixtures("database")
ADD = ("carrier", "add", "smpp", "--host", "127.0.0.1", "--port", "2775", "--system-id", "x", "--password", "y")
NEW_CLINIC = ("clinic", "create", "--slug", "quay", "--name", "Quay Clinic", "--timezone", "Europe/London", "--json")


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    callbacks.forget()
    demo._known_demo.clear()
    yield
    callbacks.forget()
    demo._known_demo.clear()


def connect(name: str, *more: str) -> None:
    assert console.main([*ADD, "--name", name, "--default", *more]) == 0


def route(clinic_id: object) -> Route | None:
    with clinic_scope(clinic_id):  # type: ignore[arg-type]
        return route_for(clinic_id)  # type: ignore[arg-type]


def test_clinic_made_later_sends_from_it_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    connect("Main", "--sender", "+447700900150")
    capsys.readouterr()
    assert console.main([*NEW_CLINIC]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["number"] == "+447700900150"
    ((clinic_id,),) = sql("SELECT id FROM clinics_clinic")
    assert route(clinic_id) == Route(1, "+447700900150")
    assert sql("SELECT count(*) FROM foundation_auditevent WHERE action = 'message.number_added'") == [(1,)]


def test_newer_default_takes_the_place_of_an_older_but_not_of_a_chosen_number() -> None:
    follows, has_own, chose = make_clinic(), make_clinic("own", name="Own"), make_clinic("chose", name="Chose")
    furnish(has_own.id, "+447700900160", carrier=9)
    connect("First", "--sender", "+447700900150")
    furnish(chose.id, "+447700900161", carrier=9)
    with clinic_scope(chose.id):
        first = ReceivingNumber.objects.get(clinic_id=chose.id, address="+447700900150")
        other = ReceivingNumber.objects.get(clinic_id=chose.id, address="+447700900161")
        assert messaging.choose_sender(clinic_id=chose.id, number_id=other.id, by=OPERATOR)
        assert messaging.choose_sender(clinic_id=chose.id, number_id=first.id, by=OPERATOR)
    connect("Second", "--sender", "+447700900151")
    found = [route(clinic.id) for clinic in (follows, has_own, chose)]
    assert [one.sender for one in found if one] == ["+447700900151", "+447700900160", "+447700900150"]


def test_an_older_carrier_becomes_the_default_again(capsys: pytest.CaptureFixture[str]) -> None:
    clinic = make_clinic()
    connect("First", "--sender", "+447700900150")
    connect("Second", "--sender", "+447700900151")
    assert console.main(["carrier", "change", "First", "--default"]) == 1, "a sender must be named"
    capsys.readouterr()
    assert console.main(["carrier", "change", "First", "--default", "--set", "window=9"]) == 1, "with a setting too"
    assert "--sender is missing" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        console.main(["carrier", "change", "Second", "--no-default", "--sender", "+447700900151"])
    assert console.main(["carrier", "change", "First", "--sender", "+447700900150"]) == 1, "it isn't the default"
    assert "--default makes it so" in capsys.readouterr().err
    assert route(clinic.id) == Route(2, "+447700900151")
    told = ["carrier", "change", "First", "--default", "--sender", "+447700900150", "--json"]
    assert console.main(told) == 0
    assert json.loads(capsys.readouterr().out)["default_of"] == [clinic.slug]
    assert route(clinic.id) == Route(1, "+447700900150")
    senders = "SELECT name, default_sender FROM messaging_carrieraccount ORDER BY id"
    assert sql(senders) == [("First", "+447700900150"), ("Second", "")]
    sql("UPDATE messaging_carrieraccount SET kept_by = %s WHERE name = 'Second'", (clinic.id,))
    assert console.main(["carrier", "change", "Second", "--default", "--sender", "+447700900151"]) == 1
    assert sql(senders) == [("First", "+447700900150"), ("Second", "")], "a clinic's own carrier is nobody else's"


def test_simulated_carrier_only_stands_in_for_a_real_one() -> None:
    clinic = make_clinic()
    furnish(clinic.id, "+447700900100", carrier=demo.CARRIER_ID)
    sql("INSERT INTO launch_demomark (id, made_at) VALUES (1, now())")
    connect("Real", "--sender", "+447700900150")
    assert route(clinic.id) == Route(2, "+447700900150")
    with clinic_scope(clinic.id):
        assert route_for(clinic.id, "+447700900100") == Route(1, "+447700900100"), (
            "who writes to it is answered from it"
        )


def test_number_of_its_own_takes_the_place_of_the_simulated_carriers(capsys: pytest.CaptureFixture[str]) -> None:
    clinic = make_clinic()
    furnish(clinic.id, "+447700900100", carrier=demo.CARRIER_ID)
    sql("INSERT INTO launch_demomark (id, made_at) VALUES (1, now())")
    assert console.main([*ADD, "--name", "Real", "--sender", "+447700900150", "--clinic", clinic.slug]) == 0
    assert route(clinic.id) == Route(2, "+447700900150")


def test_sender_is_made_of_the_name_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    connect("Nordlinje: Størst & best")
    assert "send from NordlinjeSt" in capsys.readouterr().out
    assert [sender_of(name) for name in ("Main 1", "24/7", "Żółw")] == ["Main1", "Recado", "Zow"]


@pytest.mark.parametrize("sender", ["A name that is too long", "Clinic{1}", "+44"])
def test_sender_that_no_phone_shows_is_refused_and_nothing_connected(sender: str) -> None:
    assert console.main([*ADD, "--name", "Main", "--default", "--sender", sender]) == 1
    assert sql("SELECT count(*) FROM messaging_carrieraccount") == [(0,)]
    connect("Main", "--sender", "QuayClinic")
    assert console.main(["carrier", "change", "Main", "--sender", sender]) == 1
    assert sql("SELECT default_sender FROM messaging_carrieraccount") == [("QuayClinic",)]


# ------------------------------------------------------------------------------------------------ beside who sends

ALL_ROWS = "SELECT id FROM messaging_carrieraccount ORDER BY id FOR UPDATE NOWAIT"
BACK = ("carrier", "change", "Second", "--default", "--sender", "+447700900151", "--test")


def test_nothing_waits_for_a_carrier_that_is_tested(monkeypatch: pytest.MonkeyPatch) -> None:
    connect("Second", "--sender", "+447700900151")
    connect("First", "--sender", "+447700900150")
    seen: list[object] = []

    def attempt(carrier: Carrier) -> dict[str, object]:
        with open_connection(Role.MAINTENANCE) as other:
            seen.extend(other.execute(ALL_ROWS).fetchall())
            seen.extend(other.execute("SELECT pg_try_advisory_lock(hashtextextended('recado carrier accounts', 7))"))
        return {"is_ok": True, "outcome": "connected"}

    monkeypatch.setattr(carrier_changes, "attempt", attempt)
    assert console.main([*BACK]) == 0
    assert seen == [(1,), (2,), (True,)]
    assert sql("SELECT default_sender FROM messaging_carrieraccount ORDER BY id") == [("+447700900151",), ("",)]


def test_what_somebody_else_sets_while_a_carrier_is_tested_stands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    connect("First", "--sender", "+447700900150")

    def attempt(carrier: Carrier) -> dict[str, object]:
        carrier_changes.change("First", {"password": "theirs"})
        return {"is_ok": True, "outcome": "connected"}

    monkeypatch.setattr(carrier_changes, "attempt", attempt)
    assert console.main(["carrier", "change", "First", "--set", "password=ours", "--test"]) == 1
    assert "changed by somebody else meanwhile" in capsys.readouterr().err
    ((sealed,),) = sql("SELECT settings_ct FROM messaging_carrieraccount")
    assert accounts.settings_of(keys_for(SYSTEM_CLINIC), 1, bytes(sealed))["password"] == "theirs"


def test_carriers_are_held_in_the_order_in_which_the_dispatcher_writes_of_them() -> None:
    connect("First", "--sender", "+447700900150")
    connect("Second", "--sender", "+447700900151")
    sql("UPDATE messaging_carrieraccount SET default_sender = CASE id WHEN 1 THEN '+447700900150' ELSE '' END")
    changing = Thread(
        target=carrier_changes.change, args=("Second", {}), kwargs={"sender": "Harbour", "is_default": True}
    )
    with open_connection(Role.MAINTENANCE) as dispatcher:
        dispatcher.execute("SELECT id FROM messaging_carrieraccount WHERE id = 1 FOR UPDATE")
        changing.start()
        waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')"
        while sql(waits) == [(0,)] and changing.is_alive():
            changing.join(0.02)
        assert changing.is_alive()
        dispatcher.execute("SELECT id FROM messaging_carrieraccount WHERE id = 2 FOR UPDATE NOWAIT")
    changing.join()
    assert sql("SELECT default_sender FROM messaging_carrieraccount ORDER BY id") == [("",), ("Harbour",)]


def test_a_new_default_waits_for_whoever_adds_a_carrier_before_it_holds_any() -> None:
    connect("First", "--sender", "+447700900150")
    connect("Second", "--sender", "+447700900151")
    told = {"sender": "+447700900150", "is_default": True}
    changing = Thread(target=carrier_changes.change, args=("First", {}), kwargs=told)
    with open_connection(Role.MAINTENANCE) as adding:
        adding.execute(carrier_desk.LOCK)
        changing.start()
        waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"
        while sql(waits) == [(0,)] and changing.is_alive():
            changing.join(0.02)
        assert changing.is_alive()
        assert adding.execute(ALL_ROWS).fetchall() == [(1,), (2,)]
        adding.execute(carrier_desk.NO_OTHER_DEFAULT)
    changing.join()
    assert sql("SELECT default_sender FROM messaging_carrieraccount ORDER BY id") == [("+447700900150",), ("",)]
