"""A carrier over HTTP for a bench: the fake of the carriers' tests, in a thread of its own, which reports and replies to the
product's own address, with Vonage's signature, and calls again until it is answered."""

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import Coroutine
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx

from bench.product import Product
from recado.channels.protocol import Answer, RawCallback
from recado.foundation.phone import Phone
from tests.carriers.fakes.far_end import FakeCarrier
from tests.carriers.fakes.vonage import VonageShapes

T = TypeVar("T")
NUMBER = "+447700900198"  # reserved for fiction; the demo's own begin at the other end
AGAIN = 0.5  # seconds until an unanswered call comes again
AT_ONCE = 20  # calls under way
LONG = "It is rather long, so that it comes in several parts: zażółć gęślą jaźń. " * 2


class WebCarrier:
    """Start it, connect it to a clinic, and count in the end."""

    def __init__(self) -> None:
        self._fake = FakeCarrier(VonageShapes())
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._room = asyncio.Semaphore(AT_ONCE)
        self._place = ""
        self.number = 0
        self.answers: Counter[int] = Counter()  # to our calls, by status; 0: none came

    def connect(self, product: Product, clinic: str) -> None:
        """Begins to serve, as the carrier of this clinic."""
        logging.getLogger("httpx").setLevel(logging.WARNING)  # it names each address
        self._thread.start()
        self._run(self._fake.start())
        given = VonageShapes().settings(self._fake.url)
        options = [word for name, value in given.items() for word in (f"--{name.replace('_', '-')}", str(value))]
        made = product.command_json(
            "carrier", "add", "vonage", "--name", "Over HTTP", "--clinic", clinic, "--sender", NUMBER, *options
        )
        self.number = made["id"]
        secret = str(given["callback_url"]).rpartition("/")[2]
        parts = urlsplit(product.url)
        self._place = f"http://127.0.0.1:{parts.port}/callbacks/{self.number}/{secret}"
        self._client = httpx.AsyncClient(timeout=10, headers={"host": f"localhost:{parts.port}"})
        self._fake.deliver = self._deliver

    async def _deliver(self, raw: RawCallback) -> Answer:
        query = urlsplit(raw.url).query
        try:
            place = f"{self._place}?{query}" if query else self._place
            async with self._room:
                answer = await self._client.request(raw.method, place, content=raw.body, headers=dict(raw.headers))
            status = answer.status_code
        except httpx.HTTPError:
            status = 0
        self.answers[status] += 1
        if not 200 <= status < 300:
            await asyncio.sleep(AGAIN)
        return Answer(status)

    def reply(self, phone: str, words: str) -> None:
        """A person writes; what is long comes in parts, the last first."""
        self._run(self._fake.reply(Phone(phone), words, to=NUMBER, is_reversed=True))

    def drop_link(self, seconds: float) -> None:
        """For so long every text that is taken costs its connection, and its answer."""
        self._run(self._drop(seconds))

    async def _drop(self, seconds: float) -> None:
        await self._fake.fault("link_dropped")
        await asyncio.sleep(seconds)
        await self._fake.fault("link_dropped", False)

    @property
    def is_drained(self) -> bool:
        """Nothing is owed to the product: no report and no reply."""
        return self._run(self._fake.owed()) == (0, 0)

    def seen(self) -> Counter[str]:
        """The texts that were taken, and how often."""
        return Counter(text.text for text in self._fake.taken)

    def stop(self) -> None:
        self._run(self._fake.stop())
        self._run(self._client.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)
