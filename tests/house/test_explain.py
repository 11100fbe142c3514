"""The plans of the hot statements: no walk over a queue or history, no comparison of every row with every row.

A queue is empty when it is analysed, and a plan made then is kept: so every statement is explained on empty tables
first, then on filled ones, as the role that runs it. The price of one bad join was 38,000 -> 2,650 texts a second.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from recado.channels.protocol import Accepted, Receipt, ReceiptState, Uncertain
from recado.foundation import arrays, business_time, ids
from recado.foundation.asking import NO_SORT
from recado.foundation.clock import real_now
from recado.foundation.database import Role, connect, connect_for_queues, plain_cursor
from recado.foundation.phone import Phone
from recado.foundation.tenancy import SET_CLINIC, clinic_scope
from recado.messaging import gate, leftovers, lookups, outbox, part_receipts, receipts, repeats, settling, told_costs
from recado.messaging.dispatch.failover import Place, _from
from recado.messaging.dispatch.turns import Turns
from recado.messaging.types import EventKind, Lane
from tests import cluster, factories
from tests.desk import Desk
from tests.factories import intent, send, sql

pytestmark = pytest.mark.usefixtures("database")
HOT = ("messaging_outbox", "messaging_message", "messaging_event", "messaging_slice", "messaging_reference")
FILLED = 3_000

Parameters = Callable[[UUID], dict[str, object]]


def names(count: int = 500) -> list[bytes]:
    return ids.new_ids(count)


def _waiting(_: UUID) -> dict[str, object]:
    return {"carrier": 1, "now": business_time.now(), "lanes": arrays.int2_array(list(Lane))}


def _claim(clinic: UUID, most: int = 500) -> dict[str, object]:
    now = business_time.now()
    turns = Turns()
    turns.told(clinic, Lane)
    return outbox.claim_parameters(turns.plan(most), carrier=1, most=most, now=now, worker="w#1", lease=now)


def _settle(clinic: UUID) -> dict[str, object]:
    events = [outbox.Settled(clinic.bytes, name, EventKind.SENT, f"r{at}") for at, name in enumerate(names())]
    return outbox.settle_parameters(events, carrier=1, now=business_time.now())


def _settle_held(clinic: UUID) -> dict[str, object]:
    made = names()
    events = [outbox.Settled(clinic.bytes, name, EventKind.SENT, f"r{at}") for at, name in enumerate(made)]
    told = [
        settling.Told(clinic.bytes, name, EventKind.DELIVERED, None, at % 2 or None) for at, name in enumerate(made)
    ]
    values = settling.held_parameters(events, [1] * len(made), told, carrier=1, real_now=real_now())
    return values | {"ended": [1, 2], "ended_fences": [1, 1], "raised": [3], "raised_fences": [1]}


def _again(clinic: UUID) -> dict[str, object]:
    now = business_time.now()
    texts = [leftovers.Again(clinic.bytes, name, now, 1, 1) for name in names()]
    return leftovers.again_parameters(texts, carrier=1, now=now, kind=EventKind.RETRY, reason="throttled")


def _own(clinic: UUID) -> dict[str, object]:
    return {"clinics": arrays.uuid_array([clinic.bytes] * len(names())), "messages": arrays.uuid_array(names())}


def _fences(_: UUID) -> dict[str, object]:
    return {"slices": [1, 2, 3], "fences": [1, 1, 1]}


def _lost(_: UUID) -> dict[str, object]:
    return {"slices": [1, 2, 3], "now": business_time.now(), "reason": "sender_died"}


def _take(_: UUID) -> dict[str, object]:
    refs = [f"r{at}" for at in range(500)]
    return receipts.take_parameters(carrier=1, kind=EventKind.DELIVERED, reason="", refs=refs, now=business_time.now())


def _lost_slices(_: UUID) -> dict[str, object]:
    return {"real_now": real_now(), "name": "w", "worker": "w#1"}


def _untold(_: UUID) -> dict[str, object]:
    return {"worker": "w#1", "held": [1, 2]}


def _uncertain(_: UUID) -> dict[str, object]:
    return {"carrier": 1, "lowest": ids.lowest_id_at(real_now() - receipts.WINDOW)}


def _parts_sent(clinic: UUID) -> dict[str, object]:
    made = [part_receipts.SentPart(clinic.bytes, name, 1, 2, f"r{at}") for at, name in enumerate(names())]
    return part_receipts.sent_parameters(made, carrier=1)


def _parts_told(_: UUID) -> dict[str, object]:
    reports = [Receipt(f"r{at}", ReceiptState.DELIVERED, None) for at in range(500)]
    return part_receipts.told_parameters(reports, carrier=1, now=business_time.now())


def _whole(clinic: UUID) -> dict[str, object]:
    texts = {"clinics": arrays.uuid_array([clinic.bytes] * 500), "messages": arrays.uuid_array(names())}
    return {**texts, "carrier": 1, "now": business_time.now()}


def _due(_: UUID) -> dict[str, object]:
    return {"carrier": 1, "due": real_now(), "again_at": real_now(), "most": 20}


def _others(_: UUID) -> dict[str, object]:
    return receipts.by_ref(1, [f"r{at}" for at in range(20)])


def _texted(clinic: UUID) -> dict[str, object]:
    phones = arrays.bytea_array([bytes(16)])
    return {"clinics": arrays.uuid_array([clinic.bytes]), "phones": phones, "sender": factories.NUMBER}


def _resent(_: UUID) -> dict[str, object]:
    return {"messages": arrays.uuid_array(names())}


DISPATCH: dict[str, tuple[str, Parameters]] = {
    "WAITING": (outbox.WAITING, _waiting),
    "CLAIM": (outbox.CLAIM, _claim),
    "OWN_SENDERS": (leftovers.OWN_SENDERS, _own),
    "WAITING_FOR": (leftovers.WAITING_FOR, lambda _: _from(1, Place(4, UUID(int=1)))),
    "STRANDED": (leftovers.STRANDED, lambda _: {}),
    "PUT_OFF": (leftovers.PUT_OFF, lambda _: {"carrier": 1, "now": business_time.now(), "most": 5_000}),
    "TAKE_BACK": (leftovers.TAKE_BACK, lambda _: {"ids": arrays.uuid_array(names()), "carrier": 1}),
    "SETTLE": (outbox.SETTLE, _settle),
    "SETTLE_HELD": (settling.SETTLE_HELD, _settle_held),
    "PUT_AGAIN": (leftovers.PUT_AGAIN, _again),
    "RAISE_FENCES": (outbox.RAISE_FENCES, _fences),
    "END_SLICES": (outbox.END_SLICES, _fences),
    "UNTOLD": (leftovers.UNTOLD, _untold),
    "DROP_SLICES": (leftovers.DROP_SLICES, lambda _: {"slices": [1, 2, 3]}),
    "LOST_SLICES": (leftovers.LOST_SLICES, _lost_slices),
    "LOST_TEXTS": (leftovers.LOST_TEXTS, _lost),
    "RESENT_BEFORE": (leftovers.RESENT_BEFORE, _resent),
    "TAKE": (receipts.TAKE, _take),
    "UNCERTAIN": (receipts.UNCERTAIN, _uncertain),
    "TEXTED": (receipts.TEXTED, _texted),
    "DUE": (lookups.DUE, _due),
    "PARTS_SENT": (part_receipts.PARTS_SENT, _parts_sent),
    "PARTS_TOLD": (part_receipts.PARTS_TOLD, _parts_told),
    "WHOLE": (part_receipts.WHOLE, _whole),
    "OPEN": (lookups.OPEN, lambda _: {"messages": arrays.uuid_array(names(20))}),
    "OTHERS": (lookups.OTHERS, _others),
    "TOLD_STOPPED": (receipts.TOLD_STOPPED, _others),
    "TAKEN_BACK": (receipts.TAKEN_BACK, lambda clinic: {"clinic": clinic, "phone": bytes(16), "since": real_now()}),
    "ANSWERED": (told_costs.ANSWERED, lambda _: told_costs.answered([], carrier=1, now=business_time.now())),
    "REPORTED": (
        told_costs.REPORTED,
        lambda _: {**_others(_), "ats": arrays.timestamptz_array([]), **told_costs._prices([])},
    ),
}


def _put(clinic: UUID) -> dict[str, object]:
    now = business_time.now()
    rows = [
        outbox.Row(
            id=name,
            due=now,
            lane=4,
            purpose=5,
            purpose_group=1,
            carrier=1,
            parts=1,
            verdict="allow",
            rule="care",
            sender=factories.NUMBER,
            patient_id=None,
            phone_bi=name,
            phone_ct=b"x",
            body_ct=b"x",
            ref=f"ref:{at}",
        )
        for at, name in enumerate(names())
    ]
    return outbox._put_parameters(clinic, rows, now)


def _off(clinic: UUID) -> dict[str, object]:
    return {"ids": arrays.uuid_array(names(5)), "clinic": clinic, "now": business_time.now(), "reason": "visit_changed"}


def _leave(clinic: UUID) -> dict[str, object]:
    return {"id": UUID(bytes=names(1)[0]), "clinic": clinic, "due": business_time.now()}


def _known(clinic: UUID) -> dict[str, object]:
    return {"clinic": clinic, "refs": arrays.text_array([f"ref:{at}" for at in range(20)])}


def _sent_lately(clinic: UUID) -> Any:
    return gate._sent_lately(clinic, names(), timedelta(minutes=10), business_time.now()).parameters


def _counted_off(clinic: UUID) -> Any:
    return gate._a_day_of(clinic, names(), business_time.now()) | {"off": int(EventKind.CALLED_OFF)}


def _ended(clinic: UUID) -> Any:
    return arrays.uuid_array(names()), arrays.int2_array([3, 6])


APP: dict[str, tuple[str, Parameters]] = {
    "PUT": (outbox.PUT, _put),
    "CALL_OFF": (outbox.CALL_OFF, _off),
    "LEAVE_AT": (outbox.LEAVE_AT, _leave),
    "KNOWN": (outbox.KNOWN, _known),
    "COUNTED": (gate.COUNTED, _sent_lately),
    "COUNTED_AND_SAID": (gate.COUNTED_AND_SAID, _sent_lately),
    "COUNTED_OFF": (gate.COUNTED_OFF, _counted_off),
    "ENDED_BADLY": (repeats.ENDED_BADLY, _ended),
}
IN_ORDER = ("COUNTED", "COUNTED_AND_SAID", "COUNTED_OFF")  # asked with `Ask.in_order`


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def dispatch(clinic: UUID) -> Iterator["psycopg.Connection[Any]"]:
    with connect(Role.DISPATCH) as connection:
        yield connection


def analyse() -> None:
    sql("VACUUM ANALYZE " + ", ".join((*HOT, "consent_withdrawal")))


def fill(clinic: UUID) -> None:
    """Some thousand texts of each kind: sent, uncertain, under way and waiting."""
    with Desk() as desk:
        for start in range(0, FILLED, 500):
            send(clinic, *(intent(at % 1000, ref=f"old:{at}") for at in range(start, start + 500)))
        for at in range(4):
            claimed = desk.claim(500)
            assert claimed
            if at < 3:
                outcomes = [Accepted(f"r{at}-{n}") if n % 50 else Uncertain("lost") for n in range(len(claimed.texts))]
                desk.settle(desk.answered(claimed, *outcomes))


def kept_plan(connection: "psycopg.Connection[Any]", statement: str, parameters: Any) -> str:
    """The plan that a connection keeps for a statement whatever it is given later: the send path's own connections do."""
    connection.prepare_threshold = 5
    with connection.cursor() as cursor:
        cursor.execute("SET plan_cache_mode = force_generic_plan")
        cursor.execute(statement, parameters, prepare=True)
        (name,) = cursor.execute(
            "SELECT name FROM pg_prepared_statements ORDER BY prepare_time DESC LIMIT 1"
        ).fetchone()
        (count,) = cursor.execute(
            "SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = %s", (name,)
        ).fetchone()
        cursor.execute(f"EXPLAIN (COSTS OFF) EXECUTE {name} ({', '.join(['NULL'] * count)})")
        return "\n".join(row[0] for row in cursor.fetchall())


