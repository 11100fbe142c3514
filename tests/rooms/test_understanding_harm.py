"""What tables must not do for all that they know: hide a danger, end texts that are wanted, or read a date as a cancel."""

import pytest

from recado.conversations.understanding.deciding import understand
from recado.conversations.understanding.meanings import Context, Meaning


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "cancel, I'll kill myself, my cat is in good hands"),
        ("en", "cancel please, i'm having a heart attack, the kids are in good hands"),
        ("en", "I took all my pills. The cat is being looked after. cancel my appointment"),
        ("de", "Ich bekomme keine Luft, Kinder sind gut versorgt, Termin bitte absagen"),
        ("nl", "ik wil niet meer leven, de kat wordt goed verzorgd"),
        ("fr", "Une voiture a renversé ma fille, annulez"),
        ("fr", "un camion a renversé mon mari devant l'école, je ne viens pas"),
        ("pl", "Odwołuję. Ból w klatce, EKG sprzed tygodnia dobre"),
        ("pl", "na szczęście tylko jedno dziecko połknęło baterię"),
        ("fr", "mon père fait un avc le docteur est là, annulez"),
        ("id", "suami saya pukul 08.15 tadi pakai kayu"),
        ("en", "he is gasping for a breath"),
        ("fr", "papa a mal à la poitrine et il est en rééducation"),
        ("es", "no puedo respirar, cicatrizada la herida"),
    ],
)
def test_no_word_of_comfort_hides_a_danger(language: str, text: str) -> None:
    found = understand(text, Context.REMINDER, language=language)
    assert found.must_escalate and not found.acts


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "baby kicked me in the stomach all night, see you Monday"),
        ("en", "I pushed the buggy down the stairs, sorry I'm late"),
        ("en", "see you in 3 weeks, car light has gone green"),
        ("fr", "plus besoin de rien pour demain, annulez"),
        ("fr", "je perds mes cartes vertes, je viens quand même"),
        ("nl", "vocht in de benen, afspraak over 2 weken graag"),
        ("pl", "nic już nie będzie mi potrzebne, odwołuję wizytę"),
        ("pl", "nie ma ciepłej wody w tygodniu, przełóżmy"),
        ("es", "perdí líquido del coche verde, llego tarde"),
        ("es", "me tiro por las escaleras y llego en 5 min"),
        ("id", "bisa bulan depan? susah dibangunin pagi2"),
        ("de", "in 3 Wochen? Bin morgens kaum wach"),
        ("it", "spinta la carrozzina giù dalle scale, arrivo"),
        ("pt", "águas passadas, levo o cartão verde"),
    ],
)
def test_plain_answers_alarm_nobody(language: str, text: str) -> None:
    assert not understand(text, Context.REMINDER, language=language).must_escalate


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "2, le 3"), ("fr", "2 plutôt le 3, si possible"), ("it", "2, il 3, il 4 o il 5 maggio"), ("it", "2, anzi il 3"),
        ("es", "2, el 3, 4 o 5 de mayo"), ("en", "2 to 3 please"), ("nl", "2 de 3"), ("it", "1 o 3"), ("es", "1 a 3"), ("pl", "1 i 3"),
        ("nl", "1 ja 3"), ("pl", "1, nie 3!"), ("pl", "1, przepraszam, nie 3"), ("id", "1, bukan 3 ya"), ("es", "1, no el 3"),
        ("es", "1, perdón, no 3"), ("en", "1 sorry I meant 3 - no wait 1"), ("en", "1 sorry 3, no 1 sorry"), ("nl", "1 sorry 3, 1 is goed"),
        ("en", "1 sorry 3, for my son, I'm still coming"), ("en", "1 sorry 3. but only if you can't do Monday"),
        ("en", "1. sorry, 3 - o'clock I mean"), ("fr", "1 non 3 fois non"), ("fr", "1 pardon de 3 mille"),
    ],
)  # fmt: skip
def test_no_other_pair_of_numbers_cancels(language: str, text: str) -> None:
    found = understand(text, Context.REMINDER_MENU, language=language)
    assert not (found.acts and found.meaning is Meaning.CANCEL)


