"""Whether a text may change something by itself, once it is read: a model alone changes nothing. Pure."""

import re
from dataclasses import dataclass

from .bare import MENU, Found
from .ending import names_texts
from .lexicon import lines_of, parsed, phrase_of
from .meanings import VISITS, Context, Meaning
from .phrases import Spotter
from .reading import Text
from .rules import is_conditional
from .stops import goes_on
from .wishes import one_score

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
_SHORT = 3  # words
_EXACT = 0.75  # so sure an exact table must be; a bare "no" is
_WITHOUT_WORDS = 0.93  # so sure the model must be where no word of the tables says it
_STOPS_WHAT = 0.95  # the same for a STOP without a word for texts
_IN_THAT_WORD = 0.6  # where a yes is said in the word "confirm" itself
_BOTH_SURE = 0.88  # the same where both models say it
_BOTH_QUITE_SURE = 0.95  # and where a "but" may only stand before what counts: "couldn't before but now I can"
_CERTAIN = 0.98  # and where words that usually speak against it stand in a text that has no condition
_TOGETHER = 0.1  # so much less sure where both models say the same
_ALONE = 0.9  # so sure the model must be where rules say otherwise
_LONGEST = 25  # words; a longer text that cancels or confirms says something else too
# What must stand in a text, and what must not, before a yes or no acts: a model alone changes nothing.
_FOR_YES, _FOR_NO = ("YES", "OK", "CONFIRM", "COME", "TAKE"), ("CANCEL", "CANNOT", "NOT", "NO", "DECLINE")
_MOVES = ("MOVE", "BOOK", "LATER", "EARLIER")
_OTHER_TIME = (*_MOVES, "BETTER", "DAY", "DAYREL", "QUESTION")
_ASIDE = ("REFILL", "MEDICINE", "SYMPTOM", "STOPWORD", "NOTME")  # it says something else too
EVIDENCE = {
    Meaning.CONFIRM: (_FOR_YES, (*_FOR_NO, *_ASIDE, "LATE", "ONWAY", "SCORE")),
    Meaning.CANCEL: (_FOR_NO, ("YES", "CONFIRM", "LATE", "ONWAY", "MOVE", "LATER", "BOOK", "STOPWORD")),
    Meaning.ACCEPT_OFFER: (_FOR_YES, (*_FOR_NO, *_ASIDE)),
    Meaning.DECLINE_OFFER: (_FOR_NO, ("YES", "TAKE", "LATER", "MOVE", *_ASIDE[2:])),
}
# After these a yes or no needs no more words to say what it is of.
_ASKED: dict[Meaning, frozenset[Context]] = {
    Meaning.CANCEL: frozenset(VISITS),
    **dict.fromkeys(
        (Meaning.CONFIRM, Meaning.ACCEPT_OFFER, Meaning.DECLINE_OFFER), frozenset(Context) - {Context.NONE}
    ),
}
_UNASKED = 0.95  # so sure where nothing was asked about a visit, and the text itself names one
_CONTRARY = Spotter(phrase for line in lines_of("contrary.txt") for phrase in parsed(line))
_CANCELLATION = Spotter(
    phrase_of(phrase)
    for phrase in (
        "cancellation; cancelation; annulation; annulering; afzegging; rezygnacj*; odwołanie; cancelación; anulación; pembatalan; absage; stornierung; "
        "disdetta; annullamento; cancellazione; cancelamento; anulação; desmarcação"
    ).split(";")
)
_BUSY = Spotter(phrase for line in lines_of("busy.txt") for phrase in parsed(line))
_NONE_LEFT = Spotter(
    phrase_of(phrase)
    for phrase in (
        "none left; got none; have none; haven't got any; run out; ran out; j'en ai plus; n'en ai plus; il ne m'en reste plus; heb ze niet meer; heb er geen meer; "
        "nie mam już; nie mam juz; no me quedan; no tengo más; no tengo mas; sudah habis; udah habis; habis; hab keine mehr; habe keine mehr; ne ho più; ne ho piu; "
        "finite; não tenho mais; nao tenho mais; acabaram"
    ).split(";")
)
_UNSAID = Spotter(
    phrase_of(phrase)
    for phrase in (
        "wish i could; wish i was able; if only; would have loved; would've loved; yeah right; yea right; as if; j'aurais bien voulu; j'aurais bien aimé; si seulement; "
        "had graag gewild; had ik maar; kon ik maar; szkoda że nie; gdybym mogła; gdybym mógł; ojalá pudiera; ojala pudiera; andai bisa; coba bisa; seandainya bisa; "
        "wenn ich nur könnte; hätte gern; magari potessi; quem me dera; me late"
    ).split(";")
)
# Beside a menu of numbers: a day of the month, and how many come.
_DATED = re.compile(r"\b(?:le|el|il|der|den|am|dia|día|tgl|tanggal|dnia|the)\s+[1-3]\b", re.I)
_COUNTED = re.compile(
    r"\b(?:vamos|somos|seremos|iremos|siamo|saremo|kami ber|kita ber|jest nas|serons|wir sind|zijn met|we are)\s+[1-3]\b",
    re.I,
)
_NO_NEED = Spotter(phrase for line in lines_of("no_need.txt") for phrase in parsed(line))


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


