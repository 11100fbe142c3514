"""What steps have others do: another system is told, with ids always, and of the event what the clinic lets the endpoint know;
those who wait are offered a time."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from recado.foundation.actors import Actor, ActorKind
from recado.foundation.wiring import wired
from recado.webhooks.types import CallWish, Tells

from .models import Run
from .types import AnchorView, TimeRoom

KIND = "journey.step"
JOURNEYS = Actor(ActorKind.SYSTEM, "journeys")


def call_of(run: Run, step: str, view: AnchorView, endpoint: str) -> CallWish:
    """The call that a step makes about an event. Done twice, it is one call."""
    anchor = view.anchor
    event = {
        "kind": run.anchor_kind,
        "id": str(view.id),
        "external_id": view.external_id,
        "state": str(anchor.state),
        "revision": anchor.revision,
    }
    times = {"starts_at": anchor.start.isoformat(), "ends_at": anchor.end.isoformat() if anchor.end else None}
    return CallWish(
        UUID(endpoint),
        f"journey:{run.id}:{step}:{anchor.revision}",
        KIND,
        {"journey": run.plan, "version": run.version, "step": step.partition("#")[0], "event": event},
        {
            Tells.TIME: times,
            Tells.ANSWERS: {"answers": sorted(view.answers)},
            Tells.DETAILS: {"details": {**anchor.fields}},
        },
        view.patient_id,
    )


def offer_times(clinic_id: UUID, kind: str, event_ids: Sequence[UUID]) -> Mapping[UUID, tuple[str, str]]:
    """Offers the times of these cancelled events to those who wait. The outcome of each, and why nothing was done."""
    if not event_ids:
        return {}
    room: TimeRoom = wired("FREED_TIMES", kind)
    why = room.offer_again(clinic_id=clinic_id, visit_ids=event_ids, by=JOURNEYS)
    return {one: ("skipped", why[one]) if why.get(one) else ("done", "") for one in event_ids}
