"""Several rows written by two processes at once: both take them in one order, so that neither ends up waiting for the other."""

from collections.abc import Callable
from decimal import Decimal
from threading import Thread
from typing import LiteralString
from uuid import UUID

import psycopg
import pytest
from django import db

from recado.channels.protocol import Cost
from recado.foundation import arrays
from recado.foundation.clock import real_now
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions, told_costs
from recado.messaging.dispatch import callbacks, counting, failover, watch
from recado.messaging.dispatch.counting import Counted
from recado.messaging.types import Lane
from tests import cluster, factories
from tests.factories import CARRIER, NUMBER, OPERATOR, sql

OTHER = 7
ONE, TWO = UUID(int=1), UUID(int=2)
ACCOUNT: LiteralString = """
INSERT INTO messaging_carrieraccount (id, name, kind, settings_ct, is_active, state, default_sender)
VALUES (7, 'Baltica', 'smpp', '', true, 'ready', 'Harbour')
"""
CALL: LiteralString = """
INSERT INTO messaging_callbackraw (id, carrier, received_at, raw_ct, outcome, tries) VALUES (%s, 1, now(), '', '', 0)
"""
LINK: LiteralString = """
INSERT INTO messaging_carrierlink (carrier, worker, number, at, kind, health, since, "window", most, under_way, trouble)
VALUES (1, %s, 0, %s, 'http', 'up', now(), 1, 1, 0, '')
"""
COST: LiteralString = """
INSERT INTO messaging_toldcost (clinic_id, message, carrier, amount, currency, at) VALUES (%s, %s, 1, 1, 'GBP', now())
"""
ROW: LiteralString = """
INSERT INTO messaging_receivingnumber (id, clinic_id, carrier_id, address, keyword, is_by_default)
VALUES (%s, %s, 1, %s, '', true)
"""


@pytest.fixture
def clinic(database: None) -> UUID:
    made = factories.make_furnished().id
    sql(ACCOUNT)
    return made


def held(table: str, first: str, work: Callable[[], None], second: str = "") -> None:
    """Somebody else holds a row of this table, and then takes the second, which this work has not taken before it began to
    wait for the first. When both are let go, the work gets done."""
    worker = Thread(target=work)
    with psycopg.connect(cluster.superuser_url()) as another:
        assert another.execute(f"SELECT 1 FROM {table} WHERE {first} FOR UPDATE").fetchall() == [(1,)]  # type: ignore[arg-type]
        worker.start()
        while sql("SELECT count(*) FROM pg_locks WHERE NOT granted") == [(0,)] and worker.is_alive():
            worker.join(0.02)
        assert worker.is_alive() == bool(second)
        if second:
            another.execute(f"SELECT 1 FROM {table} WHERE {second} FOR UPDATE NOWAIT")  # type: ignore[arg-type]
    worker.join()


def run(statement: LiteralString, values: object) -> Callable[[], None]:
    """A dispatcher's statement."""

    def work() -> None:
        with connect(Role.DISPATCH) as dispatcher:
            dispatcher.execute(statement, values)  # type: ignore[arg-type]

    return work


def test_failed_calls_are_noted_in_the_order_in_which_carriers_are_watched(clinic: UUID) -> None:
    sql("UPDATE messaging_carrieraccount SET name = 'Last' WHERE id = 1")  # in the table behind the other
    found = Counted(real_now(), calls={OTHER: (3, 2), CARRIER: (1, 1)})
    held("messaging_carrieraccount", "id = 1", run(counting.NOTE_CALLS, counting.failed_calls(found)), "id = 7")
    assert sql("SELECT id, calls_failed FROM messaging_carrieraccount ORDER BY id") == [(1, 1), (7, 2)]


@pytest.mark.parametrize("noted", ["calls", "state"])
def test_clinic_gets_a_number_on_a_carrier_of_which_a_dispatcher_writes(clinic: UUID, noted: str) -> None:
    statement, values = {
        "calls": (counting.NOTE_CALLS, counting.failed_calls(Counted(real_now(), calls={CARRIER: (1, 1)}))),
        "state": (
            watch.NOTE_STATE,
            {"carrier": CARRIER, "state": "down", "account": None, "now": real_now(), "gap": real_now()},
        ),
    }[noted]
    with connect(Role.DISPATCH) as dispatcher, psycopg.connect(cluster.superuser_url()) as another:
        assert dispatcher.execute(statement, values).rowcount == 1
        another.execute("SET lock_timeout = '1s'")  # so that it ends where it would wait
        another.execute(ROW, (ONE, clinic, "+447700900151"))
    assert sql("SELECT carrier_id FROM messaging_receivingnumber WHERE id = %s", (ONE,)) == [(CARRIER,)]


