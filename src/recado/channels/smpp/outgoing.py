"""An envelope as submit_sm parts, and the answers to its parts as one outcome. Pure.

A long text goes as parts behind user data headers, or as the carrier's form says. A receipt is asked for the last part
only, and the last part's id is the text's reference: one text, one receipt, one reference, and no receipts that belong
to nothing. The price: a carrier that loses an earlier part and delivers the last one reports the text as delivered.
Where that matters more than a receipt a part costs, `receipts` asks for all of them, and the outcome names each part's id.

All parts of a message carry the last octet of its id as their 8-bit reference (the last two of 16 bits): should the text
be sent again, the phone joins the new parts with what it has. The price of 8 bits: two unfinished long texts to one phone
clash once in 256.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from msgspec import Struct

from recado.channels.protocol import Accepted, Envelope, Outcome, PersonStopped, Refused, TryLater, Uncertain
from recado.channels.smpp.settings import Receipts, SmppSettings, Validity
from recado.foundation.clock import real_now
from recado.foundation.protocols.smpp import codes
from recado.foundation.protocols.smpp.messages import (
    MAX_SHORT_MESSAGE,
    Address,
    encode_options,
    encode_short,
    encode_source,
    encode_submit,
    encode_tlvs,
)
from recado.foundation.protocols.smpp.pdus import EncodeError
from recado.foundation.protocols.smpp.splitting import USUAL, bodies, cut
from recado.foundation.protocols.smpp.text import SINGLE_GSM7, encode_gsm7, split_text, with_headers
from recado.foundation.protocols.smpp.times import encode_absolute, encode_relative

_WITH_RECEIPT = 1
_SHORT_CODE_DIGITS = 8
_PERSON = re.compile(r"\+?([0-9]{6,15})")
_NONE: Final = Validity.NONE  # looked up once, not for every text
_RELATIVE: Final = Validity.RELATIVE


class Submission(Struct, eq=False, gc=False):
    """One envelope under way: where its outcome goes, and what its parts have come to so far."""

    index: int
    bodies: list[bytes]
    outcomes: list[Outcome | None]
    left: int
    tells_parts: bool = False  # its outcome names the ids of all parts, since each is reported on

    @property
    def is_untouched(self) -> bool:
        """No part of it has an answer yet."""
        return self.left == len(self.bodies)

    @property
    def is_hopeless(self) -> bool:
        """A part was refused for good: the others, if not yet written, need not go."""
        return any(isinstance(outcome, Refused | PersonStopped) for outcome in self.outcomes)


@lru_cache(maxsize=1024)
def sender_address(sender: str) -> Address:
    """Name, short code or number, by its look. Raises `EncodeError` for a name no phone can show."""
    digits = sender.removeprefix("+")
    if digits.isascii() and digits.isdigit():
        if len(digits) <= _SHORT_CODE_DIGITS and digits == sender:
            return Address(codes.TON_NETWORK, codes.NPI_UNKNOWN, digits)
        return Address(codes.TON_INTERNATIONAL, codes.NPI_E164, digits)
    if not 1 <= len(sender) <= 11:
        raise EncodeError("a sender name has 1 to 11 characters")
    return Address(codes.TON_ALPHANUMERIC, codes.NPI_UNKNOWN, sender)


def person_address(number: str) -> Address:
    """E.164 with its plus. Raises `EncodeError` for anything else."""
    digits = number.removeprefix("+")
    if not 6 <= len(digits) <= 15 or not digits.isascii() or not digits.isdigit():
        raise EncodeError("a recipient is 6 to 15 digits")
    return Address(codes.TON_INTERNATIONAL, codes.NPI_E164, digits)


def bodies_of(envelope: Envelope, settings: SmppSettings) -> list[bytes] | Refused:
    """The submit_sm bodies of a text, in order, or why it can't be sent. Never raises."""
    if settings.form is USUAL:
        short = _short(envelope, settings)
        if short is not None:
            return [short]
    if not envelope.text:
        return Refused("text_empty")
    try:
        source = sender_address(envelope.sender or settings.sender)
    except EncodeError:
        return Refused("sender_invalid")
    try:
        destination = person_address(envelope.to)
    except EncodeError:
        return Refused("number_invalid")
    try:
        if settings.form is USUAL:
            return _usual(envelope, settings, source, destination)
        return _in_form(envelope, settings, source, destination)
    except UnicodeEncodeError:
        return Refused("text_invalid")
    except EncodeError:
        return Refused("sender_invalid")


@lru_cache(maxsize=1024)
def _prefix(sender: str) -> bytes | None:
    try:
        return encode_source(sender_address(sender))
    except EncodeError:
        return None


