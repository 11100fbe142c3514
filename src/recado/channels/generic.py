"""A carrier over HTTP that has no file of its own, described by its settings: one text a request.

A description says what the request looks like, where the answer's id and code stand, what codes and states mean, and how fields of
reports and of people's texts are called. Placeholders are `{to}` and the like, filled in once and never read again, so nothing that
a patient's text holds can become one. Nothing here is a program: no expressions, no files, no environment. All of it is checked when
it is saved, and every refusal names the setting.

Addresses of private networks are refused, and looked up again before every request, unless `private_network` is set: whoever may
describe a carrier could otherwise have the product ask machines behind it.
"""

import asyncio
import ipaddress
import json
import re
import socket
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote, urlsplit

from recado.channels.given import read
from recado.channels.over_http import (
    CALLBACKS,
    PACE,
    Call,
    ErrorClass,
    HttpCarrier,
    Reply,
    Told,
    Trouble,
    retry_after,
    trouble_of,
    unlisted,
    validity_of,
)
from recado.channels.over_http import callbacks as calls
from recado.channels.over_http.exchange import NotReached
from recado.channels.protocol import (
    Accepted,
    Answer,
    BadSettings,
    Capabilities,
    Carrier,
    Envelope,
    Inbound,
    RawCallback,
    Receipt,
    ReceiptState,
    Setting,
    Unreadable,
)

SETTINGS: Final = (
    Setting("url", "the address that takes a text; {placeholders} may stand after the host"),
    Setting("method", "how it is asked", "choice", "POST", choices=("POST", "PUT", "GET")),
    Setting(
        "form",
        "what stands in the body or, of GET, in the address",
        "choice",
        "json",
        choices=("json", "form", "query"),
    ),
    Setting("fields", 'the fields, as JSON: {"to": "{digits}", "from": "{sender}", "text": "{text}"}', "json"),
    Setting("headers", 'headers, as JSON: {"Authorization": "Bearer {secret}"}', "json", {}),
    Setting("secret", "what {secret} stands for: a key or a password", default="", is_secret=True),
    Setting("login", "user name, where it asks for name and password; the password is secret", default=""),
    Setting("id_path", "where the answer holds the text's id: message.id, or messages.0.id", default=""),
    Setting("error_path", "where the answer holds the code of a refusal", default=""),
    Setting("taken_codes", "codes there that mean taken, with commas; empty: none stands there then", default=""),
    Setting("errors", 'what codes mean, as JSON: {"21": "opted_out"}', "json", {}),
    Setting("ref_field", "the field of a report that holds the id (or our own {message})", default=""),
    Setting("state_field", "the field of a report that holds its state", default=""),
    Setting("states", 'what states mean, as JSON: {"DELIVRD": "delivered"}', "json", {}),
    Setting("sender_field", "the field of a person's text that holds the person's number", default=""),
    Setting("number_field", "the field of it that holds your own number", default=""),
    Setting("text_field", "the field of it that holds its words", default=""),
    Setting("text_id_field", "the field of it that holds its id", default=""),
    Setting("shared_header", "a header of their calls that holds a shared secret", default=""),
    Setting("shared_secret", "that secret; without one the secret in our address is all", default="", is_secret=True),
    Setting("private_network", "may the address be one of a private network", "bool", False),
    *PACE,
    *CALLBACKS,
)

PLACEHOLDERS: Final = frozenset({"to", "digits", "sender", "text", "message", "validity", "secret", "callback"})
IN_ADDRESS: Final = PLACEHOLDERS - {"text", "to", "digits"}
INBOUND: Final = ("sender_field", "number_field", "text_field", "text_id_field")
LONGEST_VALIDITY: Final = timedelta(days=7)
MOST_FIELDS: Final = 50
_PLACE: Final = re.compile(r"\{([^{}]*)\}")
_HEADER: Final = re.compile(r"[A-Za-z0-9-]{1,60}", re.ASCII)
_PATH: Final = re.compile(r"[\w-]+(\.[\w-]+){0,9}", re.ASCII)
_RESERVED: Final = frozenset({"host", "content-length", "transfer-encoding", "connection", "content-type"})


