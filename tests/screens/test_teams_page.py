"""Teams and routing: the page, its forms, trying a text, and the bar of an emergency."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from recado.clinics.roles import CLINICIAN, RECEPTION_LEAD
from recado.conversations import alarming
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.tasks import actions, queries
from recado.tasks.types import By, RoutingView, TaskKind, TaskWish
from recado.web import languages
from recado.web.live import clinic_behind
from tests import factories, pages, staff, teams

pytestmark = pytest.mark.usefixtures("database")

PAGE = "/settings/teams"
DANGER = "I can't breathe and my chest hurts"


@pytest.fixture
def clinic() -> UUID:
    made = factories.make_furnished().id
    factories.make_patient(made)
    return made


@pytest.fixture
def lead(clinic: UUID) -> Client:
    return staff.desk(clinic, RECEPTION_LEAD)


def read(client: Client, path: str = PAGE) -> str:
    page = client.get(path).content.decode()
    assert pages.Reading(page).faults == []
    return page


def said(page: str, part: str = "main") -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition(f'id="{part}"')[2]).split())


def routing(clinic: UUID) -> RoutingView:
    with clinic_scope(clinic):
        return queries.routing(clinic)


def test_without_teams_it_is_said_what_they_are_for(lead: Client) -> None:
    assert "No teams yet" in said(read(lead)) and "Everything else" in said(read(lead))


def test_every_language_that_patients_have_can_be_routed_and_tried(lead: Client) -> None:
    rule, tried = read(lead, f"{PAGE}/rules/new?by=language"), read(lead)
    for code in languages.PATIENTS_NAMES:
        assert f'value="{code}"' in rule and f'<option value="{code}"' in tried, code


def test_a_team_is_made_changed_and_ended(clinic: UUID, lead: Client) -> None:
    ana = teams.staff(clinic, "Ana Reyes")
    form = {"name": "Nurses", "members": str(ana), f"lang-{ana}": ["pl", "de"], f"skills-{ana}": "wounds, vaccines"}
    hours = {"d0-0-opens": "09:00", "d0-0-closes": "13:00", "answer_within": "30", "lead": str(ana)}
    assert lead.post(f"{PAGE}/new", form | hours)["Location"] == f"{PAGE}#teams"
    (team,) = routing(clinic).teams
    assert (team.name, team.lead_id, team.members[0].languages) == ("Nurses", ana, ("pl", "de"))
    assert team.members[0].skills == ("wounds", "vaccines")
    shown = said(read(lead), "teams")
    assert "Nurses" in shown and "Mon 09:00 to 13:00" in shown and "30 min" in shown
    edit = read(lead, f"{PAGE}/{team.id}")
    assert 'value="09:00"' in edit and 'value="wounds, vaccines"' in edit
    assert lead.post(f"{PAGE}/{team.id}", form | {"name": "Care team"}).status_code == 303
    (team,) = routing(clinic).teams
    assert team.name == "Care team" and team.week is None
    assert lead.post(f"{PAGE}/{team.id}/end").status_code == 303 and routing(clinic).teams == ()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": ""}, "name"),
        ({"members": []}, "members"),
        ({"d0-0-opens": "9"}, "week"),
        ({"answer_within": "x"}, "answer_within"),
    ],
)
def test_what_is_wrong_with_a_team_is_said_and_nothing_is_lost(
    clinic: UUID, lead: Client, more: dict[str, object], field: str
) -> None:
    ana = teams.staff(clinic, "Ana Reyes")
    answer = lead.post(f"{PAGE}/new", {"name": "Nurses", "about": "worries", "members": [str(ana)]} | more)
    page = answer.content.decode()
    assert answer.status_code == 422 and pages.Reading(page).faults == []
    assert f'id="{field}-err"' in page and 'value="worries"' in page and routing(clinic).teams == ()


def test_rules_are_added_moved_changed_and_removed(clinic: UUID, lead: Client) -> None:
    desk = teams.team(clinic, "Reception", teams.staff(clinic, "Ana Reyes"))
    page = read(lead, f"{PAGE}/rules/new?by=keyword")
    assert "Words, a line each" in page
    form = {"by": "keyword", "words": "invoice\nfacture", "team": str(desk), "share": "least_busy"}
    assert lead.post(f"{PAGE}/rules/new", form)["Location"] == f"{PAGE}#rules"
    assert (
        lead.post(f"{PAGE}/rules/new", {"by": "meaning", "values": ["question"], "team": str(desk)}).status_code == 303
    )
    assert [one.by for one in routing(clinic).rules] == [By.DANGER, By.KEYWORD, By.MEANING, By.REST]
    first, second = (one.id for one in routing(clinic).rules[1:3])
    assert "Says “invoice” or “facture”" in said(read(lead), "rules")
    assert "Reception, whoever has the fewest open" in said(read(lead), "rules")
    lead.post(f"{PAGE}/rules/{second}/move", {"to": "up"})
    assert [one.id for one in routing(clinic).rules[1:3]] == [second, first]
    assert "invoice" in read(lead, f"{PAGE}/rules/{first}")
    assert lead.post(f"{PAGE}/rules/{first}", form | {"words": "?"}).status_code == 422
    lead.post(f"{PAGE}/rules/{first}", form | {"words": "bill"})
    assert routing(clinic).rules[2].values == ("bill",)
    lead.post(f"{PAGE}/rules/{first}/remove")
    assert [one.id for one in routing(clinic).rules[1:-1]] == [second]
    for kind in ("task", "language", "site", "clinician", "number", "owner"):
        read(lead, f"{PAGE}/rules/new?by={kind}")
    assert lead.get(f"{PAGE}/rules/new?by=rest")["Location"] == f"{PAGE}#rules"


def test_a_text_is_tried_and_nothing_is_stored(clinic: UUID, lead: Client) -> None:
    teams.team(clinic, "Reception", teams.staff(clinic, "Ana Reyes"))
    billing = teams.team(clinic, "Billing", teams.staff(clinic, "Ben Ode"))
    teams.rule(clinic, By.KEYWORD, "invoice", to=billing)
    page = lead.post(f"{PAGE}/try", {"text": "Where do I pay the invoice?", "language": "en"}).content.decode()
    assert pages.Reading(page).faults == []
    tried = said(page, "try")
    assert "a question" in tried and "3 · Says “invoice”" in tried and "Billing: Ben Ode gets it." in tried
    assert "a member of our team will read this" in tried
    danger = said(lead.post(f"{PAGE}/try", {"text": DANGER, "language": "en"}).content.decode(), "try")
    assert "May be in danger" in danger and "call 999 now" in danger and "Reception: Ana Reyes gets it." in danger
    assert "A keyword" in said(lead.post(f"{PAGE}/try", {"text": "STOP"}).content.decode(), "try")
    assert lead.post(f"{PAGE}/try", {"text": " "}).status_code == 422
    assert factories.sql("SELECT count(*) FROM conversations_reading") == [(0,)]
    assert factories.sql("SELECT count(*) FROM tasks_given") == [(0,)] and factories.wordings(clinic) == []


def test_what_happens_when_nobody_answers_is_changed(clinic: UUID, lead: Client) -> None:
    desk = teams.team(clinic, "Reception", teams.staff(clinic, "Ana Reyes"))
    nurses = teams.team(clinic, "Nurses", teams.staff(clinic, "Ben Ode"))
    read(lead, f"{PAGE}/alarm")
    form = {"danger_team": str(nurses), "rest_team": str(desk), "rest_share": "round_robin", "danger_minutes": "5"}
    steps = {"after-0": "20", "tell-0": "team", "after-1": "40", "tell-1": "all"}
    assert lead.post(f"{PAGE}/alarm", form | steps)["Location"] == f"{PAGE}#alarm"
    table = routing(clinic)
    assert (table.rules[0].team_id, table.danger_minutes) == (nurses, 5)
    assert [(one.after, str(one.tell)) for one in table.steps] == [(20, "team"), (40, "all")]
    wrong = lead.post(f"{PAGE}/alarm", form | steps | {"after-1": "10"})
    assert wrong.status_code == 422 and 'id="steps-err"' in wrong.content.decode()
    lead.post(f"{PAGE}/tells", {"on": "no"})
    assert not routing(clinic).tells_when and "Off: the answer only says" in said(read(lead), "out-of-hours")


def test_mobiles_on_call_are_given_without_a_team_and_shown_to_whoever_changes_them(clinic: UUID, lead: Client) -> None:
    assert "None: who has no screen open hears nothing" in said(read(lead), "alarm")
    form = {
        "danger_minutes": "3",
        "after-0": "20",
        "tell-0": "team",
        "on_call": ["07700 900801", "", "+33 6 39 98 01 23"],
    }
    assert lead.post(f"{PAGE}/alarm", form)["Location"] == f"{PAGE}#alarm"
    assert "2 numbers are texted" in said(read(lead), "alarm")
    page = read(lead, f"{PAGE}/alarm")
    assert "+44 7700 900801" in page and "+33 6 39 98 01 23" in page
    for wrong in (["tomorrow"], ["07700 900801", "+447700900801"]):
        refused = lead.post(f"{PAGE}/alarm", form | {"on_call": wrong})
        assert refused.status_code == 422 and 'id="on_call-err"' in refused.content.decode()
    lead.post(f"{PAGE}/alarm", form | {"on_call": [""]})
    assert "None: who has no screen open" in said(read(lead), "alarm")


def test_an_emergency_stands_on_every_page_until_somebody_takes_it(clinic: UUID, lead: Client) -> None:
    nurse = staff.desk(clinic, CLINICIAN)
    assert "Somebody may be in danger" not in read(nurse, "/")
    factories.hear(clinic, DANGER)
    for path in ("/", "/inbox/", "/profile"):
        assert "Somebody may be in danger" in read(nurse, path)
    ((thread,),) = factories.sql("SELECT id FROM conversations_thread")
    assert lead.post(f"/emergency/{thread}/take")["Location"] == f"/inbox/{thread}"
    assert "Somebody may be in danger" not in read(nurse, "/")
    nurse.post(f"/emergency/{thread}/take")
    assert "A colleague has taken it already." in read(nurse, f"/inbox/{thread}")
    assert factories.sql("SELECT taken_by IS NOT NULL FROM tasks_emergency") == [(True,)]


def test_somebody_is_here_when_their_screen_is_open(clinic: UUID) -> None:
    client = staff.desk(clinic)
    assert clinic_behind(client.session.session_key or "") == clinic
    assert factories.sql("SELECT count(*) FROM tasks_here WHERE clinic_id = %s", (clinic,)) == [(1,)]


def test_the_inbox_shows_what_one_team_has(clinic: UUID, lead: Client) -> None:
    factories.make_patient(clinic, 322, name="Ola Nowak")
    desk = teams.team(clinic, "Reception", teams.staff(clinic, "Ana Reyes"))
    billing = teams.team(clinic, "Billing", teams.staff(clinic, "Ben Ode"))
    teams.rule(clinic, By.KEYWORD, "invoice", to=billing)
    factories.hear(clinic, "Do I need to bring the letter?")
    factories.hear(clinic, "Where is my invoice?", 322)
    assert "bring the letter" in read(lead, "/inbox/") and "my invoice" in read(lead, "/inbox/")
    page = read(lead, f"/inbox/?team={billing}")
    assert "my invoice" in page and "bring the letter" not in page and "All teams" in page
    ((thread,),) = factories.sql("SELECT id FROM conversations_thread WHERE team_id = %s", (desk,))
    assert "Reception" in said(read(lead, f"/inbox/{thread}"), "talk-state")


def test_what_waits_too_long_is_marked_for_those_whom_the_alarm_tells(clinic: UUID) -> None:
    ana, ben = staff.hire(clinic, name="Ana Reyes"), staff.hire(clinic, name="Ben Ode")
    teams.team(clinic, "Reception", ana)
    factories.hear(clinic, "Do I need to bring the letter?")
    for minutes, told in ((17, [True, False]), (110, [True, True])):
        factories.advance(timedelta(minutes=minutes))
        with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
            alarming.step_alarms(maintenance)
        shown = [read(staff.signed_in(clinic, user), "/") for user in (ana, ben)]
        assert ["It has waited longer than it should" in page for page in shown] == told
    assert "waits too long" in read(staff.signed_in(clinic, ben), "/inbox/")


def test_today_says_whose_a_task_is(clinic: UUID) -> None:
    ana = staff.hire(clinic, name="Ana Reyes")
    teams.team(clinic, "Call desk", ana)
    with clinic_scope(clinic):
        patient = factories.sql("SELECT id FROM contacts_patient")[0][0]
        wish = TaskWish(TaskKind.REFILL, "event:1", patient, detail={"about": "refill_order"})
        actions.raise_tasks(clinic_id=clinic, wishes=[wish], by=OPERATOR)
    assert "Call desk" in read(staff.signed_in(clinic, ana), "/")


def test_each_of_several_emergencies_has_its_bar(clinic: UUID, lead: Client) -> None:
    for last in range(400, 404):
        factories.make_patient(clinic, last, record_number=f"R-{last}")
        factories.hear(clinic, DANGER, last)
    assert len(set(re.findall(r'"/emergency/([^/"]+)/take"', read(lead)))) == 4
