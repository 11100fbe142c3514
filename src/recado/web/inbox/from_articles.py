"""What an article would say to the words that wait in a conversation: first among what may be put into the answer. Staff send it, or
change it, or don't."""

from uuid import UUID

from django.utils.translation import gettext as _

from recado.clinics import queries as clinics
from recado.conversations.types import Ready, ThreadRow
from recado.knowledge import queries as knowledge


def ready(clinic_id: UUID, row: ThreadRow, language: str) -> list[Ready]:
    """None where nothing waits, where no article comes near, and for medical questions. Call it inside `clinic_scope`."""
    if row.is_last_ours or row.waiting_since is None:
        return []
    spoken = language or clinics.clinic_settings(clinic_id).default_language
    found = knowledge.suggestion(clinic_id, row.last_words, spoken)
    return [Ready(_("Article: %(name)s") % {"name": found.name}, found.text, found.language)] if found else []
