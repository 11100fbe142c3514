"""SOONER joins the waitlist and STOP LIST leaves it; only who has several visits is asked which."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from recado.appointments import actions as appointments
from recado.appointments import queries
from recado.appointments.types import CalendarKind, ServiceView, Waiting
from recado.clinics.types import CareBasis
from recado.consent import actions as agreeing
from recado.consent import queries as consent
from recado.consent.types import Privacy, PurposeGroup
from recado.foundation.actors import OPERATOR
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging.commands import WORDS, Command, phrases_of, read_command
from tests import factories, pages
from tests.factories import DAY, booking, hear, make_patient, person, phone, record, visit, wordings

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic() -> UUID:
    made = factories.make_furnished(care_basis=CareBasis.CONSENT).id
    silva = appointments.keep_calendar(clinic_id=made, kind=CalendarKind.CLINICIAN, name="Nurse Silva", by=OPERATOR)
    service = ServiceView(new_id(), "Follow-up", 15, 0, True, (silva,))
    appointments.keep_service(clinic_id=made, service=service, is_new=True, by=OPERATOR)
    return made


def has(clinic_id: UUID, name: str, last: int = 321, ahead: timedelta = 10 * DAY, service: str = "Follow-up") -> None:
    record(clinic_id, booking(name, person(last), ahead=ahead, service=service))


def on_list(clinic_id: UUID) -> list[Waiting]:
    with clinic_scope(clinic_id):
        return queries.waiting(clinic_id)


@pytest.mark.parametrize("word", ["SOONER", "Sooner, please!", "plus tôt", "Wachtlijst", "lista de espera", "früher"])
def test_one_word_joins_with_the_only_visit_and_is_a_yes_to_care(clinic: UUID, word: str) -> None:
    has(clinic, "A")
    assert hear(clinic, word) == "waits"
    (entry,) = on_list(clinic)
    assert (entry.visit_id, entry.joined_by, entry.wish.service) == (visit(clinic, "A").id, "patient", "Follow-up")
    with clinic_scope(clinic):
        bi = messaging.phone_index(clinic, phone())
        (proof,) = [one for one in consent.proofs(clinic, visit(clinic, "A").patient_id, bi) if one.kind == "permitted"]
    assert (proof.how, proof.groups) == ("sms", (PurposeGroup.CARE,))
    text = wordings(clinic)[-1]
    page = re.search(r"/r/(\w+)", text)
    assert "You keep yours" in text and page is not None
    assert pages.browser().get(f"/r/{page[1]}/earlier").status_code == 200
    assert hear(clinic, "waitlist") == "waits_before"
    assert len(on_list(clinic)) == 1


def test_second_word_keeps_what_they_had_said_on_the_page(clinic: UUID) -> None:
    has(clinic, "A")
    with clinic_scope(clinic):
        row = visit(clinic, "A")
        appointments.join_waitlist(clinic_id=clinic, patient_id=row.patient_id, visit_id=row.id, days=1, by=OPERATOR)
    assert hear(clinic, "sooner") == "waits_before"
    assert on_list(clinic)[0].wish.days == 1


def test_who_has_several_visits_is_asked_which(clinic: UUID) -> None:
    has(clinic, "A", ahead=5 * DAY)
    has(clinic, "B", ahead=9 * DAY)
    has(clinic, "C", ahead=12 * DAY, service="Blood test")
    assert hear(clinic, "sooner") == "asked_which"
    text = wordings(clinic)[-1]
    assert "1 = " in text and ", 2 = " in text and ", 3 = " not in text, "only of a service that is booked here"
    assert hear(clinic, "2") == "waits"
    assert on_list(clinic)[0].visit_id == visit(clinic, "B").id
    assert hear(clinic, "1") != "waits", "the question is over"


def test_choice_of_a_visit_that_was_cancelled_since_leads_to_the_page(clinic: UUID) -> None:
    has(clinic, "A", ahead=5 * DAY)
    has(clinic, "B", ahead=9 * DAY)
    assert hear(clinic, "sooner") == "asked_which"
    with clinic_scope(clinic):
        appointments.Appointment.objects.filter(id=visit(clinic, "A").id).update(state="cancelled")
    assert hear(clinic, "1") == "asked_when"
    assert on_list(clinic) == [] and "/r/" in wordings(clinic)[-1]


@pytest.mark.parametrize("visits", [0, 2])
def test_page_asks_where_a_text_may_not_or_there_is_no_visit(clinic: UUID, visits: int) -> None:
    patient = make_patient(clinic)
    for at in range(visits):
        has(clinic, f"V{at}", ahead=(5 + at) * DAY)
    with clinic_scope(clinic):
        agreeing.choose_privacy(clinic_id=clinic, patient_id=patient, level=Privacy.NEUTRAL, how="desk", by=OPERATOR)
    assert hear(clinic, "sooner") == "asked_when"
    page = re.search(r"/r/(\w+)", wordings(clinic)[-1])
    assert page is not None and on_list(clinic) == []
    assert pages.browser().get(f"/r/{page[1]}/earlier").status_code == 200


def test_person_reads_it_where_it_is_not_certain_for_whom(clinic: UUID) -> None:
    assert hear(clinic, "sooner", 399) == "waits_for_person", "nobody is known there"
    record(clinic, booking("A", person(321, "Tom"), service="Follow-up"))
    record(clinic, booking("B", person(321, "Eleanor", record_number="P-other"), service="Follow-up"))
    assert hear(clinic, "sooner") == "waits_for_person"
    assert on_list(clinic) == []


def test_stop_list_leaves_the_list_and_stops_no_other_text(clinic: UUID) -> None:
    has(clinic, "A")
    hear(clinic, "sooner")
    assert hear(clinic, "STOP LIST") == "waits_no_more"
    assert on_list(clinic) == []
    assert "off our list" in wordings(clinic)[-1]
    with clinic_scope(clinic):
        assert consent.stopped_at(clinic, messaging.phone_index(clinic, phone())) is None


def test_words_of_the_list_mean_one_thing_when_read() -> None:
    for command in (Command.WAIT, Command.UNWAIT):
        assert {"en", "fr", "nl", "pl", "es", "id", "de", "it", "pt"} == set(WORDS[command])
        for phrase in phrases_of(WORDS[command]):
            assert read_command(" ".join(phrase)) is command
