"""From a text and what was asked before it to what it means, how sure that is, and whether it may act by itself. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from . import encoder, model
from .alarms import alarm_of, is_calm
from .bare import MENU, Found, read_bare
from .calm import is_laughed_at
from .days import clauses_of, kept_clear
from .features import features
from .lexicon import lines_of, parsed
from .meanings import VISITS, Asked, Context, Meaning, Understood
from .phrases import Spotter
from .reading import Text, read
from .rules import is_conditional, votes
from .stops import goes_on, is_no_stop, is_robust_stop
from .wishes import first_score, slots_of

# Below these a person reads it. Chosen by cross-validation: docs/reference/understanding.md.
THRESHOLDS: dict[Meaning, float] = {
    Meaning.CONFIRM: 0.80,
    Meaning.CANCEL: 0.85,
    Meaning.STOP: 0.80,
    Meaning.START: 0.90,
    Meaning.SURVEY_SCORE: 0.90,
    Meaning.ACCEPT_OFFER: 0.75,
    Meaning.DECLINE_OFFER: 0.75,
    Meaning.RESCHEDULE: 0.75,
    Meaning.RUNNING_LATE: 0.65,
    Meaning.REFILL_REQUEST: 0.70,
    Meaning.LANGUAGE_CHANGE: 0.80,
    Meaning.WRONG_NUMBER: 0.85,
    Meaning.THANKS: 0.75,
    Meaning.HELP: 0.85,
}
# What these do takes nothing away and is told at once, so they may be put as a question ("can it be Thursday?").
_MAY_ASK = frozenset(
    {Meaning.RESCHEDULE, Meaning.RUNNING_LATE, Meaning.REFILL_REQUEST, Meaning.LANGUAGE_CHANGE, Meaning.HELP}
)
_DANGER = (0.5, 0.15)  # of the model with the encoder, and without; signs by table alarm by themselves
_OF_A_VISIT = frozenset(
    {Meaning.CONFIRM, Meaning.CANCEL, Meaning.RESCHEDULE, Meaning.RUNNING_LATE, Meaning.REFILL_REQUEST}
)
_SURE, _DANGER_BESIDE = 0.8, 0.8  # so sure of a meaning, the models must be surer of a danger beside it
_NO_NAME = ("SYMPTOM", "BODY", "TAKE", "NUMWORD", "NOT", "NO", "CANNOT")  # says more than which medicine
_NOT_STOP = (
    Meaning.WRONG_NUMBER,
    Meaning.START,
    Meaning.SURVEY_SCORE,
)  # what "stop" may stand beside
_DANGEROUS = frozenset(
    {
        Meaning.HELP,
        Meaning.OTHER,
        Meaning.QUESTION,
        Meaning.THANKS,
        Meaning.SURVEY_SCORE,
    }
)
_SHORT = 3  # words
_ONLY_WHO = 4  # words: "who is this please" asks no more than that
_NOTHING = 0.3  # below it no meaning stands out
_EXACT = 0.75  # so sure an exact table must be; a bare "no" is
_WITHOUT_WORDS = 0.93  # so sure the model must be where no word of the tables says it
_PLAIN, _WITHOUT_ENCODER, _NO_DANGER = 4, 0.95, 0.03  # words, and likelihoods, where the encoder need not be asked
_BOTH_SURE = 0.88  # the same where both models say it
_BOTH_QUITE_SURE = 0.95  # and where a "but" may only stand before what counts: "couldn't before but now I can"
_TOGETHER = 0.1  # so much less sure where both models say the same
_ALONE = 0.9  # so sure the model must be where rules say otherwise
_LONGEST = 25  # words; a longer text that cancels or confirms says something else too
# What must stand in a text, and what must not, before a yes or no acts: a model alone changes nothing.
_FOR_YES, _FOR_NO = ("YES", "OK", "CONFIRM", "COME", "TAKE"), ("CANCEL", "CANNOT", "NOT", "NO", "DECLINE")
_MOVES = ("MOVE", "BOOK", "LATER", "EARLIER")
_OTHER_TIME = (*_MOVES, "BETTER", "DAY", "DAYREL", "QUESTION")
_ASIDE = ("REFILL", "MEDICINE", "SYMPTOM", "STOPWORD", "NOTME")  # it says something else too
_EVIDENCE = {
    Meaning.CONFIRM: (_FOR_YES, (*_FOR_NO, *_ASIDE, "LATE", "ONWAY", "SCORE")),
    Meaning.CANCEL: (_FOR_NO, ("YES", "CONFIRM", "LATE", "ONWAY", "MOVE", "LATER", "BOOK", "STOPWORD")),
    Meaning.ACCEPT_OFFER: (_FOR_YES, (*_FOR_NO, *_ASIDE)),
    Meaning.DECLINE_OFFER: (_FOR_NO, ("YES", "TAKE", "LATER", "MOVE", *_ASIDE[2:])),
}
_POSSESSIVE = re.compile(r"day['’]s\b", re.I)  # "Thursday's list" is of one Thursday
_CONTRARY = Spotter(phrase for line in lines_of("contrary.txt") for phrase in parsed(line))
_BUSY = Spotter(phrase for line in lines_of("busy.txt") for phrase in parsed(line))
_NO_NEED = Spotter(phrase for line in lines_of("no_need.txt") for phrase in parsed(line))
_REASONS = {
    Meaning.CONFIRM: "reads like somebody who comes",
    Meaning.CANCEL: "reads like somebody who doesn't come",
    Meaning.RESCHEDULE: "reads like a wish for another time",
    Meaning.RUNNING_LATE: "reads like somebody who comes late",
    Meaning.QUESTION: "reads like a question",
    Meaning.STOP: "reads like a wish for no more texts",
    Meaning.START: "reads like a wish for texts again",
    Meaning.HELP: "reads like somebody who asks how this works",
    Meaning.WRONG_NUMBER: "reads like somebody else's phone",
    Meaning.THANKS: "reads like thanks",
    Meaning.SURVEY_SCORE: "reads like a score",
    Meaning.ACCEPT_OFFER: "reads like a yes to the offer",
    Meaning.DECLINE_OFFER: "reads like a no to the offer",
    Meaning.REFILL_REQUEST: "reads like a wish for medicine",
    Meaning.SYMPTOM_OR_EMERGENCY: "reads like a complaint or an emergency",
    Meaning.LANGUAGE_CHANGE: "reads like a wish for another language",
    Meaning.OTHER: "reads like something else",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that tables and rules find in a text, before anything is decided."""

    raw: str
    context: Context
    text: Text
    bare: Found | None
    stop: str | None
    alarm: str | None
    rule: Meaning  # what rules alone would say
    features: dict[int, float]
    is_open: bool  # the encoder has something to say to it
    is_plain: bool  # rules and the linear model are so sure of the same that it hasn't
    heard: list[float] | None = None  # by the encoder; None where it is missing or nothing is left to it


