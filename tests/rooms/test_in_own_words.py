"""What people ask for in their own words, with no question about it: done where it is clear, and told."""

from datetime import timedelta
from uuid import UUID

import pytest

from recado.consent.types import EVERYTHING, PurposeGroup
from recado.contacts import actions as people
from recado.contacts import queries as contacts
from recado.conversations import actions as conversations
from recado.conversations import grasping, queries
from recado.conversations.classes import is_mixed, kinds_named, read_kinds
from recado.conversations.types import Ask, Meaning, ThreadState, Understood
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging
from recado.messaging.queries import measure
from tests import factories
from tests.factories import booking, hear, intent, make_patient, person, phone, record, sql, wordings

database = pytest.mark.usefixtures("database")
HOUR = timedelta(hours=1)


@pytest.fixture
def clinic(database: None) -> UUID:
    return factories.make_furnished().id


def stopped(clinic_id: UUID, last: int = 321) -> set[PurposeGroup]:
    bi = messaging.phone_index(clinic_id, phone(last))
    rows = sql("SELECT purpose_group FROM consent_withdrawal WHERE phone_bi = %s", (bi,))
    return {PurposeGroup(group) for (group,) in rows}


def language(clinic_id: UUID, patient_id: UUID) -> str:
    with clinic_scope(clinic_id):
        return contacts.reach(clinic_id, [patient_id])[patient_id].language


def ask_about_visit(clinic_id: UUID, last: int = 321) -> None:
    """A reminder has asked about a visit in ten days."""
    record(clinic_id, booking("A-1", person(last)), is_first_import=True)
    visit = factories.visit(clinic_id)
    with clinic_scope(clinic_id):
        text = intent(last, "Reply 1, 2 or 3.", patient_id=visit.patient_id)
        conversations.ask(clinic_id=clinic_id, asks=[Ask(text, "appointment", visit.id, visit.starts_at)], by=OPERATOR)


# ------------------------------------------------------------------------------------------------ no more of a kind


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        ("STOP SURVEYS", {PurposeGroup.SURVEY}),
        ("no more surveys please", {PurposeGroup.SURVEY}),
        ("plus d'enquêtes svp", {PurposeGroup.SURVEY}),
        ("geen nieuwsbrief meer", {PurposeGroup.NEWS}),
        ("nie chcę ankiet", {PurposeGroup.SURVEY}),
        ("no quiero más encuestas", {PurposeGroup.SURVEY}),
        ("jangan kirim survei lagi", {PurposeGroup.SURVEY}),
        ("Keine Umfragen mehr bitte", {PurposeGroup.SURVEY}),
        ("stop reminders and surveys", {PurposeGroup.CARE, PurposeGroup.SURVEY}),
        ("No reminder", set()),
        ("pas de rappel", set()),
        ("no news", set()),
        ("any more news?", set()),
        ("STOP", set()),
        ("stop the bleeding survey of my leg", set()),
    ],
)
def test_kinds_are_read_only_when_the_whole_text_wants_no_more_of_them(said: str, kinds: set[PurposeGroup]) -> None:
    assert read_kinds(said) == kinds


