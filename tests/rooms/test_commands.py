"""STOP, START, HELP: the whole text, in every language; and never a word about a visit."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.conversations import words as answers
from recado.foundation.countries.table import ROWS
from recado.foundation.countries.values import CountryRule
from recado.foundation.text import COURTESIES, normalise, without_courtesy, words_of
from recado.messaging.commands import WORDS, Command, is_help, is_start, is_stop, phrases_of, read_command


@pytest.mark.parametrize(
    "text",
    [
        "STOP", "stop", " Stop. ", "STOP!!!", "“Stop”", "ＳＴＯＰ", "sTOP 🙏", "🛑 STOP", "Stop please", "Please stop", "STOP STOP",
        "S\u200bTOP", "stop all", "STOPALL", "unsubscribe", "OPT-OUT", "opt out", "optout", "Quit", "REVOKE",
        "ARRET", "Arrêt", "ARRÊTER", "arretez svp", "Bonjour, stop merci", "STOP 36111", "STOP au 36111",
        "stoppen", "UIT", "STOP UIT", "BAJA", "darme de baja", "berhenti", "PARAR", "Sair", "wypisz mnie", "proszę przestać",
        "Przestańcie!", "СТОП", "stopp", "STOP?", "désabonnez-moi",
    ],
)  # fmt: skip
def test_stop_is_understood_when_it_is_the_whole_text(text: str) -> None:
    assert is_stop(text)
    assert not is_start(text)
    assert not is_help(text)


@pytest.mark.parametrize(
    "text",
    [
        "cancel", "CANCEL", "end", "END", "annuler", "ANNULER", "batal", "BATAL", "cancelar", "annuleren", "odwołuję", "absagen",
        "afmelden", "rezygnuję", "no", "non", "3", "I can't stop by today", "bus stop", "the bus stop is closed", "stop 1",
        "don't stop", "", "  ", "...", "🛑", "🙏", "merci", "STOP 1", "nonstop",
    ],
)  # fmt: skip
def test_nobody_is_opted_out_when_the_text_is_about_something_else(text: str) -> None:
    assert read_command(text) is not Command.STOP


# What carriers in the United States stop texts on by themselves (Twilio's list; AWS's), and what each is to us.
CARRIERS_STOP = {
    "STOP": True, "UNSUBSCRIBE": True, "QUIT": True, "STOPALL": True, "REVOKE": True, "OPTOUT": True, "OPT-OUT": True,
    "ARRET": True, "REMOVE": True, "CANCEL": False, "END": False, "TD": False,
}  # fmt: skip
ABOUT_A_VISIT = {"CANCEL", "END", "CANCELAR"}


@pytest.mark.parametrize(("word", "is_ours"), CARRIERS_STOP.items())
def test_carriers_own_stop_words_about_a_visit_are_not_ours(word: str, is_ours: bool) -> None:
    assert is_stop(word) is is_ours


def test_cancelling_a_visit_opts_nobody_out_in_any_language() -> None:
    cancelling = answers.WORDS[answers.Answer.CANCEL]
    assert set(cancelling) >= {"en", "fr", "nl", "pl", "es", "id", "de", "it", "pt"}
    for line in cancelling.values():
        for phrase in line.split(";"):
            for text in (phrase, phrase.upper(), f"{phrase}!", f"please {phrase}"):
                assert read_command(text) is not Command.STOP, text


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.country}-{row.traffic}")
def test_stop_words_of_every_country_are_understood_but_for_those_about_a_visit(row: CountryRule) -> None:
    for word in row.stop.words:
        expected = None if word in ABOUT_A_VISIT else Command.HELP if word in ("HELP", "CONTACT") else Command.STOP
        assert read_command(word) is expected, word


@pytest.mark.parametrize("text", ["START", "unstop", "Start!", "mulai", "ALTA", "wznów", "reprendre", "Starten"])
def test_start_is_understood_when_it_is_the_whole_text(text: str) -> None:
    assert read_command(text) is Command.START


@pytest.mark.parametrize(
    "text", ["HELP", "help?", "Aide", "CONTACT", "hulp", "POMOC", "ayuda", "bantuan", "Who is this?", "Hilfe", "INFO"]
)
def test_help_is_understood_when_it_is_the_whole_text(text: str) -> None:
    assert read_command(text) is Command.HELP


@pytest.mark.parametrize("text", ["yes", "1", "oui", "help me find the clinic", "starting tomorrow", "stop then start"])
def test_no_command_is_read_when_there_is_none(text: str) -> None:
    assert read_command(text) is None


def test_every_phrase_of_the_tables_is_read_as_its_command_when_typed_in_capitals() -> None:
    for command, table in WORDS.items():
        for line in table.values():
            for phrase in line.split(";"):
                assert read_command(phrase.strip().upper()) is command, phrase


def test_no_phrase_has_two_meanings_when_tables_are_compared() -> None:
    tables = [phrases_of(WORDS[command]) for command in Command]
    for one, other in combinations(tables, 2):
        assert not one & other
    assert not frozenset().union(*tables) & COURTESIES
    for table in answers.WORDS.values():
        assert not phrases_of(WORDS[Command.JOIN]) & phrases_of(table)


@given(st.text())
def test_normalise_changes_nothing_more_when_done_twice(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text())
def test_words_are_the_same_when_read_again(text: str) -> None:
    assert words_of(" ".join(words_of(text))) == words_of(text)
    assert set(without_courtesy(words_of(text))) <= set(words_of(text))


@given(
    st.sampled_from(["stop", "arret", "baja", "berhenti"]), st.text(alphabet=" .,!¡\"'()-*\n\u200b\ufe0f", max_size=5)
)
def test_stop_is_understood_when_wrapped_in_punctuation(word: str, wrapping: str) -> None:
    assert is_stop(wrapping + word.upper() + wrapping)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("  ¡SÍ,   confirmo!  ", "si, confirmo"), ("1️⃣", "1"), ("Odwołuję.", "odwoluje"), ("２！", "2"), ("①", "1"), ("٣", "3"), ("D’accord", "d'accord"),
        ("Straße", "strasse"), ("ŒUVRE", "oeuvre"), ("👍🏽", "👍"), ("İptal", "iptal"), ("", ""), ("?!", ""),
    ],
)  # fmt: skip
def test_normalise_gives_one_form_when_people_type_in_many(text: str, normal: str) -> None:
    assert normalise(text) == normal
