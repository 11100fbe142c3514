"""Teams and rules as they stand, and what comes to the clinic shared out by them: for a batch as for one."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import LiteralString
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from recado.clinics import queries as clinics
from recado.clinics.types import OpenDay
from recado.contacts import queries as contacts
from recado.foundation import audit, bulk, business_time
from recado.foundation.actors import Actor
from recado.foundation.audit import AuditLine
from recado.foundation.clock import real_now
from recado.foundation.database import plain_cursor
from recado.foundation.ids import new_ids
from recado.foundation.wiring import all_wired

from . import rules
from .models import Given, Here, Rule, Sharing, Task, Team
from .types import (
    USUAL_STEPS,
    AlarmStep,
    By,
    Decision,
    Facts,
    MemberView,
    RoutingView,
    RuleView,
    Share,
    TaskKind,
    TeamView,
    Tell,
    Why,
)

GIVEN = ("clinic_id", "id", "team_id", "user_id", "what", "subject_id", "by", "rule_id", "why", "at")
THREAD, TASK = "thread", "task"
WITH_THE_TEXT = (TaskKind.READ_REPLY,)  # its conversation is given to somebody

# A row of index reads each: whoever's turn it is must not hang on how much was ever given.
MEMBERS: LiteralString = """
SELECT m.team_id, m.user_id, m.languages, m.skills, h.at, g.at
FROM tasks_member m
LEFT JOIN tasks_here h ON h.clinic_id = m.clinic_id AND h.user_id = m.user_id
LEFT JOIN LATERAL (
    SELECT x.at FROM tasks_given x WHERE x.clinic_id = m.clinic_id AND x.team_id = m.team_id AND x.user_id = m.user_id AND x.why = 'given'
    ORDER BY x.at DESC LIMIT 1) g ON true
