"""STOP beyond the exact tables: "STOP harcèlement", "arrêtez de m'écrire", "stop please I had enough". Pure.

By tables too, never by a model: who says stop must be heard whatever is trained. What only has the word in it is not one:
"stop by at 3", "the bus stop", "I can't stop coughing", "stop taking the pills?", and least of all "don't stop the reminders".
"""

import re

from .lexicon import lines_of, parsed, phrase_of
from .phrases import Phrase, Spotter
from .reading import Text, read

_ABOUT = frozenset({"SYMPTOM", "MEDICINE", "TRAFFIC", "BODY", "COME", "CANCEL", "CONFIRM"})
_VISIT = frozenset({"CANCEL", "CANNOT", "DAY", "COME"})
_LISTS = frozenset("list liste lista lijst listy daftar elenco".split())
_TEXTING = frozenset({"COME", "CANCEL", "CONFIRM"})  # of a visit; "STOP, nice of you" is one for all that
_RUN = re.compile(r"(.)\1+")
_SHORT = 3  # words
_FIRST_WORDS = frozenset({"stop", "stopp", "sotp", "stpo"})
_ALONE = re.compile(
    r"\s*STOP\s*\."
)  # the keyword as it is asked for, and something said behind it; "STOP!" may be a cry
_APART = re.compile(r"\s*stop\s*[.,;:]", re.I)
# "I am NOT Kayleigh, stop asking me about her scan": somebody else's phone. German writes every noun so.
_OTHER_NAME = re.compile(
    r"\b(?:(?i:i am not|i'm not|im not)|(?i:suis pas|pas de)|(?i:ben niet|ben geen)|(?i:nie jestem)|(?i:no soy)|(?i:bukan)|(?i:non sono)|(?i:não sou|nao sou))"
    r"(?: (?i:mrs?|ms|miss|mme|madame|monsieur|mevrouw|meneer|pani|panem|pana|señora?|pak|bu|ibu|bapak|signora?|dona|senhora?)\.?)?"
    r" (?:(?i:de|van|der) )*[A-ZŁŚŻŹĆÀ-Þ][a-zà-ÿąćęłńóśźż]+"
    r"|\b(?i:bin nicht|bin keine?) (?i:frau|herr)\b"
    # "I don't know a Gerald", "ken heel geen Joris", but not "ken geen Engels"
    r"|\b(?:(?:(?i:don['’]?t know|do not know|never heard of) (?i:an?|any)|(?i:i know no)|(?i:connais) (?i:pas de|aucune?)|(?i:ken) (?:(?i:heel|helemaal) )?(?i:geen)"
    r"|(?i:znam) (?i:żadne\w+)|(?i:conozco) (?i:a ningun[ao]?|a ningún)|(?i:gak|tidak|nggak|ga) (?i:ken[ae]l) (?i:yang namanya|sama|dengan)"
    r"|(?i:conosco) (?i:nessuna?|nessun)|(?i:conheço) (?i:nenhuma?)) |(?i:connais pas d['’]))"
    r"(?:(?i:mrs?|ms|miss|mme|madame|monsieur|mevrouw|meneer|pani|pana|señora?|pak|bu|ibu|signora?|dona)\.? )?"
    r"(?!Engl|Enge|Anglais|Angielsk|Ingl|Inggris|French|Fran|Frans|Dutch|Nederl|Holend|Polish|Pol[as]|Spa[ns]|Españ|Indones|German|Deutsch|Duits|Allem|Ital|Portug|Recado|D[or]|Kli[ni]|Cli[ni])"
    r"[A-ZŁŚŻŹĆÀ-Þ][a-zà-ÿąćęłńóśźż]+"
    r"|\b(?i:kenne keine?n?) (?i:frau|herrn?) (?!Dok|Dr)[A-ZÄÖÜ]"
)
# Words of texts in the tables that may be of anything.
_WEAK = frozenset(
    (word,)
    for word in "these number contact kontakt numer mnie lista listy list liste daftar saya no info mir mich vos sus vossos suas deze numero número numéro".split()
)
_ME = frozenset({("saya",), ("mir",), ("mich",), ("no",)})  # of those, the ones that are of nothing
_TEXTS = frozenset(
    "text texts texting txt txts sms smses msg msgs message messages messaging reminder reminders notifications alerts ads adverts spam survey surveys "
    "rappels messages textos pub pubs berichten herinneringen reclame smsjes meldingen vragenlijsten reklam reklamy reklamom wiadomosci wiadomosciom smsom "
    "powiadomieniom przypomnieniom ankietom avisos mensajes recordatorios publicidad promociones encuestas pesan iklan pengingat promo notifikasi survei "
    "nachrichten erinnerungen werbung umfragen messaggi promemoria pubblicita sondaggi mensagens lembretes publicidade inqueritos".split()
)
# Of a text: between its stops, and around its "and".
_PARTS = re.compile(r"[,.;:!?\n–—]+|\b(?:and|et|en|i|y|dan|und|e|but|maar|ale|pero|tapi|aber|ma)\b", re.I)
_QUOTED = re.compile(r"\bSTOP\b")
_HARMLESS = Spotter(
    phrase_of(phrase)
    for phrase in (
        "send another taxi; send a taxi; send me a taxi; stop a taxi; stop by; stopped; stop at; stop over; bus stop; tram stop; stop taking; stop smoking; stop the; stop my; stop for; stop in; stop off; "
        "stop the bleeding; pit stop; stop nearby; stop en route; non stop; nonstop; one stop; full stop; stop drinking; arrêt de bus; "
        "arrêt de tram; arrêt de travail; arrêt maladie; stopcontact; stop met roken; stop het bloeden; auto stop; "
        "arrêt cardiaque; arret de travail; arret de bus; arret maladie; baja laboral; baja médica; stop de bus; je stop; off for tomorrow; "
        "leave me a message; leave a message; laissez moi un message; laissez un message; laat een bericht; laat een berichtje; zostaw wiadomość; zostawcie wiadomość; proszę zostawić wiadomość; déjeme un mensaje; deje un mensaje; déjenme un mensaje; tinggalkan pesan; lascia un messaggio; lasciate un messaggio; deixe mensagem; deixem mensagem; hinterlassen sie eine nachricht; quiet please; please be quiet; be quiet; keep it quiet; quiet pls; silence svp; silence s'il vous plaît; stil aub; wees stil; stil alsjeblieft; cicho proszę; proszę o ciszę; silencio por favor; silencio porfa; jangan berisik; tolong tenang; ruhe bitte; bitte ruhe; silenzio per favore; silêncio por favor; stop bikin; arrête tu; para que; hapus janji*; hapus jadwal; hapus kunjungan; delete my appointment; remove my appointment; delete my booking; remove my booking; supprimez mon rdv; supprimez mon rendez*"
    ).split(";")
)

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

