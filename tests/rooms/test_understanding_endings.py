"""STOP in people's own words, and what only looks like it: the waiting list, letters, landlines, cigarettes, a visit."""

import pytest

from recado.conversations.understanding.deciding import understand
from recado.conversations.understanding.meanings import Context, Meaning
from recado.conversations.understanding.reading import read
from recado.conversations.understanding.stops import is_no_stop, is_robust_stop
from recado.conversations.understanding.strangers import is_somebody_else


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "leave me in peace with all this"),
        ("de", "Lasst mich mit dem Zeug in Ruhe"),
        ("nl", "laat ons eindelijk met rust"),
        ("es", "déjennos ya en paz"),
        ("nl", "hou nou eens op met dat gezeur"),
        ("pl", "bede ale skonczcie z tym spamem"),
        ("en", "quit hassling me about my tablets"),
        ("id", "gak usah dikabarin lewat sini lagi"),
        ("nl", "er hoeft niks meer binnen te komen op deze telefoon"),
        ("en", "how do I get off these?"),
        ("en", "leave me alone with your vaccines"),
        ("en", "don't contact me again, I get everything by post"),
        ("en", "take me off the waiting list and stop contacting me"),
        ("en", "unsubscribe me, and take me off the waiting list too"),
        ("fr", "arrêtez de m'écrire, le tabac c'est fini"),
        ("pl", "nie piszcie do mnie więcej, nie chcę żadnej kolejki"),
        ("de", "schreibt mir nicht mehr, ich steh nicht mehr auf der Warteliste"),
        ("id", "jangan hubungi saya lagi, saya sudah tidak merokok"),
        ("it", "non scrivetemi più, ho smesso di fumare"),
        ("en", "take me off your list starting today"),
        ("nl", "haal me van de lijst vanaf vandaag"),
        ("es", "quítenme de la lista desde hoy"),
        ("pl", "wypiszcie mnie z listy od dziś"),
        ("en", "unsubscribe me from Monday on"),
        ("en", "unsubscribe and yes I'm coming"),
        ("fr", "comment on fait pour plus recevoir ces trucs"),
        ("es", "¿cómo salgo de esto?"),
        ("id", "balas apa biar berhenti"),
        ("pl", "co mam napisać żeby to więcej nie przychodziło"),
        ("nl", "wat moet ik terugsturen zodat dit ophoudt"),
        ("de", "Wie komme ich hier raus?"),
        ("fr", "stop ou j'appelle quelqu'un"),
    ],
)
def test_who_wants_no_more_texts_is_heard_by_the_tables_alone(language: str, text: str) -> None:
    assert is_robust_stop(read(text, language), text)
    assert understand(text, Context.NONE, language=language).meaning is Meaning.STOP


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "please remove me from the waiting list, the knee is fine"),
        ("fr", "retirez-moi de la liste d'attente, c'est réglé"),
        ("es", "quítenme de la lista de espera, ya me operaron"),
        ("id", "tolong hapus nama saya dari daftar tunggu"),
        ("de", "streichen Sie mich von der Warteliste"),
        ("en", "please don't send the letter by post"),
        ("pl", "nie wysyłajcie pocztą, odbiorę"),
        ("es", "no me lo manden a casa, paso a recogerlo"),
        ("fr", "n'envoyez rien par la poste, je passe"),
        ("en", "stop ringing the landline, texts are the only thing I see"),
        ("nl", "doe mij die cursus maar, moet stoppen met die peuken"),
        ("nl", "Ik meld me af voor de fysio van maandag"),
        ("fr", "enlevez moi de la liste de demain svp"),
        ("id", "coret nama saya hari ini kak, batal"),
        ("id", "tolong hapus booking saya tgl 14"),
        ("fr", "il arrête pas de me frapper"),
        ("en", "let me know, that would be perfect"),
        ("en", "could you let me be seen sooner"),
        ("de", "Lassen Sie uns das in Ruhe besprechen"),
        ("en", "how do I come off this drug"),
        ("en", "my nose keeps going, what should I do to make it stop"),
        ("nl", "wat moet ik doen zodat dit stopt, alles zit onder"),
        ("fr", "ça gratte, comment ça s'arrête"),
        ("de", "wie komme ich hier raus, die Tür ist zu"),
        ("pl", "skończyły się leki, co z tym zrobić"),
        ("id", "tidak perlu chat lagi, saya pasti datang"),
        ("en", "Can you please stop sending letters to the old house"),
        ("fr", "non j'en veux plus de vos vaccins"),
        ("id", "jangan telpon lagi ke kantor ya, wa atau sms aja"),
    ],
)
def test_what_is_to_end_is_no_text(language: str, text: str) -> None:
    for context in (Context.NONE, Context.REMINDER):
        found = understand(text, context, language=language)
        assert found.meaning is not Meaning.STOP, context


@pytest.mark.parametrize(
    "text",
    [
        "Stop texting about Gerald. I don't know a Gerald",
        "je connais pas de Sylvie, arrêtez",
        "ken heel geen Joris, hou op met sms'en",
        "nie znam żadnej Ewy, nie piszcie",
        "no conozco a ninguna Marta, no escriban",
        "kenne keine Frau Huber, bitte keine SMS",
        "non conosco nessun Paolo, basta",
        "ga kenal yang namanya Budi, stop sms",
    ],
)
def test_who_knows_nobody_of_that_name_is_somebody_else(text: str) -> None:
    assert is_somebody_else(text)
    assert not is_robust_stop(read(text, None), text)


