"""Phone numbers: always E.164, never a bare string.

`phonenumbers` costs 10 us a number and a second of import, so the common case goes by one regular expression and the
library is loaded for the rest only. What it calls impossible is refused; what it calls possible but not valid is
taken (new ranges, and the ranges reserved for fiction, are "not valid" to it).
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from .calling_codes import PREFIXES

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber


@dataclass(frozen=True, slots=True, order=True)
class Phone:
    """A number in E.164 with its plus sign. `str()` masks it, so that it can't slip into a log."""

    e164: str

    def __str__(self) -> str:
        return f"{self.e164[:3]}…{self.e164[-2:]}"

    __repr__ = __str__


class BadPhone(ValueError):
    """Not a phone number. `code` is one of empty, letters, too_short, too_long, not_possible.

    `hint` tells a person what to do. Neither holds what was typed.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        self.hint = _HINTS[code]
        super().__init__(f"{code}: {self.hint}")


_HINTS = {
    "empty": "There is no number here. Type one, or leave the person without texts.",
    "letters": "There are letters in the number. Keep only the number, and put notes in another column.",
    "too_short": "Digits are missing. A spreadsheet may have dropped them: copy the number again from its source.",
    "too_long": "There are too many digits. Two numbers in one cell? Keep one.",
    "not_possible": "No country has such a number. Write it with its country code, for example +44 and then the rest.",
}

# Whole E.164 of countries whose lengths are simple. Anything else, and anything this refuses, goes to the library.
_PLAIN_E164 = re.compile(
    r"\+(?:44[1237]\d{9}|33[1-79]\d{8}|48[1-9]\d{8}|34[5-9]\d{8}|31[1-7]\d{8}|1[2-9]\d{2}[2-9]\d{6}|628\d{8,10}|3519\d{8})"
)
_SEPARATORS = str.maketrans("", "", " \t\u00a0\u202f\u2009-–—.()/\u200e\u200f\u202a\u202c\ufeff")

# Ranges kept free for drama and tests, as (prefix, digits that follow). No real phone answers there.
# Ofcom "Telephone numbers for use in TV and radio drama programmes"; ARCEP decision 2018-0881 §2.5.12;
# NANPA "555 line numbers" 0100-0199; Bundesnetzagentur "Rufnummern für Filme"; PTS "Fiktiva telefonnummer".
_FICTION: tuple[tuple[str, int], ...] = (
    ("+447700900", 3),
    ("+441632960", 3),
    ("+442079460", 3),
    *((f"+44{area}4960", 3) for area in ("113", "114", "115", "116", "117", "118", "121", "131", "141", "151", "161")),
    ("+441914980", 3),
    ("+442890180", 3),
    ("+442896496", 3),
    ("+442920180", 3),
    ("+448081570", 3),
    ("+449098790", 3),
    ("+443069990", 3),
    *((f"+33{block}", 4) for block in ("19900", "26191", "35301", "46571", "53649", "63998")),
    ("+493023125", 3),
    ("+496990009", 3),
    ("+494066969", 3),
    ("+492214710", 3),
    ("+498999998", 3),
    ("+46701740", 3),
)
_FICTION_PATTERN = re.compile("|".join(rf"{re.escape(prefix)}\d{{{rest}}}" for prefix, rest in _FICTION))
_NANP_FICTION = re.compile(r"\+1[2-9]\d{2}55501\d{2}")
_SWEDISH_FICTION = range(605, 700)  # of +46 70 174 0xxx only 605-699 is reserved


def read_phone(text: str, country: str) -> Phone:
    """Reads a number as people type it. `country` (two letters) is taken where no country code is given.

    Raises BadPhone. A number that is possible but unknown to the numbering plan is taken: see `is_unusual`.
    """
    if _PLAIN_E164.fullmatch(text):
        return Phone(text)
    return _read(text, country)


@lru_cache(maxsize=8192)
def _read(text: str, country: str) -> Phone:
    cleaned = text.strip().removeprefix("tel:").translate(_SEPARATORS)
    if _PLAIN_E164.fullmatch(cleaned):
        return Phone(cleaned)
    if not any(c.isdigit() for c in text):
        raise BadPhone("letters" if any(c.isalpha() for c in text) else "empty")
    if any(c.isalpha() for c in cleaned):
        raise BadPhone("letters")
    return _parse(text.strip().removeprefix("tel:"), country)


def _parse(text: str, country: str) -> Phone:
    import phonenumbers

    try:
        number = phonenumbers.parse(text, country.upper())
    except phonenumbers.NumberParseException as reason:
        too_short = reason.error_type in (
            phonenumbers.NumberParseException.TOO_SHORT_NSN,
            phonenumbers.NumberParseException.TOO_SHORT_AFTER_IDD,
        )
        too_long = reason.error_type == phonenumbers.NumberParseException.TOO_LONG
        raise BadPhone("too_short" if too_short else "too_long" if too_long else "not_possible") from None
    _refuse_impossible(number)
    return Phone(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _refuse_impossible(number: "PhoneNumber") -> None:
    import phonenumbers

    result = phonenumbers.is_possible_number_with_reason(number)
    too_short = (phonenumbers.ValidationResult.TOO_SHORT, phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY)
    if result in too_short:
        raise BadPhone("too_short")
    if result == phonenumbers.ValidationResult.TOO_LONG:
        raise BadPhone("too_long")
    if result != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise BadPhone("not_possible")


def is_fictional(phone: Phone) -> bool:
    """True for numbers reserved for drama and tests. They are fine in a demo and never go to a real carrier."""
    if phone.e164.startswith("+46"):
        return bool(_FICTION_PATTERN.fullmatch(phone.e164)) and int(phone.e164[-3:]) in _SWEDISH_FICTION
    return bool(_FICTION_PATTERN.fullmatch(phone.e164) or _NANP_FICTION.fullmatch(phone.e164))


def is_unusual(phone: Phone) -> bool:
    """True where the numbering plans we know have no such number: worth a flag on a list, no reason to refuse."""
    import phonenumbers

    return not phonenumbers.is_valid_number(phonenumbers.parse(phone.e164))


def country_of(phone: Phone) -> str | None:
    """Two-letter country, or None where it can't be told. The first country of a shared code (+44, +1) if unsure."""
    digits = phone.e164
    code = _CODES.get(digits[1:3]) or _CODES.get(digits[1:2]) or _CODES.get(digits[1:4])
    if code is None:
        return None
    for length in code[1]:
        found = _SHARED.get(digits[1:length])
        if found:
            return found
    return code[0]


