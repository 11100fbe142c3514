"""What went wrong, as problem+json (RFC 9457): a stable `type`, and a `detail` that says what to do.

Nothing of a value that was sent stands in a problem: a number or a name would end up in somebody's log.
"""

from typing import Any

import msgspec

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:recado:problem:"


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One problem, of a request or of one message in a batch."""

    type: str
    title: str
    status: int
    detail: str
    field: str = ""


KINDS: dict[str, tuple[int, str]] = {
    "malformed": (400, "The request can't be read"),
    "unauthorized": (401, "No valid API key"),
    "forbidden": (403, "The key may not do this"),
    "not_found": (404, "There is nothing here"),
    "method": (405, "The method is not allowed"),
    "too_slow": (408, "The request took too long to arrive"),
    "conflict": (409, "The same request is being worked on"),
    "taken": (409, "Somebody else has it"),
    "too_large": (413, "The request is too large"),
    "media_type": (415, "The body is not JSON"),
    "invalid": (422, "A field can't be used"),
    "key_reused": (422, "The Idempotency-Key was used for another request"),
    "no_template": (422, "There is no such template"),
    "too_many": (429, "Too many requests"),
    "broken": (500, "Something went wrong here"),
    "unavailable": (503, "Not possible at the moment"),
}
"""Every kind of problem: its status and title. The names are part of `type`: never rename one."""


def problem(kind: str, detail: str, field: str = "") -> Problem:
    """A problem of one of `KINDS`."""
    status, title = KINDS[kind]
    return Problem(TYPE + kind.replace("_", "-"), title, status, detail, field)


class Wrong(Exception):
    """A request is answered with this problem."""

    def __init__(self, what: Problem, headers: dict[str, str] | None = None) -> None:
        super().__init__(what.type)
        self.problem = what
        self.headers = headers or {}


def wrong(kind: str, detail: str, field: str = "", **headers: Any) -> Wrong:
    """A problem to raise; `headers` as in `Retry_After="1"`."""
    return Wrong(problem(kind, detail, field), {name.replace("_", "-"): str(value) for name, value in headers.items()})
