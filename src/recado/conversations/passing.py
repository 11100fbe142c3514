"""A text that only a person can deal with: they hear that one will, or whom to call where they may be in danger; a task says
that it is to be read."""

from datetime import timedelta
from uuid import UUID

from recado.consent.types import Purpose
from recado.foundation import business_time
from recado.messaging import actions as messaging
from recado.tasks import actions as tasks
from recado.tasks.types import TaskKind

from . import grasping
from .models import Reading
from .notices import passed_to_person
from .obeying import BY_TEXT
from .types import Heard, Read

PASSED_ON_A_DAY = 3  # "a person will read this": so often to one phone, or two machines could talk for ever


def pass_on(heard: Heard, understood: str = "nothing") -> Read:
    """A person must read it. The writer hears that, a few times a day at most."""
    since = business_time.now() - timedelta(days=1)
    told = Reading.objects.filter(
        clinic_id=heard.clinic_id, phone_bi=heard.phone_bi, outcome="waits_for_person", at__gte=since
    ).count()
    words = passed_to_person(heard.clinic_id, heard.language) if told < PASSED_ON_A_DAY else None
    have_read(heard, heard.patient_id)
    return Read(understood, "waits_for_person", words, patient_id=heard.patient_id, needs_person=True)


def answer_danger(heard: Heard, *, is_new: bool) -> Read:
    """Somebody may be in danger: they hear whom to call, once, also where they have stopped all texts; a person must look, and
    nothing is changed by itself."""
    have_read(heard, heard.patient_id)
    words = messaging.danger_text(heard.clinic_id, heard.language) if is_new else None
    return Read("danger", grasping.DANGER, words, patient_id=heard.patient_id, needs_person=True, purpose=Purpose.HELP)


def have_read(heard: Heard, patient_id: UUID | None) -> None:
    """The task to read it."""
    tasks.raise_task(
        clinic_id=heard.clinic_id,
        kind=TaskKind.READ_REPLY,
        source=f"inbound:{heard.id}",
        by=BY_TEXT,
        patient_id=patient_id,
    )
