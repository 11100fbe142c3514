"""Parts of a text: the rules of TS 23.038/23.040, and that the counter and the splitter never differ."""

import argparse
import io
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recado.foundation.protocols.smpp import codes
from recado.foundation.protocols.smpp.text import split_text
from recado.launch.commands import segments as command
from recado.messaging.segments import (
    GSM7,
    BrokenText,
    Cost,
    EmptyText,
    Encoding,
    Measure,
    cheaper_spelling,
    costly_letters,
    measure,
)

BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
EXTENDED = "\f^{}\\[~]|€"
FAMILY = "👨‍👩‍👧‍👦"  # 11 UTF-16 units

letters = st.one_of(
    st.sampled_from(BASIC),
    st.sampled_from(EXTENDED),
    st.sampled_from("ąęł’–\t👍😀\u200d\ufe0f" + "文"),
    st.characters(exclude_categories=("Cs",)),
)
texts = st.one_of(
    st.text(st.sampled_from(BASIC), min_size=1, max_size=500),
    st.text(st.sampled_from(BASIC + EXTENDED), min_size=1, max_size=500),
    st.text(letters, min_size=1, max_size=300),
)


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts"),
    [
        ("a", "gsm7", 1, 1),
        ("a" * 160, "gsm7", 160, 1),
        ("a" * 161, "gsm7", 161, 2),
        ("a" * 306, "gsm7", 306, 2),
        ("a" * 307, "gsm7", 307, 3),
        ("é" * 160, "gsm7", 160, 1),
        ("€" * 80, "gsm7", 160, 1),
        ("€" * 153, "gsm7", 306, 3),  # 76 pairs a part: the 77th would be cut
        ("a" * 152 + "€" + "a" * 152, "gsm7", 306, 3),  # the pair moves to the second part, which overflows
        ("a" * 151 + "€" + "a" * 153, "gsm7", 306, 2),
        ("ą" * 70, "ucs2", 70, 1),
        ("ą" * 71, "ucs2", 71, 2),
        ("ą" * 134, "ucs2", 134, 2),
        ("ą" * 135, "ucs2", 135, 3),
        ("👍" * 35, "ucs2", 70, 1),
        ("👍" * 67, "ucs2", 134, 3),  # 33 pairs a part
        ("a" * 66 + "👍" + "a" * 66, "ucs2", 134, 3),
        ("a" * 62 + FAMILY + "a" * 61, "ucs2", 134, 2),  # the phone joins before it draws: a grapheme may be cut
        ("a\r\nb", "gsm7", 4, 1),
        ("`", "ucs2", 1, 1),
        ("\t", "ucs2", 1, 1),
        ("\x1b", "ucs2", 1, 1),
    ],
)
def test_measure_follows_the_standard_when_at_the_edges(text: str, encoding: str, units: int, parts: int) -> None:
    assert measure(text) == Measure(Encoding(encoding), units, parts)


def test_alphabet_is_that_of_the_standard_when_compared_letter_by_letter() -> None:
    assert frozenset(BASIC + EXTENDED) == GSM7
    for letter in BASIC:
        assert measure(letter) == Measure(Encoding.GSM7, 1, 1)
    for letter in EXTENDED:
        assert measure(letter) == Measure(Encoding.GSM7, 2, 1)


def test_measure_refuses_when_there_is_nothing_to_send() -> None:
    with pytest.raises(EmptyText):
        measure("")


def test_measure_refuses_when_half_a_pair_stands_alone() -> None:
    with pytest.raises(BrokenText):
        measure("a\ud83dб")


def by_the_rule(text: str) -> Measure:
    """The standard's rule, letter by letter: slow and plain."""
    is_gsm7 = all(letter in BASIC or letter in EXTENDED for letter in text)
    if is_gsm7:
        sizes = [2 if letter in EXTENDED else 1 for letter in text]
        whole, part = 160, 153
    else:
        sizes = [2 if ord(letter) > 0xFFFF else 1 for letter in text]
        whole, part = 70, 67
    if sum(sizes) <= whole:
        parts = 1
    else:
        parts, room = 1, part
        for size in sizes:
            if size > room:
                parts, room = parts + 1, part
            room -= size
    return Measure(Encoding.GSM7 if is_gsm7 else Encoding.UCS2, sum(sizes), parts)


@given(texts)
@example("€" * 153)
@example(" €" * 153)
def test_measure_agrees_with_the_rule_when_given_any_text(text: str) -> None:
    assert measure(text) == by_the_rule(text)


