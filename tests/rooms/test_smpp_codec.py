"""The SMPP codec: golden octets written out by hand from the specification, round trips, and tolerance."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.foundation.protocols.smpp import codes
from recado.foundation.protocols.smpp.messages import (
    Address,
    ShortMessage,
    decode_message,
    decode_tlvs,
    encode_message,
    encode_receipt,
    encode_submit,
)
from recado.foundation.protocols.smpp.pdus import (
    Bind,
    DecodeError,
    EncodeError,
    Framer,
    Pdu,
    answer,
    decode_bind,
    decode_id,
    encode,
    encode_bind_answer,
    encode_id,
    refusal,
)
from recado.foundation.protocols.smpp.receipts import format_receipt, parse_receipt, read_receipt
from recado.foundation.protocols.smpp.times import (
    decode_receipt_time,
    decode_time,
    encode_receipt_time,
    encode_relative,
)

CLINIC = Address(codes.TON_INTERNATIONAL, codes.NPI_E164, "447700900100")
PATIENT = Address(codes.TON_INTERNATIONAL, codes.NPI_E164, "447700900321")


def octets(text: str) -> bytes:
    """Hexadecimal with spaces, for golden octets that can be read."""
    return bytes.fromhex(text)


# ---------------------------------------------------------------- golden octets


def test_bind_transceiver_is_encoded_as_in_the_specification() -> None:
    frame = encode(codes.BIND_TRANSCEIVER, 0, 1, Bind("SMPP3TEST", "secret08", "SUBMIT1").encoded())
    assert frame == octets(
        "0000002F 00000009 00000000 00000001"
        "534D50503354455354 00"  # SMPP3TEST
        "7365637265743038 00"  # secret08
        "5355424D495431 00"  # SUBMIT1
        "34 00 00 00"
    )
    assert decode_bind(frame[16:]) == Bind("SMPP3TEST", "secret08", "SUBMIT1")


def test_submit_sm_is_encoded_field_by_field() -> None:
    body = encode_submit(
        CLINIC,
        PATIENT,
        b"Hi",
        data_coding=0,
        registered_delivery=1,
        validity=encode_relative(timedelta(hours=2)),
        reference=b"\xab\xcd",
    )
    assert (
        body
        == octets(
            "00"  # service_type
            "01 01 343437373030393030313030 00"
            "01 01 343437373030393030333231 00"
            "00 00 00"  # esm_class, protocol_id, priority_flag
            "00"  # schedule_delivery_time
            "30303030303030323030303030303052 00".replace(" ", "")  # 000000020000000R
            + "01 00 00 00 02 4869"  # registered, replace, data_coding, default, length, text
            "0204 0002 ABCD"
        )
    )


def test_deliver_sm_with_receipt_is_encoded_field_by_field() -> None:
    body = encode_receipt(PATIENT, CLINIC, b"id:7", {codes.TLV_RECEIPTED_MESSAGE_ID: b"7\0", 0x0427: b"\2"})
    assert body == octets(
        "00 01 01 343437373030393030333231 00 01 01 343437373030393030313030 00"
        "04 00 00 00 00 00 00 00 00 04 69643A37 001E 0002 3700 0427 0001 02"
    )
    assert decode_message(body).is_receipt


def test_answers_are_encoded_as_in_the_specification() -> None:
    assert encode(codes.SUBMIT_SM_RESP, 0, 7, encode_id("42")) == octets("00000013 80000004 00000000 00000007 343200")
    assert answer(Pdu(codes.ENQUIRE_LINK, 0, 9, b"")) == octets("00000010 80000015 00000000 00000009")
    assert encode_bind_answer("gw") == octets("677700 0210 0001 34")


# ---------------------------------------------------------------- round trips

numbers = st.text("0123456789", min_size=1, max_size=20)
addresses = st.builds(Address, st.integers(0, 6), st.integers(0, 18), numbers)
tlvs = st.dictionaries(
    st.integers(0, 0xFFFF).filter(lambda tag: tag != codes.TLV_MESSAGE_PAYLOAD), st.binary(max_size=40), max_size=4
)
octet = st.integers(0, 255)


@given(
    st.builds(
        ShortMessage,
        source=addresses,
        destination=addresses,
        payload=st.binary(max_size=254),
        data_coding=octet,
        esm_class=octet,
        registered_delivery=octet,
        validity=st.sampled_from(["", "000000020000000R", "261126103000004+"]),
        tlvs=tlvs,
        service_type=st.sampled_from(["", "CMT"]),
        protocol_id=octet,
        priority=octet,
        schedule=st.sampled_from(["", "261126103000004+"]),
        replace_if_present=octet,
        default_message=octet,
        flaws=st.just(()),
    )
)
def test_message_is_the_same_after_encoding_and_decoding(message: ShortMessage) -> None:
    assert decode_message(encode_message(message)) == message


@given(st.binary(min_size=255, max_size=2000))
def test_long_payload_travels_as_message_payload(payload: bytes) -> None:
    decoded = decode_message(encode_message(ShortMessage(CLINIC, PATIENT, payload)))
    assert decoded.payload == payload
    assert decoded.tlvs[codes.TLV_MESSAGE_PAYLOAD] == payload


@given(st.lists(st.tuples(octet, st.binary(max_size=60)), max_size=8), st.data())
def test_frames_are_the_same_however_the_stream_is_cut(parts: list[tuple[int, bytes]], data: st.DataObject) -> None:
    frames = [encode(codes.DELIVER_SM, status, n + 1, body) for n, (status, body) in enumerate(parts)]
    stream = b"".join(frames)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=10)))
    framer = Framer()
    got: list[Pdu] = []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        got += framer.feed(stream[start:end])
    assert got == [Pdu(codes.DELIVER_SM, status, n + 1, body) for n, (status, body) in enumerate(parts)]
    assert framer.flaw == ""


def test_frames_come_one_octet_at_a_time_and_all_at_once() -> None:
    stream = b"".join(encode(codes.SUBMIT_SM_RESP, 0, n, encode_id(str(n))) for n in range(1, 50))
    slow, quick = Framer(), Framer()
    assert [pdu for n in range(len(stream)) for pdu in slow.feed(stream[n : n + 1])] == quick.feed(stream)


@pytest.mark.parametrize("length", [0, 15, 64 * 1024 + 1, 0xFFFFFFFF])
def test_framer_stops_at_a_senseless_length_and_keeps_what_came_before(length: int) -> None:
    framer = Framer()
    good = encode(codes.ENQUIRE_LINK, 0, 1)
    assert len(framer.feed(good + length.to_bytes(4, "big") + bytes(20))) == 1
    assert framer.flaw
    assert framer.feed(good) == []


@given(numbers, st.integers(1, 8), st.text("0123456789abcdef", max_size=3))
def test_receipt_text_is_the_same_after_formatting_and_parsing(ident: str, state: int, error: str) -> None:
    at = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
    said = parse_receipt(format_receipt(ident, state, submitted_at=at, done_at=at, error=error))
    assert (said.id, said.state, said.error) == (ident, state, error)
    assert decode_receipt_time(said.done_date) == at


@given(st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=30_000)))
def test_relative_time_is_the_same_after_encoding_and_decoding(duration: timedelta) -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    at = decode_time(encode_relative(duration)[:-1].decode(), now)
    assert at == now + timedelta(seconds=int(duration.total_seconds()))


# ---------------------------------------------------------------- tolerant in, strict out


def message_octets(
    *, size: int | None = None, text: bytes = b"Yes", tail: bytes = b"", source: bytes = b"447700900321"
) -> bytes:
    length = len(text) if size is None else size
    return b"\0\x01\x01" + source + b"\0\x01\x01" + b"447700900100\0" + bytes(9) + bytes((length,)) + text + tail


@pytest.mark.parametrize(
    ("body", "flaw"),
    [
        (message_octets(size=90), "a text shorter than its length says"),
        (message_octets(tail=b"\x04\x27\x00\x09\x02"), "a cut optional parameter"),
        (message_octets(tail=b"\x04\x27"), "octets after the optional parameters"),
        (message_octets(source=b"4" * 30), "an address outside 20 ASCII characters"),
        (message_octets(source=b"J\xf6rg"), "an address outside 20 ASCII characters"),
    ],
)
def test_flawed_message_is_read_as_far_as_it_goes_and_flagged(body: bytes, flaw: str) -> None:
    message = decode_message(body)
    assert message.payload == b"Yes"
    assert message.flaws == (flaw,)


@pytest.mark.parametrize("body", [b"", b"\0", b"\0\x01\x01" + b"447700900321", message_octets()[:30]])
def test_message_that_ends_before_its_text_is_refused(body: bytes) -> None:
    with pytest.raises(DecodeError):
        decode_message(body)


def test_tlvs_before_a_cut_one_are_kept() -> None:
    assert decode_tlvs(b"\x00\x1e\x00\x02A\0\x04\x27\x00\x05\x02", 0)[0] == {0x001E: b"A\0"}


def test_bind_without_its_last_fields_is_read() -> None:
    assert decode_bind(b"me\0secret\0") == Bind("me", "secret")
    with pytest.raises(DecodeError):
        decode_bind(b"me\0secret")


@pytest.mark.parametrize(
    "encoding",
    [
        lambda: encode_submit(CLINIC, Address(1, 1, "4" * 21), b"", data_coding=0),
        lambda: encode_submit(Address(5, 0, "Praxis Jörg"), PATIENT, b"", data_coding=0),
        lambda: encode_submit(CLINIC, PATIENT, bytes(255), data_coding=0),
        lambda: encode_message(ShortMessage(CLINIC, PATIENT, b"", data_coding=256)),
        lambda: encode_message(ShortMessage(CLINIC, PATIENT, b"", service_type="TOOLONG")),
        lambda: encode_message(ShortMessage(CLINIC, PATIENT, bytes(255), tlvs={codes.TLV_MESSAGE_PAYLOAD: b"x"})),
        lambda: Bind("a" * 16, "secret").encoded(),
        lambda: Bind("a", "password" * 13).encoded(),
        lambda: encode_id("a" * 65),
        lambda: encode_id("nul\0"),
    ],
)
def test_value_outside_its_field_is_refused_without_naming_it(encoding: object) -> None:
    assert callable(encoding)
    with pytest.raises(EncodeError) as caught:
        encoding()
    assert "4477" not in str(caught.value)
    assert "Jörg" not in str(caught.value)


def test_answer_without_a_body_has_an_empty_id() -> None:
    assert decode_id(b"") == decode_id(b"\0") == ""
    assert decode_id(b"12345") == decode_id(b"12345\0more") == "12345"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (codes.SUBMIT_SM, codes.SUBMIT_SM_RESP),
        (codes.DELIVER_SM, codes.DELIVER_SM_RESP),
        (codes.BIND_TRANSCEIVER, codes.BIND_TRANSCEIVER_RESP),
        (codes.ENQUIRE_LINK, codes.ENQUIRE_LINK_RESP),
        (0x00000103, codes.GENERIC_NACK),  # data_sm
        (0x0000BEEF, codes.GENERIC_NACK),
    ],
)
def test_refusal_is_of_the_requests_own_type(command: int, expected: int) -> None:
    (pdu,) = Framer().feed(refusal(Pdu(command, 0, 77, b""), codes.INVALID_LENGTH))
    assert (pdu.command, pdu.sequence) == (expected, 77)
    assert pdu.status == (codes.INVALID_COMMAND if expected == codes.GENERIC_NACK else codes.INVALID_LENGTH)


@pytest.mark.parametrize("command", [codes.GENERIC_NACK, codes.SUBMIT_SM_RESP, 0x8000BEEF, codes.ALERT_NOTIFICATION])
def test_answers_are_never_answered(command: int) -> None:
    assert refusal(Pdu(command, 0, 1, b""), codes.INVALID_LENGTH) == b""


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (
            b"id:123 sub:001 dlvrd:001 submit date:2611241030 done date:2611241031 stat:DELIVRD err:000 text:hello",
            (2, "2611241031"),
        ),
        (
            b"id:123 sub:1 dlvrd:1 submit date:261124103000 done date:261124103105 stat:DELIVRD err:0",
            (2, "261124103105"),
        ),
        (b"ID:123 STAT:UNDELIV ERR:27", (5, "")),
        (b"stat:EXPIRED done_date:2611241031 id:123", (3, "2611241031")),
        (
            b"id: 123 submit date: 2611241030 done date: 2611241031 stat: REJECTD err: 9 text: id:999 stat:DELIVRD",
            (8, "2611241031"),
        ),
        (b"id:123 stat:NONSENSE", (0, "")),
    ],
)
def test_receipt_is_read_in_the_forms_that_carriers_use(payload: bytes, expected: tuple[int, str]) -> None:
    said = parse_receipt(payload)
    assert said.id == "123"
    assert (said.state, said.done_date) == expected


def test_receipt_parameters_win_over_its_text() -> None:
    tlvs = {
        codes.TLV_RECEIPTED_MESSAGE_ID: b"7B\0",
        codes.TLV_MESSAGE_STATE: b"\5",
        codes.TLV_NETWORK_ERROR: b"\3\0\x1b",
    }
    said = read_receipt(ShortMessage(PATIENT, CLINIC, b"id:123 stat:DELIVRD", esm_class=4, tlvs=tlvs))
    assert (said.id, said.state, said.error) == ("7B", codes.STATE_UNDELIVERABLE, "27")


def test_receipt_of_garbage_is_empty() -> None:
    assert parse_receipt(b"\xff\0garbage").id == ""


def test_absolute_time_is_read_in_its_zone() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert decode_time("261124103000004+", now) == datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    assert decode_time("269924103000004+", now) is None
    assert decode_time("", now) is None


def test_receipt_date_is_read_in_the_carriers_zone() -> None:
    paris = timezone(timedelta(hours=1))
    assert decode_receipt_time("2611241030", paris) == datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    assert decode_receipt_time("2613241030", paris) is None
    assert encode_receipt_time(datetime(2026, 11, 24, 10, 30, tzinfo=paris)) == "2611240930"


def test_traces_show_neither_numbers_nor_texts_nor_passwords() -> None:
    shown = repr([CLINIC, ShortMessage(CLINIC, PATIENT, b"your result"), Bind("me", "secret08")])
    assert not any(secret in shown for secret in ("4477", "result", "secret08"))
