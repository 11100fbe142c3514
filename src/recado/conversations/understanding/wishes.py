"""What a text says beside its meaning: which day or time is wished, how many minutes late, which language, which score. Pure.

Days and times are told relative to `now`, a local time that the caller gives. Nothing is guessed: "Thursday" is the next one,
"after 4" a bound. Days: `days`.
"""

import re
from datetime import datetime
from itertools import pairwise

from recado.conversations.naming_tables import calendar
from recado.conversations.scores import BROKEN, VALUE_OF
from recado.foundation.text import words_of

from .days import MORNINGS, days_named
from .meanings import Meaning
from .reading import Text

_CLOCK = re.compile(
    r"(?<![\d.,/])([01]?\d|2[0-3])(?:[:.h]([0-5]\d)|\s*h(?:eures?|rs?)?(?![a-z]))(?!\d)",
    re.I,
)
_HOURS_ALONE = re.compile(  # "om 16 uur", "jam 4", "o czwartej", "a las tres"
    r"\b(?:(?:at|around|om|rond|um|gegen|o|godz|godzinie|jam|pukul|a las|sobre las|alle|all'?|verso le|as|pelas|vers)"
    r" (?P<after>\d{1,2}|[a-z]{3,12})(?: (?:uur|uhr|ore|heures|horas|hours|o'?clock))?"
    r"|(?P<before>\d{1,2}|[a-z]{3,12}) (?:uur|uhr|heures|horas|o'?clock))(?![\w:.])"
)
_HALF_PAST = re.compile(r"\bhalf past (\d{1,2}|[a-z]+)\b")
_HALF_TO = re.compile(r"\bhalb (\d{1,2}|[a-z]+)\b")
_HALF = re.compile(r"\bhalf (\d{1,2}|[a-z]+)\b")
_HALF_IN = {"en": 30, "nl": -30}  # "half four" is 4:30, "half vier" 3:30
_CLOCK_EN = re.compile(r"(?<![\d.,/])(1[0-2]|0?[1-9])(?:[:.]([0-5]\d))?\s*([ap])\.?m\b", re.I)
_MINUTES = re.compile(r"(\d{1,3})\s*(?:-?\s*\d{1,3}\s*)?(?:'|min|mn\b|mnt|menit|minu|mins|minut)", re.I)
_HALF_HOUR = re.compile(
    r"half an hour|half hour|demi[- ]?heure|half ?uur|half uurtje|pol godziny|media hora|setengah jam|1/2 jam|halbe stunde|"
    r"mezz'?\s?ora|meia hora"
)
_QUARTER = re.compile(
    r"quarter|quart d'?\s?heure|kwartier|kwadrans|cuarto de hora|seperempat jam|viertelstunde|quarto d'?\s?ora|quarto de hora"
)
_HOUR = re.compile(
    r"\b(?:an hour|1 hour|one hour|une heure|1 ?h\b|een uur|1 uur|uurtje|godzine|godzinke|una hora|1 hora|satu jam|sejam|1 jam|"
    r"eine stunde|1 stunde|un'?\s?ora|1 ora|uma hora)\b"
)
_OPENS = 8  # an hour before this, without am, pm or a morning, is meant past noon
_LANGUAGE_OF = {
    word: code
    for code, line in {
        "en": "english anglais engels engels angielsk ingles inglés inglese inggris ingris englisch",
        "fr": "french francais français frans francusk frances francés francese prancis perancis franzosisch französisch",
        "nl": "dutch neerlandais nederlands niderlandzk holendersk holandes neerlandes olandese belanda niederlandisch flemish flamand vlaams",
        "pl": "polish polonais pools polsk polaco polacco polandia polnisch polones",
        "es": "spanish espagnol spaans hiszpansk espanol castellano spagnolo spanyol spanisch espanhol",
        "id": "indonesian indonesien indonesisch indonezyjsk indonesio indonesiano indonesia",
        "de": "german allemand duits niemieck aleman tedesco jerman deutsch alemao",
        "it": "italian italien italiaans wlosk italiano italia italienisch",
        "pt": "portuguese portugais portugees portugalsk portugues portoghese portugis portugiesisch",
        "ar": "arabic arabe arabisch arabsk arabo arab",
        "tr": "turkish turc turks tureck turco turki turkisch",
        "uk": "ukrainian ukrainien oekraiens ukrainsk ucraniano ucraino ukrainisch",
        "ru": "russian russe russisch rosyjsk ruso russo rusia",
        "ro": "romanian roumain roemeens rumunsk rumano rumeno romeno rumanisch",
        "zh": "chinese chinois chinees chinsk chino cinese mandarin chines chinesisch",
        "jv": "jawa javanese",
    }.items()
    for raw in line.split()
    for word in words_of(raw)
}


