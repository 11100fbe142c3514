"""The carrier: keeps one link open, sends batches over it, hands what comes in to the sink."""

import asyncio
import logging
import random
from collections.abc import Sequence
from datetime import timedelta

from recado.channels.protocol import Capabilities, Envelope, Outcome, Refused, Sink, TryLater
from recado.channels.smpp.answers import LOGIN_REFUSALS
from recado.channels.smpp.incoming import Incoming
from recado.channels.smpp.link import Batch, Link
from recado.channels.smpp.outgoing import Submission, bodies_of
from recado.channels.smpp.settings import LinkState, SmppSettings
from recado.channels.smpp.window import Window
from recado.foundation.protocols.smpp import codes

logger = logging.getLogger(__name__)

_PATIENCE = timedelta(seconds=5)
_STEADY_AFTER = 5.0  # seconds a link must have stood for the next failure to count as a first one


class SmppCarrier:
    """SMPP 3.4 over one transceiver connection; implements `channels.protocol.Carrier`.

    All methods belong to one event loop. The sink may be called again while an earlier call runs (receipts up to
    eight calls at a time, replies one at a time).
    """

    def __init__(self, name: str, settings: SmppSettings) -> None:
        self.name = name
        self.state = LinkState.STOPPED
        self.state_reason = ""
        self._settings = settings
        self._link: Link | None = None
        self._links = 0
        self._window: Window | None = None
        self._incoming: Incoming | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    @property
    def capabilities(self) -> Capabilities:
        """`window` is what is allowed at present: less than set for a while after throttling."""
        size = self._window.size if self._window else self._settings.window
        return Capabilities(window=size, receives=True, receipts=True, max_parts=self._settings.max_parts)

    @property
    def on_air(self) -> int:
        """Parts written or waiting, without an answer: what to take off the window before claiming more."""
        return self._link.on_air if self._link else 0

    # ---------------------------------------------------------------- life

    async def start(self, sink: Sink) -> None:
        """Returns at once; the connection is made in the background (`wait_ready`). Starting twice is an error."""
        if self._keeper:
            raise RuntimeError("this carrier is already started")
        loop = asyncio.get_running_loop()
        self._window = Window(self._settings.window, rate=self._settings.rate, now=loop.time())
        self._incoming = Incoming(self._settings, sink)
        self._keeper = loop.create_task(self._keep_connected(self._window, self._incoming))

    async def stop(self) -> None:
        """Takes no more texts, waits up to 5 s for answers and up to 5 s for the sink, unbinds, closes."""
        keeper, self._keeper = self._keeper, None
        if keeper is None:
            return
        self._ready.clear()
        link = self._link
        if link and self._incoming:
            await self._incoming.drain(_PATIENCE.total_seconds())
            await link.unbind(_PATIENCE)
        keeper.cancel()
        await asyncio.wait([keeper])
        self._link = None
        self._enter(LinkState.STOPPED, "")

    async def _keep_connected(self, window: Window, incoming: Incoming) -> None:
        loop = asyncio.get_running_loop()
        failures = 0
        while True:
            self._enter(LinkState.CONNECTING, "")
            self._links += 1
            link = Link(self._settings, window, incoming.take, self._links)
            status, reason = await self._connect(link)
            if status == codes.OK:
                self._link, bound_at = link, loop.time()
                self._enter(LinkState.BOUND, "")
                self._ready.set()
                reason = await asyncio.shield(link.closed)
                self._ready.clear()
                self._link = None
                if self._keeper is None:
                    return  # stopped
                if loop.time() - bound_at >= _STEADY_AFTER:
                    failures = 0
            if status in LOGIN_REFUSALS:
                self._enter(LinkState.LOGIN_REFUSED, reason)
                await asyncio.sleep(self._settings.login_again_after.total_seconds() * random.uniform(0.9, 1.1))
            else:
                self._enter(LinkState.WAITING, reason)
                await asyncio.sleep(self._pause_before(failures))
                failures += 1

    def _pause_before(self, failures: int) -> float:
        longest = self._settings.reconnect_at_most.total_seconds()
        pause = min(longest, self._settings.reconnect_first.total_seconds() * 2.0 ** min(failures, 20))
        return pause * random.uniform(0.5, 1.0)  # many workers must not knock in step

    async def _connect(self, link: Link) -> tuple[int, str]:
        """The bind's status and, when it is not 0, why. Leaves no half-open connection behind."""
        settings = self._settings
        try:
            async with asyncio.timeout(settings.connect_timeout.total_seconds()):
                await asyncio.get_running_loop().create_connection(
                    lambda: link, settings.host, settings.port, ssl=settings.tls
                )
                status = await asyncio.shield(link.bound)
        except (OSError, TimeoutError) as error:
            link.abort(type(error).__name__)
            return codes.SYSTEM_ERROR, type(error).__name__
        except asyncio.CancelledError:
            link.abort("stopped")
            raise
        if status != codes.OK:
            link.abort("bind refused")
        return status, "" if status == codes.OK else codes.status_name(status)

    def _enter(self, state: LinkState, reason: str) -> None:
        if state is LinkState.LOGIN_REFUSED:
            logger.error("carrier %s refuses system id or password (%s): no texts leave", self.name, reason)
        elif state is LinkState.WAITING:
            logger.warning("carrier %s is not connected (%s)", self.name, reason)
        elif state is LinkState.BOUND:
            logger.info("carrier %s is connected", self.name)
        self.state, self.state_reason = state, reason

    # ---------------------------------------------------------------- texts

    def is_connected(self) -> bool:
        return self.state is LinkState.BOUND

    def is_ready(self) -> bool:
        return self._keeper is not None and self._link is not None and self._link.has_room()

    async def wait_ready(self) -> None:
        """Returns once a link is bound and its window open; waits as long as that takes."""
        while not self.is_ready():
            await self._ready.wait()
            if not self.is_ready():
                await asyncio.sleep(0.005)

    async def send(self, batch: Sequence[Envelope]) -> list[Outcome]:
        """All outcomes, in the order given. What doesn't fit into the window is written as answers come in.

        Without a link everything comes back at once as `TryLater`. A cancelled `send` leaves its texts under way:
        their outcomes are lost to the caller, who must treat them as uncertain.
        """
        link = self._link
        if link is None or not link.is_bound or self._keeper is None:
            return [TryLater(self._settings.reconnect_first * 5, "no_link") for _ in batch]
        outcomes: list[Outcome | None] = []
        submissions: list[Submission] = []
        for index, envelope in enumerate(batch):
            bodies = bodies_of(envelope, self._settings)
            if isinstance(bodies, Refused):
                outcomes.append(bodies)
                continue
            outcomes.append(None)
            submissions.append(Submission(index, bodies, [None] * len(bodies), len(bodies)))
        if submissions:
            done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            link.submit(Batch(outcomes, len(submissions), done), submissions)
            await done
        return [outcome for outcome in outcomes if outcome is not None]
