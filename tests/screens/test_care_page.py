"""Care events on a patient's page: noted, seen, ended, and who may."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from recado.care_events import queries
from recado.care_events.types import EventKind, InvoiceDue, MedicationCourse, Stage
from recado.clinics.roles import PRIVACY_OFFICER, RECEPTION
from recado.foundation.tenancy import clinic_scope
from recado.web.patients import care_forms, care_words
from tests import factories, pages, staff

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def patient(clinic: UUID) -> UUID:
    return factories.make_patient(clinic)


@pytest.fixture
def desk(clinic: UUID) -> Client:
    return staff.desk(clinic, RECEPTION)


def text(client: Client, patient: UUID, **query: str) -> str:
    page = client.get(f"/patients/{patient}/care", query).content.decode()
    assert pages.Reading(page).faults == []
    return page


def note(client: Client, patient: UUID, kind: str, **fields: str) -> Any:
    return client.post(f"/patients/{patient}/care", {"kind": kind, **fields})


def events(clinic: UUID, patient: UUID) -> list[Any]:
    with clinic_scope(clinic):
        return queries.events_of(clinic, [patient])


def test_every_kind_of_event_has_a_form_and_words(clinic: UUID, patient: UUID, desk: Client) -> None:
    assert set(care_words.KINDS) == set(EventKind)
    assert queries.FAULTS.keys() - {"bad_state"} <= care_words.FAULTS.keys()
    for kind in EventKind:
        assert set(queries.states_of(kind)) <= care_words.STATES.keys()
        assert escape(str(care_words.KINDS[kind].hint)) in text(desk, patient, kind=kind)


def test_event_is_noted_seen_and_ended_on_the_page(clinic: UUID, patient: UUID, desk: Client) -> None:
    said = note(desk, patient, "invoice", due_on="2027-01-12", amount_minor="45,50", currency="gbp", pay_url="")
    assert said.status_code == 303
    (event,) = events(clinic, patient)
    assert event.detail == InvoiceDue(date(2027, 1, 12), 4550, "GBP")
    page = text(desk, patient)
    assert "Amount (staff only): " in page
    assert "45.50" in page
    assert "Invoice" in desk.get(f"/patients/{patient}/", {"show": "care"}).content.decode()
    assert desk.post(f"/patients/{patient}/care/{event.id}", {"state": "paid"}).status_code == 303
    assert events(clinic, patient)[0].state == "paid"


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_noted(clinic: UUID, patient: UUID, desk: Client) -> None:
    for kind, fields, words in (
        ("invoice", {"due_on": ""}, "This is needed."),
        ("invoice", {"due_on": "tomorrow"}, "Type a day"),
        ("invoice", {"due_on": "2027-01-12", "pay_url": "http://x"}, "begins with https://"),
        ("invoice", {"due_on": "2027-01-12", "amount_minor": "lots"}, "Type an amount"),
        ("invoice", {"due_on": "2027-01-12", "currency": "pounds"}, "three letters, as GBP"),
        ("delay", {"expected_at": "2026-11-24T10:00", "minutes": "0"}, "between 1 minute and 24 hours"),
        ("medication", {"first_day": "2027-01-12", "stages": "often"}, "Type each stretch"),
        ("hours", {"on": "2027-01-12", "opens": "09:00"}, "Give both hours"),
        ("video_visit", {"starts_at": "2027-01-12T10:00", "join_url": ""}, "This is needed."),
    ):
        said = note(desk, patient, kind, **fields)
        assert said.status_code == 422, kind
        assert pages.Reading(said.content.decode()).faults == []
        assert words in said.content.decode(), kind
    assert events(clinic, patient) == []


def test_course_of_medication_is_noted_in_lines(clinic: UUID, patient: UUID, desk: Client) -> None:
    note(desk, patient, "medication", first_day="2027-01-12", stages="7 days at 08:00 20:00\n3 x 08:00", medicine="A")
    course = MedicationCourse(date(2027, 1, 12), (Stage(7, (time(8), time(20))), Stage(3, (time(8),))), "A")
    assert events(clinic, patient)[0].detail == course


def test_events_of_others_and_states_of_other_kinds_are_not_found(clinic: UUID, patient: UUID, desk: Client) -> None:
    note(desk, patient, "refill", on="2027-01-12")
    (event,) = events(clinic, patient)
    other = factories.make_patient(clinic, 400, name="Harriet Pell")
    assert desk.post(f"/patients/{other}/care/{event.id}", {"state": "asked"}).status_code == 404
    assert desk.post(f"/patients/{patient}/care/{event.id}", {"state": "paid"}).status_code == 404
    assert note(desk, patient, "surprise").status_code == 404


def test_whoever_may_only_look_notes_nothing(clinic: UUID, patient: UUID) -> None:
    privacy = staff.desk(clinic, PRIVACY_OFFICER)
    assert note(privacy, patient, "refill", on="2027-01-12").status_code in (403, 404)
    assert events(clinic, patient) == []


TYPED = st.dictionaries(st.sampled_from(sorted(care_words.FIELDS)), st.text(max_size=30))


@given(st.sampled_from(EventKind), TYPED)
def test_whatever_is_typed_is_read_or_refused_by_a_word_at_its_field(kind: EventKind, typed: dict[str, str]) -> None:
    detail, faults = queries.read_typed(kind, typed, LONDON)
    assert (detail is None) is bool(faults)
    shown = care_forms.form(kind, typed, faults, datetime(2026, 11, 24, tzinfo=LONDON))
    assert {one.name for one in shown if one.fault} == faults.keys()
