"""What to look at in a template before patients read it. Pure: a text and what is known, to findings with what to do.

A lint that blocks is about what must not leave (it can't be read, nobody knows who writes, it tells an illness); the others
are for a person to weigh. Words are data (`lint_words`); what countries ask is `checks`; what letters cost is `segments`.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from recado.consent.types import Privacy, Purpose
from recado.foundation.dates import Day, When
from recado.foundation.text import words_of

from . import checks
from .asking import asks_for_reply
from .commands import is_stop
from .lint_sentences import LINTS as LINTS
from .lint_sentences import Lint as Lint
from .lint_words import FEAR, HEALTH, PROMOTION, WORDS
from .segments import UnsendableText, costly_letters, measure
from .types import Severity
from .wording import (
    DEFAULT_LANGUAGE,
    MissingValue,
    Template,
    TemplateError,
    Value,
    always_needed,
    define,
    placeholders,
    render,
)

LONGEST = 1_600  # letters: carriers refuse longer ones
FIRST_WORDS = 5
SHORT_ENOUGH = 2  # parts: what two cost is said, what more cost is asked about
ABOUT_CARE = frozenset({"service", "medicine"})  # what the visit or the medicine is
TELLING = frozenset(
    {"when", "day", "place", "clinician", "hours", "minutes", "wait", "insurer", "reference"}
)  # where and when, and with whom
OF_CARE = ABOUT_CARE | {"when", "clinician", "visits", "minutes", "wait", "reference"}  # a visit, or an event of care
COMMANDS = frozenset({"START", "HELP", "AIDE", "INFO", "SMS"})  # beside those that end texts
_PIECES = re.compile(r"(\[\[|\]\]|\{[^{}]*\})")
_SHOUTED = re.compile(r"\b[^\W\d_]{4,}\b")
_URL = re.compile(r"\{link\}|https?://\S+|\bwww\.\S+", re.IGNORECASE)
_SENDER = re.compile(r"[^:.!?]{2,40}?\s?:")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at. `sentence` and `to_do` are translated where they are shown, then filled with `values`; `fix`: the
    template with the finding mended, where there is one way."""

    code: str
    severity: Severity
    sentence: str
    to_do: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    fix: str = ""

    @property
    def blocks(self) -> bool:
        return self.severity is Severity.REFUSE


@dataclass(frozen=True, slots=True)
class Ground:
    """What a text is held against. `longest`: the longest real value of each placeholder. `can_receive`: whether an answer to
    what the clinic sends comes back. `asks`: the text stands where an answer is waited for."""

    clinic: str
    short: str  # what neutral texts call the clinic where its name tells
    country: str
    longest: Mapping[str, Value]
    on: date
    can_receive: bool = True
    purpose: Purpose = Purpose.CARE
    stop_text: str = ""
    asks: bool = False
    always: frozenset[str] | None = None  # values that are never missing; None: nobody knows, or it doesn't matter
    told: frozenset[str] = frozenset()  # placeholders that may not be left out


@dataclass(frozen=True, slots=True)
class Length:
    """How long a text gets with the longest values. `room`: letters of one part, in its encoding."""

    text: str
    units: int
    parts: int
    room: int


def review(text: str, language: str, level: Privacy, ground: Ground) -> list[Finding]:
    """What to look at in one text, what blocks first."""
    read = _read(text, language, ground)
    if isinstance(read, Finding):
        return [read]
    template, length = read
    found = [
        *_of_sender(text, length.text, level, ground),
        *_of_words(text, language, ground.purpose),
        *_of_values(template, level, ground),
        *_of_asking(text, length.text, ground),
        *_of_letters(text),
        *_of_length(text, language, length, ground),
    ]
    return sorted(found, key=lambda one: not one.blocks)


def review_spoken(text: str, language: str, ground: Ground) -> list[Finding]:
    """As `review`, of a text in the midst of a conversation: whoever reads it has just written to the clinic and was told who
    answers, and what is asked there is the conversation's own matter."""
    read = _read(text, language, ground)
    if isinstance(read, Finding):
        return [read]
    found = [*unfit(text, language), *_of_letters(text), *_of_length(text, language, read[1], ground)]
    return sorted(found, key=lambda one: not one.blocks)


def unfit(text: str, language: str) -> list[Finding]:
    """Words that stand in no text about care: an illness, a threat, an offer."""
    return list(_of_words(text, language, Purpose.CARE))


def _read(text: str, language: str, ground: Ground) -> tuple[Template, Length] | Finding:
    try:
        template = define("text", {language: text}, ground.longest.keys())
    except TemplateError as error:
        return _found("unreadable", why=str(error).partition(": ")[2])
    try:
        return template, _length(template, language, ground)
    except (MissingValue, UnsendableText) as error:
        return _found("unreadable", why=str(error))