def plan_of(cursor: Any, statement: str, parameters: dict[str, object]) -> str:
    """The plan as text. `cursor` binds on the server, as the product's own does, so that plans are those of parameters."""
    cursor.execute("EXPLAIN (COSTS OFF) " + statement, parameters)
    return "\n".join(row[0] for row in cursor.fetchall())


def faults_of(plan: str) -> list[str]:
    walks = re.findall(rf"Seq Scan on (?:{'|'.join(HOT)})\w*", plan)
    # A long array in a filter is gone through for each row: 25 s for 20,000 numbers against 22,000 texts.
    walks += re.findall(r"Filter: .*\b(?:id|ref|message|phone_bi|clinic_id) = ANY .*", plan)
    return [*walks, *re.findall(r"Join Filter: .*", plan)]


def but_other_months(plan: str) -> str:
    """Without the tables of the months before and to come, which hold nothing here: on the last day of a month what is planned
    each time walks over the next one's, and may; on the first over that of what belongs to no month."""
    return re.sub(rf"Seq Scan on \w+_(?:(?!{real_now():%Y_%m})\d{{4}}_\d\d|default)\b", "", plan)


@pytest.mark.parametrize("state", ["empty", "filled", "emptied"])
def test_hot_statements_of_the_dispatcher_walk_over_nothing(
    clinic: UUID, dispatch: "psycopg.Connection[Any]", cleaner: cluster.Cleaner, state: str
) -> None:
    if state != "empty":
        fill(clinic)
    if state == "emptied":  # what was known of the columns is known still
        analyse()
        cleaner.clean()
    analyse()
    found = {}
    for name, (statement, parameters) in DISPATCH.items():
        with dispatch.cursor() as cursor:
            plan = plan_of(cursor, statement, parameters(clinic))
        if faults_of(plan):
            found[name] = plan
    assert found == {}, "\n\n".join(f"{name}\n{plan}" for name, plan in found.items())


