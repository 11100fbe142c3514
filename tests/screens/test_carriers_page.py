"""The carriers' page and the test text."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from recado.clinics.roles import ADMINISTRATOR, AUDITOR, INTEGRATOR
from recado.foundation.clock import real_now
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging import queries
from recado.messaging.carrier_views import health_of
from recado.messaging.carriers import forget_routes
from recado.messaging.models import ReceivingNumber
from recado.messaging.queries import Health
from recado.messaging.types import EventKind
from tests import factories, pages, staff
from tests.counting import statements

pytestmark = pytest.mark.usefixtures("database")

TEST = {"phone": "07700 900456", "number": factories.NUMBER}


@pytest.fixture
def clinic() -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def integrator(clinic: UUID) -> Client:
    return staff.desk(clinic, INTEGRATOR)


def state(word: str, age: timedelta = timedelta(0)) -> None:
    factories.sql("UPDATE messaging_carrieraccount SET state = %s, state_at = %s", (word, real_now() - age))


def happen(message: UUID, kind: EventKind, after: float = 0) -> None:
    factories.sql(
        "INSERT INTO messaging_event (clinic_id, message, at, kind, carrier) SELECT clinic_id, id, at + %s * interval "
        "'1 second', %s, 1 FROM messaging_message WHERE id = %s",
        (after, int(kind), message),
    )


@pytest.mark.parametrize(
    ("word", "age", "health"),
    [
        ("ready", 0, Health.WORKING),
        ("ready", 60, Health.SILENT),
        ("down", 0, Health.DOWN),
        ("refused", 9000, Health.REFUSED),
        ("new", 0, Health.NEW),
    ],
)
def test_health_is_honest_about_its_age(word: str, age: int, health: Health) -> None:
    assert health_of(word, real_now() - timedelta(seconds=age)) is health
    assert health_of(word, real_now(), is_active=False) is Health.OFF


def test_page_says_state_and_since_when(integrator: Client) -> None:
    state("down", timedelta(hours=1))
    page = integrator.get("/settings/carriers").content.decode()
    assert "No connection" in page and "Since " in page and "07700 900100" in page
    state("ready")
    page = integrator.get("/settings/carriers").content.decode()
    assert "Working" in page and "As of " in page
    assert pages.Reading(page).faults == []


def test_figures_of_the_last_day(clinic: UUID) -> None:
    texts = [one.message_id for one in factories.send(clinic, *(factories.intent(last) for last in range(300, 304)))]
    for message in texts:
        happen(message, EventKind.SENT)
    for message, seconds in zip(texts[:3], (2, 4, 9), strict=True):
        happen(message, EventKind.DELIVERED, seconds)
    happen(texts[3], EventKind.FAILED, 1)
    with clinic_scope(clinic):
        (carrier,) = queries.carriers_of(clinic)
    assert (carrier.accepted, carrier.delivered, carrier.failed) == (4, 3, 1)
    assert carrier.median == timedelta(seconds=4)
    assert len(carrier.hours) == 24 and sum(hour.delivered for hour in carrier.hours) == 3


def test_figures_are_of_one_clinic(clinic: UUID) -> None:
    other = factories.make_furnished("mill-lane", number="+447700900101").id
    (sent,) = factories.send(other, factories.intent())
    happen(sent.message_id, EventKind.SENT)
    with clinic_scope(clinic):
        assert queries.carriers_of(clinic)[0].accepted == 0


def test_statements_do_not_grow_with_the_texts(integrator: Client, clinic: UUID) -> None:
    def count() -> int:
        return statements(lambda: integrator.get("/settings/carriers"))

    few = count()
    for one in factories.send(clinic, *(factories.intent(last) for last in range(300, 320))):
        happen(one.message_id, EventKind.SENT)
    assert count() == few


def test_a_clinic_without_number_is_told(integrator: Client, clinic: UUID) -> None:
    factories.sql("DELETE FROM messaging_receivingnumber")
    assert "no text can leave" in integrator.get("/settings/carriers").content.decode()


# ------------------------------------------------------------------------------------------------ test text


def test_a_test_text_goes_the_way_of_every_text(integrator: Client, clinic: UUID) -> None:
    response = integrator.post("/settings/carriers/1/test", TEST)
    assert response.status_code == 303
    page = integrator.get(response["Location"].partition("#")[0]).content.decode()
    (message,) = factories.queued()
    assert f'href="/messages/{message}"' in page and "Waiting" in page
    assert factories.wordings(clinic)[0].startswith("Harbour Street Clinic: this is a test")
    (noted,) = factories.sql("SELECT subject FROM foundation_auditevent WHERE action = 'message.test'")
    assert noted == (f"message {message}",)


def test_five_an_hour(integrator: Client, clinic: UUID) -> None:
    for _ in range(5):
        assert integrator.post("/settings/carriers/1/test", TEST).status_code == 303
    response = integrator.post("/settings/carriers/1/test", TEST)
    assert response.status_code == 422 and "Five test texts an hour" in response.content.decode()
    assert len(factories.queued()) == 5


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"phone": "soon"}, "phone"), ({"phone": ""}, "phone"), ({"number": "+447700900999"}, "number")],
)
def test_what_may_not_be_tested(integrator: Client, clinic: UUID, typed: dict[str, str], field: str) -> None:
    response = integrator.post("/settings/carriers/1/test", TEST | typed)
    assert response.status_code == 422 and not factories.queued()


def test_who_has_stopped_gets_no_test(integrator: Client, clinic: UUID) -> None:
    factories.stop(clinic, 456)
    before = factories.queued()
    response = integrator.post("/settings/carriers/1/test", TEST)
    assert response.status_code == 422 and "asked to get no texts" in response.content.decode()
    assert factories.queued() == before


def test_who_may_only_look_cannot_test(clinic: UUID) -> None:
    client = staff.desk(clinic, AUDITOR)
    assert "Send a test text" not in client.get("/settings/carriers/1").content.decode()
    assert client.post("/settings/carriers/1/test", TEST).status_code == 403


# ------------------------------------------------------------------------------------------------ the sender


def test_the_chosen_number_is_the_one_texts_come_from(clinic: UUID) -> None:
    factories.furnish(clinic, "+447700900150")
    with clinic_scope(clinic):
        second = ReceivingNumber.objects.get(clinic_id=clinic, address="+447700900150").id
    staff.desk(clinic, ADMINISTRATOR).post("/settings/clinic", {"part": "sender", "number_id": str(second)})
    forget_routes()
    with clinic_scope(clinic):
        assert queries.number_of(clinic) == "+447700900150"
        assert not messaging.choose_sender(clinic_id=clinic, number_id=second, by=factories.OPERATOR)


def test_a_name_that_the_country_refuses_is_not_chosen_and_says_why(clinic: UUID) -> None:
    factories.furnish(clinic, "AVeryLongName")
    with clinic_scope(clinic):
        name = ReceivingNumber.objects.get(clinic_id=clinic, address="AVeryLongName").id
    client = staff.desk(clinic, ADMINISTRATOR)
    shown = client.get("/settings/clinic").content.decode()
    assert "Nobody can answer a name" in shown
    assert "Usual for planned texts to phones of United Kingdom: 08:00 to 20:00." in shown
    refused = client.post("/settings/clinic", {"part": "sender", "number_id": str(name)})
    assert refused.status_code == 422
    assert pages.Reading(refused.content.decode()).faults == []
    assert "at most 11 letters" in refused.content.decode()
    assert "Nobody can answer it" in client.get("/settings/carriers").content.decode()
    with clinic_scope(clinic):
        assert queries.number_of(clinic) != "AVeryLongName"


def test_another_clinics_number_is_not_chosen(clinic: UUID) -> None:
    other = factories.make_furnished("mill-lane", number="+447700900101").id
    with clinic_scope(other):
        theirs = ReceivingNumber.objects.get(clinic_id=other).id
    with clinic_scope(clinic):
        assert not messaging.choose_sender(clinic_id=clinic, number_id=theirs, by=factories.OPERATOR)
