"""Who agreed that texts say what the visit or the medicine is gets those words on that very phone, and nobody else does."""

from dataclasses import replace
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recado.appointments.letters import TEXTS
from recado.care_events.letters import TEXTS as CARE_TEXTS
from recado.consent import actions as consent
from recado.consent import queries as permission
from recado.consent.types import NotTheirsAlone, Privacy, PurposeGroup, Relation, Wish
from recado.contacts import actions as contacts
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect
from recado.foundation.keys import keys_for
from recado.foundation.tenancy import clinic_scope
from recado.journeys import worker
from recado.messaging import clinic_texts, levels
from recado.messaging import queries as messaging
from recado.messaging.models import Message
from tests import factories
from tests.factories import booking, make_patient, person, phone, record, release

pytestmark = pytest.mark.usefixtures("database")
N, P, C = Privacy.NEUTRAL, Privacy.PLACE_AND_TIME, Privacy.CLINICAL
MARK = "visit_confirmation@0/en/clinical"
VERSION = "clinical-1/en"


@pytest.fixture
def clinic(database: None) -> UUID:
    clinic_texts.forget()
    return factories.make_furnished().id


def choose(clinic: UUID, patient: UUID, level: Privacy = C, last: int = 321) -> bool:
    with clinic_scope(clinic):
        return consent.choose_privacy(
            clinic_id=clinic,
            patient_id=patient,
            level=level,
            how="desk",
            by=OPERATOR,
            phone_bi=index(clinic, last),
            text_version=VERSION,
        )


def index(clinic: UUID, last: int) -> bytes:
    return keys_for(clinic).blind_index("phone", phone(last).e164)


def tell(clinic: UUID, name: str = "A-1", last: int = 321, **more: Any) -> str:
    """Books a visit and returns how much the text about it says."""
    record(clinic, booking(name, person(last), **more))
    release(clinic)
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        worker.run_due(maintenance)
    return newest(clinic)[0]


def newest(clinic: UUID) -> tuple[str, str]:
    with clinic_scope(clinic):
        row = Message.objects.filter(clinic_id=clinic).order_by("-id")[0]
        view = messaging.text_story(clinic, row.id).message
    return view.text, view.wording


def test_text_names_the_service_when_the_person_agreed_to_that_on_this_phone(clinic: UUID) -> None:
    patient = make_patient(clinic)
    assert choose(clinic, patient)
    assert not choose(clinic, patient), "it stood already"
    assert "with Nurse Silva (Blood test). " in tell(clinic)
    assert newest(clinic)[1] == MARK
    assert choose(clinic, patient, P)
    assert "Blood test" not in tell(clinic, "A-2")


def test_proof_shows_the_words_that_were_read_out_when_somebody_agreed(clinic: UUID) -> None:
    patient = make_patient(clinic)
    choose(clinic, patient)
    with clinic_scope(clinic):
        (proof,) = permission.proofs(clinic, patient, index(clinic, 321))
    assert (proof.kind, proof.text_version) == ("says_clinical", VERSION)
    shown = permission.agreed_to(VERSION, "Harbour Street Clinic")
    assert shown and "Harbour Street Clinic" in shown.whole(()) and "not encrypted" in shown.whole(())
    assert permission.agreed_to("clinical-9/en", "x") is None


def test_nobody_agrees_when_the_phone_is_not_theirs_alone(clinic: UUID) -> None:
    patient = make_patient(clinic)
    with clinic_scope(clinic), pytest.raises(NotTheirsAlone):
        consent.choose_privacy(clinic_id=clinic, patient_id=patient, level=C, how="desk", by=OPERATOR, text_version="1")
    make_patient(clinic, 321, record_number="R-2", name="Tom Whitcombe")
    with pytest.raises(NotTheirsAlone):
        choose(clinic, patient)


def share(clinic: UUID, patient: UUID) -> None:
    with clinic_scope(clinic):
        consent.wish(clinic_id=clinic, phone_bi=index(clinic, 321), wish=Wish(is_shared=True), how="link", by=OPERATOR)


def join_family(clinic: UUID, patient: UUID) -> None:
    make_patient(clinic, 321, record_number="R-2", name="Tom Whitcombe")


def change_number(clinic: UUID, patient: UUID) -> None:
    with clinic_scope(clinic):
        contacts.record_people(clinic_id=clinic, people=[replace(person(), phone=phone(322))])


def entrust(clinic: UUID, patient: UUID, last: int = 325) -> UUID:
    with clinic_scope(clinic):
        return consent.entrust(
            clinic_id=clinic,
            patient_id=patient,
            name="Rose Whitcombe",
            phone=phone(last),
            language="en",
            relation=Relation.CHILD,
            groups=[PurposeGroup.CARE],
            until=None,
            how="desk",
            by=OPERATOR,
        )


def entrust_there(clinic: UUID, patient: UUID) -> None:
    """Staff note that the number on record is the daughter's."""
    entrust(clinic, patient, 321)


