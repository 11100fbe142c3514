"""Carrier accounts, kept: added, found, paused, tried. For the command line; runs as maintenance."""

import asyncio
import re
import secrets
import shlex
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from recado.channels.protocol import BadSettings, Carrier, Envelope
from recado.clinics import queries as clinics
from recado.clinics.types import NoSuchClinic, Refused
from recado.foundation import news
from recado.foundation.actors import OPERATOR
from recado.foundation.clock import real_now
from recado.foundation.countries.values import Traffic
from recado.foundation.crypto import SYSTEM_CLINIC
from recado.foundation.database import Role, connect
from recado.foundation.keys import keys_for
from recado.foundation.phone import BadPhone, read_phone
from recado.foundation.tenancy import clinic_scope
from recado.launch import carrier_tries, furnishing
from recado.launch.errors import CannotRun
from recado.messaging import accounts, carrier_desk
from recado.messaging import actions as messaging
from recado.messaging.carriers import forget_routes, route_for
from recado.messaging.checks import LONGEST_NAME, check_sender, is_name
from recado.messaging.numbers import Use, has_its_own
from recado.messaging.types import CHANNEL, TRY, Lane

FIND = """
SELECT id, name, kind, state, state_at, is_active, paused_lanes, (SELECT count(*) FROM messaging_callbackraw r
    WHERE r.carrier = c.id AND r.settled_at IS NULL AND r.outcome = 'unconfirmed')
FROM messaging_carrieraccount c WHERE removed_at IS NULL ORDER BY id
"""
# Since when is kept of the first lane: the promise leaves out what fell due while a lane was held.
HOLD = """
UPDATE messaging_carrieraccount c SET paused_lanes = n.lanes, paused_at = CASE WHEN n.lanes <> '{}' THEN coalesce(c.paused_at, %(now)s) END
FROM (SELECT ARRAY(SELECT DISTINCT lane FROM unnest(paused_lanes || %(held)s::smallint[]) AS u (lane)
        WHERE lane <> ALL (%(freed)s::smallint[]) ORDER BY lane)::smallint[] AS lanes
    FROM messaging_carrieraccount WHERE id = %(carrier)s AND removed_at IS NULL FOR UPDATE) n
WHERE c.id = %(carrier)s RETURNING c.paused_lanes
"""
SETTINGS = "SELECT settings_ct FROM messaging_carrieraccount WHERE id = %s AND removed_at IS NULL"
# The account that it refused is another from now on, for a dispatcher that starts later: one that runs writes over it.
PUT_RIGHT = "UPDATE messaging_carrieraccount SET refused_with = '' WHERE id = %s AND refused_with IS NOT NULL"
UNSHOWN = ("name_too_long", "name_letters")  # what is wrong with a name in every country
SERVED = "SELECT DISTINCT clinic_id FROM messaging_receivingnumber WHERE carrier_id = %s"


def add(
    kind: str,
    name: str,
    given: Mapping[str, object],
    *,
    sender: str = "",
    clinic: str | None = None,
    is_default: bool = False,
) -> dict[str, Any]:
    """Keeps a carrier for all clinics; the dispatcher opens it within seconds. `clinic` gets the sender as its number on it, as
    `recado number add` would give it, and sends from it where it had none of its own. One that it has on another carrier stays
    there: `is_given` tells. Raises BadSettings, CannotRun."""
    address = read_new_sender(sender) or (sender_of(name) if is_default else "")
    clinic_id = _clinic(clinic)
    with _theirs(clinic_id, address) as given_to:
        try:
            made = carrier_desk.add(
                name=name, kind=kind, given=given, default_sender=address if is_default else "", by=OPERATOR
            )
        except Refused as refusal:
            raise CannotRun(f"--{refusal.field}: {refusal.hint}") from None
        theirs = given_to(made.number)
    told = {"id": made.number, "name": name, "kind": kind, "callback_url": made.callback_url or None}
    return {**told, "sender": address or None, **theirs, "default_of": furnishing.furnish_all() if is_default else []}


@contextmanager
def _theirs(clinic_id: UUID | None, address: str) -> Iterator[Callable[[int], dict[str, Any]]]:
    """What gives the clinic the number on a carrier, once there is one. Whether it may have it is asked first, so that nothing
    is connected where it may not. Raises CannotRun."""
    if clinic_id is None:
        yield lambda carrier: {}
        return
    with messaging.alone_with_number(address) as used_by:
        is_held = any(use.clinic_id == clinic_id for use in used_by)
        try:
            with clinic_scope(clinic_id):
                if not is_held:
                    messaging.check_number(clinic_id=clinic_id, address=address, used_by=used_by, by=OPERATOR)
        except Refused as refusal:
            hint = f"{refusal.hint} Connect the carrier without --clinic, then see `recado number add --help`."
            raise CannotRun(f"--sender: {hint}") from None
        yield lambda carrier: _give(clinic_id, address, None if is_held else carrier, used_by)


def _give(clinic_id: UUID, address: str, carrier: int | None, used_by: Sequence[Use]) -> dict[str, Any]:
    """Gives the number on a carrier; None: the clinic has it on another. Returns that, and what its texts come from now."""
    with clinic_scope(clinic_id):
        if carrier is not None:
            is_first = not has_its_own(clinic_id, furnishing.stand_ins())
            made = messaging.add_number(
                clinic_id=clinic_id, address=address, carrier=carrier, used_by=used_by, by=OPERATOR
            )
            if is_first:
                messaging.choose_sender(clinic_id=clinic_id, number_id=made, by=OPERATOR)
        forget_routes()
        own = route_for(clinic_id)
    return {"is_given": carrier is not None, "sends_from": own.sender if own else None}