# Whoever asks to go on. Not who complains ("you keep texting me"), nor who can't stop them ("ik kan het niet stoppen").
_GOES_ON = Spotter(phrase for line in lines_of("goes_on.txt") for phrase in parsed(line))

# Where news or a survey was sent, this list is the list of who gets them.
_LEAVES = Spotter(
    phrase_of(phrase)
    for phrase in (
        "off the list; off this list; off your list; off the mailing list; de la liste; de cette liste; de votre liste; de vos listes; van de lijst; "
        "van deze lijst; van jullie lijst; van uw lijst; van de verzendlijst; van de mailinglijst; z listy; z tej listy; z waszej listy; "
        "de la lista; de esta lista; de su lista; dari daftar; dari list; dari daftarnya; von der liste; von ihrer liste; aus dem verteiler; "
        "aus der liste; dalla lista; da questa lista; dall elenco; da lista; desta lista"
    ).split(";")
)
_ONTO = frozenset("on onto put add sign mettez inscrivez zapisz zapiszcie apunten daftarkan mettete coloquem".split())

# "Don't write to this number" is no word of somebody else, though a stranger says "this number" too.
_THIS_NUMBER = frozenset(
    map(
        phrase_of,
        "este número; nomor ini; no ini; dit nummer; ce numéro; ten numer; questo numero; diese nummer; esse número".split(
            ";"
        ),
    )
)
_OF = frozenset("de di van of für fuer for na untuk pour voor per para di".split())
# Before a day: from when on. And who leaves a list, whatever day is named.
_FROM = frozenset(
    "from by on until before dès des avant ab bis vor vanaf vóór voor tot od do przed desde antes mulai sebelum da dal prima a partir".split()
)
_LEAVING = (
    "unsub",
    "unsuscribe",
    "desabon",
    "désabon",
    "desinscri",
    "désinscri",
    "uitschrij",
    "baja",
    "subskr",
    "wypis",
    "disiscri",
    "descadastr",
)
_OF_DAY = 4  # words between what is taken off and the day
_POLITE = 2  # words that may follow a question: "please", "thanks"
_FILLED = 5  # words between who and their peace, all of them of these
_FILLERS = frozenset(
    "with all this that these the your bloody damn please now finally mit dem den der diesem eurem eurer euren zeug mist scheiß scheiss kram quatsch endlich bitte jetzt doch mal "
    "met die dat jullie eindelijk nou maar nu eens aub avec vos ces tout ça ca enfin svp donc con sus estos ya por favor de una vez z tym waszymi wreszcie już juz w końcu święty "
    "con questi i vostri finalmente com isso os vossos estas de vez por".split()
)
_WITH = frozenset("with mit met avec con z com".split())  # what follows names what they are to be left in peace with
_INFINITIVES = ("en", "ern", "eln", "ir", "er", "re")
_BETWEEN = 3  # words between the two sides, at most
_INSTEAD = 8  # between not being called and the text that is wanted instead
_NOR = frozenset("or nor ni nem ou of noch ani lub atau maupun oder o ne".split())


