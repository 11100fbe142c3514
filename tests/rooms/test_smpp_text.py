"""Alphabets, cutting, headers and joining of texts."""

import gsmcodecs  # noqa: F401  # registers the codec that ours is compared with
import pytest
from gsmcodecs.charmaps import GSMCHARMAPS
from hypothesis import given
from hypothesis import strategies as st

from recado.foundation.protocols.smpp import codes
from recado.foundation.protocols.smpp.joining import Joiner, Piece, Standing, join_pieces, user_data
from recado.foundation.protocols.smpp.messages import Address, ShortMessage
from recado.foundation.protocols.smpp.text import (
    PartOf,
    alphabet,
    decode_gsm7,
    decode_text,
    encode_gsm7,
    encode_text,
    read_header,
    split_text,
    with_headers,
)

BASIC = "".join(map(chr, GSMCHARMAPS[0]["locking"]["encode"])).replace("\x1b", "")
EXTENDED = "".join(letter for letter in map(chr, GSMCHARMAPS[0]["singleShift"]["encode"]) if letter not in BASIC)

gsm_texts = st.text(BASIC + EXTENDED, max_size=700)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


@given(gsm_texts)
def test_gsm7_agrees_with_gsmcodecs_both_ways(text: str) -> None:
    octets = encode_gsm7(text)
    assert octets == text.encode("gsm23.038")
    assert decode_gsm7(octets) == text


@given(texts)
def test_text_is_the_same_after_encoding_and_decoding(text: str) -> None:
    data_coding, octets = encode_text(text)
    assert decode_text(data_coding, octets) == text


@pytest.mark.parametrize("text", ["ê", "patiënt", "ł", "“", "🙂", "\x1b", "ç", "\t"])
def test_letters_outside_the_alphabet_make_a_text_ucs2(text: str) -> None:
    assert encode_text(text)[0] == codes.UCS2


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("", [0]),
        ("a" * 160, [160]),
        ("a" * 161, [153, 8]),
        ("a" * 306, [153, 153]),
        ("a" * 307, [153, 153, 1]),
        ("€" * 80, [160]),
        ("€" * 81, [152, 10]),
        ("a" * 152 + "€" + "b" * 10, [152, 12]),
        ("a" * 151 + "€" + "b" * 10, [153, 10]),
        ("ł" * 70, [140]),
        ("ł" * 71, [134, 8]),
        ("ł" + "🙂" * 34 + "ł" * 2, [134, 8]),
        ("🙂" * 35, [140]),
        ("🙂" * 36, [132, 12]),
    ],
)
def test_split_cuts_where_phones_count(text: str, sizes: list[int]) -> None:
    assert [len(part) for part in split_text(text)[1]] == sizes


@given(st.one_of(gsm_texts, texts))
def test_split_parts_are_full_readable_alone_and_give_the_text_together(text: str) -> None:
    data_coding, parts = split_text(text)
    limit = 153 if data_coding == codes.GSM7 else 134
    assert "".join(decode_text(data_coding, part) for part in parts) == text
    if len(parts) > 1:
        assert all(limit - 2 <= len(part) <= limit for part in parts[:-1])
        assert 1 <= len(parts[-1]) <= limit
    for part in parts:
        assert "\ufffd" not in decode_text(data_coding, part) or "\ufffd" in text


def test_split_refuses_half_a_surrogate_pair() -> None:
    with pytest.raises(UnicodeEncodeError):
        split_text("\ud83d")


def test_headers_number_the_parts_and_fit_into_one_message() -> None:
    data_coding, parts = split_text("a" * 400)
    framed = with_headers(parts, 0x1A7)
    assert [part[:6] for part in framed] == [bytes((5, 0, 3, 0xA7, 3, n)) for n in (1, 2, 3)]
    assert max(map(len, framed)) == 159
    assert data_coding == codes.GSM7
    with pytest.raises(ValueError, match="255"):
        with_headers([b""] * 256, 1)


