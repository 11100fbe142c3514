"""A text to a number that is no patient's makes an address of nobody's, behind the send path; what was said by it holds."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from recado.clinics.roles import RECEPTION
from recado.consent import queries as consent
from recado.consent.types import Purpose, PurposeGroup
from recado.contacts import actions as contacts
from recado.contacts import queries as people
from recado.contacts.types import ChangeKind
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging import strangers
from tests import api, factories, staff
from tests.factories import hear, intent, make_patient, phone, sql

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def maintenance() -> Iterator["psycopg.Connection[Any]"]:
    with connect(Role.MAINTENANCE, autocommit=True) as connection:
        yield connection


@pytest.fixture
def clinic() -> UUID:
    return factories.make_furnished().id


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts are looked at as soon as they stand."""
    monkeypatch.setattr(strangers, "SETTLED", timedelta(seconds=-1))


def nobodys(clinic_id: UUID) -> int:
    return int(
        sql("SELECT count(*) FROM contacts_address WHERE clinic_id = %s AND patient_id IS NULL", (clinic_id,))[0][0]
    )


def send_by_api(clinic_id: UUID, *those: dict[str, Any]) -> list[dict[str, Any]]:
    said = api.send_many(api.make_key(clinic_id), *those)
    assert said.status in (200, 202), said.body
    return list(said.json["messages"])


def test_a_text_by_api_makes_an_address_and_no_patient(clinic: UUID, maintenance: "psycopg.Connection[Any]") -> None:
    send_by_api(clinic, api.text(401), api.text(401, text="Again."), api.text(402))
    strangers.keep_numbers(maintenance)
    strangers.keep_numbers(maintenance)
    assert nobodys(clinic) == 2
    with clinic_scope(clinic):
        bi = messaging.phone_index(clinic, phone(401))
        assert people.count(clinic) == 0
        assert people.patients_at(clinic, bi) == [] and people.people_at(clinic, [bi]) == {}
        assert people.first_at(clinic, [bi]) == {} and people.nobodys_since(clinic, bi) is not None
        for query in (phone(401).e164, "0401"):
            assert people.find(clinic, query, country="GB").hits == ()
    assert sql("SELECT detail FROM foundation_auditevent WHERE action = 'patient.numbers'") == [({"added": 2},)]


def test_answers_staff_and_patients_make_none(clinic: UUID, maintenance: "psycopg.Connection[Any]") -> None:
    patient = make_patient(clinic, 321)
    factories.send(
        clinic,
        intent(401, purpose=Purpose.ANSWER),
        intent(402, purpose=Purpose.HELP),
        intent(403, purpose=Purpose.STAFF),
        intent(321, patient_id=patient),
        intent(321),
        intent(404, patient_id=patient),
        intent(405, purpose=Purpose.NEWS),  # refused: but the number is known all the same
    )
    strangers.keep_numbers(maintenance)
    with clinic_scope(clinic):
        assert nobodys(clinic) == 1
        assert people.nobodys_since(clinic, messaging.phone_index(clinic, phone(405))) is not None


def test_each_text_is_looked_at_once_and_few_at_a_time(clinic: UUID, maintenance: "psycopg.Connection[Any]") -> None:
    other = factories.make_furnished("quay", number="+447700900101").id
    for last in range(5):
        factories.send(clinic, intent(400 + last))
    factories.send(other, intent(400))
    strangers.keep_numbers(maintenance, most=2)
    strangers.keep_numbers(maintenance, most=2)
    assert nobodys(clinic) + nobodys(other) == 4 and nobodys(other) == 1, "who is behind comes first"
    for _ in range(3):
        strangers.keep_numbers(maintenance, most=2)
    assert (nobodys(clinic), nobodys(other)) == (5, 1)
    factories.send(clinic, intent(410))
    strangers.keep_numbers(maintenance)
    assert nobodys(clinic) == 6


def test_a_crash_between_the_numbers_and_the_mark_keeps_each_once(
    clinic: UUID, maintenance: "psycopg.Connection[Any]"
) -> None:
    factories.send(clinic, intent(401))
    strangers.keep_numbers(maintenance)
    sql("UPDATE messaging_strangercursor SET upto = '00000000-0000-0000-0000-000000000000'")
    strangers.keep_numbers(maintenance)
    with clinic_scope(clinic):
        contacts.record_numbers(clinic_id=clinic, phones=[phone(401)], by=OPERATOR)
    assert nobodys(clinic) == 1


