"""What the API refuses: each refusal says what to do, as problem+json, and repeats nothing that was sent."""

import gzip
import json
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.api import edge, keyring, reading, shapes
from recado.api.problems import KINDS, Problem, Wrong
from recado.channels.protocol import Envelope
from recado.channels.smpp.declared import settings_from
from recado.channels.smpp.outgoing import bodies_of
from recado.clinics.roles import ApiScope
from recado.clinics.types import ClinicSettings
from recado.foundation.clock import real_now
from recado.foundation.phone import _HINTS as phone_hints
from recado.messaging.actions import Consents
from recado.messaging.types import Intent
from tests import factories
from tests.api import Said, call, make_key, send, send_many, text

SECRET = "Eleanor Whitcombe 0770"  # stands for what must come back nowhere


@pytest.fixture
def clinic(database: None) -> ClinicSettings:
    return factories.make_furnished()


@pytest.fixture
def key(clinic: ClinicSettings) -> str:
    return make_key(clinic.id)


def refused(said: Said, status: int, kind: str, field: str = "") -> dict[str, Any]:
    assert (said.status, said.headers["content-type"]) == (status, "application/problem+json"), said.body
    found: dict[str, Any] = said.json
    assert found["type"] == f"urn:recado:problem:{kind.replace('_', '-')}"
    assert (found["title"], found["status"], found.get("field", "")) == (KINDS[kind][1], status, field)
    assert found["detail"].endswith(".")
    assert SECRET not in said.body.decode()
    return found


# ------------------------------------------------------------------------------------------------ who and what


@pytest.mark.parametrize("secret", [None, "", "rk_live_x", "é" * 20, "x" * 5000])
def test_no_key_or_an_unknown_one(database: None, secret: str | None) -> None:
    said = send(secret)  # type: ignore[arg-type]
    refused(said, 401, "unauthorized")
    assert said.headers["www-authenticate"] == "Bearer"


def test_a_key_does_only_what_it_may(clinic: ClinicSettings) -> None:
    reads, sends = make_key(clinic.id, ApiScope.READ), make_key(clinic.id, ApiScope.SEND)
    assert "messages:send" in refused(send(reads), 403, "forbidden")["detail"]
    made = send(sends).json["id"]
    refused(call("GET", f"messages/{made}", sends), 403, "forbidden")
    assert call("GET", f"messages/{made}", reads).status == 200
    consent = {"source": "form", "at": "2026-11-01T00:00:00Z", "text_version": "1"}
    refused(send(sends, text(consent=consent)), 403, "forbidden", "consent")


def test_a_key_is_kept_to_its_networks(clinic: ClinicSettings) -> None:
    key = make_key(clinic.id, sources=["10.20.0.0/16"])
    refused(call("POST", "messages", key, text(), origin="192.0.2.1"), 403, "forbidden")
    assert call("POST", "messages", key, text(), origin="10.20.3.4").status == 202


def test_addresses_and_methods(key: str) -> None:
    for path in ("", "nothing", "messages/", "messages/1", "messages/batch/1", "../live"):
        said = call("GET", path, key)
        refused(said, 404, "not_found")
    for method, path, allowed in (
        ("GET", "messages", "POST"),
        ("DELETE", "messages/batch", "POST"),
        ("POST", "openapi.json", "GET, HEAD"),
    ):
        said = call(method, path, key)
        refused(said, 405, "method")
        assert said.headers["allow"] == allowed


# ------------------------------------------------------------------------------------------------ how much


def test_a_body_too_large_is_not_read(key: str) -> None:
    refused(send(key, b"x" * (64 * 1024 + 1)), 413, "too_large")
    refused(call("POST", "messages/batch", key, b"{}", content_length=str(10**9)), 413, "too_large")


LARGE = {"content_length": str(70_000)}


