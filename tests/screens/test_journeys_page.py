"""The list of journeys, and the gallery of ready ones."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from recado.clinics.roles import AUDITOR, MANAGER, RECEPTION
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.journeys import actions, queries, worker
from recado.journeys.conditions import draw
from recado.journeys.plans import APPOINTMENT
from recado.journeys.writing import to_json
from tests import factories, pages, staff
from tests.factories import DAY

pytestmark = pytest.mark.usefixtures("database")

LIST, READY = "/journeys/", "/journeys/ready"


@pytest.fixture
def clinic() -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def manager(clinic: UUID) -> Client:
    return staff.desk(clinic, MANAGER)


def read(client: Client, path: str = LIST) -> str:
    page: str = client.get(path).content.decode()
    assert pages.Reading(page).faults == []
    return page


def line_of(page: str, title: str) -> str:
    """The row of a journey, its words only."""
    row = next(one for one in page.split("<tr data-row>") if f">{title}<" in one)
    return " ".join(re.sub(r"<[^>]+>", " ", row.partition("</tr>")[0]).split())


def work() -> None:
    with connect(Role.MAINTENANCE, autocommit=True) as connection:
        while worker.run_due(connection):
            pass


def row_of(clinic: UUID, key: str) -> Any:
    with clinic_scope(clinic):
        return next(row for row in queries.journeys_of(clinic) if row.key == key)


def test_list_shows_who_is_under_way_what_was_sent_and_what_was_answered(clinic: UUID, manager: Client) -> None:
    people = [factories.person(last, record_number=f"R-{last}") for last in (321, 322, 323)]
    factories.record(clinic, *[factories.booking(f"A-{n}", who, ahead=4 * DAY) for n, who in enumerate(people)])
    factories.release(clinic)
    work()
    factories.advance(DAY + DAY / 24)
    work()
    factories.hear(clinic, "1", 321)
    row = row_of(clinic, "appointment")
    assert (row.asked, row.answered) == (3, 1) and row.sent >= 3
    assert row.under_way == 2
    assert "33%" in line_of(read(manager), "Appointment")


def test_a_journey_that_was_left_as_it_came_is_paused_and_goes_on(clinic: UUID, manager: Client) -> None:
    factories.record(clinic, factories.booking(), announce=factories.Announce.NONE)
    manager.post("/journeys/own/appointment/pause")
    page = read(manager)
    assert "Paused" in line_of(page, "Appointment") and "Marta" in line_of(page, "Appointment")
    assert factories.sql("SELECT count(*) FROM journeys_timer WHERE held_for IS NULL") == [(0,)]
    assert "/journeys/own/appointment/resume" in page
    manager.post("/journeys/own/appointment/resume")
    assert "Live" in line_of(read(manager), "Appointment")
    assert factories.sql("SELECT count(*) FROM journeys_timer WHERE held_for IS NOT NULL") == [(0,)]


def test_all_journeys_are_paused_at_once_and_go_on(clinic: UUID, manager: Client) -> None:
    factories.record(clinic, factories.booking(ahead=10 * DAY))
    factories.release(clinic)
    assert "Pause all" in read(manager)
    assert manager.post("/journeys/pause-all").status_code == 303
    work()
    assert factories.wordings(clinic) == []
    assert "Undo" in read(manager)
    with clinic_scope(clinic):
        assert {row.state for row in queries.journeys_of(clinic)} == {"paused"}
    factories.record(clinic, factories.booking("A-2", factories.person(322), ahead=10 * DAY), source="other")
    factories.release(clinic)
    work()
    assert factories.wordings(clinic) == [], "what begins while all are paused waits too"
    manager.post("/journeys/pause-all")
    assert manager.post("/journeys/resume-all").status_code == 303
    work()
    assert len(factories.wordings(clinic)) >= 1
    with clinic_scope(clinic):
        assert {row.state for row in queries.journeys_of(clinic)} == {"live"}
    assert staff.desk(clinic, RECEPTION).post("/journeys/pause-all").status_code == 403


def test_an_ended_journey_starts_again(clinic: UUID, manager: Client) -> None:
    manager.post("/journeys/own/recall/end")
    assert "Ended" in line_of(read(manager), "Check-up due")
    manager.post("/journeys/own/recall/start")
    assert "Live" in line_of(read(manager), "Check-up due")


def test_a_ready_journey_becomes_a_draft_and_a_second_time_a_copy(clinic: UUID, manager: Client) -> None:
    manager.post(f"{READY}/same_day/use")
    assert "Draft" in line_of(read(manager), "Same-day reminder")
    manager.post(f"{READY}/same_day/use")
    assert "Draft" in line_of(read(manager), "Same-day reminder, copy")
    assert factories.sql("SELECT key FROM journeys_journey ORDER BY key") == [("same_day",), ("same_day_2",)]


def test_gallery_shows_each_ready_journey_with_a_text(manager: Client) -> None:
    page = read(manager, READY)
    cards = [card.partition("</section>")[0] for card in page.split('aria-labelledby="ready-')[1:]]
    assert len(cards) == len(queries.GALLERY) and all('class="tl-msg"' in card for card in cards)
    assert any(card.count('class="tl-msg"') > 2 and " texts more" in card for card in cards), (
        "and what follows the first"
    )
    assert "Eleanor" in page and "You have it, version 1" in page and "Use this" in page
    assert read(manager, f"{READY}?about=money").count('aria-labelledby="ready-') == 2


def test_reception_sees_journeys_and_changes_none(clinic: UUID) -> None:
    desk = staff.desk(clinic, RECEPTION)
    assert "/pause" not in read(desk) and "/use" not in read(desk, READY)
    assert desk.post("/journeys/own/appointment/pause").status_code == 403
    assert staff.desk(clinic, AUDITOR).get(LIST).status_code == 403


def test_journeys_of_other_clinics_are_not_there(clinic: UUID, manager: Client) -> None:
    other = factories.make_clinic("elsewhere").id
    with clinic_scope(other):
        plan = queries.GALLERY[0].plan
        actions.begin(clinic_id=other, key="theirs", name="Theirs", plan=plan, by=factories.OPERATOR)
    assert "Theirs" not in read(manager)
    assert manager.post("/journeys/own/theirs/pause").status_code == 404


def test_list_asks_the_database_as_often_for_many_journeys(clinic: UUID) -> None:
    def statements() -> int:
        with clinic_scope(clinic), CaptureQueriesContext(connection) as asked:
            queries.journeys_of(clinic)
        return len(asked)

    few = statements()
    with clinic_scope(clinic):
        for number in range(6):
            plan = queries.GALLERY[0].plan
            actions.begin(clinic_id=clinic, key=f"own_{number}", name=f"Own {number}", plan=plan, by=factories.OPERATOR)
    assert statements() == few


def test_effect_is_shown_where_there_is_a_comparison_group_only(clinic: UUID, manager: Client) -> None:
    assert ">Effect<" not in read(manager)
    draft = to_json(APPOINTMENT)
    group = {"key": "group", "when": {"at": "on", "state": "booked"}, "does": {"kind": "hold_out", "percent": 50}}
    draft["steps"].insert(0, group)
    with clinic_scope(clinic):
        actions.begin(clinic_id=clinic, key="appointment", name="Visits", plan=APPOINTMENT, by=factories.OPERATOR)
        actions.save_draft(clinic_id=clinic, key="appointment", draft=draft, by=factories.OPERATOR)
        actions.publish(clinic_id=clinic, key="appointment", by=factories.OPERATOR, moves_people=False)
    assert "Not enough yet to tell" in line_of(read(manager), "Visits")
    factories.record(clinic, *(factories.booking(f"A-{n}", factories.person(300 + n)) for n in range(60)))
    drawn = factories.sql("SELECT id, anchor_id FROM journeys_run WHERE plan = 'appointment'")
    held = [anchor for run, anchor in drawn if draw(run.bytes, "group") < 0.5]
    factories.sql(
        "UPDATE appointments_appointment SET state = CASE WHEN id = ANY (%s) THEN 'missed' ELSE 'finished' END", (held,)
    )
    said = line_of(read(manager), "Visits")
    assert "100.0 fewer missed in 100" in said and f"{60 - len(held)} with texts, {len(held)} without" in said


def test_cost_each_is_what_its_last_texts_cost_by_the_price_that_is_known(clinic: UUID, manager: Client) -> None:
    for number in (1, 2):
        factories.record(clinic, factories.booking(f"A-{number}", factories.person(number), ahead=10 * DAY))
    factories.release(clinic)
    work()
    assert row_of(clinic, "appointment").sent == 2
    assert "Cost each" not in read(manager), "no figure where no price is known"
    factories.sql(
        "INSERT INTO messaging_carrierprice (carrier, country, price, currency, source, at)"
        " VALUES (1, 'GB', 0.0425, 'GBP', 'hand', now())"
    )
    parts = [parts for (parts,) in factories.sql("SELECT parts FROM messaging_message")]
    page = read(manager)
    assert "Cost each" in page
    assert f"£{0.0425 * sum(parts) / len(parts):.4f}".rstrip("0") in line_of(page, "Appointment")
    assert "£" not in line_of(page, "Ready to collect"), "nothing of it was sent"
