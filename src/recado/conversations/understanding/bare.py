"""Texts that mean something by themselves or only by the last question: commands, numbers, a bare yes or no. Pure."""

import re
from itertools import pairwise

from recado.conversations.matching import read_answer
from recado.conversations.naming_tables import tables_of
from recado.conversations.scores import BROKEN, VALUE_OF, read_score
from recado.conversations.words import Answer
from recado.foundation.text import without_courtesy, words_of
from recado.messaging.types import read_command

from .meanings import OFFERS, VISITS, Context, Meaning
from .reading import Text
from .rules import is_only

Found = tuple[Meaning, float, str, dict[str, object]]

_COMMANDS = {
    "stop": Meaning.STOP,
    "start": Meaning.START,
    "join": Meaning.START,
    "help": Meaning.HELP,
}
_ANSWERS = {
    Answer.CONFIRM: Meaning.CONFIRM,
    Answer.CHANGE: Meaning.RESCHEDULE,
    Answer.CANCEL: Meaning.CANCEL,
}
MENU = {1: Meaning.CONFIRM, 2: Meaning.RESCHEDULE, 3: Meaning.CANCEL}
_YES = {
    **dict.fromkeys(VISITS, Meaning.CONFIRM),
    **dict.fromkeys(OFFERS, Meaning.ACCEPT_OFFER),
    Context.REFILL_REMINDER: Meaning.REFILL_REQUEST,
}
_NO = {
    **dict.fromkeys(VISITS, Meaning.CANCEL),
    **dict.fromkeys(OFFERS, Meaning.DECLINE_OFFER),
    Context.REFILL_REMINDER: Meaning.DECLINE_OFFER,
}
# To sign off: from news where news were sent or nothing was asked; from the visit where one was asked about.
_SIGNING_OFF = frozenset(
    words_of(phrase)
    for phrase in (
        "afmelden; meld me af; meld mij af; afgemeld; abmelden; melde mich ab; ich melde mich ab; opt me out; sign me out; "
        "désinscrivez-moi; désinscrivez moi; me désinscrire; me désabonner; schrijf me uit; schrijf mij uit; uitschrijven; wypiszcie mnie; "
        "wypisz mnie; mnie wypisać; wypisać mnie; chcę się wypisać; denme de baja; dame de baja; deme de baja; darme de baja; "
        "berhenti langganan; berhenti berlangganan; tragen sie mich aus; austragen; disiscrivetemi; cancellate la mia iscrizione; descadastrar"
    ).split(";")
)
_NEEDS_YES = frozenset({Context.CAMPAIGN})  # "ok" to news is no yes
_COURTESY = ("GREET", "THANKS", "SORRY")
# What may stand beside a number that was chosen from a menu.
_BESIDE_NUMBER = frozenset(
    word
    for phrase in (
        "please; pls; plz; number; option; choice; ta; cheers; thx; svp; stp; numéro; choix; optie; nummer; keuze; graag; aub; numer; opcja; "
        "poproszę; proszę; dzięki; opción; número; porfa; nomor; pilihan; nomer; pilih; kak; mas; mbak; pak; bu; dok; min; ya; makasih; bitte; "
        "auswahl; opzione; numero; opção; pf; the; de; la; le; el; il; o; yang"
    ).split(";")
    for word in words_of(phrase)
)
_FEW = 8  # words
_NO_CHOICE = ("BUT", "IF", "MAYBE", "WRONG", "NOTME", "CANNOT", "NOT", "LATE", "MOVE", "BETTER", "MINUTES")
# "1 sorry no 3": a slip of the thumb, taken back in the same text.
_CORRECTED = re.compile(r"\s*[1-9]\b(\W*(?:[^\W\d]+\W+){1,6}?)([1-9])(?!\d|[.:]\d)\b(.*)", re.S)
_TAKES_BACK = frozenset(
    words_of(
        "sorry wait oops ops wrong mean meant typo pardon euh oups attendez erreur wacht oeps bedoel bedoelde fout foutje czekaj czekajcie znaczy pomyłka pomylka "
        "przepraszam chodziło perdón perdon quise error equivoqué espera espere salah maksud maksudnya maaf ralat moment meinte falsch verdrückt ups scusi scusate "
        "volevo errore desculpe desculpem enganei"
    )
)
_BESIDE_SLIP = frozenset(
    words_of(
        "no nope should be it was non je voulais dire mettre nee moet zijn ik nie to miało mialo być byc o quería poner decir digo es el me eh bukan saya aku nein "
        "ich das war não nao queria um i the a le la il o die"
    )
)
_DENIALS = frozenset(
    words_of("nie bukan não nao")
)  # right before a number these deny it, "no" in Spanish and "non" in Italian too
_ARTICLES = frozenset(words_of("the le la el il o de das a to"))
_CLOCKS = frozenset(words_of("o'clock o clock oclock pm am h uur uhr heures godz ore horas"))
_BEGINS = re.compile(r"\s*([1-3])\b([^\d\-–—,.:;)!]*)[-–—,.:;)!]+\s*[^\W\d]")
_NUMBERED = frozenset(
    words_of(
        "number option choice nr numero choix nummer optie keuze numer opcja opcje opcion nomor nomer opsi pilihan auswahl opzione opcao"
    )
)
_LETTERS = {letter: place for place, letter in enumerate("abcdefgh", 1)}


