"""Which day, or which days, a text names, in nine languages. Pure.

Days are told relative to `today`, a local date that the caller gives. Nothing is guessed: "Thursday" is the next one, a day without
a year the next of its kind. Names are CLDR's, with our own for what it lacks (`naming_tables.calendar`); how they are read is our own too
(ADR 41): a library reads "me", "mar", "so" or "1" as days.
"""

import re
from calendar import monthrange
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from itertools import pairwise

from recado.conversations.naming_tables import calendar
from recado.conversations.scores import VALUE_OF
from recado.foundation.text import words_of

Span = tuple[date, date]
"""The first and the last day that are wished."""

MORNINGS = frozenset({("la", "manana"), ("am", "morgen")})
_MAY_THEY = frozenset("i we it you he she they be not".split())  # "may I", which is no month
_IN_MONTH = frozenset("in en w di im a em de bulan".split())
_OF = frozenset("de of den der di do".split())  # "12 de diciembre"
_ORDINAL = re.compile(r"([0-3]?\d)(?:st|nd|rd|th|e|er|eme|de|ste|go|a|o)?")
_ENGLISH_ORDINAL = re.compile(r"([0-3]?\d)(?:st|nd|rd|th)")
_DUTCH_ORDINAL = re.compile(r"([0-3]?\d)(?:e|de|ste)")
_AFTER_ORDINAL = frozenset(  # "the 2nd reminder" names no day
    (
        "",
        *"at in or if is may would works work please instead then and after before morning afternoon om na voor of kan zou graag".split(),
    )
)
_THE = frozenset("le el il dia tanggal tgl am den".split())  # what makes a bare number behind it a day of the month
_HOURS = frozenset("dopo verso entro prima per fino tra da".split())  # "dopo le 15" is an hour
_UNIT = frozenset(  # a number before one of these is none
    "h hours hour uur uhr heures heure horas hora ore jam godz godzinie minutes minuten minuti minutos minut menit min mins"
    " am pm days dagen jours dias hari dni tage giorni years ans jaar lat anos tahun jahre anni euro euros percent".split()
)
_DATE = re.compile(r"(?<![\d.,/:])([0-3]?\d)[/.-]([0-3]?\d)(?:[/.-](?:20)?(\d\d))?(?![\d/])")
_ISO = re.compile(r"(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)")