class GenericCarrier(HttpCarrier):
    def __init__(self, name: str, settings: Mapping[str, Any]) -> None:
        super().__init__(name, settings)
        check(settings)
        self._errors = {code: ErrorClass(kind) for code, kind in settings["errors"].items()}
        self._states = {word: ReceiptState(state) for word, state in settings["states"].items()}
        self._taken = {code.strip() for code in settings["taken_codes"].split(",") if code.strip()}
        self._told = json.dumps([settings["url"], settings["fields"], settings["headers"]])
        self.can = Capabilities(
            window=settings["window"],
            receives=bool(settings["sender_field"]),
            receipts=bool(settings["ref_field"]),
            validity_at_most=LONGEST_VALIDITY,
            own_reference=not settings["id_path"],
        )

    # ---------------------------------------------------------------- texts

    def call(self, envelopes: Sequence[Envelope]) -> Call:
        (envelope,) = envelopes
        values = self._values(envelope)
        headers = {name: filled(value, values) for name, value in self.settings["headers"].items()}
        fields = filled(self.settings["fields"], values)
        pairs = [(name, value) for name, value in fields.items()] if self.settings["form"] != "json" else None
        login = self.settings["login"]
        return Call(
            self.settings["method"],
            filled(self.settings["url"], values, lambda text: quote(text, safe="")),
            headers,
            json=fields if pairs is None else None,
            form=pairs if self.settings["form"] == "form" else None,
            params=pairs if self.settings["form"] == "query" else None,
            login=(login, self.settings["secret"]) if login else None,
        )

    def _values(self, envelope: Envelope) -> Mapping[str, str]:
        validity = validity_of(envelope, least=timedelta(seconds=1), most=LONGEST_VALIDITY) or LONGEST_VALIDITY
        address = self.settings["callback_url"]
        return {
            "to": envelope.to,
            "digits": envelope.to[1:],
            "sender": envelope.sender.removeprefix("+"),
            "text": envelope.text,
            "message": envelope.message.hex(),
            "validity": str(int(validity.total_seconds())),
            "secret": self.settings["secret"],
            "callback": address,
        }

    async def ask(self, call: Call) -> Reply:
        """Looks where the address leads before anything is written. A name that leads elsewhere a moment later is the price of
        asking twice: keep names of your own out of `url`."""
        if not self.settings["private_network"] and not await _is_public(call.url):
            raise NotReached("private_network")
        return await super().ask(call)

    def read(self, envelopes: Sequence[Envelope], reply: Reply) -> Sequence[Told]:
        told = reply.json()
        code = found(told, self.settings["error_path"])
        if code and code not in self._taken and (self._taken or code in self._errors or not reply.is_ok):
            return [self._trouble(reply, code)]
        if not reply.is_ok:
            return [trouble_of(reply, {})]
        if not self.settings["id_path"]:
            return [Accepted(envelopes[0].message.hex())]
        ref = found(told, self.settings["id_path"])
        if not ref:
            raise ValueError("no id where id_path leads")
        return [Accepted(ref)]

    def _trouble(self, reply: Reply, code: str) -> Trouble:
        kind = self._errors.get(code)
        if kind:
            return Trouble(kind, f"carrier_code_{code}"[:40], retry_after(reply))
        if not reply.is_ok:
            return trouble_of(reply, {}, code)
        return Trouble(ErrorClass.UNKNOWN, unlisted(code))

    # ---------------------------------------------------------------- callbacks

    def verify(self, raw: RawCallback) -> bool:
        """The shared secret in its header; where none is set, the secret in the address was compared."""
        secret = self.settings["shared_secret"]
        return not secret or calls.same(raw.headers.get(self.settings["shared_header"].lower(), ""), secret)

    def read_callback(self, raw: RawCallback) -> Sequence[Receipt | Inbound]:
        told = _fields(raw)
        state, ref = found(told, self.settings["state_field"]), found(told, self.settings["ref_field"])
        if state and ref:
            if state not in self._states:
                raise Unreadable("a state that `states` doesn't name")
            is_failed = self._states[state] is ReceiptState.FAILED
            error = state[:40] if is_failed else ""
            return [Receipt(ref, self._states[state], None, error=error, message_reference=calls.reference_of(ref))]
        person, number, text, name = (found(told, self.settings[field]) for field in INBOUND)
        if not person or not number or not name:
            raise Unreadable("neither the fields of a report nor those of a person's text")
        return [Inbound(calls.e164(person), calls.e164(number), text, None, name)]

    def callback_answer(self, raw: RawCallback, is_genuine: bool) -> Answer:
        return Answer() if is_genuine else calls.NOT_GENUINE