def understand(
    raw: str,
    context: Context = Context.NONE,
    *,
    language: str | None = None,
    now: datetime | None = None,
) -> Understood:
    """What `raw` means as an answer to `context`: `understand_many` with one."""
    return understand_many([Asked(raw, context, language, now)])[0]


def understand_many(asked: Iterable[Asked]) -> list[Understood]:
    """What texts mean, in their order: the same as one by one, in less time, for the encoder reads them all at once."""
    known = list(asked)
    seen = hear([look(one.raw, one.context, one.language) for one in known])
    return [
        decide(one, one.context, wanted.now, month_first=wanted.month_first)
        for one, wanted in zip(seen, known, strict=True)
    ]


def see(raw: str, context: Context, language: str | None, *, with_encoder: bool = True) -> Seen:
    """Reads a text without deciding."""
    seen = look(raw, context, language)
    return hear([seen])[0] if with_encoder else seen


def hear(seen: Sequence[Seen]) -> list[Seen]:
    """The same with what the encoder hears, where it is there and has something to say."""
    asked = [(one.raw, one.context) for one in seen if one.is_open]
    listens = encoder.load() if asked else None
    if listens is None:
        return list(seen)
    heard = iter(listens.logits_of(asked))
    return [replace(one, heard=next(heard)) if one.is_open else one for one in seen]


