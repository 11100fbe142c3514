"""Whose a text or a task is: the rules alone, without a database."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from recado.tasks import rules
from recado.tasks.types import By, Decision, Facts, MemberView, RoutingView, RuleView, Share, TeamView, Why

NOW = datetime(2026, 11, 26, 10, tzinfo=UTC)
PEOPLE = [UUID(int=number) for number in range(1, 7)]
TEAMS = [UUID(int=number) for number in range(101, 105)]
LONG_AGO = NOW - timedelta(hours=5)


def member(user: UUID, *, seen: datetime | None = NOW, **more: object) -> MemberView:
    return MemberView(user, seen_at=seen, **more)  # type: ignore[arg-type]


def team(team_id: UUID, *members: MemberView, **more: object) -> TeamView:
    return TeamView(team_id, f"Team {team_id.int}", members=members, **more)  # type: ignore[arg-type]


def rest(team_id: UUID | None, share: Share = Share.ROUND_ROBIN) -> RuleView:
    return RuleView(By.REST, team_id=team_id, share=share)


VALUES = ["billing", "question", "es"]
members = st.builds(
    MemberView,
    st.sampled_from(PEOPLE),
    languages=st.sampled_from([(), ("es",), ("pl", "es")]),
    skills=st.sampled_from([(), ("wounds",)]),
    seen_at=st.sampled_from([None, NOW, LONG_AGO]),
    given_at=st.sampled_from([None, LONG_AGO, NOW]),
)
teams = st.lists(
    st.builds(
        TeamView,
        st.sampled_from(TEAMS),
        st.just("Team"),
        members=st.lists(members, max_size=4, unique_by=lambda one: one.user_id).map(tuple),
        is_open=st.booleans(),
    ),
    max_size=4,
    unique_by=lambda one: one.id,
).map(tuple)
rows = st.lists(
    st.builds(
        RuleView,
        st.sampled_from(By),
        st.lists(st.sampled_from(VALUES), max_size=2).map(tuple),
        st.sampled_from([None, *TEAMS]),
        st.sampled_from(Share),
        st.sampled_from(["", "wounds"]),
        st.uuids(),
    ),
    max_size=6,
).map(tuple)
tables = st.builds(RoutingView, teams, rows)
facts = st.builds(
    Facts,
    is_danger=st.booleans(),
    meaning=st.sampled_from(["", *VALUES]),
    clinician=st.sampled_from(["", "Billing"]),
    text=st.sampled_from(["", "A question about billing", "hello"]),
    language=st.sampled_from(["", "es", "en"]),
    is_common=st.booleans(),
    owner=st.sampled_from([None, *PEOPLE]),
)
loads = st.dictionaries(st.sampled_from(PEOPLE), st.integers(0, 5))


@given(facts, tables, loads)
def test_deciding_is_the_same_each_time_and_in_any_order_of_members(
    what: Facts, table: RoutingView, busy: dict[UUID, int]
) -> None:
    turned = replace(table, teams=tuple(replace(one, members=one.members[::-1]) for one in table.teams))
    assert rules.decide(what, table, busy, NOW) == rules.decide(what, turned, busy, NOW)


@given(facts, tables, loads)
def test_the_first_rule_that_fits_wins_always(what: Facts, table: RoutingView, busy: dict[UUID, int]) -> None:
    order = rules.ordered(table.rules)
    first = next(one for one in order if rules.fits(one, what, table, NOW))
    made = rules.decide(what, table, busy, NOW)
    assert (made.by, made.rule_id) == (first.by, first.id)


@given(rows)
def test_danger_is_first_and_the_rest_last_whatever_is_stored(stored: tuple[RuleView, ...]) -> None:
    order = [one.by for one in rules.ordered(stored)]
    assert order[0] is By.DANGER and order[-1] is By.REST
    assert order.count(By.DANGER) == order.count(By.REST) == 1
    own = [one for one in stored if one.by not in (By.DANGER, By.REST)]
    assert rules.ordered(stored)[1:-1] == own


@given(facts, tables, loads)
def test_nobody_is_given_anything_who_is_off_duty(what: Facts, table: RoutingView, busy: dict[UUID, int]) -> None:
    made = rules.decide(what, table, busy, NOW)
    if made.why is not Why.GIVEN:
        return
    whose = table.team(made.team_id)
    assert whose is not None and whose.is_open
    (person,) = (one for one in whose.members if one.user_id == made.person_id)
    assert rules.is_here(person, NOW)


@given(facts, tables, loads)
def test_a_person_has_the_skill_where_the_rule_asks_for_it(
    what: Facts, table: RoutingView, busy: dict[UUID, int]
) -> None:
    made = rules.decide(what, table, busy, NOW)
    rule = next(one for one in rules.ordered(table.rules) if (one.by, one.id) == (made.by, made.rule_id))
    if made.why is Why.GIVEN and rule.skill:
        whose = table.team(made.team_id)
        assert whose is not None
        assert any(one.user_id == made.person_id and rule.skill in one.skills for one in whose.members)


@given(st.integers(1, 6), st.integers(1, 8))
def test_round_robin_gives_everybody_as_many(people: int, rounds: int) -> None:
    """Each turn is noted, as the room does it."""
    whose = team(TEAMS[0], *(member(one) for one in PEOPLE[:people]))
    had: Counter[UUID | None] = Counter()
    for turn in range(people * rounds):
        made = rules.decide(Facts(), RoutingView((whose,), (rest(TEAMS[0]),)), {}, NOW)
        had[made.person_id] += 1
        at = NOW + timedelta(seconds=turn)
        whose = replace(
            whose,
            members=tuple(replace(one, given_at=at) if one.user_id == made.person_id else one for one in whose.members),
        )
    assert set(had.values()) == {rounds} and len(had) == people


def test_the_least_busy_gets_it_when_the_rule_says_so() -> None:
    table = RoutingView((team(TEAMS[0], member(PEOPLE[0]), member(PEOPLE[1])),), (rest(TEAMS[0], Share.LEAST_BUSY),))
    made = rules.decide(Facts(), table, {PEOPLE[0]: 3, PEOPLE[1]: 1}, NOW)
    assert made == Decision(TEAMS[0], PEOPLE[1], By.REST, Why.GIVEN)


def test_who_speaks_the_language_gets_it_when_not_everybody_does() -> None:
    table = RoutingView(
        (team(TEAMS[0], member(PEOPLE[0]), member(PEOPLE[1], languages=("pl",), given_at=NOW)),), (rest(TEAMS[0]),)
    )
    assert rules.decide(Facts(language="pl", is_common=False), table, {}, NOW).person_id == PEOPLE[1]
    assert rules.decide(Facts(language="en", is_common=True), table, {}, NOW).person_id == PEOPLE[0]
    assert rules.decide(Facts(language="id", is_common=False), table, {}, NOW).person_id == PEOPLE[0]


def test_a_keyword_fits_as_whole_words_only() -> None:
    table = RoutingView((), (RuleView(By.KEYWORD, ("Facture", "pay the bill")),))
    rule = table.rules[0]

    def is_fit(text: str) -> bool:
        return rules.fits(rule, Facts(text=text), table, NOW)

    assert is_fit("Où est ma FACTURE ?") and is_fit("can I pay the bill, please")
    assert not is_fit("manufacture") and not is_fit("pay my bill") and not is_fit("")


def test_the_owner_keeps_it_while_they_were_here_a_short_while_ago() -> None:
    def asked(seen: datetime) -> Decision:
        table = RoutingView(
            (team(TEAMS[0], member(PEOPLE[0], seen=seen), member(PEOPLE[1])),),
            (RuleView(By.OWNER), rest(TEAMS[0])),
        )
        return rules.decide(Facts(owner=PEOPLE[0]), table, {}, NOW)

    assert asked(NOW - timedelta(hours=1)) == Decision(TEAMS[0], PEOPLE[0], By.OWNER, Why.KEPT)
    assert asked(NOW - timedelta(hours=3)).person_id == PEOPLE[1]


def test_the_turn_goes_through_the_team_to_the_lead_and_then_to_everybody() -> None:
    whose = team(
        TEAMS[0],
        member(PEOPLE[1], given_at=NOW),
        member(PEOPLE[0]),
        member(PEOPLE[2], seen=None),
        lead_id=PEOPLE[3],
        lead_seen_at=NOW,
    )
    assert [rules.turn_of(step, whose, NOW) for step in range(5)] == [PEOPLE[0], PEOPLE[1], PEOPLE[3], None, None]
    assert rules.turn_of(0, None, NOW) is None
    assert rules.turn_of(2, replace(whose, lead_seen_at=LONG_AGO), NOW) is None