def is_robust_stop(text: Text, raw: str = "") -> str | None:
    """Why a text asks to stop the texts, or None where it is not certain. `raw`: as it was written."""
    words = text.words
    if not words or goes_on(text) or wants_texts(text) or is_somebody_else(raw):
        return None
    if _is_of_the_diary(words) or (_HARMLESS.places(words) and not text.near("STOPWORD", "MESSAGES", 3)):
        return None
    if words[0] in _FIRST_WORDS and words[1:2] and words[1] in _TEXTS and not text.asks:
        return "begins with STOP"
    if _ALONE.match(raw) and not text.asks and not _is_about(text, _ABOUT):
        return "says STOP first"
    if words[0] in _FIRST_WORDS and len(words) <= 6 and not text.asks:
        about = _ABOUT - _TEXTING if len(words) <= _SHORT else _ABOUT
        if not _is_about(text, about | {"DAY", "DAYREL"}):
            return "begins with STOP"
    if " ".join(words) == "s t o p" or (len(words) == 1 and _RUN.sub(r"\1", words[0]) == "stop"):
        return "spells STOP"
    if _stands(_REMINDING, text, between=0) and not (text.asks or text.plainly("COME", "CONFIRM")):
        return "needs no reminding any more"
    if _asks_way_out(text):
        return "asks how the texts end"
    if not (text.has("STOPWORD") or names_texts(text, _ME)) and (text.has(*_VISIT) or _has_a_day(words)):
        return None  # "take me off the list for the 9th", "leave it, I'm not coming": of a visit
    if _is_listed_for_a_day(text) or _is_of_a_visit(text) or _is_elsewhere(text, raw):
        return None
    asks = text.asks and text.has("QUESTION") and not text.near("STOPWORD", "MESSAGES", 2)
    asks = asks and (not raw or raw.isupper() or not _QUOTED.search(raw))  # "I said STOP last month, why do you go on?"
    if _is_of_a_stranger(text) or text.near("WRONG", "NUMBER") or asks:
        return None
    return "asks to end the texts" if _stands(_SIDES, text) or _is_for_peace(words) else None


def _stands(sides: "_Sides", text: Text, *, between: int = _BETWEEN) -> bool:
    """True where the two sides of a line stand together, at most so many words between them, and no "not" before them."""
    first, second = _found(sides, text.words)
    denied = {mark.end for mark in text.of("NOT", "NO") if mark.end - mark.start == 1}
    return any(a[2] & b[2] and a[0] not in denied and 0 <= b[0] - a[1] <= between for a in first for b in second)


def _asks_way_out(text: Text) -> bool:
    """True for "how do I get off this?". "How do I come off these tablets", and what goes on after it, is of something else."""
    if text.has("APPOINTMENT", "TRAFFIC", "MEDICINE", "SYMPTOM"):
        return False
    first, second = _found(_WAYS_OUT, text.words)
    last = len(text.words) - _POLITE
    return any(a[2] & b[2] and 0 <= b[0] - a[1] <= _BETWEEN and b[1] >= last for a in first for b in second)