def test_scores_are_noted_in_one_order_whatever_was_learnt_first(clinic: UUID) -> None:
    def noted(*scores: float) -> Callable[[], None]:
        carriers, countries = arrays.int2_array([OTHER, CARRIER]), arrays.text_array(["GB", "GB"])
        values = {"now": real_now(), "carriers": carriers, "countries": countries, "scores": list(scores)}
        return run(failover.NOTE_SCORES, values)

    noted(0.25, 0.75)()
    held("messaging_carrierscore", "carrier = 1", noted(0.5, 1.0), "carrier = 7")
    assert sql("SELECT carrier, score FROM messaging_carrierscore ORDER BY 1") == [(1, 1.0), (7, 0.5)]


def test_calls_that_two_dispatchers_have_read_are_settled_in_one_order(clinic: UUID) -> None:
    for name in (TWO, ONE):
        sql(CALL, (name,))
    values = {"now": real_now(), "outcome": "read", "ids": [TWO, ONE], "parts": arrays.text_array(["two", "one"])}
    held("messaging_callbackraw", f"id = '{ONE}'", run(callbacks.SETTLE, values), f"id = '{TWO}'")
    assert sql("SELECT part_ref, outcome FROM messaging_callbackraw ORDER BY id") == [("one", "read"), ("two", "read")]


def test_prices_of_answers_are_written_in_the_order_of_those_of_reports(clinic: UUID) -> None:
    for message in (TWO, ONE):
        sql(COST, (clinic, message))
    told = [(clinic.bytes, message.bytes, Cost(Decimal("0.05"), "GBP")) for message in (TWO, ONE)]
    values = told_costs.answered(told, carrier=CARRIER, now=real_now())
    held("messaging_toldcost", f"message = '{ONE}'", run(told_costs.ANSWERED, values), f"message = '{TWO}'")
    assert sql("SELECT DISTINCT amount FROM messaging_toldcost") == [(Decimal("0.05"),)]


def test_connections_of_another_dispatcher_that_writes_of_them_again_are_not_waited_for(clinic: UUID) -> None:
    long_ago = real_now() - 2 * watch.KEPT_LINKS
    for worker in ("back", "gone"):
        sql(LINK, (worker, long_ago))
    values = {"worker": "ours", "now": real_now(), "before": real_now() - watch.KEPT_LINKS}
    held("messaging_carrierlink", "worker = 'back'", run(watch.OLD_LINKS, values))
    assert sql("SELECT worker FROM messaging_carrierlink") == [("back",)]


def test_what_two_dispatchers_count_at_once_stands_once(clinic: UUID) -> None:
    def keep(waiting: int) -> dict[str, object]:
        return counting.long_lanes(Counted(real_now(), long={(clinic, Lane.CARE): waiting}))

    with connect(Role.DISPATCH) as first:
        first.execute(counting.FORGET_COUNTS)
        first.execute(counting.KEEP_COUNTS, keep(4_000))
        with connect(Role.DISPATCH) as second:
            second.execute(counting.FORGET_COUNTS)  # before it can see what the first has counted
            rows: list[int] = []
            counted = Thread(target=lambda: rows.append(second.execute(counting.KEEP_COUNTS, keep(4_001)).rowcount))
            counted.start()
            while sql("SELECT count(*) FROM pg_locks WHERE NOT granted") == [(0,)] and counted.is_alive():
                counted.join(0.02)
            first.commit()
            counted.join()
    assert rows == [0]
    assert sql("SELECT waiting FROM messaging_queuecount") == [(4_000,)]


def test_numbers_of_a_clinic_are_held_in_one_order(clinic: UUID) -> None:
    sql("DELETE FROM messaging_receivingnumber")
    for name, address in ((TWO, NUMBER), (ONE, "+447700900151")):
        sql(ROW, (name, clinic, address))

    def furnish() -> None:
        with clinic_scope(clinic):
            actions.furnish(clinic_id=clinic, by=OPERATOR)
        db.connections.close_all()

    held("messaging_receivingnumber", f"id = '{ONE}'", furnish, f"id = '{TWO}'")
    assert sql("SELECT count(*) FROM messaging_receivingnumber") == [(3,)]
