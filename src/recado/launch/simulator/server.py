"""The simulated carrier's SMPP side: sessions, the clock, deliveries and repeats. One event loop, no threads."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Any

from recado.foundation.protocols.smpp import codes
from recado.foundation.protocols.smpp.messages import NOBODY, Address
from recado.foundation.protocols.smpp.splitting import Form
from recado.launch.simulator.faults import Fault
from recado.launch.simulator.journal import Journal
from recado.launch.simulator.magic import Attempts
from recado.launch.simulator.network import Network
from recado.launch.simulator.session import Session
from recado.launch.simulator.settings import SimulatorSettings
from recado.launch.simulator.texts import NEVER, Owed

_FLUSH_EVERY = 0.05
_SHORTEST_TURN = 0.005


class Server:
    """Everything behind the listening sockets. `start` and `stop` are called by `process`; `control` calls the verbs."""

    def __init__(self, settings: SimulatorSettings, password: str) -> None:
        self.settings = settings
        self.credentials = (settings.system_id, password)
        self.sessions: list[Session] = []
        self.journal = Journal(settings.journal_path)
        self.network = self._new_network()
        self.attempts = Attempts()
        self.refused_binds = self.throttled = self.deliveries = self.refused_deliveries = 0
        self._offset = 0.0
        self._next_id = time.time_ns() // 1_000
        self._turn_at = NEVER
        self._turn_timer: asyncio.TimerHandle | None = None
        self._housekeeping: asyncio.Task[None] | None = None
        self._listener: asyncio.Server | None = None

    def _new_network(self) -> Network:
        settings = self.settings
        return Network(
            self.journal.append,
            receipt_delay=settings.receipt_delay.total_seconds(),
            slow_by=settings.slow_by.total_seconds(),
            validity=settings.validity.total_seconds(),
            form=Form(settings.alphabet, latin1=codes.GSM7),
        )

    # ---------------------------------------------------------------- life

    def take_up(self) -> None:
        """Takes up the last run's state. Raises `RuntimeError` when another simulator holds it."""
        self.journal.lock()
        for row in self.journal.rows():
            if row[0] == "k":
                self._offset = float(row[1])
            else:
                self.network.restore(row)
        self.journal.begin([["k", self._offset], *self.network.rows()])
        self.network.resume(self.now())

    async def listen(self, port: int) -> int:
        """Serves from now on; returns the port. Raises `OSError` when it is taken."""
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(
            lambda: Session(self), self.settings.host, port, ssl=self.settings.tls, backlog=128
        )
        self._housekeeping = loop.create_task(self._keep_house())
        self.turn()
        return int(self._listener.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        if self._listener:
            self._listener.close()
        if self._housekeeping:
            self._housekeeping.cancel()
            await asyncio.wait([self._housekeeping])
        if self._turn_timer:
            self._turn_timer.cancel()
        for session in list(self.sessions):
            session.abort()
        await asyncio.sleep(0)
        self.journal.close()

    async def _keep_house(self) -> None:
        resend_after = self.settings.resend_after.total_seconds()
        pause = min(_FLUSH_EVERY, max(0.005, resend_after / 4))
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(pause)
            self.journal.flush()
            for session in list(self.sessions):
                session.look_at_the_clock(loop.time(), resend_after)

    def secure_journal(self) -> None:
        """Before anything is answered: what the answer promises is in the file."""
        if self.settings.is_durable:
            self.journal.flush()

    def next_id(self) -> str:
        """Never used twice, not even after a restart: counts on from the microsecond in which the process started."""
        self._next_id += 1
        return f"{self._next_id:x}"

    # ---------------------------------------------------------------- time

    def now(self) -> float:
        """Network time in seconds: real time and what the time machine added."""
        return time.time() + self._offset

    def now_as_time(self) -> datetime:
        return datetime.fromtimestamp(self.now(), UTC)

    @property
    def offset(self) -> float:
        return self._offset

    def advance(self, seconds: float) -> None:
        """Jumps forward; what falls due on the way happens at once. Raises `ValueError` for a step back."""
        if seconds < 0:
            raise ValueError("network time only moves forward")
        self._offset += seconds
        self.journal.append(["k", self._offset])
        self._turn_at = NEVER  # what was planned was planned in the old time
        self.turn()

    def turn(self) -> None:
        """Does what is due and delivers what is ready; plans the next turn."""
        self.network.pass_time(self.now())
        self.deliver()
        self._plan()

    def _on_turn(self) -> None:
        self._turn_at = NEVER
        self.turn()

    def _plan(self) -> None:
        due = self.network.next_due()
        if due < self._turn_at:
            if self._turn_timer:
                self._turn_timer.cancel()
            self._turn_at = due
            pause = min(60.0, max(_SHORTEST_TURN, due - self.now()))
            self._turn_timer = asyncio.get_running_loop().call_later(pause, self._on_turn)

    def answer_later(self, session: Session, frame: bytes, phone: str) -> None:
        self.network.later(self.now() + self.network.at_slow_pace(phone), lambda _: session.answer_now(frame))

    # ---------------------------------------------------------------- deliveries

    def deliver(self, asking: Session | None = None) -> None:
        """Hands what is ready to clients that receive and have room; `asking` flushes for itself."""
        ready = self.network.ready
        window = self.settings.delivery_window
        touched: set[Session] = set()
        candidates = [asking] if asking and asking.is_receiving else []
        candidates += [session for session in self.sessions if session.is_receiving and session is not asking]
        for session in candidates:
            while ready and len(session.unacknowledged) < window:
                owed = ready.popleft()
                if not owed.is_done:
                    session.send(owed)
                    touched.add(session)
        for session in touched - ({asking} if asking else set()):
            session.flush()
        if asking:
            self._plan()

    def take_back(self, owed: list[Owed]) -> None:
        """Not acknowledged: first in the queue again."""
        if owed:
            self.network.ready.extendleft(reversed(list(dict.fromkeys(owed))))
            self.deliver()

    def try_again(self, owed: Owed) -> None:
        """Refused with "not now": again after a moment, unless all was reset meanwhile."""
        network = self.network

        def again() -> None:
            if not owed.is_done and network is self.network:
                self.take_back([owed])

        asyncio.get_running_loop().call_later(self.settings.retry_after.total_seconds(), again)

    # ---------------------------------------------------------------- what control asks for

    def reply(self, phone: str, text: str, to: str | None) -> str:
        """Writes a text on a phone. Raises `ValueError` when there is nobody to send it to, or nothing to send."""
        if not text:
            raise ValueError("an empty text can't be sent")
        handset = self.network.phones.handsets.get(phone)
        address = _address_of(to) if to else handset.answers_to if handset else NOBODY
        if address == NOBODY:
            raise ValueError("no text has arrived on this phone yet: say to whom the reply goes")
        if address.ton == codes.TON_ALPHANUMERIC:
            raise ValueError("a text from a name can't be answered")
        reply_id = self.next_id()
        self.network.reply(reply_id, phone, address, text, self.now())
        self.journal.flush()
        self.turn()
        return reply_id

    def switch(self, fault: Fault, is_on: bool, phone: str | None) -> None:
        self.network.switch(fault, is_on, phone, self.now())
        self.journal.flush()
        self.turn()

    def mark_read(self, phone: str) -> None:
        self.network.phones.handset(phone).unread = 0
        self.journal.append(["u", phone])

    def reset(self) -> None:
        """Empty phones, no faults, nothing owed, counters at zero. The clock stays: business time never goes back."""
        self.network = self._new_network()
        self.attempts = Attempts()
        for session in self.sessions:
            session.forget()
        self.refused_binds = self.throttled = self.deliveries = self.refused_deliveries = 0
        self.journal.begin([["k", self._offset]])

    def tally(self) -> dict[str, Any]:
        """Exact counts since the last reset (those of connections: since the start)."""
        counted = self.network.phones.tally
        return {
            **self.network.counts,
            "distinct": len(counted),
            "repeated": sum(count - 1 for count in counted.values()),
            "phones": len(self.network.phones.handsets),
            "deliveries": self.deliveries,
            "refused_deliveries": self.refused_deliveries,
            "refused_binds": self.refused_binds,
            "throttled": self.throttled,
            "sessions": len(self.sessions),
        }


def _address_of(number: str) -> Address:
    digits = number.removeprefix("+")
    if not digits.isascii() or not digits.isdigit():
        raise ValueError("a reply goes to a number")
    if digits == number and len(digits) <= 8:
        return Address(codes.TON_NETWORK, codes.NPI_UNKNOWN, digits)
    return Address(codes.TON_INTERNATIONAL, codes.NPI_E164, digits)
