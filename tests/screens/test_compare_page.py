"""What a draft would send, on a page: the sentence on top, the differences by person, the steps."""

import re
from uuid import UUID

import pytest
from django.test import Client

from recado.appointments import actions as desk
from recado.appointments.types import CancelReason
from recado.clinics.roles import AUDITOR, MANAGER, RECEPTION
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.journeys import actions, dry_runs
from recado.journeys.plans import APPOINTMENT
from recado.journeys.writing import to_json
from tests import factories, pages, staff
from tests.factories import DAY, booking, person, record, sql

pytestmark = pytest.mark.usefixtures("database")
PAGE = "/journeys/own/appointment/compare"


@pytest.fixture
def clinic(database: None) -> UUID:
    """Three visits, and a draft that asks a day earlier and leaves the second question out."""
    clinic_id = factories.make_furnished().id
    start = (business_time.now() + 5 * DAY).replace(hour=11, minute=0)
    record(clinic_id, *(booking(f"A-{n}", person(n), start=start) for n in (1, 2, 3)), is_first_import=True)
    draft = to_json(APPOINTMENT)
    draft["steps"] = [one for one in draft["steps"] if one["key"] != "second_question"]
    next(one for one in draft["steps"] if one["key"] == "question")["when"]["by"] = 4 * 24 * 60
    with clinic_scope(clinic_id):
        actions.begin(clinic_id=clinic_id, key="appointment", name="Visits", plan=APPOINTMENT, by=OPERATOR)
        actions.save_draft(clinic_id=clinic_id, key="appointment", draft=draft, by=OPERATOR)
    return clinic_id


@pytest.fixture
def manager(clinic: UUID) -> Client:
    return staff.desk(clinic, MANAGER)


def play(client: Client, span: str = "7") -> None:
    """Asks for it, and does what the worker does."""
    answer = client.post(f"{PAGE}/play", {"span": span})
    assert (answer.status_code, answer["Location"]) == (303, f"{PAGE}?span={span}")
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        while dry_runs.play_next(maintenance):
            pass


def read(client: Client, path: str = PAGE) -> str:
    page: str = client.get(path).content.decode()
    assert pages.Reading(page).faults == []
    return page


def test_page_says_how_many_texts_and_who_gains_or_loses_one(manager: Client) -> None:
    sql(
        "INSERT INTO messaging_carrierprice (carrier, country, price, currency, source, at)"
        " VALUES (1, 'GB', 0.04, 'GBP', 'hand', now())"
    )
    play(manager)
    play(manager, "30")
    page = read(manager)
    assert "3 texts, 3 fewer than now, £0.12." in page
    assert "same 3 events" in page and page.count("<tr data-row>") == 6
    assert "£0.12 less" in page
    assert read(manager, PAGE + "?show=gone").count("<tr data-row>") == 3
    assert "4 days before" in read(manager, PAGE + "?show=time&span=30")
    assert sql("SELECT count(*) FROM foundation_auditevent WHERE action = 'journey.play_draft'") == [(2,)]


def test_where_a_text_reads_differently_only_the_words_that_do_are_marked(clinic: UUID, manager: Client) -> None:
    draft = to_json(APPOINTMENT)
    second = next(one for one in draft["steps"] if one["key"] == "second_question")
    second["does"]["template"] = "visit_question"
    with clinic_scope(clinic):
        actions.save_draft(clinic_id=clinic, key="appointment", draft=draft, by=OPERATOR)
    play(manager)
    page = read(manager, f"{PAGE}?show=text")
    assert "<del>we keep</del> <ins>you have an appointment on</ins>" in page
    assert "<del>Harbour" not in page, "what both say is said once"