@pytest.mark.parametrize("is_filled", [False, True], ids=["empty", "filled"])
def test_hot_statements_of_the_app_walk_over_nothing(clinic: UUID, is_filled: bool) -> None:
    if is_filled:
        fill(clinic)
    analyse()
    found = {}
    # The others are planned each time (`prepare=False`): on an empty table they may walk.
    for name, (statement, parameters) in APP.items() if is_filled else [("PUT", APP["PUT"])]:
        with clinic_scope(clinic), plain_cursor() as cursor:
            if name in IN_ORDER:
                cursor.execute(NO_SORT)
            plan = but_other_months(plan_of(cursor, statement, parameters(clinic)))
        if faults_of(plan):
            found[name] = plan
    assert found == {}, "\n\n".join(f"{name}\n{plan}" for name, plan in found.items())


@pytest.mark.parametrize("is_analysed", [False, True], ids=["as_made", "analysed"])
def test_plans_that_the_desk_keeps_from_a_young_database_hold(clinic: UUID, is_analysed: bool) -> None:
    """As after installing: some texts, and tables of which nobody has counted anything."""
    send(clinic, *(intent(at) for at in range(500)))
    if is_analysed:
        analyse()
    statements = {name: APP[name] for name in (*IN_ORDER, "ENDED_BADLY", "PUT")}
    with connect_for_queues(Role.APP) as connection:
        connection.execute(SET_CLINIC, (str(clinic),))
        plans = {name: kept_plan(connection, *_asked(one, clinic)) for name, one in statements.items()}
        connection.rollback()
    found = {name: plan for name, plan in plans.items() if faults_of(plan)}
    assert found == {}, "\n\n".join(f"{name}\n{plan}" for name, plan in found.items())


