"""The clinic's dialogues with what came of each, and the ready ones that it can take."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from recado.clinics.access import may, needs
from recado.clinics.roles import Permission
from recado.dialogues import queries as dialogues
from recado.dialogues.types import Figures
from recado.foundation import business_time
from recado.foundation.tenancy import clinic_scope
from recado.foundation.works import WorkState
from recado.knowledge import queries as knowledge
from recado.web import shell
from recado.web.answers import views as answers
from recado.web.chips import Chip
from recado.web.dialogues import words
from recado.web.sign_in.at_work import clinic_of


@dataclass(frozen=True, slots=True)
class Line:
    """One dialogue of the list, in words."""

    key: str
    title: str
    begins: str
    chip: Chip
    has_draft: bool
    is_live: bool
    is_published: bool
    figures: Figures


@dataclass(frozen=True, slots=True)
class Card:
    """A ready dialogue that the clinic does not have."""

    key: str
    title: str
    what_for: str
    sample: str


@needs(Permission.SEE_MESSAGES, Permission.CHANGE_JOURNEYS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every dialogue with the figures of the last 30 days."""
    clinic_id = clinic_of(request)
    language = (get_language() or "en").split("-")[0]
    with clinic_scope(clinic_id):
        found, figures = dialogues.dialogues(clinic_id), dialogues.figures(clinic_id)
        tabs = answers.tabs(
            clinic_id, business_time.now() - dialogues.LATELY, "dialogues", len(knowledge.articles(clinic_id))
        )
        taken = {one.row.key for one in found}
        cards = [_card(clinic_id, ready, language) for ready in dialogues.READY if ready.dialogue.key not in taken]
    lines = [_line(one, figures.get(one.row.key, Figures()), language) for one in found]
    context = {
        **tabs,
        "lines": lines,
        "cards": cards,
        "began": sum(line.figures.began for line in lines),
        "done": sum(line.figures.done for line in lines),
        "handed": sum(line.figures.handed for line in lines),
        "may_change": may(request, Permission.CHANGE_JOURNEYS),
    }
    return shell.page(request, "recado/dialogues/index.html", context, at="answers")


def _line(one: Any, figures: Figures, language: str) -> Line:
    content = one.draft or one.published
    starts = content.words.get(language) or next(iter(content.words.values()), ())
    meant = [str(words.MEANINGS[meaning]) for meaning in content.meanings if meaning in words.MEANINGS]
    begins = ", ".join(f"“{word}”" for word in starts[:3]) or ", ".join(meant) or _("nothing begins it yet")
    return Line(
        one.row.key,
        words.title(one.row.key, one.row.name),
        begins,
        words.STATES[one.state],
        one.draft is not None and one.published is not None,
        one.state is WorkState.LIVE,
        one.published is not None,
        figures,
    )


def _card(clinic_id: Any, ready: Any, language: str) -> Card:
    tried = dialogues.tried(clinic_id, ready.dialogue, [], language)
    return Card(ready.dialogue.key, _(ready.title), _(ready.what_for), tried.lines[0].text if tried.lines else "")
