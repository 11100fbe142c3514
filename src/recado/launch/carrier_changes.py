"""What is changed of a carrier that stands: its settings, such as a new password; having its calls read again; confirming what
it asks for."""

import asyncio
import importlib
from collections.abc import Mapping, Sequence
from typing import Any

from recado.channels.protocol import Carrier, Confirms, Inbound, RawCallback, Receipt
from recado.clinics.types import Refused
from recado.foundation.actors import OPERATOR
from recado.foundation.clock import real_now
from recado.foundation.crypto import SYSTEM_CLINIC
from recado.foundation.database import Role, connect
from recado.foundation.keys import keys_for
from recado.launch import furnishing
from recado.launch.carrier_accounts import SETTINGS as ONE
from recado.launch.carrier_accounts import found, gone, opened, the_one
from recado.launch.carrier_tries import attempt
from recado.launch.errors import CannotRun
from recado.messaging import accounts, callbacks, carrier_desk, carrier_removal
from recado.messaging.carriers import forget_routes
from recado.messaging.types import CHANNEL

# With whichever is the default where another becomes it: the dispatcher writes of all carriers in the order of their numbers.
READ = """
SELECT id, settings_ct FROM messaging_carrieraccount
WHERE removed_at IS NULL AND (id = %(carrier)s OR (%(is_default)s AND default_sender <> '')) ORDER BY id FOR UPDATE
"""
SETTINGS = "SELECT id, settings_ct, default_sender FROM messaging_carrieraccount WHERE removed_at IS NULL ORDER BY id"
DEFAULT_SENDER = "UPDATE messaging_carrieraccount SET default_sender = %s WHERE id = %s AND default_sender <> ''"
NEW_DEFAULT = "UPDATE messaging_carrieraccount SET default_sender = %s WHERE id = %s AND kept_by IS NULL"
WRITE = "UPDATE messaging_carrieraccount SET settings_ct = %s, receives = %s WHERE id = %s"
# Not readable when they came, or given up after several tries. Receipts and replies are known by their own ids, so a call
# that is read twice says nothing twice.
REREAD = """
UPDATE messaging_callbackraw SET tries = 0, settled_at = NULL, outcome = ''
WHERE carrier = %s AND ((settled_at IS NULL AND tries > 0) OR outcome = 'unreadable')
"""


def change(
    named: str,
    given: Mapping[str, str],
    *,
    sender: str | None = None,
    is_default: bool = False,
    is_tested: bool = False,
) -> dict[str, Any]:
    """Gives settings another value, an empty one for the default again; the others stay. The dispatcher opens the carrier
    anew within seconds, when what is under way has its answers. `sender`: what clinics without a number of their own send
    from, where this carrier is their default, or becomes it (`is_default`); "" ends that it is. `is_tested`: only if it connects with
    them. Raises BadSettings, CannotRun."""
    number, name, kind = the_one(named)
    was_tested = _test(number, name, kind, given) if is_tested else None
    with connect(Role.MAINTENANCE) as connection:
        if is_default:  # before any row, as whoever adds a carrier
            connection.execute(carrier_desk.LOCK)
        rows = connection.execute(READ, {"carrier": number, "is_default": is_default}).fetchall()
        sealed = next((row[1] for row in rows if row[0] == number), None)
        before, kept, carrier = _settled(number, name, kind, sealed, given)
        if was_tested not in (None, before):
            raise CannotRun(f"{name} has been changed by somebody else meanwhile, so nothing is changed. Try again.")
        receives = carrier.capabilities.receives
        if is_default:
            connection.execute(carrier_desk.NO_OTHER_DEFAULT)
            if not connection.execute(NEW_DEFAULT, (sender, number)).rowcount:
                raise CannotRun(f"{name} is a clinic's own carrier. No other clinic sends by it.")
        elif sender is not None and not connection.execute(DEFAULT_SENDER, (sender, number)).rowcount:
            raise CannotRun(
                f"{name} is not the default carrier: --default makes it so. `recado number add` gives a clinic a number."
            )
        connection.execute(WRITE, (accounts.sealed(keys_for(SYSTEM_CLINIC), number, kept), receives, number))
        connection.execute("SELECT pg_notify(%s, '')", (CHANNEL,))
    callbacks.forget()
    forget_routes()
    furnished = furnishing.furnish_all() if sender else []
    changed = sorted([*given, "sender"] if sender is not None else given)
    told = {"id": number, "name": name, "kind": kind, "changed": changed, "is_tested": is_tested}
    return {**told, "default_of": furnished} if is_default else told


def _settled(
    number: int, name: str, kind: str, sealed: bytes | None, given: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, object], Carrier]:
    """What is set on a carrier, what will be, and the carrier with that. Raises BadSettings, CannotRun."""
    if sealed is None:
        raise gone(name)
    before = accounts.settings_of(keys_for(SYSTEM_CLINIC), number, bytes(sealed))
    if carrier_desk.SIMULATOR in before:
        raise CannotRun(f"{name} is the demo's own carrier: it follows the simulator by itself.")
    kept = carrier_desk.resettled(kind, before, given)
    return before, kept, accounts.opened(number, name, kind, kept)  # raises what the carrier itself thinks of them