def _fields(raw: RawCallback) -> Mapping[str, Any]:
    if raw.method != "GET" and "json" in raw.headers.get("content-type", ""):
        return calls.json_object(raw)
    return calls.fields(raw)


def filled(shape: Any, values: Mapping[str, str], written: Callable[[str], str] = str) -> Any:
    """A description with its placeholders filled in, each once."""
    if isinstance(shape, str):
        return _PLACE.sub(lambda match: written(values[match[1]]), shape)
    if isinstance(shape, dict):
        return {name: filled(value, values, written) for name, value in shape.items()}
    if isinstance(shape, list):
        return [filled(value, values, written) for value in shape]
    return shape


def found(told: Any, path: str) -> str:
    """What stands where a path leads; empty where nothing does."""
    for step in path.split(".") if path else ():
        if isinstance(told, dict):
            told = told.get(step)
        elif isinstance(told, list) and step.isdigit() and int(step) < len(told):
            told = told[int(step)]
        else:
            return ""
    return str(told) if path and isinstance(told, str | int | float) and not isinstance(told, bool) else ""


# ---------------------------------------------------------------- what may be saved


def check(settings: Mapping[str, Any]) -> None:
    """Raises BadSettings for the first thing that can't be."""
    _check_address(settings)
    _check_fields(settings)
    _check_headers(settings)
    for name in ("id_path", "error_path", "ref_field", "state_field", *INBOUND):
        if settings[name] and not _PATH.fullmatch(settings[name]):
            raise BadSettings(name, f"The setting {name} must be names with dots between them, such as message.id.")
    _check_words(settings, "errors", [str(kind) for kind in ErrorClass])
    _check_words(settings, "states", [str(state) for state in ReceiptState])
    _check_together(settings, ("ref_field", "state_field", "states"))
    _check_together(settings, INBOUND)
    _check_together(settings, ("shared_header", "shared_secret"))


def _check_address(settings: Mapping[str, Any]) -> None:
    url, schemes = settings["url"], ("https", "http") if settings["private_network"] else ("https",)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    if parts.scheme not in schemes or not host or "@" in parts.netloc or port == 0:
        raise BadSettings(
            "url", f"The setting url must be an address that begins with {' or '.join(schemes)}://, without a login."
        )
    if _PLACE.search(parts.netloc):
        raise BadSettings("url", "The setting url may have placeholders after the host only.")
    _check_placeholders("url", url, IN_ADDRESS)
    if not settings["private_network"] and _is_private_name(host):
        raise BadSettings("url", "The setting url leads into a private network. Set private_network if that is meant.")