def test_numbers_with_words_of_thanks_or_times_are_no_choice() -> None:
    assert not understand("3 fois", Context.REMINDER, language="fr").acts
    assert not understand("2 fois", Context.WAITLIST_OFFER, language="fr").acts


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Stop, Tuesday doesn't suit me, can we do Friday"),
        ("de", "Stop, Dienstag geht nicht, lieber Freitag"),
        ("it", "stop, martedì non posso, meglio venerdì"),
        ("en", "stop, hold on, my husband is checking his diary"),
        ("id", "saya perlu pengingat, jangan berhenti kirim sms"),
        ("fr", "j'en ai besoin, ne me retirez pas de la liste des sms"),
        ("en", "I need these so don't take me off the texts"),
        ("es", "es necesario no dejen de mandar mensajes"),
        ("es", "den de baja, mi cita por favor"),
        ("pl", "nie mam żadnego Ibuprofenu"),
    ],
)
def test_who_goes_on_or_moves_a_visit_ends_no_texts(language: str, text: str) -> None:
    found = understand(text, Context.REMINDER, language=language)
    assert not (found.acts and found.meaning is Meaning.STOP)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Do not switch them on again, I don't want your texts"),
        ("en", "I told you stop. You put them back on. No more texts"),
        ("nl", "niet weer aanzetten, ik wil geen sms"),
        ("es", "no reactiven los mensajes, denme de baja"),
        ("en", "No one called Monday so I came for nothing. Stop texting me"),
        ("id", "jangan hubungi saya lagi galak banget"),
        ("en", "stop being so rude and texting me"),
        ("pl", "nie mam żadnego Ibuprofenu, skończcie z tym pisaniem"),
        ("de", "Ich habe kein Kind, das Hilfe braucht, hört auf mir zu schreiben"),
    ],
)
def test_stop_is_heard_beside_a_denial_a_call_or_an_insult(language: str, text: str) -> None:
    assert understand(text, Context.NONE, language=language).meaning is Meaning.STOP


def test_what_was_put_on_again_against_the_will_is_no_wish_for_it() -> None:
    found = understand("don't turn them back on, I said STOP", Context.NONE, language="en")
    assert found.meaning is not Meaning.START or not found.acts


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pl", "mam dosc wszystkiego"),
        ("en", "I said my goodbyes to the kids. Don't bother with Thursday"),
        ("en", "you can give my slot away, where I'm going I won't need it"),
        ("en", "you won't need to see me again, I've sorted my affairs"),
        ("id", "batalin aja, saya sudah pamit sama anak anak"),
        ("nl", "annuleer alles maar, ik heb afscheid genomen"),
        ("pl", "tam gdzie idę lekarz niepotrzebny"),
        ("es", "ya no hace falta, a donde voy no lo necesito"),
        ("en", "I'll be there if I don't pass out again on the way"),
    ],
)
def test_farewell_in_a_plain_tone_is_heard(language: str, text: str) -> None:
    assert understand(text, Context.REMINDER, language=language).must_escalate


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I don't think I need to cancel"), ("en", "I'd hate to cancel"), ("en", "I hope you're not going to cancel again"),
        ("id", "gak jadi batal"), ("id", "tidak bisa tidak datang"), ("de", "den Termin nicht löschen bitte"), ("nl", "houd mijn plek vrij"),
        ("es", "dejen la cita como está"), ("it", "lasciate l'appuntamento com'è"), ("en", "someone told me it's been cancelled"),
        ("pl", "Myślałam że wizyta odwołana"), ("nl", "ik dacht dat die afgezegd was"), ("id", "kirain udah batal"),
        ("it", "pensavo fosse annullato"), ("de", "ich dachte der ist abgesagt"), ("fr", "on m'a dit que c'était annulé"),
        ("nl", "ik kan niet wachten"), ("pl", "nie omieszkam"), ("en", "cancel, I'm done with all of it"), ("nl", "voor mij hoeft het niet meer"),
    ],
)  # fmt: skip
def test_who_only_speaks_of_a_cancel_is_not_cancelled(language: str, text: str) -> None:
    found = understand(text, Context.REMINDER, language=language)
    assert not (found.acts and found.meaning is Meaning.CANCEL)