def sender_of(name: str) -> str:
    """A sender made of a carrier's name: the letters and digits that phones show. Nobody can answer to a name."""
    made = re.sub(r"[^A-Za-z0-9]+", "", unicodedata.normalize("NFKD", name))[:LONGEST_NAME]
    return made if any(letter.isalpha() for letter in made) else "Recado"


def _clinic(slug: str | None) -> UUID | None:
    """The clinic that gets the sender. Raises CannotRun."""
    try:
        return clinics.clinic_by_slug(slug).id if slug else None
    except NoSuchClinic as error:
        raise CannotRun(f"--clinic: {error}") from None


def read_sender(sender: str, option: str = "--sender") -> str:
    """A number in full, or a name or short code as it is. Raises CannotRun."""
    if not sender or sender[0] not in "+0123456789" or (len(sender) < 7 and sender[0] != "+"):
        return sender[:20]  # a name or a short code
    try:
        return read_phone(sender, "GB").e164
    except BadPhone as error:
        raise CannotRun(f"{option}: {error.hint}") from None


def read_new_sender(sender: str) -> str:
    """The same, of a sender that is to be used: a name that no phone can show is refused. Raises CannotRun."""
    address = read_sender(sender)
    for problem in check_sender(sender, "GB", Traffic.SERVICE, on=real_now().date()) if is_name(sender) else ():
        if problem.code in UNSHOWN:
            raise CannotRun(f"--sender: {problem.sentence % problem.values}")
    return address


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
            **_holding(lanes),
            "unconfirmed": unconfirmed,
        }
        for number, name, kind, state, since, is_active, lanes, unconfirmed in rows
    ]


def pause(named: str, lanes: Iterable[Lane] = Lane) -> dict[str, Any]:
    """Holds lanes of a carrier: their texts wait. What it reports is still taken."""
    return _hold(named, held=lanes)


def resume(named: str, lanes: Iterable[Lane] = Lane) -> dict[str, Any]:
    return _hold(named, freed=lanes)


def _holding(lanes: Sequence[int]) -> dict[str, Any]:
    """What of a carrier is held, and whether that is all."""
    return {"is_paused": len(lanes) == len(Lane), "held": [Lane(lane).name.lower() for lane in lanes]}


def _hold(named: str, *, held: Iterable[Lane] = (), freed: Iterable[Lane] = ()) -> dict[str, Any]:
    number, name, kind = the_one(named)
    values = {"held": [int(one) for one in held], "freed": [int(one) for one in freed], "carrier": number}
    with connect(Role.MAINTENANCE) as connection:
        row = connection.execute(HOLD, {**values, "now": real_now()}).fetchone()
        if row is None:
            raise gone(name)
        served = connection.execute(SERVED, (number,)).fetchall()
        connection.execute(news.TELL, ([news.word(row[0], news.Topic.CARRIERS) for row in served],))
        connection.execute("SELECT pg_notify(%s, '')", (CHANNEL,))
    return {"id": number, "name": name, "kind": kind, **_holding(row[0])}


def number_of_carrier(named: str) -> int:
    """The account of this name or number. Raises CannotRun."""
    return the_one(named)[0]


def the_one(named: str) -> tuple[int, str, str]:
    """Number, name and kind of the account of this name or number. Raises CannotRun."""
    for one in found():
        if named in (one["name"], str(one["id"])):
            return one["id"], one["name"], one["kind"]
    raise CannotRun(f"There is no carrier {named}. `recado carrier list` shows them.")


def gone(name: str) -> CannotRun:
    """What is said where a carrier was removed while something was done about it."""
    return CannotRun(f"{name} has been removed meanwhile.")


def opened(named: str) -> tuple[int, str, str, Carrier]:
    """The account of this name or number, with its carrier, not started. Raises CannotRun."""
    number, name, kind = the_one(named)
    with connect(Role.MAINTENANCE) as connection:
        row = connection.execute(SETTINGS, (number,)).fetchone()
    if row is None:
        raise gone(name)
    kept = accounts.settings_of(keys_for(SYSTEM_CLINIC), number, bytes(row[0]))
    try:
        return number, name, kind, accounts.opened(number, name, kind, kept)
    except BadSettings as refusal:
        raise CannotRun(
            f"{refusal} Change it: recado carrier change {shlex.quote(name)} --set {refusal.setting}=..."
        ) from None


def test(named: str, *, to: str | None, sender: str | None) -> dict[str, Any]:
    """Connects once more, beside the dispatcher, and says how it went. Where the carrier takes us, a dispatcher that it has turned
    away tries again at once, also one that is started later."""
    number, name, kind, carrier = opened(named)
    envelope = None
    if to and sender:
        try:
            phone = read_phone(to, "GB").e164
        except BadPhone as error:
            raise CannotRun(f"--to: {error.hint}") from None
        envelope = Envelope(secrets.token_bytes(16), phone, read_sender(sender), "This is a test text from Recado.")
    told = asyncio.run(carrier_tries.tried(carrier, envelope))
    if told["is_ok"] and told["outcome"] != carrier_tries.UNASKED:
        with connect(Role.MAINTENANCE) as connection:
            connection.execute(PUT_RIGHT, (number,))
            connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, f"{TRY}{number}"))
    return {"id": number, "name": name, "kind": kind, **told}
