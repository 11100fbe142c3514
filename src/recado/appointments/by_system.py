"""Another system books a visit at a free time, by its own name for it: the same word twice books once, also at the same moment."""

from uuid import UUID

from django.db import transaction

from recado.contacts import actions as people
from recado.contacts.types import PersonRecord
from recado.foundation.actors import Actor
from recado.foundation.database import plain_cursor
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging

from . import times
from .models import Appointment
from .types import SlotWish


def book_once(
    *, clinic_id: UUID, name: str, wish: SlotWish, person: PersonRecord, by: Actor, tell: bool = True
) -> tuple[UUID, bool]:
    """The visit of this name, and whether it was booked now; one that stands otherwise by now is left as it is. The person is
    recorded, or known again. Raises SlotTaken, and neither is kept then.

    One at a time of a clinic: two that bring the same new person at once would each record them."""
    with clinic_scope(clinic_id), transaction.atomic():
        with plain_cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", (f"recado booking {clinic_id}",))
        known = Appointment.objects.filter(clinic_id=clinic_id, source=times.OWN, external_id=name)
        found = known.values_list("id", flat=True).first()
        if found is not None:
            return found, False
        (known_as,) = people.record_people(clinic_id=clinic_id, people=[person])
        patient_id = known_as.patient_id
        visit_id = times.book(clinic_id=clinic_id, wish=wish, patient_id=patient_id, by=by, tell=tell, name=name)
        messaging.write_anew(clinic_id=clinic_id, phones=[known_as.was_at] if known_as.was_at else ())
    return visit_id, True