def slots_of(
    raw: str, text: Text, meaning: Meaning, now: datetime | None, *, month_first: bool = False
) -> dict[str, object]:
    """What the text says beside `meaning`, by name; nothing that it doesn't say."""
    found: dict[str, object] = {}
    if meaning is Meaning.RUNNING_LATE and (late := minutes_late(raw)) is not None:
        found["minutes"] = late
    elif meaning is Meaning.LANGUAGE_CHANGE and (code := language_named(text)) is not None:
        found["language"] = code
    elif meaning is Meaning.SURVEY_SCORE and (score := one_score(raw)) is not None:
        found["score"] = score
    elif meaning in (
        Meaning.RESCHEDULE,
        Meaning.QUESTION,
        Meaning.CANCEL,
        Meaning.ACCEPT_OFFER,
        Meaning.DECLINE_OFFER,
    ):
        found |= wish_of(raw, text, now, month_first=month_first)
    return found


def wish_of(raw: str, text: Text, now: datetime | None, *, month_first: bool = False) -> dict[str, object]:
    """The day (`date`; where several are meant, as "next week", up to `last_date`) and time that a text names. Without `now` days
    are told in the text's own words only."""
    found: dict[str, object] = {}
    days = days_named(raw, text.words, now.date(), month_first=month_first) if now else None
    if days is not None:
        found["date"] = days[0].isoformat()
        if days[1] != days[0]:
            found["last_date"] = days[1].isoformat()
    words = " ".join(text.words[at] for at in _wish_words(text))
    if words:
        found["wish"] = words
    part = _part(text.words)
    if (clock := _clock(raw, text, part)) is not None:
        found["time"] = clock
    if part is not None:
        found["part"] = part
    return found


def minutes_late(raw: str) -> int | None:
    """How many minutes a text speaks of."""
    folded = " ".join(words_of(raw)) if not raw.isascii() else raw.lower()
    if (told := _MINUTES.search(folded)) is not None:
        return int(told[1])
    for pattern, minutes in ((_HALF_HOUR, 30), (_QUARTER, 15), (_HOUR, 60)):
        if pattern.search(folded):
            return minutes
    words = words_of(raw)
    for word, after in pairwise(words):
        if word in VALUE_OF and after.startswith(("min", "mn", "menit")):
            return VALUE_OF[word]
    return None


def first_score(raw: str) -> int | None:
    """The first whole number from 0 to 10 that a text names."""
    for word in words_of(re.sub(r"(\d{1,2})\s*/\s*10", r" \1 ", raw)):
        value = int(word) if word.isdecimal() and len(word) < 3 else VALUE_OF.get(word)
        if value is not None and 0 <= value <= 10:
            return value
    return None


_ARTICLES = frozenset(words_of("un uno una um uma een satu ein"))  # each is "one" too, and seldom a score in a sentence
_DENIES = frozenset(words_of("not minus pas niet nie no nicht non não nao bukan menos moins min"))
_OUT_OF_TEN = re.compile(r"\b(\d{1,2})\s*(?:/|out of|sur|van de|van|op|na|de|sobre|dari|von|su|em)\s*10\b", re.I)
_FIRST = re.compile(r"\s*(\d{1,2})\s*(?:[,;:!–—]|\.(?!\d)|$)")