def says(text: Text, meaning: Meaning) -> bool:
    """True where words of the tables say it, and none the contrary."""
    words_for, words_against = EVIDENCE[meaning]
    return text.has(*words_for) and not text.has(*words_against)


def asks_who(text: Text) -> bool:
    """True where somebody asks who writes, and does not say that they are somebody else."""
    return text.has("WHO") and not text.has("WRONG", "NOTME")


def is_exact(seen: Seen, context: Context, meaning: Meaning) -> bool:
    """True where an exact table said it, which acts by itself; a bare "no" to a menu may mean no change."""
    if seen.bare is None or seen.bare[0] is not meaning or meaning not in THRESHOLDS:
        return False
    return seen.bare[1] >= _EXACT and not (
        meaning is Meaning.CANCEL and seen.bare[1] < 0.9 and context is Context.REMINDER_MENU
    )


def acts(seen: Seen, context: Context, meaning: Meaning, confidence: float, *, united: bool) -> bool:
    """True where a text that means this so surely may act on it. `united`: the linear model and the encoder each think so."""
    text = seen.text
    bound = THRESHOLDS.get(meaning, 2.0) - (_TOGETHER if united and meaning in EVIDENCE else 0.0)
    if meaning is Meaning.CONFIRM and text.plainly("CONFIRM") and says(text, meaning):
        bound = min(bound, _IN_THAT_WORD)  # "I confirm, will call you later"
    if confidence < bound or len(text.words) > _LONGEST:
        return False
    if _is_barred(seen, context, meaning):
        return False
    if (
        meaning is Meaning.STOP
        and seen.stop is None
        and not (text.has("DONTWANT") or (names_texts(text) and text.has("STOPWORD")))
    ):
        return united and confidence >= _STOPS_WHAT  # "dejen de poner la tele tan alta", "am away, your messages wait"
    if meaning is Meaning.DECLINE_OFFER and context is Context.REFILL_REMINDER and _NONE_LEFT.places(text.words):
        return False  # "hab keine mehr" may want them the more
    if meaning not in EVIDENCE:
        return not _is_bare_wish(text, context, meaning)
    if meaning in (Meaning.CANCEL, Meaning.DECLINE_OFFER) and goes_on(text):
        return False  # "don't take me off the list"
    if context not in _ASKED[meaning] and not (united and _names_visit(text, meaning, confidence)):
        return False
    if _is_busy(text):
        return False
    if meaning is Meaning.CANCEL and (_days(text) > 1 or _CONTRARY.places(text.words)):
        return False  # "wouldn't dream of cancelling", "I'm off, no problem"
    is_certain = united and confidence >= _CERTAIN and not text.has("IF", "MAYBE", "BUT", "BETTER", *_MOVES)
    if not is_certain and _hangs(text, meaning, confidence, united=united):
        return False
    if meaning is Meaning.CONFIRM and _CANCELLATION.places(text.words):
        return False  # "I confirm the cancellation"
    if meaning is Meaning.CANCEL and (text.plainly("MOVE") or (text.plainly("ONWAY") and not text.plainly("CANCEL"))):
        return False  # "we better push it to next week", "nearly there, don't let them skip me"
    if meaning is Meaning.CANCEL and _says_yes(text) and not text.plainly("CANCEL"):
        return False  # "Mum says yes, she can't work the phone"
    if meaning is Meaning.CANCEL and seen.heard is not None and not united and not text.has("CANNOT"):
        return False  # an idiom with "cancel" in it may mean the contrary: "far be it from me to cancel"
    if not (_numbers_agree(text, context, meaning) if united else _has_no_numbers(text)):
        return False
    if united and confidence >= _BOTH_SURE:
        return True  # "don't cancel me, I'm definitely coming" is no cancel for all its words
    if seen.rule is not meaning and confidence < _ALONE and not united:  # else rules and model must agree
        return False
    if united or confidence >= _WITHOUT_WORDS:
        return not text.plainly(*EVIDENCE[meaning][1])
    return says(text, meaning)


