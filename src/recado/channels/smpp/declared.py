"""The settings of an SMPP carrier as people give them: on a command line, in a form, as JSON.

`settings_from` checks every value; what can't be raises `BadSettings` with a sentence that says what to do.
"""

import re
import ssl
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from recado.channels import given
from recado.channels.protocol import BadSettings, Outcome, PersonStopped, Refused, Setting, TryLater
from recado.channels.smpp.settings import Mode, ReceiptIds, Receipts, SmppSettings, Validity
from recado.foundation.protocols.smpp import codes
from recado.foundation.protocols.smpp.pdus import PASSWORD
from recado.foundation.protocols.smpp.splitting import USUAL, Alphabet, Form, Long, National, Tables

_PEM_OR_PATH: Final = "in PEM form, or the path of a file"

SETTINGS: Final[tuple[Setting, ...]] = (
    Setting("host", "The carrier's name or IP address."),
    Setting("port", "The carrier's port, usually 2775, with TLS often 3550.", "int"),
    Setting("system_id", "The user name that the carrier gave you (at most 15 characters)."),
    Setting(
        "password",
        "The password that the carrier gave you. The standard has 8 characters; a longer one goes as it is, for carriers that give such.",
        is_secret=True,
    ),
    Setting("system_type", "Only if the carrier asks for one.", default=""),
    Setting(
        "sender", "What phones show where a text names no sender itself: a number or up to 11 letters.", default=""
    ),
    Setting(
        "mode",
        "One connection for both directions, or one to send and one to hear.",
        "choice",
        Mode.TRANSCEIVER.value,
        choices=tuple(Mode),
    ),
    Setting("binds", "How many such connections the carrier lets you open (1 to 50).", "int", 1),
    Setting("window", "How many texts may be under way on each connection (1 to 100000).", "int", 500),
    Setting("tps", "How many parts a second may leave on each connection; empty: no limit.", "float", None),
    Setting("tls", "Encrypt the connection and check the carrier's certificate.", "bool", False),
    Setting(
        "tls_ca",
        f"The authority that signed the carrier's certificate, {_PEM_OR_PATH}; empty: the system's.",
        "pem",
        "",
    ),
    Setting("tls_name", "The name in the carrier's certificate, where it isn't the host.", default=""),
    Setting("tls_certificate", f"Our client certificate, {_PEM_OR_PATH}, if the carrier asks for one.", "pem", ""),
    Setting("tls_key", f"The key of our client certificate, {_PEM_OR_PATH}.", "pem", "", is_secret=True),
    Setting(
        "alphabet",
        "How texts of GSM-7 letters travel: unpacked as usual, packed, or as Latin-1.",
        "choice",
        Alphabet.UNPACKED.value,
        choices=tuple(Alphabet),
    ),
    Setting("data_coding_gsm7", "The carrier's data_coding for GSM-7 (0 to 255).", "int", codes.GSM7),
    Setting("data_coding_latin1", "The carrier's data_coding for Latin-1 (0 to 255).", "int", codes.LATIN1),
    Setting("data_coding_ucs2", "The carrier's data_coding for UCS-2 (0 to 255).", "int", codes.UCS2),
    Setting(
        "long_texts",
        "How the parts of a long text are marked: a header with 8 or 16 bits, SAR parameters, or not cut at all.",
        "choice",
        Long.UDH8.value,
        choices=tuple(Long),
    ),
    Setting("max_parts", "A text of more parts is refused (1 to 255).", "int", 25),
    Setting(
        "national",
        "National letters, where the carrier passes them on and they save a part.",
        "choice",
        "none",
        choices=("none", *(one.value for one in National if one)),
    ),
    Setting(
        "national_tables",
        "Which of the language's tables the carrier passes on.",
        "choice",
        Tables.SINGLE.value,
        choices=tuple(Tables),
    ),
    Setting(
        "validity",
        "How the carrier reads how long it may try: relative, absolute, or not at all.",
        "choice",
        Validity.RELATIVE.value,
        choices=tuple(Validity),
    ),
    Setting(
        "receipts",
        "Ask for a receipt on a long text's last part, or on all of them.",
        "choice",
        Receipts.LAST.value,
        choices=tuple(Receipts),
    ),
    Setting(
        "receipt_ids",
        "How ids in receipts differ from ids in answers.",
        "choice",
        ReceiptIds.AS_SENT.value,
        choices=tuple(ReceiptIds),
    ),
    Setting("receipt_zone", "The time zone of the dates in receipts.", default="UTC"),
    Setting("message_reference", "Send our own reference (user_message_reference).", "bool", True),
    Setting(
        "vendor_codes",
        'What the carrier\'s own statuses mean: {"0x401": "refused spam", "0x402": "stopped", "0x403": "later 30s busy"}.',
        "json",
        None,
    ),
    Setting("response_timeout", "How long an answer may take before a text counts as uncertain.", "duration", "60s"),
    Setting(
        "enquire_every",
        "Silence after which an idle connection is asked whether it lives; one that owes answers after 5 s.",
        "duration",
        "30s",
    ),
    Setting("connect_timeout", "How long connecting and binding may take.", "duration", "10s"),
    Setting("reconnect_at_most", "The longest pause between two attempts to connect.", "duration", "30s"),
    Setting("login_again_after", "The pause after a refused password.", "duration", "5min"),
    Setting("join_wait", "How long the parts of a reply wait for missing ones.", "duration", "10s"),
)

