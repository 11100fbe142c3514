"""Carriers connected and changed: by the operator at the command line, or by a clinic on its own page.

What opens a carrier is under the system's key and is written by the maintenance role alone. A carrier that a clinic adds is
that clinic's (`kept_by`): no other may send by it, see it or change it. The operator's serve all; where there is one clinic
only, that clinic may change them too. Where there are several, none of them may say where a carrier is reached: an address
that one of them chose would have the server call into its own network for it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any, Final, LiteralString
from uuid import UUID

import psycopg
from django.conf import settings as installation

from recado.channels import given as givens
from recado.channels.protocol import BadSettings, Setting
from recado.clinics.types import Refused
from recado.foundation import audit, news
from recado.foundation.actors import Actor
from recado.foundation.crypto import SYSTEM_CLINIC
from recado.foundation.database import Role, connect, plain_cursor
from recado.foundation.keys import keys_for
from recado.foundation.text import gettext_noop

from . import accounts, callbacks
from .carriers import forget_routes
from .types import CHANNEL

LONGEST_NAME: Final = 60  # letters
BAD_NAME = gettext_noop("Give 1 to %(most)s letters.")
NAME_TAKEN = gettext_noop("There is a carrier called %(name)s already. Choose another name.")
OF_DEMO = gettext_noop("%(name)s is the demo's own carrier: it follows the simulator by itself.")
OF_OPERATOR = gettext_noop("Where several clinics share the server, only its operator says where a carrier is reached.")
ADDRESSES: Final = frozenset({"url", "pricing_url", "host", "port", "tls_name", "private_network", "callback_url"})
"""Settings that say where a carrier is reached, or where it reaches us."""

SIMULATOR: Final = "simulator"  # a setting that only the demo's own carrier has

LOCK: LiteralString = "SELECT pg_advisory_xact_lock(hashtextextended('recado carrier accounts', 7))"
NAMES: LiteralString = "SELECT id, CASE WHEN removed_at IS NULL THEN name ELSE '' END FROM messaging_carrieraccount"
ADD: LiteralString = """
INSERT INTO messaging_carrieraccount (id, name, kind, settings_ct, is_active, state, paused_lanes, default_sender,
    receives, kept_by)
VALUES (%(id)s, %(name)s, %(kind)s, %(sealed)s, true, 'new', '{}', %(sender)s, %(receives)s, %(kept_by)s)
"""
NO_OTHER_DEFAULT: LiteralString = "UPDATE messaging_carrieraccount SET default_sender = '' WHERE default_sender <> ''"
READ: LiteralString = """
SELECT name, kind, settings_ct, kept_by FROM messaging_carrieraccount WHERE id = %s AND removed_at IS NULL FOR UPDATE
"""
ALL: LiteralString = "SELECT id, settings_ct, kept_by FROM messaging_carrieraccount WHERE removed_at IS NULL"
WRITE: LiteralString = """
UPDATE messaging_carrieraccount SET name = %(name)s, settings_ct = %(sealed)s, receives = %(receives)s WHERE id = %(id)s
"""
ARE_SEVERAL: LiteralString = "SELECT count(*) > 1 FROM clinics_clinic"


class NoSuchCarrier(LookupError):
    """There is no such carrier, or it is not the one's who asks."""


@dataclass(frozen=True, slots=True)
class Made:
    """A carrier as it was connected. `callback_url`: where it shall report to, with its secret; empty: it doesn't call."""

    number: int
    name: str
    kind: str
    callback_url: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What is set on a carrier: never a secret. `secrets` names those that are set."""

    number: int
    name: str
    kind: str
    values: Mapping[str, str]
    secrets: frozenset[str]
    callback_url: str


def hold_accounts() -> None:
    """Nobody takes a carrier away before the caller's transaction ends: what is put on one doesn't stand on one that is gone. Call
    it before the carrier is looked for, inside `clinic_scope`."""
    with plain_cursor() as cursor:
        cursor.execute(LOCK)


def kinds() -> tuple[str, ...]:
    """The kinds of carriers that can be connected, in the order of the wiring table."""
    return tuple(import_module(installation.RECADO_WIRING).CARRIERS)


def declared(kind: str) -> tuple[Setting, ...]:
    """What can be set on carriers of this kind: from this the command line and the pages make their fields."""
    settings: tuple[Setting, ...] = import_module(f"recado.channels.{kind}").SETTINGS
    return settings


def settable(kind: str) -> tuple[Setting, ...]:
    """The same, of what a clinic may set on its page: without addresses where several clinics share the server."""
    return tuple(one for one in declared(kind) if one.name not in ADDRESSES) if are_several() else declared(kind)


def connectable() -> tuple[str, ...]:
    """The kinds that a clinic may connect on its page: those whose address is known, or that it may say."""
    closed = ADDRESSES if are_several() else frozenset()
    return tuple(kind for kind in kinds() if not any(one.name in closed and _is_ours(one) for one in declared(kind)))


def _is_ours(address: Setting) -> bool:
    """Whether a carrier's address has to be said, or is in our own network unless it is."""
    return address.is_required or str(address.default).startswith("http://")


