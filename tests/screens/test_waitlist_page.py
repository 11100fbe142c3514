"""The waitlist's page: put on it, seen on it, asked, ended, taken off."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client

from recado.appointments import actions, waitlist
from recado.appointments.types import CalendarKind
from recado.clinics.roles import CLINICIAN
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect
from tests import factories, pages, staff
from tests.factories import DAY, booking, person, sql

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic() -> UUID:
    made = factories.make_furnished().id
    factories.record(made, booking("FREE", person(300, "Oliver Grant"), ahead=3 * DAY, clinician="Dr Okafor"))
    factories.record(made, booking("LATER", person(321, "Paul Everett"), ahead=20 * DAY, clinician="Dr Okafor"))
    return made


def read(client: Client, path: str = "/appointments/waitlist") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert pages.Reading(html).faults == []
    return html


def put(client: Client, clinic: UUID, **more: object) -> int:
    paul = factories.visit(clinic, "LATER").patient_id
    form = {"days": ["0", "1", "2", "3", "4", "5", "6"], "notice": "60", "half": "", **more}
    return client.post(f"/appointments/waitlist/patients/{paul}", form).status_code


def comes_free(client: Client, clinic: UUID) -> None:
    visit = factories.visit(clinic, "FREE").id
    client.post(f"/appointments/visits/{visit}/cancel", {"reason": "other", "tell": "told"})
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        waitlist.offer_due(maintenance)


def test_patient_is_put_on_the_list_and_changed_and_taken_off(clinic: UUID) -> None:
    client = staff.desk(clinic)
    assert "Nobody waits" in read(client)
    paul = factories.visit(clinic, "LATER").patient_id
    assert "Dr Okafor" in read(client, f"/appointments/waitlist/patients/{paul}")
    assert put(client, clinic, half="morning", clinician="Dr Okafor") == 303
    html = read(client)
    assert "Paul Everett" in html and "Mornings" in html and "1 person waits" in html
    assert 'value="morning" selected' in read(client, f"/appointments/waitlist/patients/{paul}")
    assert client.post(f"/appointments/waitlist/patients/{paul}/leave").status_code == 303
    assert "Nobody waits" in read(client)


def test_offer_is_seen_and_ended_when_a_visit_was_cancelled(clinic: UUID) -> None:
    client = staff.desk(clinic)
    put(client, clinic)
    comes_free(client, clinic)
    html = read(client)
    assert "Offer in progress" in html and "Wave 1" in html and "No answer yet" in html
    ((freed,),) = sql("SELECT id FROM appointments_freedtime")
    assert "Nobody else" in client.post(f"/appointments/waitlist/times/{freed}/ask", follow=True).content.decode()
    said = client.post(f"/appointments/waitlist/times/{freed}/back", follow=True).content.decode()
    assert "The offer is ended" in said and "Taken back" in said
    assert "over already" in client.post(f"/appointments/waitlist/times/{freed}/back", follow=True).content.decode()


def ask_more(client: Client) -> str:
    ((freed,),) = sql("SELECT id FROM appointments_freedtime")
    return client.post(f"/appointments/waitlist/times/{freed}/ask", follow=True).content.decode()


def test_why_nobody_more_is_asked_is_said(clinic: UUID) -> None:
    client = staff.desk(clinic)
    put(client, clinic)
    comes_free(client, clinic)
    assert "The next people are asked" in read(client)
    html = ask_more(client)
    assert "Nobody else on the list could come" in html
    assert "The next people are asked" in html, "who joins meanwhile is asked when this wave ends"
    sql("UPDATE appointments_freedtime SET wave_ends_at = starts_at - interval '30 minutes'")
    html = read(client)
    assert "it stays on offer until" in html and "The next people are asked" not in html
    free = factories.visit(clinic, "FREE")
    mara = booking("MARA", person(340, "Mara Lind"), clinician="Dr Okafor", start=free.starts_at)
    factories.record(clinic, mara)
    assert "somebody has this time by now" in ask_more(client)
    assert "The offer is over already" in ask_more(client)


def test_that_nobody_could_be_seen_is_said_when_nobody_more_is_asked(clinic: UUID) -> None:
    client = staff.desk(clinic)
    put(client, clinic)
    comes_free(client, clinic)
    doctor = actions.keep_calendar(clinic_id=clinic, kind=CalendarKind.CLINICIAN, name="Dr Okafor", by=OPERATOR)
    day = factories.visit(clinic, "FREE").starts_at.date()
    actions.add_days_off(
        clinic_id=clinic, calendar_id=doctor, first=day - DAY, last=day + DAY, by=OPERATOR
    )  # whatever the clinic's zone
    assert "nobody could be seen at this time" in ask_more(client)


def test_that_it_is_too_late_to_come_is_said_when_nobody_more_is_asked(clinic: UUID) -> None:
    client = staff.desk(clinic)
    put(client, clinic)
    comes_free(client, clinic)
    factories.advance(3 * DAY - timedelta(minutes=20))
    assert "it is too late to come" in ask_more(client)
    assert "Offer in progress" not in read(client)


@pytest.mark.parametrize("is_late", [False, True])
def test_why_a_time_could_not_be_given_by_hand_is_said(clinic: UUID, is_late: bool) -> None:
    client = staff.desk(clinic)
    put(client, clinic)
    comes_free(client, clinic)
    sql("DELETE FROM messaging_outbox")
    ((freed,),) = sql("SELECT id FROM appointments_freedtime")
    free, paul = factories.visit(clinic, "FREE"), factories.visit(clinic, "LATER").patient_id
    if is_late:
        factories.advance(3 * DAY - timedelta(minutes=20))
    else:
        mara = booking("MARA", person(340, "Mara Lind"), clinician="Dr Okafor", start=free.starts_at)
        factories.record(clinic, mara)
    path, told = f"/appointments/waitlist/times/{freed}/give", len(factories.wordings(clinic, 321))
    said = client.post(path, {"patient": str(paul), "tell": "text"}, follow=True).content.decode()
    assert ("it is too late to come" in said.lower()) is is_late
    assert ("Somebody has this time by now: it was given to nobody." in said) is not is_late
    assert len(factories.wordings(clinic, 321)) == told + (not is_late), "who was asked hears that it is gone"


def test_time_is_given_to_somebody_by_hand(clinic: UUID) -> None:
    client = staff.desk(clinic)
    put(client, clinic)
    comes_free(client, clinic)
    ((freed,),) = sql("SELECT id FROM appointments_freedtime")
    path = f"/appointments/waitlist/times/{freed}/give"
    assert path in client.get("/appointments/waitlist").content.decode()
    html = read(client, path)
    paul = factories.visit(clinic, "LATER").patient_id
    assert "Whom it suits" in html and f'value="{paul}"' in html
    for nobody in ("", "x", str(uuid4())):
        assert client.post(path, {"patient": nobody}).status_code == 404
    assert "It is theirs" in client.post(path, {"patient": str(paul), "tell": "text"}, follow=True).content.decode()
    assert "yours" in factories.wordings(clinic, 321)[-1]
    assert "not on offer any more" in client.get(path, follow=True).content.decode()
    assert "not on offer any more" in client.post(path, {"patient": str(paul)}, follow=True).content.decode()
    assert client.get(f"/appointments/waitlist/times/{uuid4()}/give").status_code == 404


def test_who_took_the_time_stands_in_the_history(clinic: UUID) -> None:
    client = staff.desk(clinic)
    put(client, clinic)
    comes_free(client, clinic)
    factories.hear(clinic, "1", 321)
    html = read(client)
    assert "Filled" in html and "100" in html and "Paul Everett" in html
    factories.advance(timedelta(minutes=1))
    assert factories.visit(clinic, "LATER").clinician == "Dr Okafor"


@pytest.mark.parametrize(
    "wrong", [{"days": []}, {"days": ["7"]}, {"days": ["x"]}, {"notice": "7"}, {"half": "night"}], ids=str
)
def test_form_that_says_nothing_usable_is_shown_again(clinic: UUID, wrong: dict[str, object]) -> None:
    client = staff.desk(clinic)
    assert put(client, clinic, **wrong) == 422
    assert "Nobody waits" in read(client)


def test_nobody_else_sees_or_changes_the_list(clinic: UUID) -> None:
    other = staff.desk(factories.make_furnished("quay", number="+447700900044").id)
    paul = factories.visit(clinic, "LATER").patient_id
    assert other.get(f"/appointments/waitlist/patients/{paul}").status_code == 404
    assert other.post(f"/appointments/waitlist/times/{uuid4()}/ask").status_code == 404
    assert staff.desk(clinic, CLINICIAN).get("/appointments/waitlist").status_code == 403
