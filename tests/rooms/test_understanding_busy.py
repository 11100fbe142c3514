"""What somebody is doing at the moment neither confirms nor cancels a visit by itself; a visit that is cancelled beside it is."""

import pytest

from recado.conversations.understanding.deciding import understand
from recado.conversations.understanding.meanings import Context

VISITS = (Context.REMINDER, Context.REMINDER_MENU)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "at work, can't look at my phone"), ("en", "I'm in class"), ("en", "in meetings until three, will reply later"),
        ("fr", "au bureau, je peux pas répondre là"), ("fr", "je conduis, je lirai plus tard"),
        ("nl", "op kantoor, kan nu niet kijken"), ("nl", "achter het stuur, antwoord later"),
        ("pl", "w biurze, nie mogę teraz czytać"), ("pl", "jestem na zebraniu, odpiszę później"),
        ("es", "en la oficina, ahora no puedo mirar"), ("es", "en una reunión hasta las tres, contesto luego"),
        ("id", "lagi kerja, belum bisa baca"), ("id", "rapat sampai jam tiga, nanti saya balas"),
        ("de", "im Büro, kann gerade nicht lesen"), ("de", "Sitzung bis drei, antworte später"),
        ("it", "in ufficio, ora non posso leggere"), ("it", "sono in riunione"),
        ("pt", "no escritório, agora não posso ler"), ("pt", "numa reunião, respondo depois"),
    ],
)  # fmt: skip
def test_nothing_is_done_with_the_visit_when_they_only_say_that_they_are_busy_now(language: str, text: str) -> None:
    for context in VISITS:
        found = understand(text, context, language=language)
        assert not (found.acts and found.meaning in ("confirm", "cancel")), (text, context, found)


@pytest.mark.parametrize(
    ("language", "text", "meaning"),
    [
        ("en", "in a meeting, please cancel my appointment", "cancel"),
        ("en", "I confirm, will call you later", "confirm"),
        ("es", "estoy en una reunión, cancele mi cita por favor", "cancel"),
    ],
)
def test_a_visit_is_cancelled_or_confirmed_when_they_say_so_beside_being_busy(
    language: str, text: str, meaning: str
) -> None:
    found = understand(text, Context.REMINDER, language=language)
    assert found.acts and found.meaning == meaning, found


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "sorry I can't do Wednesdays"), ("en", "Fridays I've college so I can't"),
        ("fr", "le mercredi je ne peux pas, je garde les enfants"), ("fr", "tous les jeudis j'ai cours, impossible"),
        ("nl", "woensdags kan ik niet"), ("nl", "elke vrijdag heb ik les, dan kan ik niet"),
        ("pl", "we wtorki nie mogę, jestem wtedy sama z dziećmi"), ("pl", "w czwartki mam zajęcia, nie dam rady"),
        ("es", "los miércoles no puedo"), ("es", "los viernes tengo colegio, imposible"),
        ("id", "setiap rabu saya tidak bisa"), ("id", "tiap jumat saya kuliah, ga bisa datang"),
        ("de", "mittwochs kann ich nicht"), ("it", "il mercoledì non posso, ho lezione"), ("pt", "às quintas não posso"),
    ],
)  # fmt: skip
def test_another_day_is_wanted_when_each_day_of_a_name_is_refused(language: str, text: str) -> None:
    for context in VISITS:
        assert understand(text, context, language=language).meaning == "reschedule", (text, context)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "can't come, please cancel, I never can on Fridays"),
        ("en", "take me off Wednesday's list, I can't come"),
        ("fr", "je ne peux pas venir le mercredi 9"),
        ("pl", "nie mogę przyjść w środę"),
    ],
)
def test_a_visit_is_cancelled_when_only_its_own_day_is_refused(language: str, text: str) -> None:
    assert understand(text, Context.REMINDER, language=language).meaning == "cancel"


@pytest.mark.parametrize(
    "text", ["weet ik nog niet, hangt van mijn baas af", "hangt van mijn dienst af, weet ik nog niet"]
)
def test_nothing_is_done_with_the_visit_when_they_do_not_know_yet(text: str) -> None:
    assert not understand(text, Context.REMINDER, language="nl").acts