def review_all(
    texts: Mapping[Privacy, Mapping[str, str]], languages: Sequence[str], fallback: str = DEFAULT_LANGUAGE
) -> list[Finding]:
    """What is missing of a whole template: `texts` by level and language, `languages` those that the clinic offers."""
    neutral = texts.get(Privacy.NEUTRAL, {})
    found = [] if fallback in neutral else [_found("missing_neutral", language=fallback)]
    written = {language for variants in texts.values() for language in variants}
    return found + [_found("missing_language", language=one) for one in languages if one not in written]


def length_of(text: str, language: str, ground: Ground) -> Length:
    """How long a text gets with the longest values. Raises TemplateError, MissingValue, UnsendableText."""
    return _length(define("text", {language: text}, ground.longest.keys()), language, ground)


@lru_cache(maxsize=4_096)
def tells(name: str, language: str = DEFAULT_LANGUAGE) -> bool:
    """Whether a clinic's name tells what kind of clinic it is."""
    return _first_of(HEALTH, language, words_of(name)) is not None


@lru_cache(maxsize=4_096)
def tells_in_any(words: str) -> bool:
    """Whether words of the clinic's own tell an illness or a kind of clinic, in whichever language they are."""
    return any(tells(words, language) for language in WORDS[HEALTH])


def short_name(name: str, phone: str) -> str:
    """What a neutral text calls a clinic whose name tells: its initials, or its phone where there is but one word."""
    initials = "".join(word[0] for word in name.split() if word[0].isalnum()).upper()
    return initials if len(initials) > 1 else phone or initials


def name_at(level: Privacy, name: str, short: str, language: str) -> str:
    """What a text of this level calls the clinic."""
    return short if level is Privacy.NEUTRAL and short and tells(name, language) else name


@lru_cache(maxsize=256)
def _days(language: str, on: date) -> tuple[date, date]:
    """The days of the coming year whose names are cheapest and dearest in this language."""
    days = [on + timedelta(days=ahead) for ahead in range(366)]
    template = define("day", {language: "{when}"}, ("when",))

    def dearness(day: date) -> tuple[bool, int]:
        size = measure(render(template, language, {"when": _moment(day)}).text)
        return (size.encoding == "ucs2", size.units)

    return min(days, key=dearness), max(days, key=dearness)


def longest_day(language: str, on: date) -> date:
    """The day of the coming year whose name is dearest in this language."""
    return _days(language, on)[1]


def longest_when(language: str, on: date) -> When:
    """A moment on that day, at an hour of two digits."""
    return _moment(longest_day(language, on))


def longest_of(language: str, on: date, values: Mapping[str, Value]) -> dict[str, Value]:
    """`values` with the longest day and moment of a language."""
    return {**values, "when": longest_when(language, on), "day": Day(longest_day(language, on))}


def _moment(day: date) -> When:
    return When(datetime(day.year, day.month, day.day, 10, 30, tzinfo=UTC), "UTC")


def _length(template: Template, language: str, ground: Ground) -> Length:
    text = render(template, language, ground.longest).text
    size = measure(text)
    return Length(text, size.units, size.segments, 160 if size.encoding == "gsm7" else 70)


# ------------------------------------------------------------------------------------------------ the lints


def _of_sender(text: str, filled: str, level: Privacy, ground: Ground) -> Iterator[Finding]:
    names = [words_of(ground.clinic), *([words_of(ground.short)] if ground.short else [])]
    beginning = words_of(filled)[: FIRST_WORDS + len(names[0])]
    is_named = any(beginning[at : at + len(name)] == name for name in names for at in range(FIRST_WORDS) if name)
    is_neutral_name = level is Privacy.NEUTRAL and tells(ground.clinic) and _SENDER.match(text.strip())
    if not (is_named or is_neutral_name):
        yield _found("sender_first")
    if level is Privacy.NEUTRAL and "{clinic}" in text and tells(ground.clinic):
        yield _found("clinic_tells", short=ground.short)


def _of_words(text: str, language: str, purpose: Purpose) -> Iterator[Finding]:
    said = words_of(_PIECES.sub(_spoken, text))
    yield from _with_word("health_word", _first_of(HEALTH, language, said))
    yield from _with_word("fear", _first_of(FEAR, language, said))
    if purpose is not Purpose.NEWS:
        yield from _with_word("mixing", _first_of(PROMOTION, language, said))
        if re.search(r"\d\s?% ?(?:off\b|korting|rabatt?)|-\d+\s?%", text, re.IGNORECASE):
            yield _found("mixing", word="%")


def _spoken(piece: re.Match[str]) -> str:
    """What of a placeholder is said as it stands: the words of its plurals."""
    forms = piece[0].strip("{}").partition(",")[2] if ":" in piece[0] else ""
    return " " + " ".join(form.partition(":")[2] for form in forms.split("|")) + " "


