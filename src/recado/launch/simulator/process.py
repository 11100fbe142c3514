"""The simulated carrier's process: `run(settings)` serves until SIGTERM or Ctrl-C."""

import asyncio
import json
import os
import secrets
import signal
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from recado.launch.simulator.client import Address, SimulatorUnreachable, read_address
from recado.launch.simulator.control import Control
from recado.launch.simulator.server import Server
from recado.launch.simulator.settings import SimulatorSettings

new_event_loop: Callable[[], asyncio.AbstractEventLoop]
try:
    from uvloop import new_event_loop
except ImportError:  # no wheel for this machine: slower, not different
    new_event_loop = asyncio.new_event_loop


def run(settings: SimulatorSettings, *, on_ready: Callable[[Address], None] | None = None) -> None:
    """Serves until a signal; `on_ready` hears the address once both ports listen. Raises `OSError` for a port
    that is taken, `RuntimeError` when another simulator runs over the same data folder."""
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(serve(settings, on_ready=on_ready, has_signals=True))


async def serve(
    settings: SimulatorSettings,
    *,
    on_ready: Callable[[Address], None] | None = None,
    has_signals: bool = False,
    until: asyncio.Event | None = None,
) -> None:
    """The same inside a running loop, until `until` is set."""
    ended = until or asyncio.Event()
    if has_signals:
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
    last = _last_address(settings)
    password = settings.password or (last.password if last else secrets.token_hex(4))
    server = Server(settings, password)
    server.take_up()
    smpp_port = await _listen(server, settings.port, last.smpp_port if last else 0)
    token = secrets.token_urlsafe(24)
    control = Control(server, token)
    control_port = await control.start()
    address = Address(settings.host, smpp_port, control_port, settings.system_id, password, token, os.getpid())
    write_privately(settings.address_path, json.dumps(asdict(address)))
    if on_ready:
        on_ready(address)
    try:
        await ended.wait()
    finally:
        await control.stop()
        await server.stop()


async def _listen(server: Server, wanted: int, last: int) -> int:
    """A port asked for must be had; the last run's is only tried."""
    if wanted or not last:
        return await server.listen(wanted)
    try:
        return await server.listen(last)
    except OSError:
        return await server.listen(0)


def _last_address(settings: SimulatorSettings) -> Address | None:
    try:
        return read_address(settings.data)
    except SimulatorUnreachable:
        return None


def write_privately(path: Path, text: str) -> None:
    """Replaces a file at once, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w", encoding="utf-8") as out:
        out.write(text)
    fresh.replace(path)
