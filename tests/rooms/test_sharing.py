"""Teams and rules kept, and what comes in shared out by them."""

from datetime import time, timedelta
from uuid import UUID

import pytest
from django.conf import settings

from recado.consent.types import Purpose
from recado.foundation.actors import OPERATOR, Actor, ActorKind
from recado.foundation.database import Role, connect
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.tasks import actions, emergencies, queries
from recado.tasks.models import Task
from recado.tasks.types import (
    AlarmStep,
    By,
    Facts,
    MemberView,
    NotKept,
    OnCall,
    RuleView,
    TaskKind,
    TaskWish,
    Tell,
    Why,
)
from tests.factories import advance, booking, furnish, make_clinic, make_patient, person, phone, record, sql, wordings
from tests.teams import NEVER, rule, staff, team

pytestmark = pytest.mark.usefixtures("database")


def order(clinic_id: UUID) -> list[By]:
    with clinic_scope(clinic_id):
        return [one.by for one in queries.routing(clinic_id).rules]


def test_nothing_is_given_when_there_are_no_teams() -> None:
    clinic = make_clinic().id
    with clinic_scope(clinic):
        assert actions.give(clinic_id=clinic, wants=[(new_id(), Facts())], by=OPERATOR) == [None]
        assert queries.routing(clinic).teams == ()


def test_how_an_alarm_rises_is_heeded_when_there_are_no_teams() -> None:
    clinic = make_clinic().id
    with clinic_scope(clinic):
        actions.set_sharing(clinic_id=clinic, tells_when=False, danger_minutes=7, by=OPERATOR)
        table = queries.routing(clinic)
    assert (table.teams, table.tells_when, table.danger_minutes) == ((), False, 7)


def test_the_first_team_gets_danger_and_the_rest_when_it_is_made() -> None:
    clinic = make_clinic().id
    ana = staff(clinic, "Ana")
    desk = team(clinic, "Reception", ana)
    other = team(clinic, "Billing", ana)
    with clinic_scope(clinic):
        table = queries.routing(clinic)
        (made,) = actions.give(clinic_id=clinic, wants=[(new_id(), Facts(text="hello"))], by=OPERATOR)
    assert [one.team_id for one in table.rules] == [desk, desk]
    assert [one.name for one in table.teams] == ["Reception", "Billing"] and table.team(other)
    assert made is not None and (made.team_id, made.person_id, made.why) == (desk, ana, Why.GIVEN)


def test_rules_move_past_one_another_and_never_past_the_first_or_the_last() -> None:
    clinic = make_clinic().id
    desk = team(clinic, "Reception", staff(clinic, "Ana"))
    first = rule(clinic, By.KEYWORD, "invoice", to=desk)
    second = rule(clinic, By.LANGUAGE, "pl", to=desk)
    assert order(clinic) == [By.DANGER, By.KEYWORD, By.LANGUAGE, By.REST]
    with clinic_scope(clinic):
        assert actions.move_rule(clinic_id=clinic, rule_id=second, up=True, by=OPERATOR)
        assert not actions.move_rule(clinic_id=clinic, rule_id=second, up=True, by=OPERATOR)
        assert not actions.move_rule(clinic_id=clinic, rule_id=first, up=False, by=OPERATOR)
    assert order(clinic) == [By.DANGER, By.LANGUAGE, By.KEYWORD, By.REST]
    with clinic_scope(clinic):
        actions.remove_rule(clinic_id=clinic, rule_id=second, by=OPERATOR)
        with pytest.raises(LookupError):
            actions.remove_rule(clinic_id=clinic, rule_id=second, by=OPERATOR)
    assert order(clinic) == [By.DANGER, By.KEYWORD, By.REST]


def test_a_team_that_danger_goes_to_is_not_ended_while_there_are_others() -> None:
    clinic = make_clinic().id
    ana = staff(clinic, "Ana")
    desk, billing = team(clinic, "Reception", ana), team(clinic, "Billing", ana)
    rule(clinic, By.KEYWORD, "invoice", to=billing)
    with clinic_scope(clinic):
        with pytest.raises(NotKept):
            actions.end_team(clinic_id=clinic, team_id=desk, by=OPERATOR)
        actions.end_team(clinic_id=clinic, team_id=billing, by=OPERATOR)
        actions.end_team(clinic_id=clinic, team_id=desk, by=OPERATOR)
        assert queries.routing(clinic).teams == ()


