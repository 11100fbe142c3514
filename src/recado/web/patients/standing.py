"""Where each of a person's visits and care events stands in its circle, for their page."""

from typing import Any
from uuid import UUID

from recado.foundation.clock import local
from recado.journeys import queries as journeys
from recado.web import stage_words
from recado.web.patients import care_words


def of_patient(clinic_id: UUID, patient_id: UUID, zone: str) -> list[dict[str, Any]]:
    """Where each of a person's events stands, for their page. Call it inside `clinic_scope`."""
    made = []
    for one in journeys.circles_of(clinic_id, patient_id):
        standing = one.standing
        steps = [
            {
                "title": stage_words.title(stage, one.kind),
                "is_reached": stage in standing.reached,
                "at": local(at, zone) if (at := standing.reached.get(stage)) else None,
                "is_here": stage is standing.stage,
            }
            for stage in standing.circle
        ]
        made.append(
            {
                "kind": one.kind,
                "title": kind_words(one.kind),
                "at": local(one.view.anchor.start, zone),
                "steps": steps,
                "stuck": stage_words.stuck(standing.stuck) if standing.stuck else "",
                "since": local(standing.since, zone) if standing.since else None,
            }
        )
    return made


def kind_words(kind: str) -> str:
    """What a kind of event is called; a kind without words of its own is shown by its name."""
    look = next((look for known, look in care_words.KINDS.items() if known == kind), None)
    return str(look.title) if look else kind.replace("_", " ")
