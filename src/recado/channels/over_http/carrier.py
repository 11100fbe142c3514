"""The part of a carrier over HTTP that all share: life, pace, and what answers mean for the carrier itself."""

import asyncio
import contextlib
import logging
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, cast

import httpx

from recado.channels.given import check_addresses, check_ranges
from recado.channels.over_http.batching import grouped, turns
from recado.channels.over_http.exchange import Call, NoAnswer, NotReached, Reply, fetch, longest_answer
from recado.channels.over_http.pace import Pace
from recado.channels.over_http.troubles import ErrorClass, Told, Trouble
from recado.channels.protocol import (
    Accepted,
    Capabilities,
    Connection,
    Envelope,
    LinkHealth,
    Outcome,
    PersonStopped,
    Refused,
    Setting,
    Sink,
    TryLater,
    Uncertain,
    window_at,
)
from recado.foundation.clock import real_now

logger = logging.getLogger(__name__)

PATIENCE: Final = 5.0  # seconds that `stop` waits for answers
LONGEST_SEND: Final = 115.0  # seconds from a `send` to its last answer: a slice's lease is 120
SHORTEST_NUMBER: Final = 7  # digits
AILING: Final = (ErrorClass.TEMPORARY, ErrorClass.UNKNOWN)


class HttpState(StrEnum):
    STOPPED = "stopped"
    READY = "ready"
    UNREACHABLE = (
        "unreachable"  # no way to it, no answer, or nothing but errors: one text tries again after a growing pause
    )
    REFUSED = "refused"  # credentials, credit or address: a person must act; tried again after a while


_HEALTH: Final = {
    HttpState.STOPPED: LinkHealth.DOWN,
    HttpState.READY: LinkHealth.UP,
    HttpState.UNREACHABLE: LinkHealth.DOWN,
    HttpState.REFUSED: LinkHealth.REFUSED,
}

PACE: Final = (
    Setting("window", "texts that may be under way at once (1 to 100000)", "int", 200),
    Setting("connections", "requests at once (1 to 1000)", "int", 20),
    Setting("rate", "texts a second at most (from 0.01 on); 0 for as fast as the window allows", "float", 0.0),
    Setting(
        "answer_timeout",
        "how long an answer may take before a text counts as uncertain",
        "duration",
        timedelta(seconds=30),
    ),
    Setting(
        "again_after",
        "how long to wait after refused credentials before the next try",
        "duration",
        timedelta(minutes=5),
    ),
)
CALLBACKS: Final = (
    Setting("callback_url", "where the carrier reports to; empty: the address that Recado makes for it", "text", ""),
)
"""What every HTTP carrier lets set: `SETTINGS = (..., *PACE, *CALLBACKS)`."""

RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "window": (1, 100_000),
    "connections": (1, 1_000),
    "rate": (0.01, 100_000),  # slower ones would hold a text longer than its slice's lease
    "answer_timeout": (0.1, 600),
    "again_after": (0.1, 86_400),
    "batch": (1, 1_000),
    "max_messages": (1, 255),
}
"""What PACE and carriers' own settings may be: the dispatcher that carries everybody's texts counts with them. In seconds where
they are times."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A batch that was handed over. `outcomes` fill in as answers come; `done` when the last is there."""

    outcomes: list[Outcome | None]
    done: "asyncio.Future[None]"


