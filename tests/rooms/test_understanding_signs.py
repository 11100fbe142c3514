"""STOP as the keyword and where reminding is to end, and signs of danger in what is surely none."""

import pytest

from recado.conversations.understanding.deciding import understand
from recado.conversations.understanding.meanings import Context, Meaning


@pytest.mark.parametrize(
    ("language", "context", "text"),
    [
        ("es", Context.SURVEY, "STOP. a las seis de la mañana ya es abuso"),
        ("pl", Context.REFILL_REMINDER, "stop, leki kupuje mi syn"),
        ("es", Context.REFILL_REMINDER, "Mi hija se encarga de las medicinas, dejen de avisarme a mí"),
        ("es", Context.REMINDER, "STOP avisos, que mi mujer ya lo apunta todo en la nevera, la cita la mantengo"),
        ("pl", Context.CAMPAIGN, "stop reklamom"),
        ("en", Context.REMINDER, "Yes I'll be there but please stop the texts, I have it on the calendar"),
        ("nl", Context.REMINDER, "Ik heb een kalender hangen, dus u hoeft mij in het vervolg niet meer te herinneren"),
        ("en", Context.REMINDER, "no need to remind me any more thanks"),
        ("pl", Context.REFILL_REMINDER, "Proszę mi o lekach już nie przypominać, córka wszystkiego pilnuje"),
        ("id", Context.REMINDER, "gak usah diingatkan lagi"),
        ("nl", Context.REMINDER_MENU, "1. en daarna STOP met smsen"),
        ("en", Context.SURVEY, "take me off your list today"),
    ],
)
def test_a_stop_is_heard_in_these_words(language: str, context: Context, text: str) -> None:
    assert understand(text, context, language=language).meaning is Meaning.STOP


@pytest.mark.parametrize(
    ("language", "context", "text"),
    [
        ("en", Context.NONE, "STOP. Don't cancel my appointment"),
        ("en", Context.NONE, "if I reply STOP will I still get my results?"),
        ("en", Context.REMINDER, "No need to remind me, I'll be there"),
        ("nl", Context.REMINDER, "Je hoeft me niet te herinneren hoor, ik kom"),
        ("pl", Context.REMINDER, "usuńcie mnie z grafiku"),
        ("en", Context.REMINDER, "Please take me off tomorrow's list, the knee has sorted itself out"),
        ("en", Context.REMINDER_MENU, "1 I'll stop by at nine"),
        ("en", Context.NONE, "please don't send another taxi"),
        ("en", Context.NONE, "stop these tablets, they make me dizzy"),
        ("en", Context.REMINDER, "Stop send me a time after 4"),
        ("en", Context.REMINDER, "STOP! Before you give it away, I want that slot"),
        ("nl", Context.REMINDER, "STOP! verkeerd gedrukt, ik wil de afspraak houden"),
        ("id", Context.REMINDER, "saya perlu diingatkan lagi sehari sebelumnya"),
        ("fr", Context.REMINDER, "J'ai besoin de me rappeler à chaque fois sinon j'oublie"),
        ("fr", Context.NONE, "Inutile de me rappeler plus tard, j'ai eu le secrétariat"),
        ("pl", Context.REMINDER, "Nie przypominajcie, już pamiętam, będę"),
        ("id", Context.REMINDER, "gak usah diingatkan lagi, besok saya datang"),
        (
            "en",
            Context.SURVEY,
            "For the last time I am NOT Kayleigh, fix your records and stop asking me about her scan",
        ),
    ],
)
def test_no_stop_is_heard_in_these(language: str, context: Context, text: str) -> None:
    found = understand(text, context, language=language)
    assert not (found.meaning is Meaning.STOP and found.acts)


@pytest.mark.parametrize(
    ("language", "context", "text"),
    [
        ("en", Context.CAMPAIGN, "What are the signs of a stroke, is that covered in the talk?"),
        ("fr", Context.CAMPAIGN, "Les formations premiers secours, c'est aussi pour l'étouffement du nourrisson ?"),
        ("en", Context.NONE, "Thank you so much for fitting him in yesterday x"),
        ("de", Context.NONE, "Vielen lieben Dank für die schnelle Hilfe gestern"),
        ("es", Context.SURVEY, "1, casi me da un infarto al ver la factura"),
    ],
)
def test_a_sign_in_what_is_surely_none_alarms_nobody(language: str, context: Context, text: str) -> None:
    assert not understand(text, context, language=language).must_escalate


