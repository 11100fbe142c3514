"""The words by which texts are named and ended: "no more messages", "lasst mich damit in Ruhe". Pure, by tables."""

from .phrases import Phrase
from .reading import Text
from .sides import Sides

_ENDINGS, _PEACE = Sides("stops.txt"), Sides("peace.txt")
# Words of texts in the tables that may be of anything.
_WEAK = frozenset(
    (word,)
    for word in "these number contact kontakt numer mnie lista listy list liste daftar saya no info mir mich vos sus vossos suas deze numero número numéro".split()
)
TEXTS = frozenset(
    "text texts texting textin txtin txt txts sms smses msg msgs message messages messaging reminder reminders notifications alerts ads adverts spam survey surveys "
    "rappels messages textos pub pubs berichten herinneringen reclame smsjes meldingen vragenlijsten reklam reklamy reklamom wiadomosci wiadomosciom smsom "
    "powiadomieniom przypomnieniom ankietom avisos mensajes recordatorios publicidad promociones encuestas pesan iklan pengingat promo notifikasi survei "
    "nachrichten erinnerungen werbung umfragen messaggi promemoria pubblicita sondaggi mensagens lembretes publicidade inqueritos "
    "appjes whatsappjes propozycje propozycjami propozycji ofertami ofert offers offres aanbiedingen angebote "
    "angeboten ofertas tawaran proposte propostas".split()
)
# Who leaves a list, by the beginning of the word.
_LEAVING = tuple(
    "unsub unsuscribe desabon désabon desinscri désinscri uitschrij baja subskr wypis disiscri descadastr".split()
)
_SHORT = 3  # letters
_FILLED = 5  # words between who and their peace, at most
_FILLERS = frozenset(
    "all please now finally bloody damn endlich bitte jetzt doch mal eindelijk nou maar nu eens aub enfin svp donc ya por favor de una vez wreszcie już juz "
    "w końcu święty finalmente vez".split()
)
_WITH = frozenset("with mit met avec con z com".split())  # what follows names what they are to be left in peace with
_INFINITIVES = ("en", "ern", "eln", "ir", "er", "re")


def ends_texts(text: Text) -> bool:
    """True where the tables say so, and no "not" stands before them."""
    return _ENDINGS.stand_in(text) or wants_peace(text.words)


def names_texts(text: Text, weak: frozenset[Phrase] = _WEAK) -> bool:
    """True where a word of texts stands there, and not only one that may be of anything: "stop these tablets"."""
    return any(text.words[mark.start : mark.end] not in weak for mark in text.of("MESSAGES"))


def leaves(words: Phrase) -> bool:
    """True where a word says that somebody leaves a list: "unsubscribe"."""
    return any(word.startswith(_LEAVING) for word in words)


def wants_peace(words: Phrase) -> bool:
    """True for "lasst mich endlich mit dem Mist in Ruhe". "Lasst mich in Ruhe sterben" and "lassen Sie uns das in Ruhe besprechen" aren't."""
    return any(
        _only_fills(words[a.end : b.start]) and not _goes_to_do(words, b.end)
        for a, b in _PEACE.together(words, between=_FILLED)
    )


def _only_fills(words: Phrase) -> bool:
    """True where nothing stands between but courtesy, anger, and what the peace is to be from."""
    said = next((at for at, word in enumerate(words) if word in _WITH), len(words))
    return _FILLERS.issuperset(words[:said])


def _goes_to_do(words: Phrase, at: int) -> bool:
    """True where a verb follows: German puts what is to be done in peace behind it."""
    return at < len(words) and len(words[at]) > _SHORT and words[at].endswith(_INFINITIVES)