WHERE m.clinic_id = %s ORDER BY m.id
"""


def routing(clinic_id: UUID) -> RoutingView:
    """The teams, rules and alarms of a clinic as they stand now. Two statements where there are no teams: an alarm rises without
    them too. Call it inside `clinic_scope`."""
    teams = list(Team.objects.filter(clinic_id=clinic_id, ended_at=None).order_by("made_at", "id"))
    own = Sharing.objects.filter(clinic_id=clinic_id).first() or Sharing()
    if not teams:
        return RoutingView(tells_when=own.tells_when, steps=read_steps(own.steps), danger_minutes=own.danger_minutes)
    names = {one.user_id: one.name for one in clinics.staff(clinic_id)}
    members, seen = _members(clinic_id, names), _seen(clinic_id, teams)
    made = tuple(_team(clinic_id, row, members.get(row.id, []), names, seen) for row in teams)
    return _with_rules(clinic_id, made, own)


def _members(clinic_id: UUID, names: dict[UUID, str]) -> dict[UUID, list[MemberView]]:
    """By team, without those who work here no more."""
    found: dict[UUID, list[MemberView]] = {}
    with plain_cursor() as cursor:
        for team, user, languages, skills, seen, given in cursor.execute(MEMBERS, (clinic_id,)):
            if user in names:
                one = MemberView(user, names[user], tuple(languages), tuple(skills), seen, given)
                found.setdefault(team, []).append(one)
    return found


def _seen(clinic_id: UUID, teams: Sequence[Team]) -> dict[UUID, datetime]:
    """When the leads were here, who need not be in a team."""
    leads = {team.lead_id for team in teams if team.lead_id}
    rows = Here.objects.filter(clinic_id=clinic_id, user_id__in=leads)
    return dict(rows.values_list("user_id", "at")) if leads else {}


def _team(
    clinic_id: UUID, row: Team, members: Sequence[MemberView], names: dict[UUID, str], seen: dict[UUID, datetime]
) -> TeamView:
    clinic, now = clinics.clinic_settings(clinic_id), business_time.now()
    zone, own = ZoneInfo(clinic.time_zone), read_week(row.week)
    week = own if own is not None else clinic.opening_hours
    is_open = clinics.open_until(week, zone, now) is not None
    return TeamView(
        id=row.id,
        name=row.name,
        about=row.about,
        lead_id=row.lead_id if row.lead_id in names else None,
        week=own,
        answer_within=row.answer_within,
        members=tuple(members),
        is_open=is_open,
        opens_at=None if is_open else clinics.next_opening(week, zone, now),
        lead_seen_at=seen.get(row.lead_id) if row.lead_id else None,
    )


def read_week(stored: list[list[list[str]]] | None) -> tuple[OpenDay, ...] | None:
    """Seven days as they are stored."""
    if stored is None:
        return None
    return tuple(tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in day) for day in stored)


def _with_rules(clinic_id: UUID, teams: tuple[TeamView, ...], own: Sharing) -> RoutingView:
    """Rules of a team that has ended are passed over, as if they were not there."""
    open_ids = {team.id for team in teams}
    rows = Rule.objects.filter(clinic_id=clinic_id).order_by("position", "id")
    kept = [
        RuleView(By(r.by), tuple(r.values), r.team_id, Share(r.share), r.skill, r.id)
        for r in rows
        if r.by == By.OWNER or r.team_id in open_ids
    ]
    danger = RuleView(By.DANGER, team_id=own.danger_team, share=Share.ROUND_ROBIN)
    rest = RuleView(By.REST, team_id=own.rest_team, share=Share(own.rest_share))
    return RoutingView(
        teams=teams,
        rules=tuple(rules.ordered([danger, *kept, rest])),
        tells_when=own.tells_when,
        steps=read_steps(own.steps),
        danger_minutes=own.danger_minutes,
    )


def read_steps(stored: list[tuple[int, str]] | None) -> tuple[AlarmStep, ...]:
    """Steps of an alarm as they are stored."""
    return USUAL_STEPS if stored is None else tuple(AlarmStep(after, Tell(tell)) for after, tell in stored)


# ------------------------------------------------------------------------------------------------ giving


def decide(clinic_id: UUID, wants: Sequence[Facts], table: RoutingView) -> list[Decision]:
    """Whose each of these is, one after the other, as if they came so. Stores nothing. Call it inside `clinic_scope`."""
    now, at = real_now(), business_time.now()
    busy = load(clinic_id) if any(rule.share is Share.LEAST_BUSY for rule in table.rules) else Counter()
    made = []
    for number, facts in enumerate(_known(clinic_id, wants, table)):
        one = rules.decide(facts, table, busy, now)
        if one.person_id is not None:
            busy[one.person_id] += 1
            table = _had_turn(table, one, at + timedelta(microseconds=number))
        made.append(one)
    return made


def load(clinic_id: UUID) -> "Counter[UUID]":
    """How many open things each person has, in every room that gives some."""
    busy: Counter[UUID] = Counter()
    for room in all_wired("LOADS"):
        busy.update(room(clinic_id))
    return busy


def _had_turn(table: RoutingView, one: Decision, at: datetime) -> RoutingView:
    def member(of: MemberView) -> MemberView:
        return replace(of, given_at=at) if of.user_id == one.person_id else of

    teams = (
        replace(team, members=tuple(map(member, team.members))) if team.id == one.team_id else team
        for team in table.teams
    )
    return replace(table, teams=tuple(teams))


def _known(clinic_id: UUID, wants: Sequence[Facts], table: RoutingView) -> list[Facts]:
    """The facts with what rules ask for and the caller didn't know: looked up for all of them at once, where any asks."""
    by = {rule.by for rule in table.rules}
    whom = {one.patient_id for one in wants if one.patient_id}
    seen: dict[UUID, tuple[str, str]] = {}
    if whom and by & {By.CLINICIAN, By.SITE}:
        for room in all_wired("WITH_WHOM"):
            seen.update(room(clinic_id, whom))
    speaks: dict[UUID, str] = {}
    is_asked = By.LANGUAGE in by or any(one.languages for team in table.teams for one in team.members)
    if is_asked and (unsaid := {one.patient_id for one in wants if one.patient_id and not one.language}):
        speaks = {patient: reach.language for patient, reach in contacts.reach(clinic_id, unsaid).items()}
    common = clinics.clinic_settings(clinic_id).default_language
    return [_filled(one, seen, speaks, common) for one in wants]