@pytest.mark.parametrize(
    "said",
    [
        "Please don't stop the reminders",
        "I want reminders, not surveys",
        "only reminders, no more surveys",
        "just reminders, no more",
        "stop surveys but not reminders",
        "stop everything except reminders",
        "seulement les rappels, plus d'enquêtes",
        "je veux les rappels, plus d'enquêtes",
        "n'arrêtez pas les rappels",
        "alleen herinneringen, geen enquêtes meer",
        "stop niet met de herinneringen",
        "tylko przypomnienia, nie chcę ankiet",
        "chcę przypomnienia, nie ankiety",
        "sólo recordatorios, no más encuestas",
        "no pare los recordatorios",
        "hanya pengingat, jangan kirim survei",
        "jangan stop pengingat",
        "nur Erinnerungen, keine Umfragen mehr",
        "bitte die Erinnerungen nicht stoppen",
        "solo promemoria, niente sondaggi",
        "só lembretes, sem mais inquéritos",
    ],
)
def test_nothing_stops_when_they_want_to_keep_some_too(clinic: UUID, said: str) -> None:
    assert is_mixed(said) and read_kinds(said) == frozenset()
    make_patient(clinic)
    assert hear(clinic, said) not in ("stopped_some", "stopped")
    assert stopped(clinic) == set()


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        ("Stop all texts, I'm sick of your reminders", set()),
        ("arrêtez tous ces SMS, assez de rappels", set()),
        ("stop met alle berichten, genoeg herinneringen", set()),
        ("bitte alle SMS stoppen, genug Erinnerungen", set()),
        ("proszę przestańcie, koniec z wszystkimi, stop wszystko, dość przypomnień", set()),
        ("pare todo, estoy harto de recordatorios", set()),
        ("berhenti kirim semua pesan, bosan dengan pengingat", set()),
        ("basta con tutti i messaggi, troppi promemoria", set()),
        ("parem tudo, estou farto de lembretes", set()),
        ("stop all surveys", {PurposeGroup.SURVEY}),
        ("stop all those silly surveys", {PurposeGroup.SURVEY}),
        ("no reminders at all", {PurposeGroup.CARE}),
        ("Thanks for everything, please no more surveys", {PurposeGroup.SURVEY}),
        ("toutes les enquêtes, stop", {PurposeGroup.SURVEY}),
    ],
)
def test_a_word_of_all_stops_all_unless_it_is_said_of_a_kind(said: str, kinds: set[PurposeGroup]) -> None:
    assert not is_mixed(said) and kinds_named(said) == kinds


@pytest.mark.parametrize(
    "said",
    [
        "please just stop the surveys",
        "I don't want reminders or surveys",
        "no quiero más encuestas ni recordatorios",
        "ik wil geen enquêtes, stop",
        "I want to stop reminders",
        "ik wil dit niet, stop",
        "not interested, stop texting me",
        "No, stop",
    ],
)
def test_a_plain_stop_is_not_mixed(said: str) -> None:
    assert not is_mixed(said)


def test_a_stop_of_everything_in_own_words_ends_more_than_the_kind_it_scolds(clinic: UUID) -> None:
    make_patient(clinic)
    assert hear(clinic, "Stop all texts, I'm sick of your reminders") == "stopped"
    assert stopped(clinic) == set(EVERYTHING)


@pytest.mark.parametrize("reads", ["en", "fr", "nl", "pl", "es", "id", "de", "it", "pt"])
def test_who_stops_reminders_is_told_that_answers_end_too(clinic: UUID, reads: str) -> None:
    make_patient(clinic, language=reads)
    assert hear(clinic, "stop reminders") == "stopped_some"
    told = wordings(clinic)[-1].lower()
    answers = (
        "answers",
        "réponses",
        "antwoorden",
        "odpowiedzi",
        "respuestas",
        "jawaban",
        "antworten",
        "risposte",
        "respostas",
    )
    assert any(word in told for word in answers)
    assert measure(wordings(clinic)[-1]).segments <= (2 if reads == "pl" else 1), told


def test_only_the_kind_that_was_named_stops(clinic: UUID) -> None:
    make_patient(clinic)
    assert hear(clinic, "no more surveys please") == "stopped_some"
    assert stopped(clinic) == {PurposeGroup.SURVEY}
    assert wordings(clinic)[-1].startswith("Harbour Street Clinic: noted, no more surveys. Other texts still come.")
    assert hear(clinic, "Stop surveys") == "stopped_before"
    assert len(wordings(clinic)) == 1


def test_a_stop_that_names_a_kind_among_other_words_stops_that_kind(clinic: UUID) -> None:
    make_patient(clinic)
    assert hear(clinic, "stop bothering me with your newsletters every week") == "stopped_some"
    assert stopped(clinic) == {PurposeGroup.NEWS}


