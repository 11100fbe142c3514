"""Taking an import back by page: some visits at a time, in the worker."""

from collections.abc import Iterator
from unittest.mock import patch
from uuid import UUID

import pytest
from django.test import Client

from recado.foundation import audit_log
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.integrations.csv_files import actions, undoing, worker
from recado.integrations.csv_files.models import ImportFile, ImportRun
from recado.integrations.csv_files.types import Unreadable
from tests import imports
from tests.screens.test_import import client, clinic, seen, visits

__all__ = ["client", "clinic"]
pytestmark = pytest.mark.usefixtures("database")


def begun_to_take_back(client: Client, clinic: UUID, rows: int = 6) -> UUID:
    """An import of which two visits are back and the others aren't yet."""
    file_id = imports.brought_in(client, *[imports.line(n) for n in range(rows)], announce="none")
    client.post(f"/import/{file_id}/take-back")
    with patch.object(undoing, "SLICE", 0.0), connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        worker.run_next(maintenance)
    assert len(visits(clinic)) == rows - 2
    return file_id


@pytest.fixture(autouse=True)
def two_at_once() -> Iterator[None]:
    with patch("recado.appointments.taking_back.AT_ONCE", 2):
        yield


def test_half_taken_back_is_shown_and_another_worker_goes_on(clinic: UUID, client: Client) -> None:
    file_id = begun_to_take_back(client, clinic)
    page = seen(client, f"/import/{file_id}/result")
    assert "Visits removed 2" in page and 'max="12" value="2"' in page
    assert client.post(f"/import/{file_id}/tell", {"do": "tell"}).status_code == 302
    imports.work()
    with clinic_scope(clinic):
        counts = ImportRun.objects.get(clinic_id=clinic, id=file_id).undo_counts
    assert counts == {"visits": 6, "todo": 12, "done": 12, "removed": 6, "put_back": 0, "people": 6, "stayed": 0}
    assert visits(clinic) == {}
    with clinic_scope(clinic):
        line = audit_log.last(clinic, "csv_files.take_back")
    assert line and line.detail == {"source": "csv", "removed": 6, "put_back": 0, "people": 6, "stayed": 0}


def test_other_files_of_the_source_wait_until_it_is_taken_back(clinic: UUID, client: Client) -> None:
    other = imports.checked(client, *[imports.line(n, ahead=25) for n in range(6)])
    begun_to_take_back(client, clinic)
    client.post(f"/import/{other}/bring-in", {"announce": "none"})
    assert "It waits until an import of this source is taken back" in seen(client, f"/import/{other}/")
    with clinic_scope(clinic):
        row = ImportFile.objects.get(clinic_id=clinic, id=other)
    with pytest.raises(worker._Elsewhere):
        worker._work_on(clinic, other)
    with pytest.raises(Unreadable, match="being taken back"), actions.alone(clinic, row.source):
        pass
    imports.work()
    assert len(visits(clinic)) == 6
    assert "6 rows are in" in seen(client, f"/import/{other}/result")


def test_taking_back_that_breaks_off_waits_for_a_person(clinic: UUID, client: Client) -> None:
    file_id = begun_to_take_back(client, clinic)
    with patch.object(undoing.appointments, "take_some_back", side_effect=RuntimeError("no")):
        imports.work()
    page = seen(client, f"/import/{file_id}/result")
    assert "Something broke off" in page and "Go on" in page
    imports.work()
    assert len(visits(clinic)) == 4
    client.post(f"/import/{file_id}/take-back")
    imports.work()
    assert visits(clinic) == {}
