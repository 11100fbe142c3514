"""The OpenAPI document, made from the shapes that decode the requests: it can't say anything else than the code does."""

from functools import cache
from typing import Any

from recado import __version__
from recado.api import appointment_shapes, document_shapes, event_shapes, shapes
from recado.api.answers import Answer
from recado.api.answers import answer as answer_json
from recado.api.problems import KINDS, MEDIA_TYPE, Problem
from recado.care_events import queries as care_events

_SHAPES: tuple[type, ...] = (
    shapes.NewMessage,
    shapes.NewBatch,
    shapes.Accepted,
    shapes.BatchAnswer,
    shapes.Status,
    event_shapes.NewEvents,
    event_shapes.NewStates,
    event_shapes.TakenEvent,
    event_shapes.TakenState,
    event_shapes.EventsAnswer,
    event_shapes.StatesAnswer,
    document_shapes.NewDocument,
    document_shapes.TakenDocument,
    appointment_shapes.SlotsAnswer,
    appointment_shapes.NewAppointment,
    appointment_shapes.MoveAppointment,
    appointment_shapes.CancelAppointment,
    appointment_shapes.AppointmentAnswer,
    *care_events.DETAIL_OF.values(),
    Problem,
)
_TELLING = ("malformed", "too_slow", "too_large", "media_type", "invalid")
_EVERY = ("unauthorized", "forbidden", "too_many", "broken", "unavailable")
_SENDING = ("malformed", "too_slow", "conflict", "too_large", "media_type", "invalid")