def test_a_refusal_before_a_large_body_was_read_says_that_the_connection_ends(key: str) -> None:
    for said in (
        send(key, b"x" * 70_000, **LARGE),
        send("rk_live_unknown", b"x", **LARGE),
        send(key, b"x", content_type="text/xml", **LARGE),
        call("POST", "messages", key, b"x" * 70_000, is_whole=False),  # its length was not told
    ):
        assert said.status in (401, 413, 415)
        assert said.headers["connection"] == "close"
    for said in (
        send("rk_live_unknown", b"x", content_length="1"),
        call("GET", "nothing", key),
        send(key),
        call("POST", "messages/batch", key, b"{" + b" " * 70_000, **LARGE),  # read to its end
    ):
        assert "connection" not in said.headers


def test_a_document_that_is_refused_for_its_header_says_that_the_connection_ends(clinic: ClinicSettings) -> None:
    said = call("POST", "documents", make_key(clinic.id, ApiScope.DOCUMENTS), b"%PDF", is_whole=False, **LARGE)
    refused(said, 422, "invalid", "Recado-Document")
    assert said.headers["connection"] == "close"


@pytest.mark.parametrize("error", [psycopg.OperationalError("it is away"), ValueError("it is broken")])
def test_what_fails_before_a_large_body_was_read_says_that_the_connection_ends(
    key: str, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def find(*asked: object) -> None:
        raise error

    monkeypatch.setattr(edge.keyring, "find", find)
    assert send(key, b"x", **LARGE).headers["connection"] == "close"
    assert "connection" not in send(key, b"x", content_length="1").headers


def test_a_batch_too_large_or_empty(key: str) -> None:
    refused(send_many(key), 422, "invalid", "messages")
    many = b'{"messages":[' + b",".join([b"1"] * (shapes.MOST_IN_A_BATCH + 1)) + b"]}"
    found = refused(call("POST", "messages/batch", key, many), 422, "invalid", "messages")
    assert "100,000" in found["detail"]


def test_a_key_that_asks_too_often_waits(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "BURST", 2.0)
    monkeypatch.setattr(keyring, "REQUESTS_A_SECOND", 0.5)
    assert [send(key).status for _ in range(2)] == [202, 202]
    said = send(key)
    refused(said, 429, "too_many")
    assert 1 <= int(said.headers["retry-after"]) <= 3


def test_guessing_keys_is_slowed(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "GUESS_BURST", 3.0)
    monkeypatch.setattr(keyring, "GUESSES_A_SECOND", 0.1)
    monkeypatch.setattr(edge, "keyring", keyring.Keyring())
    assert [send(f"rk_live_{n}").status for n in range(4)] == [401, 401, 401, 429]


# ------------------------------------------------------------------------------------------------ what it holds


@pytest.mark.parametrize("body", [b"", b"{", b"[", b"\xff", b'{"to":"\\ud800"}', f'{{"{SECRET}'.encode(), b'{"a":1}{}'])
@pytest.mark.parametrize("path", ["messages", "messages/batch"])
def test_what_is_no_json(key: str, path: str, body: bytes) -> None:
    said = call("POST", path, key, body)
    refused(said, *((422, "invalid") if said.status == 422 else (400, "malformed")))


HALVES = [
    "See you \ud83d",
    "\udc4b you",
    "\ud83d\ud83d\udc4b",
    "\ud83d\udc4b\udc4b",
    "C:\\\ud83d",
    "C:\\ud83d\udc4b",
    "C:\\\\\ud83d\udc4b\udc4b",
]


@pytest.mark.parametrize("words", [*(json.dumps(half).encode() for half in HALVES), b'"\xff"'])
def test_a_broken_letter_costs_its_own_text_and_is_named(key: str, words: bytes) -> None:
    one = json.dumps(text(322, text="WORDS")).encode().replace(b'"WORDS"', words)
    said = refused(send(key, one), 400, "malformed")
    assert "letter" in said["detail"] and "comma" not in said["detail"]
    whole = json.dumps(text(323, text="Bye \U0001f44b, \\ud83d is no emoji.")).encode()
    found = call("POST", "messages/batch", key, b'{"messages":[' + b",".join([whole, one, whole[:-1] + b"}"]) + b"]}")
    first, broken, _ = found.json["messages"]
    assert (found.status, first["verdict"], broken) == (202, "allow", said)


def test_a_broken_letter_behind_an_item_that_is_none_costs_its_own_text(key: str) -> None:
    one = json.dumps(text(322, text="See you \ud83d")).encode()
    found = call(
        "POST", "messages/batch", key, b'{"messages":[7,' + one + b"," + json.dumps(text(323)).encode() + b"]}"
    )
    assert found.status == 202
    assert [said.get("status", said.get("verdict")) for said in found.json["messages"]] == [422, 400, "allow"]


def test_a_mark_before_the_body_is_passed_over(key: str) -> None:
    assert send(key, b"\xef\xbb\xbf" + json.dumps(text()).encode()).status == 202


@pytest.mark.parametrize(
    ("headers", "kind"),
    [({"Content_Type": "text/xml"}, "media_type"), ({"Content_Encoding": "gzip"}, "media_type")],
)
def test_what_is_said_not_to_be_json(key: str, headers: dict[str, str], kind: str) -> None:
    refused(send(key, gzip.compress(b"{}"), **headers), 415, kind)


def moment(**ahead: float) -> str:
    return (real_now() + timedelta(**ahead)).isoformat()


CONSENT = {"source": "form", "at": "2026-11-01T00:00:00Z", "text_version": "1"}
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"to": SECRET}, "to"),
    ({"to": "+44770"}, "to"),
    ({"to": 447700900321}, "to"),
    ({"to": ""}, "to"),
    ({"to": "1" * 41}, "to"),
    ({"text": ""}, "text"),
    ({"text": "x" * 1601}, "text"),
    ({"text": " \u00a0\n\u200b\ufeff"}, "text"),
    ({"text": "\U0001f600" * 1600}, "text"),
    ({"text": None}, "text"),
    ({"text": "a\u0000b"}, "text"),
    ({"text": "a\u001bb"}, "text"),
    ({"text": [SECRET]}, "text"),
    ({"text": None, "values": {SECRET: SECRET}}, "values"),
    ({"template": SECRET}, "template"),
    ({"values": {SECRET: 5}}, "values[...]"),
    ({"purpose": SECRET}, "purpose"),
    ({"purpose": "answer"}, "purpose"),
    ({"lane": SECRET}, "lane"),
    ({"lane": "verify"}, "lane"),
    ({"purpose": "news", "lane": "care"}, "lane"),
    ({"send_at": SECRET}, "send_at"),
    ({"send_at": "2026-12-01T10:00:00"}, "send_at"),
    ({"send_at": moment(days=400)}, "send_at"),
    ({"valid_until": moment(minutes=-1)}, "valid_until"),
    ({"valid_until": moment(hours=1), "send_at": moment(hours=2)}, "valid_until"),
    ({"valid_until": moment(days=800)}, "valid_until"),
    ({"valid_until": moment(days=-1), "send_at": moment(days=-2)}, "valid_until"),
    ({"valid_until": "0001-01-01T00:00:00+14:00"}, "valid_until"),
    ({"send_at": "9999-12-31T23:59:59-14:00"}, "send_at"),
    ({"reference": ""}, "reference"),
    ({"reference": "x" * 201}, "reference"),
    ({"language": "x" * 36}, "language"),
    ({SECRET: 1}, ""),
    ({"consent": SECRET}, "consent"),
    ({"consent": {SECRET: 1}}, "consent"),
    ({"consent": {"source": "form"}}, "consent.at"),
    ({"consent": CONSENT | {"at": moment(hours=1)}}, "consent.at"),
    ({"consent": CONSENT | {"at": "0001-01-01T00:00:00+14:00"}}, "consent.at"),
    ({"consent": CONSENT | {"at": "9999-12-31T23:59:59-14:00"}}, "consent.at"),
    ({"consent": CONSENT | {"source": "a\u0000b"}}, "consent"),
    ({"consent": CONSENT, "purpose": "verify"}, "consent"),
]


