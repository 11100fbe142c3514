"""Who may reach the simulated phones, and what their JSON takes and gives."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client, override_settings

from recado.clinics.types import CareBasis, ClinicSettings, QuietHours
from recado.foundation.phone import Phone
from recado.launch.handset import backstage
from recado.launch.handset.faults import SWITCHES, FaultSwitch
from recado.launch.simulator.client import SimulatorRefused, SimulatorUnreachable
from tests import pages

ELEANOR = Phone("+447700900321")
NOW = datetime(2026, 11, 24, 10, 31, 9, tzinfo=UTC)
CLINIC = ClinicSettings(
    pages.BOOKED.clinic_id,
    "harbour-street",
    "hsc",
    "Harbour Street Clinic",
    "Europe/London",
    "GB",
    "en",
    CareBasis.CARE,
    QuietHours(),
)


class Backstage:
    """Two phones, one of them with a text, and a list of what was asked for."""

    def __init__(self) -> None:
        self.done: list[tuple[Any, ...]] = []
        self.trouble: Exception | None = None

    def phones(self, at_most: int | None = None) -> list[backstage.PhoneRow]:
        if self.trouble:
            raise self.trouble
        return [
            backstage.PhoneRow(ELEANOR, "Eleanor Whitcombe", "en", False, 1),
            backstage.PhoneRow(Phone("+447700900745"), "Amara Osei, nurse", "en", True, 0),
            backstage.PhoneRow(Phone("+447700900999"), "", "", False, 0),
        ]

    def messages(self, phone: Phone) -> list[dict[str, Any]]:
        if phone != ELEANOR:
            return []
        return [{"id": "1", "direction": "in", "text": "Hello", "at": NOW.isoformat(), "state": "delivered"}]

    def story(self, phone: Phone, limit: int) -> list[dict[str, Any]]:
        return [{"at": NOW, "kind": "sent", "title": "Sent", "detail": "", "raw": {}, "key": "1"}][:limit]

    def reply(self, phone: Phone, text: str) -> str:
        self.done.append(("reply", phone, text))
        return "r1"

    def mark_read(self, phone: Phone) -> None:
        self.done.append(("read", phone))

    def faults_on(self, phone: Phone) -> list[str]:
        return ["slow"]

    def switch(self, one: FaultSwitch, is_on: bool, phone: Phone) -> None:
        self.done.append(("switch", one.fault.value, is_on, phone))

    def advance(self, seconds: int) -> tuple[datetime, int]:
        self.done.append(("advance", seconds))
        return NOW, 0

    def to_next(self) -> tuple[datetime, int]:
        self.done.append(("next",))
        return NOW, 2

    def now(self) -> datetime:
        return NOW

    def is_connected(self) -> bool:
        return False

    def clinic(self) -> ClinicSettings:
        return CLINIC

    def sender(self) -> str:
        return "+447700900100"


@pytest.fixture
def behind() -> Iterator[Backstage]:
    fake = Backstage()
    names = [name for name in dir(Backstage) if not name.startswith("_")]
    with patch.multiple("recado.launch.handset.backstage", **{name: getattr(fake, name) for name in names}):
        with patch("recado.launch.demo.is_demo", return_value=True):
            yield fake


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True, headers={"Host": "localhost:8000"})


READS = ["state.json", "phones.json", "faults", "+447700900321/messages.json", "+447700900321/story.json"]
WRITES = ["+447700900321/reply", "+447700900321/read", "clock", "faults"]


def send(client: Client, path: str, body: object, **headers: str):  # type: ignore[no-untyped-def]
    return client.post(f"/handset/{path}", json.dumps(body), content_type="application/json", headers=headers)


# ---------------------------------------------------------------- guard


@pytest.mark.parametrize("path", ["", *READS])
@pytest.mark.usefixtures("behind")
def test_phones_exist_in_a_demo_only(client: Client, path: str) -> None:
    assert client.get(f"/handset/{path}").status_code == 200
    with patch("recado.launch.demo.is_demo", return_value=False):
        assert client.get(f"/handset/{path}").status_code == 404


@pytest.mark.parametrize("path", WRITES)
def test_nothing_is_written_outside_a_demo(behind: Backstage, client: Client, path: str) -> None:
    with patch("recado.launch.demo.is_demo", return_value=False):
        response = send(client, path, {"text": "1"})
    assert response.status_code == 404
    assert "demo" in response.json()["error"]
    assert behind.done == []


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "LOCALHOST:8000", "127.0.0.1:80"])
@pytest.mark.usefixtures("behind")
def test_own_hosts_are_let_in(host: str) -> None:
    assert Client(headers={"Host": host}).get("/handset/phones.json").status_code == 200


@override_settings(ALLOWED_HOSTS=["*"])
@pytest.mark.parametrize("path", ["", *READS])
@pytest.mark.parametrize(
    "host", ["clinic.example", "localhost.example", "127.0.0.1.example", "192.168.1.5:8000", "localhost:80:80"]
)
@pytest.mark.usefixtures("behind")
def test_other_hosts_are_kept_out(path: str, host: str) -> None:
    assert Client(headers={"Host": host}).get(f"/handset/{path}").status_code in {400, 403}


@pytest.mark.parametrize("path", ["", *READS])
@pytest.mark.parametrize(
    "header", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Via", "X-Real-IP"]
)
@pytest.mark.usefixtures("behind")
def test_no_proxy_may_stand_between(client: Client, path: str, header: str) -> None:
    response = client.get(f"/handset/{path}", headers={header: "127.0.0.1"})
    assert response.status_code == 403
    assert response.json()["error"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "http://localhost:3000"},
        {"Origin": "null"},
        {"Origin": "http://localhost:8000.elsewhere.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_other_pages_are_kept_out(behind: Backstage, client: Client, headers: dict[str, str]) -> None:
    for path in WRITES:
        assert send(client, path, {"text": "1"}, **headers).status_code == 403
    for path in READS:
        assert client.get(f"/handset/{path}", headers=headers).status_code == 403
    assert behind.done == []


def test_own_page_is_let_in(behind: Backstage, client: Client) -> None:
    own = {"Origin": "http://localhost:8000", "Sec-Fetch-Site": "same-origin"}
    assert send(client, f"{ELEANOR.e164}/reply", {"text": "1"}, **own).status_code == 200
    assert behind.done == [("reply", ELEANOR, "1")]


@pytest.mark.usefixtures("behind")
def test_page_itself_may_be_linked_from_anywhere(client: Client) -> None:
    assert client.get("/handset/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_only_json_is_taken(behind: Backstage, client: Client, path: str, kind: str) -> None:
    response = client.post(f"/handset/{path}", '{"text": "1"}', content_type=kind)
    assert response.status_code == 415
    assert behind.done == []


# ---------------------------------------------------------------- what it gives


@pytest.mark.usefixtures("behind")
def test_phones_are_listed(client: Client) -> None:
    assert client.get("/handset/phones.json").json()[0] == {
        "phone": "+447700900321",
        "name": "Eleanor Whitcombe",
        "language": "en",
        "unread": 1,
    }


@pytest.mark.parametrize("written", ["+447700900321", "%2B447700900321", "447700900321"])
@pytest.mark.usefixtures("behind")
def test_a_phone_is_found_however_it_is_written(client: Client, written: str) -> None:
    (text,) = client.get(f"/handset/{written}/messages.json").json()
    assert text == {"id": "1", "direction": "in", "text": "Hello", "at": NOW.isoformat(), "state": "delivered"}


@pytest.mark.usefixtures("behind")
def test_state_is_sent_once_until_it_changes(client: Client) -> None:
    first = client.get("/handset/state.json", {"phone": "+447700900745"}).json()
    assert (first["phone"]["title"], first["phone"]["letters"], first["sender"]) == (
        "Amara Osei, nurse",
        "AO",
        "07700 900100",
    )
    assert first["phones"][2]["title"] == "+44 7700 900999"
    again = client.get("/handset/state.json", {"phone": "+447700900745", "seen": first["tag"]})
    assert (again.status_code, again.content) == (204, b"")
    assert client.get("/handset/state.json", {"phone": "", "seen": first["tag"]}).status_code == 200


def test_looking_changes_nothing(behind: Backstage, client: Client) -> None:
    for path in READS:
        client.get(f"/handset/{path}")
    assert behind.done == []


@pytest.mark.usefixtures("behind")
def test_page_is_sound_and_obeys_the_policy(client: Client) -> None:
    response = client.get("/handset/")
    assert pages.Reading(response.content.decode()).faults == []
    assert "Demo mode" in response.content.decode()
    assert "script-src 'self';" in response["Content-Security-Policy"]


# ---------------------------------------------------------------- what it takes


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": "  "},
        {"text": 1},
        {"text": "x" * 1_001},
        {"text": "\ud800"},
        {"text": "a\0b"},
        [],
        "1",
    ],
)
def test_reply_needs_some_words(behind: Backstage, client: Client, body: object) -> None:
    response = send(client, f"{ELEANOR.e164}/reply", body)
    assert response.status_code == 400
    assert response.json()["error"].endswith((".", "}."))
    assert behind.done == []


def test_body_that_is_no_json_is_refused(behind: Backstage, client: Client) -> None:
    response = client.post("/handset/clock", "{", content_type="application/json")
    assert (response.status_code, response.json()) == (400, {"error": "The body is not JSON."})
    assert behind.done == []


def test_clock_moves_by_seconds_or_to_the_next(behind: Backstage, client: Client) -> None:
    assert send(client, "clock", {"advance_seconds": 3600}).json() == {"now": NOW.isoformat(), "pending": 0}
    assert send(client, "clock", {"to": "next"}).json() == {"now": NOW.isoformat(), "pending": 2}
    assert behind.done == [("advance", 3600), ("next",)]


@pytest.mark.parametrize(
    "body",
    [{}, {"advance_seconds": 0}, {"advance_seconds": -1}, {"advance_seconds": "60"}, {"advance_seconds": True},
     {"advance_seconds": 1.5}, {"advance_seconds": 10**9}, {"to": "yesterday"}, {"to": "next", "advance_seconds": -1}],
)  # fmt: skip
def test_clock_never_goes_back_or_astray(behind: Backstage, client: Client, body: object) -> None:
    assert send(client, "clock", body).status_code == 400
    assert behind.done == []


def test_fault_is_of_the_phone_or_of_the_carrier(behind: Backstage, client: Client) -> None:
    assert send(client, "faults", {"name": "phone_off", "on": True, "phone": ELEANOR.e164}).status_code == 200
    assert send(client, "faults", {"name": "slow", "on": False}).status_code == 200
    assert behind.done == [("switch", "phone_off", True, ELEANOR), ("switch", "slow", False, Phone(""))]


@pytest.mark.parametrize(
    "body", [{}, {"name": "slow"}, {"name": "nonsense", "on": True}, {"name": "phone_off", "on": True}, {"on": True}]
)
def test_unknown_fault_is_refused(behind: Backstage, client: Client, body: object) -> None:
    assert send(client, "faults", body).status_code == 400
    assert behind.done == []


@pytest.mark.usefixtures("behind")
def test_every_fault_of_the_simulator_has_a_switch(client: Client) -> None:
    from recado.launch.simulator.faults import Fault

    assert {one.fault for one in SWITCHES} == set(Fault)
    html = client.get("/handset/").content.decode()
    assert all(f'data-fault="{fault.value}"' in html for fault in Fault)


@pytest.mark.parametrize(
    ("trouble", "status"), [(SimulatorUnreachable("gone"), 503), (SimulatorRefused("nobody to answer"), 409)]
)
def test_trouble_with_the_carrier_is_said(behind: Backstage, client: Client, trouble: Exception, status: int) -> None:
    behind.trouble = trouble
    response = client.get("/handset/state.json")
    assert response.status_code == status
    assert "carrier" in response.json()["error"]