def test_a_bare_stop_stops_everything(clinic: UUID) -> None:
    make_patient(clinic)
    assert hear(clinic, "STOP") == "stopped"
    assert stopped(clinic) == set(EVERYTHING)


# ------------------------------------------------------------------------------------------------ another language


@pytest.mark.parametrize(
    ("said", "code", "told"),
    [
        ("please write to me in Polish", "pl", "od teraz piszemy po polsku"),
        ("English please", "en", "from now on we write to you in English"),
        ("kunt u in het Frans schrijven?", "fr", "désormais, nous vous écrivons en français"),
    ],
)
def test_another_language_is_taken_up_and_answered_in_it(clinic: UUID, said: str, code: str, told: str) -> None:
    patient = make_patient(clinic, language="nl")
    assert hear(clinic, said) == "language_changed"
    assert language(clinic, patient) == code and told in wordings(clinic)[-1]


def test_everybody_at_the_phone_is_written_to_in_the_new_language(clinic: UUID) -> None:
    both = [make_patient(clinic), make_patient(clinic, record_number="R-2", name="Tom Whitcombe")]
    assert hear(clinic, "please write to me in Polish") == "language_changed"
    assert [language(clinic, one) for one in both] == ["pl", "pl"]


def test_a_language_that_we_do_not_write_waits_for_a_person(clinic: UUID) -> None:
    patient = make_patient(clinic)
    assert hear(clinic, "please write to me in Turkish") == "waits_for_person"
    assert language(clinic, patient) == "en"


@pytest.mark.parametrize("said", ["I don't understand French, English please", "English please, not Dutch"])
def test_the_language_stays_when_two_are_named(clinic: UUID, said: str) -> None:
    patient = make_patient(clinic, language="nl")
    assert hear(clinic, said) != "language_changed"
    assert language(clinic, patient) == "nl"


def test_the_language_that_they_have_already_waits_for_a_person(clinic: UUID) -> None:
    make_patient(clinic, language="en")
    assert hear(clinic, "please write to me in English") != "language_changed"


# ------------------------------------------------------------------------------------------------ not their number


def test_a_wrong_number_is_asked_about_once_and_then_frozen(clinic: UUID) -> None:
    patient = make_patient(clinic)
    assert hear(clinic, "you have the wrong number") == "asked_wrong"
    assert "Reply 1 and we stop writing to it" in wordings(clinic)[-1] and "Eleanor" not in wordings(clinic)[-1]
    assert hear(clinic, "1") == "frozen"
    assert len(wordings(clinic)) == 1, "nothing more goes there"
    assert sql("SELECT kind FROM tasks_task WHERE done_at IS NULL") == [("wrong_number",)]
    assert factories.send(clinic, intent(patient_id=patient))[0].rule == "wrong_number"


def open_tasks() -> list[tuple[str]]:
    return sql("SELECT kind FROM tasks_task WHERE done_at IS NULL")


@pytest.mark.parametrize(("said", "left"), [("2", []), ("I told you, wrong number", [("wrong_number",)])])
def test_a_person_has_a_wrong_number_before_them_until_it_is_answered(
    clinic: UUID, said: str, left: list[tuple[str]]
) -> None:
    make_patient(clinic)
    hear(clinic, "you have the wrong number")
    assert open_tasks() == [("read_reply",)], "a stranger who writes no more"
    factories.advance(timedelta(minutes=3))
    hear(clinic, said)
    assert open_tasks() == left


def test_a_wrong_number_said_twice_is_frozen(clinic: UUID) -> None:
    make_patient(clinic)
    hear(clinic, "you have the wrong number")
    factories.advance(timedelta(minutes=3))
    assert hear(clinic, "I told you, wrong number") == "frozen"


def test_a_wrong_number_sent_twice_at_once_freezes_nothing(clinic: UUID) -> None:
    patient = make_patient(clinic)
    assert hear(clinic, "you have the wrong number") == "asked_wrong"
    assert hear(clinic, "you have the wrong number") == "repeated"
    assert len(wordings(clinic)) == 1
    assert factories.send(clinic, intent(patient_id=patient))[0].is_queued