_PEMS: Final = ("tls_ca", "tls_certificate", "tls_key")
_RANGES: Final = {
    "port": (1, 65_535),
    "binds": (1, 50),
    "window": (1, 100_000),
    "max_parts": (1, 255),
    "data_coding_gsm7": (0, 255),
    "data_coding_latin1": (0, 255),
    "data_coding_ucs2": (0, 255),
}
_LENGTHS: Final = {"system_id": 15, "password": PASSWORD, "system_type": 12}
_SECONDS: Final = {
    "response_timeout": (0.1, 75),  # a text waits half as long to be written, and the lease of its slice is 120 s
    "enquire_every": (1, 600),
    "connect_timeout": (0.1, 60),
    "reconnect_at_most": (0.2, 600),
    "login_again_after": (10, 86_400),
    "join_wait": (0.1, 120),
}
_VENDOR: Final = re.compile(r"(refused|stopped|later)(?: (\d{1,5})s)?(?: ([a-z0-9_]{1,24}))?")


def settings_from(mapping: Mapping[str, object]) -> SmppSettings:
    """Every value checked and in its own type. Raises `BadSettings` for the first that can't be."""
    pems = {name: _pem_text(name, mapping[name]) for name in _PEMS if mapping.get(name)}
    values = given.read(SETTINGS, {**mapping, **pems})
    _check(values)
    return SmppSettings(
        host=values["host"],
        port=values["port"],
        system_id=values["system_id"],
        password=values["password"],
        mode=Mode(values["mode"]),
        binds=values["binds"],
        window=values["window"],
        rate=values["tps"],
        tls=_tls(values),
        tls_name=values["tls_name"],
        system_type=values["system_type"],
        sender=values["sender"],
        form=_form(values),
        receipts=Receipts(values["receipts"]),
        receipt_ids=ReceiptIds(values["receipt_ids"]),
        validity=Validity(values["validity"]),
        max_parts=values["max_parts"],
        receipt_zone=_zone(values["receipt_zone"]),
        has_message_reference=values["message_reference"],
        vendor_codes=_vendor_codes(values["vendor_codes"]),
        **{name: values[name] for name in _SECONDS},
    )


def _check(values: Mapping[str, Any]) -> None:
    given.check_ranges(values, {**_RANGES, **_SECONDS})
    for name, most in _LENGTHS.items():
        if len(values[name]) > most or not values[name].isascii():
            raise BadSettings(name, f"SMPP has room for {most} characters of plain ASCII in {name}.")
    if values["tps"] is not None and values["tps"] <= 0:
        raise BadSettings("tps", "The setting tps must be above 0; leave it empty for no limit.")
    if " " in values["host"] or "/" in values["host"]:
        raise BadSettings("host", "The setting host must be a name or an IP address alone, without smpp:// and port.")


