"""What the API answers is what its own OpenAPI document says."""

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from recado.api import event_shapes, openapi
from recado.api.edge import PREFIX
from recado.api.problems import KINDS
from recado.care_events.types import EventKind
from tests import factories
from tests.api import Said, become, call, event, make_key, make_template, send, send_many, tell, text

pytestmark = pytest.mark.usefixtures("database")

HOW_TO = Path(__file__).resolve().parents[2] / "docs/howto"


def document() -> dict[str, Any]:
    said = call("GET", "openapi.json", None)
    assert said.status == 200
    found: dict[str, Any] = said.json
    return found


def check(said: Said, path: str, method: str) -> None:
    """Raises where the document doesn't allow the answer."""
    whole = document()
    answer = whole["paths"][path][method]["responses"][str(said.status)]
    answer = whole["components"]["responses"][answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
    schema = answer["content"][said.headers["content-type"]]["schema"]
    Draft202012Validator({**schema, "components": whole["components"]}, format_checker=FormatChecker()).validate(
        said.json
    )


def test_answers_are_as_described() -> None:
    key = make_key(factories.make_furnished().id)
    made = send(key, text(reference="a", lane="bulk"))
    check(made, "/messages", "post")
    check(send(key, text(to="1")), "/messages", "post")
    check(send(key, b"{"), "/messages", "post")
    check(send("nobody"), "/messages", "post")
    check(send_many(key, text(1), text(2, text="")), "/messages/batch", "post")
    check(send_many(key), "/messages/batch", "post")
    check(call("GET", f"messages/{made.json['id']}", key), "/messages/{id}", "get")
    check(call("GET", "messages/x", key), "/messages/{id}", "get")
    check(tell(key, event(), event(kind="recall")), "/events", "post")
    check(tell(key), "/events", "post")
    state = {"kind": "prescription", "external_id": "RX-1", "state": "collected"}
    check(become(key, state, state | {"external_id": "RX-2"}), "/events/state", "post")
    check(become("nobody", state), "/events/state", "post")


def test_requests_that_are_taken_are_as_described() -> None:
    schemas = document()["components"]["schemas"]
    validator = Draft202012Validator({"$ref": "#/components/schemas/NewMessage", "components": {"schemas": schemas}})
    assert validator.is_valid(text(reference="a"))
    events = Draft202012Validator({"$ref": "#/components/schemas/NewEvent", "components": {"schemas": schemas}})
    assert events.is_valid(event()) and not events.is_valid(event(fields={}))
    assert set(get_args(event_shapes.KindName)) == set(EventKind)
    assert not validator.is_valid(text(purpose="x")) and not validator.is_valid({"to": "1"})


def test_every_kind_of_problem_is_described_and_every_reference_resolves() -> None:
    whole = openapi.document()
    assert set(whole["components"]["responses"]) == set(KINDS)
    for reference in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(whole)):
        place: Any = whole
        for step in reference.split("/"):
            place = place[step]


def test_bodies_of_the_how_to_are_taken() -> None:
    clinic = factories.make_furnished().id
    make_template(clinic, "order_ready", {"en": "{clinic}: your order {number} is ready until {day}."})
    key = make_key(clinic)
    paths = []
    for page in ("send-by-api.md", "care-events.md"):
        text_of = (HOW_TO / page).read_text("utf-8")
        for path, body in re.findall(r"/api/v1/(\S*)\".*?-d '(.*?)'\n", text_of, re.DOTALL):
            said = call("POST", path, key, body.encode())
            assert said.status in (200, 202) and said.json.get("refused", 0) == 0, said.body
            paths.append(path)
    assert paths == ["messages", "messages", "messages/batch", "events", "events/state"]
    assert PREFIX == "/api/v1/"
