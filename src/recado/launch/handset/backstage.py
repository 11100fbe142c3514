"""What stands behind the page: the simulated carrier's phones, the demo's people, the stored story, the clock."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from recado.clinics import queries as clinics
from recado.clinics.types import ClinicSettings
from recado.foundation import business_time
from recado.foundation.phone import Phone
from recado.foundation.places import data_folder
from recado.foundation.tenancy import clinic_scope
from recado.launch import demo, time_machine
from recado.launch import story as stories
from recado.launch.handset.faults import FaultSwitch
from recado.launch.simulator.client import PhoneMessage, SimulatorClient
from recado.messaging import queries as messaging

NAMED_AT_MOST = 5_000
"""Phones that are looked up in the clinics' records; beyond it the number has to do."""


@dataclass(frozen=True, slots=True)
class PhoneRow:
    """A phone in the list. `name` is empty for a number that was texted and belongs to nobody of the demo."""

    phone: Phone
    name: str
    language: str
    is_staff: bool
    unread: int

    def as_json(self) -> dict[str, Any]:
        return {"phone": self.phone.e164, "name": self.name, "language": self.language, "unread": self.unread}


def phones(at_most: int | None = None) -> list[PhoneRow]:
    """Every phone: first those that were texted, the newest first, then the demo's other people."""
    own = demo.people()
    unread = {one.phone.e164: one.unread for one in simulator().phones()}
    numbers = list(dict.fromkeys([*unread, *own]))[:at_most]
    others = demo.people_at([number for number in numbers if number not in own][:NAMED_AT_MOST])
    return [_row(number, own.get(number) or others.get(number), unread.get(number, 0)) for number in numbers]


def messages(phone: Phone) -> list[dict[str, Any]]:
    """What the phone shows, oldest first: `in` arrived there, `out` was written there."""
    return [_as_json(one) for one in simulator().messages(phone)]


def mark_read(phone: Phone) -> None:
    simulator().mark_read(phone)


def reply(phone: Phone, text: str) -> str:
    """Writes on the phone; goes to whoever texted it last, or else to the clinic. Returns the text's id."""
    carrier = simulator()
    has_been_texted = any(one.direction == "in" for one in carrier.messages(phone))
    return carrier.reply(phone, text, to=None if has_been_texted else sender())


def story(phone: Phone, limit: int) -> list[dict[str, Any]]:
    """What was stored about the phone, newest first: `at`, `kind`, `title`, `detail`, `raw`, and a `key` that stays."""
    return list(_with_keys(stories.of_phone(phone.e164, limit)))


def faults_on(phone: Phone) -> list[str]:
    """The names of the faults that befall this phone, its own and the carrier's."""
    everywhere, of_phones = simulator().faults()
    return sorted(fault.value for fault in everywhere | of_phones.get(phone, set()))


def switch(one: FaultSwitch, is_on: bool, phone: Phone) -> None:
    simulator().switch(one.fault, is_on, phone=phone if one.is_of_phone else None)


def now() -> datetime:
    return business_time.now()


def advance(seconds: int) -> tuple[datetime, int]:
    """Moves business time on. Returns the new now, and how much is still under way."""
    return time_machine.advance(seconds=seconds)


def to_next() -> tuple[datetime, int]:
    """Moves business time to the next planned text."""
    return time_machine.to_next()


@lru_cache(maxsize=1)
def is_connected() -> bool:
    """Whether texts may leave by a carrier beside the simulated one."""
    return demo.is_connected()


def clinic() -> ClinicSettings:
    """The demo's clinic. Its name and zone do not change while a process lives."""
    return clinics.clinic_by_slug(demo.SLUG)


def sender() -> str:
    """The number that the clinic's texts come from."""
    with clinic_scope(clinic().id):
        return messaging.number_of(clinic().id)


def simulator() -> SimulatorClient:
    return SimulatorClient(data_folder())


def _row(number: str, person: tuple[str, str, str] | None, unread: int) -> PhoneRow:
    name, language, kind = person or ("", "", "")
    return PhoneRow(Phone(number), name, language, kind == "staff", unread)


def _as_json(one: PhoneMessage) -> dict[str, Any]:
    return {"id": one.id, "direction": one.direction, "text": one.text, "at": one.at.isoformat(), "state": one.state}


def _with_keys(events: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """The page keeps what it has drawn, by key: two events alike at one moment are told apart by their number."""
    seen: Counter[str] = Counter()
    for event in events:
        name = f"{event['at']}|{event['kind']}|{event['title']}"
        seen[name] += 1
        yield {**event, "key": f"{name}|{seen[name]}"}