def _short(envelope: Envelope, settings: SmppSettings) -> bytes | None:
    """The body of what nearly every text is, one part of GSM-7, in a third of the time. None: take the long way."""
    number, octets = _PERSON.fullmatch(envelope.to), encode_gsm7(envelope.text)
    prefix = _prefix(envelope.sender or settings.sender)
    if number is None or prefix is None or not octets or len(octets) > SINGLE_GSM7:
        return None
    options = encode_options(_validity(envelope, settings), codes.GSM7, _WITH_RECEIPT)
    return encode_short(prefix, number[1].encode(), octets, options, _reference(envelope, settings))


def _usual(envelope: Envelope, settings: SmppSettings, source: Address, destination: Address) -> list[bytes] | Refused:
    """The form that nearly every carrier takes, by the shortest way."""
    data_coding, parts = split_text(envelope.text)
    if len(parts) > settings.max_parts:
        return Refused("text_too_long")
    validity, reference = _validity(envelope, settings), _reference(envelope, settings)
    if len(parts) == 1:
        return [
            encode_submit(
                source,
                destination,
                parts[0],
                data_coding=data_coding,
                registered_delivery=_WITH_RECEIPT,
                validity=validity,
                reference=reference,
            )
        ]
    is_all = settings.receipts is Receipts.ALL
    return [
        encode_submit(
            source,
            destination,
            part,
            data_coding=data_coding,
            esm_class=codes.ESM_UDHI,
            registered_delivery=_WITH_RECEIPT if is_all or number == len(parts) else 0,
            validity=validity,
            reference=reference,
        )
        for number, part in enumerate(with_headers(parts, envelope.message[-1]), 1)
    ]


def _in_form(
    envelope: Envelope, settings: SmppSettings, source: Address, destination: Address
) -> list[bytes] | Refused:
    """Any other form. The parts of a text that goes in one piece are counted all the same: the carrier cuts it so."""
    if len(cut(envelope.text, settings.form).parts) > settings.max_parts:
        return Refused("text_too_long")
    parts = bodies(envelope.text, settings.form, int.from_bytes(envelope.message[-2:], "big"))
    validity, reference = _validity(envelope, settings), _reference(envelope, settings)
    made = []
    for number, part in enumerate(parts, 1):
        is_asked = settings.receipts is Receipts.ALL or number == len(parts)
        is_long = len(part.payload) > MAX_SHORT_MESSAGE
        tlvs = {**part.tlvs, codes.TLV_MESSAGE_PAYLOAD: part.payload} if is_long else part.tlvs
        body = encode_submit(
            source,
            destination,
            b"" if is_long else part.payload,
            data_coding=part.data_coding,
            esm_class=codes.ESM_UDHI if part.has_header else 0,
            registered_delivery=_WITH_RECEIPT if is_asked else 0,
            validity=validity,
            reference=reference,
        )
        made.append(body + encode_tlvs(tlvs) if tlvs else body)
    return made


def _validity(envelope: Envelope, settings: SmppSettings) -> bytes:
    how = settings.validity
    if envelope.validity is None or how is _NONE:
        return b"\0"
    if how is _RELATIVE:
        return encode_relative(envelope.validity)
    return encode_absolute(real_now() + envelope.validity)


def _reference(envelope: Envelope, settings: SmppSettings) -> bytes:
    return envelope.message[-2:] if settings.has_message_reference else b""


def combine(outcomes: Sequence[Outcome], *, tells_parts: bool = False) -> Outcome:
    """The outcome of a text out of its parts' outcomes.

    - all accepted: accepted, under the last part's id; `tells_parts`: with all ids, where each part has one;
    - one refused or stopped: refused or stopped. The text will never be whole; where other parts were taken the
      reason says so;
    - one unanswered: uncertain;
    - some taken and some certainly not: uncertain too ("partly_taken"): to send it again as a whole is no longer
      "nothing was taken", so that is for the purpose's rule to decide;
    - none taken: try later, after the longest of the waits.
    """
    if len(outcomes) == 1:
        return outcomes[0]
    accepted = [outcome for outcome in outcomes if isinstance(outcome, Accepted)]
    if len(accepted) == len(outcomes):
        refs = tuple(one.ref for one in accepted)
        return Accepted(refs[-1], refs if tells_parts and all(refs) else ())
    for outcome in outcomes:
        if isinstance(outcome, PersonStopped):
            return outcome
    for outcome in outcomes:
        if isinstance(outcome, Refused):
            return Refused(f"{outcome.reason}_partly_taken") if accepted else outcome
    for outcome in outcomes:
        if isinstance(outcome, Uncertain):
            return outcome
    if accepted:
        return Uncertain("partly_taken")
    return max((outcome for outcome in outcomes if isinstance(outcome, TryLater)), key=lambda later: later.after)
