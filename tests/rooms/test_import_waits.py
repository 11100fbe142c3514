"""An import that waits in a ring with somebody else, whom PostgreSQL ends one of."""

import threading
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django import db

from recado.appointments.types import Announce
from recado.foundation.actors import OPERATOR
from recado.integrations.csv_files import actions, patience
from recado.integrations.csv_files.types import ImportResult, Unreadable
from tests import cluster
from tests.factories import make_clinic, sql
from tests.rooms.test_csv_import import day

pytestmark = pytest.mark.usefixtures("database")
ENDED = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"


def bring(clinic: UUID, path: Path, word: str, ahead: int) -> ImportResult:
    rows = [f"V-{one},{word} Person {one},R{one},07700 90000{one},{day(ahead)},booked" for one in (1, 2)]
    path.write_text("\n".join(("id,patient,record_number,phone,start,status", *rows, "")), "utf-8")
    return actions.import_appointments(
        clinic_id=clinic, path=path, announce=Announce.AUTO, source="csv", dry_run=False, by=OPERATOR
    )


def test_an_import_that_was_ended_for_somebody_else_is_brought_in_again(tmp_path: Path) -> None:
    """It has changed the people and waits for a visit; who holds the visit waits for the people."""
    clinic, path = make_clinic().id, tmp_path / "a.csv"
    bring(clinic, path, "Ann", 20)
    ended = sql(ENDED)[0][0]
    done: list[Any] = []

    def again() -> None:
        try:
            done.append(bring(clinic, path, "Anna", 21))
        except Exception as error:  # told by the main thread
            done.append(error)
        finally:
            db.connections.close_all()

    writer = threading.Thread(target=again)
    with psycopg.connect(cluster.superuser_url()) as other:
        other.execute("SET deadlock_timeout = '60s'")  # so that PostgreSQL ends the import
        other.execute("SELECT 1 FROM appointments_appointment ORDER BY id DESC LIMIT 1 FOR UPDATE")
        writer.start()
        while not sql("SELECT 1 FROM pg_locks WHERE NOT granted"):
            time.sleep(0.02)
        other.execute("UPDATE contacts_patient SET language = language")
    writer.join(20)
    assert isinstance(done[0], ImportResult), done
    assert (done[0].moved, done[0].error_count) == (2, 0)
    until = time.monotonic() + 20
    while sql(ENDED)[0][0] == ended:  # PostgreSQL counts a little later
        assert time.monotonic() < until, "nobody was ended, so nothing was tried again"
        time.sleep(0.05)


def test_an_import_says_what_to_do_when_it_is_ended_each_time() -> None:
    tries = []

    def act() -> None:
        tries.append(1)
        raise db.OperationalError("deadlock") from psycopg.errors.DeadlockDetected()

    with pytest.raises(Unreadable, match="Bring the file in again"):
        patience.until_done(act)
    assert len(tries) == patience.MOST


def test_other_faults_of_the_database_are_not_tried_again() -> None:
    def act() -> None:
        raise db.OperationalError("gone") from psycopg.errors.AdminShutdown()

    with pytest.raises(db.OperationalError):
        patience.until_done(act)
