"""What comes next in a dialogue. Pure: values in, values out.

A dialogue is a list that is only read forward: a choice or a branch leads to a later step or to a person, never back. So it
always ends, each question is put at most twice, and there is one open question or an end, never both and never neither.
"""

from collections.abc import Mapping

from recado.conversations.understanding.meanings import Understood
from recado.dialogues.gate import ends_it, in_step, is_for_person
from recado.dialogues.hearing import read_choice, wants_person
from recado.dialogues.types import (
    CAN_BOOK,
    HAS_DIRECTIONS,
    NEXT,
    QUESTIONS,
    TO_PERSON,
    YES,
    Case,
    Dialogue,
    Ending,
    Given,
    Move,
    Stand,
    Step,
    StepKind,
)

LONGEST_WORDS = 2_000  # letters of an answer that are kept
Facts = Mapping[str, str]
_NEEDS = {StepKind.BOOK: CAN_BOOK, StepKind.DIRECTIONS: HAS_DIRECTIONS}


def begin(dialogue: Dialogue, facts: Facts) -> Move:
    """From the first step to the first question, or to the end where it asks nothing."""
    return _on(dialogue, 0, {}, facts)


def hear(dialogue: Dialogue, stand: Stand, text: str, language: str, facts: Facts, said: Understood) -> Move:
    """What a text does to the question that waits. Unclear: asked once again, then a person. `said`: what it means by itself.
    Raises NoSuchStep where the dialogue has no such question."""
    step = dialogue.step(stand.at)
    if wants_person(text):
        return Move((), ending=Ending.HANDED)
    heard = take(step, text, language)
    if not (heard and heard.choice):  # what says nothing but a choice names no danger
        said = in_step(step, text, said, language)
        if ends_it(said):
            return Move((), ending=Ending.BROKEN_OFF)
        if is_for_person(step, text, said, (language,)):
            return Move((), ending=Ending.HANDED, heard=heard)
    if heard is None:
        if stand.is_again:
            return Move((), ending=Ending.HANDED, is_unclear=True)
        return Move((), asks=step, is_again=True, is_unclear=True)
    given = {**stand.given, step.key: heard}
    place = dialogue.place(step.key)
    target = step.then[heard.choice - 1] if 0 < heard.choice <= len(step.then) else NEXT
    return _jump(dialogue, place, target, given, facts, heard)


def take(step: Step, text: str, language: str) -> Given | None:
    """What a text answers to a question; None: it is unclear."""
    if step.kind is StepKind.WORDS:
        words = text.strip()[:LONGEST_WORDS]
        return Given(words=words) if words else None
    choice = read_choice(step, text, language)
    return None if choice is None else Given(choice)


def _jump(
    dialogue: Dialogue, place: int, target: str, given: Mapping[str, Given], facts: Facts, heard: Given | None
) -> Move:
    to = _after(dialogue, place, target)
    if to is None:
        return Move((), ending=Ending.HANDED, heard=heard)
    return _on(dialogue, to, given, facts, heard)


def _after(dialogue: Dialogue, place: int, target: str) -> int | None:
    """Where a jump lands; None: at a person. What leads back or nowhere, which no published dialogue holds, does so too."""
    if target == NEXT:
        return place + 1
    later = (at for at, step in enumerate(dialogue.steps) if at > place and step.key == target)
    return None if target == TO_PERSON else next(later, None)


def _on(dialogue: Dialogue, place: int, given: Mapping[str, Given], facts: Facts, heard: Given | None = None) -> Move:
    """Reads on from a place to the next question or the end."""
    says: list[Step] = []
    while place < len(dialogue.steps):
        step = dialogue.steps[place]
        if step.kind in QUESTIONS:
            return Move(tuple(says), asks=step, heard=heard)
        if step.kind is StepKind.END:
            return Move((*says, step), ending=Ending.DONE, task=step.task, heard=heard)
        if step.kind is StepKind.PERSON:
            return Move((*says, step), ending=Ending.HANDED, heard=heard)
        to: int | None = place + 1
        if step.kind is StepKind.BRANCH:
            target = next((case.then for case in step.cases if _is(case, given, facts)), NEXT)
            to = _after(dialogue, place, target)
        elif (need := _NEEDS.get(step.kind)) and facts.get(need) != YES:
            to = None  # there is no time to book, or no way to describe: a person helps
        else:
            says.append(step)
        if to is None:
            return Move(tuple(says), ending=Ending.HANDED, heard=heard)
        place = to
    return Move(tuple(says), ending=Ending.DONE, heard=heard)


def _is(case: Case, given: Mapping[str, Given], facts: Facts) -> bool:
    if case.fact in given:
        return str(given[case.fact].choice) == case.value
    return facts.get(case.fact) == case.value
