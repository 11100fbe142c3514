"""One client's SMPP connection to the simulated carrier."""

import asyncio
import hmac
from datetime import datetime
from typing import Protocol, cast

from recado.foundation.protocols.smpp import codes
from recado.foundation.protocols.smpp.joining import user_data
from recado.foundation.protocols.smpp.messages import ShortMessage, decode_message
from recado.foundation.protocols.smpp.pdus import (
    DecodeError,
    Framer,
    Pdu,
    answer,
    decode_bind,
    encode,
    encode_bind_answer,
    encode_id,
    refusal,
)
from recado.foundation.protocols.smpp.text import decode_text
from recado.foundation.protocols.smpp.times import decode_time
from recado.launch.simulator.faults import Fault
from recado.launch.simulator.magic import Attempts
from recado.launch.simulator.network import Network
from recado.launch.simulator.settings import SimulatorSettings
from recado.launch.simulator.texts import NEVER, Owed, Text

_UNBOUND_FOR = 10.0  # seconds a connection may stay without a bind
_ENQUIRE_AFTER = 30.0
_LATE_AT_MOST = 10_000


class Host(Protocol):
    """What a session needs of the server that it belongs to (`server.Server`)."""

    credentials: tuple[str, str]
    network: Network
    sessions: list["Session"]
    refused_binds: int
    throttled: int
    deliveries: int
    refused_deliveries: int
    attempts: Attempts
    settings: SimulatorSettings

    def now(self) -> float: ...
    def now_as_time(self) -> datetime: ...
    def next_id(self) -> str: ...
    def secure_journal(self) -> None: ...
    def deliver(self, asking: "Session | None" = None) -> None: ...
    def take_back(self, owed: list[Owed]) -> None: ...
    def try_again(self, owed: Owed) -> None: ...
    def answer_later(self, session: "Session", frame: bytes, phone: str) -> None: ...