def _filled(one: Facts, seen: dict[UUID, tuple[str, str]], speaks: dict[UUID, str], common: str) -> Facts:
    clinician, site = seen.get(one.patient_id, ("", "")) if one.patient_id else ("", "")
    language = one.language or (speaks.get(one.patient_id, "") if one.patient_id else "")
    return replace(
        one,
        clinician=one.clinician or clinician,
        site=one.site or site,
        language=language,
        is_common=not language or language == common,
    )


def note(clinic_id: UUID, what: str, made: Sequence[tuple[UUID, Decision, UUID | None]], by: Actor) -> None:
    """Stores what was given: subject, decision, patient. An audit line each."""
    given = [(subject, one, patient) for subject, one, patient in made if one.team_id is not None]
    at = business_time.now()
    keys = [UUID(bytes=name) for name in new_ids(len(given))]
    rows = [
        (clinic_id, key, one.team_id, one.person_id, what, subject, one.by, one.rule_id, one.why, at + step)
        for step, key, (subject, one, _) in zip(_steps(len(given)), keys, given, strict=True)
    ]
    bulk.insert_rows(Given, GIVEN, rows)
    audit.record_many(
        [
            AuditLine(
                clinic_id,
                by,
                "routing.give",
                patient,
                f"{what}:{subject}",
                detail={"team": str(one.team_id), "person": str(one.person_id or ""), "by": one.by, "why": one.why},
            )
            for subject, one, patient in given
        ]
    )


def _steps(count: int) -> list[timedelta]:
    return [timedelta(microseconds=number) for number in range(count)]


def give_tasks(clinic_id: UUID, raised: Sequence[Task], by: Actor) -> None:
    """Gives tasks that were just raised to whom the rules name. Nothing where there are no teams. Call it inside
    `clinic_scope`, in the transaction that raised them."""
    wanted = [task for task in raised if task.kind not in WITH_THE_TEXT]
    if not wanted:
        return
    table = routing(clinic_id)
    if not table.teams:
        return
    decided = decide(clinic_id, [Facts(task=task.kind, patient_id=task.patient_id) for task in wanted], table)
    for task, one in zip(wanted, decided, strict=True):
        task.team_id, task.assignee = one.team_id, one.person_id
    with transaction.atomic():
        bulk.update([task for task in wanted if task.team_id], ["team_id", "assignee"])
        note(clinic_id, TASK, [(task.id, one, task.patient_id) for task, one in zip(wanted, decided, strict=True)], by)


def give(
    *, clinic_id: UUID, wants: Sequence[tuple[UUID, Facts]], by: Actor, table: RoutingView | None = None
) -> list[Decision | None]:
    """Whose each of these conversations is that have to be looked at, one after the other as if they came so; stored. None:
    the clinic has no teams. `table`: as it was read a moment ago. Call it inside `clinic_scope`."""
    table = table or routing(clinic_id)
    if not table.teams or not wants:
        return [None] * len(wants)
    made = decide(clinic_id, [facts for _, facts in wants], table)
    told = [(thread, one, facts.patient_id) for (thread, facts), one in zip(wants, made, strict=True)]
    note(clinic_id, THREAD, told, by)
    return [*made]


def given_by(clinic_id: UUID, subjects: Collection[UUID]) -> dict[UUID, Decision]:
    """By which rule each of these was given last, and why. Call it inside `clinic_scope`."""
    rows = Given.objects.filter(clinic_id=clinic_id, subject_id__in=list(subjects))
    found: dict[UUID, Decision] = {}
    for row in rows.order_by("subject_id", "-at").distinct("subject_id"):
        found[row.subject_id] = Decision(row.team_id, row.user_id, By(row.by), Why(row.why), row.rule_id)
    return found