def _is_for_peace(words: Phrase) -> bool:
    """True for "lasst mich mit dem Mist in Ruhe". "Lasst mich in Ruhe sterben" and "lassen Sie uns das in Ruhe besprechen" aren't."""
    first, second = _found(_PEACE, words)
    return any(
        a[2] & b[2]
        and 0 <= b[0] - a[1] <= _FILLED
        and (_FILLERS.issuperset(words[a[1] : b[0]]) or words[a[1]] in _WITH)
        and not _goes_to_do(words, b[1])
        for a in first
        for b in second
    )


def _goes_to_do(words: Phrase, at: int) -> bool:
    """True where a verb follows: German puts what is to be done in peace behind it."""
    return at < len(words) and len(words[at]) > _SHORT and words[at].endswith(_INFINITIVES)


def is_somebody_else(raw: str) -> bool:
    """True for "I am NOT Kayleigh" and "ben geen mevrouw De Wit"."""
    return bool(_OTHER_NAME.search(raw))


def leaves_list(text: Text, raw: str = "") -> bool:
    """True for "kindly take me off the list", said to news or a survey."""
    if (
        _is_listed_for_a_day(text)
        or _is_of_a_visit(text)
        or _is_elsewhere(text, raw)
        or not _ONTO.isdisjoint(text.words)
        or goes_on(text)
    ):
        return False
    return bool(_LEAVES.places(text.words))


def goes_on(text: Text) -> bool:
    """True where somebody asks to stay on the list: no STOP, and no cancel either."""
    return bool(_GOES_ON.places(text.words)) and not text.has("CANNOT")


def wants_texts(text: Text) -> bool:
    """True for "can't talk, send a text please": who isn't to be called asks for the very thing that a STOP would end."""
    first, second = _found(_BY_TEXT, text.words)
    return any(
        a[2] & b[2] and max(a[0] - b[1], b[0] - a[1]) <= _INSTEAD and not _is_denied(text, a, b)
        for a in first
        for b in second
    )


def _is_denied(text: Text, call: "_Place", wish: "_Place") -> bool:
    """True for "don't call or text me" and "don't call, don't send a text": a "not" beside the text that is not that of the call."""
    if not _NOR.isdisjoint(text.words[max(wish[0] - 2, 0) : wish[0]]):
        return True
    return any(
        wish[0] - 2 <= no.start < wish[1] + 3 and not call[0] <= no.start < call[1]
        for no in text.of("NOT", "NO", "DONTWANT", "STOPWORD")
    )


def _found(sides: "_Sides", words: Phrase) -> "list[list[_Place]]":
    return [
        [(at, at + len(phrase), side[phrase]) for phrase, places in spotter.places(words).items() for at in places]
        for spotter, side in sides
    ]


def _is_of_the_diary(words: Phrase) -> bool:
    """True for "take me off the calendar". "Stop the texts, I have it on the calendar" has it there."""
    found = (at for places in _DIARY.places(words).values() for at in places)
    return any(at == 0 or words[at - 1] not in _THERE for at in found)


def _is_about(text: Text, notions: frozenset[str]) -> bool:
    """True where one of these stands there, on another word than "stop", which is Polish for "of the feet"."""
    stops = {mark.start for mark in text.of("STOPWORD")}
    return any(mark.start not in stops for mark in text.of(*notions))


def _has_a_day(words: Phrase) -> bool:
    return any(word.isdecimal() and len(word) < 3 for word in words)


def _is_listed_for_a_day(text: Text) -> bool:
    """True for "the list for the 9th", "Monday's list" and "tomorrow's list": who is on it comes on that day. "Off your list today" is of
    all days."""
    lists = [at for at, word in enumerate(text.words) if word in _LISTS]
    days, behind = [day.start for day in text.of("DAY")], {day.end for day in text.of("DAYREL")}
    behind |= {day.start - 2 for day in text.of("DAYREL") if text.words[day.start - 1] in _OF}  # "la liste de demain"
    return any(
        at in behind or _has_a_day(text.words[at + 1 : at + 4]) or any(-1 <= day - at <= _BETWEEN for day in days)
        for at in lists
    )


