"""Calls of the API without a server, and keys for them."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from recado.api import edge
from recado.clinics import actions as clinics
from recado.clinics.roles import ApiScope
from recado.consent.types import Privacy
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from recado.messaging import clinic_texts, intake


def make_key(clinic_id: UUID, *scopes: ApiScope, **more: Any) -> str:
    """A key's secret; it may do everything unless said otherwise."""
    given = {"clinic_id": clinic_id, "name": "Lab", "scopes": scopes or list(ApiScope), "by": OPERATOR}
    return clinics.issue_api_key(**(given | more)).secret


@dataclass(frozen=True)
class Said:
    """An answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def call(
    method: str,
    path: str,
    key: str | None,
    body: Any = None,
    *,
    origin: str = "127.0.0.1",
    is_whole: bool = True,
    **headers: str,
) -> Said:
    """One call. A body that isn't bytes is sent as JSON; headers as in `Idempotency_Key="1"`. `is_whole`: false where
    the body goes on without end."""
    return asyncio.run(calling(method, path, key, body, origin=origin, is_whole=is_whole, **headers))


async def calling(
    method: str,
    path: str,
    key: str | None,
    body: Any = None,
    *,
    origin: str = "127.0.0.1",
    is_whole: bool = True,
    **headers: str,
) -> Said:
    raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    given = {name.replace("_", "-").lower(): value for name, value in headers.items()}
    if key is not None:
        given["authorization"] = f"Bearer {key}"
    path, _, query = path.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "path": f"/api/v1/{path}",
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "client": (origin, 40000),
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": raw, "more_body": not is_whole}

    async def send(event: dict[str, Any]) -> None:
        sent.append(event)

    await edge.api(scope, receive, send)
    start, end = sent
    found = {name.decode(): value.decode() for name, value in start["headers"]}
    assert int(found["content-length"]) == len(end["body"]) or method == "HEAD"
    return Said(start["status"], found, end["body"])


def text(last: int = 321, **more: Any) -> dict[str, Any]:
    """A message as other systems send it."""
    return {"to": f"+447700900{last:03}", "text": "Your visit is on Thursday.", "purpose": "care"} | more


def send(key: str, one: Any = None, **headers: str) -> Said:
    return call("POST", "messages", key, text() if one is None else one, **headers)


def send_many(key: str, *those: Any, **headers: str) -> Said:
    return call("POST", "messages/batch", key, {"messages": list(those)}, **headers)


def event(name: str = "RX-1", last: int = 321, **more: Any) -> dict[str, Any]:
    """A care event as other systems tell of it."""
    person = {
        "record_number": f"R-{last}",
        "name": "Eleanor Whitcombe",
        "phone": f"+447700900{last:03}",
        "language": "en",
    }
    given = {"kind": "prescription", "external_id": name, "person": person}
    return given | {"fields": {"ready_at": "2026-11-24T10:00:00Z", "place": "Quay Pharmacy"}} | more


def tell(key: str, *those: Any, **more: Any) -> Said:
    return call("POST", "events", key, {"events": list(those)} | more)


def become(key: str, *those: Any, **more: Any) -> Said:
    return call("POST", "events/state", key, {"states": list(those)} | more)


def make_template(clinic_id: UUID, key: str, texts: dict[str, str], room: str = "api") -> None:
    """A template of the clinic's own that is live."""
    with clinic_scope(clinic_id):
        revision = clinic_texts.save_draft(
            clinic_id=clinic_id, key=key, room=room, name=key, texts={Privacy.NEUTRAL: texts}, revision=0, by=OPERATOR
        )
        clinic_texts.publish(clinic_id=clinic_id, key=key, revision=revision, by=OPERATOR, check=lambda texts: [])
    intake.forget_grounds()
