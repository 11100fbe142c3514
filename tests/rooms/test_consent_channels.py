"""A yes and a no hold for one channel: a stop of another silences no text, and a yes there lets none through."""

from uuid import UUID

import pytest

from recado.clinics.types import CareBasis
from recado.consent import actions
from recado.consent import queries as consent
from recado.consent.types import EVERYTHING, Proof, Purpose, PurposeGroup, Stand
from recado.contacts import queries as contacts
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from tests import factories
from tests.desk import Desk
from tests.factories import intent, send
from tests.staff import desk as signed_in

OTHER = "letter"  # nothing is sent on it: what was said of it stays what was said of it


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


@pytest.fixture
def patient(clinic: UUID) -> UUID:
    return factories.make_patient(clinic)


def phone_bi(clinic: UUID) -> bytes:
    return messaging.phone_index(clinic, factories.phone(321))


def said(clinic: UUID, patient: UUID) -> list[Proof]:
    with clinic_scope(clinic):
        return consent.proofs(clinic, patient, phone_bi(clinic))


def stop_on(clinic: UUID, channel: str, patient: UUID | None = None) -> frozenset[PurposeGroup]:
    with clinic_scope(clinic):
        return actions.withdraw(
            clinic_id=clinic, phone_bi=phone_bi(clinic), how="desk", by=OPERATOR, patient_id=patient, channel=channel
        )


def test_stop_of_another_channel_silences_no_text_from_gate_to_claim(clinic: UUID, patient: UUID) -> None:
    (waiting,) = send(clinic, intent(patient_id=patient, text="Before the stop"))
    assert stop_on(clinic, OTHER, patient) == frozenset(EVERYTHING)
    (made,) = send(clinic, intent(patient_id=patient, text="After the stop"))
    assert (made.verdict, made.is_queued) == ("allow", True)
    with Desk() as carrier:
        left = {UUID(bytes=text.message) for text in carrier.texts()}
    assert left == {waiting.message_id, made.message_id}
    with clinic_scope(clinic):
        assert consent.stopped_at(clinic, phone_bi(clinic)) is None
        assert consent.refusing_care(clinic, [phone_bi(clinic)]) == frozenset()


def test_stop_by_text_leaves_another_channel_as_it_was_and_says_which(clinic: UUID, patient: UUID) -> None:
    factories.stop(clinic)
    with clinic_scope(clinic):
        for_texts = consent.said_of(clinic, phone_bi=phone_bi(clinic), patient_id=patient)
        for_other = consent.said_of(clinic, phone_bi=phone_bi(clinic), patient_id=patient, channel=OTHER)
    assert (set(for_texts.withdrawn), set(for_other.withdrawn)) == (set(EVERYTHING), set())
    assert stop_on(clinic, OTHER, patient) == frozenset(EVERYTHING), "it was no news there"
    assert [(one.kind, one.channel) for one in said(clinic, patient)] == [("withdrawn", OTHER), ("withdrawn", "sms")]
    assert send(clinic, intent(patient_id=patient))[0].rule == "withdrawn"


def test_start_by_text_takes_back_the_stop_of_texts_and_no_other(clinic: UUID, patient: UUID) -> None:
    stop_on(clinic, OTHER, patient)
    factories.stop(clinic)
    factories.start(clinic)
    with clinic_scope(clinic):
        for_other = consent.said_of(clinic, phone_bi=phone_bi(clinic), patient_id=patient, channel=OTHER)
        assert consent.stopped_at(clinic, phone_bi(clinic)) is None
    assert set(for_other.withdrawn) == set(EVERYTHING)
    assert said(clinic, patient)[0].channel == "sms" and said(clinic, patient)[0].kind == "restored"


def test_yes_to_another_channel_lets_no_text_through(database: None) -> None:
    clinic = factories.make_furnished(care_basis=CareBasis.CONSENT).id
    patient = factories.make_patient(clinic)
    news = intent(patient_id=patient, purpose=Purpose.NEWS)
    given = {"clinic_id": clinic, "patient_id": patient, "how": "desk", "by": OPERATOR}
    with clinic_scope(clinic):
        assert actions.permit(groups=[PurposeGroup.NEWS], channel=OTHER, **given)  # type: ignore[arg-type]
    assert send(clinic, news)[0].rule == "no_permission"
    with clinic_scope(clinic):
        assert actions.permit(groups=[PurposeGroup.NEWS], **given), "for texts it is news"  # type: ignore[arg-type]
    assert send(clinic, news)[0].verdict in ("allow", "later")
    assert [(one.kind, one.channel) for one in said(clinic, patient)] == [("permitted", "sms"), ("permitted", OTHER)]


def test_no_to_texts_ends_the_yes_to_texts_and_leaves_that_of_another_channel(clinic: UUID, patient: UUID) -> None:
    given = {"clinic_id": clinic, "patient_id": patient, "groups": [PurposeGroup.NEWS], "how": "link", "by": OPERATOR}
    with clinic_scope(clinic):
        for channel in ("sms", OTHER):
            actions.permit(channel=channel, **given)  # type: ignore[arg-type]
        actions.withdraw(phone_bi=phone_bi(clinic), ends_permission=True, **given)  # type: ignore[arg-type]
        left = consent.said_of(clinic, phone_bi=phone_bi(clinic), patient_id=patient, channel=OTHER)
        person = contacts.patient(clinic, patient)
        assert person is not None
        stands = {one.group: one for one in consent.choices(clinic, patient, person.phone_bi, CareBasis.CARE)}
    assert (set(left.permitted), set(left.withdrawn)) == ({PurposeGroup.NEWS}, set())
    assert stands[PurposeGroup.NEWS].stand is Stand.STOPPED
    proof = stands[PurposeGroup.NEWS].proof
    assert proof is not None and (proof.kind, proof.channel) == ("withdrawn", "sms")


def test_staff_read_of_which_channel_each_entry_is(clinic: UUID, patient: UUID) -> None:
    factories.stop(clinic)
    stop_on(clinic, OTHER, patient)
    client = signed_in(clinic)
    table = client.get(f"/patients/{patient}/consent/proof.csv").content.decode().splitlines()
    assert [line.split(",")[3] for line in table[1:]] == [OTHER, "sms"]
    html = client.get(f"/patients/{patient}/consent").content.decode()
    assert "Text message" in html


FORMER = """
INSERT INTO consent_numberpermission AS p (clinic_id, phone_bi, purpose_group, at, source, said_at, text_version)
VALUES (%(clinic)s, %(phone)s, %(group)s, %(at)s, 'api', %(at)s, '')
ON CONFLICT (clinic_id, phone_bi, purpose_group) DO UPDATE SET at = excluded.at RETURNING channel
"""


def test_process_of_the_release_before_still_keeps_what_a_number_agreed_to(clinic: UUID) -> None:
    values = {"clinic": clinic, "phone": phone_bi(clinic), "group": int(PurposeGroup.NEWS), "at": business_time.now()}
    assert [factories.sql(FORMER, values) for _ in range(2)] == [[("sms",)]] * 2
    assert factories.sql("SELECT count(*) FROM consent_numberpermission") == [(1,)]
