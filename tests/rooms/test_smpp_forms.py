"""Every form in which a carrier may want its texts: sizes, what is never cut, and that what is sent is what was counted."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recado.channels.protocol import Envelope, Refused
from recado.channels.smpp.outgoing import bodies_of
from recado.channels.smpp.settings import Receipts, SmppSettings, Validity
from recado.foundation.protocols.smpp import codes
from recado.foundation.protocols.smpp.joining import Joiner, Piece, user_data
from recado.foundation.protocols.smpp.messages import decode_message
from recado.foundation.protocols.smpp.packing import pack, unpack
from recado.foundation.protocols.smpp.splitting import Alphabet, Form, Long, National, Tables, bodies, cut, room
from recado.foundation.protocols.smpp.text import decode_text, split_text, with_headers
from recado.foundation.protocols.smpp.times import decode_time
from recado.messaging.segments import measure, measure_in

LETTERS = "abc é€[]{}~ÇŞşğıİçáõãâÀÁ\u20acóúñ0 1\n🙂ę"
texts = st.one_of(
    st.text(st.sampled_from("abc €[]~é"), min_size=1, max_size=500),
    st.text(st.sampled_from("abc şğıİç€["), min_size=1, max_size=400),
    st.text(st.sampled_from(LETTERS), min_size=1, max_size=300),
)
FORMS = [
    Form(alphabet, long)
    for alphabet, long in itertools.product(Alphabet, Long)
    if (alphabet, long) != (Alphabet.PACKED, Long.PAYLOAD)
] + [
    Form(Alphabet.UNPACKED, long, national, tables)
    for long, national, tables in itertools.product((Long.UDH8, Long.UDH16), National, Tables)
    if national and (national is not National.SPANISH or tables is Tables.SINGLE)
]


def configured(form: Form, **wanted: object) -> SmppSettings:
    return SmppSettings("carrier.example", 2775, "recado", "secret", form=form, max_parts=255, **wanted)  # type: ignore[arg-type]


def sent(text: str, form: Form, **wanted: object) -> list[bytes]:
    made = bodies_of(Envelope(bytes(range(16)), "+447700900321", "Clinic", text), configured(form, **wanted))
    assert not isinstance(made, Refused)
    return made


def read(parts: list[bytes], form: Form) -> str:
    """What a phone behind that carrier shows."""
    joiner: Joiner[int] = Joiner()
    for body in parts:
        message = decode_message(body)
        assert message.flaws == ()
        data = user_data(message, form.default)
        assert data.flaws == ()
        if data.part is None:
            return decode_text(data.data_coding, data.octets, locking=data.locking, single=data.single)
        piece = Piece(data.octets, data.data_coding, data.locking, data.single)
        whole = joiner.add("key", data.part, piece, 0, 0.0)
        if whole:
            return whole.text
    raise AssertionError("the text did not become whole")


@settings(max_examples=300)
@given(texts, st.sampled_from(FORMS))
def test_what_is_sent_is_what_was_counted_and_reads_as_written(text: str, form: Form) -> None:
    made = sent(text, form)
    counted = measure_in(text, form)
    assert len(made) == (1 if form.long is Long.PAYLOAD else counted.segments)
    assert read(made, form) == text
    for body in made:
        message = decode_message(body)
        data = user_data(message, form.default)
        if form.long is not Long.PAYLOAD and form.alphabet is not Alphabet.LATIN1:
            header = len(message.payload) - len(data.octets) if form.alphabet is Alphabet.UNPACKED else 0
            is_ucs2 = message.data_coding == codes.UCS2
            air = header + len(data.octets) if is_ucs2 else header + -(-len(data.octets) * 7 // 8)
            assert air <= 140
        if data.data_coding == codes.GSM7:
            assert not data.octets.endswith(b"\x1b")  # an escape and its letter stay together
        elif message.data_coding == codes.UCS2 and form.long is not Long.PAYLOAD:
            data.octets.decode("utf-16-be")  # so do the halves of a surrogate pair


@given(texts)
def test_usual_form_is_the_short_way(text: str) -> None:
    coding, parts = split_text(text)
    made = bodies(text, Form(), 7)
    assert [part.payload for part in made] == (parts if len(parts) == 1 else with_headers(parts, 7))
    assert {part.data_coding for part in made} == {coding}
    assert measure_in(text, Form()) == measure(text)


@pytest.mark.parametrize(
    ("elements", "reference", "septets", "octets"),
    [
        (0, 0, 160, 140),
        (0, 5, 153, 134),
        (0, 6, 152, 132),
        (3, 0, 155, 136),
        (6, 0, 152, 132),
        (3, 5, 149, 130),
        (6, 5, 146, 128),
    ],
)
def test_sizes_are_those_of_the_standard(elements: int, reference: int, septets: int, octets: int) -> None:
    assert room(elements, reference) == (septets, octets)


def test_national_letters_are_used_only_where_they_save_a_part() -> None:
    form = Form(national=National.TURKISH)
    short, long = "ş" * 70, "ş" * 75
    assert not cut(short, form).is_gsm7
    assert (cut(long, form).is_gsm7, cut(long, form).single, len(cut(long, form).parts)) == (True, 1, 1)
    assert len(cut(long, Form()).parts) == 2
    assert cut("plain", form).elements == b""
    locking = Form(national=National.TURKISH, tables=Tables.BOTH)
    assert (cut("ş" * 150, locking).locking, cut("ş" * 150, locking).single) in {(0, 1), (1, 0), (1, 1)}


def test_latin1_carries_what_both_alphabets_hold() -> None:
    form = Form(Alphabet.LATIN1, latin1=0)
    (body,) = sent("café [1]", form)
    assert (decode_message(body).data_coding, decode_message(body).payload) == (0, "café [1]".encode("latin-1"))
    (body,) = sent("20 €", form)
    assert decode_message(body).data_coding == codes.UCS2


@pytest.mark.parametrize("long", [Long.UDH8, Long.UDH16, Long.SAR, Long.PAYLOAD])
def test_long_text_is_marked_as_the_carrier_wants(long: Long) -> None:
    made = [decode_message(body) for body in sent("word " * 50, Form(long=long))]
    heads = {
        Long.UDH8: bytes((5, 0, 3, 15, 2, 1)),
        Long.UDH16: bytes((6, 8, 4, 14, 15, 2, 1)),
        Long.SAR: b"word",
        Long.PAYLOAD: b"word",
    }
    assert made[0].payload.startswith(heads[long])
    assert (made[0].esm_class == codes.ESM_UDHI) is (long in (Long.UDH8, Long.UDH16))
    assert (codes.TLV_SAR_REFERENCE in made[0].tlvs) is (long is Long.SAR)
    assert len(made) == (1 if long is Long.PAYLOAD else 2)
    assert made[-1].registered_delivery == 1


def test_receipts_of_all_parts_are_asked_for_where_wanted() -> None:
    made = [decode_message(body) for body in sent("word " * 50, Form(), receipts=Receipts.ALL)]
    assert [message.registered_delivery for message in made] == [1, 1]


def test_text_in_one_piece_still_counts_its_parts() -> None:
    few = SmppSettings("h", 1, "s", "p", form=Form(long=Long.PAYLOAD), max_parts=2)
    assert bodies_of(Envelope(bytes(16), "+447700900321", "Clinic", "a" * 400), few) == Refused("text_too_long")


def test_validity_is_written_as_the_carrier_reads_it() -> None:
    envelope = Envelope(bytes(16), "+447700900321", "Clinic", "hello", timedelta(hours=2))
    said = {}
    for how in Validity:
        made = bodies_of(envelope, SmppSettings("h", 1, "s", "p", validity=how))
        assert not isinstance(made, Refused)
        said[how] = decode_message(made[0]).validity
    assert (said[Validity.NONE], said[Validity.RELATIVE]) == ("", "000000020000000R")
    until = decode_time(said[Validity.ABSOLUTE], datetime.now(UTC))
    assert until is not None
    assert abs(until - datetime.now(UTC) - timedelta(hours=2)) < timedelta(minutes=1)


@given(st.binary(max_size=160).map(lambda octets: bytes(octet & 0x7F for octet in octets)), st.integers(0, 12))
def test_packing_comes_back(septets: bytes, header: int) -> None:
    packed = pack(septets, header)
    assert len(packed) <= -(-(len(septets) * 7 + 6) // 8) + 1
    assert unpack(packed, header) in (septets, septets.removesuffix(b"\r"))


def test_packing_is_that_of_the_standard() -> None:
    assert pack(b"hello").hex() == "e8329bfd06"  # as every phone has it
    assert unpack(bytes.fromhex("e8329bfd06")) == b"hello"
    assert pack(b"hellohe").hex() == "e8329bfd46971b"  # seven bits left over hold a carriage return
    assert unpack(pack(b"hellohe")) == b"hellohe"
