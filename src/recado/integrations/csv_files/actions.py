"""Bring a file of appointments in.

The file is looked through first; then its rows go in by the thousand, so that memory stays flat. What people would be
told at once waits until the last row is in. An import that breaks off is simply repeated: the same rows change nothing.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import DatabaseError

from recado.appointments.types import Announce
from recado.clinics import queries as clinics
from recado.foundation import audit, news
from recado.foundation.actors import Actor
from recado.foundation.clock import real_now
from recado.foundation.database import Role, connect
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.integrations.csv_files import columns, queries, reading
from recado.integrations.csv_files.bringing_in import BringingIn
from recado.integrations.csv_files.listing import ErrorList
from recado.integrations.csv_files.models import ImportRun, SavedMapping
from recado.integrations.csv_files.types import ImportResult, Unreadable, Wishes

SOURCE_NAME = re.compile(r"[a-z0-9][a-z0-9_.\-]{0,63}")
ENDED_EARLY = queries.ENDED_EARLY
COUNTS = ("rows", "new", "moved", "cancelled", "changed", "unchanged", "without_phone", "past", "repeated")


def import_appointments(
    *,
    clinic_id: UUID,
    path: Path,
    source: str,
    announce: Announce,
    dry_run: bool,
    by: Actor,
    wishes: Wishes | None = None,
    errors_to: Path | None = None,
) -> ImportResult:
    """Brings the good rows of a file in; the bad ones are listed in the result, and all of them in `errors_to` (CSV).

    Raises `Unreadable` when the file as a whole can't be read, before anything is written, and `NoSuchClinic`.
    """
    wishes = wishes or Wishes()
    if not SOURCE_NAME.fullmatch(source):
        raise Unreadable("source_wrong", "--source takes small letters, digits, dots and dashes: front-desk.")
    clinic = clinics.clinic_settings(clinic_id)
    mapping = {**queries.saved_mapping(clinic_id, source), **wishes.columns}
    with reading.open_file(path) as file, ErrorList.opened(errors_to, beside=path) as listing:
        with reading.trouble_told(path):
            is_polish = "PL" in (clinic.country, clinic.default_language.upper())
            look = reading.look_through(file, wishes, mapping, is_polish_likely=is_polish)
        work = BringingIn(clinic, look, wishes, source, announce, listing)
        if dry_run:
            with reading.trouble_told(path):
                return work.run(file, run_id=None, by=by)
        with alone(clinic_id, source):
            if wishes.columns:
                save_mapping(clinic_id=clinic_id, source=source, mapping=mapping, by=by)
            run_id = begin(clinic_id, new_id(), source, look.digest, announce, by)
            with reading.trouble_told(path), _break_told(clinic_id, run_id, by):
                result = work.run(file, run_id=run_id, by=by)
            _finish(clinic_id, run_id, source, result, by)
    return result


def save_mapping(*, clinic_id: UUID, source: str, mapping: columns.Mapping, by: Actor) -> None:
    """Remembers what the columns of a source mean; `mapping` as `columns.mapping_from` gives it."""
    with clinic_scope(clinic_id):
        SavedMapping.objects.bulk_create(
            [SavedMapping(clinic_id=clinic_id, source=source, columns=dict(mapping), updated_at=real_now())],
            update_conflicts=True,
            unique_fields=["clinic_id", "source"],
            update_fields=["columns", "updated_at"],
        )
        audit.record(clinic_id=clinic_id, by=by, action="csv_files.save_mapping", subject=f"source:{source}")


@contextmanager
def alone(clinic_id: UUID, source: str) -> Iterator[None]:
    """One import of a source at a time. The lock is the session's own: it ends with the process, however that ends."""
    with connect(Role.APP, autocommit=True) as connection:
        row = connection.execute(
            "SELECT pg_try_advisory_lock(hashtextextended(%s, 11))", (f"recado import {clinic_id} {source}",)
        ).fetchone()
        if not row or not row[0] or queries.is_on_its_way(clinic_id, source):
            raise Unreadable(
                "import_running",
                "Another import of this source is running, or being taken back. Wait until it is done.",
            )
        try:
            yield
        finally:
            if not connection.closed:
                connection.execute(
                    "SELECT pg_advisory_unlock_all()"
                )  # now, not whenever the server notices that we left


def begin(clinic_id: UUID, run_id: UUID, source: str, digest: bytes, announce: Announce, by: Actor) -> UUID:
    """Writes down that a file is being brought in."""
    with clinic_scope(clinic_id):
        ImportRun.objects.create(
            clinic_id=clinic_id,
            id=run_id,
            source=source,
            file_digest=digest,
            announce=announce,
            started_at=real_now(),
            actor_kind=by.kind,
            actor_ref=by.ref,
        )
        detail = {"source": source, "announce": str(announce)}
        audit.record(clinic_id=clinic_id, by=by, action="csv_files.begin", subject=f"import:{run_id}", detail=detail)
    return run_id


@contextmanager
def _break_told(clinic_id: UUID, run_id: UUID, by: Actor) -> Iterator[None]:
    """An import that breaks off says so in the audit, as far as there is anybody left to write it."""
    try:
        yield
    except BaseException:
        with suppress(DatabaseError), clinic_scope(clinic_id):
            audit.record(clinic_id=clinic_id, by=by, action="csv_files.break_off", subject=f"import:{run_id}")
        raise


def _finish(clinic_id: UUID, run_id: UUID, source: str, result: ImportResult, by: Actor) -> None:
    told = asdict(result)
    counts = {name: told[name] for name in (*COUNTS, "rows_left_out", "error_count", "told", "waiting")}
    finish(clinic_id, run_id, source, counts, by)


def finish(clinic_id: UUID, run_id: UUID, source: str, counts: dict[str, Any], by: Actor) -> None:
    """Writes down what came of it."""
    with clinic_scope(clinic_id):
        ImportRun.objects.filter(clinic_id=clinic_id, id=run_id).update(
            finished_at=real_now(), counts=counts, is_waiting=counts["waiting"] > 0
        )
        audit.record(
            clinic_id=clinic_id,
            by=by,
            action="csv_files.import",
            subject=f"import:{run_id}",
            detail={"source": source, **counts},
        )
        news.tell(clinic_id, news.Topic.IMPORTS, news.Topic.VISITS, news.Topic.PATIENTS)
