"""What somebody types to find a person, taken apart: words of a name, phones, last digits, record numbers, birth dates.

Pure. A number may be several things at once (a phone, a record number, last digits); whichever fits counts, and
everything that was typed must fit.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from recado.foundation.countries.values import MONTH_FIRST
from recado.foundation.crypto import name_words
from recado.foundation.phone import BadPhone, Phone, read_phone

MOST_TERMS = 6  # what one types at a counter is shorter; each costs two look-ups
PHONE_DIGITS = 6  # fewer are no whole phone number

_NUMBER = re.compile(r"[+(]?\d[\d()./–-]*")
_DAY_FIRST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[./-](\d{1,2})[./-](\d{1,2})")


@dataclass(frozen=True, slots=True)
class Term:
    """One number that must fit, in any of these ways."""

    records: tuple[str, ...] = ()
    phone: Phone | None = None
    last4: str = ""
    born: date | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom somebody looks for."""

    words: tuple[str, ...] = ()  # beginnings of words of the name, as typed
    terms: tuple[Term, ...] = ()
    records: tuple[str, ...] = ()  # or else the whole text as one record number

    @property
    def is_nothing(self) -> bool:
        return not (self.words or self.terms)


def read(query: str, country: str) -> Wanted:
    """Takes a query apart. `country` (two letters) says how phones and dates are written.

    >>> read("Łukasz 0321", "GB").words, read("Łukasz 0321", "GB").terms[0].last4
    (('Łukasz',), '0321')
    """
    pieces = _plain_digits(query).split()
    words = tuple(piece for piece in pieces if not any(c.isdigit() for c in piece) and name_words(piece))
    terms = tuple(_terms(pieces, country))[:MOST_TERMS]
    return Wanted(words, terms, _spellings(" ".join(pieces)))


def _terms(pieces: list[str], country: str) -> Iterator[Term]:
    run: list[str] = []
    for piece in [*pieces, ""]:
        if _NUMBER.fullmatch(piece) and _birth(piece, country) is None:
            run.append(piece)
            continue
        yield from _numbers(run, country)
        run = []
        if any(c.isdigit() for c in piece):
            yield Term(records=_spellings(piece), born=_birth(piece, country))


def _numbers(run: list[str], country: str) -> Iterator[Term]:
    """A phone that was typed with spaces is one number; anything else is one a piece."""
    phone = _phone(" ".join(run), country) if len(run) > 1 else None
    if phone is not None:
        yield Term(records=(*_spellings(" ".join(run)), *_spellings("".join(run))), phone=phone)
        return
    for piece in run:
        is_end = len(piece) == 4 and piece.isdigit()
        yield Term(records=_spellings(piece), phone=_phone(piece, country), last4=piece if is_end else "")


def _phone(text: str, country: str) -> Phone | None:
    if sum(c.isdigit() for c in text) < PHONE_DIGITS:
        return None
    try:
        return read_phone(text, country)
    except BadPhone:
        return None


def _birth(piece: str, country: str) -> date | None:
    if found := _YEAR_FIRST.fullmatch(piece):
        year, month, day = map(int, found.groups())
    elif found := _DAY_FIRST.fullmatch(piece):
        day, month, year = map(int, found.groups())
        if country in MONTH_FIRST:
            day, month = month, day
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _spellings(record: str) -> tuple[str, ...]:
    """Record numbers are kept as their source writes them; people type them in either case."""
    return tuple(dict.fromkeys((record, record.upper(), record.lower())))


def _plain_digits(text: str) -> str:
    return "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in text)