def test_what_cannot_be_kept_is_refused_with_its_field() -> None:
    clinic = make_clinic().id
    ana = staff(clinic, "Ana")
    desk = team(clinic, "Reception", ana)

    def field(**more: object) -> str:
        with pytest.raises(NotKept) as refused:
            team(clinic, str(more.pop("name", "Nurses")), ana, **more)
        return refused.value.field

    assert field(name=" ") == "name" and field(name="reception") == "name"
    assert field(members=()) == "members" and field(members=(MemberView(new_id()),)) == "members"
    assert field(lead_id=new_id()) == "lead" and field(answer_within=timedelta(0)) == "answer_within"
    assert field(week=(((time(9), time(8)),),) * 7) == "week"
    with clinic_scope(clinic):
        for wrong in (RuleView(By.KEYWORD, ("?",), desk), RuleView(By.REST, ("x",), desk), RuleView(By.SITE, (), desk)):
            with pytest.raises(NotKept):
                actions.keep_rule(clinic_id=clinic, rule=wrong, by=OPERATOR)
        with pytest.raises(NotKept):
            steps = [AlarmStep(60, Tell.TEAM), AlarmStep(15, Tell.LEAD)]
            actions.set_sharing(clinic_id=clinic, steps=steps, by=OPERATOR)


def test_tasks_of_one_batch_are_shared_out_fairly_when_they_are_raised() -> None:
    clinic = make_clinic().id
    ana, ben = staff(clinic, "Ana"), staff(clinic, "Ben")
    team(clinic, "Reception", ana, ben)
    wishes = [TaskWish(TaskKind.CALL, f"visit:{number}") for number in range(6)]
    with clinic_scope(clinic):
        assert actions.raise_tasks(clinic_id=clinic, wishes=wishes, by=OPERATOR) == 6
        assert actions.raise_tasks(clinic_id=clinic, wishes=wishes, by=OPERATOR) == 0
        given = list(Task.objects.filter(clinic_id=clinic).values_list("assignee", flat=True))
        assert sorted(map(str, given)) == sorted([str(ana)] * 3 + [str(ben)] * 3)
        assert queries.open_by_person(clinic) == {ana: 3, ben: 3}


def test_rules_by_clinician_site_and_language_ask_the_calendar_and_the_record() -> None:
    clinic = make_clinic().id
    ana = staff(clinic, "Ana")
    desk, nurses, poles = (team(clinic, name, ana) for name in ("Reception", "Nurses", "Polish desk"))
    record(clinic, booking("A-1", person(321), clinician="Nurse Silva", site="Harbour"))
    one = make_patient(clinic, 321)
    other = make_patient(clinic, 322, language="pl", name="Ola Nowak")
    rule(clinic, By.CLINICIAN, "nurse silva", to=nurses)
    rule(clinic, By.LANGUAGE, "pl", to=poles)
    with clinic_scope(clinic):
        wants = [Facts(patient_id=one), Facts(patient_id=other), Facts()]
        made = queries.decide(clinic, wants, queries.routing(clinic))
    assert [each.team_id for each in made] == [nurses, poles, desk]


def test_nobody_is_given_it_when_the_team_is_closed_or_nobody_is_here() -> None:
    clinic = make_clinic().id
    ana = staff(clinic, "Ana", is_here=False)
    desk = team(clinic, "Reception", ana)
    shut = team(clinic, "Billing", ana, week=NEVER)
    rule(clinic, By.KEYWORD, "invoice", to=shut)
    with clinic_scope(clinic):
        wants = [Facts(text="hello"), Facts(text="my invoice")]
        made = queries.decide(clinic, wants, queries.routing(clinic))
    assert [(one.team_id, one.person_id, one.why) for one in made] == [
        (desk, None, Why.NOBODY_HERE),
        (shut, None, Why.CLOSED),
    ]


def test_an_emergency_goes_further_until_somebody_takes_it() -> None:
    clinic, thread = make_clinic().id, new_id()
    ana, ben = staff(clinic, "Ana"), staff(clinic, "Ben")
    team(clinic, "Nurses", ana, lead_id=ben)
    with clinic_scope(clinic):
        table = queries.routing(clinic)
        assert actions.sound_alarm(clinic_id=clinic, subject_id=thread, table=table, by=OPERATOR)
        assert not actions.sound_alarm(clinic_id=clinic, subject_id=thread, table=table, by=OPERATOR)

    def turn() -> tuple[int, UUID | None]:
        with clinic_scope(clinic):
            (one,) = queries.alarms(clinic)
        return one.step, one.turn_id

    def further() -> int:
        with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
            return emergencies.go_further(maintenance)

    assert turn() == (0, ana) and further() == 0
    advance(timedelta(minutes=3))
    assert further() == 1 and turn() == (1, ben)
    advance(timedelta(minutes=3))
    assert further() == 1 and turn() == (2, None)
    with clinic_scope(clinic):
        assert actions.take_alarm(clinic_id=clinic, subject_id=thread, by=Actor(ActorKind.STAFF, str(ben)))
        assert not actions.take_alarm(clinic_id=clinic, subject_id=thread, by=Actor(ActorKind.STAFF, str(ana)))
        assert queries.alarms(clinic) == [] and [one.by for one in queries.alarms_taken(clinic, thread)] == [ben]
        assert not actions.sound_alarm(clinic_id=clinic, subject_id=thread, table=table, by=OPERATOR)
    advance(timedelta(minutes=11))
    with clinic_scope(clinic):
        assert actions.sound_alarm(clinic_id=clinic, subject_id=thread, table=table, by=OPERATOR)


