"""Spryng's first API by the generic carrier, as docs/reference/carriers.md describes it: the suites, with what its own clients
publish (Spryng/rest-api-node: `message.ts`, `message-client.ts`). Its calls are not published; what they hold here stands for what
somebody reads in their panel and sets."""

import json
import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from recado.channels import generic
from recado.channels.protocol import Carrier
from tests.carriers.fakes.far_end import Asked, Said, Text
from tests.carriers.fakes.generic import GenericShapes
from tests.carriers.http_contract import HttpContract

DOCUMENTED = Path(__file__).parents[2] / "docs" / "reference" / "carriers.md"
STATUS = {"throttled": 429, "number": 422, "no_credit": 402, "credentials": 401, "carrier_error": 503}
ITS_OWN = timedelta(hours=2)  # no request says how long a text is of use: the carrier's own limit counts
FIELDS = {"body", "encoding", "originator", "recipients", "route", "reference"}


def documented(option: str) -> Any:
    """The value of an option in the command that the documentation gives."""
    command = re.search(r"```sh\n(recado carrier add generic --name \"Spryng v1\".*?)```", DOCUMENTED.read_text(), re.S)
    assert command
    found = re.search(rf"--{option} '([^']*)'|--{option} (\S+)", command[1])
    assert found, option
    return json.loads(found[1]) if found[1] else found[2]


class SpryngV1Shapes(GenericShapes):
    stops_at_send = False
    tells_of_stops = False

    def settings(self, url: str) -> dict[str, object]:
        ours = super().settings(url)
        made = {"url": f"{url}/v1/messages", "errors": {}, "error_path": ""}
        made |= {name: documented(name.replace("_", "-")) for name in ("fields", "headers", "id_path")}
        return ours | made

    def texts(self, asked: Asked) -> list[Text]:
        assert (asked.method, asked.path) == ("POST", "/v1/messages")
        assert asked.headers["authorization"] == "Bearer fictional-secret"
        told = json.loads(asked.body)
        assert told.keys() == FIELDS and told["encoding"] == "auto" and told["route"] == "business"
        (number,) = told["recipients"]
        assert number.isdigit()
        self._serial += 1
        ref = f"91d95b85-b32f-42bd-a9fb-{self._serial:012d}"
        return [Text("+" + number, told["body"], "+" + told["originator"], ref, "", ITS_OWN)]

    def taken(self, texts: Sequence[Text]) -> Said:
        (text,) = texts
        told = {
            "id": text.ref,
            "encoding": "auto",
            "body": text.text,
            "route": "business",
            "originator": text.sender[1:],
        }
        return Said(200, json.dumps({**told, "recipients": [text.to[1:]], "links": []}).encode())

    def refused(self, why: str) -> Said:
        return Said(STATUS[why], b'{"message": "refused"}')


class TestSpryngV1(HttpContract):
    shapes = SpryngV1Shapes

    @staticmethod
    def make(name: str, settings: dict[str, object]) -> Carrier:
        return generic.make(name, settings)


def test_the_documented_address_is_the_published_one() -> None:
    assert documented("url") == "https://rest.spryngsms.com/v1/messages"
