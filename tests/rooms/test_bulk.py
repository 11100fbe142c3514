"""Many rows written in one statement are those that Django would have written."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recado.appointments.models import Appointment
from recado.contacts.models import Patient
from recado.conversations.models import Thread
from recado.foundation import bulk, business_time
from recado.foundation.tenancy import clinic_scope
from recado.tasks import actions as tasks
from recado.tasks.types import TaskKind, TaskWish
from tests import factories
from tests.factories import booking, person, record, sql

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic(database: None) -> UUID:
    made = factories.make_furnished().id
    record(made, *(booking(f"A-{n}", person(300 + n)) for n in range(3)))
    return made


def test_rows_are_updated_in_one_statement_and_others_left_alone(clinic: UUID) -> None:
    with clinic_scope(clinic):
        rows = list(Appointment.objects.filter(clinic_id=clinic).order_by("external_id"))
        for row in rows[:2]:
            row.revision, row.duration, row.source_mac = 7, None, b"\0" * 16
            row.starts_at += timedelta(hours=1)
        with CaptureQueriesContext(connection) as asked:
            bulk.update(rows[:2], ["revision", "duration", "source_mac", "starts_at"])
        assert len(asked) <= 1
        again = list(Appointment.objects.filter(clinic_id=clinic).order_by("external_id"))
    assert [row.revision for row in again] == [7, 7, 1]
    assert [row.starts_at for row in again] == [row.starts_at for row in rows]
    assert [row.duration is None for row in again] == [True, True, False]
    assert bytes(again[0].source_mac) == b"\0" * 16


def test_lists_and_json_are_written_as_they_stand(clinic: UUID) -> None:
    factories.hear(clinic, "Is the door on the left?", last=300)
    with clinic_scope(clinic):
        person_ = Patient.objects.filter(clinic_id=clinic).first()
        thread = Thread.objects.filter(clinic_id=clinic).first()
        assert person_ and thread
        person_.tokens, thread.before = [3, -1, 2**62], {"what": ["done", 1, None]}
        bulk.update([person_], ["tokens"])
        bulk.update([thread], ["before"])
        bulk.update(list[Thread](), ["before"])
        person_.refresh_from_db()
        thread.refresh_from_db()
    assert (person_.tokens, thread.before) == ([3, -1, 2**62], {"what": ["done", 1, None]})


def test_tasks_are_raised_once_each_in_a_batch_too(clinic: UUID) -> None:
    wishes = [TaskWish(TaskKind.CALL, f"visit:{n % 2}", detail={"n": n}) for n in range(4)]
    with clinic_scope(clinic):
        assert tasks.raise_tasks(clinic_id=clinic, wishes=wishes, by=factories.OPERATOR) == 2
        assert tasks.raise_tasks(clinic_id=clinic, wishes=wishes, by=factories.OPERATOR) == 0
        assert tasks.raise_tasks(clinic_id=clinic, wishes=[], by=factories.OPERATOR) == 0
    assert sql("SELECT count(*) FROM tasks_task WHERE kind = 'call'") == [(2,)]
    assert sql("SELECT count(*) FROM foundation_auditevent WHERE action = 'task.raise'") == [(2,)]
    assert sql("SELECT count(*) FROM tasks_task WHERE raised_at > %s", (business_time.now(),)) == [(0,)]
