"""What a text costs of the write-ahead log, from its durable acceptance over claim, send and answer to its receipt."""

from uuid import UUID

import pytest

from recado.channels.protocol import Receipt, ReceiptState
from recado.foundation.database import Role, connect
from recado.foundation.phone import Phone
from recado.messaging.types import EventKind
from tests import factories
from tests.desk import Desk, reference_of
from tests.factories import intent, send

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.slow]  # alone: others write to the same log
TEXTS, AT_ONCE = 4_000, 1_000
BAR = 3_500  # bytes a text
WORDS = "Harbour Street Clinic: your visit is on Thursday 3 December at 10:20 am."  # 72 letters


def lives(clinic: UUID, first: int) -> None:
    for start in range(first, first + TEXTS, AT_ONCE):
        send(
            clinic,
            *(intent(text=WORDS, phone=Phone(f"+447{100_000_000 + at}")) for at in range(start, start + AT_ONCE)),
        )
    with Desk() as desk:
        sent = desk.send_all()
        assert len(sent) == TEXTS
        for start in range(0, TEXTS, AT_ONCE):
            refs = map(reference_of, sent[start : start + AT_ONCE])
            desk.take(*(Receipt(ref, ReceiptState.DELIVERED, None) for ref in refs))


def written() -> int:
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        return int(maintenance.execute("SELECT (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint").fetchall()[0][0])


def test_a_text_costs_no_more_of_the_log_than_was_promised() -> None:
    clinic = factories.make_furnished().id
    lives(clinic, 0)  # pages that are touched for the first time after a checkpoint are logged whole
    before = written()
    lives(clinic, TEXTS)
    a_text = (written() - before) / TEXTS
    delivered = "SELECT count(*) FROM messaging_event WHERE kind = %s"
    assert factories.sql(delivered, (int(EventKind.DELIVERED),))[0][0] == 2 * TEXTS
    assert 500 < a_text < BAR
