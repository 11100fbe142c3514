"""The ASGI application that granian serves (`recado web`): the event stream and the API here, everything else by Django.

Django stays a WSGI application on a bounded number of threads: under its own ASGI handler the same pages take four times
as long (docs/adr/0016-event-stream-beside-django.md), and the threads bound the connections to the database.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

from recado.launch.lifeline import settle_in, tie_to_parent

HANG_UP = signal.SIGUSR1  # ends the event streams, which would keep a stopping server waiting (commands/web.py)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recado.launch.settings")
# granian's worker may wait for ever in its handler of SIGTERM, holding Python's lock (seen after `kill -9` of its main process
# under load; its issue 875), and with it a part of the port's connections. Whoever asked then asks again, as after any kill.
tie_to_parent(signal.SIGKILL)

from a2wsgi import WSGIMiddleware  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402  # Django reads the line above
from starlette.applications import Starlette  # noqa: E402
from starlette.routing import Route  # noqa: E402

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

_django = get_wsgi_application()

from recado.api import callbacks, edge  # noqa: E402  # needs Django set up
from recado.web import live  # noqa: E402
from recado.web.inbox import refreshing  # noqa: E402

THREADS = int(os.environ.get("RECADO_WEB_THREADS", "8"))
_pages = WSGIMiddleware(cast(Any, _django), workers=THREADS)


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    asyncio.get_running_loop().add_signal_handler(HANG_UP, live.board.close)
    settle_in()
    yield


_edge = Starlette(
    lifespan=_lifespan,
    routes=[
        Route("/live", live.live, methods=["GET"]),
        Route(callbacks.PATH, callbacks.callback, methods=["GET", "POST"]),
    ],
)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Routes by path. a2wsgi needs a real coroutine, and granian's `receive` gives a future: hence the wrapper."""
    if scope["type"] == "lifespan" or scope["path"] == "/live" or scope["path"].startswith(callbacks.PREFIX):
        await _edge(scope, receive, send)
        return
    if scope["path"].startswith(edge.PREFIX) or scope["path"] == edge.PREFIX[:-1]:
        await edge.api(scope, receive, send)
        return

    if scope["path"].startswith(refreshing.PREFIX) and (found := await refreshing.answer(scope)) is not None:
        head, body = found
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": body})
        return

    async def wrapped() -> Any:
        return await receive()

    await _pages(scope, wrapped, send)  # type: ignore[arg-type]
