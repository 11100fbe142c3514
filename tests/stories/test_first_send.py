"""From an empty product to delivered texts, as the documentation says it: a clinic, a carrier, a key, one request.

The carrier runs on node-smpp, which nobody here wrote. A clinic and its carrier may come in either order.
"""

import http.client
import json
from typing import Any

import pytest

from tests.interop.peers import NODE, Told, need_node
from tests.product import Product, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.interop, pytest.mark.timeout(180)]
CLINIC = ("clinic", "create", "--slug", "quay", "--name", "Quay Clinic", "--timezone", "Europe/London")
KEY = ("apikey", "create", "--clinic", "quay", "--name", "Lab")


def said(product: Product, *arguments: str) -> dict[str, Any]:
    done = product.run(*arguments, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def ask(product: Product, key: str, method: str, path: str, body: object = None) -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection("127.0.0.1", product.port, timeout=30)
    try:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def state(product: Product, key: str, message_id: str) -> str:
    return str(ask(product, key, "GET", f"/api/v1/messages/{message_id}")[1]["state"])


@pytest.mark.parametrize(
    ("order", "sender"),
    [
        (("clinic", "carrier", "key"), "+447700900100"),
        (("carrier", "clinic", "key"), "+447700900100"),
        (("clinic", "key", "carrier"), ""),
    ],
)
def test_first_texts_are_delivered_whatever_comes_first(order: tuple[str, ...], sender: str) -> None:
    with Told(need_node(), str(NODE / "smsc.js")) as carrier, Product() as product:
        port = str(carrier.wait("listening")["port"])
        product.start("--no-demo")
        connect = ["carrier", "add", "smpp", "--name", "Main carrier", "--host", "127.0.0.1", "--port", port]
        connect += ["--system-id", "recado", "--password", "secret", "--binds", "1", "--default"]
        connect += ["--sender", sender] if sender else []
        steps = {"clinic": (*CLINIC, "--quiet-hours", "none"), "carrier": tuple(connect), "key": KEY}
        told = {step: said(product, *steps[step]) for step in order}
        assert told["carrier"]["sender"] == (sender or "Maincarrier")
        key = told["key"]["key"]
        one = {"to": "+447700900321", "text": "Your results are in.", "purpose": "care"}
        status, answer = ask(product, key, "POST", "/api/v1/messages", one)
        assert (status, answer["verdict"]) == (202, "allow"), answer
        many = [{**one, "to": f"+4477009004{n:02}", "reference": f"lab-{n}"} for n in range(50)]
        status, batch = ask(product, key, "POST", "/api/v1/messages/batch", {"messages": many})
        assert status == 202, batch
        ids = [answer["id"], *(item["id"] for item in batch["messages"])]
        assert wait_for(lambda: all(state(product, key, one) == "delivered" for one in ids), 40)
        got = carrier.wait_for("submit", 51)
        assert {event["from"] for event in got} == {sender.lstrip("+") or "Maincarrier"}
        assert ask(product, key, "GET", "/api/v1")[1]["type"] == "urn:recado:problem:not-found"
        assert product.stop() == 0
