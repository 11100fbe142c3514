"""Where carriers report to: `/callbacks/{carrier}/{secret}`, by GET or POST. Asyncio; the work is done on threads of its own,
so that a flood of reports takes neither pages nor event streams down with it.

Answers are the carrier's own business (`messaging.take_callback`). The address holds a secret: it is never logged here.
"""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

from django.db import close_old_connections
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from recado.foundation.faults import describe
from recado.messaging import actions as messaging

log = logging.getLogger("recado.callbacks")

PREFIX = "/callbacks/"
PATH = "/callbacks/{carrier}/{secret}"
LARGEST = 1 << 21  # octets; Infobip sends up to 2,000 reports a call
ARRIVES_WITHIN = 30.0  # seconds for a body
MOST_WAITING = 200  # calls that are read and not yet stored: 400 MB at worst
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="callback")


_waiting = 0


class TooLarge(Exception):
    """More than any carrier sends."""


class TooSlow(Exception):
    """The body does not come."""


async def callback(request: Request) -> Response:
    """One call. 404: no carrier reports here. 503: not stored, so the carrier keeps it and calls again."""
    try:
        number, body = _number(request.path_params["carrier"]), await _body(request)
        if _waiting >= MOST_WAITING:
            return _later()
        return await _taken(request, number, body)
    except TooLarge:
        return Response(status_code=413)
    except TooSlow:
        return Response(status_code=408)
    except ClientDisconnect:
        return Response(status_code=400)
    except messaging.NoSuchAddress:
        return Response(status_code=404)
    except Exception as error:  # whatever it was, nothing was stored
        log.error("a carrier's call was not stored: %s", describe(error))
        return _later()


def _later() -> Response:
    return Response(status_code=503, headers={"retry-after": "5"})


def _number(told: str) -> int:
    """A carrier's number. Raises NoSuchAddress."""
    if not (told.isascii() and told.isdigit() and len(told) <= 5):
        raise messaging.NoSuchAddress
    return int(told)


async def _body(request: Request) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(ARRIVES_WITHIN):
            async for octets in request.stream():
                body += octets
                if len(body) > LARGEST:
                    raise TooLarge
    except TimeoutError:
        raise TooSlow from None
    return bytes(body)


async def _taken(request: Request, number: int, body: bytes) -> Response:
    global _waiting
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, _take, request, number, body)
    finally:
        _waiting -= 1


def _take(request: Request, number: int, body: bytes) -> Response:
    close_old_connections()
    answer = messaging.take_callback(
        number,
        request.path_params["secret"],
        method=request.method,
        query=request.url.query,
        headers=dict(request.headers.items()),
        body=body,
    )
    return Response(answer.body, answer.status, headers=dict(answer.headers))