_NEXT_WEEK = (
    "next week; la semaine prochaine; semaine prochaine; volgende week; przyszly tydzien; przyszlym tygodniu; nastepnym tygodniu; "
    "semana que viene; proxima semana; semana proxima; minggu depan; pekan depan; nachste woche; naechste woche; nachster woche; "
    "naechster woche; settimana prossima; prossima settimana; semana que vem; week later; semaine d apres; week after; "
    "semana siguiente; semana que entra; semaine pro; weekje later; tydzien pozniej; woche spater; woche spaeter; back a week"
).split("; ")
_NUMBER_OF = {
    **VALUE_OF,
    **dict.fromkeys("a an une een ein eine einer einem una uma un um jeden satu dwoch".split(), 1),
    "dwoch": 2,
    "couple": 2,
    "quinze": 14,
}
_COUNT = r"(?P<count>\d{1,2}|[a-z]+)"
_WEEKS = r"(?:weeks?|semaines?|weken|week|tygodnie|tygodni|tydzien|semanas?|minggu|pekan|wochen?|settimane|settimana)"
_SPAN_DAYS = r"(?:days?|jours?|dagen|dag|dni|dzien|dias?|hari|tagen|tage|tag|giorni|giorno)"
_SOON = r"(?:in|dans|over|za|en|dentro de|dalam|tra|fra|em|daqui a)"
_IN_WEEKS = re.compile(
    rf"\b(?:{_SOON} {_COUNT}(?: of)? {_WEEKS}|(?P<lagi>\d{{1,2}}|[a-z]+) (?:minggu|pekan) lagi|za (?P<one>tydzien))\b"
)
_IN_DAYS = re.compile(rf"\b(?:{_SOON} {_COUNT}(?: of)? {_SPAN_DAYS}|(?P<lagi>\d{{1,2}}|[a-z]+) hari lagi)\b")
_THIS_WEEK = re.compile(
    r"\b(?:(?:later |still )?this week|cette semaine|deze week|tym tygodniu|esta semana|minggu ini|pekan ini|diese(?:r)? woche|"
    r"questa settimana)\b"
)
_NEGATIONS = frozenset(
    "not no pas niet geen nie jangan bukan nicht kein non nao don't can't cant cannot won't except sauf behalve oprocz salvo kecuali "
    "ausser tranne exceto tidak gak nggak".split()
)
_BEFORE = frozenset(
    "before until avant voor przed antes sebelum vor bis prima earlier".split()
)  # "not before Thursday"
_AWKWARD = frozenset(  # behind a day, it is said to be a bad one
    "not niet nie nicht pas no non nao don't doesn't won't isn't aren't can't cant fatal mal lastig moeilijk repot sibuk nightmare "
    "odpada odpadaja bad busy schlecht schwierig difficile dificil complicado complique ruim pessimo impossible impossibile imposible trudno gabisa "
    "tidak gak ga".split()
)
_BUT = frozenset("but mais maar ale pero tapi aber sondern ma mas sino instead rather plutot liever".split())
_HARMLESS = frozenset(
    "problem problems worries probleem problema souci de hay worry probleme".split()
)  # "Friday, no worries"
_I_WORK = re.compile(  # "I work on Mondays", and not "after work"
    r"\b(?:i (?:also |always |usually |normally |only )?work|(?:i m|i'm|im|am) working|je travaille|ik werk|werk ik|ich arbeite|arbeite ich|"
    r"pracuje|(?:saya|aku) (?:be)?kerja|(?<!el )(?<!il )(?<!al )(?<!mi )(?<!de )(?<!do )(?<!no )(?<!o )(?:trabajo|lavoro|trabalho))\b"
)
_LESSONS = (
    r"(?:school|class|classes|lessons?|lectures?|college|uni|cours|ecole|lessen|szkole|zajecia|lekcje|wyklady|clases?|escuela|colegio|"
    r"sekolah|kuliah|schule|unterricht|vorlesung|scuola|lezioni|lezione|aulas?|escola)\b"
)
_HAVE = (  # and not "I don't have"
    r"\b(?<!don't )(?<!haven't )(?<!hasn't )(?<!havent )(?<!hasnt )(?<!no )(?<!nie )(?<!non )(?<!nao )(?:(?:have|has|got|i've|i ve|ive|j'ai|"
    r"j ai|il a|elle a|on a|heb|heeft|mam|tengo|tiene|ada|hab|"
    r"habe|hat|ho|ha|tenho|tem|saya|aku)(?: (?:ik|hij|ze|ich|er|sie|ada|a|my|des|mes|mis|masih))?|(?:i'm|im|am|is) (?:at|in)|zit (?:ik )?op"
    r"|bin (?:ich )?in der)"
)
_AT_SCHOOL = re.compile(  # "I have school on Monday", and not "after school"
    rf"{_HAVE} {_LESSONS}|\b(?:heb|heeft)(?: (?:ik|hij|ze))? les\b"
)
_THEY_LEARN = re.compile(rf"(?:(?:i|i've|i ve|ive|we|he|she|anak|dia|yo|eu|io) )?(?:{_AT_SCHOOL.pattern})")
_HAVE_THEN = re.compile(f"{_HAVE}(?: (?:op|am|le|el|il|na|a|on|w|we|hari))?$")  # "ik heb maandag les"
_LESSONS_FIRST = re.compile(rf"{_LESSONS}|les\b")
_EACH = frozenset("every each chaque les elke iedere jeden kazdy kazda co cada los as aos ogni setiap tiap".split())
_THE_EACH = frozenset({"le", "il"})  # "le lundi" is each one, "le lundi 14" is not
_ONE = frozenset("prochain suivant prevu d de qui prossimo seguente".split())
_PLURAL = re.compile(r"\w+(?:days|tags|dags|dagen|ochs)|poniedzialki|wtorki|srody|czwartki|piatki|soboty")
_SO = _BUT | frozenset("so dus donc wiec asi jadi quindi entao then".split())
_CLAUSES = re.compile(r"[,.;:!?()\n\u2013\u2014]+(?:\s|$)")
_CLOSE = 4  # words between a day and "can't"
_FARTHEST = 60  # weeks: what lies further is no wish for a visit


def days_named(raw: str, words: tuple[str, ...], today: date, *, month_first: bool = False) -> Span | None:
    """The days that a text names, today at the earliest where it gives no year. `month_first`: as dates are written in the clinic's
    country ("12/03" is 3 December)."""
    named = _dated(raw, today, month_first=month_first) or _of_month(words, today)
    if named is not None:
        return named, named
    joined = " ".join(words)
    weeks = _weeks_ahead(joined)
    monday = today - timedelta(days=today.weekday())
    if (found := _weekday(raw, today)) is not None:
        day, weekday = found
        day = day or (
            today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
            if not weeks
            else monday + timedelta(days=weekday + 7 * weeks)
        )
        return day, day
    if (days := _counted(_IN_DAYS, joined)) is not None:
        return today + timedelta(days=days), today + timedelta(days=days)
    if weeks:
        return monday + timedelta(days=7 * weeks), monday + timedelta(days=7 * weeks + 6)
    return _relative(words, joined, today) or _month(words, today)


