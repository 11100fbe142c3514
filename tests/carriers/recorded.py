"""Recorded payloads (tests/carriers/payloads/), and a far end that answers as recorded.

A file is `{"source", "confidence", "cases": [...]}`. In a case, `texts` go out, `request` is what must leave (null: nothing may),
`answer` is what the carrier says, `outcomes` what becomes of each text; `call` is a call of the carrier's, `read` what is in it.
A receipts file also has `states`: the carrier's words, each fed through `each` in place of `{state}`. Short forms:

    {"letter": "x", "times": 161}   that many letters          "{in 7200 s}"   a time so far from now
    "cost": ["0.05", "EUR"]         what the carrier says that a text costs, beside "accepted" or in a receipt
    "BATCH~+447700900321"           the reference of that number in a request with that id
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from recado.channels.over_http import recipient_ref
from recado.channels.protocol import Cost, Envelope, Inbound, Part, RawCallback, Receipt, ReceiptState
from tests.carriers.fakes.far_end import Asked, Said, bytes_of, called, request_from

FOLDER = Path(__file__).parent / "payloads"
SOON = re.compile(r"\{in (\d+) s\}")
CLOCKS_DIFFER = 5.0  # seconds between making a request and looking at it


@dataclass(frozen=True)
class Case:
    """One case of a file, with what the file says of all."""

    carrier: str
    file: dict[str, Any]
    told: dict[str, Any]

    @property
    def settings(self) -> dict[str, object]:
        return dict(self.told.get("settings", {}))

    def __str__(self) -> str:
        return f"{self.carrier}: {self.told['what']}"


def file(carrier: str, name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((FOLDER / carrier / f"{name}.json").read_text("utf-8"))
    return told


def carriers() -> list[str]:
    return sorted(place.name for place in FOLDER.iterdir() if place.is_dir())


def cases(*names: str) -> list[Case]:
    return [
        Case(carrier, held, told)
        for carrier in carriers()
        for name in names
        for held in (file(carrier, name),)
        for told in held["cases"]
    ]


# ---------------------------------------------------------------- what goes out


def envelopes(texts: Sequence[dict[str, Any]]) -> list[Envelope]:
    """The texts of a case; their ids are 1, 2, 3 ..."""
    return [
        Envelope(
            at.to_bytes(16, "big"),
            text["to"],
            text["sender"],
            spelt(text["text"]),
            timedelta(seconds=text["validity"]) if "validity" in text else None,
        )
        for at, text in enumerate(texts, 1)
    ]


def spelt(text: Any) -> Any:
    return text["letter"] * text["times"] if isinstance(text, dict) and set(text) == {"letter", "times"} else text


def assert_asked(asked: Asked, wanted: dict[str, Any]) -> None:
    """The request is the recorded one, octet by octet where its form leaves no choice."""
    assert (asked.method, asked.path) == (wanted["method"], wanted["path"])
    for name, value in wanted.get("headers", {}).items():
        assert asked.headers[name] == value, name
    if "form" in wanted:
        assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
        assert_like(asked.form, wanted["form"])
    elif "json" in wanted:
        assert asked.headers["content-type"] in ("application/json", "application/x-amz-json-1.0")
        assert_like(json.loads(asked.body), wanted["json"])
    elif "xml" in wanted:
        assert ElementTree.canonicalize(asked.body.decode()) == ElementTree.canonicalize(wanted["xml"])
    else:
        assert asked.body.decode() == wanted["body"]


def assert_like(given: Any, wanted: Any) -> None:
    wanted = spelt(wanted)
    if isinstance(wanted, str) and (soon := SOON.fullmatch(wanted)):
        at = datetime.fromtimestamp(int(given), UTC) if str(given).isdigit() else datetime.fromisoformat(given)
        assert abs((at - datetime.now(UTC)).total_seconds() - int(soon[1])) < CLOCKS_DIFFER
    elif isinstance(wanted, dict):
        assert set(given) == set(wanted)
        for name, value in wanted.items():
            assert_like(given[name], value)
    elif isinstance(wanted, list):
        assert len(given) == len(wanted)
        for one, other in zip(given, wanted, strict=True):
            assert_like(one, other)
    else:
        assert (type(given), given) == (type(wanted), wanted)


def said(answer: dict[str, Any]) -> Said:
    body = json.dumps(answer["json"]) if "json" in answer else answer.get("body", "")
    kind = {"content-type": "application/json" if "json" in answer else "text/plain"}
    return Said(answer["status"], body.encode(), {**kind, **answer.get("headers", {})})


@dataclass
class Recording:
    url: str
    asked: list[Asked]


@asynccontextmanager
async def answering(answer: dict[str, Any]) -> AsyncIterator[Recording]:
    """A far end on loopback that says this to whatever it is asked, and keeps what it was asked."""
    recording = Recording("", [])

    serving: set[asyncio.Task[Any]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        serving.add(task)
        task.add_done_callback(serving.discard)
        while asked := await request_from(reader):
            recording.asked.append(asked)
            writer.write(bytes_of(said(answer)))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    recording.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield recording
    finally:
        server.close()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


# ---------------------------------------------------------------- what comes in


def call_of(told: dict[str, Any]) -> RawCallback:
    """A carrier's call as recorded, not signed yet."""
    query = told.get("raw_query") or urlencode(told.get("query", {}))
    headers = {name.replace("-", "_"): value for name, value in told.get("headers", {}).items()}
    if "json" in told:
        body, headers = json.dumps(told["json"]).encode(), {"content_type": "application/json", **headers}
        return called(body=body, method=told["method"], query=query, **headers)
    if "form" in told:
        return called(form=told["form"], method=told["method"], query=query, **headers)
    return called(body=told.get("body", "").encode(), method=told["method"], query=query, **headers)


def of_state(each: dict[str, Any], word: str) -> dict[str, Any]:
    """The template of a report, with this word in its place."""
    told: dict[str, Any] = json.loads(json.dumps(each).replace("{state}", word))
    return told


def reference(ref: str, key: str) -> str:
    batch, marked, number = ref.partition("~+")
    return recipient_ref(batch, number, key) if marked else ref


def cost(told: dict[str, Any]) -> Cost | None:
    """What a file says of a price: amount and currency."""
    return Cost(Decimal(told["cost"][0]), told["cost"][1]) if "cost" in told else None


def assert_read(item: Receipt | Inbound, wanted: dict[str, Any], key: str) -> None:
    """Every field: those that the file doesn't name have their defaults."""
    ((kind, told),) = wanted.items()
    assert isinstance(item, Receipt if kind == "receipt" else Inbound)
    made: dict[str, Any] = {"at": None, **told, "ref": reference(told["ref"], key)}
    if made["at"]:
        made["at"] = datetime.fromisoformat(made["at"])
    if "reference" in made:
        made["message_reference"] = made.pop("reference")
    if "state" in made:
        made["state"] = ReceiptState(made["state"])
    if "cost" in made:
        made["cost"] = cost(told)
    if "part" in made:
        number, total, place = made["part"]
        made["part"] = Part(number, total, place)
    expected: Receipt | Inbound = Receipt(**made) if kind == "receipt" else Inbound(**made)
    assert item == expected