def look(raw: str, context: Context, language: str | None) -> Seen:
    """What tables, rules and the words tell of a text."""
    text = read(raw, language)
    alarm = alarm_of(text)
    stop, said = is_robust_stop(text), votes(text, context)
    found = features(
        text,
        context,
        said,
        alarm=alarm is not None,
        stop=stop is not None,
        scores=first_score(raw) is not None,
    )
    bare = read_bare(raw, text, context, language)
    is_plain = bare is None and alarm is None and _is_plain(text, context, said[0][0], found)
    is_open = bare is None and not is_plain
    return Seen(raw, context, text, bare, stop, alarm, said[0][0], found, is_open, is_plain)


def _is_plain(text: Text, context: Context, rule: Meaning, found: dict[int, float]) -> bool:
    """True where rules and the linear model see the same in a short text, and no danger: the encoder would only take time."""
    if len(text.words) > _PLAIN or (rule in _EVIDENCE and not _says(text, rule)):
        return False
    alone = model.opinion(found, context)
    return alone.likely.get(rule, 0.0) >= _WITHOUT_ENCODER and alone.danger < _NO_DANGER


def _says(text: Text, meaning: Meaning) -> bool:
    words_for, words_against = _EVIDENCE[meaning]
    return text.has(*words_for) and not text.has(*words_against)


def decide(seen: Seen, context: Context, now: datetime | None, *, month_first: bool = False) -> Understood:
    """What was seen means this."""
    found = model.opinion(seen.features, context, seen.heard)
    if seen.bare is not None and seen.bare[0] is Meaning.HELP and "!" not in seen.raw:
        seen = replace(
            seen, alarm=None
        )  # AIUTO alone is the keyword that carriers want answered; "aiuto!" may be a cry
    alarm = seen.alarm
    meaning, confidence, reason, slots = _meant(seen, found.likely)
    if alarm is None and seen.bare is None and _is_heard(seen, found.danger, meaning, confidence):
        alarm = "the whole of it"
    if alarm is not None:
        reason = f"{reason}; may be an emergency: {alarm}"
    return Understood(
        meaning,
        round(confidence, 3),
        reason,
        {**slots_of(seen.raw, seen.text, meaning, now, month_first=month_first), **slots},
        acts=alarm is None
        and (
            _acts(seen, context, meaning, confidence, united=found.united or seen.is_plain)
            or _is_exact(seen, context, meaning)
        ),
        must_escalate=alarm is not None,
        language=seen.text.language,
    )


def _is_heard(seen: Seen, danger: float, meaning: Meaning, confidence: float) -> bool:
    """True where the models hear a danger that no table names."""
    bound = _DANGER[seen.heard is None]
    if meaning in _OF_A_VISIT and confidence >= _SURE:
        bound = max(bound, _DANGER_BESIDE)  # "not able to after all, I'm afraid"
    return danger >= bound and not (is_calm(seen.text) or is_laughed_at(seen.text) or _names_medicine(seen.text))


def _names_medicine(text: Text) -> bool:
    """True for "the paracetamol", an answer to which ones: how much was taken is not told."""
    return len(text.words) <= _SHORT and text.has("MEDICINE") and not text.has(*_NO_NAME)


