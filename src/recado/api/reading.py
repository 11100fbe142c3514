"""Reads texts that were sent: shapes into intents, or a problem that says what to do and quotes nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct
from msgspec.json import Decoder

from recado.api import shapes
from recado.api.decoding import Batch, decode_one
from recado.api.filling import NO_TEMPLATE, Filling
from recado.api.problems import Problem, problem
from recado.clinics.roles import ApiScope
from recado.consent.types import GROUP_OF, Purpose
from recado.foundation.clock import real_now
from recado.foundation.phone import BadPhone, Phone, read_phone
from recado.messaging.actions import Consents
from recado.messaging.queries import EmptyText, UnsendableText, Written, measure
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
BLANK = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]*")  # nothing that a phone shows
NUMBERS = {  # what to do, for who writes programs: the hints of `phone` are for who has a spreadsheet before them
    "empty": "Give the number.",
    "letters": "Give the number alone, as +447700900417: there are letters in it.",
    "too_short": "Give the whole number, as +447700900417: digits are missing.",
    "too_long": "Give one number, as +447700900417: there are too many digits.",
    "not_possible": "Give the number with its country's code, as +447700900417: no country has this one.",
}
REFERENCE = "api:"  # before a reference of other systems, so that it meets none of our own


class Item(Struct, frozen=True, gc=False):
    """One text that can be judged."""

    intent: Intent
    consents: Consents | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """What reading depends on: how the clinic's country writes numbers, what the key may, how references are kept, the templates."""

    country: str
    scopes: frozenset[ApiScope]
    index: Any  # (reference) -> bytes: a keyed digest, since a reference may hold a record number
    now: datetime
    filling: Filling | None = None  # without: there are no templates

    def item(self, one: shapes.NewMessage) -> Item | Problem:
        """An intent of a message, or what is wrong with it."""
        purpose = PURPOSES[one.purpose]
        written = self._written(one, purpose)
        if isinstance(written, Problem):
            return written
        field = "text" if one.template is None else "values"
        needed = SCOPES.get(purpose, ApiScope.SEND)
        if needed not in self.scopes:
            return problem("forbidden", f"Texts of this purpose need a key with the scope {needed}.", "purpose")
        text = written.text
        try:
            phone = read_phone(one.to, self.country)
            if len(text) > shapes.LONGEST_TEXT:
                return problem("invalid", f"Shorten the text to {shapes.LONGEST_TEXT} letters or fewer.", field)
            if UNSEEN.search(text):
                return problem("invalid", "Leave control characters out of the text; line breaks may stay.", field)
            if BLANK.fullmatch(text):
                raise EmptyText
            if measure(text).segments > shapes.MOST_PARTS:
                return problem("invalid", f"Shorten the text: it takes more than {shapes.MOST_PARTS} parts.", field)
        except BadPhone as bad:
            return problem("invalid", NUMBERS[bad.code], "to")
        except EmptyText:
            return problem("invalid", "Give the text some words.", field)
        except UnsendableText:
            return problem("invalid", "The text holds half of a character. Encode it as UTF-8.", field)
        lane = None
        if one.lane is not None:
            lane = LANES[one.lane]
            if lane < LANE_OF[purpose]:
                usual = LANE_OF[purpose].name.lower()
                return problem("invalid", f"Choose the lane {usual} or a lower one, or leave it out.", "lane")
        found = self._times(one) or self._consent_problem(one, purpose)
        if found is not None:
            return found
        return Item(self._intent(one, purpose, phone, written, lane), _consents(one))

    def _intent(
        self, one: shapes.NewMessage, purpose: Purpose, phone: Phone, written: Written, lane: Lane | None
    ) -> Intent:
        ref = None if one.reference is None else REFERENCE + self.index(one.reference).hex()
        # Who gives each text a reference says which of them are the same.
        return Intent(
            purpose,
            written.text,
            phone,
            None,
            ref,
            one.send_at,
            None,
            one.valid_until,
            lane,
            guards_repeats=ref is None,
            wording=written.mark,
        )

    def _written(self, one: shapes.NewMessage, purpose: Purpose) -> Written | Problem:
        if one.template is not None:
            return NO_TEMPLATE if self.filling is None else self.filling.write(one, purpose)
        if one.values is not None:
            return problem("invalid", "Leave values out: they belong to a template.", "values")
        return problem("invalid", "Give the text.", "text") if one.text is None else Written(one.text)

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


_one = Decoder(shapes.NewMessage)
_batch = Batch(shapes.NewBatch, shapes.RawBatch, shapes.NewMessage, "messages")


def one_message(body: bytes) -> shapes.NewMessage:
    """A single message. Raises Wrong."""
    return decode_one(_one, shapes.NewMessage, body)


def batch(body: bytes) -> Sequence[shapes.NewMessage | Problem]:
    """The messages of a batch, or what is wrong with one. Raises Wrong where it is no batch."""
    return _batch.read(body)[1]
