"""The simulated carrier: a real SMPP server with a mobile network of simulated phones behind it.

It stands where a carrier would, in a process of its own, reached over TCP by the same code that reaches a real
one. `process.run(settings)` is the process; `client.SimulatorClient` lets the demo's phone page and the tests look at
the phones, answer on them, and make things go wrong.

settings  faults     what can be set, before the start and while it runs
magic                numbers that always behave in one way, for people's own tests
phones               what each phone shows, and the exact count of what reached the carrier
texts  network       texts, receipts and replies on their way (pure: no sockets, clock passed in)
journal              what survives a restart
server    session    SMPP                    control   JSON lines for page and tests
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from recado.foundation.places import data_folder
from recado.launch.simulator.client import wait_for_address


def connection_settings(data: Path | None = None, *, within: timedelta = timedelta(seconds=15)) -> dict[str, Any]:
    """How an SMPP client reaches the simulator: `host`, `port`, `system_id`, `password`, as `SmppSettings` takes them.

    Waits for a simulator that is just starting; raises `SimulatorUnreachable` when none ever was.
    """
    address = wait_for_address(data or data_folder(), within)
    return {
        "host": address.host,
        "port": address.smpp_port,
        "system_id": address.system_id,
        "password": address.password,
    }
