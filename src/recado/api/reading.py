"""Reads what was sent: JSON into shapes, shapes into intents, or a problem that says what to do and quotes nothing."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from recado.api import shapes
from recado.api.problems import Problem, Wrong, problem
from recado.clinics.roles import ApiScope
from recado.consent.types import GROUP_OF, Purpose
from recado.foundation.clock import real_now
from recado.foundation.phone import BadPhone, Phone, read_phone
from recado.messaging.actions import Consents
from recado.messaging.queries import EmptyText, UnsendableText, measure
from recado.messaging.types import LANE_OF, Intent, Lane

PURPOSES = {
    "care": Purpose.CARE,
    "billing": Purpose.BILLING,
    "survey": Purpose.SURVEY,
    "news": Purpose.NEWS,
    "verify": Purpose.VERIFY,
    "emergency": Purpose.EMERGENCY,
    "staff": Purpose.STAFF,
}
SCOPES = {Purpose.EMERGENCY: ApiScope.EMERGENCY, Purpose.VERIFY: ApiScope.VERIFY}  # what others need is SEND
LANES = {lane.name.lower(): lane for lane in Lane}
FARTHEST = timedelta(days=366)  # a text planned for later is a mistake in a date
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # nobody agreed to a text before there were any
AHEAD = timedelta(minutes=10)  # by how much another system's clock may be wrong
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")  # some carriers refuse a whole request for one of them
REFERENCE = "api:"  # before a reference of other systems, so that it meets none of our own


class Item(Struct, frozen=True, gc=False):
    """One text that can be judged."""

    intent: Intent
    consents: Consents | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """What reading depends on: how the clinic's country writes numbers, what the key may, how references are kept."""

    country: str
    scopes: frozenset[ApiScope]
    index: Any  # (reference) -> bytes: a keyed digest, since a reference may hold a record number
    now: datetime

    def item(self, one: shapes.NewMessage) -> Item | Problem:
        """An intent of a message, or what is wrong with it."""
        purpose = PURPOSES[one.purpose]
        if one.text is None or one.template is not None or one.values is not None:
            return _no_text(one)
        needed = SCOPES.get(purpose, ApiScope.SEND)
        if needed not in self.scopes:
            return problem("forbidden", f"Texts of this purpose need a key with the scope {needed}.", "purpose")
        text = one.text
        try:
            phone = read_phone(one.to, self.country)
            if len(text) > shapes.LONGEST_TEXT:
                return problem("invalid", f"Shorten the text to {shapes.LONGEST_TEXT} letters or fewer.", "text")
            if UNSEEN.search(text):
                return problem("invalid", "Leave control characters out of the text; line breaks may stay.", "text")
            measure(text)
        except BadPhone as bad:
            return problem("invalid", bad.hint, "to")
        except EmptyText:
            return problem("invalid", "Give the text some words.", "text")
        except UnsendableText:
            return problem("invalid", "The text holds half of a character. Encode it as UTF-8.", "text")
        lane = None
        if one.lane is not None:
            lane = LANES[one.lane]
            if lane < LANE_OF[purpose]:
                usual = LANE_OF[purpose].name.lower()
                return problem("invalid", f"Choose the lane {usual} or a lower one, or leave it out.", "lane")
        found = self._times(one) or self._consent_problem(one, purpose)
        if found is not None:
            return found
        return Item(self._intent(one, purpose, phone, text, lane), _consents(one))

    def _intent(self, one: shapes.NewMessage, purpose: Purpose, phone: Phone, text: str, lane: Lane | None) -> Intent:
        ref = None if one.reference is None else REFERENCE + self.index(one.reference).hex()
        # Who gives each text a reference says which of them are the same.
        return Intent(
            purpose, text, phone, None, ref, one.send_at, None, one.valid_until, lane, guards_repeats=ref is None
        )

    def _times(self, one: shapes.NewMessage) -> Problem | None:
        if one.send_at is not None and one.send_at > self.now + FARTHEST:
            return problem("invalid", "Give a time within the next year.", "send_at")
        if one.valid_until is not None:
            if one.valid_until <= max(one.send_at or self.now, self.now):
                return problem("invalid", "Give a time in the future, and after send_at.", "valid_until")
            if one.valid_until > self.now + 2 * FARTHEST:
                return problem("invalid", "Give a time within the next two years.", "valid_until")
        return None

    def _consent_problem(self, one: shapes.NewMessage, purpose: Purpose) -> Problem | None:
        if one.consent is None:
            return None
        if ApiScope.CONSENT not in self.scopes:
            return problem("forbidden", "Use a key with the scope consent:write, or leave out consent.", "consent")
        if not GROUP_OF[purpose]:
            detail = (
                "Leave out consent: texts of this purpose need none. It is recorded for care, billing, survey and news."
            )
            return problem("invalid", detail, "consent")
        if not EARLIEST <= one.consent.at <= real_now() + AHEAD:
            return problem(
                "invalid", "Give the time when it was said: not in the future, nor before 1990.", "consent.at"
            )
        if not (one.consent.source.isprintable() and one.consent.text_version.isprintable()):
            return problem("invalid", "Leave control characters out.", "consent")
        return None


