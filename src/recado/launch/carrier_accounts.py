"""Carrier accounts, kept: added, found, paused, tried. For the command line; runs as maintenance."""

import asyncio
import re
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from recado.channels.protocol import (
    Accepted,
    BadSettings,
    Carrier,
    Envelope,
    HasBalance,
    Inbound,
    Receipt,
)
from recado.clinics import queries as clinics
from recado.clinics.types import NoSuchClinic, Refused
from recado.foundation import news
from recado.foundation.actors import OPERATOR
from recado.foundation.clock import real_now
from recado.foundation.crypto import SYSTEM_CLINIC
from recado.foundation.database import Role, connect
from recado.foundation.ids import new_id
from recado.foundation.keys import keys_for
from recado.foundation.phone import BadPhone, read_phone
from recado.foundation.tenancy import clinic_scope
from recado.launch import furnishing
from recado.launch.errors import CannotRun
from recado.messaging import accounts, carrier_desk, senders
from recado.messaging.carriers import forget_routes
from recado.messaging.checks import LONGEST_NAME
from recado.messaging.types import CHANNEL, Lane

FIND = """
SELECT id, name, kind, state, state_at, is_active, paused_lanes, (SELECT count(*) FROM messaging_callbackraw r
    WHERE r.carrier = c.id AND r.settled_at IS NULL AND r.outcome = 'unconfirmed')
FROM messaging_carrieraccount c ORDER BY id
"""
NUMBER = """
INSERT INTO messaging_receivingnumber (id, clinic_id, carrier_id, address, keyword, is_preferred)
VALUES (%s, %s, %s, %s, '', false) ON CONFLICT DO NOTHING
"""
HOLD = "UPDATE messaging_carrieraccount SET paused_lanes = %s, paused_at = %s WHERE id = %s"
SERVED = "SELECT DISTINCT clinic_id FROM messaging_receivingnumber WHERE carrier_id = %s"
WAIT = 10.0  # seconds for a carrier to be connected


def add(
    kind: str,
    name: str,
    given: Mapping[str, object],
    *,
    sender: str = "",
    clinic: str | None = None,
    is_default: bool = False,
) -> dict[str, Any]:
    """Keeps a carrier for all clinics; the dispatcher opens it within seconds. Raises BadSettings, CannotRun."""
    address = read_sender(sender) or (sender_of(name) if is_default else "")
    clinic_id = _clinic(clinic, address)
    try:
        made = carrier_desk.add(
            name=name, kind=kind, given=given, default_sender=address if is_default else "", by=OPERATOR
        )
    except Refused as refusal:
        raise CannotRun(f"--{refusal.field}: {refusal.hint}") from None
    if clinic_id:
        with connect(Role.MAINTENANCE) as connection:
            connection.execute(NUMBER, (new_id(), clinic_id, made.number, address))
        forget_routes()
    told = {"id": made.number, "name": name, "kind": kind, "callback_url": made.callback_url or None}
    return {**told, "sender": address or None, "default_of": furnishing.furnish_all() if is_default else []}


def sender_of(name: str) -> str:
    """A sender made of a carrier's name: the letters and digits that phones show. Nobody can answer to a name."""
    made = re.sub(r"[^A-Za-z0-9]+", "", unicodedata.normalize("NFKD", name))[:LONGEST_NAME]
    return made if any(letter.isalpha() for letter in made) else "Recado"


def _clinic(slug: str | None, sender: str) -> UUID | None:
    """The clinic that gets the sender. Raises CannotRun, also where its country has no such sender."""
    if not slug:
        return None
    try:
        clinic = clinics.clinic_by_slug(slug)
        with clinic_scope(clinic.id):
            senders.refuse("sender", sender, clinic.country, senders.registered(clinic.id))
    except NoSuchClinic as error:
        raise CannotRun(f"--clinic: {error}") from None
    except Refused as refusal:
        raise CannotRun(f"--sender: {refusal.hint}") from None
    return clinic.id


def read_sender(sender: str, option: str = "--sender") -> str:
    """A number in full, or a name or short code as it is. Raises CannotRun."""
    if not sender or sender[0] not in "+0123456789" or len(sender) < 7:
        return sender[:20]  # a name or a short code
    try:
        return read_phone(sender, "GB").e164
    except BadPhone as error:
        raise CannotRun(f"{option}: {error.hint}") from None


