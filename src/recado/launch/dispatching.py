"""The dispatch process: opens the carriers that the database names and sends until told to stop."""

import asyncio
import hashlib
import signal
import socket
from collections.abc import Sequence
from functools import partial
from typing import Any

import psycopg

from recado.channels import smpp
from recado.channels.protocol import Carrier
from recado.foundation.crypto import SYSTEM_CLINIC, ClinicKeys
from recado.foundation.database import Role, connect_async, key_file
from recado.foundation.keys import load_keys_async
from recado.launch import metrics
from recado.messaging.accounts import opened, settings_of
from recado.messaging.dispatch.lines import Account
from recado.messaging.dispatch.loop import Dispatcher

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
    dispatcher = Dispatcher(
        {}, worker=f"dispatch@{socket.gethostname()}", connect=_connect, keyfile=key_file(), accounts=accounts
    )
    seen = metrics.seen_from_here(dispatcher.standing, loop)
    served = metrics.serve(metrics.Figures(dispatcher.meter, dispatcher.counting, seen))
    try:
        await dispatcher.run(stop)
    finally:
        if served:
            served[0].shutdown()


async def _connect() -> "psycopg.AsyncConnection[Any]":
    return await connect_async(Role.DISPATCH, autocommit=True)


async def accounts() -> dict[int, Account]:
    """The active carrier accounts, opened with what is kept of them under the system's key. A carrier is made of one only
    when it is new or has changed."""
    async with await _connect() as connection, connection.cursor() as cursor:
        rows = await (await cursor.execute(ACCOUNTS)).fetchall()
        keys = (await load_keys_async(cursor, [SYSTEM_CLINIC], key_file()))[SYSTEM_CLINIC]
    return {row[0]: Account(_fingerprint(row), partial(_made, keys, *row)) for row in rows}


def _fingerprint(row: Sequence[Any]) -> bytes:
    return hashlib.sha256(
        repr([bytes(part) if isinstance(part, memoryview) else part for part in row]).encode()
    ).digest()


def _made(keys: ClinicKeys, number: int, name: str, kind: str, sealed: bytes) -> Carrier:
    return opened(number, name, kind, settings_of(keys, number, bytes(sealed)))


def smpp_carrier(name: str, settings: dict[str, Any]) -> Carrier:
    """An SMPP carrier from its stored settings. The demo's points to the simulator's own notice of its port."""
    if settings.get("simulator"):
        from recado.launch.simulator import connection_settings
        from recado.launch.simulator.magic import VENDOR_CODES

        settings = {**connection_settings(), "vendor_codes": VENDOR_CODES}
    return smpp.make(name, settings)
