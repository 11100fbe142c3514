"""Receipts and replies: handed to the sink in batches, acknowledged to the carrier only when the sink has returned.

Two lanes. Receipts may be several sink calls at a time: one that waits for the settle of its text must not hold up the
others. Replies are one call at a time, so that what a person writes is stored in the order written.

**Long replies.** Their parts are held unacknowledged until the whole was stored: a crash in between loses nothing,
because the carrier sends them all again. After `join_wait` an unfinished reply is stored as it is, flagged with
`missing_parts`, and acknowledged; should the rest come within five minutes, the whole text follows as a second reply.
The price is paid by carriers that send nothing more before the last part is acknowledged: there a long reply appears
as a fragment after `join_wait` and whole a moment later. The other way (acknowledge each part, join in memory) loses
half a reply in a crash, for good, and nobody would know.

**References.** SMPP gives replies no id. Where the carrier adds one (receipted_message_id) it is the `ref`; a fragment's
ends in "~" and the number of missing parts. Else `ref` is a digest of the reply and of the moment it was first seen; a
repetition keeps it (`Occurrences`). So a person may write "1" twice and both count, while what the carrier repeats
does not.
"""

import asyncio
import hashlib
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final, cast

from msgspec import Struct

from recado.channels.protocol import Inbound, Receipt, ReceiptState, Sink
from recado.channels.smpp.alike import Alike
from recado.channels.smpp.answers import RECEIPT_STATE
from recado.channels.smpp.ids import id_in_receipt
from recado.channels.smpp.link import Link
from recado.channels.smpp.settings import ReceiptIds, SmppSettings
from recado.foundation.protocols.smpp import codes
from recado.foundation.protocols.smpp.joining import Joined, Joiner, Piece, Standing, user_data
from recado.foundation.protocols.smpp.messages import Address, ShortMessage, decode_message
from recado.foundation.protocols.smpp.pdus import DecodeError, Pdu
from recado.foundation.protocols.smpp.receipts import read_receipt
from recado.foundation.protocols.smpp.text import decode_text
from recado.foundation.protocols.smpp.times import decode_receipt_time

logger = logging.getLogger(__name__)

Event = Receipt | Inbound
Token = tuple[Link, int]  # what to acknowledge, and where

_AS_SENT: Final = ReceiptIds.AS_SENT  # looked up once, not for every receipt
_DELIVERED: Final = ReceiptState.DELIVERED
_RECEIPT_CALLS: Final = 8
_REPEATED_WITHIN = 900.0  # seconds in which a carrier repeats after a lost link
_CROSSED_WITHIN = 2.0  # seconds in which a repetition may have crossed our acknowledgement


def number_of(address: Address) -> str:
    """E.164 with its plus where that can be told: by its type, or by its look where the carrier gives no type, or the wrong one:
    no country's code begins with 0."""
    ton, _, value = address
    if ton == codes.TON_INTERNATIONAL and value.startswith("0"):
        ton = codes.TON_UNKNOWN
    if ton == codes.TON_INTERNATIONAL and value.isdecimal():
        return "+" + value
    digits = value.removeprefix("+")
    if not digits.isascii() or not digits.isdigit():
        return value
    if ton == codes.TON_INTERNATIONAL or value.startswith("+"):
        return "+" + digits
    if ton == codes.TON_UNKNOWN and value.startswith("00"):
        return "+" + value[2:]
    if ton == codes.TON_UNKNOWN and 10 <= len(value) <= 15 and not value.startswith("0"):
        return "+" + value
    return value


def receipt_of(message: ShortMessage, settings: SmppSettings) -> Receipt:
    """A receipt in our words. Without an id its `ref` is empty: stored as unmatched, never dropped."""
    said = read_receipt(message)
    reference = message.tlvs.get(codes.TLV_USER_MESSAGE_REFERENCE) if message.tlvs else None
    ident, state = said.id, RECEIPT_STATE.get(said.state, ReceiptState.ON_THE_WAY)
    if settings.receipt_ids is not _AS_SENT:
        ident = id_in_receipt(ident, settings.receipt_ids)
    if message.esm_class & codes.ESM_TYPE_MASK == codes.ESM_INTERMEDIATE and state is not _DELIVERED:
        state = ReceiptState.ON_THE_WAY  # one attempt has failed, not the text
    return Receipt(
        ref=ident,
        state=state,
        at=decode_receipt_time(said.done_date, settings.receipt_zone),
        to=number_of(message.source),
        sender=number_of(message.destination),
        error="" if said.error.strip("0") == "" else said.error,
        message_reference=int.from_bytes(reference, "big") if reference else None,
    )


