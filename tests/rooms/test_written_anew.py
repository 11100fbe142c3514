"""What waits to leave says what the person wants by then: less, in another language, at other hours, to another phone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from recado.appointments.letters import link_to_visit
from recado.consent import actions as consent
from recado.consent.types import Privacy
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR, SYSTEM
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.journeys import actions as journeys
from recado.journeys import editing, worker
from recado.journeys.events import APPOINTMENT as VISIT
from recado.journeys.plans import APPOINTMENT
from recado.journeys.types import At, Moment, Plan, PlanStep, Text
from recado.messaging import actions as messaging
from recado.messaging import clinic_texts
from recado.messaging import queries as texts
from tests import factories, pages
from tests.factories import booking, make_patient, person, phone, record, release, sql
from tests.rooms.test_clinical_words import entrust
from tests.staff import desk

pytestmark = pytest.mark.usefixtures("database")
N, P, C = Privacy.NEUTRAL, Privacy.PLACE_AND_TIME, Privacy.CLINICAL


@pytest.fixture
def clinic(database: None) -> UUID:
    clinic_texts.forget()
    return factories.make_furnished().id


@pytest.fixture
def patient(clinic: UUID) -> UUID:
    """Somebody who agreed to clinical words and whose text waits."""
    made = make_patient(clinic)
    with clinic_scope(clinic):
        consent.choose_privacy(
            clinic_id=clinic,
            patient_id=made,
            level=C,
            how="desk",
            by=OPERATOR,
            phone_bi=messaging.phone_index(clinic, phone()),
            text_version="clinical-1/en",
        )
    record(clinic, booking())
    release(clinic)
    work()
    (text,) = waiting(clinic)
    assert "(Blood test)" in text
    return made


def work() -> None:
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        worker.run_due(maintenance)


def waiting(clinic: UUID) -> list[str]:
    """What lies in the outbox."""
    with clinic_scope(clinic):
        return [texts.text_story(clinic, name).message.text for name in sorted(factories.queued())]


def link(clinic: UUID) -> str:
    with clinic_scope(clinic):
        visit = factories.visit(clinic)
        address = link_to_visit(clinic_id=clinic, visit_id=visit.id, phone_bi=messaging.phone_index(clinic, phone()))
    return address.rpartition("/")[2]


def choose(clinic: UUID, **more: Any) -> None:
    """On the page behind the link in a text."""
    fields = {"do": "save", "group": ["care", "billing"], "language": "en", "hours": "", "level": "clinical"} | more
    assert pages.browser().post(f"/r/{link(clinic)}/messages", fields).status_code == 303


def test_waiting_text_says_less_when_clinical_words_are_taken_back_on_the_page(clinic: UUID, patient: UUID) -> None:
    choose(clinic, level="place_and_time")
    assert waiting(clinic) == [], "in the same moment, before the new one is written"
    work()
    (text,) = waiting(clinic)
    assert "Nurse Silva" in text and "Blood test" not in text
    assert len(sql("SELECT 1 FROM messaging_event WHERE reason = 'choice_changed'")) == 1


def test_waiting_text_says_less_when_staff_note_that(clinic: UUID, patient: UUID) -> None:
    desk(clinic).post(f"/patients/{patient}/privacy", {"level": "neutral", "how": "call"})
    work()
    (text,) = waiting(clinic)
    assert "Nurse Silva" not in text and "Blood test" not in text


def test_waiting_text_says_less_when_others_read_the_phone(clinic: UUID, patient: UUID) -> None:
    choose(clinic, shared="yes")
    work()
    (text,) = waiting(clinic)
    assert "Blood test" not in text and "Eleanor" not in text


def test_waiting_text_is_in_the_language_chosen_meanwhile(clinic: UUID, patient: UUID) -> None:
    choose(clinic, language="fr")
    work()
    (text,) = waiting(clinic)
    assert "rendez-vous" in text


def test_waiting_text_keeps_to_hours_chosen_meanwhile(clinic: UUID, patient: UUID) -> None:
    choose(clinic, hours="17:00-20:00")
    work()
    ((due,),) = sql("SELECT due FROM messaging_outbox")
    assert due.hour >= 16 and due - business_time.now() < timedelta(days=1)


def test_waiting_text_is_not_touched_when_nothing_was_changed(clinic: UUID, patient: UUID) -> None:
    before = factories.queued()
    choose(clinic)
    assert factories.queued() == before


def test_waiting_text_goes_to_the_new_number_when_staff_change_it(clinic: UUID, patient: UUID) -> None:
    typed = {"phone": "07700 900322", "language": "en"}
    staff = desk(clinic)
    page = staff.post(f"/patients/{patient}/edit", typed)
    if page.status_code == 422:  # who keeps it is asked first whether they are sure
        sure = messaging.phone_index(clinic, phone(322)).hex()
        assert staff.post(f"/patients/{patient}/edit", typed | {"sure": sure}).status_code == 303
    work()
    (text,) = waiting(clinic)
    assert "Blood test" not in text, "it was agreed to for the old one"
    assert sql("SELECT phone_bi FROM messaging_outbox") == [(messaging.phone_index(clinic, phone(322)),)]


def test_waiting_text_goes_to_the_new_number_when_an_import_brings_it(clinic: UUID, patient: UUID) -> None:
    record(clinic, booking(who=replace(person(), phone=phone(322))))
    work()
    (text,) = waiting(clinic)
    assert waits_at(clinic) == [322]
    assert "Blood test" not in text, "it was agreed to for the old one"


def test_waiting_text_is_in_the_language_that_an_import_brings(clinic: UUID, patient: UUID) -> None:
    record(clinic, booking(who=replace(person(), language="fr")))
    work()
    (text,) = waiting(clinic)
    assert "rendez-vous" in text


def test_waiting_text_is_not_touched_when_an_import_brings_the_same(clinic: UUID, patient: UUID) -> None:
    before = factories.queued()
    record(clinic, booking(), booking("B-1", replace(person(322), name="Tom Whitcombe")))
    assert factories.queued() == before


def test_patient_is_told_when_the_text_waited_for_somebody_who_is_told_no_longer(clinic: UUID) -> None:
    patient = make_patient(clinic)
    carer = entrust(clinic, patient)
    record(clinic, booking())
    release(clinic)
    work()
    assert sql("SELECT phone_bi FROM messaging_outbox") == [(messaging.phone_index(clinic, phone(325)),)]
    staff: Client = desk(clinic)
    assert staff.post(f"/patients/{patient}/carer/{carer}/end").status_code == 303
    work()
    assert sql("SELECT phone_bi FROM messaging_outbox") == [(messaging.phone_index(clinic, phone(321)),)]


@pytest.fixture
def told(clinic: UUID) -> tuple[UUID, UUID]:
    """A patient, and whoever is told in their place, for whom a text waits."""
    patient = make_patient(clinic)
    carer = entrust(clinic, patient)
    record(clinic, booking())
    release(clinic)
    work()
    assert waits_at(clinic) == [325]
    return patient, carer


def waits_at(clinic: UUID) -> list[int]:
    """The last digits of the phones for which texts wait."""
    known = {messaging.phone_index(clinic, phone(last)): last for last in (321, 322, 325, 326)}
    return [known[bytes(row[0])] for row in sql("SELECT phone_bi FROM messaging_outbox")]


@pytest.mark.parametrize("by_staff", [True, False], ids=["staff", "page"])
def test_text_that_waits_for_somebody_else_says_less_when_the_patient_chooses_that(
    clinic: UUID, told: tuple[UUID, UUID], by_staff: bool
) -> None:
    assert "Nurse Silva" in waiting(clinic)[0]
    if by_staff:
        desk(clinic).post(f"/patients/{told[0]}/privacy", {"level": "neutral", "how": "call"})
    else:
        choose(clinic, level="neutral")
    work()
    (text,) = waiting(clinic)
    assert "Nurse Silva" not in text
    assert waits_at(clinic) == [325]


def test_waiting_text_goes_to_whoever_is_named_last(clinic: UUID, told: tuple[UUID, UUID]) -> None:
    form = {
        "name": "Tom",
        "phone": phone(326).e164,
        "relation": "child",
        "how": "desk",
        "group": "care",
        "language": "en",
    }
    assert desk(clinic).post(f"/patients/{told[0]}/carer", form).status_code == 303
    work()
    assert waits_at(clinic) == [326]


def test_waiting_text_goes_to_whom_the_patient_takes_back(clinic: UUID) -> None:
    patient = make_patient(clinic)
    entrust(clinic, patient)
    later = entrust(clinic, patient, 326)
    record(clinic, booking())
    release(clinic)
    work()
    address = f"/r/{link(clinic)}/messages"
    for do, last in (("end_carer", 325), ("take_carer_back", 326)):
        pages.browser().post(address, {"do": do, "carer": str(later)})
        work()
        assert waits_at(clinic) == [last], do


def test_text_is_written_anew_as_often_as_something_changes(clinic: UUID, patient: UUID) -> None:
    for language in ("fr", "nl", "en", "fr"):
        choose(clinic, language=language)
        work()
        assert len(waiting(clinic)) == 1, language
    assert "rendez-vous" in waiting(clinic)[0]


def test_what_somebody_wrote_by_hand_stays_when_the_language_changes(clinic: UUID, patient: UUID) -> None:
    by_hand = factories.send(clinic, factories.intent(patient_id=patient, text="Please bring your card."))[0]
    choose(clinic, language="fr")
    assert factories.queued() == {by_hand.message_id}


def test_agreement_stands_until_texts_that_rest_on_it_are_queued(clinic: UUID, patient: UUID) -> None:
    """Or one that is being queued would leave after it was taken back: neither the gate nor whoever calls it off saw it."""
    told = factories.intent(patient_id=patient, text="Words", wording="visit_confirmation@0/en/clinical")
    free = "SELECT patient_id FROM consent_privacychoice FOR UPDATE SKIP LOCKED"
    with clinic_scope(clinic):
        messaging.send(clinic_id=clinic, intents=[told], by=OPERATOR)
        assert sql(free) == []
    assert sql(free) == [(patient,)]


def test_family_hears_too_when_one_of_them_changes_the_language_of_the_phone(clinic: UUID, patient: UUID) -> None:
    record(clinic, booking("B-1", replace(person(name="Tom Whitcombe"), record_number="R-2")))
    release(clinic)
    work()
    choose(clinic, language="fr")
    work()
    (text,) = waiting(clinic)
    assert "rendez-vous" in text and "Eleanor" in text and "Tom" in text


def test_waiting_text_stays_as_it_is_when_its_step_was_dropped_from_the_journey(clinic: UUID, patient: UUID) -> None:
    """Whoever changes something meanwhile is not refused, and the visit is not left without its text."""
    before = factories.queued()
    ((step,),) = sql("SELECT step FROM journeys_step WHERE message_id IS NOT NULL")
    with clinic_scope(clinic):
        live = {"clinic_id": clinic, "key": APPOINTMENT.key, "by": SYSTEM}
        journeys.begin(**live, name="Visits", plan=APPOINTMENT)
        journeys.save_draft(**live, draft=editing.remove_step(APPOINTMENT, step))
        journeys.publish(**live, moves_people=True)
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        assert worker.move_people(maintenance) == 1
    choose(clinic, language="fr", hours="17:00-20:00")
    desk(clinic).post(f"/patients/{patient}/privacy", {"level": "neutral", "how": "call"})
    work()
    assert factories.queued() == before
    factories.record(clinic, booking(clinician="Dr Osei"))
    release(clinic)
    work()
    assert before <= factories.queued()


def test_text_that_waited_for_days_is_written_anew_all_the_same(clinic: UUID) -> None:
    """The carrier was away. It had been in time, and its journey has patience with a step for one day only."""
    booked = PlanStep("hello", Moment(At.ON, state="booked"), Text("visit_confirmation"))
    later = PlanStep("later", Moment(At.NEXT, factories.DAY), Text("visit_confirmation"))
    own = Plan("own", 0, VISIT, (booked, later))
    with clinic_scope(clinic):
        journeys.begin(clinic_id=clinic, key="own", name="Our own", plan=own, by=SYSTEM)
        journeys.publish(clinic_id=clinic, key="own", by=SYSTEM, moves_people=False)
    record(clinic, booking())
    release(clinic)
    work()
    factories.sql("DELETE FROM messaging_outbox")
    factories.advance(factories.DAY)
    work()
    assert len(waiting(clinic)) == 1
    factories.advance(2 * factories.DAY)
    choose(clinic, language="fr")
    work()
    (text,) = waiting(clinic)
    assert "rendez-vous" in text
    assert sql("SELECT 1 FROM journeys_step WHERE reason = 'too_late'") == []


def test_text_about_to_be_written_anew_is_not_lost_when_people_move_to_a_new_version(clinic: UUID) -> None:
    booked = PlanStep("hello", Moment(At.ON, state="booked"), Text("visit_confirmation"))
    later = PlanStep("later", Moment(At.NEXT, factories.DAY), Text("visit_confirmation"))
    live = {"clinic_id": clinic, "key": "own", "by": SYSTEM}
    with clinic_scope(clinic):
        journeys.begin(**live, name="Our own", plan=Plan("own", 0, VISIT, (booked, later)))
        journeys.publish(**live, moves_people=False)
    record(clinic, booking())
    release(clinic)
    work()
    factories.sql("DELETE FROM messaging_outbox")
    factories.advance(factories.DAY)
    work()
    choose(clinic, language="fr")
    with clinic_scope(clinic):
        journeys.save_draft(**live, draft=Plan("own", 0, VISIT, (booked, later), patience=2 * factories.DAY))
        journeys.publish(**live, moves_people=True)
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        assert worker.move_people(maintenance) == 1
    work()
    (text,) = waiting(clinic)
    assert "rendez-vous" in text
