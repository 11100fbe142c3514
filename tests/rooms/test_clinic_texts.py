"""A clinic's own texts: written, published, sent by, given up; and how much a text says to whom."""

from typing import Any
from uuid import UUID

import pytest

from recado.appointments.letters import TEXTS
from recado.consent import actions as consent
from recado.consent import queries as permission
from recado.consent.types import Privacy, PurposeGroup
from recado.conversations import wish_notices
from recado.foundation.actors import OPERATOR
from recado.foundation.database import Role, connect
from recado.foundation.tenancy import clinic_scope
from recado.foundation.wiring import wired
from recado.journeys import worker
from recado.launch import wiring
from recado.messaging import clinic_texts, levels
from recado.messaging import queries as messaging
from recado.messaging.models import Message
from recado.messaging.queries import templates
from recado.messaging.types import NoSuchText, NotPublishable, TextChanged
from tests import factories
from tests.factories import booking, hear, make_patient, person, record, release

pytestmark = pytest.mark.usefixtures("database")
N, P = Privacy.NEUTRAL, Privacy.PLACE_AND_TIME
OWN = {N: {"en": "{clinic}: please look here: {link}"}, P: {"en": "{clinic}: hello[[ {name}]], we see you {when}."}}


@pytest.fixture
def clinic(database: None) -> UUID:
    clinic_texts.forget()
    return factories.make_furnished().id


def save(clinic: UUID, texts: Any = OWN, key: str = "visit_confirmation", revision: int = 0) -> int:
    with clinic_scope(clinic):
        return clinic_texts.save_draft(
            clinic_id=clinic, key=key, room="visits", name="Booked", texts=texts, revision=revision, by=OPERATOR
        )


def publish(clinic: UUID, revision: int, key: str = "visit_confirmation", check: Any = lambda texts: []) -> int:
    with clinic_scope(clinic):
        return clinic_texts.publish(clinic_id=clinic, key=key, revision=revision, by=OPERATOR, check=check)


def said(clinic: UUID) -> list[tuple[str, str]]:
    """The texts that were put, with the wordings that they are by."""
    with clinic_scope(clinic):
        return [
            (view.text, view.wording)
            for row in Message.objects.filter(clinic_id=clinic).order_by("id")
            if (view := messaging.text_story(clinic, row.id).message)
        ]


def tell(clinic: UUID, last: int = 321, name: str = "A-1", **more: Any) -> None:
    record(clinic, booking(name, person(last, **more)))
    send(clinic)


def send(clinic: UUID) -> None:
    """Lets the texts that are due go."""
    release(clinic)
    with connect(Role.MAINTENANCE, autocommit=True) as maintenance:
        worker.run_due(maintenance)


def test_text_is_the_clinics_own_when_its_version_is_live(clinic: UUID) -> None:
    assert publish(clinic, save(clinic)) == 1
    tell(clinic)
    ((text, mark),) = said(clinic)
    assert text.startswith("Harbour Street Clinic: hello Eleanor, we see you ")
    assert mark == "visit_confirmation@1/en/place_and_time"


def test_answer_is_by_the_clinics_own_words_when_they_are_live(clinic: UUID) -> None:
    publish(clinic, save(clinic, {N: {"en": "{clinic}: lovely."}}, key="answer_confirmed"), key="answer_confirmed")
    tell(clinic)
    assert hear(clinic, "1") == "confirmed"
    assert said(clinic)[-1] == ("Harbour Street Clinic: lovely.", "answer_confirmed@1/en/neutral")


def test_wishes_are_answered_by_the_clinics_own_words_when_they_are_live(clinic: UUID) -> None:
    own = {"stopped_some": "{clinic}: no {kinds} any more.", "language_changed": "{clinic}: English it is."}
    for key, text in own.items():
        publish(clinic, save(clinic, {N: {"en": text}}, key=key), key=key)
    with clinic_scope(clinic):
        stopped = wish_notices.stopped_some(clinic, "en", [PurposeGroup.SURVEY, PurposeGroup.NEWS], is_heard=True)
        changed = [wish_notices.language_changed(clinic, language) for language in ("en", "nl")]
    assert stopped == "Harbour Street Clinic: no surveys, news any more."
    assert changed == [
        "Harbour Street Clinic: English it is.",
        "Harbour Street Clinic: vanaf nu schrijven wij u in het Nederlands.",
    ]


def test_text_is_the_products_while_a_draft_is_written_and_after_it_was_given_up(clinic: UUID) -> None:
    revision = save(clinic)
    tell(clinic)
    assert publish(clinic, revision) == 1
    tell(clinic, 322, "A-2")
    with clinic_scope(clinic):
        clinic_texts.go_back(clinic_id=clinic, key="visit_confirmation", revision=revision + 1, by=OPERATOR)
    tell(clinic, 323, "A-3")
    assert [mark for _, mark in said(clinic)] == ["", "visit_confirmation@1/en/place_and_time", ""]
    with clinic_scope(clinic):
        assert [one.number for one in templates.versions_of(clinic, "visit_confirmation")] == [1], "it still explains"


def test_neutral_text_is_sent_when_the_person_has_chosen_it(clinic: UUID) -> None:
    patient = make_patient(clinic)
    with clinic_scope(clinic):
        assert permission.privacy_of(clinic, [patient]) == {patient: P}
        assert consent.choose_privacy(clinic_id=clinic, patient_id=patient, level=N, how="desk", by=OPERATOR)
        assert not consent.choose_privacy(clinic_id=clinic, patient_id=patient, level=N, how="desk", by=OPERATOR)
        assert permission.count_at(clinic) == {N: 1}
        assert [one.kind for one in permission.proofs(clinic, patient, None)] == ["says_neutral"]
    tell(clinic)
    publish(clinic, save(clinic))
    tell(clinic, name="A-2")
    (products, no_mark), (own, mark) = said(clinic)
    assert products.startswith("Harbour Street Clinic: Eleanor, there is news about your appointment: http")
    assert own.startswith("Harbour Street Clinic: please look here: http")
    assert (no_mark, mark) == ("visit_confirmation@0/en/neutral", "visit_confirmation@1/en/neutral")


