"""Dialogues on the demo's simulated phones, in the language of whoever holds each; and what staff see of them."""

import pytest

from recado.dialogues.ready_words import ASK_SAME
from tests.phones import Demo

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

# What begins a repeat prescription, the first two answers, and words of the end, by language.
TALKS = {
    "en": ("Hi, need my tablets again", "only some", "the white ones", "We check it and write when it is ready"),
    "fr": (
        "Bonjour, je voudrais renouveler mon ordonnance",
        "pas tous",
        "la metformine",
        "vous écrivons quand c'est prêt",
    ),
    "nl": ("Mijn medicijnen zijn op", "niet alle", "de metformine", "schrijven als het klaar is"),
    "pl": ("Dzień dobry, powtórka recepty", "tylko część", "metformina", "napiszemy, gdy będzie gotowe"),
    "es": ("Hola, renovar receta por favor", "solo algunos", "la metformina", "cuando esté listo"),
    "id": ("Obat saya habis", "sebagian", "metformin", "menulis jika sudah siap"),
}


def test_a_repeat_prescription_is_asked_for_in_six_languages(demo: Demo) -> None:
    done = []
    for phone, who in demo.phones().items():
        language = who["language"]
        if language not in TALKS or language in done:
            continue
        start, some, which, end = TALKS[language]
        if f"2 {ASK_SAME[language].choices[1]}" not in demo.answer(phone, start):
            continue  # a family's phone, or somebody whom staff talk with already
        demo.answer(phone, some)
        demo.answer(phone, which)
        assert end in demo.answer(phone, "1"), language
        done.append(language)
    assert len(done) >= 3 and "en" in done, done


def test_what_is_unclear_is_asked_once_again_and_danger_ends_it(demo: Demo) -> None:
    phone = next(e164 for e164, who in reversed(demo.phones().items()) if who["language"] == "en")
    demo.answer(phone, "change of address")
    again = demo.answer(phone, "hmm, why?")
    assert "that was not clear" in again and "PERSON" in again
    assert "999" in demo.answer(phone, "I can't breathe")
    assert "that was not clear" not in demo.answer(phone, "1")


def test_who_turns_to_something_else_is_followed_and_stop_ends_it(demo: Demo) -> None:
    begins = "The same medicines"
    phone = next(
        e164
        for e164, who in reversed(demo.phones().items())
        if who["language"] == "en" and begins in demo.answer(e164, "repeat prescription")
    )
    demo.wait(60)
    told = demo.answer(phone, "what are your opening hours?")
    assert "We are open" in told and begins in told, "told beside, and asked again"
    assert "get it" in demo.answer(phone, "ok yes the same 👍")
    assert "insurance" in demo.answer(phone, "oh, and change of address")
    assert "no more messages" in demo.answer(phone, "STOP")
    assert demo.answer(phone, "1") == "", "nothing more goes"
