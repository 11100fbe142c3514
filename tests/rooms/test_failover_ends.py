"""A text that carriers keep refusing goes to each of its route once, then ends with all their reasons; never to and fro."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import groupby
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.channels.protocol import TryLater
from recado.clinics.types import NO_QUIET_HOURS
from recado.consent.types import Purpose
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.messaging.dispatch.answers import Answered, OpenSlice, entries, tried_by
from recado.messaging.dispatch.failover import LAST_TRIES, TRIES, Failover
from recado.messaging.models import Outbox
from recado.messaging.outbox import Claimed
from recado.messaging.route_book import RouteBook
from recado.messaging.routing import RouteRule, Target
from recado.messaging.types import EventKind, Lane
from recado.web.stories import words
from tests import factories
from tests.desk import Desk
from tests.factories import CARRIER, NUMBER, events_of, intent, send, sql

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
CLINIC, PHONE, WORDS = UUID(int=5), "+447700900321", "Your visit is on Thursday."


def text(tried: str = "", attempts: int = 0, purpose: Purpose = Purpose.CARE) -> Claimed:
    return Claimed(
        b"m" * 16, CLINIC.bytes, int(Lane.CARE), NUMBER, int(purpose), attempts, NOW, b"", b"", b"", tried=tried
    )


def knowing(targets: tuple[Target, ...], down: frozenset[int] = frozenset()) -> Failover:
    knows = Failover()
    knows.book = RouteBook((RouteRule(UUID(int=1), targets=targets),), down)
    return knows


def refused(knows: Failover, carrier: int, one: Claimed) -> tuple[int, Claimed] | str:
    """A carrier says "not now": by which carrier the text goes next, or the reasons with which it ended."""
    way, is_over = (None, False)
    if one.attempts + 1 >= TRIES:
        way, is_over = knows.after_refusal(carrier, one, NUMBER, PHONE, WORDS)
    answered = Answered(
        carrier,
        OpenSlice(1, 1, 1),
        (one,),
        (TryLater(timedelta(seconds=1), f"said_{carrier}"),),
        {one.message: way} if way is not None or is_over else {},
    )
    made = entries([answered], NOW)
    if made.events:
        assert made.events[0].kind is EventKind.REFUSED
        return made.events[0].reason or ""
    ((again, _),) = made.again
    return again.elsewhere.carrier_id if again.elsewhere else carrier, text(again.tried, again.attempts)


ROUTES = st.lists(st.integers(0, 3), min_size=2, max_size=5).map(
    lambda weights: tuple(Target(number, weight) for number, weight in enumerate(weights, start=1))
)


@given(ROUTES)
def test_refused_text_goes_once_to_each_carrier_and_ends_with_every_reason(targets: tuple[Target, ...]) -> None:
    knows, state, handed = knowing(targets), (1, text()), list[int]()
    while isinstance(state, tuple):
        carrier, one = state
        handed.append(carrier)
        assert len(handed) < 200
        state = refused(knows, carrier, one)
    blocks = [(carrier, len(list(tries))) for carrier, tries in groupby(handed)]
    assert sorted(carrier for carrier, _ in blocks) == [target.carrier for target in targets]
    assert [tries for _, tries in blocks] == [TRIES] * (len(targets) - 1) + [LAST_TRIES]
    assert state == "+".join(f"said_{carrier}" for carrier, _ in blocks)


@given(ROUTES, st.lists(st.frozensets(st.integers(1, 5)), max_size=60))
def test_whoever_refused_to_the_end_never_gets_it_again_whatever_goes_away(
    targets: tuple[Target, ...], away: list[frozenset[int]]
) -> None:
    carrier, one = 1, text()
    for down in away:
        knows = knowing(targets, down)
        if carrier in down:  # it waits; it may be moved
            way, _ = knows._other(frozenset(tried_by(one.tried)) | {carrier}, carrier, one, NUMBER, PHONE, WORDS)
            carrier = way.carrier_id if way else carrier
            assert carrier not in tried_by(one.tried)
            continue
        state = refused(knows, carrier, one)
        if isinstance(state, str):
            assert set(tried_by(one.tried)) | {carrier} == {target.carrier for target in targets}
            return
        carrier, one = state
        assert carrier not in tried_by(one.tried)


def test_text_waits_for_the_last_while_another_of_its_route_is_only_away() -> None:
    knows = knowing((Target(1), Target(2), Target(3)), frozenset({3}))
    assert knows.after_refusal(2, text("1:busy", LAST_TRIES), NUMBER, PHONE, WORDS) == (None, False)
    knows.book = RouteBook(knows.book.rules)
    way, _ = knows.after_refusal(2, text("1:busy", LAST_TRIES), NUMBER, PHONE, WORDS)
    assert way and way.carrier_id == 3


def test_only_carrier_of_a_route_is_tried_until_the_time_is_over() -> None:
    knows = knowing((Target(1),))
    assert knows.after_refusal(1, text("", 500), NUMBER, PHONE, WORDS) == (None, False)


def test_carrier_that_has_no_connection_ends_nothing() -> None:
    knows = knowing((Target(1), Target(2)), frozenset({2}))
    assert knows.after_refusal(2, text("1:busy", LAST_TRIES), NUMBER, PHONE, WORDS) == (None, False)


@pytest.mark.parametrize(
    ("body", "purpose", "target", "moves"),
    [
        ("Can you come? Reply 1.", Purpose.CARE, Target(2), False),  # its own sender is a name: never by another either
        ("Leave the house. Reply 1.", Purpose.EMERGENCY, Target(2), True),
        ("Leave the house. Reply 1.", Purpose.EMERGENCY, Target(2, sender="Harbour"), True),
        ("See you.", Purpose.CARE, Target(2, sender="Harbour"), True),
    ],
)
def test_rules_are_asked_again_of_a_text_that_changes_its_carrier(
    body: str, purpose: Purpose, target: Target, moves: bool
) -> None:
    knows = knowing((Target(1), target))
    way, _ = knows.after_refusal(1, text("", TRIES, purpose), "QuayClinic", PHONE, body)
    assert (way is not None) is moves


def test_emergency_changes_from_a_number_that_takes_nothing_to_a_name_that_nobody_has_noted() -> None:
    knows, irish = knowing((Target(1, sender="Harbour"), Target(2))), "+353209100123"
    emergency = text("", TRIES, Purpose.EMERGENCY)
    way, _ = knows.after_refusal(2, emergency, NUMBER, irish, "Leave the house.")
    assert way and (way.carrier_id, way.sender) == (1, "Harbour")
    assert knows.after_refusal(2, text("", TRIES), NUMBER, irish, WORDS) == (None, False)


def test_news_change_carrier_only_with_the_stop_text_of_the_new_sender() -> None:
    knows = knowing((Target(1), Target(2, sender="Harbour")))
    french = "+33639980001"
    knows.book = RouteBook(knows.book.rules, stop_texts={("Harbour", "FR"): "STOP 36222"})
    news = text("", TRIES, Purpose.NEWS)
    assert knows.after_refusal(1, news, NUMBER, french, "Offers. STOP 36111")[0] is None
    assert knows.after_refusal(1, news, NUMBER, french, "Offers. STOP 36222")[0] is not None


# ------------------------------------------------------------------------------------------------ with the books

OTHER = 7


@pytest.fixture
def clinic(database: None) -> UUID:
    made = factories.make_furnished(quiet_hours=NO_QUIET_HOURS).id
    sql(
        "INSERT INTO messaging_carrieraccount (id, name, kind, settings_ct, is_active, state) "
        "VALUES (%s, 'Baltica', 'smpp', '', true, 'ready')",
        (OTHER,),
    )
    sql(
        "INSERT INTO messaging_route (id, position, country, purposes, sender, targets) VALUES (%s, 1, '', '{}', '', "
        """'[{"carrier": 1, "sender": "Harbour"}, {"carrier": 7, "weight": 0}]')""",
        (new_id(),),
    )
    factories.forget_routes()
    return made


def busy(desk: Desk, knows: Failover, reason: str) -> bool:
    """The carrier says "not now" to what is due. False: nothing was."""
    sql("UPDATE messaging_outbox SET due = now() - interval '1 second'")
    claimed = desk.claim()
    if claimed is None:
        return False
    outcomes = [TryLater(timedelta(0), reason) for _ in claimed.texts]

    async def decide() -> dict[bytes, object]:
        await knows.refresh(desk.books, {CARRIER: True, OTHER: True})
        return dict(await knows.elsewhere(desk.books, desk.carrier, claimed.texts, desk_opened, outcomes))

    desk_opened = desk.opened(claimed.texts)
    ways = desk._runner.run(decide())
    desk.settle(Answered(desk.carrier, desk.open[claimed.id], claimed.texts, tuple(outcomes), ways))  # type: ignore[arg-type]
    return True


def test_books_keep_who_refused_and_the_end_tells_both(clinic: UUID) -> None:
    (made,) = send(clinic, intent())
    knows = Failover()
    with Desk() as desk, Desk(carrier=OTHER) as other:
        for _ in range(TRIES):
            assert busy(desk, knows, "throttled")
        with clinic_scope(clinic):
            row = Outbox.objects.get(clinic_id=clinic)
        assert (row.carrier, row.sender, row.tried, row.attempts) == (OTHER, NUMBER, "1:throttled", 0), "its own number"
        for _ in range(LAST_TRIES):
            assert busy(other, knows, "carrier_error")
        assert not busy(other, knows, "carrier_error")
        assert not busy(desk, knows, "throttled")
    assert events_of(made.message_id) == [EventKind.RETRY] * (TRIES + LAST_TRIES - 1) + [EventKind.REFUSED]
    rows = sql("SELECT carrier, kind, reason FROM messaging_event ORDER BY at, kind")
    assert rows[TRIES - 1] == (CARRIER, EventKind.RETRY, "throttled"), "who said it"
    assert rows[-1] == (OTHER, EventKind.REFUSED, "throttled+carrier_error")
    told = words.said(words.REASONS, rows[-1][2])
    assert words.REASONS["throttled"] in told and words.REASONS["carrier_error"] in told


def test_who_refused_is_kept_while_a_text_waits_for_a_carrier_that_is_away(
    clinic: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(clinic, intent())
    knows = Failover()
    with Desk() as desk:
        for _ in range(TRIES):
            busy(desk, knows, "throttled")

        async def move() -> int:
            await knows.refresh(desk.books, {CARRIER: True, OTHER: False})
            leaving = knows.to_leave(asyncio.get_running_loop().time() + 60)
            return sum([await knows.move(desk.books, carrier) for carrier in leaving])

        assert desk._runner.run(move()) == 0, "never back to who refused it"
    with clinic_scope(clinic):
        assert Outbox.objects.get(clinic_id=clinic).carrier == OTHER
