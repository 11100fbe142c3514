"""What can be set on the simulated carrier before it starts, and where it writes down how to reach it."""

import ipaddress
import ssl
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from recado.foundation.protocols.smpp.splitting import Alphabet


@dataclass(frozen=True, slots=True)
class SimulatorSettings:
    """`data` is the data folder; the journal goes to `simulator/` and the address to `run/simulator.json` in it.

    `port` 0 takes the port of the last run, so that a restarted simulator is found again, or any free one.
    `password` None keeps that of the last run or makes one up. Raises `ValueError` for a host that isn't loopback.
    """

    data: Path
    host: str = "127.0.0.1"
    port: int = 0
    system_id: str = "recado"
    password: str | None = field(default=None, repr=False)
    receipt_delay: timedelta = timedelta(milliseconds=400)
    """From the arrival on the phone to the receipt; zero sends it straight after the answer."""
    slow_by: timedelta = timedelta(seconds=30)
    validity: timedelta = timedelta(hours=72)
    """How long a text waits for a phone that is off, unless the text says so itself."""
    resend_after: timedelta = timedelta(seconds=10)
    """Real time without an acknowledgement after which a receipt or reply is sent again."""
    retry_after: timedelta = timedelta(seconds=1)
    """The same after a negative acknowledgement."""
    delivery_window: int = 1_000
    """Receipts and replies under way to one connection at once."""
    is_durable: bool = True
    """Write the journal before each answer; off, up to 50 ms are lost when the simulator is killed."""
    tls: ssl.SSLContext | None = None
    alphabet: Alphabet = Alphabet.UNPACKED
    """What data_coding 0 means: carriers differ."""

    def __post_init__(self) -> None:
        if not ipaddress.ip_address(self.host).is_loopback:
            raise ValueError("the simulated carrier listens on loopback only")

    @property
    def journal_path(self) -> Path:
        return self.data / "simulator" / "journal.jsonl"

    @property
    def address_path(self) -> Path:
        return self.data / "run" / "simulator.json"
