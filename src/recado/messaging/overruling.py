"""A person lets a text go that only the clinic's own measure of how many are enough holds back.

Nothing else can be overruled: not a stop, a missing permission, a wrong number, how much a text may say, or any hours. All of it is
judged once more, as if the number had had no text yet, and what objects then, holds it as before.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from recado.clinics import queries as clinics
from recado.consent.types import Purpose
from recado.foundation import audit, business_time
from recado.foundation.actors import Actor
from recado.foundation.database import plain_cursor
from recado.foundation.keys import keys_for
from recado.foundation.phone import Phone
from recado.foundation.wiring import all_wired

from . import gate, outbox
from .models import Message
from .types import Intent

OVERRULED = ("frequency_cap", "hourly_cap")
"""Rules of the gate that a person may overrule."""


def send_anyway(*, clinic_id: UUID, message_id: UUID, by: Actor) -> datetime | None:
    """The text leaves as soon as everything else allows. Returns when; None: it has left or been taken back meanwhile, no such
    rule holds it, or another one objects now. Call it inside `clinic_scope`."""
    with transaction.atomic():
        row = Message.objects.filter(clinic_id=clinic_id, id=message_id, verdict="later", rule__in=OVERRULED).first()
        if row is None or row.phone_bi is None or row.phone_ct is None:
            return None
        judged = gate.clear_beyond_caps(
            clinics.clinic_settings(clinic_id),
            _intent(row, bytes(row.phone_ct)),
            bytes(row.phone_bi),
            now=business_time.now(),
        )
        if judged.verdict == "never":
            return None
        with plain_cursor() as cursor:
            if not outbox.leave_at(cursor, clinic_id=clinic_id, name=message_id, due=judged.due):
                return None
        audit.record(
            clinic_id=clinic_id,
            by=by,
            action="message.anyway",
            patient_id=row.patient_id,
            subject=f"message:{message_id}",
            detail={"rule": row.rule},
        )
    return judged.due


def _intent(row: Message, phone_ct: bytes) -> Intent:
    phone = keys_for(row.clinic_id).open("message.phone", row.id.bytes, phone_ct).decode()
    return Intent(
        Purpose(row.purpose),
        "",
        Phone(phone),
        patient_id=row.patient_id,
        expires_at=row.expires,
        wording=row.wording or "",
        at_chosen_hour=any(row.id in chosen(row.clinic_id, [row.id]) for chosen in all_wired("AT_CHOSEN_HOURS")),
    )
