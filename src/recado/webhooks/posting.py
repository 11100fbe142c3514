"""Calls over the wire: each to an address that was looked up once, judged, and is the one that is connected to.

Whoever looks a name up to judge it and lets the client look it up again can be led anywhere in between (DNS rebinding). So the
request goes to the judged address itself; the name stands in the Host header and in TLS, where the certificate is checked
against it. No proxy, no redirect; of the answer nothing is read but its
head, unless so many bytes of it are asked for.
"""

import asyncio
import logging
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache

import httpx

from .addresses import Network, allowed

for _name in ("httpx", "httpcore"):  # they name addresses at INFO, and some carry a secret in their path
    logging.getLogger(_name).setLevel(logging.WARNING)

LOOK_UP = 5.0  # seconds, each
CONNECT = 5.0
ANSWER = 10.0
WHOLE = 20.0  # one call from its look-up to its answer
MOST_ADDRESSES = 3  # of a name that are tried in turn, where no connection comes about
AT_ONCE = 5  # calls to one endpoint under way
LONGEST_REST = timedelta(hours=24)  # that an answer's Retry-After may ask for


@dataclass(frozen=True, slots=True)
class Post:
    """One request. `most`: so many bytes of the answer are read, and a longer one is broken; 0: none. `patience`: seconds for
    the answer to begin, and again for all of it."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    most: int = 0
    patience: float = ANSWER


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it: the status, or a trouble (a key of `types.TROUBLES`). `after`: not to be tried before."""

    status: int | None = None
    trouble: str = ""
    took: timedelta = timedelta(0)
    after: timedelta | None = None
    body: bytes = b""

    @property
    def is_ok(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def post(groups: Sequence[Sequence[Post]], networks: Sequence[Network]) -> list[list[Answer]]:
    """Makes these calls, the groups side by side and each with a few at once. Every call has an answer; never raises for what
    the other side does."""
    return asyncio.run(_post(groups, networks))


async def _post(groups: Sequence[Sequence[Post]], networks: Sequence[Network]) -> list[list[Answer]]:
    async with httpx.AsyncClient(
        timeout=httpx.Timeout(ANSWER, connect=CONNECT),
        limits=httpx.Limits(max_keepalive_connections=0),
        follow_redirects=False,
        trust_env=False,  # a proxy would look the name up by itself
        verify=_tls(),
        headers={"user-agent": "recado", "accept": "*/*", "accept-encoding": "identity"},
    ) as client:
        return await asyncio.gather(*(_group(client, group, networks) for group in groups))


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


async def _group(client: httpx.AsyncClient, group: Sequence[Post], networks: Sequence[Network]) -> list[Answer]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(post: Post) -> Answer:
        async with gate:
            return await _one(client, post, networks)

    return await asyncio.gather(*(one(post) for post in group))


async def _one(client: httpx.AsyncClient, post: Post, networks: Sequence[Network]) -> Answer:
    began = time.monotonic()
    try:
        async with asyncio.timeout(post.patience + WHOLE - ANSWER):
            came = await _exchange(client, post, networks)
    except TimeoutError:
        came = Answer(None, "timeout")
    return replace(came, took=timedelta(seconds=time.monotonic() - began))


async def _exchange(client: httpx.AsyncClient, post: Post, networks: Sequence[Network]) -> Answer:
    url = httpx.URL(post.url)
    found = await _look_up(_host(url), url.port or (443 if url.scheme == "https" else 80))
    if not found:
        return Answer(None, "no_name")
    came = Answer(None, "private")
    for address in allowed(found, url.scheme, networks)[:MOST_ADDRESSES]:
        came = await _at(client, post, url, address)
        if came.trouble != "no_link":  # nothing was written: the next address may be another door of the same house
            break
    return came


def _host(url: httpx.URL) -> str:
    """As it travels: a name with other letters in its ASCII form."""
    return url.raw_host.decode("ascii")


async def _at(client: httpx.AsyncClient, post: Post, url: httpx.URL, address: str) -> Answer:
    request = client.build_request(
        "POST",
        url.copy_with(host=address),
        content=post.body,
        headers={**post.headers, "content-type": "application/json", "host": url.netloc.decode("ascii")},
        extensions={"sni_hostname": _host(url)} if url.scheme == "https" else {},
        timeout=httpx.Timeout(post.patience, connect=CONNECT),
    )
    try:
        response = await client.send(request, stream=True)
    except httpx.ConnectTimeout:
        return Answer(None, "no_link")
    except httpx.TimeoutException:
        return Answer(None, "timeout")
    except httpx.ConnectError as error:
        return Answer(None, "certificate" if _is_tls(error) else "no_link")
    except httpx.HTTPError:
        return Answer(None, "broken")
    try:
        if 300 <= response.status_code < 400:
            return Answer(response.status_code, "redirect")
        rest = _rest(response.headers.get("retry-after", ""))
        return Answer(response.status_code, after=rest, body=await _read(response, post.most))
    except httpx.TimeoutException:
        return Answer(response.status_code, "timeout")
    except (httpx.HTTPError, _TooLong):
        return Answer(response.status_code, "broken")
    finally:
        await response.aclose()


class _TooLong(Exception):
    """More came than was asked for."""


async def _read(response: httpx.Response, most: int) -> bytes:
    body = b""
    if most:
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > most:
                raise _TooLong
    return body


async def _look_up(host: str, port: int) -> list[str]:
    try:
        async with asyncio.timeout(LOOK_UP):
            rows = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, TimeoutError):
        return []
    return list(dict.fromkeys(str(row[4][0]) for row in rows))


def _is_tls(error: BaseException) -> bool:
    """Whether a certificate or the handshake was what went wrong, somewhere behind httpx's own error."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def _rest(given: str) -> timedelta | None:
    """Retry-After in seconds (RFC 9110, 10.2.3); its form as a date is rare and left alone."""
    if not (given.isascii() and given.isdecimal() and len(given) < 9):
        return None
    return min(timedelta(seconds=int(given)), LONGEST_REST)
