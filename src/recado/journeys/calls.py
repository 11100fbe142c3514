"""What a step tells another system: ids always, and of the event what the clinic lets the endpoint know."""

from uuid import UUID

from recado.webhooks.types import CallWish, Tells

from .models import Run
from .types import AnchorView

KIND = "journey.step"


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