@pytest.mark.parametrize(("more", "field"), WRONG, ids=range(len(WRONG)))
def test_a_field_that_cannot_be_used(key: str, more: dict[str, Any], field: str) -> None:
    refused(send(key, text(**more)), 422, "invalid", field)
    (item,) = send_many(key, text(**more)).json["messages"]
    assert (item["status"], item.get("field", "")) == (422, field)
    assert SECRET not in json.dumps(item)
    assert factories.queued() == set()


@pytest.mark.parametrize("letter", ["x", "ż", "文"])
def test_longest_text_that_is_taken_is_one_that_an_smpp_carrier_takes(key: str, letter: str) -> None:
    words = letter * shapes.LONGEST_TEXT
    assert send(key, text(text=words)).json["state"] == "waiting"
    settings = settings_from({"host": "smpp.example", "port": 2775, "system_id": "recado", "password": "secret"})
    assert isinstance(bodies_of(Envelope(bytes(16), "+447700900321", "Clinic", words), settings), list)


@pytest.mark.parametrize("number", [" ", "Eleanor", "+44770", "1" * 30, "+999123456789"])
def test_what_is_said_of_a_number_is_for_programs(key: str, number: str) -> None:
    detail = refused(send(key, text(to=number)), 422, "invalid", "to")["detail"]
    assert detail.startswith("Give ") and not any(word in detail for word in ("spreadsheet", "cell", "column"))


