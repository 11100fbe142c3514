"""What other systems want said: orders of several clinics, put in one transaction by the way of every text.

Used by `api`, which owns the connection, the transaction and what is answered. Nothing here goes around the gate: an
order is `putting.sending`, after the consent that came with it was written.
"""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from recado.clinics import queries as clinics
from recado.clinics.types import ClinicSettings
from recado.consent import actions as consent
from recado.consent.types import GROUP_OF, Agreement
from recado.foundation.actors import Actor
from recado.foundation.asking import Work
from recado.foundation.crypto import ClinicKeys
from recado.foundation.keys import keys_for
from recado.foundation.tenancy import clinic_scope

from . import clinic_texts
from .carriers import route_for, routing
from .levels import Wording
from .putting import RouteOf, sending
from .standing import standings
from .types import Delivery, Intent, Standing

GROUND_LIVE = 2.0  # seconds that what a clinic's texts rest on is remembered, as each part of it is


@dataclass(frozen=True, slots=True)
class Consents:
    """What came with a text: where, when and to which wording its reader agreed."""

    source: str
    said_at: datetime
    text_version: str


@dataclass(frozen=True, slots=True)
class Order:
    """Texts of one clinic, by one key. `consents` by the place of its text."""

    intents: Sequence[Intent]
    consents: Mapping[int, Consents]
    by: Actor


@dataclass(frozen=True, slots=True)
class Ground:
    """What every text of a clinic rests on, read once for many."""

    clinic: ClinicSettings
    keys: ClinicKeys
    route_of: RouteOf
    is_furnished: bool  # it has a number to send from
    texts: Mapping[str, Wording]  # its own that are live, by key


_grounds: dict[UUID, tuple[float, Ground]] = {}
_lock = threading.Lock()


def ground(clinic_id: UUID) -> Ground:
    """Settings, keys and route of a clinic; remembered for two seconds. Outside of any clinic's scope."""
    with _lock:
        held = _grounds.get(clinic_id)
    if held and held[0] > time.monotonic():
        return held[1]
    with clinic_scope(clinic_id):
        settings, keys = clinics.clinic_settings(clinic_id), keys_for(clinic_id)
        found = Ground(
            settings, keys, routing(clinic_id), route_for(clinic_id) is not None, clinic_texts.live(clinic_id)
        )
    if found.is_furnished:  # a clinic that has none yet is asked again at once
        with _lock:
            _grounds[clinic_id] = (time.monotonic() + GROUND_LIVE, found)
    return found


def forget_grounds() -> None:
    """Drops what is remembered: between tests."""
    with _lock:
        _grounds.clear()


def taking(on: Ground, order: Order, *, now: datetime) -> Work[list[Standing]]:
    """Takes an order, as steps: consent first, since the gate judges by it. Returns how each text stands."""
    clinic_id = on.clinic.id
    if order.consents:
        agreements = [
            Agreement(
                on.keys.blind_index("phone", intent.phone.e164),
                GROUP_OF[intent.purpose],
                said.source,
                said.said_at,
                said.text_version,
            )
            for at, said in order.consents.items()
            if (intent := order.intents[at]).phone is not None
        ]
        yield from consent.agreeing(clinic_id, agreements, by=order.by, now=now)
    deliveries = yield from sending(
        clinic=on.clinic,
        keys=on.keys,
        route_of=on.route_of,
        intents=order.intents,
        by=order.by,
        now=now,
    )
    known = {one.message_id for one in deliveries if one.is_known}
    found = (yield from standings(clinic_id, list(known))) if known else {}
    return [found[one.message_id] if one.is_known else _fresh(one) for one in deliveries]


def _fresh(one: Delivery) -> Standing:
    return Standing(one.message_id, one.verdict, one.rule, one.parts, one.due)