def one_score(raw: str) -> int | None:
    """The score from 0 to 10 that a text gives. None where it names several, or none: "was going to give 10 but the wait, so 4" waits
    for a person, and "een 8" is no one."""
    if BROKEN.search(raw):
        return None  # "8,5", "7-8", "-3"
    told = _FIRST.match(raw) or next(_OUT_OF_TEN.finditer(raw), None)
    if told:
        return int(told[1]) if int(told[1]) <= 10 else None
    words = words_of(raw)
    digits = {
        int(word) for at, word in enumerate(words) if word.isdecimal() and len(word) < 3 and not _is_denied(words[:at])
    }
    said = {VALUE_OF[word] for word in words if word in VALUE_OF and word not in _ARTICLES}
    found = digits or (set() if any(map(str.isdecimal, words)) else said)
    return found.pop() if len(found) == 1 and max(found) <= 10 else None


def _is_denied(before: tuple[str, ...]) -> bool:
    """True behind "not" and "not a"."""
    if before and before[-1] in _ARTICLES | {"a", "an"}:
        before = before[:-1]
    return bool(before) and before[-1] in _DENIES


def language_named(text: Text) -> str | None:
    """The first language that a text names, as a code of two letters."""
    return next(filter(None, map(_language_of, text.words)), None)


def languages_named(raw: str) -> frozenset[str]:
    """All languages that a text names."""
    return frozenset(filter(None, map(_language_of, words_of(raw))))


def _language_of(word: str) -> str | None:
    if word in _LANGUAGE_OF:
        return _LANGUAGE_OF[word]
    shorter = (word[:size] for size in range(len(word) - 1, 4, -1))  # "polsku", "angielskim"
    return next((_LANGUAGE_OF[stem] for stem in shorter if stem in _LANGUAGE_OF), None)


def _wish_words(text: Text) -> list[int]:
    places = {
        at for mark in text.of("DAY", "DAYREL", "DAYPART", "LATER", "EARLIER") for at in range(mark.start, mark.end)
    }
    places |= (
        {at for at, word in enumerate(text.words) if any(letter.isdigit() for letter in word)} if places else set()
    )
    return sorted(places)


def _part(words: tuple[str, ...]) -> str | None:
    if any(pair in MORNINGS for pair in pairwise(words)):
        return "morning"
    parts = calendar().parts
    return next((parts[word] for word in words if word in parts), None)


def _clock(raw: str, text: Text, part: str | None) -> str | None:
    if (told := _CLOCK_EN.search(raw)) is not None:
        hour = int(told[1]) % 12 + (12 if told[3].lower() == "p" else 0)
        return f"{hour:02}:{told[2] or '00'}"
    if (told := _CLOCK.search(raw)) is not None:
        return f"{int(told[1]):02}:{told[2] or '00'}"
    joined = " ".join(text.words)
    half = _HALF_IN.get(text.language)
    halves = ((_HALF_PAST, 30), (_HALF_TO, -30), *(((_HALF, half),) if half else ()))
    for pattern, minutes in (*halves, (_HOURS_ALONE, 0)):
        for told in pattern.finditer(joined):
            found = _hour_said(next(filter(None, told.groups())), part)
            if found is not None:
                return f"{found - (minutes < 0):02}:{abs(minutes):02}"
    return None


def _hour_said(said: str, part: str | None) -> int | None:
    """The hour of the day of a number without am or pm: one at which clinics are open, or of the part of the day that is named."""
    hour = int(said) if said.isdecimal() else calendar().hours.get(said, VALUE_OF.get(said))
    if hour is None or not 0 < hour < 24:
        return None
    is_late = part in ("afternoon", "evening") if part else hour < _OPENS
    return hour + 12 if is_late and hour < 12 else hour