def are_several() -> bool:
    """Whether several clinics share the installation."""
    with connect(Role.MAINTENANCE) as maintenance:
        row = maintenance.execute(ARE_SEVERAL).fetchone()
    return bool(row and row[0])


def add(
    *,
    name: str,
    kind: str,
    given: Mapping[str, object],
    kept_by: UUID | None = None,
    default_sender: str = "",
    by: Actor,
) -> Made:
    """Connects a carrier; the dispatcher opens it within seconds. `kept_by`: the clinic whose own it is. `default_sender`:
    clinics without a number of their own send from it, on this carrier. Raises Refused (`name`, or a setting) and BadSettings."""
    _check_name(name)
    _check_addresses(given, kept_by)
    kept = givens.plain(declared(kind), given)
    if any(setting.name == "callback_url" for setting in declared(kind)):
        kept[accounts.SECRET] = accounts.new_secret()
    receives = accounts.opened(0, name, kind, kept).capabilities.receives  # raises what the carrier thinks of them
    with connect(Role.MAINTENANCE) as maintenance:
        maintenance.execute(LOCK)
        number = 1 + max(_others(maintenance, name), default=0)
        if default_sender:
            maintenance.execute(NO_OTHER_DEFAULT)
        row = {"id": number, "name": name, "kind": kind, "sender": default_sender, "receives": receives}
        sealed = accounts.sealed(keys_for(SYSTEM_CLINIC), number, kept)
        maintenance.execute(ADD, {**row, "sealed": sealed, "kept_by": kept_by})
        tell(maintenance, kept_by, by, "message.carrier_added", {"carrier": number, "kind": kind})
    forget()
    return Made(number, name, kind, accounts.callback_url(number, kept))


def settings_of(*, clinic_id: UUID, carrier: int) -> Kept:
    """What is set on a carrier that the clinic may change. Raises NoSuchCarrier."""
    with connect(Role.MAINTENANCE) as maintenance:
        name, kind, kept, _ = own(maintenance, clinic_id, carrier)
    told = {one.name: one for one in declared(kind)}
    return Kept(
        number=carrier,
        name=name,
        kind=kind,
        values={key: written(value) for key, value in kept.items() if key in told and not told[key].is_secret},
        secrets=frozenset(key for key in kept if key in told and told[key].is_secret),
        callback_url=accounts.callback_url(carrier, kept),
    )


def changeable(clinic_id: UUID) -> frozenset[int]:
    """The carriers whose settings the clinic may change."""
    keys, several = keys_for(SYSTEM_CLINIC), are_several()
    with connect(Role.MAINTENANCE) as maintenance:
        rows = maintenance.execute(ALL).fetchall()
    return frozenset(
        number
        for number, sealed, kept_by in rows
        if _is_own(kept_by, clinic_id, several) and SIMULATOR not in accounts.settings_of(keys, number, bytes(sealed))
    )