@pytest.mark.parametrize(
    ("payload", "part", "octets"),
    [
        (b"\x05\x00\x03\x07\x02\x01hello", PartOf(7, 2, 1), b"hello"),
        (b"\x06\x08\x04\x01\x07\x02\x02hello", PartOf(0x0107, 2, 2), b"hello"),
        (
            b"\x0a\x05\x04\x0b\x84\x23\xf0\x08\x04\x01\x07\x02\x02hi"[:1]
            + b"\x05\x04\x0b\x84\x23\xf0\x08\x02\x01\x07hi",
            None,
            b"hi",
        ),
        (b"\x05\x00\x03\x07\x02\x03hello", None, b"hello"),  # third of two
        (b"\x05\x00\x03\x07\x00\x00hello", None, b"hello"),
        (b"\x40short", None, b"\x40short"),
        (b"", None, b""),
    ],
)
def test_header_is_read_and_a_senseless_one_is_forgiven(payload: bytes, part: PartOf | None, octets: bytes) -> None:
    data = read_header(payload)
    assert (data.part, data.octets) == (part, octets)


@given(st.binary(max_size=60))
def test_any_header_is_read_without_an_error(payload: bytes) -> None:
    data = read_header(payload)
    assert payload.endswith(data.octets)


def test_turkish_reply_is_read_by_its_tables() -> None:
    data = read_header(b"\x03\x24\x01\x01\x1bg\x1bs\x1bc")
    assert decode_text(0, data.octets, locking=data.locking, single=data.single) == "ğşç"
    data = read_header(b"\x03\x25\x01\x01\x0b")
    assert decode_text(0, data.octets, locking=data.locking, single=data.single) == "Ğ"


@given(st.integers(0, 255), st.binary(max_size=160), st.integers(0, 255), st.integers(0, 255))
def test_any_octets_are_read_as_some_text(data_coding: int, octets: bytes, locking: int, single: int) -> None:
    assert isinstance(decode_text(data_coding, octets, locking=locking, single=single), str)


@pytest.mark.parametrize(
    ("data_coding", "expected"),
    [
        (0, 0),
        (1, 3),
        (3, 3),
        (4, 3),
        (8, 8),
        (0x10, 0),
        (0x18, 8),
        (0x19, 8),
        (0xF0, 0),
        (0xF1, 0),
        (0xF5, 3),
        (0xE0, 8),
    ],
)
def test_data_coding_groups_name_their_alphabet(data_coding: int, expected: int) -> None:
    assert alphabet(data_coding) == expected


# ---------------------------------------------------------------- joining


@given(st.one_of(gsm_texts, texts), st.randoms(), st.integers(0, 255))
def test_parts_join_to_the_text_in_any_order(text: str, random: object, reference: int) -> None:
    data_coding, parts = split_text(text)
    if len(parts) < 2:
        return
    numbered = list(enumerate(parts, 1))
    random.shuffle(numbered)  # type: ignore[attr-defined]
    joiner: Joiner[int] = Joiner()
    joined = [
        joiner.add("k", PartOf(reference, len(parts), number), Piece(part, data_coding), number, 0.0)
        for number, part in numbered
    ]
    assert joined[:-1] == [None] * (len(parts) - 1)
    assert joined[-1] is not None
    assert (joined[-1].text, joined[-1].missing) == (text, 0)
    assert sorted(joined[-1].tokens) == list(range(1, len(parts) + 1))


def test_surrogate_pair_cut_by_a_careless_phone_is_whole_after_joining() -> None:
    octets = "ł🙂".encode("utf-16-be")
    assert join_pieces([Piece(octets[:4], codes.UCS2), Piece(octets[4:], codes.UCS2)]) == "ł🙂"
    assert join_pieces([Piece(b"a\x1b", codes.GSM7), Piece(b"e", codes.GSM7)]) == "a€"
    assert join_pieces([Piece(b"a", codes.GSM7), Piece(b"\1B", codes.UCS2)]) == "ał"


def add(joiner: Joiner[str], number: int, text: bytes, now: float = 0.0, total: int = 2) -> object:
    return joiner.add("k", PartOf(1, total, number), Piece(text, 0), f"{text.decode()}@{now}", now)


