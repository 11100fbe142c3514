"""What reads like one thing and is another: a text instead of a call, a taxi that is cancelled, a time of the clock beside a child."""

import pytest

from recado.conversations.understanding.deciding import understand
from recado.conversations.understanding.meanings import Context, Meaning


@pytest.mark.parametrize("text", ["jgn sms lagi", "jangan sms lagi", "tlg jgn kirim sms lagi"])
def test_indonesian_typed_without_vowels_is_read_like_the_whole_words(text: str) -> None:
    assert understand(text, Context.CAMPAIGN, language="id").meaning is Meaning.STOP


@pytest.mark.parametrize(
    "text",
    ["how many times do I have to say it. leave my phone alone", "sick to death of your surveys. dont send another"],
)
def test_a_stop_without_the_word_is_one(text: str) -> None:
    assert understand(text, Context.SURVEY, language="en").meaning is Meaning.STOP


@pytest.mark.parametrize(
    ("language", "text", "score"),
    [("nl", "2. heb me doodgeërgerd aan die wachttijd", 2), ("en", "7/10 - the chairs though", 7), ("pl", "piątka", 5)],
)
def test_a_text_that_begins_with_a_score_is_one(language: str, text: str, score: int) -> None:
    found = understand(text, Context.SURVEY, language=language)
    assert (found.meaning, found.slots["score"]) == (Meaning.SURVEY_SCORE, score)


def test_what_stands_behind_a_score_still_counts() -> None:
    assert understand("1. stop these texts", Context.SURVEY, language="en").meaning is Meaning.STOP
    assert understand("8. i was fine, now i can't breathe", Context.SURVEY, language="en").must_escalate


@pytest.mark.parametrize(
    ("language", "text"),
    [("pl", "potwierdzam wizytę córki o 15:40"), ("id", "anak saya jam 10.40 ya"), ("en", "my son comes at 9:41")],
)
def test_a_time_of_the_clock_is_no_fever(language: str, text: str) -> None:
    assert not understand(text, Context.REMINDER, language=language).must_escalate
    assert understand("my son is 3, 40 fever", Context.REMINDER, language="en").must_escalate


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "the little one got into nan's tablets, not sure how many are gone"),
        ("es", "dejé mis papeles en orden y me despedí de mis hijos"),
        ("id", "ini pesan terakhir saya, titip anak2"),
        ("de", "ich mach dem Ganzen heute ein Ende, danke für die Geduld"),
        ("nl", "ik zie het niet meer zitten dokter, sta op het viaduct"),
    ],
)
def test_a_child_at_the_tablets_and_a_last_message_alarm(language: str, text: str) -> None:
    assert understand(text, Context.NONE, language=language).must_escalate


@pytest.mark.parametrize(
    "text",
    [
        "kid threw up all night, we better push his checkup to next week",
        "im on the bus now, its crawling. dont let them skip me",
    ],
)
def test_nothing_is_cancelled_for_who_is_on_the_way_or_wants_another_time(text: str) -> None:
    found = understand(text, Context.REMINDER, language="en")
    assert not (found.acts and found.meaning is Meaning.CANCEL)


def test_whoever_needs_no_reminders_has_said_stop() -> None:
    assert understand("ik hoef geen herinneringen", Context.REMINDER, language="nl").meaning is Meaning.STOP


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "can't talk, send me a text"), ("en", "dont call, send a text please"), ("en", "only text me please, don't call"),
        ("fr", "je ne peux pas parler, envoyez moi l'adresse par sms"), ("nl", "kan niet bellen, stuur maar een sms"),
        ("pl", "nie moge rozmawiac, wyslijcie sms"), ("es", "no puedo hablar ahora, manden la dirección por sms"),
        ("id", "ga bisa telpon, kirim sms aja ya"), ("de", "kann nicht telefonieren, schreibt mir bitte"),
        ("it", "non posso parlare, mandate un messaggio"), ("pt", "não consigo falar agora, mandem mensagem"),
    ],
)  # fmt: skip
def test_whoever_wants_a_text_instead_of_a_call_has_not_said_stop(language: str, text: str) -> None:
    for context in (Context.NONE, Context.REMINDER, Context.CAMPAIGN):
        assert understand(text, context, language=language).meaning is not Meaning.STOP, context


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "don't call or text me"), ("en", "dont call me and dont send me a text"), ("fr", "n'appelez pas et n'envoyez plus de sms"),
        ("nl", "niet bellen en ook geen sms sturen"), ("pl", "nie dzwoncie i nie piszcie"), ("es", "no me llamen ni me manden mensajes"),
        ("id", "jangan telepon jangan kirim sms"), ("de", "nicht anrufen, schreibt mir auch nicht mehr"),
        ("it", "non chiamate e non mandate messaggi"), ("pt", "não liguem nem mandem mensagem"),
    ],
)  # fmt: skip
def test_whoever_wants_neither_has(language: str, text: str) -> None:
    assert understand(text, Context.NONE, language=language).meaning is Meaning.STOP


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "cancel the taxi please, my son drives me"), ("en", "you cancelled on me last time, hope not again"),
        ("fr", "annulez le taxi, mon fils me conduit"), ("nl", "ik kom, maar mijn man niet"), ("nl", "de taxi afzeggen, mijn zoon rijdt"),
        ("pl", "odwołać taksówkę, syn mnie zawiezie"), ("es", "anulen el taxi, me lleva mi hijo"), ("id", "batalin ojek nya, diantar anak"),
    ],
)  # fmt: skip
def test_who_cancels_something_else_loses_no_visit(language: str, text: str) -> None:
    found = understand(text, Context.REMINDER, language=language)
    assert not (found.acts and found.meaning is Meaning.CANCEL)


