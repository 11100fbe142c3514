"""Where each of a person's visits and care events stands in its circle, for their page."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy

from recado.foundation.clock import local
from recado.journeys import queries as journeys
from recado.web import stage_words
from recado.web.patients import care_words

OF_VISITS: dict[str, Any] = {
    "moved": gettext_lazy("Moved"),
    "confirmed": gettext_lazy("Confirmed"),
    "cancelled": gettext_lazy("Cancelled"),
    "missed": gettext_lazy("Did not come"),
    "arrived": gettext_lazy("Arrived"),
    "finished": gettext_lazy("Seen"),
}
"""In the order in which they happen."""


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
                "became": _became(one),
            }
        )
    return made


def _became(one: journeys.Stands) -> list[str]:
    """What has come of an event so far, in words; none while it has only begun."""
    found = journeys.became(one.view)
    if one.kind == "appointment":
        return [str(words) for word, words in OF_VISITS.items() if word in found]
    state = one.view.anchor.state
    is_open = state in care_words.OPEN
    words = [] if is_open or state not in care_words.STATES else [str(care_words.STATES[state])]
    return [*([str(OF_VISITS["moved"])] if "moved" in found else []), *words]


def kind_words(kind: str) -> str:
    """What a kind of event is called; a kind without words of its own is shown by its name."""
    look = next((look for known, look in care_words.KINDS.items() if known == kind), None)
    return str(look.title) if look else kind.replace("_", " ")
