"""Whom a private note names: "@Marta", "@Marta Kowal". Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

MARK = "@"


@dataclass(frozen=True, slots=True)
class Mention:
    """Where in a text somebody is named: from the mark to the end of the name."""

    start: int
    end: int
    user_id: UUID


def find(text: str, names: Mapping[UUID, str]) -> list[Mention]:
    """Every colleague whom a text names, in its order. A first name alone will do where only one person has it; the
    longest name that fits counts, in capitals or not. An address ("ben@clinic.example") names nobody."""
    calls = _calls(names)
    return list(_found(text, calls))


def _calls(names: Mapping[UUID, str]) -> list[tuple[str, UUID]]:
    """What each person answers to, the longest first."""
    firsts = Counter(_first(name) for name in names.values())
    alone = [(_first(name), user) for user, name in names.items() if firsts[_first(name)] == 1]
    whole = [(name.casefold(), user) for user, name in names.items()]
    return sorted((one for one in {*alone, *whole} if one[0]), key=lambda one: (-len(one[0]), one))


def _first(name: str) -> str:
    return name.split(" ", 1)[0].casefold()


def _found(text: str, calls: list[tuple[str, UUID]]) -> Iterator[Mention]:
    at = text.find(MARK)
    while at >= 0:
        after = at + 1
        if at == 0 or not text[at - 1].isalnum():
            for call, user in calls:
                end = after + len(call)
                if text[after:end].casefold() == call and not text[end : end + 1].isalnum():
                    yield Mention(at, end, user)
                    after = end
                    break
        at = text.find(MARK, after)
