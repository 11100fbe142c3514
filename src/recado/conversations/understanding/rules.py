"""What the notions of a text add up to: one reading of each meaning by rules, the same for every language. Pure.

Each rule says how strongly its notions speak for a meaning. The numbers order the rules; the model weighs what they found.
"""

from collections.abc import Iterator

from .meanings import OFFERS, VISITS, Context, Meaning
from .reading import Text
from .wishes import language_named

Vote = tuple[Meaning, float, str]  # for what, how strongly, why

_TIMES = ("DAY", "DAYREL", "DAYPART", "LATER", "EARLIER")
_POLITE = frozenset({"GREET", "THANKS", "SORRY"})


def votes(text: Text, context: Context) -> list[Vote]:
    """Everything that rules say of a text, the strongest first."""
    found = [
        *_texting(text),
        *_person(text),
        *_visit(text, context),
        *_coming(text, context),
        *_offer(text, context),
        *_medicine(text, context),
        *_asking(text, context),
    ]
    return sorted(found, key=lambda vote: -vote[1])


def is_only(text: Text, *notions: str) -> bool:
    """True where every word belongs to one of these notions."""
    covered = {at for mark in text.of(*notions) for at in range(mark.start, mark.end)}
    return bool(text.words) and len(covered) == len(text.words)


def is_conditional(text: Text) -> bool:
    """True for a yes that hangs on something: "but", "if", "maybe", a question, another time."""
    return text.asks or text.has("BUT", "IF", "MAYBE", "QUESTION", "MOVE", "BETTER")


def _texting(text: Text) -> Iterator[Vote]:
    if text.has("STOPWORD") and text.near("STOPWORD", "MESSAGES", 4) and not text.has("SYMPTOM"):
        yield Meaning.STOP, 0.9, "asks to stop the texts"
    elif text.has("DONTWANT") and text.near("DONTWANT", "MESSAGES", 4):
        yield Meaning.STOP, 0.88, "wants no more texts"
    elif text.has("STOPWORD") and len(text.words) <= 3 and not text.has(*_TIMES, "SYMPTOM", "TRAFFIC"):
        yield Meaning.STOP, 0.7, "says stop"
    if text.has("START") and text.near("START", "MESSAGES", 4) and not text.has("STOPWORD", "DONTWANT"):
        yield Meaning.START, 0.75, "wants texts again"
    elif text.has("START") and len(text.words) <= 3:
        yield Meaning.START, 0.7, "says start"
    if text.has("HELPWORD") and len(text.words) <= 6:
        yield Meaning.HELP, 0.6, "asks for help with the texts"
    if text.has("WHO"):
        yield Meaning.HELP, 0.5, "asks who writes"
    if text.near("LANGNAME", "LANGVERB", 4) or (text.has("LANGVERB") and language_named(text)):
        yield Meaning.LANGUAGE_CHANGE, 0.85, "names a language to write in"
    elif text.has("LANGNAME") and len(text.words) <= 4:
        yield Meaning.LANGUAGE_CHANGE, 0.7, "names a language"


def _person(text: Text) -> Iterator[Vote]:
    if text.near("WRONG", "NUMBER", 4):
        yield Meaning.WRONG_NUMBER, 0.92, "says that the number is wrong"
    elif text.has("NOTME"):
        yield Meaning.WRONG_NUMBER, 0.7, "says to be somebody else"
    elif text.has("WRONG") and len(text.words) <= 4:
        yield Meaning.WRONG_NUMBER, 0.6, "says that something is wrong"


