"""The carrier: keeps its links open, spreads batches over them, hands what comes in to the sink."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from recado.channels.protocol import Capabilities, Connection, Envelope, Outcome, Refused, Sink, TryLater, window_at
from recado.channels.smpp.incoming import Incoming
from recado.channels.smpp.keeper import Door, Keeper
from recado.channels.smpp.link import Batch, Link, Part, not_written
from recado.channels.smpp.outgoing import Submission, bodies_of
from recado.channels.smpp.settings import LinkKind, LinkState, Mode, Receipts, SmppSettings

logger = logging.getLogger(__name__)

_PATIENCE = timedelta(seconds=5)
_BEST_FIRST = (
    LinkState.BOUND,
    LinkState.SILENT,
    LinkState.LOGIN_REFUSED,
    LinkState.CONNECTING,
    LinkState.WAITING,
    LinkState.STOPPED,
)
_KINDS = {
    Mode.TRANSCEIVER: (LinkKind.TRANSCEIVER,),
    Mode.PAIR: (LinkKind.TRANSMITTER, LinkKind.RECEIVER),
}


class SmppCarrier:
    """SMPP 3.4 over one or several binds; implements `channels.protocol.Carrier`.

    Each bind has a window and a rate of its own, and its loss hurts only what it had written: what still waited for its
    turn goes over the others. Over several binds a person's texts may overtake one another; nobody promises more.

    All methods belong to one event loop. The sink may be called again while an earlier call runs (receipts up to
    eight calls at a time, replies one at a time).
    """

    def __init__(self, name: str, settings: SmppSettings) -> None:
        self.name = name
        self._settings = settings
        self._keepers: list[Keeper] = []
        self._incoming: Incoming | None = None
        self._ready = asyncio.Event()
        self._recalled: tuple[str, datetime | None] | None = None

    # ---------------------------------------------------------------- how it stands

    @property
    def capabilities(self) -> Capabilities:
        """`window` is what is allowed at present over all binds: less than set while one is away, after throttling, or where
        the rate would have texts wait here."""
        settings = self._settings
        most = window_at(settings.rate) if settings.rate else settings.window
        sizes = [keeper.window.size for keeper in self._bound()] or [settings.window] * settings.binds
        size = sum(min(size, most) for size in sizes)
        return Capabilities(
            window=size,
            receives=True,
            receipts=True,
            max_parts=settings.max_parts,
            own_reference=settings.has_message_reference,
            part_receipts=settings.receipts is Receipts.ALL,
        )

    @property
    def on_air(self) -> int:
        """Parts written or waiting, without an answer: what to take off the window before claiming more."""
        return sum(keeper.link.on_air for keeper in self._keepers if keeper.link)

    @property
    def connections(self) -> tuple[Connection, ...]:
        """Every connection, for screens (`HasConnections`)."""
        return tuple(keeper.connection for keeper in self._keepers)

    @property
    def state(self) -> LinkState:
        """The best of the connections that send."""
        return self._best().state if self._keepers else LinkState.STOPPED

    @property
    def state_reason(self) -> str:
        return self._best().reason if self._keepers else ""

    def _best(self) -> Keeper:
        return min((one for one in self._keepers if one.kind.sends), key=lambda one: _BEST_FIRST.index(one.state))

    def _bound(self) -> Iterator[Keeper]:
        """Those over which a text can leave."""
        return (keeper for keeper in self._keepers if keeper.kind.sends and keeper.is_bound)

    # ---------------------------------------------------------------- life

    async def start(self, sink: Sink) -> None:
        """Returns at once; connections are made in the background (`wait_ready`). Starting twice is an error."""
        if self._keepers:
            raise RuntimeError("this carrier is already started")
        self._incoming = incoming = Incoming(self._settings, sink)
        recalled, self._recalled = self._recalled, None
        if recalled is not None:
            logger.error("carrier %s has refused system id or password (%s): no texts leave", self.name, recalled[0])
        door = Door(recalled)
        self._keepers = [
            Keeper(self.name, kind, self._settings, incoming, door, self._links_changed, self._inherit)
            for _ in range(self._settings.binds)
            for kind in _KINDS[self._settings.mode]
        ]

    def recall_refusal(self, reason: str, until: datetime | None) -> None:
        """As `RecallsRefusal` says: each start of a process would else be one more bind with a wrong password."""
        self._recalled = reason, until

    async def stop(self) -> None:
        """Takes no more texts, waits up to 5 s for answers and up to 5 s for the sink, unbinds, closes."""
        keepers, self._keepers = self._keepers, []
        if not keepers:
            return
        self._ready.clear()
        if self._incoming and any(keeper.link for keeper in keepers):
            await self._incoming.drain(_PATIENCE.total_seconds())
        await asyncio.gather(*(keeper.stop(_PATIENCE) for keeper in keepers))

    def _links_changed(self) -> None:
        if any(self._bound()):
            self._ready.set()
        else:
            self._ready.clear()

    def _inherit(self, parts: list[Part]) -> None:
        """A link ended before it wrote these: over the others, or, without any, later."""
        heirs = [keeper.link for keeper in self._bound() if keeper.link]
        if not heirs:
            for part in parts:
                part.settle(not_written(self._settings))
            return
        texts: dict[int, list[Part]] = {}
        for part in parts:
            texts.setdefault(id(part.submission), []).append(part)
        for number, text in enumerate(texts.values()):
            heirs[number % len(heirs)].take_over(text)

    # ---------------------------------------------------------------- texts

    def is_connected(self) -> bool:
        return self.state is LinkState.BOUND

    def is_ready(self) -> bool:
        return any(keeper.link.has_room() for keeper in self._bound() if keeper.link)

    async def wait_ready(self) -> None:
        """Returns once a link is bound and its window open; waits as long as that takes."""
        while not self.is_ready():
            await self._ready.wait()
            if not self.is_ready():
                await asyncio.sleep(0.005)

    async def send(self, batch: Sequence[Envelope]) -> list[Outcome]:
        """All outcomes, in the order given. A cancelled `send` leaves its texts under way: their outcomes are lost to the
        caller, who must treat them as uncertain."""
        whole = self.begin(batch)
        await whole.done
        return [outcome for outcome in whole.outcomes if outcome is not None]

    def begin(self, batch: Sequence[Envelope]) -> Batch:
        """Hands the batch over. What doesn't fit into the window is written as answers come in. Without a link everything
        comes back at once as `TryLater`."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        links = [keeper.link for keeper in self._bound() if keeper.link]
        if not links:
            done.set_result(None)
            return Batch([TryLater(self._settings.reconnect_first * 5, "no_link") for _ in batch], 0, done)
        tells_parts = self._settings.receipts is Receipts.ALL
        outcomes: list[Outcome | None] = []
        submissions: list[Submission] = []
        for index, envelope in enumerate(batch):
            bodies = bodies_of(envelope, self._settings)
            if isinstance(bodies, Refused):
                outcomes.append(bodies)
                continue
            outcomes.append(None)
            submissions.append(Submission(index, bodies, [None] * len(bodies), len(bodies), tells_parts))
        whole = Batch(outcomes, len(submissions), done)
        if not submissions:
            done.set_result(None)
        for link, share in shares(links, submissions) if submissions else ():
            link.submit(whole, share)
        return whole


def shares(links: Sequence[Link], submissions: Sequence[Submission]) -> Iterator[tuple[Link, Sequence[Submission]]]:
    """A batch in pieces, by the room that each link has; evenly where none has any. A text is never split."""
    if len(links) == 1:
        yield links[0], submissions
        return
    rooms = [link.room() if link.has_room() else 0 for link in links]
    if not any(rooms):
        rooms = [1] * len(links)
    begin, left, total = 0, len(submissions), sum(rooms)
    for link, room in zip(links, rooms, strict=True):
        count = -(-left * room // total) if total else 0
        if count:
            yield link, submissions[begin : begin + count]
        begin, left, total = begin + count, left - count, total - room
