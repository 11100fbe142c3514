"""What a text says beside its meaning: which day or time is wished, how many minutes late, which language, which score. Pure.

Days and times are told relative to `now`, a local time that the caller gives. Nothing is guessed: "Thursday" is the next one,
"after four" a bound. Our own tables: the words of nine languages for days are few, and a library would read "me", "mar" or "so"
as days.
"""

import re
from datetime import date, datetime, timedelta
from itertools import pairwise

from recado.conversations.scores import NUMBERS
from recado.foundation.text import words_of

from .meanings import Context, Meaning
from .reading import Text

_DAYS = (
    "monday mon lundi maandag poniedzialek lunes senin montag lunedi segunda",
    "tuesday tue tues mardi dinsdag wtorek martes selasa dienstag martedi terca",
    "wednesday wed weds mercredi woensdag sroda srode srody miercoles rabu mittwoch mercoledi quarta",
    "thursday thu thur thurs jeudi donderdag czwartek jueves kamis donnerstag giovedi quinta",
    "friday fri vendredi vrijdag piatek viernes jumat freitag venerdi sexta",
    "saturday sat samedi zaterdag sobota sobote sabado sabtu samstag sonnabend sabato",
    "sunday dimanche zondag niedziela niedziele domingo ahad sonntag domenica",
)
_DAY_OF = {word: day for day, line in enumerate(_DAYS) for word in line.split()}
_AHEAD = {
    **dict.fromkeys("today aujourdhui vandaag dzis dzisiaj hoy heute oggi hoje".split(), 0),
    **dict.fromkeys(
        "tomorrow tmrw tmr 2moro demain morgen jutro manana besok bsk domani amanha".split(),
        1,
    ),
    **dict.fromkeys("overmorgen pojutrze lusa ubermorgen uebermorgen dopodomani".split(), 2),
}
_NEXT_WEEK = (
    "next week; la semaine prochaine; semaine prochaine; volgende week; przyszly tydzien; przyszlym tygodniu; nastepnym tygodniu; "
    "semana que viene; proxima semana; semana proxima; minggu depan; pekan depan; nachste woche; naechste woche; nachster woche; "
    "settimana prossima; prossima settimana; semana que vem; week later; semaine d apres"
).split("; ")
_PARTS = {
    "morning": "morning matin matinee ochtend ochtends rano ranem pagi vormittag vormittags morgens mattina mattino manha",
    "afternoon": "afternoon aprem middag middags popoludniu popoludnie siang sore nachmittag nachmittags pomeriggio tarde",
    "evening": "evening soir avond avonds wieczorem wieczor noche malam abend abends sera noite",
}
_PART_OF = {word: part for part, line in _PARTS.items() for word in line.split()}
_CLOCK = re.compile(
    r"(?<![\d.,/])([01]?\d|2[0-3])(?:[:.h]([0-5]\d)|\s*h(?:eures?|rs?)?(?![a-z]))(?!\d)",
    re.I,
)
_CLOCK_EN = re.compile(r"(?<![\d.,/])(1[0-2]|0?[1-9])(?:[:.]([0-5]\d))?\s*([ap])\.?m\b", re.I)
_DATE = re.compile(r"(?<![\d.,/:])([0-3]?\d)[/.-]([01]?\d)(?:[/.-](?:20)?(\d\d))?(?![\d/])")
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
_NUMBER_OF = {words_of(word)[0]: value for line in NUMBERS.values() for value, word in enumerate(line.split())}
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


def slots_of(raw: str, text: Text, meaning: Meaning, context: Context, now: datetime | None) -> dict[str, object]:
    """What the text says beside `meaning`, by name; nothing that it doesn't say."""
    found: dict[str, object] = {}
    if meaning is Meaning.RUNNING_LATE and (late := minutes_late(raw)) is not None:
        found["minutes"] = late
    elif meaning is Meaning.LANGUAGE_CHANGE and (code := language_named(text)) is not None:
        found["language"] = code
    elif meaning is Meaning.SURVEY_SCORE and (score := first_score(raw)) is not None:
        found["score"] = score
    elif meaning in (
        Meaning.RESCHEDULE,
        Meaning.QUESTION,
        Meaning.CANCEL,
        Meaning.ACCEPT_OFFER,
        Meaning.DECLINE_OFFER,
    ):
        found |= wish_of(raw, text, now)
    return found


def wish_of(raw: str, text: Text, now: datetime | None) -> dict[str, object]:
    """The day (a date, where `now` is given, or the words) and time that a text names."""
    found: dict[str, object] = {}
    day = _day(raw, text.words, now.date() if now else None)
    if day is not None:
        found["date"] = day.isoformat()
    words = " ".join(text.words[at] for at in _wish_words(text))
    if words:
        found["wish"] = words
    if (clock := _clock(raw)) is not None:
        found["time"] = clock
    if (part := next((_PART_OF[word] for word in text.words if word in _PART_OF), None)) is not None:
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
        if word in _NUMBER_OF and after.startswith(("min", "mn", "menit")):
            return _NUMBER_OF[word]
    return None


def first_score(raw: str) -> int | None:
    """The first whole number from 0 to 10 that a text names."""
    for word in words_of(re.sub(r"(\d{1,2})\s*/\s*10", r" \1 ", raw)):
        value = int(word) if word.isdecimal() and len(word) < 3 else _NUMBER_OF.get(word)
        if value is not None and 0 <= value <= 10:
            return value
    return None


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


def _day(raw: str, words: tuple[str, ...], today: date | None) -> date | None:
    if today is None:
        return None
    if (told := _DATE.search(raw)) is not None and (named := _dated(told, today)) is not None:
        return named
    joined = " ".join(words)
    week = 7 if any(phrase in joined for phrase in _NEXT_WEEK) else 0
    for word in reversed(words):  # the last named is the wish: "not Tuesday but Thursday"
        if (weekday := _weekday(word)) is not None:
            ahead = (weekday - today.weekday() - 1) % 7 + 1
            return today + timedelta(days=ahead if ahead + today.weekday() >= 7 or not week else ahead + week)
    ahead_of = next((_AHEAD[word] for word in words if word in _AHEAD), None)
    return None if ahead_of is None else today + timedelta(days=ahead_of)


def _weekday(word: str) -> int | None:
    if word in _DAY_OF:
        return _DAY_OF[word]
    return next(
        (_DAY_OF[word[:size]] for size in range(len(word) - 1, 4, -1) if word[:size] in _DAY_OF),
        None,
    )


def _dated(told: "re.Match[str]", today: date) -> date | None:
    """Day first, as in all our countries."""
    day, month = int(told[1]), int(told[2])
    try:
        named = date(2000 + int(told[3]) if told[3] else today.year, month, day)
    except ValueError:
        return None
    return named if told[3] or named >= today else named.replace(year=today.year + 1)


def _clock(raw: str) -> str | None:
    if (told := _CLOCK_EN.search(raw)) is not None:
        hour = int(told[1]) % 12 + (12 if told[3].lower() == "p" else 0)
        return f"{hour:02}:{told[2] or '00'}"
    if (told := _CLOCK.search(raw)) is not None:
        return f"{int(told[1]):02}:{told[2] or '00'}"
    return None
