"""What texts mean: tables, the last question, negation, alarms, and what acts by itself."""

import json
import os
import subprocess
import sys
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recado.conversations.understanding.bare import read_bare
from recado.conversations.understanding.deciding import understand
from recado.conversations.understanding.features import SIZE
from recado.conversations.understanding.meanings import Context, Meaning
from recado.conversations.understanding.model import load, opinion
from recado.conversations.understanding.reading import read
from recado.launch.commands.understand import understand_lines


@pytest.mark.parametrize(
    "text",
    [
        "STOP", "stop.", "Stop please", "STOP harcèlement", "arrêtez de m'écrire", "ne m'envoyez plus de sms", "stop met sms sturen",
        "laat me met rust", "przestańcie pisać", "nie chcę więcej smsów", "dejen de mandarme mensajes", "no quiero recibir más mensajes",
        "jangan kirim sms lagi", "hör auf mir zu schreiben", "smettetela di scrivermi", "parem de me enviar mensagens", "unsubscribe me",
        "please stop texting me", "take me off your list", "no me vuelvan a escribir nunca",
        "jangan pernah sms lagi", "hou eens op met die smsjes", "to hell with your texts", "harta de sus mensajes", "au diable vos sms",
        "ça suffit les sms", "wystarczy już tych wiadomości",
        "meine Daten bitte von Ihrer Liste entfernen", "Schluss mit den SMS", "farto de mensagens", "stufa dei vostri messaggi", "muak sama sms kalian", "odczepcie się z tymi smsami",
    ],
)  # fmt: skip
def test_stop_is_understood_when_said_in_own_words(text: str) -> None:
    for context in Context:
        found = understand(text, context)
        assert found.meaning is Meaning.STOP and found.acts, (text, context)


@pytest.mark.parametrize(
    "text",
    [
        "opt me out please",
        "désinscrivez-moi svp",
        "schrijf me uit aub",
        "wypiszcie mnie, dziękuję",
        "deme de baja por favor",
        "berhenti langganan",
    ],
)
def test_stop_is_understood_without_a_model_when_they_sign_off(text: str) -> None:
    for context in (Context.CAMPAIGN, Context.NONE):
        found = read_bare(text, read(text), context, None)
        assert found is not None and found[0] is Meaning.STOP, (text, context)


@pytest.mark.parametrize(
    "text",
    [
        "retirez-moi de l'agenda de mardi", "wipe me off the schedule", "haal me van de lijst voor maandag", "quítenme de la lista del lunes",
        "usuńcie mnie z grafiku", "nehmen Sie mich aus dem Plan", "gdzie to wpisać", "I'll stop by at 3", "I can't stop coughing", "the bus stop is where?", "should I stop taking the pills?", "arrêt de travail svp",
        "j'attends à l'arrêt de bus", "bisa stop minum obat?", "puedo dejar de tomar la pastilla?",
    ],
)  # fmt: skip
def test_stop_is_not_understood_when_only_the_word_is_there(text: str) -> None:
    for context in Context:
        assert understand(text, context).meaning is not Meaning.STOP, (text, context)


@pytest.mark.parametrize(
    ("text", "context", "meaning"),
    [
        ("yes", Context.REMINDER, Meaning.CONFIRM),
        ("yes", Context.WAITLIST_OFFER, Meaning.ACCEPT_OFFER),
        ("oui", Context.CAMPAIGN, Meaning.ACCEPT_OFFER),
        ("tak", Context.REFILL_REMINDER, Meaning.REFILL_REQUEST),
        ("sí", Context.NONE, Meaning.OTHER),
        ("no", Context.REMINDER, Meaning.CANCEL),
        ("nee", Context.WAITLIST_OFFER, Meaning.DECLINE_OFFER),
        ("tidak", Context.REFILL_REMINDER, Meaning.DECLINE_OFFER),
        ("1", Context.REMINDER_MENU, Meaning.CONFIRM),
        ("2", Context.REMINDER_MENU, Meaning.RESCHEDULE),
        ("3", Context.REMINDER_MENU, Meaning.CANCEL),
        ("7", Context.REMINDER_MENU, Meaning.OTHER),
        ("A", Context.WAITLIST_OFFER, Meaning.ACCEPT_OFFER),
        ("2", Context.WAITLIST_OFFER, Meaning.DECLINE_OFFER),
        ("8", Context.SURVEY, Meaning.SURVEY_SCORE),
        ("1", Context.NONE, Meaning.OTHER),
        ("gracias", Context.REMINDER, Meaning.THANKS),
    ],
)
def test_a_bare_answer_means_what_the_last_question_makes_it(text: str, context: Context, meaning: Meaning) -> None:
    assert understand(text, context).meaning is meaning


