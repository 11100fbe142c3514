"""Carriers' calls are kept a week after they were read; what nobody could read stays."""

from datetime import timedelta

import pytest

from recado.foundation.clock import real_now
from recado.foundation.database import Role, connect
from recado.foundation.ids import lowest_id_at
from recado.messaging.worker import forget_calls
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
