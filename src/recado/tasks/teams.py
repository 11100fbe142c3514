"""Teams and the table of rules kept: added, changed, moved, ended. An audit line each."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

from django.db import IntegrityError, transaction

from recado.clinics import queries as clinics
from recado.clinics.types import OpenDay
from recado.foundation import audit, business_time, news
from recado.foundation.actors import Actor
from recado.foundation.ids import new_id
from recado.foundation.text import gettext_noop, words_of

from . import on_call as phones_on_call
from .models import Member, Rule, Sharing, Team
from .types import AlarmStep, By, MemberView, NotKept, OnCall, RuleView, Share, TeamView

NAME, ABOUT, WORD, SKILL = 60, 120, 60, 40  # letters
MOST_TEAMS, MOST_RULES, MOST_VALUES, MOST_STEPS, MOST_ON_CALL = 30, 60, 40, 6, 4
LATEST = 7 * 24 * 60  # minutes
NO_NAME = gettext_noop("Give the team a name, up to 60 letters.")
TAKEN = gettext_noop("There is a team of this name already.")
NOBODY = gettext_noop("Choose at least one person.")
NOT_HERE = gettext_noop("This person does not work here any more.")
HOURS = gettext_noop("A day opens before it closes, and again after that.")
WITHIN = gettext_noop("Choose 1 to 10080 minutes, or leave it empty.")
TOO_MANY = gettext_noop("There is no room for more. End or change one.")
NO_TEAM = gettext_noop("Choose a team.")
NO_VALUES = gettext_noop("Say what the rule goes by.")
TOO_LONG = gettext_noop("Use up to 40 entries of up to 60 letters.")
NO_STEPS = gettext_noop("Give up to 6 steps, each later than the one before, up to 10080 minutes.")
ON_CALL = gettext_noop("Give up to 4 different phone numbers.")
DANGER_EVERY = gettext_noop("Choose 1 to 60 minutes.")
IN_USE = gettext_noop("Danger or the rest goes to this team. Choose another for them first.")


def keep_team(*, clinic_id: UUID, team: TeamView, is_new: bool, by: Actor) -> None:
    """Adds a team, or changes it, with the people in it. Raises NotKept, LookupError for one that is not there. Call it
    inside `clinic_scope`."""
    _check(clinic_id, team)
    with transaction.atomic():
        row = _row(clinic_id, team.id, is_new=is_new)
        row.name, row.about = team.name.strip(), team.about.strip()[:ABOUT]
        row.lead_id, row.week, row.answer_within = team.lead_id, _as_json(team.week), team.answer_within
        try:
            with transaction.atomic():
                if is_new:
                    row.save(force_insert=True)
                else:
                    row.save(update_fields=["name", "about", "lead_id", "week", "answer_within"])
        except IntegrityError:
            raise NotKept("name", TAKEN) from None
        _keep_members(clinic_id, team)
        if is_new:
            _take_rest(clinic_id, team.id)
        _tell(clinic_id, by, "routing.team", f"team:{team.id}", people=len(team.members))


def _row(clinic_id: UUID, team_id: UUID, *, is_new: bool) -> Team:
    if is_new:
        if Team.objects.filter(clinic_id=clinic_id, ended_at=None).count() >= MOST_TEAMS:
            raise NotKept("name", TOO_MANY)
        return Team(clinic_id=clinic_id, id=team_id, made_at=business_time.now())
    row = Team.objects.select_for_update().filter(clinic_id=clinic_id, id=team_id, ended_at=None).first()
    if row is None:
        raise LookupError(str(team_id))
    return row


def _check(clinic_id: UUID, team: TeamView) -> None:
    if not 1 <= len(team.name.strip()) <= NAME:
        raise NotKept("name", NO_NAME)
    if not team.members:
        raise NotKept("members", NOBODY)
    here = {one.user_id for one in clinics.staff(clinic_id)}
    if any(one.user_id not in here for one in team.members):
        raise NotKept("members", NOT_HERE)
    if team.lead_id is not None and team.lead_id not in here:
        raise NotKept("lead", NOT_HERE)
    if team.answer_within is not None and not timedelta(minutes=1) <= team.answer_within <= timedelta(minutes=LATEST):
        raise NotKept("answer_within", WITHIN)
    if team.week is not None:
        _check_week(team.week)


def _check_week(week: Sequence[OpenDay]) -> None:
    for day in week:
        ends = None
        for opens, closes in day:
            if opens >= closes or (ends is not None and opens <= ends):
                raise NotKept("week", HOURS)
            ends = closes
    if len(week) != 7:
        raise NotKept("week", HOURS)


def _as_json(week: Sequence[OpenDay] | None) -> list[list[list[str]]] | None:
    return None if week is None else [[[f"{a:%H:%M}", f"{b:%H:%M}"] for a, b in day] for day in week]


def _keep_members(clinic_id: UUID, team: TeamView) -> None:
    wanted = {one.user_id: one for one in team.members}
    rows = Member.objects.filter(clinic_id=clinic_id, team_id=team.id)
    rows.exclude(user_id__in=list(wanted)).delete()
    there = set(rows.values_list("user_id", flat=True))
    for user_id, one in wanted.items():
        if user_id in there:
            rows.filter(user_id=user_id).update(languages=list(one.languages), skills=_skills(one))
    Member.objects.bulk_create(
        Member(
            clinic_id=clinic_id,
            id=new_id(),
            team_id=team.id,
            user_id=user_id,
            languages=list(one.languages),
            skills=_skills(one),
        )
        for user_id, one in wanted.items()
        if user_id not in there
    )


def _skills(one: MemberView) -> list[str]:
    return [skill.strip()[:SKILL] for skill in one.skills if skill.strip()]


def _take_rest(clinic_id: UUID, team_id: UUID) -> None:
    """The clinic's first team gets danger and the rest, so that nothing stays with nobody."""
    own = _sharing(clinic_id)
    if own.danger_team is None and own.rest_team is None:
        own.danger_team = own.rest_team = team_id
        own.rest_share = Share.LEAST_BUSY
        own.save()


