"""STOP as the keyword and where reminding is to end, and signs of danger in what is surely none."""

import pytest

from recado.conversations.understanding.deciding import understand
from recado.conversations.understanding.meanings import Context, Meaning


@pytest.mark.parametrize(
    ("language", "context", "text"),
    [
        ("es", Context.SURVEY, "STOP. a las seis de la mañana ya es abuso"),
        ("en", Context.NONE, "STOP! it is five in the morning here"),
        ("es", Context.REMINDER, "STOP avisos, que mi mujer ya lo apunta todo en la nevera, la cita la mantengo"),
        ("pl", Context.CAMPAIGN, "stop reklamom"),
        ("en", Context.REMINDER, "Yes I'll be there but please stop the texts, I have it on the calendar"),
        ("nl", Context.REMINDER, "Ik heb een kalender hangen, dus u hoeft mij in het vervolg niet meer te herinneren"),
        ("en", Context.REMINDER, "no need to remind me any more thanks"),
        ("pl", Context.REFILL_REMINDER, "Proszę mi o lekach już nie przypominać, córka wszystkiego pilnuje"),
        ("id", Context.REMINDER, "gak usah diingatkan lagi"),
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
        ("en", Context.NONE, "please don't send another taxi"),
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
