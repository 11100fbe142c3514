"""What one text is written with: an example, the longest values, what to look at. Nothing here is stored."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from uuid import UUID

from recado.clinics import queries as clinics
from recado.clinics.types import ClinicSettings
from recado.consent.types import Privacy, Purpose
from recado.foundation import business_time
from recado.foundation.publishing import Past
from recado.foundation.wiring import wired
from recado.information import queries as information

from . import carriers
from .clinic_texts import NEWS_ROOM
from .clinic_texts import TextView as TextView
from .clinic_texts import text_of as text_of
from .clinic_texts import texts_of as texts_of
from .clinic_texts import versions_of as versions_of
from .levels import Texts, write
from .levels import wording as read_wording
from .lint_sentences import LINTS, Lint
from .lints import Finding as Finding
from .lints import (
    Ground,
    length_of,
    longest_of,
    review,
    review_all,
    review_spoken,
    short_name,
)
from .lints import Length as Length
from .lints import unfit as unfit
from .segments import UnsendableText
from .types import TextRoom
from .wording import MissingValue, TemplateError, Value, always_needed, define, names_in

VersionView = Past[Texts]
API_ROOM = "api"  # texts about care that other systems fill: any placeholder that they give a value for
OPEN_ROOMS = (API_ROOM, NEWS_ROOM)
ANY_VALUE = "Example"
SPOKEN = ("health_word", "fear", "mixing", "shouting", "many_parts", "costly_letters")  # lints inside a conversation
WHOLE = ("missing_neutral", "missing_language")  # lints of a template, not of one text


@dataclass(frozen=True, slots=True)
class Look:
    """One text looked at. `example`: as somebody invented would read it; empty where it can't be read."""

    findings: Sequence[Finding]
    fine: Sequence[Lint]
    length: Length | None
    example: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """What keeps a template from being published, and in which of its texts; level None: in the template as a whole."""

    finding: Finding
    level: Privacy | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class TextDesk:
    """What a text of a room is held against in a clinic. `needed`: what the product's own words of this key never lack."""

    clinic: ClinicSettings
    room: TextRoom
    key: str
    can_receive: bool
    needed: frozenset[str]
    on: date
    is_open: bool = False  # placeholders may have any name
    purpose: Purpose = Purpose.CARE

    def ground(self, text: str, language: str) -> Ground:
        longest = {**self._others(text), **self.room.longest}
        return Ground(
            clinic=self.clinic.name,
            short=short_name(self.clinic.name, self.clinic.phone_shown),
            country=self.clinic.country,
            longest={
                name: value for name, value in longest_of(language, self.on, longest).items() if self._has(name, text)
            },
            on=self.on,
            can_receive=self.can_receive,
            purpose=self.purpose,
            asks=self.key in self.room.questions,
            always=None if self.is_open else self.room.always | self.needed,
            told=self.room.told.get(self.key, frozenset()),
        )

    def look(self, text: str, language: str, level: Privacy) -> Look:
        """What to look at in a text, how long it gets, and an example of it."""
        ground = self.ground(text, language)
        findings = review(text, language, level, ground)
        said = {finding.code for finding in findings}
        fine = [] if "unreadable" in said else [one for code, one in LINTS.items() if self._is_fine(code, said, level)]
        try:
            length = length_of(text, language, ground)
            made = read_wording("text", {level: {language: text}})
            usual = {**self._others(text), **self.room.usual}
            return Look(findings, fine, length, write(made, level, language, usual).text)
        except (TemplateError, MissingValue, UnsendableText):
            return Look(findings, fine, None, "")

    def _is_fine(self, code: str, said: Collection[str], level: Privacy) -> bool:
        if code in said or code in WHOLE or not LINTS[code].fine:
            return False
        is_asked = {
            "answers_missing": self.key in self.room.questions,
            "says_place": level is Privacy.NEUTRAL,
            "may_be_missing": not self.is_open,
            "mixing": self.purpose is not Purpose.NEWS,
            "no_way_out": self.purpose is Purpose.NEWS and "stop_text_missing" not in said,
        }
        return is_asked.get(code, True)

    def blocking(self, texts: Texts) -> list[Blocked]:
        """What keeps these texts from being published."""
        found = [
            Blocked(finding, level, language)
            for level, variants in texts.items()
            for language, text in variants.items()
            for finding in review(text, language, level, self.ground(text, language))
        ]
        found += [Blocked(finding) for finding in self.whole(texts)]
        return [one for one in found if one.finding.blocks]

    def whole(self, texts: Texts) -> list[Finding]:
        """What is missing of a text as a whole."""
        return review_all(texts, self.clinic.languages or (self.clinic.default_language,), self.clinic.default_language)

    def _others(self, text: str) -> dict[str, Value]:
        return dict.fromkeys(names_in(text), ANY_VALUE) if self.is_open else {}

    def _has(self, name: str, text: str) -> bool:
        return name in self.room.values or (self.is_open and name in names_in(text))


def look_spoken(clinic: ClinicSettings, text: str, language: str, longest: Mapping[str, Value]) -> Look:
    """A text in the midst of a conversation, with the longest values of its placeholders."""
    on = business_time.now().date()
    ground = Ground(clinic.name, "", clinic.country, longest, on)
    findings = review_spoken(text, language, ground)
    said = {finding.code for finding in findings}
    try:
        length = length_of(text, language, ground)
    except (TemplateError, MissingValue, UnsendableText):
        return Look(findings, (), None, "")
    return Look(findings, [LINTS[code] for code in SPOKEN if code not in said], length, length.text)


def desk(clinic_id: UUID, room: str, key: str) -> TextDesk:
    """Call it inside `clinic_scope`."""
    return desks(clinic_id)(room, key)


def desks(clinic_id: UUID) -> Callable[[str, str], TextDesk]:
    """The desk of each (room, key); what a room tells is asked once for all of them. Call it inside `clinic_scope`."""
    clinic, on = clinics.clinic_settings(clinic_id), business_time.now().date()
    hears = cache(lambda purpose: carriers.takes_answers(clinic_id, purpose=purpose))
    about_of = cache(lambda room: room_of(clinic_id, room))

    def made(room: str, key: str) -> TextDesk:
        about: TextRoom = about_of(room)
        needed = frozenset[str]()
        for texts in about.texts.get(key, {}).values():
            needed |= always_needed(define(key, texts, about.values))
        purpose = Purpose.NEWS if room == NEWS_ROOM else Purpose.CARE
        return TextDesk(clinic, about, key, hears(purpose), needed, on, room in OPEN_ROOMS, purpose)

    return made


def room_of(clinic_id: UUID, room: str) -> TextRoom:
    """What a room says of its texts. Other systems' texts have what we know of the clinic, and what those systems give."""
    if room not in OPEN_ROOMS:
        about: TextRoom = wired("TEXTS", room)(clinic_id)
        pages = information.addresses(clinic_id)
        return replace(
            about,
            values=(*about.values, *pages),
            usual={**about.usual, **pages},
            longest={**about.longest, **pages},
        )
    clinic = clinics.clinic_settings(clinic_id)
    known: Mapping[str, Value] = {"clinic": clinic.name, "phone": clinic.phone_shown}
    return TextRoom({}, tuple(known), frozenset(known), frozenset(), known, known)
