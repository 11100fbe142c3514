"""News to 500 open tabs of one clinic: how long until the last one has it, and what the tabs cost in memory. With `--looking`,
patients write as well, several texts a second, and so many visible inboxes fetch what changed at the news: how long until each
text is in each of their hands, and what that costs.

    python -m bench.live [--tabs 500] [--news 20] [--looking 500] [--texts 40] [--rate 5]

Prints one JSON object. The product runs for real; each tab is a connection of its own that reads the event stream.
"""

import argparse
import asyncio
import json
import os
import re
import statistics
import sys
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.product import Product, children_of, for_a_bench

GATHER, SHORT_REST, REST = 0.12, 0.3, 1.0  # seconds, as in js/staff/live.js


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tabs", type=int, default=500)
    parser.add_argument("--news", type=int, default=20)
    parser.add_argument("--looking", type=int, default=0, help="tabs that fetch the inbox")
    parser.add_argument("--texts", type=int, default=10, help="texts that patients write")
    parser.add_argument("--rate", type=float, default=5.0, help="texts a second")
    parser.add_argument("--port", type=int, default=8392)
    args = parser.parse_args()
    with for_a_bench(args.port) as product:
        clinic_id, cookie = prepare()
        found = asyncio.run(measure(product, clinic_id, cookie, args.tabs, args.news)) if args.tabs else {}
        if args.looking:
            found["on_screen"] = asyncio.run(on_screen(product, clinic_id, args))
        print(json.dumps(found, indent=1))


def prepare() -> tuple[Any, str]:
    """The demo clinic and the cookie of somebody who has signed in there."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recado.launch.settings")
    import django

    django.setup()
    from recado.clinics import queries as clinics

    clinic_id = clinics.all_clinics()[0].id
    return clinic_id, signed_in(clinic_id)


def signed_in(clinic_id: Any) -> str:
    """The cookie of a browser in which the receptionist has signed in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model

    from recado.clinics import queries as clinics

    person = next(person for person in clinics.staff(clinic_id) if person.role.code == "reception")
    user = get_user_model().objects.get(pk=person.user_id)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


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


@dataclass(slots=True)
class Tab:
    """An open inbox: what it has of each part, and which texts it has not shown yet."""

    url: str
    cookie: str
    stream: asyncio.StreamReader
    keeps_open: asyncio.StreamWriter
    pages: "tuple[asyncio.StreamReader, asyncio.StreamWriter] | None" = None
    has: dict[str, str] = field(default_factory=lambda: dict.fromkeys(("places", "inbox-folders", "inbox-list"), ""))
    seen: dict[str, float] = field(default_factory=dict)
    whole: int = 0  # answers that were whole pages
    fetched: int = 0
    octets: int = 0  # of what came

    async def look(self, waited: Collection[str]) -> None:
        """Fetches at each piece of news, as `live.js` does: what comes together once, with a rest between two."""
        while True:
            await next_news(self.stream)
            await asyncio.sleep(GATHER)
            head, body = await self.ask()
            at = time.perf_counter()
            self.fetched += 1
            self.octets += len(body)
            tags = re.search(rb"x-live-tags: ([^\r]*)", head, re.I)
            if tags:
                self.has |= dict(one.split("=") for one in tags[1].decode().split())
            else:
                self.whole += 1
            for words in waited:
                if words not in self.seen and words.encode() in body:
                    self.seen[words] = at
            await asyncio.sleep(SHORT_REST if tags else REST)

    async def ask(self) -> tuple[bytes, bytes]:
        """Head and body, over a connection that stays open."""
        at = urlsplit(self.url)
        if self.pages is None:
            self.pages = await asyncio.open_connection("127.0.0.1", at.port)
        reader, writer = self.pages
        have = " ".join(f"{name}={tag}" for name, tag in self.has.items())
        head = f"GET /inbox/?folder=all HTTP/1.1\r\nHost: {at.netloc}\r\nCookie: {self.cookie}\r\nHX-Request: true\r\nX-Live: true\r\n"
        writer.write(f"{head}X-Live-Topics: messages threads\r\nX-Live-Have: {have}\r\n\r\n".encode())
        said = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", said, re.I)
        if b" 200 " not in said.splitlines()[0] or length is None:
            raise RuntimeError(f"The inbox answered {said.splitlines()[0].decode()}, length {length}")
        return said, await reader.readexactly(int(length[1]))


async def on_screen(product: Product, clinic_id: Any, args: argparse.Namespace) -> dict[str, Any]:
    """Patients write; every tab hears of it and fetches. The time runs from the commit of the text to the answer with it in a
    tab's hands. Each tab has a sign-in of its own."""
    cookies = await asyncio.to_thread(lambda: [signed_in(clinic_id) for _ in range(args.looking)])
    tabs = [Tab(product.url, cookie, *await opened(product.url, cookie)) for cookie in cookies]
    waited: list[str] = []
    looking = [asyncio.create_task(tab.look(waited)) for tab in tabs]
    await asyncio.sleep(3)
    for tab in tabs:
        tab.whole = tab.fetched = tab.octets = 0
    committed: dict[str, float] = {}
    before, began = cpu_of(product), time.perf_counter()
    for at in range(args.texts):
        await asyncio.sleep(max(0.0, began + at / args.rate - time.perf_counter()))
        words = f"Question number {at:04} of the bench?"
        waited.append(words)
        await asyncio.to_thread(write, clinic_id, words, at)
        committed[words] = time.perf_counter()
    wrote = time.perf_counter() - began
    await asyncio.sleep(3)
    spent = cpu_of(product) - before
    for task in looking:
        if task.done():
            task.result()
        task.cancel()
    late = [tab.seen[words] - committed[words] for tab in tabs for words in waited if words in tab.seen]
    return {
        "looking": args.looking,
        "texts": args.texts,
        "texts_a_second": round(args.texts / wrote, 1),
        "ms": in_ms(late),
        "unseen": args.looking * args.texts - len(late),
        "within_1_s": round(sum(one <= 1.0 for one in late) / len(late), 4),
        "fetches": sum(tab.fetched for tab in tabs),
        "bytes_a_fetch": sum(tab.octets for tab in tabs) // max(1, sum(tab.fetched for tab in tabs)),
        "whole_pages": sum(tab.whole for tab in tabs),
        "web_cpu_seconds": round(spent, 2),
        "web_cpu_ms_a_fetch": round(1000 * spent / max(1, sum(tab.fetched for tab in tabs)), 2),
    }


def cpu_of(product: Product) -> float:
    """Seconds of CPU that the web process and its worker have taken."""
    pids = [product.pids()["web"]]
    pids += children_of(pids[0])
    stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(one[11]) + int(one[12]) for one in stats) / os.sysconf("SC_CLK_TCK")


def write(clinic_id: Any, words: str, at: int) -> None:
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
        came = InboundText(new_id(), clinic_id, Phone(f"+4477009{at % 1000:05}"), number, words, business_time.now())
        conversations.receive(came)


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
