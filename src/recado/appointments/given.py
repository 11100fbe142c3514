"""Gives a time that came free to somebody: their later visit moves there, or they get a new one."""

from uuid import UUID

from recado.conversations import actions as conversations
from recado.foundation import audit, business_time, news
from recado.foundation.actors import Actor
from recado.foundation.ids import new_id
from recado.journeys import actions as journeys
from recado.messaging import actions as messaging
from recado.tasks import actions as tasks
from recado.tasks.types import TaskKind

from . import letters
from .models import Appointment, Change
from .steps import changes
from .types import ChangeKind, VisitState
from .waves import FreeTime

SOURCE = "recado"  # booked here (times.OWN): its patient may move it by link
SETTLED = (TaskKind.CALL, TaskKind.ANOTHER_TIME, TaskKind.NOBODY_THERE)


def give(time: FreeTime, patient_id: UUID, visit: Appointment | None, *, clinic_id: UUID, by: Actor) -> UUID:
    """Makes the time this person's. `visit` (locked by the caller) is the one they give up. Who said yes is answered by the
    offer, and told nothing else now; reminders follow the new time. Returns the visit."""
    now, was = business_time.now(), visit.starts_at if visit else None
    if visit is None:
        name = new_id()
        visit = Appointment(
            clinic_id=clinic_id,
            id=name,
            source=SOURCE,
            external_id=str(name),
            patient_id=patient_id,
            source_status="booked",
            source_mac=b"",
            booked_at=now,
        )
    else:
        visit.known_at = None  # its source doesn't know of that yet
        visit.revision += 1
        conversations.note_moved(clinic_id=clinic_id, kind=letters.KIND, subject_ids=[visit.id])
        messaging.end_links(clinic_id=clinic_id, kind=letters.KIND, subject_ids=[visit.id])
        tasks.finish_about(clinic_id=clinic_id, kinds=SETTLED, subject_id=visit.id, by=by)
    visit.starts_at, visit.duration, visit.clinician = time.starts_at, time.duration, time.clinician
    visit.service, visit.site = time.service or visit.service, time.site or visit.site
    # They have said yes a moment ago: nobody asks whether they come.
    visit.state, visit.answer, visit.wants_another_time, visit.updated_at = VisitState.CONFIRMED, "confirm", False, now
    visit.save(force_insert=was is None)
    kind = ChangeKind.BOOKED if was is None else ChangeKind.MOVED
    Change.objects.create(
        clinic_id=clinic_id,
        appointment_id=visit.id,
        at=now,
        kind=kind,
        starts_at=time.starts_at,
        was_at=was,
        actor_kind=by.kind,
        actor_ref=by.ref,
    )
    subject = f"appointment:{visit.id}"
    audit.record(clinic_id=clinic_id, by=by, action=f"appointment.{kind}", patient_id=patient_id, subject=subject)
    journeys.plan(clinic_id=clinic_id, changes=changes(clinic_id, [(visit, was is None)]), announce=False)
    news.tell(clinic_id, news.Topic.VISITS)
    return visit.id