@dataclass(slots=True)
class _Seen:
    ref: str
    link: int
    acknowledged_at: float | None = None


class Occurrences:
    """Tells a reply that a carrier repeats from one that a person wrote again. Pure: clock and link are passed in.

    It is a repetition while the first one is not acknowledged, for 2 s after (they may have crossed), and, once the
    link that brought it was lost (with it perhaps our acknowledgement), for 15 minutes. Another link of the same carrier
    that still stands repeats nothing. A process that starts anew knows nothing: there
    a repetition counts as new, since to handle an answer twice does less harm than to lose one.
    """

    def __init__(self, links: set[int], limit: int = 20_000) -> None:
        self._links = links  # those that stand
        self._seen: OrderedDict[bytes, _Seen] = OrderedDict()
        self._limit = limit

    def ref(self, digest: bytes, *, link: int, now: float, at_ms: int) -> str:
        seen = self._seen.get(digest)
        if seen and self._is_repeated(seen, now):
            return seen.ref
        ref = f"{digest.hex()}-{at_ms:x}"
        self._seen[digest] = _Seen(ref, link)
        self._seen.move_to_end(digest)
        if len(self._seen) > self._limit:
            self._seen.popitem(last=False)
        return ref

    def acknowledged(self, ref: str, *, link: int, now: float) -> None:
        seen = self._seen.get(bytes.fromhex(ref.partition("-")[0])) if "-" in ref else None
        if seen and seen.ref == ref:
            seen.link, seen.acknowledged_at = link, now

    def _is_repeated(self, seen: _Seen, now: float) -> bool:
        if seen.acknowledged_at is None:
            return True
        age = now - seen.acknowledged_at
        return age < _CROSSED_WITHIN or (seen.link not in self._links and age < _REPEATED_WITHIN)


class _Held(Struct, eq=False, gc=False):
    event: Event
    tokens: list[Token]
    key: Hashable = None  # of the joined text, if it was one


class Lane:
    """Collects for 10 ms or until 500, whichever is first, and hands on; `settled` hears how each batch ended."""

    def __init__(self, settings: SmppSettings, sink: Sink, calls: int, settled: Callable[[list[_Held], bool], None]):
        self._loop = asyncio.get_running_loop()
        self._flush_after = settings.flush_after.total_seconds()
        self._flush_at = settings.flush_at
        self._sink = sink
        self._calls = calls
        self._settled = settled
        self._items: list[_Held] = []
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, item: _Held) -> None:
        self._items.append(item)
        if len(self._items) >= self._flush_at:
            self._flush()
        elif self._timer is None:
            self._timer = self._loop.call_later(self._flush_after, self._flush)

    def _flush(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        while self._items and len(self._tasks) < self._calls:
            batch, self._items = self._items[: self._flush_at], self._items[self._flush_at :]
            task = self._loop.create_task(self._hand_over(batch))
            self._tasks.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if self._items and self._timer is None:
            self._flush()

    async def _hand_over(self, batch: list[_Held]) -> None:
        events: dict[Hashable, Event] = {}
        for item in batch:
            event = item.event
            same = (event.ref, event.state, event.to) if isinstance(event, Receipt) else event.ref
            events.setdefault(same, event)
        try:
            await self._sink(list(events.values()))
        except Exception as error:  # whatever it was, nothing was stored: the carrier keeps it and sends it again
            logger.error("receipts or replies not stored (%s); the carrier will repeat them", type(error).__name__)
            self._settled(batch, False)
        else:
            self._settled(batch, True)

    async def drain(self, patience: float) -> None:
        self._flush()
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=patience)


