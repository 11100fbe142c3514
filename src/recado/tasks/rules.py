"""Whose a text or a task is: the first rule that fits names the team, and how it is shared out names the person. Pure.

Danger is looked for first and the rest comes last, in every table. Nobody is given anything who is not here, or whose team
does not work at the time.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from recado.foundation.phone import Phone
from recado.foundation.text import words_of

from .types import AlarmStep, By, Decision, Facts, MemberView, RoutingView, RuleView, Share, TeamView, Tell, Why

HERE_FOR = timedelta(minutes=3)  # a screen says so each minute
KEEPS_FOR = timedelta(hours=2)  # whoever has a conversation and was here within it keeps it
ROUNDS_ON_CALL = 2
_EVER = datetime.min.replace(tzinfo=UTC)

Busy = Mapping[UUID, int]


def decide(facts: Facts, routing: RoutingView, busy: Busy, now: datetime) -> Decision:
    """Whose it is. `busy`: how many open things each person has; `now`: real time, for who is here."""
    rule = next(one for one in ordered(routing.rules) if fits(one, facts, routing, now))
    if rule.by is By.OWNER:
        team = _first_team_of(routing, facts.owner)
        return Decision(team.id if team else None, facts.owner, By.OWNER, Why.KEPT, rule.id)
    team = routing.team(rule.team_id)
    if team is None:
        return Decision(None, None, rule.by, Why.NO_TEAM, rule.id)
    if not facts.is_danger and any(one.user_id == facts.holder and is_here(one, now) for one in team.members):
        return Decision(team.id, facts.holder, rule.by, Why.KEPT, rule.id)
    person, why = _person(rule, team, facts, busy, now)
    return Decision(team.id, person, rule.by, why, rule.id)


def ordered(rules: Sequence[RuleView]) -> list[RuleView]:
    """Danger first, the rest last, whatever was stored; each of them once, and never missing."""
    danger = next((one for one in rules if one.by is By.DANGER), RuleView(By.DANGER))
    rest = next((one for one in rules if one.by is By.REST), RuleView(By.REST))
    return [danger, *(one for one in rules if one.by not in (By.DANGER, By.REST)), rest]


def fits(rule: RuleView, facts: Facts, routing: RoutingView, now: datetime) -> bool:
    """Whether a rule is about this."""
    if rule.by is By.REST:
        return True
    if rule.by is By.DANGER:
        return facts.is_danger
    if rule.by is By.OWNER:
        return facts.owner is not None and any(
            one.user_id == facts.owner and _is_within(one, now, KEEPS_FOR)
            for team in routing.teams
            for one in team.members
        )
    if rule.by is By.KEYWORD:
        said = _row(facts.text)
        return any(_row(value).strip() and _row(value) in said for value in rule.values)
    asked = {
        By.MEANING: facts.meaning,
        By.TASK: facts.task,
        By.CLINICIAN: facts.clinician,
        By.SITE: facts.site,
        By.LANGUAGE: facts.language,
        By.NUMBER: facts.number,
    }[rule.by]
    return bool(asked) and asked.casefold() in {value.casefold() for value in rule.values}


def is_here(member: MemberView, now: datetime) -> bool:
    """Whether somebody's screen shows that they are there."""
    return _is_within(member, now, HERE_FOR)


def _is_within(member: MemberView, now: datetime, span: timedelta) -> bool:
    return member.seen_at is not None and now - member.seen_at < span


def _row(text: str) -> str:
    return f" {' '.join(words_of(text))} "


def _first_team_of(routing: RoutingView, person: UUID | None) -> TeamView | None:
    return next((team for team in routing.teams if any(one.user_id == person for one in team.members)), None)


def _person(rule: RuleView, team: TeamView, facts: Facts, busy: Busy, now: datetime) -> tuple[UUID | None, Why]:
    if not team.is_open:
        return None, Why.CLOSED
    if rule.share is Share.TEAM:
        return None, Why.TEAM
    here = [one for one in team.members if is_here(one, now)]
    if not here:
        return None, Why.NOBODY_HERE
    able = [one for one in here if not rule.skill or rule.skill.casefold() in map(str.casefold, one.skills)]
    if not able:
        return None, Why.NO_SKILL
    return _chosen(rule.share, _speakers(able, facts), busy).user_id, Why.GIVEN


def _speakers(able: list[MemberView], facts: Facts) -> list[MemberView]:
    """Those who speak the patient's language, where any does and not everybody would."""
    if facts.is_common or not facts.language:
        return able
    return [one for one in able if facts.language in one.languages] or able


def _chosen(share: Share, able: Sequence[MemberView], busy: Busy) -> MemberView:
    """Of equals the one whose turn was longest ago, so that sharing stays fair and the same facts decide the same."""

    def turn(one: MemberView) -> tuple[int, datetime, UUID]:
        load = busy.get(one.user_id, 0) if share is Share.LEAST_BUSY else 0
        return load, one.given_at or _EVER, one.user_id

    return min(able, key=turn)


# ------------------------------------------------------------------------------------------------ alarms


def is_told(step: int, steps: Sequence[AlarmStep], team: TeamView | None, user: UUID) -> bool:
    """Whether somebody is told of what waits, when so many steps of the alarm are over. Without a team it is everybody's."""
    tells = {one.tell for one in steps[:step]}
    if Tell.ALL in tells or (tells and team is None):
        return True
    if team is None:
        return False
    is_member = any(one.user_id == user for one in team.members)
    return (Tell.TEAM in tells and is_member) or (Tell.LEAD in tells and team.lead_id == user)


def turn_of(step: int, team: TeamView | None, now: datetime) -> UUID | None:
    """Whose turn it is to take an emergency at a step: whoever of the team is here, one after the other, then the lead if
    they are, and from then on everybody (None)."""
    if team is None:
        return None
    here = sorted(
        (one for one in team.members if is_here(one, now)), key=lambda one: (one.given_at or _EVER, one.user_id)
    )
    is_lead_here = team.lead_seen_at is not None and now - team.lead_seen_at < HERE_FOR
    lead = [team.lead_id] if team.lead_id and is_lead_here else []
    order = list(dict.fromkeys([*(one.user_id for one in here), *lead]))
    return order[step] if step < len(order) else None


def phone_of(step: int, phones: Sequence[Phone]) -> Phone | None:
    """Which phone on call is texted once an alarm has reached a step (1: nobody took it in the first minutes): one after the other,
    and after the last once more around. Then none: who has not answered twice is not woken by a third."""
    return phones[(step - 1) % len(phones)] if 1 <= step <= ROUNDS_ON_CALL * len(phones) else None