def _test(number: int, name: str, kind: str, given: Mapping[str, str]) -> dict[str, Any]:
    """Connects with what is to be set, and returns what stood before. It may take many seconds, for which nothing is locked: the
    dispatcher would wait. Raises BadSettings, CannotRun."""
    with connect(Role.MAINTENANCE) as connection:
        row = connection.execute(ONE, (number,)).fetchone()
    before, _, carrier = _settled(number, name, kind, row[0] if row else None, given)
    told = attempt(carrier)
    if not told["is_ok"]:
        raise CannotRun(f"{name} does not connect with these settings, so nothing is changed: {told['outcome']}")
    return before


def remove(named: str) -> dict[str, Any]:
    """Takes a carrier away: its settings are forgotten, and texts that left by it keep its name in their story. Raises CannotRun
    with what to do first while something still needs it."""
    number, name, kind = the_one(named)
    try:
        carrier_removal.remove(clinic_id=None, carrier=number, by=OPERATOR)
    except Refused as refusal:
        raise CannotRun(f"{name} stays. {refusal.hint}") from None
    return {"id": number, "name": name, "kind": kind, "removed": True}


def listed() -> list[dict[str, Any]]:
    """The accounts, how they are, and what is set on each: never a secret."""
    keys = keys_for(SYSTEM_CLINIC)
    with connect(Role.MAINTENANCE) as connection:
        rows = connection.execute(SETTINGS).fetchall()
    told = {number: (accounts.settings_of(keys, number, bytes(sealed)), sender) for number, sealed, sender in rows}
    return [
        {**one, "sender": told[one["id"]][1] or None, "settings": _shown(one["kind"], told[one["id"]][0])}
        for one in found()
    ]


def _shown(kind: str, kept: Mapping[str, Any]) -> dict[str, Any]:
    declared = importlib.import_module(f"recado.channels.{kind}").SETTINGS
    secrets = {setting.name for setting in declared if setting.is_secret} | {accounts.SECRET}
    return {name: value for name, value in kept.items() if name not in secrets}


def reread(named: str) -> dict[str, Any]:
    """Has the carrier's calls read once more that could not be read: after an update, or with the right key file."""
    number, name, kind = the_one(named)
    with connect(Role.DISPATCH) as connection:
        connection.execute(carrier_desk.LOCK)
        if not connection.execute(ONE, (number,)).fetchone():
            raise gone(name)
        count = connection.execute(REREAD, (number,)).rowcount
        connection.execute("SELECT pg_notify(%s, '')", (callbacks.CHANNEL,))
    return {"id": number, "name": name, "kind": kind, "calls": count}


ASKED = """
SELECT id, raw_ct FROM messaging_callbackraw WHERE carrier = %s AND settled_at IS NULL AND outcome IN ('', 'unconfirmed') ORDER BY id
"""
CONFIRMED = """
UPDATE messaging_callbackraw SET settled_at = %s, outcome = 'confirmed' WHERE id = %s AND settled_at IS NULL
"""


def confirm(named: str, *, is_visited: bool) -> dict[str, Any]:
    """What a carrier wants confirmed before it reports to us; `is_visited`: it is done now. Nothing is visited that the carrier
    hasn't signed. Raises CannotRun."""
    number, name, kind, carrier = opened(named)
    keys = keys_for(SYSTEM_CLINIC)
    with connect(Role.MAINTENANCE) as connection:
        rows = connection.execute(ASKED, (number,)).fetchall()
    if not isinstance(carrier, Confirms):
        raise CannotRun(f"{name} asks for no confirmation: nothing is to be done.")
    raws = [(key, callbacks.unpacked(keys.open(callbacks.COLUMN, key.bytes, bytes(sealed)))) for key, sealed in rows]
    asked = [(key, carrier.asks_for(raw), raw) for key, raw in raws if carrier.asks_for(raw)]
    done = asyncio.run(_visit(carrier, [raw for *_, raw in asked])) if is_visited else [False for _ in asked]
    with connect(Role.DISPATCH) as connection:
        for (key, *_), is_done in zip(asked, done, strict=True):
            if is_done:
                connection.execute(CONFIRMED, (real_now(), key))
    told = [
        {"subject": subject, "since": raw.received_at.isoformat(), "is_confirmed": is_done}
        for (_, subject, raw), is_done in zip(asked, done, strict=True)
    ]
    return {"id": number, "name": name, "kind": kind, "asked": told}


async def _visit(carrier: Any, raws: Sequence[RawCallback]) -> list[bool]:
    async def ignore(items: Sequence[Receipt | Inbound]) -> None:
        raise OSError("nothing is taken here: the dispatcher's own connection hears it")

    started: Carrier = carrier
    await started.start(ignore)
    try:
        return [await carrier.confirm(raw) for raw in raws]
    except Exception as error:
        raise CannotRun(f"The address could not be visited ({type(error).__name__}). Try again.") from None
    finally:
        await started.stop()
