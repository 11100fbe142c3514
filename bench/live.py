"""News to 500 open tabs of one clinic: how long until the last one has it, and what the tabs cost in memory. With `--looking`, a
patient's text is read as well and so many of the tabs fetch the inbox at the news, as visible ones do: how long until it stands
on their screens.

    python -m bench.live [--tabs 500] [--news 20] [--looking 20] [--texts 10]

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
    parser.add_argument("--looking", type=int, default=0, help="tabs that fetch the inbox")
    parser.add_argument("--texts", type=int, default=10, help="texts that a patient writes")
    parser.add_argument("--port", type=int, default=8392)
    args = parser.parse_args()
    with for_a_bench(args.port) as product:
        clinic_id, cookie = prepare()
        found = asyncio.run(measure(product, clinic_id, cookie, args.tabs, args.news))
        if args.looking:
            found["on_screen"] = asyncio.run(on_screen(product, clinic_id, cookie, args))
        print(json.dumps(found, indent=1))


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
    return {
        "tabs": tabs,
        "told": news,
        "arrived": len(arrivals),
        "ms": in_ms(arrivals),
        "web_memory_mb": {"before": round(empty / 1e6), "with_tabs": round(full / 1e6)},
        "kb_a_tab": round((full - empty) / tabs / 1000, 1),
    }


def in_ms(seconds: list[float]) -> dict[str, float]:
    """The middle, the slowest hundredth and the slowest of these."""
    ordered = sorted(seconds)
    return {
        "median": round(statistics.median(ordered) * 1000, 1),
        "p99": round(ordered[int(len(ordered) * 0.99)] * 1000, 1),
        "most": round(ordered[-1] * 1000, 1),
    }


async def on_screen(product: Product, clinic_id: Any, cookie: str, args: argparse.Namespace) -> dict[str, Any]:
    """A patient writes; every tab hears of it, and those that look fetch the inbox until the text stands in it. The time runs from
    the moment at which the text is given to the room that reads it."""
    tabs_open = [await opened(product.url, cookie) for _ in range(args.tabs)]
    await asyncio.sleep(2)
    seen: list[float] = []
    for at in range(args.texts):
        words = f"Question number {at} of the bench?"
        written = time.perf_counter()
        looking = [
            asyncio.create_task(shown(product.url, cookie, words, reader)) for reader, _ in tabs_open[: args.looking]
        ]
        others = [asyncio.create_task(next_news(reader)) for reader, _ in tabs_open[args.looking :]]
        await asyncio.to_thread(write, clinic_id, words)
        seen += [moment - written for moment in await asyncio.wait_for(asyncio.gather(*looking), 60)]
        await asyncio.wait_for(asyncio.gather(*others), 60)
        await asyncio.sleep(1.5)  # a page rests for a second between two fetches
    return {"looking": args.looking, "texts": args.texts, "ms": in_ms(seen)}


def write(clinic_id: Any, words: str) -> None:
    """A text from a number that is nobody's."""
    from recado.conversations import actions as conversations
    from recado.foundation import business_time
    from recado.foundation.ids import new_id
    from recado.foundation.phone import Phone
    from recado.foundation.tenancy import clinic_scope
    from recado.messaging import queries as texts
    from recado.messaging.types import InboundText

    with clinic_scope(clinic_id):
        number = texts.number_of(clinic_id)
        came = InboundText(new_id(), clinic_id, Phone("+447700900999"), number, words, business_time.now())
        conversations.receive(came)


async def shown(url: str, cookie: str, words: str, stream: asyncio.StreamReader) -> float:
    """When the inbox, fetched at each piece of news, holds these words."""
    while True:
        await next_news(stream)
        if words.encode() in await fetched(url, cookie):
            return time.perf_counter()


async def fetched(url: str, cookie: str) -> bytes:
    """The inbox as an open page asks for it."""
    at = urlsplit(url)
    reader, writer = await asyncio.open_connection("127.0.0.1", at.port)
    head = f"GET /inbox/?folder=all HTTP/1.1\r\nHost: {at.netloc}\r\nCookie: {cookie}\r\n"
    writer.write(f"{head}HX-Request: true\r\nX-Live: true\r\nConnection: close\r\n\r\n".encode())
    try:
        return await reader.read()
    finally:
        writer.close()


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
