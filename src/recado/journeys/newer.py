"""What a ready journey has got since a clinic made it its own. It is offered, and never put in by itself: what patients are told
is the clinic's word."""

from uuid import UUID

from django.db import transaction

from recado.foundation import audit, news
from recado.foundation.actors import Actor

from . import book, editing, keeping
from .gallery import PLAN_OF, origin
from .models import Journey
from .types import JourneyState, NoSuchJourney, Plan
from .writing import from_json, to_json


def with_newer(row: Journey, shown: Plan) -> Plan | None:
    """The clinic's plan with what the ready journey has got since: steps that are new there, and others as they are now where
    the clinic has left them as they were. None: nothing. Pure.

    Of a journey from before that was kept (`ready` None) every step counts as new that it lacks, also one that the clinic took
    out: it is offered once, and left with one press."""
    key = row.key if row.ready is None else row.ready.get("key", "")
    if key not in PLAN_OF or row.state == JourneyState.ENDED:
        return None
    ready = from_json(key, 0, to_json(PLAN_OF[key]))
    if ready.event.key != shown.event.key:
        return None
    base = from_json(key, 0, row.ready) if row.ready else None
    plan, before = shown, ""
    for step in ready.steps:
        was = base.step(step.key) if base and base.has(step.key) else None
        if not plan.has(step.key) and was is None:
            plan = editing.add_step(plan, step, after=before)
        elif plan.has(step.key) and was is not None and step != was and plan.step(step.key) == was:
            plan = editing.change_step(plan, step)
        before = step.key if plan.has(step.key) else before
    return None if plan == shown else plan


def newer_of(clinic_id: UUID, key: str) -> Plan | None:
    """`with_newer` of a journey by its key. Call it inside `clinic_scope`."""
    row = Journey.objects.filter(clinic_id=clinic_id, key=key).first()
    return None if row is None else with_newer(row, _shown(row))


def take_newer(*, clinic_id: UUID, key: str, by: Actor, edit: int | None = None) -> bool:
    """Puts it into the draft, as one change that can be undone. False: there is nothing. Raises NoSuchJourney and DraftChanged.
    Call it inside `clinic_scope`."""
    with transaction.atomic():
        row = _locked(clinic_id, key)
        plan = with_newer(row, _shown(row))
        if plan is not None:
            keeping.save_draft(clinic_id=clinic_id, key=key, draft=plan, by=by, edit=edit)
            _seen(row)
    return plan is not None


def leave_newer(*, clinic_id: UUID, key: str, by: Actor) -> None:
    """The clinic's own stays as it is, and what is new is not offered again. Raises NoSuchJourney. Call it inside
    `clinic_scope`."""
    with transaction.atomic():
        row = _locked(clinic_id, key)
        _seen(row)
        audit.record(clinic_id=clinic_id, by=by, action="journey.leave_newer", subject=f"journey:{key}")
        news.tell(clinic_id, news.Topic.JOURNEYS)


def _seen(row: Journey) -> None:
    row.ready = origin(row.ready["key"] if row.ready else row.key)
    row.save(update_fields=["ready"])


def _locked(clinic_id: UUID, key: str) -> Journey:
    row = Journey.objects.select_for_update().filter(clinic_id=clinic_id, key=key).first()
    if row is None or (row.key if row.ready is None else row.ready.get("key")) not in PLAN_OF:
        raise NoSuchJourney(key)
    return row


def _shown(row: Journey) -> Plan:
    """What is being written, or else what is live."""
    if row.draft is None and row.version is not None:
        return book.plan_of(row.clinic_id, row.key, row.version)
    return from_json(row.key, 0, row.draft or {"event": row.event, "steps": []})