def change(*, clinic_id: UUID, carrier: int, name: str, given: Mapping[str, object], by: Actor) -> bool:
    """Gives a carrier of the clinic's another name and its settings other values, an empty one for the default again; what
    isn't named stays. The dispatcher opens it anew within seconds. False: all is so already. Raises Refused, BadSettings and
    NoSuchCarrier."""
    _check_name(name)
    with connect(Role.MAINTENANCE) as maintenance:
        maintenance.execute(LOCK)
        was, kind, before, _ = own(maintenance, clinic_id, carrier)
        _check_addresses({key: value for key, value in given.items() if written(before.get(key)) != value}, clinic_id)
        changed = [key for key, value in given.items() if written(before.get(key)) != value]
        if not changed and name == was:
            return False
        if name != was:
            _others(maintenance, name, besides=carrier)
        kept = resettled(kind, before, given)
        receives = accounts.opened(carrier, name, kind, kept).capabilities.receives
        sealed = accounts.sealed(keys_for(SYSTEM_CLINIC), carrier, kept)
        maintenance.execute(WRITE, {"id": carrier, "name": name, "sealed": sealed, "receives": receives})
        detail: dict[str, audit.JSON] = {"carrier": carrier, "changed": [*changed]}
        tell(maintenance, clinic_id, by, "message.carrier_changed", detail)
    forget()
    return True


def resettled(kind: str, kept: Mapping[str, Any], given: Mapping[str, object]) -> dict[str, object]:
    """What is kept once some of it has another value. Raises BadSettings."""
    own = {key: value for key, value in kept.items() if key != accounts.SECRET}
    settled = givens.plain(declared(kind), {**own, **given})
    return {**settled, **{key: value for key, value in kept.items() if key == accounts.SECRET}}


def own(
    maintenance: "psycopg.Connection[Any]", clinic_id: UUID | None, carrier: int
) -> tuple[str, str, dict[str, Any], UUID | None]:
    """Name, kind, settings and clinic of a carrier that the clinic may change (None: the operator, who may change each), with
    nobody else changing it meanwhile. Raises NoSuchCarrier, and Refused for the demo's."""
    row = maintenance.execute(READ, (carrier,)).fetchone() if 0 < carrier < 2**15 else None
    if row is None or not (clinic_id is None or _is_own(row[3], clinic_id, are_several())):
        raise NoSuchCarrier
    kept = accounts.settings_of(keys_for(SYSTEM_CLINIC), carrier, bytes(row[2]))
    if SIMULATOR in kept:
        raise Refused("name", OF_DEMO, name=row[0])
    return row[0], row[1], kept, row[3]


def _is_own(kept_by: UUID | None, clinic_id: UUID, several: bool) -> bool:
    return kept_by == clinic_id or (kept_by is None and not several)


def written(value: object) -> str:
    """A value as a field shows it, and as it may be given again."""
    if value is None:
        return ""
    if isinstance(value, timedelta):
        return f"{value.total_seconds():g}s"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _check_name(name: str) -> None:
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise Refused("name", BAD_NAME, most=str(LONGEST_NAME))


def _check_addresses(given: Mapping[str, object], kept_by: UUID | None) -> None:
    """Raises Refused where one of several clinics says where a carrier is."""
    said = next((name for name, value in given.items() if name in ADDRESSES and value not in (None, "")), None)
    if said and kept_by is not None and are_several():
        raise Refused(said, OF_OPERATOR)


def _others(maintenance: "psycopg.Connection[Any]", name: str, besides: int = 0) -> Sequence[int]:
    """The numbers of all accounts, removed ones too. Raises Refused where one that isn't removed has this name."""
    rows = maintenance.execute(NAMES).fetchall()
    if any(row[1].casefold() == name.casefold() and row[0] != besides for row in rows):
        raise Refused("name", NAME_TAKEN, name=name)
    return [row[0] for row in rows]


def tell(
    maintenance: "psycopg.Connection[Any]",
    clinic_id: UUID | None,
    by: Actor,
    action: str,
    detail: Mapping[str, audit.JSON],
) -> None:
    """The audit line and the news of a clinic; the operator's own work is in no clinic's log."""
    if clinic_id is not None:
        line = audit.AuditLine(clinic_id, by, action, subject=f"carrier {detail['carrier']}", detail=detail)
        maintenance.execute(audit.INSERT_LINES, audit.parameters([line]))
        maintenance.execute(news.TELL, ([news.word(clinic_id, news.Topic.CARRIERS)],))
    maintenance.execute("SELECT pg_notify(%s, '')", (CHANNEL,))


def forget() -> None:
    """Has this process read anew what it remembers of carriers; others do so within seconds."""
    forget_routes()
    callbacks.forget()


__all__ = ["BadSettings", "Kept", "Made", "NoSuchCarrier", "Setting"]
