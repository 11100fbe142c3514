"""What is said after STOP, START, HELP, JOIN and a danger is fixed: carriers and laws want it, and no clinic's words take its
place (facts: HEALTH row 29)."""

from uuid import UUID

import pytest

from recado.consent.types import Privacy
from recado.conversations import wish_notices
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from recado.foundation.wiring import wired
from recado.launch import wiring
from recado.messaging import clinic_texts, notices
from recado.messaging.queries import templates
from recado.messaging.segments import measure
from recado.messaging.wording import Template, render
from tests import factories
from tests.factories import hear, make_patient, wordings

pytestmark = pytest.mark.usefixtures("database")
N = Privacy.NEUTRAL
FIXED = (notices.OPT_OUT_CONFIRMED, notices.OPT_IN_CONFIRMED, notices.HELP_TEXT, notices.DANGER_TEXT)
KEYS = tuple(one.key for one in FIXED)
VALUES = {
    "clinic": "Harbour Street Clinic",
    "phone": "020 7946 0100",
    "emergency": "999",
    "start": "START",
    "stop": "STOP",
}
NINE = {"en", "fr", "nl", "pl", "es", "id", "de", "it", "pt"}


@pytest.fixture
def clinic(database: None) -> UUID:
    clinic_texts.forget()
    return factories.make_furnished().id


@pytest.mark.parametrize("one", FIXED, ids=KEYS)
def test_fixed_answer_names_the_clinic_and_the_way_on_in_each_language(one: Template) -> None:
    assert set(one.languages) == NINE
    for language in NINE:
        said = render(one, language, VALUES).text
        assert "Harbour Street Clinic" in said
        word = {"opt_out_confirmed": "START", "opt_in_confirmed": "STOP", "help_text": "STOP"}.get(one.key, "999")
        assert word in said
        assert one.key not in ("help_text", "danger_text") or "020 7946 0100" in said
        size = measure(said)
        assert size.segments == 1 or size.encoding == "ucs2", f"{language}: a country may allow one part only"
        unheard = render(one, language, VALUES | {"start": "", "stop": ""}).text
        assert "START" not in unheard and "STOP" not in unheard, "what can't be received is not asked for"


@pytest.mark.parametrize("room", wiring.TEXTS)
def test_no_fixed_answer_is_among_the_texts_that_a_clinic_may_change(clinic: UUID, room: str) -> None:
    with clinic_scope(clinic):
        assert not set(KEYS) & wired("TEXTS", room)(clinic).texts.keys()


def test_answers_stay_when_a_clinic_has_made_texts_of_the_same_name(clinic: UUID) -> None:
    with clinic_scope(clinic):
        for key in KEYS:
            words = {N: {"en": "{clinic}: nonsense."}}
            revision = clinic_texts.save_draft(
                clinic_id=clinic, key=key, room="visits", name=key, texts=words, revision=0, by=OPERATOR
            )
            clinic_texts.publish(clinic_id=clinic, key=key, revision=revision, by=OPERATOR, check=lambda texts: [])
    make_patient(clinic)
    for said in ("STOP", "START", "HELP", "Help, I want to die"):
        hear(clinic, said)
    assert len(wordings(clinic)) == len(KEYS)
    assert not any("nonsense" in one for one in wordings(clinic))


def publish(clinic: UUID, key: str, words: str) -> None:
    """As it could be before anything was asked of it."""
    with clinic_scope(clinic):
        revision = clinic_texts.save_draft(
            clinic_id=clinic, key=key, room="notices", name="", texts={N: {"en": words}}, revision=0, by=OPERATOR
        )
        clinic_texts.publish(clinic_id=clinic, key=key, revision=revision, by=OPERATOR, check=lambda texts: [])


@pytest.mark.parametrize("words", ["{clinic}: welcome.", "{clinic}: welcome.[[ Change it: {link}]]"])
def test_thanks_for_agreeing_say_the_way_out_when_words_published_before_lack_it(clinic: UUID, words: str) -> None:
    publish(clinic, "joined", words)
    make_patient(clinic)
    assert hear(clinic, "JOIN") == "joined"
    (said,) = wordings(clinic)
    assert "STOP" in said and "/r/" in said and "welcome" not in said


def test_thanks_for_agreeing_are_the_clinics_own_when_they_say_the_way_out(clinic: UUID) -> None:
    publish(clinic, "joined", "{clinic}: welcome.[[ Change it: {link}]][[ {stop} ends them.]]")
    make_patient(clinic)
    assert hear(clinic, "JOIN") == "joined"
    assert "welcome" in wordings(clinic)[0]


@pytest.mark.parametrize("key", sorted(wish_notices.FIXED))
def test_what_1_and_2_mean_stays_when_a_clinic_has_turned_the_question_round(clinic: UUID, key: str) -> None:
    publish(clinic, key, "{clinic}: reply 1 if this is your number, 2 if it is wrong.")
    with clinic_scope(clinic):
        said = {
            "ask_wrong_number": wish_notices.ask_wrong_number(clinic, "en"),
            "ask_again": wish_notices.ask_again(clinic, "en"),
        }[key]
        assert key not in wired("TEXTS", "notices")(clinic).texts
    assert "Reply 1 and we stop" in said or "Reply 1 to confirm" in said


def test_thanks_for_agreeing_keep_the_way_out_when_a_clinic_writes_its_own(clinic: UUID) -> None:
    with clinic_scope(clinic):
        desk = templates.desk(clinic, "notices", "joined")
        lacks = desk.blocking({N: {"en": "{clinic}: welcome.[[ See or change it: {link}]]"}})
        assert [one.finding.code for one in lacks] == ["must_be_told"]
        assert not desk.blocking({N: {"en": "{clinic}: welcome.[[ See or change it: {link}]][[ {stop} ends them.]]"}})