@pytest.mark.parametrize(
    ("language", "context", "text"),
    [
        ("id", Context.REMINDER, "gak jadi pindah, tetap hari senin"),
        ("fr", Context.REMINDER_MENU, "ok mais le 3 c'est férié non"),
        ("es", Context.REMINDER_MENU, "el 2 trabajo, pero bueno ok"),
        ("id", Context.REMINDER_MENU, "kami ber 2"),
        ("es", Context.REMINDER_MENU, "vamos 2"),
        ("en", Context.WAITLIST_OFFER, "wish I could"),
        ("en", Context.WAITLIST_OFFER, "wish I could make that work"),
        ("es", Context.WAITLIST_OFFER, "me late la idea"),
        ("en", Context.REFILL_REMINDER, "no I'll pick up the script myself"),
        ("en", Context.REMINDER, "Yeah right"),
    ],
)
def test_what_may_mean_the_contrary_waits_for_a_person(language: str, context: Context, text: str) -> None:
    assert not understand(text, context, language=language).acts


@pytest.mark.parametrize(
    ("language", "text", "score"),
    [
        ("nl", "een 8", 8), ("nl", "een dikke 8", 8), ("nl", "ik geef een 9", 9), ("fr", "je mets un 9", 9), ("fr", "un grand 10", 10),
        ("es", "le pongo un 8", 8), ("es", "un diez", 10), ("it", "un bel 9", 9), ("pt", "dou um 10", 10), ("id", "satu kata: 9", 9),
        ("en", "one of the best, 9", 9), ("en", "8 out of 10 I'd say", 8), ("en", "6. nurse was nice", 6), ("en", "not 10, 6", 6),
        ("fr", "pas 10 mais 7", 7),
    ],
)  # fmt: skip
def test_score_is_the_one_that_is_given(language: str, text: str, score: int) -> None:
    found = understand(text, Context.SURVEY, language=language)
    assert found.slots.get("score", score) == score and (found.slots or not found.acts)


@pytest.mark.parametrize(
    "text",
    [
        "was gonna give 10 but the wait, so 4", "not a 10 but close", "3 weeks for a slot then 8 from me", "my 2 kids loved it, 9",
        "2 out of 3 nurses were lovely", "minus 5", "8,5", "I'd say 8,5", "7-8", "-5",
    ],
)  # fmt: skip
def test_several_numbers_or_a_denied_one_wait_for_a_person(text: str) -> None:
    assert not understand(text, Context.SURVEY, language="en").acts


@pytest.mark.parametrize(
    ("language", "context", "text"),
    [
        ("de", Context.NONE, "Ich hab die Klinge schon in der Hand. Kann mich jemand anrufen"),
        ("es", Context.CAMPAIGN, "Qué vacuna ni qué vacuna, mi madre está morada y respira como un pez!!"),
        ("nl", Context.REFILL_REMINDER, "Heb per ongeluk de weekdoos in een keer ingenomen, ben heel duizelig"),
        ("en", Context.NONE, "took the whole week of my pill box at once"),
        ("es", Context.NONE, "Estoy en el puente viejo. No sé por qué les escribo a ustedes"),
    ],
)
def test_blade_a_weeks_box_and_blue_lips_are_dangers(language: str, context: Context, text: str) -> None:
    assert understand(text, context, language=language).must_escalate