def _check_fields(settings: Mapping[str, Any]) -> None:
    fields, form = settings["fields"], settings["form"]
    if not isinstance(fields, dict) or not 0 < len(fields) <= MOST_FIELDS:
        raise BadSettings("fields", "The setting fields must be a JSON object with a field or more, 50 at most.")
    if form != "json" and not all(isinstance(value, str) for value in fields.values()):
        raise BadSettings("fields", f"The setting fields may hold texts only where form is {form}.")
    if form == "query" and settings["method"] != "GET":
        raise BadSettings(
            "form",
            "The setting form may be query only where method is GET: what stands in an address is logged by others.",
        )
    if settings["method"] == "GET" and form != "query":
        raise BadSettings("form", "The setting form must be query where method is GET.")
    _check_placeholders("fields", fields, PLACEHOLDERS)
    used = {match for text in _texts(fields) for match in _PLACE.findall(text)}
    if "text" not in used or not used & {"to", "digits"}:
        raise BadSettings("fields", "The setting fields must hold {text}, and {to} or {digits}.")
    if (
        not settings["id_path"]
        and settings["ref_field"]
        and "message" not in used
        and "{message}" not in settings["url"]
    ):
        raise BadSettings("id_path", "Without id_path the setting fields must hold {message}, which reports give back.")


def _check_headers(settings: Mapping[str, Any]) -> None:
    headers = settings["headers"]
    if not isinstance(headers, dict) or len(headers) > MOST_FIELDS:
        raise BadSettings("headers", "The setting headers must be a JSON object.")
    for name, value in headers.items():
        if (
            not _HEADER.fullmatch(name)
            or name.lower() in _RESERVED
            or not isinstance(value, str)
            or not value.isprintable()
        ):
            raise BadSettings("headers", "The setting headers holds a name or a value that a header can't have.")
    _check_placeholders("headers", headers, frozenset({"secret", "message"}))


def _check_placeholders(name: str, shape: Any, allowed: frozenset[str]) -> None:
    for text in _texts(shape):
        for place in _PLACE.findall(text):
            if place not in allowed:
                known = ", ".join(f"{{{one}}}" for one in sorted(allowed))
                raise BadSettings(
                    name, f"The setting {name} holds a placeholder that isn't known there. Known are: {known}."
                )


def _check_words(settings: Mapping[str, Any], name: str, allowed: Sequence[str]) -> None:
    words = settings[name]
    if not isinstance(words, dict) or not all(value in allowed for value in words.values()):
        raise BadSettings(name, f"The setting {name} must be a JSON object whose values are of {', '.join(allowed)}.")


def _check_together(settings: Mapping[str, Any], names: Sequence[str]) -> None:
    missing = [name for name in names if not settings[name]]
    if 0 < len(missing) < len(names):
        raise BadSettings(missing[0], f"The settings {', '.join(names)} belong together: {missing[0]} is missing.")


def _texts(shape: Any, depth: int = 0) -> list[str]:
    if depth > 8:
        raise BadSettings("fields", "The setting fields is nested too deeply.")
    if isinstance(shape, str):
        return [shape]
    inner = shape.values() if isinstance(shape, dict) else shape if isinstance(shape, list) else ()
    return [text for value in inner for text in _texts(value, depth + 1)]


def _is_private_name(host: str) -> bool:
    """Of what can be told without asking anybody; names are looked up before each request."""
    try:
        return not _is_global(ipaddress.ip_address(host))
    except ValueError:
        numeric = re.fullmatch(r"[0-9a-fx.]+", host) is not None and host.rpartition(".")[2][:1].isdigit()
        return "." not in host or numeric or host.rstrip(".").endswith((".local", ".internal", ".localhost"))


def _is_global(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    inner = getattr(address, "ipv4_mapped", None) or address
    return bool(inner.is_global) and not inner.is_multicast


async def _is_public(url: str) -> bool:
    parts = urlsplit(url)
    try:
        found_at = await asyncio.get_running_loop().getaddrinfo(
            parts.hostname, parts.port or 443, type=socket.SOCK_STREAM
        )
    except (OSError, UnicodeError):
        raise NotReached("no_such_name") from None
    return all(_is_global(ipaddress.ip_address(str(place[4][0]).partition("%")[0])) for place in found_at)


def make(name: str, settings: Mapping[str, object]) -> Carrier:
    return GenericCarrier(name, read(SETTINGS, settings))
