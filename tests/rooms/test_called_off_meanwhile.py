"""A text is taken back at the moment at which somebody lets it go sooner, on two real connections: it does not leave."""

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connections

from recado.foundation import business_time
from recado.foundation.database import plain_cursor
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging import outbox
from tests import factories
from tests.factories import events_of, intent, queued, send, sql

WAITS = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%DELETE FROM messaging_outbox%'"


@pytest.mark.usefixtures("database")
@pytest.mark.timeout(60)
def test_a_text_that_is_called_off_while_it_is_let_go_sooner_does_not_leave() -> None:
    clinic = factories.make_furnished().id
    now = business_time.now()
    made = [one.message_id for one in send(clinic, intent(321, not_before=now + timedelta(hours=2)), intent(322))]
    off: list[frozenset[UUID]] = []
    elsewhere = threading.Thread(target=_call_off, args=(clinic, made, off))
    with clinic_scope(clinic):
        with plain_cursor() as cursor:
            assert outbox.leave_at(cursor, clinic_id=clinic, name=made[0], due=now + timedelta(hours=1))
        elsewhere.start()
        while elsewhere.is_alive() and sql(WAITS) == [(0,)]:
            pass  # until it waits for the row that goes
    elsewhere.join()
    assert off == [frozenset(made)] and queued() == set()
    assert [events_of(one) for one in made] == [[8], [8]], "once each"


def _call_off(clinic: UUID, made: list[UUID], off: list[frozenset[UUID]]) -> None:
    try:
        with clinic_scope(clinic):
            off.append(messaging.call_off(clinic_id=clinic, message_ids=made, reason="visit_cancelled"))
    finally:
        connections.close_all()