class Session(asyncio.Protocol):
    """Answers a client, and carries receipts and replies to it."""

    def __init__(self, server: Host) -> None:
        self._server = server
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._framer = Framer()
        self._out: list[bytes] = []
        self._taken: list[tuple[Pdu, Text, frozenset[Fault]]] = []
        self._bound = 0  # the bind's command
        self._is_ending = False
        self._sequence = 0
        self.unacknowledged: dict[int, tuple[Owed, float]] = {}
        self._late: dict[int, Owed] = {}  # sent again meanwhile; an answer still counts
        self._opened_at = self._heard_at = self._loop.time()
        self._enquiries_open = 0

    @property
    def is_receiving(self) -> bool:
        """True for a client that takes receipts and replies."""
        return self._bound in (codes.BIND_TRANSCEIVER, codes.BIND_RECEIVER) and not self._is_ending

    # ---------------------------------------------------------------- the connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's and TLS's are no subclasses
        self._server.sessions.append(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._bound = 0
        if self in self._server.sessions:
            self._server.sessions.remove(self)
        owed = [one for one, _ in self.unacknowledged.values() if not one.is_done]
        self.unacknowledged.clear()
        self._server.take_back(owed)

    def data_received(self, data: bytes) -> None:
        self._heard_at = self._loop.time()
        self._enquiries_open = 0
        acknowledged: list[Owed] = []
        for pdu in self._framer.feed(data):
            if pdu.command == codes.SUBMIT_SM:
                self._submit(pdu)
            elif pdu.command == codes.DELIVER_SM_RESP:
                self._delivered(pdu, acknowledged)
            else:
                self._take_other(pdu)
            if self._is_ending:
                break
        if acknowledged:
            self._server.network.acknowledged(acknowledged)
        self._answer_taken()
        self._server.deliver(self)
        self.flush()
        if self._framer.flaw:
            self.abort()

    def flush(self) -> None:
        """Writes all that is ready as one buffer; the journal first, so that no answer is ahead of it."""
        if not self._out:
            return
        self._server.secure_journal()
        if self._transport and not self._transport.is_closing():
            self._transport.write(b"".join(self._out))
        self._out = []

    def abort(self) -> None:
        self._is_ending = True
        if self._transport:
            self._transport.abort()

    def look_at_the_clock(self, now: float, resend_after: float) -> None:
        """Closes what never bound, asks what is silent, takes back what was not acknowledged in time."""
        if not self._bound:
            if now - self._opened_at > _UNBOUND_FOR:
                self.abort()
            return
        if now - self._heard_at > _ENQUIRE_AFTER * (1 + self._enquiries_open):
            if self._enquiries_open >= 2:
                self.abort()
                return
            self._enquiries_open += 1
            self._out.append(encode(codes.ENQUIRE_LINK, codes.OK, self._next_sequence()))
            self.flush()
        late: list[Owed] = []
        while self.unacknowledged:
            sequence, (owed, sent_at) = next(iter(self.unacknowledged.items()))
            if now - sent_at < resend_after:
                break
            del self.unacknowledged[sequence]
            if not owed.is_done:
                self._late[sequence] = owed
                late.append(owed)
        while len(self._late) > _LATE_AT_MOST:
            del self._late[next(iter(self._late))]
        self._server.take_back(late)

    def forget(self) -> None:
        """Nothing of what was sent is owed any more."""
        self.unacknowledged.clear()
        self._late.clear()

    def _next_sequence(self) -> int:
        self._sequence = self._sequence % codes.MAX_SEQUENCE + 1
        return self._sequence

    # ---------------------------------------------------------------- what comes in

    def _take_other(self, pdu: Pdu) -> None:
        if pdu.command in codes.BINDS:
            self._bind(pdu)
        elif pdu.command == codes.ENQUIRE_LINK:
            self._out.append(answer(pdu))
        elif pdu.command == codes.UNBIND:
            self._out.append(answer(pdu))
            self._is_ending = True
            if self._transport:
                self._loop.call_soon(self._transport.close)
        else:
            self._out.append(refusal(pdu, codes.INVALID_COMMAND))

    def _bind(self, pdu: Pdu) -> None:
        if self._bound:
            self._out.append(refusal(pdu, codes.ALREADY_BOUND))
            return
        try:
            bind = decode_bind(pdu.body)
        except DecodeError:
            self._out.append(refusal(pdu, codes.INVALID_LENGTH))
            return
        system_id, password = self._server.credentials
        is_known = hmac.compare_digest(bind.system_id.encode(), system_id.encode())
        if not (hmac.compare_digest(bind.password.encode(), password.encode()) and is_known):
            self._server.refused_binds += 1
            self._out.append(refusal(pdu, codes.INVALID_PASSWORD))
            return
        self._bound = pdu.command
        body = encode_bind_answer("simulated")
        self._out.append(encode(pdu.command | codes.RESPONSE, codes.OK, pdu.sequence, body))

    def _submit(self, pdu: Pdu) -> None:
        if self._bound not in (codes.BIND_TRANSCEIVER, codes.BIND_TRANSMITTER):
            self._out.append(refusal(pdu, codes.WRONG_BIND_STATE))
            return
        try:
            message = decode_message(pdu.body)
        except DecodeError:
            self._out.append(refusal(pdu, codes.INVALID_LENGTH))
            return
        phone = _phone_of(message)
        if not phone or message.flaws:
            status = codes.INVALID_LENGTH if phone else codes.INVALID_DESTINATION
            self._out.append(refusal(pdu, status))
            return
        faults = self._server.network.faults_of(phone)
        status = codes.THROTTLED if Fault.THROTTLED in faults else self._server.attempts.status(phone, pdu.body)
        if status != codes.OK:
            self._server.throttled += status == codes.THROTTLED
            self._out.append(refusal(pdu, status))
            return
        self._taken.append((pdu, self._text_of(message, phone), faults))
        if Fault.LINK_DROPPED in faults:
            self._is_ending = True  # what follows in this read never came

    def _text_of(self, message: ShortMessage, phone: str) -> Text:
        data = user_data(message, self._server.settings.alphabet)
        now = self._server.now()
        part = None
        text = ""
        if data.part is None or data.part.total == 1:
            text = decode_text(data.data_coding, data.octets, locking=data.locking, single=data.single)
        else:
            octets = data.octets.hex()
            part = (*data.part, data.data_coding, octets, data.locking, data.single)
        expires = decode_time(message.validity, self._server.now_as_time()) if message.validity else None
        reference = message.tlvs.get(codes.TLV_USER_MESSAGE_REFERENCE, b"") if message.tlvs else b""
        return Text(
            self._server.next_id(),
            phone,
            text,
            now,
            bool(message.registered_delivery & 3),
            expires.timestamp() if expires else NEVER,
            message.source,
            message.destination,
            reference.hex(),
            part,
        )

    def _answer_taken(self) -> None:
        if not self._taken:
            return
        taken, self._taken = self._taken, []
        server = self._server
        early = server.network.take([text for _, text, _ in taken], server.now())
        for owed in early:
            if self.is_receiving:
                self.send(owed)
            else:
                server.network.ready.append(owed)
        is_dropped = False
        for pdu, text, faults in taken:
            frame = encode(codes.SUBMIT_SM_RESP, codes.OK, pdu.sequence, encode_id(text.id))
            if not faults:
                self._out.append(frame)
            elif Fault.LINK_DROPPED in faults:
                is_dropped = True
            elif Fault.SLOW in faults:
                server.answer_later(self, frame, text.phone)
            elif Fault.ANSWER_LOST not in faults:
                self._out.append(frame)
        if is_dropped:
            server.secure_journal()
            self.flush()
            self.abort()

    def answer_now(self, frame: bytes) -> None:
        """A slow answer whose time has come."""
        self._out.append(frame)
        self.flush()

    # ---------------------------------------------------------------- receipts and replies

    def send(self, owed: Owed) -> None:
        """Puts a receipt or reply among what is written next, twice where a fault says so."""
        now = self._loop.time()
        for _ in range(owed.copies):
            sequence = self._next_sequence()
            self.unacknowledged[sequence] = (owed, now)
            self._out.append(encode(codes.DELIVER_SM, codes.OK, sequence, owed.body))
        self._server.deliveries += owed.copies

    def _delivered(self, pdu: Pdu, acknowledged: list[Owed]) -> None:
        found = self.unacknowledged.pop(pdu.sequence, None)
        owed = found[0] if found else self._late.pop(pdu.sequence, None)
        if owed is None or owed.is_done:
            return
        if pdu.status == codes.OK:
            acknowledged.append(owed)
        elif found:
            self._server.refused_deliveries += 1
            self._server.try_again(owed)


def _phone_of(message: ShortMessage) -> str:
    """E.164 with its plus, "" for what is no number."""
    digits = message.destination.value.removeprefix("+").removeprefix("00")
    return "+" + digits if 6 <= len(digits) <= 15 and digits.isascii() and digits.isdigit() else ""
