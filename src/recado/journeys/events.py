"""The kinds of event that journeys can hang on: their states, and what conditions may ask of them. Pure literals."""

from recado.journeys.types import EventKind

APPOINTMENT = EventKind(
    "appointment",
    opening="booked",
    open=frozenset({"booked", "confirmed"}),
    closed=frozenset({"cancelled"}),
    until_start=frozenset({"booked", "moved", "confirmed", "cancelled"}),
    fields=("service", "clinician", "site", "lead_hours"),
)

EVENTS: dict[str, EventKind] = {kind.key: kind for kind in (APPOINTMENT,)}