def _relative(words: tuple[str, ...], joined: str, today: date) -> Span | None:
    if (ahead := _ahead(words)) is not None:
        return today + timedelta(days=ahead), today + timedelta(days=ahead)
    if _THIS_WEEK.search(joined):
        return today, today + timedelta(days=6 - today.weekday())
    return None


def _weekday(raw: str, today: date) -> tuple[date | None, int] | None:
    """The day of the week that is wished, and which one of them where a number stands behind it. The last named is the wish: "not
    Tuesday but Thursday". What is refused is refused within its clause: "no, Thursday please"."""
    for clause in reversed([words_of(piece) for piece in clauses_of(raw)]):
        for at in range(len(clause) - 1, -1, -1):
            weekday = weekday_of(clause[at])
            if weekday is not None and not _is_unwished(clause, at) and not _is_at_work(clause, at):
                return _numbered(clause, at, weekday, today), weekday
    return None


def _is_unwished(words: tuple[str, ...], at: int) -> bool:
    """ "I can't on Tuesday", "Dinsdag is lastig": a day on which it does not suit. "Not before Tuesday" names a wish."""
    before = words[max(0, at - 3) : at]
    if not _NEGATIONS.isdisjoint(before) and _BEFORE.isdisjoint(before):
        behind_negation = next(index for index, word in enumerate(before) if word in _NEGATIONS)
        if not any(weekday_of(word) is not None or word in _BUT for word in before[behind_negation:]):
            return True
    behind = words[at + 1 : at + 5]
    for index, word in enumerate(behind):
        if weekday_of(word) is not None or word in _BUT:
            return False
        if word in _AWKWARD:
            after = behind[index + 1 : index + 2]
            return _BEFORE.isdisjoint(after) and _HARMLESS.isdisjoint(after)
    return False


def _is_at_work(words: tuple[str, ...], at: int) -> bool:
    """ "I work on Mondays", "maandag werk ik", "I have school on Monday": a day to keep clear of. "I work Monday but Thursday is fine"
    wishes for Thursday."""
    since = max((index + 1 for index in range(at) if words[index] in _SO), default=0)
    before, behind = " ".join(words[max(since, at - 5) : at]), " ".join(words[at + 1 : at + 5])
    if _HAVE_THEN.search(before) and _LESSONS_FIRST.match(behind):
        return True
    return any(one.search(before) for one in (_I_WORK, _AT_SCHOOL)) or any(
        one.match(behind) for one in (_I_WORK, _THEY_LEARN)
    )


def clauses_of(raw: str) -> list[str]:
    """The parts of a text between its stops."""
    return _CLAUSES.split(raw)


def kept_clear(words: tuple[str, ...], refusals: Collection[int]) -> bool:
    """True where a day is refused as it comes round: "I can't do Mondays", "montags habe ich Schule". `refusals`: the places of words
    that say "can't"."""
    each = [at for at, word in enumerate(words) if weekday_of(word) is not None and _is_each(words, at)]
    return any(_is_at_work(words, at) or any(abs(at - place) <= _CLOSE for place in refusals) for at in each)


def _is_each(words: tuple[str, ...], at: int) -> bool:
    """ "Mondays", "every Monday", "le lundi": not one day but each of its name."""
    before = [word for word in words[max(0, at - 2) : at] if word != "hari"][-1:]
    behind = words[at + 1] if at + 1 < len(words) else ""
    if _PLURAL.fullmatch(words[at]) or not _EACH.isdisjoint(before):
        return True
    return not _THE_EACH.isdisjoint(before) and not behind.isdecimal() and behind not in _ONE


def weekday_of(word: str) -> int | None:
    """Which day of the week a word names, Monday 0; with its endings ("czwartkiem")."""
    days = calendar().days
    return next((days[stem] for stem in (word, *_shorter(word)) if stem in days), None)


def _shorter(word: str) -> Iterator[str]:
    return (word[:size] for size in range(len(word) - 1, 4, -1))


def _ahead(words: tuple[str, ...]) -> int | None:
    """How many days "tomorrow" or "the day after tomorrow" is away; "por la mañana" and "am Morgen" are parts of a day."""
    known = calendar().ahead
    longest = max(map(len, known))
    for at in range(len(words)):
        if words[max(0, at - 1) : at + 1] not in MORNINGS:
            for size in range(longest, 0, -1):
                if words[at : at + size] in known:
                    return known[words[at : at + size]]
    return None


def _weeks_ahead(joined: str) -> int:
    if (weeks := _counted(_IN_WEEKS, joined)) is not None:
        return weeks
    return 1 if any(phrase in joined for phrase in _NEXT_WEEK) else 0


