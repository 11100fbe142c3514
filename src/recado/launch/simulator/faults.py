"""What can be made to go wrong, everywhere or on one phone, while the simulator runs."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

NONE: frozenset["Fault"] = frozenset()


class Fault(StrEnum):
    """Switches on the phone page and in tests. The values are stored in the journal."""

    PHONE_OFF = "phone_off"  # held until it is switched on, or until the text's validity ends: then expired
    NUMBER_UNKNOWN = "number_unknown"  # accepted, then reported undeliverable
    SLOW = "slow"  # answer and arrival 30 s late
    RECEIPT_LOST = "receipt_lost"
    RECEIPT_TWICE = "receipt_twice"
    RECEIPT_BEFORE_ANSWER = "receipt_before_answer"
    REPLY_TWICE = "reply_twice"  # what the person writes is handed over twice
    THROTTLED = "throttled"  # refused with ESME_RTHROTTLED, not taken
    LINK_DROPPED = "link_dropped"  # taken, then the connection ends instead of an answer
    ANSWER_LOST = "answer_lost"  # taken, and never answered


class Faults:
    """Which faults are on. A phone has those set everywhere and its own."""

    def __init__(self) -> None:
        self._everywhere: set[Fault] = set()
        self._of_phone: dict[str, set[Fault]] = {}

    def of(self, phone: str) -> frozenset[Fault]:
        if not self._of_phone and not self._everywhere:
            return NONE
        return frozenset(self._everywhere | self._of_phone.get(phone, set()))

    def switch(self, fault: Fault, is_on: bool, phone: str | None = None) -> None:
        faults = self._everywhere if phone is None else self._of_phone.setdefault(phone, set())
        (faults.add if is_on else faults.discard)(fault)
        if phone is not None and not faults:
            del self._of_phone[phone]

    def listed(self) -> tuple[list[str], dict[str, list[str]]]:
        """Those everywhere, and those of each phone that has some."""
        return sorted(self._everywhere), {phone: sorted(faults) for phone, faults in self._of_phone.items()}

    def restore(self, everywhere: Iterable[str], of_phone: Mapping[str, Iterable[str]]) -> None:
        self._everywhere = {Fault(fault) for fault in everywhere}
        self._of_phone = {phone: {Fault(fault) for fault in faults} for phone, faults in of_phone.items()}