def _consents(one: shapes.NewMessage) -> Consents | None:
    said = one.consent
    return None if said is None else Consents(said.source, said.at.astimezone(UTC), said.text_version)


def _no_text(one: shapes.NewMessage) -> Problem:
    if one.template is None:
        if one.values is not None:
            return problem("invalid", "Leave values out: they belong to a template.", "values")
        return problem("invalid", "Give the text.", "text")
    if one.text is not None:
        return problem("invalid", "Give text or template, not both.", "template")
    return problem(
        "no_template",
        "The clinic has no templates for other systems yet. Send the finished wording as text.",
        "template",
    )


# ------------------------------------------------------------------------------------------------ decoding

_one = msgspec.json.Decoder(shapes.NewMessage)
_batch = msgspec.json.Decoder(shapes.NewBatch)
_raw_batch = msgspec.json.Decoder(shapes.RawBatch)


def one_message(body: bytes) -> shapes.NewMessage:
    """A single message. Raises Wrong."""
    try:
        return _one.decode(body)
    except msgspec.ValidationError as reason:
        raise Wrong(invalid(reason, shapes.NewMessage)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Wrong(MALFORMED) from None


def batch(body: bytes) -> Sequence[shapes.NewMessage | Problem]:
    """The messages of a batch, or what is wrong with one. Raises Wrong where it is no batch."""
    try:
        return _batch.decode(body).messages
    except msgspec.ValidationError:
        return _one_by_one(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Wrong(MALFORMED) from None


def _one_by_one(body: bytes) -> Sequence[shapes.NewMessage | Problem]:
    """A batch in which something is wrong: read again, so that it costs its own message only."""
    try:
        raw = _raw_batch.decode(body).messages
    except msgspec.ValidationError as reason:
        raise Wrong(invalid(reason, shapes.NewBatch)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):  # the other decoder had stopped before it
        raise Wrong(MALFORMED) from None
    found: list[shapes.NewMessage | Problem] = []
    for one in raw:
        try:
            found.append(_one.decode(one))
        except msgspec.ValidationError as reason:
            found.append(invalid(reason, shapes.NewMessage))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            found.append(MALFORMED)
    return found


MALFORMED = problem("malformed", "Send one JSON object in UTF-8. A comma, a quote or a bracket may be missing.")

# msgspec tells the place and what it expected; for some it quotes what was sent, and that is left out.
_PLACE = re.compile(r" - at `\$\.?([a-z_.\[\]0-9]*)`\Z")
_MISSING = re.compile(r"Object missing required field `([a-z_]+)`")
_EXPECTED: Mapping[str, str] = {
    "`str": "Give a string in quotes.",
    "`datetime` with": "Give a time with its zone, as 2026-11-24T10:00:00Z.",
    "`datetime": "Give a time with its zone, as 2026-11-24T10:00:00Z.",
    "`object": "Give a JSON object.",
    "`array": "Give a JSON array.",
}
_LENGTH = re.compile(r"Expected `(str|array)` of length (>=|<=) (\d+)")


def invalid(reason: msgspec.ValidationError, shape: type[msgspec.Struct]) -> Problem:
    """What msgspec found, in words that say what to do."""
    said = str(reason)
    place = _PLACE.search(said)
    field = place[1] if place else ""
    said = said[: place.start()] if place else said
    missing = _MISSING.match(said)
    if missing:
        return problem("invalid", "This field is needed.", f"{field}.{missing[1]}".lstrip("."))
    if said.startswith("Object contains unknown field"):
        inner = shapes.Consent if field.endswith("consent") else shape
        return problem("invalid", f"Leave out what isn't one of: {', '.join(inner.__struct_fields__)}.", field)
    if said.startswith("Invalid enum value"):
        return problem("invalid", f"Choose one of: {', '.join(_choices(field))}.", field)
    if said.startswith("Invalid RFC3339"):
        return problem("invalid", _EXPECTED["`datetime"], field)
    length = _LENGTH.match(said)
    if length:
        unit = "letters" if length[1] == "str" else "messages"
        most = "at most" if length[2] == "<=" else "at least"
        return problem("invalid", f"Give {most} {int(length[3]):,} {unit}.", field)
    for beginning, sentence in _EXPECTED.items():
        if said.startswith(f"Expected {beginning}"):
            return problem("invalid", sentence, field)
    return problem("invalid", "This field can't be read. The reference says what it may hold.", field)


def _choices(field: str) -> Sequence[str]:
    return list(LANES if field.endswith("lane") else PURPOSES)
