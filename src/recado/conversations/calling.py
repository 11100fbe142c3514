"""Who was called to an alarm of danger hears, once it is taken, that somebody sees to it."""

from uuid import UUID

from recado.clinics import queries as clinics
from recado.consent.types import Purpose
from recado.foundation.actors import SYSTEM, Actor
from recado.foundation.phone import Phone
from recado.messaging import actions as messaging
from recado.messaging import queries as texts
from recado.messaging.types import Intent
from recado.tasks import queries as tasks


def tell_others(clinic_id: UUID, thread_id: UUID, by: Actor, *, answered_from: Phone | None = None) -> None:
    """The mobiles that this alarm called, and none that still stands; not the one of whoever has taken it. Call it
    once it is taken, inside `clinic_scope`."""
    phones = [
        one.phone
        for one in tasks.on_call(clinic_id)
        if one.phone != answered_from and (one.user_id is None or str(one.user_id) != by.ref)
    ]
    taken = next(iter(tasks.alarms_taken(clinic_id, thread_id, most=1)), None) if phones else None
    if taken is None:
        return
    called = texts.called_on_call(clinic_id, phones)
    standing = [one.called for one in tasks.alarms(clinic_id)]
    told = []
    for phone, at in called.items():
        key = messaging.phone_index(clinic_id, phone)
        if taken.called.has(key, at) and not any(one.has(key, at) for one in standing):
            told.append(phone)
    if told:
        name = next((one.name for one in clinics.staff(clinic_id) if str(one.user_id) == by.ref), "")
        said = texts.danger_seen_to(clinic_id, name)
        intents = [Intent(Purpose.STAFF, said, phone) for phone in told]
        messaging.send(clinic_id=clinic_id, intents=intents, by=SYSTEM)