def end_team(*, clinic_id: UUID, team_id: UUID, by: Actor) -> None:
    """Ends a team; its rules go with it. Raises NotKept where danger or the rest goes to it while there are others,
    LookupError. Call it inside `clinic_scope`."""
    with transaction.atomic():
        row = _row(clinic_id, team_id, is_new=False)
        own = _sharing(clinic_id)
        has_others = Team.objects.filter(clinic_id=clinic_id, ended_at=None).exclude(id=team_id).exists()
        if has_others and team_id in (own.danger_team, own.rest_team):
            raise NotKept("team", IN_USE)
        if not has_others:
            own.danger_team = own.rest_team = None
            own.save()
        row.ended_at = business_time.now()
        row.save(update_fields=["ended_at"])
        Rule.objects.filter(clinic_id=clinic_id, team_id=team_id).delete()
        _tell(clinic_id, by, "routing.team_ended", f"team:{team_id}")


# ------------------------------------------------------------------------------------------------ rules


def keep_rule(*, clinic_id: UUID, rule: RuleView, by: Actor) -> UUID:
    """Adds a rule at the end (`rule.id` None), or changes it where it stands. Returns its id. Raises NotKept, LookupError.
    Call it inside `clinic_scope`."""
    wanted = _checked(clinic_id, rule)
    with transaction.atomic():
        rows = Rule.objects.filter(clinic_id=clinic_id)
        if rule.id is None:
            last = _locked(clinic_id)
            if len(last) >= MOST_RULES:
                raise NotKept("by", TOO_MANY)
            rule_id = new_id()
            position = (last[-1].position if last else 0) + 1
            Rule.objects.create(clinic_id=clinic_id, id=rule_id, position=position, **wanted)
        else:
            rule_id = rule.id
            if not rows.filter(id=rule_id).update(**wanted):
                raise LookupError(str(rule_id))
        _tell(clinic_id, by, "routing.rule", f"rule:{rule_id}", goes_by=rule.by)
    return rule_id


def _checked(clinic_id: UUID, rule: RuleView) -> dict[str, object]:
    if rule.by in (By.DANGER, By.REST):
        raise NotKept("by", NO_VALUES)
    if rule.by is By.OWNER:
        return {"by": rule.by, "values": [], "team_id": None, "share": Share.TEAM, "skill": ""}
    values = list(dict.fromkeys(value.strip() for value in rule.values if value.strip()))
    if not values or (rule.by is By.KEYWORD and not all(words_of(value) for value in values)):
        raise NotKept("values", NO_VALUES)
    if len(values) > MOST_VALUES or any(len(value) > WORD for value in values):
        raise NotKept("values", TOO_LONG)
    _check_team(clinic_id, rule.team_id)
    skill = rule.skill.strip()[:SKILL]
    return {"by": rule.by, "values": values, "team_id": rule.team_id, "share": rule.share, "skill": skill}


