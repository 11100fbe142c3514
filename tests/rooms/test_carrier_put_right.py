"""A carrier that a person tries or changes by command: who was turned away hears of it, and what may be a slip is told."""

from collections.abc import Callable, Iterator
from typing import LiteralString

import psycopg
import pytest

from recado.foundation import news
from recado.foundation.crypto import SYSTEM_CLINIC
from recado.foundation.database import Role, connect
from recado.foundation.keys import keys_for
from recado.foundation.tenancy import clinic_scope
from recado.launch import console
from recado.launch.examination import Level, carriers
from recado.messaging import accounts, callbacks
from recado.messaging import actions as messaging
from recado.messaging.types import CHANNEL
from tests import cluster
from tests.factories import CARRIER, NUMBER, OPERATOR, make_furnished, phone, sql
from tests.rooms.test_carrier_command import TWILIO, answering, kept, run, said

pytestmark = pytest.mark.usefixtures("database")
SMPP = ("add", "smpp", "--host", "smpp.example", "--port", "2775", "--system-id", "recado")


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    callbacks.forget()
    yield
    callbacks.forget()


def heard(then: Callable[[], object], channel: LiteralString = CHANNEL) -> list[str]:
    """What the dispatcher hears meanwhile, or who listens to another channel."""
    with connect(Role.DISPATCH, autocommit=True) as listener:
        listener.execute(f"LISTEN {channel}")
        then()
        listener.execute("SELECT pg_notify(%s, 'over')", (channel,))
        told: list[str] = []
        for notice in listener.notifies(timeout=10):
            if notice.payload == "over":
                break
            told.append(notice.payload)
        return told


@pytest.mark.parametrize(("status", "told"), [(200, ["try:1"]), (401, [])])
def test_dispatcher_that_was_turned_away_hears_of_a_test_that_went_well(status: int, told: list[str]) -> None:
    with answering(status, b'{"messages": [], "next_page_uri": null}') as (url, _):
        run(*TWILIO, "--auth-token", "x", "--url", url)
        assert heard(lambda: run("test", "Main")) == told


def test_dispatcher_looks_at_once_at_what_a_command_has_changed() -> None:
    run(*TWILIO, "--auth-token", "x")
    changes = (
        ("change", "Main", "--set", "window=9"),
        ("change", "Main", "--default", "--sender", NUMBER),
        ("pause", "Main", "--lane", "bulk"),
        ("resume", "Main", "--lane", "bulk"),
    )
    for change in changes:
        assert "" in heard(lambda told=change: run(*told)), change  # type: ignore[misc]


@pytest.mark.parametrize("verb", ["pause", "resume"])
def test_open_pages_of_who_is_served_hear_that_a_lane_is_held_or_goes_on(verb: str) -> None:
    clinic = make_furnished().id
    assert news.word(clinic, news.Topic.CARRIERS) in heard(lambda: run(verb, "1", "--lane", "bulk"), "recado_live")


def test_dispatcher_hears_nothing_of_a_test_that_asked_nothing() -> None:
    run("add", "kannel", "--name", "Main", "--username", "u", "--password", "p")
    assert heard(lambda: console.main(["carrier", "test", "Main"])) == []


def test_test_text_of_the_page_has_its_carrier_tried() -> None:
    clinic = make_furnished().id

    def test() -> None:
        with clinic_scope(clinic):
            messaging.send_test(clinic_id=clinic, phone=phone(), number=NUMBER, text="A test.", by=OPERATOR)

    assert [word for word in heard(test) if word.endswith(f":{CARRIER}")] == [f"reopen:{CARRIER}"]


def test_password_that_the_standard_does_not_know_is_kept_and_told_of(capsys: pytest.CaptureFixture[str]) -> None:
    run(*SMPP, "--name", "Short", "--password", "eight-ch")
    assert "longer than" not in capsys.readouterr().out
    assert run(*SMPP, "--name", "Main", "--password", "nine-char") == 0
    assert "! The password is longer than the 8 characters of the SMPP standard." in capsys.readouterr().out
    assert run("change", "Short", "--set", "password=twelve-chars") == 0
    assert "longer than the 8 characters" in capsys.readouterr().out
    assert [kept(number)["password"] for number in (1, 2)] == ["twelve-chars", "nine-char"]


