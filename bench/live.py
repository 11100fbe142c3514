"""News to 500 open tabs of one clinic: how long until the last one has it, and what the tabs cost in memory.

    python -m bench.live [--tabs 500] [--news 20]

Prints one JSON object. The product runs for real; each tab is a connection of its own that reads the event stream.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.product import Product, children_of, for_a_bench


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tabs", type=int, default=500)
    parser.add_argument("--news", type=int, default=20)
    parser.add_argument("--port", type=int, default=8392)
    args = parser.parse_args()
    with for_a_bench(args.port) as product:
        clinic_id, cookie = prepare()
        print(json.dumps(asyncio.run(measure(product, clinic_id, cookie, args.tabs, args.news)), indent=1))


def prepare() -> tuple[Any, str]:
    """The demo clinic and the cookie of somebody who has signed in there."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recado.launch.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model

    from recado.clinics import queries as clinics

    clinic = clinics.all_clinics()[0]
    person = next(person for person in clinics.staff(clinic.id) if person.role.code == "reception")
    user = get_user_model().objects.get(pk=person.user_id)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return clinic.id, f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


async def measure(product: Product, clinic_id: Any, cookie: str, tabs: int, news: int) -> dict[str, Any]:
    """Opens the tabs, tells the news one by one and waits until each tab has each."""
    from recado.foundation.database import Role, connect_async
    from recado.foundation.news import TELL, Topic, word

    arrivals: list[float] = []
    empty = memory_of(product)
    tabs_open = [await asyncio.create_task(opened(product.url, cookie)) for _ in range(tabs)]
    await asyncio.sleep(2)
    full = memory_of(product)
    async with await connect_async(Role.APP, autocommit=True) as connection:
        for _ in range(news):
            told = time.perf_counter()
            waiting = [asyncio.create_task(next_news(reader)) for reader, _ in tabs_open]
            await connection.execute(TELL, ([word(clinic_id, Topic.MESSAGES)],))
            arrivals += [at - told for at in await asyncio.wait_for(asyncio.gather(*waiting), 30)]
    arrivals.sort()
    return {
        "tabs": tabs,
        "told": news,
        "arrived": len(arrivals),
        "ms": {
            "median": round(statistics.median(arrivals) * 1000, 1),
            "p99": round(arrivals[int(len(arrivals) * 0.99)] * 1000, 1),
            "most": round(arrivals[-1] * 1000, 1),
        },
        "web_memory_mb": {"before": round(empty / 1e6), "with_tabs": round(full / 1e6)},
        "kb_a_tab": round((full - empty) / tabs / 1000, 1),
    }


async def opened(url: str, cookie: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """One tab: a connection that has read the head of the answer."""
    at = urlsplit(url)
    reader, writer = await asyncio.open_connection("127.0.0.1", at.port)
    writer.write(
        f"GET /live HTTP/1.1\r\nHost: {at.netloc}\r\nCookie: {cookie}\r\nAccept: text/event-stream\r\n\r\n".encode()
    )
    head = await reader.readuntil(b"\r\n\r\n")
    if b" 200 " not in head.splitlines()[0]:
        raise RuntimeError(f"/live answered {head.splitlines()[0].decode()}")
    return reader, writer  # a writer that nobody holds closes the connection


async def next_news(reader: asyncio.StreamReader) -> float:
    """When the next piece of news has arrived."""
    while b"event: news" not in (line := await reader.readline()):
        if not line:
            raise RuntimeError("The stream ended.")
    return time.perf_counter()


def memory_of(product: Product) -> int:
    """Resident octets of the web process and its worker."""
    pids = [product.pids()["web"]]
    pids += children_of(pids[0])
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids)
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