def test_name_that_tells_is_not_in_neutral_texts_when_the_clinic_has_one(database: None) -> None:
    clinic = factories.make_furnished("riverside", name="Riverside Oncology").id
    patient = make_patient(clinic)
    with clinic_scope(clinic):
        consent.choose_privacy(clinic_id=clinic, patient_id=patient, level=N, how="desk", by=OPERATOR)
    tell(clinic)
    tell(clinic, 322, "A-2")
    (neutral, _), (usual, _) = said(clinic)
    assert neutral.startswith("RO: Eleanor, there is news")
    assert usual.startswith("Riverside Oncology: ")


def test_products_words_stand_in_when_a_value_of_the_clinics_own_is_missing(clinic: UUID) -> None:
    publish(clinic, save(clinic, {N: {"en": "{clinic}: with {clinician}."}}))
    record(clinic, booking("A-1", clinician=""))
    send(clinic)
    ((text, mark),) = said(clinic)
    assert "your appointment is booked" in text and mark == ""


def test_save_is_refused_when_somebody_else_saved_meanwhile(clinic: UUID) -> None:
    revision = save(clinic)
    save(clinic, revision=revision)
    with pytest.raises(TextChanged):
        save(clinic, revision=revision)
    with pytest.raises(TextChanged):
        save(clinic, revision=0)
    with pytest.raises(TextChanged):
        publish(clinic, revision)


def test_publish_is_refused_when_something_blocks_it_or_nothing_is_there(clinic: UUID) -> None:
    with pytest.raises(NoSuchText):
        publish(clinic, 1)
    revision = save(clinic)
    with pytest.raises(NotPublishable):
        publish(clinic, revision, check=lambda texts: ["blocked"])
    publish(clinic, revision)
    with pytest.raises(NotPublishable):
        publish(clinic, revision + 1)


def test_draft_is_gone_when_it_is_dropped_and_what_is_live_stays(clinic: UUID) -> None:
    publish(clinic, save(clinic))
    revision = save(clinic, {N: {"en": "{clinic}: other"}}, revision=2)
    with clinic_scope(clinic):
        clinic_texts.drop_draft(clinic_id=clinic, key="visit_confirmation", revision=revision, by=OPERATOR)
        view = templates.text_of(clinic, "visit_confirmation")
        assert view and view.draft is None and view.live == OWN and view.version == 1


def test_own_key_is_one_that_journeys_may_name_when_it_is_live(clinic: UUID) -> None:
    revision = save(clinic, key="bring_dog")
    with clinic_scope(clinic):
        assert messaging.keys_of(clinic, "visits") == set()
    publish(clinic, revision, key="bring_dog")
    with clinic_scope(clinic):
        assert messaging.keys_of(clinic, "visits") == {"bring_dog"}


def test_texts_of_a_clinic_are_its_own_when_another_has_some(clinic: UUID) -> None:
    publish(clinic, save(clinic))
    other = factories.make_furnished("quay-side", number="+447700900101").id
    tell(other)
    assert [mark for _, mark in said(other)] == [""]
    with clinic_scope(other):
        assert templates.texts_of(other) == []


@pytest.mark.parametrize(
    ("most", "language", "said"),
    [
        (P, "en", "place en"),
        (N, "en", "neutral en"),
        (P, "fr", "neutral fr"),
        (P, "fr-CA", "neutral fr"),
        (P, "pl", "place en"),
        (Privacy.CLINICAL, "en", "clinical en"),
    ],
)
def test_wording_is_the_fullest_allowed_in_the_readers_language(most: Privacy, language: str, said: str) -> None:
    made = levels.wording(
        "t",
        {
            N: {"en": "neutral en", "fr": "neutral fr"},
            P: {"en": "place en"},
            Privacy.CLINICAL: {"en": "clinical en"},
        },
        version=2,
    )
    written = levels.write(made, made.level_for(most, language), language, {})
    assert written.text == said
    assert written.mark.startswith("t@2/")


def test_reader_of_a_third_language_gets_the_clinics_when_a_fuller_wording_lacks_it() -> None:
    made = levels.wording("t", {N: {"en": "neutral en", "pl": "neutral pl"}, Privacy.CLINICAL: {"pl": "clinical pl"}})
    assert made.level_for(Privacy.CLINICAL, "fr", ("en",)) is N
    assert made.level_for(Privacy.CLINICAL, "fr", ("pl",)) is Privacy.CLINICAL
    assert made.level_for(Privacy.CLINICAL, "pl", ("en",)) is Privacy.CLINICAL
    writer = clinic_texts.Writer({}, {"t": made}, ("en",), {})
    assert writer.write("t", Privacy.CLINICAL, "fr", {}).text == "neutral en"


def test_every_text_about_visits_has_a_neutral_wording_when_it_names_a_time() -> None:
    for key, one in TEXTS.items():
        assert N in one.levels, key
        assert not one.names[N] & {"when", "clinician"}, key


@pytest.mark.parametrize("room", wiring.TEXTS)
def test_room_has_an_example_of_each_value_when_its_texts_are_edited(clinic: UUID, room: str) -> None:
    with clinic_scope(clinic):
        about = wired("TEXTS", room)(clinic)
    assert set(about.values) == about.usual.keys() == about.longest.keys()
    assert all(N in texts for texts in about.texts.values())
    assert about.questions <= about.texts.keys()
