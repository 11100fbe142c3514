"""The stages of a journey: how many stand at each, what each achieved in 30 days, and who is stuck since when."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from recado.clinics import queries as clinics
from recado.clinics.access import needs
from recado.clinics.roles import Permission
from recado.contacts import queries as contacts
from recado.contacts.types import Reach
from recado.foundation import audit
from recado.foundation.clock import local
from recado.foundation.tenancy import clinic_scope
from recado.journeys import queries as journeys
from recado.journeys.queries import Round, Stage, Stands
from recado.journeys.types import Kind, Plan, Text
from recado.web import shell, stage_words
from recado.web.journeys import editor, phrases
from recado.web.paging import Pages
from recado.web.refused import unknown_is_404
from recado.web.sign_in.at_work import clinic_of


@dataclass(frozen=True, slots=True)
class Step:
    """One stage, in words and numbers: who stands there now; what was sent, answered and refused there in 30 days."""

    title: str
    count: int
    share: int  # percent of the widest
    sent: int
    asked: int
    answered: int
    refused: int


@dataclass(frozen=True, slots=True)
class Achieved:
    """What came of those who came through a stage, or of the comparison group: how many went on, and how many came to each of
    the words at the head, with their share in a hundred."""

    title: str
    came: int
    went_on: tuple[int, int]
    became: Sequence[tuple[str, int, int]]
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody who is stuck."""

    who: Reach | None
    patient_id: UUID
    stage: str
    why: str
    since: datetime | None
    at: datetime


@needs(Permission.SEE_MESSAGES)
@require_safe
@unknown_is_404
def show(request: HttpRequest, key: str) -> HttpResponse:
    """Whoever is stuck the longest stands first."""
    clinic_id = clinic_of(request)
    zone = clinics.clinic_settings(clinic_id).time_zone
    with clinic_scope(clinic_id):
        opened = journeys.opened(clinic_id, key)
        found = journeys.round_of(clinic_id, opened.live or opened.shown)
        pages = Pages.asked(request.GET.get("page"), len(found.stuck))
        lines = _lines(clinic_id, found.stuck[pages.first - 1 : pages.last], zone)
        steps = _steps(clinic_id, opened.live or opened.shown, found)
        done = journeys.achievements_of(clinic_id, opened.live or opened.shown)
        frame = editor.frame(request, clinic_id, opened)
        patients = sorted({str(line.patient_id) for line in lines})
        if patients:
            by, detail = shell.actor(request), {"patients": patients}
            audit.record(clinic_id=clinic_id, by=by, action="journey.stages", subject=f"journey:{key}", detail=detail)
    reasons = Counter(stage_words.stuck(one.standing.stuck) for one in found.stuck)
    context = {
        **frame,
        "round": found,
        "standing": sum(found.counts.values()),
        "steps": steps,
        "achieved": _achieved(done, (opened.live or opened.shown).event.key),
        "achieved_heads": [_became(word) for word in done.words],
        "achieved_of": done,
        "lines": lines,
        "pages": pages,
        "reasons": reasons.most_common(),
    }
    return shell.page(request, "recado/journeys/stages.html", context, at="journeys")


def _steps(clinic_id: UUID, plan: Plan, found: Round) -> list[Step]:
    """What came of each stage, over all versions of the journey whose steps it still has."""
    sums: dict[Stage, Counter[str]] = {}
    for one in journeys.came_of(clinic_id):
        placed = plan.by_key.get(one.step) if one.plan == plan.key else None
        stage = journeys.stage_of(placed.step) if placed else None
        if placed is None or stage is None:
            continue
        its = sums.setdefault(stage, Counter())
        its["sent"] += one.sent
        its["refused"] += one.outcomes.get("refused", 0)
        if isinstance(placed.step.does, Text) and placed.step.does.kind is Kind.QUESTION:
            its["asked"] += one.sent
            its["answered"] += one.answered
    widest = max([1, *found.counts.values()])
    made = []
    for stage in found.circle:
        its, count = sums.get(stage, Counter()), found.counts.get(stage, 0)
        numbers = (its["sent"], its["asked"], its["answered"], its["refused"])
        made.append(Step(stage_words.title(stage, plan.event.key), count, round(100 * count / widest), *numbers))
    return made


def _achieved(done: journeys.Achievements, event: str) -> list[Achieved]:
    """In the order of the circle; stages that nobody came through are left out."""
    rows = [
        _row(stage_words.title(stage, event), done.by_stage[stage], done.words)
        for stage in Stage
        if stage in done.by_stage
    ]
    if rows and done.held is not None:
        rows.append(replace(_row(_("Comparison group: no texts"), done.held, done.words), is_held=True))
    return rows


def _became(word: str) -> str:
    """What has become of an event, in a word. Somebody whose visit is finished was seen."""
    return _("seen") if word == "finished" else phrases.named(phrases.STATES, word)


def _row(title: str, one: journeys.Achieved, words: Sequence[str]) -> Achieved:
    def share(count: int) -> int:
        return round(100 * count / one.came) if one.came else 0

    became = [(_became(word), one.became[word], share(one.became[word])) for word in words]
    return Achieved(title, one.came, (one.went_on, share(one.went_on)), became)


def _lines(clinic_id: UUID, stuck: Sequence[Stands], zone: str) -> list[Line]:
    people = contacts.reach(clinic_id, {one.patient_id for one in stuck})
    return [
        Line(
            people.get(one.patient_id),
            one.patient_id,
            stage_words.title(one.standing.stage, one.kind),
            stage_words.stuck(one.standing.stuck),
            local(one.standing.since, zone) if one.standing.since else None,
            local(one.view.anchor.start, zone),
        )
        for one in stuck
    ]
