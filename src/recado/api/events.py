"""Care events as other systems tell of them: read, recorded, answered one by one.

No Idempotency-Key: an event has a name of its own, and the same word twice changes nothing.
"""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import close_old_connections, transaction

from recado.api import event_shapes as shapes
from recado.api.answers import Answer, answer
from recado.api.decoding import Batch
from recado.api.problems import Problem, Wrong, problem
from recado.care_events import actions, queries
from recado.care_events.types import BadField, CareEvent, Detail, EventKind, EventOutcome, Fault
from recado.clinics import queries as clinics
from recado.clinics.types import ApiKeyView
from recado.contacts.types import PersonRecord
from recado.foundation import audit
from recado.foundation.actors import Actor, ActorKind
from recado.foundation.phone import BadPhone, read_phone
from recado.foundation.tenancy import clinic_scope

SOURCE = "api:"  # before a system's name, so that it meets no other way in
_SOURCE = re.compile(r"[a-z0-9][a-z0-9_-]*\Z")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,4})?\Z")
_events = Batch(shapes.NewEvents, shapes.RawEvents, shapes.NewEvent, "events")
_states = Batch(shapes.NewStates, shapes.RawStates, shapes.NewState, "states")


def record(key: ApiKeyView, body: bytes, origin: str) -> Answer:
    """Takes events. Raises Wrong where it is no batch of them."""
    batch, sent = _events.read(body)
    source = read_source(batch.source)
    close_old_connections()
    try:
        country = clinics.clinic_settings(key.clinic_id).country
        read = [one if isinstance(one, Problem) else _event(one, country) for one in sent]
        good = [one for one in read if isinstance(one, CareEvent)]
        with audit.arrived(origin=origin, request_id=""):
            outcome = actions.record_events(
                clinic_id=key.clinic_id, source=source, events=good, by=by_key(key), tells=batch.announce
            )
    finally:
        close_old_connections()
    return answer(200, _recorded(read, outcome))


def set_states(key: ApiKeyView, body: bytes, origin: str) -> Answer:
    """Takes what has become of events; of several states of one event the last. Raises Wrong where it is no batch."""
    batch, sent = _states.read(body)
    source = read_source(batch.source)
    read = [one if isinstance(one, Problem) else _known_state(one) for one in sent]
    close_old_connections()
    try:
        with audit.arrived(origin=origin, request_id=""), clinic_scope(key.clinic_id), transaction.atomic():
            ids = _ids(key.clinic_id, source, [one for one in read if not isinstance(one, Problem)])
            _become(key, read, ids)
    finally:
        close_old_connections()
    said = [one if isinstance(one, Problem) else _became(one, ids) for one in read]
    refused = sum(isinstance(one, Problem) for one in said)
    return answer(200, shapes.StatesAnswer(said, len(said) - refused, refused))


def read_source(name: str) -> str:
    """Which system speaks, as its events are kept. Raises Wrong."""
    if not _SOURCE.match(name):
        raise Wrong(problem("invalid", "Use small letters, digits, - and _.", "source"))
    return SOURCE + name


def by_key(key: ApiKeyView) -> Actor:
    """The key as who acts."""
    return Actor(ActorKind.API_KEY, str(key.id))


# ------------------------------------------------------------------------------------------------ events


def _event(one: shapes.NewEvent, country: str) -> CareEvent | Problem:
    kind = EventKind(one.kind)
    person = read_person(one.person, country)
    if isinstance(person, Problem):
        return person
    if not one.external_id.isprintable():
        return _unseen("external_id")
    try:
        detail: Detail = queries.read_detail(kind, one.fields)
    except BadField as bad:
        return problem("invalid", bad.hint, f"fields.{bad.field}".rstrip("."))
    return _bad_state(kind, one.state) or CareEvent(one.external_id, person, detail, one.state)


def read_person(one: shapes.Person, country: str) -> PersonRecord | Problem:
    """Whom something is about, as it was sent; or what is wrong with it."""
    for field in ("name", "record_number"):
        if not (getattr(one, field) or "").isprintable():
            return _unseen(f"person.{field}")
    if not one.name.strip():
        return problem("invalid", "Give the name.", "person.name")
    if one.language is not None and not _LANGUAGE.match(one.language):
        return problem("invalid", "Give a language as en, fr or pt-BR.", "person.language")
    try:
        phone = None if one.phone is None else read_phone(one.phone, country)
    except BadPhone as bad:
        return problem("invalid", bad.hint, "person.phone")
    return PersonRecord(one.record_number, one.name.strip(), phone, one.language, one.birth_date)


def _unseen(field: str) -> Problem:
    return problem("invalid", queries.FAULTS["unseen"], field)


def _bad_state(kind: EventKind, state: str) -> Problem | None:
    known = queries.states_of(kind)
    if not state or state in known:
        return None
    return problem("invalid", f"Choose one of: {', '.join(known)}.", "state")


def _recorded(read: Sequence[CareEvent | Problem], outcome: EventOutcome) -> shapes.EventsAnswer:
    said: list[Any] = []
    place = 0  # among those that could be read
    for one in read:
        if isinstance(one, Problem):
            said.append(one)
            continue
        fault = outcome.refused.get(place)
        said.append(_taken(one, *outcome.kept[place]) if fault is None else _faulty(fault))
        place += 1
    refused = sum(isinstance(one, Problem) for one in said)
    return shapes.EventsAnswer(said, len(said) - refused, refused, outcome.without_phone, len(outcome.to_tell))


def _taken(event: CareEvent, event_id: UUID, came: Any) -> shapes.TakenEvent:
    return shapes.TakenEvent(event_id, str(queries.kind_of(event.detail)), event.external_id, came.value)


def _faulty(fault: Fault) -> Problem:
    return problem("invalid", queries.FAULTS[fault.key], f"fields.{fault.field}")


# ------------------------------------------------------------------------------------------------ states

Ids = dict[tuple[str, str], UUID]  # by kind and name
NOT_SENT = problem("not_found", "No event of this kind and name was sent by this source. Send it first.", "external_id")


def _known_state(one: shapes.NewState) -> shapes.NewState | Problem:
    return _bad_state(EventKind(one.kind), one.state) or one


def _ids(clinic_id: UUID, source: str, wanted: Sequence[shapes.NewState]) -> Ids:
    found: Ids = {}
    for kind in {one.kind for one in wanted}:
        names = {one.external_id for one in wanted if one.kind == kind}
        by_name = queries.by_names(clinic_id, source, EventKind(kind), names)
        found |= {(kind, name): event_id for name, event_id in by_name.items()}
    return found


def _become(key: ApiKeyView, read: Sequence[shapes.NewState | Problem], ids: Ids) -> None:
    last = {
        ids[one.kind, one.external_id]: one.state
        for one in read
        if not isinstance(one, Problem) and (one.kind, one.external_id) in ids
    }
    for state in sorted(set(last.values())):
        chosen = [event_id for event_id, its in last.items() if its == state]
        actions.set_state(clinic_id=key.clinic_id, event_ids=chosen, state=state, by=by_key(key))


def _became(one: shapes.NewState, ids: Ids) -> shapes.TakenState | Problem:
    found = ids.get((one.kind, one.external_id))
    return NOT_SENT if found is None else shapes.TakenState(found, one.kind, one.external_id, one.state)