@cache
def document() -> dict[str, Any]:
    """The document, as of OpenAPI 3.1."""
    references, components = shapes.schemas(list(_SHAPES))
    by_name = dict(zip(_SHAPES, references, strict=True))
    _say_what_msgspec_cannot(components, by_name)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Recado",
            "version": __version__,
            "summary": "Send texts to patients, see what became of them, and tell of what is ready or due for them.",
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"key": []}],
        "paths": {
            "/messages": {
                "post": _sending("Send one text", "sendMessage", by_name[shapes.NewMessage], by_name[shapes.Accepted])
            },
            "/messages/batch": {
                "post": _sending(
                    "Send many texts", "sendMessages", by_name[shapes.NewBatch], by_name[shapes.BatchAnswer]
                )
            },
            "/messages/{id}": {"get": _status(by_name[shapes.Status])},
            "/events": {
                "post": _telling(
                    "Tell of care events",
                    "recordEvents",
                    by_name[event_shapes.NewEvents],
                    by_name[event_shapes.EventsAnswer],
                )
            },
            "/events/state": {
                "post": _telling(
                    "Say what became of care events",
                    "setEventStates",
                    by_name[event_shapes.NewStates],
                    by_name[event_shapes.StatesAnswer],
                )
            },
            "/documents": {
                "post": _document(by_name[document_shapes.NewDocument], by_name[document_shapes.TakenDocument])
            },
            **_appointments(by_name),
        },
        "components": {
            "schemas": components,
            "responses": {kind: _problem(kind, by_name[Problem]) for kind in KINDS},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _say_what_msgspec_cannot(components: dict[str, Any], by_name: dict[type, dict[str, Any]]) -> None:
    """Items of an answer are an item or a problem; what an event holds goes by its kind."""
    for name, field, item in (
        ("BatchAnswer", "messages", shapes.Accepted),
        ("EventsAnswer", "events", event_shapes.TakenEvent),
        ("StatesAnswer", "states", event_shapes.TakenState),
    ):
        either = {"oneOf": [by_name[item], by_name[Problem]]}
        components[name]["properties"][field] = {"type": "array", "items": either}
    held = components["NewEvent"]["properties"]["fields"]
    held["anyOf"] = [by_name[detail] for detail in care_events.DETAIL_OF.values()]


def _telling(summary: str, name: str, body: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    return {
        "summary": summary,
        "operationId": name,
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "200": {"description": "Each was taken or refused.", "content": {"application/json": {"schema": said}}},
            **_problems(*_TELLING, *_EVERY),
        },
    }


def _appointments(by_name: dict[type, dict[str, Any]]) -> dict[str, Any]:
    said = by_name[appointment_shapes.AppointmentAnswer]

    def act(summary: str, name: str, body: type, *problems: str) -> dict[str, Any]:
        made = _telling(summary, name, by_name[body], said)
        made["responses"]["200"]["description"] = "How the visit stands now."
        made["responses"] |= _problems(*problems)
        return made

    visit = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
    booked, moved = appointment_shapes.NewAppointment, appointment_shapes.MoveAppointment
    return {
        "/slots": {"get": _slots(by_name[appointment_shapes.SlotsAnswer])},
        "/appointments": {"post": act("Book a free time", "bookAppointment", booked, "taken")},
        "/appointments/{id}/move": {
            "post": act("Move a visit", "moveAppointment", moved, "not_found", "taken") | {"parameters": [visit]}
        },
        "/appointments/{id}/cancel": {
            "post": act("Cancel a visit", "cancelAppointment", appointment_shapes.CancelAppointment, "not_found")
            | {"parameters": [visit]}
        },
    }


def _slots(said: dict[str, Any]) -> dict[str, Any]:
    days = appointment_shapes.MOST_DAYS
    asked = (
        ("service", "Id or name of a service. Without it only the services are listed.", {"type": "string"}),
        ("clinician", "Only times with them: the name, as the services list it.", {"type": "string"}),
        ("from", "From this time on; now, where it is left out or past.", {"type": "string", "format": "date-time"}),
        ("to", f"Up to this time, at most {days} days on; usually 14.", {"type": "string", "format": "date-time"}),
    )
    return {
        "summary": "See services and free times",
        "operationId": "listSlots",
        "parameters": [
            {"name": name, "in": "query", "description": about, "schema": schema} for name, about, schema in asked
        ],
        "responses": {
            "200": {
                "description": "What is free now: nothing is held by asking.",
                "content": {"application/json": {"schema": said}},
            },
            **_problems("invalid", *_EVERY),
        },
    }


def _document(about: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    header = {
        "name": "Recado-Document",
        "in": "header",
        "required": True,
        "description": "What it is and for whom, as JSON in ASCII.",
        "content": {"application/json": {"schema": about}},
    }
    return {
        "summary": "Send a document to a patient",
        "operationId": "sendDocument",
        "parameters": [header],
        "requestBody": {
            "required": True,
            "description": "The file as it is: PDF, JPEG, PNG or plain text in UTF-8. What counts is what is in it.",
            "content": {"application/octet-stream": {}},
        },
        "responses": {
            "200": {"description": "Kept, and the patient is told.", "content": {"application/json": {"schema": said}}},
            **_problems("malformed", "too_slow", "too_large", "invalid", *_EVERY),
        },
    }


def _sending(summary: str, name: str, body: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Your name for this request: asked again with it within 48 hours, the answer is the same, and nothing is sent twice.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    }
    return {
        "summary": summary,
        "operationId": name,
        "parameters": [key],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "202": {
                "description": "Judged and stored for good.",
                "headers": {
                    "Idempotency-Replayed": {
                        "description": "true: this answer was given before.",
                        "schema": {"type": "string"},
                    }
                },
                "content": {"application/json": {"schema": said}},
            },
            **_problems(*_SENDING, *_EVERY),
        },
    }


def _status(said: dict[str, Any]) -> dict[str, Any]:
    return {
        "summary": "See where a text stands",
        "operationId": "getMessage",
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}],
        "responses": {
            "200": {"description": "The text and its events.", "content": {"application/json": {"schema": said}}},
            **_problems("not_found", *_EVERY),
        },
    }


def _problems(*kinds: str) -> dict[str, Any]:
    return {str(KINDS[kind][0]): {"$ref": f"#/components/responses/{kind}"} for kind in kinds}


def _problem(kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": KINDS[kind][1], "content": {MEDIA_TYPE: {"schema": schema}}}


def answer() -> Answer:
    """The document, for whoever asks: it holds nothing of anybody."""
    return answer_json(200, document())