def read_bare(raw: str, text: Text, context: Context, language: str | None) -> Found | None:
    """What a text means that says nothing but an answer, or a command. None: it says more."""
    command = read_command(raw)
    if command is not None and command.value in _COMMANDS:  # SOONER is a word of the waitlist's own, and no meaning
        return (
            _COMMANDS[command.value],
            0.99,
            f"the whole text is {command.value.upper()}",
            {},
        )
    if context in (Context.CAMPAIGN, Context.NONE) and without_courtesy(words_of(raw)) in _SIGNING_OFF:
        return Meaning.STOP, 0.97, "signs off", {}
    if context is Context.SURVEY:
        score = read_score(raw, 0, 10)
        number = None if BROKEN.search(raw) else _number(raw, with_letters=False)
        if score is None and number is not None and number <= 10:
            score = number  # "8 kak"
        if score is not None:
            return Meaning.SURVEY_SCORE, 0.99, "a score, as was asked", {"score": score}
    number = _number(raw, with_letters=context is Context.WAITLIST_OFFER)
    if number is None and context is Context.REMINDER_MENU:
        number = _named_number(raw, text)
    if number is None and context is Context.REMINDER_MENU and not text.asks:
        number = _corrected_number(raw, text)
    if number is not None:
        return _chosen(number, context)
    if context in VISITS:
        answer = read_answer(raw, language)
        if answer is not None:
            return _ANSWERS[answer], 0.98, "the whole text is this answer", {}
    if context is Context.NONE and _only_chooses(text):
        return Meaning.OTHER, 0.85, "chooses one of several, and none were offered", {}
    return _yes_or_no(text, context)


def _only_chooses(text: Text) -> bool:
    """True for "the first one please" and nothing more."""
    known, at, chooses = tables_of(text.language), 0, False
    while at < len(text.words):
        pieces = (text.words[at : at + size] for size in range(known.longest, 0, -1))
        piece = next((one for one in pieces if one in known.ordered or one in known.beside), ())
        if not piece:
            return False
        chooses, at = chooses or piece in known.ordered, at + len(piece)
    return chooses


def _number(raw: str, *, with_letters: bool) -> int | None:
    words = without_courtesy(words_of(raw))
    if len(words) > 1 and "?" not in raw:
        words = tuple(word for word in words if word.isdecimal() or word not in _BESIDE_NUMBER)
    if len(words) != 1:
        return None
    word = words[0]
    if word.isdecimal():
        return int(word) if len(word) < 3 else 99
    return (_LETTERS.get(word) if with_letters else None) or VALUE_OF.get(word)


