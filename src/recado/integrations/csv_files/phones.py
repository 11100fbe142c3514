"""Phone cells: numbers as people type them, and as a spreadsheet damaged them.

What can be put right for certain is put right; where a digit is gone the row stays out, because one wrong digit
tells a stranger about somebody's visit.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext_noop as _

from recado.foundation.phone import BadPhone, Phone, is_fictional, is_unusual, read_phone
from recado.integrations.csv_files.types import CellTrouble, mask
from recado.integrations.csv_files.words import NO_PHONE, plain

_FORMULA = re.compile(r'="?([^"]*)"?')
_LABEL = re.compile(
    r"(?:mobile|mob|mobiel|cell|phone|tel|tél|téléphone|telefoon|telefon|teléfono|telp|hp|wa|gsm|kom|kom[óo]rka|"
    r"portable|port|m[óo]vil|m[óo]v|m|t|p)\s*(?:[.:]+\s*|\s+)(?=[+(\d])",
    re.IGNORECASE,
)
_SCIENTIFIC = re.compile(r"\+?(\d)(?:[.,](\d+))?\s?[eE]\+?(\d{1,2})")
_DECIMAL_TAIL = re.compile(r"(\+?\d{6,15})[.,]0{1,2}")
_TRUNK_ZERO = re.compile(r"^((?:\+|00)\d{1,3}[\s.\-]*)\(\s*0\s*\)")
_EXTENSION = re.compile(r"\s*(?:ext\.?|extension|poste|toestel|wewn\.?|x)\s*\d{1,5}$", re.IGNORECASE)
_TWO_NUMBERS = re.compile(
    r"\s*(?:[/;|\n]|,(?!\d+\s?[eE]\+?\d)|\s(?:or|ou|lub|of|o|atau|et|and|en|i|y|dan)\s|&)\s*", re.IGNORECASE
)
_NOISE = re.compile(r"[\s\u00a0\u202f\u2009.\-–—‑()\[\]/]+")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_DIGIT = re.compile(r"\d")

# National numbers whose shape leaves no doubt: trunk zero optional, since spreadsheets drop it. The rest goes to
# `read_phone`. (ITU-T E.164 country code, pattern of the national significant number.)
_NATIONAL: dict[str, tuple[str, re.Pattern[str]]] = {
    "GB": ("+44", re.compile(r"0?(7[1-9]\d{8})")),
    "FR": ("+33", re.compile(r"0?([67]\d{8})")),
    "NL": ("+31", re.compile(r"0?(6\d{8})")),
    "PL": ("+48", re.compile(r"([4-8]\d{8})")),
    "ES": ("+34", re.compile(r"([67]\d{8})")),
    "ID": ("+62", re.compile(r"0?(8\d{8,10})")),
}
# Mobile ranges of the same countries, by whole number: enough to choose between two numbers in one cell.
_MOBILE = re.compile(
    r"\+(?:447[1-57-9]\d{8}|33[67]\d{8}|316\d{8}|48(?:45|5[0137]|6[069]|7[2389]|88)\d{7}|34[67]\d{8}|628\d{8,10}|"
    r"324[5-9]\d{7}|3538\d{8}|4915\d{8,9}|491[67]\d{8,9}|3519\d{8}|393\d{8,9}|1\d{10})"
)
_FIXED = re.compile(r"\+(?:44[12]\d{8,9}|33[1-59]\d{8}|31[1-57]\d{8}|34[89]\d{8})")

# Whole lengths of mobile numbers, sign included: the library takes `07700 900` for a possible short number.
_MOBILE_LENGTHS = {"+447": 13, "+336": 12, "+337": 12, "+316": 12, "+346": 12, "+347": 12, "+48": 12}

_FIX = _("Write one number like %(example)s; a number from abroad starts with + and its country code.")
_CUT_FIX = _("Format the column as text and export again; write the number like %(example)s.")
_REASONS = {
    "phone_cut": _("The spreadsheet has cut this number and digits are lost (it looks like %(shape)s)."),
    "phone_letters": _("There are letters or signs in this phone number (it looks like %(shape)s)."),
    "phone_length": _("This phone number has too few or too many digits (it looks like %(shape)s)."),
    "phone_impossible": _("No country has such a phone number (it looks like %(shape)s)."),
}
_EXAMPLES = {"GB": "07700 900123", "FR": "06 39 98 00 12", "other": "+44 7700 900123"}


@dataclass(frozen=True, slots=True)
class PhoneCell:
    """What a phone cell held. `is_fixed`: a landline, which can't be texted. `is_unusual`: no numbering plan we know
    has it, which is mostly a national number of another country than the clinic's."""

    phone: Phone | None
    is_fixed: bool = False
    is_unusual: bool = False