def test_texts_that_may_still_commit_are_left_for_later(
    clinic: UUID, maintenance: "psycopg.Connection[Any]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strangers, "SETTLED", timedelta(minutes=1))
    factories.send(clinic, intent(401))
    strangers.keep_numbers(maintenance)
    assert nobodys(clinic) == 0


def test_a_number_without_keys_holds_up_nobody(clinic: UUID, maintenance: "psycopg.Connection[Any]") -> None:
    other = factories.make_furnished("quay", number="+447700900101").id
    for one in (clinic, other):
        factories.send(one, intent(401))
    sql("UPDATE messaging_message SET phone_ct = 'x' WHERE clinic_id = %s", (clinic,))
    strangers.keep_numbers(maintenance)
    assert (nobodys(clinic), nobodys(other)) == (0, 1)


# ------------------------------------------------------------------------------------------------ what was said holds


def test_a_stop_from_nobody_holds_for_texts_by_api_and_when_it_is_a_patients(
    clinic: UUID, maintenance: "psycopg.Connection[Any]"
) -> None:
    send_by_api(clinic, api.text(401))
    strangers.keep_numbers(maintenance)
    assert hear(clinic, "STOP", 401) == "stopped"
    (said,) = send_by_api(clinic, api.text(401, text="Once more."))
    assert (said["verdict"], said["rule"]) == ("never", "withdrawn")
    patient = make_patient(clinic, 401)
    assert nobodys(clinic) == 0
    (delivery,) = factories.send(clinic, intent(401, patient_id=patient))
    assert (delivery.verdict, delivery.rule) == ("never", "withdrawn")
    (said,) = send_by_api(clinic, api.text(401, text="And again."))
    assert said["rule"] == "withdrawn"


def test_a_number_becomes_a_patients_by_import_and_by_hand(
    clinic: UUID, maintenance: "psycopg.Connection[Any]"
) -> None:
    factories.send(clinic, intent(401), intent(402))
    strangers.keep_numbers(maintenance)
    patient = make_patient(clinic, 401)
    assert nobodys(clinic) == 1
    with clinic_scope(clinic):
        kinds = contacts.change_details(
            clinic_id=clinic, patient_id=patient, language="en", phone=phone(402), by=OPERATOR
        )
        assert kinds == (ChangeKind.PHONE_REPLACED,)
        assert [one.patient_id for one in people.patients_at(clinic, messaging.phone_index(clinic, phone(402)))] == [
            patient
        ]
    assert nobodys(clinic) == 0


def test_what_another_system_told_of_the_number_holds(clinic: UUID, maintenance: "psycopg.Connection[Any]") -> None:
    told = {"source": "website form", "at": "2026-11-02T09:30:00Z", "text_version": "news-3"}
    news = {"purpose": "news", "text": "Harbour Street Clinic: flu jabs on Saturdays. STOP ends these texts."}
    without, with_consent = send_by_api(clinic, api.text(402, **news), api.text(401, consent=told, **news))
    assert (without["rule"], with_consent["verdict"]) == ("no_permission", "allow")
    strangers.keep_numbers(maintenance)
    with clinic_scope(clinic):
        bi = messaging.phone_index(clinic, phone(401))
        said = consent.said_of(clinic, phone_bi=bi, patient_id=None)
        assert set(said.permitted) == {PurposeGroup.NEWS} and not said.withdrawn
    make_patient(clinic, 401)
    (later,) = send_by_api(clinic, api.text(401, **news | {"text": news["text"] + " Bring your letter."}))
    assert later["verdict"] == "allow"


def test_a_reply_from_such_a_number_stands_in_the_inbox_with_its_address(
    clinic: UUID, maintenance: "psycopg.Connection[Any]"
) -> None:
    send_by_api(clinic, api.text(401))
    strangers.keep_numbers(maintenance)
    assert hear(clinic, "Who is this about?", 401) == "waits_for_person"
    client = staff.desk(clinic, RECEPTION)
    (row,) = sql("SELECT id FROM conversations_thread")
    page = client.get(f"/inbox/{row[0]}").content.decode()
    assert "Unknown number" in page and "+447700900401" in page and "We have texted it since" in page
    make_patient(clinic, 401)
    page = client.get(f"/inbox/{row[0]}").content.decode()
    assert "Eleanor Whitcombe" in page and "We have texted it since" not in page
