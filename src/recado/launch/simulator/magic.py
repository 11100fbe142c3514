"""Numbers that always behave in one way, for people's own tests: the one table. `docs/reference/test-numbers.md` tells it.

They lie in a block that ARCEP keeps for fiction (+33 6 39 98 ..): no phone answers there. Only the simulated carrier knows
what they mean.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from recado.foundation.protocols.smpp import codes
from recado.launch.simulator.faults import NONE, Fault

OPTED_OUT: Final = 0x421  # a status of our own, in the range that SMPP leaves to carriers (0x400 to 0x4FF)
VENDOR_CODES: Final = {f"{OPTED_OUT:#x}": "stopped"}  # as the setting `vendor_codes` of who connects to the simulator


@dataclass(frozen=True, slots=True)
class Number:
    """`statuses` are answered to the first attempts of a text, `always` to every one."""

    phone: str
    what: str
    faults: frozenset[Fault] = NONE
    statuses: tuple[int, ...] = ()
    always: int = codes.OK
    expires_after: timedelta | None = None


def _number(last: int, what: str, *faults: Fault, **rest: object) -> Number:
    return Number(f"+3363998{last:04}", what, frozenset(faults), **rest)  # type: ignore[arg-type]


NUMBERS: Final = (
    _number(9901, "Delivered."),
    _number(9902, "Taken, then reported as undeliverable.", Fault.NUMBER_UNKNOWN),
    _number(
        9903,
        "Taken, then reported as expired after 30 seconds.",
        Fault.PHONE_OFF,
        expires_after=timedelta(seconds=30),
    ),
    _number(9904, "Off for good: held until the text's own time is over, then expired.", Fault.PHONE_OFF),
    _number(9905, "Refused three times as too fast, then taken and delivered.", statuses=(codes.THROTTLED,) * 3),
    _number(9906, "Refused: the person has opted out at the carrier.", always=OPTED_OUT),
    _number(9907, "Refused: the carrier does not know the number.", always=codes.INVALID_DESTINATION),
    _number(9908, "Refused each time for an error inside the carrier.", always=codes.SYSTEM_ERROR),
    _number(9909, "Delivered, and never a receipt.", Fault.RECEIPT_LOST),
    _number(9910, "Delivered, with the receipt twice.", Fault.RECEIPT_TWICE),
    _number(9911, "Delivered, with the receipt before the answer.", Fault.RECEIPT_BEFORE_ANSWER),
    _number(9912, "Taken after 30 seconds, then delivered.", Fault.SLOW),
    _number(9913, "Delivered, but the answer never comes: uncertain.", Fault.ANSWER_LOST),
    _number(9914, "Delivered, but the connection breaks before the answer: uncertain.", Fault.LINK_DROPPED),
)
OF_PHONE: Final = {number.phone: number for number in NUMBERS}


class Attempts:
    """How often each text for a magic number was tried. Kept in memory, for the newest thousand."""

    def __init__(self) -> None:
        self._tried: OrderedDict[tuple[str, bytes], int] = OrderedDict()

    def status(self, phone: str, body: bytes) -> int:
        """What this attempt is answered: 0 for a text that may go on."""
        number = OF_PHONE.get(phone)
        if number is None:
            return codes.OK
        if not number.statuses:
            return number.always
        tried = self._tried.pop((phone, body), 0)
        if tried >= len(number.statuses):
            return codes.OK
        self._tried[phone, body] = tried + 1
        if len(self._tried) > 1_000:
            self._tried.popitem(last=False)
        return number.statuses[tried]
