"""Carriers' calls are kept a week after they were read, and reports of unknown texts a week; what is not settled stays."""

from datetime import timedelta

import pytest

from recado.foundation.clock import real_now
from recado.foundation.database import Role, connect
from recado.foundation.ids import lowest_id_at
from recado.launch.wiring import WORKERS
from recado.messaging.receipts import WINDOW
from recado.messaging.worker import TOLD_KEPT, forget_calls, forget_reports
from tests.factories import sql

pytestmark = pytest.mark.usefixtures("database")


def test_only_old_calls_that_were_read_go() -> None:
    now = real_now()
    for days, is_read in ((8, True), (8, False), (6, True)):
        moment = now - timedelta(days=days, seconds=is_read)
        sql(
            "INSERT INTO messaging_callbackraw (id, carrier, received_at, raw_ct, settled_at, outcome, tries) "
            "VALUES (%s, 7, %s, '', %s, '', 0)",
            (lowest_id_at(moment), moment, moment if is_read else None),
        )
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        assert forget_calls(maintenance) == 1
        assert forget_calls(maintenance) == 0
    left = sql("SELECT settled_at IS NOT NULL FROM messaging_callbackraw ORDER BY id")
    assert left == [(False,), (True,)]


def test_only_old_reports_that_are_settled_go_so_many_at_a_time() -> None:
    now = real_now()
    for days, is_settled in ((9, True), (8, True), (8, False), (6, True)):
        moment = now - timedelta(days=days, seconds=is_settled)
        sql(
            "INSERT INTO messaging_receiptunmatched "
            "(id, carrier, ref, state, at, received_at, to_ct, sender, settled_at, outcome, error) "
            "VALUES (%s, 7, 'm-1', 'DELIVRD', %s, %s, '', '', %s, '', '')",
            (lowest_id_at(moment), moment, moment, moment + timedelta(days=3) if is_settled else None),
        )
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        assert [forget_reports(maintenance, most=1) for _ in range(3)] == [1, 1, 0]
    left = sql("SELECT settled_at IS NOT NULL FROM messaging_receiptunmatched ORDER BY id")
    assert left == [(False,), (True,)]


def test_reports_are_kept_for_longer_than_they_may_settle_a_text() -> None:
    assert TOLD_KEPT > WINDOW


def test_worker_forgets_both() -> None:
    assert {"recado.messaging.worker:forget_calls", "recado.messaging.worker:forget_reports"} <= set(WORKERS.values())