@pytest.mark.parametrize("place", ["https://me:secret@api.example/v1", "http://me@api.example"])
def test_address_with_a_login_in_it_says_where_that_belongs(capsys: pytest.CaptureFixture[str], place: str) -> None:
    told = said(capsys, *TWILIO, "--auth-token", "x", "--url", place)
    assert isinstance(told, dict)
    assert told["error"].startswith(
        "--url: The setting url has a name and a password in the address, before its @. Take"
    )
    assert "me" not in told["error"].split() and "secret@" not in told["error"]


def seen() -> None:
    """A dispatcher has just looked at the carrier."""
    sql(
        'INSERT INTO messaging_carrierlink (carrier, worker, number, at, kind, health, since, "window", most, under_way, trouble) '
        "VALUES (1, 'dispatch@here', 0, now(), 'http', 'down', now(), 1, 1, 0, '')"
    )


def test_carrier_set_before_addresses_were_looked_at_is_named_with_what_to_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(*TWILIO, "--auth-token", "x")
    sealed = accounts.sealed(keys_for(SYSTEM_CLINIC), 1, {**kept(1), "url": "https://me:secret@api.example"})
    sql("UPDATE messaging_carrieraccount SET settings_ct = %s WHERE id = 1", (sealed,))
    with psycopg.connect(cluster.superuser_url(), autocommit=True) as owner:
        (finding,) = carriers(owner)
        sql("UPDATE messaging_carrieraccount SET state = 'refused', state_at = now() - interval '1 hour'")
        seen()
        assert list(carriers(owner)) == [finding], "told once"
        sql("UPDATE messaging_carrieraccount SET state = 'ready', state_at = now()")
        assert (finding.level, finding.advice) == (Level.BROKEN, "Run: recado carrier change Main --set url=...")
        assert finding.says.startswith(
            "Main can't be opened, its texts wait. The setting url has a name and a password"
        )
        capsys.readouterr()
        assert run("test", "Main") == 1
        assert "Change it: recado carrier change Main --set url=..." in capsys.readouterr().err
        assert run("change", "Main", "--set", "url=") == 0
        assert list(carriers(owner)) == []


@pytest.mark.parametrize(("state", "says"), [("refused", "refuses our account"), ("down", "is out of reach")])
def test_carrier_that_takes_nothing_is_named_by_the_doctor(state: str, says: str) -> None:
    run(*TWILIO, "--auth-token", "x")
    seen()
    with psycopg.connect(cluster.superuser_url(), autocommit=True) as owner:
        sql("UPDATE messaging_carrieraccount SET state = %s, state_at = now()", (state,))
        assert list(carriers(owner)) == [], "a hiccup"
        sql("UPDATE messaging_carrieraccount SET state_at = now() - interval '2 minutes'")
        (finding,) = carriers(owner)
        assert (finding.level, finding.says) == (Level.WARNING, f"Main {says}: its texts wait.")
        assert finding.advice.startswith("Run: recado carrier test Main.")
        sql("UPDATE messaging_carrierlink SET at = now() - interval '2 minutes'")
        assert list(carriers(owner)) == [], "no dispatcher runs: nobody knows"


def test_carrier_over_http_that_is_out_of_reach_is_named_also_while_a_text_may_try() -> None:
    run(*TWILIO, "--auth-token", "x")
    seen()
    with psycopg.connect(cluster.superuser_url(), autocommit=True) as owner:
        sql("UPDATE messaging_carrieraccount SET state = 'ready', state_at = now()")
        assert list(carriers(owner)) == [], "a hiccup"
        sql("UPDATE messaging_carrierlink SET since = now() - interval '2 minutes'")
        assert [finding.says for finding in carriers(owner)] == ["Main is out of reach: its texts wait."]
        sql("UPDATE messaging_carrierlink SET health = 'up'")
        assert list(carriers(owner)) == []
