"""Settings as people give them, and what they make: sentences for wrong ones, TLS, ids and receipts of real carriers."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from recado.channels.protocol import (
    Accepted,
    BadSettings,
    PersonStopped,
    ReceiptState,
    Refused,
    TryLater,
)
from recado.channels.smpp import SETTINGS, LinkState, SmppCarrier, make, settings_from
from recado.channels.smpp.ids import id_in_answer, id_in_receipt
from recado.channels.smpp.incoming import receipt_of
from recado.channels.smpp.settings import Mode, ReceiptIds, SmppSettings
from recado.foundation.protocols.smpp import codes
from recado.foundation.protocols.smpp.messages import Address, ShortMessage
from recado.foundation.protocols.smpp.pdus import Bind, decode_bind
from recado.foundation.protocols.smpp.splitting import USUAL, Alphabet, Long, National
from recado.launch.simulator.client import Address as SimulatorAddress
from tests.carriers.certificates import contexts
from tests.carriers.contract import Sink, envelope, until
from tests.carriers.simulated import simulator

LEAST: dict[str, object] = {"host": "smpp.example", "port": 2775, "system_id": "recado", "password": "secret"}
REFERENCE = Path(__file__).parents[2] / "docs/reference/smpp.md"


def test_least_settings_are_enough_and_have_the_usual_form() -> None:
    made = settings_from(LEAST)
    assert (made.host, made.port, made.binds, made.window, made.rate, made.tls) == (
        "smpp.example",
        2775,
        1,
        500,
        None,
        None,
    )
    assert made.form is USUAL
    carrier = make("test", LEAST)
    assert (carrier.name, carrier.capabilities.window) == ("test", 500)
    assert make("slow", {**LEAST, "tps": 12, "binds": 2}).capabilities.window == 2 * 60


def test_password_that_is_longer_than_the_standards_goes_whole() -> None:
    given = "a-password-of-26-characters"
    assert settings_from({**LEAST, "password": given}).password == given
    assert decode_bind(Bind("recado", given).encoded()).password == given


def test_every_setting_may_come_as_text() -> None:
    made = settings_from(
        {
            **LEAST,
            "port": "2775",
            "mode": "pair",
            "binds": "3",
            "window": "20",
            "tps": "12.5",
            "alphabet": "gsm7_packed",
            "long_texts": "udh16",
            "national": "turkish",
            "data_coding_gsm7": "241",
            "response_timeout": "20s",
            "vendor_codes": '{"0x401": "refused spam", "1026": "stopped", "0x403": "later 5s busy", "0x404": "refused"}',
        }
    )
    assert (made.mode, made.binds, made.window, made.rate) == (Mode.PAIR, 3, 20, 12.5)
    assert (made.form.alphabet, made.form.long, made.form.national) == (Alphabet.PACKED, Long.UDH16, National.TURKISH)
    assert made.response_timeout == timedelta(seconds=20)
    assert made.vendor_codes == {
        0x401: Refused("spam_0x401"),
        0x402: PersonStopped(),
        0x403: TryLater(timedelta(seconds=5), "busy_0x403"),
        0x404: Refused("carrier_code_0x404"),
    }


@pytest.mark.parametrize(
    ("wrong", "setting", "says"),
    [
        ({"host": ""}, "host", "missing"),
        ({"host": "smpp://carrier"}, "host", "without smpp://"),
        ({"port": "many"}, "port", "whole number"),
        ({"port": 0}, "port", "between 1 and 65535"),
        ({"binds": 51}, "binds", "between 1 and 50"),
        ({"window": 0}, "window", "between 1 and"),
        ({"tps": 0}, "tps", "leave it empty"),
        ({"system_id": "x" * 16}, "system_id", "15 characters"),
        ({"password": "long" * 25 + "er"}, "password", "100 characters"),
        ({"mode": "both"}, "mode", "one of transceiver, pair"),
        ({"colour": "red"}, "colour", "no setting colour"),
        ({"national": "turkish", "long_texts": "sar"}, "national", "udh8 or udh16"),
        ({"national": "turkish", "alphabet": "latin1"}, "national", "gsm7"),
        ({"national": "spanish", "national_tables": "both"}, "national_tables", "single shift"),
        ({"alphabet": "gsm7_packed", "long_texts": "payload"}, "long_texts", "can't be packed"),
        ({"data_coding_ucs2": 0}, "data_coding_ucs2", "of its own"),
        ({"receipt_zone": "Mars/Base"}, "receipt_zone", "Europe/London"),
        ({"vendor_codes": {"0x401": "perhaps"}}, "vendor_codes", "0x401"),
        ({"vendor_codes": {"x": "refused"}}, "vendor_codes", "no status"),
        ({"vendor_codes": "[1]"}, "vendor_codes", "object"),
        ({"response_timeout": "10min"}, "response_timeout", "75 seconds"),
        ({"tls_ca": "/nowhere/ca.pem", "tls": True}, "tls_ca", "can't be read"),
        ({"tls_name": "carrier"}, "tls_name", "set tls to yes"),
        (
            {"tls": True, "tls_ca": "-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----"},
            "tls_ca",
            "no certificate",
        ),
    ],
)
def test_wrong_setting_is_told_in_a_sentence(wrong: Mapping[str, object], setting: str, says: str) -> None:
    with pytest.raises(BadSettings) as caught:
        settings_from({**LEAST, **wrong})
    assert caught.value.setting == setting
    assert says in str(caught.value)
    assert str(caught.value).endswith(".")
    assert "far too long" not in str(caught.value)


def test_every_setting_has_a_sentence_and_a_line_in_the_reference() -> None:
    told = REFERENCE.read_text("utf-8")
    for setting in SETTINGS:
        assert setting.help.endswith((".", "}."))
        assert f"`{setting.name}`" in told
    assert {setting.name for setting in SETTINGS if setting.is_secret} == {"password", "tls_key"}


# ---------------------------------------------------------------- TLS


def over_tls(at: SimulatorAddress, wanted: Mapping[str, object]) -> SmppCarrier:
    login = {"host": at.host, "port": at.smpp_port, "system_id": at.system_id, "password": at.password}
    made = make("tls", {**login, "tls": True, **wanted})
    assert isinstance(made, SmppCarrier)
    return made


async def sends(carrier: SmppCarrier) -> None:
    await asyncio.wait_for(carrier.wait_ready(), 5)
    assert isinstance((await carrier.send([envelope("encrypted")]))[0], Accepted)


async def stays_out(carrier: SmppCarrier) -> None:
    await until(lambda: carrier.state is LinkState.WAITING)
    assert carrier.state_reason


@pytest.mark.parametrize("as_text", [True, False])
def test_own_authority_and_client_certificate_from_settings(tmp_path: Path, as_text: bool) -> None:
    server, _ = contexts(tmp_path)
    files = {"tls_ca": tmp_path / "authority.pem", "tls_certificate": tmp_path / "client.pem"}
    given = {name: file.read_text("ascii") if as_text else str(file) for name, file in files.items()}

    async def told() -> None:
        async with simulator(tmp_path, tls=server) as address:
            made = over_tls(address, given)
            await made.start(Sink())
            try:
                await sends(made)
            finally:
                await made.stop()

    asyncio.run(told())


def test_unknown_authority_wrong_name_or_no_certificate_keep_the_connection_shut(tmp_path: Path) -> None:
    server, _ = contexts(tmp_path)
    authority, client = str(tmp_path / "authority.pem"), str(tmp_path / "client.pem")
    wrong: list[dict[str, object]] = [
        {"tls_certificate": client},
        {"tls_ca": authority, "tls_certificate": client, "tls_name": "other.example"},
        {"tls_ca": authority},
    ]

    async def told() -> None:
        async with simulator(tmp_path, tls=server) as address:
            for one in wrong:
                made = over_tls(address, one)
                await made.start(Sink())
                await stays_out(made)
                await made.stop()

    asyncio.run(told())


def test_tls_asks_for_1_2_and_checks_names(tmp_path: Path) -> None:
    tls = settings_from({**LEAST, "tls": "yes"}).tls
    assert tls is not None
    assert tls.check_hostname
    assert tls.verify_mode is ssl.CERT_REQUIRED
    assert tls.minimum_version is ssl.TLSVersion.TLSv1_2


# ---------------------------------------------------------------- ids and receipts of real carriers


@pytest.mark.parametrize(
    ("how", "answered", "reported"),
    [
        (ReceiptIds.AS_SENT, "00aB", "00aB"),
        (ReceiptIds.WITHOUT_ZEROS, "000123", "123"),
        (ReceiptIds.WITHOUT_ZEROS, "123", "000123"),
        (ReceiptIds.HEX_TO_DECIMAL, "0000A3F", "2623"),
        (ReceiptIds.HEX_TO_DECIMAL, "a3f", "0002623"),
        (ReceiptIds.DECIMAL_TO_HEX, "0002623", "0A3F"),
        (ReceiptIds.DECIMAL_TO_HEX, "2623", "a3f"),
        (ReceiptIds.HEX_TO_DECIMAL, "no-number", "no-number"),
    ],
)
def test_ids_of_answer_and_receipt_meet(how: ReceiptIds, answered: str, reported: str) -> None:
    assert id_in_answer(answered, how) == id_in_receipt(reported, how)


RECEIPT = ShortMessage(Address(1, 1, "447700900321"), Address(1, 1, "447700900100"), b"", esm_class=codes.ESM_RECEIPT)
SETTINGS_USED = SmppSettings("h", 1, "s", "p")


@pytest.mark.parametrize(
    ("said", "state", "error"),
    [
        (
            b"id:7 sub:001 dlvrd:001 submit date:2611241030 done date:2611241031 stat:DELIVRD err:000 text:x",
            "delivered",
            "",
        ),
        (
            b"id:7 sub:001 dlvrd:001 submit date:261124103000 done date:261124103100 stat:DELIVRD err:000",
            "delivered",
            "",
        ),
        (b"id:7 stat:DELIVERED", "delivered", ""),
        (b"id:7 stat:delivrd done date:2611241031", "delivered", ""),
        (b"id:7 done date:2611241031 stat:UNDELIV err:045", "failed", "045"),
        (b"id:7 stat:UNDELIVERABLE err:1", "failed", "1"),
        (b"id:7 stat:REJECTD", "failed", ""),
        (b"id:7 stat:REJECTED err:00A", "failed", "00A"),
        (b"id:7 stat:DELETED", "failed", ""),
        (b"id:7 stat:EXPIRED err:000", "expired", ""),
        (b"id:7 stat:ACCEPTD", "on_the_way", ""),
        (b"id:7 stat:ACCEPTED", "on_the_way", ""),
        (b"id:7 stat:ENROUTE", "on_the_way", ""),
        (b"id:7 stat:UNKNOWN", "on_the_way", ""),
        (b"ID:7 STAT:DELIVRD ERR:000", "delivered", ""),
        (b"err:000 stat:DELIVRD id:7", "delivered", ""),
    ],
)
def test_receipts_are_read_in_every_form_that_carriers_write(said: bytes, state: str, error: str) -> None:
    receipt = receipt_of(RECEIPT._replace(payload=said), SETTINGS_USED)
    assert (receipt.ref, receipt.state, receipt.error) == ("7", ReceiptState(state), error)
    assert receipt.at is None or receipt.at.isoformat() == "2026-11-24T10:31:00+00:00"


@pytest.mark.parametrize("encoding", ["utf-16-be", "ascii"])
def test_receipt_in_ucs2_is_read_also_where_it_only_says_so(encoding: str) -> None:
    said = "id:7 sub:001 dlvrd:001 submit date:2611241030 done date:2611241031 stat:UNDELIV err:045 text:"
    receipt = receipt_of(RECEIPT._replace(payload=said.encode(encoding), data_coding=codes.UCS2), SETTINGS_USED)
    assert (receipt.ref, receipt.state, receipt.error) == ("7", ReceiptState.FAILED, "045")


def test_intermediate_report_is_never_the_end() -> None:
    message = RECEIPT._replace(payload=b"id:7 stat:UNDELIV err:001", esm_class=codes.ESM_INTERMEDIATE)
    assert receipt_of(message, SETTINGS_USED).state is ReceiptState.ON_THE_WAY


def test_parameters_alone_make_a_receipt() -> None:
    tlvs = {
        codes.TLV_RECEIPTED_MESSAGE_ID: b"A3F\0",
        codes.TLV_MESSAGE_STATE: b"\5",
        codes.TLV_NETWORK_ERROR: b"\3\0\x1b",
    }
    message = RECEIPT._replace(tlvs=tlvs, esm_class=0)
    assert message.is_receipt
    receipt = receipt_of(message, replace(SETTINGS_USED, receipt_ids=ReceiptIds.DECIMAL_TO_HEX))
    assert (receipt.ref, receipt.state, receipt.error) == ("2623", ReceiptState.FAILED, "27")