def _visit(text: Text, context: Context) -> Iterator[Vote]:
    if text.plainly("CANCEL"):
        yield Meaning.CANCEL, 0.8 if not text.has("MOVE", "BETTER") else 0.5, "cancels"
    elif text.has("CANCEL") and context in VISITS:
        yield Meaning.CONFIRM, 0.7, "says not to cancel"
    if text.has("CANNOT") and context not in OFFERS:
        other = text.has("MOVE") or (text.has("BETTER") and text.has(*_TIMES))
        yield ((Meaning.RESCHEDULE, 0.75, "can't, and names another time") if other else (Meaning.CANCEL, 0.7, "can't"))
    if text.plainly("MOVE"):
        yield Meaning.RESCHEDULE, 0.78, "wants another time"
    elif text.has("BETTER") and text.has(*_TIMES):
        yield Meaning.RESCHEDULE, 0.66, "would rather come at another time"
    if text.has("LATE", "ONWAY"):
        yield (
            Meaning.RUNNING_LATE,
            0.72 if text.has("MINUTES", "TRAFFIC", "ONWAY") else 0.6,
            "comes late",
        )
    elif text.has("TRAFFIC") and text.has("MINUTES"):
        yield Meaning.RUNNING_LATE, 0.6, "is held up"


def _coming(text: Text, context: Context) -> Iterator[Vote]:
    if context not in VISITS and context is not Context.NONE:
        return
    denied = [mark for mark in text.of("COME") if text.is_denied(mark)]
    if denied and not text.has("MOVE", "LATE"):
        yield Meaning.CANCEL, 0.72, "doesn't come"
    elif text.plainly("CONFIRM", "COME") and not is_conditional(text):
        yield Meaning.CONFIRM, 0.74, "comes"
    elif (
        context in VISITS and text.has("YES", "OK") and not is_conditional(text) and not text.has("NO", "NOT", "CANNOT")
    ):
        yield Meaning.CONFIRM, 0.6, "says yes"
    elif context in VISITS and text.has("YES") and text.has("BUT", "IF") and text.has(*_TIMES, "MOVE"):
        yield Meaning.RESCHEDULE, 0.72, "says yes, but at another time"
    if context in VISITS and text.has("NO") and not text.has("YES", "QUESTION") and len(text.words) <= 4:
        yield Meaning.CANCEL, 0.55, "says no"


def _offer(text: Text, context: Context) -> Iterator[Vote]:
    if context not in OFFERS and context is not Context.REFILL_REMINDER:
        return
    if text.has("DECLINE", "CANNOT") or (text.has("NO") and not text.has("YES")):
        yield Meaning.DECLINE_OFFER, 0.75, "leaves it"
    if context is not Context.REFILL_REMINDER and not text.has("DECLINE", "CANNOT", "NO"):
        if text.plainly("TAKE", "CONFIRM", "COME") and not text.asks:
            yield Meaning.ACCEPT_OFFER, 0.75, "takes it"
        elif text.has("YES", "OK") and not is_conditional(text):
            yield Meaning.ACCEPT_OFFER, 0.7, "says yes"


def _medicine(text: Text, context: Context) -> Iterator[Vote]:
    if text.near("REFILL", "MEDICINE", 6) or (text.has("REFILL") and text.has("NEED")):
        yield Meaning.REFILL_REQUEST, 0.74, "wants medicine"
    elif text.has("MEDICINE") and text.has("NEED"):
        yield Meaning.REFILL_REQUEST, 0.6, "wants medicine"
    wants = text.has("YES", "OK", "NEED", "REFILL", "TAKE") and not text.asks
    if context is Context.REFILL_REMINDER and wants and not text.has("NO", "NOT", "DECLINE"):
        yield Meaning.REFILL_REQUEST, 0.72, "says yes to the medicine"
    if text.has("SYMPTOM") and not text.has("CANNOT", "CANCEL", "MOVE", "LATE"):
        yield (
            Meaning.SYMPTOM_OR_EMERGENCY,
            0.6 if text.has("BODY") else 0.45,
            "tells of a complaint",
        )


def _asking(text: Text, context: Context) -> Iterator[Vote]:
    if text.asks or text.has("QUESTION"):
        strong = text.has("TOPIC") or (text.asks and text.has("QUESTION"))
        yield Meaning.QUESTION, 0.68 if strong else 0.4, "asks something"
    if text.has("THANKS") and is_only(text, *_POLITE, "OK" if context is Context.NONE else "THANKS", "GOOD"):
        yield Meaning.THANKS, 0.8, "thanks"
    elif text.has("THANKS"):
        yield Meaning.THANKS, 0.35, "thanks"
    yield Meaning.OTHER, 0.3, "says something else"
