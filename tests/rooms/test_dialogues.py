"""Dialogues with real texts: begun, answered, handed over, fallen silent, broken off, and never twice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from recado.appointments.types import Announce
from recado.consent import actions as consent
from recado.consent.types import Privacy
from recado.conversations import actions as conversations
from recado.conversations.models import Question, Reading, Thread
from recado.dialogues import actions, catalogue, hearing, places, queries, worker
from recado.dialogues.models import Answer, Run
from recado.dialogues.types import Dialogue, DraftChanged, Ending, NoSuchRun, Saying, Silence, Step, StepKind, TaskFor
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR, Actor, ActorKind
from recado.foundation.database import Role, connect
from recado.foundation.ids import new_id
from recado.foundation.tenancy import clinic_scope
from recado.foundation.works import NotPublishable, WorkState
from recado.messaging.types import InboundText
from recado.tasks.models import Task
from tests import factories, papers
from tests.factories import DAY, booking, hear, make_patient, phone, record, wordings

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)  # a Tuesday, within the hours in which texts may go
SOMEBODY = Actor(ActorKind.STAFF, str(new_id()))
pytestmark = pytest.mark.usefixtures("database")


def publish(clinic: UUID, *dialogues: Dialogue) -> None:
    with clinic_scope(clinic):
        for dialogue in dialogues:
            key = actions.begin(clinic_id=clinic, dialogue=dialogue, by=OPERATOR)
            actions.publish(clinic_id=clinic, key=key, by=OPERATOR)


@pytest.fixture
def clinic(database: None) -> Iterator[UUID]:
    with business_time.standing_at(NOON):
        made = factories.make_furnished(address="12 Harbour Street").id
        publish(made, *(one.dialogue for one in catalogue.READY))
        yield made


def run(clinic: UUID) -> Run:
    with clinic_scope(clinic):
        return Run.objects.get(clinic_id=clinic)


def tasks(clinic: UUID) -> list[tuple[str, str]]:
    with clinic_scope(clinic):
        return [(task.kind, str(task.detail.get("about", ""))) for task in Task.objects.filter(clinic_id=clinic)]


def end_silent() -> int:
    with connect(Role.MAINTENANCE) as connection:
        return worker.end_silent(connection)


# ------------------------------------------------------------------------------------------------ a whole one


def test_a_repeat_prescription_is_asked_for_in_own_words_and_becomes_a_task(clinic: UUID) -> None:
    make_patient(clinic)
    assert hear(clinic, "need my tablets again") == "dialogue_asked"
    assert hear(clinic, "only some") == "dialogue_asked"
    assert hear(clinic, "The blue ones and 2 boxes of the white") == "dialogue_asked"
    assert hear(clinic, "A") == "dialogue_ended"
    texts = wordings(clinic)
    assert texts[0].endswith(
        "automatic reply: The same medicines as last time? Reply 1 yes, 2 only some, 3 I have a question."
        " PERSON: a person answers."
    )
    assert "We check it and write when it is ready" in texts[3]
    assert tasks(clinic) == [("refill", "dialogue_refill")]
    with clinic_scope(clinic):
        found = queries.record(clinic, run(clinic).id)
        assert [(said.step, said.choice) for said in found.said] == [("same", 2), ("which", 0), ("how", 1)]
        assert found.said[1].words == "The blue ones and 2 boxes of the white"
        assert found.ending is Ending.DONE
        counted = queries.figures(clinic)["repeat"]
        assert (counted.began, counted.done, counted.steps["same"].share) == (1, 1, 100)
        assert not Reading.objects.filter(needs_person=True).exists()


def test_the_same_digit_answers_one_question_after_another(clinic: UUID) -> None:
    make_patient(clinic)
    start = business_time.now()
    for at, text in enumerate(("repeat please", "1", "1")):
        with business_time.standing_at(start + at * timedelta(seconds=20)):
            hear(clinic, text)
    assert run(clinic).state == Ending.DONE
    assert len(wordings(clinic)) == 3


def test_the_same_answer_within_moments_is_a_thumbs_repetition(clinic: UUID) -> None:
    make_patient(clinic)
    hear(clinic, "repeat please")
    hear(clinic, "1")
    assert hear(clinic, "1") == "repeated"
    assert run(clinic).at == "how"
    assert len(wordings(clinic)) == 2


@pytest.mark.parametrize(
    ("language", "start", "answer", "says"),
    [
        ("fr", "je voudrais renouveler mon ordonnance", "les mêmes", "Comment voulez-vous"),
        ("pl", "Powtórka recepty", "tak", "Jak je odebrać?"),
        ("id", "obat saya habis", "sama semua", "Bagaimana Anda"),
        ("es", "renovar receta", "sí, gracias", "¿Cómo quiere"),
    ],
)
def test_a_dialogue_speaks_the_persons_language(
    clinic: UUID, language: str, start: str, answer: str, says: str
) -> None:
    make_patient(clinic, language=language)
    hear(clinic, start)
    hear(clinic, answer)
    assert says in wordings(clinic)[-1]


def test_the_hours_are_those_of_the_settings_and_a_stranger_may_ask(clinic: UUID) -> None:
    assert hear(clinic, "What are your opening hours?") == "dialogue_ended"
    assert wordings(clinic) == ["Harbour Street Clinic, automatic reply: We are open: Mon-Fri 08:00-18:00."]


def test_directions_are_the_address_until_there_is_a_page(clinic: UUID) -> None:
    make_patient(clinic)
    hear(clinic, "directions please")
    assert wordings(clinic)[-1].endswith("How to find us: 12 Harbour Street")


def test_a_visit_is_booked_by_a_link_and_by_a_person_where_there_is_no_time(clinic: UUID) -> None:
    make_patient(clinic)
    hear(clinic, "I want an appointment")
    assert hear(clinic, "1") == "waits_for_person"  # the clinic keeps no times
    assert run(clinic).state == Ending.HANDED


@pytest.mark.parametrize(
    ("language", "texts", "outcomes", "ends"),
    [
        (
            "fr",
            ["prendre rdv", "ok mais pas avant 10h 👍", "1"],
            "ask ask person",
            Ending.HANDED,
        ),  # no times are kept here
        ("pl", ["umówić wizytę", "😀😀", "pytanie"], "ask ask person", Ending.HANDED),
        ("en", ["repeat", "😀", "2", "metformin 500mg and the inhaler", "b"], "ask ask ask ask end", Ending.DONE),
        (
            "fr",
            ["renouvellement", "pas tous", "metformine 500 mg", "ok mais pas avant 10h 👍", "HUMAIN"],
            "ask ask ask ask person",
            Ending.HANDED,
        ),
        ("id", ["obat saya habis", "hmm", "sama", "antar"], "ask ask ask end", Ending.DONE),
        ("pl", ["nowy adres", "tak", "hmm", "nie", "ul. Portowa 3"], "ask ask ask ask end", Ending.DONE),
        ("es", ["me he mudado", "1", "2", "Calle Mayor 3"], "ask ask ask end", Ending.DONE),
        ("nl", ["nieuwe verzekering", "👎", "Havenzorg 123", "ja"], "ask ask ask end", Ending.DONE),
        ("pl", ["Kiedy otwarte?"], "end", Ending.DONE),
        ("fr", ["vos horaires svp"], "end", Ending.DONE),
        ("es", ["¿cómo llegar?"], "end", Ending.DONE),
        ("id", ["alamatnya di mana"], "end", Ending.DONE),
    ],
)
def test_ready_dialogues_come_to_their_end_whatever_is_answered(
    clinic: UUID, language: str, texts: list[str], outcomes: str, ends: Ending
) -> None:
    make_patient(clinic, language=language)
    words = {"ask": "dialogue_asked", "end": "dialogue_ended", "person": "waits_for_person"}
    start = business_time.now()
    for at, (text, outcome) in enumerate(zip(texts, outcomes.split(), strict=True)):
        with business_time.standing_at(start + at * timedelta(seconds=30)):
            assert hear(clinic, text) == words[outcome], text
    assert run(clinic).state == ends


# ------------------------------------------------------------------------------------------------ unclear, a person, STOP


def test_what_is_unclear_is_asked_once_again_and_then_a_person_has_it(clinic: UUID) -> None:
    make_patient(clinic)
    hear(clinic, "repeat")
    assert hear(clinic, "dunno really") == "dialogue_asked"
    assert "sorry, that was not clear. Reply 1 yes" in wordings(clinic)[-1]
    assert hear(clinic, "whatever you think") == "waits_for_person"
    assert "a member of our team will read this" in wordings(clinic)[-1]
    with clinic_scope(clinic):
        assert Thread.objects.get().waiting_since is not None
        said = queries.record(clinic, run(clinic).id).said
        assert [(one.words, one.is_understood) for one in said] == [
            ("dunno really", False),
            ("whatever you think", False),
        ]


def test_the_word_for_a_person_hands_over_at_once(clinic: UUID) -> None:
    make_patient(clinic)
    hear(clinic, "repeat")
    assert hear(clinic, "PERSON") == "waits_for_person"
    assert run(clinic).state == Ending.HANDED
    assert hear(clinic, "1") == "waits_for_person"  # a person goes on


def test_words_of_danger_end_it_in_every_step(clinic: UUID) -> None:
    make_patient(clinic)
    hear(clinic, "repeat")
    hear(clinic, "2")
    assert hear(clinic, "my chest hurts and I can't breathe") == "in_danger"
    assert run(clinic).state == Ending.BROKEN_OFF
    with clinic_scope(clinic):
        assert [row.step for row in Answer.objects.all()] == ["same"]


def test_who_names_the_medicines_that_were_asked_for_is_in_no_danger(clinic: UUID) -> None:
    make_patient(clinic)
    hear(clinic, "repeat")
    hear(clinic, "2")
    assert hear(clinic, "metformin 500mg and the inhaler") == "dialogue_asked"
    assert run(clinic).at == "how"


def test_a_medical_question_goes_to_a_person_in_every_step_and_begins_none(clinic: UUID) -> None:
    make_patient(clinic)
    assert hear(clinic, "should I book a visit for this rash?") == "waits_for_person"
    hear(clinic, "is it safe to order again my tablets in pregnancy?")
    with clinic_scope(clinic):
        assert not Run.objects.exists()
    make_patient(clinic, 402)
    hear(clinic, "repeat", 402)
    hear(clinic, "2", 402)
    assert hear(clinic, "which of them is safe in pregnancy?", 402) == "waits_for_person"
    with clinic_scope(clinic):
        found = queries.record(clinic, run(clinic).id)
        assert (found.ending, found.said[-1].words) == (Ending.HANDED, "which of them is safe in pregnancy?")


def test_the_words_that_begin_it_are_no_danger_for_how_they_sound(clinic: UUID) -> None:
    make_patient(clinic, language="es")
    assert hear(clinic, "Me he mudado") == "dialogue_asked"
    assert run(clinic).dialogue == "details"
    assert hear(clinic, "me he mudado y no puedo respirar", 402) == "in_danger"


def test_stop_ends_it_and_nothing_more_goes(clinic: UUID) -> None:
    make_patient(clinic)
    hear(clinic, "repeat")
    assert hear(clinic, "STOP") == "stopped"
    assert run(clinic).state == Ending.BROKEN_OFF


def test_a_dialogue_falls_silent_and_what_was_said_is_not_forgotten(clinic: UUID) -> None:
    make_patient(clinic)
    hear(clinic, "repeat")
    hear(clinic, "2")
    with business_time.standing_at(business_time.now() + timedelta(hours=5)):
        assert end_silent() == 1
        assert end_silent() == 0
        assert hear(clinic, "the blue ones") == "waits_for_person"
    assert run(clinic).state == Ending.SILENT
    assert ("dialogue", "dialogue_dialogue") in tasks(clinic)
    assert any("A person reads what you wrote." in text for text in wordings(clinic))


def test_who_only_began_it_and_falls_silent_is_told_kindly(clinic: UUID) -> None:
    make_patient(clinic, language="fr")
    hear(clinic, "renouvellement")
    with business_time.standing_at(business_time.now() + timedelta(hours=5)):
        assert end_silent() == 1
    assert tasks(clinic) == []
    assert "Écrivez-nous quand vous voulez." in wordings(clinic)[-1]


def test_who_has_stopped_since_is_not_told_that_nothing_more_is_asked(clinic: UUID) -> None:
    make_patient(clinic)
    hear(clinic, "repeat")
    factories.stop(clinic)
    before = len(wordings(clinic))
    with business_time.standing_at(business_time.now() + timedelta(hours=5)):
        end_silent()
    assert len(wordings(clinic)) == before


def test_a_dialogue_in_which_nothing_was_said_ends_without_a_word(clinic: UUID) -> None:
    publish(
        clinic,
        replace(catalogue.REPEAT, key="quiet", words={"en": ("eye test please",)}, meanings=(), silence=Silence.END),
    )
    make_patient(clinic)
    assert hear(clinic, "eye test please") == "dialogue_asked"
    with business_time.standing_at(business_time.now() + timedelta(hours=5)):
        assert end_silent() == 1
    assert tasks(clinic) == []
    assert len(wordings(clinic)) == 1


def test_staff_who_write_take_it_over(clinic: UUID) -> None:
    patient = make_patient(clinic)
    hear(clinic, "repeat")
    with clinic_scope(clinic):
        conversations.start_conversation(
            clinic_id=clinic, patient_id=patient, text="I do it for you.", ref=str(new_id()), by=SOMEBODY
        )
    assert hear(clinic, "1") == "waits_for_person"
    assert run(clinic).state == Ending.HANDED


# ------------------------------------------------------------------------------------------------ places in texts

GREETING = Dialogue(
    "greeting",
    0,
    "Greeting",
    (
        Step(
            "say",
            StepKind.SAY,
            says={
                "en": Saying(
                    "Hello[[ {name}]]. {clinic}, {address}, {hours}.[[ Call {phone}.]][[ Your next visit: {when}.]]"
                )
            },
        ),
    ),
    {"en": ("tell me all",)},
)
GREETED = "Hello{name}. Harbour Street Clinic, 12 Harbour Street, Mon-Fri 08:00-18:00. Call 020 7946 0100.{visit}"


def test_places_are_filled_for_the_patient_and_left_out_for_a_stranger(clinic: UUID) -> None:
    publish(clinic, GREETING)
    hear(clinic, "tell me all", 399)
    assert wordings(clinic)[-1].endswith(GREETED.format(name="", visit=""))
    record(clinic, booking(ahead=3 * DAY), announce=Announce.NONE)
    hear(clinic, "tell me all")
    assert wordings(clinic)[-1].endswith(GREETED.format(name=" Eleanor", visit=" Your next visit: Fri 4 Dec at 12:00."))


def test_who_wants_neutral_texts_hears_of_no_visit_in_a_dialogue(clinic: UUID) -> None:
    publish(clinic, GREETING)
    record(clinic, booking(ahead=3 * DAY), announce=Announce.NONE)
    with clinic_scope(clinic):
        patient = factories.visit(clinic).patient_id
        consent.choose_privacy(clinic_id=clinic, patient_id=patient, level=Privacy.NEUTRAL, how="desk", by=OPERATOR)
    hear(clinic, "tell me all")
    assert wordings(clinic)[-1].endswith(GREETED.format(name=" Eleanor", visit=""))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hello {name}.", "may_be_missing"),
        ("Until {when}", "may_be_missing"),
        ("Hello {nam}", "bad_place"),
        ("Hello {name", "bad_place"),
        ("Hello[[ {name}.", "bad_place"),
        ("Hello[[ {name}]], call {phone}: {hours}, {address}, {clinic}", ""),
        ("50% is { no place", "bad_place"),
    ],
)
def test_a_text_whose_places_can_fail_is_not_published(text: str, code: str) -> None:
    said = replace(GREETING, steps=(replace(GREETING.steps[0], says={"en": Saying(text)}),))
    assert [fault.code for fault in queries.faults_of(said)] == ([code] if code else [])


def test_a_value_that_is_gone_since_leaves_no_brace(clinic: UUID) -> None:
    assert places.fill("Call {phone} or come: {address}.", "en", {"phone": "", "address": "12 Quay"}) == (
        "Call or come: 12 Quay."
    )
    assert places.fill("50% is { no place", "en", {}) == "50% is { no place"


def test_the_try_out_shows_somebody_invented(clinic: UUID) -> None:
    with clinic_scope(clinic):
        said = queries.tried(clinic, GREETING, [], "en").lines[0].text
    assert "Hello Eleanor." in said and "Your next visit:" in said


# ------------------------------------------------------------------------------------------------ beside other questions


def test_a_choice_answers_the_dialogue_and_not_an_older_reminder(clinic: UUID) -> None:
    now = business_time.now()
    record(clinic, booking(ahead=3 * DAY + timedelta(minutes=1)), announce=Announce.NONE)
    with business_time.standing_at(now + timedelta(hours=1)):
        papers.work()
        with clinic_scope(clinic):
            assert Question.objects.count() == 1
        hear(clinic, "repeat please")
        assert hear(clinic, "1") == "dialogue_asked"
        with clinic_scope(clinic):
            assert Question.objects.filter(answer="").count() == 1
        assert hear(clinic, "I'll collect") == "dialogue_ended"
        assert hear(clinic, "yes") == "confirmed"  # nothing else waits now


def test_a_newer_question_comes_before_the_dialogues(clinic: UUID) -> None:
    now = business_time.now()
    record(clinic, booking(ahead=3 * DAY + timedelta(hours=1)), announce=Announce.NONE)
    make_patient(clinic)
    hear(clinic, "repeat please")
    with business_time.standing_at(now + timedelta(hours=2)):
        papers.work()
        assert hear(clinic, "1") == "confirmed"
        assert hear(clinic, "only some") == "dialogue_asked"  # what answers no newer question is heard by the dialogue


def test_a_text_that_is_read_again_after_a_crash_changes_nothing(clinic: UUID) -> None:
    make_patient(clinic)
    hear(clinic, "repeat")
    text = InboundText(new_id(), clinic, phone(321), factories.NUMBER, "2", business_time.now())
    for outcome in ("dialogue_asked", "known", "known"):
        with clinic_scope(clinic):
            assert conversations.receive(text) == outcome
    assert run(clinic).at == "which"
    assert len(wordings(clinic)) == 2


def test_one_phone_is_in_one_dialogue_and_begins_only_so_many(clinic: UUID) -> None:
    make_patient(clinic)
    start = business_time.now()
    for at in range(8):
        with business_time.standing_at(start + at * timedelta(minutes=5)):
            hear(clinic, f"opening hours {at}")
    with clinic_scope(clinic):
        assert Run.objects.count() == 6
        assert not Run.objects.filter(state=Ending.RUNNING).exists()


PACKS = Dialogue(
    "packs",
    0,
    "Packs",
    (Step("packs", StepKind.WORDS, "How many", {"en": Saying("How many packs do you need?")}),),
    {"en": ("test strips",)},
)


@pytest.mark.parametrize("answer", ["3", "yes", "1", "no", "3 packs please"])
def test_a_short_answer_in_own_words_is_the_dialogues_when_a_reminder_is_older(clinic: UUID, answer: str) -> None:
    publish(clinic, PACKS)
    now = business_time.now()
    record(clinic, booking(ahead=3 * DAY + timedelta(minutes=1)), announce=Announce.NONE)
    with business_time.standing_at(now + timedelta(hours=1)):
        papers.work()
        assert hear(clinic, "test strips") == "dialogue_asked"
    with business_time.standing_at(now + timedelta(hours=1, minutes=1)):
        assert hear(clinic, answer) == "dialogue_ended"
        with clinic_scope(clinic):
            assert Question.objects.filter(answer="").count() == 1
    assert ("dialogue", "dialogue_dialogue") in tasks(clinic), "own words are read by a person"


def test_a_number_that_is_no_choice_does_not_cancel_a_visit(clinic: UUID) -> None:
    now = business_time.now()
    record(clinic, booking(ahead=3 * DAY + timedelta(minutes=1)), announce=Announce.NONE)
    with business_time.standing_at(now + timedelta(hours=1)):
        papers.work()
        hear(clinic, "insurance changed")
        assert hear(clinic, "3") == "dialogue_asked"  # of two choices
        with clinic_scope(clinic):
            assert Question.objects.filter(answer="").count() == 1


def test_a_visit_is_cancelled_in_words_though_a_dialogue_asks_for_words(clinic: UUID) -> None:
    publish(clinic, PACKS)
    now = business_time.now()
    record(clinic, booking(ahead=3 * DAY + timedelta(minutes=1)), announce=Announce.NONE)
    with business_time.standing_at(now + timedelta(hours=1)):
        papers.work()
        hear(clinic, "test strips")
        hear(clinic, "cancel my appointment")
        with clinic_scope(clinic):
            assert not Question.objects.filter(answer="").exists()


@pytest.mark.parametrize("text", ["I can't come tomorrow, no parking", "running late, where to park?"])
def test_who_means_something_else_is_not_in_a_dialogue_by_a_word_of_it(clinic: UUID, text: str) -> None:
    make_patient(clinic)
    hear(clinic, text)
    with clinic_scope(clinic):
        assert not Run.objects.exists()


@pytest.mark.parametrize(
    ("language", "text"), [("de", "Ich brauche einen neuen Termin"), ("es", "quisiera una nueva cita")]
)
def test_who_wants_a_new_visit_and_has_none_is_asked_though_it_sounds_like_another_time(
    clinic: UUID, language: str, text: str
) -> None:
    make_patient(clinic, language=language)
    assert hear(clinic, text) == "dialogue_asked"
    assert run(clinic).dialogue == "book"


def test_who_told_more_than_the_words_that_begin_it_and_falls_silent_is_read(clinic: UUID) -> None:
    make_patient(clinic)
    hear(clinic, "repeat")
    hear(clinic, "repeat, the blue ones ran out", 402)
    with business_time.standing_at(business_time.now() + timedelta(hours=5)):
        assert end_silent() == 2
    assert tasks(clinic) == [("dialogue", "dialogue_dialogue")]


def test_who_has_stopped_our_texts_and_asks_is_read_by_a_person(clinic: UUID) -> None:
    make_patient(clinic)
    factories.stop(clinic)
    assert hear(clinic, "opening hours") == "waits_for_person"
    assert [kind for kind, _ in tasks(clinic)] == ["read_reply"]
    with clinic_scope(clinic):
        assert not Run.objects.exists()


def test_the_words_that_began_it_again_at_once_are_a_repetition(clinic: UUID) -> None:
    make_patient(clinic)
    hear(clinic, "repeat please")
    with business_time.standing_at(business_time.now() + timedelta(seconds=20)):
        assert hear(clinic, "repeat please") == "repeated"
    assert run(clinic).at == "same" and not run(clinic).is_again
    assert len(wordings(clinic)) == 1


def test_a_carriers_clock_that_is_behind_makes_no_answer_a_repetition(clinic: UUID) -> None:
    make_patient(clinic)
    behind = business_time.now() - timedelta(minutes=5)
    hear(clinic, "repeat please", at=behind)
    hear(clinic, "1", at=behind + timedelta(seconds=20))
    assert hear(clinic, "1", at=behind + timedelta(seconds=40)) == "dialogue_ended"


# ------------------------------------------------------------------------------------------------ drafts and versions


def test_who_is_in_a_dialogue_stays_in_the_version_that_they_began(clinic: UUID) -> None:
    make_patient(clinic)
    hear(clinic, "repeat")
    shorter = replace(catalogue.REPEAT, steps=catalogue.REPEAT.steps[:1] + catalogue.REPEAT.steps[2:])
    with clinic_scope(clinic):
        actions.save_draft(clinic_id=clinic, key="repeat", draft=shorter, by=OPERATOR)
        assert actions.publish(clinic_id=clinic, key="repeat", by=OPERATOR) == 2
    hear(clinic, "2")
    assert run(clinic).at == "which"


def test_a_paused_dialogue_begins_with_nobody(clinic: UUID) -> None:
    make_patient(clinic)
    with clinic_scope(clinic):
        actions.pause(clinic_id=clinic, key="hours", by=OPERATOR)
        assert queries.dialogue(clinic, "hours").state is WorkState.ENDED
    assert hear(clinic, "opening hours") == "waits_for_person"


def test_a_draft_with_faults_is_kept_and_not_published_and_two_writers_are_told(clinic: UUID) -> None:
    with clinic_scope(clinic):
        seen = queries.dialogue(clinic, "hours").row.changed_at
        actions.save_draft(
            clinic_id=clinic, key="hours", draft=replace(catalogue.HOURS, words={}), by=OPERATOR, seen=seen
        )
        with pytest.raises(NotPublishable):
            actions.publish(clinic_id=clinic, key="hours", by=OPERATOR)
        with business_time.standing_at(business_time.now() + timedelta(minutes=1)):
            actions.save_draft(clinic_id=clinic, key="hours", draft=catalogue.HOURS, by=OPERATOR)
            with pytest.raises(DraftChanged):
                actions.save_draft(clinic_id=clinic, key="hours", draft=catalogue.HOURS, by=OPERATOR, seen=seen)


def test_the_try_out_answers_as_the_dialogue_would_and_sends_nothing(clinic: UUID) -> None:
    with clinic_scope(clinic):
        tried = queries.tried(clinic, catalogue.REPEAT, ["dunno", "1", "2"], "en")
        assert [line.is_ours for line in tried.lines] == [True, False, True, False, True, False, True]
        assert tried.ending is Ending.DONE
        assert not Run.objects.exists()
        with pytest.raises(NoSuchRun):
            queries.record(clinic, new_id())
    assert wordings(clinic) == []


# ------------------------------------------------------------------------------------------------ turning to something else


def states(clinic: UUID) -> list[tuple[str, str]]:
    with clinic_scope(clinic):
        return list(Run.objects.order_by("began_at", "id").values_list("dialogue", "state"))


def test_who_asks_for_the_hours_in_between_is_told_and_asked_again(clinic: UUID) -> None:
    make_patient(clinic)
    hear(clinic, "need my tablets again")
    business_time.advance_to(business_time.now() + timedelta(minutes=1))
    assert hear(clinic, "what are your opening hours?") == "dialogue_asked"
    assert "We are open" in wordings(clinic)[-1] and wordings(clinic)[-1].endswith("3 I have a question.")
    assert states(clinic) == [("repeat", "running"), ("hours", "done")]
    assert hear(clinic, "ok yes the same") == "dialogue_asked"
    assert "get it" in wordings(clinic)[-1]


def test_who_begins_another_dialogue_is_in_that_one_and_what_was_said_is_kept(clinic: UUID) -> None:
    make_patient(clinic)
    hear(clinic, "need my tablets again")
    hear(clinic, "2")
    hear(clinic, "the blue ones")
    assert hear(clinic, "hi, change of address") == "dialogue_asked"
    assert states(clinic) == [("repeat", "silent"), ("details", "running")]
    assert tasks(clinic) == [("dialogue", "dialogue_dialogue")]


def test_a_task_is_left_by_a_dialogue_that_asks_nothing_and_was_begun_in_between(clinic: UUID) -> None:
    says = {"en": Saying("Thank you, we post the certificate.")}
    steps = (Step("told", StepKind.SAY, "Told", says), Step("end", StepKind.END, task=TaskFor.CHECK))
    publish(clinic, Dialogue("certificate", 0, "A certificate", steps, {"en": ("send me a certificate",)}))
    make_patient(clinic)
    hear(clinic, "need my tablets again")
    business_time.advance_to(business_time.now() + timedelta(minutes=1))
    assert hear(clinic, "send me a certificate") == "dialogue_asked"
    assert tasks(clinic) == [("dialogue", "dialogue_dialogue")]


def test_who_turns_to_their_visit_is_heard_about_that(clinic: UUID) -> None:
    record(clinic, booking("A", factories.person(321)), announce=Announce.NONE)
    hear(clinic, "need my tablets again")
    assert hear(clinic, "Can I please move my appointment to another day?") not in ("dialogue_asked", "repeated")
    assert states(clinic) == [("repeat", "silent")]


@pytest.mark.parametrize(
    ("begun", "said", "at"),
    [
        ("book", "a new one please", 1),
        ("book", "I'd like to change a visit", 2),
        ("repeat", "it's not the same", 0),
        ("repeat", "I don't want the same", 0),
    ],
)
def test_words_around_a_choice_do_not_hide_it(begun: str, said: str, at: int) -> None:
    dialogue = catalogue.PRODUCT[begun].dialogue
    step = next(one for one in dialogue.steps if one.kind is StepKind.ASK)
    assert (hearing.read_choice(step, said, "en") or 0) == at


def test_words_around_a_choice_are_known_in_dutch() -> None:
    step = catalogue.PRODUCT["book"].dialogue.steps[0]
    assert hearing.read_choice(step, "een nieuwe graag", "nl") == 1
    assert hearing.read_choice(step, "ik wil graag", "nl") is None
