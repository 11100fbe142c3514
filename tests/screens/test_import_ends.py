"""Imports that end before their last row: what becomes of the texts, and what the audit says of each step."""

from unittest.mock import patch
from uuid import UUID

import pytest
from django.test import Client

from recado.clinics.roles import RECEPTION_LEAD
from recado.foundation.clock import real_now
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.integrations.csv_files import worker
from recado.integrations.csv_files.models import FilePart
from tests import factories as f
from tests import imports, pages, staff

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic() -> UUID:
    return f.make_furnished().id


@pytest.fixture
def client(clinic: UUID) -> Client:
    return staff.desk(clinic, RECEPTION_LEAD)


def seen(client: Client, path: str) -> str:
    """A page that is sound."""
    response = client.get(path, follow=True)
    html = response.content.decode()
    assert (response.status_code, pages.Reading(html).faults) == (200, [])
    return " ".join(html.split())


@pytest.mark.parametrize("is_left", [False, True])
def test_paused_file_that_goes_leaves_a_result_and_tells_nobody_by_itself(
    clinic: UUID, client: Client, is_left: bool
) -> None:
    imports.brought_in(client, imports.line(999))
    file_id = imports.checked(client, *[imports.line(n) for n in range(30)])
    client.post(f"/import/{file_id}/bring-in", {"announce": "all"})
    with patch.object(worker, "ROWS", 10), patch.object(worker, "SLICE", 0.0001):
        with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
            worker.run_next(maintenance)
            client.post(f"/import/{file_id}/pause", {"do": "pause"})
            if is_left:
                with patch.object(worker, "real_now", lambda: real_now() + worker.KEPT_FOR * 1.1):
                    worker.clean(maintenance)
            else:
                client.post(f"/import/{file_id}/discard")
    with clinic_scope(clinic):
        assert not FilePart.objects.filter(clinic_id=clinic, file_id=file_id).exists()
    page = seen(client, f"/import/{file_id}/result")
    assert "10 rows are in" in page and "ended before its last row" in page
    assert "10 people wait for your word" in page and "Take it back" in page
    assert (
        "Texts to 10 people go now."
        in client.post(f"/import/{file_id}/tell", {"do": "tell"}, follow=True).content.decode()
    )


def test_every_step_of_a_file_is_in_the_audit(client: Client) -> None:
    file_id = imports.checked(client, imports.line(1))
    client.post(f"/import/{file_id}/back")
    client.post(f"/import/{file_id}/columns", {"do": "check"})
    imports.work()
    client.post(f"/import/{file_id}/bring-in")
    with patch.object(worker, "_take", side_effect=RuntimeError("no")):
        imports.work()
    said = [row[0].removeprefix("csv_files.") for row in f.sql("SELECT action FROM foundation_auditevent ORDER BY id")]
    steps = ("upload", "read_as", "check", "back", "begin", "break_off")
    assert [one for one in said if one in steps] == [
        *("upload", "read_as", "check", "back", "read_as", "check", "begin", "break_off")
    ]
