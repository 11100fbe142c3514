"""STOP beyond the exact tables: "STOP harcèlement", "arrêtez de m'écrire", "stop please I had enough". Pure.

By tables too, never by a model: who says stop must be heard whatever is trained. What only has the word in it is not one:
"stop by at 3", "the bus stop", "I can't stop coughing", "stop taking the pills?", and least of all "don't stop the reminders".
"""

import re

from .elsewhere import has_a_day, is_of_something_else, is_of_the_diary
from .ending import TEXTS, ends_texts, names_texts
from .lexicon import lines_of, parsed, phrase_of
from .phrases import Spotter
from .reading import Text
from .sides import Place, Sides
from .strangers import is_of_a_stranger, is_somebody_else

_ABOUT = frozenset({"SYMPTOM", "MEDICINE", "TRAFFIC", "BODY", "COME", "CANCEL", "CONFIRM"})
_VISIT = frozenset({"CANCEL", "CANNOT", "DAY", "COME"})
_TEXTING = frozenset({"COME", "CANCEL", "CONFIRM"})  # of a visit; "STOP, nice of you" is one for all that
_RUN = re.compile(r"(.)\1+")
_SHORT = 3  # words
_FIRST_WORDS = frozenset({"stop", "stopp", "sotp", "stpo"})
_ALONE = re.compile(
    r"\s*STOP\s*\."
)  # the keyword as it is asked for, and something said behind it; "STOP!" may be a cry
_APART = re.compile(r"\s*stop\s*[.,;:]", re.I)
_QUOTED = re.compile(r"\bSTOP\b")
_HARMLESS = Spotter(
    phrase_of(phrase)
    for phrase in (
        "send another taxi; send a taxi; send me a taxi; stop a taxi; stop by; stopped; stop at; stop over; bus stop; tram stop; stop taking; stop smoking; stop the; stop my; stop for; stop in; stop off; "
        "stop the bleeding; pit stop; stop nearby; stop en route; non stop; nonstop; one stop; full stop; stop drinking; arrêt de bus; "
        "arrêt de tram; arrêt de travail; arrêt maladie; stopcontact; stop met roken; stop het bloeden; auto stop; "
        "arrêt cardiaque; arret de travail; arret de bus; arret maladie; baja laboral; baja médica; stop de bus; je stop; off for tomorrow; "
        "leave me a message; leave a message; laissez moi un message; laissez un message; laat een bericht; laat een berichtje; zostaw wiadomość; zostawcie wiadomość; proszę zostawić wiadomość; déjeme un mensaje; deje un mensaje; déjenme un mensaje; tinggalkan pesan; lascia un messaggio; lasciate un messaggio; deixe mensagem; deixem mensagem; hinterlassen sie eine nachricht; quiet please; please be quiet; be quiet; keep it quiet; quiet pls; silence svp; silence s'il vous plaît; stil aub; wees stil; stil alsjeblieft; cicho proszę; proszę o ciszę; silencio por favor; silencio porfa; jangan berisik; tolong tenang; ruhe bitte; bitte ruhe; silenzio per favore; silêncio por favor; stop bikin; jangan judes*; jangan galak*; jangan jutek*; arrête tu; para que; hapus janji*; hapus jadwal; hapus kunjungan; delete my appointment; remove my appointment; delete my booking; remove my booking; supprimez mon rdv; supprimez mon rendez*"
    ).split(";")
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

_REMINDING, _BY_TEXT, _WAYS_OUT = Sides("reminding.txt"), Sides("by_text.txt"), Sides("ways_out.txt")
_ME = frozenset({("saya",), ("mir",), ("mich",), ("no",)})  # of the words of texts, those that are of nothing else
# "No need to keep sending them" goes on with nothing.
_NO_NEED = Spotter(
    phrase_of(phrase)
    for phrase in (
        "no need; don't need; dont need; needn't; no hace falta; no es necesario; pas besoin; pas la peine; inutile; niet nodig; hoeft niet; hoeven niet; "
        "nie trzeba; nie ma potrzeby; tidak perlu; ga perlu; gak perlu; ga usah; gak usah; tidak usah; nicht nötig; brauchen nicht; braucht nicht; "
        "non serve; non c'è bisogno; non occorre; não é preciso; não precisa; não precisam"
    ).split(";")
)
_BEHIND = 3  # words from it to what goes on
_DENIES = frozenset("not don dont never ne pas niet nie no jangan nicht non não nao".split())
_AGAIN = Spotter(phrase for line in lines_of("again.txt") for phrase in parsed(line))
_POLITE = 2  # words that may follow a question: "please", "thanks"
_INSTEAD = 8  # between not being called and the text that is wanted instead
_NOR = frozenset("or nor ni nem ou of noch ani lub atau maupun oder o ne".split())


def is_robust_stop(text: Text, raw: str = "") -> str | None:
    """Why a text asks to stop the texts, or None where it is not certain. `raw`: as it was written."""
    words = text.words
    if not words or goes_on(text) or wants_texts(text) or is_somebody_else(raw):
        return None
    if is_of_the_diary(words) or (_HARMLESS.places(words) and not text.near("STOPWORD", "MESSAGES", 3)):
        return None
    if words[0] in _FIRST_WORDS and words[1:2] and words[1] in TEXTS and not text.asks:
        return "begins with STOP"
    if _ALONE.match(raw) and not text.asks and not _is_about(text, _ABOUT):
        return "says STOP first"
    if words[0] in _FIRST_WORDS and len(words) <= 6 and not text.asks:
        about = _ABOUT - _TEXTING if len(words) <= _SHORT else _ABOUT
        if not _is_about(text, about | {"DAY", "DAYREL"}):
            return "begins with STOP"
    if " ".join(words) == "s t o p" or (len(words) == 1 and _RUN.sub(r"\1", words[0]) == "stop"):
        return "spells STOP"
    if _REMINDING.stand_in(text, between=0) and not (text.asks or text.plainly("COME", "CONFIRM")):
        return "needs no reminding any more"
    if _asks_way_out(text):
        return "asks how the texts end"
    if not (text.has("STOPWORD") or names_texts(text, _ME)) and (text.has(*_VISIT) or has_a_day(words)):
        return None  # "take me off the list for the 9th", "leave it, I'm not coming": of a visit
    if is_of_something_else(text, raw):
        return None
    asks = text.asks and text.has("QUESTION") and not text.near("STOPWORD", "MESSAGES", 2)
    asks = asks and (not raw or raw.isupper() or not _QUOTED.search(raw))  # "I said STOP last month, why do you go on?"
    if is_of_a_stranger(text) or text.near("WRONG", "NUMBER") or asks:
        return None
    return "asks to end the texts" if ends_texts(text) else None


def _asks_way_out(text: Text) -> bool:
    """True for "how do I get off this?". "How do I come off these tablets", and what goes on after it, is of something else."""
    if text.has("APPOINTMENT", "TRAFFIC", "MEDICINE", "SYMPTOM"):
        return False
    last = len(text.words) - _POLITE
    return any(b.end >= last for _, b in _WAYS_OUT.together(text.words))


def leaves_list(text: Text, raw: str = "") -> bool:
    """True for "kindly take me off the list", said to news or a survey."""
    if is_of_something_else(text, raw) or not _ONTO.isdisjoint(text.words) or goes_on(text):
        return False
    return bool(_LEAVES.places(text.words))


def goes_on(text: Text) -> bool:
    """True where somebody asks to stay on the list, or to be on it again: no STOP, and no cancel either."""
    if text.has("CANNOT"):
        return False
    found = [at for starts in _GOES_ON.places(text.words).values() for at in starts]
    needless = [at + len(one) for one, starts in _NO_NEED.places(text.words).items() for at in starts]
    is_wished = any(not any(0 <= at - end <= _BEHIND for end in needless) for at in found)
    return is_wished or _wants_again(text)


def _wants_again(text: Text) -> bool:
    """True for "I asked you to quit in summer, switch them on again": the last that is said of texts."""
    last = max((at for starts in _AGAIN.places(text.words).values() for at in starts), default=-1)
    if last < 0 or not _DENIES.isdisjoint(text.words[max(last - _BEHIND, 0) : last]):
        return False
    return not any(mark.start > last for mark in text.of("STOPWORD", "DONTWANT", "NO", "NOT"))


def wants_texts(text: Text) -> bool:
    """True for "can't talk, send a text please": who isn't to be called asks for the very thing that a STOP would end."""
    return any(
        max(call.start - wish.end, wish.start - call.end) <= _INSTEAD and not _is_denied(text, call, wish)
        for call, wish in _BY_TEXT.pairs(text.words)
    )


def _is_denied(text: Text, call: Place, wish: Place) -> bool:
    """True for "don't call or text me" and "don't call, don't send a text": a "not" beside the text that is not that of the call."""
    if not _NOR.isdisjoint(text.words[max(wish.start - 2, 0) : wish.start]):
        return True
    return any(
        wish.start - 2 <= no.start < wish.end + 3 and not call.start <= no.start < call.end
        for no in text.of("NOT", "NO", "DONTWANT", "STOPWORD")
    )


def _is_about(text: Text, notions: frozenset[str]) -> bool:
    """True where one of these stands there, on another word than "stop", which is Polish for "of the feet"."""
    stops = {mark.start for mark in text.of("STOPWORD")}
    return any(mark.start not in stops for mark in text.of(*notions))


def is_no_stop(text: Text, raw: str = "", *, is_sure: bool = False) -> bool:
    """True where "stop" in a text is about something else (a bus, a cough, a tablet), or is what they don't want. `is_sure`: the
    models see nothing but a STOP."""
    if goes_on(text) or wants_texts(text) or is_of_something_else(text, raw):
        return True
    if _HARMLESS.places(text.words):
        return not text.near("STOPWORD", "MESSAGES", 3)
    if is_sure or _APART.match(raw):
        return False  # "stop, my son buys the tablets"
    return text.has("STOPWORD") and _is_about(text, _ABOUT) and not (text.has("DONTWANT") or names_texts(text))