def _is_of_a_visit(text: Text) -> bool:
    """True for "den de baja mi cita" and "take me off for tomorrow, I can't get away": what is taken off is an appointment."""
    if names_texts(text):
        return False
    is_cancelled = text.has("DAY", "DAYREL") and text.has("CANNOT")
    return is_cancelled or text.near("STOPWORD", "APPOINTMENT", 2) or _is_off_a_day(text)


def _is_off_a_day(text: Text) -> bool:
    """True for "meld me af voor de fysio van maandag". "I'll be there Monday, but unsubscribe me" has the day before it, and "unsubscribe
    me from Monday on" is of all days."""
    if text.has("COME") or any(word.startswith(_LEAVING) for word in text.words):
        return False
    ends = [mark.end for mark in text.of("STOPWORD")]
    days = [day.start for day in text.of("DAY") if text.words[day.start] != "mon"]  # French for "my"
    return any(0 <= day - end <= _OF_DAY and text.words[day - 1] not in _FROM for day in days for end in ends)


def _is_elsewhere(text: Text, raw: str) -> bool:
    """True for "remove me from the waiting list", "don't send it by post" and "no more vaccines", where no text is named beside. What only
    stands in another part of the text is a reason: "don't write to me, I get everything by post"."""
    if not (_ELSEWHERE.places(text.words) or _THINGS.places(text.words)):
        return False
    parts = [read(part, text.language) for part in _PARTS.split(raw or " ".join(text.words)) if part.strip()]
    ending = [part for part in parts if part.has("STOPWORD", "DONTWANT") or _stands(_SIDES, part)]
    return bool(ending) and all(map(_is_of_else, ending))


def _is_of_else(part: Text) -> bool:
    is_of_texts = names_texts(part) or any(word in _TEXTS or word.startswith(_LEAVING) for word in part.words)
    if _THINGS.places(part.words) and not (is_of_texts or _is_for_peace(part.words)):
        return True
    found = _ELSEWHERE.places(part.words).items()
    inside = {at + n for phrase, starts in found for at in starts for n in range(len(phrase))}
    return bool(inside) and not any(word in _TEXTS for at, word in enumerate(part.words) if at not in inside)


def _is_of_a_stranger(text: Text) -> bool:
    return any(text.words[mark.start : mark.end] not in _THIS_NUMBER for mark in text.of("NOTME"))


def is_no_stop(text: Text, raw: str = "", *, is_sure: bool = False) -> bool:
    """True where "stop" in a text is about something else (a bus, a cough, a tablet), or is what they don't want. `is_sure`: the
    models see nothing but a STOP."""
    if (
        goes_on(text)
        or wants_texts(text)
        or _is_of_the_diary(text.words)
        or _is_listed_for_a_day(text)
        or _is_of_a_visit(text)
        or _is_elsewhere(text, raw)
    ):
        return True
    if _HARMLESS.places(text.words):
        return not text.near("STOPWORD", "MESSAGES", 3)
    if is_sure or _APART.match(raw):
        return False  # "stop, my son buys the tablets"
    return text.has("STOPWORD") and _is_about(text, _ABOUT) and not (text.has("DONTWANT") or names_texts(text))


def names_texts(text: Text, weak: frozenset[Phrase] = _WEAK) -> bool:
    """True where a word of texts stands there, and not only one that may be of anything: "stop these tablets"."""
    return any(text.words[mark.start : mark.end] not in weak for mark in text.of("MESSAGES"))


def _sides(file: str) -> "_Sides":
    """For each side, the phrases and the lines of the table that they stand in."""
    sides: list[dict[Phrase, set[int]]] = [{}, {}]
    for number, line in enumerate(lines_of(file)):
        for side, phrases in zip(sides, line.split(" > "), strict=True):
            for phrase in filter(None, map(phrase_of, phrases.split(";"))):
                side.setdefault(phrase, set()).add(number)
    return [(Spotter(side), side) for side in sides]


_Place = tuple[int, int, set[int]]  # of a phrase: its first word, behind its last, and the lines of the table
_Sides = list[tuple[Spotter, dict[Phrase, set[int]]]]
_SIDES, _REMINDING, _BY_TEXT = _sides("stops.txt"), _sides("reminding.txt"), _sides("by_text.txt")
_WAYS_OUT, _PEACE = _sides("ways_out.txt"), _sides("peace.txt")
