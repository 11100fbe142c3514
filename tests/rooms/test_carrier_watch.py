"""What dispatchers write down of their carriers, and what is made of it for people."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.channels.protocol import Balance, Connection, LinkHealth
from recado.foundation.clock import real_now
from recado.foundation.tenancy import clinic_scope
from recado.messaging import carrier_views
from recado.messaging.balances import balance_of
from recado.messaging.carrier_days import Change, spans_of
from recado.messaging.carrier_views import Health, carrier_of
from recado.messaging.dispatch.lines import Line
from recado.messaging.dispatch.watch import Watch
from tests import factories
from tests.desk import Desk
from tests.factories import CARRIER, sql
from tests.rooms.test_dispatch_loop import Obedient

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Told(Obedient):
    """A carrier whose connections are as a test says."""

    name = "told"
    state = "bound"
    state_reason = ""

    def __init__(self, *connections: Connection) -> None:
        super().__init__()
        self.connections: Sequence[Connection] = connections
        self.is_up = True

    def is_connected(self) -> bool:
        return self.is_up

    async def balance(self) -> Balance:
        return Balance(Decimal("12.5"), "EUR")


def bind(**more: object) -> Connection:
    given = Connection("transceiver", LinkHealth.UP, real_now(), 500, 500, 0, None)
    return replace(given, **more)  # type: ignore[arg-type]


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


def look(desk: Desk, *carriers: Told, watch: Watch | None = None, broken: Sequence[int] = ()) -> Watch:
    lines = [Line(CARRIER + place, carrier) for place, carrier in enumerate(carriers)]
    watch = watch or Watch(lines, "dispatch@here")
    desk._runner.run(watch.note(desk.books, broken))
    return watch


def seen(clinic: UUID) -> carrier_views.CarrierView:
    with clinic_scope(clinic):
        found = carrier_of(clinic, CARRIER)
    assert found
    return found


def changes() -> list[tuple[str, str]]:
    return sql("SELECT state, reason FROM messaging_carrierchange ORDER BY at, id")


def test_what_a_carrier_refused_is_remembered_until_it_is_ready(clinic: UUID, desk: Desk) -> None:
    carrier = Told()
    line = Line(CARRIER, carrier, fingerprint=b"one")
    watch = Watch([line], "dispatch@here")

    def remembered(state: str, account: bytes) -> bytes | None:
        carrier.is_up, carrier.state, line.fingerprint = state == "bound", state, account
        desk._runner.run(watch.note(desk.books))
        ((kept,),) = sql("SELECT refused_with FROM messaging_carrieraccount WHERE id = %s", (CARRIER,))
        return None if kept is None else bytes(kept)

    assert remembered("bound", b"one") is None
    assert remembered("login_refused", b"one") == b"one"
    assert remembered("login_refused", b"two") == b"two"
    assert remembered("connecting", b"three") == b"two"
    assert [state for state, _ in changes()] == ["ready", "refused", "down"]
    assert remembered("bound", b"three") is None


def test_each_connection_has_a_row_while_it_is_there(clinic: UUID, desk: Desk) -> None:
    carrier = Told(bind(), bind(kind="receiver", health=LinkHealth.DOWN, trouble="TimeoutError", trouble_at=real_now()))
    watch = look(desk, carrier)
    assert [(link.kind, link.is_up) for link in seen(clinic).links] == [("transceiver", True), ("receiver", False)]
    assert (seen(clinic).health, seen(clinic).trouble) == (Health.PART, "TimeoutError")
    carrier.connections = [bind(under_way=7)]
    look(desk, watch=watch)
    assert [link.under_way for link in seen(clinic).links] == [7]
    assert seen(clinic).health is Health.WORKING


def test_a_carrier_that_says_nothing_is_told_as_such_after_seconds(clinic: UUID, desk: Desk) -> None:
    watch = look(desk, carrier := Told(bind(unheard_since=real_now() - 2 * SECOND)))
    assert seen(clinic).health is Health.WORKING
    carrier.connections = [bind(unheard_since=real_now() - 9 * SECOND)]
    look(desk, watch=watch)
    assert seen(clinic).health is Health.UNHEARD
    carrier.connections = [*carrier.connections, bind()]
    look(desk, watch=watch)
    assert seen(clinic).health is Health.WORKING


def test_pages_are_told_of_another_picture_and_not_of_figures(clinic: UUID, desk: Desk) -> None:
    async def heard(watch: Watch, carrier: Told) -> list[int]:
        counts = []
        for connection in (bind(), bind(under_way=9), bind(unheard_since=real_now() - 9 * SECOND), bind()):
            carrier.connections = [connection]
            await watch.note(desk.books)
            counts.append(len([one async for one in desk.books.connection.notifies(timeout=0.05)]))
        return counts

    carrier = Told(bind())
    desk._runner.run(desk.books.connection.execute("LISTEN recado_live"))
    assert desk._runner.run(heard(Watch([Line(CARRIER, carrier)], "w"), carrier)) == [1, 0, 1, 1]


def test_changes_are_kept_with_their_reason_and_each_once(clinic: UUID, desk: Desk) -> None:
    carrier = Told(bind())
    watch = look(desk, carrier)
    look(desk, watch=watch)
    carrier.is_up, carrier.state, carrier.state_reason = False, "login_refused", "ESME_RINVPASWD"
    look(desk, watch=watch)
    look(desk, watch=watch)
    assert changes() == [("ready", ""), ("refused", "ESME_RINVPASWD")]
    assert seen(clinic).health is Health.REFUSED
    look(desk, broken=[CARRIER])
    assert len(changes()) == 2


def test_a_time_without_dispatcher_is_kept_as_a_gap(clinic: UUID, desk: Desk) -> None:
    watch = look(desk, Told(bind()))
    sql("UPDATE messaging_carrieraccount SET state_at = state_at - interval '10 minutes'")
    sql("UPDATE messaging_carrierchange SET at = at - interval '15 minutes'")
    look(desk, watch=watch)
    assert changes() == [("ready", ""), ("silent", ""), ("ready", "")]
    away = sum((hour.away for hour in seen(clinic).hours), timedelta())
    assert timedelta(minutes=9) < away < timedelta(minutes=11)


def test_an_account_that_is_no_more_stops_nobody(clinic: UUID, desk: Desk) -> None:
    sql("DELETE FROM messaging_receivingnumber")
    sql("DELETE FROM messaging_carrieraccount")
    look(desk, Told(bind()))
    assert changes() == []


class Broken(Told):
    @property
    def connections(self) -> Sequence[Connection]:  # type: ignore[override]
        return [bind(rests_until=real_now() + timedelta(days=999_999_999))]

    @connections.setter
    def connections(self, given: object) -> None: ...


@pytest.mark.parametrize("odd", [Told(bind(limit=3_000_000_000)), Told(bind(window=-(2**40))), Broken()])
def test_a_carrier_that_tells_what_cannot_be_written_hides_no_other(clinic: UUID, desk: Desk, odd: Told) -> None:
    watch = look(desk, Told(bind()), odd)
    look(desk, watch=watch)
    assert sql("SELECT carrier, most FROM messaging_carrierlink") == [(CARRIER, 500)]


def test_a_balance_is_asked_once_an_hour_and_one_that_fails_stops_nothing(clinic: UUID, desk: Desk) -> None:
    class Mute(Told):
        async def balance(self) -> Balance:
            raise LookupError("the carrier didn't say")

    async def ask() -> None:
        watch = Watch([Line(7, Mute()), Line(CARRIER, Told())], "w")
        asking = asyncio.create_task(watch.ask_balances(lambda work: work(desk.books)))
        for _ in range(200):
            await asyncio.sleep(0.01)
            if (await desk.books.read("SELECT count(*) FROM messaging_carrierbalance"))[0][0]:
                break
        asking.cancel()

    desk._runner.run(ask())
    balance = seen(clinic).balance
    assert balance and (balance.amount, balance.currency, balance.lasts) == (Decimal("12.5"), "EUR", None)
    assert sql("SELECT count(*) FROM messaging_carrierbalance") == [(1,)]


# ------------------------------------------------------------------------------------------------ what is made of it


def told(*amounts: float, every: timedelta = timedelta(hours=1)) -> list[tuple[datetime, Decimal, str]]:
    return [(NOW + every * place, Decimal(str(amount)), "GBP") for place, amount in enumerate(amounts)]


def test_a_balance_lasts_as_long_as_it_did_yesterday() -> None:
    assert balance_of(told(50)).lasts is None
    assert balance_of(told(50, 50)).lasts is None
    half = balance_of(told(*(100 - amount for amount in range(24)), 76))
    assert half.lasts and timedelta(days=2.9) < half.lasts < timedelta(days=3.3) and not half.is_low
    topped_up = balance_of(told(10, 4, 104, 98))
    assert topped_up.lasts == timedelta(hours=98 / 4)
    assert balance_of(told(10, 4)).is_low and balance_of(told(0)).is_low


@given(st.lists(st.decimals(min_value=0, max_value=10**9, places=2), min_size=1, max_size=40))
def test_how_long_a_balance_lasts_is_never_nonsense(amounts: list[Decimal]) -> None:
    found = balance_of([(NOW + timedelta(hours=place), amount, "") for place, amount in enumerate(amounts)])
    assert found.lasts is None or timedelta() <= found.lasts <= timedelta(days=3_650)


@given(st.lists(st.sampled_from(["ready", "down", "refused", "silent"]), max_size=8), st.integers(0, 600))
def test_spans_follow_one_another_without_a_gap(states: list[str], heard: int) -> None:
    told = [Change(NOW + timedelta(minutes=place), state) for place, state in enumerate(states)]
    spans = spans_of(told, NOW + timedelta(minutes=heard), NOW + timedelta(hours=12))
    assert len(spans) == len(states)
    assert all(before[1] == after[0] for before, after in pairwise(spans))
    assert all(begins <= ends for begins, ends, _ in spans)
