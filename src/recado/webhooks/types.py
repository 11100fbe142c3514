"""Values of this room."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from recado.foundation.text import gettext_noop as _

# How long after each try the next one comes; behind the last: each as long as the last. Close to what Standard Webhooks suggests.
BACK_OFF = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
)
PATIENCE = timedelta(
    days=2
)  # then a call is given up: a weekend's outage is survived, and what comes later is of no use
LONGEST_REST = timedelta(minutes=5)  # of an endpoint that fails: then one call tries it again


class Tells(StrEnum):
    """What a clinic may let an endpoint know beyond ids. Stored."""

    TIME = "time"  # when the event is
    ANSWERS = "answers"  # what the patient answered
    DETAILS = "details"  # what conditions may ask of the event: the service, the place
    RECORD_NUMBER = "record_number"  # the patient's number in the clinic's own records


MEMBERS: Mapping[Tells, frozenset[str]] = {
    Tells.TIME: frozenset({"starts_at", "ends_at"}),
    Tells.ANSWERS: frozenset({"answers"}),
    Tells.DETAILS: frozenset({"details"}),
    Tells.RECORD_NUMBER: frozenset({"record_number"}),
}
"""The members of a body that say each of these."""


class CallState(StrEnum):
    """Stored."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


ADDRESS_FAULTS: dict[str, str] = {
    "unreadable": _("Write the whole address, such as https://records.example.org/recado."),
    "too_long": _("Use an address of at most 500 letters."),
    "not_https": _("Write an address that begins with https://."),
    "has_login": _("Leave the name, password and # part out of the address. Calls are signed instead."),
    "private": _("This address is inside a private network. Whoever runs the server has to allow that network first."),
}

TROUBLES: dict[str, str] = {
    "no_name": _("The name in the address leads nowhere. Check the address."),
    "private": _(
        "The name leads into a private network, which calls may not enter. Whoever runs the server can allow it."
    ),
    "no_link": _("No connection. The other system may be off."),
    "certificate": _("The certificate of the other system can't be trusted. Its operator has to put that right."),
    "timeout": _("The other system did not answer in time."),
    "broken": _("The connection broke before an answer came."),
    "redirect": _("It answered with another address. Calls follow none: write the new address here."),
    "ended": _("The endpoint was turned off."),
}


@dataclass(frozen=True, slots=True)
class CallWish:
    """Something to tell an endpoint. `ref`: the same one twice is one call. `ids` are always told; `chosen` what the endpoint
    may know besides."""

    endpoint_id: UUID
    ref: str
    kind: str
    ids: Mapping[str, object]
    chosen: Mapping[Tells, Mapping[str, object]] = field(default_factory=dict)
    patient_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class EndpointView:
    """An address of another system, and how it does."""

    id: UUID
    name: str
    url: str
    tells: frozenset[Tells]
    created_at: datetime
    ended_at: datetime | None
    failures: int
    rests_until: datetime | None
    last_ok_at: datetime | None
    old_secret_until: datetime | None
    waiting: int = 0
    given_up: int = 0


@dataclass(frozen=True, slots=True)
class AttemptView:
    at: datetime
    status: int | None
    trouble: str
    took: timedelta


@dataclass(frozen=True, slots=True)
class CallView:
    """One call and its tries, the newest last."""

    id: UUID
    kind: str
    state: CallState
    made_at: datetime
    due: datetime
    is_test: bool
    attempts: tuple[AttemptView, ...] = ()


@dataclass(frozen=True, slots=True)
class Trouble:
    """An endpoint whose calls wait or were given up."""

    id: UUID
    name: str
    waiting: int
    given_up: int
    oldest: datetime | None
    is_failing: bool


@dataclass(frozen=True, slots=True)
class MadeEndpoint:
    """An endpoint with its secret, which is told here and nowhere else."""

    view: EndpointView
    secret: str


def next_try(call_id: UUID, attempts: int, after: timedelta | None = None) -> timedelta:
    """How long after its try number `attempts` (from 1) a call is tried again: up to a fifth longer than the table, by its id,
    so that what failed together does not come back together."""
    base = BACK_OFF[min(attempts, len(BACK_OFF)) - 1]
    share = sha256(call_id.bytes + attempts.to_bytes(4, "big")).digest()[0] / 255
    return max(base * (1 + share / 5), after or timedelta(0))


def rest_of(failures: int) -> timedelta:
    """How long an endpoint is left alone after so many failures in a row: 5 s, doubling, at most `LONGEST_REST`."""
    return min(timedelta(seconds=5 * 2 ** min(failures - 1, 10)), LONGEST_REST)


def is_hopeless(status: int | None) -> bool:
    """410 Gone: the receiver wants no more of it (Standard Webhooks)."""
    return status == 410
