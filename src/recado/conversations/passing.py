"""A text that only a person can deal with: they hear that one will, or whom to call where they may be in danger. The task to read
it follows from `Read.needs_person` (routing.py)."""

from recado.consent.types import Purpose
from recado.messaging import actions as messaging

from .notices import passed_to_person
from .types import DANGER, WAITS, Heard, Read

PASSED_ON_A_DAY = 3  # "a person will read this": so often to one phone, or two machines could talk for ever


def pass_on(heard: Heard, understood: str = "nothing") -> Read:
    """A person must read it. The writer hears that, a few times a day at most."""
    is_told = heard.known.passed_on < PASSED_ON_A_DAY
    words = passed_to_person(heard.clinic_id, heard.language) if is_told else None
    return Read(understood, WAITS, words, patient_id=heard.patient_id, needs_person=True)


def answer_danger(heard: Heard, *, is_new: bool) -> Read:
    """Somebody may be in danger: they hear whom to call, once, also where they have stopped all texts; a person must look, and
    nothing is changed by itself."""
    words = messaging.danger_text(heard.clinic_id, heard.language) if is_new else None
    return Read("danger", DANGER, words, patient_id=heard.patient_id, needs_person=True, purpose=Purpose.HELP)
