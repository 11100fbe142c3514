"""A text that comes while staff are at the same conversation: whoever is second waits, and nobody is thrown out."""

import threading
import time
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connections

from recado.conversations import actions as conversations
from recado.conversations import threads
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.journeys import worker
from tests import factories
from tests.factories import DAY, booking, hear, record, release, sql, visit

pytestmark = pytest.mark.usefixtures("database")
BY = Actor(ActorKind.STAFF, str(UUID(int=1)))
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def run_due() -> None:
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        while worker.run_due(maintenance):
            pass


def is_waited_for() -> bool:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if sql(WAITING)[0][0]:
            return True
        time.sleep(0.02)
    return False


def test_answer_that_calls_texts_off_waits_for_staff_who_do_so_too() -> None:
    """The visit's text waits in the queue: the person cancels by text, and a colleague says that they are a stranger."""
    clinic = factories.make_furnished().id
    record(clinic, booking("A-1", ahead=10 * DAY), is_first_import=True)
    release(clinic)
    hear(clinic, "Do I need to bring the letter?")
    [(thread_id,)] = sql("SELECT id FROM conversations_thread")
    factories.advance(7 * DAY + timedelta(hours=1))
    run_due()
    patient_id = visit(clinic).patient_id
    failed: list[BaseException] = []

    def answer() -> None:
        try:
            hear(clinic, "2")
        except BaseException as error:  # told by the main thread
            failed.append(error)
        finally:
            connections.close_all()

    writer = threading.Thread(target=answer)
    with clinic_scope(clinic):
        threads.held(clinic, thread_id)  # what each act of staff does first
        writer.start()
        assert is_waited_for()
        conversations.wrong_person(clinic_id=clinic, thread_id=thread_id, patient_id=patient_id, by=BY)
    writer.join(20)
    assert failed == []
    assert sql("SELECT count(*) FROM consent_wrongnumber") == [(1,)]
    assert sql("SELECT count(*) FROM conversations_reading") == [(2,)]
