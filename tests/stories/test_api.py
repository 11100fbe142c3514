"""The API of the running product: the how-to's own lines, and a web process that is killed again and again."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.product import Product, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
HOW_TO = Path(__file__).resolve().parents[2] / "docs/howto/send-by-api.md"


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    with Product() as running:
        running.start()
        yield running


@pytest.fixture(scope="module")
def key(product: Product) -> str:
    said = product.run("apikey", "create", "--clinic", "harbour-street", "--name", "Lab", "--json")
    assert said.returncode == 0, said.stdout + said.stderr
    return str(json.loads(said.stdout)["key"])


def test_the_lines_of_the_how_to_work(product: Product, key: str) -> None:
    environment = {**os.environ, "RECADO_URL": product.url, "RECADO_KEY": key, "MESSAGE_ID": ""}
    blocks = re.findall(r"```sh\n(.*?)```", HOW_TO.read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 4
    for block in blocks:
        said = subprocess.run(["bash", "-c", block], env=environment, capture_output=True, text=True)
        answer = json.loads(said.stdout)
        if '"template"' in block:  # read and understood; nobody has published a text of that name here
            assert answer["type"] == "urn:recado:problem:no-template", said.stdout
            continue
        assert said.returncode == 0 and "type" not in answer, said.stdout
        environment["MESSAGE_ID"] = answer.get("id", environment["MESSAGE_ID"])
    assert answer["state"] in ("waiting", "sending", "sent", "delivered", "not_allowed")
    assert "900417" not in json.dumps(answer)


def ask(product: Product, key: str, number: int) -> str | None:
    """The id that a text gets under its own Idempotency-Key; None where the line broke."""
    body = json.dumps({"to": f"+447700900{number % 1000:03}", "purpose": "staff", "text": f"Text {number}."})
    headers = {
        "Authorization": f"Bearer {key}",
        "Content-Type": "application/json",
        "Idempotency-Key": f"kill-{number}",
    }
    connection = http.client.HTTPConnection("127.0.0.1", product.port, timeout=20)
    try:
        connection.request("POST", "/api/v1/messages", body, headers)
        answer = connection.getresponse()
        said = json.loads(answer.read())
        return str(said["id"]) if answer.status == 202 else None
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()


def test_killed_between_commit_and_answer_the_same_request_is_one_text(product: Product, key: str) -> None:
    numbers = list(range(160))
    first: dict[int, str] = {}
    waiting = iter(numbers)
    lock = threading.Lock()

    def send() -> None:
        while True:
            with lock:
                number = next(waiting, None)
            if number is None:
                return
            given = ask(product, key, number)
            if given:
                first[number] = given
            else:
                time.sleep(0.1)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for _ in range(2):
        time.sleep(0.15)
        web = product.pid_of("web")
        children = Path(f"/proc/{web}/task/{web}/children").read_text().split()
        for pid in (*map(int, children), web):
            os.kill(pid, signal.SIGKILL)
        assert wait_for(lambda: product.is_ready(), 60)
    for thread in threads:
        thread.join()
    again = {number: ask(product, key, number) for number in numbers}
    assert all(again.values())
    assert {number: again[number] for number in first} == first, "what was answered stays answered"
    assert len(set(again.values())) == len(numbers)
    assert stored(product) == len(numbers), "nothing was stored twice, and nothing that nobody was told of"


def stored(product: Product) -> int:
    """How many texts of the purpose that only this story uses stand in the database."""
    code = (
        "from recado.foundation.database import Role, connect\n"
        "with connect(Role.MAINTENANCE) as c:\n"
        "    print(c.execute('SELECT count(*) FROM messaging_message WHERE purpose = 9').fetchone()[0])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env=product.environment, capture_output=True, text=True)
    return int(done.stdout)