@pytest.mark.parametrize(
    "text",
    [
        "yes but can I come later", "oui mais plutôt jeudi", "ja maar kan het later?", "tak, ale czy można później", "sí pero el jueves",
        "ya tapi kalau bisa kamis", "ok, but is the lift working?", "yes if it's after four", "maybe", "ja, wenn es früher geht",
    ],
)  # fmt: skip
def test_a_yes_with_a_condition_never_acts_as_one(text: str) -> None:
    for context in (Context.REMINDER, Context.REMINDER_MENU, Context.WAITLIST_OFFER):
        found = understand(text, context)
        assert not (found.acts and found.meaning in (Meaning.CONFIRM, Meaning.ACCEPT_OFFER)), text


@pytest.mark.parametrize(
    "text",
    [
        "I can't breathe", "chest pain since this morning", "je n'arrive plus à respirer", "pijn op de borst", "nie mogę oddychać",
        "me duele mucho el pecho", "dada saya sakit sekali", "Brustschmerzen und Atemnot", "dolore al petto", "dor no peito",
        "I want to kill myself", "j'ai envie de mourir", "ik wil niet meer leven", "chcę umrzeć", "quiero morirme", "ingin bunuh diri",
        "he hits me", "mon mari me frappe", "il bebè ha 40 di febbre", "i cant breath", "cancel, I'm in the ambulance with chest pain",
    ],
)  # fmt: skip
def test_danger_escalates_whatever_else_is_said(text: str) -> None:
    for context in Context:
        found = understand(text, context)
        assert found.must_escalate and not found.acts, (text, context)


@pytest.mark.parametrize(
    "text",
    [
        "dying to see you", "no chest pain any more, thanks", "je suis mort de rire", "blood test tomorrow, do I fast?", "yes", "annuler",
        "ya saya datang", "bloedprikken", "muero de hambre", "no longer need it, feeling much better",
    ],
)  # fmt: skip
def test_no_danger_is_seen_when_there_is_none(text: str) -> None:
    assert not understand(text, Context.REMINDER).must_escalate


def test_slots_are_relative_to_the_time_that_is_given() -> None:
    now = datetime(2026, 11, 30, 9)  # a Monday
    found = understand("oui mais plutôt jeudi 15h30", Context.REMINDER, language="fr", now=now)
    assert found.meaning is Meaning.RESCHEDULE
    assert found.slots["date"] == "2026-12-03" and found.slots["time"] == "15:30"
    late = understand("telat 15 menit, macet", Context.REMINDER, language="id")
    assert late.meaning is Meaning.RUNNING_LATE and late.slots["minutes"] == 15
    other = understand("po polsku proszę", Context.NONE)
    assert other.meaning is Meaning.LANGUAGE_CHANGE and other.slots["language"] == "pl"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("je ne peux pas venir demain", "fr"),
        ("ik kan morgen niet komen", "nl"),
        ("nie mogę przyjść", "pl"),
        ("saya tidak bisa", "id"),
    ],
)
def test_the_language_is_told_by_the_words(text: str, language: str) -> None:
    assert read(text).language == language


@settings(max_examples=40)
@given(st.text(max_size=300), st.sampled_from(Context))
def test_any_text_is_answered(text: str, context: Context) -> None:
    found = understand(text, context)
    assert 0 <= found.confidence <= 1 and found.reason