NO_NUMBER = PhoneCell(None)


@lru_cache(maxsize=16384)
def read(cell: str, country: str) -> PhoneCell:
    """The number to text out of one cell; none for an empty cell or a word for none. Raises `CellTrouble`."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", cell)).strip().lstrip("'’`").strip()
    formula = _FORMULA.fullmatch(text)
    text = formula[1].strip() if formula else text
    if not _DIGIT.search(text):
        if plain(text) in NO_PHONE:
            return NO_NUMBER
        raise _trouble("phone_letters", cell, country)
    if not text.strip("0 .,-"):
        return NO_NUMBER  # a zero for "none"
    parts = [part for part in _TWO_NUMBERS.split(text) if part]
    if len([part for part in parts if len(_DIGIT.findall(part)) >= 7 or _SCIENTIFIC.fullmatch(part)]) < 2:
        return _judge(_read_one(text, country))
    return _first_mobile(parts, country)


def _first_mobile(parts: list[str], country: str) -> PhoneCell:
    """Of several numbers the first mobile; the trouble of one does not spoil another."""
    trouble: CellTrouble | None = None
    fallback: PhoneCell | None = None
    for part in parts:
        try:
            found = _read_one(part, country)
        except CellTrouble as problem:
            trouble = trouble or problem
            continue
        if _MOBILE.fullmatch(found.e164):
            return PhoneCell(found)
        fallback = fallback or _judge(found)
    if fallback is None:
        raise trouble or _trouble("phone_letters", " ".join(parts), country)
    if trouble:
        raise trouble  # the mobile may be the one that can't be read
    return fallback


def _judge(phone: Phone) -> PhoneCell:
    if _MOBILE.fullmatch(phone.e164):
        return PhoneCell(phone)
    if _FIXED.fullmatch(phone.e164):
        return PhoneCell(phone, is_fixed=True)
    return PhoneCell(phone, is_unusual=is_unusual(phone) and not is_fictional(phone))


def _read_one(text: str, country: str) -> Phone:
    label = _LABEL.match(text)
    text = _EXTENSION.sub("", text[label.end() :] if label else text).strip().lstrip("'")
    scientific = _SCIENTIFIC.fullmatch(text)
    if scientific:
        text = _whole_number(scientific, text, country)
    decimal = _DECIMAL_TAIL.fullmatch(text)
    if decimal:
        text = decimal[1]
    text = _NOISE.sub("", _TRUNK_ZERO.sub(r"\1", text)).replace(",", "")
    if text.startswith("00"):
        text = "+" + text[2:]
    national = _NATIONAL.get(country)
    if national:
        found = national[1].fullmatch(text)
        if found:
            return Phone(national[0] + found[1])
    if any(c.isalpha() for c in text):
        raise _trouble("phone_letters", text, country)
    try:
        phone = read_phone(text, country)
    except BadPhone as problem:
        code = "phone_length" if problem.code in ("too_short", "too_long") else "phone_impossible"
        raise _trouble("phone_letters" if problem.code == "letters" else code, text, country) from None
    length = _MOBILE_LENGTHS.get(phone.e164[:4]) or _MOBILE_LENGTHS.get(phone.e164[:3])
    if length and len(phone.e164) != length:
        raise _trouble("phone_length", text, country)
    return phone


def _whole_number(found: re.Match[str], text: str, country: str) -> str:
    """`6.12345678E+08` still holds every digit; `6.12E+08` has lost six. Only the first may be used."""
    digits = found[1] + (found[2] or "")
    exponent = int(found[3])
    if len(digits) != exponent + 1:
        raise _trouble("phone_cut", text, country)
    return digits


def _trouble(code: str, value: str, country: str) -> CellTrouble:
    example = _EXAMPLES.get(country, _EXAMPLES["other"])
    fix = _CUT_FIX if code == "phone_cut" else _FIX
    return CellTrouble(code, _REASONS[code], fix, example=example, shape=mask(value))
