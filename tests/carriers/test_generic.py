"""A carrier described by its settings: the suites, and what may not be saved."""

import asyncio
import json
from typing import Any

import pytest

from recado.channels import generic
from recado.channels.over_http import Call
from recado.channels.over_http.exchange import NotReached
from recado.channels.protocol import Accepted, BadSettings, Carrier, Uncertain
from tests.carriers.contract import envelope
from tests.carriers.fakes.far_end import FakeCarrier, Said
from tests.carriers.fakes.generic import GenericShapes
from tests.carriers.http_contract import HttpContract, World

BASE: dict[str, object] = {"url": "https://sms.example/send", "fields": {"to": "{digits}", "text": "{text}"}}


class TestGeneric(HttpContract):
    shapes = GenericShapes

    @staticmethod
    def make(name: str, settings: dict[str, object]) -> Carrier:
        return generic.make(name, settings)

    def test_words_in_braces_stay_words(self) -> None:
        async def story(carrier: Any, fake: FakeCarrier, world: World) -> None:
            words = 'say {secret} and {to}", "x": "y'
            assert isinstance((await carrier.send([envelope(words)]))[0], Accepted)
            assert json.loads(fake.asked[0].body)["msg"]["body"] == words

        self.play(story)

    def test_answer_without_an_id_is_uncertain(self) -> None:
        async def story(carrier: Any, fake: FakeCarrier, world: World) -> None:
            fake.shapes.taken = lambda texts: Said(200, b'{"result": []}')  # type: ignore[method-assign]
            assert isinstance((await carrier.send([envelope("hello")]))[0], Uncertain)

        self.play(story)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("url", "http://sms.example/send"),
        ("url", "ftp://sms.example/send"),
        ("url", "file:///etc/passwd"),
        ("url", "https://user:pw@sms.example/"),
        ("url", "https://{secret}.example/"),
        ("url", "https://sms.example/{text}"),
        ("url", "https://127.0.0.1/"),
        ("url", "https://10.1.2.3/"),
        ("url", "https://169.254.169.254/latest"),
        ("url", "https://[::1]/"),
        ("url", "https://[::ffff:10.0.0.1]/"),
        ("url", "https://localhost/"),
        ("url", "https://2130706433/"),
        ("url", "https://0x7f.0.0.1/"),
        ("url", "https://db.internal/"),
        ("fields", {}),
        ("fields", ["{text}"]),
        ("fields", {"to": "{to}"}),
        ("fields", {"to": "{to}", "text": "{text}", "x": "{text.__class__}"}),
        ("fields", {"to": "{to}", "text": "{text}", "x": "{}"}),
        ("fields", {"to": "{to}", "text": "{text}", "x": [[[[[[[[[["deep"]]]]]]]]]]}),
        ("headers", {"Host": "x"}),
        ("headers", {"X-A": "b\r\nC: d"}),
        ("headers", {"X A": "b"}),
        ("headers", {"X-A": "{text}"}),
        ("id_path", "a..b"),
        ("id_path", "a[0]"),
        ("errors", {"1": "sometimes"}),
        ("states", {"x": "gone"}),
        ("form", "query"),
        ("method", "GET"),
        ("method", "DELETE"),
    ],
)
def test_what_may_not_be_saved_is_refused_with_a_sentence(name: str, value: object) -> None:
    with pytest.raises(BadSettings, match="setting") as refusal:
        generic.make("g", BASE | {name: value})
    assert str(refusal.value).endswith(".") or ":" in str(refusal.value)
    assert "passwd" not in str(refusal.value)


@pytest.mark.parametrize(
    "given",
    [
        {"ref_field": "id"},
        {"sender_field": "from", "number_field": "to"},
        {"shared_header": "X-A"},
    ],
)
def test_settings_that_belong_together_are_asked_for_together(given: dict[str, object]) -> None:
    with pytest.raises(BadSettings, match=r"belong together|Without id_path"):
        generic.make("g", BASE | given)


def test_fields_go_by_form_or_by_address_with_a_login() -> None:
    one = envelope("1 & 2")
    by_form: Any = generic.make("g", BASE | {"form": "form", "login": "me", "secret": "fictional"})
    call: Call = by_form.call([one])
    assert (call.form, call.login) == ([("to", "447700900321"), ("text", "1 & 2")], ("me", "fictional"))
    url = "https://sms.example/{sender}/{message}"
    by_address: Any = generic.make("g", BASE | {"url": url, "form": "query", "method": "GET"})
    call = by_address.call([one])
    assert call.url == f"https://sms.example/447700900100/{one.message.hex()}"
    assert (call.method, call.params) == ("GET", [("to", "447700900321"), ("text", "1 & 2")])


def test_name_that_leads_into_a_private_network_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask() -> None:
        async def inside(*_: Any, **__: Any) -> Any:
            return [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("192.168.1.7", 443))]

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", inside)
        carrier: Any = generic.make("g", BASE)
        with pytest.raises(NotReached, match="private_network"):
            await carrier.ask(Call("POST", "https://sms.example/send"))

    asyncio.run(ask())