def test_phones_on_call_are_texted_step_by_step_until_somebody_takes_it() -> None:
    clinic, thread, other = make_clinic().id, new_id(), new_id()
    furnish(clinic)
    with clinic_scope(clinic):
        actions.set_sharing(clinic_id=clinic, on_call=[OnCall(phone(801)), OnCall(phone(802))], by=OPERATOR)
        for subject in (thread, other):
            actions.sound_alarm(clinic_id=clinic, subject_id=subject, table=queries.routing(clinic), by=OPERATOR)

    def told() -> tuple[int, int]:
        """How many texts each of the two phones has had."""
        return len(wordings(clinic, 801)), len(wordings(clinic, 802))

    def later(minutes: int = 3) -> tuple[int, int]:
        advance(timedelta(minutes=minutes))
        with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
            emergencies.go_further(maintenance)
        return told()

    assert told() == (0, 0) and later(1) == (0, 0)
    assert [later(), later(), later()] == [(1, 0), (1, 1), (2, 1)]
    with clinic_scope(clinic):
        actions.take_alarm(clinic_id=clinic, subject_id=thread, by=OPERATOR)
    assert later() == (2, 2) and later() == (2, 2)
    assert set(wordings(clinic)) == {
        "A patient of Harbour Street Clinic may be in danger and nobody has taken it. Open Recado: "
        f"{settings.RECADO_PUBLIC_URL} Reply 1: I take it."
    }
    assert sql("SELECT DISTINCT purpose, rule, patient_id FROM messaging_message") == [
        (int(Purpose.STAFF), "staff", None)
    ]
    lines = sql(
        "SELECT detail->>'texted', count(*) FROM foundation_auditevent WHERE action = 'emergency.further' GROUP BY 1"
    )
    assert sorted(lines, key=str) == [("true", 7), (None, 1)]


def test_phones_on_call_end_with_the_alarm() -> None:
    clinic, thread = make_clinic().id, new_id()
    furnish(clinic)
    with clinic_scope(clinic):
        actions.set_sharing(clinic_id=clinic, on_call=[OnCall(phone(801))], by=OPERATOR)
        actions.sound_alarm(clinic_id=clinic, subject_id=thread, table=queries.routing(clinic), by=OPERATOR)
        actions.take_alarm(clinic_id=clinic, subject_id=thread, by=OPERATOR)
    advance(timedelta(minutes=9))
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        assert emergencies.go_further(maintenance) == 0
    assert wordings(clinic) == []


def test_phones_on_call_are_refused_when_they_are_too_many_or_the_same() -> None:
    clinic = make_clinic().id
    with clinic_scope(clinic):
        for numbers in ([801, 801], range(800, 805)):
            with pytest.raises(NotKept):
                actions.set_sharing(clinic_id=clinic, on_call=[OnCall(phone(one)) for one in numbers], by=OPERATOR)
        assert queries.on_call(clinic) == []


def test_another_clinic_sees_neither_teams_nor_alarms() -> None:
    ours, theirs = make_clinic().id, make_clinic("hill-road").id
    desk = team(ours, "Reception", staff(ours, "Ana"))
    with clinic_scope(ours):
        table = queries.routing(ours)
        actions.sound_alarm(clinic_id=ours, subject_id=new_id(), table=table, by=OPERATOR)
    with clinic_scope(theirs):
        assert queries.routing(theirs).teams == () and queries.alarms(ours) == []
        with pytest.raises(NotKept):
            actions.keep_rule(clinic_id=theirs, rule=RuleView(By.KEYWORD, ("x",), desk), by=OPERATOR)
        with pytest.raises(LookupError):
            actions.end_team(clinic_id=theirs, team_id=desk, by=OPERATOR)
