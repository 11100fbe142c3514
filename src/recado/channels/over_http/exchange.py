"""One request and its answer, and what is known of the text when there is none."""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

for _name in (
    "httpx",
    "httpcore",
):  # they name addresses at INFO, and some carriers want number and text in the address
    logging.getLogger(_name).setLevel(logging.WARNING)

LARGEST_ANSWER: Final = 1 << 20
LONGEST_ANSWER: Final = 100.0  # seconds


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `json`, `form` or `content` (as it is) is its body; `params` goes into the address."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    json: object = None
    form: Sequence[tuple[str, str]] | None = None
    content: bytes | None = None
    params: Sequence[tuple[str, str]] | None = None
    login: tuple[str, str] | None = None
    most: int = LARGEST_ANSWER  # bytes of the answer that are read


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a call."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        """What the body says; None where it isn't JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def object(self) -> dict[str, Any]:
        """The JSON object in the body; an empty one where there is none."""
        told = self.json()
        return told if isinstance(told, dict) else {}


class NotReached(Exception):
    """Nothing was written: certainly not taken."""


class NoAnswer(Exception):
    """Something was written, and no whole answer came: may have been taken."""


def longest_answer(wait: float) -> float:
    """Seconds from the beginning of a request to the end of its answer, at most, where each step of it may take `wait`."""
    return min(2 * wait + 10, LONGEST_ANSWER)


async def fetch(client: httpx.AsyncClient, call: Call, wait: float) -> Reply:
    request = client.build_request(
        call.method,
        call.url,
        headers=dict(call.headers),
        json=call.json,
        data=_form(call.form),
        content=call.content,
        params=list(call.params) if call.params is not None else None,
    )
    login = httpx.BasicAuth(*call.login) if call.login else httpx.USE_CLIENT_DEFAULT
    try:
        async with asyncio.timeout(longest_answer(wait)):  # httpx's time-outs start anew with every octet
            response = await client.send(request, auth=login, stream=True)
            try:
                return Reply(response.status_code, response.headers, await _body(response, call.most))
            finally:
                await response.aclose()
    except (
        httpx.ConnectError,
        httpx.ConnectTimeout,
        httpx.PoolTimeout,
        httpx.ProxyError,
        httpx.UnsupportedProtocol,
    ) as error:
        raise NotReached(type(error).__name__) from None
    except httpx.LocalProtocolError as error:  # a header that can't be written
        raise NotReached(type(error).__name__) from None
    except (httpx.HTTPError, TimeoutError, OSError) as error:
        raise NoAnswer(
            "no_answer" if isinstance(error, httpx.TimeoutException | TimeoutError) else "link_lost"
        ) from None


def _form(pairs: Sequence[tuple[str, str]] | None) -> dict[str, list[str]] | None:
    if pairs is None:
        return None
    made: dict[str, list[str]] = {}
    for key, value in pairs:
        made.setdefault(key, []).append(value)
    return made


async def _body(response: httpx.Response, most: int) -> bytes:
    body = bytearray()
    async for octets in response.aiter_bytes():
        body += octets
        if len(body) > most:
            break
    return bytes(body)
