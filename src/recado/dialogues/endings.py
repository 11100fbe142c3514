"""How a dialogue that somebody is in ends: by itself, by a person who goes on, or because no answer came; and what it leaves."""

from uuid import UUID

from recado.consent.types import Purpose
from recado.conversations import queries as conversations
from recado.foundation import business_time
from recado.foundation.actors import SYSTEM
from recado.messaging import actions as messaging
from recado.messaging.types import Intent
from recado.tasks import actions as tasks
from recado.tasks.types import TaskKind

from . import book, letters
from .hearing import is_bare_start
from .letters import BY_TEXT as BY_TEXT
from .models import Answer, Run
from .types import Ending, NoSuchDialogue, Silence, TaskFor, UnreadableDialogue

_TASKS = {TaskFor.CHECK: TaskKind.DIALOGUE, TaskFor.REFILL: TaskKind.REFILL}


def end(run: Run, ending: Ending) -> None:
    """It is over."""
    run.state, run.ended_at = ending, business_time.now()
    run.save(update_fields=["state", "ended_at"])


def fall_silent(run: Run) -> bool | None:
    """No answer came in time. Who has said something, be it beside the words that began it, is not forgotten: staff are told,
    where the dialogue wants it. Returns whether they are; None: the dialogue ends without a word."""
    end(run, Ending.SILENT)
    try:
        dialogue = book.version_of(run.clinic_id, run.dialogue, run.version)
    except (NoSuchDialogue, UnreadableDialogue):
        return None
    if dialogue.silence is not Silence.PERSON:
        return None
    has_answered = Answer.objects.filter(clinic_id=run.clinic_id, run_id=run.id).exists()
    if not has_answered and is_bare_start(dialogue, began_with(run)):
        return False
    leave_task(run, TaskFor.CHECK)
    return True


def end_silent(clinic_id: UUID, run_id: UUID) -> bool:
    """The same for the worker, where it is so still, and the person hears it, within the hours in which texts may go. Call it
    inside `clinic_scope`, in a transaction."""
    run = Run.objects.select_for_update(skip_locked=True).filter(clinic_id=clinic_id, id=run_id).first()
    if run is None or run.state != Ending.RUNNING or business_time.now() < run.expires_at:
        return False
    is_kept = fall_silent(run)
    wrote = conversations.written_from(clinic_id, [run.text_id]).get(run.text_id)
    if is_kept is not None and wrote is not None:
        phone, number = wrote
        text = letters.over(clinic_id, run.language, is_kept=is_kept)
        told = Intent(
            Purpose.CARE, text, phone, patient_id=run.patient_id, number=number, ref=f"dialogue:{run.id}:silent"
        )
        messaging.send(clinic_id=clinic_id, intents=[told], by=SYSTEM)
    return True


def began_with(run: Run) -> str:
    """The text that began it; empty where it is no longer kept."""
    return conversations.words_of(run.clinic_id, [run.text_id]).get(run.text_id, "")


def leave_task(run: Run, wanted: TaskFor) -> None:
    """The task that a dialogue leaves. Without a patient on record it stands in the conversation alone, unread."""
    if wanted in _TASKS:
        tasks.raise_task(
            clinic_id=run.clinic_id,
            kind=_TASKS[wanted],
            source=f"dialogue:{run.id}",
            by=BY_TEXT,
            patient_id=run.patient_id,
            subject_id=run.id,
            detail={"about": f"dialogue_{wanted.value}"},
        )
