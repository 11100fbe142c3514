"""From a text and what was asked before it to what it means, how sure that is, and whether it may act by itself. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from . import encoder, model
from .acting import EVIDENCE, Seen, acts, asks_who, is_exact, says
from .alarms import alarm_in, is_calm
from .bare import Found, read_bare
from .calm import is_laughed_at, is_of_a_thing, is_over_or_fun
from .days import clauses_of, kept_clear
from .ending import names_texts
from .features import features
from .meanings import VISITS, Asked, Context, Meaning, Understood
from .reading import Text, read
from .rules import votes
from .stops import is_no_stop, is_robust_stop, leaves_list
from .strangers import is_somebody_else
from .wishes import first_score, slots_of

_DANGER = (0.45, 0.15)  # of the model with the encoder, and without; signs by table alarm without it
_OF_A_VISIT = frozenset(
    {Meaning.CONFIRM, Meaning.CANCEL, Meaning.RESCHEDULE, Meaning.RUNNING_LATE, Meaning.REFILL_REQUEST}
)
_SURE = 0.8  # of a meaning
_DANGER_BESIDE = (0.6, 0.8)  # beside a meaning that is so sure; the words alone see danger in many of them
_DANGER_OVER = 0.9  # and where it says that something is over
_DANGER_ELSEWHERE = 0.97  # and where the only word for it is of a thing
# A sign by table stands alone, but in a question ("what are the signs of a stroke?") in which the encoder sees nothing. Behind a yes, a STOP or
# a score it sees nothing either, and there the tables are needed: "Yes please, he has a knife".
_NO_SIGN = 0.02
_ONLY_COMPLAINS, _DANGER_SEEN = 0.6, 0.1  # where nothing but a complaint is seen, less of a danger will do
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
_OF_OTHERS = (
    "CANCEL",
    "CANNOT",
    "MOVE",
    "APPOINTMENT",
    "DAY",
    "DAYREL",
    "WRONG",
    "NOTME",
)  # "3. Dezember passt nicht" is no score
_REFUSES = ("CANCEL", "CANNOT", "NO", "NOT", "DECLINE", "WORK", "FEELING", "SYMPTOM", "IF", "MAYBE")
_SHORT, _ONLY_A_TIME = 3, 6  # words
_ONLY_WHO = 4  # words: "who is this please" asks no more than that
_LISTED = frozenset({Context.CAMPAIGN, Context.SURVEY})
_READ_AS_STOP = (
    0.7  # below it, what no table calls one is seldom one: an answer sent while away, "ignore that last text"
)
_SEEN_BY_ONE = 0.72
_STRANGER = 0.4  # so likely a STOP or a wrong number must be together where somebody names who they are not
_SOME = 0.2  # of which so much a STOP: "I'm not Feeling well, wrong day" asks for nothing to end
_ONLY_A_SCORE = 0.9  # below it a danger beside a score is what counts: "6. nurse was nice. the wound has come open"
_SAID_BESIDE = 0.9  # beside an answer by number: "3. and forget my number"
_NOTHING = 0.3  # below it no meaning stands out
_HEARD_IN_PART = 0.2  # so likely a yes must be that is said in the word "confirm" beside something else
_UNSURE = 0.6  # below it the words of the tables count more than a model that sees nothing in a text
_PLAIN, _WITHOUT_ENCODER, _NO_DANGER = 4, 0.95, 0.03  # words, and likelihoods, where the encoder need not be asked
_POSSESSIVE = re.compile(r"day['’]s\b", re.I)  # "Thursday's list" is of one Thursday
_SENTENCE = re.compile(r"\s*([^.!?…]{3,60})[.!…]+\s+\S", re.S)
_COMES = frozenset({Meaning.CONFIRM, Meaning.RUNNING_LATE})
_SCORED = re.compile(r"\s*(?:10|\d)(?:\s*/\s*10)?\s*(?:[,;:!–—]|\.(?!\d))\s*[^\W\d]")  # "2. Waited an hour"
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
    alarm = alarm_in(raw, language, text)
    stop, said = is_robust_stop(text, raw), votes(text, context)
    if stop is None and context in _LISTED and leaves_list(text, raw):
        stop = "leaves the list"
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
    is_open = (bare is None or _says_more(bare, text)) and not is_plain
    return Seen(raw, context, text, bare, stop, alarm, said[0][0], found, is_open, is_plain)


def _is_plain(text: Text, context: Context, rule: Meaning, found: dict[int, float]) -> bool:
    """True where rules and the linear model see the same in a short text, and no danger: the encoder would only take time."""
    if len(text.words) > _PLAIN or (rule in EVIDENCE and not says(text, rule)):
        return False
    alone = model.opinion(found, context)
    return alone.likely.get(rule, 0.0) >= _WITHOUT_ENCODER and alone.danger < _NO_DANGER


def decide(seen: Seen, context: Context, now: datetime | None, *, month_first: bool = False) -> Understood:
    """What was seen means this."""
    found = model.opinion(seen.features, context, seen.heard)
    if seen.bare is not None and seen.bare[0] is Meaning.HELP and "!" not in seen.raw:
        seen = replace(
            seen, alarm=None
        )  # AIUTO alone is the keyword that carriers want answered; "aiuto!" may be a cry
    if seen.alarm is not None and seen.heard is not None and found.danger < _NO_SIGN and _only_asks(seen, found.likely):
        seen = replace(seen, alarm=None)  # "what are the signs of a stroke, is that covered in the talk?"
    alarm = seen.alarm
    meaning, confidence, reason, slots = _meant(seen, found.likely, united=found.united)
    if (
        alarm is None
        and (seen.bare is None or _says_more(seen.bare, seen.text))
        and _is_heard(seen, found.danger, meaning, confidence)
    ):
        alarm = "the whole of it"
    if alarm is not None and meaning is Meaning.SURVEY_SCORE and found.likely[meaning] < _ONLY_A_SCORE:
        meaning, reason = Meaning.SYMPTOM_OR_EMERGENCY, _REASONS[Meaning.SYMPTOM_OR_EMERGENCY]
        confidence = found.danger
    if alarm is not None:
        reason = f"{reason}; may be an emergency: {alarm}"
    return Understood(
        meaning,
        round(confidence, 3),
        reason,
        {**slots_of(seen.raw, seen.text, meaning, now, month_first=month_first), **slots},
        acts=alarm is None
        and (
            acts(seen, context, meaning, confidence, united=found.united or seen.is_plain)
            or is_exact(seen, context, meaning)
        ),
        must_escalate=alarm is not None,
        language=seen.text.language,
    )


def _only_asks(seen: Seen, likely: dict[Meaning, float]) -> bool:
    return seen.text.asks and likely[Meaning.QUESTION] >= _SURE


def _is_heard(seen: Seen, danger: float, meaning: Meaning, confidence: float) -> bool:
    """True where the models hear a danger that no table names."""
    bound, beside = _DANGER[seen.heard is None], _DANGER_BESIDE[seen.heard is None]
    if meaning in _OF_A_VISIT and confidence >= _SURE:
        if seen.text.has("FEELING") and not seen.text.has("SYMPTOM", "BODY"):
            return False  # "no longer need it, feeling much better"
        bound = max(bound, beside)  # "not able to after all, I'm afraid"
    if seen.context is Context.SURVEY and seen.text.has("GOOD") and not seen.text.has("SYMPTOM", "BODY"):
        bound = max(bound, beside)  # "everything was explained calmly"
    if len(seen.text.words) == 1 and not seen.text.has("SYMPTOM", "BODY"):
        bound = max(bound, _DANGER_OVER)  # a word that no table knows is news, and news sounds like danger
    if (
        is_over_or_fun(seen.text, "")
        or _is_off_work(seen.text)
        or (meaning is Meaning.RESCHEDULE and _keeps_clear(seen))
    ):
        bound = max(bound, _DANGER_OVER)  # "3 please, it went away by itself"
    if meaning is Meaning.SYMPTOM_OR_EMERGENCY and confidence >= _ONLY_COMPLAINS:
        bound = min(bound, _DANGER_SEEN)  # "mi madre está morada y respira como un pez"
    if is_of_a_thing(seen.text):
        bound = _DANGER_ELSEWHERE  # "my phone is dying, will answer later"
    return danger >= bound and not (is_calm(seen.text) or is_laughed_at(seen.text) or _names_medicine(seen.text))


def _is_off_work(text: Text) -> bool:
    """True for "said goodbye to everyone at work, I'm free all day now"."""
    return text.has("WORK") and text.plainly("TAKE") and not text.has("SYMPTOM", "BODY")


def _says_more(bare: Found, text: Text) -> bool:
    """True for "3 please, my chest feels odd": the number answers, and what stands behind it may be a danger."""
    return bare[0] in _OF_A_VISIT and len(text.words) > _SHORT and any(word.isdecimal() for word in text.words)


def _names_medicine(text: Text) -> bool:
    """True for "the paracetamol", an answer to which ones: how much was taken is not told."""
    return len(text.words) <= _SHORT and text.has("MEDICINE") and not text.has(*_NO_NAME)


def _meant(seen: Seen, likely: dict[Meaning, float], *, united: bool) -> Found:
    stops = likely.get(Meaning.STOP, 0.0)
    says_stop = seen.stop or stops >= _SAID_BESIDE
    if seen.bare is not None and not (says_stop and _says_more(seen.bare, seen.text)):  # "1. and then STOP texting"
        if seen.alarm and seen.bare[0] in _DANGEROUS:
            return Meaning.SYMPTOM_OR_EMERGENCY, 0.9, "names a danger", {}
        return seen.bare
    is_told = seen.stop is not None and (seen.alarm is None or names_texts(seen.text))  # "he won't stop hitting me"
    if seen.stop and is_told and max(likely.get(other, 0.0) for other in _NOT_STOP) < 0.9:
        return Meaning.STOP, 0.96, seen.stop, {}
    if (
        seen.alarm is None
        and seen.context is Context.SURVEY
        and _SCORED.match(seen.raw)
        and not seen.text.has(*_OF_OTHERS)
        and stops < _READ_AS_STOP
        and likely.get(Meaning.REFILL_REQUEST, 0.0) < _SAID_BESIDE
    ):
        return Meaning.SURVEY_SCORE, 0.9, "begins with a score", {}
    stranger = stops + likely.get(Meaning.WRONG_NUMBER, 0.0)
    if stops >= _SOME and stranger >= _STRANGER and is_somebody_else(seen.raw):  # "I've no son called Gerald, end this"
        return Meaning.WRONG_NUMBER, stranger, _REASONS[Meaning.WRONG_NUMBER], {}
    is_sure = stops >= _SAID_BESIDE
    asks_else = seen.text.asks and not (is_sure or seen.text.has("STOPWORD", "MESSAGES"))
    if is_no_stop(seen.text, seen.raw, is_sure=is_sure) or asks_else:
        likely = {one: value for one, value in likely.items() if one is not Meaning.STOP}
    if asks_who(seen.text) and len(seen.text.words) <= _ONLY_WHO:
        stranger = likely.get(Meaning.WRONG_NUMBER, 0.0)
        likely = {**likely, Meaning.WRONG_NUMBER: 0.0, Meaning.HELP: max(likely.get(Meaning.HELP, 0.0), stranger)}
    meaning = max(likely, key=lambda one: likely[one])
    if meaning is Meaning.STOP and likely[meaning] < _least_for_stop(seen.text, united=united):
        likely = {one: value for one, value in likely.items() if one is not Meaning.STOP}
        meaning = max(likely, key=lambda one: likely[one])
    if likely[meaning] < _NOTHING * sum(likely.values()):  # of what is left where it is no STOP
        meaning = Meaning.OTHER
    sure = likely.get(meaning, 0.0)
    if meaning is Meaning.OTHER and sure < _UNSURE and _takes_part(seen):
        meaning = Meaning.ACCEPT_OFFER
    if meaning is Meaning.SURVEY_SCORE and seen.rule is Meaning.WRONG_NUMBER:
        meaning, sure = Meaning.WRONG_NUMBER, likely.get(Meaning.WRONG_NUMBER, 0.0)  # "1, this is not my number"
    if meaning is Meaning.RESCHEDULE and _is_of_nothing_asked(seen):
        meaning = Meaning.OTHER
    confirms = likely.get(Meaning.CONFIRM, 0.0)
    if meaning is Meaning.OTHER and seen.context in VISITS and confirms >= _HEARD_IN_PART and _says_confirm(seen.text):
        meaning, sure = Meaning.CONFIRM, sure + confirms
    if meaning in _COMES and seen.context in VISITS and _opens_with_no(seen):
        meaning, sure = Meaning.CANCEL, likely.get(Meaning.CANCEL, 0.0)
    is_off = meaning is Meaning.CANCEL or (meaning is Meaning.SYMPTOM_OR_EMERGENCY and _is_no_complaint(seen))
    is_a_day = meaning is Meaning.CANCEL and _only_names_a_day(seen.text)
    if seen.context in VISITS and (is_a_day or (is_off and _keeps_clear(seen))):
        meaning, sure = Meaning.RESCHEDULE, sure + likely.get(Meaning.RESCHEDULE, 0.0)
    return meaning, sure, _REASONS[meaning], {}


def _least_for_stop(text: Text, *, united: bool) -> float:
    """How likely a STOP must be that no table calls one. Where only one model sees it, more, and more yet where no word is of texts or of
    ending: "wat moet ik doen zodat dit stopt, alles zit onder"."""
    if united:
        return _READ_AS_STOP
    return _SEEN_BY_ONE if text.has("STOPWORD", "DONTWANT") or names_texts(text) else _SAID_BESIDE


def _opens_with_no(seen: Seen) -> bool:
    """True for "I'm not coming. Waited 40 minutes last time": what is told behind it says why. "Not coming by car. I'll be there" comes."""
    found = _SENTENCE.match(seen.raw)
    if found is None or read(seen.raw[found.end() - 1 :], seen.text.language).has("COME", "CONFIRM", "ONWAY"):
        return False
    first = look(found[1], seen.context, seen.text.language)
    if first.text.has("CANCEL") and first.text.has("NO", "NOT", "CANNOT"):
        return False  # "no way I'd cancel"
    is_no = first.bare[0] is Meaning.CANCEL if first.bare else first.is_plain and first.rule is Meaning.CANCEL
    return is_no and len(first.text.words) > 1


def _takes_part(seen: Seen) -> bool:
    """True for "book me in for the booster", which the words say where the models see nothing in it."""
    text = seen.text
    return seen.context is Context.CAMPAIGN and text.plainly("TAKE") and not text.has("NO", "NOT", "CANNOT", "DECLINE")


def _is_of_nothing_asked(seen: Seen) -> bool:
    """True for "ok mais pas avant 10h" where no visit and no time was spoken of: whatever it is an answer to, it moves none."""
    text, asked = seen.text, seen.context in VISITS or seen.context is Context.WAITLIST_OFFER
    is_answer = text.has("OK", "YES") and not text.has("MOVE", "CANNOT", "BOOK", "APPOINTMENT", "DAY")
    return not asked and is_answer and len(text.words) <= _ONLY_A_TIME


def _is_no_complaint(seen: Seen) -> bool:
    """True where no word of the tables is of an illness: "bisa", Indonesian for "can", is venom too."""
    return seen.alarm is None and not seen.text.has("SYMPTOM", "BODY", "MEDICINE")


def _says_confirm(text: Text) -> bool:
    """True for "I confirm, will call you later"."""
    return text.plainly("CONFIRM") and says(text, Meaning.CONFIRM)


def _only_names_a_day(text: Text) -> bool:
    """True for "Thursday instead" in any words: whoever names a day and refuses nothing wants that day."""
    return len(text.words) <= _PLAIN and text.has("DAY") and not text.has(*_REFUSES)


def _keeps_clear(seen: Seen) -> bool:
    """True for "I can't do Mondays": whoever refuses a day as it comes round, and cancels nothing, wants another."""
    if seen.text.has("CANCEL"):
        return False
    for clause in clauses_of(_POSSESSIVE.sub("day", seen.raw)):
        text = read(clause, seen.text.language)
        if kept_clear(text.words, [at for mark in text.of("CANNOT") for at in (mark.start, mark.end - 1)]):
            return True
    return False
