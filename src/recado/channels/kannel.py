"""Kannel's smsbox (`sendsms`): one text a request, in a POST, so that neither number nor text stands in an address.

Sources: Kannel's user guide 1.4.5; Debian's bearerbox and smsbox, which tests/interop/test_kannel.py runs behind this.

Kannel gives no id, so the text's own id is its reference and goes into the address that Kannel reports to (`?m=`). It signs
nothing and speaks clear text: run it on this machine or a private network. The names in the address that it sends people's
texts to are ours, since Kannel's owner writes that address down (docs/reference/carriers.md).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from recado.channels.given import read
from recado.channels.over_http import (
    CALLBACKS,
    PACE,
    Call,
    Codes,
    ErrorClass,
    HttpCarrier,
    Reply,
    Told,
    trouble_of,
    validity_of,
)
from recado.channels.over_http import callbacks as calls
from recado.channels.protocol import (
    Accepted,
    Answer,
    Capabilities,
    Carrier,
    Envelope,
    Inbound,
    RawCallback,
    Receipt,
    ReceiptState,
    Setting,
    Unreadable,
)
from recado.foundation.protocols.smpp.text import encode_gsm7, split_text

SETTINGS: Final = (
    Setting("username", "user name of the group sendsms-user"),
    Setting("password", "its password", is_secret=True),
    Setting("url", "the address of smsbox", default="http://127.0.0.1:13013"),
    Setting("smsc", "smsc-id of the connection to send by; empty: Kannel chooses", default=""),
    Setting("max_messages", "max-messages of the group sendsms-user: Kannel cuts off what is longer", "int", 10),
    *PACE,
    *CALLBACKS,
)

LONGEST_VALIDITY: Final = timedelta(days=7)
MASK: Final = 1 | 2 | 16  # delivered, not delivered, refused: what is final

CODES: Final[Codes] = {
    503: (ErrorClass.THROTTLED, "throttled"),
}
"""Kannel answers in HTTP's status; of its words only those of 202 are documented."""

STATES: Final[Mapping[str, ReceiptState]] = {
    "1": ReceiptState.DELIVERED,
    "2": ReceiptState.FAILED,
    "4": ReceiptState.ON_THE_WAY,
    "8": ReceiptState.ON_THE_WAY,
    "16": ReceiptState.FAILED,
}


class KannelCarrier(HttpCarrier):
    def __init__(self, name: str, settings: Mapping[str, Any]) -> None:
        super().__init__(name, settings)
        self.can = Capabilities(
            window=settings["window"],
            receives=True,
            receipts=bool(settings["callback_url"]),
            max_parts=settings["max_messages"],
            validity_at_most=LONGEST_VALIDITY,
            own_reference=True,
        )

    def unfit(self, envelope: Envelope) -> str:
        return "text_too_long" if len(split_text(envelope.text)[1]) > self.can.max_parts else ""

    def call(self, envelopes: Sequence[Envelope]) -> Call:
        (envelope,) = envelopes
        is_plain = encode_gsm7(envelope.text) is not None
        headers = {
            "Content-Type": "text/plain; charset=UTF-8",
            "X-Kannel-Username": self.settings["username"],
            "X-Kannel-Password": self.settings["password"],
            "X-Kannel-From": envelope.sender.removeprefix("+"),
            "X-Kannel-To": envelope.to[1:],
            "X-Kannel-Coding": "0" if is_plain else "2",
        }
        if self.settings["smsc"]:
            headers["X-Kannel-SMSC"] = self.settings["smsc"]
        validity = validity_of(envelope, least=timedelta(minutes=1), most=LONGEST_VALIDITY)
        if validity is not None:
            headers["X-Kannel-Validity"] = str(int(validity.total_seconds() // 60))
        if self.settings["callback_url"]:
            headers["X-Kannel-DLR-Mask"] = str(MASK)
            headers["X-Kannel-DLR-URL"] = f"{self.settings['callback_url']}?m={envelope.message.hex()}&status=%d"
        return Call("POST", f"{self.settings['url']}/cgi-bin/sendsms", headers, content=envelope.text.encode())

    def read(self, envelopes: Sequence[Envelope], reply: Reply) -> Sequence[Told]:
        if reply.status == 202:
            return [Accepted(envelopes[0].message.hex())]
        return [trouble_of(reply, CODES, reply.status if reply.status in CODES else None)]

    # ---------------------------------------------------------------- callbacks

    def verify(self, raw: RawCallback) -> bool:
        """Kannel signs nothing: the secret in the address was compared."""
        return True

    def read_callback(self, raw: RawCallback) -> Sequence[Receipt | Inbound]:
        told = _octets(raw)
        ours = calls.text_of(told, "m")
        if ours:
            state = STATES.get(calls.text_of(told, "status"))
            if state is None or calls.reference_of(ours) is None:
                raise Unreadable("a report without our id, or of an event that isn't documented")
            error = f"dlr_{told['status']}" if state is ReceiptState.FAILED else ""
            return [Receipt(ours, state, None, error=error, message_reference=calls.reference_of(ours))]
        person, number, ref = (calls.text_of(told, name) for name in ("from", "to", "id"))
        if not person or not number or not ref or "text" not in told:
            raise Unreadable("neither a report nor a text")
        at = calls.text_of(told, "at")
        return [Inbound(calls.e164(person), calls.e164(number), _text(told), _moment(at), ref)]

    def callback_answer(self, raw: RawCallback, is_genuine: bool) -> Answer:
        """Without a word: Kannel would send any that stands here to the person as a text."""
        return Answer() if is_genuine else calls.NOT_GENUINE


def _octets(raw: RawCallback) -> dict[str, str]:
    """The parameters of the address, a letter for each octet: a text in UCS-2 comes as its octets."""
    return dict(parse_qsl(urlsplit(raw.url).query, keep_blank_values=True, encoding="latin-1", max_num_fields=50))


def _text(told: Mapping[str, str]) -> str:
    """What the person wrote, in the letters that `%C` names; of coding 2 they are UCS-2 always."""
    letters = "utf-16-be" if told.get("coding") == "2" else told.get("charset") or "utf-8"
    try:
        return told["text"].encode("latin-1").decode(letters)
    except (UnicodeDecodeError, LookupError):
        raise Unreadable("a text in letters that can't be read") from None


def _moment(seconds: str) -> datetime | None:
    """`%T`: seconds since 1970."""
    is_time = seconds.isascii() and seconds.isdigit() and len(seconds) < 12
    return datetime.fromtimestamp(int(seconds), UTC) if is_time else None


def make(name: str, settings: Mapping[str, object]) -> Carrier:
    return KannelCarrier(name, read(SETTINGS, settings))