@pytest.mark.parametrize("said", ["OK", "yes", "yes it's me", "oui", "Yes, this is Eleanor, that's fine"])
def test_a_yes_to_the_wrong_number_freezes_nothing(clinic: UUID, said: str) -> None:
    patient = make_patient(clinic)
    assert hear(clinic, "you have the wrong number") == "asked_wrong"
    assert hear(clinic, said) != "frozen"
    assert factories.send(clinic, intent(patient_id=patient))[0].is_queued


def test_a_number_that_is_right_after_all_stays(clinic: UUID) -> None:
    patient = make_patient(clinic)
    hear(clinic, "you have the wrong number")
    assert hear(clinic, "2") == "number_right"
    assert "we go on writing" in wordings(clinic)[-1]
    assert factories.send(clinic, intent(patient_id=patient))[0].is_queued


def test_only_the_phone_that_was_asked_about_is_frozen_when_they_have_two(clinic: UUID) -> None:
    patient = make_patient(clinic)
    hear(clinic, "you have the wrong number")
    with clinic_scope(clinic):
        people.change_details(clinic_id=clinic, patient_id=patient, phone=phone(322), language="en", by=OPERATOR)
    factories.advance(timedelta(minutes=3))
    assert hear(clinic, "you have the wrong number", 322) == "asked_wrong"
    assert hear(clinic, "1") == "frozen"
    assert factories.send(clinic, intent(322, patient_id=patient))[0].is_queued


def test_the_answer_is_for_what_our_last_text_asked_when_a_visit_is_open_too(clinic: UUID) -> None:
    ask_about_visit(clinic)
    assert hear(clinic, "wrong number") == "asked_wrong"
    assert hear(clinic, "1") == "frozen"
    assert factories.visit(clinic).state == "booked"


def test_a_wrong_number_of_a_stranger_or_a_family_waits_for_a_person(clinic: UUID) -> None:
    assert hear(clinic, "wrong number") == "waits_for_person"
    make_patient(clinic, 322)
    make_patient(clinic, 322, record_number="R-2", name="Tom Whitcombe")
    assert hear(clinic, "wrong number", 322) == "waits_for_person"


# ------------------------------------------------------------------------------------------------ thanks, start, help


@pytest.mark.parametrize(
    ("said", "reads"),
    [("thanks!", "en"), ("merci beaucoup", "fr"), ("dziękuję bardzo", "pl"), ("terima kasih 🙏", "id")],
)
def test_thanks_need_no_answer_and_wake_nothing(clinic: UUID, said: str, reads: str) -> None:
    make_patient(clinic, language=reads)
    hear(clinic, "Is there parking?")
    bi = messaging.phone_index(clinic, phone())
    with clinic_scope(clinic):
        thread = queries.threads_at(clinic, [bi])[bi].id
        conversations.done(clinic_id=clinic, thread_id=thread, by=OPERATOR)
    assert hear(clinic, said) == "thanked"
    assert len(wordings(clinic)) == 1
    with clinic_scope(clinic):
        assert queries.thread(clinic, thread).state is ThreadState.DONE  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("you were all so lovely", "thanked"),
        ("you were all so lovely, and my sister would like to see you", "waits_for_person"),
    ],
)
def test_thanks_that_only_the_model_sees_are_short(
    clinic: UUID, monkeypatch: pytest.MonkeyPatch, said: str, outcome: str
) -> None:
    make_patient(clinic)
    seen = Understood(Meaning.THANKS, 0.9, "reads like thanks", acts=True)
    monkeypatch.setattr(grasping, "understand_many", lambda asked: [seen for _ in asked])
    assert hear(clinic, said) == outcome


def test_begin_again_and_help_are_understood_in_own_words(clinic: UUID) -> None:
    make_patient(clinic)
    hear(clinic, "STOP")
    assert hear(clinic, "please start sending me texts again") == "started"
    assert stopped(clinic) == set()
    business_time.advance_to(business_time.now() + HOUR)
    assert hear(clinic, "what is this number?") == "helped"