def _meant(seen: Seen, likely: dict[Meaning, float]) -> Found:
    if seen.bare is not None:
        if seen.alarm and seen.bare[0] in _DANGEROUS:
            return Meaning.SYMPTOM_OR_EMERGENCY, 0.9, "names a danger", {}
        return seen.bare
    if seen.stop is not None and max(likely.get(other, 0.0) for other in _NOT_STOP) < 0.9:
        return Meaning.STOP, 0.96, seen.stop, {}
    if is_no_stop(seen.text):
        likely = {one: value for one, value in likely.items() if one is not Meaning.STOP}
    if _asks_who(seen.text) and len(seen.text.words) <= _ONLY_WHO:
        stranger = likely.get(Meaning.WRONG_NUMBER, 0.0)
        likely = {**likely, Meaning.WRONG_NUMBER: 0.0, Meaning.HELP: max(likely.get(Meaning.HELP, 0.0), stranger)}
    meaning = max(likely, key=lambda one: likely[one])
    if likely[meaning] < _NOTHING:
        meaning = Meaning.OTHER
    sure = likely.get(meaning, 0.0)
    if meaning is Meaning.CANCEL and seen.context in VISITS and _keeps_clear(seen):
        meaning, sure = Meaning.RESCHEDULE, sure + likely.get(Meaning.RESCHEDULE, 0.0)
    return meaning, sure, _REASONS[meaning], {}


def _keeps_clear(seen: Seen) -> bool:
    """True for "I can't do Mondays": whoever refuses a day as it comes round, and cancels nothing, wants another."""
    if seen.text.has("CANCEL"):
        return False
    for clause in clauses_of(_POSSESSIVE.sub("day", seen.raw)):
        text = read(clause, seen.text.language)
        if kept_clear(text.words, [at for mark in text.of("CANNOT") for at in (mark.start, mark.end - 1)]):
            return True
    return False


def _asks_who(text: Text) -> bool:
    """True where somebody asks who writes, and does not say that they are somebody else."""
    return text.has("WHO") and not text.has("WRONG", "NOTME")


def _is_exact(seen: Seen, context: Context, meaning: Meaning) -> bool:
    """True where an exact table said it, which acts by itself; a bare "no" to a menu may mean no change."""
    if seen.bare is None or seen.bare[0] is not meaning or meaning not in THRESHOLDS:
        return False
    return seen.bare[1] >= _EXACT and not (
        meaning is Meaning.CANCEL and seen.bare[1] < 0.9 and context is Context.REMINDER_MENU
    )


def _acts(seen: Seen, context: Context, meaning: Meaning, confidence: float, *, united: bool) -> bool:
    text = seen.text
    bound = THRESHOLDS.get(meaning, 2.0) - (_TOGETHER if united and meaning in _EVIDENCE else 0.0)
    if confidence < bound or len(text.words) > _LONGEST:
        return False
    if sum(map(str.isalnum, seen.raw)) < 2:
        return False  # a smiley, a letter, a digit: only the tables and what was asked say what one means
    if text.asks and meaning not in _MAY_ASK:
        return False
    if meaning is Meaning.WRONG_NUMBER and _asks_who(text):
        return False  # whoever may only ask who writes freezes no number
    if meaning is Meaning.STOP and seen.stop is None and not text.has("STOPWORD", "MESSAGES", "DONTWANT"):
        return united and confidence >= _WITHOUT_WORDS
    if meaning not in _EVIDENCE:
        return not _is_bare_wish(text, context, meaning)
    if meaning in (Meaning.CANCEL, Meaning.DECLINE_OFFER) and goes_on(text):
        return False  # "don't take me off the list"
    if context is Context.NONE or _hangs(text, meaning, confidence, united=united) or _is_busy(text):
        return False
    if meaning is Meaning.CANCEL and (context not in VISITS or _days(text) > 1 or _CONTRARY.places(text.words)):
        return False  # "wouldn't dream of cancelling", "I'm off, no problem"
    if meaning is Meaning.CANCEL and seen.heard is not None and not united and not text.has("CANNOT"):
        return False  # an idiom with "cancel" in it may mean the contrary: "far be it from me to cancel"
    if not (_numbers_agree(text, context, meaning) if united else _has_no_numbers(text)):
        return False
    if united and confidence >= _BOTH_SURE:
        return True  # "don't cancel me, I'm definitely coming" is no cancel for all its words
    if seen.rule is not meaning and confidence < _ALONE and not united:  # else rules and model must agree
        return False
    if united or confidence >= _WITHOUT_WORDS:
        return not text.plainly(*_EVIDENCE[meaning][1])
    return _says(text, meaning)


