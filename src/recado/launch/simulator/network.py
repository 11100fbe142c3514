"""The mobile network behind the simulated carrier: texts, receipts and replies on their way. Pure.

No sockets and no clock of its own: `now` is network time in seconds, passed in. What must survive goes to the journal
as rows; `restore` takes the same rows back. Text rows are `["s", [text, ...]]`, the fields in `Text`'s order.
"""

import heapq
from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from recado.foundation.protocols.smpp import codes
from recado.foundation.protocols.smpp.joining import Joiner, Piece
from recado.foundation.protocols.smpp.messages import Address, ShortMessage, encode_message, encode_receipt
from recado.foundation.protocols.smpp.receipts import format_receipt
from recado.foundation.protocols.smpp.splitting import USUAL, Form, bodies
from recado.foundation.protocols.smpp.text import PartOf
from recado.launch.simulator.faults import Fault, Faults
from recado.launch.simulator.magic import OF_PHONE
from recado.launch.simulator.phones import Phones, Shown
from recado.launch.simulator.texts import NEVER, ON_THE_WAY, Owed, Text


@lru_cache(maxsize=64)
def _minute(minutes: int) -> datetime:
    """Receipts tell the time to the minute: one object for all of that minute."""
    return datetime.fromtimestamp(minutes * 60, UTC)


