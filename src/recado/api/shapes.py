"""What is sent and answered, as msgspec Structs: they decode the requests and describe themselves in the OpenAPI document."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

MOST_IN_A_BATCH = 100_000
LONGEST_TEXT = 1_600  # letters; carriers refuse longer ones
MOST_PARTS = 25  # 1,600 letters of any script; only emoji come to more

PurposeName = Literal["care", "billing", "survey", "news", "verify", "emergency", "staff"]
LaneName = Literal["emergency", "verify", "conversation", "care", "bulk"]
Word = Annotated[str, Meta(min_length=1, max_length=60)]
Moment = Annotated[datetime, Meta(tz=True)]


class Consent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where, when and to which wording the person agreed to texts of this purpose."""

    source: Annotated[Word, Meta(description="Where it was said: a form, a page, a desk.")]
    at: Annotated[Moment, Meta(description="When it was said.")]
    text_version: Annotated[Word, Meta(description="Which wording was agreed to, by your own name for it.")]


class NewMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text to one number."""

    to: Annotated[
        str,
        Meta(
            min_length=1, max_length=40, description="The number: +447700900417, or as written in the clinic's country."
        ),
    ]
    purpose: Annotated[PurposeName, Meta(description="Why it is sent. It decides which consent, hours and lane hold.")]
    text: Annotated[
        str | None,
        Meta(
            description=f"The finished wording, at most {LONGEST_TEXT} letters and {MOST_PARTS} parts. Or `template`."
        ),
    ] = None
    template: Annotated[
        str | None, Meta(description="The key of a template of the clinic's own that is live, in place of `text`.")
    ] = None
    values: Annotated[
        dict[str, str] | None,
        Meta(
            description="What stands in the template's places. A date (2026-11-26) or a moment with its zone is written in the "
            "language of the text."
        ),
    ] = None
    language: Annotated[
        Annotated[str, Meta(max_length=35)] | None, Meta(description="Language of the reader (BCP 47), for a template.")
    ] = None
    reference: Annotated[
        Annotated[str, Meta(min_length=1, max_length=200)] | None,
        Meta(description="Your own name for this text. The same reference is never sent twice by the clinic, ever."),
    ] = None
    lane: Annotated[LaneName | None, Meta(description="A lower lane than the purpose's: lets others go first.")] = None
    send_at: Annotated[Moment | None, Meta(description="Not before this time.")] = None
    valid_until: Annotated[Moment | None, Meta(description="Of no use from this time on: not sent any more.")] = None
    consent: Annotated[Consent | None, Meta(description="Needs the scope consent:write.")] = None


class NewBatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Texts to many, each answered by itself."""

    messages: Annotated[list[NewMessage], Meta(min_length=1, max_length=MOST_IN_A_BATCH)]


class RawBatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same, each text still to be read: a batch in which one can't be."""

    messages: Annotated[list[msgspec.Raw], Meta(min_length=1, max_length=MOST_IN_A_BATCH)]


class Letter(msgspec.Struct, frozen=True):
    """A letter that makes a text dearer than it need be."""

    letter: str
    instead: Annotated[str, Meta(description="What stands for it and costs nothing more.")]


class Dearer(msgspec.Struct, frozen=True):
    """A text takes parts that another spelling would save. It was sent as it is: a name is spelled as its owner spells it."""

    letters: list[Letter]
    parts: Annotated[int, Meta(description="Parts that it takes with each of these letters replaced.")]


class Accepted(msgspec.Struct, frozen=True, omit_defaults=True):
    """A text that was judged and stored, for good."""

    id: UUID
    state: Annotated[str, Meta(description="Where it stands: `waiting`, or `not_allowed` by the clinic's rules.")]
    verdict: Annotated[
        Literal["allow", "later", "never"],
        Meta(description="`later`: it waits for allowed hours. `never`: it stays here."),
    ]
    parts: Annotated[int, Meta(description="SMS parts that it takes.")]
    rule: Annotated[str, Meta(description="Which rule decided the verdict.")]
    known: Annotated[
        bool,
        Meta(
            description="true: its `reference` was sent before, so nothing new is; the answer is about the text of then."
        ),
    ] = False
    dearer: Annotated[
        Dearer | None, Meta(description="Only where another spelling saves a part: which letters cost it.")
    ] = None


class BatchAnswer(msgspec.Struct, frozen=True):
    """An answer for each text, in the order in which they were sent."""

    messages: list[Any]  # Accepted or Problem: msgspec describes no union of two (openapi.py does)
    accepted: int
    refused: int


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """What happened to a text, when, and with which carrier."""

    kind: str
    at: datetime
    carrier: str = ""
    reason: str = ""


class Status(msgspec.Struct, frozen=True):
    """Where a text stands. Neither its words nor its number."""

    id: UUID
    state: str
    verdict: Literal["allow", "later", "never"]
    rule: str
    reason: Annotated[str, Meta(description="The rule in words.")]
    parts: int
    purpose: str
    lane: str
    sender: str
    created_at: datetime
    due: datetime | None
    events: list[Event]


def schemas(kinds: list[Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """JSON Schemas of these Structs: a reference to each, and what they refer to."""
    references, components = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    return list(references), dict(components)