def _of_values(template: Template, level: Privacy, ground: Ground) -> Iterator[Finding]:
    missing = always_needed(template) - ground.always if ground.always is not None else frozenset()
    if missing:
        yield _found("may_be_missing", names=_braced(missing))
    if left_out := ground.told - placeholders(template):
        yield _found("must_be_told", names=_braced(left_out))
    if ground.purpose is Purpose.NEWS and (of_care := placeholders(template) & OF_CARE):
        yield _found("care_in_news", names=_braced(of_care))
    telling = placeholders(template) & TELLING
    if level is Privacy.NEUTRAL and telling:
        yield _found("says_place", names=_braced(telling))
    about_care = placeholders(template) & ABOUT_CARE
    if level is not Privacy.CLINICAL and about_care and ground.always is not None:
        yield _found("says_what", names=_braced(about_care))


def _braced(names: Collection[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))


def _of_asking(text: str, filled: str, ground: Ground) -> Iterator[Finding]:
    asks = asks_for_reply(filled)
    links = len(_URL.findall(text))
    if links > 1 or (asks and links):
        yield _found("one_action")
    if ground.asks and not asks and not links:
        yield _found("answers_missing")
    if ground.purpose is Purpose.NEWS and checks.has_no_way_out(text, ground.country, ground.on):
        yield _found("no_way_out")
    problems = checks.check_wording(
        filled,
        sender_can_receive=ground.can_receive,
        purpose=ground.purpose,
        country=ground.country,
        on=ground.on,
        stop_text=ground.stop_text,
    )
    for problem in problems:
        yield Finding(problem.code, problem.severity, problem.sentence, "", problem.values)


def _of_letters(text: str) -> Iterator[Finding]:
    plain = _PIECES.sub(" ", text)
    shouted = [
        word for word in _SHOUTED.findall(plain) if word.isupper() and word not in COMMANDS and not is_stop(word)
    ]
    if shouted or "!!" in plain:
        yield _found("shouting", word=(shouted or ["!"])[0])


def _of_length(text: str, language: str, length: Length, ground: Ground) -> Iterator[Finding]:
    if len(length.text) > LONGEST:
        yield _found("too_long", letters=str(len(length.text)))
        return
    fix, letters = respelled(text)
    if fix != text:
        saved = _saved(text, fix, language, ground)
        if saved > 0:
            yield _found("costly_letters", fix=fix, letters=" ".join(letters), more=str(saved))
    if length.parts > SHORT_ENOUGH:
        yield _found("many_parts", parts=str(length.parts))


def _saved(text: str, fix: str, language: str, ground: Ground) -> int:
    """How many parts another spelling saves on days whose names cost nothing themselves."""
    day = _days(language, ground.on)[0]
    dated: dict[str, Value] = {"when": _moment(day), "day": Day(day)}
    longest = {**ground.longest, **{name: value for name, value in dated.items() if name in ground.longest}}
    cheap = replace(ground, longest=longest)
    try:
        return length_of(text, language, cheap).parts - length_of(fix, language, cheap).parts
    except TemplateError:  # the spelling would open a placeholder
        return 0


def respelled(text: str) -> tuple[str, list[str]]:
    """A template with every costly letter of its own replaced where another does, and those letters. Placeholders and the
    marks of optional parts stay as they are."""
    pieces = _PIECES.split(text)
    own = "".join(pieces[::2])
    instead = {one.letter: one.instead for one in costly_letters(own) if one.instead is not None}
    for letter, other in instead.items():
        pieces[::2] = [piece.replace(letter, other) for piece in pieces[::2]]
    return "".join(pieces), list(instead)


# ------------------------------------------------------------------------------------------------ words


@lru_cache(maxsize=64)
def _listed(kind: str, language: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    """The entries of a language and of English, as words, by the first letter."""
    tags = {language.partition("-")[0].lower(), DEFAULT_LANGUAGE}
    by_letter: dict[str, list[tuple[str, ...]]] = {}
    for entry in (one.split() for tag in tags for one in WORDS[kind].get(tag, "").split(",")):
        if entry:
            by_letter.setdefault(entry[0][:1], []).append(tuple(entry))
    return {letter: tuple(found) for letter, found in by_letter.items()}


def _first_of(kind: str, language: str, said: Collection[str]) -> str | None:
    """The first word or words of a list that a text says."""
    spoken = tuple(said)
    for at, word in enumerate(spoken):
        for entry in _listed(kind, language).get(word[:1], ()):
            heard = spoken[at : at + len(entry)]
            if len(heard) == len(entry) and all(map(_is_word, entry, heard)):
                return " ".join(heard)
    return None


def _is_word(entry: str, word: str) -> bool:
    return word.startswith(entry[:-1]) if entry.endswith("*") else word == entry


def _with_word(code: str, word: str | None) -> Iterator[Finding]:
    if word is not None:
        yield _found(code, word=word)


def _found(code: str, fix: str = "", **values: str) -> Finding:
    lint = LINTS[code]
    return Finding(code, lint.severity, lint.sentence, lint.to_do, values, fix)
