"""The faults that the page can switch on, under the simulator's own names."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop

from recado.launch.simulator.faults import Fault


@dataclass(frozen=True, slots=True)
class FaultSwitch:
    """`is_of_phone`: it befalls the chosen phone; otherwise the carrier, and with it everybody. `is_rare`: kept under
    "More faults"."""

    fault: Fault
    label: str
    is_of_phone: bool = False
    is_rare: bool = False

    def as_json(self) -> dict[str, object]:
        return {"name": self.fault.value, "label": self.label, "of_phone": self.is_of_phone}


SWITCHES = (
    FaultSwitch(Fault.PHONE_OFF, gettext_noop("Phone is switched off"), is_of_phone=True),
    FaultSwitch(Fault.NUMBER_UNKNOWN, gettext_noop("Number does not exist"), is_of_phone=True),
    FaultSwitch(Fault.SLOW, gettext_noop("Slow carrier, 30 s")),
    FaultSwitch(Fault.RECEIPT_LOST, gettext_noop("Delivery receipt lost")),
    FaultSwitch(Fault.REPLY_TWICE, gettext_noop("Same message arrives twice")),
    FaultSwitch(Fault.RECEIPT_TWICE, gettext_noop("Delivery receipt arrives twice"), is_rare=True),
    FaultSwitch(Fault.RECEIPT_BEFORE_ANSWER, gettext_noop("Receipt before the carrier’s answer"), is_rare=True),
    FaultSwitch(Fault.THROTTLED, gettext_noop("Carrier says “too fast”"), is_rare=True),
    FaultSwitch(Fault.LINK_DROPPED, gettext_noop("Connection to the carrier drops"), is_rare=True),
    FaultSwitch(Fault.ANSWER_LOST, gettext_noop("Carrier never answers"), is_rare=True),
)