def found() -> list[dict[str, Any]]:
    """The accounts and how they are."""
    with connect(Role.MAINTENANCE) as connection:
        rows = connection.execute(FIND).fetchall()
    return [
        {
            "id": number,
            "name": name,
            "kind": kind,
            "state": state if is_active else "off",
            "since": since.isoformat() if since else None,
            "is_paused": len(lanes) == len(Lane),
            "unconfirmed": unconfirmed,
        }
        for number, name, kind, state, since, is_active, lanes, unconfirmed in rows
    ]


def pause(named: str) -> dict[str, Any]:
    """Holds every lane of a carrier: its texts wait. What it reports is still taken."""
    return _hold(named, [int(lane) for lane in Lane])


def resume(named: str) -> dict[str, Any]:
    return _hold(named, [])


def _hold(named: str, lanes: list[int]) -> dict[str, Any]:
    number, name, kind = the_one(named)
    with connect(Role.MAINTENANCE) as connection:
        connection.execute(HOLD, (lanes, real_now() if lanes else None, number))
        served = connection.execute(SERVED, (number,)).fetchall()
        connection.execute(news.TELL, ([news.word(row[0], news.Topic.CARRIERS) for row in served],))
        connection.execute("SELECT pg_notify(%s, '')", (CHANNEL,))
    return {"id": number, "name": name, "kind": kind, "is_paused": bool(lanes)}


def number_of_carrier(named: str) -> int:
    """The account of this name or number. Raises CannotRun."""
    return the_one(named)[0]


def the_one(named: str) -> tuple[int, str, str]:
    """Number, name and kind of the account of this name or number. Raises CannotRun."""
    for one in found():
        if named in (one["name"], str(one["id"])):
            return one["id"], one["name"], one["kind"]
    raise CannotRun(f"There is no carrier {named}. `recado carrier list` shows them.")


def test(named: str, *, to: str | None, sender: str | None) -> dict[str, Any]:
    """Connects once more, beside the dispatcher, and says how it went."""
    number, name, kind = the_one(named)
    with connect(Role.MAINTENANCE) as connection:
        row = connection.execute("SELECT settings_ct FROM messaging_carrieraccount WHERE id = %s", (number,)).fetchone()
    assert row
    try:
        carrier = accounts.opened(
            number, name, kind, accounts.settings_of(keys_for(SYSTEM_CLINIC), number, bytes(row[0]))
        )
    except BadSettings as refusal:
        raise CannotRun(str(refusal)) from None
    envelope = None
    if to and sender:
        try:
            phone = read_phone(to, "GB").e164
        except BadPhone as error:
            raise CannotRun(f"--to: {error.hint}") from None
        envelope = Envelope(secrets.token_bytes(16), phone, read_sender(sender), "This is a test text from Recado.")
    return {"id": number, "name": name, "kind": kind, **asyncio.run(_try(carrier, envelope))}


def attempt(carrier: Carrier) -> dict[str, Any]:
    """Connects, beside the dispatcher, and says how it went."""
    return asyncio.run(_try(carrier, None))


async def _try(carrier: Carrier, envelope: Envelope | None) -> dict[str, Any]:
    async def ignore(items: Sequence[Receipt | Inbound]) -> None:
        raise OSError("a test stores nothing: the dispatcher's own connection hears it")

    await carrier.start(ignore)
    try:
        await asyncio.wait_for(carrier.wait_ready(), WAIT)
        told: dict[str, Any] = {"is_ok": True, "outcome": "connected"}
        if isinstance(carrier, HasBalance):
            told["balance"] = str((await carrier.balance()).amount)
        if envelope is not None:
            (outcome,) = await carrier.send([envelope])
            told["is_ok"] = isinstance(outcome, Accepted)
            told["outcome"] = "taken" if told["is_ok"] else getattr(outcome, "reason", type(outcome).__name__)
        return told
    except TimeoutError:
        return {
            "is_ok": False,
            "outcome": f"not connected within {WAIT:.0f} s ({getattr(carrier, 'state_reason', '')})",
        }
    except Exception as error:
        return {"is_ok": False, "outcome": f"no answer ({type(error).__name__})"}
    finally:
        await carrier.stop()