def _counted(pattern: "re.Pattern[str]", joined: str) -> int | None:
    for told in pattern.finditer(joined):
        groups = told.groupdict()
        if groups.get("one"):
            return 1
        said = groups["count"] or groups["lagi"]
        count = int(said) if said.isdecimal() else _NUMBER_OF.get(said)
        if count is not None and 0 < count <= _FARTHEST:
            return count
    return None


def _numbered(words: tuple[str, ...], at: int, weekday: int, today: date) -> date | None:
    """ "Thursday 17": that day, if it is such a one."""
    behind = next((word for word in words[at + 1 : at + 3] if word not in {"the", "le", "el", "de", "den", "il"}), "")
    told = _ORDINAL.fullmatch(behind)
    for month in range(3):
        day = _day_in(today, month, int(told[1])) if told else None
        if day is not None and day > today and day.weekday() == weekday:
            return day
    return None


def _of_month(words: tuple[str, ...], today: date) -> date | None:
    """ "12 december", "December 12th", "el 12 de diciembre"; or "the 14th", "le 14", "tanggal 14"."""
    for at, word in enumerate(words):
        month = calendar().months.get(word)
        if month is None or _is_modal(words, at):
            continue
        before = [one for one in words[max(0, at - 2) : at] if one not in _OF]
        for other in (before[-1:], words[at + 1 : at + 2]):
            told = _ORDINAL.fullmatch(other[0]) if other else None
            if told is not None and (day := _next(int(told[1]), month, words[at + 1 : at + 3], today)) is not None:
                return day
    return _bare_day(words, today)


def _is_modal(words: tuple[str, ...], at: int) -> bool:
    """ "The 4th? May I come early": the sentence that begins there has no month. "The 4th of May, I hope" has one."""
    is_asked = words[at] == "may" and not _MAY_THEY.isdisjoint(words[at + 1 : at + 2])
    return is_asked and _OF.isdisjoint(words[max(0, at - 1) : at])


def _bare_day(words: tuple[str, ...], today: date) -> date | None:
    for at, word in enumerate(words):
        before, after = words[at - 1] if at else "", words[at + 1] if at + 1 < len(words) else ""
        told = None
        if before in {"the", "on"} and after in _AFTER_ORDINAL:
            told = _ENGLISH_ORDINAL.fullmatch(word)
        elif before in {"de", "den"} and after in _AFTER_ORDINAL:
            told = _DUTCH_ORDINAL.fullmatch(word)
        elif before in _THE and after not in _UNIT and word.isdecimal() and (at < 2 or words[at - 2] not in _HOURS):
            told = _ORDINAL.fullmatch(word)
        if told is None:
            continue
        days = (_day_in(today, month, int(told[1])) for month in range(3))
        if (day := next((one for one in days if one is not None and one >= today), None)) is not None:
            return day
    return None


def _day_in(today: date, months: int, day: int) -> date | None:
    """That day, so many months ahead; None where the month has no such day."""
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return date(year, month + 1, day) if 1 <= day <= monthrange(year, month + 1)[1] else None


def _next(day: int, month: int, behind: tuple[str, ...], today: date) -> date | None:
    year = next((int(word) for word in behind if word.isdecimal() and len(word) == 4), None)
    return _in_year(year, month, day, today)


def _in_year(year: int | None, month: int, day: int, today: date) -> date | None:
    """A date of this year or the next, where no year is said; None: there is no such day."""
    for one in (today.year, today.year + 1) if year is None else (year,):
        if 2000 <= one < 2100 and 1 <= month <= 12 and 1 <= day <= monthrange(one, month)[1]:
            named = date(one, month, day)
            if year is not None or named >= today:
                return named
    return None


def _month(words: tuple[str, ...], today: date) -> Span | None:
    """ "in January": all of it, from today on."""
    for before, word in pairwise(words):
        month = calendar().months.get(word)
        if before in _IN_MONTH and month is not None:
            year = today.year + (month < today.month)
            last = date(year, month, monthrange(year, month)[1])
            return max(today, date(year, month, 1)), last
    return None


def _dated(raw: str, today: date, *, month_first: bool) -> date | None:
    """A date in figures: day first, as in all our countries but where `month_first` is said."""
    if (told := _ISO.search(raw)) is not None:
        return _in_year(int(told[1]), int(told[2]), int(told[3]), today)
    if (told := _DATE.search(raw)) is None:
        return None
    first, second = int(told[1]), int(told[2])
    day, month = (second, first) if month_first else (first, second)
    return _in_year(2000 + int(told[3]) if told[3] else None, month, day, today)
