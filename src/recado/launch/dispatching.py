"""The dispatch process: opens the carriers that the database names and sends until told to stop."""

import asyncio
import json
import logging
import signal
import socket
from collections.abc import Iterable
from typing import Any

import psycopg

from recado.channels import smpp
from recado.channels.protocol import BadSettings, Carrier
from recado.foundation.crypto import SYSTEM_CLINIC
from recado.foundation.database import Role, connect, connect_async, key_file
from recado.foundation.keys import load_keys
from recado.foundation.wiring import wired
from recado.messaging.dispatch.loop import Dispatcher

log = logging.getLogger("recado.dispatch")
ACCOUNTS = "SELECT id, name, kind, settings_ct FROM messaging_carrieraccount WHERE is_active ORDER BY id"


def run() -> int:
    """Runs until SIGTERM or SIGINT, then lets what is on the wire come to its end."""
    try:
        import uvloop
    except ImportError:  # no wheel for this machine: asyncio's own loop costs 5 us a message more
        asyncio.run(_run())
    else:
        uvloop.run(_run())
    return 0


async def _run() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    dispatcher = Dispatcher(carriers(), worker=f"dispatch@{socket.gethostname()}", connect=_connect, keyfile=key_file())
    await dispatcher.run(stop)


async def _connect() -> "psycopg.AsyncConnection[Any]":
    return await connect_async(Role.DISPATCH, autocommit=True)


def carriers() -> dict[int, Carrier]:
    """The active carriers, opened with what is kept of them under the system's key."""
    with connect(Role.DISPATCH) as connection:
        rows = connection.execute(ACCOUNTS).fetchall()
        with connection.cursor() as cursor:
            keys = load_keys(cursor, [SYSTEM_CLINIC], key_file())[SYSTEM_CLINIC]
    return made_of(
        (number, name, kind, json.loads(keys.open("carrier.settings", number.to_bytes(16, "big"), bytes(sealed))))
        for number, name, kind, sealed in rows
    )


def made_of(accounts: Iterable[tuple[int, str, str, dict[str, Any]]]) -> dict[int, Carrier]:
    """A carrier for each account. One whose settings can't be is left out alone, loudly: its texts wait for it."""
    made: dict[int, Carrier] = {}
    for number, name, kind, settings in accounts:
        try:
            made[number] = wired("CARRIERS", kind)(name, settings)
        except BadSettings as problem:
            log.error("carrier %s is left out and its texts wait: %s", name, problem)
    return made


def smpp_carrier(name: str, settings: dict[str, Any]) -> Carrier:
    """An SMPP carrier from its stored settings. The demo's points to the simulator's own notice of its port."""
    if settings.get("simulator"):
        from recado.launch.simulator import connection_settings
        from recado.launch.simulator.magic import VENDOR_CODES

        settings = {**connection_settings(), "vendor_codes": VENDOR_CODES}
    return smpp.make(name, settings)