def test_lines_are_answered_in_order_and_bad_ones_are_told() -> None:
    lines = [
        b'{"id": 1, "text": "yes", "context": "reminder", "patient_lang": "en"}',
        b"not json",
        b'{"id": 3, "context": "reminder"}',
        b'{"id": 4, "text": "yes", "context": "teatime"}',
        b"\xff",
        b"",
        b'{"id": 5, "text": "yes", "context": null, "patient_lang": null}',
        b'{"id": "last", "text": "8", "context": "survey"}',
    ]
    answers = list(understand_lines(lines))
    assert [answer["id"] for answer in answers] == [1, None, 3, 4, None, 5, "last"]
    assert ["error" in answer for answer in answers] == [False, True, True, True, True, False, False]
    assert answers[0] | {"confidence": 1} == {
        "id": 1, "intent": "confirm", "confidence": 1, "slots": {}, "acts": True, "must_escalate": False
    }  # fmt: skip
    assert answers[-1]["slots"] == {"score": 8}


def test_the_command_needs_no_database_and_answers_whatever_the_id() -> None:
    asked = [
        json.dumps({"id": name, "text": "annuler", "context": "reminder"}) for name in ("é", "half \ud83d", "last")
    ]
    done = subprocess.run(
        [sys.executable, "-m", "recado.launch.console", "understand", "--reason"],
        input="\n".join(asked).encode(),
        capture_output=True,
        check=True,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["id"], one["intent"]) for one in answers] == [
        ("é", "cancel"),
        ("half \ud83d", "cancel"),
        ("last", "cancel"),
    ]