def _is_busy(text: Text) -> bool:
    """True for "at work, can't look at this now" and "I'm in class": what is so now says nothing of the visit."""
    places = _BUSY.places(text.words).items()
    busy = {at for phrase, starts in places for start in starts for at in range(start, start + len(phrase))}
    return bool(busy) and all(mark.start in busy or mark.end - 1 in busy for mark in text.of("CANCEL", "CONFIRM"))


def _is_bare_wish(text: Text, context: Context, meaning: Meaning) -> bool:
    """True for "the usual", where no medicine was spoken of, and for "nothing to move": no wish for what the models read in it."""
    if meaning is Meaning.REFILL_REQUEST:
        return context is not Context.REFILL_REMINDER and not text.has("MEDICINE", "REFILL", "NEED")
    if meaning is not Meaning.RESCHEDULE or text.has("CANNOT"):
        return False
    return bool(_NO_NEED.places(text.words)) or (text.has("MOVE") and not text.plainly("MOVE"))


def _days(text: Text) -> int:
    """How many days are named; "mon" is one in English only."""
    places = {one.start for one in text.of("DAY", "DAYREL")}
    return sum(text.language == "en" or text.words[at] != "mon" for at in places)


def _hangs(text: Text, meaning: Meaning, confidence: float, *, united: bool) -> bool:
    """True where a yes or no hangs on something. "Nothing has changed" doesn't, though it has a word for another time in it, nor does
    "annuleer maar"."""
    is_sure = united and confidence >= _BOTH_SURE
    if is_sure and meaning is Meaning.CANCEL and not text.has(*_OTHER_TIME):
        return text.has("IF", "MAYBE")
    if united and confidence >= _BOTH_QUITE_SURE and _is_whole(text, meaning):
        return False
    if text.asks or text.has("BUT", "IF", "MAYBE") or (text.has("MOVE") and not is_sure):
        return True
    return confidence < _ALONE and not united and is_conditional(text)


def _is_whole(text: Text, meaning: Meaning) -> bool:
    """True for "sorry but I've no way to get there" and "couldn't before but now I can": nothing is wished beside it."""
    if text.asks or text.has("IF", "MAYBE", "DAY", "DAYREL", *_MOVES):
        return False
    return meaning is Meaning.CANCEL or (_ends_in_yes(text) and not text.has("BETTER", "QUESTION"))


def _ends_in_yes(text: Text) -> bool:
    """True where a plain yes stands behind the last "but"."""
    last = max((mark.end for mark in text.of("BUT")), default=0)
    return any(mark.start >= last and not text.is_denied(mark) for mark in text.of(*_FOR_YES))


def _has_no_numbers(text: Text) -> bool:
    """False for a short text with a number in it: "not 3", "1 or 2"."""
    return len(text.words) > _SHORT or not any(word.isdecimal() for word in text.words)


def _numbers_agree(text: Text, context: Context, meaning: Meaning) -> bool:
    """True also for "3, so sorry": it begins with the number that a menu has for this."""
    if context is not Context.REMINDER_MENU or _has_no_numbers(text):
        return _has_no_numbers(text)
    numbers = [word for word in text.words if word.isdecimal()]
    return len(numbers) == 1 and text.words[0] == numbers[0] and MENU.get(int(numbers[0])) is meaning
