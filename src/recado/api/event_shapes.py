"""Care events as they are sent and answered. What a kind holds is described by the values of its own room."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

MOST_EVENTS = 1_000
LONGEST_SOURCE = 40  # letters

KindName = Literal[
    "prescription",
    "medication",
    "refill",
    "result",
    "document",
    "invoice",
    "cover_renewal",
    "delay",
    "recall",
    "vaccination",
    "video_visit",
    "portal",
    "education",
    "hours",
    "form",
    "visit_finished",
]
Name = Annotated[str, Meta(min_length=1, max_length=128, description="Your own name for it, among events of its kind.")]
Source = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=LONGEST_SOURCE,
        description="Which system speaks, in small letters, digits, - and _: names of events are its own.",
    ),
]
State = Annotated[str, Meta(max_length=16, description="What became of it; the states of each kind are in the how-to.")]


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom it is about. A person who is not known yet is recorded; details that changed are taken over."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    record_number: Annotated[
        Annotated[str, Meta(min_length=1, max_length=64)] | None,
        Meta(description="By it a person is known again; without it, by name, day of birth and number."),
    ] = None
    phone: Annotated[
        Annotated[str, Meta(min_length=1, max_length=40)] | None,
        Meta(description="The number: +447700900417, or as written in the clinic's country. None takes none away."),
    ] = None
    language: Annotated[
        Annotated[str, Meta(min_length=2, max_length=8)] | None,
        Meta(description="Language to write in: en, fr, pt-BR."),
    ] = None
    birth_date: date | None = None


class NewEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One dated fact about a patient. Sent again under its name it is put right; the same word twice changes nothing."""

    kind: KindName
    external_id: Name
    person: Person
    fields: Annotated[dict[str, Any], Meta(description="What an event of this kind holds.")]
    state: State = ""


class NewEvents(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Events, each answered by itself."""

    events: Annotated[list[NewEvent], Meta(min_length=1, max_length=MOST_EVENTS)]
    source: Source = "api"
    announce: Annotated[
        bool, Meta(description="false: nobody is told at once, as for a first load; what is due later still goes.")
    ] = True


class RawEvents(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same, each event still to be read."""

    events: Annotated[list[msgspec.Raw], Meta(min_length=1, max_length=MOST_EVENTS)]
    source: Source = "api"
    announce: bool = True


class NewState(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What has become of an event that was sent before."""

    kind: KindName
    external_id: Name
    state: Annotated[State, Meta(min_length=1)]


class NewStates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """States of events, each answered by itself."""

    states: Annotated[list[NewState], Meta(min_length=1, max_length=MOST_EVENTS)]
    source: Source = "api"


class RawStates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same, each still to be read."""

    states: Annotated[list[msgspec.Raw], Meta(min_length=1, max_length=MOST_EVENTS)]
    source: Source = "api"


class TakenEvent(msgspec.Struct, frozen=True):
    """An event that stands as it was sent."""

    id: UUID
    kind: str
    external_id: str
    came: Literal["new", "changed", "unchanged"]


class TakenState(msgspec.Struct, frozen=True):
    """An event that is in this state now, or was before."""

    id: UUID
    kind: str
    external_id: str
    state: str


class EventsAnswer(msgspec.Struct, frozen=True):
    """An answer for each event, in the order in which they were sent."""

    events: list[Any]  # TakenEvent or Problem: openapi.py says so
    accepted: int
    refused: int
    without_phone: Annotated[int, Meta(description="People whom no text can reach.")]
    told: Annotated[int, Meta(description="People to whom something is said at once, or in the next allowed hour.")]


class StatesAnswer(msgspec.Struct, frozen=True):
    """An answer for each state, in the order in which they were sent."""

    states: list[Any]  # TakenState or Problem
    accepted: int
    refused: int
