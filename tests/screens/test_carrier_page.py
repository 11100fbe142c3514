"""The page of one carrier: what an operator sees in trouble, and pausing it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from recado.clinics.roles import AUDITOR, INTEGRATOR, RECEPTION
from recado.foundation.clock import real_now
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.messaging.carrier_days import Hour
from recado.messaging.models import CarrierBalance, CarrierChange, CarrierLink, CarrierScore
from recado.messaging.types import EventKind
from recado.web.administration.carriers_page import mark_of
from tests import factories, pages, staff
from tests.counting import statements
from tests.screens.test_carriers_page import happen, state

pytestmark = pytest.mark.usefixtures("database")

PAGE = "/settings/carriers/1"
SECOND = timedelta(seconds=1)


@pytest.fixture
def clinic() -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def integrator(clinic: UUID) -> Client:
    return staff.desk(clinic, INTEGRATOR)


def read(client: Client, path: str = PAGE) -> str:
    page = client.get(path).content.decode()
    assert pages.Reading(page).faults == []
    return page


def put(row: Any) -> None:
    """Writes a row that only a dispatcher writes."""
    columns = [field.column for field in row._meta.fields if field.column]
    names, marks = ", ".join(f'"{one}"' for one in columns), ", ".join(["%s"] * len(columns))
    values = tuple(getattr(row, one) for one in columns)
    factories.sql(f"INSERT INTO {row._meta.db_table} ({names}) VALUES ({marks})", values)


def link(number: int = 0, **more: Any) -> None:
    given: dict[str, Any] = {
        "carrier": 1,
        "worker": "dispatch@here",
        "number": number,
        "at": real_now(),
        "kind": "transceiver",
        "health": "up",
        "since": real_now() - timedelta(hours=2),
        "window": 500,
        "most": 500,
        "under_way": 0,
        "trouble": "",
        "heard_at": real_now(),
    }
    put(CarrierLink(**(given | more)))


def test_binds_window_speed_and_throttling(integrator: Client) -> None:
    state("ready")
    link(under_way=12, rate=30.0, window=125)
    link(1, health="down", trouble="ConnectionRefusedError", trouble_at=real_now(), rate=30.0)
    page = read(integrator)
    assert "Partly connected" in page and "1 of 2 connections" in page and "SMPP 3.4, 2 connections" in page
    assert "of 125 now, 500 at most" in page and "60 / s" in page
    assert "Slowed" in page and "we send too fast" in page
    assert "Nothing listens at its address" in page


def test_a_carrier_that_hangs_is_not_called_working(integrator: Client) -> None:
    state("ready")
    link(unheard_since=real_now() - 42 * SECOND, under_way=3)
    for path in (PAGE, "/settings/carriers"):
        page = read(integrator, path)
        assert "Not answering" in page and '<counts-up data-from="42">42</counts-up> s' in page
        assert "Working" not in page


def test_what_is_wrong_is_said_in_words_with_what_to_do(integrator: Client) -> None:
    state("refused")
    link(health="refused", trouble="ESME_RINVPASWD", trouble_at=real_now())
    page = read(integrator)
    assert "Refuses our account" in page and "refuses our name or password" in page and "checks name, password" in page
    state("down")
    factories.sql("UPDATE messaging_carrierlink SET health = 'down', trouble = 'peer sent a frame of 3 octets'")
    assert "It sent something that is no SMPP." in read(integrator)


def test_without_a_word_from_the_sender_nothing_is_claimed(integrator: Client) -> None:
    state("ready", timedelta(minutes=5))
    link(at=real_now() - timedelta(minutes=5))
    page = read(integrator)
    assert "Nothing heard" in page and "Nothing is known of its connections" in page and "Working" not in page


def test_over_http_nothing_is_claimed_before_the_first_answer(integrator: Client) -> None:
    state("ready")
    link(kind="http", heard_at=None)
    page = read(integrator)
    assert page.count("Not tried yet") == 2 and "Working" not in page


def test_balance_with_its_time_and_a_warning_when_it_runs_out(integrator: Client) -> None:
    now = real_now()
    for hours, amount in ((3, "30"), (2, "20"), (1, "10")):
        put(CarrierBalance(carrier=1, at=now - timedelta(hours=hours), amount=amount, currency="GBP"))
    page = read(integrator)
    assert "Low balance: £10.00" in page and "about 1 h at the pace of the last day" in page
    assert "£10.00" in read(integrator, "/settings/carriers")


def test_history_scores_and_answers(integrator: Client, clinic: UUID) -> None:
    now = real_now()
    state("ready")
    for minutes, word, reason in ((180, "ready", ""), (90, "down", "TimeoutError"), (30, "ready", "")):
        put(CarrierChange(id=new_id(), carrier=1, at=now - timedelta(minutes=minutes), state=word, reason=reason))
    put(CarrierScore(carrier=1, country="FR", score=0.42, at=now))
    (sent,) = factories.send(clinic, factories.intent())
    happen(sent.message_id, EventKind.RETRY)
    page = read(integrator)
    assert "for 1 h" in page and "It does not answer when we connect." in page and "away for 1 h in all" in page
    assert "France" in page and "42.0%" in page
    assert "The carrier was busy" in page


def test_statements_do_not_grow_with_texts_and_links(integrator: Client, clinic: UUID) -> None:
    def count() -> int:
        return statements(lambda: integrator.get(PAGE))

    few = count()
    for at in range(10):
        link(at)
        put(CarrierChange(id=new_id(), carrier=1, at=real_now() - at * SECOND, state="down"))
    for one in factories.send(clinic, *(factories.intent(last) for last in range(300, 320))):
        happen(one.message_id, EventKind.SENT)
    assert count() == few


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({}, "n"),
        ({"up": timedelta(hours=1)}, "ok"),
        ({"up": timedelta(minutes=2), "away": timedelta(minutes=3)}, "b"),
        ({"up": timedelta(minutes=50), "away": timedelta(minutes=10)}, "w"),
        ({"up": timedelta(hours=1), "delivered": 19, "failed": 1}, "ok"),
        ({"up": timedelta(hours=1), "delivered": 9, "failed": 1}, "w"),
        ({"delivered": 1, "failed": 9}, "b"),
        ({"accepted": 4}, "ok"),
    ],
)
def test_a_mark_tells_the_worse_of_failures_and_absence(more: dict[str, Any], kind: str) -> None:
    assert mark_of(Hour(real_now(), **more)) == kind


# ------------------------------------------------------------------------------------------------ paused


def test_paused_and_resumed_and_everybody_sees_who_did_it(integrator: Client, clinic: UUID) -> None:
    reception = staff.desk(clinic, RECEPTION)
    assert integrator.post(f"{PAGE}/pause").status_code == 303
    assert factories.sql("SELECT carrier FROM messaging_carrierhold") == [(1,)]
    for path in (PAGE, "/settings/carriers", "/settings/operations"):
        assert "by Marta Kowal, since" in read(integrator, path)
    assert "Paused: Carrier 1." in reception.get("/").content.decode()
    assert integrator.post(f"{PAGE}/resume", {"back": "list"})["Location"] == "/settings/carriers"
    assert factories.sql("SELECT carrier FROM messaging_carrierhold") == []
    assert "Paused" not in reception.get("/").content.decode()


def test_what_the_operator_holds_is_told_and_not_for_a_clinic_to_resume(integrator: Client, clinic: UUID) -> None:
    factories.sql("UPDATE messaging_carrieraccount SET paused_lanes = '{1,2,3,4,5}', paused_at = %s", (real_now(),))
    page = read(integrator)
    assert "Paused for everybody by the operator of the server" in page and "/resume" not in page
    factories.sql("UPDATE messaging_carrieraccount SET paused_lanes = '{5}'")
    assert "These lanes are held by the operator of the server: Bulk" in read(integrator)


def test_who_only_looks_pauses_nothing(clinic: UUID) -> None:
    auditor = staff.desk(clinic, AUDITOR)
    assert "/pause" not in read(auditor)
    assert auditor.post(f"{PAGE}/pause").status_code == 403
    assert auditor.post(f"{PAGE}/resume").status_code == 403


def test_a_carrier_that_serves_others_only_is_not_there(integrator: Client) -> None:
    other = factories.make_furnished("mill-lane", number="+447700900101").id
    factories.furnish(other, "+447700900102", carrier=2)
    for path in ("/settings/carriers/2", "/settings/carriers/77", "/settings/carriers/99999999"):
        assert integrator.get(path).status_code == 404
    assert integrator.post("/settings/carriers/2/pause").status_code == 404
    with clinic_scope(other):
        assert factories.sql("SELECT count(*) FROM messaging_carrierhold") == [(0,)]
