"""The OpenAPI document, made from the shapes that decode the requests: it can't say anything else than the code does."""

from functools import cache
from typing import Any

from recado import __version__
from recado.api import shapes
from recado.api.answers import Answer
from recado.api.answers import answer as answer_json
from recado.api.problems import KINDS, MEDIA_TYPE, Problem

_SHAPES: tuple[type, ...] = (
    shapes.NewMessage,
    shapes.NewBatch,
    shapes.Accepted,
    shapes.BatchAnswer,
    shapes.Status,
    Problem,
)
_EVERY = ("unauthorized", "forbidden", "too_many", "broken", "unavailable")
_SENDING = ("malformed", "too_slow", "conflict", "too_large", "media_type", "invalid")


@cache
def document() -> dict[str, Any]:
    """The document, as of OpenAPI 3.1."""
    references, components = shapes.schemas(list(_SHAPES))
    by_name = dict(zip(_SHAPES, references, strict=True))
    either = {"oneOf": [by_name[shapes.Accepted], by_name[Problem]]}
    components["BatchAnswer"]["properties"]["messages"] = {"type": "array", "items": either}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Recado",
            "version": __version__,
            "summary": "Send texts to patients, and see what became of them.",
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
        },
        "components": {
            "schemas": components,
            "responses": {kind: _problem(kind, by_name[Problem]) for kind in KINDS},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
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