@pytest.mark.parametrize(
    ("language", "text"), [("id", "kamis aja kak"), ("id", "hari kamis saja"), ("nl", "donderdag dan maar")]
)
def test_who_only_names_a_day_wants_that_day(language: str, text: str) -> None:
    assert understand(text, Context.REMINDER, language=language).meaning is Meaning.RESCHEDULE


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "my son is drowning in the pool"), ("en", "He choked in the night and now he is blue"),
        ("nl", "pijn op de borst is overgegaan naar mijn linkerarm"), ("nl", "zijn koorts is overgegaan in stuipen, hij ademt niet"),
        ("fr", "mon père est parti tout seul, il veut mourir"), ("id", "nenek hilang sendiri, katanya mau bunuh diri"),
    ],
)  # fmt: skip
def test_no_harmless_words_take_a_danger_back(language: str, text: str) -> None:
    assert understand(text, Context.NONE, language=language).must_escalate


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Sorry, I didn't see your last message. Yes I'll be there"), ("fr", "Pardon, je n'avais pas vu votre dernier message, je viens"),
        ("es", "perdón, no vi su último mensaje"), ("id", "Maaf baru baca chat terakhir, saya datang"),
        ("de", "Ihre letzte Nachricht habe ich gelesen, meine Kinder kommen auch"), ("pl", "Ostatnia wiadomość była pomyłką, przepraszam"),
        ("en", "Been at work all day, forgot my tablets"), ("en", "Finally got hold of the medicine, thanks"),
        ("nl", "de medicijnen van mama zijn leeg, graag herhalen"), ("de", "Bitte an die Medikamente für meinen Sohn denken"),
        ("pl", "Znalazłam innego lekarza dla córki, proszę odwołać"), ("pl", "Lekarz dobrał leki dla syna, dziękuję"),
        ("id", "Urusan sudah beres, maaf telat balas"), ("en", "I have my papers in order, thanks for your patience"),
    ],
)  # fmt: skip
def test_last_messages_fetched_tablets_and_papers_in_order_alarm_nobody(language: str, text: str) -> None:
    assert not understand(text, Context.REMINDER, language=language).must_escalate


@pytest.mark.parametrize(
    "text", ["I don't see the link, send another please", "please don't send another taxi", "never mind, send another"]
)
def test_another_link_or_taxi_is_no_stop(text: str) -> None:
    found = understand(text, Context.REMINDER, language="en")
    assert not (found.acts and found.meaning is Meaning.STOP)


@pytest.mark.parametrize(
    ("language", "text"),
    [("de", "2. Termin bitte absagen"), ("de", "3. Dezember passt mir nicht"), ("en", "1, this is not my number")],
)
def test_a_date_or_a_stranger_behind_a_number_is_no_score(language: str, text: str) -> None:
    assert understand(text, Context.SURVEY, language=language).meaning is not Meaning.SURVEY_SCORE


def test_who_wants_to_move_a_visit_loses_it_for_no_word_of_a_cancel() -> None:
    found = understand("verzetten graag, oppas heeft afgezegd", Context.REMINDER, language="nl")
    assert not (found.acts and found.meaning is Meaning.CANCEL)


def test_what_only_the_models_half_take_for_a_stop_is_none() -> None:
    text = "skasowal mi sie sms i teraz nie wiem na ktora mam byc?"
    assert understand(text, Context.REMINDER, language="pl").meaning is not Meaning.STOP


def test_whoever_is_to_be_put_off_the_list_leaves_it() -> None:
    assert understand("zet me van de lijst", Context.CAMPAIGN, language="nl").acts
    assert understand("zapisz mnie z listy rezerwowej", Context.CAMPAIGN, language="pl").meaning is not Meaning.STOP


def test_who_comes_by_bus_is_not_late() -> None:
    found = understand("Yes, I'll be there, coming on the bus", Context.REMINDER, language="en")
    assert found.acts and found.meaning is Meaning.CONFIRM


@pytest.mark.parametrize(
    ("language", "context", "text"),
    [
        ("en", Context.SURVEY, "I don't do surveys, kindly take me off the list"),
        ("nl", Context.CAMPAIGN, "Kunt u mij van de verzendlijst halen? Vriendelijke groet"),
        ("en", Context.CAMPAIGN, "This is the fourth one this week. Enough now."),
        ("fr", Context.NONE, "Je change de médecin, inutile de continuer à m'écrire"),
        ("nl", Context.SURVEY, "rot op met je vragenlijstjes"),
    ],
)
def test_more_ways_of_leaving_are_a_stop(language: str, context: Context, text: str) -> None:
    assert understand(text, context, language=language).meaning is Meaning.STOP


def test_whoever_wants_onto_the_list_has_not_left_it() -> None:
    assert understand("put me on the list", Context.CAMPAIGN, language="en").meaning is Meaning.ACCEPT_OFFER


def test_a_child_that_hardly_answers_alarms_beside_a_wish_for_another_time() -> None:
    text = "Können wir den Termin morgen verschieben? Mein Sohn ist vom Klettergerüst gefallen und seitdem kaum ansprechbar"
    assert understand(text, Context.REMINDER, language="de").must_escalate
