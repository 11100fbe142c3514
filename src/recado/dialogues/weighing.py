"""What to look at in a dialogue's texts before patients read them: the lints of Templates that hold in the midst of a conversation too.

Words that stand in no text about care keep a dialogue from being published; the rest is for whoever writes it to weigh.
"""

from uuid import UUID

from recado.clinics import queries as clinics
from recado.messaging.queries import templates

from . import letters, places
from .types import Dialogue, Fault, Step, StepKind

LONG_NAME = "Maximiliana"  # no first name is taken for shorter: few are longer


def faults(dialogue: Dialogue) -> list[Fault]:
    """Texts, and choices, with words that frighten, sell, or tell an illness to whoever sees the phone."""
    return [
        Fault(step.key, "unfit_word", language)
        for step in dialogue.steps
        for language, said in step.says.items()
        if any(templates.unfit(text, language) for text in (said.text, *said.choices))
    ]


def look(clinic_id: UUID, step: Step, language: str) -> templates.Look | None:
    """The text of a step in a language, with its choices and the longest values; None: it says nothing there. Call it inside
    `clinic_scope`."""
    saying = step.says.get(language)
    if saying is None or not saying.text.strip():
        return None
    text = saying.text + (f" {letters.how(step, language)}" if step.kind is StepKind.ASK and saying.choices else "")
    longest = {**places.samples(clinic_id, language), "name": LONG_NAME}
    return templates.look_spoken(clinics.clinic_settings(clinic_id), text, language, longest)