def _asked(one: tuple[str, Parameters], clinic: UUID) -> tuple[str, Any]:
    return one[0], one[1](clinic)


@pytest.mark.parametrize("connects", [connect, connect_for_queues], ids=["pages", "desk"])
def test_texts_of_a_number_are_counted_by_its_index_when_nobody_has_counted_the_table(
    clinic: UUID, connects: Any
) -> None:
    """A table that grew faster than it was analysed: here the primary key once seemed as good, and was walked for each number."""
    for start in range(0, 21_000, 7_000):
        send(clinic, *(intent(phone=Phone(f"+447{100_000_000 + at}")) for at in range(start, start + 7_000)))
    with connects(Role.APP) as connection:
        connection.execute(SET_CLINIC, (str(clinic),))
        for name in IN_ORDER:
            statement, values = _asked(APP[name], clinic)
            if connects is connect:
                connection.execute(NO_SORT)
            plan = "\n".join(row[0] for row in connection.execute("EXPLAIN " + statement, values))
            assert "p.phone_bi" not in re.sub(r"Index Cond: .*", "", plan), plan
        connection.rollback()


def test_every_statement_of_the_hot_files_is_looked_at() -> None:
    cold = {"CLAIM_LOCK", "INCIDENTS", "STORE_UNMATCHED", "READ_UNMATCHED", "SETTLE_UNMATCHED", "SENDING"}  # touch none
    cold |= {"HEARD"}
    cold |= {"BY_REF", "OF_REF", "LAST_SENDER", "LEFT_FROM", "_AGAIN", "PLANNED_TEXTS"}  # pieces of others
    cold |= {"BEGIN", "NOTE", "CLOSE", "HAS_LOOKUP", "NOTE_LOOKUP", "FORSAKEN", "OWN_SENDER", "HOMES"}
    written = {
        name
        for module in (outbox, settling, leftovers, receipts, gate, lookups, part_receipts, repeats, told_costs)
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str) and re.search(r"\b(SELECT|INSERT|UPDATE|DELETE)\b", value)
    }
    assert written - cold == (DISPATCH.keys() | APP.keys())