@pytest.mark.parametrize(
    ("language", "context", "text"),
    [
        ("en", Context.REMINDER, "ok see you then, collapsed at work today"),
        ("pl", Context.REMINDER, "Tak, będę. Mąż mnie bije"),
        ("it", Context.REMINDER, "Sì ci sono, ha un coltello"),
        ("id", Context.REMINDER, "ya saya datang, tadi pingsan di kantor"),
        ("nl", Context.WAITLIST_OFFER, "Ja graag, ik hoest bloed"),
        ("en", Context.WAITLIST_OFFER, "Yes please, he has a knife"),
        ("en", Context.NONE, "STOP! he has a knife"),
        ("fr", Context.NONE, "arrêtez les sms, mon mari me frappe à cause de ça"),
        ("es", Context.NONE, "Gracias, orino sangre"),
        ("en", Context.SURVEY, "1 I overdosed because you didn't call"),
        ("fr", Context.SURVEY, "5, mon mari me frappe"),
    ],
)
def test_a_sign_behind_a_sure_answer_alarms_and_acts_on_nothing(language: str, context: Context, text: str) -> None:
    found = understand(text, context, language=language)
    assert found.must_escalate and not found.acts


@pytest.mark.parametrize(
    ("language", "context", "text"),
    [
        ("en", Context.REMINDER, "Auto reply: we confirm receipt of your message and will answer within two days"),
        ("pl", Context.REMINDER, "Automatyczna odpowiedź: potwierdzam otrzymanie wiadomości"),
        ("en", Context.REMINDER, "I confirm the cancellation"),
        ("fr", Context.REMINDER, "Je confirme mon annulation"),
        ("de", Context.REMINDER, "ich bestätige die Absage"),
        ("en", Context.REMINDER_MENU, "1 for me and 3 for my husband"),
        ("en", Context.REMINDER, "Can't believe it's tomorrow already"),
        ("en", Context.REMINDER, "Mum can't come with us so it's just me and dad"),
        ("de", Context.REMINDER, "Das Taxi bitte absagen, mein Sohn bringt mich"),
        ("en", Context.NONE, "book me in for the start of May"),
    ],
)
def test_nothing_is_done_on_these(language: str, context: Context, text: str) -> None:
    found = understand(text, context, language=language)
    assert not found.acts or found.meaning in (Meaning.RESCHEDULE, Meaning.REFILL_REQUEST)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "stuck in traffic up on the bridge, 10 min late"),
        ("es", "Estoy parado en el puente, hay mucho tráfico, llego tarde"),
        ("de", "stehe auf der Brücke im Stau, komme später"),
        ("pt", "apaguei duas vezes a mensagem sem querer"),
        ("en", "my hearing aid has eaten its batteries again"),
    ],
)
def test_bridges_and_batteries_are_no_danger(language: str, text: str) -> None:
    assert not understand(text, Context.REMINDER, language=language).must_escalate


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "By the time you read this I'll be gone, cancel it"),
        ("pt", "Vou amanhã sim. Hoje o coração disparou e apaguei duas vezes na cozinha"),
        ("pl", "będziemy o 16, a mała przed chwilą napiła się rozpuszczalnika z butelki"),
        ("de", "Termin braucht ihr nicht freihalten. Ich steh auf der Brücke und hab endlich Ruhe"),
        ("nl", "Ja we komen. Ze heeft net een slok gootsteenontstopper gehad"),
        ("en", "yes see you at four, he drank some white spirit just now"),
    ],
)
def test_a_danger_told_aside_alarms_and_acts_on_nothing(language: str, text: str) -> None:
    for context in (Context.REMINDER, Context.REMINDER_MENU):
        found = understand(text, context, language=language)
        assert found.must_escalate and not found.acts, context
