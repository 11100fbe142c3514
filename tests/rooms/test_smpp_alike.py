"""What is read or made the short way is what the long way reads and makes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.channels.protocol import Envelope, Receipt, ReceiptState
from recado.channels.smpp import outgoing
from recado.channels.smpp.alike import Alike
from recado.channels.smpp.incoming import receipt_of
from recado.channels.smpp.outgoing import bodies_of
from recado.channels.smpp.settings import ReceiptIds, SmppSettings, Validity
from recado.foundation.protocols.smpp import codes
from recado.foundation.protocols.smpp.messages import Address, ShortMessage, decode_message, encode_message
from recado.foundation.protocols.smpp.pdus import DecodeError

USED = SmppSettings("h", 1, "s", "p")
IDENTS = st.one_of(
    st.sampled_from(["1", "7", "0", "001", "DELIVRD", "id", "A3F", "2611", "a_b", "x:1", ""]),
    st.text("01aF-", max_size=9),
)
TAILS = st.sampled_from(
    [
        " sub:001 dlvrd:001 submit date:2611241030 done date:2611241031 stat:DELIVRD err:000 text:",
        " sub:001 dlvrd:001 submit date:2611241030 done date:2611241031 stat:DELIVRD err:000 text:Dear 1 and 7",
        " sub:001 dlvrd:000 submit date:2611241030 done date:261124103102 stat:UNDELIV err:001 text:1",
        " stat:EXPIRED err:007",
        " stat:UNKNOWN",
        "_2 stat:DELIVRD",
        ":3 stat:DELIVRD id:8",
        "",
    ]
)


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """Bodies of deliver_sm, most of them receipts of a usual form, many alike but for number and id."""
    ident = draw(IDENTS)
    tlvs: dict[int, bytes] = {}
    options = {
        codes.TLV_RECEIPTED_MESSAGE_ID: [ident.encode() + b"\0", b"7\0", ident.encode(), b"\0"],
        codes.TLV_MESSAGE_STATE: [b"\2", b"\5", b"", b"\2" + ident.encode()],
        codes.TLV_NETWORK_ERROR: [b"\3\0\1", b"\3"],
        codes.TLV_USER_MESSAGE_REFERENCE: [b"\1\2", b"", b"\0\x1e"],
        0x1400: [b"\0\x1e\0\2" + ident.encode() + b"\0"],
    }
    for tag in draw(st.permutations(list(options))):
        if draw(st.integers(0, 2)) == 0:
            tlvs[tag] = draw(st.sampled_from(options[tag]))
    message = ShortMessage(
        Address(
            draw(st.sampled_from([1, 1, 1, 0, 5])),
            1,
            draw(st.sampled_from(["447700900321", "447700900322", "1", "Clinic", ""])),
        ),
        Address(draw(st.sampled_from([1, 1, 3])), 1, draw(st.sampled_from(["447700900100", "60777", ""]))),
        (draw(st.sampled_from(["id:", "id:", "id:", "ID:", " id:"])) + ident + draw(TAILS)).encode(),
        esm_class=draw(st.sampled_from([4, 4, 4, 0x20, 0x44])),
        tlvs=tlvs,
    )
    body = encode_message(message)
    return body[: len(body) - draw(st.sampled_from([0, 0, 0, 0, 1, 5, 40]))]


@given(st.lists(bodies(), max_size=12), st.sampled_from(list(ReceiptIds)))
def test_receipts_say_the_same_read_alike_as_field_by_field(some: list[bytes], how: ReceiptIds) -> None:
    settings = replace(USED, receipt_ids=how)

    def read(body: bytes) -> Receipt:
        return receipt_of(decode_message(body), settings)

    alike = Alike(read, how)
    for body in [*some, *some]:
        told = alike.receipt(body)
        if told is not None:
            assert told == read(body)


def test_receipts_that_differ_in_number_and_id_are_taken_apart_once() -> None:
    read = []

    def reading(body: bytes) -> Receipt:
        read.append(body)
        return receipt_of(decode_message(body), USED)

    alike = Alike(reading, ReceiptIds.AS_SENT)
    for last in range(10, 60):
        tlvs = {codes.TLV_RECEIPTED_MESSAGE_ID: b"9%d\0" % last, codes.TLV_MESSAGE_STATE: b"\2"}
        text = b"id:9%d sub:001 dlvrd:001 submit date:2611241030 done date:2611241031 stat:DELIVRD err:000 text:" % last
        body = encode_message(
            ShortMessage(
                Address(1, 1, f"4477009003{last}"), Address(1, 1, "447700900100"), text, esm_class=4, tlvs=tlvs
            )
        )
        told = alike.receipt(body)
        assert told is not None
        assert (told.ref, told.to, told.state) == (f"9{last}", f"+4477009003{last}", ReceiptState.DELIVERED)
    assert len(read) == 1


def test_receipt_that_ends_too_early_is_left_to_whoever_reads_it_field_by_field() -> None:
    def reading(body: bytes) -> Receipt:
        raise DecodeError

    body = encode_message(
        ShortMessage(Address(1, 1, "447700900321"), Address(1, 1, "1"), b"id:7 stat:DELIVRD", esm_class=4)
    )
    assert Alike(reading, ReceiptIds.AS_SENT).receipt(body) is None


@given(
    text=st.text(st.sampled_from("aZ @$_é€[^\n\u20ac\u4e2d😀ç"), min_size=1, max_size=170),
    to=st.sampled_from(["+447700900321", "447700900321", "+4477", "+44770090032\u0661", "name", "+4477009003211234"]),
    sender=st.sampled_from(["+447700900100", "60777", "Clinic", "", "Praxis Jörg", "a name too long"]),
    validity=st.sampled_from([None, timedelta(hours=1), timedelta(0)]),
    how=st.sampled_from([Validity.RELATIVE, Validity.NONE]),
    has_reference=st.booleans(),
)
def test_short_texts_are_made_as_by_the_long_way(
    text: str, to: str, sender: str, validity: timedelta | None, how: Validity, has_reference: bool
) -> None:
    settings = replace(USED, sender="Own", validity=how, has_message_reference=has_reference)
    envelope = Envelope(bytes(range(16)), to, sender, text, validity)
    made = bodies_of(envelope, settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outgoing, "_short", lambda envelope, settings: None)
        assert bodies_of(envelope, settings) == made