def _codes() -> tuple[dict[str, tuple[str, tuple[int, ...]]], dict[str, str]]:
    """The first country of each calling code with the ends of the longer prefixes that are others', longest first; and whose
    those are."""
    owners = {prefix: line[:2] for line in PREFIXES.split("\n") for prefix in line[2:].split()}
    shared = {p: name for p, name in owners.items() if any(p[:n] in owners for n in range(1, len(p)))}
    ends: dict[str, set[int]] = {}
    for prefix in shared:
        code = next(prefix[:n] for n in range(1, len(prefix)) if prefix[:n] in owners)
        ends.setdefault(code, set()).add(len(prefix) + 1)
    codes = {
        code: (name, tuple(sorted(ends.get(code, ()), reverse=True)))
        for code, name in owners.items()
        if code not in shared
    }
    return codes, shared


_CODES, _SHARED = _codes()


def is_country(code: str) -> bool:
    """Whether phones have numbers of this country (two letters, in capitals)."""
    import phonenumbers

    return code in phonenumbers.SUPPORTED_REGIONS


MOST_ZONES = 6  # a number that may be in more tells nothing (toll-free, satellites)


@lru_cache(maxsize=8192)
def zones_of(phone: Phone) -> tuple[str, ...]:
    """The time zones in which the number may be, as far as its area tells; empty where it tells nothing. People keep their
    numbers when they move: this is the best that is known, not where somebody is."""
    from phonenumbers import parse
    from phonenumbers.timezone import UNKNOWN_TIMEZONE, time_zones_for_number

    found = tuple(zone for zone in time_zones_for_number(parse(phone.e164)) if zone != UNKNOWN_TIMEZONE)
    return found if len(found) <= MOST_ZONES else ()