def _named_number(raw: str, text: Text) -> int | None:
    """The 2 of "option number 2, got a meeting" and of "2 - got a meeting", in a short text that asks and denies nothing."""
    first = _BEGINS.match(raw)
    beside = words_of(first[2]) if first else ()  # "3 please, the rash is gone"
    if len(text.words) - len(beside) > _FEW or text.asks or text.has(*_NO_CHOICE):
        return None
    if (
        first
        and all(word in _BESIDE_NUMBER for word in beside)
        and sum(word.isdecimal() for word in text.words) == 1
        and (first[1] != "1" or not text.has("DAY"))
    ):
        return int(first[1])  # "3, away that Sunday"; "1, Monday" may wish for one
    if text.has("DAY"):
        return None
    found = {_number_named(after) for word, after in pairwise(text.words) if word in _NUMBERED}
    chosen = found - {None}
    return chosen.pop() if len(chosen) == 1 else None


def _corrected_number(raw: str, text: Text) -> int | None:
    """The 3 of "1 sorry no 3, my boy is ill". None where it may be a date, an "or", or what is denied: "1, nie 3" stays with the 1."""
    found = _CORRECTED.match(raw)
    if found is None or int(found[2]) not in MENU or text.has("BUT", "IF", "MAYBE", "COME", "CONFIRM"):
        return None
    between, behind = words_of(found[1]), words_of(found[3])
    if _TAKES_BACK.isdisjoint(between) or not (_TAKES_BACK | _BESIDE_SLIP).issuperset(between):
        return None
    last, is_of_no = between[-1], text.language in ("es", "it")
    if last in _DENIALS or (last in ("no", "non") and is_of_no) or (last in _ARTICLES and found[0].lstrip()[0] == "2"):
        return None
    if any(word.isdecimal() for word in behind) or (behind and behind[0] in _CLOCKS):
        return None
    said = words_of(re.split(r"[,.;:!)–—-]", found[3], maxsplit=1)[0])  # "1 no 3 people come" goes on
    return int(found[2]) if all(word in _TAKES_BACK or word in _BESIDE_NUMBER for word in said) else None


def _number_named(word: str) -> int | None:
    if word.isdecimal():
        return int(word) if int(word) in MENU else None
    value = VALUE_OF.get(word)
    return value if value in MENU else None


def _chosen(number: int, context: Context) -> Found | None:
    slots: dict[str, object] = {"choice": number}
    meaning = None
    if context in VISITS:
        meaning = MENU.get(number)
    elif context in _YES and context is not Context.CAMPAIGN:
        meaning = {1: _YES[context], 2: _NO[context]}.get(number)
    if meaning is None:
        return (
            Meaning.OTHER,
            0.85,
            "a number that answers nothing that was asked",
            slots,
        )
    return meaning, 0.97, f"{number} was offered as this answer", slots


def _yes_or_no(text: Text, context: Context) -> Found | None:
    if text.asks:
        return None
    if is_only(text, "THANKS", *_COURTESY) and text.has("THANKS"):
        return Meaning.THANKS, 0.95, "thanks and nothing else", {}
    if is_only(text, "YES", "OK", *_COURTESY) and text.has("YES", "OK") and not text.has("NO"):
        if context in _YES and (text.has("YES") or context not in _NEEDS_YES):
            return _YES[context], 0.95, "a yes to what was asked", {}
        if text.has("THANKS"):
            return Meaning.THANKS, 0.8, "thanks, and nothing was asked", {}
        return Meaning.OTHER, 0.85, "a yes, and nothing was asked that it answers", {}
    if is_only(text, "NO", *_COURTESY) and text.has("NO"):
        if context in _NO:
            return (
                _NO[context],
                0.75 if context in VISITS else 0.9,
                "a no to what was asked",
                {},
            )
        return Meaning.OTHER, 0.8, "a no, and nothing was asked that it answers", {}
    return None
