"""Documents as other systems send them: what it is in a header, the file itself as the body, read block by block.

The header is ASCII JSON, as file services do it (Dropbox-API-Arg): the body then needs no wrapping, streams, and no name of a
patient stands in an address. A document has a name of its own: the same twice sends once.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from asgiref.sync import sync_to_async
from django.db import close_old_connections

from recado.api import document_shapes as shapes
from recado.api.answers import Answer, answer
from recado.api.events import by_key, read_person, read_source
from recado.api.problems import Problem, Wrong, problem, wrong
from recado.clinics import queries as clinics
from recado.clinics.types import ApiKeyView
from recado.contacts import actions as contacts
from recado.contacts.types import PersonRecord
from recado.documents import actions, queries
from recado.documents.types import REFUSALS, CannotSend, DocumentKind, Wish
from recado.foundation import audit
from recado.foundation.tenancy import clinic_scope
from recado.messaging import actions as messaging

HEADER = b"recado-document"
ARRIVES_WITHIN = 30.0  # seconds for the next piece
AT_ONCE, MOST_WAITING = 4, 16
_taking, _held_back = asyncio.Semaphore(AT_ONCE), asyncio.Semaphore(MOST_WAITING)
_FIELD = {"no_title": "title", "bad_words": "words", "bad_days": "days", "bad_kind": "kind"}
_PERSON = {"no_birth_date": "person.birth_date", "no_phone": "person.phone"}

Receive = Callable[[], Awaitable[Any]]
_decode = msgspec.json.Decoder(shapes.NewDocument).decode


@dataclass(frozen=True, slots=True)
class Told:
    """What the header says."""

    source: str
    external_id: str
    person: PersonRecord
    wish: Wish


async def take(key: ApiKeyView, headers: Mapping[bytes, bytes], receive: Receive, origin: str) -> Answer:
    """Takes one document. Raises Wrong where nothing was kept."""
    said = headers.get(b"content-length", b"")
    if said.isdigit() and (len(said) > 12 or int(said) > queries.most_bytes()):
        raise _too_large()
    told = await sync_to_async(_read, thread_sensitive=False)(key, headers.get(HEADER, b""))
    if _held_back.locked():
        raise wrong("too_many", "More documents wait here than can be taken now. Ask again soon.", Retry_After="2")
    async with _held_back, _taking:
        intake = actions.intake()
        async for block in _blocks(receive):
            await asyncio.to_thread(intake.write, block)
            if intake.is_too_large:
                raise _too_large()
        given: Answer = await sync_to_async(_send, thread_sensitive=False)(key, told, intake, origin)
        return given


async def _blocks(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        try:
            event = await asyncio.wait_for(receive(), ARRIVES_WITHIN)
        except TimeoutError:
            raise wrong("too_slow", "The document did not arrive. Nothing was kept; send it again.") from None
        if event["type"] == "http.disconnect":
            raise wrong("malformed", "The request ended before its body.")
        if event.get("body"):
            yield event["body"]
        if not event.get("more_body"):
            return


def _too_large() -> Wrong:
    return wrong("too_large", f"A document is at most {queries.most_bytes() // 1024 // 1024} MB.")


def _read(key: ApiKeyView, raw: bytes) -> Told:
    """Raises Wrong."""
    if not raw:
        raise wrong("invalid", "Say in this header, as JSON in ASCII, what it is and for whom.", "Recado-Document")
    try:
        new = _decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):  # its text may hold what was sent
        raise wrong("invalid", "It is not the JSON that the API's description names.", "Recado-Document") from None
    close_old_connections()
    try:
        person = read_person(new.person, clinics.clinic_settings(key.clinic_id).country)
    finally:
        close_old_connections()
    if isinstance(person, Problem):
        raise Wrong(person)
    wish = Wish(DocumentKind(new.kind), new.title, new.words, timedelta(days=new.days), new.asks_call)
    return Told(read_source(new.source), new.external_id, person, wish)


def _send(key: ApiKeyView, told: Told, intake: actions.Intake, origin: str) -> Answer:
    close_old_connections()
    try:
        with audit.arrived(origin=origin, request_id=""):
            with clinic_scope(key.clinic_id):
                (known,) = contacts.record_people(clinic_id=key.clinic_id, people=[told.person])
                messaging.write_anew(clinic_id=key.clinic_id, phones=[known.was_at] if known.was_at else ())
            document_id = _sent(key, told, intake, known.patient_id)
    finally:
        close_old_connections()
    return answer(200, shapes.TakenDocument(document_id, told.external_id, is_new=document_id == intake.id))


def _sent(key: ApiKeyView, told: Told, intake: actions.Intake, patient_id: UUID) -> UUID:
    try:
        return actions.send(
            clinic_id=key.clinic_id,
            patient_id=patient_id,
            intake=intake,
            wish=told.wish,
            by=by_key(key),
            source=told.source,
            external_id=told.external_id,
        )
    except CannotSend as refused:
        raise Wrong(_problem(refused.reason)) from None


def _problem(reason: str) -> Problem:
    if reason == "no_room":
        return problem("unavailable", REFUSALS[reason])
    if reason in ("wrong_type", "empty"):
        return problem("invalid", REFUSALS[reason], "body")
    return problem("invalid", REFUSALS[reason], _FIELD.get(reason, "") or _PERSON.get(reason, ""))