class Incoming:
    """Takes every deliver_sm of a carrier, over all its links. `links`: the numbers of those that stand."""

    def __init__(self, settings: SmppSettings, sink: Sink) -> None:
        self._loop = asyncio.get_running_loop()
        self.links: set[int] = set()
        self._settings = settings
        self._alike = Alike(lambda body: receipt_of(decode_message(body), settings), settings.receipt_ids)
        self._receipts = Lane(settings, sink, _RECEIPT_CALLS, self._settle)
        self._replies = Lane(settings, sink, 1, self._settle)
        self._joiner: Joiner[Token] = Joiner(wait=settings.join_wait.total_seconds())
        self._occurrences = Occurrences(self.links)
        self._held = 0
        self._clock: asyncio.TimerHandle | None = None

    def take(self, link: Link, pdu: Pdu) -> None:
        if self._held >= self._settings.held_at_most:
            link.acknowledge([pdu.sequence], codes.RECEIVER_TEMPORARY)
            return
        token = (link, pdu.sequence)
        receipt = self._alike.receipt(pdu.body)
        if receipt is not None:
            self._held += 1
            self._receipts.add(_Held(receipt, [token]))
            return
        try:
            message = decode_message(pdu.body)
        except DecodeError:
            link.acknowledge([pdu.sequence], codes.INVALID_LENGTH)
            return
        if message.is_receipt:
            self._held += 1
            self._receipts.add(_Held(receipt_of(message, self._settings), [token]))
        else:
            self._take_reply(message, token)

    def _take_reply(self, message: ShortMessage, token: Token) -> None:
        data = user_data(message, self._settings.form.default)
        source, destination = number_of(message.source), number_of(message.destination)
        if data.part is None or data.part.total == 1:
            text = decode_text(data.data_coding, data.octets, locking=data.locking, single=data.single)
            self._held += 1
            digest = self._digest(source, destination, data.octets, message)
            ref = self._carriers_id(message) or self._ref(digest, token[0])
            self._replies.add(_Held(Inbound(source, destination, text, None, ref), [token]))
            return
        key = (source, destination, data.part.reference)
        piece = Piece(data.octets, data.data_coding, data.locking, data.single, self._carriers_id(message))
        standing = self._joiner.standing(key, data.part, piece)
        if standing is not Standing.NEW:
            status = codes.OK if standing is Standing.STORED else codes.RECEIVER_TEMPORARY
            token[0].acknowledge([token[1]], status)
            return
        self._held += 1
        joined = self._joiner.add(key, data.part, piece, token, self._loop.time())
        if joined:
            self._hand_on(joined)
        elif self._clock is None:
            self._clock = self._loop.call_later(self._settings.join_wait.total_seconds() / 10, self._look_at_the_clock)

    def _hand_on(self, joined: Joined[Token]) -> None:
        source, destination, reference = cast(tuple[str, str, int], joined.key)  # made in _take_reply
        if len(joined.labels) == 1 and "" not in joined.labels:
            ref = min(joined.labels) + (f"~{joined.missing}" if joined.missing else "")
        else:
            digest = self._digest(source, destination, joined.octets, (reference, joined.missing))
            ref = self._ref(digest, joined.tokens[-1][0])
        reply = Inbound(source, destination, joined.text, None, ref, joined.missing)
        self._replies.add(_Held(reply, joined.tokens, None if joined.missing else joined.key))

    def _look_at_the_clock(self) -> None:
        self._clock = None
        for joined in self._joiner.overdue(self._loop.time()):
            self._hand_on(joined)
        if len(self._joiner):
            self._clock = self._loop.call_later(self._settings.join_wait.total_seconds() / 10, self._look_at_the_clock)

    def _settle(self, batch: list[_Held], is_stored: bool) -> None:
        now = self._loop.time()
        by_link: dict[Link, list[int]] = {}
        for item in batch:
            self._held -= len(item.tokens)
            for link, sequence in item.tokens:
                by_link.setdefault(link, []).append(sequence)
            if isinstance(item.event, Inbound) and is_stored:
                self._occurrences.acknowledged(item.event.ref, link=item.tokens[-1][0].number, now=now)
            if item.key is not None:
                (self._joiner.stored if is_stored else self._joiner.forget)(item.key)
        for link, sequences in by_link.items():
            link.acknowledge(sequences, codes.OK if is_stored else codes.RECEIVER_TEMPORARY)

    def _ref(self, digest: bytes, link: Link) -> str:
        return self._occurrences.ref(digest, link=link.number, now=self._loop.time(), at_ms=time.time_ns() // 1_000_000)

    @staticmethod
    def _carriers_id(message: ShortMessage) -> str:
        octets = message.tlvs.get(codes.TLV_RECEIPTED_MESSAGE_ID, b"") if message.tlvs else b""
        return octets.partition(b"\0")[0].decode("latin-1")

    @staticmethod
    def _digest(source: str, destination: str, octets: bytes, rest: object) -> bytes:
        if isinstance(rest, ShortMessage):
            rest = (rest.data_coding, sorted(rest.tlvs.items()))
        return hashlib.sha256(repr((source, destination, octets, rest)).encode()).digest()[:12]

    async def drain(self, patience: float) -> None:
        """Hands over what is there and waits for the sink; unfinished long replies stay with the carrier."""
        if self._clock:
            self._clock.cancel()
        await asyncio.gather(self._receipts.drain(patience), self._replies.drain(patience))
