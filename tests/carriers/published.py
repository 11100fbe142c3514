"""What vendors publish, to hold our carriers against: contracts of requests, and vectors of signatures.

They are read from the folder beside the project; where it is absent, the parts that tests need lie in tests/carriers/published/,
with the licence of each.
"""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jsonschema import Draft202012Validator

from recado.channels.protocol import RawCallback

HERE = Path(__file__).parent / "published"
CONTRACTS = Path(__file__).resolve().parents[3] / "shared" / "samples" / "contracts"


def request_of(file: str, path: str) -> Draft202012Validator:
    """What a request to this path must be, from an OpenAPI document."""
    place = CONTRACTS / file
    document: dict[str, Any] = json.loads((place if place.exists() else HERE / file).read_text("utf-8"))
    (content,) = document["paths"][path]["post"]["requestBody"]["content"].values()
    schema = {**content["schema"], "components": document.get("components", {})}
    if "$ref" not in schema:
        schema.setdefault("additionalProperties", False)
    return Draft202012Validator(schema)


@dataclass
class Vector:
    key: str
    raw: RawCallback
    tampered: RawCallback


def vector(carrier: str) -> Vector:
    """A signed call, and the same by somebody who changed it."""
    told = json.loads((HERE / "signature-vectors.json").read_text("utf-8"))["vectors"]
    (one,) = [vector for vector in told if vector["carrier"] == carrier]
    headers = {key.lower(): value for key, value in one.get("header", {}).items()}
    body = one.get("body", "")
    if "params" in one:
        headers["content-type"], body = "application/x-www-form-urlencoded", urlencode(one["params"])
    stamp = headers.get("x-sinch-webhook-signature-timestamp") or one.get("params", {}).get("timestamp")
    at = datetime.fromtimestamp(int(stamp), UTC) if stamp else datetime.now(UTC)
    raw = RawCallback("POST", one.get("url", "https://clinic.example/hook"), headers, body.encode(), at)
    return Vector(one["key"], raw, replace(raw, body=raw.body.replace(b"3161", b"3162") or b"x"))
