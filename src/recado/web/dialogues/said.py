"""What one person said in a dialogue, for whoever goes on from there."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.contacts import queries as contacts
from recado.conversations import queries as conversations
from recado.dialogues import queries as dialogues
from recado.dialogues.types import Record, Said
from recado.foundation import audit
from recado.foundation.clock import local
from recado.foundation.tenancy import clinic_scope
from recado.web import shell
from recado.web.dialogues import words
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of


@needs(Permission.REPLY)
@require_safe
@unknown_is_404
def show(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Each question, and what was answered, understood or not."""
    clinic_id = clinic_of(request)
    language = (get_language() or "en").split("-")[0]
    with clinic_scope(clinic_id):
        found = dialogues.record(clinic_id, run_id)
        people = contacts.reach(clinic_id, [found.patient_id]) if found.patient_id else {}
        thread = conversations.threads_at(clinic_id, [found.phone_bi]).get(found.phone_bi)
        audit.record(
            clinic_id=clinic_id,
            by=shell.actor(request),
            action="dialogue.read",
            patient_id=found.patient_id,
            subject=f"dialogue_run:{run_id}",
        )
    zone = clinics.clinic_settings(clinic_id).time_zone
    context = {
        "found": found,
        "title": words.title(found.dialogue.key, found.dialogue.name),
        "person": people.get(found.patient_id) if found.patient_id else None,
        "thread": thread,
        "began": local(found.began_at, zone),
        "chip": words.ENDINGS[found.ending],
        "lines": [(*_line(found, one, language), local(one.at, zone)) for one in found.said],
    }
    return shell.page(request, "recado/dialogues/said.html", context, at="answers")


def _line(found: Record, one: Said, language: str) -> tuple[str, str, str]:
    """The question, what was taken from the answer, and the very words."""
    step = next((step for step in found.dialogue.steps if step.key == one.step), None)
    if step is None:
        return one.step, "", one.words
    saying = dialogues.saying(step, language)[1]
    if not one.is_understood:
        return saying.text, _("not understood"), one.words
    choices = saying.choices
    return saying.text, choices[one.choice - 1] if 0 < one.choice <= len(choices) else "", one.words
