"""A document as it is announced and answered."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from recado.api.event_shapes import Person, Source

Name = Annotated[
    str, Meta(min_length=1, max_length=128, description="Your own name for it. The same twice sends once.")
]


class NewDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the header Recado-Document says of the file in the body. Letters outside ASCII as \\u escapes."""

    external_id: Name
    person: Annotated[Person, Meta(description="A mobile number and a date of birth are needed: they open it.")]
    kind: Literal["result", "letter", "picture", "other"]
    title: Annotated[str, Meta(min_length=1, max_length=80, description="Shown behind the code only.")]
    words: Annotated[str, Meta(max_length=600, description="A few words to the patient, behind the code.")] = ""
    days: Annotated[Literal[7, 14, 30, 90], Meta(description="How long it can be opened.")] = 30
    asks_call: Annotated[
        bool, Meta(description="The text asks to call; a person of the clinic releases the document.")
    ] = False
    source: Source = "api"


class TakenDocument(msgspec.Struct, frozen=True):
    """A document that is kept; the patient is told."""

    id: UUID
    external_id: str
    is_new: Annotated[bool, Meta(description="false: it was sent before; nothing was done now.")]
