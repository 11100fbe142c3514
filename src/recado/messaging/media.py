"""Files that came with texts, fetched from the carrier that brought them, with its own login, and from its own hosts alone."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg

from recado.channels.protocol import Carrier, HasMedia, Inbound, NoMedia, Receipt
from recado.foundation.crypto import KeyFile

from . import accounts, inbound

ACCOUNT = "SELECT name, kind, settings_ct FROM messaging_carrieraccount WHERE id = %s AND is_active"


def fetch(connection: "psycopg.Connection[Any]", raw_id: UUID, at: int, keyfile: KeyFile, most: int) -> bytes:
    """The file of a text at that place. Raises NoMedia. For the maintenance connection; call it outside of any transaction: a
    carrier may take its time."""
    keys = inbound.system_keys(connection, keyfile)
    try:
        number, addresses = inbound.media_of(connection, raw_id, keys)
        name, kind, sealed = connection.execute(ACCOUNT, (number,)).fetchone() or ("", "", b"")
        address = addresses[at]
    except (LookupError, TypeError):
        raise NoMedia("gone", is_over=True) from None
    if not kind:
        raise NoMedia("gone", is_over=True)  # the carrier is no longer connected
    carrier = accounts.opened(number, str(name), str(kind), accounts.settings_of(keys, number, bytes(sealed)))
    if not isinstance(carrier, HasMedia):
        raise NoMedia("gone", is_over=True)
    return asyncio.run(_fetched(carrier, address, most))


async def _fetched(carrier: HasMedia, address: str, most: int) -> bytes:
    async def ignore(items: Sequence[Receipt | Inbound]) -> None:
        raise OSError("nothing is taken here: the dispatcher's own connection hears it")

    started: Carrier = carrier  # type: ignore[assignment]
    await started.start(ignore)
    try:
        return await carrier.media(address, most)
    finally:
        await started.stop()
