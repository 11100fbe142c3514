"""Articles that whoever looks at Today has to read again, since they look after them."""

from datetime import timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from recado.clinics import queries as clinics
from recado.foundation import business_time
from recado.foundation.clock import local
from recado.knowledge import queries as knowledge
from recado.web.answers import words
from recado.web.today.items import Item

AHEAD = timedelta(days=7)
SHOWN = 3  # the rest stands under Answers


def items(clinic_id: UUID, me: UUID) -> list[Item]:
    """Those whose review date is near or has passed: then they answer nobody. Call it inside `clinic_scope`."""
    today = local(business_time.now(), clinics.clinic_settings(clinic_id).time_zone).date()
    return [
        Item(
            "bad" if due < today else "warn",
            "book-open-text",
            _("“%(name)s” is to be read again") % {"name": name},
            text=_("It has stopped answering patients.") if due < today else str(words.review(due, today).words),
            acts=((_("Open"), reverse("answer-article", args=[key])),),
        )
        for key, name, due in knowledge.to_review(clinic_id, me, today + AHEAD)[:SHOWN]
    ]
