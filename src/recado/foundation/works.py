"""Values of whatever a clinic writes as a draft and publishes in versions: its state, its key, what may go wrong. Pure."""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import TypeVar

from recado.foundation.crypto import plain_letters

Said = TypeVar("Said")
LONGEST_KEY = 20  # of a name; a number may follow


class WorkState(StrEnum):
    """Stored."""

    DRAFT = "draft"  # never published
    LIVE = "live"
    ENDED = "ended"  # taken out of use; its versions stay


@dataclass(frozen=True, slots=True)
class Fault:
    """What keeps a work from being published: `code` is a key of its room's FAULTS; `language` where it is about one."""

    code: str
    language: str = ""


class NotPublishable(ValueError):
    """The draft has faults, or there is none; or nothing was ever published."""


class Overtaken(ValueError):
    """Somebody else has saved since what this was made from."""


class TooMany(ValueError):
    """The clinic has as many of them as it may."""


def key_of(name: str, noun: str) -> str:
    """A key that reads like the name; `noun` begins one that would not begin with a letter.

    >>> key_of("Où nous trouver ?", "page"), key_of("24 h", "page"), key_of("日本", "page")
    ('ou_nous_trouver', 'page_24_h', 'page')
    """
    letters = "".join(one if one.isascii() and one.isalnum() else "_" for one in plain_letters(name))
    words = "_".join(filter(None, letters.split("_")))[:LONGEST_KEY].strip("_")
    return words if words[:1].isalpha() else f"{noun}_{words}".strip("_")[:LONGEST_KEY]


def fresh_key(wanted: str, taken: Container[str]) -> str:
    """`wanted`, with the first number behind it that makes it free."""
    if wanted not in taken:
        return wanted
    return next(key for at in count(2) if (key := f"{wanted}_{at}") not in taken)


def in_order(said: Mapping[str, Said], languages: Iterable[str]) -> dict[str, Said]:
    """What is said by language, in this order, others behind. PostgreSQL sorts the keys of an object, and the first language is
    a work's own.

    >>> in_order({"en": "Yes", "fr": "Oui"}, ["pl", "fr"])
    {'fr': 'Oui', 'en': 'Yes'}
    """
    return {code: said[code] for code in dict.fromkeys((*languages, *said)) if code in said}


def faults_of(name: str, says: Mapping[str, Said], of: Callable[[Said], Iterable[str]]) -> list[Fault]:
    """Every fault of a work that says something in each language; `of`: the codes for what is said in one."""
    found = [Fault(code, language) for language, said in says.items() for code in of(said)]
    return found if name.strip() else [Fault("no_name"), *found]


def is_plain(text: str, also: str = "") -> bool:
    """Whether nothing in it is hidden: no control characters, but those of `also`.

    >>> is_plain("a\\nb"), is_plain("a\\nb", "\\n\\t")
    (False, True)
    """
    return all(one.isprintable() or one in also for one in text)