def test_a_text_means_the_same_in_every_process() -> None:
    """Words misspelt by one letter were mended by whichever neighbour a set gave first, another one in each process."""
    texts = [
        "brauche ein neues Rezept für meine Blutdrucktabletten",
        "kann ich den termin verschiben",
        "i wil be ther",
        "nie moge przyjsc",
    ]
    asked = "".join(
        json.dumps({"id": str(at), "text": text, "context": "reminder"}) + "\n" for at, text in enumerate(texts)
    )
    answers = {
        subprocess.run(
            [sys.executable, "-m", "recado.launch.console", "understand"],
            input=asked, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3", "4")
    }  # fmt: skip
    assert len(answers) == 1


def test_the_model_and_its_weights_fit() -> None:
    weights = load()
    assert len(weights.rows) == SIZE * (len(weights.columns) + 1) and set(weights.columns) == set(Meaning)
    found = opinion({}, Context.REMINDER)
    assert sum(found.likely.values()) == pytest.approx(1) and 0 < found.danger < 1 and not found.united
    assert Meaning.SURVEY_SCORE not in found.likely
    assert opinion({}, Context.REMINDER, [0.0] * len(Meaning) + [9.0]).danger > found.danger


@pytest.mark.parametrize(
    ("text", "context", "meaning"),
    [
        ("saya tidak bisa datang", Context.REMINDER, Meaning.CANCEL),
        ("ok maar kan het later?", Context.REMINDER, Meaning.RESCHEDULE),
        ("je serai en retard de 10 min", Context.REMINDER, Meaning.RUNNING_LATE),
        ("zły numer", Context.REMINDER, Meaning.WRONG_NUMBER),
        ("necesito mi receta", Context.NONE, Meaning.REFILL_REQUEST),
        ("do I need to fast?", Context.REMINDER, Meaning.QUESTION),
        ("je le prends", Context.WAITLIST_OFFER, Meaning.ACCEPT_OFFER),
        ("niet voor mij, bedankt", Context.WAITLIST_OFFER, Meaning.DECLINE_OFFER),
    ],
)
def test_everyday_texts_are_understood(text: str, context: Context, meaning: Meaning) -> None:
    assert understand(text, context).meaning is meaning


@pytest.mark.parametrize("text", ["I can't come tomorrow", "je ne peux pas venir demain", "nie mogę jutro przyjść"])
@pytest.mark.parametrize("context", [Context.NONE, Context.SURVEY])
def test_who_only_can_not_come_is_in_no_danger_whatever_was_asked(text: str, context: Context) -> None:
    assert not understand(text, context).must_escalate


@pytest.mark.parametrize("text", ["🙂", "Q", "x!"])
@pytest.mark.parametrize("context", list(Context))
def test_a_smiley_or_a_letter_changes_nothing_by_itself(text: str, context: Context) -> None:
    assert not understand(text, context).acts


@pytest.mark.parametrize(
    "text",
    [
        "quiet please, I'm in a meeting", "silence svp", "cicho proszę", "I'll stop taking the tablets", "je prends le bus à l'arrêt", "leave me a message",
        "please remove my appointment on the 9th", "retirez-moi de la liste du 12", "stop bikin ketawa",
    ],
)  # fmt: skip
def test_stop_is_not_understood_when_quiet_a_bus_or_a_list_for_a_day_is_meant(text: str) -> None:
    for context in Context:
        assert understand(text, context).meaning is not Meaning.STOP, (text, context)


@pytest.mark.parametrize(
    "text",
    [
        "STOP dziękuję pięknie", "stoooop", "I said stop", "can you stop these messages?", "merci de ne plus m'envoyer de messages", "dość tych przypomnień",
        "hentikan pesannya", "ben die herinneringen zat", "paren o los denuncio", "delete my number",
    ],
)  # fmt: skip
def test_stop_is_understood_when_it_was_said_before_or_is_asked_for(text: str) -> None:
    for context in Context:
        assert understand(text, context).meaning is Meaning.STOP, (text, context)


@pytest.mark.parametrize(
    "text",
    [
        "le paracétamol", "my inhaler", "insulina y las agujas", "my dad had a stroke two years ago, does he need this one?", "miałem zawał lata temu",
        "j'ai eu un infarctus en 2015", "laughing so hard I can't breathe", "this heat is killing me", "mein Handy ist tot", "overdose de galette des rois",
        "the baby is fine now, no fever", "mój szef mnie zabije", "is there an emergency number?",
    ],
)  # fmt: skip
def test_no_danger_is_seen_in_medicine_by_name_in_the_past_or_in_figures_of_speech(text: str) -> None:
    for context in Context:
        assert not understand(text, context).must_escalate, (text, context)


@pytest.mark.parametrize(
    "text",
    [
        "had a heart attack in 2015 and now the same pain again", "chest pain since last year, worse today", "I was laughing but now I can't breathe",
        "je suis aux urgences pour mon coeur, annulez", "my boss hit me and I'm scared he will kill me", "appointment 12/11/2026 but I have chest pain",
        "he is outside my door with a knife", "the pills are lined up in front of me", "took the whole box, paracetamol",
    ],
)  # fmt: skip
def test_a_danger_is_seen_beside_words_that_elsewhere_take_it_back(text: str) -> None:
    for context in Context:
        assert understand(text, context).must_escalate, (text, context)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [("option number 2, got a meeting", Meaning.RESCHEDULE), ("je prends le numéro un", Meaning.CONFIRM), ("nomor tiga ya", Meaning.CANCEL), ("3 - away that week", Meaning.CANCEL)],
)  # fmt: skip
def test_a_number_that_is_named_as_one_is_chosen_from_a_menu(text: str, meaning: Meaning) -> None:
    assert understand(text, Context.REMINDER_MENU).meaning is meaning


def test_an_idiom_with_cancel_in_it_cancels_nothing_by_itself() -> None:
    for text in ("ni se me ocurre cancelarla", "ani mi się śni odwoływać"):
        found = understand(text, Context.REMINDER)
        assert not (found.meaning is Meaning.CANCEL and found.acts), text


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("annuleer maar", Meaning.CANCEL),
        ("annuler mon rdv de demain", Meaning.CANCEL),
        ("ich sage nicht ab, ich komme", Meaning.CONFIRM),
        ("saya tidak bisa datang", Meaning.CANCEL),
        ("tak, dziękuję", Meaning.CONFIRM),
    ],
)
def test_a_clear_answer_acts(text: str, meaning: Meaning) -> None:
    found = understand(text, Context.REMINDER)
    assert found.meaning is meaning and found.acts