class HttpCarrier(ABC):
    """A carrier over HTTP. A subclass says what it can (`capabilities`), how a request looks (`call`) and what an answer
    means (`read`); see docs/howto/add-a-carrier.md."""

    state: HttpState = HttpState.STOPPED
    state_reason: str = ""
    can: Capabilities

    def __init__(self, name: str, settings: Mapping[str, Any]) -> None:
        """Raises BadSettings for what is out of its range."""
        check_ranges({**settings, "rate": settings["rate"] or None}, RANGES)
        check_addresses(settings)
        self.name = name
        self.settings = settings
        self.sink: Sink | None = None
        self._client: httpx.AsyncClient | None = None
        self._pace = Pace(settings["connections"], rate=settings["rate"] or None)
        self._taken_at = float("-inf")
        self._exchanges: dict[asyncio.Task[Reply], float] = {}  # with the moment at which each began
        self._changed = asyncio.Event()
        self._since = real_now()
        self._last_trouble: tuple[str, datetime | None] = ("", None)
        self._heard_at: float | None = None
        self._recalled: tuple[str, datetime | None] | None = None

    # ---------------------------------------------------------------- what a carrier's file gives

    @abstractmethod
    def call(self, envelopes: Sequence[Envelope]) -> Call:
        """The request for these texts, which differ in their number only; `can.batch` at most."""

    @abstractmethod
    def read(self, envelopes: Sequence[Envelope], reply: Reply) -> Sequence[Told]:
        """What became of each text, in the order given. May raise: then nobody knows, and all are uncertain."""

    def unfit(self, envelope: Envelope) -> str:
        """Why this text can't be sent here at all, before anything leaves; empty where it can."""
        return ""

    # ---------------------------------------------------------------- life

    @property
    def capabilities(self) -> Capabilities:
        rate = self.settings["rate"]
        return replace(self.can, window=min(self.can.window, window_at(rate))) if rate else self.can

    async def start(self, sink: Sink) -> None:
        if self._client is not None:
            raise RuntimeError("this carrier is already started")
        self.sink = sink
        wait = self.settings["answer_timeout"].total_seconds()
        connections = self.settings["connections"]
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(wait, connect=min(10.0, wait)),
            # Servers close idle connections after 5 s and more: a text written on one that closes would be uncertain.
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections, keepalive_expiry=4),
            follow_redirects=False,
            headers={"user-agent": "recado"},
        )
        recalled, self._recalled = self._recalled, None
        if recalled is None:
            self._enter(HttpState.READY, "")
        else:
            reason, until = recalled
            self._refused(reason, (until - real_now()).total_seconds() if until else 0.0)

    def recall_refusal(self, reason: str, until: datetime | None) -> None:
        """As `RecallsRefusal` says: a new process would else take it for ready, and try with as many texts as it has room for."""
        self._recalled = reason, until

    async def stop(self) -> None:
        """Takes no more texts, waits 5 s for answers; what has none then is uncertain."""
        client, self._client = self._client, None
        if client is None:
            return
        self._enter(HttpState.STOPPED, "")
        if self._exchanges:
            await asyncio.wait(self._exchanges, timeout=PATIENCE)
        for exchange in self._exchanges:
            exchange.cancel()
        await client.aclose()

    def is_connected(self) -> bool:
        """Also while out of reach, once the pause is over and no text is trying: without one that tries, nobody would learn
        that the carrier is back. A refused account waits for a person."""
        if self._client is None or self.state is HttpState.REFUSED:
            return False
        may_try = not self._pace.in_flight and self._pace.pause(self._now()) <= 0
        return self.state is HttpState.READY or may_try

    @property
    def connections(self) -> tuple[Connection, ...]:
        """All its requests as one connection, for screens (`HasConnections`)."""
        now = self._now()
        begun = next(iter(self._exchanges.values()), None)  # the oldest
        unheard = max(begun, self._heard_at or begun) if begun is not None else None
        rest = self._pace.pause(now)
        return (
            Connection(
                kind="http",
                health=_HEALTH[self.state],
                since=self._since,
                window=self._pace.size,
                limit=self._pace.limit,
                under_way=self._pace.in_flight,
                rate=self.settings["rate"] or None,
                trouble=self._last_trouble[0],
                trouble_at=self._last_trouble[1],
                heard_at=_ago(now - self._heard_at) if self._heard_at is not None else None,
                unheard_since=_ago(now - unheard) if unheard is not None else None,
                rests_until=_ago(-rest) if rest else None,
            ),
        )

    def is_ready(self) -> bool:
        return self._client is not None and self._pace.pause(self._now()) <= 0

    async def wait_ready(self) -> None:
        while not self.is_ready():
            self._changed.clear()
            wait = self._pace.pause(self._now()) if self._client else None
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), wait)

    # ---------------------------------------------------------------- texts

    async def send(self, batch: Sequence[Envelope]) -> list[Outcome]:
        begun = self.begin(batch)
        await begun.done
        return cast(list[Outcome], begun.outcomes)

    def begin(self, batch: Sequence[Envelope]) -> Begun:
        """Hands the batch over: one request that hangs keeps back no other's answer."""
        outcomes: list[Outcome | None] = [self._unfit(envelope) for envelope in batch]
        return Begun(outcomes, asyncio.ensure_future(self._fill(batch, outcomes)))

    async def _fill(self, batch: Sequence[Envelope], outcomes: list[Outcome | None]) -> None:
        # From then on no request begins: its answer might come when the slice was taken away.
        deadline = self._now() + LONGEST_SEND - longest_answer(self.settings["answer_timeout"].total_seconds())

        async def hand_over(group: Sequence[int]) -> None:
            answers = await self._hand_over([batch[at] for at in group], deadline)
            for at, answer in zip(group, answers, strict=True):
                outcomes[at] = answer

        for turn in turns(batch, [at for at, outcome in enumerate(outcomes) if outcome is None]):
            await asyncio.gather(*(hand_over(group) for group in grouped(batch, turn, self.can.batch)))

    def _unfit(self, envelope: Envelope) -> Refused | None:
        digits = envelope.to[1:]
        if envelope.to[:1] != "+" or not digits.isdecimal() or not SHORTEST_NUMBER <= len(digits) <= 15:
            return Refused("number_refused")
        reason = "empty" if not envelope.text else self.unfit(envelope)
        return Refused(reason) if reason else None

    async def _hand_over(self, envelopes: Sequence[Envelope], deadline: float) -> list[Outcome]:
        while self.is_ready() and (wait := self._pace.wait(self._now())) > 0 and self._now() < deadline:
            self._changed.clear()
            with contextlib.suppress(TimeoutError):  # it is looked at again anyway
                await asyncio.wait_for(self._changed.wait(), wait)
        if not self.is_ready() or self._now() >= deadline:
            after = timedelta(seconds=max(1.0, self._pace.pause(self._now())))
            return [TryLater(after, self.state_reason or "window") for _ in envelopes]
        written_at = self._now()
        self._pace.begin(len(envelopes), written_at)
        try:
            told = await self._exchange(envelopes)
        finally:
            self._pace.end()
            self._changed.set()
        return self._judge(told, written_at)

    async def _exchange(self, envelopes: Sequence[Envelope]) -> Sequence[Told]:
        """Never raises but for its own cancellation."""
        try:
            reply = await self.ask(self.call(envelopes))
        except NotReached as error:
            logger.debug("carrier %s: %s", self.name, error)
            return [Trouble(ErrorClass.TEMPORARY, "no_link", timedelta(seconds=5))] * len(envelopes)
        except NoAnswer as error:
            return [Trouble(ErrorClass.UNKNOWN, str(error))] * len(envelopes)
        try:
            told = self.read(envelopes, reply)
            if len(told) == len(envelopes):
                return told
        except Exception as error:  # an answer that no document describes
            logger.error("carrier %s answered what can't be read (%s)", self.name, type(error).__name__)
        return [Trouble(ErrorClass.UNKNOWN, "unreadable_answer")] * len(envelopes)

    async def ask(self, call: Call) -> Reply:
        """One exchange. Raises `NotReached` where nothing was written, `NoAnswer` where something may have been."""
        client = self._client
        if client is None:
            raise NotReached("stopped")
        exchange = asyncio.ensure_future(fetch(client, call, self.settings["answer_timeout"].total_seconds()))
        self._exchanges[exchange] = self._now()
        exchange.add_done_callback(lambda done: self._exchanges.pop(done, None))
        try:
            reply = await exchange
            self._heard_at = self._now()
            return reply
        except (NotReached, NoAnswer) as error:
            self._last_trouble = (str(error), real_now())
            raise
        except asyncio.CancelledError:
            if self._client is None and exchange.cancelled() and not _is_being_cancelled():
                raise NoAnswer("stopped") from None
            raise

    # ---------------------------------------------------------------- judging

    def _judge(self, told: Sequence[Told], written_at: float) -> list[Outcome]:
        troubles = [one for one in told if isinstance(one, Trouble)]
        for kind in (ErrorClass.ACCOUNT, ErrorClass.THROTTLED):
            worst = next((one for one in troubles if one.kind is kind), None)
            if worst and kind is ErrorClass.ACCOUNT:
                self._refused(worst.reason, self.settings["again_after"].total_seconds())
            elif worst:
                self._throttled(worst, written_at)
        for reason in {one.reason for one in troubles if one.kind is ErrorClass.SENDER}:
            logger.error("carrier %s refuses some texts until a person acts (%s): they wait", self.name, reason)
        if any(isinstance(one, Accepted) for one in told):
            self._pace.accepted()
            self._taken_at = self._now()
            if self._client:
                self._enter(HttpState.READY, "")
        elif all(one.kind in AILING for one in troubles) and self._taken_at < written_at:
            self._out_of_reach(troubles[0].reason, written_at)
        return [one if isinstance(one, Accepted) else self._outcome(one) for one in told]

    def _outcome(self, trouble: Trouble) -> Outcome:
        match trouble.kind:
            case ErrorClass.PERMANENT:
                return Refused(trouble.reason)
            case ErrorClass.OPTED_OUT:
                return PersonStopped()
            case ErrorClass.UNKNOWN:
                return Uncertain(trouble.reason)
            case ErrorClass.THROTTLED:
                rest = timedelta(seconds=max(0.25, self._pace.pause(self._now())))
                return TryLater(trouble.after or rest, trouble.reason)
            case ErrorClass.ACCOUNT | ErrorClass.SENDER:
                return TryLater(trouble.after or self.settings["again_after"], trouble.reason)
            case ErrorClass.TEMPORARY:
                return TryLater(trouble.after or timedelta(seconds=30), trouble.reason)
            case ErrorClass.NOT_NOW:
                return TryLater(trouble.after or timedelta(hours=1), trouble.reason)

    def _refused(self, reason: str, rest: float) -> None:
        self._pace.rest_for(rest, self._now())
        self._pace.probe()
        self._enter(HttpState.REFUSED, reason)

    def _throttled(self, trouble: Trouble, written_at: float) -> None:
        rest = trouble.after.total_seconds() if trouble.after else None
        self._pace.throttled(written_at, self._now(), rest)
        self.state_reason = trouble.reason
        self._last_trouble = (trouble.reason, real_now())

    def _out_of_reach(self, reason: str, written_at: float) -> None:
        """Nothing was taken since: a carrier that hangs would make a whole queue uncertain, one that answers with errors
        would wear out every text's tries."""
        if self._client is not None:
            self._pace.unreached(written_at, self._now())
            self._enter(HttpState.UNREACHABLE, reason)

    def _enter(self, state: HttpState, reason: str) -> None:
        if state is not self.state:
            if state is HttpState.REFUSED:
                logger.error(
                    "carrier %s refuses this account (%s): no texts leave until it is put right", self.name, reason
                )
            elif state is HttpState.UNREACHABLE:
                logger.warning("carrier %s takes nothing now (%s)", self.name, reason)
            elif state is HttpState.READY:
                logger.info("carrier %s is ready", self.name)
        if (state is HttpState.READY) is not (self.state is HttpState.READY):
            self._since = real_now()
        if reason:
            self._last_trouble = (reason, real_now())
        self.state, self.state_reason = state, reason
        self._changed.set()

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


def _ago(seconds: float) -> datetime:
    return real_now() - timedelta(seconds=seconds)


def _is_being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
