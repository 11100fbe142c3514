"""What journeys ask of this room: where a survey stands, and the text that begins it. Wired under ANCHORS and SENT."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from recado.consent import queries as consent
from recado.consent.types import PurposeGroup
from recado.journeys.types import Anchor, AnchorChange, AnchorView, Letter, Sample

from . import book, letters
from .flow import answers_of
from .models import Response
from .types import KIND


def anchor_of(response: Response) -> Anchor:
    return Anchor(
        start=response.visited_at,
        booked_at=response.created_at,
        state=response.state,
        fields={"service": response.service, "clinician": response.clinician, "site": response.site},
    )


def said_of(response: Response) -> frozenset[str]:
    return frozenset() if response.begun_at is None else frozenset({"answered"})


def change_of(response: Response, *, is_new: bool = False) -> AnchorChange:
    return AnchorChange(KIND, response.id, response.patient_id, anchor_of(response), said_of(response), is_new)


def load(clinic_id: UUID, ids: Sequence[UUID]) -> dict[UUID, AnchorView]:
    """Call it inside `clinic_scope`."""
    rows = Response.objects.filter(clinic_id=clinic_id, id__in=list(ids))
    return {row.id: AnchorView(row.id, row.patient_id, anchor_of(row), said_of(row)) for row in rows}


def compose(clinic_id: UUID, wanted: Sequence[tuple[UUID, str]]) -> list[Letter]:
    """The text of each (visit that was asked about, template), in the order given. Call it inside `clinic_scope`."""
    if not wanted:
        return []
    rows = Response.objects.filter(clinic_id=clinic_id).in_bulk({name for name, _ in wanted})
    people = consent.recipients(clinic_id, {row.patient_id for row in rows.values()}, PurposeGroup.SURVEY)
    asked = [rows[name] for name, _ in wanted]
    surveys = [book.survey_of(clinic_id, row.survey, row.version) for row in asked]
    texts = letters.first(
        clinic_id, [(row, survey, people[row.patient_id]) for row, survey in zip(asked, surveys, strict=True)]
    )
    return [
        Letter(text, people[row.patient_id].phone, letters.ends_at(row), answers=answers_of(survey.questions[0]))
        for text, row, survey in zip(texts, asked, surveys, strict=True)
    ]


def templates(_clinic_id: UUID) -> Collection[str]:
    """The keys of the texts that begin a survey."""
    return letters.templates()


def samples(
    clinic_id: UUID, kind: str, templates: Collection[str], at: datetime | None = None
) -> Mapping[str, Mapping[str, Sample]]:
    """The text that begins the clinic's survey after any visit, by language. Call it inside `clinic_scope`."""
    live = book.live(clinic_id)
    return {key: letters.samples(clinic_id, live[-1]) for key in templates if key == KIND and live}


def answers(kind: str) -> Mapping[str, str]:
    """What a survey takes depends on its questions: no journey names it."""
    return {}


def note_sent(clinic_id: UUID, ids: Collection[UUID], now: datetime) -> None:
    """These were asked: what the share of those who answer is counted by. Call it inside `clinic_scope`."""
    Response.objects.filter(clinic_id=clinic_id, id__in=list(ids), asked_at=None).update(asked_at=now)
