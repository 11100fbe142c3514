"""Whose turn it is: lanes in order, clinics side by side, nobody left waiting while there is room."""

from collections import Counter
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from recado.messaging.dispatch.turns import EVER, IN_ORDER, Look, Turns
from recado.messaging.types import Lane

A, B, C = (UUID(int=n) for n in (1, 2, 3))
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def waiting(*pairs: tuple[Lane, UUID]) -> Turns:
    turns = Turns()
    for lane, clinic in pairs:
        turns.told(clinic, [lane])
    return turns


def claim(turns: Turns, queue: Counter[tuple[Lane, UUID]], most: int) -> Counter[tuple[Lane, UUID]]:
    """What the statement would take for this plan, told back to it."""
    looks = turns.plan(most)
    took: Counter[tuple[Lane, UUID]] = Counter()
    for look in looks:
        pair = (look.lane, look.clinic)
        fits = min(max(0, queue[pair] - look.skip), look.most, most - took.total())
        took[pair] += fits
    queue.subtract(took)
    turns.took(looks, took, is_full=took.total() >= most)
    return took


def test_nothing_waits_nothing_is_looked_at() -> None:
    assert not Turns()
    assert Turns().plan(100) == []


def test_one_clinic_may_take_everything() -> None:
    assert waiting((Lane.CARE, A)).plan(100) == [Look(Lane.CARE, A, 0, 100, EVER)]


def test_clinics_share_a_lane_alike() -> None:
    looks = waiting((Lane.CARE, A), (Lane.CARE, B), (Lane.CARE, C)).plan(100)
    assert [(look.clinic, look.most) for look in looks] == [(A, 34), (B, 34), (C, 34)]


def test_higher_lanes_are_looked_at_first_and_bulk_keeps_a_tenth() -> None:
    turns = waiting((Lane.BULK, A), (Lane.CARE, A), (Lane.EMERGENCY, B), (Lane.CONVERSATION, A), (Lane.VERIFY, A))
    looks = turns.plan(100)
    assert [look.lane for look in looks] == list(IN_ORDER)
    assert [(look.skip, look.most) for look in looks if look.lane is Lane.BULK] == [(0, 10), (10, 100)]


def test_pair_that_gave_less_than_asked_is_forgotten_and_another_keeps_its_turn() -> None:
    turns = waiting((Lane.CARE, A), (Lane.CARE, B))
    turns.took(turns.plan(100), {(Lane.CARE, A): 3, (Lane.CARE, B): 50}, is_full=False)
    assert [(look.clinic, look.most) for look in turns.plan(100)] == [(B, 100)]


def test_full_claim_forgets_nobody() -> None:
    turns = waiting((Lane.CARE, A), (Lane.BULK, B))
    turns.took(turns.plan(100), {(Lane.CARE, A): 100}, is_full=True)
    assert {look.clinic for look in turns.plan(100)} == {A, B}


def test_paused_lane_of_a_clinic_or_of_all_is_left_alone() -> None:
    turns = waiting((Lane.CARE, A), (Lane.CARE, B), (Lane.EMERGENCY, A))
    turns.paused = {(A, Lane.CARE)}
    assert [(look.lane, look.clinic) for look in turns.plan(10)] == [(Lane.EMERGENCY, A), (Lane.CARE, B)]
    turns.paused = {(None, Lane.CARE)}
    assert [(look.lane, look.clinic) for look in turns.plan(10)] == [(Lane.EMERGENCY, A)]
    turns.paused = {(None, Lane.CARE), (A, Lane.EMERGENCY)}
    assert not turns and turns.plan(10) == []
    turns.paused = frozenset()
    assert turns


def test_mark_is_the_earliest_that_was_heard() -> None:
    turns = Turns()
    turns.found(Lane.CARE, A, NOON)
    assert turns.plan(1)[0].mark == NOON
    turns.told(A, [Lane.CARE])
    turns.found(Lane.CARE, A, NOON)
    assert turns.plan(1)[0].mark == EVER


queues = st.dictionaries(
    st.tuples(st.sampled_from(list(Lane)), st.sampled_from([UUID(int=n) for n in range(1, 9)])),
    st.integers(1, 400),
    max_size=20,
)


@given(queues, st.integers(1, 200))
def test_everything_leaves_and_no_claim_takes_more_than_it_may(texts: dict[tuple[Lane, UUID], int], most: int) -> None:
    queue = Counter(texts)
    turns = waiting(*queue)
    for _ in range(queue.total() * 2 + len(texts) + 1):
        if not turns:
            break
        assert claim(turns, queue, most).total() <= most
    assert queue.total() == 0
    assert not turns or not claim(turns, queue, most)


@given(st.integers(2, 8), st.integers(10, 500))
def test_small_clinic_gets_its_first_texts_with_the_next_claim_behind_a_giant(clinics: int, most: int) -> None:
    giant, *small = (UUID(int=n) for n in range(clinics))
    queue = Counter({(Lane.BULK, giant): 1_000_000})
    turns = waiting((Lane.BULK, giant))
    claim(turns, queue, most)
    for clinic in small:
        queue[Lane.BULK, clinic] = 1
        turns.told(clinic, [Lane.BULK])
    for _ in range(2):
        claim(turns, queue, most)
    assert [queue[Lane.BULK, clinic] for clinic in small] == [0] * len(small)
