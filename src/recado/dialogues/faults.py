"""What is wrong with a dialogue, found before it can be published. Pure. Each fault names the step and what to do."""

from collections.abc import Iterator

from recado.dialogues.gate import names_danger
from recado.dialogues.hearing import starts_of, wants_person
from recado.dialogues.types import (
    FACTS,
    NEXT,
    NO,
    QUESTIONS,
    SPEAKS,
    TO_PERSON,
    YES,
    Dialogue,
    Fault,
    Step,
    StepKind,
)
from recado.foundation.text import gettext_noop as _
from recado.foundation.text import words_of

MOST_STEPS = 20
MOST_CHOICES = 9  # they are answered by one digit each
LONGEST_TEXT, LONGEST_LABEL = 240, 40  # letters
LONGEST_WAIT = 72  # hours
LONGEST_KEY = 24

FAULTS: dict[str, str] = {
    "empty": _("There is no step yet. Add one."),
    "no_name": _("Give the dialogue a name."),
    "no_start": _("Nothing begins it. Give it words, or something that a patient may mean."),
    "short_start": _("A word that begins it has at least three letters: a shorter one stands in too many texts."),
    "danger_start": _("A phrase that begins it names a danger: that always goes to a person. Take it out."),
    "too_many": _("A dialogue has at most 20 steps. Hand over to a person sooner."),
    "same_key": _("Two steps have the same key."),
    "bad_key": _("A step's key has 1 to 24 letters a-z, digits or _, and is not “person”."),
    "no_wait": _("An answer is waited for between 1 and 72 hours."),
    "no_text": _("Write what it says in this language."),
    "long_text": _("A step says at most 240 letters."),
    "long_label": _("A choice has at most 40 letters."),
    "few_choices": _("Give at least two choices, one on each line."),
    "many_choices": _("Give at most nine choices."),
    "unequal_choices": _("Give as many choices in this language as in the first one."),
    "same_choice": _("Two choices are understood by the same words. Take them from one."),
    "person_word": _("These words ask for a person in every step. Take them from the choice."),
    "leads_back": _("A choice or a branch leads to a later step or to a person, never back."),
    "no_case": _("A branch needs at least one case."),
    "no_fact": _("A case asks for a choice of an earlier question, or for something that is known."),
    "never": _("No way leads to this step. Move it, or let a choice lead to it."),
    "bad_place": _(
        "It has a place that is not known, or a bracket that is not closed. The places stand below the text."
    ),
    "place_in_choice": _("Leave { } out of choices: what people write is compared with them."),
    "may_be_missing": _(
        "{name} and {when} may be missing: put each with the words around it in [[ ]]. They are left out together."
    ),
    "unfit_word": _(
        "A word in it frightens, sells, or tells an illness to whoever sees the phone. Open the step to see which."
    ),
    "unseen": _("Leave line breaks and control characters out."),
}


def faults(dialogue: Dialogue) -> list[Fault]:
    """Every fault of a dialogue; empty = it can be published."""
    if not dialogue.steps:
        return [Fault("", "empty")]
    found = [Fault("", code) for code in _of_dialogue(dialogue)]
    keys = [step.key for step in dialogue.steps]
    found += [Fault(key, "same_key") for key in sorted({key for key in keys if keys.count(key) > 1})]
    for at, step in enumerate(dialogue.steps):
        found += [Fault(step.key, code) for code in _of_step(dialogue, at, step)]
        for language in dialogue.languages:
            found += [Fault(step.key, code, language) for code in _of_saying(step, language)]
    reached = _reached(dialogue)
    found += [Fault(step.key, "never") for at, step in enumerate(dialogue.steps) if at not in reached]
    return found


def _of_dialogue(dialogue: Dialogue) -> Iterator[str]:
    if not dialogue.name.strip():
        yield "no_name"
    starts = starts_of(dialogue)
    if not starts and not dialogue.meanings:
        yield "no_start"
    if any(len("".join(phrase)) < 3 for phrase in starts):
        yield "short_start"
    if any(names_danger(one, language) for language, phrases in dialogue.words.items() for one in phrases):
        yield "danger_start"
    if len(dialogue.steps) > MOST_STEPS:
        yield "too_many"
    if not 1 <= dialogue.wait_hours <= LONGEST_WAIT:
        yield "no_wait"


def _of_step(dialogue: Dialogue, at: int, step: Step) -> Iterator[str]:
    key = step.key
    if not (0 < len(key) <= LONGEST_KEY and key.replace("_", "a").isalnum() and key.isascii() and key != TO_PERSON):
        yield "bad_key"
    later = {one.key for one in dialogue.steps[at + 1 :]} | {NEXT, TO_PERSON}
    if not {*step.then, *(case.then for case in step.cases)} <= later:
        yield "leads_back"
    if step.kind is StepKind.BRANCH:
        if not step.cases:
            yield "no_case"
        if not all(_is_askable(dialogue, at, case.fact, case.value) for case in step.cases):
            yield "no_fact"


def _is_askable(dialogue: Dialogue, at: int, fact: str, value: str) -> bool:
    if fact in FACTS:
        return value in (YES, NO)
    asked = next((one for one in dialogue.steps[:at] if one.key == fact and one.kind is StepKind.ASK), None)
    return asked is not None and value.isdecimal() and 1 <= int(value) <= asked.choices


def _of_saying(step: Step, language: str) -> Iterator[str]:
    saying = step.says.get(language)
    if saying is None or not saying.text.strip():
        if step.kind in SPEAKS:
            yield "no_text"
        return
    if not all(word.isprintable() for word in (saying.text, *saying.choices)):
        yield "unseen"
    if len(saying.text) > LONGEST_TEXT:
        yield "long_text"
    if step.kind is not StepKind.ASK:
        return
    if any(len(label) > LONGEST_LABEL for label in saying.choices):
        yield "long_label"
    if len(saying.choices) < 2:
        yield "few_choices"
    elif len(saying.choices) > MOST_CHOICES:
        yield "many_choices"
    elif len(saying.choices) != step.choices:
        yield "unequal_choices"
    said = [phrase for one in _phrases(step, language) for phrase in one]
    if len(said) > len(set(said)):
        yield "same_choice"
    if any(wants_person(" ".join(phrase)) for phrase in said):
        yield "person_word"


def _phrases(step: Step, language: str) -> Iterator[set[tuple[str, ...]]]:
    """What is understood for each choice, as words."""
    saying = step.says[language]
    for at, label in enumerate(saying.choices):
        own = saying.words[at] if at < len(saying.words) else ()
        yield {words for one in (label, *own) if (words := words_of(one))}


def _reached(dialogue: Dialogue) -> set[int]:
    """The places that some way leads to. Read forward once, since nothing leads back."""
    places = {step.key: at for at, step in enumerate(dialogue.steps)}
    found = {0}
    for at, step in enumerate(dialogue.steps):
        if at not in found or step.kind in (StepKind.END, StepKind.PERSON):
            continue
        targets = [*step.then, *(case.then for case in step.cases)]
        choices = step.choices if step.kind is StepKind.ASK else 0
        if step.kind not in QUESTIONS or len(step.then) < choices or not choices:
            targets.append(NEXT)
        found |= {at + 1 if target == NEXT else places[target] for target in targets if target in {NEXT, *places}}
    return found
