"""Answers by exact tables: what counts, what doesn't, and that no word means two things."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.appointments.wordings import WORDINGS
from recado.conversations.matching import read_answer, read_choice
from recado.conversations.words import DIGITS, FALSE_FRIENDS, WORDS, Answer
from recado.foundation.text import COURTESIES, words_of
from recado.messaging.commands import WORDS as COMMANDS
from recado.messaging.commands import phrases_of, read_command


@pytest.mark.parametrize(("digit", "answer"), [("1", Answer.CONFIRM), ("2", Answer.CHANGE), ("3", Answer.CANCEL)])
def test_digits_are_read_when_typed_in_any_way(digit: str, answer: Answer) -> None:
    wide = chr(ord("０") + int(digit))
    for text in (
        digit,
        f" {digit}. ",
        f"{digit}!",
        f"({digit})",
        f"#{digit}",
        f"{digit}\ufe0f\u20e3",
        wide,
        f"{digit}\n",
        f"'{digit}'",
        f"{digit} 🙏",
        f"Hello {digit}",
    ):
        assert read_answer(text) is answer, text


@pytest.mark.parametrize(
    "text",
    [
        "yes", "YES!", "Yes please", "y", "ok", "OK 👍", "👍", "👍🏽👍🏽", "Oui", "oui, d'accord", "D’accord", "je confirme", "ja", "Ja, ik kom",
        "1 = ik kom", "1 potwierdzam", "Tak", "Potwierdzam.", "Dzień dobry, potwierdzam. Pozdrawiam", "sí", "Si", "¡Sí!", "Sí, confirmo",
        "confirmo", "vale", "ya", "Iya", "oke", "konfirmasi", "Ya, saya datang. Terima kasih", "✅", "ok ok", "yes 😊", "bonjour oui merci",
        "Sì", "Ich komme", "sim", "OK, I confirm", "één",
    ],
)  # fmt: skip
def test_confirm_is_read_when_the_whole_text_says_so(text: str) -> None:
    assert read_answer(text) is Answer.CONFIRM


@pytest.mark.parametrize(
    "text",
    [
        "change", "Reschedule please", "another time", "changer", "Déplacer", "autre horaire", "wijzigen", "verzetten", "2 = andere tijd", "zmienić",
        "Zmieniam", "inny termin", "cambiar", "otra hora por favor", "ubah", "ganti jadwal", "2 ubah jadwal", "verschieben", "spostare", "remarcar",
    ],
)  # fmt: skip
def test_change_is_read_when_the_whole_text_says_so(text: str) -> None:
    assert read_answer(text) is Answer.CHANGE


@pytest.mark.parametrize(
    "text",
    [
        "cancel", "Cancel!", "please cancel", "cancelled", "annuler", "Annulé", "j’annule", "annuleren", "3 = annuleren", "ik zeg af", "odwołuję",
        "ODWOLUJE", "anulować", "cancelar", "anular", "batal", "Batalkan", "absagen", "disdire", "desmarcar", "3 cancel",
    ],
)  # fmt: skip
def test_cancel_is_read_when_the_whole_text_says_so(text: str) -> None:
    assert read_answer(text) is Answer.CANCEL
    assert read_command(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "!", "🙏", "merci", "thanks", "yes but later", "oui mais plus tard", "ok?", "1?", "1 or 2", "1 2", "12", "1/2", "4", "0", "10:30", "yes 👎",
        "👎", "❌", "no", "non", "nie", "nee", "tidak", "1 cancel", "3 yes", "ok cancel", "yes no", "I can't come", "end", "fin", "koniec", "prima",
        "afmelden", "stop", "START", "is it at 1", "maybe", "peut-être", "1.5", "one two", "A", "ja maar later", "tak ale później", "yes " * 20,
    ],
)  # fmt: skip
def test_nothing_is_guessed_when_the_text_says_more_or_less(text: str) -> None:
    assert read_answer(text) is None


def test_every_phrase_of_the_tables_is_read_as_its_answer_when_typed_in_capitals() -> None:
    for answer, table in WORDS.items():
        for line in table.values():
            for phrase in line.split(";"):
                assert read_answer(phrase.strip().upper()) is answer, phrase


def test_no_phrase_has_two_meanings_when_all_tables_are_compared() -> None:
    meanings = [phrases_of(table) for table in (*WORDS.values(), *COMMANDS.values())] + [COURTESIES]
    for index, phrases in enumerate(meanings):
        for others in meanings[index + 1 :]:
            assert not phrases & others


def test_false_friends_are_left_to_a_person_when_they_mean_something_else_there() -> None:
    assert read_answer("tak") is Answer.CONFIRM
    assert read_answer("tak", "pl") is Answer.CONFIRM
    assert read_answer("tak", "id-ID") is None
    assert read_answer("1", "id") is Answer.CONFIRM
    known = {words_of(phrase)[0] for table in WORDS.values() for line in table.values() for phrase in line.split(";")}
    assert all(words <= known for words in FALSE_FRIENDS.values())


def test_answers_that_our_texts_offer_are_read_when_people_copy_them() -> None:
    order = (Answer.CONFIRM, Answer.CHANGE, Answer.CANCEL)
    for language, text in WORDINGS["visit_question"].items():
        offered = re.findall(r"([123](?: =)? [^,.]+)", text.rpartition("]]")[2])
        assert len(offered) == 3, language
        for phrase, answer in zip(offered, order, strict=True):
            assert read_answer(phrase) is answer, phrase
            assert DIGITS[phrase[0]] is answer


@given(st.text())
def test_reading_never_fails_when_given_any_text(text: str) -> None:
    answer = read_answer(text)
    assert answer is None or text.strip()
    assert read_choice(text, "AB") in (None, 0, 1)


@given(
    st.sampled_from(["maybe", "but", "later", "niet", "pas", "8", "not"]),
    st.sampled_from(["1", "yes", "cancel", "ubah"]),
)
def test_nothing_is_guessed_when_an_unknown_word_stands_beside(unknown: str, known: str) -> None:
    assert read_answer(f"{known} {unknown}") is None
    assert read_answer(f"{unknown} {known}") is None


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("A", 0),
        ("b", 1),
        ("B.", 1),
        ("(c)", 2),
        ("Ｂ", 1),
        ("b)", 1),
        ("B please", 1),
        ("A merci", 0),
        ("D", None),
        ("A B", None),
        ("AB", None),
        ("1", None),
        ("a?", None),
        ("option A", None),
        ("", None),
        ("yes", None),
    ],
)
def test_choice_is_read_when_it_is_one_of_the_letters(text: str, choice: int | None) -> None:
    assert read_choice(text, "ABC") == choice
