"""What is known of dialogues: their content, their figures, what was said in one, and what a text would do."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count

from recado.conversations.understanding.deciding import understand
from recado.foundation import business_time

from . import answering, book, catalogue, faults, flow, hearing, letters, places, weighing
from .models import Answer, Run
from .types import (
    CAN_BOOK,
    KNOWN,
    YES,
    Dialogue,
    Ending,
    Figures,
    Given,
    NoSuchRun,
    Record,
    Said,
    Stand,
    StepFigures,
    Tried,
    TriedLine,
)

dialogues, dialogue, versions, live = book.all_of, book.one, book.past, book.live
READY, PRODUCT = catalogue.READY, catalogue.PRODUCT
faults_of, FAULTS = book.faults_of, faults.FAULTS
MOST_CHOICES, LONGEST_TEXT, LONGEST_LABEL = faults.MOST_CHOICES, faults.LONGEST_TEXT, faults.LONGEST_LABEL
PLACES, look = places.VALUES, weighing.look
saying, how, PERSON = letters.saying, letters.how, hearing.PERSON
LATELY = timedelta(days=30)


def figures(clinic_id: UUID, since: datetime | None = None) -> dict[str, Figures]:
    """Of every dialogue, over the last month: four statements. Call it inside `clinic_scope`."""
    begun = since or business_time.now() - LATELY
    runs: dict[str, Counter[str]] = {}
    rows = Run.objects.filter(clinic_id=clinic_id, began_at__gte=begun)
    for key, state, count in rows.values_list("dialogue", "state").annotate(Count("id")):
        runs.setdefault(key, Counter())[state] = count
    steps = _steps(clinic_id, begun)
    return {
        key: Figures(
            sum(found.values()),
            found[Ending.DONE],
            found[Ending.HANDED],
            found[Ending.SILENT],
            steps.get(key, {}),
        )
        for key, found in runs.items()
    }


def _steps(clinic_id: UUID, since: datetime) -> dict[str, dict[str, StepFigures]]:
    rows = (
        Answer.objects.filter(clinic_id=clinic_id, at__gte=since)
        .values_list("dialogue", "step", "choice", "is_understood", "is_again")
        .annotate(Count("id"))
    )
    asked: dict[tuple[str, str], Counter[bool]] = {}
    chosen: dict[tuple[str, str], Counter[int]] = {}
    for key, step, choice, is_understood, is_again, count in rows:
        if not is_again:
            asked.setdefault((key, step), Counter())[is_understood] += count
        if is_understood:
            chosen.setdefault((key, step), Counter())[choice] += count
    found: dict[str, dict[str, StepFigures]] = {}
    for (key, step), tries in asked.items():
        counted = StepFigures(tries.total(), tries[True], dict(chosen.get((key, step), {})))
        found.setdefault(key, {})[step] = counted
    return found


def record(clinic_id: UUID, run_id: UUID) -> Record:
    """What somebody said in a dialogue. Raises NoSuchRun. Call it inside `clinic_scope`."""
    run = Run.objects.filter(clinic_id=clinic_id, id=run_id).first()
    if run is None:
        raise NoSuchRun(str(run_id))
    rows = Answer.objects.filter(clinic_id=clinic_id, run_id=run_id).order_by("at", "id")
    return Record(
        run.id,
        book.version_of(clinic_id, run.dialogue, run.version),
        run.patient_id,
        bytes(run.phone_bi),
        run.language,
        run.began_at,
        run.ended_at,
        Ending(run.state),
        tuple(Said(row.step, row.at, row.choice, answering.words_of_answer(row), row.is_understood) for row in rows),
    )


def tried(clinic_id: UUID, content: Dialogue, texts: list[str], language: str) -> Tried:
    """The try-out: these texts of a patient on record, and what would be answered. Nothing is sent or kept, and a link is an
    example. Call it inside `clinic_scope`."""
    facts = {**answering.facts_of(clinic_id, content, None), KNOWN: YES, CAN_BOOK: YES}
    move, given = flow.begin(content, facts), dict[str, Given]()
    lines = [TriedLine(letters.sample(clinic_id, move, language, is_first=True), is_ours=True)]
    for text in texts:
        if move.asks is None:
            break
        asked = move.asks.key
        said = understand(text, language=language)
        move = flow.hear(content, Stand(asked, move.is_again, given), text, language, facts, said)
        given = given | ({asked: move.heard} if move.heard else {})
        lines.append(TriedLine(text, is_ours=False))
        lines.append(TriedLine(letters.sample(clinic_id, move, language, is_first=False), is_ours=True))
    return Tried(tuple(line for line in lines if line.text), move.ending, move.task)
