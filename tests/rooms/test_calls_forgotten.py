"""Carriers' calls and inbound texts as they came are kept a week after they were read, and reports of unknown texts a week; what is
not settled stays."""

from datetime import timedelta

import pytest

from recado.foundation.clock import real_now
from recado.foundation.database import Role, connect
from recado.foundation.ids import lowest_id_at, new_id
from recado.launch.wiring import WORKERS
from recado.launch.work import POLL, SLOW
from recado.messaging import opt_outs
from recado.messaging.inbound import KEPT_UNBOUND
from recado.messaging.receipts import WINDOW
from recado.messaging.worker import TOLD_KEPT, forget_calls, forget_reports, forget_texts
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


def came(days: float, outcome: str = "confirmed", *, read: float | None = None) -> None:
    """An inbound text that came and was read so many days ago; without `read`: that nobody has read."""
    now = real_now()
    sql(
        "INSERT INTO messaging_inboundraw (id, carrier, ref, at, received_at, raw_ct, settled_at, outcome, tries) "
        "VALUES (%s, 7, '', %s, %s, '', %s, %s, 0)",
        (
            lowest_id_at(now - timedelta(days=days)),
            *(now - timedelta(days=days),) * 2,
            None if read is None else now - timedelta(days=read),
            outcome,
        ),
    )


def test_inbound_texts_go_a_week_after_they_were_read_and_no_sooner() -> None:
    came(40, "failed")  # could not be read
    came(39, "")
    came(20, read=20)
    came(19, "unbound", read=19)  # may still be given to a clinic
    came(18, read=1)  # was, and has just been read
    came(8, read=8)
    came(6, read=6)
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        assert [forget_texts(maintenance, most=1) for _ in range(3)] == [1, 1, 0]
    left = sql("SELECT outcome, settled_at IS NOT NULL FROM messaging_inboundraw ORDER BY id")
    assert left == [("failed", False), ("", False), ("unbound", True), ("confirmed", True), ("confirmed", True)]


def test_texts_of_no_clinic_go_when_the_operator_sees_them_no_more() -> None:
    came(KEPT_UNBOUND.days + 1, "unbound", read=KEPT_UNBOUND.days + 1)
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        assert forget_texts(maintenance) == 1


def test_what_waits_is_gone_through_once_however_many_carriers_were_removed() -> None:
    now = real_now()
    sql(
        "INSERT INTO messaging_carrieraccount (id, name, kind, settings_ct, is_active, state, removed_at) "
        "SELECT 100 + n, 'Gone ' || n, 'smpp', '', false, 'down', %s FROM generate_series(1, 20) AS n",
        (now,),
    )
    for _ in range(30):
        sql(
            "INSERT INTO messaging_receiptunmatched "
            "(id, carrier, ref, state, at, received_at, to_ct, sender, outcome, error) "
            "VALUES (%s, 7, 'm-1', 'DELIVRD', %s, %s, '', '', '', '')",
            (new_id(), now, now),
        )
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        plan = [row[0] for row in maintenance.execute("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + opt_outs.REMOVED)]
        walks = [line for line in plan if " on messaging_receiptunmatched" in line]
        assert len(walks) == 1 and "loops=1)" in walks[0], "\n".join(plan)
        assert maintenance.execute(opt_outs.REMOVED).fetchall() == []


def test_loops_that_forget_look_seldom_but_the_one_whose_documents_end_at_a_moment() -> None:
    forgets = {name for name, work in WORKERS.items() if work.partition(":")[2].startswith("forget_")}
    assert {name for name in forgets if SLOW.get(name, POLL) < 10} == {"documents"}


def test_worker_forgets_all_three() -> None:
    forgets = {f"recado.messaging.worker:forget_{what}" for what in ("calls", "reports", "texts")}
    assert forgets <= set(WORKERS.values())
