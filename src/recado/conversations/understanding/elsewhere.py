"""What "stop", "off the list" and "no more" are about where it is no text: a visit, its list, a letter, a vaccine. Pure, by tables."""

import re

from .ending import TEXTS, ends_texts, leaves, names_texts, wants_peace
from .lexicon import lines_of, parsed, phrase_of
from .phrases import Phrase, Spotter
from .reading import Text, read

_LISTS = frozenset("list liste lista lijst listy daftar elenco".split())
_OF = frozenset("de di van of für fuer for na untuk pour voor per para di".split())
# Before a day: from when on. And who leaves a list, whatever day is named.
_FROM = frozenset(
    "from by on until before dès des avant ab bis vor vanaf vóór voor tot od do przed desde antes mulai sebelum da dal prima a partir".split()
)
_OF_LIST = 3  # words between a list and its day
_OF_DAY = 4  # words between what is taken off and the day
# Of a text: between its stops, and around its "and".
_JOINS = {
    "en": "and|but",
    "fr": "et|mais",
    "nl": "en|maar",
    "pl": "i|a|ale",
    "es": "y|e|pero",
    "id": "dan|tapi|tp",
    "de": "und|aber",
    "it": "e|ma",
    "pt": "e|mas",
}
_AND = {language: re.compile(rf"\b(?:{words})\b", re.I) for language, words in _JOINS.items()}
_STOPS = re.compile(r"[,.;:!?\n–—]+")

# Out of the diary, not off the list: of a visit, whatever else the words are.
_DIARY = Spotter(
    phrase_of(phrase)
    for phrase in (
        "from the diary; out of the diary; from the rota; the schedule; the calendar; the rota; du planning; de l'agenda; du tableau; uit de agenda; "
        "de planning; uit het rooster; z grafiku; z terminarza; de la agenda; dari jadwal; dal calendario; all agenda; dall agenda; dell agenda; "
        "dalla agenda; dal planning; aus dem kalender; aus dem plan; aus dem terminplan; da agenda; do calendário"
    ).split(";")
)
_THERE = frozenset({"on", "in"})

# Neither the visits' list of who waits, nor a letter, nor a cigarette is a text.
_ELSEWHERE, _THINGS = (
    Spotter(phrase for line in lines_of(file) for phrase in parsed(line)) for file in ("elsewhere.txt", "things.txt")
)

# Whoever doesn't want to hear of a vaccine any more wants no texts about it.
_HEARING = Spotter(
    phrase_of(phrase)
    for phrase in (
        "hear about; hear of; hear any more about; hear more about; hear anything about; entendre parler; horen over; gehoord over; słyszeć o; slyszec o; "
        "oír hablar; oir hablar; saber nada de; dengar soal; dengar tentang; denger soal; denger tentang; hören von; hören über; sentir parlare; ouvir falar"
    ).split(";")
)


def is_of_something_else(text: Text, raw: str = "") -> bool:
    """True where what is to end, or to be left, is not the texts. `raw`: as it was written."""
    return (
        is_of_the_diary(text.words)
        or _is_listed_for_a_day(text)
        or _is_of_a_visit(text, raw)
        or _is_elsewhere(text, raw)
    )


def is_of_the_diary(words: Phrase) -> bool:
    """True for "take me off the calendar". "Stop the texts, I have it on the calendar" has it there."""
    found = (at for places in _DIARY.places(words).values() for at in places)
    return any(at == 0 or words[at - 1] not in _THERE for at in found)


def has_a_day(words: Phrase) -> bool:
    """True where a number stands there that may be one: "the 9th"."""
    return any(word.isdecimal() and len(word) < 3 for word in words)


def _is_listed_for_a_day(text: Text) -> bool:
    """True for "the list for the 9th", "Monday's list" and "tomorrow's list": who is on it comes on that day. "Off your list today" is of
    all days."""
    lists = [at for at, word in enumerate(text.words) if word in _LISTS]
    days, behind = [day.start for day in text.of("DAY")], {day.end for day in text.of("DAYREL")}
    behind |= {day.start - 2 for day in text.of("DAYREL") if text.words[day.start - 1] in _OF}  # "la liste de demain"
    return any(
        at in behind or has_a_day(text.words[at + 1 : at + 4]) or any(-1 <= day - at <= _OF_LIST for day in days)
        for at in lists
    )


def _joined(text: Text, raw: str) -> list[str]:
    """What a text joins by "and" and "but"."""
    return [part for part in _AND[text.language].split(raw or " ".join(text.words)) if part.strip()]


def _is_of_a_visit(text: Text, raw: str) -> bool:
    """True for "den de baja mi cita" and "take me off for tomorrow, I can't get away": what is taken off is an appointment. "I won't take
    that appointment and leave me alone" takes off something else."""
    if names_texts(text):
        return False
    is_cancelled = text.has("DAY", "DAYREL") and text.has("CANNOT")
    if is_cancelled or _is_off_a_day(text):
        return True
    if not text.near("STOPWORD", "APPOINTMENT", 2):
        return False
    return any(read(part, text.language).near("STOPWORD", "APPOINTMENT", 2) for part in _joined(text, raw))


def _is_off_a_day(text: Text) -> bool:
    """True for "meld me af voor de fysio van maandag". "I'll be there Monday, but unsubscribe me" has the day before it, and "unsubscribe
    me from Monday on" is of all days."""
    if text.has("COME") or leaves(text.words):
        return False
    ends = [mark.end for mark in text.of("STOPWORD")]
    days = [day.start for day in text.of("DAY") if text.words[day.start] != "mon"]  # French for "my"
    return any(0 <= day - end <= _OF_DAY and text.words[day - 1] not in _FROM for day in days for end in ends)


def _is_elsewhere(text: Text, raw: str) -> bool:
    """True for "remove me from the waiting list", "don't send it by post" and "no more vaccines", where no text is named beside. What only
    stands in another part of the text is a reason: "don't write to me, I get everything by post"."""
    if not (_ELSEWHERE.places(text.words) or _THINGS.places(text.words)):
        return False
    parts = [read(one, text.language) for part in _joined(text, raw) for one in _STOPS.split(part) if one.strip()]
    ending = [part for part in parts if part.has("STOPWORD", "DONTWANT") or ends_texts(part)]
    return bool(ending) and all(map(_is_of_else, ending))


def _is_of_else(part: Text) -> bool:
    is_of_texts = names_texts(part) or leaves(part.words) or not TEXTS.isdisjoint(part.words)
    is_of_texts = is_of_texts or bool(_HEARING.places(part.words))
    if _THINGS.places(part.words) and not (is_of_texts or wants_peace(part.words)):
        return True
    found = _ELSEWHERE.places(part.words).items()
    inside = {at + n for phrase, starts in found for at in starts for n in range(len(phrase))}
    return bool(inside) and not any(word in TEXTS for at, word in enumerate(part.words) if at not in inside)