def test_numbers_have_a_word_for_each_that_is_none() -> None:
    assert reading.NUMBERS.keys() == phone_hints.keys()


def test_template_that_is_not_live_is_refused_and_that_is_said(key: str) -> None:
    found = refused(send(key, text(text=None, template=SECRET, values={"a": SECRET})), 422, "no_template", "template")
    assert "text" in found["detail"]


@pytest.mark.parametrize("name", ["", "x" * 201])
def test_an_idempotency_key_that_is_none(key: str, name: str) -> None:
    refused(send(key, Idempotency_Key=name), 422, "invalid", "Idempotency-Key")


def test_a_clinic_without_a_number_is_told_by_the_rule(database: None) -> None:
    said = send(make_key(factories.make_clinic().id)).json
    assert (said["verdict"], said["rule"], said["state"]) == ("never", "no_carrier", "not_allowed")


# ------------------------------------------------------------------------------------------------ any bytes at all

READER = reading.Reader("GB", frozenset(ApiScope), lambda reference: b"0" * 16, real_now())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "to": st.text() | st.from_regex(r"\+?[0-9 ]{0,16}", fullmatch=True) | JSON,
        "text": st.text() | JSON,
        "purpose": st.sampled_from([*reading.PURPOSES, "x"]) | JSON,
        "lane": st.sampled_from([*reading.LANES, "x"]) | JSON,
        "reference": st.text() | JSON,
        "send_at": st.datetimes().map(lambda at: at.isoformat() + "Z") | JSON,
        "valid_until": st.datetimes().map(lambda at: at.isoformat() + "+01:00") | JSON,
        "consent": st.fixed_dictionaries({"source": st.text(), "at": st.text(), "text_version": st.text()}) | JSON,
        "values": st.dictionaries(st.text(), st.text()) | JSON,
    },
)


def read(body: bytes) -> list[Any]:
    found = []
    for decode in (lambda: [reading.one_message(body)], lambda: reading.batch(body)):
        try:
            found += [one if isinstance(one, Problem) else READER.item(one) for one in decode()]
        except Wrong as wrong:
            found.append(wrong.problem)
    return found


@given(st.binary() | JSON.map(lambda one: json.dumps(one).encode()))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    assert all(isinstance(one, Problem) for one in read(body))


@given(FIELDS)
def test_any_fields_are_an_intent_or_a_problem(fields: dict[str, Any]) -> None:
    for body in (fields, {"messages": [fields]}):
        for one in read(json.dumps(body).encode()):
            if isinstance(one, Problem):
                assert one.status in (400, 403, 422)
                continue
            assert isinstance(one, reading.Item) and isinstance(one.intent, Intent)
            assert one.intent.phone and one.intent.phone.e164.startswith("+")
            assert one.intent.text == fields["text"] and one.intent.patient_id is None
            assert one.consents is None or isinstance(one.consents, Consents)
