"""What a person follows up of documents, forms and care: unopened, locked, to be called, to be prepared."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from recado.contacts import queries as contacts
from recado.tasks.types import TaskKind, TaskView
from recado.web import numbers
from recado.web.today.items import Item

SHOWN = 5  # one by one; of the rest the number is told

TITLES: dict[tuple[TaskKind, str], tuple[str, Any, Any]] = {
    (TaskKind.UNOPENED, "document"): ("file-lock", _("has not opened a document"), _("Call, or send it anew.")),
    (TaskKind.UNOPENED, "result"): ("file-lock", _("has not opened results"), _("Call, or send them anew.")),
    (TaskKind.UNOPENED, "form"): ("pen-line", _("has not filled in a form"), _("It is needed soon. Ask on the phone.")),
    (TaskKind.CALL, "document_locked"): (
        "lock",
        _("is locked out of a document"),
        _("The code or the date of birth was wrong too often. Call, and unlock it."),
    ),
    (TaskKind.CALL, "document_again"): (
        "file-lock",
        _("can't open a locked document"),
        _("Send it anew, and call to tell the new secret."),
    ),
    (TaskKind.CALL, "result"): ("phone-call", _("was asked to call, and has not"), _("Results wait to be told.")),
    (TaskKind.CALL, "recall"): ("phone-call", _("has not answered about the next check"), ""),
    (TaskKind.CALL, "recall_call_me"): ("phone-call", _("wants to be called"), _("About the next check.")),
    (TaskKind.CALL, "result_call_me"): ("phone-call", _("wants to be called"), _("About results.")),
    (TaskKind.CALL, "vaccination_call_me"): ("phone-call", _("wants to be called"), _("About the vaccination.")),
    (TaskKind.CALL, "medication_stop"): ("phone-call", _("has stopped the reminders of a medicine"), ""),
    (TaskKind.NOBODY_THERE, "visit"): (
        "calendar-x",
        _("has a visit at a time when nobody may be there"),
        _(
            "It was booked or moved here, and your calendar has since called off the visits around it. Find out, and call them if it can't be."
        ),
    ),
    (TaskKind.REFILL, "dialogue_refill"): (
        "refresh-cw",
        _("asked for a repeat prescription"),
        _("What they answered stands with it."),
    ),
    (TaskKind.DIALOGUE, "dialogue_dialogue"): (
        "message-square-text",
        _("answered questions by text"),
        _("Check it with the record. Nothing was changed."),
    ),
    (TaskKind.REFILL, "refill_asked"): ("refresh-cw", _("asks for a medicine again"), ""),
    (TaskKind.REFILL, "refill_order"): ("refresh-cw", _("wants a medicine prepared again"), ""),
}
"""Icon, title, what to do; by kind and what the task is about."""


def items(clinic_id: UUID, waiting: Sequence[TaskView]) -> list[Item]:
    """One item for each of the first, with the patient's page and "done". Call it inside `clinic_scope`."""
    ours = [task for task in waiting if (task.patient_id or _is_said(task)) and _key(task) in TITLES]
    people = contacts.reach(clinic_id, [task.patient_id for task in ours[:SHOWN] if task.patient_id]) if ours else {}
    names = {person: one.name for person, one in people.items()}
    made = [
        _item(task, names[task.patient_id] if task.patient_id else str(_("Somebody not on record")))
        for task in ours[:SHOWN]
        if task.patient_id is None or task.patient_id in names
    ]
    more = len(ours) - SHOWN
    if more > 0:
        title = ngettext("%(count)s more to follow up", "%(count)s more to follow up", more)
        made.append(Item("warn", "hourglass", title % {"count": numbers.counted(more)}))
    return made


def _key(task: TaskView) -> tuple[TaskKind, str]:
    return task.kind, str(task.detail.get("about", ""))


def _is_said(task: TaskView) -> bool:
    """Whether a dialogue left it: what was said stands behind it."""
    return _key(task)[1].startswith("dialogue_") and task.subject_id is not None


def _item(task: TaskView, name: str) -> Item:
    icon, title, text = TITLES[_key(task)]
    acts = [(_("Open patient"), reverse("patient", args=[task.patient_id]))] if task.patient_id else []
    if _is_said(task):
        acts.insert(0, (_("What they said"), reverse("dialogue-said", args=[task.subject_id])))
    return Item("warn", icon, str(title), str(text), name, acts=tuple(acts), task_id=task.id)
