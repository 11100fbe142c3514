"""Which kinds of texts somebody wants no more of: "stop surveys", "geen nieuwsbrief meer", "plus d'enquêtes". Pure.

Two ways: the whole text says it, by tables (`read_kinds`), or it is understood as a STOP and names kinds (`kinds_named`). A STOP
that names none is for all. What could be meant for a visit or for texts at all ("offers", "Nachrichten") is left out.
"""

from recado.consent.types import PurposeGroup
from recado.foundation.text import without_courtesy, words_of

_NAMES: dict[PurposeGroup, str] = {
    PurposeGroup.SURVEY: "survey surveys questionnaire questionnaires feedback enquete enquetes sondage sondages vragenlijst vragenlijsten "
    "ankieta ankiety ankiet encuesta encuestas survei kuesioner angket umfrage umfragen fragebogen sondaggio sondaggi questionario "
    "questionari inquerito inqueritos questionarios",
    PurposeGroup.NEWS: "news newsletter newsletters promotion promotions promo promos advertising advert adverts ads marketing nouvelles "
    "actualites pub pubs publicite publicites nieuws nieuwsbrief nieuwsbrieven reclame nowosci newslettera newslettery reklama reklamy "
    "reklam aktualnosci noticias boletin publicidad novedades promociones berita promosi iklan buletin neuigkeiten werbung "
    "novita notizie pubblicita novidades publicidade promocoes boletim",
    PurposeGroup.CARE: "reminder reminders rappel rappels herinnering herinneringen przypomnienie przypomnienia przypomnien recordatorio "
    "recordatorios pengingat erinnerung erinnerungen promemoria lembrete lembretes",
}
_KIND_OF = {word: kind for kind, line in _NAMES.items() for word in line.split()}

# Where the whole text is such a wish, these stand around the name, in any order: a word that ends, or a no and a word of more or
# wanting ("no reminder" alone says that none came), and words that change nothing.
_ENDING = frozenset(words_of("stop stopp plus koniec jangan basta arrêtez arrêter unsubscribe wypisz niente"))
_NO = frozenset(words_of("no geen pas nie keine kein não sem non bez tidak dont don not"))
_MORE = frozenset(
    words_of("more any want meer wil plus veux więcej chcę más quiero lagi mau mehr più voglio mais quero need")
)
_AROUND = frozenset(
    words_of(
        "me the your sending send with please just only de d des les aux vos mij ik met już proszę wysyłajcie las los la el "
        "kirim saya ya bitte mir grazie i le lo receber os as um uma seulement svp alleen tylko solo sólo hanya nur je ne n "
        "recevoir nog graag alstublieft por favor z do you from ich io eu o a t l and et en y und dan"
    )
)
_KNOWN = _ENDING | _NO | _MORE | _AROUND
_MOST = 8  # words


def read_kinds(text: str) -> frozenset[PurposeGroup]:
    """The kinds that the whole text wants no more of; none: it says something else, or more."""
    words = without_courtesy(_words(text))
    if "?" in text or not 2 <= len(words) <= _MOST:
        return frozenset()
    kinds = frozenset(_KIND_OF[word] for word in words if word in _KIND_OF)
    others = [word for word in words if word not in _KIND_OF]
    ends = not _ENDING.isdisjoint(others) or not (_NO.isdisjoint(others) or _MORE.isdisjoint(others))
    return kinds if ends and _KNOWN.issuperset(others) else frozenset()


def kinds_named(text: str) -> frozenset[PurposeGroup]:
    """The kinds that are named anywhere in a text."""
    return frozenset(_KIND_OF[word] for word in _words(text) if word in _KIND_OF)


def _words(text: str) -> tuple[str, ...]:
    """ "d'enquêtes" is two."""
    return words_of(text.replace("'", " ").replace("’", " "))