def test_page_counts_the_times_that_the_draft_would_offer_to_the_waitlist(clinic: UUID, manager: Client) -> None:
    draft = to_json(APPOINTMENT)
    offer = {
        "key": "offer",
        "when": {"at": "before", "by": 24 * 60, "state": "cancelled"},
        "does": {"kind": "offer_time"},
    }
    draft["steps"].append(offer)
    with clinic_scope(clinic):
        actions.save_draft(clinic_id=clinic, key="appointment", draft=draft, by=OPERATOR)
    play(manager)
    assert "Offer the time to the waitlist" not in read(manager), "every visit stands"
    with clinic_scope(clinic):
        visit = factories.visit(clinic, "A-1").id
        desk.cancel(clinic_id=clinic, visit_id=visit, reason=CancelReason.OTHER, tell=False, by=OPERATOR)
    play(manager)
    row = read(manager).partition("Offer the time to the waitlist")[2].partition("</tr>")[0]
    assert re.findall(r'class="end num">(\d+)<', row) == ["0", "1"]
    assert sql("SELECT count(*) FROM appointments_freedtime") == [(0,)], "nothing is offered by looking"


def test_page_says_how_far_it_is_until_the_worker_has_played_it_all(manager: Client) -> None:
    page = read(manager)
    assert "Play the draft" in page and 'action="/journeys/own/appointment/compare/play"' in page
    manager.post(f"{PAGE}/play", {"span": "7"})
    page = read(manager)
    assert "0 of 3 events are played" in page and 'http-equiv="refresh"' in page and "Play the draft" not in page
    play(manager)
    assert "3 texts, 3 fewer than now" in read(manager)
    sql("UPDATE journeys_journey SET edit = edit + 1")
    assert "The draft has changed since this was played." in read(manager)
    sql("UPDATE journeys_dryrun SET state = 'failed'")
    assert "It is a fault of ours" in read(manager) and "Play the draft" in read(manager)


def test_journey_and_its_versions_lead_there_while_there_is_a_draft(manager: Client) -> None:
    assert PAGE in read(manager, "/journeys/own/appointment")
    assert PAGE in read(manager, "/journeys/own/appointment/versions")
    assert manager.get("/journeys/own/prescription/compare").status_code == 302
    assert manager.get("/journeys/own/nothing/compare").status_code == 404
    assert manager.post("/journeys/own/prescription/compare/play").headers["Location"] == "/journeys/own/prescription"
    assert manager.post("/journeys/own/nothing/compare/play").status_code == 404


def test_what_was_compared_leads_to_publishing_for_whoever_may(clinic: UUID, manager: Client) -> None:
    door = 'href="/journeys/own/appointment/publish"'
    play(manager)
    page = read(manager)
    assert door in page and "Publish version 2" in page
    desk_page = staff.desk(clinic, RECEPTION).get(PAGE).content.decode()
    assert "If you publish the draft now" in desk_page and door not in desk_page


def test_auditor_may_not_compare(clinic: UUID) -> None:
    auditor = staff.desk(clinic, AUDITOR)
    assert auditor.get(PAGE).status_code == auditor.post(f"{PAGE}/play").status_code == 403


def test_stages_show_who_stands_where_and_the_patient_sees_the_circle(clinic: UUID, manager: Client) -> None:
    page = read(manager, "/journeys/own/appointment/stages")
    assert "Stages of Visits" in page and "3 events are under way" in page
    assert "Nobody is stuck" in page
    assert "/journeys/own/appointment/stages" in read(manager, "/journeys/own/appointment")
    patient = factories.visit(clinic).patient_id
    shown = read(manager, f"/patients/{patient}/")
    assert "Where things stand" in shown and 'aria-current="step"' in shown


def test_names_that_a_page_shows_once_more_by_itself_are_noted_once(manager: Client) -> None:
    def noted() -> int:
        return int(sql("SELECT count(*) FROM foundation_auditevent WHERE action = 'journey.compare'")[0][0])

    play(manager)
    refresh = {"X-Live": "true", "X-Live-Mark": ""}
    mark = manager.get(PAGE, headers=refresh).content.decode().partition('data-mark="')[2].partition('"')[0]
    assert mark and noted() == 1, "the page that waited shows names for the first time"
    manager.get(PAGE, headers=refresh | {"X-Live-Mark": mark})
    assert noted() == 1
    play(manager)
    manager.get(PAGE, headers=refresh | {"X-Live-Mark": mark})
    assert noted() == 2, "they are others"