def _check_team(clinic_id: UUID, team_id: UUID | None) -> None:
    if team_id is None or not Team.objects.filter(clinic_id=clinic_id, id=team_id, ended_at=None).exists():
        raise NotKept("team", NO_TEAM)


def move_rule(*, clinic_id: UUID, rule_id: UUID, up: bool, by: Actor) -> bool:
    """Moves a rule past its neighbour. False: it is the first already, or the last. Raises LookupError. Call it inside
    `clinic_scope`."""
    with transaction.atomic():
        rows = _locked(clinic_id)
        at = next((number for number, row in enumerate(rows) if row.id == rule_id), None)
        if at is None:
            raise LookupError(str(rule_id))
        other = at - 1 if up else at + 1
        if not 0 <= other < len(rows):
            return False
        rows[at], rows[other] = rows[other], rows[at]
        for number, row in enumerate(rows, 1):
            if row.position != number:
                Rule.objects.filter(clinic_id=clinic_id, id=row.id).update(position=number)
        _tell(clinic_id, by, "routing.rule_moved", f"rule:{rule_id}")
    return True


def remove_rule(*, clinic_id: UUID, rule_id: UUID, by: Actor) -> None:
    """Takes a rule out of the table. Raises LookupError. Call it inside `clinic_scope`."""
    with transaction.atomic():
        if not Rule.objects.filter(clinic_id=clinic_id, id=rule_id).delete()[0]:
            raise LookupError(str(rule_id))
        _tell(clinic_id, by, "routing.rule_removed", f"rule:{rule_id}")


def _locked(clinic_id: UUID) -> list[Rule]:
    return list(Rule.objects.select_for_update().filter(clinic_id=clinic_id).order_by("position", "id"))


# ------------------------------------------------------------------------------------------------ what else is set


def _sharing(clinic_id: UUID) -> Sharing:
    """The clinic's row, locked; made where there is none yet."""
    Sharing.objects.bulk_create([Sharing(clinic_id=clinic_id, id=new_id())], ignore_conflicts=True)
    return Sharing.objects.select_for_update().get(clinic_id=clinic_id)


def set_sharing(
    *,
    clinic_id: UUID,
    by: Actor,
    danger_team: UUID | None = None,
    rest_team: UUID | None = None,
    rest_share: Share | None = None,
    tells_when: bool | None = None,
    steps: Sequence[AlarmStep] | None = None,
    danger_minutes: int | None = None,
    on_call: Sequence[OnCall] | None = None,
) -> None:
    """Changes what is given: to whom danger and the rest go, what is said out of hours, the steps of alarms, and the phones on
    call. Raises NotKept. Call it inside `clinic_scope`."""
    for team in (danger_team, rest_team):
        if team is not None:
            _check_team(clinic_id, team)
    if steps is not None:
        _check_steps(steps)
    if danger_minutes is not None and not 1 <= danger_minutes <= 60:
        raise NotKept("danger_minutes", DANGER_EVERY)
    if on_call is not None and (len(on_call) > MOST_ON_CALL or len({one.phone for one in on_call}) < len(on_call)):
        raise NotKept("on_call", ON_CALL)
    given = {
        "danger_team": danger_team,
        "rest_team": rest_team,
        "rest_share": rest_share,
        "tells_when": tells_when,
        "steps": None if steps is None else [[one.after, one.tell] for one in steps],
        "danger_minutes": danger_minutes,
        "on_call_ct": None if on_call is None else phones_on_call.seal(clinic_id, on_call),
    }
    changed = {name: value for name, value in given.items() if value is not None}
    with transaction.atomic():
        own = _sharing(clinic_id)
        for name, value in changed.items():
            setattr(own, name, value)
        own.save()
        _tell(clinic_id, by, "routing.set", "", changed=", ".join(sorted(changed)))


def _check_steps(steps: Sequence[AlarmStep]) -> None:
    minutes = [one.after for one in steps]
    is_rising = all(a < b for a, b in pairwise(minutes))
    if len(minutes) > MOST_STEPS or not is_rising or not all(1 <= one <= LATEST for one in minutes):
        raise NotKept("steps", NO_STEPS)


def _tell(clinic_id: UUID, actor: Actor, action: str, subject: str, **detail: str | int) -> None:
    audit.record(clinic_id=clinic_id, by=actor, action=action, subject=subject, detail=detail)
    news.tell(clinic_id, news.Topic.SETTINGS)
