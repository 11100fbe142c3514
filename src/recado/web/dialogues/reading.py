"""What the forms of a dialogue say, as a dialogue. What can't be read stays as it was: the page shows it again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from django.http import QueryDict

from recado.clinics import queries as clinics
from recado.dialogues.queries import MOST_CHOICES
from recado.dialogues.types import (
    NEXT,
    TO_PERSON,
    Case,
    Dialogue,
    Saying,
    Silence,
    Step,
    StepKind,
    TaskFor,
)
from recado.surveys.queries import LANGUAGES
from recado.web.dialogues import words

LONGEST = 300  # letters of one field: more than is allowed, so that what is too long can be told of
MOST_WORDS = 60  # phrases of one language


def offered(clinic_id: UUID) -> tuple[str, ...]:
    """The languages that a dialogue of this clinic may have: the product's, and the clinic's."""
    return tuple(dict.fromkeys((*LANGUAGES, *clinics.clinic_settings(clinic_id).languages)))


def language_of(asked: str, content: Dialogue, clinic_id: UUID) -> str:
    """The language that is written: what was asked for where it is one, else the dialogue's first."""
    known = (*spoken(content), *offered(clinic_id))
    return asked if asked in known else next(iter(spoken(content)), "en")


def spoken(content: Dialogue) -> tuple[str, ...]:
    """The languages that stand in it, in the product's order."""
    return tuple(sorted({*content.languages, *content.words}, key=_place))


def _place(language: str) -> tuple[int, str]:
    return (LANGUAGES.index(language) if language in LANGUAGES else len(LANGUAGES), language)


def phrases(typed: str) -> tuple[str, ...]:
    """Words that stand with commas or on lines of their own, each once."""
    parts = (" ".join(part.split())[:80] for part in typed.replace("\n", ",").replace(";", ",").split(","))
    return tuple(dict.fromkeys(part for part in parts if part))[:MOST_WORDS]


def started(sent: QueryDict, content: Dialogue, language: str) -> Dialogue:
    """The dialogue with its name, what begins it and how long it waits."""
    begins = {**content.words, language: phrases(sent.get("words", ""))}
    wait = sent.get("wait", "").strip()
    silence = sent.get("silence", "")
    return replace(
        content,
        name=" ".join(sent.get("name", content.name).split())[:80],
        words={code: said for code, said in begins.items() if said},
        meanings=tuple(one for one in words.MEANINGS if one in sent.getlist("meanings")),
        wait_hours=int(wait) if wait.isascii() and wait.isdecimal() and len(wait) < 4 else content.wait_hours,
        silence=Silence(silence) if silence in set(Silence) else content.silence,
    )


def step(sent: Mapping[str, str], content: Dialogue, old: Step, language: str) -> Step:
    """The step as its form says, in one language."""
    task = sent.get("task", "")
    made = replace(
        old,
        name=" ".join(sent.get("name", "").split())[:80],
        page=sent.get("page", old.page)[:24],
        task=TaskFor(task) if task in set(TaskFor) and old.kind is StepKind.END else TaskFor.NOBODY,
        cases=_cases(sent, content, old) if old.kind is StepKind.BRANCH else (),
    )
    if "text" not in sent:
        return made
    rows = _rows(sent) if old.kind is StepKind.ASK else []
    saying = Saying(
        " ".join(sent["text"].split())[:LONGEST],
        tuple(label for label, _words, _then in rows),
        tuple(said for _label, said, _then in rows) if any(said for _label, said, _then in rows) else (),
    )
    says = {**old.says, language: saying}
    if not saying.text and not saying.choices and (language != next(iter(old.says), language) or not content.languages):
        says.pop(language)  # emptied: this language is not spoken any more
    then = tuple(_target(content, old, then) for _label, _words, then in rows)
    return replace(made, says=says, then=then if any(then) else ())


def _rows(sent: Mapping[str, str]) -> list[tuple[str, tuple[str, ...], str]]:
    """The choices that have a label: label, words, where it leads."""
    found = []
    for at in range(MOST_CHOICES + 1):
        label = " ".join(sent.get(f"label-{at}", "").split())[:LONGEST]
        if label:
            found.append((label, phrases(sent.get(f"words-{at}", "")), sent.get(f"then-{at}", "")))
    return found


def _target(content: Dialogue, step: Step, wanted: str) -> str:
    """Where a choice may lead from here: what stands before is no choice, so it can't be chosen."""
    later = {one.key for one in content.steps[content.place(step.key) + 1 :]}
    return wanted if wanted in {TO_PERSON, *later} else NEXT


def _cases(sent: Mapping[str, str], content: Dialogue, step: Step) -> tuple[Case, ...]:
    found = []
    for at in range(MOST_CHOICES + 1):
        fact, _sign, value = sent.get(f"case-{at}", "").partition("=")
        if fact and value:
            found.append(Case(fact[:24], value[:3], _target(content, step, sent.get(f"then-{at}", ""))))
    return tuple(found)


def moved(content: Dialogue, key: str, by: int) -> Dialogue:
    """The step so many places down, or up below 0; no further than there are steps. Raises NoSuchStep."""
    place = content.place(key)
    steps = list(content.steps)
    held = steps.pop(place)
    steps.insert(min(max(place + by, 0), len(steps)), held)
    return replace(content, steps=tuple(steps))


def without(content: Dialogue, key: str) -> Dialogue:
    """Without the step; what led to it leads to the step below. Raises NoSuchStep."""
    content.place(key)

    def led(target: str) -> str:
        return NEXT if target == key else target

    kept = (
        replace(
            one,
            then=tuple(map(led, one.then)),
            cases=tuple(replace(case, then=led(case.then)) for case in one.cases if case.fact != key),
        )
        for one in content.steps
        if one.key != key
    )
    return replace(content, steps=tuple(kept))


def added(content: Dialogue, kind: StepKind, behind: str, taken: Sequence[str]) -> tuple[Dialogue, str]:
    """With a new step behind another, or at the end; and its key, which no version has used."""
    key = next(name for number in range(1, 10_000) if (name := f"{kind.value}_{number}") not in taken)
    says = {language: Saying() for language in (content.languages or tuple(content.words)[:1] or ("en",))}
    new = Step(key, kind, says=says if kind in (StepKind.ASK, StepKind.WORDS, StepKind.SAY) else {})
    places = [at for at, one in enumerate(content.steps) if one.key == behind]
    at = places[0] + 1 if places else len(content.steps)
    return replace(content, steps=(*content.steps[:at], new, *content.steps[at:])), key
