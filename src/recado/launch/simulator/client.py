"""How the phone page and the tests talk to the simulated carrier. Plain sockets, one short connection a request.

A connection a request costs 0.3 ms and survives every restart of the simulator; the address is read anew each time.
"""

import json
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from recado.foundation.phone import Phone
from recado.launch.simulator.faults import Fault


class SimulatorUnreachable(ConnectionError):
    """The simulated carrier isn't running, or doesn't answer."""


class SimulatorRefused(ValueError):
    """The simulated carrier can't do what it was asked; the text says why."""


@dataclass(frozen=True, slots=True)
class PhoneSummary:
    phone: Phone
    unread: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class PhoneMessage:
    """`direction` "in": arrived on the phone; "out": written there. `state`: delivered, or sending and then sent."""

    id: str
    direction: Literal["in", "out"]
    text: str
    at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Pending:
    """What the carrier still owes. `withheld` is what a fault holds back: waiting for it would be in vain."""

    receipts: int
    replies: int
    on_air: int
    withheld: int

    @property
    def is_drained(self) -> bool:
        return not (self.receipts or self.replies or self.on_air)


@dataclass(frozen=True, slots=True)
class Address:
    """What `run/simulator.json` holds: how SMPP clients and this class reach the simulator."""

    host: str
    smpp_port: int
    control_port: int
    system_id: str
    password: str
    token: str
    pid: int

    def __repr__(self) -> str:  # password and token stay out of any trace
        return f"Address({self.host}:{self.smpp_port})"


def read_address(data: Path) -> Address:
    """Raises `SimulatorUnreachable` when none was ever started over this data folder."""
    try:
        return Address(**json.loads((data / "run" / "simulator.json").read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        raise SimulatorUnreachable("no simulated carrier was started here") from None


def wait_for_address(data: Path, within: timedelta) -> Address:
    """The same for one that is just starting. Raises `SimulatorUnreachable` when the time is up."""
    ends_at = time.monotonic() + within.total_seconds()
    while True:
        try:
            return read_address(data)
        except SimulatorUnreachable:
            if time.monotonic() >= ends_at:
                raise
        time.sleep(0.05)


class SimulatorClient:
    """All methods raise `SimulatorUnreachable`; those that change something also `SimulatorRefused`."""

    def __init__(self, data: Path, *, timeout: timedelta = timedelta(seconds=5)) -> None:
        self._data = data
        self._timeout = timeout.total_seconds()

    def phones(self) -> list[PhoneSummary]:
        """Every phone that was ever texted or written on, the newest first."""
        return [
            PhoneSummary(Phone(one["phone"]), one["unread"], _time(one["last_at"]) if one["last_at"] else None)
            for one in self._ask("phones")["phones"]
        ]

    def messages(self, phone: Phone) -> list[PhoneMessage]:
        """What the phone shows, oldest first, at most the newest 200."""
        return [
            PhoneMessage(one["id"], one["direction"], one["text"], _time(one["at"]), one["state"])
            for one in self._ask("messages", phone=phone.e164)["messages"]
        ]

    def mark_read(self, phone: Phone) -> None:
        self._ask("mark_read", phone=phone.e164)

    def reply(self, phone: Phone, text: str, *, to: str | None = None) -> str:
        """Writes on a phone, to the sender of its newest text unless `to` says otherwise; returns the reply's id."""
        return str(self._ask("reply", phone=phone.e164, text=text, to=to)["id"])

    def faults(self) -> tuple[set[Fault], dict[Phone, set[Fault]]]:
        """Those on everywhere, and those of single phones."""
        answer = self._ask("faults")
        of_phones = {Phone(phone): {Fault(one) for one in faults} for phone, faults in answer["phones"].items()}
        return {Fault(one) for one in answer["everywhere"]}, of_phones

    def switch(self, fault: Fault, is_on: bool, *, phone: Phone | None = None) -> None:
        """Turns a fault on or off, everywhere or on one phone."""
        self._ask("switch", fault=fault.value, on=is_on, phone=phone.e164 if phone else None)

    def reset(self) -> None:
        """Start over: empty phones, no faults, nothing owed. The simulator's clock stays where it is."""
        self._ask("reset")

    def advance(self, step: timedelta) -> datetime:
        """Moves network time; what falls due happens at once. Returns the new network time."""
        return _time(self._ask("advance", seconds=step.total_seconds())["now"])

    def now(self) -> datetime:
        return self.advance(timedelta(0))

    def offset(self) -> timedelta:
        """How far network time is ahead of real time."""
        return timedelta(seconds=self._ask("advance", seconds=0)["offset"])

    def pending(self) -> Pending:
        answer = self._ask("pending")
        return Pending(answer["receipts"], answer["replies"], answer["on_air"], answer["withheld"])

    def wait_drained(self, within: timedelta) -> bool:
        """Waits until nothing is owed that no fault withholds. False when the time is up."""
        ends_at = time.monotonic() + within.total_seconds()
        while not self.pending().is_drained:
            if time.monotonic() >= ends_at:
                return False
            time.sleep(0.02)
        return True

    def tally(self) -> dict[str, int]:
        """Exact counts: `submits` (PDUs taken), `texts` (whole), `distinct`, `repeated`, `shown`, receipts, replies..."""
        answer = self._ask("tally")
        answer.pop("ok")
        return answer

    def dump(self) -> Iterator[tuple[str, str, int]]:
        """(phone, text, how often) of every whole text that reached the carrier since the last reset."""
        with self._connected() as connection, connection.makefile("rwb") as lines:
            lines.write(self._request("dump", {}))
            lines.flush()
            for line in lines:
                row = json.loads(line)
                if "ok" in row:
                    return
                yield row["to"], row["text"], row["count"]
        raise SimulatorUnreachable("the simulated carrier ended in the middle of a dump")

    def _ask(self, op: str, **arguments: Any) -> dict[str, Any]:
        try:
            with self._connected() as connection, connection.makefile("rwb") as lines:
                lines.write(self._request(op, arguments))
                lines.flush()
                answer = json.loads(lines.readline() or b"null")
        except (OSError, ValueError) as error:
            if isinstance(error, SimulatorUnreachable):
                raise
            raise SimulatorUnreachable("the simulated carrier does not answer") from error
        if not isinstance(answer, dict):
            raise SimulatorUnreachable("the simulated carrier does not answer")
        if not answer.get("ok"):
            raise SimulatorRefused(str(answer.get("error", "")))
        return answer

    def _request(self, op: str, arguments: dict[str, Any]) -> bytes:
        token = read_address(self._data).token
        return json.dumps({"token": token, "op": op, **arguments}).encode() + b"\n"

    def _connected(self) -> socket.socket:
        address = read_address(self._data)
        try:
            return socket.create_connection((address.host, address.control_port), self._timeout)
        except OSError as error:
            raise SimulatorUnreachable("the simulated carrier is not running") from error


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
