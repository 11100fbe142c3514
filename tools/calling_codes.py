"""Writes src/recado/foundation/calling_codes.py from libphonenumber: `python -m tools.calling_codes` (some minutes).

Of a code that countries share every prefix is tried, deep enough to tell them apart, with several endings; what agrees is
joined. `tests/rooms/test_calling_codes.py` holds the table against the library, whose next release may know more.
"""

import random
from functools import cache
from itertools import product
from pathlib import Path

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

FILE = Path("src/recado/foundation/calling_codes.py")
# Digits behind the code that tell its countries apart.
DEPTHS = {1: 3, 7: 3, 39: 4, 44: 5, 47: 2, 61: 5, 212: 4, 262: 5, 290: 1, 358: 3, 590: 5, 599: 2}
DEEPEST = 7
ITALY = 39
NOWHERE = "001"  # satellites, shared-cost numbers: no country's
HEAD = '''"""Which country a number is of, by its first digits: made by `python -m tools.calling_codes` from libphonenumber %s.

A country, then the prefixes that are its own; the longest that fits decides. Codes of no country are not here.
"""

PREFIXES = """
%s
"""
'''


def region(code: int, national: str) -> str | None:
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(f"+{code}{national}"))
    except phonenumbers.NumberParseException:
        return None


@cache
def endings(code: int, depth: int) -> list[str]:
    """What may follow a prefix: each length that numbers of the code's first country have, several ways."""
    dice = random.Random(code)
    lengths = PhoneMetadata.metadata_for_region(COUNTRY_CODE_TO_REGION_CODE[code][0]).general_desc.possible_length
    made = []
    for length in sorted(one - depth for one in lengths if one > depth):
        made += [digit * length for digit in "025"]
        made += ["".join(dice.choices("0123456789", k=length)) for _ in range(5)]
    return made


def found(code: int) -> dict[str, str]:
    """The country of each prefix, where the library knows a number of it."""
    regions: dict[str, str] = {}
    first = "0123456789" if code == ITALY else "123456789"  # nobody else's numbers begin with a nought
    for digits in product(first, *["0123456789"] * (DEPTHS[code] - 1)):
        regions |= look(code, "".join(digits))
    return regions


def look(code: int, prefix: str) -> dict[str, str]:
    """The country of a prefix, or of longer ones where it is of several."""
    names = {name for tail in endings(code, len(prefix)) if (name := region(code, prefix + tail))}
    if len(names) > 1 and len(prefix) < DEEPEST:
        return {one: name for digit in "0123456789" for one, name in look(code, prefix + digit).items()}
    main = COUNTRY_CODE_TO_REGION_CODE[code][0]
    return dict.fromkeys([prefix] if names else [], names.pop() if len(names) == 1 else main)


def joined(regions: dict[str, str], main: str, prefix: str = "") -> dict[str, str]:
    """The fewest prefixes that say the same, those aside that the code itself says."""
    below = {name for one, name in regions.items() if one.startswith(prefix)}
    if below <= {main}:
        return {}
    if len(below) == 1:
        return {prefix: below.pop()}
    made: dict[str, str] = {}
    for digit in "0123456789":
        made |= joined(regions, main, prefix + digit)
    return made


def main() -> None:
    table: dict[str, list[str]] = {}
    for code, names in sorted(COUNTRY_CODE_TO_REGION_CODE.items()):
        if names[0] == NOWHERE:
            continue
        table.setdefault(names[0], []).append(str(code))
        if len(names) > 1:
            for prefix, name in joined(found(code), names[0]).items():
                table.setdefault(name, []).append(f"{code}{prefix}")
    lines = [f"{name} {' '.join(prefixes)}" for name, prefixes in sorted(table.items())]
    FILE.write_text(HEAD % (phonenumbers.__version__, "\n".join(lines)))


if __name__ == "__main__":
    main()