class Network:
    """Takes texts, brings them to phones, owes receipts and replies. `ready` is what could be delivered now."""

    def __init__(
        self,
        journal: Callable[[list[Any]], None],
        *,
        receipt_delay: float,
        slow_by: float,
        validity: float,
        form: Form = USUAL,
    ) -> None:
        self._form = form  # in which replies leave
        self._journal = journal
        self._receipt_delay, self._slow_by, self._validity = receipt_delay, slow_by, validity
        self.faults = Faults()
        self.phones = Phones()
        self.ready: deque[Owed] = deque()
        self.counts: dict[str, int] = dict.fromkeys(
            (
                "submits",
                "texts",
                "shown",
                "receipts_acknowledged",
                "receipts_withheld",
                "replies",
                "replies_acknowledged",
            ),
            0,
        )
        self._open: dict[str, Text] = {}  # not ended, or ended with a receipt owed
        self._held: dict[str, list[Text]] = {}  # phones that are off
        self._timeline: list[tuple[float, int, Callable[[float], None]]] = []
        self._serial = 0
        self._joiner: Joiner[str] = Joiner(wait=NEVER, keep=NEVER, limit=1_000_000)
        self._replies: dict[str, list[Any]] = {}  # id: phone, to, text, at, parts not acknowledged
        self._receipts_owed = 0
        self._slow = 0

    def faults_of(self, phone: str) -> frozenset[Fault]:
        """Those that were switched on, and those of a magic number."""
        number = OF_PHONE.get(phone)
        return self.faults.of(phone) | number.faults if number else self.faults.of(phone)

    # ---------------------------------------------------------------- texts to phones

    def take(self, texts: list[Text], now: float) -> list[Owed]:
        """Texts (or parts) that a client submitted; returns the receipts that are to leave before the answer."""
        early: list[Owed] = []
        for text in texts:
            faults = self.faults_of(text.phone)
            if text.expires_at == NEVER:
                text.expires_at = text.at + self._validity
            number = OF_PHONE.get(text.phone)
            if number and number.expires_after:
                text.expires_at = min(text.expires_at, text.at + number.expires_after.total_seconds())
            text.is_lost = Fault.RECEIPT_LOST in faults
            self._note_taken(text)
            if Fault.SLOW in faults:
                self._slow += 1
                self._at(now + self._slow_by, lambda at, text=text: self._arrive_late(text, at))  # type: ignore[misc]
            else:
                self._arrive(text, now, faults, early)
        self._journal(["s", [text.row() for text in texts]])
        return early

    def _arrive_late(self, text: Text, now: float) -> None:
        self._slow -= 1
        if text.id in self._open and text.state == ON_THE_WAY:
            self._arrive(text, now, self.faults_of(text.phone) - {Fault.RECEIPT_BEFORE_ANSWER}, [])
            if text.state != ON_THE_WAY:
                self._journal(["v", text.id, text.state, now])

    def _arrive(self, text: Text, now: float, faults: frozenset[Fault], early: list[Owed]) -> None:
        """At the phone's door: shown, held or turned away. The caller writes the journal."""
        if Fault.NUMBER_UNKNOWN in faults:
            self._note_ended(text, codes.STATE_UNDELIVERABLE, now)
        elif Fault.PHONE_OFF in faults:
            self._held.setdefault(text.phone, []).append(text)
            self._at(text.expires_at, lambda at: self._expire(text, at))
            return
        else:
            self._note_ended(text, codes.STATE_DELIVERED, now)
        if text.id in self._open and Fault.RECEIPT_BEFORE_ANSWER in faults and not text.is_lost:
            early.append(self._receipt(text))
        else:
            self._plan_receipt(text, now)

    def _expire(self, text: Text, now: float) -> None:
        if text.state == ON_THE_WAY and text in self._held.get(text.phone, ()):
            self._held[text.phone].remove(text)
            self._end(text, codes.STATE_EXPIRED, now)

    def _end(self, text: Text, state: int, now: float) -> None:
        self._note_ended(text, state, now)
        self._journal(["v", text.id, state, now])
        self._plan_receipt(text, now)

    def _note_taken(self, text: Text) -> None:
        self.counts["submits"] += 1
        self._open[text.id] = text
        self.phones.handset(text.phone)
        if text.part is None or self._makes_whole(text):
            self.counts["texts"] += 1
            self.phones.tally[text.phone, text.text] += 1

    def _note_ended(self, text: Text, state: int, now: float) -> None:
        text.state, text.ended_at = state, now
        if state == codes.STATE_DELIVERED and (text.part is None or text.text):
            self.counts["shown"] += 1
            self.phones.show(text.phone, Shown(text.id, "in", text.text, now, "delivered"))
            self.phones.handset(text.phone).answers_to = text.source
        if not text.wants_receipt:
            self._open.pop(text.id, None)
        elif text.is_lost:
            self.counts["receipts_withheld"] += 1
            self._open.pop(text.id, None)

    def _makes_whole(self, text: Text) -> bool:
        """True for the part that was missing; it now carries the whole text."""
        assert text.part is not None
        reference, total, number, coding, octets, locking, single = text.part
        piece = Piece(bytes.fromhex(octets), coding, locking, single)
        key = (text.phone, text.source.value, reference)
        joined = self._joiner.add(key, PartOf(reference, total, number), piece, text.id, text.at)
        if joined is None:
            return False
        self._joiner.forget(key)
        text.text = joined.text
        return True

    # ---------------------------------------------------------------- receipts

    def _plan_receipt(self, text: Text, now: float) -> None:
        if text.id not in self._open:
            return
        self._receipts_owed += 1
        if self._receipt_delay <= 0:
            self.ready.append(self._receipt(text, is_counted=True))
        else:
            self._at(now + self._receipt_delay, lambda _: self.ready.append(self._receipt(text, is_counted=True)))

    def _receipt(self, text: Text, *, is_counted: bool = False) -> Owed:
        if not is_counted:
            self._receipts_owed += 1
        said = format_receipt(
            text.id,
            text.state,
            submitted_at=_minute(int(text.at) // 60),
            done_at=_minute(int(text.ended_at) // 60),
            error="000" if text.state == codes.STATE_DELIVERED else "001",
        )
        tlvs = {
            codes.TLV_RECEIPTED_MESSAGE_ID: text.id.encode() + b"\0",
            codes.TLV_MESSAGE_STATE: bytes((text.state,)),
        }
        if text.reference:
            tlvs[codes.TLV_USER_MESSAGE_REFERENCE] = bytes.fromhex(text.reference)
        body = encode_receipt(text.destination, text.source, said, tlvs)
        copies = 2 if Fault.RECEIPT_TWICE in self.faults_of(text.phone) else 1
        return Owed(text.id, text.phone, body, is_reply=False, copies=copies)

    # ---------------------------------------------------------------- replies

    def reply(self, reply_id: str, phone: str, to: Address, text: str, now: float) -> None:
        """What a person wrote on their phone. Owed until we acknowledge all its parts."""
        self._journal(["o", reply_id, phone, list(to), text, now])
        self._note_reply(reply_id, phone, to, text, now)
        self._owe_reply(reply_id, phone, to, text)

    def _note_reply(self, reply_id: str, phone: str, to: Address, text: str, now: float) -> None:
        self.counts["replies"] += 1
        self.phones.show(phone, Shown(reply_id, "out", text, now, "sending"))
        self._replies[reply_id] = [phone, list(to), text, now, 0]

    def _owe_reply(self, reply_id: str, phone: str, to: Address, text: str) -> None:
        parts = bodies(text, self._form, int(reply_id[-4:], 16))
        person = Address(codes.TON_INTERNATIONAL, codes.NPI_E164, phone.removeprefix("+"))
        tlvs = {codes.TLV_RECEIPTED_MESSAGE_ID: reply_id.encode() + b"\0"}
        copies = 2 if Fault.REPLY_TWICE in self.faults_of(phone) else 1
        self._replies[reply_id][4] = len(parts)
        for part in parts:
            esm_class = codes.ESM_UDHI if part.has_header else 0
            body = encode_message(ShortMessage(person, to, part.payload, part.data_coding, esm_class, tlvs=tlvs))
            self.ready.append(Owed(reply_id, phone, body, is_reply=True, copies=copies))

    # ---------------------------------------------------------------- acknowledgements and time

    def acknowledged(self, owed: list[Owed]) -> None:
        """These were taken by us for good."""
        receipts: list[str] = []
        for one in owed:
            if one.is_done:
                continue
            one.is_done = True
            if not one.is_reply:
                receipts.append(one.id)
                self._receipts_owed -= 1
                self.counts["receipts_acknowledged"] += 1
                self._open.pop(one.id, None)
            elif one.id in self._replies:
                reply = self._replies[one.id]
                reply[4] -= 1
                if reply[4] == 0:
                    self._note_reply_acknowledged(one.id)
                    self._journal(["c", one.id])
        if receipts:
            self._journal(["a", receipts])

    def _note_reply_acknowledged(self, reply_id: str) -> None:
        phone = self._replies.pop(reply_id)[0]
        self.counts["replies_acknowledged"] += 1
        self.phones.mark_sent(phone, reply_id)

    def switch(self, fault: Fault, is_on: bool, phone: str | None, now: float) -> None:
        """Turns a fault on or off; a phone switched on gets at once what was held for it."""
        self.faults.switch(fault, is_on, phone)
        self._journal(["f", *self.faults.listed()])
        for held_phone in list(self._held):
            faults = self.faults_of(held_phone)
            if Fault.PHONE_OFF in faults:
                continue
            state = codes.STATE_UNDELIVERABLE if Fault.NUMBER_UNKNOWN in faults else codes.STATE_DELIVERED
            for text in self._held.pop(held_phone):
                self._end(text, state, now)

    def at_slow_pace(self, phone: str) -> float:
        """Seconds by which an answer to this phone is late."""
        return self._slow_by if Fault.SLOW in self.faults_of(phone) else 0.0

    def later(self, at: float, action: Callable[[float], None]) -> None:
        """Does something at a network time; lost in a restart."""
        self._at(at, action)

    def _at(self, at: float, action: Callable[[float], None]) -> None:
        self._serial += 1
        heapq.heappush(self._timeline, (at, self._serial, action))

    def pass_time(self, now: float) -> None:
        """Does all that is due, in order, each at its own time."""
        timeline = self._timeline
        while timeline and timeline[0][0] <= now:
            due = heapq.heappop(timeline)
            due[2](due[0])

    def next_due(self) -> float:
        """When the next thing falls due; infinite when nothing is planned."""
        return self._timeline[0][0] if self._timeline else NEVER

    def pending(self) -> dict[str, int]:
        """What is still owed without a fault's doing, and what a fault withholds."""
        return {
            "receipts": self._receipts_owed,
            "replies": len(self._replies),
            "on_air": len(self._joiner),
            "withheld": self._slow + sum(map(len, self._held.values())),
        }

    # ---------------------------------------------------------------- the journal

    def rows(self) -> Iterator[list[Any]]:
        """Everything as rows, for a compact journal."""
        yield ["n", self.counts]
        yield ["f", *self.faults.listed()]
        yield from self.phones.rows()
        for text in self._open.values():
            yield ["p", text.row()]
        for key, total, pieces in self._joiner.unfinished():
            for number, piece in pieces.items():
                octets = piece.octets.hex()
                yield ["j", list(key), total, number, piece.data_coding, octets, piece.locking, piece.single]  # type: ignore[call-overload]
        for reply_id, (phone, to, said, at, _) in self._replies.items():
            yield ["w", reply_id, phone, to, said, at]

    def restore(self, row: list[Any]) -> None:
        """Takes one row back. Rows of a kind nobody knows are left out."""
        kind = row[0]
        if kind == "s":
            for taken in row[1]:
                self._restore_text(Text.of_row(taken))
        elif kind == "v" and row[1] in self._open:
            self._note_ended(self._open[row[1]], row[2], row[3])
        elif kind == "a":
            self.counts["receipts_acknowledged"] += len(row[1])
            for ident in row[1]:
                self._open.pop(ident, None)
        elif kind == "o":
            self._note_reply(row[1], row[2], Address(*row[3]), row[4], row[5])
        elif kind == "c" and row[1] in self._replies:
            self._note_reply_acknowledged(row[1])
        elif kind == "f":
            self.faults.restore(row[1], row[2])
        elif kind == "u":
            self.phones.handset(row[1]).unread = 0
        elif kind == "n":
            self.counts.update(row[1])
        elif kind in ("t", "m"):
            self.phones.restore(row)
        elif kind == "p":
            text = Text.of_row(row[1])
            self._open[text.id] = text
        elif kind == "j":
            (phone, sender, reference), total, number = row[1:4]
            piece = Piece(bytes.fromhex(row[5]), row[4], row[6], row[7])
            self._joiner.add((phone, sender, reference), PartOf(reference, total, number), piece, "", 0.0)
        elif kind == "w":
            self._replies[row[1]] = [row[2], row[3], row[4], row[5], 0]

    def _restore_text(self, text: Text) -> None:
        state, ended_at = text.state, text.ended_at
        text.state = ON_THE_WAY
        self._note_taken(text)
        if state != ON_THE_WAY:
            self._note_ended(text, state, ended_at)

    def resume(self, now: float) -> None:
        """After the last row: what was on its way goes on, what is owed is owed again."""
        for text in list(self._open.values()):
            if text.state == ON_THE_WAY:
                self._arrive(text, now, self.faults_of(text.phone) - {Fault.RECEIPT_BEFORE_ANSWER}, [])
                if text.state != ON_THE_WAY:
                    self._journal(["v", text.id, text.state, now])
            else:
                self._plan_receipt(text, text.ended_at)
        for reply_id, (phone, to, text_of_reply, _, _) in list(self._replies.items()):
            self._owe_reply(reply_id, phone, Address(*to), text_of_reply)
