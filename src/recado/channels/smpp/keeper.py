"""Keeps one connection of a carrier open: connects, waits, connects again, and knows how it stands."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta

from recado.channels.protocol import Connection, LinkHealth
from recado.channels.smpp.answers import LOGIN_REFUSALS
from recado.channels.smpp.incoming import Incoming
from recado.channels.smpp.link import Link, Part
from recado.channels.smpp.settings import LinkKind, LinkState, SmppSettings
from recado.channels.smpp.window import Window
from recado.foundation.clock import real_now
from recado.foundation.protocols.smpp import codes

logger = logging.getLogger(__name__)

_HEALTH = {
    LinkState.STOPPED: LinkHealth.DOWN,
    LinkState.CONNECTING: LinkHealth.CONNECTING,
    LinkState.BOUND: LinkHealth.UP,
    LinkState.SILENT: LinkHealth.UP,  # with `unheard_since`
    LinkState.WAITING: LinkHealth.DOWN,
    LinkState.LOGIN_REFUSED: LinkHealth.REFUSED,
}
_STEADY_AFTER = 5.0  # seconds a link must have stood for the next failure to count as a first one


class Door:
    """What the connections of one account share: numbers for their links, and one patience with a refused password.

    While none of them is connected, one alone tries, and after a refusal nobody does for a while: ten binds that knock with a
    wrong password get an account locked. `refused`: with what the account was refused before, by an earlier process
    perhaps, and until when nobody knocks (None: one does at once).
    """

    def __init__(self, refused: tuple[str, datetime | None] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._links = 0
        self._connected = 0
        self._nobody_knocks = asyncio.Event()
        self._nobody_knocks.set()
        self.refused_with = refused[0] if refused else None
        until = refused[1] if refused else None
        rest = (until - real_now()).total_seconds() if until else 0.0
        self._closed_until = self._loop.time() + rest if rest > 0 else 0.0

    def next_number(self) -> int:
        self._links += 1
        return self._links

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """From when this connection may try until its attempt has ended, however it ends."""
        while True:
            if pause := self.rest():
                await asyncio.sleep(pause)
            elif self._connected:
                yield
                return
            elif self._nobody_knocks.is_set():
                self._nobody_knocks.clear()
                break
            else:
                await self._nobody_knocks.wait()
        try:
            yield
        finally:
            self._nobody_knocks.set()

    @contextmanager
    def connected(self) -> Iterator[None]:
        """While a link stands, the others need not wait for one another."""
        self._connected += 1
        self._nobody_knocks.set()
        try:
            yield
        finally:
            self._connected -= 1

    def rest(self) -> float:
        """Seconds for which nobody knocks."""
        return max(0.0, self._closed_until - self._loop.time())

    def refused(self, rests_for: timedelta) -> None:
        """Nobody knocks for that long."""
        self._closed_until = self._loop.time() + rests_for.total_seconds() * random.uniform(0.9, 1.1)


class Keeper:
    """One connection, link after link. `changed` is called whenever the state has; `heir` as in `Link`."""

    def __init__(
        self,
        name: str,
        kind: LinkKind,
        settings: SmppSettings,
        incoming: Incoming,
        door: Door,
        changed: Callable[[], None],
        heir: Callable[[list[Part]], None],
    ) -> None:
        self.kind = kind
        self.link: Link | None = None
        self.state, self.reason, self._since = LinkState.CONNECTING, "", real_now()
        self._trouble: tuple[str, datetime | None] = ("", None)
        if door.refused_with is not None:
            self.state, self.reason = LinkState.LOGIN_REFUSED, door.refused_with
            self._trouble = (door.refused_with, real_now())
        self.window = Window(settings.window, rate=settings.rate, now=asyncio.get_running_loop().time())
        self._name = name
        self._settings = settings
        self._incoming = incoming
        self._door = door
        self._changed = changed
        self._heir = heir
        self._is_stopping = False
        self._task = asyncio.get_running_loop().create_task(self._keep_connected())

    @property
    def is_bound(self) -> bool:
        """Whether a text may be written to it."""
        return self.link is not None and self.link.is_bound and not self.link.is_silent and not self._is_stopping

    @property
    def connection(self) -> Connection:
        """How it stands, for screens."""
        link, now = self.link, asyncio.get_running_loop().time()
        unheard = link.unheard_since if link else None
        rest = self.window.rest(now) if link else self._door.rest()
        trouble, trouble_at = self._trouble
        return Connection(
            kind=self.kind,
            health=_HEALTH[self.state],
            since=self._since,
            window=self.window.size,
            limit=self._settings.window,
            under_way=link.on_air if link else 0,
            rate=self._settings.rate,
            trouble=trouble,
            trouble_at=trouble_at,
            heard_at=_ago(now - link.heard_at) if link else None,
            unheard_since=_ago(now - unheard) if unheard is not None else None,
            rests_until=_ago(-rest) if rest else None,
        )

    async def stop(self, patience: timedelta) -> None:
        """Waits for the answers still owed, says goodbye, connects no more."""
        self._is_stopping = True
        if self.link:
            await self.link.unbind(patience)
        self._task.cancel()
        await asyncio.wait([self._task])
        self.link = None
        self._enter(LinkState.STOPPED, "")

    async def _keep_connected(self) -> None:
        loop = asyncio.get_running_loop()
        failures = 0
        while True:
            async with self._door.turn():
                self._enter(LinkState.CONNECTING, "")
                number = self._door.next_number()
                take = self._incoming.take
                link = Link(self._settings, self.window, take, number, self.kind, self._heir, self._fell_silent)
                status, reason = await self._connect(link)
                if status in LOGIN_REFUSALS:
                    self._door.refused(self._settings.login_again_after)
            if status in LOGIN_REFUSALS:
                self._enter(LinkState.LOGIN_REFUSED, reason)
                continue
            if status == codes.OK:
                bound_at = loop.time()
                with self._door.connected():
                    reason = await self._stand(link)
                if self._is_stopping:
                    return
                if loop.time() - bound_at >= _STEADY_AFTER:
                    failures = 0
            self._enter(LinkState.WAITING, reason)
            await asyncio.sleep(self._pause_before(failures))
            failures += 1

    async def _stand(self, link: Link) -> str:
        """Returns when the link has ended, with the reason."""
        self.link = link
        self._incoming.links.add(link.number)
        self._enter(LinkState.BOUND, "")
        try:
            return await asyncio.shield(link.closed)
        finally:
            self._incoming.links.discard(link.number)
            self.link = None

    def _fell_silent(self, is_silent: bool) -> None:
        if self.link is not None:
            self._enter(LinkState.SILENT if is_silent else LinkState.BOUND, "no_answer" if is_silent else "")

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
                    lambda: link,
                    settings.host,
                    settings.port,
                    ssl=settings.tls,
                    server_hostname=(settings.tls_name or settings.host) if settings.tls else None,
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
            logger.error("carrier %s refuses system id or password (%s): no texts leave", self._name, reason)
        elif state is LinkState.SILENT:
            logger.warning("carrier %s is connected as %s and answers nothing: texts wait", self._name, self.kind)
        elif state is LinkState.WAITING:
            logger.warning("carrier %s is not connected as %s (%s)", self._name, self.kind, reason)
        elif state is LinkState.BOUND:
            logger.info("carrier %s is connected as %s", self._name, self.kind)
        if (state is LinkState.BOUND) is not (self.state is LinkState.BOUND):
            self._since = real_now()
        if reason:
            self._trouble = (reason, real_now())
        self.state, self.reason = state, reason
        self._changed()


def _ago(seconds: float) -> datetime:
    return real_now() - timedelta(seconds=seconds)
