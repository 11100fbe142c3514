"""Imports that are taken back, some visits at a time, whoever watches or not.

A piece and the place it ends at are one transaction. Killed in between, the next worker goes on behind the last piece.
As long as an import is being taken back, no other file of its source is compared or brought in (`queries.is_being_undone`).
"""

import logging
import time
from typing import Any
from uuid import UUID

import psycopg
from django import db

from recado.appointments import actions as appointments
from recado.appointments.types import TakenBack
from recado.foundation import audit, news
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.clock import real_now
from recado.foundation.faults import describe
from recado.foundation.tenancy import clinic_scope
from recado.integrations.csv_files.models import ImportFile, ImportRun

log = logging.getLogger("recado.imports")
SLICE = 2.0  # seconds on one import while others wait
TO_DO = """
SELECT clinic_id, id, source FROM csv_files_importrun
WHERE undoing_at IS NOT NULL AND undone_at IS NULL AND undo_problem = '' ORDER BY undoing_at LIMIT 20
"""
COUNTED = ("removed", "put_back", "people", "stayed", "done")


def begin(clinic_id: UUID, run_id: UUID, by: Actor) -> None:
    """Has an import taken back, or goes on where that broke off. Raises `CannotTakeBack`. Call it inside `clinic_scope`."""
    row = ImportRun.objects.select_for_update().get(clinic_id=clinic_id, id=run_id)
    if row.undoing_at is None:
        todo = appointments.begin_taking_back(clinic_id, run_id)
        row.undo_counts = {"visits": todo.visits, "todo": todo.visits + todo.lines}
        row.undoing_at, row.is_waiting = real_now(), False
        row.undo_actor_kind, row.undo_actor_ref = by.kind, by.ref
    row.undo_problem = ""
    changed = ["undoing_at", "is_waiting", "undo_counts", "undo_problem", "undo_actor_kind", "undo_actor_ref"]
    row.save(update_fields=changed)
    news.tell(clinic_id, news.Topic.IMPORTS)


def to_do(maintenance: "psycopg.Connection[Any]") -> list[tuple[UUID, UUID, str]]:
    """Clinic, import and source of what is being taken back."""
    return maintenance.execute(TO_DO).fetchall()


def work_on(clinic_id: UUID, run_id: UUID) -> None:
    """A slice of one of them. Whoever calls holds the lock of its source."""
    until = time.monotonic() + SLICE
    try:
        while _piece(clinic_id, run_id) and time.monotonic() < until:
            pass
    except (psycopg.OperationalError, db.OperationalError, db.InterfaceError):
        raise
    except Exception as error:
        log.error("import %s was not taken back: %s", run_id, describe(error))
        with clinic_scope(clinic_id):
            ImportRun.objects.filter(clinic_id=clinic_id, id=run_id).update(undo_problem="broke_off")
    news.tell(clinic_id, news.Topic.IMPORTS)


def _piece(clinic_id: UUID, run_id: UUID) -> bool:
    """False: it was the last."""
    with clinic_scope(clinic_id):
        row = ImportRun.objects.select_for_update().get(clinic_id=clinic_id, id=run_id)
        if row.undoing_at is None or row.undone_at is not None or row.undo_problem:
            return False
        by = Actor(ActorKind(row.undo_actor_kind), row.undo_actor_ref)
        made = appointments.take_some_back(clinic_id=clinic_id, run_id=run_id, after=row.undo_after, by=by)
        _keep(row, made)
        if not made.done:
            _finish(row, by)
        return bool(made.done)


def _keep(row: ImportRun, made: TakenBack) -> None:
    counts = {name: row.undo_counts.get(name, 0) + getattr(made, name) for name in COUNTED}
    row.undo_counts, row.undo_after = {**row.undo_counts, **counts}, made.after
    row.save(update_fields=["undo_counts", "undo_after"])


def _finish(row: ImportRun, by: Actor) -> None:
    row.undone_at = real_now()
    row.save(update_fields=["undone_at"])
    ImportFile.objects.filter(clinic_id=row.clinic_id, id=row.id).update(touched_at=row.undone_at)
    detail = {"source": row.source, **{name: row.undo_counts.get(name, 0) for name in COUNTED[:4]}}
    subject = f"import:{row.id}"
    audit.record(clinic_id=row.clinic_id, by=by, action="csv_files.take_back", subject=subject, detail=detail)
    news.tell(row.clinic_id, news.Topic.IMPORTS, news.Topic.VISITS, news.Topic.PATIENTS)
