"""`recado carrier`: what is given is checked, sealed and opened again; a clinic gets its number."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.test import override_settings

from recado.channels.protocol import PriceList
from recado.foundation.crypto import SYSTEM_CLINIC
from recado.foundation.keys import keys_for
from recado.foundation.tenancy import clinic_scope
from recado.launch import carrier_tries, console
from recado.launch.wiring import CARRIERS
from recado.messaging import accounts, callbacks
from recado.messaging.carriers import number_of
from tests.factories import make_clinic, sql

pytestmark = pytest.mark.usefixtures("database")
TWILIO = ("add", "twilio", "--name", "Main", "--account-sid", "AC7")


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    callbacks.forget()
    yield
    callbacks.forget()


def run(*arguments: str) -> int:
    return console.main(["carrier", *arguments])


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> object:
    capsys.readouterr()
    run(*arguments, "--json")
    return json.loads(capsys.readouterr().out)


def test_added_carrier_is_sealed_and_opens_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECADO_CARRIER_AUTH_TOKEN", "a-secret-token")
    made = said(capsys, *TWILIO, "--rate", "20")
    assert isinstance(made, dict)
    assert made["callback_url"].startswith("http")
    ((kind, sealed),) = sql("SELECT kind, settings_ct FROM messaging_carrieraccount WHERE id = %s", (made["id"],))
    assert b"a-secret-token" not in bytes(sealed)
    settings = accounts.settings_of(keys_for(SYSTEM_CLINIC), made["id"], bytes(sealed))
    carrier = accounts.opened(made["id"], "Main", kind, settings)
    assert carrier.name == "Main"
    assert settings["auth_token"] == "a-secret-token"


def test_what_is_missing_or_wrong_is_named_and_nothing_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, *TWILIO) == {
        "error": "--auth-token: The setting auth_token is missing: the account's auth token: it also signs what Twilio tells us"
    }
    told = said(capsys, *TWILIO, "--auth-token", "x", "--window", "many")
    assert isinstance(told, dict)
    assert told["error"].startswith("--window")
    assert sql("SELECT 1 FROM messaging_carrieraccount") == []


@pytest.mark.parametrize(
    ("kind", "given", "setting"),
    [
        ("infobip", ("--api-key", "k", "--url", "xxxxx.api.infobip.com"), "url"),
        ("kannel", ("--username", "u", "--password", "p", "--url", "ftp://127.0.0.1"), "url"),
        ("sinch", ("--service-plan-id", "p", "--api-token", "t", "--callback-url", "https://"), "callback-url"),
        ("android", ("--username", "u", "--password", "p", "--number", "07700 900150"), "number"),
    ],
)
def test_address_or_number_that_is_none_is_refused(
    capsys: pytest.CaptureFixture[str], kind: str, given: tuple[str, ...], setting: str
) -> None:
    told = said(capsys, "add", kind, "--name", "Main", *given)
    assert isinstance(told, dict)
    assert told["error"].startswith(f"--{setting}: The setting {setting.replace('-', '_')} must be ")
    assert sql("SELECT 1 FROM messaging_carrieraccount") == []


def test_address_that_no_carrier_reaches_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with override_settings(RECADO_PUBLIC_URL="http://localhost:8000"):
        run(*TWILIO, "--auth-token", "x")
    assert "set RECADO_PUBLIC_URL" in capsys.readouterr().out
    with override_settings(RECADO_PUBLIC_URL="https://texts.clinic.example"):
        run(*second("Other"))
    assert "RECADO_PUBLIC_URL" not in capsys.readouterr().out


def test_clinic_gets_the_sender_as_its_number(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = make_clinic(), make_clinic("quay-road", name="Quay Road")
    run(*TWILIO, "--auth-token", "x", "--sender", "+447700900100", "--clinic", "harbour-street")
    run(
        "add",
        "twilio",
        "--name",
        "Second",
        "--account-sid",
        "AC8",
        "--auth-token",
        "x",
        "--sender",
        "07700 900101",
        "--default",
    )
    rows = sql("SELECT clinic_id, carrier_id, address FROM messaging_receivingnumber ORDER BY carrier_id")
    assert rows == [(first.id, 1, "+447700900100"), (second.id, 2, "+447700900101")]


def test_number_comes_to_a_clinic_as_any_other_does(capsys: pytest.CaptureFixture[str]) -> None:
    mine, other = make_clinic(), make_clinic("quay-road", name="Quay Road")
    to_mine = ("--auth-token", "x", "--sender", "+447700900100", "--clinic", "harbour-street")
    first = said(capsys, *TWILIO, *to_mine)
    assert isinstance(first, dict)
    assert (first["is_given"], first["sends_from"]) == (True, "+447700900100")
    assert sql("SELECT clinic_id FROM foundation_auditevent WHERE action = 'message.number_added'") == [(mine.id,)]

    refused = said(capsys, *second("Theirs"), "--sender", "+447700900100", "--clinic", "quay-road")
    assert isinstance(refused, dict)
    assert refused["error"].startswith("--sender: This number is another clinic's own.")
    assert sql("SELECT name FROM messaging_carrieraccount") == [("Main",)], "nothing is connected"
    assert sql("SELECT count(*) FROM messaging_receivingnumber WHERE clinic_id = %s", (other.id,)) == [(0,)]

    again = said(capsys, *second("Spare"), "--sender", "+447700900100", "--clinic", "harbour-street")
    assert isinstance(again, dict)
    assert not again["is_given"], "the clinic has it on the first"
    assert sql("SELECT carrier_id FROM messaging_receivingnumber") == [(first["id"],)]
    capsys.readouterr()
    assert run(*second("More"), "--sender", "+447700900101", "--clinic", "harbour-street") == 0
    assert "go on coming from +447700900100" in capsys.readouterr().out


def second(name: str) -> tuple[str, ...]:
    return ("add", "twilio", "--name", name, "--account-sid", "AC8", "--auth-token", "x")


def test_same_name_twice_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*TWILIO, "--auth-token", "x") == 0
    assert run(*TWILIO, "--auth-token", "x") == 1


def test_paused_carrier_is_listed_so_and_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    run(*TWILIO, "--auth-token", "x")
    run("pause", "Main")
    (one,) = said(capsys, "list")  # type: ignore[misc]
    assert (one["name"], one["kind"], one["is_paused"]) == ("Main", "twilio", True)
    run("resume", "1")
    (one,) = said(capsys, "list")  # type: ignore[misc]
    assert not one["is_paused"]
    assert run("pause", "Nobody") == 1


def test_single_lanes_of_a_carrier_are_held_and_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    run(*TWILIO, "--auth-token", "x")
    since = "SELECT paused_lanes, paused_at FROM messaging_carrieraccount"

    def held(*args: str) -> object:
        told = said(capsys, *args)
        (listed,) = said(capsys, "list")  # type: ignore[misc]
        assert (listed["held"], listed["is_paused"]) == (told["held"], told["is_paused"])  # type: ignore[call-overload]
        return listed["held"]

    assert held("pause", "Main", "--lane", "bulk", "care") == ["care", "bulk"]
    ((_, first),) = sql(since)
    assert held("pause", "Main", "--lane", "bulk") == ["care", "bulk"]
    assert sql(since) == [([4, 5], first)]
    run("list")
    assert "held: care, bulk" in capsys.readouterr().out
    run("resume", "Main", "--lane", "care")
    assert "Main goes on, but for bulk." in capsys.readouterr().out
    assert held("resume", "Main", "--lane", "care") == ["bulk"]
    assert held("pause", "Main") == ["emergency", "verify", "conversation", "care", "bulk"]
    assert held("resume", "Main") == []
    assert sql(since) == [([], None)]


@contextmanager
def answering(status: int, body: bytes, *, silent: str = "nothing") -> Iterator[tuple[str, list[str]]]:
    """A carrier's API that always says the same, and what it was asked. It hangs up on questions with `silent` in their path."""
    asked: list[str] = []

    class Api(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.command} {self.path.partition('?')[0]}")
            if silent in self.path:
                return
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *given: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "body", "is_ok", "outcome"),
    [
        (200, b'{"messages": [], "next_page_uri": null}', True, "connected"),
        (401, b'{"code": 20003}', False, "it answers http_401"),
        (200, b"<html>", False, "it answers unreadable_answer"),
    ],
)
def test_carrier_over_http_is_asked_whether_it_knows_us_without_sending(
    capsys: pytest.CaptureFixture[str], status: int, body: bytes, is_ok: bool, outcome: str
) -> None:
    with answering(status, body) as (url, asked):
        run(*TWILIO, "--auth-token", "x", "--url", url)
        told = said(capsys, "test", "Main")
        assert isinstance(told, dict)
        assert (told["is_ok"], told["outcome"]) == (is_ok, outcome)
        assert asked == ["GET /2010-04-01/Accounts/AC7/Messages.json"], "nothing is sent"
        assert run("change", "Main", "--set", "auth-token=y", "--test") == (0 if is_ok else 1)
        assert kept(told["id"])["auth_token"] == ("y" if is_ok else "x")


