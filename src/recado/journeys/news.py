"""What a person has not heard yet of an event that stands at its time: who will see them. Pure.

A change is told once, and not at all where it was changed back before anybody was told. What was told is kept as a mark beside
the step (`Done.arm`), one step for each telling: "clinician#0", "clinician#1".
"""

import hashlib
from collections.abc import Mapping

from recado.journeys.types import Anchor, Done


def mark(value: str) -> str:
    """What is kept of a value that was told: enough to know it again."""
    return hashlib.blake2b(value.encode(), digest_size=8).hexdigest()


def unsaid(anchor: Anchor, done: Mapping[str, Done], step: str) -> str:
    """The mark of the clinician that this step still has to tell of; empty: there is nothing to tell."""
    clinician = str(anchor.fields.get("clinician", ""))
    if anchor.clinician_was is None or not clinician:
        return ""
    told = [(number, done[key].arm) for number, key in _tellings(done, step) if done[key].is_over]
    known = max(told)[1] if told else ""
    return "" if mark(clinician) == (known or mark(anchor.clinician_was)) else mark(clinician)


def known_before(done: Mapping[str, Done], key: str) -> str:
    """What the person had been told before the telling of this key; empty: what they knew at first."""
    step, _, number = key.partition("#")
    told = [(at, done[one].arm) for at, one in _tellings(done, step) if done[one].is_over and at < int(number)]
    return max(told)[1] if told else ""


def is_last(done: Mapping[str, Done], key: str) -> bool:
    """Whether nothing was told since the telling of this key."""
    step, _, number = key.partition("#")
    return all(at <= int(number) for at, one in _tellings(done, step) if done[one].is_over)


def next_key(done: Mapping[str, Done], step: str) -> str:
    """The key of the next telling."""
    return f"{step}#{max((number for number, _ in _tellings(done, step)), default=-1) + 1}"


def _tellings(done: Mapping[str, Done], step: str) -> list[tuple[int, str]]:
    split = ((key, *key.partition("#")) for key in done)
    return [(int(number), key) for key, of, _, number in split if of == step and number.isdecimal()]
