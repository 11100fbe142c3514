"""What was done in a run, and how its timers are written: what planning, doing and keeping share."""

from collections.abc import Collection
from uuid import UUID

from .models import Step
from .types import Done

History = dict[tuple[UUID, int], dict[str, Done]]  # by run and revision

TIMER = ("clinic_id", "id", "run_id", "step", "revision", "due", "held_for")
PAUSED = "paused:"  # what timers of a paused journey are held for


def history(clinic_id: UUID, run_ids: Collection[UUID]) -> tuple[History, list[UUID]]:
    """What was done in these runs, and the texts that were sent. Call it inside `clinic_scope`."""
    done: History = {}
    texts: list[UUID] = []
    rows = Step.objects.filter(clinic_id=clinic_id, run_id__in=list(run_ids))
    for run_id, revision, key, at, outcome, arm, message in rows.values_list(
        "run_id", "revision", "step", "at", "outcome", "arm", "message_id"
    ):
        done.setdefault((run_id, revision), {})[key] = Done(at, outcome, arm)
        if message is not None and outcome == "sent":
            texts.append(message)
    return done, texts