def _form(values: Mapping[str, Any]) -> Form:
    national = National.NONE if values["national"] == "none" else National(values["national"])
    form = Form(
        Alphabet(values["alphabet"]),
        Long(values["long_texts"]),
        national,
        Tables(values["national_tables"]),
        values["data_coding_gsm7"],
        values["data_coding_latin1"],
        values["data_coding_ucs2"],
    )
    if national and form.alphabet is Alphabet.LATIN1:
        raise BadSettings("national", "National letters need alphabet gsm7 or gsm7_packed.")
    if national and form.long not in (Long.UDH8, Long.UDH16):
        raise BadSettings(
            "national", "National letters need long_texts udh8 or udh16: only those have a header for them."
        )
    if national is National.SPANISH and form.tables is not Tables.SINGLE:
        raise BadSettings("national_tables", "Spanish has a single shift table only.")
    if form.long is Long.PAYLOAD and form.alphabet is Alphabet.PACKED:
        raise BadSettings("long_texts", "A text in one piece (payload) can't be packed.")
    coding = form.latin1 if form.alphabet is Alphabet.LATIN1 else form.gsm7
    if coding == form.ucs2:
        raise BadSettings("data_coding_ucs2", "UCS-2 needs a data_coding of its own.")
    return USUAL if form == USUAL else form


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        raise BadSettings(
            "receipt_zone", "The setting receipt_zone must be a time zone such as Europe/London."
        ) from None


def _vendor_codes(said: Any) -> dict[int, Outcome]:
    if said is None or said == "":
        return {}
    if not isinstance(said, Mapping):
        raise BadSettings("vendor_codes", "The setting vendor_codes must be an object of statuses and meanings.")
    return {_status(number): _meaning(_status(number), meaning) for number, meaning in said.items()}


def _status(number: object) -> int:
    try:
        status = int(str(number), 0)
    except ValueError:
        status = 0
    if not 0 < status <= 0xFFFFFFFF:
        raise BadSettings("vendor_codes", f"{str(number)[:20]!r} is no status; write 1025 or 0x401.")
    return status


def _meaning(status: int, said: object) -> Outcome:
    found = _VENDOR.fullmatch(str(said))
    if not found:
        raise BadSettings(
            "vendor_codes",
            f'The status {status:#x} must mean "refused", "stopped" or "later 30s", with a name behind it if you like.',
        )
    meaning, seconds, name = found.groups()
    reason = f"{name or 'carrier_code'}_{status:#x}"
    if meaning == "stopped":
        return PersonStopped(reason) if name else PersonStopped()
    return TryLater(timedelta(seconds=int(seconds or 30)), reason) if meaning == "later" else Refused(reason)


# ---------------------------------------------------------------- TLS


def _pem_text(name: str, said: object) -> object:
    """What a path leads to; anything else as it is."""
    if not isinstance(said, str | Path) or "-----BEGIN " in str(said):
        return said
    try:
        return Path(str(said)).read_text("ascii")
    except (OSError, ValueError):
        raise BadSettings(
            name, f"The file that the setting {name} names can't be read, or isn't {_PEM_OR_PATH}."
        ) from None


def _tls(values: Mapping[str, Any]) -> ssl.SSLContext | None:
    if not values["tls"]:
        for name in (*_PEMS, "tls_name"):
            if values[name]:
                raise BadSettings(name, f"The setting {name} does nothing without TLS: set tls to yes.")
        return None
    try:
        context = ssl.create_default_context(cadata=values["tls_ca"] or None)
    except (ssl.SSLError, ValueError):
        raise BadSettings("tls_ca", "The setting tls_ca holds no certificate that can be read.") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    certificate, key = values["tls_certificate"], values["tls_key"]
    if key and not certificate:
        raise BadSettings("tls_certificate", "A tls_key without a tls_certificate is of no use.")
    if certificate:
        _load(context, certificate, key)
    return context


def _load(context: ssl.SSLContext, certificate: str, key: str) -> None:
    """Python takes a client certificate from a file only: one of our own eyes, gone at once."""
    with tempfile.NamedTemporaryFile("w", encoding="ascii", suffix=".pem") as file:  # made with mode 0600
        file.write(certificate + key)
        file.flush()
        try:
            context.load_cert_chain(file.name, password=_no_password)
        except (ssl.SSLError, ValueError, OSError):
            raise BadSettings(
                "tls_certificate", "The client certificate and its key can't be read, or don't belong together."
            ) from None


def _no_password() -> str:
    raise ValueError("a key with a password")  # else OpenSSL would ask on the terminal