@pytest.mark.parametrize(("status", "is_ok"), [(200, True), (401, False)])
def test_carrier_that_tells_of_no_text_is_asked_for_a_price(
    capsys: pytest.CaptureFixture[str], status: int, is_ok: bool
) -> None:
    with answering(status, b"{}") as (url, asked):
        run("add", "vonage", "--name", "Main", "--api-key", "k", "--api-secret", "s", "--url", url)
        told = said(capsys, "test", "Main")
        assert isinstance(told, dict)
        assert (told["is_ok"], asked[0]) == (is_ok, "GET /account/get-pricing/outbound/sms")
        # It has told that it knows us: that it says nothing of what is left is no fault.
        assert asked[1:] == ["GET /account/get-balance"] * is_ok and "balance" not in told


def test_carrier_that_knows_us_passes_though_its_balance_gets_no_answer(capsys: pytest.CaptureFixture[str]) -> None:
    with answering(200, b"{}", silent="get-balance") as (url, asked):
        run("add", "vonage", "--name", "Main", "--api-key", "k", "--api-secret", "s", "--url", url)
        told = said(capsys, "test", "Main")
        assert isinstance(told, dict)
        assert (told["is_ok"], told["outcome"]) == (True, "connected")
        assert asked[-1] == "GET /account/get-balance" and "balance" not in told