def _is_barred(seen: Seen, context: Context, meaning: Meaning) -> bool:
    """True where a text says something that keeps this meaning from acting, however sure it is."""
    text = seen.text
    if meaning is Meaning.SURVEY_SCORE and one_score(seen.raw) is None:
        return True  # "my 2 kids loved it, 9"
    if meaning in EVIDENCE and context is Context.REMINDER_MENU and _DATED.search(seen.raw):
        return True  # "ok mais le 3 c'est férié": a day of the month
    if context is Context.REMINDER_MENU and _COUNTED.search(seen.raw):
        return True  # "vamos 2"
    if meaning in (Meaning.ACCEPT_OFFER, Meaning.CONFIRM, Meaning.RUNNING_LATE) and _UNSAID.places(text.words):
        return True  # "wish I could", "yeah right"; "me late" is Mexican for "I like it"
    if meaning is Meaning.REFILL_REQUEST and any(mark.start == 0 for mark in text.of("NO")):
        return True  # "no I'll pick it up myself"
    if sum(map(str.isalnum, seen.raw)) < 2:
        return True  # a smiley, a letter, a digit: only the tables and what was asked say what one means
    if text.asks and meaning not in _MAY_ASK:
        return True
    if meaning in EVIDENCE and context is Context.REMINDER_MENU and _chosen(text) not in (None, meaning):
        return True  # "1. no chance of me forgetting" chose the first
    if meaning in EVIDENCE and context is Context.REMINDER_MENU and len({"1", "2", "3"}.intersection(text.words)) > 1:
        return True  # "1 for me and 3 for my husband"
    if meaning is Meaning.RUNNING_LATE and context not in VISITS and not text.has("LATE", "ONWAY", "APPOINTMENT"):
        return True  # "cash in 5 minutes" is an advert
    if meaning is Meaning.RUNNING_LATE and text.plainly("CANCEL"):
        return True  # "cancel please, the motorbike has broken down"
    if meaning is Meaning.WRONG_NUMBER and asks_who(text):
        return True  # whoever may only ask who writes freezes no number
    if meaning is Meaning.START and (not text.has("START", "MESSAGES") or text.has("BOOK", "TAKE", "APPOINTMENT")):
        return True  # "book me in for the start of May" puts no texts on again
    if meaning is Meaning.START and text.has("STOPWORD", "DONTWANT") and text.has("NOT", "NO", "DONTWANT"):
        return True  # "don't turn them back on, I said STOP"
    # "Who is it for?" asks something that how this works doesn't answer.
    return meaning is Meaning.HELP and text.asks and not text.has("HELPWORD", "WHO")


def _chosen(text: Text) -> Meaning | None:
    """What a menu has under the number that a text begins with. A wish for another time may begin with one too: "3 pm would be better"."""
    first = text.words[0] if text.words else ""
    return MENU.get(int(first)) if first.isdecimal() and len(first) == 1 else None


def _says_yes(text: Text) -> bool:
    """True for a yes that is not "ya", which is "already" in Spanish and only polite at the end of Indonesian."""
    return any(text.words[mark.start : mark.end] != ("ya",) and not text.is_denied(mark) for mark in text.of("YES"))


def _names_visit(text: Text, meaning: Meaning, confidence: float) -> bool:
    """True for "please cancel my appointment on Friday", which needs no question before it."""
    said = {Meaning.CANCEL: ("CANCEL", "CANNOT"), Meaning.CONFIRM: ("CONFIRM",)}.get(meaning, ())
    return confidence >= _UNASKED and text.plainly(*said) and text.has("APPOINTMENT", "DAY", "DAYREL")


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