@pytest.mark.parametrize(
    "text",
    [
        "don't stop the reminders",
        "do not stop sending me these",
        "n'arrêtez pas les rappels svp",
        "niet stoppen met de berichten aub",
        "stop er niet mee!",
        "nie przestawajcie wysyłać",
        "no dejen de mandarme mensajes",
        "jangan berhenti kirim pengingat",
        "hört nicht auf mit den Erinnerungen",
        "non smettete di mandarmi i promemoria",
        "não parem de enviar",
        "please don't take my number off, these help",
        "ne m'enlevez pas de la liste",
        "meld me niet af",
        "nie wykreślajcie mnie z listy",
        "no me saquen de la lista",
        "jangan hapus nomor saya",
        "streichen Sie mich nicht von der Liste",
        "non rimuovetemi dalla lista",
        "não me removam da lista",
        "please leave me on the list for reminders",
        "laissez-moi sur la liste d'envoi",
        "déjenme en los avisos",
    ],
)
def test_stop_is_not_understood_when_they_ask_to_go_on(text: str) -> None:
    for context in Context:
        assert understand(text, context).meaning is not Meaning.STOP
        assert not understand(text, context).acts


@pytest.mark.parametrize(
    "text", ["ini siapa", "maaf ini siapa ya", "ini nomor siapa", "wer ist da", "who is this please"]
)
def test_number_is_not_called_wrong_when_they_only_ask_who_writes(text: str) -> None:
    assert understand(text, Context.REMINDER).meaning is Meaning.HELP


@pytest.mark.parametrize(
    "text",
    [
        "no, keep it",
        "no keep it please",
        "I want to keep my appointment",
        "non je le garde",
        "nee ik hou de afspraak",
        "nie, zostawiam wizytę",
        "no, la mantengo",
        "do not cancel my appointment",
        "don't you dare cancel it",
        "ni se le ocurra anularla",
        "n'allez pas annuler",
        "waag het niet te annuleren",
        "jangan kasih tempat saya, saya pulang khusus",
    ],
)
def test_nothing_is_cancelled_when_they_want_to_keep_it(text: str) -> None:
    for context in (Context.REMINDER, Context.REMINDER_MENU):
        found = understand(text, context)
        assert not (found.acts and found.meaning is Meaning.CANCEL)


@pytest.mark.parametrize(
    "text",
    [
        "po dzisiejszym wieczorze nie będę potrzebować wizyt",
        "I won't need any appointments after tonight",
        "après ce soir je n'aurai plus besoin de rendez-vous",
        "después de esta noche ya no necesitaré citas",
        "nach heute Abend brauche ich keine Termine mehr",
    ],
)
def test_who_needs_nothing_after_tonight_may_be_in_danger(text: str) -> None:
    found = understand(text, Context.REMINDER)
    assert found.must_escalate and not found.acts


@pytest.mark.parametrize(
    "text",
    ["the second one please", "le premier", "doe maar de eerste", "ten drugi poproszę", "el segundo", "yang pertama ya", "die zweite bitte"],
)  # fmt: skip
def test_a_choice_is_no_wish_when_nothing_was_offered(text: str) -> None:
    found = understand(text, Context.NONE)
    assert found.meaning is Meaning.OTHER and not found.acts


@pytest.mark.parametrize("text", ["den de baja mi cita del lunes", "dar de baja la consulta por favor"])
def test_stop_is_not_understood_when_an_appointment_is_taken_off(text: str) -> None:
    for context in (Context.REMINDER, Context.NONE):
        assert understand(text, context).meaning is not Meaning.STOP


def test_nothing_is_moved_by_itself_when_they_say_that_nothing_need_move() -> None:
    for text in ("nothing to move, that time stands", "er hoeft niks verzet te worden"):
        found = understand(text, Context.REMINDER)
        assert not (found.acts and found.meaning is Meaning.RESCHEDULE), text
