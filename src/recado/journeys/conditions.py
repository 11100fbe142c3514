"""Do a step's conditions hold, and which arm does chance or a branch choose? Pure."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from recado.journeys.types import Anchor, Answers, Arm, Condition, Facts, Known, Op

# What changes only together with the event or an answer, and then the journey is planned again: so these are asked when
# it is planned. Everything else is asked when the step is due.
TOLD_AT_ONCE = frozenset({"answered", "answer", "state"})
CONFIRMED = "confirmed"


def facts_of(anchor: Anchor, facts: Facts, answers: Answers, has_asked: bool) -> dict[str, Known]:
    """Everything a condition may ask but `answer`, by name."""
    return {
        **facts.known,
        **anchor.fields,
        "answered": bool(answers) or anchor.state == CONFIRMED,
        "state": anchor.state,
        "asked": has_asked,
    }


def holds(condition: Condition, known: Mapping[str, Known], answers: Answers) -> bool:
    """What nobody knows is neither this nor that: only IS_NOT holds."""
    if condition.fact == "answer":
        return (condition.value in answers) is (condition.op is Op.IS)
    value = known.get(condition.fact)
    match condition.op:
        case Op.IS:
            return value == condition.value
        case Op.IS_NOT:
            return value != condition.value
        case Op.AT_LEAST:
            return isinstance(value, int) and isinstance(condition.value, int) and value >= condition.value
        case Op.BELOW:
            return isinstance(value, int) and isinstance(condition.value, int) and value < condition.value


def first_unmet(
    conditions: Iterable[Condition], known: Mapping[str, Known], answers: Answers, *, at_once_only: bool
) -> Condition | None:
    """The first condition that does not hold; `at_once_only` leaves out what is asked when the step is due."""
    for condition in conditions:
        if at_once_only and condition.fact not in TOLD_AT_ONCE:
            continue
        if not holds(condition, known, answers):
            return condition
    return None


def draw(seed: bytes, key: str) -> float:
    """A number from 0 up to 1 that is the same for a run and a step however often it is asked."""
    digest = hashlib.blake2b(seed + key.encode(), digest_size=7).digest()
    return int.from_bytes(digest) / (1 << 56)


def drawn_arm(arms: Sequence[Arm], seed: bytes, key: str) -> str:
    """The arm of a variant that chance gives this run."""
    total = sum(arm.weight for arm in arms)
    point = draw(seed, key) * total
    for arm in arms:
        point -= arm.weight
        if point < 0:
            return arm.name
    return arms[-1].name


def chosen_arm(arms: Sequence[Arm], known: Mapping[str, Known], answers: Answers) -> str:
    """The first arm whose conditions hold; empty = none does."""
    for arm in arms:
        if first_unmet(arm.only_if, known, answers, at_once_only=False) is None:
            return arm.name
    return ""
