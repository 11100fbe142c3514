"""The automatic answers of conversations, for whoever shows or changes them. Wired under TEXTS."""

from datetime import timedelta
from uuid import UUID

from recado.clinics import queries as clinics
from recado.consent.types import PurposeGroup
from recado.foundation import business_time
from recado.foundation.clock import local
from recado.foundation.dates import When
from recado.messaging import actions as messaging
from recado.messaging.queries import Value, sample_link
from recado.messaging.types import TextRoom

from . import notices, wish_notices

CHOICES = (
    "A: Thu 26 Nov 10:30; B: Mon 30 Nov 09:15"  # as a list of letters looks; figures are the same in every language
)
STOP = "STOP"


def room(clinic_id: UUID) -> TextRoom:
    """What an automatic answer may say. Call it inside `clinic_scope`."""
    clinic = clinics.clinic_settings(clinic_id)
    opens = (local(business_time.now(), clinic.time_zone) + timedelta(days=1)).replace(hour=8, minute=0)
    usual: dict[str, Value] = {
        "clinic": clinic.name,
        "phone": clinic.phone_shown,
        "choices": CHOICES,
        "when": When(opens, clinic.time_zone),
        "emergency": messaging.emergency_number(clinic),
        "link": sample_link(),
        "stop": STOP,
        "kinds": wish_notices.named([PurposeGroup.SURVEY]),
    }
    return TextRoom(
        {**notices.LEVELS, **wish_notices.LEVELS},
        wish_notices.VALUES,
        frozenset({"clinic"}),
        frozenset(),
        usual,
        usual | {"kinds": wish_notices.named(sorted(wish_notices.KINDS))},
        {"joined": frozenset({"stop", "link"})},
    )
