"""Who is texted when an alarm of danger goes further: phones on call, one after the other, twice around. At night no screen is
open, and an alarm on screens alone is heard by nobody."""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from recado.foundation.keys import keys_for
from recado.foundation.phone import Phone
from recado.foundation.wiring import wired

from . import rules
from .models import Emergency, Sharing
from .types import Called, OnCall

SEALED = "sharing.on_call"


def phones(clinic_id: UUID) -> list[OnCall]:
    """The phones on call in their order. Call it inside `clinic_scope`."""
    kept = Sharing.objects.filter(clinic_id=clinic_id).values_list("on_call_ct", flat=True).first()
    if kept is None:
        return []
    return [_read(one) for one in json.loads(keys_for(clinic_id).open(SEALED, clinic_id.bytes, bytes(kept)))]


def _read(stored: str | list[str]) -> OnCall:
    """A number alone, as it was kept before it was asked whose it is, or with who has it."""
    number, who = (stored, "") if isinstance(stored, str) else stored
    return OnCall(Phone(number), UUID(who) if who else None)


def seal(clinic_id: UUID, wanted: Sequence[OnCall]) -> bytes:
    """As `phones` reads it."""
    told = [[one.phone.e164, str(one.user_id or "")] for one in wanted]
    return keys_for(clinic_id).seal(SEALED, clinic_id.bytes, json.dumps(told).encode())


def text(clinic_id: UUID, alarms: Sequence[Emergency]) -> dict[UUID, bool]:
    """Texts whoever's turn it is after the step that each alarm has reached; a phone of several alarms once, and each of these
    notes that it was called (not written yet). Returns by alarm whether a text went into the queue; of those for whom nobody was
    to be texted, nothing."""
    on_call = [one.phone for one in phones(clinic_id)]
    turns = {row.id: rules.phone_of(row.step, on_call) for row in alarms}
    first = {phone: row for row in reversed(alarms) if (phone := turns[row.id])}
    if not first:
        return {}
    refs = {phone: f"on_call:{row.id}:{row.step}" for phone, row in first.items()}
    queued = wired("STAFF_TEXTS", "danger")(clinic_id=clinic_id, refs=refs)
    for row in alarms:
        if (phone := turns[row.id]) in queued and phone and row.called is not None:
            row.called = sorted({*row.called, _kept(clinic_id, phone)})
    return {name: phone in queued for name, phone in turns.items() if phone}


def _kept(clinic_id: UUID, phone: Phone) -> str:
    return keys_for(clinic_id).blind_index("phone", phone.e164).hex()


def called(raised_at: datetime, kept: Sequence[str] | None) -> Called:
    """Whom an alarm has called, as `text` keeps it."""
    return Called(raised_at, None if kept is None else frozenset(map(bytes.fromhex, kept)))