def test_who_knows_a_way_out_is_nobody_else() -> None:
    assert not is_somebody_else("I know a shortcut, stop")
    assert is_robust_stop(
        read("stop sms, I know a Gerald and he agrees", "en"), "stop sms, I know a Gerald and he agrees"
    )


def test_what_the_models_are_sure_of_the_words_beside_it_dont_take_back() -> None:
    text = read("stop it, I am coming", "en")
    assert is_no_stop(text) and not is_no_stop(text, is_sure=True)
    waiting = read("take me off the waiting list", "en")
    assert is_no_stop(waiting, is_sure=True)


@pytest.mark.parametrize(
    ("language", "context", "text"),
    [
        ("es", Context.SURVEY, "3. Última encuesta que contesto, no me manden más mensajes"),
        ("pl", Context.REMINDER_MENU, "1 i od dziś proszę bez smsów, nie wysyłajcie mi nic więcej"),
        ("en", Context.SURVEY, "7, and don't text me again please"),
    ],
)
def test_a_stop_beside_a_score_or_a_number_is_heard(language: str, context: Context, text: str) -> None:
    assert understand(text, context, language=language).meaning is Meaning.STOP


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "6. nurse was nice. stitches have come open and its soaking through the third pad now"),
        ("nl", "7. Alleen blijft het al 5 uur bloeden uit dat gat, tweede handdoek"),
    ],
)
def test_a_danger_beside_a_score_is_what_counts(language: str, text: str) -> None:
    found = understand(text, Context.SURVEY, language=language)
    assert found.must_escalate and found.meaning is Meaning.SYMPTOM_OR_EMERGENCY


def test_a_figure_of_speech_beside_a_score_leaves_the_score() -> None:
    assert understand("3. Votre parking me tue", Context.SURVEY, language="fr").meaning is Meaning.SURVEY_SCORE


@pytest.mark.parametrize(
    ("language", "text", "meaning"),
    [
        ("nl", "Ik kom niet. Vorige keer 40 min gewacht voor niks, bekijk het maar", Meaning.CANCEL),
        ("de", "Ich komme nicht. Letztes Mal 40 Minuten gewartet", Meaning.CANCEL),
        ("en", "I won't cancel. See you", Meaning.CONFIRM),
        ("de", "Ich komme nicht zu spät. Bis gleich", Meaning.CONFIRM),
        ("en", "No problem. I'll be there", Meaning.CONFIRM),
    ],
)
def test_a_no_that_opens_a_text_is_one_and_what_only_sounds_so_is_none(
    language: str, text: str, meaning: Meaning
) -> None:
    found = understand(text, Context.REMINDER, language=language)
    assert found.meaning is meaning
    assert meaning is Meaning.CONFIRM or not found.acts, "why they don't come may be more than the words for it"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "please let me die in peace"),
        ("fr", "laissez moi mourir en paix"),
        ("de", "lasst mich in Ruhe sterben"),
        ("pt", "deixem-me morrer em paz"),
        ("it", "no grazie, le ho prese tutte insieme stanotte"),
        ("en", "no thanks i've saved up enough of them to do it properly"),
    ],
)
def test_who_wants_to_die_is_heard_and_nothing_is_done(language: str, text: str) -> None:
    for context in (Context.NONE, Context.REFILL_REMINDER):
        found = understand(text, context, language=language)
        assert found.must_escalate and not found.acts, context


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "No way I'd cancel. See you Thursday"),
        ("id", "Gak jadi batal. Saya datang"),
        ("en", "Not coming by car. I'll be there at 9"),
        ("es", "No voy sola. Allí estaré"),
    ],
)
def test_a_yes_that_opens_with_a_no_is_no_cancel(language: str, text: str) -> None:
    assert understand(text, Context.REMINDER, language=language).meaning is not Meaning.CANCEL


@pytest.mark.parametrize(
    ("language", "text"), [("de", "hab keine mehr"), ("it", "non ne ho più"), ("pt", "não tenho mais")]
)
def test_who_has_none_left_is_refused_no_medicine(language: str, text: str) -> None:
    found = understand(text, Context.REFILL_REMINDER, language=language)
    assert found.meaning is not Meaning.DECLINE_OFFER or not found.acts


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "don't know any English. stop texting me"), ("nl", "ken geen Engels, hou op met sms'en")],
)
def test_who_knows_no_english_is_nobody_else(language: str, text: str) -> None:
    assert not is_somebody_else(text)
    assert understand(text, Context.REMINDER, language=language).meaning is Meaning.STOP


def test_who_asks_whether_to_stop_tablets_is_taken_off_nothing() -> None:
    assert not understand("Should I stop with these tablets", Context.REMINDER, language="en").acts


def test_who_never_said_that_they_come_is_not_confirmed() -> None:
    assert not understand("I never said I was coming", Context.REMINDER, language="en").acts


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "lasst mich mit eurem Umfragekram in Ruhe"),
        ("fr", "plus la peine de m'écrire, j'ai changé de pharmacie"),
        ("id", "ga usah diingetin terus"),
    ],
)
def test_a_stop_without_the_word_is_heard_and_alarms_nobody(language: str, text: str) -> None:
    found = understand(text, Context.REFILL_REMINDER, language=language)
    assert found.meaning is Meaning.STOP and not found.must_escalate


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "yes we will be there, she is dying to show you her new tooth"),
        ("fr", "Présent ! Je meurs de trac mais je viens"),
        ("pl", "umieram ze strachu ale będę"),
        ("it", "certo, muoio di paura ma vengo"),
    ],
)
def test_who_is_dying_of_fear_of_the_dentist_comes(language: str, text: str) -> None:
    assert not understand(text, Context.REMINDER, language=language).must_escalate