def test_claim_reads_no_more_pages_when_very_many_wait_behind_it(
    clinic: UUID, dispatch: "psycopg.Connection[Any]"
) -> None:
    pages = []
    for start, end in ((0, 1_000), (1_000, 3_000), (3_000, 21_000)):
        send(clinic, *(intent(phone=Phone(f"+447{100_000_000 + at}")) for at in range(start, end)))
        pages.append(pages_of_a_claim(clinic, dispatch))
    _, few, many = pages  # rows that a claim has locked before and given back cost a page more: those of the first
    assert 500 < few < 5_000  # 500 are deleted; a walk past each of those behind would show in `many`
    assert many <= few * 1.25, (few, many)


def pages_of_a_claim(clinic: UUID, connection: "psycopg.Connection[Any]") -> int:
    """How many pages a claim of 500 touches. It is taken back."""
    analyse()
    connection.execute("EXPLAIN " + outbox.CLAIM, _claim(clinic))  # type: ignore[arg-type]  # warms the catalogue
    asked = "EXPLAIN (ANALYZE, COSTS OFF, BUFFERS, TIMING OFF) " + outbox.CLAIM
    plan = "\n".join(row[0] for row in connection.execute(asked, _claim(clinic)))  # type: ignore[arg-type]
    connection.rollback()
    found = re.search(r"Buffers: shared hit=(\d+)(?: read=(\d+))?", plan)
    assert found, plan
    return int(found.group(1)) + int(found.group(2) or 0)