@given(texts)
@example("a" * 152 + "€" * 2)
@example("a" * 66 + "👍" * 40)
def test_counter_and_splitter_agree_when_given_any_text(text: str) -> None:
    counted = measure(text)
    data_coding, parts = split_text(text)
    assert len(parts) == counted.segments
    assert (data_coding == codes.GSM7) is (counted.encoding is Encoding.GSM7)
    octets = sum(map(len, parts))
    assert counted.units == (octets if data_coding == codes.GSM7 else octets // 2)


def test_costly_letters_names_each_once_when_the_text_turns_ucs2() -> None:
    found = costly_letters("pielęgniarka, odwołuję – [1]")
    assert [(costly.letter, costly.cost, costly.instead) for costly in found] == [
        ("ę", Cost.WHOLE_TEXT, "e"),
        ("ł", Cost.WHOLE_TEXT, "l"),
        ("–", Cost.WHOLE_TEXT, "-"),
    ]


def test_costly_letters_names_double_letters_when_the_text_stays_gsm7() -> None:
    assert [(costly.letter, costly.cost) for costly in costly_letters("5 € [a]")] == [
        ("€", Cost.DOUBLE),
        ("[", Cost.DOUBLE),
        ("]", Cost.DOUBLE),
    ]
    assert costly_letters("Répondez 1 à l'été") == ()


@given(texts)
def test_costly_letters_are_cheaper_when_replaced(text: str) -> None:
    for costly in costly_letters(text):
        assert costly.letter in text
        assert costly.instead is None or GSM7.issuperset(costly.instead)
    assert bool(costly_letters(text)) == (measure(text).encoding is Encoding.UCS2 or measure(text).units > len(text))


def answers(*lines: bytes, **options: bool) -> list[dict[str, object]]:
    return list(command.count_lines([line + b"\n" for line in lines], **options))


def test_command_answers_each_line_when_some_are_bad() -> None:
    assert answers(
        b'\xef\xbb\xbf{"id": 1, "text": "hello"}',
        b"",
        '{"id": "b", "text": "odwołuję"}'.encode(),
        b'{"id": 3, "text": ""}',
        b'{"id": 4}',
        b'{"id": 5, "text": 7}',
        b"not json",
        b'["text"]',
        b'{"id": 6, "text": "\xff"}',
        b'{"id": 7, "text": "\\ud83d"}',
        b'{"id": NaN, "text": "a"}',
        b'{"id": 1e400, "text": "a"}',
        b"[" * 100_000,
        b'{"text": "no id"}',
    ) == [
        {"id": 1, "encoding": "gsm7", "units": 5, "segments": 1},
        {"id": "b", "encoding": "ucs2", "units": 8, "segments": 1},
        {"id": 3, "error": "the text is empty"},
        {"id": 4, "error": "the object has no text"},
        {"id": 5, "error": "the text is not a string"},
        {"id": None, "error": "the line is not JSON"},
        {"id": None, "error": "the line is not a JSON object"},
        {"id": None, "error": "the line is not UTF-8"},
        {"id": 7, "error": "the text holds half of a character (a lone surrogate)"},
        {"id": None, "error": "the line is not JSON"},
        {"id": None, "error": "the line is not JSON"},
        {"id": None, "error": "the line is not JSON"},
        {"id": None, "encoding": "gsm7", "units": 5, "segments": 1},
    ]


def test_command_names_costly_letters_when_asked() -> None:
    [answer] = answers('{"id": 1, "text": "mał"}'.encode(), with_letters=True)
    assert answer["letters"] == [{"letter": "ł", "costs": "70 letters a part instead of 160", "instead": "l"}]
    assert answer["cheaper"] is None  # one part as it is


def test_command_offers_a_spelling_that_takes_fewer_parts() -> None:
    [answer] = answers(json.dumps({"id": 1, "text": "Pani Małgorzato, " + "wizyta " * 15}).encode(), with_letters=True)
    assert (answer["segments"], answer["cheaper"]) == (2, "Pani Malgorzato, " + "wizyta " * 15)


@given(texts)
def test_cheaper_spelling_is_cheaper_or_none(text: str) -> None:
    cheaper = cheaper_spelling(text)
    assert cheaper is None or measure(cheaper).segments < measure(text).segments


@pytest.mark.parametrize("text", ["文" * 80, "hello", "€"])
def test_no_spelling_is_offered_where_none_fits_or_none_is_needed(text: str) -> None:
    assert cheaper_spelling(text) is None


def parsed(*given_arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return parser.parse_args(given_arguments)


def test_command_reads_standard_input_when_no_file_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"id": 9, "text": "ok"}\n')))
    assert command.run(parsed()) == 0
    assert json.loads(capsys.readouterr().out) == {"id": 9, "encoding": "gsm7", "units": 2, "segments": 1}


def test_command_says_so_when_the_file_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run(parsed("/nowhere/texts.jsonl")) == 2
    assert "/nowhere/texts.jsonl can't be read" in capsys.readouterr().err
