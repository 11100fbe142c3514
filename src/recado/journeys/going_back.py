"""What journeys remember and give back when the change that set them anew is taken back."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from recado.foundation import bulk, business_time
from recado.foundation.ids import new_id

from .models import Run, Step, Timer
from .past import TIMER


def pending(clinic_id: UUID, *, kind: str, anchor_ids: Collection[UUID]) -> dict[UUID, list[list[Any]]]:
    """The steps that are still to come, as JSON holds them: [step, revision, due, held for]. Call it inside `clinic_scope`."""
    runs = _runs(clinic_id, kind, anchor_ids)
    found: dict[UUID, list[list[Any]]] = {}
    rows = Timer.objects.filter(clinic_id=clinic_id, run_id__in=list(runs))
    for run_id, step, revision, due, held_for in rows.values_list("run_id", "step", "revision", "due", "held_for"):
        found.setdefault(runs[run_id], []).append([step, revision, due.isoformat(), held_for])
    return found


def _runs(clinic_id: UUID, kind: str, anchor_ids: Collection[UUID]) -> dict[UUID, UUID]:
    if not anchor_ids:
        return {}
    rows = Run.objects.filter(clinic_id=clinic_id, anchor_kind=kind, anchor_id__in=list(anchor_ids))
    return dict(rows.values_list("id", "anchor_id"))


def put_back(
    *,
    clinic_id: UUID,
    kind: str,
    revisions: Mapping[UUID, int],
    steps: Mapping[UUID, Sequence[Sequence[Any]]],
    since: UUID,
) -> None:
    """Gives these events the steps back that `pending` told, at these revisions. A journey that was begun after this id
    goes, if nothing was done on it. Call it inside `clinic_scope`, after `forget`."""
    fresh = [anchor for run, anchor in _runs(clinic_id, kind, revisions).items() if run > since]
    remove(clinic_id=clinic_id, kind=kind, anchor_ids=fresh)
    runs = list(Run.objects.filter(clinic_id=clinic_id, anchor_kind=kind, anchor_id__in=list(revisions)))
    for run in runs:
        run.revision = revisions[run.anchor_id]
    bulk.update(runs, ["revision"])
    rows = [
        (clinic_id, new_id(), run.id, step, run.revision, datetime.fromisoformat(due), held_for)
        for run in runs
        for step, _revision, due, held_for in steps.get(run.anchor_id, ())
    ]
    bulk.insert_rows(Timer, TIMER, rows)


def forget(*, clinic_id: UUID, kind: str, anchor_ids: Collection[UUID]) -> None:
    """Takes every step that is still to come off these journeys. What waits in the outbox is the caller's to call off:
    ask `texts_of` behind this. Call it inside `clinic_scope`."""
    runs = Run.objects.filter(clinic_id=clinic_id, anchor_kind=kind, anchor_id__in=list(anchor_ids))
    Timer.objects.filter(clinic_id=clinic_id, run_id__in=list(runs.values_list("id", flat=True))).delete()


def texts_since(clinic_id: UUID, *, kind: str, since: UUID) -> dict[UUID, list[UUID]]:
    """The texts of each journey of this kind that were made after this id. Call it inside `clinic_scope`."""
    steps = Step.objects.filter(clinic_id=clinic_id, id__gt=since, message_id__isnull=False)
    made = [(run, message) for run, message in steps.values_list("run_id", "message_id") if message is not None]
    runs = Run.objects.filter(clinic_id=clinic_id, anchor_kind=kind, id__in=list({run for run, _ in made}))
    anchors = dict(runs.values_list("id", "anchor_id"))
    found: dict[UUID, list[UUID]] = {}
    for run, message in made:
        if run in anchors:
            found.setdefault(anchors[run], []).append(message)
    return found


def texts_of(clinic_id: UUID, *, kind: str, since: Mapping[UUID, UUID]) -> dict[UUID, list[UUID]]:
    """The texts of each of these journeys that were made after the id beside it. Call it inside `clinic_scope`."""
    return _texts(clinic_id, kind, since, lambda event, step: step > since[event])


def texts_at(clinic_id: UUID, *, kind: str, revisions: Mapping[UUID, int]) -> dict[UUID, list[UUID]]:
    """The texts about each of these events as it was at the revision beside it. Call it inside `clinic_scope`."""
    made = texts_by_revision(clinic_id, kind=kind, anchor_ids=revisions)
    return {event: made[event, revision] for event, revision in revisions.items() if (event, revision) in made}


def texts_by_revision(
    clinic_id: UUID, *, kind: str, anchor_ids: Collection[UUID]
) -> dict[tuple[UUID, int], list[UUID]]:
    """The texts about these events, by the event and its revision then. Call it inside `clinic_scope`."""
    found: dict[tuple[UUID, int], list[UUID]] = {}
    for event, _step, revision, message in _sent(clinic_id, kind, anchor_ids):
        found.setdefault((event, revision), []).append(message)
    return found


def _texts(
    clinic_id: UUID, kind: str, anchor_ids: Collection[UUID], is_meant: Callable[[UUID, UUID], bool]
) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = {}
    for event, step, _revision, message in _sent(clinic_id, kind, anchor_ids):
        if is_meant(event, step):
            found.setdefault(event, []).append(message)
    return found


def _sent(clinic_id: UUID, kind: str, anchor_ids: Collection[UUID]) -> Iterator[tuple[UUID, UUID, int, UUID]]:
    runs = _runs(clinic_id, kind, anchor_ids)
    steps = Step.objects.filter(clinic_id=clinic_id, run_id__in=list(runs), message_id__isnull=False)
    for step_id, run_id, revision, message_id in steps.values_list("id", "run_id", "revision", "message_id"):
        if message_id is not None:
            yield runs[run_id], step_id, revision, message_id


def revisions_done(clinic_id: UUID, *, kind: str, anchor_ids: Collection[UUID]) -> dict[UUID, int]:
    """The highest revision of each event that has a step behind it. Call it inside `clinic_scope`."""
    runs = dict(
        Run.objects.filter(clinic_id=clinic_id, anchor_kind=kind, anchor_id__in=list(anchor_ids)).values_list(
            "id", "anchor_id"
        )
    )
    found: dict[UUID, int] = {}
    for run_id, revision in Step.objects.filter(clinic_id=clinic_id, run_id__in=list(runs)).values_list(
        "run_id", "revision"
    ):
        found[runs[run_id]] = max(revision, found.get(runs[run_id], 0))
    return found


def remove(*, clinic_id: UUID, kind: str, anchor_ids: Collection[UUID]) -> int:
    """Takes journeys away whose event never was. One that has a step behind it stays, ended: what was done is kept.
    Call it inside `clinic_scope`."""
    runs = Run.objects.filter(clinic_id=clinic_id, anchor_kind=kind, anchor_id__in=list(anchor_ids))
    Timer.objects.filter(clinic_id=clinic_id, run_id__in=list(runs.values_list("id", flat=True))).delete()
    stepped = Step.objects.filter(clinic_id=clinic_id, run_id__in=runs.values("id")).values("run_id")
    runs.filter(id__in=list(stepped.values_list("run_id", flat=True))).update(
        ended_at=business_time.now(), ended_by="taken_back"
    )
    return runs.filter(ended_at=None).delete()[0]
