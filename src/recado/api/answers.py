"""Answers as bytes, ready to be sent."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from recado.api.problems import MEDIA_TYPE, Problem

_encode = msgspec.json.Encoder().encode


class Answer(Struct, frozen=True):
    """Status and body. `replayed`: it was given before, to the same request."""

    status: int
    body: bytes
    replayed: bool = False
    headers: dict[str, str] = {}

    @property
    def media_type(self) -> str:
        return MEDIA_TYPE if self.status >= 400 else "application/json"


def answer(status: int, said: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer in JSON."""
    return Answer(status, _encode(said), headers=dict(headers or {}))


def answer_problem(said: Problem, headers: Mapping[str, str] | None = None) -> Answer:
    """A problem as an answer."""
    return Answer(said.status, _encode(said), headers=dict(headers or {}))
