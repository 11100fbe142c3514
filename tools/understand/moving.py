"""Lines as answers to other questions: what a text means wherever it is written is learned after every question.

Texts were written to the question that they usually follow. "Please cancel my appointment" after a survey, or "chest pain" after a menu of
numbers, would be news to a model that has never seen it there, and news sounds like danger to it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from zlib import crc32

from recado.conversations.understanding.meanings import Context, Meaning
from recado.conversations.understanding.reading import Text, read
from recado.foundation.text import words_of
from tools.understand.texts import Line

NEAR = "-near"  # in `by`: written close to what was mistaken
_IN_IDIOM = ("-nearb", "-nearc")  # from which the sums of the encoder were trained further
_LATER = ("-nearg", "-nearh", "-nearj", "-neark", "-nearl", "-nearm")  # from which its layers were, after that
_LIGHT = (
    "-nearh",
    "-nearj",
    "-neark",
    "-nearl",
    "-nearm",
)  # mostly short, and said after many questions: whole copies of them drown the others
_COPY_COUNTS = 0.4
_SHARE = 0.4  # of the other lines are moved once
_ALL = tuple(Context)
_MENUS = {Context.REMINDER: Context.REMINDER_MENU, Context.REMINDER_MENU: Context.REMINDER}
_BESIDE = (Context.NONE, Context.SURVEY, Context.REFILL_REMINDER)
# What means the same after every question, and how many words make it so.
_ANYWHERE = {
    Meaning.STOP: 2,
    Meaning.START: 3,
    Meaning.HELP: 3,
    Meaning.WRONG_NUMBER: 2,
    Meaning.LANGUAGE_CHANGE: 2,
    Meaning.RUNNING_LATE: 3,
    Meaning.SYMPTOM_OR_EMERGENCY: 2,
    Meaning.QUESTION: 3,
    Meaning.REFILL_REQUEST: 4,
    Meaning.THANKS: 2,
    Meaning.OTHER: 4,
}
_ANSWERS = ("YES", "OK", "NO", "COME", "TAKE", "DECLINE", "CONFIRM", "SCORE")


def is_in_idiom(line: Line) -> bool:
    """True for lines that are new to the encoder when its sums are trained further."""
    return any(one in line.by for one in _IN_IDIOM)


def is_later(line: Line) -> bool:
    """True for lines that are new to it when its layers are."""
    return any(one in line.by for one in _LATER)


def is_light(line: Line) -> bool:
    """True for lines of which copies count less."""
    return any(one in line.by for one in _LIGHT)


def counts_of(copies: Sequence[Line]) -> list[float]:
    """How much each moved line counts beside the lines as they were written, which count 1."""
    return [_COPY_COUNTS if is_light(line) else 1.0 for line in copies]


def held(line: Line) -> bool:
    """True for lines written close to mistakes that no model learns further from: thresholds are looked at on them."""
    return NEAR in line.by and crc32(line.by.encode()) % 6 == 0


def moved(lines: Sequence[Line]) -> Iterator[Line]:
    """At most one line more for each, after another question than its own; the same ones each time."""
    known = {(" ".join(words_of(line.text)), line.context, line.lang) for line in lines}
    for line in lines:
        dice = crc32(f"{line.lang}|{line.context}|{line.text}".encode())
        if NEAR not in line.by and dice % 1000 >= 1000 * _SHARE:
            continue
        places = [one for one in _places(line) if (" ".join(words_of(line.text)), str(one), line.lang) not in known]
        if places:
            yield replace(line, context=str(places[dice // 1000 % len(places)]))


def _places(line: Line) -> list[Context]:
    text, context, meaning = read(line.text, line.lang), Context(line.context), Meaning(line.intent)
    has_number = any(word.isdecimal() for word in text.words)
    if meaning in _ANYWHERE:
        if len(text.words) < _ANYWHERE[meaning] or (meaning is Meaning.OTHER and (has_number or text.has(*_ANSWERS))):
            return []
        return [one for one in _ALL if one is not context]
    if context not in _MENUS or has_number:
        return []
    return [_MENUS[context], *(_BESIDE if _tells_of_a_visit(text, meaning) else ())]


def _tells_of_a_visit(text: Text, meaning: Meaning) -> bool:
    """True where the words say what is cancelled or moved, so that it needs no question before it."""
    if len(text.words) < 4 or text.has("YES", "OK"):
        return False
    if meaning is Meaning.CANCEL:
        return text.has("CANCEL", "CANNOT") or any(text.is_denied(mark) for mark in text.of("COME"))
    return meaning is Meaning.RESCHEDULE and text.has("MOVE")