def test_carrier_that_answers_to_texts_alone_says_that_nothing_was_asked(capsys: pytest.CaptureFixture[str]) -> None:
    run("add", "kannel", "--name", "Main", "--username", "u", "--password", "p")
    told = said(capsys, "test", "Main")
    assert isinstance(told, dict)
    assert told["is_ok"] and told["outcome"].startswith("nothing asked")


@pytest.mark.parametrize("kind", sorted(CARRIERS))
def test_settings_of_every_kind_are_told(capsys: pytest.CaptureFixture[str], kind: str) -> None:
    rows = said(capsys, "settings", kind)
    assert isinstance(rows, list)
    assert all(row["help"] for row in rows)


def kept(number: int) -> dict[str, object]:
    ((sealed,),) = sql("SELECT settings_ct FROM messaging_carrieraccount WHERE id = %s", (number,))
    return accounts.settings_of(keys_for(SYSTEM_CLINIC), number, bytes(sealed))


def test_a_new_password_replaces_the_old_and_the_rest_stays(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = said(capsys, *TWILIO, "--auth-token", "old", "--rate", "20")
    assert isinstance(made, dict)
    before = kept(made["id"])
    monkeypatch.setattr("sys.stdin", io.StringIO("new-secret\n"))
    assert run("change", "Main", "--set", "auth-token=-", "--set", "rate=") == 0
    assert "new-secret" not in capsys.readouterr().out
    after = kept(made["id"])
    assert after == {**{name: value for name, value in before.items() if name != "rate"}, "auth_token": "new-secret"}
    assert made["callback_url"] == accounts.callback_url(made["id"], after)
    for wrong in ("rate=fast", "nonsense=1", "rate"):
        assert run("change", "Main", "--set", wrong) != 0
    assert kept(made["id"]) == after


def test_list_tells_what_is_set_and_no_secret(capsys: pytest.CaptureFixture[str]) -> None:
    run(*TWILIO, "--auth-token", "old-secret", "--rate", "20", "--default", "--sender", "+447700900150")
    (one,) = said(capsys, "list")  # type: ignore[misc]
    assert one["sender"] == "+447700900150"
    assert one["settings"]["rate"] in (20, "20")
    assert "auth_token" not in one["settings"] and "old-secret" not in json.dumps(one)


def test_sender_of_the_default_carrier_changes_for_who_has_none(capsys: pytest.CaptureFixture[str]) -> None:
    clinic = make_clinic()
    run(*TWILIO, "--auth-token", "x", "--default", "--sender", "+447700900150")
    with clinic_scope(clinic.id):
        assert number_of(clinic.id) == "+447700900150"
    assert run("change", "Main", "--sender", "+44 7700 900151") == 0
    with clinic_scope(clinic.id):
        assert number_of(clinic.id) == "+447700900151"  # at once, for whoever remembers the old one too
    assert sql("SELECT address FROM messaging_receivingnumber WHERE is_preferred") == [("+447700900151",)]
    run(*TWILIO[:3], "Second", *TWILIO[4:], "--auth-token", "x")
    assert run("change", "Second", "--sender", "+447700900152") == 1
    assert "not the default" in capsys.readouterr().err
    assert run("change", "Main") == 1


def test_settings_that_do_not_connect_change_nothing_when_tested(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrier_tries, "WAIT", 0.2)
    smpp = (
        "add",
        "smpp",
        "--name",
        "Line",
        "--host",
        "127.0.0.1",
        "--port",
        "9",
        "--system-id",
        "a",
        "--password",
        "b",
    )
    made = said(capsys, *smpp)
    assert isinstance(made, dict)
    assert run("change", "Line", "--set", "window=5", "--test") == 1
    assert "nothing is changed" in capsys.readouterr().err
    assert "window" not in kept(made["id"])
    assert run("change", "Line", "--set", "window=5") == 0
    assert kept(made["id"])["window"] in (5, "5")


def test_calls_that_could_not_be_read_are_read_again(capsys: pytest.CaptureFixture[str]) -> None:
    made = said(capsys, *TWILIO, "--auth-token", "old")
    assert isinstance(made, dict)
    put = (
        "INSERT INTO messaging_callbackraw (id, carrier, received_at, raw_ct, settled_at, outcome, tries) "
        "VALUES (gen_random_uuid(), %s, now(), '', %s, %s, %s)"
    )
    for settled, outcome, tries in ((None, "failed", 8), ("2026-11-24", "unreadable", 0), ("2026-11-24", "read", 0)):
        sql(put, (made["id"], settled, outcome, tries))
    assert run("reread", "Main") == 0
    assert "2 calls are read again" in capsys.readouterr().out
    assert sql("SELECT count(*) FROM messaging_callbackraw WHERE settled_at IS NULL AND tries = 0") == [(2,)]


# ------------------------------------------------------------------------------------------------ prices


def prices(told: object) -> list[tuple[str, str, str, str]]:
    assert isinstance(told, dict)
    return [(one["country"], one["price"], one["currency"], one["source"]) for one in told["prices"]]


@pytest.fixture
def main(database: None, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, *TWILIO, "--auth-token", "x")


@pytest.mark.usefixtures("main")
def test_price_is_set_listed_and_removed(capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "prices", "--name", "Main", "--set", "gb", "0.0340", "gbp")
    assert prices(told) == prices(said(capsys, "prices", "--name", "Main")) == [("GB", "0.034", "GBP", "hand")]
    assert prices(said(capsys, "prices", "--name", "Main", "--remove", "GB")) == []


@pytest.mark.usefixtures("main")
@pytest.mark.parametrize(
    ("given", "error"),
    [
        (("--set", "XX", "1", "EUR"), "XX is no country"),
        (("--set", "GB", "cheap", "EUR"), "--set: cheap is no price"),
        (("--set", "GB", "0", "EUR"), "--set: a price lies above"),
        (("--set", "GB", "nan", "EUR"), "--set: a price lies above"),
        (("--set", "GB", "1", "pound"), "--set: pound is no currency"),
        (("--remove", "GB"), "--remove: there is no price for GB"),
        (("--country", "GB"), "--country goes with --fetch"),
    ],
)
def test_price_that_can_not_be_is_refused(
    capsys: pytest.CaptureFixture[str], given: tuple[str, ...], error: str
) -> None:
    told = said(capsys, "prices", "--name", "Main", *given)
    assert isinstance(told, dict)
    assert told["error"].startswith(error)


def test_carrier_that_tells_no_prices_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "add", "kannel", "--name", "K", "--url", "http://127.0.0.1:1", "--username", "u", "--password", "p")
    told = said(capsys, "prices", "--name", "1", "--fetch")
    assert isinstance(told, dict)
    assert "tells no prices" in told["error"] and "--set COUNTRY PRICE CURRENCY" in told["error"]


@pytest.mark.usefixtures("main")
def test_carriers_prices_are_kept_and_those_set_by_hand_stand(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def told(carrier: object, country: str) -> PriceList:
        if country == "FR":
            raise LookupError("it names no price for this country")
        return PriceList("USD", {"23410": Decimal("0.042"), "": Decimal("0.04")})

    monkeypatch.setattr("recado.channels.twilio.TwilioCarrier.prices", told)
    make_clinic()  # in GB
    said(capsys, "prices", "--name", "Main", "--set", "BE", "0.07", "EUR")
    asked = said(capsys, "prices", "--name", "Main", "--fetch")
    assert prices(asked) == [("BE", "0.07", "EUR", "hand"), ("GB", "0.042", "USD", "carrier")]
    asked = said(capsys, "prices", "--name", "Main", "--fetch", "--country", "FR", "--country", "IE")
    assert isinstance(asked, dict)
    assert (asked["fetched"], list(asked["not_told"])) == (["IE"], ["FR"])
