"""What the gate would say of a text now."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from recado.clinics import queries as clinics
from recado.foundation import business_time
from recado.foundation.keys import keys_for

from . import carriers, gate
from .types import Intent


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the gate would say of a text now: it leaves at `due` (None: it may not), by this rule."""

    rule: str
    due: datetime | None
    waits: bool  # longer than anybody asked for
    is_heard: bool = True  # an answer to it would come back to us


def foresee(clinic_id: UUID, intent: Intent) -> Outlook:
    """Whether and when a text would leave if it were sent now; nothing is stored. Call it inside `clinic_scope`."""
    clinic = clinics.clinic_settings(clinic_id)
    phone_bi = keys_for(clinic_id).blind_index("phone", intent.phone.e164) if intent.phone else None
    (judged,) = gate.clear(clinic=clinic, intents=[(intent, phone_bi)], now=business_time.now())
    due = None if judged.verdict == "never" else judged.due
    is_heard = carriers.takes_answers(clinic_id, intent.number, phone=intent.phone, purpose=intent.purpose)
    return Outlook(judged.rule, due, judged.verdict == "later", is_heard)