def test_unfinished_text_is_given_out_when_overdue_and_whole_when_the_rest_comes() -> None:
    joiner: Joiner[str] = Joiner(wait=10, keep=300)
    assert add(joiner, 1, b"first ", 0.0) is None
    assert joiner.overdue(9.9) == []
    (fragment,) = joiner.overdue(10.0)
    assert (fragment.text, fragment.missing, fragment.tokens) == ("first ", 1, ["first @0.0"])
    assert joiner.overdue(20.0) == []
    whole = add(joiner, 2, b"second", 60.0)
    assert (whole.text, whole.missing, whole.tokens) == ("first second", 0, ["second@60.0"])  # type: ignore[attr-defined]


def test_unfinished_text_is_forgotten_when_nothing_more_comes() -> None:
    joiner: Joiner[str] = Joiner(wait=10, keep=300)
    add(joiner, 1, b"first ", 0.0)
    joiner.overdue(10.0)
    joiner.overdue(301.0)
    assert add(joiner, 2, b"second", 302.0) is None


def test_part_that_comes_again_is_kept_once_with_both_tokens() -> None:
    joiner: Joiner[str] = Joiner()
    add(joiner, 1, b"a", 0.0)
    add(joiner, 1, b"a", 1.0)
    whole = add(joiner, 2, b"b", 2.0)
    assert (whole.text, whole.tokens) == ("ab", ["a@0.0", "a@1.0", "b@2.0"])  # type: ignore[attr-defined]


def test_reference_used_again_begins_a_new_text_and_gives_out_the_old_one() -> None:
    joiner: Joiner[str] = Joiner()
    add(joiner, 1, b"old", 0.0)
    assert add(joiner, 1, b"new", 1.0) is None
    (old,) = joiner.overdue(1.0)
    assert (old.text, old.missing) == ("old", 1)
    assert add(joiner, 2, b"er", 2.0).text == "newer"  # type: ignore[attr-defined]


def test_part_of_a_stored_text_is_known_and_of_a_failed_one_is_new() -> None:
    joiner: Joiner[str] = Joiner()
    place, piece = PartOf(1, 2, 1), Piece(b"a", 0)
    assert joiner.standing("k", place, piece) is Standing.NEW
    add(joiner, 1, b"a")
    assert joiner.standing("k", place, piece) is Standing.NEW
    add(joiner, 2, b"b")
    assert joiner.standing("k", place, piece) is Standing.UNDER_WAY
    joiner.stored("k")
    assert joiner.standing("k", place, piece) is Standing.STORED
    joiner.forget("k")
    assert joiner.standing("k", place, piece) is Standing.STORED
    add(joiner, 1, b"x")
    add(joiner, 2, b"y")
    joiner.forget("k")
    assert joiner.standing("k", PartOf(1, 2, 1), Piece(b"x", 0)) is Standing.NEW


def test_oldest_text_leaves_when_there_are_too_many() -> None:
    joiner: Joiner[int] = Joiner(limit=3)
    for number in range(5):
        joiner.add(number, PartOf(1, 2, 1), Piece(b"%d" % number, 0), number, 0.0)
    assert [joined.text for joined in joiner.overdue(0.0)] == ["0", "1"]


def test_place_in_a_long_text_is_read_from_the_sar_parameters() -> None:
    nobody = Address(0, 0, "")
    sar = {codes.TLV_SAR_REFERENCE: b"\1\2", codes.TLV_SAR_TOTAL: b"\3", codes.TLV_SAR_NUMBER: b"\2"}
    assert user_data(ShortMessage(nobody, nobody, b"hi", tlvs=sar)).part == PartOf(0x0102, 3, 2)
    assert user_data(ShortMessage(nobody, nobody, b"hi", tlvs={**sar, codes.TLV_SAR_NUMBER: b"\4"})).part is None
    assert user_data(ShortMessage(nobody, nobody, b"hi", tlvs={codes.TLV_SAR_REFERENCE: b"\1"})).part is None
