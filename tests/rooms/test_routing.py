"""Routes: the first match decides, weights move on evidence, a dead carrier takes nothing, nothing is lost in between."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from recado.consent.types import Purpose
from recado.messaging.evidence import ALLOWED, HALF_LIFE, Evidence
from recado.messaging.routing import (
    RouteRule,
    Standing,
    Standings,
    Target,
    affordable,
    choose,
    first_match,
    shares,
)

CLINIC, OTHER = UUID(int=1), UUID(int=2)


def standing(**known: Standing) -> Standings:
    return lambda carrier, country: known.get(f"c{carrier}", Standing())


DOWN = Standing(is_up=False)


def rule(number: int, **given_: object) -> RouteRule:
    return RouteRule(UUID(int=number), **given_)  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------------------ which route


def test_first_route_that_matches_decides() -> None:
    codes = rule(1, country="GB", purposes=frozenset({Purpose.VERIFY}))
    theirs = rule(2, clinic=OTHER)
    from_name = rule(3, sender="Harbour")
    rest = rule(4)
    table = [codes, theirs, from_name, rest]

    def matched(**given_: object) -> RouteRule | None:
        asked = {"clinic": CLINIC, "country": "GB", "purpose": Purpose.CARE, "sender": "+447700900100"} | given_
        return first_match(table, **asked)  # type: ignore[arg-type]

    assert matched(purpose=Purpose.VERIFY) is codes
    assert matched(purpose=Purpose.VERIFY, country="FR") is rest
    assert matched(clinic=OTHER) is theirs
    assert matched(sender="Harbour") is from_name
    assert matched() is rest
    assert first_match([], clinic=CLINIC, country="GB", purpose=Purpose.CARE, sender="") is None


# ------------------------------------------------------------------------------------------------ which carrier


def test_healthy_carriers_share_by_weight_and_a_backup_gets_nothing() -> None:
    assert shares([Target(1, 3), Target(2, 1), Target(3, 0)], standing(), "GB") == [0.75, 0.25, 0.0]


def test_backup_takes_what_the_first_has_lost() -> None:
    got = shares([Target(1, 1), Target(2, 0)], standing(c1=Standing(score=0.5)), "GB")
    assert got == [0.25, 0.75]
    assert shares([Target(1, 1), Target(2, 0)], standing(c1=DOWN), "GB") == [0.0, 1.0]


def test_carrier_in_disgrace_still_gets_a_little() -> None:
    first, _ = shares([Target(1), Target(2)], standing(c1=Standing(score=0.0)), "GB")
    assert 0 < first < 0.05


def test_with_every_carrier_down_the_text_waits_for_the_first() -> None:
    chosen = choose([Target(1), Target(2, 0)], standing=standing(c1=DOWN, c2=DOWN), country="GB", dice=0.9)
    assert chosen == Target(1)


def test_carriers_that_had_their_tries_are_left_out() -> None:
    targets = [Target(1), Target(2, 0)]
    chosen = choose(targets, standing=standing(), country="GB", dice=0.5, without=frozenset({1}))
    assert chosen == Target(2, 0)
    assert choose(targets, standing=standing(), country="GB", dice=0.5, without=frozenset({1, 2})) is None


def test_too_dear_a_carrier_is_left_out_and_an_unknown_price_is_not() -> None:
    cheap, dear, unknown = (Target(n, ceiling=Decimal("0.05")) for n in (1, 2, 3))
    prices: Mapping[tuple[int, str], Decimal] = {(1, "GB"): Decimal("0.05"), (2, "GB"): Decimal("0.051")}
    assert affordable([cheap, dear, unknown], country="GB", prices=prices) == [cheap, unknown]


targets_of = st.lists(
    st.builds(Target, st.integers(1, 6), st.integers(0, 100)), min_size=1, max_size=5, unique_by=lambda t: t.carrier
)
standings_of = st.dictionaries(
    st.integers(1, 6).map(lambda n: f"c{n}"), st.builds(Standing, st.booleans(), st.floats(0, 1)), max_size=6
)


@given(targets_of, standings_of, st.floats(0, 1, exclude_max=True))
def test_a_carrier_that_is_up_is_chosen_whenever_there_is_one(
    targets: list[Target], known: dict[str, Standing], dice: float
) -> None:
    stands = standing(**known)
    got = shares(targets, stands, "GB")
    up = [target for target in targets if stands(target.carrier, "GB").is_up]
    chosen = choose(targets, standing=stands, country="GB", dice=dice)
    assert chosen in targets
    if up:
        assert chosen in up
    assert sum(got) == 0 or abs(sum(got) - 1) < 1e-9
    assert all(share == 0 for target, share in zip(targets, got, strict=True) if target not in up)


# ------------------------------------------------------------------------------------------------ what is learnt


def learnt(evidence: Evidence, now: float, carrier: int = 1) -> float:
    return evidence.scores(now).get((carrier, "GB"), 1.0)


def test_nothing_known_is_a_clean_sheet_and_one_failure_is_not_much() -> None:
    evidence = Evidence()
    assert evidence.scores(0) == {}
    evidence.handed(1, "GB", is_taken=False, now=0)
    assert 0.85 < learnt(evidence, 0) < 0.95


def test_carrier_that_takes_texts_and_delivers_none_loses_its_score() -> None:
    evidence = Evidence()
    for at in range(100):
        evidence.accepted(1, "GB", f"r{at}", now=at / 10)
    assert learnt(evidence, 10) == 1.0
    evidence.tick(ALLOWED + 11)
    assert learnt(evidence, ALLOWED + 11) < 0.1


def test_late_delivery_and_a_failed_one_count_alike_and_a_second_receipt_counts_nothing() -> None:
    evidence = Evidence()
    for at in range(3):
        evidence.accepted(1, "GB", f"r{at}", now=0)
    evidence.received(1, ["r0", "r0", "unknown"], is_delivered=True, now=ALLOWED)
    evidence.received(1, ["r1"], is_delivered=True, now=ALLOWED + 1)
    evidence.received(1, ["r2"], is_delivered=False, now=1)
    tally = evidence._tallies[1, "GB"]
    assert tally.watched > 2.5 and tally.delivered < 1.01


def test_bad_evidence_fades_when_it_is_quiet() -> None:
    evidence = Evidence()
    for _ in range(50):
        evidence.handed(1, "GB", is_taken=False, now=0)
    bad = learnt(evidence, 0)
    assert bad < 0.2
    assert bad < learnt(evidence, HALF_LIFE) < learnt(evidence, 3 * HALF_LIFE)
    assert learnt(evidence, 12 * HALF_LIFE) > 0.99


def test_one_country_says_nothing_of_another() -> None:
    evidence = Evidence()
    for _ in range(50):
        evidence.handed(1, "FR", is_taken=False, now=0)
    assert learnt(evidence, 0) == 1.0


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1e4)), max_size=60))
def test_score_stays_between_nothing_and_all(steps: list[tuple[bool, float]]) -> None:
    evidence, now = Evidence(), 0.0
    for is_good, pause in steps:
        now += pause
        if is_good:
            evidence.accepted(1, "GB", f"{now}", now)
        else:
            evidence.handed(1, "GB", is_taken=False, now=now)
        evidence.tick(now)
    assert all(0 <= score <= 1 for score in evidence.scores(now).values())
