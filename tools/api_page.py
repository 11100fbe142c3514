"""The reference page of the REST API, from the OpenAPI document that the product serves."""

import os
import re
from collections.abc import Iterator
from typing import Any

INTRODUCTION = """# REST API

Under `/api/v1`, JSON in UTF-8. The same as OpenAPI 3.1: `GET /api/v1/openapi.json`, without a key.
First steps: [Send a text by API](../howto/send-by-api.md), [Tell of care events](../howto/care-events.md),
[Book by API](../howto/book-by-api.md).

`Authorization: Bearer rk_live_...` with a key of the clinic. A key may do what its scopes say:
"""

TEXTS = ("NewMessage", "NewBatch", "Consent", "Accepted", "BatchAnswer", "Status", "Event")


def api_page() -> str:
    """The whole page."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recado.launch.settings")
    import django

    django.setup()
    from recado.api import edge, event_shapes, keyring, openapi
    from recado.clinics.roles import ApiScope
    from recado.web.administration.api_keys_page import SCOPES

    document = openapi.document()
    lines = [INTRODUCTION]
    lines += [f"- `{scope}`: {SCOPES[scope][0]}. {SCOPES[scope][1]}" for scope in ApiScope]
    lines += [
        "",
        "## Limits\n",
        f"- A body of one text: {edge.LARGEST_ONE // 1024} kB; of a batch: {edge.LARGEST_BATCH // 1024 // 1024} MB and 100,000 texts.",
        f"- A body of care events: {edge.LARGEST_EVENTS // 1024 // 1024} MB and {event_shapes.MOST_EVENTS:,} events.",
        f"- Requests of one key: {keyring.REQUESTS_A_SECOND:,.0f} a second, {keyring.BURST:,.0f} at once; then 429 with Retry-After.",
        "- Answers to an `Idempotency-Key` are kept for 48 hours, for each API key; references for ever, for each clinic.",
    ]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            lines += ["", *_operation(f"{method.upper()} /api/v1{path}", operation)]
    schemas = document["components"]["schemas"]
    for name in (*TEXTS, *(name for name in schemas if name not in (*TEXTS, "Problem")), "Problem"):
        lines += ["", *_shape(name, schemas[name])]
    lines += ["", "## Kinds of problems\n", "| `type` | status | title |", "| --- | --- | --- |"]
    lines += [f"| `{_type(kind)}` | {status} | {title} |" for kind, (status, title) in openapi.KINDS.items()]
    return "\n".join(lines)


def _type(kind: str) -> str:
    return f"urn:recado:problem:{kind.replace('_', '-')}"


def _operation(head: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f"## {head}\n"
    yield f"{operation['summary']}."
    body = operation.get("requestBody")
    for given in operation.get("parameters", ()):
        if "content" in given:
            yield f"\nHeader `{given['name']}`: {_kind(given['content']['application/json']['schema'])}. {given['description']}"
        elif given["in"] == "query":
            yield f"\n`?{given['name']}=`: {given['description']}"
    if body and "application/json" in body["content"]:
        yield f"\nBody: {_kind(body['content']['application/json']['schema'])}."
    elif body:
        yield f"\nBody: {body['description']}"
    for status, answer in operation["responses"].items():
        if "content" in answer:
            said = _kind(answer["content"]["application/json"]["schema"])
            yield f"\n{status}: {said}. {answer['description']}"
    problems = sorted(status for status in operation["responses"] if status >= "400")
    yield f"\nProblems: {', '.join(problems)}."


def _shape(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f"## {name}\n"
    if schema.get("description"):
        yield f"{schema['description']}\n"
    yield "| field | kind | |"
    yield "| --- | --- | --- |"
    needed = schema.get("required", ())
    for field, one in schema["properties"].items():
        about = one.get("description", "")
        yield f"| `{field}`{', needed' if field in needed else ''} | {_kind(one)} | {about} |"


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"] if value is not None)
    if "anyOf" in schema or "oneOf" in schema:
        either = schema.get("anyOf") or schema.get("oneOf") or []
        return " or ".join(_kind(one) for one in either if one.get("type") != "null")
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    if schema.get("type") == "object":
        return "object of strings"
    most = f", at most {schema['maxLength']}" if "maxLength" in schema else ""
    return re.sub("date-time", "time", schema.get("format", schema.get("type", "anything"))) + most