def give_to_husband(clinic: UUID, patient: UUID) -> None:
    """The phone at which she agreed is her husband's now, a patient too, and he is told in her place."""
    change_number(clinic, patient)
    make_patient(clinic, 321, record_number="R-2", name="Tom Whitcombe")
    entrust(clinic, patient, 321)


@pytest.mark.parametrize(
    "happens",
    [share, join_family, change_number, entrust, entrust_there, give_to_husband],
    ids=lambda one: one.__name__,
)
def test_text_says_less_when_the_phone_is_no_longer_the_one_agreed_to(clinic: UUID, happens: Any) -> None:
    patient = make_patient(clinic)
    choose(clinic, patient)
    happens(clinic, patient)
    last = 322 if happens in (change_number, give_to_husband) else 321
    text = tell(clinic, last=last) if last == 321 else tell_number(clinic)
    assert "Nurse Silva" in text and "Blood test" not in text


@pytest.mark.parametrize("happens", [entrust_there, give_to_husband], ids=lambda one: one.__name__)
def test_gate_refuses_clinical_words_when_the_phone_is_whoever_is_told_instead(clinic: UUID, happens: Any) -> None:
    patient = make_patient(clinic)
    choose(clinic, patient)
    happens(clinic, patient)
    (refused,) = factories.send(clinic, factories.intent(patient_id=patient, wording=MARK))
    assert (refused.verdict, refused.rule) == ("never", "too_private")


def test_nobody_agrees_when_the_phone_is_whoever_is_told_instead(clinic: UUID) -> None:
    patient = make_patient(clinic)
    entrust_there(clinic, patient)
    with pytest.raises(NotTheirsAlone):
        choose(clinic, patient)


def tell_number(clinic: UUID) -> str:
    record(clinic, booking("A-1", replace(person(), phone=phone(322))))
    release(clinic)
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        worker.run_due(maintenance)
    return newest(clinic)[0]


@pytest.mark.parametrize("service", ["HIV test", "Onkologische Sprechstunde", "Psychiatrie", "Biopsie", ""])
def test_service_stays_out_when_it_tells_an_illness_or_is_missing(clinic: UUID, service: str) -> None:
    choose(clinic, make_patient(clinic))
    text = tell(clinic, service=service)
    assert "with Nurse Silva. " in text and "()" not in text


def test_gate_refuses_clinical_words_when_nobody_agreed_to_them_there(clinic: UUID) -> None:
    patient = make_patient(clinic)
    told = factories.intent(patient_id=patient, wording=MARK)
    (refused,) = factories.send(clinic, told)
    assert (refused.verdict, refused.rule) == ("never", "too_private")
    choose(clinic, patient)
    (goes, elsewhere) = factories.send(clinic, told, factories.intent(322, patient_id=patient, wording=MARK))
    assert goes.verdict != "never"
    assert (elsewhere.verdict, elsewhere.rule) == ("never", "too_private")


def test_what_a_person_had_chosen_is_known_when_it_changed_later(clinic: UUID) -> None:
    patient = make_patient(clinic)
    choose(clinic, patient)
    before = factories.advance(factories.DAY)
    choose(clinic, patient, N)
    with clinic_scope(clinic):
        then = permission.level_said(clinic, patient, before - factories.DAY / 2)
        now = permission.level_said(clinic, patient, factories.advance(factories.DAY))
    assert then and now and (then.level, now.level) == (C, N)


CLINICS = count(700)
STEPS = st.lists(
    st.sampled_from([("choose", C), ("choose", P), ("choose", N), ("share", None), ("family", None), ("tell", None)]),
    max_size=6,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_text_never_says_more_than_was_agreed_to_whatever_happened(clinic: UUID, steps: list[Any]) -> None:
    number = count(1)
    suffix = next(CLINICS)
    one = factories.make_furnished(f"clinic-{suffix}", number=f"+447700900{suffix}").id
    patient, chosen, alone = make_patient(one), P, True
    for step, level in (*steps, ("tell", None)):
        match step:
            case "choose":
                try:
                    choose(one, patient, level)
                    chosen = level
                except NotTheirsAlone:
                    assert not alone
            case "share":
                share(one, patient)
                alone = False
            case "family":
                join_family(one, patient)
                alone = False
            case "tell":
                text = tell(one, f"A-{next(number)}")
                most = min(chosen, C if alone else P)
                assert levels.level_of(newest(one)[1]) <= most
                assert ("Blood test" in text) <= (most is C)
                assert ("Nurse Silva" in text) <= (most >= P)


@pytest.mark.parametrize("one", [*TEXTS.values(), *CARE_TEXTS.values()], ids=lambda one: one.key)
def test_only_clinical_texts_name_service_or_medicine(one: levels.Wording) -> None:
    assert N in one.levels
    for level, names in one.names.items():
        assert bool(names & {"service", "medicine"}) is (level is C)
